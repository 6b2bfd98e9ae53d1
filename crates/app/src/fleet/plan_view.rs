//! A plan as it is stored and shown: what it could not save and why, what would help, and whether it is proved.

use jiff::Timestamp;
use jiff::civil::Date;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_fleet::plan::{Lost, Remedy};
use perpetua_store::{Conn, Utc};
use serde::{Deserialize, Serialize};

use super::keys::stock;
use super::settings::PlanSettings;
use super::waves::{WaveView, waves_of};
use super::{count, load, require};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Machines that a plan cannot save, as many as are listed.
pub(super) const UNSAVED_TOLD: usize = 200;

/// A machine that the plan cannot save.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsavedView {
    /// The machine.
    pub machine: FleetMachineId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: Lost,
    /// Its last safe day.
    pub last_safe_day: Option<Date>,
    /// The day on which the plan takes it all the same.
    pub planned_day: Option<Date>,
}

/// Something that would save machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RemedyView {
    /// Buy so many activations of a product.
    MoreActivations {
        /// Its code.
        product: String,
        /// Its name.
        product_name: String,
        /// How many.
        count: i64,
    },
    /// Move so many machines per day.
    MoreCapacity {
        /// Machines per day.
        per_day: u32,
    },
    /// Reach machines before the first day.
    StartEarlier {
        /// The day by which the first of them has to move.
        #[serde(with = "super::wire::day_option")]
        by: Option<Date>,
        /// How many.
        machines: i64,
    },
    /// Open a site on more days.
    OpenSite {
        /// The site; `None` for machines without one.
        site: Option<String>,
        /// How many machines.
        machines: i64,
    },
    /// Give up an order between machines.
    LoosenOrder {
        /// How many machines wait too long.
        machines: i64,
    },
    /// Keep the key host running longer.
    KeepKeyHost {
        /// How many machines still renew.
        machines: i64,
    },
}

impl RemedyView {
    /// From what the planner says.
    pub(super) fn of(remedy: &Remedy) -> Self {
        match remedy {
            Remedy::MoreActivations { kind, count: number } => {
                Self::MoreActivations { product: kind.code(), product_name: kind.name(), count: count(*number) }
            }
            Remedy::MoreCapacity { per_day } => Self::MoreCapacity { per_day: *per_day },
            Remedy::StartEarlier { by, machines } => Self::StartEarlier { by: *by, machines: count(*machines) },
            Remedy::OpenSite { site, machines } => Self::OpenSite { site: site.clone(), machines: count(*machines) },
            Remedy::LoosenOrder { machines } => Self::LoosenOrder { machines: count(*machines) },
            Remedy::KeepKeyHost { machines } => Self::KeepKeyHost { machines: count(*machines) },
        }
    }
}

/// A plan that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanView {
    /// How it was made.
    pub settings: PlanSettings,
    /// When.
    pub planned_at: Timestamp,
    /// By whom.
    pub by: String,
    /// Its waves.
    pub waves: Vec<WaveView>,
    /// Machines that it cannot save, at most 200.
    pub unsaved: Vec<UnsavedView>,
    /// How many there are.
    pub unsaved_count: i64,
    /// What would save them.
    pub remedies: Vec<RemedyView>,
    /// Whether pilots were given up because waiting for them would have lost machines.
    pub without_pilots: bool,
    /// Whether the independent check found no promise broken: no machine after its last safe day but those listed, no
    /// day beyond its capacity, no key beyond its activations.
    pub is_proved: bool,
    /// Promises that it found broken.
    pub breaches: i64,
    /// Keys by label with the activations that the plan uses and those that may be used.
    pub keys: Vec<(String, i64, i64)>,
}

/// What a plan came to, as it is stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Outcome {
    pub unsaved: Vec<Unsaved>,
    pub unsaved_count: i64,
    pub remedies: Vec<RemedyView>,
    pub without_pilots: bool,
    pub breaches: i64,
    /// Which key, its label, activations used and usable.
    pub keys: Vec<(String, String, i64, i64)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Unsaved {
    pub machine: String,
    pub name: String,
    pub reason: Lost,
    #[serde(with = "super::wire::day_option")]
    pub last_safe_day: Option<Date>,
    #[serde(with = "super::wire::day_option")]
    pub planned_day: Option<Date>,
}

/// The plan of a customer; `None` before the first.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn plan(app: &App, caller: &Caller, customer: TenantId) -> Result<Option<PlanView>, Problem> {
    let caller = caller.clone();
    let now = app.real_clock.now();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            view(conn, &caller, customer, now)
        })
        .await
}

/// The plan, for whoever may see it.
pub(super) fn view(
    conn: &mut Conn,
    caller: &Caller,
    customer: TenantId,
    now: Timestamp,
) -> Result<Option<PlanView>, Problem> {
    let fleet = load(conn, customer)?;
    let Some(planned_at) = fleet.planned_at.map(Utc::timestamp) else { return Ok(None) };
    let outcome: Outcome = serde_json::from_str(&fleet.outcome).map_err(Problem::internal)?;
    // Another partner's purchases are nobody else's business (I6).
    let seen: Vec<String> = stock(conn, caller, customer)?.iter().map(|held| held.id.to_string()).collect();
    let keys = outcome.keys.into_iter().filter(|(key, ..)| seen.contains(key));
    let keys = keys.map(|(_, label, used, usable)| (label, used, usable)).collect();
    let unsaved = |unsaved: Unsaved| {
        Some(UnsavedView {
            machine: unsaved.machine.parse().ok()?,
            name: unsaved.name,
            reason: unsaved.reason,
            last_safe_day: unsaved.last_safe_day,
            planned_day: unsaved.planned_day,
        })
    };
    Ok(Some(PlanView {
        settings: PlanSettings::parse(&fleet.settings),
        planned_at,
        by: fleet.planned_by,
        waves: waves_of(conn, customer, now)?,
        unsaved: outcome.unsaved.into_iter().filter_map(unsaved).collect(),
        unsaved_count: outcome.unsaved_count,
        remedies: outcome.remedies,
        without_pilots: outcome.without_pilots,
        is_proved: outcome.breaches == 0,
        breaches: outcome.breaches,
        keys,
    }))
}
