//! A customer's move from volume licensing: what programs and scripts send.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use perpetua_api::fleet_reports;
use perpetua_app::fleet::{NewKey, add_key, script_pack};
use perpetua_domain::access::{AppRights, Role};
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::TestApp;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::client::Client;

fn inventory(machines: u32) -> Value {
    let row = |at| {
        format!(
            "WS-{at};Windows(R), Enterprise edition;Windows(R) Operating System, VOLUME_KMSCLIENT channel;1;200000;FKE01;19045;2026-03-02T06:00:00Z\n"
        )
    };
    let header = "PSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey;BuildNumber;CollectedAt\n";
    let content: String = std::iter::once(header.to_owned()).chain((1..=machines).map(row)).collect();
    json!({ "files": [{ "name": "fleet.csv", "content": content }] })
}

#[test]
fn a_program_uploads_lists_plans_and_reads_the_evidence() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let client = Client::of(&test, partner).await;
        let base = format!("/ext/v1/customers/{customer}/fleet");
        assert_eq!(client.get(&format!("{base}/plan")).await.fault(), (404, 1_000));
        let same = client.saying("MS-RequestId", "0b1c0000-0000-4000-8000-0000000000f1");
        let made = same.post(&format!("{base}/imports"), &inventory(3)).await;
        assert_eq!(made.status.as_u16(), 201, "{made:?}");
        let made = made.json();
        assert_eq!((&made["records"], &made["machinesNew"]), (&json!(3), &json!(3)));
        assert_eq!(same.post(&format!("{base}/imports"), &inventory(3)).await.json()["id"], made["id"]);
        let nothing = json!({ "files": [{ "content": "Nothing here." }] });
        assert_eq!(client.post(&format!("{base}/imports"), &nothing).await.status.as_u16(), 400);

        let first = client.get(&format!("{base}/machines?size=2&state=open")).await.json();
        assert_eq!(first["items"].as_array().unwrap().len(), 2, "{first}");
        let token = first["continuationToken"].as_str().unwrap();
        let path = format!("{base}/machines?size=2&state=open");
        let second = client.saying("MS-ContinuationToken", token).get(&path).await.json();
        let of = |page: &Value| page["items"].as_array().unwrap().clone();
        let mut names: Vec<_> = of(&first).into_iter().chain(of(&second)).map(|one| one["name"].to_string()).collect();
        names.sort();
        assert_eq!(names, ["\"WS-1\"", "\"WS-2\"", "\"WS-3\""], "each once");

        let key = NewKey {
            label: "MAK".to_owned(),
            product: "Windows 10 Enterprise".to_owned(),
            also_versions: String::new(),
            key: ["ABCDE", "FGHJK", "LMNPQ", "RSTUV", "FKE09"].join("-").into(),
            remaining: 3,
            reserve: 0,
        };
        add_key(&test.app, &owner, customer, key, None).await.unwrap();
        let orders = json!([{ "first": "WS-1", "then": "WS-2" }, { "first": "WS-2", "then": "WS-1" }]);
        let weekend = |day: &str| json!({ "siteWindows": [{ "site": "Brno", "weekdays": [day] }] });
        for wrong in [json!({ "orders": orders }), weekend("someday"), json!({ "siteWindows": [{ "weekdays": [] }] })] {
            assert_eq!(client.put(&format!("{base}/plan"), &wrong).await.status.as_u16(), 400, "{wrong}");
        }
        let wish = json!({ "capacityPerDay": 2, "siteWindows": [{ "site": "Brno", "weekdays": ["sunday"], "capacityPerDay": 5 }], "orders": [orders[0]], "pilots": 0, "workdaysOnly": false, "closed": ["2026-03-03"] });
        let plan = client.put(&format!("{base}/plan"), &wish).await.json();
        assert_eq!((&plan["isProved"], &plan["unsavedCount"]), (&json!(true), &json!(0)), "{plan}");
        assert_eq!(plan["waves"][0]["day"], "2026-03-04");
        let settings = &plan["settings"];
        assert_eq!((&settings["siteWindows"], &settings["orders"]), (&wish["siteWindows"], &wish["orders"]));
        assert_eq!(client.get(&format!("{base}/plan")).await.json(), plan);
        assert_eq!(client.get(&format!("{base}/waves")).await.json()["items"], plan["waves"]);
        let summary = client.get(&base).await.json();
        assert_eq!(summary["states"], json!([{ "word": "planned", "machines": 3 }]));
        let report = client.get(&format!("{base}/report")).await.json();
        assert_eq!(report["items"][0]["evidence"], "missing");

        changes_of_mind(&client, &base).await;
        let keyless = Client::with(&test, partner, &[Role::AdminAgent], AppRights::default()).await;
        let scripts = format!("{base}/waves/1/scripts");
        assert_eq!(keyless.post(&scripts, &json!({})).await.fault(), (403, 900_150));
        let pack = client.post(&scripts, &json!({})).await;
        assert_eq!(pack.status.as_u16(), 200);
        assert!(pack.bytes.starts_with(b"PK"), "an archive");
        assert_eq!(client.post(&format!("{base}/waves/9/scripts"), &json!({})).await.status.as_u16(), 404);
    });
}

/// A wave is stopped and goes on, another day is tried, and what is missing is told.
async fn changes_of_mind(client: &Client, base: &str) {
    let wave = |end: &str| format!("{base}/waves/1/{end}");
    let held = client.post(&wave("hold"), &json!({})).await.json();
    assert_eq!((&held["number"], &held["state"]), (&json!(1), &json!("held")));
    assert_eq!(client.post(&wave("scripts"), &json!({})).await.status.as_u16(), 409);
    let released = client.post(&wave("release"), &json!({})).await.json();
    assert_ne!(released["state"], "held");
    assert_eq!(client.post(&format!("{base}/waves/99/hold"), &json!({})).await.fault(), (404, 1000));
    let outlook = client.get(&format!("{base}/outlook?switchOff=2026-06-01")).await.json();
    assert!(outlook["safeUntil"].as_str().unwrap() > "2026-06-01", "{outlook}");
    assert_eq!(client.get(&format!("{base}/outlook?switchOff=soon")).await.fault(), (400, 3000));
    let gaps = client.get(&format!("{base}/gaps")).await.json();
    let gap = &gaps["items"][0];
    assert_eq!((&gap["product"], &gap["needed"]), (&json!("windows.enterprise.10"), &json!(3)), "{gaps}");
    assert_eq!(gap["missing"], 0);
}

async fn send(router: &Router, token: &str, body: impl Into<Body>) -> (u16, Value) {
    let request = Request::post("/fleet/v1/report")
        .header("authorization", format!("Bearer {token}"))
        .extension(ConnectInfo(SocketAddr::from(([192, 0, 2, 7], 443))));
    let response = router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[test]
fn scripts_report_with_the_token_of_their_wave_and_strangers_are_held_back() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let client = Client::of(&test, partner).await;
        let base = format!("/ext/v1/customers/{customer}/fleet");
        client.post(&format!("{base}/imports"), &inventory(2)).await;
        let key = NewKey {
            label: "MAK".to_owned(),
            product: "Windows 10 Enterprise".to_owned(),
            also_versions: String::new(),
            key: ["ABCDE", "FGHJK", "LMNPQ", "RSTUV", "FKE09"].join("-").into(),
            remaining: 3,
            reserve: 0,
        };
        add_key(&test.app, &owner, customer, key, None).await.unwrap();
        client.put(&format!("{base}/plan"), &json!({ "pilots": 0 })).await;
        let pack = script_pack(&test.app, &agent, customer, 1).await.unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack.bytes.to_vec())).unwrap();
        let address = std::io::read_to_string(archive.by_name("report-to.txt").unwrap()).unwrap();
        assert!(address.lines().next().unwrap().ends_with("/fleet/v1/report"));
        let token = address.lines().nth(1).unwrap();

        let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(3), metrics: None });
        let router = fleet_reports::routes().with_state(site);
        let line = "\"WS-1\",\"2026-03-02T08:00:00Z\",\"55c92734-d682-4d71-983e-d6ec3f16059f\",\"FKE01\",\"FKE09\",\"mak\",\"1\",\"1\",\"0x00000000\",\"0\",\"7\",\"All\",\"False\"\r\n";
        for accepted in [1, 0, 0, 0, 0] {
            let (status, body) = send(&router, token, line).await;
            assert_eq!((status, &body["accepted"]), (200, &json!(accepted)), "good reports are not counted: {body}");
        }
        let (status, body) = send(&router, token, vec![b'a'; 300 * 1024]).await;
        assert_eq!((status, &body["code"]), (413, &json!("fleet_report_too_large")));
        for _ in 0..2 {
            let (status, body) = send(&router, "AAAAAAAAAAAAAAAAAAAAAA", line).await;
            assert_eq!((status, &body["code"]), (401, &json!("fleet_token_unknown")));
        }
        assert_eq!(send(&router, "AAAAAAAAAAAAAAAAAAAAAA", line).await.0, 429);
        let waves = client.get(&format!("{base}/waves")).await.json();
        assert_eq!((&waves["items"][0]["moved"], &waves["items"][0]["state"]), (&json!(1), &json!("running")));
    });
}

#[test]
fn a_program_records_what_was_had_before_and_sees_the_keys_without_their_characters() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
        let client = Client::of(&test, partner).await;
        let base = format!("/ext/v1/customers/{customer}/fleet");
        let licenses = format!("{base}/priorlicenses");
        let one =
            json!({ "product": "Windows 10 Enterprise", "quantity": 25, "keyType": "KMS", "endsOn": "2027-03-31" });
        let made = client.post(&licenses, &one).await;
        assert_eq!(made.status.as_u16(), 201, "{made:?}");
        let made = made.json();
        assert_eq!((&made["productCode"], &made["endsOn"]), (&json!("windows.enterprise.10"), &json!("2027-03-31")));
        assert_eq!(client.post(&licenses, &one).await.json()["id"], made["id"], "the same one twice is one");
        for wrong in [json!({ "product": "x", "quantity": 0 }), json!({ "quantity": 1 }), json!({ "product": "x" })] {
            assert_eq!(client.post(&licenses, &wrong).await.fault(), (400, 3000), "{wrong}");
        }
        let table = "product;quantity\nWindows Server 2019 Standard;4\n;5\n";
        let tables = format!("{licenses}/tables");
        let read = client.call("POST", &tables, Body::from(table)).await;
        assert_eq!(read.status.as_u16(), 201, "{read:?}");
        assert_eq!((&read.json()["added"], &read.json()["badLines"]), (&json!(1), &json!([3])));
        assert_eq!(client.call("POST", &tables, Body::from("a;b\n1;2\n")).await.status.as_u16(), 400);
        let listed = client.get(&licenses).await.json();
        assert_eq!(listed["totalCount"], 2, "{listed}");
        let first = format!("{licenses}/{}", made["id"].as_str().unwrap());
        assert_eq!(client.delete(&first).await.status.as_u16(), 204);
        assert_eq!(client.delete(&first).await.fault(), (404, 1000));

        let key = NewKey {
            label: "MAK".to_owned(),
            product: "Windows 10 Enterprise".to_owned(),
            also_versions: String::new(),
            key: ["ABCDE", "FGHJK", "LMNPQ", "RSTUV", "FKE09"].join("-").into(),
            remaining: 3,
            reserve: 1,
        };
        add_key(&test.app, &owner, customer, key, None).await.unwrap();
        let keys = client.get(&format!("{base}/keys")).await.json();
        let key = &keys["items"][0];
        assert_eq!(
            (&key["partialKey"], &key["remaining"], &key["origin"]),
            (&json!("FKE09"), &json!(3), &json!("entered"))
        );
        assert!(!keys.to_string().contains("FGHJK"));
    });
}

#[test]
fn a_program_sends_files_of_any_size_reads_the_verdicts_and_assigns_machines() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let client = Client::of(&test, partner).await;
        let base = format!("/ext/v1/customers/{customer}/fleet");
        let files = inventory(120);
        let mut content = files["files"][0]["content"].as_str().unwrap().to_owned();
        // More than a body of JSON may have.
        content.push_str(&"\n".repeat(1_500_000));
        let sent = client.call("POST", &format!("{base}/inventories?name=fleet.csv"), Body::from(content)).await;
        assert_eq!(sent.status.as_u16(), 201, "{sent:?}");
        let sent = sent.json();
        assert_eq!((&sent["records"], &sent["machinesNew"]), (&json!(120), &json!(120)), "{sent}");
        assert_eq!(client.call("POST", &format!("{base}/inventories"), Body::empty()).await.status.as_u16(), 400);
        let listed = client.get(&format!("{base}/imports")).await.json();
        assert_eq!(listed["items"], json!([sent]));
        let verdicts = format!("{base}/imports/{}/verdicts?kind=read", sent["id"].as_str().unwrap());
        let page = client.get(&verdicts).await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), 100, "{page}");
        assert_eq!((&page["items"][0]["kind"], &page["items"][0]["file"]), (&json!("read"), &json!("fleet.csv")));
        let token = page["continuationToken"].as_str().unwrap();
        let rest = client.saying("MS-ContinuationToken", token).get(&verdicts).await.json();
        assert_eq!(rest["items"].as_array().unwrap().len(), 20);

        let machines = client.get(&format!("{base}/machines?size=2")).await.json();
        let ids: Vec<&str> =
            machines["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        let assign = |body: Value| {
            let (client, path) = (&client, format!("{base}/assignments"));
            async move { client.post(&path, &body).await }
        };
        assert_eq!(assign(json!({ "machines": ids, "to": "leaveOut" })).await.json()["machines"], 2);
        assert_eq!(assign(json!({ "filter": { "state": "left_out" }, "to": "take_in" })).await.json()["machines"], 2);
        assert_eq!(assign(json!({ "filter": {}, "to": "wave", "wave": 1 })).await.status.as_u16(), 400);
        for wrong in [
            json!({ "to": "leave_out" }),
            json!({ "machines": ids, "filter": {}, "to": "leave_out" }),
            json!({ "machines": ["WS-1"], "to": "leave_out" }),
            json!({ "machines": ids }),
            json!({ "machines": ids, "to": "wave" }),
        ] {
            assert_eq!(assign(wrong.clone()).await.fault(), (400, 3000), "{wrong}");
        }
        let one = client.get(&format!("{base}/machines/{}", ids[0])).await.json();
        assert_eq!((&one["machine"]["id"], &one["evidence"]), (&json!(ids[0]), &json!("missing")), "{one}");
        assert_eq!(one["licenses"][0]["channel"], "kms_client");
        let nobody = "00000000-0000-0000-0000-000000000000";
        for path in [format!("{base}/machines/{nobody}"), format!("{base}/imports/{nobody}/verdicts")] {
            assert_eq!(client.get(&path).await.fault(), (404, 1000), "{path}");
        }
        let stranger = Client::of(&test, test.partner("Hansa").await).await;
        let path = format!("{base}/inventories");
        assert_eq!(stranger.call("POST", &path, Body::from("x")).await.status.as_u16(), 404);
    });
}
