//! People, partners and customers over HTTP, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use perpetua_app::Caller;
use perpetua_app::clock::Clock as _;
use perpetua_app::customers::{self, CreateCustomer, Profile};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_domain::access::Role::{
    self, AdminAgent, CustomerUser, GlobalAdmin, HelpdeskAgent, OperatorAdmin, OperatorAuditor, SalesAgent, UserAdmin,
};
use perpetua_domain::id::TenantId;
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::TestApp;
use tower::ServiceExt as _;

/// A browser with a cookie, and the token that its forms carry.
struct Browser {
    router: Router,
    cookie: String,
    csrf: String,
}

struct Page {
    status: StatusCode,
    location: String,
    html: String,
}

impl Browser {
    /// A browser that has seen the sign-in page and so has a cookie.
    async fn new(test: &TestApp) -> Self {
        let token = test.app.entropy.token();
        Self::with_cookie(test, &token.expose()).await
    }

    async fn with_cookie(test: &TestApp, token: &str) -> Self {
        let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
        let router = perpetua_portal::router(&site).with_state(site);
        let mut browser = Self { router, cookie: format!("perpetua={token}; lang=en"), csrf: String::new() };
        let page = browser.get("/forgot-password").await;
        browser.csrf = between(&page.html, "name=\"csrf\" value=\"", "\"");
        browser
    }

    /// A browser in which this caller has signed in.
    async fn of(test: &TestApp, caller: &Caller) -> Self {
        Self::with_cookie(test, &test.session(caller).await.expose()).await
    }

    async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, fields: &str) -> Page {
        let body = format!("csrf={}&{fields}", self.csrf);
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    async fn send(&self, mut request: Request<Body>) -> Page {
        request.headers_mut().insert("cookie", self.cookie.parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        Page { status, location, html: String::from_utf8(body.to_vec()).unwrap() }
    }
}

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).unwrap_or_else(|| panic!("{start} in {text}")).1;
    after.split_once(end).unwrap().0.to_owned()
}

#[test]
fn an_invitation_goes_from_the_people_page_to_a_first_sign_in() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let browser = Browser::of(&test, &admin).await;
        assert_eq!(browser.get("/partner/people").await.status, StatusCode::OK);
        let path = format!("/people/{partner}/invite");
        let wrong = browser.post(&path, "email=nobody&role=sales_agent").await;
        assert!(wrong.html.contains("This does not have the expected form."), "{}", wrong.html);
        let made = browser.post(&path, "email=nora%40alfa.example&role=sales_agent").await;
        let address = between(&made.html, "http://perpetua.test", "<");
        assert!(address.starts_with("/invitation/"), "{address}");
        let nora = Browser::new(&test).await;
        assert!(nora.get(&address).await.html.contains("Welcome to Alfa"));
        let differs = nora.post(&address, "name=Nora&password=correct+horse+battery&again=x").await;
        assert!(differs.html.contains("The two passwords differ."));
        let joined = nora.post(&address, "name=Nora&password=correct+horse+battery&again=correct+horse+battery").await;
        assert_eq!((joined.status, joined.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?done=joined"));
        assert_eq!(nora.get(&address).await.status, StatusCode::NOT_FOUND);
        let signed_in = nora.post("/sign-in", "email=nora%40alfa.example&password=correct+horse+battery").await;
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
        assert!(browser.get("/partner/people").await.html.contains("Nora"));
    });
}

#[test]
fn a_customer_is_created_edited_and_its_agreement_recorded_in_the_portal() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let browser = Browser::of(&test, &test.caller(partner, &[SalesAgent]).await).await;
        let good = "name=Northlake&domain=northlake.example&country=CZ&segment=commercial&line1=Dlouha+1&city=Brno\
                    &email=office%40northlake.example&admin_email=gina%40northlake.example";
        let wrong = browser.post("/partner/customers", &format!("{good}&postal_code=1")).await;
        assert!(wrong.html.contains("This does not have the expected form."), "{}", wrong.html);
        let made = browser.post("/partner/customers", &format!("{good}&postal_code=60200")).await;
        assert!(made.html.contains("http://perpetua.test/invitation/"), "{}", made.html);
        let list = browser.get("/partner/customers?q=north").await.html;
        let path = format!("/partner/customers/0{}", between(&list, "href=\"/partner/customers/0", "\""));
        assert!(browser.get(&path).await.html.contains("No accepted agreement is recorded."));
        let agreed = "agreed_name=Ada+Berg&agreed_email=ada%40northlake.example&agreed_on=2026-03-01";
        let recorded = browser.post(&format!("{path}/agreement"), agreed).await;
        assert_eq!(recorded.location, format!("{path}?done=agreement-recorded"));
        assert!(browser.get(&path).await.html.contains("Ada Berg"));
        assert!(browser.get(&format!("{path}/edit")).await.html.contains("Northlake"));
        assert!(browser.get("/search?q=north").await.html.contains("Northlake"));
    });
}

#[test]
fn a_refusal_names_the_holder_and_lets_one_ask_once() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[AdminAgent]).await;
        let browser = Browser::of(&test, &test.caller(partner, &[HelpdeskAgent]).await).await;
        let refused = browser.get("/partner/customers/new").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.html.contains(&admin.name) && refused.html.contains("/people/ask"), "{}", refused.html);
        let asked = browser.post("/people/ask", "role=admin_agent&note=urgent").await;
        assert_eq!(asked.location, "/partner?done=role-asked");
        let again = browser.get("/partner/customers/new").await;
        assert!(!again.html.contains("/people/ask"), "{}", again.html);
        assert!(Browser::of(&test, &admin).await.get("/partner/people").await.html.contains("urgent"));
    });
}

#[test]
fn a_form_without_its_token_changes_nothing() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let mut browser = Browser::of(&test, &test.caller(partner, &[AdminAgent]).await).await;
        "forged".clone_into(&mut browser.csrf);
        let path = format!("/people/{partner}/invite");
        let refused = browser.post(&path, "email=nora%40alfa.example&role=sales_agent").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(test.events("person.invited").await.is_empty());
    });
}

/// Statuses of the pages in the order of [`paths`].
#[test]
fn each_role_opens_the_pages_that_are_its_own() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let check = async |tenant: TenantId, role: Role, expected: [u16; 9]| {
            let caller = test.caller(tenant, &[role]).await;
            let browser = Browser::of(&test, &caller).await;
            let mut found = [0; 9];
            for (slot, path) in found.iter_mut().zip(paths(partner, customer)) {
                *slot = browser.get(&path).await.status.as_u16();
            }
            assert_eq!(found, expected, "{role}");
        };
        check(test.operator, OperatorAdmin, [200, 200, 200, 404, 404, 404, 404, 404, 404]).await;
        check(test.operator, OperatorAuditor, [200, 200, 200, 404, 404, 404, 404, 404, 404]).await;
        check(partner, AdminAgent, [404, 404, 404, 200, 200, 200, 200, 404, 404]).await;
        check(partner, UserAdmin, [404, 404, 404, 200, 403, 200, 200, 404, 404]).await;
        check(customer, GlobalAdmin, [404, 404, 404, 404, 404, 404, 404, 200, 200]).await;
        check(customer, CustomerUser, [404, 404, 404, 404, 404, 404, 404, 200, 200]).await;
        let stranger = test.caller(test.partner("Beta").await, &[AdminAgent]).await;
        let path = format!("/partner/customers/{customer}");
        assert_eq!(Browser::of(&test, &stranger).await.get(&path).await.status, StatusCode::NOT_FOUND);
        let nobody = Browser::new(&test).await.get(&path).await;
        assert!(nobody.location.starts_with("/sign-in?to="), "{}", nobody.location);
    });
}

fn paths(partner: TenantId, customer: TenantId) -> [String; 9] {
    [
        "/operator/partners".to_owned(),
        format!("/operator/partners/{partner}"),
        "/operator/people".to_owned(),
        "/partner/customers".to_owned(),
        "/partner/customers/new".to_owned(),
        format!("/partner/customers/{customer}"),
        "/partner/people".to_owned(),
        "/customer/partners".to_owned(),
        "/customer/people".to_owned(),
    ]
}

#[test]
fn the_first_password_of_a_customer_leads_to_choosing_an_own_one() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let sales = test.caller(partner, &[SalesAgent]).await;
        let command = CreateCustomer {
            domain: "northlake.example".to_owned(),
            country: "CZ".to_owned(),
            profile: Profile {
                name: "Northlake".to_owned(),
                line1: "Dlouhá 12".to_owned(),
                city: "Brno".to_owned(),
                postal_code: "60200".to_owned(),
                email: "office@northlake.example".to_owned(),
                ..Profile::default()
            },
            admin_email: "admin@northlake.example".to_owned(),
        };
        let (_, link) = customers::create(&test.app, &sales, command).await.unwrap();
        let first = link.token.expose().as_str().to_owned();
        let browser = Browser::new(&test).await;
        let page = browser.post("/sign-in", &format!("email=Admin%40northlake.example&password={first}")).await;
        assert_eq!(page.location, format!("/invitation/{first}"));
        let other = browser.post("/sign-in", &format!("email=eva%40northlake.example&password={first}")).await;
        assert_eq!((other.status, other.location.as_str()), (StatusCode::OK, ""));
    });
}

#[test]
fn a_customer_accepts_the_partner_that_handed_it_an_address() {
    TestApp::each(|test| async move {
        let (alfa, beta) = (test.partner("Alfa").await, test.partner("Beta").await);
        let customer = test.customer(alfa, "Northlake").await;
        let path = format!("/invite?partnerId={beta}");
        let user = Browser::of(&test, &test.caller(customer, &[CustomerUser]).await).await;
        assert!(user.get(&path).await.html.contains("Beta"));
        assert_eq!(user.post("/invite", &format!("partner={beta}")).await.status, StatusCode::FORBIDDEN);
        let admin = Browser::of(&test, &test.caller(customer, &[GlobalAdmin]).await).await;
        assert_eq!(admin.post("/invite", &format!("partner={customer}")).await.status, StatusCode::NOT_FOUND);
        let page = admin.post("/invite", &format!("partner={beta}")).await;
        assert_eq!(page.location, "/customer/partners?done=relationship-accepted");
        let agent = test.caller(beta, &[AdminAgent]).await;
        assert!(customers::page(&test.app, &agent, customer).await.is_ok());
        assert_eq!(admin.post("/invite", &format!("partner={beta}")).await.status, StatusCode::CONFLICT);
    });
}

#[test]
fn the_text_of_the_agreement_is_a_page_and_for_a_while_a_file() {
    TestApp::each(|test| async move {
        let browser = Browser::new(&test).await;
        let path = format!("/agreements/{}", customers::AGREEMENT_TEMPLATE);
        assert!(browser.get(&path).await.html.contains("on as many devices"));
        assert!(browser.get(&format!("{path}?lang=cs")).await.html.contains("na tolika zařízeních"));
        let now = test.real_clock.now().as_second();
        assert!(browser.get(&format!("{path}?until={now}")).await.html.starts_with("Customer agreement\n"));
        assert_eq!(browser.get(&format!("{path}?until={}", now - 1)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get("/agreements/none").await.status, StatusCode::NOT_FOUND);
    });
}
