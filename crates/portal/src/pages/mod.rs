//! The table of contents: which path leads to which handler, by area.

mod auth;
mod cancel;
mod credit_note;
mod requests;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new().merge(auth::routes()).merge(cancel::routes()).merge(requests::routes()).merge(credit_note::routes())
}
