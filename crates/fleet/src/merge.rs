//! From reports to machines: which reports are about the same machine, and what is true when they differ.
//!
//! The result does not depend on the order of the reports, and reading a file twice changes nothing. Where
//! it is not certain that two reports are about one machine, they stay apart: a machine that is counted
//! twice costs a look, one that is missed stops working. Where reports of one time contradict each other,
//! the more cautious one counts.

mod join;

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::product::Kind;
use crate::record::{Host, Product, Record, Service};
use crate::verdict::{Doubt, Place, add_doubt};
use crate::wire;

/// Places of reports that are kept per machine.
const PLACES_MAX: usize = 5;

/// A license of a machine as of some time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct License {
    /// The license.
    pub product: Product,
    /// What it is about.
    pub kind: Kind,
    /// When its minutes were true.
    #[serde(with = "wire::instant")]
    pub observed_at: Timestamp,
}

/// A machine with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Stable identity: full or short name in lower case, else a pseudonym, a machine id, or a digest.
    pub id: String,
    /// Who it is.
    pub host: Host,
    /// What its licensing service says.
    pub service: Service,
    /// Its licenses.
    pub licenses: Vec<License>,
    /// Time of the newest report.
    #[serde(with = "wire::instant")]
    pub observed_at: Timestamp,
    /// How many reports are about it.
    pub reports: usize,
    /// Where the newest of them stand, at most 5.
    pub places: Vec<Place>,
    /// What is not certain about it, sorted.
    pub doubts: Vec<Doubt>,
}

impl Machine {
    /// The name to show: as the machine writes it, else its identity.
    pub fn name(&self) -> &str {
        self.host.name.as_deref().unwrap_or(&self.id)
    }
}

/// Joins reports into machines, sorted by identity.
pub fn merge(mut records: Vec<Record>) -> Vec<Machine> {
    settle_undated(&mut records);
    records.sort();
    records.dedup();
    let mut machines: Vec<Machine> =
        groups(records).into_iter().map(|(id, records, doubts)| join::machine(id, records, doubts)).collect();
    doubt_clones(&mut machines);
    machines.sort_by(|one, other| one.id.cmp(&other.id));
    machines
}

/// As [`merge`], and keeps the newest `kept` reports of each machine, so that what comes later can be joined with
/// them. A report that says the same as another counts once, wherever it stands and whenever it came.
pub fn merge_keeping(mut records: Vec<Record>, kept: usize) -> Vec<(Machine, Vec<Record>)> {
    fn said(record: &Record) -> impl Ord {
        (record.collected_at, &record.host, &record.service, &record.products, record.format)
    }
    settle_undated(&mut records);
    records.sort_by(|one, other| {
        said(one).cmp(&said(other)).then_with(|| (one.received_at, &one.place).cmp(&(other.received_at, &other.place)))
    });
    records.dedup_by(|later, first| said(later) == said(first));
    let (mut machines, mut kept_reports) = (Vec::new(), Vec::new());
    for (id, mut records, doubts) in groups(records) {
        records.sort_by(|one, other| other.collected_at.cmp(&one.collected_at).then_with(|| one.cmp(other)));
        records.truncate(kept);
        machines.push(join::machine(id, records.clone(), doubts));
        kept_reports.push(records);
    }
    doubt_clones(&mut machines);
    let mut all: Vec<(Machine, Vec<Record>)> = machines.into_iter().zip(kept_reports).collect();
    all.sort_by(|one, other| one.0.id.cmp(&other.0.id));
    // A pseudonym may be spelled like a name.
    let mut before = String::new();
    for (at, (machine, _)) in all.iter_mut().enumerate() {
        if machine.id == before {
            machine.id = format!("{before}~{at}");
        } else {
            before.clone_from(&machine.id);
        }
    }
    all
}

/// The machine of reports that were found to be about one, such as those that [`merge_keeping`] kept.
pub fn rejoin(id: String, reports: Vec<Record>, doubts: Vec<Doubt>) -> Machine {
    join::machine(id, reports, doubts)
}

fn groups(records: Vec<Record>) -> Vec<Group> {
    let mut nameless = Vec::new();
    let mut by_name: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records {
        match short_name(&record.host) {
            Some(name) => by_name.entry(name).or_default().push(record),
            None => nameless.push(record),
        }
    }
    let mut groups = Vec::new();
    for (name, records) in by_name {
        split_name(&name, records, &mut groups);
    }
    join_nameless(nameless, &mut groups);
    groups
}

type Group = (String, Vec<Record>, Vec<Doubt>);

/// The same undated report, read again later, is no newer for that: the earliest receipt counts.
fn settle_undated(records: &mut [Record]) {
    let mut earliest: HashMap<u64, Timestamp> = HashMap::new();
    for record in records.iter().filter(|record| is_undated(record)) {
        let first = earliest.entry(digest(record)).or_insert(record.collected_at);
        *first = record.collected_at.min(*first);
    }
    for record in records.iter_mut().filter(|record| is_undated(record)) {
        if let Some(first) = earliest.get(&digest(record)) {
            record.collected_at = *first;
            record.received_at = *first;
        }
    }
}

/// Whether the time of a report is that of its receipt.
fn is_undated(record: &Record) -> bool {
    let by_receipt = [Doubt::TimeUnknown, Doubt::ClockAhead, Doubt::ClockNonsense];
    record.doubts.iter().any(|doubt| by_receipt.contains(doubt))
}

fn short_name(host: &Host) -> Option<String> {
    let name = host.name.as_deref().or(host.fqdn.as_deref())?;
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let short = if is_address { name } else { name.split('.').next().unwrap_or(name) };
    Some(short.to_lowercase()).filter(|name| !name.is_empty())
}

fn domain(record: &Record) -> Option<String> {
    let of_name = record.host.fqdn.as_deref().and_then(|fqdn| fqdn.split_once('.')).map(|(_, domain)| domain);
    let domain = of_name.or(record.host.domain.as_deref())?.trim_end_matches('.').to_lowercase();
    (!domain.is_empty() && domain != "workgroup").then_some(domain)
}

/// Machines of one short name: by domain, then by machine id.
fn split_name(name: &str, records: Vec<Record>, groups: &mut Vec<Group>) {
    let mut domains: Vec<String> = records.iter().filter_map(domain).collect();
    domains.sort();
    domains.dedup();
    // A directory's short name is the first label of its full name.
    let full: Vec<String> = domains.iter().filter(|domain| domain.contains('.')).cloned().collect();
    let canonical = |domain: String| {
        let mut fits = full.iter().filter(|full| full.split('.').next() == Some(&domain));
        match (fits.next(), fits.next()) {
            (Some(only), None) if !domain.contains('.') => only.clone(),
            _ => domain,
        }
    };
    domains = domains.into_iter().map(canonical).collect();
    domains.sort();
    domains.dedup();
    let mut parts: BTreeMap<Option<String>, Vec<Record>> = BTreeMap::new();
    let mut doubts = Vec::new();
    for record in records {
        let own = domain(&record).map(canonical);
        if own.is_none() && domains.len() == 1 {
            add_doubt(&mut doubts, Doubt::NamesJoined);
        }
        let part = if domains.len() == 1 { domains.first().cloned() } else { own };
        parts.entry(part).or_default().push(record);
    }
    if parts.len() > 1 {
        add_doubt(&mut doubts, Doubt::NameShared);
    }
    for (domain, records) in parts {
        let id = domain.as_ref().map_or_else(|| name.to_owned(), |domain| format!("{name}.{domain}"));
        split_ids(&id, records, &doubts, groups);
    }
}

/// Machines of one full name that report different machine ids are kept apart. Reports without an id belong
/// to the machine that reported last.
fn split_ids(id: &str, records: Vec<Record>, doubts: &[Doubt], groups: &mut Vec<Group>) {
    let mut newest: BTreeMap<String, Timestamp> = BTreeMap::new();
    for record in &records {
        if let Some(cmid) = &record.service.cmid {
            let at = newest.entry(cmid.clone()).or_insert(record.collected_at);
            *at = record.collected_at.max(*at);
        }
    }
    if newest.len() < 2 {
        groups.push((id.to_owned(), records, doubts.to_vec()));
        return;
    }
    let last = newest.iter().max_by_key(|(cmid, at)| (**at, (*cmid).clone())).map(|(cmid, _)| cmid.clone());
    let mut parts: BTreeMap<Option<String>, Vec<Record>> = BTreeMap::new();
    for record in records {
        let cmid = record.service.cmid.clone().or_else(|| last.clone());
        parts.entry(cmid).or_default().push(record);
    }
    let mut doubts = doubts.to_vec();
    add_doubt(&mut doubts, Doubt::NameShared);
    for (cmid, records) in parts {
        let tail = cmid.as_deref().and_then(|cmid| cmid.get(..8)).unwrap_or_default().to_owned();
        groups.push((format!("{id}#{tail}"), records, doubts.clone()));
    }
}

/// Reports without a name join the only machine that has their machine id; else they are machines of their own.
fn join_nameless(records: Vec<Record>, groups: &mut Vec<Group>) {
    let mut owners: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, (_, records, _)) in groups.iter().enumerate() {
        let mut ids: Vec<&String> = records.iter().filter_map(|record| record.service.cmid.as_ref()).collect();
        ids.sort();
        ids.dedup();
        for cmid in ids {
            owners.entry(cmid.clone()).or_default().push(at);
        }
    }
    let mut others: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records {
        let id = match (&record.host.pseudonym, &record.service.cmid) {
            (Some(pseudonym), _) => pseudonym.to_lowercase(),
            (None, Some(cmid)) => {
                if let Some([only]) = owners.get(cmid).map(Vec::as_slice) {
                    groups[*only].1.push(record);
                    continue;
                }
                format!("cmid-{cmid}")
            }
            (None, None) => format!("report-{:016x}", digest(&record)),
        };
        others.entry(id).or_default().push(record);
    }
    groups.extend(others.into_iter().map(|(id, records)| (id, records, Vec::new())));
}

/// Different machines with one machine id were cloned without being generalised.
fn doubt_clones(machines: &mut [Machine]) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for machine in machines.iter() {
        if let Some(cmid) = &machine.service.cmid {
            *counts.entry(cmid.clone()).or_default() += 1;
        }
    }
    for machine in machines {
        if machine.service.cmid.as_ref().is_some_and(|cmid| counts.get(cmid).is_some_and(|count| *count > 1)) {
            add_doubt(&mut machine.doubts, Doubt::MachineIdShared);
        }
    }
}

/// A stable digest (FNV-1a) of what a report says, apart from where and when.
fn digest(record: &Record) -> u64 {
    let text = serde_json::to_string(&(&record.host, &record.service, &record.products)).unwrap_or_default();
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Reports within this time of the newest one count as made together.
pub(crate) const TOGETHER: SignedDuration = SignedDuration::from_mins(10);

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
