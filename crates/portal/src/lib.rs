//! Pages of the operator, partner and customer portals. They hold no rules: a handler turns a request into a
//! use case's command and the outcome into one of the view structs.

mod areas;
mod assets;
mod attached;
mod failure;
#[doc(hidden)]
pub mod gallery;
mod pages;
mod shell;
mod upload;
mod views;
mod zone;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use perpetua_http::{SiteState, visitor};

/// Every page of the portal, with the layers that find out who visits and that render failures.
pub fn router(site: &SiteState) -> Router<SiteState> {
    pages::routes()
        .fallback(failure::unknown_page)
        .layer(from_fn(areas::layer))
        .layer(from_fn_with_state(site.clone(), failure::layer))
        .layer(from_fn(zone::layer))
        .layer(from_fn_with_state(site.clone(), visitor::layer))
        .merge(assets::routes())
}
