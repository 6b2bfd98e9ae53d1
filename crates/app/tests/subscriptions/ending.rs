//! How a subscription ends: deleted with its line, or expired with its term.

use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::{cancellation, doctor, subscriptions};
use perpetua_domain::subscription::SubscriptionState;
use perpetua_test_support::TestApp;

use crate::shared::{Shop, name, to};

#[test]
fn deleting_a_subscription_inside_the_window_cancels_its_line_and_credits_it_once() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let order = shop.test.order(&shop.agent, shop.customer, &[(shop.forever, 1), (shop.year, 2)]).await;
        let list = subscriptions::ListSubscriptions { customer: shop.customer, order: Some(order.id) };
        let bought = subscriptions::list(shop.app(), &shop.agent, list).await.unwrap().remove(0);
        let command = shop.command(bought.id, to(SubscriptionState::Deleted));
        for _ in 0..3 {
            let deleted = subscriptions::change(shop.app(), &shop.agent, command.clone()).await.unwrap();
            assert_eq!((deleted.state, deleted.quantity), (SubscriptionState::Deleted, 0));
            assert!(!deleted.is_cancellable);
        }
        assert_eq!(
            shop.test.lines("SELECT state AS line FROM order_line ORDER BY line_no").await,
            ["active", "cancelled"]
        );
        assert_eq!(shop.test.number("SELECT balance AS number FROM partner_account").await, 11_900);
        assert_eq!(shop.count("credit_note").await, 1);
        assert_eq!(shop.test.events("subscription.updated").await.len(), 1);
        let problem = shop.change(bought.id, name("Too late")).await.unwrap_err();
        assert_eq!(problem.code, "subscription_deleted");
        let report = doctor::examine(shop.app(), jiff::SignedDuration::from_hours(1), &[]).await.unwrap();
        assert_eq!(report.findings, []);
    });
}

#[test]
fn after_the_window_a_subscription_cannot_be_deleted() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        shop.pass(61);
        let problem = shop.change(bought.id, to(SubscriptionState::Deleted)).await.unwrap_err();
        assert_eq!(problem.code, "window_closed");
        assert_eq!(shop.get(bought.id).await.state, SubscriptionState::Active);
        assert_eq!(shop.count("audit_record WHERE kind = 'subscription.cancel_refused'").await, 1);
    });
}

#[test]
fn cancelling_an_order_deletes_its_subscriptions_in_the_same_step() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let (gone, stays) = (shop.subscribe(2).await, shop.subscribe(1).await);
        let key = shop.app().entropy.bytes();
        cancellation::cancel_order(shop.app(), &shop.agent, key, gone.order).await.unwrap();
        assert_eq!(shop.get(gone.id).await.state, SubscriptionState::Deleted);
        assert_eq!(shop.get(stays.id).await, stays);
    });
}

#[test]
fn a_term_that_is_over_has_expired_at_once_and_the_job_writes_it_down_once() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let (plain, suspended) = (shop.subscribe(1).await, shop.subscribe(1).await);
        shop.change(suspended.id, to(SubscriptionState::Suspended)).await.unwrap();
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 0);
        shop.pass(366);
        assert_eq!(shop.get(plain.id).await.state, SubscriptionState::Expired);
        let problem = shop.change(plain.id, to(SubscriptionState::Active)).await.unwrap_err();
        assert_eq!(problem.code, "subscription_expired");
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 2);
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 0);
        assert_eq!(shop.count("subscription WHERE state = 'expired' AND suspension IS NULL").await, 2);
        let by_program = "audit_record WHERE kind = 'subscription.changed' AND actor_id IS NULL";
        assert_eq!(shop.count(by_program).await, 2);
        assert_eq!(shop.test.events("subscription.updated").await.len(), 3);
    });
}
