//! Buying over HTTP: from the catalog to the order, once, also with double clicks and the back button.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod browser;
mod shown;

use axum::http::StatusCode;
use browser::Browser;
use perpetua_domain::access::Role;
use perpetua_test_support::{Goods, TestApp};

#[test]
fn a_partner_buys_from_catalog_to_confirmation_and_a_double_click_changes_nothing() {
    TestApp::each(async |test| {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let browser = Browser::open(&test, &agent).await;
        let base = format!("/partner/customers/{customer}");

        let catalog = browser.get(&format!("{base}/add")).await;
        assert!(catalog.text.contains(&item.to_string()), "{}", catalog.text);
        let item = item.to_string();
        let added = browser.post(&format!("{base}/cart"), &[("catalog_item", &item), ("quantity", "3")]).await;
        assert!(added.location.ends_with("done=cart-added"), "{}", added.location);
        let cart = browser.get(&format!("{base}/cart")).await;
        let edit = cart.attribute("action", "/cart/edit");
        let version = cart.field("cart_version");
        let fields = [
            ("quantity-0", "2"),
            ("own-0", "180"),
            ("purchase_order", "PO-9"),
            ("do", "review"),
            ("cart_version", &version),
        ];
        let review = browser.get(&browser.post(&edit, &fields).await.location).await;
        assert!(review.text.contains("€238.00"), "{}", review.text);
        assert!(review.text.contains("PO-9"));
        let form: Vec<(&str, String)> =
            ["cart", "reviewed", "form_token"].into_iter().map(|name| (name, review.field(name))).collect();
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let first = browser.post(&format!("{base}/order"), &form).await;
        let again = browser.post(&format!("{base}/order"), &form).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
        assert_eq!(first.location, again.location);
        let order = browser.get(&first.location).await;
        assert!(order.text.contains("The order is placed"), "{}", order.text);
        assert!(order.text.contains("Harbor Server Standard"));
        assert_eq!(test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM orders").await, 1);
        for path in ["/partner", "/partner/orders", &format!("{base}/orders")] {
            assert!(browser.get(path).await.text.contains("€238.00"), "{path}");
        }
    });
}

#[test]
fn a_changed_price_shows_the_review_again_and_orders_nothing() {
    TestApp::each(async |test| {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let browser = Browser::open(&test, &agent).await;
        let base = format!("/partner/customers/{customer}");
        let text = item.to_string();
        browser.post(&format!("{base}/cart"), &[("catalog_item", &text), ("quantity", "1")]).await;
        let review = browser.get(&format!("{base}/review")).await;
        test.set_price(item, "90").await;
        let (cart, reviewed, token) = (review.field("cart"), review.field("reviewed"), review.field("form_token"));
        let form = [("cart", cart.as_str()), ("reviewed", &reviewed), ("form_token", &token)];
        let answer = browser.post(&format!("{base}/order"), &form).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.text.contains("changed after you looked"), "{}", answer.text);
        assert!(answer.text.contains("€107.10"));
        assert_eq!(test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM orders").await, 0);
    });
}

#[test]
fn bad_quantities_and_prices_are_marked_in_the_cart() {
    TestApp::each(async |test| {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let item = test.sell(Goods::default()).await.to_string();
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let browser = Browser::open(&test, &agent).await;
        let base = format!("/partner/customers/{customer}");
        for quantity in ["0", "-1", "99999999999999999999", "many"] {
            let answer =
                browser.post(&format!("{base}/cart"), &[("catalog_item", &item), ("quantity", quantity)]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{quantity}");
        }
        browser.post(&format!("{base}/cart"), &[("catalog_item", &item), ("quantity", "1")]).await;
        let cart = browser.get(&format!("{base}/cart")).await;
        let edit = cart.attribute("action", "/cart/edit");
        let version = cart.field("cart_version");
        for (name, value) in [("quantity-0", "0"), ("own-0", "cheap")] {
            let answer = browser.post(&edit, &[(name, value), ("cart_version", &version), ("do", "save")]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}");
            assert!(answer.text.contains("aria-invalid"), "{name}");
        }
        let stale = browser.post(&edit, &[("quantity-0", "2"), ("cart_version", "7"), ("do", "save")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text.contains("changed in another window"));
    });
}

#[test]
fn strangers_and_customers_see_no_cart_and_a_customer_no_cost() {
    TestApp::each(async |test| {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let order = test.order(&agent, customer, &[(item, 1)]).await;
        let other = test.partner("Beta").await;
        let stranger = Browser::open(&test, &test.caller(other, &[Role::AdminAgent]).await).await;
        for path in ["add", "cart", "review", "orders"] {
            let answer = stranger.get(&format!("/partner/customers/{customer}/{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(stranger.get(&format!("/partner/orders/{}", order.id)).await.status, StatusCode::NOT_FOUND);
        let owner = Browser::open(&test, &test.caller(customer, &[Role::GlobalAdmin]).await).await;
        let page = owner.get(&format!("/customer/orders/{}", order.id)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains(&order.number) && !page.text.contains("€100") && !page.text.contains("€119"));
    });
}
