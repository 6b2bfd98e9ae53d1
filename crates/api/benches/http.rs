//! How fast the REST interface answers, over real connections, as a ratio to a bare axum answer of the same
//! bytes taken in the same run. Started by `cargo xtask bench`, never as a timed test.
//!
//! The load generator runs in the same process, on the same cores: the figures are what one machine does with
//! its clients on it. Each scenario is run three times for two seconds; the median is printed.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement talks to who started it and ends on surprise"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use perpetua_api::Api;
use perpetua_app::apps::{self, Register};
use perpetua_domain::access::{AppRights, Role};
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::{Engine, Goods, TestApp};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);
const PRODUCTS: [&str; 3] = ["HARBORSERVER", "HARBORDESKTO", "HARBORMAILER"];
const CUSTOMERS: usize = 500;

/// What the load generator sends.
#[derive(Clone)]
struct Shot {
    method: &'static str,
    path: String,
    token: String,
    body: String,
}

impl Shot {
    /// The bytes of a request; each write has its own request id.
    fn bytes(&self, number: usize) -> Vec<u8> {
        format!(
            "{} {} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nMS-RequestId: 00000000-0000-4000-8000-{number:012x}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            self.method,
            self.path,
            self.token,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }
}

/// One connection that is kept open.
struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::with_capacity(1 << 16) }
    }

    /// Sends one request and reads the whole answer: its status and body.
    async fn send(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
        self.stream.write_all(request).await.unwrap();
        self.read.clear();
        loop {
            if let Some((status, start, length)) = head(&self.read)
                && self.read.len() >= start + length
            {
                return (status, self.read[start..start + length].to_vec());
            }
            assert!(self.stream.read_buf(&mut self.read).await.unwrap() > 0, "the server closed the connection");
        }
    }
}

/// Status, where the body starts, and its length, once the head of an answer is there.
fn head(bytes: &[u8]) -> Option<(u16, usize, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((status, end, length.unwrap_or(0)))
}

/// Answers a second and latencies of one round.
struct Round {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

async fn round(address: &str, shot: &Shot, connections: usize, numbers: &Arc<AtomicUsize>) -> Round {
    let started = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (address, shot, numbers) = (address.to_owned(), shot.clone(), numbers.clone());
        tasks.spawn(async move {
            let mut connection = Connection::open(&address).await;
            let mut took = Vec::new();
            while started.elapsed() < ROUND {
                let request = shot.bytes(numbers.fetch_add(1, Ordering::Relaxed));
                let sent = Instant::now();
                let (status, body) = connection.send(&request).await;
                assert!((200..300).contains(&status), "{status}: {}", String::from_utf8_lossy(&body));
                took.push(sent.elapsed());
            }
            took
        });
    }
    let mut took: Vec<Duration> = tasks.join_all().await.into_iter().flatten().collect();
    let elapsed = started.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    #[expect(clippy::cast_precision_loss, reason = "a count of requests of seconds")]
    let per_second = took.len() as f64 / elapsed;
    Round { per_second, p50: at(50), p99: at(99) }
}

/// The round in the middle.
async fn median(address: &str, shot: &Shot, connections: usize, numbers: &Arc<AtomicUsize>) -> Round {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        rounds.push(round(address, shot, connections, numbers).await);
    }
    rounds.sort_by(|left, right| left.per_second.total_cmp(&right.per_second));
    rounds.swap_remove(ROUNDS / 2)
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A server that answers with these bytes and does nothing else.
async fn bare(body: Vec<u8>) -> String {
    let answer = move || {
        let body = body.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], body) }
    };
    serve(Router::new().route("/", get(answer))).await
}

struct World {
    address: String,
    token: String,
    customer: String,
    items: Vec<String>,
}

async fn world(test: &TestApp) -> World {
    let partner = test.partner("Alfa").await;
    test.set_credit_limit(partner, 1_000_000_000_000).await;
    let customer = test.customer(partner, "Northlake").await;
    for number in 1..CUSTOMERS {
        test.customer(partner, &format!("Customer {number:04}")).await;
    }
    test.agree(partner, customer).await;
    let mut items = Vec::new();
    for product in PRODUCTS {
        items.push(test.sell(Goods { product, price: "1", suggested: "2", ..Goods::default() }).await.to_string());
    }
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    let api = Api::new(site, 0);
    let nowhere = || async { StatusCode::NOT_FOUND };
    let address = serve(Router::new().fallback(nowhere).layer(from_fn_with_state(api, perpetua_api::layer))).await;
    let token = token(test, partner, &address).await;
    World { address, token, customer: customer.to_string(), items }
}

async fn token(test: &TestApp, partner: perpetua_domain::id::TenantId, address: &str) -> String {
    let admin = test.caller(partner, &[Role::AdminAgent]).await;
    let rights = AppRights { keys: true, cancel: true };
    let command =
        Register { name: "Bench".to_owned(), roles: vec![Role::AdminAgent], rights, redirect_uris: Vec::new() };
    let id = apps::register(&test.app, &admin, command).await.unwrap();
    let secret = apps::add_secret(&test.app, &admin, id, "bench".to_owned(), 1).await.unwrap();
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={}", *secret.secret.expose());
    let request =
        format!("POST /{partner}/oauth2/token HTTP/1.1\r\nHost: bench\r\nContent-Length: {}\r\n\r\n{form}", form.len());
    let (_, body) = Connection::open(address).await.send(request.as_bytes()).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

fn print(name: &str, connections: usize, round: &Round, ratio: Option<f64>) {
    let ratio = ratio.map_or_else(String::new, |ratio| format!("  {ratio:.2} of bare axum"));
    println!(
        "{name:34} {connections:>3} connections  {:>7.0}/s  p50 {:>6.2} ms  p99 {:>6.2} ms{ratio}",
        round.per_second,
        round.p50.as_secs_f64() * 1_000.0,
        round.p99.as_secs_f64() * 1_000.0,
    );
}

async fn run(engine: Engine) {
    let Some(test) = TestApp::start_unrehearsed(engine).await else { return };
    println!("\n{engine:?}");
    let world = world(&test).await;
    let numbers = Arc::new(AtomicUsize::new(1));
    let shot = |method, path: String, body: String| Shot { method, path, token: world.token.clone(), body };
    let lines: Vec<Value> = world
        .items
        .iter()
        .enumerate()
        .map(|(number, item)| json!({ "lineItemNumber": number, "offerId": item, "quantity": 1 }))
        .collect();
    let orders = format!("/v1/customers/{}/orders", world.customer);
    let order = shot("POST", orders, json!({ "lineItems": lines }).to_string());
    let mut connection = Connection::open(&world.address).await;
    let (_, made) = connection.send(&order.bytes(0)).await;
    let made: Value = serde_json::from_slice(&made).unwrap();
    let id = made["id"].as_str().unwrap();
    let key = format!("/v1/customers/{}/artifacts/softwarekey/orders/{id}/lineitems/0", world.customer);
    for (name, path) in [
        ("customer list of 500", "/v1/customers".to_owned()),
        ("order", format!("/v1/customers/{}/orders/{id}", world.customer)),
    ] {
        let read = shot("GET", path, String::new());
        let (_, body) = connection.send(&read.bytes(0)).await;
        let bare_address = bare(body).await;
        let plain = median(&bare_address, &shot("GET", "/".to_owned(), String::new()), 64, &numbers).await;
        let measured = median(&world.address, &read, 64, &numbers).await;
        let ratio = measured.per_second / plain.per_second;
        print(name, 64, &measured, Some(ratio));
    }
    let reveal = median(&world.address, &shot("GET", key, String::new()), 64, &numbers).await;
    print("key reveal, recorded", 64, &reveal, None);
    for connections in [1, 16, 64] {
        let placed = median(&world.address, &order, connections, &numbers).await;
        print("order with 3 lines", connections, &placed, None);
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
