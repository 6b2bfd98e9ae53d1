//! `POST /demo/clock`: moves business time forward, so that sixty days pass in a second.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Extension, Json, Router};
use bytes::Bytes;
use jiff::{Span, Timestamp};
use perpetua_app::clock::{Clock as _, ShiftedClock};
use perpetua_http::SiteState;
use serde::Deserialize;
use serde_json::json;

/// The demo's own route.
pub fn routes(clock: Arc<ShiftedClock>) -> Router<SiteState> {
    Router::new().route("/demo/clock", post(shift)).layer(Extension(clock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    advance: Option<String>,
    set: Option<String>,
}

enum Shift {
    Advance(Span),
    Set(Timestamp),
}

/// What is not UTF-8, no JSON, or says neither or both is no shift.
fn read(body: &[u8]) -> Option<Shift> {
    let body: Body = serde_json::from_slice(body).ok()?;
    match (body.advance, body.set) {
        (Some(span), None) => span.parse().ok().map(Shift::Advance),
        (None, Some(to)) => to.parse().ok().map(Shift::Set),
        _ => None,
    }
}

async fn shift(
    State(site): State<SiteState>,
    Extension(clock): Extension<Arc<ShiftedClock>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_same_origin(&site, &headers) {
        return refuse(StatusCode::FORBIDDEN, "foreign_origin", "the request comes from another site");
    }
    let shift = body.ok().and_then(|body| read(&body));
    let Some(shift) = shift else {
        return refuse(StatusCode::BAD_REQUEST, "bad_shift", "send {\"advance\":\"P61D\"} or {\"set\":\"RFC 3339\"}");
    };
    let moved = match shift {
        Shift::Advance(span) => clock.advance(span),
        Shift::Set(to) => clock.set(to),
    };
    match moved {
        Ok(now) => Json(json!({ "now": now.to_string() })).into_response(),
        Err(error) => refuse(StatusCode::BAD_REQUEST, "bad_shift", &format!("{error}; now is {}", clock.now())),
    }
}

/// A page elsewhere must not move the clock; programs send neither header.
fn is_same_origin(site: &SiteState, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let fetched = matches!(text("sec-fetch-site"), None | Some("same-origin" | "none"));
    fetched && text("origin").is_none_or(|origin| origin == site.app.settings.public_url)
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({ "code": code, "message": message }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_well_formed_shift_is_read() {
        assert!(matches!(read(b"{\"advance\":\"P61D\"}"), Some(Shift::Advance(_))));
        assert!(matches!(read(b"{\"set\":\"2026-03-02T09:00:00Z\"}"), Some(Shift::Set(_))));
        let both = b"{\"advance\":\"P1D\",\"set\":\"2026-03-02T09:00:00Z\"}";
        for wrong in [&b"\xff\xfe"[..], b"", b"{", b"[]", b"{}", b"{\"advance\":\"61\"}", b"{\"other\":1}", both] {
            assert!(read(wrong).is_none(), "{wrong:?}");
        }
    }
}
