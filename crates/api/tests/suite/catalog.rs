//! The catalog (P-01 to P-12): a walk from products to purchase keys, for a country and for a customer.

use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::catalog::{CatalogItemId, Segment};
use perpetua_domain::term::Term;
use perpetua_test_support::{Goods, TestApp};
use serde_json::Value;

use crate::client::Client;

/// Perpetual software for businesses and schools, and a subscription whose price ended.
async fn stock(test: &TestApp) -> CatalogItemId {
    let item = test.sell(Goods::default()).await;
    test.sell(Goods { segment: Segment::Education, ..Goods::default() }).await;
    test.sell(Goods {
        product: "QUILLOFFICE1",
        title: "Quill Office",
        term: Term::OneYear,
        valid_to: Some(jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24)),
        ..Goods::default()
    })
    .await;
    item
}

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[test]
fn a_program_walks_from_products_to_purchase_keys_by_following_links() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let item = stock(&test).await;
        let client = Client::of(&test, partner).await;
        for start in [
            "/v1/Products?COUNTRY=de&TargetView=software".to_owned(),
            format!("/v1/customers/{customer}/products?targetView=SOFTWARE"),
        ] {
            let products = client.get(&start).await.json();
            assert_eq!(titles(&products), ["Harbor Server", "Quill Office"]);
            let product = &products["items"][0];
            assert_eq!(product["productType"]["id"], "Software");
            assert_eq!(product["productType"]["subType"]["id"], "PerpetualSoftware");
            assert_eq!(products["items"][1]["productType"]["subType"]["id"], "SoftwareSubscription");
            let follow = |link: &Value| format!("/v1{}", link["uri"].as_str().unwrap());
            assert_eq!(client.get(&follow(&product["links"]["self"])).await.json(), *product);
            let skus = client.get(&follow(&product["links"]["skus"])).await.json();
            let sku = &skus["items"][0];
            assert_eq!((&sku["id"], &sku["minimumQuantity"]), (&"0001".into(), &1.into()));
            assert_eq!(sku["maximumQuantity"], 999_999_999);
            assert_eq!(sku["supportedBillingCycles"][0], "one_time");
            assert!(sku["dynamicAttributes"].as_object().unwrap().values().all(|value| !value.is_object()));
            assert_eq!(client.get(&follow(&sku["links"]["self"])).await.json(), *sku);
            let found = client.get(&follow(&sku["links"]["availabilities"])).await.json();
            let first = &found["items"][0];
            assert_eq!(first["catalogItemId"], item.to_string());
            assert_eq!(first["defaultCurrency"]["code"], "EUR");
            assert_eq!((&first["segment"], &first["country"]), (&"commercial".into(), &"DE".into()));
            assert_eq!((&first["isPurchasable"], &first["terms"]), (&true.into(), &Value::Array(Vec::new())));
            assert_eq!((&first["product"], &first["sku"]), (product, sku));
            assert_eq!(client.get(&follow(&first["links"]["self"])).await.json(), *first);
            let expected = if start.contains("customers") { 1 } else { 2 };
            assert_eq!(found["totalCount"], expected, "a customer sees its own segment only");
        }
    });
}

#[test]
fn a_view_holds_its_kind_of_software_and_others_are_empty_or_refused() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        stock(&test).await;
        let client = Client::of(&test, partner).await;
        for base in ["/v1/products?country=DE".to_owned(), format!("/v1/customers/{customer}/products?x=1")] {
            let ask = |query: &str| {
                let (client, path) = (client.clone(), format!("{base}&{query}"));
                async move { client.get(&path).await }
            };
            assert_eq!(titles(&ask("targetView=SoftwarePerpetual").await.json()), ["Harbor Server"]);
            assert_eq!(titles(&ask("collectionId=softwaresubscriptions").await.json()), ["Quill Office"]);
            for view in ["SoftwareSUSELinux", "Azure", "onlineservices", "MicrosoftAzure"] {
                assert_eq!(ask(&format!("targetView={view}")).await.json()["totalCount"], 0, "{view}");
            }
            assert_eq!(ask("targetView=Furniture").await.fault(), (403, 400_036));
            assert_eq!(ask("targetSegment=commercial").await.fault(), (400, 400_056));
            assert_eq!(ask("targetView=software&targetSegment=gamers").await.fault(), (400, 400_056));
            assert_eq!(ask("targetView=software&targetSegment=Commercial").await.json()["totalCount"], 2);
        }
        let path = format!("/v1/customers/{customer}/products?targetView=software&targetSegment=education");
        assert_eq!(client.get(&path).await.fault(), (403, 400_030));
        let schools = client.get("/v1/products?country=DE&targetView=software&targetSegment=education").await.json();
        assert_eq!(titles(&schools), ["Harbor Server"]);
    });
}

#[test]
fn what_is_not_there_has_the_code_of_its_kind_and_a_country_must_be_sold_in() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let item = stock(&test).await;
        let client = Client::of(&test, partner).await;
        let customers = format!("customers/{customer}/");
        for base in [String::new(), customers] {
            let ask = |path: &str| {
                let (client, path) = (client.clone(), format!("/v1/{base}products/{path}?country=DE"));
                async move { client.get(&path).await.fault() }
            };
            assert_eq!(ask("NOTHINGATALL").await, (404, 400_013));
            assert_eq!(ask("short/skus").await, (404, 400_013));
            assert_eq!(ask("HARBORSERVER/skus/0009").await, (404, 400_018));
            assert_eq!(ask("HARBORSERVER/skus/0009/availabilities").await, (404, 400_018));
            assert_eq!(ask("HARBORSERVER/skus/0001/availabilities/NOTHINGATALL").await, (404, 400_019));
        }
        let lower = format!("/v1/products/harborserver/skus/0001/availabilities/{}?country=DE", item.availability);
        assert_eq!(client.get(&lower).await.status.as_u16(), 200);
        assert_eq!(client.get("/v1/products/HARBORSERVER").await.fault(), (400, 400_056));
        assert_eq!(client.get("/v1/products/HARBORSERVER?country=Q1").await.fault(), (400, 400_056));
        assert_eq!(client.get("/v1/products/HARBORSERVER?country=JP").await.fault(), (403, 2030));
        let quill = "/v1/products/QUILLOFFICE1/skus/0001/availabilities?country=DE&targetSegment=government";
        assert_eq!(client.get(quill).await.json()["totalCount"], 0);
    });
}

#[test]
fn a_term_says_how_long_it_lasts_and_what_its_cancellation_gives_back_in_the_callers_language() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        stock(&test).await;
        let client = Client::of(&test, partner).await;
        let path = "/v1/products/QUILLOFFICE1/skus/0001/availabilities?country=DE";
        let found = client.get(path).await.json();
        let first = &found["items"][0];
        assert_eq!((&first["isPurchasable"], &first["isRenewable"]), (&false.into(), &false.into()));
        let term = &first["terms"][0];
        assert_eq!((&term["duration"], &term["billingCycle"]), (&"P1Y".into(), &"OneTime".into()));
        assert_eq!(term["description"], "1 year");
        let refund = &term["cancellationPolicies"][0]["refundOptions"][0];
        assert_eq!((&refund["type"], &refund["expiresAfter"]), (&"Full".into(), &"P60D".into()));
        assert_eq!(first["sku"]["dynamicAttributes"]["duration"], "1Year");
        let czech = client.saying("X-Locale", "cs-CZ").get(path).await.json();
        assert_eq!(czech["items"][0]["terms"][0]["description"], "1 rok");
        assert_eq!(czech["items"][0]["product"]["productType"]["subType"]["displayName"], "Předplatné softwaru");
    });
}

#[test]
fn the_catalog_is_for_who_sells() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        stock(&test).await;
        let helper = Client::with(&test, partner, &[Role::HelpdeskAgent], AppRights::default()).await;
        let reply = helper.get("/v1/products?country=DE&targetView=software").await;
        assert_eq!(reply.fault(), (403, 900_150));
    });
}
