//! A program as far as the interface needs one: a token, JSON, and the headers of answers.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use perpetua_api::Api;
use perpetua_app::Caller;
use perpetua_app::apps::{self, Register};
use perpetua_app::consent::{self, Asked};
use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::id::TenantId;
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::TestApp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

/// A program of one partner.
#[derive(Clone)]
pub struct Client {
    pub router: Router,
    pub token: String,
    /// Headers of every call, as `MS-PartnerCenter-Client`.
    pub headers: Vec<(String, String)>,
}

/// What a call answered.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.bytes)))
    }

    /// Status and error code.
    pub fn fault(&self) -> (u16, u64) {
        (self.status.as_u16(), self.json()["code"].as_u64().unwrap_or_else(|| panic!("{self:?}")))
    }
}

/// The interface of a test's installation.
pub fn router(test: &TestApp) -> Router {
    router_limited(test, 0)
}

/// The same with a limit of calls a minute per partner and family.
pub fn router_limited(test: &TestApp, calls_per_minute: u32) -> Router {
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    let api = Api::new(site.clone(), calls_per_minute);
    let nowhere = || async { StatusCode::NOT_IMPLEMENTED };
    Router::new().fallback(nowhere).layer(from_fn_with_state(api, perpetua_api::layer)).with_state(())
}

/// Registers a program of the partner: client id and secret.
pub async fn register(test: &TestApp, partner: TenantId, roles: &[Role], rights: AppRights) -> (String, String) {
    let admin = test.caller(partner, &[Role::AdminAgent]).await;
    let command = Register {
        name: "Test".to_owned(),
        roles: roles.to_vec(),
        rights,
        redirect_uris: vec!["http://localhost".to_owned()],
    };
    let id = apps::register(&test.app, &admin, command).await.unwrap();
    let secret = apps::add_secret(&test.app, &admin, id, "first".to_owned(), 30).await.unwrap();
    (id.to_string(), secret.secret.expose().to_string())
}

impl Client {
    /// A program with every right and the admin agent's role.
    pub async fn of(test: &TestApp, partner: TenantId) -> Self {
        Self::with(test, partner, &[Role::AdminAgent], AppRights { keys: true, cancel: true }).await
    }

    /// A program with these roles and rights.
    pub async fn with(test: &TestApp, partner: TenantId, roles: &[Role], rights: AppRights) -> Self {
        let (id, secret) = register(test, partner, roles, rights).await;
        let mut client = Self { router: router(test), token: String::new(), headers: Vec::new() };
        let form = format!(
            "grant_type=client_credentials&client_id={id}&client_secret={secret}&resource=https://graph.windows.net"
        );
        let reply = client.form(&format!("/{partner}/oauth2/token"), &form).await;
        client.token = reply.json()["access_token"].as_str().unwrap().to_owned();
        client
    }

    /// A program that a person of a partner lets act in their name.
    pub async fn acting_for(test: &TestApp, person: &Caller) -> Self {
        let (id, secret) = register(test, person.tenant, &[], AppRights::default()).await;
        let verifier = "a-verifier-of-at-least-forty-three-characters-0123";
        let challenge = data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(verifier));
        let redirect_uri = "http://localhost:4711".to_owned();
        let asked = Asked { client: id.parse().unwrap(), redirect_uri, challenge, nonce: "n".to_owned() };
        let code = consent::grant(&test.app, person, asked).await.unwrap();
        let form = format!(
            "grant_type=authorization_code&client_id={id}&client_secret={secret}&code={}&redirect_uri=http://localhost:4711&code_verifier={verifier}",
            *code.expose()
        );
        let mut client = Self::of_nobody(test);
        let reply = client.form("/common/oauth2/token", &form).await;
        client.token = reply.json()["access_token"].as_str().unwrap().to_owned();
        client
    }

    /// Somebody without a token.
    pub fn of_nobody(test: &TestApp) -> Self {
        Self { router: router(test), token: String::new(), headers: Vec::new() }
    }

    /// The same program with another header on every call.
    pub fn saying(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.into()));
        other
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, Body::from(body.to_string())).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.call("PUT", path, Body::from(body.to_string())).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        self.call("PATCH", path, Body::from(body.to_string())).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call("DELETE", path, Body::empty()).await
    }

    /// A form, as token endpoints take it.
    pub async fn form(&self, path: &str, form: &str) -> Reply {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form.to_owned())).await
    }

    /// Any call with a body as it is.
    pub async fn call(&self, method: &str, path: &str, body: Body) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT, "application/json");
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        self.send(request, body).await
    }

    async fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Reply {
        for (name, value) in &self.headers {
            request = request.header(name.as_str(), value);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 24).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }
}
