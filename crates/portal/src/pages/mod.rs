//! The table of contents: which path leads to which handler, by area.

mod auth;
mod cancel;
mod credit_note;
mod media;
mod prices;
mod requests;
mod terms;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .merge(auth::routes())
        .merge(prices::routes())
        .merge(media::routes())
        .merge(terms::routes())
        .merge(cancel::routes())
        .merge(requests::routes())
        .merge(credit_note::routes())
}
