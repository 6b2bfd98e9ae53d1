//! The customer agreement (G-01 to G-05).

use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::Client;

fn confirmation(template: &Value, kind: &str) -> Value {
    json!({
        "primaryContact": {"firstName": "Ada", "lastName": "Berg", "email": "ada@northlake.example", "phoneNumber": null},
        "templateId": template, "dateAgreed": "2026-03-01T23:30:00.0000000Z", "type": kind, "userId": null
    })
}

#[test]
fn the_one_agreement_is_found_confirmed_and_listed_under_either_word() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let path = format!("/v1/customers/{}/agreements", test.customer(partner, "Northlake").await);
        let client = Client::of(&test, partner).await;
        let count =
            async |query: &str| client.get(&format!("/v1/agreements{query}")).await.json()["totalCount"].clone();
        assert_eq!(count("").await, 1);
        assert_eq!(count("?agreementType=*").await, 2);
        assert_eq!(count("?agreementType=Unheard").await, 0);
        let found = client.get("/v1/agreements?agreementType=microsoftcustomeragreement").await.json();
        assert_eq!(found["items"][0]["agreementType"], "MicrosoftCustomerAgreement");
        let template = &found["items"][0]["templateId"];
        assert_eq!(client.get(&path).await.json()["totalCount"], 0);
        let body = confirmation(template, "MicrosoftCustomerAgreement");
        let confirmed = client.post(&path, &body).await;
        assert_eq!(confirmed.status.as_u16(), 201, "{confirmed:?}");
        assert_eq!(confirmed.json()["dateAgreed"], "2026-03-02T00:00:00Z", "the day where the customer is");
        assert_eq!(confirmed.json()["type"], "MicrosoftCustomerAgreement");
        assert_eq!(client.post(&path, &body).await.fault(), (400, 600_061));
        let listed = client.get(&path).await.json();
        assert_eq!(listed["items"][0]["primaryContact"]["lastName"], "Berg");
        assert_eq!(listed["items"][0]["type"], "MicrosoftCloudAgreement");
        assert_eq!(client.get(&format!("{path}?agreementType=*")).await.json()["totalCount"], 1);
    });
}

#[test]
fn what_is_wrong_with_a_confirmation_is_named() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let path = format!("/v1/customers/{}/agreements", test.customer(partner, "Northlake").await);
        let client = Client::of(&test, partner).await;
        let template = client.get("/v1/agreements").await.json()["items"][0]["templateId"].clone();
        let good = confirmation(&template, "MicrosoftCloudAgreement");
        for (at, value, named) in [
            ("/primaryContact", json!(null), "primaryContact"),
            ("/primaryContact/firstName", json!(""), "primaryContact.firstName"),
            ("/primaryContact/email", json!("nobody"), "primaryContact.email"),
            ("/dateAgreed", json!("0001-01-01T00:00:00"), "dateAgreed"),
            ("/dateAgreed", json!("2026-03-04T00:00:00Z"), "dateAgreed"),
            ("/dateAgreed", json!("9999-12-31T00:00:00Z"), "dateAgreed"),
            ("/templateId", json!("117A77B0-9360-443b-8795-c6dedc750cf9"), "templateId"),
            ("/type", json!("Handshake"), "type"),
        ] {
            let mut body = good.clone();
            *body.pointer_mut(at).unwrap() = value;
            let reply = client.post(&path, &body).await;
            assert_eq!(reply.fault(), (400, 3000), "{at}");
            assert!(reply.json()["data"][0].as_str().unwrap().starts_with(named), "{}", reply.json());
        }
    });
}

#[test]
fn the_text_of_an_agreement_has_an_address_in_the_nearest_language() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let client = Client::of(&test, partner).await;
        let template = client.get("/v1/agreements").await.json()["items"][0]["templateId"].clone();
        let path = format!("/v1/agreementtemplates/{}/document", template.as_str().unwrap());
        let first = client.get(&path).await.json();
        assert_eq!((&first["language"], &first["country"]), (&json!("en-US"), &json!("US")));
        let czech = client.get(&format!("{path}?language=cs-CZ&country=CZ")).await.json();
        assert_eq!((&czech["language"], &czech["country"]), (&json!("cs-CZ"), &json!("CZ")));
        assert_eq!(client.get(&format!("{path}?language=xx-XX")).await.json()["language"], "en-US");
        assert_ne!(client.get(&path).await.json()["downloadUri"], first["downloadUri"]);
        assert_eq!(client.get(&format!("{path}?country=cz")).await.fault(), (400, 3000));
        assert_eq!(client.get("/v1/agreementtemplates/none/document").await.fault(), (404, 1000));
        let status = format!("/v1/customers/{customer}/directSignedMicrosoftCustomerAgreementStatus");
        assert_eq!(client.get(&status).await.json(), json!({"isSigned": false}));
    });
}
