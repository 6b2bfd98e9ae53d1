//! Orders survive `kill -9` (I1, I2): the built program is killed twenty times in a storm of orders
//! that go through the real forms, each time at another moment, on one data folder.
//!
//! An order whose answer was lost is sent again with its form token after the restart, as a person
//! would who presses the button again. So every token must end as exactly one whole order. Machines
//! that activate while the program is killed are in `crash/activation.rs`.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[path = "crash/activation.rs"]
mod activation;
#[expect(dead_code, reason = "shared with measurements that need more of it")]
mod common;
#[path = "common/process.rs"]
mod process;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use common::{Begun, Browser, Demo, Page};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use perpetua_store::{DatabaseUrl, Options, Store, StoreError};

/// How often the program is killed.
const KILLS: u32 = 20;

/// Lines of each order.
const LINES: usize = 2;

/// Orders that are sent in one life at most, so that a life that is long in coming to its end stays small.
const SENT_MAX: u64 = 24;

/// What one buyer tried and saw, over all lives of the program.
struct Buyer {
    email: String,
    customer: String,
    /// The order form whose answer never came.
    unanswered: Option<Form>,
    /// Forms with the orders that the program acknowledged for them.
    acknowledged: Vec<(Form, String)>,
}

/// The fields of the form that places an order.
#[derive(Clone)]
struct Form {
    cart: String,
    reviewed: String,
    token: String,
}

impl Buyer {
    fn base(&self) -> String {
        format!("/partner/customers/{}", self.customer)
    }

    /// Orders until the program is gone. Each form is announced just before it is sent.
    fn storm(&mut self, browser: &mut Browser, announce: &Sender<()>) -> std::io::Result<()> {
        if let Some(form) = self.unanswered.take() {
            self.place(browser, form)?;
        }
        for _ in 0..SENT_MAX {
            let form = self.fill_cart(browser)?;
            let _ = announce.send(());
            self.place(browser, form)?;
        }
        Ok(())
    }

    fn fill_cart(&self, browser: &mut Browser) -> std::io::Result<Form> {
        let base = self.base();
        let offered = browser.get(&format!("{base}/add"))?.fields("catalog_item");
        for item in offered.iter().take(LINES) {
            let added = browser.post(&format!("{base}/cart"), &[("catalog_item", item), ("quantity", "1")])?;
            assert_eq!(added.status, 303, "{}", added.text);
        }
        let review = browser.get(&format!("{base}/review"))?;
        Ok(Form { cart: review.field("cart"), reviewed: review.field("reviewed"), token: review.field("form_token") })
    }

    fn place(&mut self, browser: &mut Browser, form: Form) -> std::io::Result<()> {
        self.unanswered = Some(form.clone());
        let order = self.send(browser, &form)?;
        self.unanswered = None;
        self.acknowledged.push((form, order));
        Ok(())
    }

    /// Sends the form and answers with the id of the order that was acknowledged.
    fn send(&self, browser: &mut Browser, form: &Form) -> std::io::Result<String> {
        let begun = self.begin(browser, form)?;
        browser.finish(begun).map(|answer| placed(&answer))
    }

    fn begin(&self, browser: &Browser, form: &Form) -> std::io::Result<Begun> {
        let fields = [("cart", &*form.cart), ("reviewed", &form.reviewed), ("form_token", &form.token)];
        browser.begin(&format!("{}/order", self.base()), &fields)
    }
}

/// The order to whose page an answer leads.
fn placed(answer: &Page) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let id = answer.location.strip_prefix("/partner/orders/").and_then(|rest| rest.split('?').next());
    id.unwrap_or_else(|| panic!("no order at {}", answer.location)).to_owned()
}

/// A buyer for each customer: the admin agent of its partner.
fn buyers(demo: &Demo) -> Vec<Buyer> {
    let partners = demo.told["partners"].as_array().unwrap();
    let agent = |name: &str| {
        let partner = partners.iter().find(|partner| partner["name"] == name).unwrap();
        let users = partner["users"].as_array().unwrap();
        users.iter().find(|user| user["roles"][0] == "admin_agent").unwrap()["email"].as_str().unwrap().to_owned()
    };
    let customers = demo.told["customers"].as_array().unwrap().iter();
    let buyer = |customer: &serde_json::Value| Buyer {
        email: agent(customer["partner"].as_str().unwrap()),
        customer: customer["tenantId"].as_str().unwrap().to_owned(),
        unanswered: None,
        acknowledged: Vec::new(),
    };
    customers.map(buyer).collect()
}

fn sign_in(demo: &Demo, buyers: &[Buyer]) -> BTreeMap<String, Browser> {
    let emails: BTreeSet<&String> = buyers.iter().map(|buyer| &buyer.email).collect();
    emails.into_iter().map(|email| (email.clone(), demo.sign_in(email))).collect()
}

/// Lets everybody order, and kills the program in the midst of it.
fn live_and_die(demo: Demo, buyers: &mut [Buyer], dice: &mut Dice) {
    let browsers = sign_in(&demo, buyers);
    let (announce, announced) = channel();
    std::thread::scope(|scope| {
        for buyer in buyers {
            let (mut browser, announce) = (browsers[&buyer.email].clone(), announce.clone());
            scope.spawn(move || {
                // The connection that breaks is the end of this life, not a failure.
                let _ = buyer.storm(&mut browser, &announce);
            });
        }
        drop(announce);
        wait_for_a_random_moment(&announced, dice);
        demo.kill();
    });
}

/// Some announced orders later, and then up to 30 ms more, so that the blow falls at any point of an order.
fn wait_for_a_random_moment(announced: &Receiver<()>, dice: &mut Dice) {
    let number = 1 + dice.below(SENT_MAX);
    for _ in 0..number {
        if announced.recv_timeout(Duration::from_secs(20)).is_err() {
            return;
        }
    }
    let (_open, never) = channel::<()>();
    let _ = never.recv_timeout(Duration::from_micros(dice.below(30_000)));
}

/// Numbers that differ in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = RandomState::new().hash_one(self.0);
        self.0 % end
    }
}

#[test]
fn every_acknowledged_order_is_whole_and_single_after_twenty_kills() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let mut buyers = buyers(&demo);
    demo.stop();
    let before = orders(folder.path()).len();
    let mut dice = Dice(1);
    for _ in 0..KILLS {
        live_and_die(Demo::start(folder.path()), &mut buyers, &mut dice);
    }
    let lost = buyers.iter().filter(|buyer| buyer.unanswered.is_some()).count();
    settle(Demo::start(folder.path()), &mut buyers);
    let acknowledged: Vec<&String> = buyers.iter().flat_map(|buyer| &buyer.acknowledged).map(|(_, id)| id).collect();
    let distinct: BTreeSet<&String> = acknowledged.iter().copied().collect();
    assert_eq!(distinct.len(), acknowledged.len(), "two forms were answered with one order");
    assert!(acknowledged.len() > KILLS as usize, "only {} orders in the storm", acknowledged.len());
    let found = orders(folder.path());
    assert_eq!(found.len(), before + acknowledged.len(), "each form makes one order ({lost} answers lost at the end)");
    for id in distinct {
        let order = found.get(&id.replace('-', "").to_uppercase()).unwrap_or_else(|| panic!("order {id} is lost"));
        assert_eq!(order.lines, i64::try_from(LINES).unwrap(), "lines of order {id}");
    }
    for (id, order) in &found {
        assert!(order.lines > 0 && order.lines == order.keys, "order {id} is half: {order:?}");
        assert_eq!((order.charged, order.charges), (order.total, 1), "the account of order {id}: {order:?}");
        assert_eq!(order.records, 1, "the activity record of order {id}");
    }
    examine(folder.path());
}

/// Sends what stayed unanswered once more, and the last answered form of each buyer too; then stops the program.
fn settle(demo: Demo, buyers: &mut [Buyer]) {
    let mut browsers = sign_in(&demo, buyers);
    for buyer in buyers {
        let browser = browsers.get_mut(&buyer.email).unwrap();
        if let Some(form) = buyer.unanswered.take() {
            buyer.place(browser, form).unwrap();
        }
        for (form, order) in buyer.acknowledged.iter().rev().take(3) {
            assert_eq!(buyer.send(browser, form).unwrap(), *order, "a form that is sent again");
        }
    }
    demo.stop();
}

#[test]
fn an_order_that_was_begun_before_the_stop_is_answered_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path());
    let mut buyers = buyers(&demo);
    let buyer = &mut buyers[0];
    let mut browser = demo.sign_in(&buyer.email);
    let form = buyer.fill_cart(&mut browser).unwrap();
    let before = browser.get("/partner/orders").unwrap();
    let begun = buyer.begin(&browser, &form).unwrap();
    // A whole request over another connection, so that the begun one was surely accepted before it.
    assert_eq!(browser.get("/partner/orders").unwrap().text.len(), before.text.len());
    demo.ask_to_stop();
    let order = placed(&browser.finish(begun).unwrap());
    demo.stop();
    let again = Demo::start(folder.path());
    assert_eq!(buyer.send(&mut again.sign_in(&buyer.email), &form).unwrap(), order);
    again.stop();
    examine(folder.path());
}

/// An order with what must stand beside it.
#[derive(Debug, QueryableByName)]
struct Whole {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    total: i64,
    #[diesel(sql_type = BigInt)]
    lines: i64,
    #[diesel(sql_type = BigInt)]
    keys: i64,
    #[diesel(sql_type = BigInt)]
    charges: i64,
    #[diesel(sql_type = BigInt)]
    charged: i64,
    #[diesel(sql_type = BigInt)]
    records: i64,
}

const WHOLE: &str = "\
    SELECT hex(o.id) AS id, o.total, \
    (SELECT COUNT(*) FROM order_line l WHERE l.order_id = o.id) AS lines, \
    (SELECT COUNT(*) FROM order_line l JOIN product_key k ON k.line_id = l.id WHERE l.order_id = o.id) AS keys, \
    (SELECT COUNT(*) FROM ledger_entry e WHERE e.order_id = o.id) AS charges, \
    (SELECT COALESCE(SUM(amount), 0) FROM ledger_entry e WHERE e.order_id = o.id) AS charged, \
    (SELECT COUNT(*) FROM audit_record a WHERE a.outcome = 'done' AND a.subject_kind = 'order' \
     AND replace(a.subject_id, '-', '') = lower(hex(o.id))) AS records \
    FROM orders o";

/// All orders of the data folder of a stopped program, by id.
fn orders(folder: &Path) -> BTreeMap<String, Whole> {
    let url: DatabaseUrl = format!("sqlite:{}", folder.join("perpetua.db").display()).parse().unwrap();
    let store = Store::open(&url, Options::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let read = store.read(|conn| Ok::<_, StoreError>(diesel::sql_query(WHOLE).load::<Whole>(conn)?));
    runtime.block_on(read).unwrap().into_iter().map(|order| (order.id.clone(), order)).collect()
}

/// The doctor finds nothing: accounts, totals, keys and the sealed record fit together.
fn examine(folder: &Path) {
    let settings = folder.join("perpetua.toml");
    let path = |name: &str| folder.join(name).display().to_string();
    let text = format!(
        "database.url = \"sqlite:{}\"\nmedia.url = \"file:{}\"\nmaster_key.file = \"{}\"\n",
        path("perpetua.db"),
        path("media"),
        path("master.key")
    );
    std::fs::write(&settings, text).unwrap();
    let mut doctor = Command::new(env!("CARGO_BIN_EXE_perpetua"));
    let output = doctor.arg("doctor").arg("--config").arg(&settings).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("nothing found"),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
