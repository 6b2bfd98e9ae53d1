//! What the operator's monitoring asks: alive, ready, figures.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::site::SiteState;

/// Who may read `/metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsFor {
    /// Callers on this machine, not through a proxy.
    ThisMachine,
    /// Whoever reaches the listener.
    Everybody,
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes(metrics: MetricsFor) -> Router<SiteState> {
    let figures = get(figures).layer(from_fn_with_state(metrics, guard));
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", figures)
}

/// Figures tell about business, so strangers get none. A proxy on this machine asks for somebody elsewhere.
async fn guard(State(metrics): State<MetricsFor>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_local = peer.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback());
    let is_forwarded = ["x-forwarded-for", "forwarded"].iter().any(|name| request.headers().contains_key(*name));
    if metrics == MetricsFor::Everybody || (is_local && !is_forwarded) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, "figures are for this machine only; see metrics.public\n").into_response()
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

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;

    async fn status(metrics: MetricsFor, peer: &str, forwarded: Option<&str>) -> u16 {
        let figures = get(|| async { "1" }).layer(from_fn_with_state(metrics, guard));
        let mut request = Request::get("/metrics");
        if let Some(forwarded) = forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        let router: Router = Router::new().route("/metrics", figures);
        router.oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn figures_are_for_this_machine_unless_opened() {
        let (local, remote) = ("127.0.0.1:4000", "192.0.2.1:4000");
        assert_eq!(status(MetricsFor::ThisMachine, local, None).await, 200);
        assert_eq!(status(MetricsFor::ThisMachine, "[::1]:4000", None).await, 200);
        assert_eq!(status(MetricsFor::ThisMachine, remote, None).await, 403);
        assert_eq!(status(MetricsFor::ThisMachine, local, Some("192.0.2.1")).await, 403, "through a proxy");
        assert_eq!(status(MetricsFor::Everybody, remote, None).await, 200);
    }
}
