//! I7 over HTTP: keys, tokens and passwords stand in the one answer that is made to show them, and in no other
//! answer, header or line of the log.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use perpetua_app::Caller;
use perpetua_app::cancellation::{self, Selection};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::media_import::{self, NewMedium};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::media::{Bit, FileType, MediaLanguage, Version};
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState, headers};
use perpetua_test_support::{Engine, Goods, TestApp};
use tower::ServiceExt as _;

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One answer with its headers, but for the cookie that it sets.
#[derive(Clone)]
struct Answer {
    to: String,
    status: StatusCode,
    headers: String,
    body: String,
}

/// A browser whose every answer is kept.
struct Browser {
    router: Router,
    cookie: String,
    csrf: String,
    heard: Arc<Mutex<Vec<Answer>>>,
}

impl Browser {
    async fn of(router: &Router, heard: &Arc<Mutex<Vec<Answer>>>, cookie: String) -> Self {
        let mut browser = Self { router: router.clone(), cookie, csrf: String::new(), heard: heard.clone() };
        browser.csrf = field(&browser.get("/forgot-password").await.body, "csrf");
        browser
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, String::new()).await
    }

    async fn post(&self, path: &str, fields: &str) -> Answer {
        self.send("POST", path, format!("csrf={}&{fields}", self.csrf)).await
    }

    async fn send(&self, method: &str, path: &str, body: String) -> Answer {
        self.send_from([192, 0, 2, 1].into(), method, path, body).await
    }

    async fn send_from(&self, address: IpAddr, method: &str, path: &str, body: String) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .extension(ConnectInfo(SocketAddr::new(address, 443)))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, format!("{}; lang=en", self.cookie))
            .body(Body::from(body));
        let response = self.router.clone().oneshot(request.unwrap()).await.unwrap();
        let (mut parts, body) = response.into_parts();
        parts.headers.remove(header::SET_COOKIE);
        let body = to_bytes(body, 1 << 20).await.unwrap();
        let answer = Answer {
            to: format!("{method} {path}"),
            status: parts.status,
            headers: format!("{:?}", parts.headers),
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        assert!(!answer.status.is_server_error(), "{}: {}", answer.to, answer.body);
        self.heard.lock().unwrap().push(answer.clone());
        answer
    }
}

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).unwrap_or_else(|| panic!("{start} in {text}")).1;
    after.split_once(end).unwrap().0.to_owned()
}

fn field(html: &str, name: &str) -> String {
    between(html, &format!("name=\"{name}\" value=\""), "\"")
}

/// A secret with the requests whose answers may hold it.
struct Secret {
    what: &'static str,
    text: String,
    shown_by: Vec<String>,
}

/// A purchase with a medium: its page in the partner's portal.
async fn given_purchase(test: &TestApp, agent: &Caller) -> (String, String) {
    let customer = test.customer(agent.tenant, "Northlake").await;
    test.agree(agent.tenant, customer).await;
    let item = test.sell(Goods::default()).await;
    let medium = NewMedium {
        product: ProductId::parse("HARBORSERVER").unwrap(),
        version: Version { label: "2025".to_owned(), rank: 2025 },
        language: MediaLanguage::parse("en-US").unwrap(),
        bit: Bit::X64,
        file_type: FileType::Iso,
        file_name: "harbor.iso".to_owned(),
        support_ends_on: None,
        released_on: None,
    };
    let operator = test.caller(test.operator, &[Role::OperatorAdmin]).await;
    let content = futures::stream::iter([Ok(Bytes::from_static(b"the bytes of a medium"))]);
    let medium = media_import::add(&test.app, &operator, medium, content).await.unwrap();
    let order = test.order(agent, customer, &[(item, 2)]).await;
    let preview = cancellation::preview(&test.app, agent, order.id, Selection::AllLeft).await.unwrap();
    let page = format!("/partner/customers/{customer}/software/{}", preview.lines[0].id);
    (page, medium.id.0.to_string())
}

/// Key, link, download, invitation, sign-in and reset, as people use them.
async fn walk(test: &TestApp, router: &Router, heard: &Arc<Mutex<Vec<Answer>>>) -> Vec<Secret> {
    let partner = test.partner("Alfa").await;
    let agent = test.caller(partner, &[Role::AdminAgent]).await;
    let session = test.session(&agent).await.expose().to_string();
    let browser = Browser::of(router, heard, format!("perpetua={session}")).await;
    let secret =
        |what, text: &str, shown_by: &[String]| Secret { what, text: text.to_owned(), shown_by: shown_by.to_vec() };
    let mut secrets = vec![secret("session", &session, &[])];

    let (page, medium) = given_purchase(test, &agent).await;
    let chosen = format!("{page}?get=1&version=2025&language=en-US&bit=x64");
    let key = browser.post(&format!("{page}/key"), "").await;
    let shown = shown_key(&key.body);
    secrets.push(secret("key", &shown, &[format!("POST {page}/key")]));
    secrets.push(secret("key without groups", &shown.replace('-', ""), &[format!("POST {page}/key")]));

    let terms = format!("media={medium}&days=1&uses=2&recipient=Karel&password=correct+horse");
    let link = browser.post(&format!("{page}/link"), &terms).await;
    let link = between(&link.body, "http://perpetua.test/l/", "<");
    let landing = format!("/l/{link}");
    let guest = Browser::of(router, heard, stranger(test)).await;
    guest.get(&landing).await;
    guest.post(&landing, "password=wrong+battery").await;
    let started = guest.post(&landing, "password=correct+horse").await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.body);
    let download = between(&started.body, "href=\"/d/", "\"");
    assert_eq!(guest.get(&format!("/d/{download}")).await.body, "the bytes of a medium");
    let of_landing = [format!("POST {page}/link"), format!("GET {landing}"), format!("POST {landing}")];
    secrets.push(secret("link", &link, &of_landing));
    secrets.push(secret("download", &download, &[format!("POST {landing}")]));
    secrets.extend(["correct horse", "correct+horse", "wrong battery"].map(|text| secret("link password", text, &[])));

    let people = format!("/people/{partner}");
    let invited = browser.post(&format!("{people}/invite"), "email=nora%40alfa.example&role=sales_agent").await;
    let invitation = between(&invited.body, "http://perpetua.test/invitation/", "<");
    let address = format!("/invitation/{invitation}");
    let nora = Browser::of(router, heard, stranger(test)).await;
    nora.get(&address).await;
    nora.post(&address, "name=Nora&password=correct+battery+staple&again=other+staple").await;
    nora.post(&address, "name=Nora&password=correct+battery+staple&again=correct+battery+staple").await;
    nora.post("/sign-in", "email=nora%40alfa.example&password=mistaken+battery+staple").await;
    let signed_in = nora.post("/sign-in", "email=nora%40alfa.example&password=correct+battery+staple").await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
    let of_invitation = [format!("POST {people}/invite"), format!("GET {address}"), format!("POST {address}")];
    secrets.push(secret("invitation", &invitation, &of_invitation));
    let passwords = ["correct battery staple", "correct+battery+staple", "mistaken battery staple", "other staple"];
    secrets.extend(passwords.map(|text| secret("password", text, &[])));

    let members = browser.get("/partner/people").await.body;
    let nora_id = between(&members[members.find("nora@alfa.example").unwrap()..], "name=\"person\" value=\"", "\"");
    let reset = browser.post(&format!("{people}/new-password"), &format!("person={nora_id}&email=nora")).await;
    let reset = between(&reset.body, "http://perpetua.test/reset/", "<");
    nora.get(&format!("/reset/{reset}")).await;
    let of_reset = [format!("POST {people}/new-password"), format!("GET /reset/{reset}")];
    secrets.push(secret("reset", &reset, &of_reset));

    for path in [
        "/partner",
        "/partner/customers",
        "/partner/orders",
        "/partner/people",
        "/partner/activity",
        "/activity.csv",
        "/partner/nowhere",
        &page,
        &chosen,
    ] {
        browser.get(path).await;
    }
    cancel(&browser, &page).await;
    let cancelled = browser.get(&page).await.body;
    assert!(cancelled.contains("Karel") && cancelled.contains("used 1 of 2"), "the link and its use: {cancelled}");
    secrets
}

/// Cancels all of a purchase by the form of its page.
async fn cancel(browser: &Browser, page: &str) {
    let form = browser.get(&format!("{page}/cancel")).await.body;
    let mut fields = "problem_type=refund&impact=moderate&reason=Twice&contact_phone=%2B420777123456".to_owned();
    let shown = ["form_token", "quantity-0", "title", "customer", "order", "amount", "contact_name", "contact_email"];
    for name in shown {
        let value = field(&form, name);
        let value = percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC);
        fields = format!("{fields}&{name}={value}");
    }
    let done = browser.post(&format!("{page}/cancel"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

/// The cookie of a browser in which nobody signed in.
fn stranger(test: &TestApp) -> String {
    format!("perpetua={}", *test.app.entropy.token().expose())
}

/// The 32 characters of the page that shows a key, in its groups.
fn shown_key(html: &str) -> String {
    let shown = between(html, "id=\"key-text\"", "</div>");
    let groups: Vec<&str> = shown.split("<span>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(groups.len(), 8, "{shown}");
    groups.join("-")
}

fn router(test: &TestApp, attempts_per_minute: u32) -> Router {
    let limits = Limits::per_minute(attempts_per_minute);
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits, metrics: None });
    perpetua_portal::router(&site).layer(from_fn_with_state(site.clone(), headers::layer)).with_state(site)
}

/// Aim: a secret is read where it is meant to be shown and nowhere else. Method: people's ways through the portal,
/// every answer and the whole log kept, and a search for each secret.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_stand_only_in_the_answers_that_are_made_to_show_them() {
    let log = Log::default();
    let writer = log.clone();
    let logger = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    tracing::subscriber::set_global_default(logger.with_writer(move || writer.clone()).finish()).unwrap();
    let test = TestApp::start(Engine::Sqlite).await.unwrap();
    let router = router(&test, 0);
    let heard = Arc::default();
    let secrets = walk(&test, &router, &heard).await;

    let heard = heard.lock().unwrap();
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("/partner/customers/{customer}/software/{line}/key"), "the log was captured: {log}");
    for Secret { what, text, shown_by } in &secrets {
        assert!(text.len() > 8, "{what}: {text}");
        assert!(!log.contains(text.as_str()), "a {what} stands in the log");
        for answer in heard.iter() {
            let holds = answer.body.contains(text.as_str()) || answer.headers.contains(text.as_str());
            assert!(!holds || shown_by.contains(&answer.to), "a {what} stands in the answer to {}", answer.to);
        }
        let is_shown = |to: &String| heard.iter().any(|answer| answer.to == *to);
        assert!(shown_by.iter().all(is_shown), "{what}: {shown_by:?}");
    }
}

#[test]
fn guessing_links_is_limited_and_counted_per_network_and_looking_at_a_real_one_is_not() {
    TestApp::each(|test| async move {
        let router = router(&test, 3);
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let session = test.session(&agent).await.expose().to_string();
        let browser = Browser::of(&router, &Arc::default(), format!("perpetua={session}")).await;
        let (page, medium) = given_purchase(&test, &agent).await;
        let link =
            browser.post(&format!("{page}/link"), &format!("media={medium}&days=1&uses=2&recipient=Karel")).await;
        let link = format!("/l/{}", between(&link.body, "http://perpetua.test/l/", "<"));
        let look = async |address: &str, path: &str| {
            browser.send_from(address.parse().unwrap(), "GET", path, String::new()).await.status
        };
        for _ in 0..8 {
            assert_eq!(look("2001:db8:1:2::1", &link).await, StatusCode::OK);
        }
        for address in ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:3::1"] {
            assert_eq!(look(address, "/l/guess").await, StatusCode::NOT_FOUND);
        }
        assert_eq!(look("2001:db8:1:2:ffff::9", "/l/guess").await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(look("2001:db8:1:3::1", "/l/guess").await, StatusCode::NOT_FOUND);
        let rows = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM anonymous_attempt WHERE kind = 'link_unknown'";
        assert_eq!(test.number(rows).await, 2, "a row per network and minute, not per address");
        let attempts = "SELECT CAST(SUM(attempts) AS BIGINT) AS number FROM anonymous_attempt";
        assert_eq!(test.number(attempts).await, 4, "what is refused by the limit is not written");
    });
}
