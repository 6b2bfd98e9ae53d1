//! Inventory, promotions (P-13 to P-15) and what is only answered in passing (00 §13).

use perpetua_domain::catalog::Segment;
use perpetua_test_support::{Goods, TestApp};
use serde_json::json;

use crate::client::Client;

#[test]
fn inventory_leaves_out_what_is_unknown_and_says_what_a_customer_cannot_buy() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.sell(Goods::default()).await;
        test.sell(Goods { product: "SCHOOLSERVER", segment: Segment::Education, ..Goods::default() }).await;
        let ended = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24);
        test.sell(Goods { product: "ENDEDPRODUCT", valid_to: Some(ended), ..Goods::default() }).await;
        let client = Client::of(&test, partner).await;
        // As .NET and PowerShell write it, in the path of Java.
        let body = json!({
            "TargetItems": [
                {"ProductId": "HARBORSERVER", "SkuId": null},
                {"ProductId": "HARBORSERVER", "SkuId": "0001"},
                {"ProductId": "SCHOOLSERVER", "SkuId": "0001"},
                {"ProductId": "ENDEDPRODUCT"},
                {"ProductId": "NOTHINGATALL"}, {"ProductId": "?"}, {"ProductId": "HARBORSERVER", "SkuId": "0009"},
            ],
            "InventoryContext": {"CustomerId": customer.to_string()},
        });
        let reply = client.post("/v1/extensions/product/checkInventory?country=DE", &body).await.json();
        let found: Vec<_> =
            reply.as_array().unwrap().iter().map(|one| one["restrictions"][0]["reasonCode"].as_str()).collect();
        assert_eq!(found, [None, Some("NotAvailableForCustomer"), Some("OutOfInventory")], "{reply}");
        assert_eq!(reply[0], json!({"productId": "HARBORSERVER", "skuId": "0001", "isRestricted": false}));
        let path = "/v1/extensions/product/checkinventory?country=DE";
        let bare = client.post(path, &json!({"targetItems": [{"productId": "SCHOOLSERVER"}]})).await.json();
        assert_eq!(bare[0]["isRestricted"], false);
        assert_eq!(client.post(path, &json!({"targetItems": []})).await.fault(), (400, 400_056));
        assert_eq!(client.post("/v1/extensions/product/checkinventory", &body).await.fault(), (400, 400_056));
        let foreign = test.partner("Hansa").await;
        let other = test.customer(foreign, "Tidewater").await.to_string();
        for (id, fault) in [("nonsense", (400, 900_118)), (other.as_str(), (404, 60003))] {
            let body = json!({"targetItems": [{"productId": "HARBORSERVER"}], "inventoryContext": {"customerId": id}});
            assert_eq!(client.post(path, &body).await.fault(), fault, "{id}");
        }
    });
}

#[test]
fn there_are_no_promotions_and_every_item_learns_why_none_holds() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let client = Client::of(&test, partner).await;
        let none = client.get("/v1/productpromotions?country=US&segment=Commercial").await.json();
        assert_eq!((&none["totalCount"], &none["items"]), (&0.into(), &json!([])));
        assert_eq!(client.get("/v1/productpromotions").await.fault(), (400, 400_056));
        assert_eq!(client.get("/v1/productpromotions?country=US&segment=x").await.fault(), (400, 400_056));
        assert_eq!(client.get("/v1/productpromotions/39NFJQT1X3P3?country=US").await.fault(), (404, 1000));
        let item = "HARBORSERVER:0001:HARBORSERVER";
        let body = json!({"Items": [
            {"Id": 0, "CatalogItemId": item, "Quantity": 5, "BillingCycle": "annual", "PromotionId": "39NFJQT1X3P3"},
            {"Id": 1, "CatalogItemId": item, "Quantity": 5, "PromotionId": null},
            {"Id": 2, "CatalogItemId": "nonsense"},
        ]});
        let reply = client.post(&format!("/v1/customers/{customer}/promotioneligibilities"), &body).await.json();
        let kinds = [0, 1, 2].map(|at| reply["items"][at]["eligibilities"][0]["errors"][0]["type"].clone());
        assert_eq!(kinds, ["InvalidPromotion", "NoPromotionsAvailable", "InvalidCatalogItemId"]);
        assert_eq!(reply["items"][0]["eligibilities"][0]["isEligible"], false);
        assert_eq!(reply["items"][1]["eligibilities"][0].get("promotionId"), None);
    });
}

#[test]
fn families_that_are_not_served_are_empty_lists_or_refused_actions_or_unknown() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let client = Client::of(&test, partner).await;
        for list in ["SubscribedSkus", "users/1/licenses", "managedservices", "deviceBatches", "policies", "offers"] {
            let reply = client.get(&format!("/v1/customers/{customer}/{list}?licenseGroupIds=group1")).await.json();
            assert_eq!((&reply["totalCount"], &reply["items"]), (&0.into(), &json!([])), "{list}");
        }
        for action in ["users/1/licenseupdates", "subscriptions/1/conversions", "deviceBatches"] {
            let reply = client.post(&format!("/v1/customers/{customer}/{action}"), &json!({})).await;
            assert_eq!(reply.fault(), (400, 900_141), "{action}");
        }
        let nobodys = "/v1/customers/0b1c0000-0000-4000-8000-00000000000a/subscribedskus";
        assert_eq!(client.get(nobodys).await.fault(), (404, 60003));
        for unknown in ["/v1/offers?country=US", "/v1/ratecards/azure", "/v1.0/sales/fxrates(Month='202601')/$value"] {
            assert_eq!(client.get(unknown).await.fault(), (404, 1000), "{unknown}");
        }
    });
}
