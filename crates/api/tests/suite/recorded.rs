//! Requests as the Java, .NET, PowerShell and Node clients write them, sent byte for byte (contract 90 §8).
//!
//! `tests/fixtures` holds them, with what is expected of the answers; its README says how they are written.

use std::collections::BTreeMap;
use std::path::Path;

use axum::body::Body;
use perpetua_test_support::TestApp;
use serde_json::Value;

use crate::client::{Client, Reply};
use crate::world::World;

/// Values by the name that stands for them in double braces.
type Names = BTreeMap<String, String>;

/// One request of a file, and what its answer must be.
struct Recorded {
    title: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    expected: Vec<String>,
}

fn filled(text: &str, names: &Names) -> String {
    names.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

impl Recorded {
    /// `title`, request line, headers, an empty line, perhaps a body and another one, and what is expected.
    fn parse(text: &str) -> Self {
        let (title, rest) = text.split_once('\n').unwrap();
        let (rest, expected) = rest.split_once("\n\n# ").unwrap_or_else(|| panic!("{title} expects nothing"));
        let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let mut lines = head.lines();
        let request = lines.next().unwrap().strip_suffix(" HTTP/1.1").unwrap();
        let (method, target) = request.split_once(' ').unwrap();
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        };
        Self {
            title: title.trim().to_owned(),
            method: method.to_owned(),
            target: target.to_owned(),
            headers: lines.map(header).collect(),
            body: body.to_owned(),
            expected: expected.trim().split("\n# ").map(str::to_owned).collect(),
        }
    }

    async fn send(&self, client: &Client, names: &Names) -> Reply {
        let mut client = client.clone();
        client.headers = self.headers.clone();
        client.call(&self.method, &filled(&self.target, names), Body::from(filled(&self.body, names))).await
    }

    /// Compares the answer, and keeps what later requests need of it.
    fn check(&self, reply: &Reply, names: &mut Names) {
        let body: Value = serde_json::from_slice(&reply.bytes).unwrap_or_default();
        let told = format!("{}: {} {body}", self.title, reply.status);
        for line in &self.expected {
            let line = filled(line, names);
            if let Some(status) = line.strip_prefix("expect ") {
                assert_eq!(reply.status.as_str(), status, "{told}");
            } else if let Some(rest) = line.strip_prefix("keep ") {
                let (name, at) = rest.split_once(" = ").unwrap();
                let value = body.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("no {at} in {told}"));
                names.insert(name.to_owned(), value.to_owned());
            } else if let Some(at) = line.strip_suffix(" is missing") {
                assert_eq!(body.pointer(at), None, "{told}");
            } else {
                let (at, value) = line.split_once(" = ").unwrap_or_else(|| panic!("{line} of {}", self.title));
                let value: Value = serde_json::from_str(value).unwrap();
                assert_eq!(body.pointer(at.trim()), Some(&value), "{at} of {told}");
            }
        }
        let sent = self.headers.iter().find(|(name, _)| name == "MS-RequestId");
        assert!(sent.is_none_or(|(_, id)| reply.headers["ms-requestid"] == id.as_str()), "{told}");
    }
}

async fn replay(file: &str, world: &World) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    let mut names = world.names();
    let requests: Vec<Recorded> = text.split("### ").skip(1).map(Recorded::parse).collect();
    assert!(requests.len() >= 5, "{file}");
    for request in requests {
        let reply = request.send(&world.client, &names).await;
        request.check(&reply, &mut names);
    }
}

#[test]
fn what_the_java_sdk_sends_is_answered_as_it_reads_it() {
    TestApp::each(|test| async move { replay("java.http", &World::open(test).await).await });
}

#[test]
fn what_the_net_sdk_sends_is_answered_as_it_reads_it() {
    TestApp::each(|test| async move { replay("dotnet.http", &World::open(test).await).await });
}

#[test]
fn what_the_powershell_module_sends_is_answered_as_it_reads_it() {
    TestApp::each(|test| async move { replay("powershell.http", &World::open(test).await).await });
}

#[test]
fn what_the_node_client_sends_is_answered_as_it_reads_it() {
    TestApp::each(|test| async move { replay("npm.http", &World::open(test).await).await });
}
