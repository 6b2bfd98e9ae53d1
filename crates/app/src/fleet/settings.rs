//! How a customer's move is planned: capacity, pilots, days and windows, and when the key host is switched off.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::Permission;
use perpetua_domain::id::TenantId;
use perpetua_fleet::forecast::{Assumptions, RESERVE_DAYS};
use perpetua_fleet::plan::{Order, Rules, WORKDAYS, Window, closes_circle};
use serde::{Deserialize, Serialize};

use super::{count, day_of, load, require};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Machines per day at most.
const CAPACITY_MAX: u32 = 100_000;
/// Pilots of each product and site at most.
const PILOTS_MAX: u32 = 100;
/// Days of a pause, and of the reserve, at most.
const DAYS_MAX: u32 = 120;
/// Closed days, windows and orders at most.
const LIST_MAX: usize = 400;
/// Characters of a site or a machine's name.
const NAME_MAX: usize = 200;

/// When a site may be worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteWindow {
    /// The site, as inventories name it.
    pub site: String,
    /// Open weekdays, Monday first.
    pub weekdays: [bool; 7],
    /// Machines of this site per day; `None` for as many as there are.
    pub capacity_per_day: Option<u32>,
}

impl SiteWindow {
    /// Refuses a window that no plan could keep to.
    pub(super) fn check(&self) -> Result<(), Problem> {
        check_name("site", &self.site)?;
        if self.capacity_per_day.is_some_and(|capacity| !(1..=CAPACITY_MAX).contains(&capacity)) {
            return Err(Problem::field("capacity_per_day", "out_of_range"));
        }
        Ok(())
    }
}

/// Refuses an order that names nothing.
pub(super) fn check_order((first, then): &(String, String)) -> Result<(), Problem> {
    check_name("first", first)?;
    check_name("then", then)
}

/// Refuses what no site and no machine is called.
fn check_name(field: &'static str, name: &str) -> Result<(), Problem> {
    if name.trim().is_empty() {
        return Err(Problem::field(field, "required"));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Problem::field(field, "too_long").with_number("max", count(NAME_MAX)));
    }
    Ok(())
}

/// How the move is planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanSettings {
    /// The first day; `None` for tomorrow.
    #[serde(with = "super::wire::day_option")]
    pub start: Option<Date>,
    /// Machines per day.
    pub capacity_per_day: u32,
    /// Pilots of each product and site; 0 for none.
    pub pilots: u32,
    /// Days between pilots and the rest of their product and site.
    pub pilot_pause_days: u32,
    /// Monday to Friday only.
    pub workdays_only: bool,
    /// Days on which nothing is done.
    #[serde(with = "super::wire::days")]
    pub closed: Vec<Date>,
    /// Sites with days of their own.
    pub windows: Vec<SiteWindow>,
    /// Machines or sites, of which the first of a pair goes before the second.
    pub orders: Vec<(String, String)>,
    /// When the key host is switched off; `None` is careful and takes it for gone since each machine's last report.
    #[serde(with = "super::wire::day_option")]
    pub switch_off: Option<Date>,
    /// Days between the last safe day and the end of a lease.
    pub reserve_days: u32,
    /// Percent of machines of a wave that may fail before it stops.
    pub error_percent_max: u32,
}

impl Default for PlanSettings {
    fn default() -> Self {
        Self {
            start: None,
            capacity_per_day: 50,
            pilots: 1,
            pilot_pause_days: 1,
            workdays_only: true,
            closed: Vec::new(),
            windows: Vec::new(),
            orders: Vec::new(),
            switch_off: None,
            reserve_days: RESERVE_DAYS,
            error_percent_max: 10,
        }
    }
}

impl PlanSettings {
    /// As they are stored; what is usual where nothing is.
    pub(super) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Refuses what no plan could be made with.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let mut problem = Problem::invalid("invalid_input");
        let mut out_of_range = |field: &str, is_wrong: bool| {
            if is_wrong {
                problem.fields.push(crate::problem::FieldProblem {
                    field: field.to_owned(),
                    code: "out_of_range",
                    params: Vec::new(),
                });
            }
        };
        let is_day = |day: &Date| (2000..=2200).contains(&day.year());
        out_of_range("capacity_per_day", !(1..=CAPACITY_MAX).contains(&self.capacity_per_day));
        out_of_range("pilots", self.pilots > PILOTS_MAX);
        out_of_range("pilot_pause_days", self.pilot_pause_days > DAYS_MAX);
        out_of_range("reserve_days", self.reserve_days > DAYS_MAX);
        out_of_range("error_percent_max", self.error_percent_max > 100);
        out_of_range("start", self.start.is_some_and(|day| !is_day(&day)));
        out_of_range("switch_off", self.switch_off.is_some_and(|day| !is_day(&day)));
        out_of_range("closed", self.closed.len() > LIST_MAX || !self.closed.iter().all(is_day));
        let is_window = |window: &SiteWindow| window.check().is_ok();
        out_of_range("windows", self.windows.len() > LIST_MAX || !self.windows.iter().all(is_window));
        let is_order = |order: &(String, String)| check_order(order).is_ok();
        out_of_range("orders", self.orders.len() > LIST_MAX || !self.orders.iter().all(is_order));
        let has_circle = |at: usize| closes_circle(&self.orders[..at], &self.orders[at].0, &self.orders[at].1);
        if self.orders.len() <= LIST_MAX && (0..self.orders.len()).any(has_circle) {
            problem.fields.extend(Problem::field("orders", "fleet_order_circle").fields);
        }
        if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
    }

    /// The beginning of the day on which the key host is switched off.
    pub(super) fn switch_off_at(&self) -> Option<Timestamp> {
        self.switch_off.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp())
    }

    /// What the forecast assumes.
    pub(super) fn assumptions(&self, now: Timestamp) -> Assumptions {
        let switch_off = self.switch_off_at().unwrap_or(Timestamp::MIN);
        Assumptions { now, switch_off, reserve_days: self.reserve_days }
    }

    /// The open weekdays of sites without days of their own, Monday first.
    pub(super) fn weekdays(&self) -> [bool; 7] {
        if self.workdays_only { WORKDAYS } else { [true; 7] }
    }

    /// The rules of the waves.
    pub(super) fn rules(&self, now: Timestamp) -> Rules {
        let today = day_of(now);
        let tomorrow = today.tomorrow().unwrap_or(today);
        let window = |site, weekdays, capacity_per_day| Window {
            site,
            weekdays,
            from: None,
            until: None,
            closed: self.closed.clone(),
            capacity_per_day,
        };
        let mut windows = vec![window(None, self.weekdays(), None)];
        let own = |own: &SiteWindow| window(Some(own.site.clone()), own.weekdays, own.capacity_per_day);
        windows.extend(self.windows.iter().map(own));
        let order = |(first, then): &(String, String)| Order { first: first.clone(), then: then.clone() };
        Rules {
            start: self.start.unwrap_or(tomorrow).max(today),
            capacity_per_day: self.capacity_per_day,
            pilots: self.pilots,
            pilot_pause_days: self.pilot_pause_days,
            windows,
            orders: self.orders.iter().map(order).collect(),
        }
    }
}

/// How a customer's move is planned.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn settings(app: &App, caller: &Caller, customer: TenantId) -> Result<PlanSettings, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            Ok(PlanSettings::parse(&load(conn, customer)?.settings))
        })
        .await
}
