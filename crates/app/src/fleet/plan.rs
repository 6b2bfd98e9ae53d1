//! Making the plan: machines that have to move get a wave and a key, each before its last safe day and never beyond a
//! key's activations, or are listed with what would save them (M24, M25).
//!
//! Waves from which something was reported stay with the machines that moved in them; everything else is planned anew.
//! A plan of many machines is written beside the present one and shown at once.

use std::collections::HashMap;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{MachineState, WaveState};
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_fleet::forecast::machine as forecast_machine;
use perpetua_fleet::keys::Key;
use perpetua_fleet::matching::assign;
use perpetua_fleet::merge::Machine;
use perpetua_fleet::plan::{Fleet, Plan, Rules, make, verify};
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow, SourceRow};
use perpetua_store::fleet::{self as rows, FleetRow, WaveRow};
use perpetua_store::{Conn, Id};
use serde_json::json;

use super::assess::{is_overdue, set_days};
use super::change::{self, Change, Ready};
use super::gap::moving;
use super::keys::{Held, Moves, stock, take_used};
use super::plan_view::{Outcome, PlanView, RemedyView, UNSAVED_TOLD, Unsaved, view};
use super::settings::PlanSettings;
use super::{count, entry, load, midnight, require, waves};
use crate::audit;
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::form_use::{FormKey, is_used, once};
use crate::problem::Problem;

/// Everything that a plan is made of.
struct Known {
    fleet: FleetRow,
    machines: Vec<MachineRow>,
    sources: Vec<SourceRow>,
    waves: Vec<WaveRow>,
    stock: Vec<Held>,
}

/// Everything that a plan changes.
struct Changes {
    fleet: FleetRow,
    machines: Vec<Change>,
    waves: Vec<WaveRow>,
    /// The wave behind which the new ones go on.
    behind: i64,
    planned: usize,
    unsaved: i64,
}

/// Plans the move of a customer's machines, and stores settings, forecast and waves.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `invalid_input` naming settings that are out of range;
/// `fleet_empty` where there is no machine.
pub async fn make_plan(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    settings: PlanSettings,
    form: Option<FormKey>,
) -> Result<PlanView, Problem> {
    settings.check()?;
    change::in_turn(customer, || try_once(app, caller, customer, &settings, form)).await
}

async fn try_once(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    settings: &PlanSettings,
    form: Option<FormKey>,
) -> Result<PlanView, Problem> {
    let asked = caller.clone();
    let known = app
        .store
        .read(move |conn| {
            require(conn, &asked, Permission::FleetEdit, customer)?;
            // First, so that whatever changes while the rest is read is noticed.
            let fleet = load(conn, customer)?;
            let machines = machine_rows::all(conn, customer)?;
            if machines.is_empty() {
                return Err(Problem::conflict("fleet_empty"));
            }
            let mut stock = stock(conn, &asked, customer)?;
            take_used(&mut stock, conn, customer, &machines)?;
            Ok(Known {
                fleet,
                sources: machine_rows::all_sources(conn, customer)?,
                waves: rows::waves(conn, customer)?,
                machines,
                stock,
            })
        })
        .await?;
    if is_used(app, form).await? {
        return shown(app, caller, customer).await;
    }
    let before = known.fleet.clone();
    let stamp = app.stamp(caller);
    let (by, now, settings) = (caller.name.clone(), stamp.now, settings.clone());
    let computed = tokio::task::spawn_blocking(move || {
        let mut changes = compute(customer, known, &settings, now)?;
        changes.fleet.settings = json!(settings).to_string();
        changes.fleet.planned_at = Some(now.into());
        changes.fleet.planned_by = by;
        Ok::<_, Problem>(changes)
    });
    let mut changes = computed.await.map_err(Problem::internal)??;
    let ready = change::prepare(app, caller, &before, std::mem::take(&mut changes.machines)).await?;
    app.store
        .write((stamp, changes, ready), move |conn, (stamp, changes, ready)| {
            require(conn, &stamp.caller, Permission::FleetEdit, customer)?;
            once(conn, stamp, (form, "fleet_plan"), |conn| {
                apply(conn, stamp, customer, (changes, ready))?;
                Ok((customer.to_string(), ()))
            })
        })
        .await?;
    change::sweep(app, customer).await?;
    shown(app, caller, customer).await
}

/// The plan that holds now.
async fn shown(app: &App, caller: &Caller, customer: TenantId) -> Result<PlanView, Problem> {
    let (caller, now) = (caller.clone(), app.real_clock.now());
    let found = app
        .store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetEdit, customer)?;
            view(conn, &caller, customer, now)
        })
        .await?;
    found.ok_or_else(Problem::not_found)
}

fn apply(
    conn: &mut Conn,
    stamp: &Stamp,
    customer: TenantId,
    (changes, ready): (&Changes, &Ready),
) -> Result<(), Problem> {
    ready.put(conn, &changes.fleet)?;
    // A wave may have begun while the plan was made.
    if behind(&rows::waves(conn, customer)?) != changes.behind {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    rows::remove_planned_waves(conn, customer)?;
    rows::insert_waves(conn, &changes.waves)?;
    waves::settle_all(conn, customer)?;
    rows::refresh_alarm_day(conn, customer)?;
    let entry = entry(&stamp.caller, customer, "fleet.planned").detail(json!({
        "machines": changes.planned,
        "waves": changes.waves.len(),
        "unsaved": changes.unsaved,
    }));
    Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
}

/// The last wave from which something was reported or that was stopped; 0 for none.
fn behind(waves: &[WaveRow]) -> i64 {
    waves.iter().filter(|wave| wave.state.0 != WaveState::Planned).map(|wave| wave.number).max().unwrap_or(0)
}

fn compute(customer: TenantId, known: Known, settings: &PlanSettings, now: Timestamp) -> Result<Changes, Problem> {
    let Known { fleet, machines, sources, waves, stock } = known;
    let before: HashMap<FleetMachineId, MachineRow> = machines.iter().map(|row| (row.id.0, row.clone())).collect();
    let mut after = machines.clone();
    for row in &mut after {
        let is_late = is_overdue(&row.outlook);
        set_days(row, is_late, settings);
        if row.state.0.has_to_move() {
            row.wave = None;
            row.is_pilot = false;
            row.moves.clear();
            if row.state.0 == MachineState::Planned {
                row.state = MachineState::Open.into();
            }
        }
    }
    let (order, moving): (Vec<FleetMachineId>, Vec<Machine>) =
        moving(machines, sources)?.into_iter().map(|(row, machine)| (row.id.0, machine)).unzip();
    let with = settings.assumptions(now);
    let forecasts: Vec<_> = moving.iter().map(|machine| forecast_machine(machine, &with)).collect();
    let keys: Vec<Key> = stock.iter().map(|held| held.key.clone()).collect();
    let matching = assign(&moving, &forecasts, &keys);
    let lists = Fleet { machines: &moving, forecasts: &forecasts, keys: &keys, matching: &matching };
    let rules = settings.rules(now);
    let plan = make(&lists, &rules);
    let outcome = outcome(&lists, &order, &plan, &rules, &stock);
    let places: HashMap<FleetMachineId, usize> = after.iter().enumerate().map(|(at, row)| (row.id.0, at)).collect();
    let first = behind(&waves);
    for wave in &plan.waves {
        for planned in &wave.machines {
            let row = &mut after[places[&order[planned.index]]];
            row.wave = Some(first + i64::from(wave.number));
            row.is_pilot = planned.is_pilot;
            row.state = MachineState::Planned.into();
            let mut moves = Moves::default();
            for (license, key) in &planned.moves {
                moves.add(&moving[planned.index].licenses[*license].kind.code(), stock[*key].id);
            }
            row.moves = moves.text();
        }
    }
    let new_waves = plan.waves.iter().map(|wave| WaveRow {
        customer_id: Id(customer),
        number: first + i64::from(wave.number),
        day: midnight(wave.day),
        state: WaveState::Planned.into(),
        token_hash: None,
        token_expires_at: None,
        version: 1,
    });
    let waves = new_waves.collect();
    let change = |after: MachineRow| {
        let before = before.get(&after.id.0).filter(|before| **before != after)?;
        Some(Change { before: before.clone(), after })
    };
    let changed = after.into_iter().filter_map(change).collect();
    let unsaved = outcome.unsaved_count;
    let fleet = FleetRow { outcome: json!(outcome).to_string(), ..fleet };
    Ok(Changes { fleet, machines: changed, waves, behind: first, planned: plan.planned(), unsaved })
}

fn outcome(lists: &Fleet<'_>, order: &[FleetMachineId], plan: &Plan, rules: &Rules, stock: &[Held]) -> Outcome {
    let unsaved = |unsaved: &perpetua_fleet::plan::Unsaved| Unsaved {
        machine: order[unsaved.index].to_string(),
        name: lists.machines[unsaved.index].name().to_owned(),
        reason: unsaved.reason,
        last_safe_day: unsaved.last_safe_day,
        planned_day: unsaved.planned_day,
    };
    let keys = stock.iter().zip(&plan.used);
    Outcome {
        unsaved: plan.unsaved.iter().take(UNSAVED_TOLD).map(unsaved).collect(),
        unsaved_count: count(plan.unsaved.len()),
        remedies: plan.remedies.iter().map(RemedyView::of).collect(),
        without_pilots: plan.without_pilots,
        breaches: count(verify(plan, lists, rules).len()),
        keys: keys
            .map(|(held, used)| {
                let (label, usable) = (held.key.label.clone(), i64::from(held.key.usable()));
                (held.id.to_string(), label, i64::from(*used), usable)
            })
            .collect(),
    }
}
