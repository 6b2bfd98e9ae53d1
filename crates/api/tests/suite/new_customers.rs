//! Creating customers (C-01), their profiles (C-07 to C-09), qualifications (C-10 to C-13), and how they come
//! and go (C-04 to C-06, C-14 to C-17).

use perpetua_app::entropy::Token;
use perpetua_app::people;
use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::id::TenantId;
use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::Client;

/// As the .NET SDK writes it: Pascal case, every unset member `null`, unset dates at year one.
fn pascal(domain: &str) -> Value {
    json!({
        "Id": null, "CommerceId": null, "UserCredentials": null, "RelationshipToPartner": 0,
        "AllowDelegatedAccess": null, "CustomDomains": null, "AssociatedPartnerId": null, "Links": null,
        "CompanyProfile": {"TenantId": null, "Domain": domain, "CompanyName": null, "Attributes": null},
        "BillingProfile": {
            "Id": null, "FirstName": null, "LastName": null, "Email": "ada@northlake.example",
            "Culture": "EN-US", "Language": "En", "CompanyName": "Northlake Tools",
            "DefaultAddress": {
                "Country": "DE", "Region": null, "City": "Hamburg", "State": null,
                "AddressLine1": "Lange Reihe 12", "AddressLine2": null, "PostalCode": "20095",
                "FirstName": "Ada", "LastName": "Berg", "PhoneNumber": "+49 40 1234567"
            },
            "Links": null, "Attributes": {"Etag": null, "ObjectType": "CustomerBillingProfile"}
        },
        "Attributes": {"Etag": null, "ObjectType": "Customer"}
    })
}

fn with(path: &str, value: Value) -> Value {
    let mut body = pascal("fault.example");
    *body.pointer_mut(path).unwrap() = value;
    body
}

#[test]
fn a_customer_is_created_from_what_the_net_sdk_sends() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let reply = client.post("/v1/customers", &pascal("Northlake.example")).await;
        assert_eq!(reply.status.as_u16(), 201, "{reply:?}");
        let created = reply.json();
        assert_eq!(created["companyProfile"]["domain"], "northlake.example");
        assert_eq!(created["companyProfile"]["companyName"], "Northlake Tools");
        assert_eq!(created["relationshipToPartner"], "reseller");
        assert_eq!(created["billingProfile"]["culture"], "en-US");
        assert_eq!(created["billingProfile"]["defaultAddress"]["lastName"], "Berg");
        assert_eq!(created["attributes"]["objectType"], "Customer");
        let id = created["id"].as_str().unwrap();
        let read = client.get(&format!("/v1/customers/{id}")).await.json();
        assert_eq!(read["billingProfile"], created["billingProfile"]);
        assert!(read["userCredentials"].is_null(), "credentials are told once");
    });
}

#[test]
fn the_first_password_is_an_invitation_and_a_repeated_call_does_not_tell_it() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let client = client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-000000000001");
        let created = client.post("/v1/customers", &pascal("northlake.example")).await.json();
        let credentials = &created["userCredentials"];
        assert_eq!(credentials["userName"], "admin@northlake.example");
        let token = Token::parse(credentials["password"].as_str().unwrap()).unwrap();
        let invitation = people::invitation(&test.app, &token).await.unwrap();
        assert_eq!(
            (invitation.email.as_str(), &invitation.roles[..]),
            ("admin@northlake.example", &[Role::GlobalAdmin][..])
        );
        let again = client.post("/v1/customers", &pascal("northlake.example")).await.json();
        assert_eq!(again["id"], created["id"]);
        assert!(again["userCredentials"].is_null());
        let users = client.get(&format!("/v1/customers/{}/users", created["id"].as_str().unwrap())).await.json();
        assert_eq!(users["items"][0]["userPrincipalName"], "admin@northlake.example");
    });
}

#[test]
fn what_is_wrong_with_a_new_customer_is_told_by_its_code() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let hungary = json!({
            "Country": "HU", "City": "Budapest", "AddressLine1": "Fő utca 1", "PostalCode": "1011",
            "PhoneNumber": "+36 1 2345678"
        });
        let cases = [
            (with("/CompanyProfile/Domain", json!(null)), 3000, "companyProfile.domain"),
            (with("/CompanyProfile/Domain", json!("no domain")), 3000, "companyProfile.domain"),
            (with("/BillingProfile/Email", json!("")), 3000, "billingProfile.email"),
            (with("/BillingProfile/Culture", json!("english")), 3000, "billingProfile.culture"),
            (with("/BillingProfile/CompanyName", json!(" ")), 3000, "billingProfile.companyName"),
            (with("/BillingProfile/DefaultAddress", json!(null)), 3000, "billingProfile.defaultAddress"),
            (with("/BillingProfile/DefaultAddress/City", json!(null)), 3000, "billingProfile.defaultAddress.city"),
            (with("/BillingProfile/DefaultAddress/PostalCode", json!("x")), 2007, "postalCode"),
            (with("/BillingProfile/DefaultAddress/Country", json!("XX")), 2007, "XX"),
            (with("/BillingProfile/DefaultAddress", hungary), 600_049, "organizationRegistrationNumber"),
        ];
        for (body, code, named) in cases {
            let reply = client.post("/v1/customers", &body).await;
            assert_eq!(reply.fault(), (400, code), "{body}");
            assert!(reply.json()["description"].as_str().unwrap().contains(named), "{named}: {}", reply.json());
        }
        let mut numbered = pascal("fault.example");
        numbered["CompanyProfile"]["OrganizationRegistrationNumber"] = json!("12345");
        assert_eq!(client.post("/v1/customers", &numbered).await.fault(), (400, 600_002));
        assert_eq!(
            client.post("/v1/customers", &with("/AssociatedPartnerId", json!(partner.to_string()))).await.fault(),
            (403, 20002)
        );
        assert_eq!(client.post("/v1/customers", &pascal("fault.example")).await.status.as_u16(), 201);
        assert_eq!(client.post("/v1/customers", &pascal("FAULT.example")).await.fault(), (400, 2007));
        let helpdesk = Client::with(&test, partner, &[Role::HelpdeskAgent], AppRights::default()).await;
        assert_eq!(helpdesk.post("/v1/customers", &pascal("other.example")).await.fault(), (403, 900_150));
    });
}

async fn customer(client: &Client, domain: &str) -> String {
    let created = client.post("/v1/customers", &pascal(domain)).await.json();
    format!("/v1/customers/{}", created["id"].as_str().unwrap())
}

#[test]
fn a_billing_profile_is_read_changed_and_written_back() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let path = format!("{}/profiles/billing", customer(&client, "northlake.example").await);
        let mut profile = client.get(&path).await.json();
        assert_eq!(profile["attributes"]["objectType"], "CustomerBillingProfile");
        let first = profile.clone();
        profile["companyName"] = json!("Northlake Works");
        profile["defaultAddress"]["firstName"] = json!("Eva");
        let reply = client.put(&path, &profile).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["companyName"]), (200, &json!("Northlake Works")));
        assert_eq!(reply.json()["defaultAddress"]["firstName"], "Eva");
        assert_ne!(reply.json()["attributes"]["etag"], first["attributes"]["etag"]);
        assert_eq!(client.put(&path, &profile).await.fault(), (400, 2055));
        assert_eq!(client.saying("If-Match", "*").put(&path, &profile).await.status.as_u16(), 200);
        profile["attributes"]["etag"] = json!("");
        profile["defaultAddress"]["country"] = json!("AT");
        assert_eq!(client.put(&path, &profile).await.fault(), (400, 3000));
        let company = client.get(&path.replace("billing", "company")).await.json();
        assert_eq!(
            (&company["companyName"], &company["domain"]),
            (&json!("Northlake Works"), &json!("northlake.example"))
        );
        assert_eq!(
            (&company["address"]["city"], &company["email"]),
            (&json!("Hamburg"), &json!("ada@northlake.example"))
        );
    });
}

#[test]
fn a_customer_is_qualified_once_by_either_interface() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let path = customer(&client, "northlake.example").await;
        let (old, new) = (format!("{path}/qualification"), format!("{path}/qualifications"));
        assert_eq!(client.get(&old).await.json(), json!("none"));
        assert_eq!(client.get(&new).await.json(), json!([]));
        assert_eq!(client.post(&new, &json!({"qualification": "Schools"})).await.fault(), (400, 900_126));
        let added = client.post(&new, &json!({"Qualification": "Education", "EducationSegment": "K12"})).await;
        assert_eq!((added.status.as_u16(), &added.json()["vettingStatus"]), (201, &json!("InReview")));
        assert_eq!(client.get(&new).await.json()[0]["qualification"], "Education");
        assert_eq!(client.get(&old).await.json(), json!("education"));
        assert_eq!(client.post(&new, &json!({"qualification": "Nonprofit"})).await.fault(), (409, 1000));
        let other = format!("{}/qualification", customer(&client, "tidewater.example").await);
        assert_eq!(client.put(&other, &json!(2)).await.json(), json!("nonprofit"));
        assert_eq!(client.put(&other, &json!("education")).await.fault(), (409, 1000));
    });
}

#[test]
fn a_relationship_ends_and_every_later_call_says_so() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let path = customer(&client, "northlake.example").await;
        assert_eq!(client.delete(&path).await.fault(), (403, 2032));
        let reseller = json!({"relationshipToPartner": "reseller"});
        assert_eq!(client.patch(&path, &reseller).await.fault(), (400, 3000));
        let end = json!({"RelationshipToPartner": "None", "Attributes": {"ObjectType": "Customer"}});
        let sales = Client::with(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.patch(&path, &end).await.fault(), (403, 900_150));
        let ended = client.patch(&format!("{path}/"), &end).await;
        assert_eq!((ended.status.as_u16(), &ended.json()["relationshipToPartner"]), (200, &json!("none")));
        assert_eq!(client.get(&path).await.fault(), (403, 20002));
        assert_eq!(client.get(&format!("{path}/profiles/billing")).await.fault(), (403, 20002));
        assert_eq!(client.get("/v1/customers").await.json()["totalCount"], 0);
    });
}

#[test]
fn lists_of_what_is_not_here_are_empty_and_of_the_shape_that_clients_read() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let path = customer(&client, "northlake.example").await;
        assert_eq!(client.get("/v1/customers/all/validations").await.json(), json!([]));
        let status = client.get(&format!("{path}/validationstatus?type=Account")).await.json();
        assert_eq!((&status["type"], &status["status"]), (&json!("account"), &json!("Allowed")));
        assert_eq!(client.get(&format!("{path}/validationstatus")).await.fault(), (400, 3000));
        assert_eq!(client.get(&format!("{path}/relationships")).await.json()["items"], json!([]));
        let resellers = client.get("/v1/relationships?relationship_type=IsIndirectResellerOf").await.json();
        assert_eq!(resellers["totalCount"], 0);
        assert_eq!(client.get("/v1/relationships").await.fault(), (400, 3000));
        let user = "0b1c0000-0000-4000-8000-00000000000a";
        for list in ["managedservices".to_owned(), "subscribedskus".to_owned(), format!("users/{user}/licenses")] {
            assert_eq!(client.get(&format!("{path}/{list}")).await.json()["items"], json!([]), "{list}");
        }
        let assigned = client.post(&format!("{path}/users/{user}/licenseupdates"), &json!({})).await;
        assert_eq!(assigned.fault(), (400, 900_141));
        let request = client.get("/v1/customers/relationshiprequests").await.json();
        assert!(request["url"].as_str().unwrap().contains(&partner.to_string()));
        assert_eq!(request["attributes"]["objectType"], "RelationshipRequest");
    });
}

#[test]
fn another_partners_customer_is_not_found_by_any_operation() {
    TestApp::each(|test| async move {
        let (partner, other) = (test.partner("Alfa").await, test.partner("Hansa").await);
        let foreign: TenantId = test.customer(other, "Tidewater").await;
        let client = Client::of(&test, partner).await;
        let path = format!("/v1/customers/{foreign}");
        for read in
            ["/profiles/billing", "/profiles/company", "/qualifications", "/agreements", "/users", "/relationships"]
        {
            assert_eq!(client.get(&format!("{path}{read}")).await.fault(), (404, 60003), "{read}");
        }
        assert_eq!(client.patch(&path, &json!({"relationshipToPartner": "none"})).await.fault(), (404, 60003));
        assert_eq!(client.post(&format!("{path}/users"), &json!({})).await.fault(), (404, 60003));
    });
}

#[test]
fn customers_are_filtered_by_the_beginning_of_name_or_domain() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        customer(&client, "harbour.example").await;
        let filtered = async |field: &str, value: &str, operator: &str| {
            let filter = json!({"Field": field, "Value": value, "Operator": operator}).to_string();
            let filter = percent_encoding::utf8_percent_encode(&filter, percent_encoding::NON_ALPHANUMERIC);
            client.get(&format!("/v1/customers?filter={filter}")).await
        };
        let count = async |field: &str, value: &str| {
            filtered(field, value, "starts_with").await.json()["totalCount"].as_u64().unwrap()
        };
        assert_eq!(count("Domain", "HARB").await, 1);
        assert_eq!(count("Domain", "north").await, 0, "a word of the name");
        assert_eq!(count("CompanyName", "northlake to").await, 1);
        assert_eq!(count("CompanyName", "hamb").await, 0, "a word of the city");
        assert_eq!(count("IndirectReseller", &partner.to_string()).await, 0);
        assert_eq!(filtered("CompanyName", "north", "equals").await.fault(), (400, 3000));
    });
}
