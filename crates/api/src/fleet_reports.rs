//! The way in for migration scripts: `POST /fleet/v1/report` with the token of a wave and lines of `report.csv`.
//!
//! No account. Attempts with a token that is unknown are counted per network, so that tokens cannot be guessed; good
//! reports are not, so that a whole site can report at once.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use perpetua_app::fleet::{REPORT_BYTES_MAX, Reported, report};
use perpetua_app::{Kind, Problem};
use perpetua_http::SiteState;
use perpetua_i18n::{Lang, text};
use serde_json::{Value, json};

use crate::devices::origin;

/// What attempts are counted as.
const OF_NETWORK: &str = "fleet_report";

/// The address.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/fleet/v1/report", post(take))
}

async fn take(State(site): State<SiteState>, request: Request) -> Response {
    let origin = origin(&request);
    let (source, now) = (origin.source(), site.app.real_clock.now());
    if let Some(seconds) = site.limits.is_over(&source, OF_NETWORK, now) {
        let mut response = refused(origin.lang, &Problem::new(Kind::TooMany, "too_many_attempts"));
        if let Ok(value) = seconds.to_string().parse() {
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        return response;
    }
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = authorization.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default().trim().to_owned();
    let done = match to_bytes(request.into_body(), REPORT_BYTES_MAX + 1).await {
        Ok(body) => report(&site.app, &origin, &token, &body).await,
        Err(_) => Err(Problem::invalid("fleet_report_too_large")),
    };
    match done {
        Ok(Reported { accepted, known, ignored, is_held }) => {
            let body = json!({ "accepted": accepted, "known": known, "ignored": ignored, "stop": is_held });
            answer(StatusCode::OK, &body)
        }
        Err(problem) => {
            if problem.kind != Kind::Busy && problem.kind != Kind::Internal {
                let _ = site.limits.attempt(&source, OF_NETWORK, now);
            }
            refused(origin.lang, &problem)
        }
    }
}

fn refused(lang: Lang, problem: &Problem) -> Response {
    let status = match problem.kind {
        Kind::SignIn => StatusCode::UNAUTHORIZED,
        Kind::Invalid if problem.code == "fleet_report_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Busy | Kind::Conflict => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    if let Some(source) = problem.private_source() {
        tracing::error!(code = problem.code, source, "a report of scripts was not taken");
    }
    let sentence = text(lang, &format!("error-{}", problem.code));
    answer(status, &json!({ "code": problem.code, "description": sentence }))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
