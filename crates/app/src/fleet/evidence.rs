//! What proves that machines moved, and the final report with that proof per machine (M22, M25).

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::TenantId;
use perpetua_fleet::merge::{License, Machine};
use perpetua_store::tenants;
use serde_json::{Value, json};

use super::machines::{MachineCursor, MachineFilter, MachineQuestion, MachineSort, MachineView, page_of};
use super::summary::summarize;
use super::waves::{WaveView, waves_of};
use super::{Summary, require};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Machines of one page of the report.
const LINES: i64 = 1_000;

/// What proves that a machine moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// An inventory shows it with a multiple activation key.
    Inventory {
        /// When that was collected.
        at: Timestamp,
        /// Last five characters of the key.
        partial_key: String,
        /// The file that says so.
        file: String,
    },
    /// Its script verified it.
    Script {
        /// When.
        at: Timestamp,
        /// Last five characters of the key.
        partial_key: String,
        /// What the activation answered.
        result: u32,
    },
    /// Nothing yet.
    Missing,
}

/// Evidence as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proof(Evidence);

impl Proof {
    /// An inventory shows this license.
    pub fn of_inventory(license: &License, machine: &Machine) -> Self {
        Self(Evidence::Inventory {
            at: license.observed_at,
            partial_key: license.product.partial_key.clone().unwrap_or_default(),
            file: machine.places.first().map(|place| place.file.clone()).unwrap_or_default(),
        })
    }

    /// A script said so.
    pub fn of_script(at: Timestamp, partial_key: String, result: u32) -> Self {
        Self(Evidence::Script { at, partial_key, result })
    }

    /// As it is stored.
    pub fn text(&self) -> String {
        match &self.0 {
            Evidence::Inventory { at, partial_key, file } => {
                json!({ "inventory": at.as_microsecond(), "key": partial_key, "file": file }).to_string()
            }
            Evidence::Script { at, partial_key, result } => {
                json!({ "script": at.as_microsecond(), "key": partial_key, "result": result }).to_string()
            }
            Evidence::Missing => String::new(),
        }
    }

    /// What was stored; `None` for nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let word = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let at = |name: &str| value[name].as_i64().and_then(|micros| Timestamp::from_microsecond(micros).ok());
        let result = value["result"].as_u64().and_then(|result| u32::try_from(result).ok()).unwrap_or(0);
        Some(Self(match (at("inventory"), at("script")) {
            (Some(at), _) => Evidence::Inventory { at, partial_key: word("key"), file: word("file") },
            (None, Some(at)) => Evidence::Script { at, partial_key: word("key"), result },
            (None, None) => return None,
        }))
    }

    /// Whether a script said so.
    pub fn is_by_script(&self) -> bool {
        matches!(self.0, Evidence::Script { .. })
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        match &self.0 {
            Evidence::Inventory { at, .. } | Evidence::Script { at, .. } => *at,
            Evidence::Missing => Timestamp::MIN,
        }
    }

    /// What stands behind it.
    pub fn shown(&self) -> &Evidence {
        &self.0
    }

    /// For people.
    pub fn evidence(self) -> Evidence {
        self.0
    }
}

/// A machine with what proves that it moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceLine {
    /// The machine.
    pub machine: MachineView,
    /// The proof.
    pub evidence: Evidence,
}

/// The final report of a customer's move.
#[derive(Debug, Clone, PartialEq)]
pub struct FinalReport {
    /// The customer.
    pub customer_name: String,
    /// When the report was made.
    pub made_at: Timestamp,
    /// Where the fleet stands.
    pub summary: Summary,
    /// Its waves.
    pub waves: Vec<WaveView>,
    /// Its machines by name, 1,000 at a time.
    pub lines: Vec<EvidenceLine>,
    /// Where the next page begins.
    pub next: Option<MachineCursor>,
}

/// The final report, a page of machines at a time.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn final_report(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    after: Option<MachineCursor>,
) -> Result<FinalReport, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            let customer_name = tenants::find(conn, customer)?.ok_or_else(Problem::not_found)?.name;
            let summary = summarize(conn, &caller, customer, now)?;
            let waves = waves_of(conn, customer, now)?;
            let question =
                MachineQuestion { filter: MachineFilter::default(), sort: MachineSort::Name, after, limit: LINES };
            let (rows, next) = page_of(conn, customer, &question, now, LINES)?;
            let line = |row| {
                let (machine, proof): (MachineView, Option<Proof>) = row;
                EvidenceLine { machine, evidence: proof.map_or(Evidence::Missing, Proof::evidence) }
            };
            Ok(FinalReport {
                customer_name,
                made_at: now,
                summary,
                waves,
                lines: rows.into_iter().map(line).collect(),
                next,
            })
        })
        .await
}
