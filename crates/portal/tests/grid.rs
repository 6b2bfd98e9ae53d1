//! Role × route over HTTP: who may open and do what, as one table in `golden/routes.txt`.
//!
//! The routes are read from the source of the pages, so none is forgotten. A change of rights shows itself as
//! changed lines: statuses, `→` for a redirect to sign in, and who meets them. Forms are sent empty: who may
//! send them is told what is wrong (4xx), nobody else gets that far.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "the test of cancelling fills forms with it too")]
mod browser;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use browser::{Browser, Page};
use perpetua_app::cancellation::{self, Selection};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Engine, Goods, TestApp};

/// The portals in which a path written as `at("…")` stands.
const SOFTWARE: [&str; 3] =
    ["/partner/customers/{customer}/software", "/customer/software", "/operator/customers/{customer}/software"];

/// The portals in which a path written as `of("…")` stands.
const MIGRATION: [&str; 3] =
    ["/partner/customers/{customer}/migration", "/customer/migration", "/operator/customers/{customer}/migration"];

/// An id that nothing has.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Signing out ends the sessions with which the others are tried.
const LAST: &str = "POST /sign-out";

/// Every route of the pages as their source declares it: `GET /partner/customers`.
fn routes() -> Vec<String> {
    let mut routes = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                routes.extend(routes_of(&std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut routes: Vec<String> = routes.into_iter().collect();
    routes.sort_by_key(|route| route == LAST);
    routes
}

fn routes_of(source: &str) -> Vec<String> {
    let mut routes = Vec::new();
    for declared in source.split(".route(").skip(1) {
        let ends = ["\n        .", ";\n", "\n}"];
        let declared = ends.iter().fold(declared, |declared, end| declared.split(end).next().unwrap());
        let (path, methods) = declared.trim_start().split_once(',').unwrap();
        for (method, called) in [("GET", "get("), ("POST", "post(")] {
            let is_called = methods.split(|c: char| c.is_whitespace() || c == '.').any(|part| part.starts_with(called));
            let paths = paths(source, path).into_iter().filter(|_| is_called);
            routes.extend(paths.map(|path| format!("{method} {path}")));
        }
    }
    routes
}

/// The path or paths that stand as a literal, a constant of the file, or `&at("…")`.
fn paths(source: &str, written: &str) -> Vec<String> {
    let quoted = |text: &str| text.split('"').nth(1).unwrap_or_else(|| panic!("{text}")).to_owned();
    if written.starts_with('"') {
        return vec![quoted(written)];
    }
    for (start, bases) in [("&at(", SOFTWARE), ("&of(", MIGRATION)] {
        if written.starts_with(start) {
            return bases.iter().map(|base| format!("{base}{}", quoted(written))).collect();
        }
    }
    vec![quoted(source.split(&format!("const {written}: &str =")).nth(1).unwrap_or_else(|| panic!("{written}")))]
}

struct World {
    test: TestApp,
    partner: TenantId,
    customer: TenantId,
    /// What may be suspended or left without disturbing what is tried next.
    spare: (TenantId, TenantId),
    order: String,
    line: String,
}

async fn world() -> World {
    let test = TestApp::start(Engine::Sqlite).await.unwrap();
    let partner = test.partner("Alfa").await;
    let customer = test.customer(partner, "Northlake").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    test.agree(partner, customer).await;
    let item = test.sell(Goods::default()).await;
    let order = test.order(&agent, customer, &[(item, 10)]).await;
    let preview = cancellation::preview(&test.app, &agent, order.id, Selection::AllLeft).await.unwrap();
    let line = preview.lines[0].id.to_string();
    let spare = (test.partner("Gamma").await, test.customer(partner, "Eastlake").await);
    test.relate(spare.0, customer, "Northlake").await;
    World { spare, order: order.id.to_string(), line, test, partner, customer }
}

impl World {
    async fn browsers(&self) -> Vec<(String, Browser)> {
        let rival = self.test.partner("Beta").await;
        let neighbour = self.test.customer(rival, "Southlake").await;
        let mut browsers = vec![("nobody".to_owned(), Browser::of_nobody(&self.test))];
        for role in Role::ALL {
            let tenant = match role.kind() {
                perpetua_domain::access::TenantKind::Operator => self.test.operator,
                perpetua_domain::access::TenantKind::Partner => self.partner,
                perpetua_domain::access::TenantKind::Customer => self.customer,
            };
            browsers.push((role.to_string(), self.browser(tenant, *role).await));
        }
        browsers.push(("rival's admin_agent".to_owned(), self.browser(rival, Role::AdminAgent).await));
        browsers.push(("neighbour's global_admin".to_owned(), self.browser(neighbour, Role::GlobalAdmin).await));
        browsers
    }

    async fn browser(&self, tenant: TenantId, role: Role) -> Browser {
        let caller = self.test.caller(tenant, &[role]).await;
        Browser::of(&self.test, &caller, "en").await
    }

    /// The path with ids that exist; what else it names does not exist.
    fn path(&self, pattern: &str) -> String {
        let ends = pattern.ends_with("/suspend") || pattern.ends_with("/end");
        let (partner, customer) = if ends { self.spare } else { (self.partner, self.customer) };
        let mut path = pattern
            .replace("{customer}", &customer.to_string())
            .replace("{partner}", &partner.to_string())
            .replace("{tenant}", &self.partner.to_string())
            .replace("{order}", &self.order)
            .replace("{line}", &self.line);
        while let Some((before, rest)) = path.split_once('{') {
            path = format!("{before}{}{}", NOBODY, rest.split_once('}').unwrap().1);
        }
        path
    }

    async fn cell(&self, browser: &Browser, route: &str) -> String {
        let (method, pattern) = route.split_once(' ').unwrap();
        let path = self.path(pattern);
        let page = match method {
            "GET" => browser.get(&path).await,
            _ => browser.post(&path, &[("csrf".to_owned(), csrf(&browser.get("/people/nowhere").await))]).await,
        };
        match page.status.as_u16() {
            303 if page.location.starts_with("/sign-in") => "→".to_owned(),
            status => status.to_string(),
        }
    }
}

/// The token that every page of a browser carries, also its error pages.
fn csrf(page: &Page) -> String {
    let after = page.html.split("name=\"csrf\" value=\"").nth(1).unwrap_or_default();
    after.split('"').next().unwrap_or_default().to_owned()
}

/// Aim: no page or action is open to more roles than meant. Method: each role tries each route.
#[tokio::test(flavor = "multi_thread")]
async fn every_role_meets_every_route_as_the_golden_table_says() {
    let world = world().await;
    let browsers = world.browsers().await;
    let mut table = String::new();
    for route in routes() {
        writeln!(table, "{route}").unwrap();
        let mut cells: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (who, browser) in &browsers {
            let cell = world.cell(browser, &route).await;
            assert!(!cell.starts_with('5'), "{who} at {route}: {cell}");
            cells.entry(cell).or_default().push(who);
        }
        for (cell, people) in cells {
            writeln!(table, "    {cell} {}", people.join(", ")).unwrap();
        }
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/routes.txt");
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    if table != expected {
        let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("routes.txt");
        std::fs::write(&written, &table).unwrap();
        panic!("rights changed; compare {} with {}", written.display(), golden.display());
    }
}
