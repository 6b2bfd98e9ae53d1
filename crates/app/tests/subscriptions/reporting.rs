//! Asking the operator about a subscription by its id, after it went on with another order.

use perpetua_app::subscriptions::{self, Patch};
use perpetua_app::{desk, entropy::EntropyExt as _};
use perpetua_domain::access::Role;
use perpetua_domain::desk::Award;
use perpetua_domain::money::Amount;
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_i18n::Lang;
use perpetua_test_support::TestApp;

use crate::shared::Shop;

#[test]
fn a_problem_with_a_renewed_subscription_is_about_its_present_order() {
    TestApp::each(async |test| {
        let shop = Shop::open(test).await;
        let bought = shop.subscribe(2).await;
        let renews = Patch { auto_renew: Some(true), ..Patch::default() };
        shop.change(bought.id, renews).await.unwrap();
        shop.pass(366);
        subscriptions::end_terms(shop.app(), None).await.unwrap();
        let renewed = shop.get(bought.id).await;
        let form = desk::Report {
            request_key: shop.app().entropy.bytes(),
            kind: Some(ProblemType::Refund),
            impact: Some(Impact::Minimal),
            title: "Half of it".to_owned(),
            customer: shop.customer.to_string(),
            order: bought.id.to_string(),
            line: None,
            reason: Some(ReasonChoice::Mistake),
            reason_text: String::new(),
            amount: "1".to_owned(),
            text: String::new(),
            contact_name: "Ada".to_owned(),
            contact_email: "ada@people.example".to_owned(),
            contact_phone: "+420 777 123 456".to_owned(),
            language: Lang::En,
            inform: String::new(),
            files: None,
        };
        let filed = desk::report(shop.app(), &shop.agent, form).await.unwrap();
        let found = desk::show(shop.app(), &shop.agent, filed.id).await.unwrap();
        assert_eq!(found.request.order_id.map(|order| order.0), Some(renewed.order));
        assert_eq!(found.case.line_id.map(|line| line.0), Some(renewed.line));
        // Money alone takes nothing from the subscription, so that nobody is told that it changed.
        let support = shop.test.caller(shop.test.operator, &[Role::OperatorSupport]).await;
        let told = shop.test.events("subscription.updated").await.len();
        let awards = vec![Award { line: 0, amount: Amount::from_minor(100).unwrap(), units: 0 }];
        let answer = desk::Answer { request: filed.id, version: found.request.version, reply: String::new() };
        desk::credit(shop.app(), &support, desk::Credit { answer, awards }).await.unwrap();
        assert_eq!(shop.test.events("subscription.updated").await.len(), told);
        assert_eq!(shop.get(bought.id).await, renewed);
    });
}
