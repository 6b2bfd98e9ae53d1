//! Who visits: the cookie, the session behind it, and where the request came from.
//!
//! Every browser gets a random cookie at its first visit and a new one when it signs in. Forms carry
//! a token that follows from the cookie, so that no other site can post them.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE64URL_NOPAD;
use perpetua_app::entropy::{EntropyExt as _, Token};
use perpetua_app::identity::{self, Session};
use perpetua_app::{Caller, Kind, Origin, Problem};
use perpetua_i18n::Lang;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::headers::RequestId;
use crate::problem::Failed;
use crate::site::{Site, SiteState};

/// A browser, signed in or not.
#[derive(Clone)]
pub struct Visitor {
    /// The installation and the web's own things.
    pub site: SiteState,
    /// The cookie's value.
    pub token: Token,
    /// The session behind it.
    pub session: Option<Arc<Session>>,
    /// Where the request came from.
    pub origin: Origin,
    /// The word of the theme cookie: `auto`, `light` or `dark`.
    pub theme: String,
    /// Path and query of the request.
    pub here: String,
}

impl Visitor {
    /// The token that forms of this browser carry.
    pub fn csrf(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"perpetua form token");
        hash.update(self.token.hash());
        BASE64URL_NOPAD.encode(&hash.finalize())
    }

    /// Whether a form's token is this browser's.
    ///
    /// # Errors
    ///
    /// `form_expired`, with advice to load the page again.
    pub fn check_csrf(&self, sent: &str) -> Result<(), Problem> {
        let expected = self.csrf();
        if bool::from(expected.as_bytes().ct_eq(sent.as_bytes())) {
            Ok(())
        } else {
            Err(Problem::invalid("form_expired"))
        }
    }

    /// The caller, when somebody is signed in and acts for a tenant.
    pub fn caller(&self) -> Option<Caller> {
        self.session.as_ref()?.caller(&self.origin)
    }

    /// A fresh token that makes a form count once (I2).
    pub fn form_token(&self) -> String {
        self.site.app.entropy.token().expose().to_string()
    }
}

impl FromRequestParts<SiteState> for Visitor {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &SiteState) -> Result<Self, Failed> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::internal("no visitor layer").into())
    }
}

/// A visitor who is signed in and acts for a tenant; anybody else is sent to sign in or to choose.
pub struct SignedIn {
    /// Who acts.
    pub caller: Caller,
    /// The browser.
    pub visitor: Visitor,
}

impl FromRequestParts<SiteState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &SiteState) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let to = percent_encoding::utf8_percent_encode(&visitor.here, percent_encoding::NON_ALPHANUMERIC);
        match (&visitor.session, visitor.caller()) {
            (_, Some(caller)) => Ok(Self { caller, visitor }),
            (Some(_), None) => Err(Redirect::to(&format!("/choose?to={to}")).into_response()),
            (None, None) => Err(Redirect::to(&format!("/sign-in?to={to}")).into_response()),
        }
    }
}

/// Finds out who visits and gives new browsers their cookie.
pub async fn layer(State(site): State<SiteState>, mut request: Request, next: Next) -> Response {
    let (token, is_new) = match cookie(request.headers(), cookie_name(&site)).and_then(|value| Token::parse(&value)) {
        Some(token) => (token, false),
        None => (site.app.entropy.token(), true),
    };
    let session = match resume(&site, &token, is_new).await {
        Ok(session) => session,
        Err(problem) => return Failed::from(problem).into_response(),
    };
    let visitor = recognise(&site, &request, token.clone(), session);
    request.extensions_mut().insert(visitor);
    let mut response = next.run(request).await;
    if is_new && !response.headers().contains_key(header::SET_COOKIE) {
        set_cookie(&site, &mut response, &token);
    }
    response
}

async fn resume(site: &Site, token: &Token, is_new: bool) -> Result<Option<Session>, Problem> {
    if is_new {
        return Ok(None);
    }
    let session = identity::resume(&site.app, token).await?;
    if let Some(session) = &session {
        identity::touch(&site.app, session).await?;
    }
    Ok(session)
}

fn recognise(site: &SiteState, request: &Request, token: Token, session: Option<Session>) -> Visitor {
    let headers = request.headers();
    let lang = cookie(headers, "lang")
        .and_then(|tag| Lang::from_tag(&tag))
        .or_else(|| session.as_ref().and_then(|session| Lang::from_tag(&session.person.language)))
        .unwrap_or_else(|| Lang::negotiate(text(headers, header::ACCEPT_LANGUAGE)));
    let network = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string());
    let request_id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let origin = Origin {
        request_id,
        network,
        agent: text(headers, header::USER_AGENT).chars().take(200).collect(),
        lang,
        wire: None,
    };
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let theme = cookie(headers, "theme").unwrap_or_else(|| "auto".to_owned());
    Visitor { site: site.clone(), token, session: session.map(Arc::new), origin, theme, here }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The `__Host-` prefix keeps other hosts from planting the cookie; browsers accept it over https only.
fn cookie_name(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-perpetua" } else { "perpetua" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}

/// Gives the browser its cookie: out of reach of scripts and of other sites.
pub fn set_cookie(site: &Site, response: &mut Response, token: &Token) {
    let secure = if site.is_secure() { "; Secure" } else { "" };
    let value = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", cookie_name(site), &*token.expose());
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A preference cookie, such as `lang` or `theme`: a plain word that holds for a year.
pub fn set_preference(site: &Site, response: &mut Response, name: &str, word: &str) {
    let secure = if site.is_secure() { "; Secure" } else { "" };
    let value = format!("{name}={word}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Counts an attempt of the visitor's network ([`Origin::source`]).
///
/// # Errors
///
/// `too_many_attempts` with the seconds to wait.
pub fn limit(visitor: &Visitor, kind: &'static str) -> Result<(), Problem> {
    let now = visitor.site.app.real_clock.now();
    visitor
        .site
        .limits
        .attempt(&visitor.origin.source(), kind, now)
        .map_err(|seconds| Problem::new(Kind::TooMany, "too_many_attempts").retry_after(seconds))
}
