//! From a problem to a status code; each surface adds its own body.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use perpetua_app::{Kind, Problem};
use std::sync::Arc;

/// The status of a problem.
pub fn status_of(problem: &Problem) -> StatusCode {
    match problem.kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::SignIn => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A handler's failure on its way to the surface's one renderer, which finds it in the answer's
/// extensions and gives it a body in the visitor's language.
#[derive(Debug, Clone)]
pub struct Failed(pub Arc<Problem>);

impl<P: Into<Problem>> From<P> for Failed {
    fn from(problem: P) -> Self {
        Self(Arc::new(problem.into()))
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = status_of(&self.0).into_response();
        if let Some(seconds) = self.0.retry_after_seconds {
            response.headers_mut().insert("retry-after", seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}
