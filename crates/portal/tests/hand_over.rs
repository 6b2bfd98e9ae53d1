//! A handed-over key over HTTP: given on the purchase's page, opened by whoever is signed in as the recipient, once.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod browser;

use axum::http::StatusCode;
use browser::{Browser, fill, value};
use perpetua_app::cancellation::{self, Selection};
use perpetua_domain::access::Role;
use perpetua_test_support::{Goods, TestApp};

#[test]
fn the_recipient_who_is_signed_in_sees_the_key_once_and_the_giver_sees_when() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let order = test.order(&agent, customer, &[(item, 10)]).await;
        let preview = cancellation::preview(&test.app, &agent, order.id, Selection::AllLeft).await.unwrap();
        let purchase = format!("/partner/customers/{customer}/software/{}", preview.lines[0].id);
        let recipient = test.caller(customer, &[Role::CustomerUser]).await;
        let other = test.caller(customer, &[Role::GlobalAdmin]).await;

        let browser = Browser::of(&test, &agent, "en").await;
        let action = format!("{purchase}/hand-over");
        let token = value(&browser.get(&purchase).await.form("/preferences"), "csrf").to_owned();
        let mut fields = vec![("csrf".to_owned(), token), ("form_token".to_owned(), "AAAA".to_owned())];
        let refused = browser.post(&action, &fields).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.html);
        fill(&mut fields, "recipient_name", "Ada Berg");
        fill(&mut fields, "recipient_email", &recipient.email.to_uppercase());
        fill(&mut fields, "recipient_language", "en");
        let given = browser.post(&action, &fields).await;
        // No mail reaches anybody in tests, so the giver gets the address to pass it on.
        let address = given.html.split("/hand-over/").nth(1).unwrap();
        let path = format!("/hand-over/{}", &address[..22]);
        let copy = browser.post(&action, &fields).await;
        assert!(copy.location.ends_with("done=handed-over-before"), "sent twice is one: {}", copy.html);
        let page = browser.get(&purchase).await;
        assert_eq!(page.html.matches("Ada Berg").count(), 1, "{}", page.html);

        let nobody = Browser::of_nobody(&test).get(&path).await;
        assert!(nobody.html.contains("Send me the code") && !nobody.html.contains("Show the key"), "{}", nobody.html);
        let stranger = Browser::of(&test, &other, "en").await;
        let page = stranger.get(&path).await;
        assert!(!page.html.contains("Show the key"), "{}", page.html);
        let refused = stranger.post(&path, &page.form(&format!("{path}/code"))).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.html);

        let reader = Browser::of(&test, &recipient, "en").await;
        let page = reader.get(&path).await;
        assert!(page.html.contains("You are signed in as the person"), "{}", page.html);
        assert!(!page.html.contains("id=\"key-text\""));
        let form = page.form(&path);
        let shown = reader.post(&path, &form).await;
        assert!(
            shown.html.contains("id=\"key-text\"") && shown.html.contains("It is not shown again"),
            "{}",
            shown.html
        );
        let again = reader.post(&path, &form).await;
        assert_eq!(again.status, StatusCode::GONE, "{}", again.html);
        assert_eq!(reader.get(&path).await.status, StatusCode::GONE);
        let page = browser.get(&purchase).await;
        assert!(page.html.contains("Key shown") && !page.html.contains("/revoke"), "{}", page.html);
        assert_eq!(reader.get("/hand-over/AAAAAAAAAAAAAAAAAAAAAA").await.status, StatusCode::NOT_FOUND);
    });
}
