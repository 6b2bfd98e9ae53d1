//! The protocol of devices over HTTP: what `docs/activation.md` says is what is answered.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use data_encoding::BASE64;
use jiff::SignedDuration;
use perpetua_api::devices;
use perpetua_app::activation::Answered;
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_i18n::Lang;
use perpetua_license::chain::Trust;
use perpetua_license::exchange::file::write_requests;
use perpetua_license::exchange::request::{RequestKind, SignedRequest};
use perpetua_license::exchange::response::SignedResponse;
use perpetua_license::exchange::seal::InstallationPublic;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::{List, delta};
use perpetua_license::signing::PublicKey;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};
use serde_json::Value;
use tower::ServiceExt as _;

fn router(test: &TestApp, attempts_per_minute: u32) -> Router {
    let limits = Limits::per_minute(attempts_per_minute);
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits, metrics: None });
    devices::routes().with_state(site)
}

async fn call(router: &Router, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Response {
    call_from([192, 0, 2, 1], router, method, path, headers, body).await
}

async fn call_from(
    address: [u8; 4],
    router: &Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Response {
    let at = SocketAddr::from((address, 443));
    let mut request = Request::builder().method(method).uri(path).extension(ConnectInfo(at));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
}

async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
    (status, serde_json::from_slice(&to_bytes(response.into_body(), 1 << 22).await.unwrap()).unwrap())
}

async fn post(router: &Router, path: &str, body: &[u8]) -> (u16, Value) {
    json_of(call(router, "POST", &format!("/activation/v1/{path}"), &[], body.to_vec()).await).await
}

async fn bytes_of(router: &Router, path: &str) -> Vec<u8> {
    let response = call(router, "GET", &format!("/activation/v1/{path}"), &[], Vec::new()).await;
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), 1 << 22).await.unwrap().to_vec()
}

/// What a publisher builds into the software, read from the address for it.
async fn pinned(router: &Router) -> (InstallationPublic, Trust) {
    let response = call(router, "GET", "/activation/v1/installation", &[], Vec::new()).await;
    let (status, body) = json_of(response).await;
    assert_eq!((status, body["protocol"].as_u64()), (200, Some(1)));
    let key = |name: &str| -> [u8; 32] {
        BASE64.decode(body[name].as_str().unwrap().as_bytes()).unwrap().try_into().unwrap()
    };
    let trust = Trust::in_root(PublicKey::from_bytes(key("root")));
    let trust = trust.follow_file(&bytes_of(router, "chain").await).unwrap();
    (InstallationPublic::from_bytes(key("installation")), trust)
}

fn request(
    test: &TestApp,
    to: &InstallationPublic,
    device: &Device,
    licensed: &Licensed,
    kind: RequestKind,
) -> SignedRequest {
    device.request(kind, &licensed.key, to, Moment::from_unix(test.app.clock.now().as_second()))
}

/// What the device believes of an answer: its signed response.
fn believed(device: &mut Device, trust: &Trust, request: &SignedRequest, body: &Value) {
    let response = BASE64.decode(body["response"].as_str().unwrap().as_bytes()).unwrap();
    let response = Some(SignedResponse::decode(&response).unwrap());
    let answer = Answer::from_code(body["code"].as_str().unwrap()).unwrap();
    device.accept(trust, request, &Answered { answer, retry_at: None, response });
}

#[test]
fn a_machine_activates_refreshes_asks_and_returns_over_the_network() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let router = router(&test, 0);
        let (to, trust) = pinned(&router).await;
        let mut device = Device::new(1);
        for (kind, code) in [
            (RequestKind::Activate, "activated"),
            (RequestKind::Activate, "activated_again"),
            (RequestKind::Refresh, "refreshed"),
            (RequestKind::Status, "active"),
            (RequestKind::Return, "returned"),
        ] {
            let asked = request(&test, &to, &device, &licensed, kind);
            let (status, body) = post(&router, kind.code(), asked.as_bytes()).await;
            assert_eq!((status, body["code"].as_str(), body["good"].as_bool()), (200, Some(code), Some(true)));
            believed(&mut device, &trust, &asked, &body);
        }
        let asked = request(&test, &to, &device, &licensed, RequestKind::Refresh);
        let (status, body) = post(&router, "refresh", asked.as_bytes()).await;
        assert_eq!((status, body["code"].as_str()), (409, Some("machine_released")));
        believed(&mut device, &trust, &asked, &body);
        let (status, body) = post(&router, "activate", asked.as_bytes()).await;
        assert_eq!((status, body["code"].as_str()), (400, Some("request_malformed")), "of another kind");
    });
}

#[test]
fn what_is_no_request_is_told_in_the_callers_language_and_not_signed() {
    TestApp::each(|test| async move {
        let router = router(&test, 0);
        let czech = [("accept-language", "cs-CZ,cs;q=0.9")];
        let response = call(&router, "POST", "/activation/v1/activate", &czech, b"hello".to_vec()).await;
        let (status, body) = json_of(response).await;
        assert_eq!((status, body["code"].as_str()), (400, Some("request_malformed")));
        assert_eq!(body["sentence"], "Toto není žádost o aktivaci.");
        assert!(body["response"].is_null());
        let (status, body) = post(&router, "activate", &[0; 700]).await;
        assert_eq!((status, body["code"].as_str()), (413, Some("request_too_large")));
        for path in ["/activation/v2/activate", "/activation/v1/dance"] {
            let (status, body) = json_of(call(&router, "POST", path, &[], Vec::new()).await).await;
            assert_eq!((status, body["code"].as_str()), (404, Some("protocol_unsupported")), "{path}");
            assert_eq!(body["supported"], serde_json::json!([1]));
        }
    });
}

#[test]
fn every_answer_has_a_sentence_in_both_languages() {
    for answer in Answer::ALL {
        let (en, cs) = (devices::sentence(Lang::En, *answer), devices::sentence(Lang::Cs, *answer));
        for sentence in [&en, &cs] {
            assert!(sentence.ends_with('.') && !sentence.contains("activation-"), "{}: {sentence}", answer.code());
        }
        assert_ne!(en, cs);
    }
}

#[test]
fn a_file_of_a_closed_site_is_answered_by_a_file() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let router = router(&test, 0);
        let (to, trust) = pinned(&router).await;
        let mut devices: Vec<Device> = (1..=3).map(Device::new).collect();
        let requests: Vec<_> =
            devices.iter().map(|device| request(&test, &to, device, &licensed, RequestKind::Activate)).collect();
        let file = write_requests(&requests).unwrap();
        let (status, body) = post(&router, "batch", file.as_bytes()).await;
        assert_eq!(status, 200);
        let answers = body["answers"].as_array().unwrap();
        let good = answers.iter().filter(|answer| answer["good"] == true).count();
        assert_eq!((answers.len(), good), (3, 2), "the limit is two machines");
        for ((device, asked), answer) in devices.iter_mut().zip(&requests).zip(answers) {
            believed(device, &trust, asked, answer);
        }
        let response = call(&router, "POST", "/activation/v1/exchange", &[], file.into_bytes()).await;
        assert_eq!(response.status(), StatusCode::OK);
        let text = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        assert!(text.starts_with(b"-----BEGIN PERPETUA RESPONSE-----\n"));
        let (status, body) = post(&router, "exchange", b"no file").await;
        assert_eq!((status, body["code"].as_str()), (400, Some("request_malformed")));
    });
}

#[test]
fn the_list_has_an_etag_and_a_delta() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let router = router(&test, 0);
        let (to, trust) = pinned(&router).await;
        let first = bytes_of(&router, "revocations").await;
        let number = List::open(&first, &trust).unwrap().head().number;
        let etag = format!("\"{number}\"");
        for (path, headers) in [
            ("/activation/v1/revocations".to_owned(), vec![("if-none-match", etag.as_str())]),
            (format!("/activation/v1/revocations?since={number}"), Vec::new()),
        ] {
            let response = call(&router, "GET", &path, &headers, Vec::new()).await;
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!(response.headers()[header::ETAG], etag.as_str());
        }
        let mut device = Device::new(1);
        for kind in [RequestKind::Activate, RequestKind::Return] {
            let asked = request(&test, &to, &device, &licensed, kind);
            let (_, body) = post(&router, kind.code(), asked.as_bytes()).await;
            believed(&mut device, &trust, &asked, &body);
        }
        test.clock.advance(SignedDuration::from_secs(60));
        perpetua_app::activation::lists::publish_due(&test.app).await.unwrap();
        let whole = bytes_of(&router, "revocations").await;
        let made = bytes_of(&router, &format!("revocations?since={number}")).await;
        let base = List::open(&first, &trust).unwrap();
        assert_eq!(delta::apply(&base, &made, &trust).unwrap(), whole);
        assert_eq!(bytes_of(&router, "revocations?since=7").await, whole, "an unknown list gets the whole one");
        assert_eq!(bytes_of(&router, "revocations?since=seven").await, whole);
    });
}

#[test]
fn refused_attempts_are_limited_and_good_ones_are_not() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(10).await;
        let router = router(&test, 3);
        let (to, _) = pinned(&router).await;
        for seed in 0..10 {
            let asked = request(&test, &to, &Device::new(seed), &licensed, RequestKind::Activate);
            assert_eq!(post(&router, "activate", asked.as_bytes()).await.0, 200);
        }
        for _ in 0..3 {
            assert_eq!(post(&router, "activate", b"guess").await.0, 400);
        }
        let (status, body) = post(&router, "activate", b"guess").await;
        assert_eq!((status, body["code"].as_str()), (429, Some("too_many_requests")));
        let counted = "SELECT CAST(SUM(attempts) AS BIGINT) AS number FROM anonymous_attempt \
                       WHERE kind = 'activation_refused'";
        assert_eq!(test.number(counted).await, 3);
    });
}

#[test]
fn a_file_may_try_no_more_than_single_requests_and_is_counted_by_one_write() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let router = router(&test, 3);
        let (to, _) = pinned(&router).await;
        let requests: Vec<_> =
            (0..60).map(|seed| request(&test, &to, &Device::new(seed), &licensed, RequestKind::Activate)).collect();
        let file = write_requests(&requests).unwrap();
        let (status, body) = post(&router, "batch", file.as_bytes()).await;
        let answers = body["answers"].as_array().unwrap();
        let count = |code: &str| answers.iter().filter(|answer| answer["code"] == code).count();
        assert_eq!((status, answers.len(), count("activated")), (200, 60, 2));
        // Some of a file are decided at once, and those that had begun are finished.
        let exhausted = count("key_exhausted");
        assert!((3..3 + 16).contains(&exhausted), "{exhausted}");
        assert_eq!(count("too_many_requests"), 58 - exhausted);
        assert_eq!(post(&router, "batch", file.as_bytes()).await.0, 429, "the network is over");
        // The key is over, too, wherever its requests come from.
        let asked = request(&test, &to, &Device::new(90), &licensed, RequestKind::Activate).as_bytes().to_vec();
        let response = call_from([203, 0, 113, 9], &router, "POST", "/activation/v1/activate", &[], asked).await;
        let (status, body) = json_of(response).await;
        assert_eq!((status, body["code"].as_str()), (429, Some("too_many_requests")));
        let asked = request(&test, &to, &Device::new(91), &licensed, RequestKind::Activate);
        let file = write_requests(&[asked]).unwrap().into_bytes();
        let response = call_from([203, 0, 113, 9], &router, "POST", "/activation/v1/batch", &[], file).await;
        assert_eq!(json_of(response).await.1["answers"][0]["code"], "too_many_requests");
        let counted = "SELECT CAST(SUM(attempts) AS BIGINT) AS number FROM anonymous_attempt";
        assert_eq!(test.number(counted).await, i64::try_from(exhausted).unwrap());
    });
}

#[test]
fn fetching_lists_is_limited_per_network_and_asking_for_a_newer_one_is_not() {
    TestApp::each(|test| async move {
        let router = router(&test, 3);
        let first = bytes_of(&router, "revocations").await;
        for number in [7, 8] {
            assert_eq!(bytes_of(&router, &format!("revocations?since={number}")).await, first);
        }
        let path = "/activation/v1/revocations?since=9";
        let over = call(&router, "GET", path, &[], Vec::new()).await;
        assert_eq!(over.status(), StatusCode::TOO_MANY_REQUESTS);
        assert!(over.headers().contains_key(header::RETRY_AFTER));
        let other = call_from([198, 51, 100, 7], &router, "GET", path, &[], Vec::new()).await;
        assert_eq!(other.status(), StatusCode::OK);
        let etag = other.headers()[header::ETAG].to_str().unwrap().to_owned();
        let known = call(&router, "GET", path, &[("if-none-match", &etag)], Vec::new()).await;
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    });
}

/// Whether a value is as a schema of the document says, and has no member that it does not name.
fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(to) = schema["$ref"].as_str() {
        return fits(document, document.pointer(to.trim_start_matches('#')).unwrap(), value);
    }
    let types = match &schema["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => vec![one.as_str().unwrap_or_else(|| panic!("{schema} names no type"))],
    };
    let is_of = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string() && schema["enum"].as_array().is_none_or(|words| words.contains(value)),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.as_array().is_some_and(|all| all.iter().all(|one| fits(document, &schema["items"], one))),
        "object" => value.as_object().is_some_and(|members| {
            let known = &schema["properties"];
            let has_all = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .all(|name| value.get(name.as_str().unwrap()).is_some());
            has_all
                && members.iter().all(|(name, value)| known[name].is_object() && fits(document, &known[name], value))
        }),
        other => panic!("no type {other}"),
    };
    types.into_iter().any(is_of)
}

/// Asks an address, and holds the answer against what the document says of it. Gives the status.
async fn described(router: &Router, document: &Value, (method, path): (&str, &str), body: Vec<u8>) -> u16 {
    let response = call(router, method, path, &[("if-none-match", "\"c1\"")], body).await;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
    let bare = path.split('?').next().unwrap();
    let operation = &document["paths"][bare][method.to_ascii_lowercase()];
    let said = &operation["responses"][status.to_string()];
    assert!(said.is_object(), "{method} {path} answered {status}, which is not described");
    for name in said["headers"].as_object().into_iter().flatten().map(|(name, _)| name) {
        assert!(headers.contains_key(name.as_str()), "{method} {path} {status} has no {name}");
    }
    let Some((kind, content)) = said["content"].as_object().and_then(|kinds| kinds.iter().next()) else {
        assert!(bytes.is_empty(), "{method} {path} {status} has a body");
        return status;
    };
    let sent = headers[header::CONTENT_TYPE].to_str().unwrap();
    assert_eq!(sent.split(';').next().unwrap(), kind, "{method} {path} {status}");
    if kind == "application/json" && !bare.ends_with("openapi.json") {
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(fits(document, &content["schema"], &value), "{method} {path} {status}: {value}");
    }
    status
}

#[test]
fn every_answer_is_as_the_document_says_and_every_address_is_in_it() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let router = router(&test, 30);
        let document = bytes_of(&router, "openapi.json").await;
        let document: Value = serde_json::from_slice(&document).unwrap();
        let (to, _) = pinned(&router).await;
        let asked = |seed, kind| request(&test, &to, &Device::new(seed), &licensed, kind);
        let kinds = [RequestKind::Activate, RequestKind::Refresh, RequestKind::Return, RequestKind::Status];
        let file = |seeds: std::ops::Range<u64>| {
            let requests: Vec<_> = seeds.map(|seed| asked(seed, RequestKind::Activate)).collect();
            write_requests(&requests).unwrap().into_bytes()
        };
        let mut seen = std::collections::BTreeSet::new();
        let mut note = |path: &str, status: u16| seen.insert(format!("{path} {status}"));
        for (seed, kind) in (1..).zip(kinds) {
            let path = format!("/activation/v1/{}", kind.code());
            for body in [asked(seed, kind).as_bytes().to_vec(), b"nonsense".to_vec(), vec![0; 700]] {
                note(kind.code(), described(&router, &document, ("POST", &path), body).await);
            }
        }
        for path in ["batch", "exchange"] {
            for body in [file(5..7), vec![b'x'; (1 << 20) + 1]] {
                note(path, described(&router, &document, ("POST", &format!("/activation/v1/{path}")), body).await);
            }
        }
        for path in ["installation", "chain", "revocations", "revocations?since=7", "openapi.json"] {
            note(path, described(&router, &document, ("GET", &format!("/activation/v1/{path}")), Vec::new()).await);
        }
        // Until the network is over.
        while described(&router, &document, ("POST", "/activation/v1/status"), b"nonsense".to_vec()).await != 429 {}
        for path in ["activate", "batch", "exchange"] {
            note(path, described(&router, &document, ("POST", &format!("/activation/v1/{path}")), file(7..8)).await);
        }
        for expected in ["activate 200", "activate 400", "activate 413", "activate 429", "refresh 409", "batch 200"] {
            assert!(seen.contains(expected), "{expected} not among {seen:?}");
        }
        for expected in ["exchange 200", "exchange 413", "exchange 429", "chain 304", "revocations 200"] {
            assert!(seen.contains(expected), "{expected} not among {seen:?}");
        }
        // Every address of the document is served, by no other method, and no other address is.
        for (path, item) in document["paths"].as_object().unwrap() {
            let other = if item["get"].is_object() { "POST" } else { "GET" };
            assert_eq!(
                call(&router, other, path, &[], Vec::new()).await.status(),
                StatusCode::METHOD_NOT_ALLOWED,
                "{path}"
            );
        }
        let unknown = call(&router, "GET", "/activation/v1/dance", &[], Vec::new()).await;
        let (status, body) = json_of(unknown).await;
        assert_eq!((status, body["code"].as_str()), (404, Some("protocol_unsupported")));
        assert!(fits(&document, &document["components"]["schemas"]["Answer"], &body), "{body}");
    });
}
