//! While a subscription is suspended, no key is shown, no link made, nothing downloaded.

use perpetua_app::{keys, subscriptions};
use perpetua_domain::access::Role;
use perpetua_domain::subscription::{SubscriptionState, Suspension};
use perpetua_test_support::TestApp;

use crate::shared::{Shop, to};

#[test]
fn a_suspended_subscription_shows_no_key_and_an_active_one_does_again() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        let admin = shop.test.caller(shop.customer, &[Role::GlobalAdmin]).await;
        let codes = async || {
            let mut codes = Vec::new();
            for caller in [&shop.agent, &admin] {
                let shown = keys::reveal(shop.app(), &shop.fresh(caller), bought.line).await;
                codes.push(shown.err().map_or("shown", |problem| problem.code));
            }
            codes
        };
        assert_eq!(codes().await, ["shown", "shown"]);
        let suspended = shop.change(bought.id, to(SubscriptionState::Suspended)).await.unwrap();
        assert_eq!((suspended.state, suspended.suspension), (SubscriptionState::Suspended, Some(Suspension::Partner)));
        assert_eq!(codes().await, ["subscription_suspended", "subscription_suspended"]);
        let active = shop.change(bought.id, to(SubscriptionState::Active)).await.unwrap();
        assert_eq!((active.state, active.suspension), (SubscriptionState::Active, None));
        assert_eq!(codes().await, ["shown", "shown"]);
    });
}

#[test]
fn what_the_operator_suspended_only_the_operator_activates() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        let support = shop.test.caller(shop.test.operator, &[Role::OperatorSupport]).await;
        let by_operator = async |state| {
            subscriptions::change(shop.app(), &support, shop.command(bought.id, to(state))).await.unwrap()
        };
        let suspended = by_operator(SubscriptionState::Suspended).await;
        assert_eq!(suspended.suspension, Some(Suspension::Operator));
        let problem = shop.change(bought.id, to(SubscriptionState::Active)).await.unwrap_err();
        assert_eq!(problem.code, "suspended_by_operator");
        assert_eq!(by_operator(SubscriptionState::Active).await.state, SubscriptionState::Active);
    });
}
