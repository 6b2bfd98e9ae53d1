//! Programs of a partner in the portal, and the whole way from its consent page to tokens of the REST interface.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod browser;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use browser::{Browser, Page, fill, value};
use data_encoding::BASE64URL_NOPAD;
use perpetua_api::Api;
use perpetua_app::Caller;
use perpetua_app::apps::{self, Register};
use perpetua_domain::access::{AppRights, Role};
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::TestApp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";
const TOOL: &str = "https://tool.example/back";

/// Portal and interface on one router, as they are served.
fn router(test: &TestApp) -> Router {
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    let api = Api::new(site.clone(), 0);
    let pages = perpetua_portal::router(&site);
    pages.layer(from_fn_with_state(api, perpetua_api::layer)).with_state(site)
}

async fn browser_of(test: &TestApp, caller: &Caller) -> Browser {
    Browser { router: router(test), ..Browser::of(test, caller, "en").await }
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn between(text: &str, start: &str, end: &str) -> String {
    let after = text.split_once(start).unwrap_or_else(|| panic!("{start} in {text}")).1;
    after.split_once(end).unwrap().0.to_owned()
}

/// The fields of a form without its boxes, which a browser does not send unless they are ticked.
fn unticked(page: &Page, action: &str) -> Vec<(String, String)> {
    let mut fields = page.form(action);
    fields.retain(|(name, value)| value != "on" && name != "keys" && !name.starts_with("role-"));
    fields
}

#[test]
fn a_program_is_registered_once_by_the_same_form_and_its_secret_is_shown_once() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let browser = browser_of(&test, &admin).await;
        assert!(browser.get("/partner").await.html.contains("href=\"/partner/apps\""));
        let mut form = unticked(&browser.get("/partner/apps/new").await, "/partner/apps");
        fill(&mut form, "name", "Panel");
        fill(&mut form, "role-sales_agent", "on");
        fill(&mut form, "redirect_uris", "http://tool.example");
        let wrong = browser.post("/partner/apps", &form).await;
        assert!(wrong.html.contains("value=\"Panel\"") && wrong.html.contains("http://tool.example</textarea>"));
        fill(&mut form, "redirect_uris", &format!("{TOOL}\r\nhttp://localhost\r\n"));
        let made = browser.post("/partner/apps", &form).await;
        let again = browser.post("/partner/apps", &form).await;
        assert_eq!((made.status, &made.location), (StatusCode::SEE_OTHER, &again.location));
        let found = apps::list(&test.app, &admin).await.unwrap();
        assert_eq!((found.len(), found[0].rights), (1, AppRights::default()));
        assert_eq!(found[0].redirect_uris, [TOOL, "http://localhost"]);
        assert_eq!(found[0].roles, [Role::SalesAgent]);

        let path = format!("/partner/apps/{}", found[0].id);
        let one = browser.get(&path).await;
        let mut form = one.form(&format!("{path}/secrets"));
        assert_eq!(value(&form, "days"), "180");
        let nameless = browser.post(&format!("{path}/secrets"), &form).await;
        assert!(nameless.html.contains("Please fill this in."));
        fill(&mut form, "label", "web-01");
        let answer = browser.post(&format!("{path}/secrets"), &form).await;
        assert_eq!(answer.status, StatusCode::OK);
        let secret = between(&answer.html, "id=\"app-secret\">", "<");
        for page in ["/partner/apps".to_owned(), path.clone(), format!("{path}/remove"), "/partner/activity".to_owned()]
        {
            let page = browser.get(&page).await.html;
            assert!(!page.contains(&secret), "{page}");
        }
        let hint = format!("{}…", &secret[..3]);
        assert!(browser.get("/partner/apps").await.html.contains(&hint));
        let credential = apps::list(&test.app, &admin).await.unwrap()[0].credentials[0].id.to_string();
        let remove = [one.form(&format!("{path}/secrets")), pairs(&[("credential", &credential)])].concat();
        browser.post(&format!("{path}/credentials/remove"), &remove).await;
        assert!(apps::list(&test.app, &admin).await.unwrap()[0].credentials.is_empty());
    });
}

#[test]
fn a_program_is_changed_and_removed_and_a_wrong_public_key_comes_back_in_its_form() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let browser = browser_of(&test, &admin).await;
        let id = register(&test, &admin).await;
        let path = format!("/partner/apps/{id}");
        let one = browser.get(&path).await;
        let mut form = unticked(&one, &path);
        fill(&mut form, "name", "");
        fill(&mut form, "cancel", "on");
        let wrong = browser.post(&path, &form).await.html;
        assert!(wrong.contains("<details open>") && wrong.contains("name=\"cancel\" value=\"on\" checked"), "{wrong}");
        fill(&mut form, "name", "Other");
        assert_eq!(browser.post(&path, &form).await.location, format!("{path}?done=saved"));
        let changed = apps::list(&test.app, &admin).await.unwrap().remove(0);
        assert_eq!((changed.name.as_str(), changed.rights), ("Other", AppRights { keys: false, cancel: true }));
        let stale = browser.post(&path, &form).await;
        assert!(stale.html.contains("Somebody changed this in the meantime."));

        let mut key = one.form(&format!("{path}/certificates"));
        fill(&mut key, "certificate_label", "web-02");
        fill(&mut key, "certificate", "-----BEGIN PUBLIC KEY-----");
        let wrong = browser.post(&format!("{path}/certificates"), &key).await.html;
        assert!(wrong.contains("id=\"f-certificate-err\""), "{wrong}");

        let asked = browser.get(&format!("{path}/remove")).await;
        assert!(!apps::list(&test.app, &admin).await.unwrap().is_empty());
        let removed = browser.post(&format!("{path}/remove"), &asked.form(&format!("{path}/remove"))).await;
        assert_eq!(removed.location, "/partner/apps?done=app-removed");
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn others_learn_which_role_it_takes_and_a_forged_form_registers_nothing() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let id = register(&test, &admin).await;
        let agent = browser_of(&test, &test.caller(partner, &[Role::SalesAgent]).await).await;
        assert!(!agent.get("/partner").await.html.contains("href=\"/partner/apps\""));
        for path in ["/partner/apps".to_owned(), "/partner/apps/new".to_owned(), format!("/partner/apps/{id}")] {
            let refused = agent.get(&path).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
            assert!(refused.html.contains("Admin agent") && refused.html.contains(&admin.name), "{}", refused.html);
        }
        let rival = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        let rival = browser_of(&test, &rival).await.get(&format!("/partner/apps/{id}")).await;
        assert_eq!(rival.status, StatusCode::NOT_FOUND);
        let forged = pairs(&[("csrf", "forged"), ("name", "Panel"), ("form_token", "1")]);
        let refused = browser_of(&test, &admin).await.post("/partner/apps", &forged).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(apps::list(&test.app, &admin).await.unwrap().len(), 1);
    });
}

async fn register(test: &TestApp, admin: &Caller) -> String {
    let command = Register {
        name: "Panel".to_owned(),
        roles: vec![Role::SalesAgent],
        rights: AppRights { keys: true, cancel: false },
        redirect_uris: vec![TOOL.to_owned(), "http://localhost".to_owned()],
    };
    apps::register(&test.app, admin, command).await.unwrap().to_string()
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn query(client: &str, redirect_uri: &str, more: &str) -> String {
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(VERIFIER));
    format!(
        "client_id={client}&redirect_uri={}&response_type=code&state=a%26b&nonce=n&prompt=consent&scope=openid\
         &code_challenge={challenge}{more}",
        encode(redirect_uri)
    )
}

const S256: &str = "&code_challenge_method=S256";

async fn raw(router: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, to_bytes(body, 1 << 20).await.unwrap().to_vec())
}

#[test]
fn consent_in_the_portal_gives_a_code_that_the_interface_exchanges_for_tokens() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let client = register(&test, &admin).await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let browser = browser_of(&test, &agent).await;
        for path in ["/common/oauth2/authorize".to_owned(), format!("/{partner}/oauth2/v2.0/authorize")] {
            let nobody = Browser { router: router(&test), ..Browser::of_nobody(&test) };
            let here = format!("{path}?{}", query(&client, "http://localhost:4711", S256));
            let sent = nobody.get(&here).await;
            assert_eq!(sent.location, format!("/sign-in?to={}", encode(&here)));
            let page = browser.get(&here).await;
            assert!(page.html.contains("Panel") && page.html.contains("Alfa") && page.html.contains("Sales agent"));
            let allowed = browser.post(&path, &page.form(&path)).await;
            assert!(allowed.location.starts_with("http://localhost:4711?code="), "{allowed:?}");
            assert!(allowed.location.ends_with("&state=a%26b"), "{allowed:?}");
            let code = between(&allowed.location, "code=", "&");
            let form = format!(
                "grant_type=authorization_code&client_id={client}&code={code}&code_verifier={VERIFIER}\
                 &redirect_uri=http%3A%2F%2Flocalhost%3A4711"
            );
            let request = Request::post("/common/oauth2/v2.0/token")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form));
            let (status, _, body) = raw(&browser.router, request.unwrap()).await;
            let tokens: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(status, StatusCode::OK, "{tokens}");
            assert!(tokens["refresh_token"].is_string() && tokens["id_token"].is_string());
            let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
            let call = Request::get("/v1/customers").header(header::AUTHORIZATION, bearer).body(Body::empty());
            assert_eq!(raw(&browser.router, call.unwrap()).await.0, StatusCode::OK);
        }
    });
}

#[test]
fn refusing_tells_the_program_and_a_forged_answer_gives_no_code() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let client = register(&test, &admin).await;
        let browser = browser_of(&test, &admin).await;
        let path = "/common/oauth2/v2.0/authorize";
        let page = browser.get(&format!("{path}?{}", query(&client, TOOL, S256))).await;
        let mut form = page.form(path);
        fill(&mut form, "decision", "refuse");
        let refused = browser.post(path, &form).await;
        assert_eq!(refused.location, format!("{TOOL}?error=access_denied&state=a%26b"));
        fill(&mut form, "decision", "allow");
        fill(&mut form, "csrf", "forged");
        let forged = browser.post(path, &form).await;
        assert_eq!((forged.status, forged.location.as_str()), (StatusCode::BAD_REQUEST, ""));
        let token = browser.get(&format!("{path}?{}", query(&client, TOOL, S256).replace("=code&", "=token&"))).await;
        assert_eq!(token.location, format!("{TOOL}?error=unsupported_response_type&state=a%26b"));
    });
}

#[test]
fn the_answer_goes_to_registered_addresses_only_and_a_plain_challenge_is_refused() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let client = register(&test, &admin).await;
        let browser = browser_of(&test, &admin).await;
        let rival = test.caller(test.partner("Beta").await, &[Role::AdminAgent]).await;
        let foreign = register(&test, &rival).await;
        let unknown = "00000000-0000-4000-8000-000000000000";
        let cases = [
            query(&client, "https://evil.example/back", S256),
            query(&client, "https://tool.example/back/more", S256),
            query(unknown, TOOL, S256),
            query("nobody", TOOL, S256),
            query(&foreign, TOOL, S256),
            query(&client, TOOL, "&code_challenge_method=plain"),
            query(&client, TOOL, ""),
        ];
        for query in cases {
            let shown = browser.get(&format!("/common/oauth2/authorize?{query}")).await;
            assert_eq!((shown.status, shown.location.as_str()), (StatusCode::BAD_REQUEST, ""), "{query}");
            assert!(!shown.html.contains("name=\"decision\""), "{query}");
        }
        let other = format!("/{}/oauth2/authorize?{}", rival.tenant, query(&client, TOOL, S256));
        assert_eq!(browser.get(&other).await.status, StatusCode::BAD_REQUEST);
        let customer = test.customer(partner, "Northlake").await;
        let user = browser_of(&test, &test.caller(customer, &[Role::GlobalAdmin]).await).await;
        let here = format!("/common/oauth2/authorize?{}", query(&client, TOOL, S256));
        assert_eq!(user.get(&here).await.status, StatusCode::FORBIDDEN);
    });
}

#[test]
fn a_browser_may_follow_the_answer_and_keeps_neither_it_nor_a_secret() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let client = register(&test, &admin).await;
        let browser = browser_of(&test, &admin).await;
        let here = format!("/common/oauth2/authorize?{}", query(&client, TOOL, S256));
        let request = Request::get(here).header(header::COOKIE, &browser.cookie).body(Body::empty()).unwrap();
        let (_, headers, _) = raw(&browser.router, request).await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://tool.example;"), "{policy}");
        let path = format!("/partner/apps/{client}");
        let mut form = browser.get(&path).await.form(&format!("{path}/secrets"));
        fill(&mut form, "label", "web-01");
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let request = Request::post(format!("{path}/secrets"))
            .header(header::COOKIE, &browser.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")));
        let (status, headers, _) = raw(&browser.router, request.unwrap()).await;
        assert_eq!((status, headers[header::CACHE_CONTROL].to_str().unwrap()), (StatusCode::OK, "no-store"));
    });
}
