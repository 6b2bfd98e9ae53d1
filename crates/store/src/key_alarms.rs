//! What the watch over product keys saw and suspected: attempts per key, day and network, and alarms.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use perpetua_domain::id::{OrderLineId, ProductKeyId, RowId};

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::schema::{key_alarm, key_sighting, order_line, product_key};
use crate::values::{Id, Utc};

/// Networks of one key and day that are counted one by one.
pub const NETWORKS_MAX: i64 = 1_000;

/// Adds attempts of one network on one day to a key that this transaction has taken, and says whether the network is
/// new that day. `known` is how many networks of the day are known; beyond [`NETWORKS_MAX`] new ones count as one.
pub fn add(
    conn: &mut Conn,
    key: ProductKeyId,
    day: i64,
    (network, attempts): (&[u8], i64),
    known: i64,
) -> Result<bool, StoreError> {
    let bump = |conn: &mut Conn, network: &[u8]| {
        let row = key_sighting::table
            .filter(key_sighting::key_id.eq(Id(key)))
            .filter(key_sighting::day.eq(day))
            .filter(key_sighting::network.eq(network));
        diesel::update(row).set(key_sighting::attempts.eq(key_sighting::attempts + attempts)).execute(conn)
    };
    if bump(conn, network)? == 1 {
        return Ok(false);
    }
    let network = if known < NETWORKS_MAX { network } else { &[] };
    let row = (
        key_sighting::key_id.eq(Id(key)),
        key_sighting::day.eq(day),
        key_sighting::network.eq(network),
        key_sighting::attempts.eq(0),
    );
    let is_new = crate::insert_many!(conn, key_sighting::table, [row], or ignore) == 1;
    bump(conn, network)?;
    Ok(is_new)
}

/// Attempts and networks of a key on one day.
pub fn seen(conn: &mut Conn, key: ProductKeyId, day: i64) -> Result<(i64, i64), StoreError> {
    let of_day = key_sighting::table.filter(key_sighting::key_id.eq(Id(key))).filter(key_sighting::day.eq(day));
    let sums = (sql::<BigInt>("CAST(COALESCE(SUM(attempts), 0) AS BIGINT)"), sql::<BigInt>("COUNT(network)"));
    Ok(of_day.select(sums).first(conn)?)
}

/// A key that is or was suspected.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = key_alarm)]
pub struct AlarmRow {
    /// Its id.
    pub id: Id<RowId>,
    /// The key.
    pub key_id: Id<ProductKeyId>,
    /// The purchase.
    pub line_id: Id<OrderLineId>,
    /// `attempts` or `networks`.
    pub cause: String,
    /// `mark`, `slow` or `pause`: what was done.
    pub reaction: String,
    /// Attempts of that day until then.
    pub attempts: i64,
    /// Networks of that day until then.
    pub networks: i64,
    /// When, in business time.
    pub raised_at: Utc,
    /// When it was settled.
    pub settled_at: Option<Utc>,
    /// `false_alarm`, `replaced`; empty while it is open.
    pub outcome: String,
    /// Grows with every change.
    pub version: i64,
}

/// Adds an alarm.
pub fn insert(conn: &mut Conn, row: &AlarmRow) -> Result<(), StoreError> {
    diesel::insert_into(key_alarm::table).values(row).execute(conn)?;
    Ok(())
}

/// The open alarm of a key, the newest when there are several.
pub fn open_of(conn: &mut Conn, key: ProductKeyId) -> Result<Option<AlarmRow>, StoreError> {
    Ok(key_alarm::table
        .filter(key_alarm::key_id.eq(Id(key)))
        .filter(key_alarm::settled_at.is_null())
        .order(key_alarm::raised_at.desc())
        .select(AlarmRow::as_select())
        .first(conn)
        .optional()?)
}

/// Settles an alarm.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn settle(conn: &mut Conn, alarm: &AlarmRow, outcome: &'static str, at: Utc) -> Result<(), StoreError> {
    let own = key_alarm::table.filter(key_alarm::id.eq(alarm.id)).filter(key_alarm::version.eq(alarm.version));
    let settled =
        (key_alarm::settled_at.eq(Some(at)), key_alarm::outcome.eq(outcome), key_alarm::version.eq(alarm.version + 1));
    if diesel::update(own).set(settled).execute(conn)? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict { table: "key_alarm" })
}

/// What an alarm changes of a key that this transaction has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyGate {
    /// Until when it is closed for new machines; `None` opens it.
    pub closed_until: Option<Utc>,
    /// Whether each new machine closes it for a time.
    pub is_slowed: bool,
    /// Until when it is not looked at.
    pub quiet_until: Option<Utc>,
}

/// Opens or closes a key for new machines.
pub fn set_gate(conn: &mut Conn, key: ProductKeyId, gate: KeyGate) -> Result<(), StoreError> {
    let word = if gate.closed_until.is_some() { "paused" } else { "open" };
    diesel::update(product_key::table.filter(product_key::id.eq(Id(key))))
        .set((
            product_key::gate.eq(word),
            product_key::gate_until.eq(gate.closed_until),
            product_key::is_slowed.eq(gate.is_slowed),
            product_key::quiet_until.eq(gate.quiet_until),
        ))
        .execute(conn)?;
    Ok(())
}

/// The open alarms with their purchases' order number, title and customer, newest first, at most `limit`.
pub fn open(
    conn: &mut Conn,
    limit: i64,
) -> Result<Vec<(AlarmRow, String, String, Id<perpetua_domain::id::TenantId>)>, StoreError> {
    Ok(key_alarm::table
        .inner_join(order_line::table)
        .filter(as_indexed("key_alarm.settled_at IS NULL"))
        .order((key_alarm::raised_at.desc(), key_alarm::id.desc()))
        .limit(limit)
        .select((AlarmRow::as_select(), order_line::order_number, order_line::title, order_line::customer_id))
        .load(conn)?)
}
