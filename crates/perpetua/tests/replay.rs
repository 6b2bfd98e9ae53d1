//! Copies of a write that arrive together at two processes on one PostgreSQL have one effect and one answer (I2).
//!
//! Every write of the table of operations is sent 32 times under one `MS-RequestId`, half of the copies to each
//! process. SQLite has one process, whose copies are tested with the interface. Machines that activate at both
//! processes are in `replay/activation.rs`.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[path = "replay/activation.rs"]
mod activation;
#[expect(dead_code, reason = "this test only registers and prepares through it")]
#[path = "../../api/tests/suite/client.rs"]
mod client;
#[path = "common/process.rs"]
mod process;
#[expect(dead_code, reason = "not every thing of the world is needed here")]
#[path = "../../api/tests/suite/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Barrier};

use perpetua_api::operation::Operation;
use perpetua_app::clock::{Clock as _, SystemClock};
use perpetua_test_support::{Engine, TestApp};
use process::Process;
use serde_json::Value;
use world::{World, in_order};

/// Copies of each write.
const COPIES: usize = 32;

/// One write as it goes over the wire.
struct Write {
    head: String,
    body: String,
}

impl Write {
    fn of(world: &World, operation: &Operation, id: &str) -> Self {
        let body = world.body(operation);
        let head = format!(
            "{} {} HTTP/1.1\r\nHost: perpetua.test\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nMS-RequestId: {id}\r\nContent-Length: {}\r\n\r\n",
            operation.method,
            world.path(operation),
            world.client.token,
            body.len(),
        );
        Self { head, body }
    }

    /// Status and body.
    fn send(&self, address: &str, together: &Barrier) -> (u16, String) {
        let mut stream = TcpStream::connect(address).unwrap();
        together.wait();
        stream.write_all(self.head.as_bytes()).unwrap();
        stream.write_all(self.body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

/// All copies at once, in turns to both processes.
fn storm(write: &Arc<Write>, processes: &[Process; 2]) -> Vec<(u16, String)> {
    let together = Arc::new(Barrier::new(COPIES));
    let copies: Vec<_> = (0..COPIES)
        .map(|number| {
            let (write, together) = (write.clone(), together.clone());
            let address = processes[number % 2].address.clone();
            std::thread::spawn(move || write.send(&address, &together))
        })
        .collect();
    copies.into_iter().map(|copy| copy.join().unwrap()).collect()
}

/// An answer without what goes out only once, such as a link's address or a first password (I7), and without the moment
/// of an export, which is made anew because no copy of it is kept.
fn lasting(body: &str) -> Value {
    let mut value: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        for name in ["url", "secret", "userCredentials", "passwordProfile", "exportedAt"] {
            fields.remove(name);
        }
    }
    value
}

/// Requests that changed something.
async fn effects(test: &TestApp) -> i64 {
    const EFFECTS: &str =
        "SELECT CAST(COUNT(DISTINCT request_id) AS BIGINT) AS number FROM audit_record WHERE outcome = 'done'";
    test.number(EFFECTS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_that_arrives_32_times_at_two_processes_has_one_effect_and_one_answer() {
    let Some(test) = TestApp::start(Engine::Postgres).await else { return };
    let test = Arc::new(test);
    // The processes have the real time, so what is prepared must not have run out by then.
    for clock in [&test.clock, &test.real_clock] {
        clock.set(SystemClock.now());
    }
    let folder = tempfile::tempdir().unwrap();
    let world = World::open(test.clone()).await;
    let database = test.postgres_url().unwrap();
    let processes = [Process::start(database, folder.path()), Process::start(database, folder.path())];
    let mut statuses: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for (number, operation) in in_order().iter().filter(|row| row.is_write()).enumerate() {
        let name = format!("{} {} {}", operation.id, operation.method, operation.path);
        let before = (effects(&test).await, test.counts().await["orders"].0);
        let write = Arc::new(Write::of(&world, operation, &format!("0b1c0000-0000-4000-8000-{number:012}")));
        let answers = {
            let processes = &processes;
            tokio::task::block_in_place(|| storm(&write, processes))
        };
        let (status, body) = &answers[0];
        for (other, text) in &answers {
            assert_eq!(other, status, "{name}: {body} and {text}");
            assert_eq!(lasting(text), lasting(body), "{name}");
        }
        let after = (effects(&test).await, test.counts().await["orders"].0);
        // What claims no request id, such as an export, is done and recorded each time.
        assert!(operation.unclaimed || after.0 - before.0 <= 1, "{name}: {} effects", after.0 - before.0);
        assert_eq!(after.1 - before.1, i64::from(matches!(operation.id, "O-01" | "K-04")), "orders of {name}: {body}");
        statuses.entry(*status).or_default().push(operation.id);
    }
    let succeeded: usize = statuses.iter().filter(|(status, _)| **status < 300).map(|(_, ids)| ids.len()).sum();
    assert!(succeeded >= 15, "most writes must go through, or nothing was tested: {statuses:?}");
}
