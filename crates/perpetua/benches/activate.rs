//! How fast machines are activated over real connections, on both engines: `cargo xtask bench activate`.
//!
//! Requests are signed beforehand, so that the load costs little. In the same run the same connections measure a
//! bare axum answer of the same size, and the storage part is measured without HTTP, opening and signing. Load and
//! server share one process, so the CPU that is printed is that of both.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement talks to who started it and ends on surprise"
)]

#[path = "http/load.rs"]
mod load;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use perpetua_app::activation::{Via, commit_only, open};
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_license::exchange::request::RequestKind;
use perpetua_license::moment::Moment;
use perpetua_test_support::device::{Device, Licensed, origin};
use perpetua_test_support::{Engine, TestApp};

use load::{Connection, Round, Shot, bare, median, print, serve};

/// Keys over which machines are spread.
const KEYS: usize = 64;
/// Units of each; two machines per unit.
const UNITS: i64 = 20_000;
const ROUND: Duration = Duration::from_secs(3);
/// Requests that are signed beforehand for one round.
const PREPARED: usize = 30_000;

struct World {
    test: TestApp,
    address: String,
    keys: Vec<Licensed>,
    devices: AtomicU64,
}

async fn world(engine: Engine) -> Option<World> {
    let test = TestApp::start_unrehearsed(engine).await?;
    let first = test.licensed(1).await;
    test.set_credit_limit(first.partner, 1_000_000_000_000_000).await;
    let mut keys = Vec::with_capacity(KEYS);
    for _ in 0..KEYS {
        keys.push(test.license_more(&first, UNITS).await);
    }
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    let router: Router = perpetua_api::devices::routes().with_state(site);
    let address = serve(router).await;
    Some(World { test, address, keys, devices: AtomicU64::new(1) })
}

impl World {
    /// So many requests of machines that never asked before, over all keys in turn.
    async fn requests(&self, count: usize) -> Vec<Vec<u8>> {
        let keys = self.test.app.activation.keys.get(&self.test.app).await.unwrap();
        let now = Moment::from_unix(self.test.app.clock.now().as_second());
        let first = self.devices.fetch_add(count as u64, Ordering::Relaxed);
        let one = |number: usize| {
            let device = Device::new(first + number as u64);
            let key = &self.keys[number % self.keys.len()].key;
            device.request(RequestKind::Activate, key, &keys.installation(), now).as_bytes().to_vec()
        };
        (0..count).map(one).collect()
    }

    /// Activates machines over connections that stay open, until the time or the requests are used up.
    async fn round(&self, connections: usize) -> (Round, f64) {
        let requests = Arc::new(self.requests(PREPARED).await);
        let next = Arc::new(AtomicUsize::new(0));
        let (cpu, started) = (cpu_seconds(), Instant::now());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..connections {
            let (address, requests, next) = (self.address.clone(), requests.clone(), next.clone());
            tasks.spawn(async move {
                let mut connection = Connection::open(&address).await;
                let mut took = Vec::new();
                while started.elapsed() < ROUND {
                    let Some(document) = requests.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let sent = Instant::now();
                    let (status, body) = connection.send(&posted(document)).await;
                    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
                    took.push(sent.elapsed());
                }
                took
            });
        }
        let round = Round::of(tasks.join_all().await, started.elapsed());
        let micros = (cpu_seconds() - cpu) * 1_000_000.0 / round.count;
        (round, micros)
    }

    /// The same without HTTP, opening and signing: the transaction alone, as many at once.
    async fn storage(&self, at_once: usize) -> Round {
        let app = &self.test.app;
        let mut asked = Vec::new();
        for document in self.requests(PREPARED).await {
            asked.push(open(app, &document).await.unwrap());
        }
        let asked = Arc::new(std::sync::Mutex::new(asked));
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..at_once {
            let (app, asked) = (app.clone(), asked.clone());
            tasks.spawn(async move {
                let mut took = Vec::new();
                while started.elapsed() < ROUND {
                    let Some(one) = asked.lock().unwrap().pop() else { break };
                    let begun = Instant::now();
                    assert!(commit_only(&app, &origin(), Via::Network, one).await.is_good());
                    took.push(begun.elapsed());
                }
                took
            });
        }
        Round::of(tasks.join_all().await, started.elapsed())
    }
}

fn posted(document: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "POST /activation/v1/activate HTTP/1.1\r\nHost: bench\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {}\r\n\r\n",
        document.len()
    )
    .into_bytes();
    bytes.extend_from_slice(document);
    bytes
}

/// Processor time of this process so far, in seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    // The kernel counts in hundredths of a second on every system that has this file.
    ticks / 100.0
}

async fn run(engine: Engine) {
    let Some(world) = world(engine).await else { return };
    println!("\n{engine:?}");
    let sample = world.requests(1).await;
    let (_, answer) = Connection::open(&world.address).await.send(&posted(&sample[0])).await;
    println!("request {} bytes, answer {} bytes", sample[0].len(), answer.len());
    let bare_address = bare(answer).await;
    let shot = Shot { method: "GET", path: "/".to_owned(), who: "Accept: */*".to_owned(), body: String::new() };
    let numbers = Arc::new(AtomicUsize::new(1));
    for connections in [1, 16, 64] {
        let plain = median(&bare_address, &shot, connections, &numbers).await;
        print("bare axum answer", connections, &plain, None);
        print("storage part", connections, &world.storage(connections).await, None);
        let (round, micros) = world.round(connections).await;
        print("activate", connections, &round, Some(round.per_second / plain.per_second));
        println!("{:34} {micros:.0} µs of CPU per activation, load included", "");
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            run(engine).await;
        }
    });
}
