//! The table of contents: which path leads to which handler, by area.

mod auth;
mod cursor;
mod customers;
mod invitation;
mod partners;
pub mod people;
mod relations;
mod search;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .merge(auth::routes())
        .merge(customers::routes())
        .merge(invitation::routes())
        .merge(partners::routes())
        .merge(people::routes())
        .merge(relations::routes())
        .merge(search::routes())
}
