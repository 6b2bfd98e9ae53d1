//! What the operator's monitoring asks: alive, ready, figures.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::site::SiteState;

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(figures))
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(State(site): State<SiteState>) -> Response {
    let readiness = site.app.readiness().await;
    if readiness.database && readiness.media {
        return "ready\n".into_response();
    }
    let reached = |ok: bool| if ok { "reached" } else { "not reached" };
    let body = format!("database {}\nmedia {}\n", reached(readiness.database), reached(readiness.media));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}

async fn figures(State(site): State<SiteState>) -> Response {
    let Some(metrics) = &site.metrics else { return StatusCode::NOT_FOUND.into_response() };
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.render()).into_response()
}
