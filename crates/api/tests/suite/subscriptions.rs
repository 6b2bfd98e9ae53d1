//! Subscriptions (S-01 to S-03): what SDKs read, change and put back.

use perpetua_domain::term::Term;
use perpetua_test_support::{Goods, TestApp};
use serde_json::json;

use crate::client::Client;

#[test]
fn a_subscription_is_read_renamed_suspended_activated_and_cancelled() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods { term: Term::parse("P1Y").unwrap(), ..Goods::default() }).await;
        let client = Client::of(&test, partner).await;
        let at = |rest: &str| format!("/v1/customers/{customer}/{rest}");
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": 2 }] });
        let order = client.post(&at("orders"), &body).await.json();
        let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
        let listed = client.get(&at(&format!("subscriptions?order_id={}", order["id"].as_str().unwrap()))).await.json();
        assert_eq!((&listed["totalCount"], &listed["items"][0]["id"]), (&json!(1), &json!(id)));
        let path = at(&format!("subscriptions/{id}"));
        let mut whole = client.get(&path).await.json();
        assert_eq!(
            (&whole["status"], &whole["quantity"], &whole["termDuration"]),
            (&json!("active"), &json!(2), &json!("P1Y"))
        );
        whole["friendlyName"] = json!("HQ");
        let renamed = client.patch(&path, &whole).await;
        assert_eq!((renamed.status.as_u16(), &renamed.json()["friendlyName"]), (200, &json!("HQ")), "{renamed:?}");
        assert_eq!(client.patch(&path, &whole).await.fault(), (400, 2_055), "the etag is stale");
        assert_eq!(client.patch(&path, &json!({ "quantity": 3 })).await.fault(), (400, 800_095));
        assert_eq!(client.patch(&path, &json!({ "quantity": 1 })).await.fault(), (400, 800_090));
        let suspended = client.patch(&path, &json!({ "Status": "Suspended" })).await.json();
        assert_eq!(suspended["suspensionReasons"], json!(["PartnerRequested"]));
        let key = at(&format!("artifacts/softwarekey/orders/{}/lineitems/0", order["id"].as_str().unwrap()));
        assert_eq!(client.get(&key).await.fault(), (400, 900_141));
        assert_eq!(client.patch(&path, &json!({ "status": "active" })).await.json()["status"], "active");
        assert_eq!(client.patch(&path, &json!({ "status": "deleted" })).await.json()["status"], "deleted");
        assert_eq!(
            client.get(&at(&format!("orders/{}", order["id"].as_str().unwrap()))).await.json()["status"],
            "cancelled"
        );
        assert_eq!(client.patch(&path, &json!({ "status": "active" })).await.fault(), (400, 2_011));
        assert_eq!(client.get(&at("subscriptions/nonsense")).await.fault(), (404, 20_003));
    });
}
