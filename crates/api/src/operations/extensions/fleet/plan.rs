//! The plan of a move: how it is made, its waves, and whom it cannot save.

use jiff::civil::Date;
use perpetua_app::fleet::{self, PlanSettings, PlanView, SiteWindow};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;

use super::{FleetWave, day, of_wave};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;

/// Days and pairs of one plan.
const LIST_MAX: usize = 400;

/// The words of weekdays.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

const EXAMPLE_PLAN: &str = r#"{"capacityPerDay":50,"pilots":1,"pilotPauseDays":1,"workdaysOnly":true,"closed":["2026-12-24"],"switchOff":"2026-12-31","reserveDays":14,"errorPercentMax":10,"siteWindows":[{"site":"Brno","weekdays":["saturday","sunday"],"capacityPerDay":20}],"orders":[{"first":"DC-1","then":"Brno"}]}"#;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::put("X-33", "/ext/v1/customers/{c}/fleet/plan", handler!(make_plan), EXAMPLE_PLAN)
            .says("Plan the waves of the move; with the proof, or with what would save whom")
            .over_customer(P::FleetEdit)
            .answers::<FleetPlan>(200),
        Operation::get("X-34", "/ext/v1/customers/{c}/fleet/plan", handler!(plan))
            .says("The plan of the move")
            .over_customer(P::FleetView)
            .answers::<FleetPlan>(200),
    ]
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetPlan {
    planned_date: String,
    waves: Vec<FleetWave>,
    /// Machines that cannot be saved, at most 200.
    unsaved: Vec<FleetUnsaved>,
    unsaved_count: i64,
    /// Whether an independent check found no promise broken.
    is_proved: bool,
    /// How it was planned, and how the next plan is made unless it says otherwise.
    settings: FleetSettings,
    attributes: Attributes,
}

/// A machine that a plan cannot save.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetUnsaved {
    id: String,
    name: String,
    reason: &'static str,
}

/// How a move is planned.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    switch_off: Option<String>,
    capacity_per_day: u32,
    pilots: u32,
    pilot_pause_days: u32,
    workdays_only: bool,
    closed: Vec<String>,
    reserve_days: u32,
    error_percent_max: u32,
    site_windows: Vec<FleetSiteWindow>,
    orders: Vec<FleetOrder>,
}

/// When a site may be worked on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetSiteWindow {
    site: String,
    weekdays: Vec<&'static str>,
    /// Machines a day; absent for as many as the plan allows.
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_per_day: Option<u32>,
}

/// Machines or sites, of which the first moves on earlier days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetOrder {
    first: String,
    then: String,
}

async fn make_plan(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let fields = body.fields()?;
    let usual = fleet::settings(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let number = |name: &str, usual: u32| -> Result<u32, Fault> {
        let number = fields.int_in(name, 0, 1_000_000)?;
        Ok(number.and_then(|number| u32::try_from(number).ok()).unwrap_or(usual))
    };
    let closed = match fields.texts("closed", LIST_MAX, 10)? {
        None => usual.closed.clone(),
        Some(days) => days
            .into_iter()
            .map(|day| day.parse().map_err(|_| fields.fault("closed", Reason::Date)))
            .collect::<Result<_, Fault>>()?,
    };
    let windows = match fields.array("siteWindows", LIST_MAX)? {
        None => usual.windows.clone(),
        Some(windows) => windows.iter().map(window).collect::<Result<_, Fault>>()?,
    };
    let orders = match fields.array("orders", LIST_MAX)? {
        None => usual.orders.clone(),
        Some(orders) => orders.iter().map(order).collect::<Result<_, Fault>>()?,
    };
    let settings = PlanSettings {
        start: day(&fields, "start")?,
        capacity_per_day: number("capacityPerDay", usual.capacity_per_day)?,
        pilots: number("pilots", usual.pilots)?,
        pilot_pause_days: number("pilotPauseDays", usual.pilot_pause_days)?,
        workdays_only: fields.bool("workdaysOnly")?.unwrap_or(usual.workdays_only),
        closed,
        switch_off: day(&fields, "switchOff")?,
        reserve_days: number("reserveDays", usual.reserve_days)?,
        error_percent_max: number("errorPercentMax", usual.error_percent_max)?,
        windows,
        orders,
    };
    let made = fleet::make_plan(call.app(), &call.caller, call.customer()?, settings, None).await;
    Answer::ok(of_plan(made.about(Family::Customer)?))
}

async fn plan(call: Call) -> Result<Answer, Fault> {
    let found = fleet::plan(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    Answer::ok(of_plan(found.ok_or_else(|| Fault::of(codes::NOT_FOUND))?))
}

fn of_plan(plan: PlanView) -> FleetPlan {
    let unsaved = |unsaved: fleet::UnsavedView| FleetUnsaved {
        id: unsaved.machine.to_string(),
        name: unsaved.name,
        reason: unsaved.reason.as_text(),
    };
    FleetPlan {
        planned_date: date::write(plan.planned_at),
        waves: plan.waves.into_iter().map(of_wave).collect(),
        unsaved: plan.unsaved.into_iter().map(unsaved).collect(),
        unsaved_count: plan.unsaved_count,
        is_proved: plan.is_proved,
        settings: of_settings(plan.settings),
        attributes: Attributes::of("FleetPlan"),
    }
}

/// The days of a site, as a body says them.
fn window(fields: &Fields<'_>) -> Result<SiteWindow, Fault> {
    let mut weekdays = [false; 7];
    for day in fields.texts("weekdays", WEEKDAYS.len(), 9)?.unwrap_or_default() {
        let at = WEEKDAYS.iter().position(|known| known.eq_ignore_ascii_case(day));
        weekdays[at.ok_or_else(|| fields.fault("weekdays", Reason::NotExpected))?] = true;
    }
    let capacity = fields.int_in("capacityPerDay", 1, 100_000)?;
    Ok(SiteWindow {
        site: fields.required_text("site", 200)?.to_owned(),
        weekdays,
        capacity_per_day: capacity.and_then(|count| u32::try_from(count).ok()),
    })
}

fn order(fields: &Fields<'_>) -> Result<(String, String), Fault> {
    Ok((fields.required_text("first", 200)?.to_owned(), fields.required_text("then", 200)?.to_owned()))
}

fn of_settings(settings: PlanSettings) -> FleetSettings {
    let window = |own: SiteWindow| FleetSiteWindow {
        site: own.site,
        weekdays: WEEKDAYS.iter().zip(own.weekdays).filter(|(_, open)| *open).map(|(day, _)| *day).collect(),
        capacity_per_day: own.capacity_per_day,
    };
    FleetSettings {
        start: settings.start.map(|day| day.to_string()),
        switch_off: settings.switch_off.map(|day| day.to_string()),
        capacity_per_day: settings.capacity_per_day,
        pilots: settings.pilots,
        pilot_pause_days: settings.pilot_pause_days,
        workdays_only: settings.workdays_only,
        closed: settings.closed.iter().map(Date::to_string).collect(),
        reserve_days: settings.reserve_days,
        error_percent_max: settings.error_percent_max,
        site_windows: settings.windows.into_iter().map(window).collect(),
        orders: settings.orders.into_iter().map(|(first, then)| FleetOrder { first, then }).collect(),
    }
}
