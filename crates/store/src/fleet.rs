//! A customer's fleet in its move away from volume licensing: the fleet itself, its waves and its warnings. Machines,
//! uploads and keys have modules of their own.
//!
//! The fleet's row is the anchor: whoever changes its machines or waves also writes it, guarded by its version.

/// The machines of a customer in the generation that its fleet shows.
macro_rules! shown {
    ($customer:expr) => {{
        let fleet = fleet::table.find(Id($customer)).select(fleet::generation).single_value();
        fleet_machine::table
            .filter(fleet_machine::customer_id.eq(Id($customer)))
            .filter(fleet_machine::generation.nullable().eq(fleet))
    }};
}

pub mod imports;
pub mod keys;
pub mod machines;

use diesel::prelude::*;
use perpetua_domain::fleet::WaveState;
use perpetua_domain::id::TenantId;

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::schema::{fleet, fleet_alarm, fleet_machine, fleet_wave, relationship};
use crate::values::{Id, Utc, Word};

/// A customer's fleet.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = fleet, treat_none_as_null = true)]
pub struct FleetRow {
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// How it is planned, as JSON; empty for what is usual.
    pub settings: String,
    /// What the last plan came to, as JSON; empty before the first.
    pub outcome: String,
    /// When it was planned.
    pub planned_at: Option<Utc>,
    /// By whom.
    pub planned_by: String,
    /// The first last safe day of a machine that still has to move, as midnight UTC.
    pub alarm_day: Option<Utc>,
    /// Guards changes.
    pub version: i64,
    /// The generation of machines that is shown.
    pub generation: i64,
    /// The newest generation that was begun; another one than the shown is being written, or was given up.
    pub last_generation: i64,
}

/// A wave.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_wave)]
pub struct WaveRow {
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// Its number, from 1.
    pub number: i64,
    /// Its day, as midnight UTC.
    pub day: Utc,
    /// Where it stands.
    pub state: Word<WaveState>,
    /// SHA-256 of the token with which its scripts report.
    pub token_hash: Option<Vec<u8>>,
    /// Until when.
    pub token_expires_at: Option<Utc>,
    /// Guards changes.
    pub version: i64,
}

/// The fleet of a customer, if it has one.
pub fn find(conn: &mut Conn, customer: TenantId) -> Result<Option<FleetRow>, StoreError> {
    let row = fleet::table.find(Id(customer)).select(FleetRow::as_select());
    Ok(row.first(conn).optional()?)
}

/// Stores the fleet that was read at this version; one that did not exist has version 0.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn save(conn: &mut Conn, row: &FleetRow) -> Result<(), StoreError> {
    if row.version == 0 {
        crate::insert_many!(conn, fleet::table, std::slice::from_ref(row), or ignore);
    }
    let known = fleet::table.filter(fleet::customer_id.eq(row.customer_id)).filter(fleet::version.eq(row.version));
    let next = FleetRow { version: row.version + 1, ..row.clone() };
    if diesel::update(known).set(&next).execute(conn)? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict { table: "fleet" })
}

/// Makes sure that the fleet is still at this version, and that nobody changes it before this transaction ends.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn hold(conn: &mut Conn, customer: TenantId, version: i64) -> Result<(), StoreError> {
    let known = fleet::table.filter(fleet::customer_id.eq(Id(customer))).filter(fleet::version.eq(version));
    if diesel::update(known).set(fleet::version.eq(version)).execute(conn)? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict { table: "fleet" })
}

/// The fleet, which nobody changes before this transaction ends.
pub fn held(conn: &mut Conn, customer: TenantId) -> Result<Option<FleetRow>, StoreError> {
    let known = fleet::table.filter(fleet::customer_id.eq(Id(customer)));
    diesel::update(known).set(fleet::version.eq(fleet::version)).execute(conn)?;
    find(conn, customer)
}

/// Up to `limit` fleets whose first last safe day is not after `until`, after this customer.
pub fn alarmed(
    conn: &mut Conn,
    until: Utc,
    after: Option<(Utc, TenantId)>,
    limit: i64,
) -> Result<Vec<FleetRow>, StoreError> {
    let mut query = fleet::table
        .filter(as_indexed("fleet.alarm_day IS NOT NULL"))
        .filter(fleet::alarm_day.le(until))
        .order((fleet::alarm_day, fleet::customer_id))
        .limit(limit)
        .select(FleetRow::as_select())
        .into_boxed();
    if let Some((day, customer)) = after {
        let equal = fleet::alarm_day.eq(day).and(fleet::customer_id.gt(Id(customer)));
        query = query.filter(fleet::alarm_day.gt(day).or(equal));
    }
    Ok(query.load(conn)?)
}

/// Takes the right to warn; `false` when that was done before.
pub fn claim_alarm(
    conn: &mut Conn,
    customer: TenantId,
    day: Utc,
    threshold: i64,
    now: Utc,
) -> Result<bool, StoreError> {
    let row = (
        fleet_alarm::customer_id.eq(Id(customer)),
        fleet_alarm::day.eq(day),
        fleet_alarm::threshold.eq(threshold),
        fleet_alarm::given_at.eq(now),
    );
    Ok(crate::insert_many!(conn, fleet_alarm::table, [row], or ignore) == 1)
}

/// Whether a warning was given.
pub fn is_alarm_given(conn: &mut Conn, customer: TenantId, day: Utc, threshold: i64) -> Result<bool, StoreError> {
    let row = fleet_alarm::table.find((Id(customer), day, threshold));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

/// The partners that serve a customer now.
pub fn partners(conn: &mut Conn, customer: TenantId) -> Result<Vec<TenantId>, StoreError> {
    let found: Vec<Id<TenantId>> = relationship::table
        .filter(relationship::customer_id.eq(Id(customer)))
        .filter(relationship::state.eq("active"))
        .order(relationship::partner_id)
        .select(relationship::partner_id)
        .load(conn)?;
    Ok(found.into_iter().map(|id| id.0).collect())
}

/// The waves of a customer by number.
pub fn waves(conn: &mut Conn, customer: TenantId) -> Result<Vec<WaveRow>, StoreError> {
    Ok(fleet_wave::table
        .filter(fleet_wave::customer_id.eq(Id(customer)))
        .order(fleet_wave::number)
        .select(WaveRow::as_select())
        .load(conn)?)
}

/// One wave.
pub fn wave(conn: &mut Conn, customer: TenantId, number: i64) -> Result<Option<WaveRow>, StoreError> {
    Ok(fleet_wave::table.find((Id(customer), number)).select(WaveRow::as_select()).first(conn).optional()?)
}

/// The wave to which a token belongs.
pub fn wave_of_token(conn: &mut Conn, hash: &[u8; 32]) -> Result<Option<WaveRow>, StoreError> {
    Ok(fleet_wave::table
        .filter(fleet_wave::token_hash.eq(hash.to_vec()))
        .select(WaveRow::as_select())
        .first(conn)
        .optional()?)
}

/// Adds waves.
pub fn insert_waves(conn: &mut Conn, rows: &[WaveRow]) -> Result<(), StoreError> {
    for chunk in rows.chunks(1_000) {
        crate::insert_many!(conn, fleet_wave::table, chunk);
    }
    Ok(())
}

/// Removes the waves of a customer from which nothing was reported.
pub fn remove_planned_waves(conn: &mut Conn, customer: TenantId) -> Result<(), StoreError> {
    let planned = fleet_wave::table
        .filter(fleet_wave::customer_id.eq(Id(customer)))
        .filter(fleet_wave::state.eq(Word(WaveState::Planned)));
    diesel::delete(planned).execute(conn)?;
    Ok(())
}

/// Stores a wave that was read at this version.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn save_wave(conn: &mut Conn, row: &WaveRow) -> Result<(), StoreError> {
    let known = fleet_wave::table
        .filter(fleet_wave::customer_id.eq(row.customer_id))
        .filter(fleet_wave::number.eq(row.number))
        .filter(fleet_wave::version.eq(row.version));
    let set = (
        fleet_wave::state.eq(row.state),
        fleet_wave::token_hash.eq(&row.token_hash),
        fleet_wave::token_expires_at.eq(row.token_expires_at),
        fleet_wave::version.eq(row.version + 1),
    );
    if diesel::update(known).set(set).execute(conn)? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict { table: "fleet_wave" })
}

/// The first last safe day of machines that still have to move; those that are overdue have none.
pub fn first_safe_day(conn: &mut Conn, customer: TenantId) -> Result<Option<Utc>, StoreError> {
    let mut first: Option<Utc> = None;
    for state in ["open", "planned", "failed"] {
        let day: Option<Utc> = shown!(customer)
            .filter(fleet_machine::state.eq(state))
            .filter(fleet_machine::last_safe_day.gt(machines::OVERDUE))
            .filter(fleet_machine::last_safe_day.lt(machines::NEVER))
            .order((fleet_machine::last_safe_day, fleet_machine::id))
            .select(fleet_machine::last_safe_day)
            .first(conn)
            .optional()?;
        first = [first, day].into_iter().flatten().min();
    }
    Ok(first)
}

/// Notes the first last safe day of a customer's fleet anew.
pub fn refresh_alarm_day(conn: &mut Conn, customer: TenantId) -> Result<(), StoreError> {
    let day = first_safe_day(conn, customer)?;
    let known = fleet::table.filter(fleet::customer_id.eq(Id(customer)));
    diesel::update(known).set(fleet::alarm_day.eq(day)).execute(conn)?;
    Ok(())
}
