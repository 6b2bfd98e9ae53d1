//! Forms over HTTP: copies count once, refused ones answer 4xx, and amounts stay with those who may see them.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "other tests look as nobody too")]
mod browser;

use axum::http::StatusCode;
use browser::{Browser, fill, value};
use perpetua_app::cancellation;
use perpetua_app::carts::{self, AddItem};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_domain::access::Role;
use perpetua_test_support::{Goods, TestApp};

#[test]
fn a_customer_form_that_is_sent_twice_leads_to_the_customer_of_the_first() {
    TestApp::each(|test| async move {
        let agent = test.caller(test.partner("Alfa").await, &[Role::AdminAgent]).await;
        let browser = Browser::of(&test, &agent, "en").await;
        let mut form = browser.get("/partner/customers/new").await.form("/partner/customers");
        assert_eq!(browser.post("/partner/customers", &form).await.status, StatusCode::BAD_REQUEST, "an empty form");
        for (name, text) in [
            ("name", "Southlake"),
            ("domain", "southlake.example"),
            ("country", "DE"),
            ("line1", "Hafenstraße 2"),
            ("city", "Hamburg"),
            ("postal_code", "20095"),
            ("email", "office@southlake.example"),
            ("admin_email", "admin@southlake.example"),
        ] {
            fill(&mut form, name, text);
        }
        let first = browser.post("/partner/customers", &form).await;
        assert!(first.status == StatusCode::OK && first.html.contains("/invitation/"), "{}", first.html);
        let second = browser.post("/partner/customers", &form).await;
        assert_eq!(second.status, StatusCode::SEE_OTHER);
        let page = browser.get(&second.location).await;
        assert!(page.html.contains("Southlake") && !page.html.contains("/invitation/"), "{}", page.html);
    });
}

#[test]
fn a_refused_form_that_gives_a_role_answers_with_a_failure() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let browser = Browser::of(&test, &agent, "en").await;
        let action = format!("/people/{partner}/give");
        let mut form = browser.get("/partner/people").await.form(&action);
        fill(&mut form, "person", &agent.person.to_string());
        fill(&mut form, "grant_role", "sales_agent");
        fill(&mut form, "hours", "soon");
        assert_eq!(browser.post(&action, &form).await.status, StatusCode::BAD_REQUEST, "no number of hours");
        fill(&mut form, "hours", "1000000");
        let refused = browser.post(&action, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.html);
        fill(&mut form, "hours", "");
        fill(&mut form, "grant_role", "no_role");
        assert_eq!(browser.post(&action, &form).await.status, StatusCode::BAD_REQUEST);
        assert!(!value(&form, "csrf").is_empty());
    });
}

#[test]
fn requests_show_amounts_only_to_those_who_may_see_them() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let order = test.order(&agent, customer, &[(item, 10)]).await;
        let request = cancellation::cancel_order(&test.app, &agent, test.app.entropy.bytes(), order.id).await.unwrap();
        let result = format!("/partner/requests/{}", request.request);
        for (role, may_see) in [(Role::AdminAgent, true), (Role::HelpdeskAgent, false)] {
            let caller = test.caller(partner, &[role]).await;
            let browser = Browser::of(&test, &caller, "en").await;
            for path in ["/partner/requests", &result] {
                let page = browser.get(path).await;
                assert_eq!(page.status, StatusCode::OK, "{role} at {path}");
                assert!(page.html.contains(&request.request_number), "{}", page.html);
                assert_eq!(page.html.contains("1,190.00"), may_see, "{role} at {path}: {}", page.html);
                assert_eq!(page.html.contains("/partner/credit-notes/"), may_see && path == result, "{role} at {path}");
            }
        }
    });
}

#[test]
fn a_cart_is_named_on_its_page_and_found_by_that_name() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let colleague = test.caller(partner, &[Role::SalesAgent]).await;
        let item = test.sell(Goods::default()).await.to_string();
        let command = AddItem { customer, cart: None, item, quantity: 1 };
        carts::add(&test.app, &agent, command).await.unwrap();
        let browser = Browser::of(&test, &agent, "en").await;
        let path = format!("/partner/customers/{customer}/cart");
        let page = browser.get(&path).await;
        let start = page.html.find(&format!("{path}/edit")).unwrap();
        let action = page.html[start..].split('"').next().unwrap();
        let mut form = page.form(action);
        fill(&mut form, "cart_name", &"x".repeat(65));
        let refused = browser.post(action, &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.html);
        fill(&mut form, "cart_name", "Autumn");
        assert_eq!(browser.post(action, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(value(&browser.get(&path).await.form(action), "cart_name"), "Autumn");
        assert!(Browser::of(&test, &colleague, "en").await.get(&path).await.html.contains("Autumn"));
    });
}

#[test]
fn a_new_customer_and_a_new_partner_begin_in_the_country_of_who_creates_them() {
    TestApp::each(|test| async move {
        let agent = test.caller(test.partner("Alfa").await, &[Role::AdminAgent]).await;
        let browser = Browser::of(&test, &agent, "en").await;
        let form = browser.get("/partner/customers/new").await.form("/partner/customers");
        assert_eq!(value(&form, "country"), "DE");
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let place = "SELECT country || ' ' || currency AS line FROM tenant WHERE kind = 'operator'";
        let place = test.lines(place).await.remove(0);
        let browser = Browser::of(&test, &admin, "en").await;
        let form = browser.get("/operator/partners/new").await.form("/operator/partners");
        assert_eq!(format!("{} {}", value(&form, "country"), value(&form, "currency")), place);
    });
}
