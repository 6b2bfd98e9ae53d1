//! What is refused changes nothing, says why, and leaves a record of the attempt (I5, I6, I10).

use jiff::SignedDuration;
use perpetua_app::cancellation::{self, Cancel, RequestForm, Selection};
use perpetua_app::problem::Param;
use perpetua_app::{Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::money::Amount;
use perpetua_domain::request::{ProblemType, ReasonChoice};
use perpetua_test_support::TestApp;

use crate::bought::{Bought, Shop, audit_kinds, form, key_of, line, pick};

/// Tries to cancel one unit of the first line, worth 119 cents.
async fn try_as(shop: &Shop, caller: &Caller, bought: &Bought) -> Problem {
    let amount = Amount::from_minor(119).unwrap();
    let command = Cancel { form: form(bought, amount), ..shop.command(bought, 1, vec![pick(0, 1)]) };
    cancellation::cancel(&shop.app, caller, command).await.unwrap_err()
}

async fn nothing_changed(shop: &Shop, bought: &Bought) {
    let state = shop.state(bought).await;
    assert_eq!((state.order.version, state.lines[0].version, key_of(&state, 0).version), (1, 1, 1));
    assert_eq!((state.balance, state.ledger.len()), (state.order.total, 1));
    assert_eq!(key_of(&state, 0).state, "active");
    assert!(shop.requests().await.is_empty());
    assert!(audit_kinds(&shop.app, "done").await.is_empty());
}

#[test]
fn after_the_window_nothing_is_cancelled_and_the_day_is_named() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(10, 1_000, 190)]).await;
        shop.test.clock.advance(SignedDuration::from_hours(61 * 24));
        let refused = try_as(&shop, &shop.agent, &bought).await;
        // Bought on 2 March: 1 May is the 60th day after it and still counts, in Berlin.
        let closed_at = "2026-05-01T22:00:00Z".parse().unwrap();
        assert_eq!((refused.code, refused.params), ("window_closed", vec![("closed_at", Param::Instant(closed_at))]));
        nothing_changed(&shop, &bought).await;
        assert_eq!(audit_kinds(&shop.app, "refused").await, ["purchase.cancel_refused"]);
        let preview = cancellation::preview(&shop.app, &shop.agent, bought.order, Selection::AllLeft).await.unwrap();
        assert!(!preview.is_open());
        assert_eq!(preview.problem.unwrap().code, "window_closed");
        assert_eq!((preview.total, preview.lines[0].window_closes_at), (Amount::ZERO, closed_at));
    });
}

#[test]
fn the_last_second_of_the_window_still_counts() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(10, 1_000, 190)]).await;
        shop.test.clock.set("2026-05-01T21:59:59Z".parse().unwrap());
        assert!(shop.cancel(&bought, 1, vec![pick(0, 10)]).await.is_ok());
    });
}

#[test]
fn roles_and_tenants_decide_who_may_cancel() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(10, 1_000, 190)]).await;
        let sales = test.caller(shop.partner, &[Role::SalesAgent]).await;
        let refused = try_as(&shop, &sales, &bought).await;
        assert_eq!((refused.code, refused.any_of), ("missing_role", &[Role::AdminAgent][..]));
        let stranger = test.partner("Beta").await;
        let beta = test.caller(stranger, &[Role::AdminAgent]).await;
        assert_eq!(try_as(&shop, &beta, &bought).await.code, "not_found");
        // A second partner of the same customer sees nothing of the first one's purchases (M3).
        test.relate(stranger, shop.customer, "Northlake").await;
        assert_eq!(try_as(&shop, &beta, &bought).await.code, "not_found");
        let admin = shop.customer_admin().await;
        let refused = try_as(&shop, &admin, &bought).await;
        assert_eq!((refused.code, refused.any_of), ("missing_role", &[][..]));
        let operator = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        assert_eq!(try_as(&shop, &operator, &bought).await.code, "missing_role");
        nothing_changed(&shop, &bought).await;
        assert_eq!(audit_kinds(&shop.app, "refused").await.len(), 5);
        let selection = Selection::AllLeft;
        let hidden = cancellation::preview(&shop.app, &beta, bought.order, selection).await.unwrap_err();
        assert_eq!(hidden.code, "not_found");
    });
}

#[test]
fn quantities_that_cannot_be_are_named_by_their_line() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(10, 1_000, 190), line(1, 500, 95)]).await;
        for (lines, code) in [
            (vec![pick(0, 11)], "more_than_left"),
            (vec![pick(0, u32::MAX)], "more_than_left"),
            (vec![pick(0, 0)], "quantity_zero"),
            (vec![pick(0, 1), pick(0, 1)], "line_twice"),
        ] {
            let command = shop.command(&bought, 1, lines);
            let refused = cancellation::cancel(&shop.app, &shop.agent, command).await.unwrap_err();
            let field = &refused.fields[0];
            assert_eq!((refused.code, field.field.as_str(), field.code), ("invalid_input", "quantity-0", code));
        }
        for (lines, code) in [(vec![], "nothing_to_cancel"), (vec![pick(7, 1)], "not_found")] {
            let command = shop.command(&bought, 1, lines);
            let refused = cancellation::cancel(&shop.app, &shop.agent, command).await.unwrap_err();
            assert_eq!(refused.code, code);
        }
        nothing_changed(&shop, &bought).await;
    });
}

#[test]
fn every_wrong_field_of_the_request_is_named_at_once() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(10, 1_000, 190)]).await;
        let right = form(&bought, Amount::from_minor(119).unwrap());
        let wrong_fields = async |form: RequestForm| {
            let command = Cancel { form, ..shop.command(&bought, 1, vec![pick(0, 1)]) };
            let refused = cancellation::cancel(&shop.app, &shop.agent, command).await.unwrap_err();
            refused.fields.into_iter().map(|field| (field.field, field.code)).collect::<Vec<_>>()
        };
        let all = wrong_fields(RequestForm::default()).await;
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        let expected = [
            "problem_type",
            "impact",
            "customer",
            "order",
            "amount",
            "title",
            "reason",
            "contact_name",
            "contact_email",
            "contact_phone",
        ];
        assert_eq!(names, expected);
        let one = |name: &str, code| vec![(name.to_owned(), code)];
        let kind = RequestForm { problem_type: Some(ProblemType::Media), ..right.clone() };
        assert_eq!(wrong_fields(kind).await, one("problem_type", "not_a_refund"));
        let amount = RequestForm { amount: Amount::from_minor(118), ..right.clone() };
        assert_eq!(wrong_fields(amount).await, one("amount", "amount_differs"));
        let other = RequestForm { reason: Some(ReasonChoice::Other), ..right.clone() };
        assert_eq!(wrong_fields(other).await, one("reason", "reason_missing"));
        let customer = RequestForm { customer: shop.partner.to_string(), ..right.clone() };
        assert_eq!(wrong_fields(customer).await, one("customer", "not_this_customer"));
        let order = RequestForm { order: "R-000001".to_owned(), ..right.clone() };
        assert_eq!(wrong_fields(order).await, one("order", "not_this_order"));
        let long = RequestForm { text: "č".repeat(4_001), ..right };
        assert_eq!(wrong_fields(long).await, one("text", "too_long"));
        nothing_changed(&shop, &bought).await;
    });
}

#[test]
fn a_form_that_was_used_for_one_order_does_nothing_to_another() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let first = shop.buy(&[line(10, 1_000, 190)]).await;
        let second = shop.buy(&[line(10, 1_000, 190)]).await;
        shop.cancel(&first, 1, vec![pick(0, 1)]).await.unwrap();
        assert_eq!(shop.cancel(&second, 1, vec![pick(0, 1)]).await.unwrap_err().code, "request_reused");
    });
}
