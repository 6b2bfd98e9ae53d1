//! Addresses, domains and rules of countries.

use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::Client;

fn address() -> Value {
    json!({"AddressLine1": "Lange Reihe 12", "City": "Hamburg", "State": null, "PostalCode": "20095", "Country": "DE"})
}

#[test]
fn an_address_is_checked_and_told_in_the_form_that_each_client_reads() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let path = "/v1/validations/address";
        let good = client.post(path, &address()).await.json();
        assert_eq!((&good["status"], &good["suggestedAddresses"]), (&json!("VerifiedShippable"), &json!([])));
        assert_eq!(good["originalAddress"]["addressLine1"], "Lange Reihe 12");
        let poland = json!({"addressLine1": "Prosta 1", "city": "Warszawa", "postalCode": "00950", "country": "PL"});
        let better = client.post(path, &poland).await.json();
        assert_eq!(better["suggestedAddresses"][0]["postalCode"], "00-950");
        for sdk in ["Partner Center Java SDK", "Partner Center Open .NET SDK"] {
            let strict = client.saying("MS-PartnerCenter-Client", sdk);
            assert_eq!(strict.post(path, &poland).await.json(), json!(true));
        }
        let mut wrong = address();
        wrong["PostalCode"] = json!("X");
        let reply = client.post(path, &wrong).await;
        assert_eq!(reply.fault(), (400, 2007));
        let told: Value = serde_json::from_str(reply.json()["description"].as_str().unwrap()).unwrap();
        assert_eq!(told["reason"], "postalCode: form");
        wrong["Country"] = json!("XX");
        assert_eq!(client.post(path, &wrong).await.fault(), (400, 2007));
        wrong["Country"] = json!(null);
        assert_eq!(client.post(path, &wrong).await.fault(), (400, 3000));
    });
}

#[test]
fn a_domain_is_taken_or_free_and_asking_for_headers_is_enough() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let client = Client::of(&test, partner).await;
        let read = client.get(&format!("/v1/customers/{customer}")).await.json();
        let domain = read["companyProfile"]["domain"].as_str().unwrap().to_uppercase();
        for method in ["HEAD", "GET"] {
            let taken = client.call(method, &format!("/v1/domains/{domain}"), "".into()).await;
            assert_eq!((taken.status.as_u16(), taken.bytes.len()), (200, 0));
            let free = client.call(method, "/v1/domains/free.example", "".into()).await;
            assert_eq!((free.status.as_u16(), free.bytes.is_empty()), (404, method == "HEAD"));
        }
    });
}

#[test]
fn the_rules_of_a_country_are_flat_lists_that_are_always_there() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let states = client.get("/v1/countryvalidationrules/us").await.json();
        assert_eq!((&states["iso2Code"], &states["isStateRequired"]), (&json!("US"), &json!(true)));
        assert!(states["supportedStatesList"].as_array().unwrap().contains(&json!("WA")));
        assert_eq!(states["countryCallingCodesList"], json!(["1"]));
        let germany = client.get("/v1/countryvalidationrules/DE").await.json();
        assert_eq!((&germany["isVatIdSupported"], &germany["supportedStatesList"]), (&json!(true), &json!([])));
        assert_eq!(germany["attributes"]["objectType"], "CountryValidationRules");
        assert_eq!(client.get("/v1/countryvalidationrules/xx").await.fault(), (404, 1000));
    });
}
