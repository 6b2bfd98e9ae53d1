//! Replacing a key that others know (issue: leak watch): the purchase gets another key, the former one is closed for
//! new machines at once, and machines that are activated move at their next refresh, without an outage and without
//! being counted twice (I3). What is allowed stands in `perpetua_license::policy::replacement`.
//!
//! The new key is minted and sealed before the transaction and shown to nobody here: who may see it, reveals it.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{OrderLineId, ProductKeyId, TenantId};
use perpetua_license::policy::replacement;
use perpetua_store::replaced_keys::{self, NewSecret};
use perpetua_store::{Conn, Id, activations, keys};
use serde_json::{Value, json};

use super::{facts, moment, watch};
use crate::audit::{self, Entry};
use crate::authorize;
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::event;
use crate::orders::mint::{SealedKey, mint_for};
use crate::problem::{Param, Problem};
use crate::software;

perpetua_domain::text_enum! {
    /// Why a key is replaced.
    pub enum Why {
        /// It became public, or reached people who must not have it.
        Leaked = "leaked",
        /// Somebody who knew it has left.
        PersonLeft = "person_left",
        /// Something else.
        Other = "other",
    }
}

/// A replacement, as it was seen.
#[derive(Debug, Clone, Copy)]
pub struct Replace {
    /// The purchase.
    pub line: OrderLineId,
    /// How often its key had been replaced when the page was made, so that one form replaces once.
    pub seen: i64,
    /// Why; needed.
    pub why: Option<Why>,
}

/// What the page of a purchase's machines says of replacing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacements {
    /// How often the key was replaced.
    pub count: i64,
    /// When it was last.
    pub last: Option<Timestamp>,
    /// Whether this caller may replace it.
    pub may_replace: bool,
}

/// How often the key of a purchase was replaced, and whether the caller may do it.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn of_purchase(app: &App, caller: &Caller, line: OrderLineId) -> Result<Replacements, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let purchase = software::find(conn, &caller, line, Permission::SoftwareView)?;
            let may = authorize::allows(conn, &caller, Permission::KeyReplace, software::owner(&purchase))?;
            let Some(key) = keys::find_by_line(conn, line)? else {
                return Ok(Replacements { count: 0, last: None, may_replace: false });
            };
            let before = replaced_keys::of_key(conn, key.id.0)?;
            Ok(Replacements {
                count: i64::try_from(before.len()).unwrap_or(i64::MAX),
                last: before.last().map(|row| row.replaced_at.timestamp()),
                may_replace: may && key.state == "active",
            })
        })
        .await
}

/// Gives a purchase another key.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`; `payment_awaited`, `key_not_active`,
/// `changed_elsewhere`, `replaced_too_often` with the instant from which it is possible again; `invalid_input` naming `why`.
pub async fn replace(app: &App, caller: &Caller, command: Replace) -> Result<(), Problem> {
    let done = match minted(app, command.line).await {
        Ok(new) => {
            let input = (app.stamp(caller), command, new);
            app.store.write(input, |conn, (stamp, command, new)| replace_for(conn, stamp, *command, new)).await
        }
        Err(problem) => Err(problem),
    };
    if let Err(problem) = &done {
        let entry = crate::keys::refused_entry(app, caller, command.line, "key.replace_refused").await;
        crate::refusal::note(app, caller, entry, problem).await;
    }
    done
}

/// A new key for the row of a purchase's key, which stays the same as long as the purchase exists; and a new id for
/// certificates.
pub(crate) async fn minted(app: &App, line: OrderLineId) -> Result<(SealedKey, ProductKeyId), Problem> {
    let found = app.store.read(move |conn| keys::find_by_line(conn, line)).await?;
    let key = found.ok_or_else(Problem::not_found)?;
    Ok((mint_for(app, key.id.0)?, ProductKeyId::new(app.entropy.uuid(app.real_clock.now()))))
}

fn replace_for(
    conn: &mut Conn,
    stamp: &Stamp,
    command: Replace,
    new: &(SealedKey, ProductKeyId),
) -> Result<(), Problem> {
    let (row, ..) = software::find(conn, &stamp.caller, command.line, Permission::KeyReplace)?;
    let why = command.why.ok_or_else(|| Problem::field("why", "missing"))?;
    let known = Known {
        line: command.line,
        order_number: row.order_number.clone(),
        product: row.title.clone(),
        partner: row.partner_id.0,
        customer: row.customer_id.0,
    };
    replace_in(conn, &mut stamp.seed.ids(), stamp, &known, (command.seen, why), new)
}

/// The purchase whose key is replaced.
pub(crate) struct Known {
    pub(crate) line: OrderLineId,
    pub(crate) order_number: String,
    pub(crate) product: String,
    pub(crate) partner: TenantId,
    pub(crate) customer: TenantId,
}

/// Replaces the key within a transaction of somebody who was asked for their right before, with record and event.
///
/// # Errors
///
/// As [`replace`], but for rights.
pub(crate) fn replace_in(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    known: &Known,
    (seen, why): (i64, Why),
    (new, certified): &(SealedKey, ProductKeyId),
) -> Result<(), Problem> {
    let key = keys::find_by_line(conn, known.line)?.ok_or_else(|| Problem::conflict("payment_awaited"))?;
    let row = activations::find(conn, key.id.0)?.ok_or_else(Problem::not_found)?;
    if key.state != "active" {
        return Err(Problem::conflict("key_not_active"));
    }
    if row.generation != seen || key.id.0 != new.id {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    let before: Vec<_> =
        replaced_keys::of_key(conn, key.id.0)?.iter().map(|row| facts::moment_of(row.replaced_at)).collect();
    replacement::may_replace(&before, moment(stamp.now))
        .map_err(|from| Problem::conflict("replaced_too_often").with("at", Param::Instant(facts::timestamp(from))))?;
    let secret = NewSecret {
        lookup_hash: new.lookup_hash.to_vec(),
        lookup_key_id: Id(new.lookup_key),
        data_key_id: Id(new.sealed.data_key),
        sealed: new.sealed.bytes.clone(),
        certified_id: Id(*certified),
    };
    let named = (row.generation, row.successor_id.unwrap_or(key.id));
    replaced_keys::replace(conn, &key, named, &secret, stamp.now.into())?;
    watch::replaced(conn, key.id.0, stamp.now)?;
    let facts = facts_of(known, why, key.activation_used);
    let entry = Entry::new("key.replaced", "purchase", known.line)
        .partner(known.partner)
        .customer(known.customer)
        .detail(facts.clone());
    audit::record(conn, ids, stamp, &entry)?;
    let mut payload = facts;
    payload["key"] = key.id.0.to_string().into();
    payload["line"] = known.line.to_string().into();
    payload["orderNumber"] = known.order_number.clone().into();
    payload["partner"] = known.partner.to_string().into();
    payload["customer"] = known.customer.to_string().into();
    Ok(event::push(conn, ids, stamp, "key.replaced", &payload)?)
}

fn facts_of(known: &Known, why: Why, machines: i64) -> Value {
    json!({
        "order": known.order_number,
        "product": known.product,
        "reason": why.as_text(),
        "machines": machines,
    })
}
