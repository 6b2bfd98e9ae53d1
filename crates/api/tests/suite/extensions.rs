//! What is ours alone, under `/ext/v1`: machines of a purchase, and refunds after the window.

use perpetua_domain::access::{AppRights, Role};
use perpetua_test_support::TestApp;
use perpetua_test_support::device::Device;
use serde_json::{Value, json};

use crate::client::Client;

/// The address of the customer's only order.
async fn order(client: &Client, customer: impl std::fmt::Display) -> String {
    let orders = client.get(&format!("/v1/customers/{customer}/orders")).await.json();
    format!("/ext/v1/customers/{customer}/orders/{}", orders["items"][0]["id"].as_str().unwrap())
}

#[test]
fn machines_are_counted_listed_page_by_page_and_given_back() {
    TestApp::each(|test| async move {
        let bought = test.licensed(2).await;
        for number in 1..=3 {
            assert_eq!(Device::new(number).activate(&test.app, &bought.key).await, "activated");
            test.clock.advance(jiff::SignedDuration::from_secs(1));
        }
        let client = Client::of(&test, bought.partner).await;
        let line = format!("{}/lineitems/0", order(&client, bought.customer).await);
        let counts = client.get(&format!("{line}/activations")).await.json();
        assert_eq!((&counts["limit"], &counts["used"], &counts["left"]), (&json!(4), &json!(3), &json!(1)));
        let first = client.get(&format!("{line}/machines?size=2")).await.json();
        let names = |page: &Value| -> Vec<String> {
            page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&first), ["PC-3", "PC-2"], "the one seen last first");
        let token = first["continuationToken"].as_str().unwrap();
        let second = client.saying("MS-ContinuationToken", token).get(&format!("{line}/machines?size=2")).await.json();
        assert_eq!((names(&second), second["links"].get("next")), (vec!["PC-1".to_owned()], None));
        assert_eq!(client.get(&format!("{line}/machines?seekOperation=Previous")).await.fault(), (400, 3_000));
        assert_eq!(client.get(&format!("{line}/machines?seekOperation=Next")).await.fault(), (400, 3_000));
        let lost = format!("{line}/machines/{}", second["items"][0]["id"].as_str().unwrap());
        let keyless = Client::with(&test, bought.partner, &[Role::AdminAgent], AppRights::default()).await;
        assert_eq!(keyless.delete(&lost).await.fault(), (403, 900_150), "it needs the right to keys");
        let returned = client.delete(&lost).await;
        assert_eq!(returned.status.as_u16(), 200, "{returned:?}");
        let returned = returned.json();
        assert_eq!((&returned["state"], &returned["name"]), (&json!("leaving"), &json!("PC-1")));
        assert!(returned["countsUntil"].as_str() > returned["lastSeenDate"].as_str(), "{returned}");
        assert_eq!(client.delete(&lost).await.json()["countsUntil"], returned["countsUntil"], "once");
        let unknown = format!("{line}/machines/00000000-0000-4000-8000-00000000000f");
        assert_eq!(client.delete(&unknown).await.fault(), (404, 1_000));
        assert_eq!(client.get(&format!("{line}7/machines")).await.fault(), (400, 800_071));
    });
}

#[test]
fn a_key_is_replaced_once_per_intention_by_who_may_and_the_former_one_is_closed() {
    TestApp::each(|test| async move {
        let bought = test.licensed(1).await;
        let mut known = Device::new(1);
        assert_eq!(known.activate(&test.app, &bought.key).await, "activated");
        let client = Client::of(&test, bought.partner).await;
        let path = format!("{}/lineitems/0/keyreplacements", order(&client, bought.customer).await);
        let before = client.get(&path).await.json();
        assert_eq!((&before["replacements"], &before["mayReplace"]), (&json!(0), &json!(true)));
        assert_eq!(before.get("lastReplacedDate"), None);
        for (wish, code) in [
            (json!({ "replacements": 0 }), 3_000),
            (json!({ "reason": "unknown", "replacements": 0 }), 3_000),
            (json!({ "reason": "leaked" }), 3_000),
            (json!({ "reason": "leaked", "replacements": -1 }), 3_000),
            (json!({ "reason": "because", "replacements": 0 }), 900_126),
        ] {
            assert_eq!(client.post(&path, &wish).await.fault(), (400, code), "{wish}");
        }
        let wish = json!({ "Reason": "PersonLeft", "Replacements": 0 });
        let keyless = Client::with(&test, bought.partner, &[Role::AdminAgent], AppRights::default()).await;
        assert_eq!(keyless.post(&path, &wish).await.fault(), (403, 900_150), "a program needs the right to keys");
        let clerk =
            Client::with(&test, bought.partner, &[Role::SalesAgent], AppRights { keys: true, cancel: true }).await;
        assert_eq!(clerk.post(&path, &wish).await.fault(), (403, 900_150));
        assert_eq!(clerk.get(&path).await.json()["mayReplace"], false);

        let same = client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-0000000000ef");
        let done = same.post(&path, &wish).await;
        assert_eq!(done.status.as_u16(), 201, "{done:?}");
        assert_eq!(same.post(&path, &wish).await.json(), done.json(), "the same request counts once");
        let done = done.json();
        assert_eq!((&done["replacements"], &done["mayReplace"]), (&json!(1), &json!(true)));
        assert!(done["lastReplacedDate"].is_string(), "{done}");
        assert_eq!(client.post(&path, &wish).await.fault().0, 409, "another request with what was seen before");
        assert_eq!(Device::new(2).activate(&test.app, &bought.key).await, "key_replaced");
        assert_eq!(known.activate(&test.app, &bought.key).await, "activated_again");
        let records = test.records().await;
        let of = |kind: &str| records.iter().filter(|(known, _)| known == kind).count();
        assert_eq!(of("key.replaced"), 1, "{records:?}");
        for seen in 1..=2 {
            let wish = json!({ "reason": "other", "replacements": seen });
            assert_eq!(client.post(&path, &wish).await.status.as_u16(), 201);
        }
        let wish = json!({ "reason": "other", "replacements": 3 });
        let often = client.post(&path, &wish).await;
        assert_eq!(often.fault().0, 400, "{often:?}");
        assert!(often.json()["description"].as_str().unwrap().contains("three times in 30 days"), "{often:?}");
    });
}

#[test]
fn a_refund_is_asked_for_with_reason_and_amount_after_the_window() {
    TestApp::each(|test| async move {
        let bought = test.licensed(2).await;
        for clock in [&test.clock, &test.real_clock] {
            clock.advance(jiff::SignedDuration::from_hours(24 * 70));
        }
        let client = Client::of(&test, bought.partner).await;
        let order = order(&client, bought.customer).await;
        let path = format!("{order}/refundrequests");
        let units = json!({ "lineItems": [{ "lineItemNumber": 0, "quantity": 1 }] });
        assert_eq!(client.post(&format!("{order}/cancellations"), &units).await.fault(), (400, 900_117));
        let wish = json!({
            "lineItemNumber": 0, "Reason": "WrongProduct", "ReasonText": "The other edition.", "Amount": 119.5,
            "title": "Wrong edition", "severity": "unknown",
            "primaryContact": { "firstName": "Ada", "lastName": "Berg", "email": "ada@northlake.example", "phoneNumber": "+49 40 1234567" },
        });
        let same = client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-0000000000dd");
        let asked = same.post(&path, &wish).await;
        assert_eq!(asked.status.as_u16(), 201, "{asked:?}");
        assert_eq!(same.post(&path, &wish).await.json(), asked.json(), "the same request counts once");
        let asked = asked.json();
        assert_eq!(
            (&asked["refund"]["reason"], &asked["refund"]["amount"], &asked["severity"], &asked["status"]),
            (&json!("wrong_product"), &json!(119.5), &json!("moderate"), &json!("open"))
        );
        assert_eq!(asked["refund"]["reasonText"], "The other edition.");
        assert_eq!(asked["organization"]["id"], bought.customer.to_string());
        let found = client.get(&format!("/v1/customers/{}/servicerequests", bought.customer)).await.json();
        assert_eq!((&found["totalCount"], &found["items"][0]), (&json!(1), &asked));
        for (name, value) in [
            ("/Amount", json!(99_999)),
            ("/Amount", json!(0)),
            ("/Amount", json!("much")),
            ("/ReasonText", json!("x".repeat(2_001))),
            ("/title", json!("two\nlines")),
            ("/lineItemNumber", json!(7)),
            ("/primaryContact/phoneNumber", json!("1")),
        ] {
            let mut wrong = wish.clone();
            *wrong.pointer_mut(name).unwrap() = value;
            let refused = client.post(&path, &wrong).await;
            assert_eq!(refused.fault(), (400, 3_000), "{name}");
            assert_eq!(refused.json()["data"].as_array().unwrap().len(), 1, "{name}: {refused:?}");
        }
        let mut silent = wish.clone();
        (silent["Reason"], silent["ReasonText"]) = (json!("unknown"), Value::Null);
        assert_eq!(client.post(&path, &silent).await.fault(), (400, 3_000), "no reason at all");
        let mut odd = wish.clone();
        odd["Reason"] = json!("because");
        assert_eq!(client.post(&path, &odd).await.fault(), (400, 900_126));
        let helpdesk = Client::with(&test, bought.partner, &[Role::HelpdeskAgent], AppRights::default()).await;
        assert_eq!(helpdesk.post(&path, &wish).await.fault(), (403, 900_150), "only an admin agent asks for money");
    });
}

#[test]
fn a_link_that_is_not_there_has_no_second_life() {
    TestApp::each(|test| async move {
        let bought = test.licensed(1).await;
        let client = Client::of(&test, bought.partner).await;
        let links = format!("{}/lineitems/0/links", order(&client, bought.customer).await);
        let unknown = format!("{links}/00000000-0000-4000-8000-00000000000f/renewal");
        assert_eq!(client.post(&unknown, &json!({ "usesMax": 5 })).await.fault(), (404, 1_000));
    });
}
