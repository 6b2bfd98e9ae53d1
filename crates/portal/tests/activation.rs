//! Activation over HTTP: another key for a purchase, typed codes, false alarms, and the operator's rules and figures.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "other tests need more of it")]
mod browser;

use axum::http::StatusCode;
use browser::{Browser, fill, value};
use perpetua_app::activation::watch;
use perpetua_domain::access::Role;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};

const RULES: &str = "/operator/rules";

fn machines(licensed: &Licensed) -> String {
    format!("/partner/customers/{}/software/{}/machines", licensed.customer, licensed.line)
}

async fn operator(test: &TestApp, role: Role) -> Browser {
    let caller = test.caller(test.operator, &[role]).await;
    Browser::of(test, &caller, "en").await
}

/// Sets the rules of the product, with these fields changed.
async fn set_rules(operator: &Browser, changed: &[(&str, &str)]) -> browser::Page {
    let page = operator.get(RULES).await;
    let mut fields = page.form(RULES);
    fill(&mut fields, "product", "HARBORSERVER");
    for (name, value) in changed {
        fill(&mut fields, name, value);
    }
    operator.post(RULES, &fields).await
}

#[test]
fn the_agent_replaces_a_key_once_per_form_and_a_clerk_sees_no_form() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let path = machines(&licensed);
        let action = format!("{path}/replace");
        let page = agent.get(&path).await;
        let mut fields = page.form(&action);
        fill(&mut fields, "why", "leaked");
        let done = agent.post(&action, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
        let page = agent.get(&done.location).await;
        assert!(
            page.html.contains("The purchase has another key.") && page.html.contains("Key replaced"),
            "{}",
            page.html
        );
        let again = agent.post(&action, &fields).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(again.html.contains("Somebody changed this in the meantime"), "{}", again.html);
        assert_eq!(Device::new(1).activate(&test.app, &licensed.key).await, "key_replaced");
        let clerk = test.caller(licensed.partner, &[Role::SalesAgent]).await;
        let page = Browser::of(&test, &clerk, "en").await.get(&path).await;
        assert!(!page.html.contains("/machines/replace\""), "{}", page.html);
    });
}

#[test]
fn a_typed_code_is_made_once_the_operator_allows_it_and_slips_are_named() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let path = machines(&licensed);
        let action = format!("{path}/typed");
        assert!(!agent.get(&path).await.html.contains(&action), "off by itself");
        let sales = operator(&test, Role::OperatorSales).await;
        let set = set_rules(&sales, &[("typed_days", "30")]).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.html);
        let secret = "/operator/rules/secret";
        let shown = sales.post(secret, &sales.get(RULES).await.form(secret)).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.html.contains("typedSecret"), "{}", shown.html);

        let digits = Device::new(1).typed_request(&licensed.key, 5).to_digits();
        let mut fields = agent.get(&path).await.form(&action);
        fill(&mut fields, "name", "PC-vault");
        let wrong = if digits.starts_with('1') { "2" } else { "1" };
        fill(&mut fields, "typed_request", &format!("{wrong}{}", &digits[1..]));
        let page = agent.post(&action, &fields).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.html.contains("Group 1 is mistyped"), "{}", page.html);
        fill(&mut fields, "typed_request", &digits.replace('-', " "));
        let page = agent.post(&action, &fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let code = page.html.split("data-text=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [6; 8]);
        assert!(page.html.contains("PC-vault") && page.html.contains("no signature"), "{}", page.html);
        let page = agent.get(&path).await;
        assert!(page.html.contains("asked by typed code") && page.html.contains("1 of 2"), "{}", page.html);
    });
}

#[test]
fn the_operator_sets_rules_sees_activations_and_a_false_alarm_ends() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let sales = operator(&test, Role::OperatorSales).await;
        let page = set_rules(&sales, &[("refresh_days", "0"), ("top_up_extra", "1"), ("leak_networks", "many")]).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.html.contains("Please fill this in.") && page.html.contains("Enter a number."), "{}", page.html);
        let page = set_rules(&sales, &[("refresh_days", "0")]).await;
        assert!(page.html.contains("out of range"), "{}", page.html);
        let rules = [("refresh_days", "7"), ("leak_reaction", "pause"), ("leak_attempts", "0")];
        assert_eq!(set_rules(&sales, &rules).await.status, StatusCode::SEE_OTHER);
        let page = sales.get(&format!("{RULES}?product=HARBORSERVER")).await;
        assert_eq!(value(&page.form(RULES), "refresh_days"), "7");
        let auditor = operator(&test, Role::OperatorAuditor).await;
        assert!(!auditor.get(RULES).await.html.contains("name=\"refresh_days\""));

        for seed in 1..=3 {
            Device::new(seed).activate(&test.app, &licensed.key).await;
        }
        assert_eq!(watch::store(&test.app).await.unwrap(), 1);
        let page = sales.get("/operator/activations").await;
        for shown in ["more than the purchase explains", "<svg", "2025", "As a table"] {
            assert!(page.html.contains(shown), "{shown}: {}", page.html);
        }
        let agent = Browser::of(&test, &licensed.agent, "en").await;
        let path = machines(&licensed);
        let page = agent.get(&path).await;
        assert!(page.html.contains("No new machine is activated until"), "{}", page.html);
        let action = format!("{path}/false-alarm");
        let done = agent.post(&action, &page.form(&action)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.html);
        assert!(!agent.get(&path).await.html.contains("more than the purchase explains"));
        assert!(sales.get("/operator/activations").await.html.contains("No key is suspected."));
    });
}
