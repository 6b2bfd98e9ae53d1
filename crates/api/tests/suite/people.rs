//! The partner's own people, and request files of machines without a network.

use perpetua_app::people::{AskForRole, ask_for_role};
use perpetua_domain::access::Role;
use perpetua_domain::id::PersonId;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::Device;
use serde_json::json;

use crate::client::Client;

#[test]
fn a_person_invites_gives_roles_for_hours_takes_and_removes_through_a_program() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let seller = test.caller(partner, &[Role::SalesAgent]).await;
        let client = Client::acting_for(&test, &admin).await;

        let invite = json!({ "Email": "new@alfa.example", "Roles": ["Sales_Agent", "helpdesk_agent"] });
        let same = client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-0000000000aa");
        let made = same.post("/ext/v1/people/invitations", &invite).await;
        assert_eq!(made.status.as_u16(), 201, "{made:?}");
        assert!(made.json()["url"].as_str().unwrap().contains("/invitation/"), "{made:?}");
        assert_eq!(same.post("/ext/v1/people/invitations", &invite).await.json().get("url"), None, "shown once");
        let open = client.get("/ext/v1/people/invitations").await.json();
        assert_eq!(open["items"][0]["email"], "new@alfa.example", "{open}");
        assert_eq!(open["items"][0]["roles"].as_array().unwrap().len(), 2);
        let id = open["items"][0]["id"].as_str().unwrap();
        assert_eq!(client.delete(&format!("/ext/v1/people/invitations/{id}")).await.status.as_u16(), 204);
        assert_eq!(client.get("/ext/v1/people/invitations").await.json()["totalCount"], 0);

        let path = format!("/ext/v1/people/{}", seller.person);
        let given = client.post(&format!("{path}/roles"), &json!({ "role": "billing_admin", "hours": 8 })).await;
        assert_eq!(given.status.as_u16(), 201, "{given:?}");
        let given = given.json();
        let lent = given["roles"].as_array().unwrap().iter().find(|role| role["role"] == "billing_admin").unwrap();
        assert!(lent["endDate"].is_string(), "{given}");
        let left = client.delete(&format!("{path}/roles/billing_admin")).await.json();
        assert_eq!(left["roles"].as_array().unwrap().len(), 1, "{left}");
        assert_eq!(client.delete(&path).await.status.as_u16(), 204);
        let listed = client.get("/ext/v1/people").await.json();
        let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
        assert!(ids.contains(&json!(admin.person.to_string())) && !ids.contains(&json!(seller.person.to_string())));
    });
}

#[test]
fn a_wrong_word_number_or_person_is_named_and_changes_nothing() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let client = Client::acting_for(&test, &admin).await;
        let invitations = "/ext/v1/people/invitations";
        for (body, field) in [
            (json!({ "roles": ["sales_agent"] }), "email"),
            (json!({ "email": "nobody", "roles": ["sales_agent"] }), "email"),
            (json!({ "email": "new@alfa.example" }), "roles"),
            (json!({ "email": "new@alfa.example", "roles": [] }), "roles"),
            (json!({ "email": "new@alfa.example", "roles": ["king"] }), "roles"),
            (json!({ "email": "new@alfa.example", "roles": ["global_admin"] }), "roles"),
        ] {
            let refused = client.post(invitations, &body).await;
            assert_eq!(refused.status.as_u16(), 400, "{body}: {refused:?}");
            assert!(refused.json().to_string().contains(field), "{body}: {refused:?}");
        }
        assert_eq!(client.get(invitations).await.json()["totalCount"], 0);
        let own = format!("/ext/v1/people/{}/roles", admin.person);
        for hours in [json!(0), json!(-1), json!(100_000), json!("soon")] {
            let refused = client.post(&own, &json!({ "role": "admin_agent", "hours": hours })).await;
            assert_eq!(refused.status.as_u16(), 400, "{hours}: {refused:?}");
        }
        let other = test.partner("Hansa").await;
        let stranger = test.caller(other, &[Role::AdminAgent]).await.person;
        let foreign = format!("/ext/v1/people/{stranger}");
        assert_eq!(client.delete(&foreign).await.fault(), (404, 1_000));
        assert_eq!(
            client.post(&format!("{foreign}/roles"), &json!({ "role": "sales_agent" })).await.fault(),
            (404, 1_000)
        );
        assert_eq!(client.delete(&format!("{own}/king")).await.fault(), (404, 1_000));
    });
}

#[test]
fn who_asks_for_a_role_gets_it_from_a_person_and_never_from_a_program_alone() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let seller = test.caller(partner, &[Role::SalesAgent]).await;
        let asked = AskForRole { role: Role::AdminAgent, reason: "Cover for Ada".to_owned() };
        ask_for_role(&test.app, &seller, asked).await.unwrap();
        let alone = Client::of(&test, partner).await;
        assert_eq!(alone.get("/ext/v1/people").await.status.as_u16(), 200, "reading is the program's by its role");
        let give = json!({ "role": "admin_agent" });
        let roles = format!("/ext/v1/people/{}/roles", seller.person);
        assert_eq!(alone.post(&roles, &give).await.fault(), (403, 900_150));
        let client = Client::acting_for(&test, &admin).await;
        let open = client.get("/ext/v1/people/requests").await.json();
        assert_eq!(
            (&open["items"][0]["role"], &open["items"][0]["reason"]),
            (&json!("admin_agent"), &json!("Cover for Ada"))
        );
        let decision = format!("/ext/v1/people/requests/{}/decision", open["items"][0]["id"].as_str().unwrap());
        assert_eq!(alone.post(&decision, &json!({ "grant": true })).await.fault(), (403, 900_150));
        assert_eq!(client.post(&decision, &json!({})).await.status.as_u16(), 400);
        assert_eq!(client.post(&decision, &json!({ "grant": true, "hours": 4 })).await.status.as_u16(), 204);
        assert_eq!(client.post(&decision, &json!({ "grant": true })).await.fault(), (404, 1_000), "once");
        let listed = client.get("/ext/v1/people").await.json();
        let person = listed["items"].as_array().unwrap().iter().find(|one| one["id"] == seller.person.to_string());
        assert_eq!(person.unwrap()["roles"].as_array().unwrap().len(), 2, "{listed}");
    });
}

#[test]
fn request_files_of_machines_without_a_network_are_answered_and_counted() {
    TestApp::each(|test| async move {
        let bought = test.licensed(1).await;
        let client = Client::of(&test, bought.partner).await;
        let orders = client.get(&format!("/v1/customers/{}/orders", bought.customer)).await.json();
        let order = orders["items"][0]["id"].as_str().unwrap();
        let line = format!("/ext/v1/customers/{}/orders/{order}/lineitems/0", bought.customer);
        let requests = format!("{line}/machines/requests");
        let nonsense = client.post(&requests, &json!({ "requests": "nonsense" })).await.json();
        assert_eq!((&nonsense["answers"][0]["isGood"], nonsense.get("responses")), (&json!(false), None), "{nonsense}");
        assert_eq!(client.post(&requests, &json!({})).await.status.as_u16(), 400);
        let file = Device::new(1).request_file(&test.app, &bought.key).await;
        let answered = client.post(&requests, &json!({ "requests": file })).await.json();
        assert_eq!(answered["answers"][0]["code"], "activated", "{answered}");
        assert!(answered["responses"].as_str().unwrap().starts_with("-----BEGIN PERPETUA RESPONSE-----"));
        assert_eq!(client.get(&format!("{line}/activations")).await.json()["used"], 1);
    });
}

#[test]
fn a_person_is_exported_through_a_program_and_nothing_of_it_is_kept() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let seller = test.caller(partner, &[Role::SalesAgent]).await;
        let stranger = test.caller(test.partner("Beta").await, &[Role::SalesAgent]).await;
        let client = Client::acting_for(&test, &admin).await;
        let path = |person: PersonId| format!("/ext/v1/people/{person}/exports");
        let found = client.post(&path(seller.person), &json!({})).await;
        assert_eq!(found.status.as_u16(), 200, "{found:?}");
        let found = found.json();
        assert_eq!((&found["about"], &found["organization"]), (&json!(seller.email.to_lowercase()), &json!("Alfa")));
        assert_eq!((&found["roles"][0]["role"], &found["mentions"]), (&json!("sales_agent"), &json!([])));
        assert_eq!(client.post(&path(stranger.person), &json!({})).await.status.as_u16(), 404);
        let powerless = Client::acting_for(&test, &seller).await;
        assert_eq!(powerless.post(&path(seller.person), &json!({})).await.status.as_u16(), 403);
        let kept = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM api_answer";
        assert_eq!(test.number(kept).await, 0, "no copy stays behind");
        let recorded = "SELECT kind AS line FROM audit_record WHERE kind LIKE 'person.export%' ORDER BY kind";
        assert_eq!(test.lines(recorded).await, ["person.export_refused", "person.exported"]);
    });
}
