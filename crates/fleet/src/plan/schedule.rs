//! The day-by-day assignment of machines, and the choice between ways to order them.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::{Fleet, HORIZON_DAYS, Lost, Plan, Planned, Rules, Unsaved, Urgency, Wave, deadline};
use crate::product::Kind;

/// A machine to be moved.
#[derive(Debug, Clone)]
pub struct Task {
    /// Place in the fleet.
    pub machine: usize,
    /// License and key by place.
    pub moves: Vec<(usize, usize)>,
    /// Licenses for which no key is left.
    pub lacks_key: bool,
    /// Its site.
    pub site: Option<String>,
    /// Last safe day.
    pub deadline: Option<Date>,
    /// Last safe day on which its site is open and what comes after it can still follow.
    effective: Option<Date>,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Product and site, for pilots.
    group: usize,
    /// Orders in which it comes first, and in which it comes after.
    first_in: Vec<usize>,
    then_in: Vec<usize>,
}

/// A way to order the machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Pilots go ahead of their group.
    has_pilots: bool,
    /// What is overdue goes before what is due.
    overdue_first: bool,
}

/// The days of all tasks, by place; `None` where none was found within the horizon.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Day per task.
    pub days: Vec<Option<Date>>,
    /// Whether the task is a pilot.
    pub pilots: Vec<bool>,
    /// How it was ordered.
    pub way: Way,
}

/// The machines to be moved. Those without any key are tasks as well, without moves.
pub fn tasks(fleet: &Fleet<'_>, rules: &Rules) -> Vec<Task> {
    let mut by_machine: BTreeMap<usize, (Vec<(usize, usize)>, Vec<usize>)> = BTreeMap::new();
    for need in &fleet.matching.needs {
        let (moves, lacking) = by_machine.entry(need.machine).or_default();
        match need.key {
            Some(key) => moves.push((need.license, key)),
            None => lacking.push(need.license),
        }
    }
    let mut groups: HashMap<(Vec<&Kind>, Option<&str>), usize> = HashMap::new();
    let mut tasks = Vec::new();
    for (machine, (moves, lacking)) in by_machine {
        let licenses: Vec<usize> =
            if moves.is_empty() { lacking.clone() } else { moves.iter().map(|(license, _)| *license).collect() };
        let (deadline, urgency) = deadline(&fleet.forecasts[machine], licenses.iter().copied(), rules.start);
        let known = &fleet.machines[machine];
        let site = known.host.site.clone();
        let kinds: Vec<&Kind> = licenses.iter().map(|at| &known.licenses[*at].kind).collect();
        let count = groups.len();
        let group = *groups.entry((kinds, known.host.site.as_deref())).or_insert(count);
        let names = |word: &str| {
            word.eq_ignore_ascii_case(&known.id)
                || word.eq_ignore_ascii_case(known.name())
                || site.as_deref() == Some(word)
        };
        let places = |pick: fn(&super::Order) -> &str| {
            (0..rules.orders.len()).filter(|at| names(pick(&rules.orders[*at]))).collect()
        };
        let (first_in, then_in) = (places(|order| &order.first), places(|order| &order.then));
        let lacks_key = !lacking.is_empty();
        tasks.push(Task {
            machine,
            moves,
            lacks_key,
            site,
            deadline,
            effective: deadline,
            urgency,
            group,
            first_in,
            then_in,
        });
    }
    tighten(&mut tasks, rules);
    tasks
}

/// Moves deadlines to the last open day, and those of machines that others wait for to the day before.
fn tighten(tasks: &mut [Task], rules: &Rules) {
    for task in tasks.iter_mut() {
        task.effective = task.deadline.map(|deadline| last_open(rules, task.site.as_deref(), deadline));
    }
    for _ in 0..rules.orders.len().min(50) {
        let due: Vec<Option<Date>> = (0..rules.orders.len())
            .map(|order| {
                tasks.iter().filter(|task| task.then_in.contains(&order)).filter_map(|task| task.effective).min()
            })
            .collect();
        for task in tasks.iter_mut() {
            let before = task.first_in.iter().filter_map(|order| due[*order]?.yesterday().ok()).min();
            let before = before.map(|day| last_open(rules, task.site.as_deref(), day));
            task.effective = [task.effective, before].into_iter().flatten().min();
        }
    }
}

/// The last open day of a site on or before `day`, and not before the start.
fn last_open(rules: &Rules, site: Option<&str>, day: Date) -> Date {
    let Some(window) = rules.window(site) else { return day };
    let mut candidate = day;
    while candidate > rules.start && !window.is_open(candidate) {
        match candidate.yesterday() {
            Ok(before) => candidate = before,
            Err(_) => return day,
        }
    }
    candidate
}

/// The way that loses the fewest machines; among equals the most careful one.
pub fn best(tasks: &[Task], rules: &Rules) -> Schedule {
    let ways = [
        Way { has_pilots: rules.pilots > 0, overdue_first: true },
        Way { has_pilots: rules.pilots > 0, overdue_first: false },
        Way { has_pilots: false, overdue_first: false },
    ];
    let mut chosen = schedule(tasks, rules, ways[0]);
    let mut missed = count_missed(tasks, &chosen);
    for way in &ways[1..] {
        if missed == 0 {
            break;
        }
        let other = schedule(tasks, rules, *way);
        let other_missed = count_missed(tasks, &other);
        if other_missed < missed {
            (chosen, missed) = (other, other_missed);
        }
    }
    chosen
}

/// Machines whose last safe day is missed.
pub fn count_missed(tasks: &[Task], schedule: &Schedule) -> usize {
    tasks.iter().zip(&schedule.days).filter(|(task, day)| !task.moves.is_empty() && is_missed(task, **day)).count()
}

fn is_missed(task: &Task, day: Option<Date>) -> bool {
    task.deadline.is_some_and(|deadline| day.is_none_or(|day| day > deadline))
}

fn schedule(tasks: &[Task], rules: &Rules, way: Way) -> Schedule {
    let mut order: Vec<usize> = (0..tasks.len()).filter(|at| !tasks[*at].moves.is_empty()).collect();
    let never = Date::MAX;
    order.sort_by_key(|at| {
        let task = &tasks[*at];
        let is_first = way.overdue_first && task.deadline.is_none() && task.urgency == Urgency::Overdue;
        (!is_first, task.effective.unwrap_or(never), task.urgency, task.machine)
    });
    let mut days = Making::new(tasks, rules);
    let mut pilots = vec![false; tasks.len()];
    let mut gates: HashMap<usize, Date> = HashMap::new();
    if way.has_pilots {
        let mut count: HashMap<usize, u32> = HashMap::new();
        for at in &order {
            let taken = count.entry(tasks[*at].group).or_default();
            if *taken < rules.pilots && tasks[*at].urgency != Urgency::Overdue {
                *taken += 1;
                pilots[*at] = true;
            }
        }
        let first: Vec<usize> = order.iter().copied().filter(|at| pilots[*at]).collect();
        days.fill(first, &HashMap::new());
        for (at, task) in tasks.iter().enumerate().filter(|(at, _)| pilots[*at]) {
            let pause = i64::from(rules.pilot_pause_days) + 1;
            let gate = days.days[at]
                .and_then(|day| day.checked_add(jiff::Span::new().days(pause)).ok())
                .unwrap_or(rules.start);
            let known = gates.entry(task.group).or_insert(gate);
            *known = gate.max(*known);
        }
    }
    let rest = order.into_iter().filter(|at| !pilots[*at]).collect();
    days.fill(rest, &gates);
    Schedule { days: days.days, pilots, way }
}

/// Assignment in the making.
struct Making<'a> {
    tasks: &'a [Task],
    rules: &'a Rules,
    days: Vec<Option<Date>>,
    /// Machines per day.
    taken: HashMap<Date, u32>,
    /// Machines per day and site.
    taken_at: HashMap<(Date, Option<&'a str>), u32>,
    /// Machines that still have to move before those that come after, per order.
    waiting: Vec<usize>,
    /// Last day of those that did.
    last_first: Vec<Option<Date>>,
}

impl<'a> Making<'a> {
    fn new(tasks: &'a [Task], rules: &'a Rules) -> Self {
        let mut waiting = vec![0; rules.orders.len()];
        for order in tasks.iter().filter(|task| !task.moves.is_empty()).flat_map(|task| &task.first_in) {
            waiting[*order] += 1;
        }
        let days = vec![None; tasks.len()];
        let last_first = vec![None; rules.orders.len()];
        Self { tasks, rules, days, taken: HashMap::new(), taken_at: HashMap::new(), waiting, last_first }
    }

    /// Gives each of `open`, which are in the order of urgency, the first day that it may have. Who is late
    /// anyway gets what the others leave, or one late machine would make all after it late.
    fn fill(&mut self, open: Vec<usize>, gates: &HashMap<usize, Date>) {
        let late = self.pass(open, gates, true);
        self.pass(late, gates, false);
    }

    /// One pass over the days; answers with those for whom no day was found.
    fn pass(&mut self, mut open: Vec<usize>, gates: &HashMap<usize, Date>, is_in_time: bool) -> Vec<usize> {
        let mut day = self.rules.start;
        let mut late = Vec::new();
        for _ in 0..HORIZON_DAYS {
            if open.is_empty() {
                break;
            }
            let taken = self.taken.get(&day).copied().unwrap_or(0);
            let mut left =
                if self.rules.is_any_open(day) { self.rules.capacity_per_day.saturating_sub(taken) } else { 0 };
            let mut chosen = Vec::new();
            let mut waiting = Vec::with_capacity(open.len());
            let mut seen = 0;
            while seen < open.len() && left > 0 {
                let at = open[seen];
                seen += 1;
                if is_in_time && self.tasks[at].deadline.is_some_and(|deadline| deadline < day) {
                    late.push(at);
                } else if self.may(at, day, gates) {
                    left -= 1;
                    chosen.push(at);
                    let site = self.tasks[at].site.as_deref();
                    *self.taken_at.entry((day, site)).or_default() += 1;
                } else {
                    waiting.push(at);
                }
            }
            waiting.extend_from_slice(&open[seen..]);
            open = waiting;
            self.settle(&chosen, day);
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        late.append(&mut open);
        late.sort_by_key(|at| (self.tasks[*at].deadline.is_none(), self.tasks[*at].deadline, *at));
        late
    }

    fn settle(&mut self, chosen: &[usize], day: Date) {
        *self.taken.entry(day).or_default() += u32::try_from(chosen.len()).unwrap_or(u32::MAX);
        for at in chosen {
            self.days[*at] = Some(day);
            for order in &self.tasks[*at].first_in {
                self.waiting[*order] -= 1;
                self.last_first[*order] = self.last_first[*order].max(Some(day));
            }
        }
    }

    /// Whether a machine may move on `day`, capacity of the whole fleet aside.
    fn may(&self, at: usize, day: Date, gates: &HashMap<usize, Date>) -> bool {
        let task = &self.tasks[at];
        let site = task.site.as_deref();
        if let Some(window) = self.rules.window(site) {
            let taken = self.taken_at.get(&(day, site)).copied().unwrap_or(0);
            if !window.is_open(day) || window.capacity_per_day.is_some_and(|capacity| taken >= capacity) {
                return false;
            }
        }
        // Who cannot wait for the pilots does not wait.
        let gate = gates.get(&task.group).filter(|gate| task.effective.is_some_and(|deadline| deadline >= **gate));
        if gate.is_some_and(|gate| day < *gate) {
            return false;
        }
        task.then_in
            .iter()
            .all(|order| self.waiting[*order] == 0 && self.last_first[*order].is_none_or(|last| last < day))
    }
}

/// Makes waves and the list of the unsaved out of a schedule.
pub fn plan(fleet: &Fleet<'_>, rules: &Rules, tasks: &[Task], schedule: &Schedule) -> Plan {
    let mut by_day: BTreeMap<Date, Vec<Planned>> = BTreeMap::new();
    let mut unsaved = Vec::new();
    let mut used = vec![0; fleet.keys.len()];
    for ((task, day), is_pilot) in tasks.iter().zip(&schedule.days).zip(&schedule.pilots) {
        let machine = fleet.machines[task.machine].id.clone();
        let is_late = is_missed(task, *day) || (day.is_none() && !task.moves.is_empty());
        let reason = if task.lacks_key { Some(Lost::NoKey) } else { None };
        let kept_by = || could_alone(task, rules).err().unwrap_or(Lost::Capacity);
        if let Some(reason) = reason.or_else(|| is_late.then(kept_by)) {
            let entry = Unsaved {
                index: task.machine,
                machine: machine.clone(),
                reason,
                last_safe_day: task.deadline,
                planned_day: *day,
            };
            unsaved.push(entry);
        }
        let Some(day) = day else { continue };
        for (_, key) in &task.moves {
            used[*key] += 1;
        }
        by_day.entry(*day).or_default().push(Planned {
            index: task.machine,
            machine,
            site: task.site.clone(),
            urgency: task.urgency,
            last_safe_day: task.deadline,
            is_pilot: *is_pilot,
            is_late,
            moves: task.moves.clone(),
            keys: task.moves.iter().map(|(_, key)| fleet.keys[*key].label.clone()).collect(),
        });
    }
    let waves = (1..).zip(by_day).map(|(number, (day, machines))| Wave { number, day, machines }).collect();
    let without_pilots = !schedule.way.has_pilots;
    Plan { waves, unsaved, remedies: Vec::new(), without_pilots, used }
}

/// How many machines are late when each day takes `capacity`, ordered in the way that loses the fewest.
pub fn missed_with(tasks: &[Task], rules: &Rules, capacity: u32) -> usize {
    let rules = Rules { capacity_per_day: capacity, ..rules.clone() };
    let way = Way { has_pilots: false, overdue_first: false };
    count_missed(tasks, &schedule(tasks, &rules, way))
}

/// Whether a machine could move in time if it were the only one.
pub fn could_alone(task: &Task, rules: &Rules) -> Result<(), Lost> {
    let Some(deadline) = task.deadline else { return Ok(()) };
    if deadline < rules.start {
        return Err(Lost::EndsBeforeStart);
    }
    let is_open = rules
        .window(task.site.as_deref())
        .is_none_or(|window| window.is_open(last_open(rules, task.site.as_deref(), deadline)));
    if !is_open {
        return Err(Lost::Closed);
    }
    if task.then_in.is_empty() { Ok(()) } else { Err(Lost::WaitsForOthers) }
}
