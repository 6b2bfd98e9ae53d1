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
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use perpetua_app::{Caller, Problem};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{LinkId, MachineId, OrderLineId, TenantId};
use perpetua_http::{Failed, SignedIn, SiteState, Visitor};
use serde::Deserialize;

use crate::views::frame::{Link, NavItem};
use crate::views::partner::customer_tabs;

/// The paths of all three portals.
pub fn routes() -> Router<SiteState> {
    let mut router = Router::new().route("/customer/key-views", get(list::key_views));
    for base in ["/partner/customers/{customer}", "/customer", "/operator/customers/{customer}"] {
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

#[derive(Deserialize)]
struct Params {
    #[serde(default)]
    customer: String,
    #[serde(default)]
    line: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    machine: String,
    #[serde(default)]
    hand_over: String,
}

/// The customer that a path is about, and the path of its pages in the caller's portal.
pub fn place_of(caller: &Caller, visitor: &Visitor, customer: &str) -> Result<(TenantId, String), Problem> {
    // A portal serves its own sort of tenant only, so a partner reads nothing by way of the customer's (I6).
    let home = match caller.kind {
        TenantKind::Partner => "/partner/",
        TenantKind::Customer => "/customer/",
        TenantKind::Operator => "/operator/",
    };
    if !visitor.here.starts_with(home) {
        return Err(Problem::not_found());
    }
    if caller.kind == TenantKind::Customer {
        return Ok((caller.tenant, "/customer".to_owned()));
    }
    let customer = customer.parse().map_err(|_| Problem::not_found())?;
    Ok((customer, format!("{home}customers/{customer}")))
}

/// Who asks, in which portal, about which customer.
struct At {
    caller: Caller,
    visitor: Visitor,
    customer: TenantId,
    /// The path of the customer's pages.
    base: String,
    params: Params,
}

impl At {
    fn new(signed_in: SignedIn, params: Params) -> Result<Self, Problem> {
        let SignedIn { caller, visitor } = signed_in;
        let (customer, base) = place_of(&caller, &visitor, &params.customer)?;
        Ok(Self { caller, visitor, customer, base, params })
    }

    /// The path of the list.
    fn list(&self) -> String {
        format!("{}/software", self.base)
    }

    /// The path of the purchase.
    fn purchase(&self) -> String {
        format!("{}/software/{}", self.base, self.params.line)
    }

    fn line(&self) -> Result<OrderLineId, Problem> {
        self.params.line.parse().map_err(|_| Problem::not_found())
    }

    fn link(&self) -> Result<LinkId, Problem> {
        self.params.link.parse().map_err(|_| Problem::not_found())
    }

    fn machine(&self) -> Result<MachineId, Problem> {
        self.params.machine.parse().map_err(|_| Problem::not_found())
    }

    fn tabs(&self) -> Vec<NavItem> {
        match self.caller.kind {
            TenantKind::Partner => customer_tabs(&self.base, "nav-software"),
            TenantKind::Customer | TenantKind::Operator => Vec::new(),
        }
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

impl FromRequestParts<SiteState> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &SiteState) -> Result<Self, Response> {
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        let params = Path::<Params>::from_request_parts(parts, state).await;
        let Path(params) = params.map_err(|_| Failed::from(Problem::not_found()).into_response())?;
        Self::new(signed_in, params).map_err(|problem| Failed::from(problem).into_response())
    }
}
