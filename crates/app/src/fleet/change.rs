//! Changing many machines of a fleet so that nobody waits for it and nobody sees half of it (design §5).
//!
//! A few machines are changed where they stand, in the transaction that also says why. Many are written as another
//! generation in steps of some hundred; the last, small transaction shows it. A step refuses to go on when somebody
//! else changed the fleet, and then nothing was shown. Only what scripts report may come in between, and is kept.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use perpetua_domain::access::Permission;
use perpetua_domain::fleet::MachineState;
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_store::Conn;
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow};
use perpetua_store::fleet::{self as rows, FleetRow};
use tokio::sync::OwnedMutexGuard;

use super::{hold, require, save};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Machines that one transaction changes or writes.
pub(super) const STEP: usize = 300;

/// A machine as it was read and as it shall be.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub before: MachineRow,
    pub after: MachineRow,
}

/// Changes that wait for the transaction that makes them hold.
#[derive(Debug)]
pub(super) struct Ready {
    version: i64,
    generation: i64,
    last_generation: i64,
    /// Machines that are changed where they stand; none when another generation was written.
    here: Vec<Change>,
}

/// Prepares changes of a fleet that was read as `fleet`.
///
/// # Errors
///
/// `changed_elsewhere` when somebody else changes the fleet; those of [`require`].
pub(super) async fn prepare(
    app: &App,
    caller: &Caller,
    fleet: &FleetRow,
    changes: Vec<Change>,
) -> Result<Ready, Problem> {
    let FleetRow { version, generation, last_generation, .. } = *fleet;
    if changes.len() <= STEP {
        return Ok(Ready { version, generation, last_generation, here: changes });
    }
    let next = last_generation + 1;
    let begun = FleetRow { last_generation: next, ..fleet.clone() };
    app.store
        .write((app.stamp(caller), begun), |conn, (stamp, begun)| {
            require(conn, &stamp.caller, Permission::FleetEdit, begun.customer_id.0)?;
            save(conn, begun)
        })
        .await?;
    let ready = Ready { version: version + 1, generation: next, last_generation: next, here: Vec::new() };
    let changes: HashMap<FleetMachineId, Change> =
        changes.into_iter().map(|change| (change.before.id.0, change)).collect();
    write_beside(app, (fleet.customer_id.0, generation), &ready, Arc::new(changes)).await?;
    Ok(ready)
}

/// Writes every machine of the shown generation into the next one, with its change.
async fn write_beside(
    app: &App,
    (customer, shown): (TenantId, i64),
    ready: &Ready,
    changes: Arc<HashMap<FleetMachineId, Change>>,
) -> Result<(), Problem> {
    let (version, next) = (ready.version, ready.generation);
    let limit = i64::try_from(STEP).unwrap_or(i64::MAX);
    let mut after = None;
    loop {
        let written = app
            .store
            .write(changes.clone(), move |conn, changes| {
                hold(conn, customer, version)?;
                let machines = machine_rows::of_generation(conn, (customer, shown), after, limit)?;
                let last = machines.last().map(|row| row.id.0);
                let rows: Vec<MachineRow> =
                    machines.into_iter().map(|row| MachineRow { generation: next, ..changed(row, changes) }).collect();
                machine_rows::insert(conn, &rows)?;
                Ok::<_, Problem>(last)
            })
            .await?;
        match written {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

/// A machine with its change. What a script reported since the change was computed stays.
fn changed(now: MachineRow, changes: &HashMap<FleetMachineId, Change>) -> MachineRow {
    let Some(Change { before, after }) = changes.get(&now.id.0) else { return now };
    if now == *before { after.clone() } else { merged(&now, after) }
}

/// A machine as it shall be, with what scripts have reported since that was computed. One that moved meanwhile stays
/// in the wave in which it moved.
pub(super) fn merged(now: &MachineRow, after: &MachineRow) -> MachineRow {
    if !now.state.0.has_to_move() {
        let MachineRow { generation, last_day, last_safe_day, .. } = *after;
        return MachineRow { generation, last_day, last_safe_day, ..now.clone() };
    }
    let state = match (now.state.0, after.state.0) {
        (MachineState::Failed, after) if after.has_to_move() => MachineState::Failed,
        (_, MachineState::Failed) if after.wave.is_some() => MachineState::Planned,
        (_, MachineState::Failed) => MachineState::Open,
        (_, after) => after,
    };
    MachineRow {
        state: state.into(),
        last_exit: now.last_exit,
        last_result: now.last_result,
        reported_at: now.reported_at,
        evidence: now.evidence.clone(),
        ..after.clone()
    }
}

impl Ready {
    /// Makes the changes hold, with what else changes about the fleet.
    ///
    /// # Errors
    ///
    /// `changed_elsewhere` when the fleet or one of its machines changed meanwhile.
    pub fn put(&self, conn: &mut Conn, fleet: &FleetRow) -> Result<(), Problem> {
        let &Self { version, generation, last_generation, .. } = self;
        save(conn, &FleetRow { version, generation, last_generation, ..fleet.clone() })?;
        let ids: Vec<FleetMachineId> = self.here.iter().map(|change| change.before.id.0).collect();
        let now = by_id(machine_rows::some(conn, fleet.customer_id.0, &ids)?);
        for Change { before, after } in &self.here {
            if now.get(&before.id.0) != Some(before) {
                return Err(Problem::conflict("changed_elsewhere"));
            }
            machine_rows::update(conn, after)?;
        }
        Ok(())
    }
}

/// Machines by their ids.
pub(super) fn by_id(rows: Vec<MachineRow>) -> HashMap<FleetMachineId, MachineRow> {
    rows.into_iter().map(|row| (row.id.0, row)).collect()
}

/// Removes what is not shown any more. What stays behind when this is interrupted is removed after the next change of
/// many machines.
pub(super) async fn sweep(app: &App, customer: TenantId) -> Result<(), Problem> {
    let limit = i64::try_from(STEP).unwrap_or(i64::MAX);
    loop {
        let gone = app
            .store
            .write((), move |conn, ()| {
                let shown = rows::find(conn, customer)?.map_or(0, |fleet| fleet.generation);
                Ok::<_, Problem>(machine_rows::forget_generations(conn, customer, shown, limit)?)
            })
            .await?;
        if gone == 0 {
            return Ok(());
        }
    }
}

/// How often a long change is made again when somebody else changed the fleet meanwhile.
pub(super) const TRIES: usize = 4;

/// Makes a long change in its turn; again, from what is true then, when somebody else changed the fleet meanwhile.
///
/// # Errors
///
/// `changed_elsewhere` when that happened each time, and those of the change.
pub(super) async fn in_turn<T, F>(customer: TenantId, mut change: impl FnMut() -> F) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    let _turn = turn(customer).await;
    for _ in 0..TRIES {
        match change().await {
            Err(problem) if problem.code == "changed_elsewhere" => {}
            done => return done,
        }
    }
    Err(Problem::conflict("changed_elsewhere"))
}

/// The turns of the fleets that are being changed by this process.
static TURNS: LazyLock<Mutex<HashMap<TenantId, Weak<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

/// Waits until no other long change of this fleet runs in this process: two at a time would only disturb each other.
/// Between processes the version of the fleet's row decides.
pub(super) async fn turn(customer: TenantId) -> OwnedMutexGuard<()> {
    let turn = {
        let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = turns.get(&customer).and_then(Weak::upgrade).unwrap_or_default();
        turns.insert(customer, Arc::downgrade(&turn));
        turn
    };
    turn.lock_owned().await
}
