//! The list of machines, and one machine.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::{LeftOutReason, MachineState, Risk, URGENT_DAYS, risk};
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_fleet::channel::Channel;
use perpetua_fleet::error_code::{Meaning, meaning};
use perpetua_fleet::exit_code::ExitCode;
use perpetua_fleet::forecast::{Outlook, machine as forecast_machine};
use perpetua_fleet::merge::Machine;
use perpetua_fleet::state::State;
use perpetua_fleet::verdict::{Doubt, Place};
use perpetua_store::fleet::machines::{self as rows, AttemptRow, Filter, MachineRow};
use perpetua_store::{Conn, Utc};

use super::assess::{machine_of, risk_facts};
use super::evidence::{Evidence, Proof};
use super::keys::{Moves, stock};
use super::settings::PlanSettings;
use super::{PAGE_ROWS, day, day_of, load, midnight, product_name, require};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

perpetua_domain::text_enum! {
    /// What a list of machines is sorted by.
    pub enum MachineSort {
        /// By name.
        Name = "name",
        /// The most pressing first.
        LastSafeDay = "last_safe_day",
    }
}

/// Which machines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MachineFilter {
    /// In this state.
    pub state: Option<MachineState>,
    /// As pressing as this.
    pub risk: Option<Risk>,
    /// With this product, by code.
    pub product: Option<String>,
    /// In this wave.
    pub wave: Option<i64>,
    /// At this site, as inventories name it.
    pub site: Option<String>,
    /// Whose name begins so.
    pub text: String,
}

impl MachineFilter {
    pub(super) fn rows(&self, now: Timestamp) -> Filter {
        let today = day_of(now);
        let until = today.saturating_add(jiff::Span::new().days(URGENT_DAYS));
        Filter {
            state: self.state,
            risk: self.risk,
            product: self.product.clone(),
            wave: self.wave,
            site: self.site.clone(),
            prefix: self.text.trim().chars().take(100).collect::<String>().to_lowercase(),
            today: Some(midnight(today)),
            urgent_until: Some(midnight(until)),
        }
    }
}

/// A question for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineQuestion {
    /// Which.
    pub filter: MachineFilter,
    /// In which order.
    pub sort: MachineSort,
    /// Where the page begins.
    pub after: Option<MachineCursor>,
    /// Machines wanted, 1 to 500.
    pub limit: i64,
}

impl Default for MachineQuestion {
    fn default() -> Self {
        Self { filter: MachineFilter::default(), sort: MachineSort::LastSafeDay, after: None, limit: PAGE_ROWS }
    }
}

/// The last machine of a page. As text it stands in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineCursor {
    id: FleetMachineId,
    day: i64,
    name: String,
}

impl fmt::Display for MachineCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}", self.id, self.day, self.name)
    }
}

impl FromStr for MachineCursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '_');
        let mut part = || parts.next().ok_or(());
        let id = part()?.parse().map_err(|_| ())?;
        let day = part()?.parse().map_err(|_| ())?;
        Ok(Self { id, day, name: part()?.to_owned() })
    }
}

/// A machine in lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineView {
    /// Its id.
    pub id: FleetMachineId,
    /// Its name.
    pub name: String,
    /// Its site; may be empty.
    pub site: String,
    /// The code of its most pressing product.
    pub product: String,
    /// That product's name.
    pub product_name: String,
    /// Where it stands.
    pub state: MachineState,
    /// How pressing it is.
    pub risk: Risk,
    /// What is to be expected of it.
    pub outlook: Outlook,
    /// Its last safe day; `None` where it is overdue, never ends, or is not known.
    pub last_safe_day: Option<Date>,
    /// The last day before its end.
    pub last_day: Option<Date>,
    /// Its wave.
    pub wave: Option<i64>,
    /// Whether it goes ahead.
    pub is_pilot: bool,
    /// When it was last reported.
    pub observed_at: Timestamp,
    /// What is not certain about it.
    pub doubts: Vec<Doubt>,
    /// Why it is left out.
    pub left_out: Option<LeftOutReason>,
    /// How its last script ended.
    pub last_exit: Option<ExitCode>,
    /// What the activation answered then.
    pub last_result: Option<u32>,
    /// When.
    pub reported_at: Option<Timestamp>,
}

/// A page of machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachinePage {
    /// The machines.
    pub rows: Vec<MachineView>,
    /// Where the next page begins.
    pub next: Option<MachineCursor>,
}

/// A license of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseView {
    /// The code of its product.
    pub product: String,
    /// That product's name.
    pub product_name: String,
    /// How it is activated.
    pub channel: Channel,
    /// Its state.
    pub state: Option<State>,
    /// What is to be expected of it, with the settings of the plan.
    pub outlook: Outlook,
    /// Last five characters of its key.
    pub partial_key: String,
    /// Minutes that remained.
    pub remaining_min: Option<u32>,
    /// When that was so.
    pub observed_at: Timestamp,
    /// Its last safe day.
    pub last_safe_day: Option<Date>,
    /// Until when a grace may last that is not promised.
    pub maybe_until: Option<Date>,
    /// What the key is called to which the plan moves it.
    pub moves_to: Option<String>,
}

/// What a script reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptView {
    /// When.
    pub at: Timestamp,
    /// In which wave.
    pub wave: i64,
    /// How it ended.
    pub exit: ExitCode,
    /// What the activation answered.
    pub result: u32,
    /// What that means; `None` for nothing, or for what is not known.
    pub meaning: Option<Meaning>,
    /// Last five characters of the key before.
    pub old_tail: String,
    /// Last five characters of the key after.
    pub new_tail: String,
}

/// One machine with everything that is known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineDetail {
    /// As in lists.
    pub view: MachineView,
    /// Full name; may be empty.
    pub fqdn: String,
    /// Operating system; may be empty.
    pub os: String,
    /// Its licenses.
    pub licenses: Vec<LicenseView>,
    /// What its scripts reported, newest first.
    pub attempts: Vec<AttemptView>,
    /// Where the newest reports about it stand.
    pub places: Vec<Place>,
    /// What proves that it moved.
    pub evidence: Evidence,
}

pub(super) fn view(row: MachineRow, today: Date) -> MachineView {
    let facts = risk_facts(&row);
    MachineView {
        id: row.id.0,
        name: row.name,
        site: row.site,
        product_name: product_name(&row.product),
        product: row.product,
        state: row.state.0,
        risk: risk(facts, today),
        outlook: Outlook::parse(&row.outlook).unwrap_or(Outlook::NotPlanned),
        last_safe_day: facts.last_safe_day,
        last_day: row.last_day.map(day),
        wave: row.wave,
        is_pilot: row.is_pilot,
        observed_at: row.observed_at.timestamp(),
        doubts: row.doubts.split(' ').filter_map(Doubt::parse).collect(),
        left_out: LeftOutReason::parse(&row.left_out),
        last_exit: row.last_exit.map(exit),
        last_result: row.last_result.and_then(|result| u32::try_from(result).ok()),
        reported_at: row.reported_at.map(Utc::timestamp),
    }
}

fn exit(number: i64) -> ExitCode {
    ExitCode::from_number(u32::try_from(number).unwrap_or(1))
}

/// A page of rows with what proves that each moved.
pub(super) fn page_of(
    conn: &mut Conn,
    customer: TenantId,
    question: &MachineQuestion,
    now: Timestamp,
    limit: i64,
) -> Result<(Vec<(MachineView, Option<Proof>)>, Option<MachineCursor>), Problem> {
    let after = question.after.as_ref();
    let place = match question.sort {
        MachineSort::Name => rows::Place::Name(after.map(|cursor| (cursor.name.clone(), cursor.id))),
        MachineSort::LastSafeDay => rows::Place::Day(after.map(|cursor| (Utc::from_micros(cursor.day), cursor.id))),
    };
    let mut found = rows::list(conn, customer, &question.filter.rows(now), &place, limit + 1)?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let has_more = found.len() > wanted;
    found.truncate(wanted);
    let cursor =
        |row: &MachineRow| MachineCursor { id: row.id.0, day: row.last_safe_day.micros(), name: row.name_key.clone() };
    let next = found.last().filter(|_| has_more).map(cursor);
    let today = day_of(now);
    let line = |row: MachineRow| {
        let proof = Proof::parse(&row.evidence).filter(|_| row.state.0 == MachineState::Moved);
        (view(row, today), proof)
    };
    Ok((found.into_iter().map(line).collect(), next))
}

/// A page of a customer's machines.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn machines(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    question: MachineQuestion,
) -> Result<MachinePage, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let (found, next) = page_of(conn, customer, &question, now, question.limit.clamp(1, 500))?;
            Ok(MachinePage { rows: found.into_iter().map(|(view, _)| view).collect(), next })
        })
        .await
}

/// One machine.
///
/// # Errors
///
/// As [`machines`].
pub async fn machine(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    id: FleetMachineId,
) -> Result<MachineDetail, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let row = rows::find(conn, customer, id)?.ok_or_else(Problem::not_found)?;
            let reports = rows::sources(conn, &[id])?.pop().map(|source| source.reports).unwrap_or_default();
            let machine = machine_of(&row, &reports)?;
            let settings = PlanSettings::parse(&load(conn, customer)?.settings);
            let stock = stock(conn, &caller, customer)?;
            let moves = Moves::parse(&row.moves);
            let licenses = licenses(&machine, &settings, now, |code| moves.label(code, &stock));
            let attempts = rows::attempts(conn, id)?.into_iter().map(attempt).collect();
            let evidence = Proof::parse(&row.evidence).map_or(Evidence::Missing, Proof::evidence);
            let host = &machine.host;
            Ok(MachineDetail {
                fqdn: host.fqdn.clone().unwrap_or_default(),
                os: host.os_caption.clone().unwrap_or_default(),
                licenses,
                attempts,
                places: machine.places.clone(),
                evidence,
                view: view(row, day_of(now)),
            })
        })
        .await
}

fn licenses(
    machine: &Machine,
    settings: &PlanSettings,
    now: Timestamp,
    moves_to: impl Fn(&str) -> Option<String>,
) -> Vec<LicenseView> {
    let forecast = forecast_machine(machine, &settings.assumptions(now));
    let license = |(license, forecast): (&perpetua_fleet::merge::License, &perpetua_fleet::forecast::Forecast)| {
        let product = license.kind.code();
        LicenseView {
            product_name: license.kind.name(),
            channel: license.product.channel,
            state: license.product.state,
            outlook: forecast.outlook,
            partial_key: license.product.partial_key.clone().unwrap_or_default(),
            remaining_min: license.product.remaining_min,
            observed_at: license.observed_at,
            last_safe_day: forecast.last_safe_day,
            maybe_until: forecast.maybe_until,
            moves_to: forecast.outlook.has_to_move().then(|| moves_to(&product)).flatten(),
            product,
        }
    };
    machine.licenses.iter().zip(&forecast.licenses).map(license).collect()
}

fn attempt(row: AttemptRow) -> AttemptView {
    let result = u32::try_from(row.result).unwrap_or(0);
    AttemptView {
        at: row.at.timestamp(),
        wave: row.wave,
        exit: exit(row.exit_number),
        result,
        meaning: if result == 0 { None } else { meaning(result) },
        old_tail: row.old_tail,
        new_tail: row.new_tail,
    }
}
