//! The machines of a fleet, the reports about them, and what scripts said of their moves.
//!
//! Machines stand in generations, of which a fleet shows one; another one is written beside it in small steps and then
//! shown at once. Each statement asks for the shown one itself, so it is right at the moment at which it runs.

use diesel::dsl::count_star;
use diesel::prelude::*;
use perpetua_domain::fleet::{MachineState, Risk};
use perpetua_domain::id::{FleetMachineId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{fleet, fleet_attempt, fleet_machine, fleet_source};
use crate::search;
use crate::values::{Id, Utc, Word};

/// Rows that one statement inserts.
const CHUNK: usize = 500;
/// Ids that one statement names.
const IDS: usize = 500;
/// Attempts that are kept per machine.
const ATTEMPTS_MAX: i64 = 100;

/// The last safe day of a machine that is overdue.
pub const OVERDUE: Utc = Utc::from_micros(0);
/// That of a machine which never ends, or of which nothing is known.
pub const NEVER: Utc = Utc::from_micros(i64::MAX);

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = fleet_machine, primary_key(customer_id, generation, id), treat_none_as_null = true)]
pub struct MachineRow {
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The generation to which the row belongs.
    pub generation: i64,
    /// Its id, the same in every generation.
    pub id: Id<FleetMachineId>,
    /// Who it is, as reports are joined by.
    pub identity: String,
    /// As it writes itself.
    pub name: String,
    /// Its name in lower case.
    pub name_key: String,
    /// Its site; empty when not known.
    pub site: String,
    /// The code of its most pressing product; empty for none.
    pub product: String,
    /// Where it stands.
    pub state: Word<MachineState>,
    /// What is to be expected of it, as the forecast says.
    pub outlook: String,
    /// The earliest end of leases that are not renewed, as midnight UTC of its day.
    pub fixed_end: Option<Utc>,
    /// The earliest end of leases that are, if nothing renewed them any more.
    pub lease_end: Option<Utc>,
    /// Minutes between their renewals.
    pub renewal_min: i64,
    /// Its last safe day as midnight UTC, [`OVERDUE`] or [`NEVER`].
    pub last_safe_day: Utc,
    /// The last day before its end.
    pub last_day: Option<Utc>,
    /// Why it is left out; empty when it is not.
    pub left_out: String,
    /// Its wave.
    pub wave: Option<i64>,
    /// Whether it goes ahead.
    pub is_pilot: bool,
    /// Which products move to which keys, as JSON.
    pub moves: String,
    /// What is not certain about it, as words between blanks.
    pub doubts: String,
    /// When it was last reported.
    pub observed_at: Utc,
    /// How its last script ended.
    pub last_exit: Option<i64>,
    /// What the activation answered.
    pub last_result: Option<i64>,
    /// When.
    pub reported_at: Option<Utc>,
    /// What proves that it moved, as JSON; empty for nothing.
    pub evidence: String,
}

/// The reports about a machine.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_source)]
pub struct SourceRow {
    /// The machine.
    pub machine_id: Id<FleetMachineId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// Its newest reports, as JSON.
    pub reports: String,
}

/// What a script reported.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_attempt)]
pub struct AttemptRow {
    /// The machine.
    pub machine_id: Id<FleetMachineId>,
    /// SHA-256 of the line, so that it counts once.
    pub digest: Vec<u8>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The wave whose token was used.
    pub wave: i64,
    /// When it happened, as the machine says, but not later than it was received.
    pub at: Utc,
    /// How the script ended.
    pub exit_number: i64,
    /// What the activation answered.
    pub result: i64,
    /// Application id of the license.
    pub application: String,
    /// Last five characters of the key before.
    pub old_tail: String,
    /// Last five characters of the key after.
    pub new_tail: String,
    /// `mak` or `other`; empty when nothing was read.
    pub channel: String,
    /// License state after.
    pub status_after: String,
}

/// Machines that are alike in everything that a forecast needs.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct FactsRow {
    /// Where they stand.
    pub state: Word<MachineState>,
    /// Their outlook.
    pub outlook: String,
    /// Their product.
    pub product: String,
    /// Earliest end of what is not renewed.
    pub fixed_end: Option<Utc>,
    /// Earliest end of what is.
    pub lease_end: Option<Utc>,
    /// Minutes between renewals.
    pub renewal_min: i64,
    /// How many.
    pub machines: i64,
}

/// Machines of one wave in one state.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct WaveCountRow {
    /// The wave.
    pub wave: Option<i64>,
    /// Their state.
    pub state: Word<MachineState>,
    /// Whether they go ahead.
    pub is_pilot: bool,
    /// How many.
    pub machines: i64,
    /// The first of their last safe days.
    pub first_safe_day: Option<Utc>,
}

/// Which machines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// In this state.
    pub state: Option<MachineState>,
    /// As pressing as this on `today`.
    pub risk: Option<Risk>,
    /// With this product.
    pub product: Option<String>,
    /// In this wave.
    pub wave: Option<i64>,
    /// At this site.
    pub site: Option<String>,
    /// Whose name begins so, in lower case.
    pub prefix: String,
    /// Midnight UTC of the present day.
    pub today: Option<Utc>,
    /// Midnight UTC of the day up to which machines are urgent.
    pub urgent_until: Option<Utc>,
}

/// Place in a list by name or by last safe day: the column's value and the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// By name.
    Name(Option<(String, FleetMachineId)>),
    /// By last safe day.
    Day(Option<(Utc, FleetMachineId)>),
}

/// The states of machines that have to move.
fn moving() -> Vec<Word<MachineState>> {
    MachineState::ALL.iter().copied().filter(|state| state.has_to_move()).map(Word).collect()
}

macro_rules! filtered {
    ($customer:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        let mut query = shown!($customer).into_boxed();
        if let Some(state) = filter.state {
            query = query.filter(fleet_machine::state.eq(Word(state)));
        }
        if let Some(product) = &filter.product {
            query = query.filter(fleet_machine::product.eq(product.clone()));
        }
        if let Some(wave) = filter.wave {
            query = query.filter(fleet_machine::wave.eq(wave));
        }
        if let Some(site) = &filter.site {
            query = query.filter(fleet_machine::site.eq(site.clone()));
        }
        if !filter.prefix.is_empty() {
            query = query
                .filter(fleet_machine::name_key.ge(filter.prefix.clone()))
                .filter(fleet_machine::name_key.lt(search::after(&filter.prefix)));
        }
        if let Some(risk) = filter.risk {
            let today = filter.today.unwrap_or(OVERDUE);
            let until = filter.urgent_until.unwrap_or(OVERDUE);
            let moving = moving();
            query = match risk {
                Risk::None => query.filter(fleet_machine::state.ne_all(moving)),
                Risk::Overdue => query
                    .filter(fleet_machine::state.eq_any(moving))
                    .filter(fleet_machine::last_safe_day.eq(OVERDUE).or(fleet_machine::last_day.lt(today))),
                Risk::Unclear => {
                    query.filter(fleet_machine::state.eq_any(moving)).filter(fleet_machine::last_safe_day.eq(NEVER))
                }
                Risk::Urgent => query
                    .filter(fleet_machine::state.eq_any(moving))
                    .filter(fleet_machine::last_safe_day.gt(OVERDUE))
                    .filter(fleet_machine::last_safe_day.le(until))
                    .filter(fleet_machine::last_day.ge(today)),
                Risk::InTime => query
                    .filter(fleet_machine::state.eq_any(moving))
                    .filter(fleet_machine::last_safe_day.gt(until))
                    .filter(fleet_machine::last_safe_day.lt(NEVER)),
            };
        }
        query
    }};
}

/// Machines in order, at most `limit`.
pub fn list(
    conn: &mut Conn,
    customer: TenantId,
    filter: &Filter,
    place: &Place,
    limit: i64,
) -> Result<Vec<MachineRow>, StoreError> {
    let query = filtered!(customer, filter).limit(limit).select(MachineRow::as_select());
    macro_rules! seek {
        ($column:ident, $after:expr) => {{
            let query = match $after {
                Some((value, id)) => {
                    let equal = fleet_machine::$column.eq(value.clone()).and(fleet_machine::id.gt(Id(*id)));
                    query.filter(fleet_machine::$column.gt(value.clone()).or(equal))
                }
                None => query,
            };
            query.order((fleet_machine::$column, fleet_machine::id)).load(conn)?
        }};
    }
    Ok(match place {
        Place::Name(after) => seek!(name_key, after),
        Place::Day(after) => seek!(last_safe_day, after),
    })
}

/// How many machines a customer has.
pub fn count(conn: &mut Conn, customer: TenantId) -> Result<i64, StoreError> {
    let own = shown!(customer);
    Ok(own.select(count_star()).first(conn)?)
}

/// How many were last reported before an instant.
pub fn count_stale(conn: &mut Conn, customer: TenantId, before: Utc) -> Result<i64, StoreError> {
    let own = shown!(customer);
    Ok(own.filter(fleet_machine::observed_at.lt(before)).select(count_star()).first(conn)?)
}

/// The whole fleet in groups of machines that are alike.
pub fn facts(conn: &mut Conn, customer: TenantId) -> Result<Vec<FactsRow>, StoreError> {
    let alike = (
        fleet_machine::state,
        fleet_machine::outlook,
        fleet_machine::product,
        fleet_machine::fixed_end,
        fleet_machine::lease_end,
        fleet_machine::renewal_min,
    );
    Ok(shown!(customer)
        .group_by(alike)
        .select((
            fleet_machine::state,
            fleet_machine::outlook,
            fleet_machine::product,
            fleet_machine::fixed_end,
            fleet_machine::lease_end,
            fleet_machine::renewal_min,
            count_star(),
        ))
        .load(conn)?)
}

/// The sites of a customer's machines with how many stand there, by name; at most `limit`.
pub fn sites(conn: &mut Conn, customer: TenantId, limit: i64) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(shown!(customer)
        .group_by(fleet_machine::site)
        .order(fleet_machine::site)
        .limit(limit)
        .select((fleet_machine::site, count_star()))
        .load(conn)?)
}

/// Machines per wave and state, those that go ahead apart.
pub fn wave_counts(conn: &mut Conn, customer: TenantId) -> Result<Vec<WaveCountRow>, StoreError> {
    Ok(shown!(customer)
        .filter(fleet_machine::wave.is_not_null())
        .group_by((fleet_machine::wave, fleet_machine::state, fleet_machine::is_pilot))
        .select((
            fleet_machine::wave,
            fleet_machine::state,
            fleet_machine::is_pilot,
            count_star(),
            diesel::dsl::min(fleet_machine::last_safe_day),
        ))
        .load(conn)?)
}

/// Every machine of a customer by identity.
pub fn all(conn: &mut Conn, customer: TenantId) -> Result<Vec<MachineRow>, StoreError> {
    Ok(shown!(customer).order(fleet_machine::identity).select(MachineRow::as_select()).load(conn)?)
}

/// The reports about every machine of a customer.
pub fn all_sources(conn: &mut Conn, customer: TenantId) -> Result<Vec<SourceRow>, StoreError> {
    Ok(fleet_source::table
        .filter(fleet_source::customer_id.eq(Id(customer)))
        .select(SourceRow::as_select())
        .load(conn)?)
}

/// The machines of a wave by name.
pub fn of_wave(conn: &mut Conn, customer: TenantId, wave: i64) -> Result<Vec<MachineRow>, StoreError> {
    Ok(shown!(customer)
        .filter(fleet_machine::wave.eq(wave))
        .order((fleet_machine::name_key, fleet_machine::id))
        .select(MachineRow::as_select())
        .load(conn)?)
}

/// The machines of a customer that moved by a plan.
pub fn moved(conn: &mut Conn, customer: TenantId) -> Result<Vec<MachineRow>, StoreError> {
    Ok(shown!(customer)
        .filter(fleet_machine::state.eq(Word(MachineState::Moved)))
        .filter(fleet_machine::moves.ne(""))
        .select(MachineRow::as_select())
        .load(conn)?)
}

/// One machine of a customer.
pub fn find(conn: &mut Conn, customer: TenantId, id: FleetMachineId) -> Result<Option<MachineRow>, StoreError> {
    Ok(shown!(customer).filter(fleet_machine::id.eq(Id(id))).select(MachineRow::as_select()).first(conn).optional()?)
}

/// Some machines of a customer.
pub fn some(conn: &mut Conn, customer: TenantId, ids: &[FleetMachineId]) -> Result<Vec<MachineRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS) {
        let ids: Vec<Id<FleetMachineId>> = chunk.iter().copied().map(Id).collect();
        let rows: Vec<MachineRow> =
            shown!(customer).filter(fleet_machine::id.eq_any(ids)).select(MachineRow::as_select()).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// The reports about some machines.
pub fn sources(conn: &mut Conn, ids: &[FleetMachineId]) -> Result<Vec<SourceRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in ids.chunks(IDS) {
        let ids: Vec<Id<FleetMachineId>> = chunk.iter().copied().map(Id).collect();
        let query = fleet_source::table.filter(fleet_source::machine_id.eq_any(ids));
        let rows: Vec<SourceRow> = query.select(SourceRow::as_select()).load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Which keys machines are to move to that are in a wave and have not moved: the machine's id and its moves.
pub fn planned_moves(conn: &mut Conn, customer: TenantId) -> Result<Vec<(Id<FleetMachineId>, String)>, StoreError> {
    Ok(shown!(customer)
        .filter(fleet_machine::wave.is_not_null())
        .filter(fleet_machine::state.eq_any(moving()))
        .select((fleet_machine::id, fleet_machine::moves))
        .load(conn)?)
}

/// Machines of a generation by id, after this one.
pub fn of_generation(
    conn: &mut Conn,
    (customer, generation): (TenantId, i64),
    after: Option<FleetMachineId>,
    limit: i64,
) -> Result<Vec<MachineRow>, StoreError> {
    let mut query = fleet_machine::table
        .filter(fleet_machine::customer_id.eq(Id(customer)))
        .filter(fleet_machine::generation.eq(generation))
        .order(fleet_machine::id)
        .limit(limit)
        .select(MachineRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(fleet_machine::id.gt(Id(after)));
    }
    Ok(query.load(conn)?)
}

/// A machine in a generation that is not shown.
pub fn beside(
    conn: &mut Conn,
    (customer, generation): (TenantId, i64),
    id: Id<FleetMachineId>,
) -> Result<Option<MachineRow>, StoreError> {
    let row = fleet_machine::table.find((Id(customer), generation, id));
    Ok(row.select(MachineRow::as_select()).first(conn).optional()?)
}

/// Removes rows of generations before this one, at most `limit`; answers with how many.
pub fn forget_generations(conn: &mut Conn, customer: TenantId, before: i64, limit: i64) -> Result<usize, StoreError> {
    let old: Vec<(i64, Id<FleetMachineId>)> = fleet_machine::table
        .filter(fleet_machine::customer_id.eq(Id(customer)))
        .filter(fleet_machine::generation.lt(before))
        .order((fleet_machine::generation, fleet_machine::id))
        .limit(limit)
        .select((fleet_machine::generation, fleet_machine::id))
        .load(conn)?;
    let Some((generation, first)) = old.first().copied() else { return Ok(0) };
    let last = old.iter().rev().find(|(other, _)| *other == generation).map_or(first, |(_, id)| *id);
    let gone = fleet_machine::table
        .filter(fleet_machine::customer_id.eq(Id(customer)))
        .filter(fleet_machine::generation.eq(generation))
        .filter(fleet_machine::id.ge(first))
        .filter(fleet_machine::id.le(last));
    Ok(diesel::delete(gone).execute(conn)?)
}

/// Adds machines.
pub fn insert(conn: &mut Conn, rows: &[MachineRow]) -> Result<(), StoreError> {
    for chunk in rows.chunks(CHUNK) {
        crate::insert_many!(conn, fleet_machine::table, chunk);
    }
    Ok(())
}

/// Adds the reports about machines.
pub fn insert_sources(conn: &mut Conn, sources: &[SourceRow]) -> Result<(), StoreError> {
    for chunk in sources.chunks(CHUNK) {
        crate::insert_many!(conn, fleet_source::table, chunk);
    }
    Ok(())
}

/// Stores a machine anew in its generation.
pub fn update(conn: &mut Conn, row: &MachineRow) -> Result<(), StoreError> {
    let known = fleet_machine::table.find((row.customer_id, row.generation, row.id));
    diesel::update(known).set(row).execute(conn)?;
    Ok(())
}

/// Stores the reports about a machine anew.
pub fn update_source(conn: &mut Conn, row: &SourceRow) -> Result<(), StoreError> {
    diesel::update(fleet_source::table.find(row.machine_id))
        .set(fleet_source::reports.eq(&row.reports))
        .execute(conn)?;
    Ok(())
}

/// Removes machines of the shown generation whose reports turned out to be about others.
pub fn remove(
    conn: &mut Conn,
    (customer, generation): (TenantId, i64),
    ids: &[FleetMachineId],
) -> Result<(), StoreError> {
    for chunk in ids.chunks(IDS) {
        let ids: Vec<Id<FleetMachineId>> = chunk.iter().copied().map(Id).collect();
        diesel::delete(fleet_attempt::table.filter(fleet_attempt::machine_id.eq_any(ids.clone()))).execute(conn)?;
        diesel::delete(fleet_source::table.filter(fleet_source::machine_id.eq_any(ids.clone()))).execute(conn)?;
        let own = fleet_machine::table
            .filter(fleet_machine::customer_id.eq(Id(customer)))
            .filter(fleet_machine::generation.eq(generation))
            .filter(fleet_machine::id.eq_any(ids));
        diesel::delete(own).execute(conn)?;
    }
    Ok(())
}

/// Adds what a script reported; `false` when that line is known, or the machine has enough of them.
pub fn insert_attempt(conn: &mut Conn, row: &AttemptRow) -> Result<bool, StoreError> {
    let own = fleet_attempt::table.filter(fleet_attempt::machine_id.eq(row.machine_id));
    let known: i64 = own.select(count_star()).first(conn)?;
    if known >= ATTEMPTS_MAX {
        return Ok(false);
    }
    Ok(crate::insert_many!(conn, fleet_attempt::table, std::slice::from_ref(row), or ignore) == 1)
}

/// What scripts reported of a machine, newest first.
pub fn attempts(conn: &mut Conn, machine: FleetMachineId) -> Result<Vec<AttemptRow>, StoreError> {
    let mut rows: Vec<AttemptRow> = fleet_attempt::table
        .filter(fleet_attempt::machine_id.eq(Id(machine)))
        .select(AttemptRow::as_select())
        .load(conn)?;
    rows.sort_by(|one, other| (other.at, &other.digest).cmp(&(one.at, &one.digest)));
    Ok(rows)
}
