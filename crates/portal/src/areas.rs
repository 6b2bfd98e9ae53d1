//! Whose portal a path belongs to: `/operator`, `/partner` and `/customer` exist for people of that
//! kind only. What they may do there is asked by each use case; this keeps one portal from showing
//! itself to another's people (M20).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use perpetua_app::Problem;
use perpetua_domain::access::TenantKind;
use perpetua_http::{Failed, Visitor};

/// Answers "not found" to people of another kind.
pub async fn layer(request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Visitor>().and_then(Visitor::caller);
    match (caller, kind_of(request.uri().path())) {
        (Some(caller), Some(kind)) if caller.kind != kind => Failed::from(Problem::not_found()).into_response(),
        _ => next.run(request).await,
    }
}

fn kind_of(path: &str) -> Option<TenantKind> {
    path.split('/').nth(1).and_then(TenantKind::parse)
}
