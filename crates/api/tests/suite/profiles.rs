//! The partner's profiles (F-01 to F-10): read, changed by their etag, and the checks of its number and agreement.

use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::Client;

#[test]
fn each_profile_is_read_changed_as_a_whole_and_guarded_by_its_etag() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        for (path, kind, field) in [
            ("/v1/profiles/organization", "OrganizationProfile", "email"),
            ("/v1/profiles/legalbusiness", "LegalBusinessProfile", "address"),
            ("/v1/profiles/billing", "BillingProfile", "taxId"),
            ("/v1/profiles/support", "support_profile", "telephone"),
            ("/v1/profiles/supportprofile", "support_profile", "website"),
        ] {
            let mut whole = client.get(path).await.json();
            assert_eq!(whole["profileType"], kind);
            let value = if field == "address" { json!({ "city": "Brno" }) } else { json!("desk@alfa.example") };
            whole[field] = value.clone();
            let changed = client.put(path, &whole).await;
            assert_eq!(changed.status.as_u16(), 200, "{path} {changed:?}");
            let shown = if field == "address" {
                changed.json()["address"]["city"].clone()
            } else {
                changed.json()[field].clone()
            };
            assert_eq!(shown, if field == "address" { json!("Brno") } else { value }, "{path}");
            assert_eq!(client.put(path, &whole).await.fault(), (400, 2055), "{path}");
            let pascal = json!({ "Attributes": Value::Null, "CompanyName": "Alfa", "Email": Value::Null });
            assert_eq!(client.put(path, &pascal).await.json(), changed.json(), "{path}: nothing is given");
        }
        let legal = client.get("/v1/profiles/legalbusiness?vettingVersion=LastFinalized").await.json();
        assert_eq!((&legal["vettingStatus"], &legal["address"]["city"]), (&json!("authorized"), &json!("Brno")));
        assert_eq!(client.get("/v1/profiles/legalbusiness?vettingVersion=old").await.fault(), (400, 900_126));
    });
}

#[test]
fn name_country_and_currency_stay_and_billing_administrators_change_what_bills_name() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        for (path, body) in [
            ("/v1/profiles/organization", json!({ "companyName": "Beta" })),
            ("/v1/profiles/organization", json!({ "defaultAddress": { "country": "FR" } })),
            ("/v1/profiles/legalbusiness", json!({ "address": { "country": "FR" } })),
            ("/v1/profiles/billing", json!({ "billingCurrency": "USD" })),
            ("/v1/profiles/billing", json!({ "taxId": "x".repeat(257) })),
            ("/v1/profiles/support", json!({ "email": 7 })),
        ] {
            assert_eq!(client.put(path, &body).await.fault(), (400, 3000), "{path} {body}");
        }
        let billing = Client::with(&test, partner, &[Role::BillingAdmin], AppRights::default()).await;
        assert_eq!(billing.get("/v1/profiles/billing").await.status.as_u16(), 200);
        let mut whole = billing.get("/v1/profiles/billing").await.json();
        whole["taxId"] = json!("CZ1");
        assert_eq!(billing.put("/v1/profiles/billing", &whole).await.json()["taxId"], "CZ1");
        for path in ["organization", "legalbusiness", "support", "supportprofile"] {
            let refused = billing.put(&format!("/v1/profiles/{path}"), &json!({ "email": "a@alfa.example" })).await;
            assert_eq!(refused.fault(), (403, 900_150), "{path}");
        }
        let sales = Client::with(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.put("/v1/profiles/billing", &json!({ "taxId": "CZ2" })).await.fault(), (403, 900_150));
    });
}

#[test]
fn the_own_number_and_agreement_are_known_and_those_of_others_are_not() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let other = test.partner("Beta").await;
        let client = Client::of(&test, partner).await;
        let own = client.get("/v1/profiles/mpn").await.json();
        let number = own["mpnId"].as_str().unwrap();
        assert_eq!((&own["partnerName"], &own["profileType"]), (&json!("Alfa"), &json!("MpnProfile")));
        assert_eq!(client.get(&format!("/v1/profiles/mpn?mpnid={number}")).await.json(), own);
        let foreign = Client::of(&test, other).await.get("/v1/profiles/mpn").await.json();
        let foreign = foreign["mpnId"].as_str().unwrap().to_owned();
        let unknown = client.get(&format!("/v1/profiles/mpn?mpnId={foreign}")).await;
        assert_eq!(unknown.fault(), (404, 3000));
        assert!(unknown.json()["description"].as_str().unwrap().contains(&foreign));
        assert_eq!(client.get("/v1/profiles/mpn?mpnId=abc").await.fault(), (400, 2000));
        let status = |query: String| {
            let client = client.clone();
            async move { client.get(&format!("/v1/compliance/csp/agreementstatus{query}")).await }
        };
        assert_eq!(status(format!("?mpnId={number}")).await.json(), json!({ "isAgreementSigned": true }));
        assert_eq!(status(format!("?tenantId={partner}")).await.json(), json!({ "isAgreementSigned": true }));
        for (query, code) in [
            (String::new(), 2001),
            (format!("?mpnId={number}&tenantId={partner}"), 2000),
            ("?mpnId=abc".to_owned(), 2000),
            ("?tenantId=abc".to_owned(), 2000),
            (format!("?mpnId={foreign}"), 2200),
            (format!("?tenantId={other}"), 2205),
        ] {
            assert_eq!(status(query.clone()).await.fault(), (400, code), "{query}");
        }
    });
}
