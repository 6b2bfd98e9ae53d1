//! Policies as the operator edits them: by default, and per product (M19). An edit makes a new
//! version and affects later orders only.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::PolicyId;
use perpetua_domain::policy::{PolicyError, PolicyField, PolicyTerms, RefundRule};
use perpetua_store::policies::{self, DEFAULT_SCOPE, PolicyRow};
use perpetua_store::{Conn, media};
use serde_json::{Value, json};

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::{Param, Problem};

/// A policy that holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its version.
    pub id: PolicyId,
    /// The product; `None` for the default.
    pub product: Option<ProductId>,
    /// Its terms.
    pub terms: PolicyTerms,
    /// Since when it holds.
    pub since: Timestamp,
}

/// An edit of the default or of a product's policy.
#[derive(Debug, Clone, Copy)]
pub struct SetPolicy {
    /// The product; `None` for the default.
    pub product: Option<ProductId>,
    /// The new terms.
    pub terms: PolicyTerms,
    /// The version that the person saw; `None` for a product that had none.
    pub seen: Option<PolicyId>,
}

/// Every policy that holds now, the default first.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Policy>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PolicyView, Owner::Own)?;
            policies::list(conn)?.iter().map(policy).collect()
        })
        .await
}

fn policy(row: &PolicyRow) -> Result<Policy, Problem> {
    Ok(Policy {
        id: row.id.0,
        product: ProductId::parse(&row.scope),
        terms: row.terms()?,
        since: row.created_at.timestamp(),
    })
}

/// Sets a policy.
///
/// # Errors
///
/// `invalid_input` with each number out of range, `unknown_product`, and `changed_elsewhere` when
/// another version holds than the person saw.
pub async fn set(app: &App, caller: &Caller, command: SetPolicy) -> Result<PolicyId, Problem> {
    let stamp = app.stamp(caller);
    app.store.write((stamp, command), |conn, (stamp, command)| apply(conn, stamp, *command)).await
}

fn apply(conn: &mut Conn, stamp: &Stamp, command: SetPolicy) -> Result<PolicyId, Problem> {
    authorize::require(conn, &stamp.caller, Permission::PolicyEdit, Owner::Own)?;
    let terms = command.terms.validated().map_err(|errors| out_of_range(&errors))?;
    if let Some(product) = command.product
        && !media::is_product_known(conn, product)?
    {
        return Err(Problem::field("product", "unknown_product"));
    }
    let scope = command.product.map_or_else(|| DEFAULT_SCOPE.to_owned(), |product| product.to_string());
    let held = policies::find(conn, &scope)?;
    if held.as_ref().map(|row| row.id.0) != command.seen {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    let at = stamp.now.into();
    if let Some(row) = &held {
        policies::end(conn, row.id.0, at)?;
    }
    let mut ids = stamp.seed.ids();
    let id: PolicyId = ids.next();
    policies::insert(conn, &PolicyRow::new(id, &scope, &terms, Some(stamp.caller.person), at))?;
    let before = held.as_ref().map(PolicyRow::terms).transpose()?;
    let facts = json!({ "product": scope, "before": before.as_ref().map(facts), "after": facts(&terms) });
    audit::record(conn, &mut ids, stamp, &Entry::new("policy.changed", "policy", id).detail(facts.clone()))?;
    event::push(conn, &mut ids, stamp, "policy.changed", &facts)?;
    Ok(id)
}

/// Removes a product's own policy, so that the default holds again.
///
/// # Errors
///
/// `not_found` when it has none.
pub async fn remove(app: &App, caller: &Caller, product: ProductId) -> Result<(), Problem> {
    let stamp = app.stamp(caller);
    app.store
        .write(stamp, move |conn, stamp: &Stamp| {
            authorize::require(conn, &stamp.caller, Permission::PolicyEdit, Owner::Own)?;
            let row = policies::find(conn, product.as_str())?.ok_or_else(Problem::not_found)?;
            policies::end(conn, row.id.0, stamp.now.into())?;
            let detail = json!({ "product": row.scope, "before": facts(&row.terms()?) });
            let entry = Entry::new("policy.removed", "policy", row.id.0).detail(detail);
            audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
            Ok(())
        })
        .await
}

fn facts(terms: &PolicyTerms) -> Value {
    json!({
        "window_days": terms.window_days,
        "refund": terms.refund.as_text(),
        "activations_per_unit": terms.activations_per_unit,
        "downgrade_rights": terms.downgrade_rights,
        "link_lifetime_days": terms.link_lifetime_days,
        "link_uses_max": terms.link_uses_max,
    })
}

fn out_of_range(errors: &[PolicyError]) -> Problem {
    errors.iter().fold(Problem::invalid("invalid_input"), |problem, error| {
        let params = vec![("min", Param::Number(error.min.into())), ("max", Param::Number(error.max.into()))];
        problem.with_field_params(field_name(error.field), "not_in_range", params)
    })
}

/// The name of the field in forms and API.
pub const fn field_name(field: PolicyField) -> &'static str {
    match field {
        PolicyField::WindowDays => "window_days",
        PolicyField::RefundFullHours => "refund_full_hours",
        PolicyField::RefundTotalDays => "refund_total_days",
        PolicyField::ActivationsPerUnit => "activations_per_unit",
        PolicyField::LinkLifetimeDays => "link_lifetime_days",
        PolicyField::LinkUsesMax => "link_uses_max",
    }
}

/// The refund rule from a form: pro rata when both numbers are given, in full otherwise.
pub fn refund_rule(full_hours: Option<u16>, total_days: Option<u16>) -> RefundRule {
    match (full_hours, total_days) {
        (Some(full_hours), Some(total_days)) => RefundRule::FullThenProRata { full_hours, total_days },
        _ => RefundRule::Full,
    }
}
