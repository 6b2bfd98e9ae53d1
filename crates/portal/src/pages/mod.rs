//! The table of contents: which path leads to which handler, by area.

mod auth;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new().merge(auth::routes())
}
