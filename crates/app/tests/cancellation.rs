//! Cancelling purchases, on both engines (M19, M29–M39; I2, I4, I5, I8).

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[path = "cancellation/bought.rs"]
mod bought;
#[path = "cancellation/model.rs"]
mod model;
#[path = "cancellation/races.rs"]
mod races;
#[path = "cancellation/refusals.rs"]
mod refusals;

use bought::{Shop, audit_kinds, form, key_of, line, pick};
use perpetua_app::cancellation::{self, Cancel, Selection};
use perpetua_domain::order::{LineState, OrderState};
use perpetua_test_support::TestApp;

#[test]
fn a_whole_line_is_credited_in_full_and_its_key_and_links_die() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(3, 30_000, 5_700)]).await;
        shop.link(&bought, 0).await;
        let preview = cancellation::preview(&test.app, &shop.agent, bought.order, Selection::AllLeft).await.unwrap();
        assert_eq!((preview.total.minor(), preview.lines[0].links), (35_700, 1));
        assert!(preview.problem.is_none());
        let command = Cancel { form: form(&bought, preview.total), ..shop.command(&bought, 1, vec![pick(0, 3)]) };
        let done = cancellation::cancel(&test.app, &shop.agent, command).await.unwrap();
        assert_eq!((done.request_number.as_str(), done.credit_note_number.as_str()), ("R-000001", "CN-000001"));
        assert_eq!((done.net.minor(), done.tax.minor(), done.total.minor()), (30_000, 5_700, 35_700));
        let state = shop.state(&bought).await;
        assert_eq!(state.order.state.0, OrderState::Cancelled);
        assert_eq!((state.lines[0].state.0, state.lines[0].cancelled_quantity), (LineState::Cancelled, 3));
        let key = key_of(&state, 0);
        assert_eq!((key.state.as_str(), key.revoke_reason.as_str()), ("revoked", "cancelled"));
        assert_eq!(state.living_links, 0);
        assert_eq!(state.balance, 0);
        assert_eq!(audit_kinds(&test.app, "done").await, ["key.revoked", "order.cancelled", "request.closed"]);
    });
}

#[test]
fn a_part_lowers_the_limit_and_the_rest_credits_what_is_missing_to_the_cent() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(3, 100, 19)]).await;
        shop.link(&bought, 0).await;
        let first = shop.cancel(&bought, 1, vec![pick(0, 1)]).await.unwrap();
        assert_eq!((first.net.minor(), first.tax.minor()), (33, 6));
        let state = shop.state(&bought).await;
        assert_eq!((state.order.state.0, state.lines[0].state.0), (OrderState::Completed, LineState::PartlyCancelled));
        assert_eq!((key_of(&state, 0).state.as_str(), key_of(&state, 0).activation_limit), ("active", 4));
        assert_eq!(state.living_links, 1);
        let rest = shop.cancel(&bought, 2, vec![pick(0, 2)]).await.unwrap();
        assert_eq!((first.net.minor() + rest.net.minor(), first.tax.minor() + rest.tax.minor()), (100, 19));
        assert_eq!(rest.credit_note_number, "CN-000002");
        assert_eq!(shop.state(&bought).await.balance, 0);
    });
}

#[test]
fn several_lines_share_one_credit_note_and_the_others_stay() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(2, 2_000, 380), line(1, 999, 190), line(5, 50, 0)]).await;
        let done = shop.cancel(&bought, 1, vec![pick(2, 5), pick(0, 1)]).await.unwrap();
        assert_eq!((done.net.minor(), done.tax.minor()), (50 + 1_000, 190));
        let numbers: Vec<(u32, u32)> = done.lines.iter().map(|line| (line.number, line.quantity)).collect();
        assert_eq!(numbers, [(0, 1), (2, 5)]);
        let state = shop.state(&bought).await;
        assert_eq!(state.order.state.0, OrderState::Completed);
        let states: Vec<LineState> = state.lines.iter().map(|line| line.state.0).collect();
        assert_eq!(states, [LineState::PartlyCancelled, LineState::Active, LineState::Cancelled]);
        assert_eq!(key_of(&state, 1).state, "active");
        assert_eq!(state.balance, 2_380 + 1_189 + 50 - 1_240);
    });
}

#[test]
fn an_order_is_cancelled_whole_without_a_reason_as_the_api_does() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(2, 2_000, 380), line(1, 999, 190)]).await;
        let done = cancellation::cancel_order(&test.app, &shop.agent, [7; 32], bought.order).await.unwrap();
        assert_eq!(done.total.minor(), 2_380 + 1_189);
        let (request, again) = cancellation::cancelled(&test.app, &shop.agent, done.request).await.unwrap();
        assert_eq!((request.reason_kind.0.as_text(), request.contact_email == shop.agent.email), ("not_given", true));
        assert_eq!(again, done);
        let repeated = cancellation::cancel_order(&test.app, &shop.agent, [7; 32], bought.order).await.unwrap();
        assert_eq!(repeated, done);
        let other = cancellation::cancel_order(&test.app, &shop.agent, [8; 32], bought.order).await.unwrap_err();
        assert_eq!(other.code, "already_cancelled");
    });
}

#[test]
fn what_cost_nothing_is_cancelled_for_nothing() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(2, 0, 0)]).await;
        let done = shop.cancel(&bought, 1, vec![pick(0, 2)]).await.unwrap();
        assert_eq!(done.total.minor(), 0);
        assert_eq!(key_of(&shop.state(&bought).await, 0).state, "revoked");
    });
}

#[test]
fn the_credit_note_is_for_the_partner_and_the_customer_hears_no_amount() {
    TestApp::each(|test| async move {
        let shop = Shop::open(&test).await;
        let bought = shop.buy(&[line(2, 31_337, 5_954)]).await;
        let done = shop.cancel(&bought, 1, vec![pick(0, 2)]).await.unwrap();
        let note = cancellation::credit_note(&test.app, &shop.agent, done.credit_note).await.unwrap();
        assert_eq!((note.note.total, note.lines.len()), (37_291, 1));
        let admin = shop.customer_admin().await;
        let refused = cancellation::credit_note(&test.app, &admin, done.credit_note).await.unwrap_err();
        assert!(matches!(refused.code, "not_found" | "missing_role"), "{}", refused.code);
        let shown = bought::audit_details_of_customer(&test.app, shop.customer).await;
        assert_eq!(shown.len(), 2);
        assert!(shown.iter().all(|detail| !detail.contains("31337") && !detail.contains("37291")), "{shown:?}");
        let requests = shop.requests().await;
        assert_eq!((requests.len(), requests[0].0.number.as_str()), (1, "R-000001"));
    });
}
