//! The watch over keys that may have become public (issue: leak watch): attempts of machines that ask for the first time
//! are counted per key, day and network; more than the purchase explains marks the key, tells operator and partner, and
//! may slow or pause new activations. What is more than explained stands in `perpetua_license::policy::leak`.
//!
//! Attempts are gathered in memory and stored every few seconds, so that a flood costs no write of its own; a process
//! that dies forgets a few seconds of them. Networks are kept as keyed hashes of a /24 or /64.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{OrderLineId, ProductKeyId, RowId, TenantId};
use perpetua_license::moment::DAY_SECONDS;
use perpetua_license::policy::answer::Answer;
use perpetua_license::policy::leak::{self, Cause, Day, QUIET_DAYS, Reaction};
use perpetua_store::activations::{self as rows, ActivationKeyRow, LicensedLineRow};
use perpetua_store::key_alarms::{self, AlarmRow, KeyGate};
use perpetua_store::{Conn, Id, Utc, keys};
use serde_json::json;

use super::facts::{self, utc};
use super::{moment, rules};
use crate::audit::{self, Entry};
use crate::authorize;
use crate::caller::{Caller, Guest, Origin, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::Problem;
use crate::software;
use crate::vault::Purpose;

/// Pairs of key and network that are kept until the next time they are stored; what comes beyond is not counted.
const GATHERED_MAX: usize = 50_000;
/// Pairs that one transaction stores; each touches five rows at most (key, sighting, alarm, audit record, event), and no
/// transaction touches more than 1,000 (design §5).
const PAIRS_PER_WRITE: usize = 200;
/// Alarms that the operator's page shows.
pub const ALARMS_MAX: i64 = 100;

/// Attempts by key and network.
type Attempts = HashMap<(ProductKeyId, [u8; 8]), i64>;
/// Attempts with one key from one network.
type Seen = ((ProductKeyId, [u8; 8]), i64);

/// What was seen and is not stored yet.
#[derive(Default)]
pub struct Watch {
    gathered: Mutex<Attempts>,
}

impl Watch {
    fn with<T>(&self, change: impl FnOnce(&mut Attempts) -> T) -> T {
        change(&mut self.gathered.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether an answer to a request to activate belongs to a machine that asks for the first time.
const fn is_first_time(answer: Answer) -> bool {
    matches!(
        answer,
        Answer::Activated
            | Answer::ActivatedByTopUp
            | Answer::KeyExhausted
            | Answer::KeyReplaced
            | Answer::KeyPaused
            | Answer::MachineCloned
    )
}

/// Notes what a machine was answered.
pub(super) fn note(app: &App, origin: &Origin, key: ProductKeyId, answer: Answer) {
    if !is_first_time(answer) {
        return;
    }
    let network = network(app, origin);
    app.activation.watch.with(|gathered| {
        let is_full = gathered.len() >= GATHERED_MAX;
        match gathered.get_mut(&(key, network)) {
            Some(count) => *count += 1,
            None if is_full => {}
            None => {
                gathered.insert((key, network), 1);
            }
        }
    });
}

/// The beginning of a keyed hash of the /24 or /64.
fn network(app: &App, origin: &Origin) -> [u8; 8] {
    let prefix = match origin.network.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Err(_) => String::new(),
    };
    // The oldest key, so that the same network has the same hash while keys are changed.
    let hash = app.vault.ids(Purpose::LookUp).first().copied();
    let hash = hash.and_then(|id| app.vault.lookup_hash(id, format!("network {prefix}").as_bytes()).ok());
    let mut short = [0; 8];
    short.copy_from_slice(&hash.unwrap_or_default()[..8]);
    short
}

/// Stores what was gathered, and raises alarms. Run often.
///
/// # Errors
///
/// The store's; what was not stored is lost.
pub async fn store(app: &App) -> Result<usize, Problem> {
    let gathered = app.activation.watch.with(std::mem::take);
    let mut raised = 0;
    for portion in portions(gathered) {
        let input = (app.guest(&Origin::program("leak-watch")), portion);
        raised += app.store.write(input, |conn, (guest, portion)| store_portion(conn, guest, portion)).await?;
    }
    Ok(raised)
}

/// What was gathered, in parts that one transaction may store, with the networks of a key side by side.
fn portions(gathered: Attempts) -> Vec<Vec<Seen>> {
    let mut seen: Vec<Seen> = gathered.into_iter().collect();
    seen.sort_unstable();
    seen.chunks(PAIRS_PER_WRITE).map(<[Seen]>::to_vec).collect()
}

fn store_portion(conn: &mut Conn, guest: &Guest, portion: &[Seen]) -> Result<usize, Problem> {
    let (mut ids, mut raised) = (guest.seed.ids(), 0);
    for of_key in portion.chunk_by(|(one, _), (other, _)| one.0 == other.0) {
        raised += usize::from(store_key(conn, guest, &mut ids, of_key)?);
    }
    Ok(raised)
}

fn store_key(conn: &mut Conn, guest: &Guest, ids: &mut crate::caller::Ids<'_>, seen: &[Seen]) -> Result<bool, Problem> {
    let Some(((key, _), _)) = seen.first().copied() else { return Ok(false) };
    // Taken, so that an activation that closes the key at the same time is not undone.
    let Some(row) = rows::take(conn, key)? else { return Ok(false) };
    let Some(line) = rows::line(conn, row.line_id.0)? else { return Ok(false) };
    let day = i64::from(moment(guest.now).seconds() / DAY_SECONDS);
    let (_, mut known) = key_alarms::seen(conn, key, day)?;
    for ((_, network), attempts) in seen {
        known += i64::from(key_alarms::add(conn, key, day, (network, *attempts), known)?);
    }
    let is_quiet = row.quiet_until.is_some_and(|until| until.timestamp() > guest.now);
    if is_quiet || row.state != "active" || key_alarms::open_of(conn, key)?.is_some() {
        return Ok(false);
    }
    let allowed = facts::rules(rows::rule(conn, &line.product_id)?.as_ref()).leak;
    let (attempts, networks) = key_alarms::seen(conn, key, day)?;
    let count = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    let today = Day { limit: count(row.activation_limit), attempts: count(attempts), networks: count(networks) };
    let Some(cause) = leak::suspect(&today, &allowed) else { return Ok(false) };
    let closed_until = leak::closed_until(&allowed, moment(guest.now)).map(utc);
    let gate = KeyGate { closed_until, is_slowed: allowed.reaction == Reaction::Slow, quiet_until: row.quiet_until };
    key_alarms::set_gate(conn, key, gate)?;
    let id: RowId = ids.next();
    let alarm = AlarmRow {
        id: Id(id),
        key_id: row.id,
        line_id: row.line_id,
        cause: cause.code().to_owned(),
        reaction: allowed.reaction.code().to_owned(),
        attempts,
        networks,
        raised_at: guest.now.into(),
        settled_at: None,
        outcome: String::new(),
        version: 1,
    };
    key_alarms::insert(conn, &alarm)?;
    tell(conn, guest, ids, (&row, &line), (cause, &alarm))?;
    Ok(true)
}

fn tell(
    conn: &mut Conn,
    guest: &Guest,
    ids: &mut crate::caller::Ids<'_>,
    (row, line): (&ActivationKeyRow, &LicensedLineRow),
    (cause, alarm): (Cause, &AlarmRow),
) -> Result<(), Problem> {
    let mut facts = json!({
        "order": line.order_number,
        "product": line.title,
        "cause": cause.code(),
        "reaction": alarm.reaction,
        "attempts": alarm.attempts,
        "networks": alarm.networks,
    });
    let entry = Entry::new("key.suspected", "purchase", row.line_id.0)
        .partner(line.partner_id.0)
        .customer(line.customer_id.0)
        .detail(facts.clone());
    audit::record_guest(conn, ids, guest, &entry)?;
    facts["key"] = row.id.0.to_string().into();
    facts["line"] = row.line_id.0.to_string().into();
    facts["orderNumber"] = line.order_number.clone().into();
    facts["partner"] = line.partner_id.0.to_string().into();
    facts["customer"] = line.customer_id.0.to_string().into();
    Ok(event::push_guest(conn, ids, guest, "key.suspected", &facts)?)
}

/// An alarm as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The purchase.
    pub line: OrderLineId,
    /// Its customer.
    pub customer: TenantId,
    /// The order's number.
    pub order_number: String,
    /// The product.
    pub product: String,
    /// `attempts` or `networks`.
    pub cause: String,
    /// `mark`, `slow` or `pause`.
    pub reaction: String,
    /// Attempts of that day until then.
    pub attempts: i64,
    /// Networks of that day until then.
    pub networks: i64,
    /// When.
    pub raised_at: Timestamp,
    /// Until when the key is closed for new machines, if it is.
    pub closed_until: Option<Timestamp>,
    /// Whether this caller may say that it is false.
    pub may_settle: bool,
}

/// The open alarm of a purchase's key.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn of_purchase(app: &App, caller: &Caller, line: OrderLineId) -> Result<Option<Alarm>, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            let purchase = software::find(conn, &caller, line, Permission::SoftwareView)?;
            let may_settle = authorize::allows(conn, &caller, Permission::KeyReplace, software::owner(&purchase))?;
            let Some(key) = keys::find_by_line(conn, line)? else { return Ok(None) };
            let Some(row) = key_alarms::open_of(conn, key.id.0)? else { return Ok(None) };
            let gate = rows::find(conn, key.id.0)?.filter(|key| key.gate == "paused").and_then(|key| key.gate_until);
            let (purchase, ..) = purchase;
            let closed_until = gate.map(Utc::timestamp).filter(|until| *until > now);
            let named = (purchase.order_number, purchase.title, purchase.customer_id.0);
            Ok(Some(Alarm { closed_until, may_settle, ..alarm(row, named) }))
        })
        .await
}

fn alarm(row: AlarmRow, (order_number, product, customer): (String, String, TenantId)) -> Alarm {
    Alarm {
        line: row.line_id.0,
        customer,
        order_number,
        product,
        cause: row.cause,
        reaction: row.reaction,
        attempts: row.attempts,
        networks: row.networks,
        raised_at: row.raised_at.timestamp(),
        closed_until: None,
        may_settle: false,
    }
}

/// The open alarms, newest first, at most [`ALARMS_MAX`].
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn open(app: &App, caller: &Caller) -> Result<Vec<Alarm>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            rules::require_operator(conn, &caller)?;
            let found = key_alarms::open(conn, ALARMS_MAX)?;
            Ok(found.into_iter().map(|(row, order, title, customer)| alarm(row, (order, title, customer.0))).collect())
        })
        .await
}

/// Says that the open alarm of a purchase's key is false: the key is open again and is not watched for 30 days.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`, `no_alarm`.
pub async fn settle(app: &App, caller: &Caller, line: OrderLineId) -> Result<(), Problem> {
    let input = (app.stamp(caller), line);
    let done = app.store.write(input, |conn, (stamp, line)| settle_in(conn, stamp, *line)).await;
    if let Err(problem) = &done {
        let entry = crate::keys::refused_entry(app, caller, line, "key.alarm_settle_refused").await;
        crate::refusal::note(app, caller, entry, problem).await;
    }
    done
}

fn settle_in(conn: &mut Conn, stamp: &Stamp, line: OrderLineId) -> Result<(), Problem> {
    let (purchase, ..) = software::find(conn, &stamp.caller, line, Permission::KeyReplace)?;
    let key = keys::find_by_line(conn, line)?.ok_or_else(|| Problem::conflict("no_alarm"))?;
    rows::take(conn, key.id.0)?;
    let alarm = key_alarms::open_of(conn, key.id.0)?.ok_or_else(|| Problem::conflict("no_alarm"))?;
    key_alarms::settle(conn, &alarm, "false_alarm", stamp.now.into())?;
    let quiet_until = Some(utc(moment(stamp.now).plus_days(QUIET_DAYS)));
    key_alarms::set_gate(conn, key.id.0, KeyGate { closed_until: None, is_slowed: false, quiet_until })?;
    let facts = json!({ "order": purchase.order_number, "product": purchase.title });
    let entry = Entry::new("key.alarm_settled", "purchase", line)
        .partner(purchase.partner_id.0)
        .customer(purchase.customer_id.0)
        .detail(facts);
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}

/// Ends what was suspected of a key that has just been replaced: machines that tried the former one tell nothing of
/// the new one.
pub(super) fn replaced(conn: &mut Conn, key: ProductKeyId, now: Timestamp) -> Result<(), Problem> {
    if let Some(alarm) = key_alarms::open_of(conn, key)? {
        key_alarms::settle(conn, &alarm, "replaced", now.into())?;
    }
    // Whoever still tries the former key would mark the new one on the same day.
    let quiet_until = Some(utc(moment(now).plus_days(1)));
    Ok(key_alarms::set_gate(conn, key, KeyGate { closed_until: None, is_slowed: false, quiet_until })?)
}

/// Closes a slowed key for a time, after a machine was added.
pub(super) fn after_new(
    conn: &mut Conn,
    key: &ActivationKeyRow,
    now: Timestamp,
) -> Result<(), perpetua_store::StoreError> {
    if !key.is_slowed {
        return Ok(());
    }
    let closed_until = Some(utc(leak::slowed_until(moment(now))));
    let gate = KeyGate { closed_until, is_slowed: true, quiet_until: key.quiet_until };
    key_alarms::set_gate(conn, key.id.0, gate)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_flood_is_stored_in_parts_that_one_transaction_may_touch_and_nothing_is_left_out() {
        let key = |number: u128| ProductKeyId::new(Uuid::from_u128(number));
        let pair = |number: u64| ((key(u128::from(number % 7)), number.to_be_bytes()), 2);
        let gathered: Attempts = (0..2_500).map(pair).collect();
        let portions = portions(gathered.clone());
        assert!(portions.iter().all(|portion| !portion.is_empty() && portion.len() * 5 <= 1_000));
        for portion in &portions {
            let keys: Vec<_> = portion.chunk_by(|(one, _), (other, _)| one.0 == other.0).map(|of| of[0].0.0).collect();
            assert!(keys.is_sorted_by(|one, other| one < other), "each key once: {keys:?}");
        }
        let stored: Attempts = portions.into_iter().flatten().collect();
        assert_eq!(stored, gathered);
    }
}
