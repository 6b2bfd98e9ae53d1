//! What would save the machines that a plan loses.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Serialize;

use super::schedule::{Task, could_alone, missed_with};
use super::{Fleet, Lost, Plan, Rules};
use crate::forecast::Outlook;
use crate::product::Kind;
use crate::wire;

/// Something that would save machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "remedy", rename_all = "snake_case")]
pub enum Remedy {
    /// Buy, or raise the limit by, this many activations of a product.
    MoreActivations {
        /// The product.
        kind: Kind,
        /// How many.
        count: usize,
    },
    /// Move this many machines per day.
    MoreCapacity {
        /// Machines per day that save everything that time alone loses.
        per_day: u32,
    },
    /// Reach these machines before the first day of the plan.
    StartEarlier {
        /// The day by which the first of them has to move.
        #[serde(with = "wire::day_option")]
        by: Option<Date>,
        /// How many.
        machines: usize,
    },
    /// Open a site on more days.
    OpenSite {
        /// The site; `None` for machines without one.
        site: Option<String>,
        /// How many machines.
        machines: usize,
    },
    /// Give up an order between machines or sites.
    LoosenOrder {
        /// How many machines wait too long.
        machines: usize,
    },
    /// Keep the key host running longer: these machines still renew.
    KeepKeyHost {
        /// How many.
        machines: usize,
    },
}

/// Replaces the provisional reasons of the unsaved by what really keeps them, and lists what would help.
pub fn remedies(fleet: &Fleet<'_>, rules: &Rules, tasks: &[Task], plan: &Plan) -> Vec<Remedy> {
    let mut remedies: Vec<Remedy> = fleet
        .matching
        .gaps
        .iter()
        .filter(|gap| gap.missing > 0)
        .map(|gap| Remedy::MoreActivations { kind: gap.kind.clone(), count: gap.missing })
        .collect();
    let unsaved: HashSet<usize> = plan.unsaved.iter().map(|unsaved| unsaved.index).collect();
    let is_late = |task: &&Task| !task.moves.is_empty() && !task.lacks_key && unsaved.contains(&task.machine);
    let late: Vec<&Task> = tasks.iter().filter(is_late).collect();
    if late.is_empty() {
        return remedies;
    }
    let of = |reason: Lost| late.iter().filter(move |task| could_alone(task, rules) == Err(reason));
    let early = of(Lost::EndsBeforeStart).count();
    if early > 0 {
        let by = of(Lost::EndsBeforeStart).filter_map(|task| task.deadline).min();
        remedies.push(Remedy::StartEarlier { by, machines: early });
    }
    let mut sites: Vec<Option<String>> = of(Lost::Closed).map(|task| task.site.clone()).collect();
    sites.sort();
    for same in sites.chunk_by(PartialEq::eq) {
        remedies.push(Remedy::OpenSite { site: same[0].clone(), machines: same.len() });
    }
    let waiting = of(Lost::WaitsForOthers).count();
    if waiting > 0 {
        remedies.push(Remedy::LoosenOrder { machines: waiting });
    }
    if let Some(per_day) = enough(tasks, rules) {
        remedies.push(Remedy::MoreCapacity { per_day });
    }
    let renewing = |task: &&&Task| {
        let forecast = &fleet.forecasts[task.machine];
        task.moves.iter().any(|(license, _)| forecast.licenses[*license].outlook == Outlook::Leased)
    };
    let machines = late.iter().filter(renewing).count();
    if machines > 0 {
        remedies.push(Remedy::KeepKeyHost { machines });
    }
    remedies
}

/// The smallest capacity that loses as few machines as an unlimited one, when that is fewer than now.
fn enough(tasks: &[Task], rules: &Rules) -> Option<u32> {
    let all = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    let (now, least) = (missed_with(tasks, rules, rules.capacity_per_day), missed_with(tasks, rules, all));
    if least >= now {
        return None;
    }
    let (mut low, mut high) = (rules.capacity_per_day, all);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if missed_with(tasks, rules, middle) == least { high = middle } else { low = middle }
    }
    Some(high)
}
