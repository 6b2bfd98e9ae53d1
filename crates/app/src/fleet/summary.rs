//! Where a fleet stands: machines by state and risk, by the day on which they end and the day on which they move, and
//! what another switch-off would do (M24). Everything is counted by the database in groups of machines that are alike.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{MachineState, Risk, RiskFacts, alarm, days_until, risk};
use perpetua_domain::id::TenantId;
use perpetua_fleet::forecast::STALE_DAYS;
use perpetua_store::Conn;
use perpetua_store::fleet::machines::{self as rows, FactsRow};
use perpetua_store::fleet::{self as fleets, imports};

use super::assess::{Ends, is_overdue, safe_day};
use super::settings::PlanSettings;
use super::{day, day_of, load, product_name, require};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Machines of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: Date,
    /// How many.
    pub machines: i64,
}

/// The warning that is due now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlarmView {
    /// Days until the first last safe day; negative when it is gone.
    pub days_left: i64,
    /// The warning that was reached: 60, 30, 14, 7 or 2 days before.
    pub threshold: i64,
    /// The first last safe day.
    pub day: Date,
    /// Machines whose last safe day it is, or was.
    pub machines: i64,
}

/// What the caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Upload, plan and assign.
    pub edit: bool,
    /// Enter keys.
    pub enter_keys: bool,
    /// Take script packs.
    pub scripts: bool,
}

/// Where a fleet stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Machines in all.
    pub machines: i64,
    /// Machines per state, in the order of states, without those that no machine is in.
    pub states: Vec<(MachineState, i64)>,
    /// Machines per risk, the most pressing first.
    pub risks: Vec<(Risk, i64)>,
    /// Machines per product: code, name and number, most first.
    pub products: Vec<(String, String, i64)>,
    /// Machines that have to move by the last day before their end.
    pub ends: Vec<DayCount>,
    /// Machines in waves that have not moved, by the day of their wave.
    pub waves: Vec<DayCount>,
    /// The last day on which every machine that has to move is safe; machines that are overdue apart.
    pub safe_until: Option<Date>,
    /// The first last day of a machine that has to move.
    pub first_end: Option<Date>,
    /// Machines whose data is older than 30 days.
    pub stale: i64,
    /// When the key host is switched off, by the settings.
    pub switch_off: Option<Date>,
    /// Days of reserve, by the settings.
    pub reserve_days: u32,
    /// When the fleet was planned last.
    pub planned_at: Option<Timestamp>,
    /// The warning that is due now.
    pub alarm: Option<AlarmView>,
    /// When an inventory was uploaded last.
    pub last_import: Option<Timestamp>,
    /// What the caller may do.
    pub may: May,
}

/// What another switch-off would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// Machines that have to move by the last day before their end.
    pub ends: Vec<DayCount>,
    /// The last day on which every machine is safe.
    pub safe_until: Option<Date>,
    /// The first last day.
    pub first_end: Option<Date>,
    /// Machines per risk.
    pub risks: Vec<(Risk, i64)>,
}

/// What follows from groups of machines.
struct Outcome {
    risks: BTreeMap<Risk, i64>,
    ends: BTreeMap<Date, i64>,
    safe: BTreeMap<Date, i64>,
}

fn outcome(facts: &[FactsRow], switch_off: Option<Timestamp>, reserve_days: u32, today: Date) -> Outcome {
    let mut outcome = Outcome { risks: BTreeMap::new(), ends: BTreeMap::new(), safe: BTreeMap::new() };
    for row in facts {
        let last_day = Ends::of(row).last_day(switch_off);
        let last_safe_day = last_day.map(|last| safe_day(last, reserve_days));
        let is_overdue = is_overdue(&row.outlook);
        let has_to_move = row.state.0.has_to_move();
        let facts = RiskFacts { has_to_move, is_overdue, last_day, last_safe_day };
        *outcome.risks.entry(risk(facts, today)).or_default() += row.machines;
        if let (true, Some(last), Some(safe)) = (has_to_move, last_day, last_safe_day) {
            *outcome.ends.entry(last).or_default() += row.machines;
            if !is_overdue {
                *outcome.safe.entry(safe).or_default() += row.machines;
            }
        }
    }
    outcome
}

fn by_day(days: &BTreeMap<Date, i64>) -> Vec<DayCount> {
    days.iter().map(|(day, machines)| DayCount { day: *day, machines: *machines }).collect()
}

/// Where a customer's fleet stands.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn summary(app: &App, caller: &Caller, customer: TenantId) -> Result<Summary, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            summarize(conn, &caller, customer, now)
        })
        .await
}

/// The summary, for whoever may see it.
pub(super) fn summarize(
    conn: &mut Conn,
    caller: &Caller,
    customer: TenantId,
    now: Timestamp,
) -> Result<Summary, Problem> {
    let today = day_of(now);
    let fleet = load(conn, customer)?;
    let settings = PlanSettings::parse(&fleet.settings);
    let facts = rows::facts(conn, customer)?;
    let outcome = outcome(&facts, settings.switch_off_at(), settings.reserve_days, today);
    let mut states: BTreeMap<MachineState, i64> = BTreeMap::new();
    let mut products: BTreeMap<String, i64> = BTreeMap::new();
    for row in &facts {
        *states.entry(row.state.0).or_default() += row.machines;
        *products.entry(row.product.clone()).or_default() += row.machines;
    }
    let mut products: Vec<_> =
        products.into_iter().map(|(code, machines)| (code.clone(), product_name(&code), machines)).collect();
    products.sort_by(|one, other| (other.2, &one.0).cmp(&(one.2, &other.0)));
    let stale_before = now.saturating_sub(SignedDuration::from_hours(24 * i64::from(STALE_DAYS))).unwrap_or(now);
    let owner = Owner::Tenant(customer);
    let may = May {
        edit: authorize::allows(conn, caller, Permission::FleetEdit, owner)?,
        enter_keys: authorize::allows(conn, caller, Permission::FleetKeyEdit, owner)?,
        scripts: authorize::allows(conn, caller, Permission::KeyReveal, owner)?,
    };
    Ok(Summary {
        machines: facts.iter().map(|row| row.machines).sum(),
        states: states.into_iter().collect(),
        risks: outcome.risks.iter().map(|(risk, machines)| (*risk, *machines)).collect(),
        products,
        ends: by_day(&outcome.ends),
        waves: wave_days(conn, customer)?,
        safe_until: outcome.safe.keys().next().copied(),
        first_end: outcome.ends.keys().next().copied(),
        stale: rows::count_stale(conn, customer, stale_before.into())?,
        switch_off: settings.switch_off,
        reserve_days: settings.reserve_days,
        planned_at: fleet.planned_at.map(perpetua_store::Utc::timestamp),
        alarm: alarm_of(&outcome, today),
        last_import: imports::list(conn, customer, 1)?.first().map(|import| import.at.timestamp()),
        may,
    })
}

fn alarm_of(outcome: &Outcome, today: Date) -> Option<AlarmView> {
    let (day, machines) = outcome.safe.iter().next()?;
    let days_left = days_until(*day, today);
    Some(AlarmView { days_left, threshold: alarm(days_left)?, day: *day, machines: *machines })
}

fn wave_days(conn: &mut Conn, customer: TenantId) -> Result<Vec<DayCount>, Problem> {
    let mut days: BTreeMap<Date, i64> = BTreeMap::new();
    let waves: BTreeMap<i64, Date> =
        fleets::waves(conn, customer)?.into_iter().map(|wave| (wave.number, day(wave.day))).collect();
    for row in rows::wave_counts(conn, customer)? {
        if let Some(day) = row.wave.and_then(|wave| waves.get(&wave)).filter(|_| row.state.0.has_to_move()) {
            *days.entry(*day).or_default() += row.machines;
        }
    }
    Ok(by_day(&days))
}

/// What would follow if the key host were switched off on a day, or had been gone since the machines' last reports.
/// Nothing is stored.
///
/// # Errors
///
/// As [`summary`].
pub async fn what_if(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    switch_off: Option<Date>,
    reserve_days: Option<u32>,
) -> Result<WhatIf, Problem> {
    let caller = caller.clone();
    let today = day_of(app.clock.now());
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let settings = PlanSettings::parse(&load(conn, customer)?.settings);
            let reserve_days = reserve_days.unwrap_or(settings.reserve_days).min(365);
            let off = switch_off.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp());
            let outcome = outcome(&rows::facts(conn, customer)?, off, reserve_days, today);
            Ok(WhatIf {
                ends: by_day(&outcome.ends),
                safe_until: outcome.safe.keys().next().copied(),
                first_end: outcome.ends.keys().next().copied(),
                risks: outcome.risks.into_iter().collect(),
            })
        })
        .await
}
