//! Two at once: one wins, and what is left is one of the two orders of things.

use std::sync::Arc;

use perpetua_app::cancellation;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::subscriptions::{self, ChangeSubscription};
use perpetua_domain::subscription::SubscriptionState;
use perpetua_test_support::TestApp;

use crate::shared::{Shop, name, to};

#[test]
fn of_changes_to_one_version_exactly_one_wins() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test).await);
        let bought = shop.subscribe(1).await;
        let tries: Vec<_> = (0..20)
            .map(|number| {
                let shop = shop.clone();
                tokio::spawn(async move {
                    let command = shop.command(bought.id, name(&format!("Name {number}")));
                    let command = ChangeSubscription { expected_version: Some(1), ..command };
                    subscriptions::change(shop.app(), &shop.agent, command).await.map_err(|problem| problem.code)
                })
            })
            .collect();
        let mut won = Vec::new();
        for one in tries {
            match one.await.unwrap() {
                Ok(view) => won.push(view),
                Err(code) => assert_eq!(code, "changed_elsewhere"),
            }
        }
        assert_eq!(won.len(), 1);
        assert_eq!(shop.get(won[0].id).await, won[0]);
        assert_eq!(shop.test.events("subscription.updated").await.len(), 1);
    });
}

#[test]
fn renaming_while_it_is_cancelled_leaves_it_deleted() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test).await);
        for round in 0..8 {
            let bought = shop.subscribe(1).await;
            let (renaming, cancelling) = (shop.clone(), shop.clone());
            let (id, order) = (bought.id, bought.order);
            let renamed = tokio::spawn(async move { renaming.change(id, name("Renamed")).await });
            let cancelled = tokio::spawn(async move {
                let key = cancelling.app().entropy.bytes();
                cancellation::cancel_order(cancelling.app(), &cancelling.agent, key, order).await
            });
            let renamed = renamed.await.unwrap();
            cancelled.await.unwrap().unwrap();
            let left = shop.get(id).await;
            assert_eq!(left.state, SubscriptionState::Deleted, "round {round}");
            match renamed {
                Ok(_) => assert_eq!((left.friendly_name.as_str(), left.version), ("Renamed", 3)),
                Err(problem) => {
                    assert_eq!(problem.code, "subscription_deleted");
                    assert_eq!((left.friendly_name, left.version), (bought.friendly_name, 2));
                }
            }
        }
    });
}

#[test]
fn deleting_and_cancelling_at_once_credit_once() {
    TestApp::each(async |test| {
        let shop = Arc::new(Shop::open(test).await);
        let bought = shop.subscribe(2).await;
        let tries: Vec<_> = (0..10)
            .map(|number| {
                let shop = shop.clone();
                tokio::spawn(async move {
                    if number % 2 == 0 {
                        return shop.change(bought.id, to(SubscriptionState::Deleted)).await.map(drop);
                    }
                    let key = shop.app().entropy.bytes();
                    cancellation::cancel_order(shop.app(), &shop.agent, key, bought.order).await.map(drop)
                })
            })
            .collect();
        for one in tries {
            if let Err(problem) = one.await.unwrap() {
                assert_eq!(problem.code, "already_cancelled");
            }
        }
        assert_eq!(shop.test.number("SELECT balance AS number FROM partner_account").await, 0);
        assert_eq!(shop.count("credit_note").await, 1);
    });
}
