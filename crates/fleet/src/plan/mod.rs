//! Waves: which machine moves on which day, so that none stops (M22–M26).
//!
//! Each day takes as many machines as the capacity allows: what is overdue first, then by last safe day,
//! then what is out of contact. Pilots of each product and site go ahead. Sites have windows, and some
//! things come after others. What cannot be done in time is listed with what would save it. The planner is
//! greedy and not always optimal with many closed days; [`verify`] checks its result independently.

mod proof;
mod remedy;
mod schedule;

pub use proof::{Breach, verify};
pub use remedy::Remedy;

use jiff::civil::Date;
use serde::Serialize;

use crate::coded_enum;
use crate::forecast::{MachineForecast, Outlook};
use crate::keys::Key;
use crate::matching::Matching;
use crate::merge::Machine;
use crate::wire;

/// Days into the future that are planned.
pub const HORIZON_DAYS: u32 = 730;

/// Monday to Friday, as weekdays from Monday.
pub const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

/// When a site may be worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The site; `None` for every machine without a window of its own.
    pub site: Option<String>,
    /// Open weekdays, Monday first.
    pub weekdays: [bool; 7],
    /// First open day.
    pub from: Option<Date>,
    /// Last open day.
    pub until: Option<Date>,
    /// Days that are closed all the same.
    pub closed: Vec<Date>,
    /// Machines of this site per day.
    pub capacity_per_day: Option<u32>,
}

impl Window {
    /// Whether the site may be worked on that day.
    pub fn is_open(&self, day: Date) -> bool {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        self.weekdays.get(weekday).copied().unwrap_or(false)
            && self.from.is_none_or(|from| day >= from)
            && self.until.is_none_or(|until| day <= until)
            && !self.closed.contains(&day)
    }
}

/// Machines or sites of which all of `first` move on earlier days than any of `then`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Identity or name of a machine, or a site.
    pub first: String,
    /// Identity or name of a machine, or a site.
    pub then: String,
}

/// Whether one more order would close a circle, in which everything would wait for everything else.
pub fn closes_circle(orders: &[(String, String)], first: &str, then: &str) -> bool {
    let mut reached = vec![then];
    let mut at = 0;
    while let Some(&from) = reached.get(at) {
        if from == first {
            return true;
        }
        for (_, to) in orders.iter().filter(|(earlier, _)| earlier == from) {
            if !reached.contains(&to.as_str()) {
                reached.push(to);
            }
        }
        at += 1;
    }
    false
}

/// How to plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// First day.
    pub start: Date,
    /// Machines per day.
    pub capacity_per_day: u32,
    /// Pilots of each product and site; 0 for none.
    pub pilots: u32,
    /// Days between the pilots and the rest of their product and site.
    pub pilot_pause_days: u32,
    /// When sites may be worked on; a site without a window is always open.
    pub windows: Vec<Window>,
    /// What comes after what.
    pub orders: Vec<Order>,
}

impl Rules {
    /// 50 machines on every day from `start`, with one pilot of each product and site a day ahead.
    pub fn from_day(start: Date) -> Self {
        Self { start, capacity_per_day: 50, pilots: 1, pilot_pause_days: 1, windows: Vec::new(), orders: Vec::new() }
    }

    /// The window of a site: its own, else the one for everybody.
    pub fn window(&self, site: Option<&str>) -> Option<&Window> {
        let own = self.windows.iter().find(|window| window.site.is_some() && window.site.as_deref() == site);
        own.or_else(|| self.windows.iter().find(|window| window.site.is_none()))
    }

    /// Whether anything at all may be open on a day.
    pub fn is_any_open(&self, day: Date) -> bool {
        let is_for_everybody = self.windows.iter().any(|window| window.site.is_none());
        !is_for_everybody || self.windows.iter().any(|window| window.is_open(day))
    }

    /// Monday to Friday for everybody.
    #[must_use]
    pub fn on_workdays(mut self) -> Self {
        self.windows.push(Window {
            site: None,
            weekdays: WORKDAYS,
            from: None,
            until: None,
            closed: Vec::new(),
            capacity_per_day: None,
        });
        self
    }
}

coded_enum! {
    /// How pressing a machine is.
    pub enum Urgency {
        /// Already limited, or never activated: nothing to lose, everything to gain.
        Overdue = "overdue",
        /// Its time is not known.
        Unclear = "unclear",
        /// Only the reserve is left.
        InReserve = "in_reserve",
        /// It does not renew any more.
        OutOfContact = "out_of_contact",
        /// In time.
        InTime = "in_time",
    }
}

/// A machine in a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Place of the machine in the fleet.
    #[serde(skip)]
    pub index: usize,
    /// Its identity.
    pub machine: String,
    /// Its site.
    pub site: Option<String>,
    /// How pressing it is.
    pub urgency: Urgency,
    /// Last day that is safe; `None` where it is overdue or not known.
    #[serde(with = "wire::day_option")]
    pub last_safe_day: Option<Date>,
    /// Whether it is a pilot.
    pub is_pilot: bool,
    /// Whether its last safe day is missed; it is listed among the unsaved as well.
    pub is_late: bool,
    /// License on the machine and key in the list, by place.
    #[serde(skip)]
    pub moves: Vec<(usize, usize)>,
    /// Labels of the keys.
    pub keys: Vec<String>,
}

/// The machines of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wave {
    /// From 1.
    pub number: u32,
    /// The day.
    #[serde(serialize_with = "day")]
    pub day: Date,
    /// The machines.
    pub machines: Vec<Planned>,
}

coded_enum! {
    /// Why a machine cannot be saved.
    pub enum Lost {
        /// No key fits or none has an activation left.
        NoKey = "no_key",
        /// Its lease ends before the first day.
        EndsBeforeStart = "ends_before_start",
        /// Its site is closed until then.
        Closed = "closed",
        /// What comes before it does not end in time.
        WaitsForOthers = "waits_for_others",
        /// More machines are due than the capacity allows.
        Capacity = "capacity",
    }
}

/// A machine that the plan cannot save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unsaved {
    /// Place of the machine in the fleet.
    #[serde(skip)]
    pub index: usize,
    /// Its identity.
    pub machine: String,
    /// Why.
    pub reason: Lost,
    /// Last day that would have been safe.
    #[serde(with = "wire::day_option")]
    pub last_safe_day: Option<Date>,
    /// The day on which the plan takes it all the same.
    #[serde(with = "wire::day_option")]
    pub planned_day: Option<Date>,
}

/// Waves with what they leave unsaved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// One wave per day that has machines.
    pub waves: Vec<Wave>,
    /// Machines that cannot be saved.
    pub unsaved: Vec<Unsaved>,
    /// What would save them.
    pub remedies: Vec<Remedy>,
    /// Whether pilots were given up because waiting for them would have lost machines.
    pub without_pilots: bool,
    /// Activations used per key, in the order of the list.
    pub used: Vec<u32>,
}

impl Plan {
    /// Machines in all waves.
    pub fn planned(&self) -> usize {
        self.waves.iter().map(|wave| wave.machines.len()).sum()
    }
}

/// What a plan is made of; the lists belong together by place.
#[derive(Debug, Clone, Copy)]
pub struct Fleet<'a> {
    /// The machines.
    pub machines: &'a [Machine],
    /// Their forecasts.
    pub forecasts: &'a [MachineForecast],
    /// The keys.
    pub keys: &'a [Key],
    /// Who gets which.
    pub matching: &'a Matching,
}

/// Plans the waves.
pub fn make(fleet: &Fleet<'_>, rules: &Rules) -> Plan {
    let tasks = schedule::tasks(fleet, rules);
    let chosen = schedule::best(&tasks, rules);
    let mut plan = schedule::plan(fleet, rules, &tasks, &chosen);
    plan.remedies = remedy::remedies(fleet, rules, &tasks, &plan);
    plan
}

/// The last day on which a machine may move, and how pressing it is. Where the reserve is already used up,
/// the last day before the end counts.
pub(crate) fn deadline(
    forecast: &MachineForecast,
    licenses: impl Iterator<Item = usize> + Clone,
    start: Date,
) -> (Option<Date>, Urgency) {
    let of = |at: usize| &forecast.licenses[at];
    let outlook = licenses.clone().map(|at| of(at).outlook).min().unwrap_or(Outlook::Unclear);
    let safe = licenses.clone().filter_map(|at| of(at).last_safe_day.filter(|_| of(at).outlook.has_to_move())).min();
    let hard = licenses.filter_map(|at| of(at).last_day.filter(|_| of(at).outlook.has_to_move())).min();
    match outlook {
        Outlook::Overdue | Outlook::NeverActivated => (None, Urgency::Overdue),
        Outlook::Unclear if safe.is_none() => (None, Urgency::Unclear),
        _ if safe.is_some_and(|safe| safe < start) => (hard, Urgency::InReserve),
        Outlook::OutOfContact => (safe, Urgency::OutOfContact),
        _ => (safe, Urgency::InTime),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn day<S: serde::Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

#[cfg(test)]
mod tests;
