//! Files of requests and keys handed over by programs.

use axum::body::Body;
use perpetua_test_support::{Goods, TestApp};
use serde_json::json;

use crate::client::Client;

#[test]
fn a_program_adds_a_file_once_lists_it_and_fetches_a_part() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let client = Client::of(&test, partner).await;
        let question = json!({
            "title": "Setup stops", "description": "See the log.", "severity": "minimal", "supportTopicId": "3001",
            "primaryContact": { "firstName": "Ada", "lastName": "Berg", "email": "ada@northlake.example" },
        });
        let asked = client.post("/v1/servicerequests/en-US", &question).await.json();
        let files = format!("/ext/v1/servicerequests/{}/files", asked["id"].as_str().unwrap());
        let upload = format!("{files}?name=setup.log");
        let once = client.saying("MS-RequestId", "7d5f0f1e-0d7a-4a55-9d2f-0c1d2e3f4a5b");
        let added = once.call("POST", &upload, Body::from("0123456789")).await;
        assert_eq!(added.status.as_u16(), 201, "{added:?}");
        let added = added.json();
        assert_eq!(
            (&added["name"], &added["size"], &added["state"]),
            (&json!("setup.log"), &json!(10), &json!("unscanned"))
        );
        assert_eq!(once.call("POST", &upload, Body::from("0123456789")).await.json(), added, "sent again");
        let list = client.get(&files).await.json();
        assert_eq!((&list["totalCount"], &list["items"][0]), (&json!(1), &added));
        let path = format!("{files}/{}", added["id"].as_str().unwrap());
        let part = client.saying("Range", "bytes=2-4").get(&path).await;
        assert_eq!((part.status.as_u16(), part.bytes.as_slice()), (206, b"234".as_slice()));
        assert_eq!(part.headers["content-disposition"], "attachment; filename*=UTF-8''setup%2Elog");

        for (query, content) in [("name=a.pdf", "MZ\0"), ("name=a.log", ""), ("", "text"), ("name=run.exe", "text")] {
            let refused = client.call("POST", &format!("{files}?{query}"), Body::from(content)).await;
            assert_eq!(refused.fault(), (400, 3000), "{query}");
        }
        let key = ["A1B2C", "D3E4F", "G5H6J", "K7L8M", "N9P0Q"].join("-");
        let doubtful = client.call("POST", &format!("{files}?name=key.log"), Body::from(key.clone())).await;
        assert_eq!(doubtful.fault(), (400, 3000), "not confirmed");
        let sure = client.call("POST", &format!("{files}?name=key.log&confirmKey=true"), Body::from(key)).await;
        assert_eq!((sure.status.as_u16(), &sure.json()["holdsKey"]), (201, &json!(true)));
        assert_eq!(client.get(&files).await.json()["totalCount"], 2);

        let stranger = Client::of(&test, test.partner("Hansa").await).await;
        for path in [&files, &path] {
            assert_eq!(stranger.get(path).await.fault(), (404, 1000));
        }
        assert_eq!(stranger.call("POST", &upload, Body::from("x")).await.fault(), (404, 1000));
    });
}

#[test]
fn a_program_hands_a_key_over_and_takes_it_back() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[perpetua_domain::access::Role::AdminAgent]).await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await;
        let order = test.order(&agent, customer, &[(item, 1)]).await;
        let client = Client::of(&test, partner).await;
        let path = format!("/ext/v1/customers/{customer}/orders/{}/lineitems/0/handovers", order.id);
        let given = json!({ "recipientName": "Ada Berg", "recipientEmail": "ada@northlake.example" });
        let made = client.post(&path, &given).await;
        assert_eq!(made.status.as_u16(), 201, "{made:?}");
        let made = made.json();
        assert_eq!((&made["state"], &made["recipientName"]), (&json!("waiting"), &json!("Ada Berg")));
        assert_eq!(client.get(&path).await.json()["items"], json!([made]));
        assert_eq!(client.post(&path, &json!({ "recipientName": "Ada" })).await.fault(), (400, 3000));
        let one = format!("{path}/{}", made["id"].as_str().unwrap());
        assert_eq!(client.delete(&one).await.status.as_u16(), 204);
        assert_eq!(client.get(&path).await.json()["items"][0]["state"], "revoked");
    });
}
