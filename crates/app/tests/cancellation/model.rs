//! Any sequence of cancellations against a small model: what is credited, what is refused, and that
//! account, ledger and credit notes always reconcile (I4, I8).

use std::sync::Arc;

use diesel::prelude::*;
use jiff::SignedDuration;
use perpetua_store::schema::credit_note;
use perpetua_store::{Conn, Id, StoreError};
use perpetua_test_support::TestApp;
use proptest::prelude::*;

use crate::bought::{Line, PER_UNIT, Shop, key_of, line, pick};

#[derive(Debug, Clone)]
struct Step {
    line: usize,
    quantity: u32,
    days: i64,
}

fn any_line() -> impl Strategy<Value = Line> {
    (1_i64..9, 0_i64..100_000, 0_i64..20_000).prop_map(|(quantity, net, tax)| line(quantity, net, tax))
}

fn any_step() -> impl Strategy<Value = Step> {
    (0_usize..3, 1_u32..7, 0_i64..12).prop_map(|(line, quantity, days)| Step { line, quantity, days })
}

/// The credit for `units` of `total`, rounded half away from zero.
fn due(charged: i64, units: i64, total: i64) -> i64 {
    (2 * charged * units + total) / (2 * total)
}

async fn follow(test: Arc<TestApp>, lines: Vec<Line>, steps: Vec<Step>) {
    let shop = Shop::open(&test).await;
    let bought = shop.buy(&lines).await;
    let mut cancelled = vec![0; lines.len()];
    let mut days = 0;
    let mut done = 0;
    for (key, step) in (1..).zip(&steps) {
        days += step.days;
        test.clock.advance(SignedDuration::from_hours(24 * step.days));
        let index = step.line % lines.len();
        let units = i64::from(step.quantity);
        let answer = shop.cancel(&bought, key, vec![pick(u32::try_from(index).unwrap(), step.quantity)]).await;
        let may = days <= 60 && cancelled[index] + units <= lines[index].quantity;
        assert_eq!(answer.is_ok(), may, "{step:?} after {days} days: {answer:?}");
        let Ok(answer) = answer else { continue };
        let credit = |charged| {
            let of = lines[index].quantity;
            due(charged, cancelled[index] + units, of) - due(charged, cancelled[index], of)
        };
        assert_eq!((answer.net.minor(), answer.tax.minor()), (credit(lines[index].net), credit(lines[index].tax)));
        cancelled[index] += units;
        done += 1;
    }
    let state = shop.state(&bought).await;
    let order = bought.order;
    let read = shop.app.store.read(move |conn: &mut Conn| {
        let own = credit_note::table.filter(credit_note::order_id.eq(Id(order)));
        Ok::<_, StoreError>(own.select(credit_note::total).load::<i64>(conn)?)
    });
    let notes = read.await.unwrap();
    assert_eq!(notes.len(), done);
    let credited: i64 = notes.iter().sum();
    assert_eq!(state.balance, state.order.total - credited);
    assert_eq!(state.ledger.iter().map(|entry| entry.amount).sum::<i64>(), state.balance);
    for (index, row) in state.lines.iter().enumerate() {
        assert_eq!(row.cancelled_quantity, cancelled[index]);
        let key = key_of(&state, index);
        if row.cancelled_quantity == row.quantity {
            assert_eq!((row.credited_net, row.credited_tax, key.state.as_str()), (row.net, row.tax, "revoked"));
        } else {
            let left = (row.quantity - row.cancelled_quantity) * PER_UNIT;
            assert_eq!((key.activation_limit, key.state.as_str()), (left, "active"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_cancellations_reconciles(
        lines in prop::collection::vec(any_line(), 1..4),
        steps in prop::collection::vec(any_step(), 1..12),
    ) {
        TestApp::each(|test| follow(test, lines.clone(), steps.clone()));
    }
}
