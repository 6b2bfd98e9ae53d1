//! The waves of a fleet: how far each is, and stopping and releasing one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{MachineState, WaveProgress, WaveState};
use perpetua_domain::id::TenantId;
use perpetua_store::fleet::machines::{self as machine_rows, NEVER, OVERDUE};
use perpetua_store::fleet::{self as rows, WaveRow};
use perpetua_store::{Conn, Utc};
use serde_json::json;

use super::{day, entry, require};
use crate::audit;
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// A wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveView {
    /// Its number, from 1.
    pub number: i64,
    /// Its day.
    pub day: Date,
    /// Where it stands.
    pub state: WaveState,
    /// Its machines.
    pub machines: i64,
    /// Those of them that moved.
    pub moved: i64,
    /// Those that failed.
    pub failed: i64,
    /// Those of which nothing is known yet.
    pub open: i64,
    /// Those that go ahead.
    pub pilots: i64,
    /// The first last safe day of its machines that have to move; those that are overdue apart.
    pub first_safe_day: Option<Date>,
    /// Percent of the machines that reported which failed.
    pub error_percent: i64,
    /// Until when its scripts may report.
    pub token_expires_at: Option<Timestamp>,
    /// Whether they may now.
    pub is_token_valid: bool,
}

/// What became of the machines of a wave.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub machines: i64,
    pub moved: i64,
    pub failed: i64,
    pilots: i64,
    first_safe_day: Option<Utc>,
}

impl Counts {
    fn progress(self) -> WaveProgress {
        WaveProgress { machines: self.machines, moved: self.moved, failed: self.failed }
    }
}

/// What became of the machines of every wave.
pub(super) fn counts(conn: &mut Conn, customer: TenantId) -> Result<BTreeMap<i64, Counts>, Problem> {
    let mut waves: BTreeMap<i64, Counts> = BTreeMap::new();
    for row in machine_rows::wave_counts(conn, customer)? {
        let Some(wave) = row.wave else { continue };
        let counts = waves.entry(wave).or_default();
        counts.machines += row.machines;
        counts.pilots += if row.is_pilot { row.machines } else { 0 };
        match row.state.0 {
            MachineState::Moved => counts.moved += row.machines,
            MachineState::Failed => counts.failed += row.machines,
            _ => {}
        }
        let day = row.first_safe_day.filter(|day| row.state.0.has_to_move() && *day != OVERDUE && *day != NEVER);
        counts.first_safe_day = [counts.first_safe_day, day].into_iter().flatten().min();
    }
    Ok(waves)
}

/// The waves of a customer, for whoever may see them.
pub(super) fn waves_of(conn: &mut Conn, customer: TenantId, now: Timestamp) -> Result<Vec<WaveView>, Problem> {
    let counts = counts(conn, customer)?;
    let view = |row: WaveRow| {
        let own = counts.get(&row.number).copied().unwrap_or_default();
        let reported = own.moved + own.failed;
        WaveView {
            number: row.number,
            day: day(row.day),
            state: row.state.0,
            machines: own.machines,
            moved: own.moved,
            failed: own.failed,
            open: own.machines - reported,
            pilots: own.pilots,
            first_safe_day: own.first_safe_day.map(day),
            error_percent: if reported == 0 { 0 } else { own.failed * 100 / reported },
            token_expires_at: row.token_expires_at.map(Utc::timestamp),
            is_token_valid: row.token_expires_at.is_some_and(|until| until.timestamp() > now),
        }
    };
    Ok(rows::waves(conn, customer)?.into_iter().map(view).collect())
}

/// The waves of a customer by number.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn waves(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<WaveView>, Problem> {
    let caller = caller.clone();
    let now = app.real_clock.now();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            waves_of(conn, customer, now)
        })
        .await
}

/// Brings the states of waves up to date with those of their machines.
pub(super) fn settle_all(conn: &mut Conn, customer: TenantId) -> Result<(), Problem> {
    let counts = counts(conn, customer)?;
    for mut wave in rows::waves(conn, customer)? {
        let own = counts.get(&wave.number).copied().unwrap_or_default();
        let state = wave.state.0.after(own.progress());
        if state != wave.state.0 {
            wave.state = state.into();
            rows::save_wave(conn, &wave)?;
        }
    }
    Ok(())
}

/// Stops a wave: no script pack of it is given out until it is released.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `fleet_wave_missing`, `fleet_wave_done`.
pub async fn hold_wave(app: &App, caller: &Caller, customer: TenantId, number: i64) -> Result<(), Problem> {
    change(app, caller, customer, number, true).await
}

/// Lets a stopped wave go on.
///
/// # Errors
///
/// As [`hold_wave`].
pub async fn release_wave(app: &App, caller: &Caller, customer: TenantId, number: i64) -> Result<(), Problem> {
    change(app, caller, customer, number, false).await
}

async fn change(app: &App, caller: &Caller, customer: TenantId, number: i64, holds: bool) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            let mut wave = find(conn, customer, number)?;
            if wave.state.0 == WaveState::Done {
                return Err(Problem::conflict("fleet_wave_done"));
            }
            if (wave.state.0 == WaveState::Held) == holds {
                return Ok(());
            }
            wave.state = if holds { WaveState::Held } else { WaveState::Running }.into();
            rows::save_wave(conn, &wave)?;
            if !holds {
                settle_all(conn, customer)?;
            }
            let kind = if holds { "fleet.wave_held" } else { "fleet.wave_released" };
            let entry = entry(&stamp.caller, customer, kind).detail(json!({ "number": number }));
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

/// A wave that has to be there.
pub(super) fn find(conn: &mut Conn, customer: TenantId, number: i64) -> Result<WaveRow, Problem> {
    let missing = || Problem::new(crate::problem::Kind::NotFound, "fleet_wave_missing");
    rows::wave(conn, customer, number)?.ok_or_else(missing)
}
