//! The load: connections that are kept open, each sending its next request when the answer is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);
/// What the load generator sends.
#[derive(Clone)]
pub struct Shot {
    pub method: &'static str,
    pub path: String,
    /// Who asks: a header, without its line end.
    pub who: String,
    pub body: String,
}

impl Shot {
    /// The bytes of a request; each write has its own request id.
    pub fn bytes(&self, number: usize) -> Vec<u8> {
        format!(
            "{} {} HTTP/1.1\r\nHost: bench\r\n{}\r\nMS-RequestId: 00000000-0000-4000-8000-{number:012x}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            self.method,
            self.path,
            self.who,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }
}

/// One connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::with_capacity(1 << 16) }
    }

    /// Sends one request and reads the whole answer: its status and body.
    pub async fn send(&mut self, request: &[u8]) -> (u16, Vec<u8>) {
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
pub struct Round {
    pub count: f64,
    pub per_second: f64,
    pub p50: Duration,
    pub p99: Duration,
}

impl Round {
    /// What connections saw that ran for this long.
    pub fn of(took: Vec<Vec<Duration>>, elapsed: Duration) -> Self {
        let mut took: Vec<Duration> = took.into_iter().flatten().collect();
        took.sort_unstable();
        let at = |share: usize| took[(took.len() - 1) * share / 100];
        #[expect(clippy::cast_precision_loss, reason = "a count of requests of seconds")]
        let count = took.len() as f64;
        Self { count, per_second: count / elapsed.as_secs_f64(), p50: at(50), p99: at(99) }
    }
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
    Round::of(tasks.join_all().await, started.elapsed())
}

/// The round in the middle.
pub async fn median(address: &str, shot: &Shot, connections: usize, numbers: &Arc<AtomicUsize>) -> Round {
    let mut rounds = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        rounds.push(round(address, shot, connections, numbers).await);
    }
    rounds.sort_by(|left, right| left.per_second.total_cmp(&right.per_second));
    rounds.swap_remove(ROUNDS / 2)
}

pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A server that answers with these bytes and does nothing else.
pub async fn bare(body: Vec<u8>) -> String {
    let answer = move || {
        let body = body.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], body) }
    };
    serve(Router::new().route("/", get(answer))).await
}

pub fn print(name: &str, connections: usize, round: &Round, ratio: Option<f64>) {
    let ratio = ratio.map_or_else(String::new, |ratio| format!("  {ratio:.2} of bare axum"));
    println!(
        "{name:34} {connections:>3} connections  {:>7.0}/s  p50 {:>6.2} ms  p99 {:>6.2} ms{ratio}",
        round.per_second,
        round.p50.as_secs_f64() * 1_000.0,
        round.p99.as_secs_f64() * 1_000.0,
    );
}
