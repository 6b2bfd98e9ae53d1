//! The table of contents: which path leads to which handler, by area.

mod activity;
mod add_products;
mod apps;
mod asked;
mod auth;
mod buying;
mod cancel;
mod canned;
mod consent;
mod credit_note;
mod cursor;
mod customers;
mod desk;
mod desk_queue;
mod hand_over;
mod holidays;
mod home;
mod invitation;
mod invoices;
mod mail_choices;
mod media;
mod migration;
mod money;
mod orders;
mod partners;
pub mod people;
mod personal_data;
mod place;
mod prices;
mod public;
mod relations;
mod report;
mod requests;
mod rules;
mod search;
mod software;
mod terms;

use axum::Router;
use perpetua_http::SiteState;

/// All pages.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .merge(activity::routes())
        .merge(apps::routes())
        .merge(auth::routes())
        .merge(hand_over::routes())
        .merge(home::routes())
        .merge(consent::routes())
        .merge(prices::routes())
        .merge(media::routes())
        .merge(migration::routes())
        .merge(terms::routes())
        .merge(rules::routes())
        .merge(cancel::routes())
        .merge(requests::routes())
        .merge(report::routes())
        .merge(desk::routes())
        .merge(desk_queue::routes())
        .merge(canned::routes())
        .merge(holidays::routes())
        .merge(personal_data::routes())
        .merge(asked::routes())
        .merge(credit_note::routes())
        .merge(customers::routes())
        .merge(invitation::routes())
        .merge(invoices::routes())
        .merge(mail_choices::routes())
        .merge(partners::routes())
        .merge(people::routes())
        .merge(relations::routes())
        .merge(search::routes())
        .merge(add_products::routes())
        .merge(buying::routes())
        .merge(orders::routes())
        .merge(public::routes())
        .merge(software::routes())
}
