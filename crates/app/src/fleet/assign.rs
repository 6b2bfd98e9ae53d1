//! Giving machines to waves, taking them out of theirs, and leaving them out: one by one or all that fit a filter.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{LeftOutReason, MachineState, WaveState};
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_fleet::forecast::machine as forecast_machine;
use perpetua_fleet::matching::assign as match_keys;
use perpetua_fleet::merge::Machine;
use perpetua_store::Conn;
use perpetua_store::fleet::machines::{self as rows, MachineRow, SourceRow};
use perpetua_store::fleet::{self as fleets, FleetRow};
use serde_json::json;

use super::assess::machine_of;
use super::change::{self, Change, Ready};
use super::keys::{Held, Moves, stock};
use super::settings::PlanSettings;
use super::{ASSIGN_MAX, MACHINES_MAX, MachineFilter, count, entry, load, require, waves};
use crate::audit;
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::problem::Problem;

/// Which machines something is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These, at most 1,000.
    Ids(Vec<FleetMachineId>),
    /// All that fit.
    Filter(MachineFilter),
}

/// What is done to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// They move with this wave.
    Wave(i64),
    /// They move with no wave for now.
    NoWave,
    /// They are left out.
    LeaveOut,
    /// They are not left out any more.
    TakeIn,
}

impl Assignment {
    const fn word(self) -> &'static str {
        match self {
            Self::Wave(_) => "wave",
            Self::NoWave => "no_wave",
            Self::LeaveOut => "leave_out",
            Self::TakeIn => "take_in",
        }
    }
}

/// Everything that an assignment is made of.
struct Known {
    fleet: FleetRow,
    chosen: Vec<MachineRow>,
    /// Only for those that get a key: the reports about the chosen ones, the keys, and what others take of them.
    sources: Vec<SourceRow>,
    stock: Vec<Held>,
    taken: BTreeMap<String, u32>,
}

/// Gives machines to a wave, takes them out of theirs, leaves them out or takes them in again. Machines that moved or
/// have nothing to move stay as they are. Gives how many changed.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `fleet_selection_too_large`, `fleet_wave_missing`,
/// `fleet_wave_done`, `fleet_no_activations` when the keys have not enough left, `changed_elsewhere`; nothing changes
/// then.
pub async fn assign(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    which: Selection,
    to: Assignment,
) -> Result<i64, Problem> {
    if matches!(&which, Selection::Ids(ids) if ids.len() > ASSIGN_MAX) {
        return Err(Problem::invalid("fleet_selection_too_large").with_number("max", count(ASSIGN_MAX)));
    }
    change::in_turn(customer, || try_once(app, caller, customer, &which, to)).await
}

async fn try_once(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    which: &Selection,
    to: Assignment,
) -> Result<i64, Problem> {
    let (asked, which, now) = (caller.clone(), which.clone(), app.clock.now());
    let known = app
        .store
        .read(move |conn| {
            require(conn, &asked, Permission::FleetEdit, customer)?;
            known(conn, &asked, customer, (&which, to), now)
        })
        .await?;
    let fleet = known.fleet.clone();
    let computed = tokio::task::spawn_blocking(move || compute(known, to, now)).await;
    let changes = computed.map_err(Problem::internal)??;
    let changed = count(changes.len());
    let ready = change::prepare(app, caller, &fleet, changes).await?;
    app.store
        .write((app.stamp(caller), ready, fleet), move |conn, (stamp, ready, fleet)| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            apply(conn, stamp, (fleet, ready), to, changed)
        })
        .await?;
    change::sweep(app, customer).await?;
    Ok(changed)
}

fn known(
    conn: &mut Conn,
    caller: &Caller,
    customer: TenantId,
    (which, to): (&Selection, Assignment),
    now: Timestamp,
) -> Result<Known, Problem> {
    // First, so that whatever changes while the rest is read is noticed.
    let fleet = load(conn, customer)?;
    let chosen = match which {
        Selection::Ids(ids) => rows::some(conn, customer, ids)?,
        Selection::Filter(filter) => {
            let max = i64::try_from(MACHINES_MAX).unwrap_or(i64::MAX);
            rows::list(conn, customer, &filter.rows(now), &rows::Place::Name(None), max)?
        }
    };
    let is_affected = |row: &MachineRow| match to {
        Assignment::Wave(number) => row.state.0.has_to_move() && row.wave != Some(number),
        Assignment::NoWave => row.state.0.has_to_move() && row.wave.is_some(),
        Assignment::LeaveOut => row.state.0.has_to_move(),
        Assignment::TakeIn => row.left_out == LeftOutReason::ByHand.as_text(),
    };
    let chosen: Vec<MachineRow> = chosen.into_iter().filter(is_affected).collect();
    let mut known = Known { fleet, chosen, sources: Vec::new(), stock: Vec::new(), taken: BTreeMap::new() };
    if let Assignment::Wave(number) = to {
        require_open(conn, customer, number)?;
        let ids: Vec<FleetMachineId> = known.chosen.iter().map(|row| row.id.0).collect();
        let is_chosen: HashSet<FleetMachineId> = ids.iter().copied().collect();
        let others = rows::planned_moves(conn, customer)?.into_iter().filter(|(id, _)| !is_chosen.contains(&id.0));
        for key in others.flat_map(|(_, moves)| Moves::parse(&moves).keys().collect::<Vec<_>>()) {
            *known.taken.entry(key).or_default() += 1;
        }
        known.stock = stock(conn, caller, customer)?;
        known.sources = rows::sources(conn, &ids)?;
    }
    Ok(known)
}

/// Refuses waves that are not there or done.
fn require_open(conn: &mut Conn, customer: TenantId, number: i64) -> Result<(), Problem> {
    let wave = fleets::wave(conn, customer, number)?.ok_or_else(|| Problem::field("wave", "fleet_wave_missing"))?;
    if wave.state.0 == WaveState::Done {
        return Err(Problem::field("wave", "fleet_wave_done"));
    }
    Ok(())
}

fn compute(known: Known, to: Assignment, now: Timestamp) -> Result<Vec<Change>, Problem> {
    let before = known.chosen.clone();
    let mut chosen = known.chosen;
    for row in &mut chosen {
        row.wave = None;
        row.is_pilot = false;
        row.moves.clear();
        row.left_out.clear();
        row.state = MachineState::Open.into();
        if to == Assignment::LeaveOut {
            row.state = MachineState::LeftOut.into();
            LeftOutReason::ByHand.as_text().clone_into(&mut row.left_out);
        }
    }
    if let Assignment::Wave(number) = to {
        let settings = PlanSettings::parse(&known.fleet.settings);
        let reports: HashMap<FleetMachineId, String> =
            known.sources.into_iter().map(|source| (source.machine_id.0, source.reports)).collect();
        give_keys(&mut chosen, &reports, known.stock, (&known.taken, &settings, now))?;
        for row in &mut chosen {
            row.wave = Some(number);
            row.state = MachineState::Planned.into();
        }
    }
    Ok(before.into_iter().zip(chosen).map(|(before, after)| Change { before, after }).collect())
}

/// Gives each machine keys of what the other machines' moves leave.
fn give_keys(
    chosen: &mut [MachineRow],
    reports: &HashMap<FleetMachineId, String>,
    mut stock: Vec<Held>,
    (taken, settings, now): (&BTreeMap<String, u32>, &PlanSettings, Timestamp),
) -> Result<(), Problem> {
    for held in &mut stock {
        let used = taken.get(&held.id.to_string()).copied().unwrap_or(0);
        held.key.remaining = held.key.remaining.saturating_sub(used);
    }
    let machines: Vec<Machine> = chosen
        .iter()
        .map(|row| machine_of(row, reports.get(&row.id.0).map_or("[]", String::as_str)))
        .collect::<Result<_, _>>()?;
    let with = settings.assumptions(now);
    let forecasts: Vec<_> = machines.iter().map(|machine| forecast_machine(machine, &with)).collect();
    let keys: Vec<_> = stock.iter().map(|held| held.key.clone()).collect();
    let matching = match_keys(&machines, &forecasts, &keys);
    if matching.needs.iter().any(|need| need.key.is_none()) {
        let missing = matching.needs.iter().filter(|need| need.key.is_none()).count();
        return Err(Problem::conflict("fleet_no_activations").with_number("missing", count(missing)));
    }
    let mut moves: Vec<Moves> = machines.iter().map(|_| Moves::default()).collect();
    for need in &matching.needs {
        let kind = &machines[need.machine].licenses[need.license].kind;
        if let Some(at) = need.key {
            moves[need.machine].add(&kind.code(), stock[at].id);
        }
    }
    for (row, moves) in chosen.iter_mut().zip(moves) {
        row.moves = moves.text();
    }
    Ok(())
}

fn apply(
    conn: &mut Conn,
    stamp: &Stamp,
    (fleet, ready): (&FleetRow, &Ready),
    to: Assignment,
    changed: i64,
) -> Result<(), Problem> {
    let customer = fleet.customer_id.0;
    let mut detail = json!({ "machines": changed, "to": to.word() });
    if let Assignment::Wave(number) = to {
        require_open(conn, customer, number)?;
        detail["wave"] = number.into();
    }
    ready.put(conn, fleet)?;
    waves::settle_all(conn, customer)?;
    fleets::refresh_alarm_day(conn, customer)?;
    let entry = entry(&stamp.caller, customer, "fleet.assigned").detail(detail);
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}
