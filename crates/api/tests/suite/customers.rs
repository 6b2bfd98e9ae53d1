//! Customers (C-02, C-03) and what every call has in common.

use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;

use crate::client::Client;

#[test]
fn the_list_is_walked_page_by_page_by_following_its_links() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        for name in ["Cedar", "Apex", "Birch"] {
            test.customer(partner, name).await;
        }
        let client = Client::of(&test, partner).await;
        let first = client.get("//V1//Customers/?SIZE=2").await.json();
        assert_eq!(first["totalCount"], 2);
        assert_eq!(first["items"][0]["companyProfile"]["companyName"], "Apex");
        let next = &first["links"]["next"];
        let header = &next["headers"][0];
        assert_eq!(header["key"], "MS-ContinuationToken");
        let path = format!("/v1/{}", next["uri"].as_str().unwrap());
        let second = client.saying("MS-ContinuationToken", header["value"].as_str().unwrap()).get(&path).await.json();
        assert_eq!(second["items"][0]["companyProfile"]["companyName"], "Cedar");
        assert!(second["links"]["next"].is_null() && second["continuationToken"].is_null());
        test.customer(partner, "Delta").await;
        let token = header["value"].as_str().unwrap().to_owned();
        let next = client.saying("MS-ContinuationToken", token);
        let middle = next.get("/v1/customers?size=1&seekOperation=Next").await.json();
        assert_eq!(middle["items"][0]["companyProfile"]["companyName"], "Cedar");
        let token = middle["continuationToken"].as_str().unwrap().to_owned();
        let path = "/v1/customers?size=2&seekOperation=Previous";
        let back = client.saying("MS-ContinuationToken", token).get(path).await.json();
        assert_eq!(back["items"], first["items"], "the page before is the one that came before");
        assert!(back["links"]["next"].is_object());
    });
}

#[test]
fn a_filter_in_any_spelling_finds_names_that_begin_so() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        for name in ["Cedar", "Apex"] {
            test.customer(partner, name).await;
        }
        let client = Client::of(&test, partner).await;
        for filter in [
            r#"{"Field":"CompanyName","Value":"ced","Operator":"starts_with"}"#,
            r#"{"operator":"StartsWith","fieldType":"String","field":"companyname","value":"CED"}"#,
        ] {
            let encoded: String =
                percent_encoding::utf8_percent_encode(filter, percent_encoding::NON_ALPHANUMERIC).to_string();
            let found = client.get(&format!("/v1/customers?size=0&filter={encoded}")).await.json();
            assert_eq!(found["totalCount"], 1, "{found}");
        }
        let reply = client.get("/v1/customers?filter=%7B%22Field%22").await;
        assert_eq!(reply.fault(), (400, 3000));
    });
}

#[test]
fn whose_customer_it_is_decides_the_answer() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let other = test.partner("Hansa").await;
        let foreign = test.customer(other, "Tidewater").await;
        let client = Client::of(&test, partner).await;
        let found = client.get(&format!("/v1/customers/{}", customer.to_string().to_uppercase())).await;
        assert_eq!((found.status.as_u16(), &found.json()["relationshipToPartner"]), (200, &"reseller".into()));
        assert_eq!(client.get(&format!("/v1/customers/{foreign}")).await.fault(), (404, 60003));
        assert_eq!(client.get("/v1/customers/nonsense").await.fault(), (400, 900_118));
        assert_eq!(client.get("/v1/nowhere").await.fault(), (404, 1000));
        assert_eq!(client.call("POST", "/v1/profiles/organization", "{}".into()).await.fault(), (404, 1000));
        let nobody = Client::of_nobody(&test);
        assert_eq!(nobody.get("/v1/customers").await.fault(), (401, 800_001));
        assert!(nobody.get("/v1/customers").await.headers.contains_key("www-authenticate"));
        let billing = Client::with(&test, partner, &[Role::BillingAdmin], AppRights::default()).await;
        assert_eq!(billing.get("/v1/customers").await.status.as_u16(), 200);
    });
}

#[test]
fn every_answer_echoes_what_the_caller_named_and_its_language() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let id = "0b1c0000-0000-4000-8000-00000000000a";
        let reply = client.saying("MS-CorrelationId", id).saying("X-Locale", "cs-CZ").get("/v1/nowhere").await;
        assert_eq!(reply.headers["ms-correlationid"], id);
        assert_eq!(reply.headers["x-locale"], "cs-CZ");
        assert!(reply.headers.contains_key("ms-requestid") && reply.headers.contains_key("ms-cv"));
        assert!(reply.json()["description"].as_str().unwrap().contains("nepodporuje"), "{}", reply.json());
    });
}

#[test]
fn a_method_that_a_path_does_not_have_is_not_found_and_never_405() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let body = serde_json::json!({});
        for reply in [
            client.post("/v1/profiles/organization", &body).await,
            client.put("/v1/nowhere", &body).await,
            client.patch("/v1/nowhere", &body).await,
            client.delete("/v1/profiles/organization").await,
        ] {
            assert_eq!(reply.fault(), (404, 1000));
        }
    });
}
