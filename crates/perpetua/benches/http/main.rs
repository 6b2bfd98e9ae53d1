//! How fast the program answers over real connections, reads as a ratio to a bare axum answer of the same
//! bytes taken in the same run. Started by `cargo xtask bench`, never as a timed test.
//!
//! The load generator runs in the same process, on the same cores: the figures are what one machine does with
//! its clients on it. Each scenario is run three times for two seconds; the median is printed.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement talks to who started it and ends on surprise"
)]

#[expect(dead_code, reason = "shared with measurements that need more of it")]
mod load;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use axum::middleware::from_fn_with_state;
use perpetua_api::Api;
use perpetua_app::apps::{self, Register};
use perpetua_domain::access::{AppRights, Role};
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::{Engine, Goods, TestApp};
use serde_json::{Value, json};

use load::{Connection, Shot, bare, median, print, serve};

const PRODUCTS: usize = 100;
const CUSTOMERS: usize = 500;
const PURCHASES: usize = 60;

struct World {
    address: String,
    /// What a program sends to be known, and what a browser does.
    token: String,
    cookie: String,
    partner: String,
    secret: (String, String),
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
    for number in 0..PRODUCTS {
        let (product, title) = (format!("HARBOR{number:06}"), format!("Harbor Server {number:03}"));
        let goods =
            Goods { product: product.leak(), title: title.leak(), price: "1", suggested: "2", ..Goods::default() };
        items.push(test.sell(goods).await);
    }
    let admin = test.caller(partner, &[Role::AdminAgent]).await;
    for item in items.iter().take(PURCHASES) {
        test.order(&admin, customer, &[(*item, 1)]).await;
    }
    let cookie = format!("Cookie: perpetua={}; lang=en", *test.session(&admin).await.expose());
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    let api = Api::new(site.clone(), 0);
    let pages = perpetua_portal::router(&site).with_state(site);
    let address = serve(pages.layer(from_fn_with_state(api, perpetua_api::layer))).await;
    let secret = program(test, &admin).await;
    let mut world = World {
        address,
        token: String::new(),
        cookie,
        partner: partner.to_string(),
        secret,
        customer: customer.to_string(),
        items: items.iter().map(ToString::to_string).collect(),
    };
    let (_, body) = Connection::open(&world.address).await.send(&world.token_shot().bytes(0)).await;
    let body: Value = serde_json::from_slice(&body).unwrap();
    world.token = format!("Authorization: Bearer {}", body["access_token"].as_str().unwrap());
    world
}

/// A program of the partner with every right: its id and its secret.
async fn program(test: &TestApp, admin: &perpetua_app::Caller) -> (String, String) {
    let rights = AppRights { keys: true, cancel: true };
    let command =
        Register { name: "Bench".to_owned(), roles: vec![Role::AdminAgent], rights, redirect_uris: Vec::new() };
    let id = apps::register(&test.app, admin, command).await.unwrap();
    let secret = apps::add_secret(&test.app, admin, id, "bench".to_owned(), 1).await.unwrap();
    (id.to_string(), (*secret.secret.expose()).clone())
}

impl World {
    fn call(&self, method: &'static str, path: String, body: String) -> Shot {
        Shot { method, path, who: self.token.clone(), body }
    }

    fn page(&self, path: String) -> Shot {
        Shot { method: "GET", path, who: self.cookie.clone(), body: String::new() }
    }

    fn token_shot(&self) -> Shot {
        let (id, secret) = &self.secret;
        let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let path = format!("/{}/oauth2/token", self.partner);
        Shot { method: "POST", path, who: "Accept: application/json".to_owned(), body }
    }

    /// What is read, with its name in the figures.
    fn reads(&self, order: &str) -> Vec<(&'static str, Shot)> {
        let customer = &self.customer;
        let call = |path: String| self.call("GET", path, String::new());
        vec![
            ("API: customer list of 500", call("/v1/customers?size=500".to_owned())),
            ("API: product list of 100", call("/v1/products?country=DE&targetView=Software".to_owned())),
            ("API: order", call(format!("/v1/customers/{customer}/orders/{order}"))),
            ("page: Software, 50 of 60", self.page(format!("/partner/customers/{customer}/software"))),
            ("page: Add products", self.page(format!("/partner/customers/{customer}/add"))),
            ("page: Customers", self.page("/partner/customers".to_owned())),
        ]
    }

    fn lines(&self) -> Vec<Value> {
        let line = |(number, item): (usize, &String)| json!({ "lineItemNumber": number, "id": number, "offerId": item, "catalogItemId": item, "quantity": 1 });
        self.items.iter().take(3).enumerate().map(line).collect()
    }
}

async fn run(engine: Engine) {
    let Some(test) = TestApp::start_unrehearsed(engine).await else { return };
    println!("\n{engine:?}");
    let world = world(&test).await;
    let numbers = Arc::new(AtomicUsize::new(1));
    let customer = &world.customer;
    let lines = world.lines();
    let order =
        world.call("POST", format!("/v1/customers/{customer}/orders"), json!({ "lineItems": lines }).to_string());
    let mut connection = Connection::open(&world.address).await;
    let (_, made) = connection.send(&order.bytes(0)).await;
    let made: Value = serde_json::from_slice(&made).unwrap();
    let id = made["id"].as_str().unwrap();
    for (name, shot) in world.reads(id).into_iter().filter(|(name, _)| is_wanted(name)) {
        let (status, body) = connection.send(&shot.bytes(0)).await;
        assert_eq!(status, 200, "{name}");
        println!("{name}: {} bytes", body.len());
        let bare_address = bare(body).await;
        let plain = median(&bare_address, &world.call("GET", "/".to_owned(), String::new()), 64, &numbers).await;
        let measured = median(&world.address, &shot, 64, &numbers).await;
        print(name, 64, &measured, Some(measured.per_second / plain.per_second));
    }
    let key = format!("/v1/customers/{customer}/artifacts/softwarekey/orders/{id}/lineitems/0");
    let cart = world.call("POST", format!("/v1/customers/{customer}/carts"), json!({ "lineItems": lines }).to_string());
    for (name, shot, connections) in [
        ("API: key reveal, recorded", &world.call("GET", key, String::new()), 64),
        ("API: token", &world.token_shot(), 64),
        ("API: cart with 3 lines", &cart, 64),
        ("API: order with 3 lines", &order, 1),
        ("API: order with 3 lines", &order, 16),
        ("API: order with 3 lines", &order, 64),
    ] {
        if is_wanted(name) {
            print(name, connections, &median(&world.address, shot, connections, &numbers).await, None);
        }
    }
}

/// Whether the words after `--` choose this scenario; without words all are chosen.
fn is_wanted(name: &str) -> bool {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--")).peekable();
    words.peek().is_none() || words.any(|word| name.contains(&word))
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            run(engine).await;
        }
    });
}
