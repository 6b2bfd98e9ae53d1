//! Changing a subscription: name, suspension, renewal, support contact, and its deletion.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{SubscriptionId, TenantId};
use perpetua_domain::subscription::{
    Changed, SubscriptionFacts, SubscriptionOutcome, SubscriptionRefusal, SubscriptionState, Wanted, decide,
};
use perpetua_domain::term::Term;
use perpetua_store::catalog::QUANTITY_MAX;
use perpetua_store::subscriptions::{self as rows, Subscribed, SubscriptionRow};
use perpetua_store::{Conn, Id, Word, requests};

use super::view::{SubscriptionView, find, quantity, view};
use super::{entry, facts, payload};
use crate::audit::{self, Entry};
use crate::caller::{Caller, Ids, Stamp};
use crate::cancellation::cancel_line_in;
use crate::context::App;
use crate::problem::{Param, Problem};
use crate::{event, refusal};

/// What somebody wants of a subscription; `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patch {
    /// Its name.
    pub friendly_name: Option<String>,
    /// Its state; `Deleted` cancels it.
    pub state: Option<SubscriptionState>,
    /// Units; refused when different.
    pub quantity: Option<i64>,
    /// Whether it renews itself.
    pub auto_renew: Option<bool>,
    /// The term of its renewal.
    pub renewal_term: Option<Term>,
    /// Whether another billing cycle than "once" is asked for; refused.
    pub other_billing: bool,
    /// Whether another partner of record is asked for; refused.
    pub other_partner: bool,
}

/// A change of one subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSubscription {
    /// The customer that the address names.
    pub customer: TenantId,
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The version that the caller saw; `None` changes whatever is there.
    pub expected_version: Option<i64>,
    /// Names the request for ever: a cancellation is carried out once for it (I2).
    pub request_key: [u8; 32],
    /// What is wanted.
    pub patch: Patch,
}

/// Changes a subscription and answers with it as it is then. What is wanted and so already is no change: no
/// version, record or event comes of it.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `changed_elsewhere` when the expected version is not the
/// present one; `subscription_deleted`, `subscription_expired`, `subscription_suspended_fixed`,
/// `suspended_by_operator`, `subscription_state`, `quantity_not_sold`, `quantity_up`, `quantity_down`,
/// `billing_fixed`, `partner_fixed`, `not_renewable`, `renewal_term_alone`, `renewal_term_not_sold`;
/// `invalid_input` for the name; and for a deletion what [`crate::cancellation::cancel_order`] refuses with.
pub async fn change(app: &App, caller: &Caller, command: ChangeSubscription) -> Result<SubscriptionView, Problem> {
    let (subscription, deletes) = (command.subscription, command.patch.state == Some(SubscriptionState::Deleted));
    let input = (app.stamp(caller), command);
    let changed = app.store.write(input, |conn, (stamp, command)| change_in(conn, stamp, command)).await;
    if let Err(problem) = &changed {
        let kind = if deletes { "subscription.cancel_refused" } else { "subscription.change_refused" };
        refusal::note(app, caller, attempt(caller, kind, subscription), problem).await;
    }
    changed
}

/// The attempt is shown to the tenant whose person made it.
fn attempt(caller: &Caller, kind: &'static str, subscription: SubscriptionId) -> Entry {
    let entry = Entry::new(kind, "subscription", subscription);
    match caller.kind {
        TenantKind::Partner => entry.partner(caller.tenant),
        TenantKind::Customer => entry.customer(caller.tenant),
        TenantKind::Operator => entry,
    }
}

fn change_in(conn: &mut Conn, stamp: &Stamp, command: &ChangeSubscription) -> Result<SubscriptionView, Problem> {
    let patch = &command.patch;
    let deletes = patch.state == Some(SubscriptionState::Deleted);
    let permission = if deletes { Permission::PurchaseCancel } else { Permission::SubscriptionEdit };
    let found = find(conn, &stamp.caller, permission, command.customer, command.subscription)?;
    // A copy of a deletion that was carried out: its version has moved, its answer has not.
    if deletes && requests::find_by_key(conn, &command.request_key)?.is_some() {
        let line = u32::try_from(found.1.line_no).map_err(Problem::internal)?;
        cancel_line_in(conn, stamp, command.request_key, found.0.order_id.0, line)?;
        return Ok(view(&found, stamp.now)?);
    }
    if command.expected_version.is_some_and(|expected| expected != found.0.version) {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    match outcome(conn, stamp, &found, patch)? {
        SubscriptionOutcome::Unchanged => Ok(view(&found, stamp.now)?),
        SubscriptionOutcome::Cancel => {
            let line = u32::try_from(found.1.line_no).map_err(Problem::internal)?;
            cancel_line_in(conn, stamp, command.request_key, found.0.order_id.0, line)?;
            reread(conn, stamp, command.subscription)
        }
        SubscriptionOutcome::Change(changed) => {
            let row = applied(&found.0, &changed, stamp);
            save(conn, &mut stamp.seed.ids(), stamp, &found, &row)?;
            reread(conn, stamp, command.subscription)
        }
    }
}

fn outcome(
    conn: &mut Conn,
    stamp: &Stamp,
    (row, line, _, market): &Subscribed,
    patch: &Patch,
) -> Result<SubscriptionOutcome, Problem> {
    let renews = patch.auto_renew == Some(true) || patch.renewal_term.is_some();
    let sold = if renews { rows::sold(conn, market, line)? } else { Vec::new() };
    let sold_terms: Vec<Term> = sold.into_iter().map(|(term, _)| term).collect();
    let facts = SubscriptionFacts {
        state: row.state.0,
        suspension: row.suspension.map(|suspension| suspension.0),
        friendly_name: &row.friendly_name,
        quantity: quantity(line)?,
        auto_renew: row.auto_renew,
        renewal_term: row.renewal_term.0,
        term_ends_at: row.term_ends_at.timestamp(),
        sold_terms: &sold_terms,
        quantity_range: (1, QUANTITY_MAX),
    };
    let wanted = Wanted {
        friendly_name: patch.friendly_name.as_deref(),
        state: patch.state,
        quantity: patch.quantity,
        auto_renew: patch.auto_renew,
        renewal_term: patch.renewal_term,
        other_billing: patch.other_billing,
        other_partner: patch.other_partner,
    };
    let by_operator = stamp.caller.kind == TenantKind::Operator;
    decide(&facts, &wanted, by_operator, stamp.now).map_err(problem_of)
}

fn applied(row: &SubscriptionRow, changed: &Changed, stamp: &Stamp) -> SubscriptionRow {
    SubscriptionRow {
        friendly_name: changed.friendly_name.clone(),
        state: Word(changed.state),
        suspension: changed.suspension.map(Word),
        auto_renew: changed.auto_renew,
        renewal_term: Word(changed.renewal_term),
        changed_at: stamp.now.into(),
        ..row.clone()
    }
}

/// Stores a change with its record and event. `row` still bears the version that was decided on.
fn save(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    (before, line, ..): &Subscribed,
    row: &SubscriptionRow,
) -> Result<(), Problem> {
    rows::update(conn, row)?;
    let changes = [
        ("name", before.friendly_name != row.friendly_name),
        ("state", before.state != row.state),
        ("autoRenew", before.auto_renew != row.auto_renew),
        ("renewalTerm", before.renewal_term != row.renewal_term),
        ("supportContact", before.support_tenant_id != row.support_tenant_id),
    ];
    let changed: Vec<&str> = changes.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect();
    audit::record(conn, ids, stamp, &entry(row, facts(row, line, &changed)))?;
    event::push(conn, ids, stamp, "subscription.updated", &payload(row))?;
    Ok(())
}

fn reread(conn: &mut Conn, stamp: &Stamp, id: SubscriptionId) -> Result<SubscriptionView, Problem> {
    let found = rows::find(conn, id)?.ok_or_else(|| Problem::internal("a subscription went away"))?;
    Ok(view(&found, stamp.now)?)
}

/// Names the tenant that helps a subscription's users: the partner of record, or the operator behind it.
///
/// # Errors
///
/// As [`change`] for who may ask and for versions; `support_contact_unknown` for any other tenant;
/// `subscription_deleted`.
pub async fn set_support_contact(
    app: &App,
    caller: &Caller,
    (customer, id): (TenantId, SubscriptionId),
    expected_version: Option<i64>,
    contact: TenantId,
) -> Result<SubscriptionView, Problem> {
    let input = (app.stamp(caller), customer, id, expected_version, contact);
    app.store
        .write(input, |conn, (stamp, customer, id, expected, contact)| {
            let found = find(conn, &stamp.caller, Permission::SubscriptionEdit, *customer, *id)?;
            if expected.is_some_and(|expected| expected != found.0.version) {
                return Err(Problem::conflict("changed_elsewhere"));
            }
            if found.0.state.0 == SubscriptionState::Deleted {
                return Err(problem_of(SubscriptionRefusal::Deleted));
            }
            if found.0.support_tenant_id.0 == *contact {
                return Ok(view(&found, stamp.now)?);
            }
            let operator = perpetua_store::tenants::operator(conn)?.map(|operator| operator.id.0);
            if *contact != found.0.partner_id.0 && Some(*contact) != operator {
                return Err(Problem::invalid("support_contact_unknown"));
            }
            let row =
                SubscriptionRow { support_tenant_id: Id(*contact), changed_at: stamp.now.into(), ..found.0.clone() };
            save(conn, &mut stamp.seed.ids(), stamp, &found, &row)?;
            reread(conn, stamp, *id)
        })
        .await
}

fn problem_of(refusal: SubscriptionRefusal) -> Problem {
    match refusal {
        SubscriptionRefusal::Deleted => Problem::conflict("subscription_deleted"),
        SubscriptionRefusal::Expired { at } => Problem::conflict("subscription_expired").with("at", Param::Instant(at)),
        SubscriptionRefusal::Suspended => Problem::conflict("subscription_suspended_fixed"),
        SubscriptionRefusal::SuspendedByOperator => Problem::conflict("suspended_by_operator"),
        SubscriptionRefusal::StateNotAllowed => Problem::conflict("subscription_state"),
        SubscriptionRefusal::Name { max } => Problem::invalid("invalid_input").with_field_params(
            "friendly_name",
            "subscription_name",
            vec![("max", Param::Number(i64::try_from(max).unwrap_or(i64::MAX)))],
        ),
        SubscriptionRefusal::QuantityOutOfRange { min, max } => {
            Problem::invalid("quantity_not_sold").with_number("min", min).with_number("max", max)
        }
        SubscriptionRefusal::QuantityUp => Problem::conflict("quantity_up"),
        SubscriptionRefusal::QuantityDown => Problem::conflict("quantity_down"),
        SubscriptionRefusal::Billing => Problem::conflict("billing_fixed"),
        SubscriptionRefusal::Partner => Problem::conflict("partner_fixed"),
        SubscriptionRefusal::NotRenewable => Problem::conflict("not_renewable"),
        SubscriptionRefusal::RenewalTermWithoutRenewal => Problem::invalid("renewal_term_alone"),
        SubscriptionRefusal::RenewalTermNotSold => Problem::invalid("renewal_term_not_sold"),
    }
}
