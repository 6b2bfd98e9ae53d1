//! Showing a product key to a person who may see it (M13, M16, M20), and the record of who looked.
//!
//! The audit record commits before anything is decrypted: a key that was seen without a record cannot happen,
//! a record without a key can, and is the safe side. No answer that holds a key is ever stored (I7).

use std::fmt;

use perpetua_domain::access::Permission;
use perpetua_domain::id::{AuditId, OrderLineId, PersonId, TenantId};
use perpetua_domain::order::LineState;
use perpetua_domain::sign_in::needs_fresh_sign_in;
use perpetua_license::key::ProductKey;
use perpetua_store::key_reveals::{self, RevealRow, SealedKeyRow};
use perpetua_store::software::PurchaseRow;
use perpetua_store::{Conn, Id, Utc};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::audit::{self, Entry};
use crate::authorize;
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::problem::{Kind, Problem};
use crate::software;
use crate::vault::{Purpose, Sealed, row_aad};

/// Looks that one list shows.
pub const LOOKS_MAX: i64 = 100;

/// A key on its way to one person. Wiped when dropped, redacted in `Debug`, and never serialized.
pub struct RevealedKey {
    key: ProductKey,
    /// The purchase.
    pub line: OrderLineId,
    /// The product's title.
    pub product: String,
    /// The order's number.
    pub order_number: String,
    /// Machines that are activated.
    pub activations_used: i64,
    /// Machines that may be.
    pub activations_limit: i64,
}

impl RevealedKey {
    /// The key for reading aloud: eight groups of four with hyphens between.
    pub fn expose_grouped(&self) -> Zeroizing<String> {
        self.key.expose_grouped()
    }
}

impl fmt::Debug for RevealedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevealedKey").field("line", &self.line).finish_non_exhaustive()
    }
}

/// Shows the key of a purchase.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`, `fresh_sign_in_needed` when the
/// password was given more than an hour ago, `purchase_cancelled`, `subscription_suspended`, `payment_awaited` while
/// no key exists.
pub async fn reveal(app: &App, caller: &Caller, line: OrderLineId) -> Result<RevealedKey, Problem> {
    let shown = app.store.write((app.stamp(caller), line), |conn, (stamp, line)| record(conn, stamp, *line)).await;
    match shown {
        Ok((row, key)) => open(app, &row, &key).await,
        Err(problem) => {
            let entry = refused_entry(app, caller, line, "key.reveal_refused").await;
            crate::refusal::note(app, caller, entry, &problem).await;
            Err(problem)
        }
    }
}

fn record(conn: &mut Conn, stamp: &Stamp, line: OrderLineId) -> Result<(PurchaseRow, SealedKeyRow), Problem> {
    let (row, ..) = software::find(conn, &stamp.caller, line, Permission::KeyReveal)?;
    if needs_fresh_sign_in(stamp.caller.proved_at, stamp.real_now) {
        return Err(Problem::new(Kind::SignIn, "fresh_sign_in_needed"));
    }
    if row.state.0 == LineState::Cancelled {
        return Err(Problem::conflict("purchase_cancelled"));
    }
    crate::subscriptions::require_not_suspended(conn, line)?;
    let key = living(conn, line)?;
    let entry = Entry::new("key.revealed", "purchase", line)
        .partner(row.partner_id.0)
        .customer(row.customer_id.0)
        .detail(json!({ "order": row.order_number, "product": row.title }));
    audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
    Ok((row, key))
}

/// The key of a purchase, sealed, if it may be shown to anybody at present.
///
/// # Errors
///
/// `reveals_held`, `payment_awaited` while there is none, `key_revoked`.
pub(crate) fn living(conn: &mut Conn, line: OrderLineId) -> Result<SealedKeyRow, Problem> {
    if crate::backup::reveals_held(conn)? {
        return Err(Problem::conflict("reveals_held"));
    }
    let key = key_reveals::sealed(conn, line)?.ok_or_else(|| Problem::conflict("payment_awaited"))?;
    if key.state == "active" { Ok(key) } else { Err(Problem::conflict("key_revoked")) }
}

pub(crate) async fn open(app: &App, row: &PurchaseRow, key: &SealedKeyRow) -> Result<RevealedKey, Problem> {
    let sealed = Sealed { data_key: key.data_key_id.0, bytes: key.sealed.clone() };
    let aad = row_aad("product_key", "sealed", key.id.0.uuid());
    let text = app.unseal(Purpose::ProductKey, &aad, &sealed).await.map_err(Problem::internal)?;
    // Errors of damaged text carry no part of it.
    let text = str::from_utf8(&text).map_err(|_| Problem::internal("a sealed key is not text"))?;
    Ok(RevealedKey {
        key: ProductKey::restore(text).map_err(Problem::internal)?,
        line: row.id.0,
        product: row.title.clone(),
        order_number: row.order_number.clone(),
        activations_used: key.activation_used,
        activations_limit: key.activation_limit,
    })
}

/// The record of a refused attempt on a purchase, visible to its tenants if the caller belongs to one of them.
pub(crate) async fn refused_entry(app: &App, caller: &Caller, line: OrderLineId, kind: &'static str) -> Entry {
    let known = caller.clone();
    let parties = app.store.read(move |conn| Ok::<_, Problem>(software::parties(conn, &known, line))).await;
    let entry = Entry::new(kind, "purchase", line);
    match parties.ok().flatten() {
        Some((partner, customer)) => entry.partner(partner).customer(customer),
        None => entry,
    }
}

/// One look at a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The audit record.
    pub record: AuditId,
    /// When, in business time.
    pub at: jiff::Timestamp,
    /// Who.
    pub person: Option<PersonId>,
    /// Their name then; empty once it was erased.
    pub name: String,
    /// For which tenant they acted.
    pub tenant: Option<TenantId>,
    /// That tenant's name then; empty once it was erased.
    pub tenant_name: String,
    /// The address from which they looked; empty once it was erased.
    pub network: String,
    /// The purchase, as text.
    pub line: String,
    /// The order's number.
    pub order_number: String,
    /// The product's title.
    pub product: String,
}

/// Who looked at the key of one purchase, newest first, at most [`LOOKS_MAX`].
///
/// # Errors
///
/// `not_found`; `missing_role` for those who may see neither keys nor the activity log.
pub async fn looks_of_purchase(app: &App, caller: &Caller, line: OrderLineId) -> Result<Vec<Look>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let purchase = software::find(conn, &caller, line, Permission::SoftwareView)?;
            let owner = software::owner(&purchase);
            if !authorize::allows(conn, &caller, Permission::KeyReveal, owner)? {
                authorize::require(conn, &caller, Permission::AuditView, owner)?;
            }
            Ok(key_reveals::of_line(conn, line, LOOKS_MAX)?.into_iter().map(look).collect())
        })
        .await
}

/// Who of the partners and of the customer's own people looked at which of its keys, newest first (M20): at most
/// [`LOOKS_MAX`], before the last look of the page before.
///
/// # Errors
///
/// `not_found` for anybody but the customer itself, `missing_role` without the right to see its activity log.
pub async fn looks_of_customer(
    app: &App,
    caller: &Caller,
    before: Option<(jiff::Timestamp, AuditId)>,
) -> Result<Vec<Look>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            if caller.kind != perpetua_domain::access::TenantKind::Customer {
                return Err(Problem::not_found());
            }
            authorize::require(conn, &caller, Permission::AuditView, authorize::Owner::Tenant(caller.tenant))?;
            let before = before.map(|(at, id)| (Utc::from(at), Id(id)));
            Ok(key_reveals::of_customer(conn, caller.tenant, before, LOOKS_MAX)?.into_iter().map(look).collect())
        })
        .await
}

fn look(row: RevealRow) -> Look {
    let actor: Value = row.actor.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Look {
        record: row.id.0,
        at: row.at.timestamp(),
        person: row.actor_id.map(|id| id.0),
        name: text(&actor["name"]),
        tenant: row.actor_tenant_id.map(|id| id.0),
        tenant_name: text(&actor["tenant"]),
        network: text(&actor["network"]),
        line: row.subject_id,
        order_number: text(&detail["facts"]["order"]),
        product: text(&detail["facts"]["product"]),
    }
}
