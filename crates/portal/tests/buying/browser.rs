//! A signed-in browser without a network: requests go straight to the router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use perpetua_app::Caller;
use perpetua_http::Site;
use perpetua_http::limits::Limits;
use perpetua_test_support::TestApp;
use tower::ServiceExt as _;

pub(crate) struct Browser {
    router: Router,
    cookie: String,
}

/// An answer with its whole text.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) text: String,
}

impl Browser {
    pub(crate) async fn open(test: &TestApp, caller: &Caller) -> Self {
        let site = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
        let router = perpetua_portal::router(&site).with_state(site);
        Self { router, cookie: format!("perpetua={}", *test.session(caller).await.expose()) }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), String::new()).await
    }

    /// Posts a form with the token that pages of this browser carry.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get("/partner").await.field("csrf");
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let pairs = fields.iter().map(|(name, value)| format!("&{}={}", encode(name), encode(value)));
        let body = format!("csrf={}{}", encode(&csrf), pairs.collect::<String>());
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, body).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: String) -> Page {
        let request = request.header(header::COOKIE, &self.cookie).body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let bytes = axum::body::to_bytes(response.into_body(), 4 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Page { status, location: location.unwrap_or_default(), text }
    }
}

impl Page {
    /// The value of the first field of this name.
    pub(crate) fn field(&self, name: &str) -> String {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
        rest.split('"').next().unwrap().to_owned()
    }

    /// The first value of an attribute that holds this text.
    pub(crate) fn attribute(&self, name: &str, holding: &str) -> String {
        let start = format!("{name}=\"");
        let mut values = self.text.split(&start).skip(1).filter_map(|rest| rest.split('"').next());
        let found = values.find(|value| value.contains(holding)).expect(holding);
        found.replace("&amp;", "&").replace("&#38;", "&")
    }
}
