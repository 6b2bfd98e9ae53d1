//! A customer's move away from volume licensing (M4, M22–M28): inventories become machines with a forecast, these
//! become waves with a proof, waves become script packs, and what scripts and later inventories say becomes evidence.
//!
//! Reading, joining, forecasting and planning is pure and stands in `perpetua-fleet`; here it is loaded, run away
//! from the threads that serve, and stored guarded by the version of the fleet's row. The fleet belongs to the
//! customer; its partners work on it while they serve the customer.

pub mod alarms;
mod assess;
mod assign;
mod change;
mod evidence;
mod export;
mod gap;
mod imports;
mod join;
mod keys;
mod machines;
mod plan;
mod plan_view;
mod prior;
mod report;
mod scripts;
mod settings;
mod signing;
mod sites;
mod summary;
mod upload;
mod waves;
mod wire;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::TenantId;
use perpetua_fleet::product::Kind;
use perpetua_store::fleet::{self as rows, FleetRow};
use perpetua_store::{Conn, Id, StoreError, Utc, tenants};

pub use assign::{Assignment, Selection, assign};
pub use evidence::{Evidence, EvidenceLine, FinalReport, final_report};
pub use export::{Export, export};
pub use gap::{GapOffer, GapRow, SideBySide, side_by_side};
pub use imports::{FileView, ImportView, VerdictView, import, imports, verdicts};
pub use keys::{FleetKeyView, KeyRef, NewKey, add_key, keys, remove_key, set_remaining};
pub use machines::{
    AttemptView, LicenseView, MachineCursor, MachineDetail, MachineFilter, MachinePage, MachineQuestion, MachineSort,
    MachineView, machine, machines,
};
pub use perpetua_domain::fleet::{LeftOutReason, MachineState, PriorKeyType, Risk, VerdictKind, WaveState};
pub use perpetua_fleet::channel::Channel;
pub use perpetua_fleet::error_code::Meaning;
pub use perpetua_fleet::exit_code::ExitCode;
pub use perpetua_fleet::forecast::Outlook;
pub use perpetua_fleet::matching::Misfit;
pub use perpetua_fleet::plan::Lost;
pub use perpetua_fleet::record::Format;
pub use perpetua_fleet::verdict::{Doubt, Failure, Place};
pub use plan::make_plan;
pub use plan_view::{PlanView, RemedyView, UnsavedView, plan};
pub use prior::{
    PRIOR_BYTES_MAX, PriorImport, PriorLicense, PriorLicenseView, add_prior, import_prior, prior_licenses, remove_prior,
};
pub use report::{REPORT_BYTES_MAX, Reported, RetryRow, report, retries};
pub use scripts::{ScriptPack, readme, script_pack};
pub use settings::{PlanSettings, SiteWindow, settings};
pub use signing::{ScriptSigner, Signing};
pub use sites::{SiteView, Sites, add_order, remove_order, remove_window, set_window, sites};
pub use summary::{AlarmView, DayCount, May, Summary, WhatIf, summary, what_if};
pub use upload::{Upload, UploadedFile, upload};
pub use waves::{WaveView, hold_wave, release_wave, waves};

pub use perpetua_fleet::decode::Encoding;
pub use perpetua_fleet::read::{Field, field_of};

use crate::audit::Entry;
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Bytes of all files of one upload together.
pub const UPLOAD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Machines of one customer.
pub const MACHINES_MAX: usize = 100_000;
/// Machines on a page unless fewer are asked for.
pub const PAGE_ROWS: i64 = 50;
/// Machines that may be chosen one by one.
pub const ASSIGN_MAX: usize = 1_000;
/// Reports that are kept per machine.
const REPORTS_KEPT: usize = 8;

/// Name and content of the script that collects on one machine.
///
/// # Errors
///
/// `fleet_signing_failed`.
pub async fn collector(app: &App) -> Result<(String, Vec<u8>), Problem> {
    let script = perpetua_fleet::scripts::collector();
    let signed = signing::signed(app).await?.remove(&script.path);
    Ok((script.path, signed.unwrap_or_else(|| script.text.into_bytes())))
}

/// The name of a product by its code; the same in every language, empty when it is not known.
pub fn product_name(code: &str) -> String {
    Kind::from_code(code).map(|kind| kind.name()).unwrap_or_default()
}

/// Refuses unless the caller may do this with the customer's fleet.
///
/// # Errors
///
/// `not_found` for what is no customer or a stranger's, and those of [`authorize::require`].
fn require(conn: &mut Conn, caller: &Caller, permission: Permission, customer: TenantId) -> Result<(), Problem> {
    let tenant = tenants::find(conn, customer)?.ok_or_else(Problem::not_found)?;
    if tenant.kind.0 != TenantKind::Customer {
        return Err(Problem::not_found());
    }
    authorize::require(conn, caller, permission, Owner::Tenant(customer))
}

/// The fleet of a customer; one without anything where there is none yet.
fn load(conn: &mut Conn, customer: TenantId) -> Result<FleetRow, StoreError> {
    let none = || FleetRow {
        customer_id: Id(customer),
        settings: String::new(),
        outcome: String::new(),
        planned_at: None,
        planned_by: String::new(),
        alarm_day: None,
        version: 0,
        generation: 0,
        last_generation: 0,
    };
    Ok(rows::find(conn, customer)?.unwrap_or_else(none))
}

/// Stores the fleet that was read at its version.
///
/// # Errors
///
/// `changed_elsewhere` when it changed since: what was computed from it has to be computed anew, so running the same
/// transaction again would not help.
fn save(conn: &mut Conn, fleet: &FleetRow) -> Result<(), Problem> {
    unless_changed(rows::save(conn, fleet))
}

/// Makes sure that the fleet is still at this version, and stays so until the transaction ends.
///
/// # Errors
///
/// As [`save`].
fn hold(conn: &mut Conn, customer: TenantId, version: i64) -> Result<(), Problem> {
    unless_changed(rows::hold(conn, customer, version))
}

fn unless_changed(done: Result<(), StoreError>) -> Result<(), Problem> {
    match done {
        Err(StoreError::Conflict { .. }) => Err(Problem::conflict("changed_elsewhere")),
        done => Ok(done?),
    }
}

/// A record about the fleet that the customer and the partner who did it may see.
fn entry(caller: &Caller, customer: TenantId, kind: &'static str) -> Entry {
    let entry = Entry::new(kind, "fleet", customer).customer(customer);
    if caller.kind == TenantKind::Partner { entry.partner(caller.tenant) } else { entry }
}

/// The day of an instant in UTC.
fn day_of(at: Timestamp) -> Date {
    perpetua_fleet::forecast::day_of(at)
}

/// Midnight UTC of a day, as it is stored.
fn midnight(day: Date) -> Utc {
    day.to_zoned(TimeZone::UTC).map_or(rows::machines::NEVER, |zoned| zoned.timestamp().into())
}

/// The day of a stored midnight.
fn day(at: Utc) -> Date {
    day_of(at.timestamp())
}

/// As many as fit a count that people see.
fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
