//! Carts, orders, entitlements, keys, downloads and cancellation (K-*, O-*, E-*).

use std::sync::Arc;

use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Goods, TestApp};
use serde_json::{Value, json};

use crate::client::Client;

struct Shop {
    test: Arc<TestApp>,
    partner: TenantId,
    customer: TenantId,
    item: CatalogItemId,
    client: Client,
}

impl Shop {
    async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let client = Client::of(&test, partner).await;
        Self { test, partner, customer, item, client }
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/customers/{}/{rest}", self.customer)
    }

    fn line(&self, quantity: i64) -> Value {
        json!({ "id": 0, "catalogItemId": self.item.to_string(), "quantity": quantity, "billingCycle": "one_time" })
    }

    /// An order with these numbers of units of the same item, one line each.
    async fn order(&self, quantities: &[i64]) -> Value {
        let lines: Vec<Value> = quantities
            .iter()
            .enumerate()
            .map(|(number, quantity)| {
                json!({ "lineItemNumber": number, "offerId": self.item.to_string(), "quantity": quantity })
            })
            .collect();
        let reply = self.client.post(&self.path("orders"), &json!({ "lineItems": lines })).await;
        assert_eq!(reply.status.as_u16(), 201, "{}", reply.json());
        reply.json()
    }
}

#[test]
fn a_cart_with_a_bad_line_is_mended_and_ordered() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let bad = json!({ "Id": 7, "CatalogItemId": "nonsense", "Quantity": 1, "BillingCycle": "OneTime", "Participants": null });
        let body = json!({ "LineItems": [shop.line(2), bad] });
        let cart = shop.client.post(&shop.path("carts"), &body).await;
        assert_eq!(cart.status.as_u16(), 201, "{}", cart.json());
        let cart = cart.json();
        assert!(cart["lineItems"][0]["error"].is_null());
        assert_eq!(cart["lineItems"][1]["error"]["errorCode"], 10_001);
        let path = shop.path(&format!("carts/{}", cart["id"].as_str().unwrap()));
        let checkout = format!("{path}/checkout");
        assert_eq!(shop.client.post(&checkout, &json!("success")).await.fault(), (400, 800_009));
        let mended = shop.client.put(&format!("{path}/"), &json!({ "lineItems": [shop.line(2)] })).await;
        assert_eq!((mended.status.as_u16(), mended.json()["status"].clone()), (201, json!("Active")));
        let result = shop.client.post(&checkout, &json!("success")).await;
        assert_eq!(result.status.as_u16(), 201, "{}", result.json());
        let result = result.json();
        assert_eq!((result["orders"].as_array().unwrap().len(), &result["orderErrors"]), (1, &json!([])));
        assert_eq!(result["orders"][0]["status"], "completed");
        assert_eq!(shop.client.get(&path).await.json()["status"], "Ordered");
        assert_eq!(shop.client.post(&checkout, &json!("success")).await.fault(), (400, 800_065));
        assert_eq!(shop.client.put(&path, &json!({ "lineItems": [shop.line(1)] })).await.fault(), (400, 800_065));
    });
}

#[test]
fn carts_and_orders_name_what_is_wrong() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let carts = shop.path("carts");
        for (body, fault) in [
            (json!({}), (400, 800_002)),
            (json!({ "lineItems": [] }), (400, 800_002)),
            (json!({ "lineItems": [{ "quantity": 1 }] }), (400, 900_142)),
            (json!({ "lineItems": [shop.line(1), shop.line(1)] }), (400, 800_002)),
            (
                json!({ "lineItems": [{ "catalogItemId": "x", "quantity": 1, "billingCycle": "weekly" }] }),
                (400, 900_126),
            ),
        ] {
            assert_eq!(shop.client.post(&carts, &body).await.fault(), fault, "{body}");
        }
        assert_eq!(shop.client.get(&format!("{carts}/{}", shop.customer)).await.fault(), (404, 800_008));
        let orders = shop.path("orders");
        let offer = shop.item.to_string();
        for (body, fault) in [
            (json!({ "lineItems": [] }), (400, 800_002)),
            (json!({ "lineItems": [{ "offerId": "x", "quantity": 1 }] }), (400, 800_004)),
            (json!({ "lineItems": [{ "offerId": offer, "quantity": 0 }] }), (400, 2_002)),
            (json!({ "lineItems": [{ "lineItemNumber": 3, "offerId": offer, "quantity": 1 }] }), (400, 800_071)),
            (
                json!({ "referenceCustomerId": shop.partner.to_string(), "lineItems": [{ "offerId": offer, "quantity": 1 }] }),
                (400, 3_000),
            ),
        ] {
            assert_eq!(shop.client.post(&orders, &body).await.fault(), fault, "{body}");
        }
        let unsigned = shop.test.customer(shop.partner, "Tidewater").await;
        let body = json!({ "lineItems": [{ "offerId": offer, "quantity": 1 }] });
        assert_eq!(shop.client.post(&format!("/v1/customers/{unsigned}/orders"), &body).await.fault(), (403, 13_605));
        assert_eq!(shop.client.get(&format!("{orders}/AAAAAAAAAAAAAAAAAAAAAA")).await.fault(), (404, 20_000));
    });
}

#[test]
fn an_order_leads_to_its_key_and_is_cancelled_in_part_and_then_whole() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[2, 1]).await;
        let path = shop.path(&format!("orders/{}", order["id"].as_str().unwrap()));
        let status = shop.client.get(&format!("{path}/ProvisioningStatus")).await.json();
        assert_eq!(status["items"][0]["status"], "Fulfilled");
        let links = shop.client.get(&format!("{path}/activationlinks")).await.json();
        assert_eq!((&links["totalCount"], &links["items"][1]["lineItemNumber"]), (&json!(2), &json!(1)));
        let one = shop.client.get(&format!("{path}/lineitems/1/activationLinks")).await.json();
        assert_eq!((&one["totalCount"], &one["items"][0]), (&json!(1), &links["items"][1]));
        assert_eq!(shop.client.get(&format!("{path}/lineitems/7/activationlinks")).await.fault(), (400, 800_071));
        let found = shop.client.get(&format!("{}?entitlementType=software", shop.path("entitlements"))).await.json();
        assert_eq!(found["totalCount"], 2, "{found}");
        let link = found["items"][0]["entitledArtifacts"][0]["links"]["self"]["uri"].as_str().unwrap();
        let key = shop.client.get(&format!("/v1{link}")).await;
        let shown = key.json()["items"][0]["productKey"].as_str().unwrap().to_owned();
        assert_eq!((shown.len(), shown.matches('-').count()), (39, 7));
        assert_eq!(key.headers["cache-control"], "no-store");
        let head = shop.client.call("HEAD", &format!("/v1{link}"), String::new().into()).await;
        assert!(head.status.is_success() && head.bytes.is_empty());
        let part =
            json!({ "id": order["id"], "status": "Cancelled", "lineItems": [{ "lineItemNumber": 0, "quantity": 0 }] });
        let cancelled = shop.client.patch(&path, &part).await.json();
        assert_eq!((&cancelled["status"], &cancelled["lineItems"][0]["quantity"]), (&json!("completed"), &json!(0)));
        assert_eq!(shop.client.get(&format!("/v1{link}")).await.fault(), (400, 900_141));
        assert_eq!(shop.client.patch(&path, &part).await.fault(), (400, 800_061));
        let whole = shop.client.patch(&path, &json!({ "status": "cancelled" })).await.json();
        assert_eq!(whole["status"], "cancelled");
        let left = shop.client.get(&shop.path("entitlements")).await.json();
        assert_eq!(left["totalCount"], 0);
    });
}

#[test]
fn after_the_window_an_order_is_not_cancelled_and_the_text_names_the_days() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[1]).await;
        shop.test.clock.advance(jiff::SignedDuration::from_hours(24 * 62));
        let path = shop.path(&format!("orders/{}", order["id"].as_str().unwrap()));
        let reply = shop.client.patch(&path, &json!({ "status": "cancelled" })).await;
        assert_eq!(reply.fault(), (400, 900_117));
        assert!(reply.json()["description"].as_str().unwrap().contains("60"), "{}", reply.json());
    });
}

#[test]
fn thirty_two_copies_of_a_write_have_one_effect_and_one_answer() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let client = shop.client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-000000000001");
        let body = json!({ "lineItems": [{ "offerId": shop.item.to_string(), "quantity": 1 }] });
        let mut copies = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (client, path, body) = (client.clone(), shop.path("orders"), body.clone());
            copies.spawn(async move { client.post(&path, &body).await });
        }
        let replies = copies.join_all().await;
        let first = replies[0].json();
        for reply in &replies {
            assert_eq!((reply.status.as_u16(), reply.json()), (201, first.clone()));
        }
        let listed = shop.client.get(&shop.path("orders")).await.json();
        assert_eq!(listed["totalCount"], 1);
        let other = json!({ "lineItems": [{ "offerId": shop.item.to_string(), "quantity": 2 }] });
        assert_eq!(client.post(&shop.path("orders"), &other).await.fault(), (400, 3_000));
        let carts = json!({ "lineItems": [shop.line(1)] });
        let first = client.post(&shop.path("carts"), &carts).await.json();
        assert_eq!(client.post(&shop.path("carts"), &carts).await.json()["id"], first["id"]);
    });
}

#[test]
fn a_write_whose_process_died_before_answering_is_answered_with_its_effect() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let client = shop.client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-000000000001");
        let body = json!({ "lineItems": [{ "offerId": shop.item.to_string(), "quantity": 1 }] });
        let first = client.post(&shop.path("orders"), &body).await.json();
        assert_eq!(shop.test.run("UPDATE api_answer SET status = 0, body = ''").await, 1);
        shop.test.real_clock.advance(jiff::SignedDuration::from_secs(61));
        let again = client.post(&shop.path("orders"), &body).await;
        assert_eq!((again.status.as_u16(), again.json()["id"].clone()), (201, first["id"].clone()));
        assert_eq!(shop.client.get(&shop.path("orders")).await.json()["totalCount"], 1);
    });
}

#[test]
fn a_call_without_the_right_is_recorded() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[1]).await;
        let path = shop.path(&format!("artifacts/softwarekey/orders/{}/lineitems/0", order["id"].as_str().unwrap()));
        let rights = AppRights { keys: true, cancel: true };
        let sales = Client::with(&shop.test, shop.partner, &[Role::SalesAgent], rights).await;
        assert_eq!(sales.get(&path).await.status.as_u16(), 403);
        let records = shop.test.lines("SELECT detail AS line FROM audit_record WHERE kind = 'api.refused'").await;
        assert_eq!(records.len(), 1);
        assert!(records[0].contains("missing_role"), "{records:?}");
    });
}

#[test]
fn a_program_without_the_rights_reaches_neither_keys_nor_cancellation() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[1]).await;
        let id = order["id"].as_str().unwrap();
        let key = shop.path(&format!("artifacts/softwarekey/orders/{id}/lineitems/0"));
        let cancel = json!({ "status": "cancelled" });
        let alone = Client::with(&shop.test, shop.partner, &[Role::AdminAgent], AppRights::default()).await;
        let sales =
            Client::with(&shop.test, shop.partner, &[Role::SalesAgent], AppRights { keys: true, cancel: true }).await;
        for client in [alone, sales] {
            assert_eq!(client.get(&key).await.fault(), (403, 900_150));
            assert_eq!(client.patch(&shop.path(&format!("orders/{id}")), &cancel).await.fault(), (403, 900_150));
            assert_eq!(client.get(&shop.path(&format!("orders/{id}"))).await.status.as_u16(), 200);
        }
    });
}

#[test]
fn prices_are_shown_when_asked_for_and_allowed() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[3]).await;
        assert!(order["totalPrice"].is_null());
        let path = shop.path(&format!("orders/{}", order["alternateId"].as_str().unwrap()));
        let priced = shop.client.get(&format!("{path}?include_price=True")).await.json();
        assert!(priced["totalPrice"].is_number() && priced["lineItems"][0]["pricing"]["extendedPrice"].is_number());
        let helpdesk = Client::with(&shop.test, shop.partner, &[Role::HelpdeskAgent], AppRights::default()).await;
        assert_eq!(helpdesk.get(&format!("{path}?include_price=true")).await.fault(), (403, 800_043));
    });
}

#[test]
fn units_are_cancelled_one_by_one_with_their_credit() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[3]).await;
        let id = order["id"].as_str().unwrap();
        let path = format!("/ext/v1/customers/{}/orders/{id}/cancellations", shop.customer);
        let body = json!({ "lineItems": [{ "lineItemNumber": 0, "quantity": 1 }] });
        let first = shop.client.post(&path, &body).await;
        assert_eq!(first.status.as_u16(), 201, "{}", first.json());
        let total = first.json()["total"].as_f64().unwrap();
        assert!(total >= 100.0, "{total}");
        let left = shop.client.get(&shop.path(&format!("orders/{id}"))).await.json();
        assert_eq!(left["lineItems"][0]["quantity"], 2);
        let much = json!({ "lineItems": [{ "lineItemNumber": 0, "quantity": 3 }] });
        assert_eq!(shop.client.post(&path, &much).await.status.as_u16(), 400);
        assert_eq!(shop.client.post(&path, &json!({})).await.fault(), (400, 3_000));
    });
}

#[test]
fn a_line_without_media_gets_no_link() {
    TestApp::each(|test| async move {
        let shop = Shop::open(test).await;
        let order = shop.order(&[1]).await;
        let path =
            format!("/ext/v1/customers/{}/orders/{}/lineitems/0/links", shop.customer, order["id"].as_str().unwrap());
        assert_eq!(shop.client.get(&path).await.json()["totalCount"], 0);
        assert_eq!(shop.client.post(&path, &json!({})).await.fault(), (404, 800_007));
        let missing = format!("{path}/00000000-0000-4000-8000-00000000000f");
        assert_eq!(shop.client.delete(&missing).await.fault(), (404, 1_000));
    });
}
