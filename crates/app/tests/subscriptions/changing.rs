//! What a subscription is, and what may be changed about it.

use diesel::RunQueryDsl as _;
use perpetua_app::subscriptions::{self, ListSubscriptions, Patch};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::subscription::SubscriptionState;
use perpetua_domain::term::Term;
use perpetua_store::schema::subscription;
use perpetua_store::{MIGRATIONS, StoreError};
use perpetua_test_support::TestApp;

use crate::shared::{Shop, instant, name, to};

#[test]
fn a_line_with_a_term_makes_a_subscription_and_perpetual_software_none() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let order = shop.test.order(&shop.agent, shop.customer, &[(shop.forever, 1), (shop.year, 3)]).await;
        let all = ListSubscriptions { customer: shop.customer, order: None };
        let found = subscriptions::list(shop.app(), &shop.agent, all).await.unwrap();
        assert_eq!(found.len(), 1);
        let one = &found[0];
        assert_eq!((one.order, one.line_no, one.quantity), (order.id, 1, 3));
        assert_eq!((one.friendly_name.as_str(), one.title.as_str()), ("Harbor Yearly", "Harbor Yearly"));
        assert_eq!((one.state, one.auto_renew, one.term), (SubscriptionState::Active, false, Term::OneYear));
        assert_eq!((one.starts_at, one.term_last_day.to_string()), (order.placed_at, "2027-03-01".to_owned()));
        assert_eq!(one.term_ends_at, instant("2027-03-01T23:00:00Z"));
        assert!(one.is_cancellable);
        assert_eq!((one.support_contact, one.version), (shop.partner, 1));
        assert_eq!(shop.get(one.id).await, *one);
        let other = ListSubscriptions { order: Some(perpetua_domain::id::OrderId::new(one.id.uuid())), ..all };
        assert_eq!(subscriptions::list(shop.app(), &shop.agent, other).await.unwrap(), []);
    });
}

#[test]
fn what_was_bought_before_subscriptions_existed_gets_the_same_rows() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let (gone, stays) = (shop.subscribe(2).await, shop.subscribe(1).await);
        shop.change(gone.id, to(SubscriptionState::Deleted)).await.unwrap();
        let migration = MIGRATIONS.iter().find(|migration| migration.name == "subscriptions").unwrap();
        let (_, backfill) = migration.sql().split_once("INSERT INTO subscription").unwrap();
        let sql = format!("INSERT INTO subscription{backfill}");
        let refilled = shop.app().store.write(sql, |conn, sql| {
            diesel::delete(subscription::table).execute(conn)?;
            diesel::sql_query(sql.trim_end().trim_end_matches(';')).execute(conn).map_err(StoreError::from)
        });
        assert_eq!(refilled.await.unwrap(), 2);
        assert_eq!(shop.get(stays.id).await, stays);
        assert_eq!(shop.get(gone.id).await.state, SubscriptionState::Deleted);
    });
}

#[test]
fn a_change_is_stored_recorded_and_told_once() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(2).await;
        let patch = Patch { auto_renew: Some(true), ..name("Headquarters") };
        let changed = shop.change(bought.id, patch.clone()).await.unwrap();
        assert_eq!((changed.friendly_name.as_str(), changed.auto_renew, changed.version), ("Headquarters", true, 2));
        assert_eq!(shop.get(bought.id).await, changed);
        let same = shop.change(bought.id, patch).await.unwrap();
        assert_eq!(same, changed, "what is so already is no change");
        assert_eq!(shop.count("audit_record WHERE kind = 'subscription.changed' AND outcome = 'done'").await, 1);
        let events = shop.test.events("subscription.updated").await;
        assert_eq!(events.len(), 1);
        let event: serde_json::Value = serde_json::from_str(&events[0]).unwrap();
        assert_eq!(event["id"], bought.id.to_string());
        assert_eq!(event["partner"], shop.partner.to_string());
    });
}

#[test]
fn what_cannot_change_is_refused_with_its_reason_and_changes_nothing() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(2).await;
        let none = Patch::default;
        for (patch, code) in [
            (Patch { quantity: Some(3), ..none() }, "quantity_up"),
            (Patch { quantity: Some(1), ..none() }, "quantity_down"),
            (Patch { quantity: Some(0), ..none() }, "quantity_not_sold"),
            (Patch { other_billing: true, ..none() }, "billing_fixed"),
            (Patch { other_partner: true, ..none() }, "partner_fixed"),
            (Patch { renewal_term: Some(Term::ThreeYears), ..none() }, "renewal_term_alone"),
            (Patch { renewal_term: Some(Term::ThreeYears), auto_renew: Some(true), ..none() }, "renewal_term_not_sold"),
            (to(SubscriptionState::Expired), "subscription_state"),
            (name(" "), "invalid_input"),
        ] {
            let problem = shop.change(bought.id, patch).await.unwrap_err();
            assert_eq!(problem.code, code, "{problem:?}");
        }
        let stale =
            subscriptions::ChangeSubscription { expected_version: Some(7), ..shop.command(bought.id, name("X")) };
        let problem = subscriptions::change(shop.app(), &shop.agent, stale).await.unwrap_err();
        assert_eq!(problem.code, "changed_elsewhere");
        assert_eq!(shop.get(bought.id).await, bought);
        let refused = "audit_record WHERE kind = 'subscription.change_refused' AND outcome = 'refused'";
        assert_eq!(shop.count(refused).await, 10);
    });
}

#[test]
fn only_those_who_may_see_and_change_a_subscription() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        let test = &shop.test;
        let other = test.partner("Beta").await;
        let foreign = test.caller(other, &[Role::AdminAgent]).await;
        let second = test.customer(shop.partner, "Harbor").await;
        for (caller, customer) in [(&foreign, shop.customer), (&shop.agent, second)] {
            let problem = subscriptions::get(shop.app(), caller, customer, bought.id).await.unwrap_err();
            assert_eq!(problem.code, "not_found");
            let command = subscriptions::ChangeSubscription { customer, ..shop.command(bought.id, name("Mine")) };
            let problem = subscriptions::change(shop.app(), caller, command).await.unwrap_err();
            assert_eq!(problem.code, "not_found");
        }
        let list = ListSubscriptions { customer: shop.customer, order: None };
        assert_eq!(subscriptions::list(shop.app(), &foreign, list).await.unwrap_err().code, "not_found");
        let admin = test.caller(shop.customer, &[Role::GlobalAdmin]).await;
        assert_eq!(admin.kind, TenantKind::Customer);
        assert_eq!(subscriptions::list(shop.app(), &admin, list).await.unwrap().len(), 1);
        let helper = test.caller(shop.partner, &[Role::HelpdeskAgent]).await;
        let sales = test.caller(shop.partner, &[Role::SalesAgent]).await;
        for (caller, patch, allowed) in [
            (&admin, name("Ours"), false),
            (&helper, name("Theirs"), false),
            (&sales, to(SubscriptionState::Deleted), false),
            (&sales, name("Sold"), true),
        ] {
            let outcome = subscriptions::change(shop.app(), caller, shop.command(bought.id, patch)).await;
            let code = outcome.err().map_or("allowed", |problem| problem.code);
            assert_eq!(code, if allowed { "allowed" } else { "missing_role" }, "{}", caller.name);
        }
    });
}

#[test]
fn support_comes_from_the_partner_or_the_operator() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(1).await;
        let set = async |version, contact| {
            let ids = (shop.customer, bought.id);
            subscriptions::set_support_contact(shop.app(), &shop.agent, ids, version, contact).await
        };
        let changed = set(Some(1), shop.test.operator).await.unwrap();
        assert_eq!((changed.support_contact, changed.version), (shop.test.operator, 2));
        assert_eq!(set(Some(1), shop.partner).await.unwrap_err().code, "changed_elsewhere");
        assert_eq!(set(None, shop.customer).await.unwrap_err().code, "support_contact_unknown");
        assert_eq!(set(Some(2), shop.partner).await.unwrap().support_contact, shop.partner);
    });
}
