//! How a fleet of 50,000 machines does on the server, on both engines: `cargo xtask bench fleet`.
//!
//! Machines are uploaded, listed, planned and assigned by the use cases and pages that people use. Meanwhile somebody
//! else writes a little, again and again; the longest that had to wait is printed beside each figure, because nobody's
//! order may wait for another's fleet.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement talks to who started it and ends on surprise"
)]

#[path = "http/load.rs"]
#[expect(dead_code, reason = "shared with measurements that need more of it")]
mod load;

use std::fmt::Write as _;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use perpetua_app::fleet::{
    self, Assignment, MachineFilter, NewKey, PlanSettings, PriorKeyType, PriorLicense, Selection, Upload, UploadedFile,
};
use perpetua_app::{App, Caller};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::{Engine, TestApp};
use zeroize::Zeroizing;

use load::{Connection, Shot, serve};

const MACHINES: u32 = 50_000;
/// How often a page is asked for; the median is printed.
const ASKED: usize = 9;

struct World {
    app: Arc<App>,
    customer: TenantId,
    owner: Caller,
    address: String,
    cookie: String,
    /// Somebody else who writes meanwhile.
    other: (TenantId, Caller),
}

async fn world(test: &TestApp) -> World {
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let other = test.customer(partner, "Southlake").await;
    let owner = test.caller(customer, &[Role::GlobalAdmin]).await;
    let cookie = format!("Cookie: perpetua={}; lang=en", *test.session(&owner).await.expose());
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    let address = serve(perpetua_portal::router(&site).with_state(site)).await;
    let neighbour = test.caller(other, &[Role::GlobalAdmin]).await;
    World { app: test.app.clone(), customer, owner, address, cookie, other: (other, neighbour) }
}

/// An inventory as `Export-Csv` writes it, collected on the second of March.
fn inventory() -> Vec<u8> {
    let mut text = "PSComputerName,Name,Description,LicenseStatus,GracePeriodRemaining,PartialProductKey,BuildNumber,Site,CollectedAt\n".to_owned();
    for at in 0..MACHINES {
        let minutes = 60_000 + at.wrapping_mul(2_654_435_761) % 190_000;
        writeln!(
            text,
            "WS-{at:05}.corp.example,\"Windows(R), Enterprise edition\",\"Windows(R) Operating System, VOLUME_KMSCLIENT channel\",1,{minutes},FKE01,19045,site-{},2026-03-02T06:00:00Z",
            at % 25
        )
        .unwrap();
    }
    text.into_bytes()
}

impl World {
    /// Does something while somebody else writes; prints how long it took, the longest that the other waited, and the
    /// most memory that this process has held since the step began.
    async fn step<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        // The kernel forgets the peak of before; where it cannot, the peak of the whole run is printed.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let ends = Arc::new(AtomicBool::new(false));
        let neighbour = tokio::spawn(writes_meanwhile(self.app.clone(), self.other.clone(), ends.clone()));
        let began = Instant::now();
        let done = work.await;
        let took = began.elapsed();
        ends.store(true, Ordering::Relaxed);
        let waited = neighbour.await.unwrap();
        let memory = peak_mib().map_or_else(|| "not told".to_owned(), |mib| format!("{mib} MiB"));
        println!("{what:34} {:>8} ms   others waited up to {:>5} ms   {memory}", took.as_millis(), waited.as_millis());
        done
    }

    /// Opens a page as a browser does; prints the median.
    async fn page(&self, what: &str, end: &str) {
        let path = format!("/customer/migration{end}");
        let shot = Shot { method: "GET", path, who: self.cookie.clone(), body: String::new() };
        let mut connection = Connection::open(&self.address).await;
        let mut took = Vec::with_capacity(ASKED);
        let mut bytes = 0;
        for number in 0..ASKED {
            let began = Instant::now();
            let (status, body) = connection.send(&shot.bytes(number)).await;
            took.push(began.elapsed());
            assert_eq!(status, 200, "{what}: {}", String::from_utf8_lossy(&body));
            bytes = body.len();
        }
        took.sort_unstable();
        println!("{what:34} {:>8.1} ms   {bytes} bytes", took[ASKED / 2].as_secs_f64() * 1_000.0);
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(1);

/// Writes a little, again and again, until told to end; answers with the longest that one took.
async fn writes_meanwhile(app: Arc<App>, (customer, caller): (TenantId, Caller), ends: Arc<AtomicBool>) -> Duration {
    let mut longest = Duration::ZERO;
    while !ends.load(Ordering::Relaxed) {
        let license = PriorLicense {
            programme: "Open".to_owned(),
            agreement: String::new(),
            product: format!("Product {}", NUMBER.fetch_add(1, Ordering::Relaxed)),
            quantity: 1,
            key_type: PriorKeyType::Kms,
            ends_on: None,
        };
        let began = Instant::now();
        let id = fleet::add_prior(&app, &caller, customer, license, None).await.unwrap();
        longest = longest.max(began.elapsed());
        fleet::remove_prior(&app, &caller, customer, id).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    longest
}

/// The most memory that this process held; `None` where the system does not tell.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(value.trim().split(' ').next()?.parse::<u64>().ok()? / 1_024)
}

async fn run(engine: Engine) {
    let Some(test) = TestApp::start_unrehearsed(engine).await else { return };
    println!("\n{engine:?}, {MACHINES} machines");
    let world = world(&test).await;
    let (app, owner, customer) = (&*world.app, &world.owner, world.customer);
    let key = NewKey {
        label: "MAK".to_owned(),
        product: "Windows 10 Enterprise".to_owned(),
        also_versions: String::new(),
        key: Zeroizing::new(["ABCDE", "FGHJK", "LMNPQ", "RSTUV", "FKE09"].join("-")),
        remaining: 2 * MACHINES,
        reserve: 0,
    };
    fleet::add_key(app, owner, customer, key, None).await.unwrap();
    let file = UploadedFile { name: "fleet.csv".to_owned(), bytes: inventory() };
    let upload = || Upload { files: vec![file.clone()], ..Upload::default() };
    let made = world.step("upload", fleet::upload(app, owner, customer, upload())).await.unwrap();
    assert_eq!(made.machines_new, i64::from(MACHINES));
    let again = world.step("upload of the same", fleet::upload(app, owner, customer, upload())).await.unwrap();
    assert_eq!((again.machines_new, again.machines_changed), (0, 0));
    for capacity_per_day in [800, 2_000] {
        let settings = PlanSettings { capacity_per_day, ..PlanSettings::default() };
        let plan = world.step("plan", fleet::make_plan(app, owner, customer, settings, None)).await.unwrap();
        println!("{:34} {} waves, {} not saved, proved: {}", "", plan.waves.len(), plan.unsaved_count, plan.is_proved);
    }
    let all = Selection::Filter(MachineFilter::default());
    let given = fleet::assign(app, owner, customer, all, Assignment::NoWave);
    println!("{:34} {} machines", "", world.step("take all out of their waves", given).await.unwrap());
    let some = Selection::Filter(MachineFilter { text: "ws-1".to_owned(), ..MachineFilter::default() });
    let given = fleet::assign(app, owner, customer, some, Assignment::Wave(1));
    println!("{:34} {} machines", "", world.step("give a fifth to a wave", given).await.unwrap());
    for (what, end) in [
        ("page: overview with timeline", ""),
        ("page: what if", "?off=2026-12-01"),
        ("page: machines, first", "/machines"),
        ("page: machines by name", "/machines?sort=name"),
        ("page: machines, urgent", "/machines?risk=urgent"),
        ("page: machines, planned by name", "/machines?state=planned&sort=name"),
        ("page: machines, none fits", "/machines?q=zz&state=failed"),
        ("page: waves", "/waves"),
        ("page: had, bought, missing", "/licenses"),
        ("page: report", "/report"),
    ] {
        world.page(what, end).await;
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
