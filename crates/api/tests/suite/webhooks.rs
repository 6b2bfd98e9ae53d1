//! Registration of webhooks, their tests, and what is sent (W-01 to W-07).

use perpetua_app::outbox::OutboxRow;
use perpetua_app::token_keys::KeyUse;
use perpetua_app::webhooks;
use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use serde_json::json;

use crate::client::Client;

const PATH: &str = "/webhooks/v1/registration";

fn event(kind: &str, payload: &serde_json::Value) -> OutboxRow {
    let at: jiff::Timestamp = "2026-02-01T09:12:00Z".parse().unwrap();
    OutboxRow {
        id: perpetua_domain::id::OutboxId::new(uuid::Uuid::nil()).into(),
        kind: kind.to_owned(),
        payload: payload.to_string(),
        created_at: at.into(),
        due_at: at.into(),
        attempts: 0,
        lease_by: None,
        lease_until: None,
        done_at: None,
        dead_at: None,
        last_error: String::new(),
    }
}

#[test]
fn a_registration_is_made_replaced_and_removed() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        assert_eq!(client.get(PATH).await.fault(), (404, 1_000));
        let names = client.get("/webhooks/v1/registration/events").await.json();
        assert!(names.as_array().unwrap().contains(&json!("subscription-updated")));
        let body = json!({ "WebhookUrl": "https://partner.example/x", "WebhookEvents": ["test-created"] });
        let made = client.post(PATH, &body).await.json();
        let body = json!({ "webhookUrl": "https://partner.example/y", "webhookEvents": ["invoice-ready"] });
        let replaced = client.put(PATH, &body).await.json();
        assert_eq!(replaced["SubscriberId"], made["SubscriberId"]);
        assert_eq!(client.get(PATH).await.json()["WebhookUrl"], "https://partner.example/y");
        for wrong in [
            json!({ "WebhookUrl": "ftp://x", "WebhookEvents": ["test-created"] }),
            json!({ "WebhookUrl": "https://x.example", "WebhookEvents": ["nonsense"] }),
            json!({ "WebhookUrl": "https://x.example" }),
        ] {
            assert_eq!(client.post(PATH, &wrong).await.fault(), (400, 3_000), "{wrong}");
        }
        assert_eq!(client.post(&format!("{PATH}/validationEvents"), &json!({})).await.fault(), (400, 3_000));
        assert_eq!(client.delete(PATH).await.status.as_u16(), 204);
        assert_eq!(client.get(PATH).await.fault(), (404, 1_000));
        let users = Client::with(&test, partner, &[Role::UserAdmin], AppRights::default()).await;
        assert_eq!(users.get(PATH).await.fault(), (403, 900_150));
    });
}

#[test]
fn tests_are_asked_for_twice_a_minute_and_told_of() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let body = json!({ "WebhookUrl": "https://partner.example/x", "WebhookEvents": ["test-created"] });
        client.post(PATH, &body).await;
        let ask = format!("{PATH}/validationEvents");
        let first = client.post(&ask, &json!({})).await.json()["correlationId"].as_str().unwrap().to_owned();
        assert_eq!(client.post(&ask, &json!({})).await.status.as_u16(), 200);
        let third = client.post(&ask, &json!({})).await;
        assert_eq!((third.status.as_u16(), &third.headers["retry-after"]), (429, &"60".parse().unwrap()));
        assert!(third.json()["code"].is_null());
        assert_eq!(client.get(&format!("{ask}/{first}")).await.json()["status"], "new");
        webhooks::settle_test(&test.app, first.parse().unwrap(), Ok(200)).await.unwrap();
        let told = client.get(&format!("{ask}/{first}")).await.json();
        assert_eq!((&told["status"], &told["results"][0]["responseCode"]), (&json!("completed"), &json!("OK")));
        let other = test.partner("Hansa").await;
        let foreign = Client::of(&test, other).await;
        assert_eq!(foreign.get(&format!("{ask}/{first}")).await.fault(), (404, 1_000));
    });
}

#[test]
fn what_is_sent_names_the_resource_and_is_signed_by_a_key_whose_certificate_anybody_may_fetch() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let facts = json!({ "partner": partner.to_string(), "customer": "c", "id": "s" });
        let updated = event("subscription.updated", &facts);
        assert!(webhooks::message(&test.app, &updated).await.unwrap().is_none(), "nobody asked");
        let body = json!({ "WebhookUrl": "https://partner.example/x", "WebhookEvents": ["subscription-updated"] });
        client.post(PATH, &body).await;
        let message = webhooks::message(&test.app, &updated).await.unwrap().unwrap();
        let sent: serde_json::Value = serde_json::from_str(&message.body).unwrap();
        assert_eq!(sent["EventName"], "subscription-updated");
        assert_eq!(sent["ResourceUri"], "http://perpetua.test/v1/customers/c/subscriptions/s");
        assert_eq!(sent["ResourceChangeUtcDate"], "2026-02-01T09:12:00.0000000+00:00");
        let signature = data_encoding::BASE64.decode(message.signature.as_bytes()).unwrap();
        let key = test.app.token_keys.signing(&test.app, KeyUse::Webhook).await.unwrap();
        assert!(key.verifies(message.body.as_bytes(), &signature));
        assert!(!key.verifies(b"other bytes", &signature));
        let path = message.certificate_url.strip_prefix("http://perpetua.test").unwrap();
        let certificate = Client::of_nobody(&test).get(path).await;
        assert!(certificate.bytes.starts_with(b"-----BEGIN CERTIFICATE-----"), "{certificate:?}");
    });
}

#[test]
fn the_address_in_a_message_leads_to_what_the_event_is_about() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let term = perpetua_domain::term::Term::parse("P1Y").unwrap();
        let item = test.sell(perpetua_test_support::Goods { term, ..Default::default() }).await;
        let client = Client::of(&test, partner).await;
        let names = ["subscription-updated", "order-updated", "service-request-updated"];
        client.post(PATH, &json!({ "WebhookUrl": "https://partner.example/x", "WebhookEvents": names })).await;
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": 1 }] });
        let order = client.post(&format!("/v1/customers/{customer}/orders"), &body).await.json();
        let second = client.post(&format!("/v1/customers/{customer}/orders"), &body).await.json();
        let second = format!("/v1/customers/{customer}/orders/{}", second["id"].as_str().unwrap());
        let cancelled = client.patch(&second, &json!({ "status": "cancelled" })).await;
        assert_eq!(cancelled.status.as_u16(), 200, "{cancelled:?}");
        let subscription = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        client.patch(&path, &json!({ "friendlyName": "HQ" })).await;
        let mut asked = json!({ "title": "A", "description": "B", "severity": "minimal", "supportTopicId": "3001" });
        client.post("/v1/servicerequests/en-US", &asked).await;
        asked["organization"] = json!({ "id": customer.to_string() });
        client.post("/v1/servicerequests/en-US", &asked).await;
        for (kind, name, count) in [
            ("order.placed", "order-updated", 2),
            ("order.cancelled", "order-updated", 1),
            ("subscription.updated", "subscription-updated", 2),
            ("request.opened", "service-request-updated", 2),
        ] {
            let payloads = test.events(kind).await;
            assert_eq!(payloads.len(), count, "{kind}");
            for payload in payloads {
                let outgoing = event(kind, &serde_json::from_str(&payload).unwrap());
                let message = webhooks::message(&test.app, &outgoing).await.unwrap().unwrap();
                let body: serde_json::Value = serde_json::from_str(&message.body).unwrap();
                assert_eq!(body["EventName"], name);
                let uri = body["ResourceUri"].as_str().unwrap();
                let path = uri.strip_prefix(&test.app.settings.public_url).unwrap();
                assert_eq!(client.get(path).await.status.as_u16(), 200, "{uri}");
            }
        }
    });
}
