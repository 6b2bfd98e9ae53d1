//! Software of a customer, one purchase, its key, downloads and links: the same pages under the paths of the
//! partner's, the customer's and the operator's portal.

mod actions;
mod answer_code;
mod hand_over;
mod list;
mod machines;
mod offline;
mod purchase;
pub mod wording;

pub use machines::{reasons, suspicion};
pub use purchase::{check, signature};

use axum::Router;
use axum::routing::{get, post};
use perpetua_app::Problem;
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{LinkId, MachineId, OrderLineId};
use perpetua_http::SiteState;

use super::place::{At, BASES};
use crate::views::frame::Link;

/// The paths of all three portals.
pub fn routes() -> Router<SiteState> {
    let mut router = Router::new().route("/customer/key-views", get(list::key_views));
    for base in BASES {
        let at = |end: &str| format!("{base}/software{end}");
        router = router
            .route(&at(""), get(list::page))
            .route(&at(".csv"), get(list::csv))
            .route(&at("/{line}"), get(purchase::page))
            .route(&at("/{line}/key"), get(actions::back).post(actions::key))
            .route(&at("/{line}/download"), get(actions::back).post(actions::download))
            .route(&at("/{line}/link"), get(actions::back).post(actions::link))
            .route(&at("/{line}/hand-over"), get(actions::back).post(hand_over::give))
            .route(&at("/{line}/hand-overs/{hand_over}/revoke"), post(hand_over::revoke))
            .route(&at("/{line}/machines"), get(machines::page))
            .route(&at("/{line}/machines.csv"), get(machines::csv))
            .route(&at("/{line}/machines/requests"), post(machines::requests))
            .route(&at("/{line}/machines/answer"), post(answer_code::answer))
            .route(&at("/{line}/machines/replace"), post(offline::replace))
            .route(&at("/{line}/machines/typed"), post(offline::typed))
            .route(&at("/{line}/machines/false-alarm"), post(offline::false_alarm))
            .route(&at("/{line}/machines/{machine}/return"), post(machines::give_back))
            .route(&at("/{line}/links/{link}/revoke"), post(actions::revoke))
            .route(&at("/{line}/links/{link}/renew"), post(actions::renew));
    }
    router
}

impl At {
    /// The path of the list.
    fn list(&self) -> String {
        format!("{}/software", self.base)
    }

    /// The path of the purchase.
    fn purchase(&self) -> String {
        format!("{}/software/{}", self.base, self.named("line"))
    }

    fn line(&self) -> Result<OrderLineId, Problem> {
        self.id("line")
    }

    fn link(&self) -> Result<LinkId, Problem> {
        self.id("link")
    }

    fn machine(&self) -> Result<MachineId, Problem> {
        self.id("machine")
    }

    /// The way from the list of customers to here.
    fn crumbs(&self, customer_name: &str) -> Vec<Link> {
        match self.caller.kind {
            TenantKind::Partner => vec![
                Link::new("/partner/customers", perpetua_i18n::text(self.visitor.origin.lang, "nav-customers")),
                Link::new(self.base.clone(), customer_name),
            ],
            TenantKind::Customer | TenantKind::Operator => Vec::new(),
        }
    }

    /// The page of an order, where this portal has one.
    fn order(&self, order: perpetua_domain::id::OrderId) -> String {
        match self.caller.kind {
            TenantKind::Partner => format!("/partner/orders/{order}"),
            TenantKind::Operator => format!("/operator/orders/{order}"),
            TenantKind::Customer => String::new(),
        }
    }
}
