//! Many at once: one credit, one answer, no gap in the numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use perpetua_app::cancellation::{self, Cancel, Cancelled};
use perpetua_app::{Kind, Problem};
use perpetua_domain::cancellation::Pick;
use perpetua_domain::money::Amount;
use perpetua_test_support::TestApp;

use crate::bought::{Bought, Shop, form, key_of, line, pick};

/// Submits at once; `keys` decides which of them are copies of one form.
async fn storm(
    shop: &Arc<Shop>,
    bought: &Arc<Bought>,
    lines: &[Pick],
    total: i64,
    keys: impl Iterator<Item = u32>,
) -> Vec<Result<Cancelled, Problem>> {
    let tasks: Vec<_> = keys
        .map(|key| {
            let (shop, bought, lines) = (shop.clone(), bought.clone(), lines.to_vec());
            tokio::spawn(async move {
                let amount = Amount::from_minor(total).unwrap();
                let command = Cancel { form: form(&bought, amount), ..shop.command(&bought, key, lines) };
                cancellation::cancel(&shop.app, &shop.agent, command).await
            })
        })
        .collect();
    let mut answers = Vec::with_capacity(tasks.len());
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[test]
fn two_hundred_cancellations_at_once_give_one_credit() {
    TestApp::each(|test| async move {
        let shop = Arc::new(Shop::open(&test).await);
        let bought = Arc::new(shop.buy(&[line(3, 30_000, 5_700)]).await);
        let answers = storm(&shop, &bought, &[pick(0, 3)], 35_700, 0..200).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        for problem in answers.into_iter().filter_map(Result::err) {
            assert_eq!((problem.code, problem.kind), ("already_cancelled", Kind::Conflict));
        }
        let state = shop.state(&bought).await;
        assert_eq!((state.balance, state.lines[0].credited_net, state.lines[0].credited_tax), (0, 30_000, 5_700));
        assert_eq!(state.ledger.iter().filter(|entry| entry.kind == "credit").count(), 1);
        assert_eq!(key_of(&state, 0).state, "revoked");
        assert_eq!(shop.requests().await.len(), 1);
    });
}

#[test]
fn two_hundred_copies_of_one_form_give_one_credit_and_one_answer() {
    TestApp::each(|test| async move {
        let shop = Arc::new(Shop::open(&test).await);
        let bought = Arc::new(shop.buy(&[line(300, 30_000, 5_700)]).await);
        // One unit of many: a copy that is carried out again would succeed, and show.
        let answers = storm(&shop, &bought, &[pick(0, 1)], 119, std::iter::repeat_n(9, 200)).await;
        let answers: Vec<Cancelled> = answers.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let state = shop.state(&bought).await;
        assert_eq!((state.lines[0].cancelled_quantity, state.balance), (1, 35_700 - 119));
        assert_eq!(shop.requests().await.len(), 1);
    });
}

#[test]
fn numbers_have_no_gap_although_refused_cancellations_come_between() {
    TestApp::each(|test| async move {
        let shop = Arc::new(Shop::open(&test).await);
        let mut tasks = Vec::new();
        for order in 0..12 {
            let bought = Arc::new(shop.buy(&[line(2, 1_000, 190)]).await);
            let shop = shop.clone();
            // Each order is cancelled by three people, of whom one succeeds.
            tasks.push(tokio::spawn(async move {
                storm(&shop, &bought, &[pick(0, 2)], 1_190, order * 10..order * 10 + 3).await
            }));
        }
        let mut notes = BTreeSet::new();
        for task in tasks {
            let done: Vec<Cancelled> = task.await.unwrap().into_iter().filter_map(Result::ok).collect();
            assert_eq!(done.len(), 1);
            notes.insert((done[0].request_number.clone(), done[0].credit_note_number.clone()));
        }
        let numbers = |prefix: &str| (1..=12).map(|n| format!("{prefix}-{n:06}")).collect::<BTreeSet<_>>();
        assert_eq!(notes.iter().map(|(request, _)| request.clone()).collect::<BTreeSet<_>>(), numbers("R"));
        assert_eq!(notes.iter().map(|(_, note)| note.clone()).collect::<BTreeSet<_>>(), numbers("CN"));
    });
}
