//! What the built program weighs: how long it takes to start and to import a price list, the memory it holds, and
//! what a browser transfers for a page. Started by `cargo xtask bench figures`, never as a timed test.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement talks to who started it and ends on surprise"
)]

#[path = "../tests/common/mod.rs"]
#[expect(dead_code, reason = "shared with tests that need more of it")]
mod common;
#[path = "http/load.rs"]
#[expect(dead_code, reason = "shared with measurements that need more of it")]
mod load;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use common::{Browser, Demo};
use perpetua_pricesheet::{generate, write};
use perpetua_test_support::postgres::fresh_database;

use load::{Shot, median};

/// Rows of a price list as large as real ones.
const ROWS: usize = 200_000;
const STARTS: usize = 5;
const OPERATOR: &str = "olga@acme.example";

/// An installation in a folder of its own.
struct Place<'a> {
    folder: &'a Path,
    database: String,
}

impl Place<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perpetua"));
        command.args(arguments).current_dir(self.folder).env("PERPETUA_DATABASE__URL", &self.database);
        command.env("PERPETUA_PASSWORD", "a password of this measurement").stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a command to its end: how long it took.
    fn run(&self, arguments: &[&str]) -> Duration {
        let started = Instant::now();
        assert!(self.command(arguments).status().unwrap().success(), "{arguments:?}");
        started.elapsed()
    }

    /// Starts serving: the process, and how long it took until the first answer.
    fn serve(&self) -> (Served, Duration) {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let started = Instant::now();
        let child = self.command(&["serve"]).env("PERPETUA_LISTEN", address.to_string()).spawn().unwrap();
        let served = Served(child);
        loop {
            if let Ok(mut stream) = TcpStream::connect(address) {
                stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n").unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                return (served, started.elapsed());
            }
            assert!(started.elapsed() < Duration::from_secs(30), "it does not start");
            std::thread::yield_now();
        }
    }
}

/// A process that ends with its owner.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A line of the system's account of a process, in KiB; `None` where the system keeps none.
fn memory(process: u32, line: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'))?;
    value.trim().split(' ').next()?.parse().ok()
}

fn print_memory(what: &str, process: u32, line: &str) {
    match memory(process, line) {
        Some(kib) => println!("{what:44} {:>7} MiB", kib / 1_024),
        None => println!("{what:44} not told by this system"),
    }
}

fn import_and_start(name: &str, database: String, folder: &Path) {
    let sheet = folder.join("prices.csv");
    let rows: Vec<_> = generate::sheet(&generate::Shape::of_rows(ROWS)).collect();
    write(&rows, BufWriter::new(File::create(&sheet).unwrap())).unwrap();
    let place = Place { folder, database };
    place.run(&["user", "add", "--organization", "Acme", "--country", "CZ", "--name", "Olga", "--email", OPERATOR]);
    let took = place.run(&["import", "prices", sheet.to_str().unwrap(), "--as", OPERATOR, "--publish"]);
    println!("{:44} {:>7.1} s", format!("{name}: import of {ROWS} prices, published"), took.as_secs_f64());
    let mut starts: Vec<Duration> = (0..STARTS).map(|_| place.serve().1).collect();
    starts.sort_unstable();
    println!("{:44} {:>7} ms", format!("{name}: start to first answer, these data"), starts[STARTS / 2].as_millis());
    let (served, _) = place.serve();
    // Its first jobs run within two seconds.
    std::thread::sleep(Duration::from_secs(3));
    print_memory(&format!("{name}: memory when nothing is asked"), served.0.id(), "VmRSS");
}

/// What a browser transfers: an answer with its head, compressed as the server likes.
fn transferred(browser: &Browser, path: &str) -> usize {
    let mut stream = browser.open_with(&format!("GET {path}"), "Accept-Encoding: gzip, br, zstd\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes.len()
}

/// The files that a page names.
fn named(text: &str) -> BTreeSet<&str> {
    let after = |start: &'static str| text.split(start).skip(1).filter_map(|rest| rest.split('"').next());
    after("href=\"/assets/").chain(after("src=\"/assets/")).collect()
}

async fn demo(folder: &Path) {
    let demo = Demo::start(folder);
    let customer = demo.told["customers"][0].clone();
    let partner =
        demo.told["partners"].as_array().unwrap().iter().find(|partner| partner["name"] == customer["partner"]);
    let email = partner.unwrap()["users"][0]["email"].as_str().unwrap().to_owned();
    let mut browser = demo.sign_in(&email);
    let base = format!("/partner/customers/{}", customer["tenantId"].as_str().unwrap());
    let pages = [format!("{base}/software"), format!("{base}/add"), "/partner/customers".to_owned()];
    for path in &pages {
        let page = browser.get(path).unwrap();
        let files: usize = named(&page.text).iter().map(|file| transferred(&browser, &format!("/assets/{file}"))).sum();
        let own = transferred(&browser, path);
        let name = path.rsplit('/').next().unwrap_or_default();
        println!(
            "{:44} {:>7.1} KiB, of which the page {:.1}",
            format!("page weight: {name}"),
            kib(own + files),
            kib(own)
        );
    }
    print_memory("demo: memory before the load", demo.id(), "VmRSS");
    let numbers = Arc::new(AtomicUsize::new(1));
    for path in pages {
        let shot =
            Shot { method: "GET", path, who: format!("Cookie: {}; lang=en", browser.cookie()), body: String::new() };
        median(&demo.address, &shot, 64, &numbers).await;
    }
    print_memory("demo: most memory under pages, 64 connections", demo.id(), "VmHWM");
    demo.stop();
}

fn kib(bytes: usize) -> f64 {
    f64::from(u32::try_from(bytes).unwrap()) / 1_024.0
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir(&path).unwrap();
        path
    };
    import_and_start("SQLite", "sqlite:perpetua.db".to_owned(), &at("sqlite"));
    if let Some(database) = fresh_database() {
        import_and_start("PostgreSQL", database.url().to_owned(), &at("postgres"));
    }
    tokio::runtime::Runtime::new().unwrap().block_on(demo(&at("demo")));
}
