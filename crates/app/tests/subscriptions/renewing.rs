//! What renews itself goes on with a new order, once; what may not, expires and says why.

use std::sync::Arc;

use diesel::prelude::*;
use perpetua_app::orders;
use perpetua_app::{cancellation, doctor, entropy::EntropyExt as _, subscriptions};
use perpetua_domain::catalog::Segment;
use perpetua_domain::subscription::SubscriptionState;
use perpetua_store::schema::order_line;
use perpetua_store::{Id, StoreError};
use perpetua_test_support::TestApp;

use crate::shared::{Shop, to};

fn renews() -> subscriptions::Patch {
    subscriptions::Patch { auto_renew: Some(true), ..subscriptions::Patch::default() }
}

impl Shop {
    async fn findings(&self) -> usize {
        // Nobody seals in a test, however long it takes.
        let report = doctor::examine(self.app(), jiff::SignedDuration::from_hours(100_000), &[]).await.unwrap();
        report.findings.len()
    }

    async fn balance(&self) -> i64 {
        self.test.number("SELECT balance AS number FROM partner_account").await
    }
}

#[test]
fn at_the_end_of_its_term_a_subscription_goes_on_with_a_new_order_key_and_window() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(2).await;
        shop.change(bought.id, renews()).await.unwrap();
        let before = shop.balance().await;
        shop.pass(366);
        let due = shop.get(bought.id).await;
        assert_eq!(
            (due.state, due.order),
            (SubscriptionState::Active, bought.order),
            "due, and carried out in a moment"
        );
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 1);
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 0);
        let renewed = shop.get(bought.id).await;
        assert_eq!((renewed.state, renewed.auto_renew, renewed.quantity), (SubscriptionState::Active, true, 2));
        assert_ne!((renewed.order, renewed.line), (bought.order, bought.line));
        assert_eq!(renewed.starts_at, shop.app().clock.now());
        assert!(renewed.term_ends_at > bought.term_ends_at && renewed.is_cancellable);
        assert_eq!((renewed.created_at, renewed.friendly_name), (bought.created_at, bought.friendly_name));
        assert_eq!(shop.balance().await, 2 * before, "charged like the first time");
        let order = orders::load(shop.app(), &shop.agent, renewed.order).await.unwrap();
        assert_eq!((order.renews, order.lines.len()), (Some(bought.id), 1));
        assert_eq!(orders::load(shop.app(), &shop.agent, bought.order).await.unwrap().renews, None);
        assert_eq!(shop.count("product_key WHERE state = 'active'").await, 2);
        assert_eq!(shop.count("audit_record WHERE kind = 'subscription.renewed' AND actor_id IS NULL").await, 1);
        assert_eq!(shop.test.events("order.placed").await.len(), 2);
        assert_eq!(shop.findings().await, 0);
    });
}

#[test]
fn the_renewed_term_can_be_cancelled_in_its_own_window_and_credits_its_own_order() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        shop.change(bought.id, renews()).await.unwrap();
        let before = shop.balance().await;
        shop.pass(366);
        subscriptions::end_terms(shop.app(), None).await.unwrap();
        let key = shop.app().entropy.bytes();
        let old = cancellation::cancel_order(shop.app(), &shop.agent, key, bought.order).await.unwrap_err();
        assert_eq!(old.code, "window_closed", "the first term stays paid");
        shop.pass(59);
        let deleted = shop.change(bought.id, to(SubscriptionState::Deleted)).await.unwrap();
        assert_eq!((deleted.state, deleted.auto_renew), (SubscriptionState::Deleted, false));
        assert_eq!(shop.balance().await, before);
        shop.pass(366);
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 0, "what is deleted does not go on");
        assert_eq!(shop.findings().await, 0);
    });
}

#[test]
fn what_the_rule_of_orders_refuses_expires_and_says_why() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        shop.change(bought.id, renews()).await.unwrap();
        let before = shop.balance().await;
        shop.test.set_credit_limit(shop.partner, before).await;
        shop.pass(366);
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 1);
        let over = shop.get(bought.id).await;
        assert_eq!((over.state, over.auto_renew, over.order), (SubscriptionState::Expired, false, bought.order));
        assert_eq!((shop.balance().await, shop.count("orders").await), (before, 1), "nothing is charged");
        let sql = "SELECT detail AS line FROM audit_record WHERE kind = 'subscription.renewal_refused'";
        let told = shop.test.lines(sql).await;
        assert!(told.len() == 1 && told[0].contains("credit_exceeded"), "{told:?}");
        assert_eq!(shop.findings().await, 0);
    });
}

#[test]
fn a_suspended_subscription_is_not_paid_for_again() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        shop.change(bought.id, renews()).await.unwrap();
        shop.change(bought.id, to(SubscriptionState::Suspended)).await.unwrap();
        shop.pass(366);
        assert_eq!(shop.get(bought.id).await.state, SubscriptionState::Expired, "at once, as nothing renews it");
        assert_eq!(subscriptions::end_terms(shop.app(), None).await.unwrap().done, 1);
        assert_eq!(shop.get(bought.id).await.state, SubscriptionState::Expired);
        assert_eq!(shop.count("orders").await, 1);
    });
}

impl Shop {
    /// Writes a word into a line that no line has, so that it cannot be read.
    async fn write_segment(&self, of: &subscriptions::SubscriptionView, word: &'static str) {
        let written = self.app().store.write(of.line, move |conn, line| {
            let line = order_line::table.filter(order_line::id.eq(Id(*line)));
            diesel::update(line).set(order_line::segment.eq(word)).execute(conn).map_err(StoreError::from)
        });
        assert_eq!(written.await.unwrap(), 1);
    }
}

#[test]
fn a_term_that_cannot_end_keeps_no_other_waiting_and_ends_once_it_can() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let (mut renewing, mut expiring) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            renewing.push(shop.subscribe(1).await);
            expiring.push(shop.subscribe(1).await);
        }
        for bought in &renewing {
            shop.change(bought.id, renews()).await.unwrap();
        }
        // The first of each kind to be taken.
        renewing.sort_by_key(|bought| bought.id);
        expiring.sort_by_key(|bought| bought.id);
        let segment = shop.test.lines("SELECT segment AS line FROM order_line").await.remove(0);
        for broken in [&renewing[0], &expiring[0]] {
            shop.write_segment(broken, "nonsense").await;
        }
        shop.pass(366);
        let step = subscriptions::end_terms(shop.app(), None).await.unwrap();
        assert_eq!((step.done, step.failed, step.next), (4, 2, None));
        assert_eq!((shop.count("renewal").await, shop.count("subscription WHERE state = 'expired'").await), (2, 2));
        let again = subscriptions::end_terms(shop.app(), None).await.unwrap();
        assert_eq!((again.done, again.failed), (0, 2), "nothing is done twice, and what failed is tried again");
        let broken = shop.test.lines("SELECT segment AS line FROM order_line WHERE segment = 'nonsense'").await;
        assert_eq!((broken.len(), segment == "nonsense"), (2, false));
        for mended in [&renewing[0], &expiring[0]] {
            shop.write_segment(mended, Segment::parse(&segment).unwrap().as_text()).await;
        }
        let last = subscriptions::end_terms(shop.app(), None).await.unwrap();
        assert_eq!((last.done, last.failed), (2, 0));
        assert_eq!((shop.count("renewal").await, shop.count("orders").await), (3, 9));
        assert_eq!(shop.findings().await, 0);
    });
}

#[test]
fn a_round_goes_on_behind_what_it_has_seen() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let (first, second) = (shop.subscribe(1).await, shop.subscribe(1).await);
        shop.pass(366);
        let first = if first.id < second.id { first } else { second };
        let behind = (first.term_ends_at.into(), Id(first.id));
        assert_eq!(subscriptions::end_terms(shop.app(), Some(behind)).await.unwrap().done, 1);
        let left = shop.test.lines("SELECT state AS line FROM subscription ORDER BY id").await;
        assert_eq!(left, ["active", "expired"]);
    });
}

#[test]
fn many_rounds_at_once_renew_once() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test).await);
        for _ in 0..3 {
            let bought = shop.subscribe(1).await;
            shop.change(bought.id, renews()).await.unwrap();
        }
        let before = shop.balance().await;
        shop.pass(366);
        let rounds: Vec<_> = (0..8)
            .map(|_| {
                let shop = shop.clone();
                tokio::spawn(async move { subscriptions::end_terms(shop.app(), None).await.map(|step| step.failed) })
            })
            .collect();
        for round in rounds {
            assert_eq!(round.await.unwrap().unwrap(), 0);
        }
        assert_eq!((shop.count("orders").await, shop.count("renewal").await), (6, 3));
        assert_eq!(shop.balance().await, 2 * before);
        assert_eq!(shop.findings().await, 0);
    });
}
