//! Subscriptions (M10, contract 40): reading them, changing what may change, their end with their line or term.
//!
//! What may change is decided by `domain::subscription`. Deleting one is a cancellation and carried out by the
//! cancellation's own use case in the same transaction. While one is suspended, [`require_not_suspended`] stands
//! where keys, links and downloads ask whether the purchase is cancelled.

mod change;
mod terms;
mod view;

use perpetua_domain::id::OrderLineId;
use perpetua_domain::order::LineState;
use perpetua_store::orders::OrderLineRow;
use perpetua_store::subscriptions::{self as rows, SubscriptionRow};
use perpetua_store::{Conn, StoreError};
use serde_json::{Value, json};

use crate::audit::{self, Entry};
use crate::caller::{Ids, Stamp};
use crate::event;
use crate::problem::Problem;

pub use change::{ChangeSubscription, Patch, change, set_support_contact};
pub use terms::{BATCH, EVERY, Place, Step, end_terms};
pub use view::{ListSubscriptions, SubscriptionView, SupportContact, get, list, support_contact};

/// Refuses while the line's subscription is suspended.
///
/// # Errors
///
/// `subscription_suspended`.
pub(crate) fn require_not_suspended(conn: &mut Conn, line: OrderLineId) -> Result<(), Problem> {
    if rows::is_suspended(conn, line)? { Err(Problem::conflict("subscription_suspended")) } else { Ok(()) }
}

/// Lets a subscription follow its line's cancellation, in the same transaction.
pub(crate) fn follow(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    line: &OrderLineRow,
    state: LineState,
) -> Result<(), StoreError> {
    let is_deleted = state == LineState::Cancelled;
    let Some(row) = rows::follow_line(conn, line.id.0, is_deleted, stamp.now.into())? else { return Ok(()) };
    let detail = facts(&row, line, &["quantity"]);
    audit::record(conn, ids, stamp, &entry(&row, detail))?;
    event::push(conn, ids, stamp, "subscription.updated", &payload(&row))
}

/// The record of a change, seen by both tenants. No amount stands in it (I6).
fn entry(row: &SubscriptionRow, detail: Value) -> Entry {
    Entry::new("subscription.changed", "subscription", row.id.0)
        .partner(row.partner_id.0)
        .customer(row.customer_id.0)
        .detail(detail)
}

fn facts(row: &SubscriptionRow, line: &OrderLineRow, changed: &[&str]) -> Value {
    json!({
        "order": line.order_number,
        "product": line.title,
        "name": row.friendly_name,
        "state": row.state.0.as_text(),
        "suspension": row.suspension.map(|suspension| suspension.0.as_text()),
        "autoRenew": row.auto_renew,
        "renewalTerm": row.renewal_term.0.as_text(),
        "changed": changed,
    })
}

fn payload(row: &SubscriptionRow) -> Value {
    json!({
        "id": row.id.0.to_string(),
        "partner": row.partner_id.0.to_string(),
        "customer": row.customer_id.0.to_string(),
        "order": row.order_id.0.to_string(),
        "state": row.state.0.as_text(),
    })
}
