//! Service requests: asked, talked about, closed, with the bodies that SDKs send.

use jiff::SignedDuration;
use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::Client;

fn question() -> Value {
    json!({
        "Title": "Key rejected", "Description": "It says no.", "Severity": "Moderate", "SupportTopicId": "3001",
        "Status": "none", "CreatedDate": "0001-01-01T00:00:00", "CountryCode": "de", "ProductId": "HARBORSERVER",
        "PrimaryContact": { "FirstName": "Ada", "LastName": "Berg", "Email": "ada@northlake.example" },
        "NewNote": null, "FileLinks": null
    })
}

/// The model that SDKs send when somebody only writes a note or a state.
fn empty_model() -> Value {
    json!({
        "title": null, "description": null, "severity": "unknown", "status": "none", "supportTopicId": null,
        "createdDate": "0001-01-01T00:00:00", "lastClosedDate": "0001-01-01T00:00:00", "notes": null
    })
}

#[test]
fn topics_have_numbers_and_names_in_the_callers_language() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let topics = client.get("/v1/servicerequests/supporttopics").await.json();
        assert_eq!(
            (&topics["items"][1]["id"], &topics["items"][1]["name"]),
            (&json!(3001), &json!("Key does not work"))
        );
        let czech = client.saying("X-Locale", "cs-CZ").get("/v1/ServiceRequests/supportTopics").await.json();
        assert_eq!(czech["items"][1]["name"], "Klíč nefunguje");
    });
}

#[test]
fn a_question_is_asked_answered_closed_and_opened_again_for_fourteen_days() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let asked = client.post("/v1/servicerequests/en-US", &question()).await;
        assert_eq!(asked.status.as_u16(), 201, "{asked:?}");
        let asked = asked.json();
        assert_eq!(
            (&asked["id"], &asked["status"], &asked["severity"], &asked["supportTopicId"], &asked["countryCode"]),
            (&json!("600000000000001"), &json!("open"), &json!("moderate"), &json!("3001"), &json!("DE"))
        );
        assert_eq!(asked["primaryContact"]["firstName"], "Ada");
        assert_eq!(asked["organization"], json!({ "id": partner.to_string(), "name": "Alfa" }));
        assert_eq!(asked["lastClosedDate"], "0001-01-01T00:00:00Z");
        let path = format!("/v1/servicerequests/{}", asked["id"].as_str().unwrap());
        let mut note = empty_model();
        note["newNote"] = json!({ "text": "Which version?" });
        let noted = client.patch(&path, &note).await.json();
        assert_eq!((&noted["notes"][0]["text"], &noted["status"]), (&json!("Which version?"), &json!("open")));
        assert_eq!(client.patch(&path, &empty_model()).await.json(), noted, "nothing was asked for");
        let stale = json!({ "newNote": { "text": "Too late." }, "attributes": asked["attributes"] });
        assert_eq!(client.patch(&path, &stale).await.fault(), (400, 2055));
        let etag = noted["attributes"]["etag"].as_str().unwrap();
        assert_eq!(client.saying("If-Match", "\"0\"").patch(&path, &note).await.fault(), (400, 2055));
        assert_eq!(client.get(&path).await.json(), noted, "nothing changed");
        assert_eq!(client.saying("If-Match", etag).patch(&path, &empty_model()).await.json(), noted);
        let closed = client.patch(&path, &json!({ "Status": "Closed" })).await.json();
        assert_eq!(closed["status"], "closed");
        assert_ne!(closed["lastClosedDate"], asked["lastClosedDate"]);
        assert_eq!(client.patch(&path, &note).await.fault(), (400, 3000), "closed");
        assert_eq!(client.patch(&path, &json!({ "status": "open" })).await.json()["status"], "open");
        client.patch(&path, &json!({ "status": "closed" })).await;
        test.clock.advance(SignedDuration::from_hours(14 * 24 + 1));
        let client = Client::of(&test, partner).await;
        assert_eq!(client.patch(&path, &json!({ "status": "open" })).await.fault(), (400, 3000), "too late");
        assert_eq!(client.get(&path).await.json()["status"], "closed");
    });
}

#[test]
fn lists_are_paged_by_offset_and_filtered_by_status_in_every_spelling() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        for _ in 0..3 {
            assert_eq!(client.post("/v1/servicerequests/cs-CZ", &question()).await.status.as_u16(), 201);
            test.clock.advance(SignedDuration::from_secs(1));
        }
        client.patch("/v1/servicerequests/600000000000002", &json!({ "status": "closed" })).await;
        let first = client.get("/v1/servicerequests?size=2").await.json();
        assert_eq!((&first["totalCount"], &first["items"][0]["id"]), (&json!(2), &json!("600000000000003")));
        let next = first["links"]["next"]["uri"].as_str().unwrap().to_owned();
        let second = client.get(&format!("/v1/{next}")).await.json();
        assert_eq!((&second["totalCount"], &second["links"]["next"]), (&json!(1), &Value::Null));
        let filter = "%7B%22Field%22%3A%22Status%22%2C%22Value%22%3A%22Closed%22%2C%22Operator%22%3A%22equals%22%7D";
        for query in [format!("filter={filter}"), "status=closed".to_owned(), "STATUS=Closed&size=0".to_owned()] {
            let found = client.get(&format!("/v1/servicerequests?{query}")).await.json();
            assert_eq!(
                (&found["totalCount"], &found["items"][0]["id"]),
                (&json!(1), &json!("600000000000002")),
                "{query}"
            );
        }
        assert_eq!(client.get("/v1/servicerequests?filter=%7B%7D").await.fault(), (400, 3000));
        assert_eq!(client.get("/v1/servicerequests?status=lost").await.fault(), (400, 900_126));
    });
}

#[test]
fn a_request_about_a_customer_is_found_under_it_and_nowhere_else() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let (customer, other) = (test.customer(partner, "Northlake").await, test.customer(partner, "Tidewater").await);
        let client = Client::of(&test, partner).await;
        let mut about = question();
        about["supportTopicId"] = json!(3004);
        assert_eq!(client.post("/v1/servicerequests/en-US", &about).await.fault(), (400, 3000), "whose refund?");
        about["organization"] = json!({ "id": customer.to_string() });
        let asked = client.post("/v1/servicerequests/en-US", &about).await.json();
        assert_eq!(asked["refund"]["reason"], "not_given", "{asked}");
        let id = asked["id"].as_str().unwrap();
        let list = client.get(&format!("/v1/customers/{customer}/servicerequests")).await.json();
        assert_eq!((&list["totalCount"], &list["items"][0]), (&json!(1), &asked));
        assert_eq!(client.get(&format!("/v1/customers/{other}/servicerequests")).await.json()["totalCount"], 0);
        let path = format!("/v1/customers/{customer}/servicerequests/{id}");
        assert_eq!(client.get(&path).await.json(), asked);
        let closed = client.patch(&path, &json!({ "status": "closed" })).await.json();
        assert_eq!(closed["refund"]["outcome"], "withdrawn");
        let elsewhere = format!("/v1/customers/{other}/servicerequests/{id}");
        assert_eq!(client.get(&elsewhere).await.fault(), (404, 1000));
        assert_eq!(client.patch(&elsewhere, &json!({ "title": "Mine" })).await.fault(), (404, 1000));
        let stranger = Client::of(&test, test.partner("Hansa").await).await;
        assert_eq!(stranger.get(&format!("/v1/servicerequests/{id}")).await.fault(), (404, 1000));
    });
}

#[test]
fn wrong_requests_name_the_field_and_other_roles_get_none() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        for (field, value, code) in [
            ("Title", json!(""), 3000),
            ("Title", json!("x".repeat(257)), 3000),
            ("Description", Value::Null, 3000),
            ("Severity", json!("unknown"), 3000),
            ("Severity", json!("awful"), 900_126),
            ("SupportTopicId", Value::Null, 3000),
            ("SupportTopicId", json!("7"), 3000),
        ] {
            let mut wrong = question();
            wrong[field] = value;
            let reply = client.post("/v1/servicerequests/en-US", &wrong).await;
            assert_eq!(reply.fault(), (400, code), "{field}");
            assert!(reply.json()["data"][0].as_str().unwrap().to_lowercase().starts_with(&field.to_lowercase()));
        }
        assert_eq!(client.post("/v1/servicerequests/600000000000001", &question()).await.fault(), (404, 1000));
        assert_eq!(client.get("/v1/servicerequests/nonsense").await.fault(), (404, 1000));
        assert_eq!(client.get("/v1/servicerequests/600000000000009").await.fault(), (404, 1000));
        let sales = Client::with(&test, partner, &[Role::SalesAgent], AppRights::default()).await;
        assert_eq!(sales.get("/v1/servicerequests").await.fault(), (403, 900_150));
    });
}
