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

#[test]
fn what_else_is_asked_of_a_subscription_has_the_shapes_that_clients_read() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods { term: Term::parse("P1Y").unwrap(), ..Goods::default() }).await;
        let client = Client::of(&test, partner).await;
        let orders = format!("/v1/customers/{customer}/orders");
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": 2 }] });
        let order = client.post(&orders, &body).await.json();
        let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap().to_owned();
        let at = |rest: &str| format!("/v1/customers/{customer}/subscriptions/{id}{rest}");
        let status = client.get(&at("/provisioningStatus")).await.json();
        assert_eq!((&status["status"], &status["quantity"]), (&json!("success"), &json!(2)), "{status}");
        assert!(uuid::Uuid::try_parse(status["skuId"].as_str().unwrap()).is_ok());
        assert_eq!(client.get(&at("/provisioningstatus")).await.json(), status, "the same for ever");
        let links = client.get(&at("/activationlinks")).await.json();
        assert_eq!((&links["totalCount"], &links["items"][0]["lineItemNumber"]), (&json!(1), &json!(0)));
        assert_eq!(
            client.get(&at("/registrationstatus")).await.json(),
            json!({ "subscriptionId": id, "status": "notregistered" })
        );
        assert_eq!(client.post(&at("/activate"), &json!({})).await.fault(), (400, 800_041));
        client.patch(&at(""), &json!({ "status": "suspended" })).await;
        assert_eq!(client.post(&at("/activate"), &json!({})).await.fault(), (400, 900_127));
        client.patch(&at(""), &json!({ "status": "deleted" })).await;
        assert_eq!(client.get(&at("/activationlinks")).await.json()["totalCount"], 0);
        for rest in ["provisioningstatus", "activationlinks", "supportcontact", "registrationstatus"] {
            let unknown = format!("/v1/customers/{customer}/subscriptions/{partner}/{rest}");
            assert_eq!(client.get(&unknown).await.fault(), (404, 20_003), "{rest}");
        }
    });
}

#[test]
fn support_comes_from_the_partner_or_the_operator_and_nobody_else() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let other = test.partner("Hansa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods { term: Term::parse("P1Y").unwrap(), ..Goods::default() }).await;
        let client = Client::of(&test, partner).await;
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": 2 }] });
        let order = client.post(&format!("/v1/customers/{customer}/orders"), &body).await.json();
        let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap().to_owned();
        let path = format!("/v1/customers/{customer}/subscriptions/{id}/supportcontact");
        let own = client.get(&path).await.json();
        assert_eq!((&own["supportTenantId"], &own["name"]), (&json!(partner.to_string()), &json!("Alfa")));
        let operator = client.put(&path, &json!({ "SupportTenantId": test.operator.to_string() })).await.json();
        assert_eq!(operator["supportTenantId"], test.operator.to_string());
        assert_eq!(client.get(&path).await.json(), operator);
        assert_eq!(client.put(&path, &own).await.json(), own, "what was read can be put back");
        let back = client.put(&path, &json!({ "supportMpnId": own["supportMpnId"] })).await.json();
        assert_eq!(back, own);
        for (wrong, code) in [
            (json!({ "supportTenantId": other.to_string() }), 2071),
            (json!({ "supportMpnId": "1" }), 2071),
            (json!({ "supportTenantId": "x" }), 3000),
            (json!({}), 3000),
        ] {
            assert_eq!(client.put(&path, &wrong).await.fault(), (400, code), "{wrong}");
        }
    });
}

#[test]
fn a_renewal_is_an_order_that_the_system_placed_under_the_same_subscription() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods { term: Term::parse("P1Y").unwrap(), ..Goods::default() }).await;
        let client = Client::of(&test, partner).await;
        let at = |rest: &str| format!("/v1/customers/{customer}/{rest}");
        let body = json!({ "lineItems": [{ "offerId": item.to_string(), "quantity": 2 }] });
        let order = client.post(&at("orders"), &body).await.json();
        assert_eq!(
            (&order["transactionType"], &order["lineItems"][0]["transactionType"]),
            (&json!("UserPurchase"), &json!("New"))
        );
        let id = order["lineItems"][0]["subscriptionId"].as_str().unwrap();
        let path = at(&format!("subscriptions/{id}"));
        assert_eq!(client.patch(&path, &json!({ "autoRenewEnabled": true })).await.status.as_u16(), 200);
        test.clock.advance(jiff::SignedDuration::from_hours(24 * 366));
        assert_eq!(perpetua_app::subscriptions::end_terms(&test.app, None).await.unwrap().done, 1);
        let renewed = client.get(&path).await.json();
        assert_eq!(
            (&renewed["status"], &renewed["id"], &renewed["autoRenewEnabled"]),
            (&json!("active"), &json!(id), &json!(true))
        );
        assert!(renewed["cancellationAllowedUntilDate"].is_string() && renewed["orderId"] != order["id"], "{renewed}");
        let next = client.get(&at(&format!("orders/{}", renewed["orderId"].as_str().unwrap()))).await.json();
        assert_eq!(
            (
                &next["transactionType"],
                &next["lineItems"][0]["transactionType"],
                &next["lineItems"][0]["subscriptionId"]
            ),
            (&json!("SystemPurchase"), &json!("Renew"), &json!(id))
        );
        let all = client.get(&at("orders")).await.json();
        assert_eq!((&all["totalCount"], &all["items"][0]), (&json!(2), &next));
        assert_eq!(all["items"][1]["lineItems"][0]["subscriptionId"], id);
        test.clock.advance(jiff::SignedDuration::from_secs(1));
        let path = at(&format!("orders/{}", next["id"].as_str().unwrap()));
        assert_eq!(client.patch(&path, &json!({ "status": "cancelled" })).await.status.as_u16(), 200);
        let billed = |period: &'static str| {
            let client = client.clone();
            async move {
                let path = format!("/v1/invoices/unbilled/lineitems?currencycode=EUR&period={period}");
                let found = client.get(&path).await.json();
                let told = |line: &serde_json::Value| {
                    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                    (text("chargeType"), text("subscriptionId"))
                };
                found["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
            }
        };
        let line = |kind: &str| (kind.to_owned(), id.to_owned());
        assert_eq!(billed("previous").await, [line("New")]);
        assert_eq!(billed("current").await, [line("Renew"), line("Cancel")], "under the subscription's own id");
    });
}
