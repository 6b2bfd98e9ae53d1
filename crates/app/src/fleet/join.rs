//! Joining an upload with the machines that are known: which are new, which changed, which turned out to be others.

use std::collections::{HashMap, HashSet};

use perpetua_domain::fleet::MachineState;
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_fleet::merge::{Machine, merge_keeping};
use perpetua_fleet::read::Reading;
use perpetua_fleet::record::Record;
use perpetua_store::Id;
use perpetua_store::fleet::FleetRow;
use perpetua_store::fleet::machines::{MachineRow, NEVER, SourceRow};

use super::assess::{fill, stored};
use super::change::Change;
use super::settings::PlanSettings;
use super::{MACHINES_MAX, REPORTS_KEPT, count};
use crate::caller::IdSeed;
use crate::problem::Problem;

/// What is known of a fleet.
pub(super) struct Known {
    pub fleet: FleetRow,
    pub machines: Vec<MachineRow>,
    pub sources: Vec<SourceRow>,
}

/// A machine that is known, with what was learned of it.
pub(super) struct Learned {
    pub change: Change,
    /// The reports about it, when they are others now.
    pub source: Option<SourceRow>,
    /// Whether the machine itself is another now, not only the reports about it.
    pub is_changed: bool,
    /// Whether it turned out to have moved.
    pub has_moved: bool,
}

/// Everything that an upload changes, in the order in which it is stored: whatever is taken from one machine stands
/// with another before it goes, so that nothing is lost when storing stops half way.
#[derive(Default)]
pub(super) struct Joined {
    pub new: Vec<(MachineRow, SourceRow)>,
    pub learned: Vec<Learned>,
    /// Those that lose reports to others.
    pub losing: Vec<Learned>,
    pub gone: Vec<FleetMachineId>,
}

/// Joins an upload with the machines that are known.
pub(super) fn join(customer: TenantId, known: Known, reading: &Reading, seed: &IdSeed) -> Result<Joined, Problem> {
    let Known { fleet, machines, sources } = known;
    let settings = PlanSettings::parse(&fleet.settings);
    let mut records: Vec<Record> = reading.records.clone();
    let mut reports: HashMap<FleetMachineId, (String, usize)> = HashMap::with_capacity(sources.len());
    for source in sources {
        let own = serde_json::from_str::<Vec<Record>>(&source.reports).map_err(Problem::internal)?;
        reports.insert(source.machine_id.0, (source.reports, own.len()));
        records.extend(own);
    }
    let joined = merge_keeping(records, REPORTS_KEPT);
    if joined.len() > MACHINES_MAX {
        return Err(Problem::invalid("fleet_too_many_machines").with_number("max", count(MACHINES_MAX)));
    }
    let mut known: HashMap<String, MachineRow> = machines.into_iter().map(|row| (row.identity.clone(), row)).collect();
    let heirs = heirs(&known, &joined);
    let mut ids = seed.ids();
    let mut done = Joined::default();
    for (machine, records) in joined {
        let text = stored(&records)?;
        let before = heirs.get(&machine.id).and_then(|identity| known.remove(identity));
        let mut row = before.clone().unwrap_or_else(|| blank(customer, fleet.generation, ids.next()));
        row.identity.clone_from(&machine.id);
        fill(&mut row, &machine, &settings);
        let source = SourceRow { machine_id: row.id, customer_id: Id(customer), reports: text };
        let Some(before) = before else {
            done.new.push((row, source));
            continue;
        };
        let (was, count) = reports.remove(&row.id.0).unwrap_or_default();
        let source = (was != source.reports).then_some(source);
        let is_changed = before != row;
        if !is_changed && source.is_none() {
            continue;
        }
        let has_moved = row.state.0 == MachineState::Moved && before.state.0 != MachineState::Moved;
        let learned = Learned { change: Change { before, after: row }, source, is_changed, has_moved };
        if records.len() < count { done.losing.push(learned) } else { done.learned.push(learned) }
    }
    done.gone = known.into_values().map(|row| row.id.0).collect();
    Ok(done)
}

/// Which known machine each joined one goes on from. A machine whose identity became longer or shorter, because a
/// domain or a machine id was learned, is still the same when only one can be meant.
fn heirs(known: &HashMap<String, MachineRow>, joined: &[(Machine, Vec<Record>)]) -> HashMap<String, String> {
    fn stem(identity: &str) -> &str {
        identity.split(['.', '#', '~']).next().unwrap_or(identity)
    }
    let present: HashSet<&str> = joined.iter().map(|(machine, _)| machine.id.as_str()).collect();
    let mut heirs: HashMap<String, String> = HashMap::new();
    let mut lost: HashMap<&str, Vec<&String>> = HashMap::new();
    for identity in known.keys() {
        if present.contains(identity.as_str()) {
            heirs.insert(identity.clone(), identity.clone());
        } else {
            lost.entry(stem(identity)).or_default().push(identity);
        }
    }
    let mut fresh: HashMap<&str, Vec<&str>> = HashMap::new();
    for identity in present.into_iter().filter(|identity| !known.contains_key(*identity)) {
        fresh.entry(stem(identity)).or_default().push(identity);
    }
    for (stem, identities) in lost {
        if let ([before], Some([after])) = (identities.as_slice(), fresh.get(stem).map(Vec::as_slice)) {
            heirs.insert((*after).to_owned(), (*before).clone());
        }
    }
    heirs
}

fn blank(customer: TenantId, generation: i64, id: FleetMachineId) -> MachineRow {
    MachineRow {
        customer_id: Id(customer),
        generation,
        id: Id(id),
        identity: String::new(),
        name: String::new(),
        name_key: String::new(),
        site: String::new(),
        product: String::new(),
        state: MachineState::Open.into(),
        outlook: String::new(),
        fixed_end: None,
        lease_end: None,
        renewal_min: 0,
        last_safe_day: NEVER,
        last_day: None,
        left_out: String::new(),
        wave: None,
        is_pilot: false,
        moves: String::new(),
        doubts: String::new(),
        observed_at: NEVER,
        last_exit: None,
        last_result: None,
        reported_at: None,
        evidence: String::new(),
    }
}
