//! A browser as far as forms need one: a cookie, pages, and the fields of their forms.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use perpetua_app::Caller;
use perpetua_http::limits::Limits;
use perpetua_http::{Site, SiteState};
use perpetua_test_support::TestApp;
use tower::ServiceExt as _;

/// A browser of one person.
pub struct Browser {
    pub router: Router,
    pub cookie: String,
}

/// What a path answered.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    /// Where a redirect leads; empty for none.
    pub location: String,
    pub html: String,
}

impl Browser {
    /// Signed in as the caller, in English or another language.
    pub async fn of(test: &TestApp, caller: &Caller, lang: &str) -> Self {
        let token = test.session(caller).await;
        Self { router: router(test), cookie: format!("perpetua={}; lang={lang}", *token.expose()) }
    }

    /// Signed in as nobody.
    pub fn of_nobody(test: &TestApp) -> Self {
        Self { router: router(test), cookie: "lang=en".to_owned() }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Posts these fields as a form.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let request = request.header(header::COOKIE, &self.cookie).body(body).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let location = response.headers().get(header::LOCATION).map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let html = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(!html.contains('«'), "a message is missing: {html}");
        Page { status, location: location.unwrap_or_default(), html }
    }
}

fn router(test: &TestApp) -> Router {
    let site: SiteState = Arc::new(Site { app: test.app.clone(), limits: Limits::per_minute(0), metrics: None });
    perpetua_portal::router(&site).with_state(site)
}

impl Page {
    /// The fields of the form that posts to `action`, as a browser would send them untouched.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let named = format!("action=\"{action}\"");
        // One that asks may stand before the one that changes.
        let start = self.html.find(&format!("{named} method=\"post\"")).or_else(|| self.html.find(&named));
        let start = start.unwrap_or_else(|| panic!("{}", self.html));
        let form = &self.html[start..];
        let form = &form[..form.find("</form>").unwrap()];
        let mut fields = Vec::new();
        for tag in form.split('<').skip(1) {
            let attribute = |name: &str| {
                let rest = tag.split_once(&format!(" {name}=\""))?.1;
                Some(unescape(rest.split('"').next().unwrap_or_default()))
            };
            match (tag.split([' ', '>']).next().unwrap_or_default(), attribute("name")) {
                ("input", Some(name)) => fields.push((name, attribute("value").unwrap_or_default())),
                ("select", Some(name)) => fields.push((name, String::new())),
                ("textarea", Some(name)) => {
                    fields.push((name, unescape(tag.split_once('>').map_or("", |(_, text)| text))));
                }
                ("option", _) if tag.contains(" selected") => {
                    if let Some(last) = fields.last_mut() {
                        last.1 = attribute("value").unwrap_or_default();
                    }
                }
                _ => {}
            }
        }
        fields
    }
}

fn unescape(text: &str) -> String {
    let named = text.replace("&#38;", "&").replace("&amp;", "&").replace("&#34;", "\"").replace("&quot;", "\"");
    named.replace("&#39;", "'").replace("&lt;", "<").replace("&#60;", "<").replace("&gt;", ">").replace("&#62;", ">")
}

/// The value of a field.
pub fn value<'a>(fields: &'a [(String, String)], name: &str) -> &'a str {
    fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
}

/// Types into a field.
pub fn fill(fields: &mut Vec<(String, String)>, name: &str, text: &str) {
    match fields.iter_mut().find(|(found, _)| found == name) {
        Some((_, value)) => text.clone_into(value),
        None => fields.push((name.to_owned(), text.to_owned())),
    }
}
