//! What every answer carries, and the one log line per request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::HEXLOWER;
use perpetua_app::entropy::EntropyExt as _;

use crate::problem::Failed;
use crate::site::SiteState;

/// The id under which a request is found in the log; error pages show it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Nothing from elsewhere, no inline script or style, no frame around us.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The policy of a page whose form is answered with a redirect to another site: browsers follow it only
/// to the sources named here. `None` when `source` holds anything but the characters of scheme, host and port.
pub fn policy_with_forms_to(source: &str) -> Option<HeaderValue> {
    let is_plain = source.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/.-*".contains(&byte));
    let policy = CSP.replace("form-action 'self'", &format!("form-action 'self' {source}"));
    HeaderValue::from_str(&policy).ok().filter(|_| is_plain)
}

/// Gives the request its id, logs and counts it, and sets the headers of every answer.
pub async fn layer(State(site): State<SiteState>, mut request: Request, next: Next) -> Response {
    let id = HEXLOWER.encode(&site.app.entropy.bytes::<8>());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // The route, not the path: paths may hold tokens (I7).
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let started = Instant::now();
    let mut response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status().as_u16();
    let problem = response.extensions().get::<Failed>();
    let code = problem.map_or("", |failed| failed.0.code);
    let source = problem.and_then(|failed| failed.0.private_source()).unwrap_or_default();
    if status >= 500 {
        tracing::error!(request_id = id, %method, route, status, code, source, took_us = took.as_micros(), "request failed");
    } else {
        tracing::info!(request_id = id, %method, route, status, code, took_us = took.as_micros(), "request");
    }
    metrics::counter!("perpetua_requests_total", "status" => format!("{}xx", status / 100)).increment(1);
    metrics::histogram!("perpetua_request_seconds").record(took.as_secs_f64());
    decorate(&site, &mut response, &id);
    response
}

fn decorate(site: &SiteState, response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(HeaderName::from_static("x-request-id"), id);
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()");
    set(header::CACHE_CONTROL, "no-store");
    if site.is_secure() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
