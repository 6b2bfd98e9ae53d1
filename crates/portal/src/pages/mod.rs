//! The table of contents: which path leads to which handler, by area.

mod auth;
mod public;
mod software;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new().merge(auth::routes()).merge(public::routes()).merge(software::routes())
}
