//! Showing keys (M13, M16, M20) and the record of it (I5).

use perpetua_app::keys::{looks_of_customer, looks_of_purchase, reveal};
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;

use crate::fixture::{Bought, Shop, code};

#[test]
fn both_sides_read_the_same_key_and_each_look_is_recorded() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let (line, key) = shop.buy_with_key(Bought::default()).await;
        let shown = reveal(&test.app, &shop.agent, line).await.unwrap();
        assert_eq!(*shown.expose_grouped(), key);
        assert_eq!((shown.activations_used, shown.activations_limit), (1, 6));
        assert!(!format!("{shown:?}").contains(&key[..4]), "{shown:?}");
        shop.pass(0);
        let again = reveal(&test.app, &shop.admin, line).await.unwrap();
        assert_eq!(*again.expose_grouped(), key);
        assert_eq!(shop.audited("done").await, ["key.revealed", "key.revealed"]);
        let looks = looks_of_customer(&test.app, &shop.admin, None).await.unwrap();
        let who: Vec<_> = looks.iter().map(|look| (&*look.tenant_name, &*look.product)).collect();
        assert_eq!(who.len(), 2);
        assert!(who.contains(&("Alfa", "Harbor Server")) && who.contains(&("Northlake", "Harbor Server")), "{who:?}");
        assert!(looks.iter().any(|look| look.name == shop.agent.name));
        let last = looks.last().unwrap();
        let before = looks_of_customer(&test.app, &shop.admin, Some((last.at, last.record))).await.unwrap();
        assert!(before.is_empty(), "the next page begins after the last look");
        assert_eq!(looks_of_purchase(&test.app, &shop.agent, line).await.unwrap(), looks);
        assert_eq!(code(looks_of_customer(&test.app, &shop.agent, None).await), "not_found");
        let user = test.caller(shop.customer, &[Role::CustomerUser]).await;
        assert_eq!(code(looks_of_customer(&test.app, &user, None).await), "missing_role");
        assert_eq!(code(looks_of_purchase(&test.app, &user, line).await), "missing_role");
    });
}

#[test]
fn only_admin_agents_and_those_whom_the_customer_lets_see_a_key() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let line = shop.buy(Bought::default()).await;
        for role in [Role::SalesAgent, Role::HelpdeskAgent, Role::BillingAdmin, Role::UserAdmin] {
            let caller = test.caller(shop.partner, &[role]).await;
            assert_eq!(code(reveal(&test.app, &caller, line).await), "missing_role", "{role}");
        }
        let user = test.caller(shop.customer, &[Role::CustomerUser]).await;
        let problem = reveal(&test.app, &user, line).await.unwrap_err();
        assert_eq!(problem.any_of, [Role::GlobalAdmin, Role::KeyViewer], "the refusal names the roles");
        let viewer = test.caller(shop.customer, &[Role::KeyViewer]).await;
        assert!(reveal(&test.app, &viewer, line).await.is_ok());
        for role in [Role::OperatorAdmin, Role::OperatorSales, Role::OperatorSupport, Role::OperatorAuditor] {
            let staff = test.caller(test.operator, &[role]).await;
            assert_eq!(code(reveal(&test.app, &staff, line).await), "missing_role", "{role}");
        }
        assert_eq!(shop.audited("refused").await, ["key.reveal_refused"; 9]);
    });
}

#[test]
fn another_tenants_purchase_is_not_found_and_shows_the_owner_no_stranger() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let line = shop.buy(Bought::default()).await;
        let rival = test.partner("Beta").await;
        test.relate(rival, shop.customer, "Northlake").await;
        let rival = test.caller(rival, &[Role::AdminAgent]).await;
        assert_eq!(code(reveal(&test.app, &rival, line).await), "not_found");
        let other = test.customer(shop.partner, "Southlake").await;
        let other = test.caller(other, &[Role::GlobalAdmin]).await;
        assert_eq!(code(reveal(&test.app, &other, line).await), "not_found");
        assert!(shop.audit().await.is_empty());
    });
}

#[test]
fn a_key_needs_a_fresh_sign_in_an_active_purchase_and_a_standing_relationship() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test.clone()).await;
        let line = shop.buy(Bought::default()).await;
        test.clock.advance(jiff::SignedDuration::from_hours(30));
        assert!(reveal(&test.app, &shop.agent, line).await.is_ok(), "business time does not age a sign-in");
        test.real_clock.advance(jiff::SignedDuration::from_mins(60));
        assert_eq!(code(reveal(&test.app, &shop.agent, line).await), "fresh_sign_in_needed");
        let mut agent = shop.agent.clone();
        agent.proved_at = test.app.real_clock.now();
        shop.cancel(line).await;
        assert_eq!(code(reveal(&test.app, &agent, line).await), "purchase_cancelled");
        shop.part().await;
        assert_eq!(code(reveal(&test.app, &agent, line).await), "relationship_ended");
        assert_eq!(shop.audited("done").await, ["key.revealed"]);
        assert_eq!(shop.audited("refused").await, ["key.reveal_refused"; 2]);
    });
}
