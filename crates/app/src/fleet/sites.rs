//! When the sites of a fleet may be worked on, and what moves before what; the next plan keeps to both (M25).

use perpetua_domain::access::Permission;
use perpetua_domain::id::TenantId;
use perpetua_fleet::plan::closes_circle;
use perpetua_store::fleet::machines as rows;
use serde_json::json;

use super::settings::{PlanSettings, SiteWindow, check_order};
use super::{entry, load, require, save};
use crate::audit;
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Sites that a page shows.
const SITES_MAX: i64 = 400;

/// A site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteView {
    /// As inventories name it; empty for the machines of which none is known.
    pub site: String,
    /// Machines there.
    pub machines: i64,
    /// Days of its own; `None` where those of the plan hold.
    pub window: Option<SiteWindow>,
}

/// The sites of a fleet, and what moves before what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sites {
    /// By name, at most 400; those with days of their own also when no machine stands there now.
    pub sites: Vec<SiteView>,
    /// Machines or sites, of which the first of a pair moves on earlier days than the second.
    pub orders: Vec<(String, String)>,
    /// The open weekdays of the others, Monday first.
    pub weekdays: [bool; 7],
    /// Whether the caller may change this.
    pub may_edit: bool,
}

/// The sites of a customer's fleet, and what moves before what.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn sites(app: &App, caller: &Caller, customer: TenantId) -> Result<Sites, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let settings = PlanSettings::parse(&load(conn, customer)?.settings);
            let known = rows::sites(conn, customer, SITES_MAX)?;
            let without_machines =
                settings.windows.iter().filter(|own| known.iter().all(|(site, _)| *site != own.site));
            let without_machines = without_machines.map(|own| (own.site.clone(), 0)).collect::<Vec<_>>();
            let view = |(site, machines): (String, i64)| {
                let window = settings.windows.iter().find(|own| own.site == site).cloned();
                SiteView { site, machines, window }
            };
            Ok(Sites {
                sites: known.into_iter().chain(without_machines).map(view).collect(),
                orders: settings.orders.clone(),
                weekdays: settings.weekdays(),
                may_edit: authorize::allows(conn, &caller, Permission::FleetEdit, Owner::Tenant(customer))?,
            })
        })
        .await
}

/// Gives a site days of its own.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `required` or `too_long` for `site`, `out_of_range` for
/// `capacity_per_day`.
pub async fn set_window(app: &App, caller: &Caller, customer: TenantId, window: SiteWindow) -> Result<(), Problem> {
    change(app, caller, customer, move |settings| {
        window.check()?;
        settings.windows.retain(|own| own.site != window.site);
        settings.windows.push(window.clone());
        settings.windows.sort_by(|one, other| one.site.cmp(&other.site));
        Ok(())
    })
    .await
}

/// Lets the days of the plan hold for a site again.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn remove_window(app: &App, caller: &Caller, customer: TenantId, site: String) -> Result<(), Problem> {
    change(app, caller, customer, move |settings| {
        settings.windows.retain(|own| own.site != site);
        Ok(())
    })
    .await
}

/// Lets a machine or site move before another one.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `required` or `too_long` for `first` or `then`,
/// `fleet_order_circle` for `then` when it has to move before `first`.
pub async fn add_order(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    (first, then): (String, String),
) -> Result<(), Problem> {
    let order = (first.trim().to_owned(), then.trim().to_owned());
    change(app, caller, customer, move |settings| {
        check_order(&order)?;
        if settings.orders.contains(&order) {
            return Ok(());
        }
        if closes_circle(&settings.orders, &order.0, &order.1) {
            return Err(Problem::field("then", "fleet_order_circle"));
        }
        settings.orders.push(order.clone());
        Ok(())
    })
    .await
}

/// Takes back what [`add_order`] said.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn remove_order(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    order: (String, String),
) -> Result<(), Problem> {
    change(app, caller, customer, move |settings| {
        settings.orders.retain(|known| *known != order);
        Ok(())
    })
    .await
}

/// Changes how the next plan is made; nothing is written when nothing changes.
async fn change(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    change: impl Fn(&mut PlanSettings) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            let mut fleet = load(conn, customer)?;
            let before = PlanSettings::parse(&fleet.settings);
            let mut after = before.clone();
            change(&mut after)?;
            after.check()?;
            if after == before {
                return Ok(());
            }
            fleet.settings = json!(after).to_string();
            save(conn, &fleet)?;
            let facts = json!({ "sites": after.windows.len(), "orders": after.orders.len() });
            let entry = entry(&stamp.caller, customer, "fleet.sites_changed").detail(facts);
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}
