//! Role × route over HTTP: who may open and do what, as one table in `golden/routes.txt`.
//!
//! A change of rights shows itself here as changed cells. The cells are statuses; `→` is a redirect
//! to sign in. The rules behind them are the permission grid of the domain.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "the test of cancelling fills forms with it too")]
mod browser;

use std::fmt::Write as _;
use std::path::Path;

use browser::{Browser, Page};
use perpetua_app::cancellation::{self, Selection};
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_test_support::{Engine, Goods, TestApp};

/// What is opened (GET) or pressed (POST). `{c}`: the customer, `{l}`: its purchase, `{o}`: the order,
/// `{p}`: its partner.
const ROUTES: [&str; 48] = [
    "GET /operator",
    "GET /operator/orders",
    "GET /operator/orders/{o}",
    "GET /operator/partners",
    "GET /operator/partners/new",
    "GET /operator/partners/{p}",
    "GET /operator/prices",
    "GET /operator/media",
    "GET /operator/policies",
    "GET /operator/tax",
    "GET /operator/people",
    "GET /operator/activity",
    "GET /operator/outbox",
    "GET /operator/customers/{c}/software",
    "GET /operator/customers/{c}/software/{l}",
    "POST /operator/customers/{c}/software/{l}/key",
    "GET /partner",
    "GET /partner/customers",
    "GET /partner/customers/new",
    "GET /partner/customers/{c}",
    "GET /partner/customers/{c}/activity",
    "GET /partner/customers/{c}/add",
    "GET /partner/customers/{c}/cart",
    "GET /partner/customers/{c}/orders",
    "GET /partner/customers/{c}/software",
    "GET /partner/customers/{c}/software.csv",
    "GET /partner/customers/{c}/software/{l}",
    "GET /partner/customers/{c}/software/{l}/cancel",
    "POST /partner/customers/{c}/software/{l}/key",
    "POST /partner/customers/{c}/software/{l}/cancel",
    "GET /partner/orders",
    "GET /partner/orders/{o}",
    "GET /partner/people",
    "GET /partner/activity",
    "GET /partner/requests",
    "GET /partner/apps",
    "GET /partner/apps/new",
    "POST /partner/apps",
    "GET /customer",
    "GET /customer/software",
    "GET /customer/software/{l}",
    "GET /customer/key-views",
    "GET /customer/orders",
    "GET /customer/orders/{o}",
    "GET /customer/partners",
    "GET /customer/people",
    "GET /customer/activity",
    "POST /customer/software/{l}/key",
];

struct World {
    test: TestApp,
    partner: TenantId,
    customer: TenantId,
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
    World { order: order.id.to_string(), line, test, partner, customer }
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

    fn path(&self, pattern: &str) -> String {
        let path = pattern.replace("{c}", &self.customer.to_string()).replace("{p}", &self.partner.to_string());
        path.replace("{o}", &self.order).replace("{l}", &self.line)
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
    for route in ROUTES {
        writeln!(table, "{route}").unwrap();
        for (who, browser) in &browsers {
            let cell = world.cell(browser, route).await;
            assert!(!cell.starts_with('5'), "{who} at {route}: {cell}");
            writeln!(table, "    {cell} {who}").unwrap();
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
