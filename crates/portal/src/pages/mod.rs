//! The table of contents: which path leads to which handler, by area.

mod add_products;
mod auth;
mod buying;
mod money;
mod orders;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new().merge(auth::routes()).merge(add_products::routes()).merge(buying::routes()).merge(orders::routes())
}
