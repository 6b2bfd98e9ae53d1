//! An independent check of a plan: it looks only at facts, rules and the waves, not at how they were made.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::Serialize;

use super::{Fleet, Plan, Rules, deadline};

/// A promise that a plan breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "breach", rename_all = "snake_case")]
pub enum Breach {
    /// A machine is due after its last safe day and not listed as unsaved.
    AfterLastSafeDay {
        /// The machine.
        machine: String,
    },
    /// A day, or a site on a day, has more machines than its capacity.
    OverCapacity {
        /// Number of the wave.
        wave: u32,
    },
    /// More activations than the key has left.
    KeyOverused {
        /// The key.
        key: String,
    },
    /// A machine moves while its site is closed, or before the first day.
    Closed {
        /// The machine.
        machine: String,
    },
    /// A machine moves no later than what has to come before it.
    OutOfOrder {
        /// The machine.
        machine: String,
    },
    /// A machine is in two waves.
    Twice {
        /// The machine.
        machine: String,
    },
    /// A machine that has to move is neither in a wave nor among the unsaved.
    Forgotten {
        /// The machine.
        machine: String,
    },
}

/// Checks every promise of a plan. An empty list is the proof.
pub fn verify(plan: &Plan, fleet: &Fleet<'_>, rules: &Rules) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let unsaved: HashSet<usize> = plan.unsaved.iter().map(|unsaved| unsaved.index).collect();
    let mut days: HashMap<usize, Date> = HashMap::new();
    let mut used = vec![0_u32; fleet.keys.len()];
    for wave in &plan.waves {
        let mut at_site: HashMap<Option<&str>, u32> = HashMap::new();
        for planned in &wave.machines {
            let known = &fleet.machines[planned.index];
            let machine = known.id.clone();
            if days.insert(planned.index, wave.day).is_some() {
                breaches.push(Breach::Twice { machine: machine.clone() });
            }
            for (_, key) in &planned.moves {
                used[*key] += 1;
            }
            let licenses = planned.moves.iter().map(|(license, _)| *license);
            let (due, _) = deadline(&fleet.forecasts[planned.index], licenses, rules.start);
            if due.is_some_and(|due| wave.day > due) && !unsaved.contains(&planned.index) {
                breaches.push(Breach::AfterLastSafeDay { machine: machine.clone() });
            }
            let site = known.host.site.as_deref();
            *at_site.entry(site).or_default() += 1;
            if wave.day < rules.start || rules.window(site).is_some_and(|window| !window.is_open(wave.day)) {
                breaches.push(Breach::Closed { machine });
            }
        }
        let is_over = wave.machines.len() > usize::try_from(rules.capacity_per_day).unwrap_or(usize::MAX);
        let is_site_over = at_site.iter().any(|(site, count)| {
            rules.window(*site).and_then(|window| window.capacity_per_day).is_some_and(|capacity| *count > capacity)
        });
        if is_over || is_site_over {
            breaches.push(Breach::OverCapacity { wave: wave.number });
        }
    }
    for (key, used) in fleet.keys.iter().zip(&used) {
        if *used > key.usable() {
            breaches.push(Breach::KeyOverused { key: key.label.clone() });
        }
    }
    let needed: HashSet<usize> = fleet.matching.needs.iter().map(|need| need.machine).collect();
    let forgotten = needed.iter().filter(|machine| !days.contains_key(machine) && !unsaved.contains(machine));
    breaches.extend(forgotten.map(|machine| Breach::Forgotten { machine: fleet.machines[*machine].id.clone() }));
    breaches.extend(out_of_order(fleet, rules, &days));
    breaches
}

fn out_of_order(fleet: &Fleet<'_>, rules: &Rules, days: &HashMap<usize, Date>) -> Vec<Breach> {
    let is_named = |at: &usize, word: &str| {
        let machine = &fleet.machines[*at];
        word.eq_ignore_ascii_case(&machine.id)
            || word.eq_ignore_ascii_case(machine.name())
            || machine.host.site.as_deref() == Some(word)
    };
    let mut breaches = Vec::new();
    for order in &rules.orders {
        let last = days.iter().filter(|(at, _)| is_named(at, &order.first)).map(|(_, day)| *day).max();
        let early = days.iter().filter(|(at, day)| is_named(at, &order.then) && last.is_some_and(|last| **day <= last));
        breaches.extend(early.map(|(at, _)| Breach::OutOfOrder { machine: fleet.machines[*at].id.clone() }));
    }
    breaches
}
