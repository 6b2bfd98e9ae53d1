//! The matrix of bad input (contract 00 §12), asked of every operation of the table.
//!
//! Who may call what, strangers and the customers of others are asked in `grid`.

use axum::body::Body;
use perpetua_api::operation::Operation;
use perpetua_api::operations;
use perpetua_api::wire::route::{Match, Table};
use perpetua_test_support::TestApp;
use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::world::{NOBODY, World, in_order};

/// Operations that do without the body that clients send.
const BODY_IGNORED: [&str; 3] = ["K-04", "S-08", "W-05"];

/// What an answer may be: nothing that makes a client repeat the call without end (contract 00 §10).
fn check(reply: &Reply, what: &str) {
    let status = reply.status.as_u16();
    assert!(matches!(status, 200 | 201 | 202 | 204 | 400 | 401 | 403 | 404 | 409 | 429), "{what}: {status} {reply:?}");
    for name in ["ms-requestid", "ms-correlationid", "ms-cv", "x-locale"] {
        assert!(reply.headers.contains_key(name), "{what}: no {name}");
    }
    if status < 400 || status == 429 {
        return;
    }
    let fault = reply.json();
    assert!(fault["code"].is_u64(), "{what}: {fault}");
    let description = fault["description"].as_str().unwrap_or_default();
    assert!(!description.is_empty() && description.chars().count() <= 1024, "{what}: {fault}");
    assert!(fault["data"].is_array() && fault["source"] == "PartnerApi", "{what}: {fault}");
}

fn name(operation: &Operation) -> String {
    format!("{} {} {}", operation.id, operation.method, operation.path)
}

/// Whether an operation is refused as such, whatever is sent.
fn is_refused(operation: &Operation) -> bool {
    operation.status >= 400 || operation.id == "C-04"
}

/// Writes that read a body.
fn writes() -> impl Iterator<Item = Operation> {
    let reads_body = |operation: &Operation| operation.example.is_some() && !BODY_IGNORED.contains(&operation.id);
    in_order().into_iter().filter(move |operation| reads_body(operation) && !is_refused(operation))
}

async fn send(world: &World, operation: &Operation, body: impl Into<Body>) -> Reply {
    let path = world.path(operation);
    let reply = world.client.call(operation.method, &path, body.into()).await;
    check(&reply, &name(operation));
    reply
}

/// The code for a body that cannot be read.
fn unreadable(operation: &Operation) -> (u16, u64) {
    let has_own_code = matches!(operation.id, "K-01" | "K-03" | "O-01" | "O-04");
    (400, if has_own_code { 800_002 } else { 3_000 })
}

#[test]
fn a_body_that_cannot_be_read_is_refused_by_every_write() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
        let bodies: [&[u8]; 8] =
            [b"", b"  \r\n", b"\xEF\xBB\xBF", b"{", b"{\"a\":\"\xFF\xFE\"}", b"NaN", deep.as_bytes(), large.as_bytes()];
        for operation in writes() {
            for body in bodies {
                let reply = send(&world, &operation, body.to_vec()).await;
                let begin = String::from_utf8_lossy(&body[..body.len().min(12)]).into_owned();
                assert_eq!(reply.fault(), unreadable(&operation), "{} with {begin:?}", name(&operation));
            }
        }
    });
}

#[test]
fn a_body_of_another_kind_is_refused_by_every_write() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        for operation in writes() {
            let example: Value = serde_json::from_str(operation.example.unwrap()).unwrap();
            for other in [json!([]), json!(7), json!(true), json!("text"), json!({})] {
                if std::mem::discriminant(&other) == std::mem::discriminant(&example) {
                    continue;
                }
                let reply = send(&world, &operation, other.to_string()).await;
                assert_eq!(reply.status.as_u16(), 400, "{} with {other}", name(&operation));
            }
        }
    });
}

/// The example with one value replaced, for every value in it.
fn mutations(example: &Value) -> Vec<Value> {
    let mut places = vec![];
    walk(example, &mut String::new(), &mut places);
    let mut found = Vec::new();
    for place in places {
        let present = example.pointer(&place).unwrap().clone();
        let long = json!("x".repeat(70_000));
        let many = json!(vec![present.clone(); 2_000]);
        for other in [
            json!(null),
            json!({}),
            json!([]),
            json!(true),
            json!(-1),
            json!(i64::MAX),
            json!(1e300),
            json!(0.5),
            json!(""),
            json!("no such word"),
            json!("\u{0}"),
            json!("𝒳\u{202e}\u{feff}'\";--<b>"),
            json!("0001-01-01T00:00:00"),
            json!("9999-99-99"),
            json!(NOBODY),
            long,
            many,
        ] {
            let mut mutated = example.clone();
            *mutated.pointer_mut(&place).unwrap() = other;
            found.push(mutated);
        }
    }
    found
}

fn walk(value: &Value, at: &mut String, places: &mut Vec<String>) {
    places.push(at.clone());
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(entries) => entries.iter().take(1).map(|value| ("0".to_owned(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let length = at.len();
        at.push('/');
        at.push_str(&name);
        walk(child, at, places);
        at.truncate(length);
    }
}

#[test]
fn whatever_stands_in_a_field_the_answer_is_a_whole_one() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        for operation in writes() {
            let example: Value = serde_json::from_str(&world.body(&operation)).unwrap();
            for body in mutations(&example) {
                let reply = send(&world, &operation, body.to_string()).await;
                if body.is_null() {
                    assert_eq!(reply.status.as_u16(), 400, "{}", name(&operation));
                }
            }
        }
    });
}

/// Values of a parameter of the query that none of its kind takes.
fn bad_values(parameter: &str) -> &'static [&'static str] {
    match parameter {
        "size" | "offset" => &["many", "1.5", "0x10", "--1"],
        "include_price" | "showExpiry" | "includeCancelled" => &["maybe", "2"],
        "seekOperation" => &["Last", "PageIndex", "sideways"],
        "filter" => &["%7B", "name", "%7B%22Field%22:%22Shoe%22,%22Value%22:%22x%22,%22Operator%22:%22equals%22%7D"],
        "startDate" | "endDate" => &["yesterday", "2026-13-01"],
        "billingType" | "timeline" => &["sometimes"],
        "sortField" | "sortDirection" => &["upwards"],
        _ => &[],
    }
}

#[test]
fn a_bad_parameter_is_refused_by_every_operation_that_takes_it() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        for operation in operations::all().into_iter().filter(|operation| !is_refused(operation)) {
            let path = world.path(&operation);
            let joint = if path.contains('?') { '&' } else { '?' };
            // Of what is not there, such as an invoice before any month has ended, nothing else is told.
            let is_there = operation.method != "GET" || send(&world, &operation, Body::empty()).await.status != 404;
            for asked in &operation.query {
                let ask = async |value: &str| {
                    let path = format!("{path}{joint}{}={value}", asked.name);
                    let reply = world.client.call(operation.method, &path, Body::from(world.body(&operation))).await;
                    check(&reply, &format!("{path} of {}", name(&operation)));
                    reply
                };
                for value in bad_values(asked.name).iter().filter(|_| is_there) {
                    let reply = ask(value).await;
                    let (status, code) = reply.fault();
                    let codes = [3_000, 900_126, 400_056];
                    assert!(
                        status == 400 && codes.contains(&code),
                        "{} {value} of {}: {reply:?}",
                        asked.name,
                        name(&operation)
                    );
                }
                for odd in
                    ["", "%00", "%FF%FE", "%F0%9F%92%A9", "'%22;--", "99999999999999999999999", &"x".repeat(5_000)]
                {
                    ask(odd).await;
                }
            }
            if is_there && operation.query.iter().any(|asked| asked.name == "seekOperation") {
                for token in ["nonsense", "AAAA", "eyJhIjoxfQ", &"A".repeat(600)] {
                    let following = world.client.saying("MS-ContinuationToken", token);
                    let reply = following.get(&format!("{path}{joint}seekOperation=Next")).await;
                    check(&reply, &name(&operation));
                    assert_eq!(reply.fault(), (400, 3_000), "{token} of {}", name(&operation));
                    let reply = world
                        .client
                        .get(&format!("{path}{joint}seekOperation=Next&ms-continuationtoken={token}"))
                        .await;
                    assert_eq!(reply.fault(), (400, 3_000), "{token} in the query of {}", name(&operation));
                }
            }
        }
    });
}

#[test]
fn a_part_of_the_path_that_names_nothing_is_not_found() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        let odd = ["%00", "%FF%FE", "%2e%2e%2f", "%F0%9F%92%A9", "-1", "99999999999999999999999", &"x".repeat(3_000)];
        for operation in in_order() {
            let parameters = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
            for parameter in parameters {
                for value in odd.iter().copied().chain(["nonsense", NOBODY]) {
                    let path = world.path_with(&operation, |name| (name == parameter).then(|| value.to_owned()));
                    let reply = world.client.call(operation.method, &path, Body::from(world.body(&operation))).await;
                    check(&reply, &format!("{parameter}={value} of {}", name(&operation)));
                    let is_free =
                        matches!(parameter, "domain") || operation.id.starts_with("X-") || is_absent(&operation);
                    let wrong = matches!(reply.status.as_u16(), 400 | 404);
                    assert!(wrong || is_free, "{parameter}={value} of {}: {reply:?}", name(&operation));
                }
            }
        }
    });
}

/// Lists that are empty for whatever the path names, since this server has none (contract 00 §13).
fn is_absent(operation: &Operation) -> bool {
    operation.summary.starts_with("Always empty")
}

#[test]
fn a_method_that_an_operation_does_not_have_is_not_found() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        let all = operations::all();
        let table = Table::new(all.iter().map(|row| (row.method, row.path, row.id)));
        for operation in &all {
            let path = world.path(operation);
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
                // Another pattern may fit too, with `relationshiprequests` in the place of a customer.
                if matches!(table.find(method, path.split('?').next().unwrap()), Match::Found(..)) {
                    continue;
                }
                let reply = world.client.call(method, &path, Body::from("{}")).await;
                check(&reply, &format!("{method} for {}", name(operation)));
                assert_eq!(reply.fault(), (404, 1_000), "{method} for {}", name(operation));
            }
            let longer = path.split('?').next().unwrap().to_owned() + "/nothing/of/the/kind";
            let reply = world.client.call(operation.method, &longer, Body::from("{}")).await;
            assert_eq!(reply.fault(), (404, 1_000), "{longer}");
        }
    });
}

#[test]
fn no_operation_takes_a_token_that_is_not_one_of_this_server() {
    TestApp::each(|test| async move {
        let world = World::open(test.clone()).await;
        let other = TestApp::start(perpetua_test_support::Engine::Sqlite).await.unwrap();
        let partner = other.partner("Alfa").await;
        let foreign = Client::of(&other, partner).await.token;
        let own = world.client.token.clone();
        let parts: Vec<&str> = own.split('.').collect();
        let none = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"none","typ":"JWT"}"#);
        let tokens = [
            foreign,
            format!("{none}.{}.", parts[1]),
            format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len())),
            format!("{own}.{own}"),
            "nonsense".to_owned(),
            "x".repeat(20_000),
        ];
        for operation in operations::all() {
            for token in &tokens {
                let client = Client { token: token.clone(), ..world.client.clone() }.saying("X-Locale", "cs-CZ");
                let reply = client.call(operation.method, &world.path(&operation), Body::from("{}")).await;
                check(&reply, &name(&operation));
                assert_eq!(reply.fault(), (401, 800_001), "{}", name(&operation));
                assert_eq!(reply.headers["x-locale"], "cs-CZ");
            }
        }
        test.real_clock.advance(jiff::SignedDuration::from_secs(3_700));
        for operation in operations::all() {
            let reply = world.client.call(operation.method, &world.path(&operation), Body::from("{}")).await;
            assert_eq!(reply.fault(), (401, 800_001), "{} with a token that has run out", name(&operation));
        }
    });
}

#[test]
fn what_is_wrong_is_told_in_the_language_of_the_caller() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        let czech = world.client.saying("X-Locale", "cs-CZ");
        for operation in writes() {
            let path = world.path(&operation);
            let english = world.client.call(operation.method, &path, Body::from("{")).await.json();
            let reply = czech.call(operation.method, &path, Body::from("{")).await;
            assert_eq!(reply.headers["x-locale"], "cs-CZ");
            let czech = reply.json();
            assert_eq!(english["code"], czech["code"], "{}", name(&operation));
            assert_ne!(english["description"], czech["description"], "{}", name(&operation));
        }
    });
}

#[test]
fn a_repeated_write_is_answered_alike_and_another_body_under_its_id_is_refused() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        let rows = in_order().into_iter().filter(|row| row.is_write() && !row.unclaimed);
        for (number, operation) in rows.enumerate() {
            let id = format!("0b1c0000-0000-4000-8000-{number:012}");
            let client = world.client.saying("MS-RequestId", &id);
            let (path, body) = (world.path(&operation), world.body(&operation));
            let first = client.call(operation.method, &path, Body::from(body.clone())).await;
            check(&first, &name(&operation));
            if first.status.as_u16() == 429 {
                continue;
            }
            let again = client.call(operation.method, &path, Body::from(body.clone())).await;
            let what = name(&operation);
            assert_eq!(again.status, first.status, "{what}: {first:?} {again:?}");
            if !holds_secret(&first) {
                assert_eq!(again.bytes, first.bytes, "{what}");
            }
            assert_eq!(again.headers["ms-requestid"], id.as_str(), "{what}");
            let other = client.call(operation.method, &path, Body::from(format!("{body} "))).await;
            assert_eq!(other.fault(), (400, 3_000), "{what}: {first:?}");
        }
    });
}

/// Whether an answer shows something that goes out only once (I7).
fn holds_secret(reply: &Reply) -> bool {
    let text = String::from_utf8_lossy(&reply.bytes);
    ["\"password\"", "\"url\"", "\"secret\"", "\"productKey\""].iter().any(|word| text.contains(word))
}

#[test]
fn a_change_of_something_that_is_no_longer_so_is_refused() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        let all = operations::all();
        let mut versioned = 0;
        for operation in all.iter().filter(|row| matches!(row.method, "PUT" | "PATCH") && !is_refused(row)) {
            let path = world.path(operation);
            let Some(reading) = all.iter().find(|row| row.method == "GET" && row.path == operation.path) else {
                continue;
            };
            let present = send(&world, reading, Body::empty()).await;
            if !present.status.is_success() || present.json()["attributes"]["etag"].is_null() {
                continue;
            }
            versioned += 1;
            let stale = world.client.saying("If-Match", "\"stale\"");
            let reply = stale.call(operation.method, &path, Body::from(world.body(operation))).await;
            assert_eq!(reply.fault(), (400, 2_055), "{}", name(operation));
            let mut body: Value = serde_json::from_str(&world.body(operation)).unwrap();
            body["attributes"] = json!({ "etag": "stale" });
            let reply = world.client.call(operation.method, &path, Body::from(body.to_string())).await;
            assert_eq!(reply.fault(), (400, 2_055), "{} by its body", name(operation));
        }
        assert!(versioned >= 2, "{versioned}");
    });
}

#[test]
fn asking_for_headers_is_answered_wherever_reading_is() {
    TestApp::each(|test| async move {
        let world = World::open(test).await;
        for operation in operations::all().into_iter().filter(|row| row.method == "GET") {
            let path = world.path(&operation);
            let head = world.client.call("HEAD", &path, Body::empty()).await;
            assert!(head.bytes.is_empty(), "{}", name(&operation));
            let get = world.client.get(&path).await;
            let shown = operation.access.is_sensitive() || head.status == get.status;
            assert!(shown, "{}: {} and {}", name(&operation), head.status, get.status);
        }
    });
}
