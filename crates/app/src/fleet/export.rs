//! Machines and the final report as tables for spreadsheets: words in the reader's language, days and times as
//! ISO 8601. Names come from inventories, so a cell that a spreadsheet would take for a formula is made text.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::TenantId;
use perpetua_i18n::{Lang, text};

use super::evidence::{Evidence, Proof};
use super::machines::{MachineQuestion, MachineView, page_of};
use super::require;
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;
use crate::software::harmless;

/// Machines that are read at once.
const CHUNK: i64 = 1_000;

/// Which columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// The list of machines.
    Machines,
    /// The final report: where each stands, and what proves it.
    Report,
}

/// A machine with what proves that it moved.
type Line = (MachineView, Option<Proof>);

/// A column: the message that heads it, and its cell.
type Column = (&'static str, fn(Lang, &Line) -> String);

const MACHINE: Column = ("fleet-column-machine", |_, (machine, _)| machine.name.clone());
const SITE: Column = ("fleet-column-site", |_, (machine, _)| machine.site.clone());
const PRODUCT: Column = ("fleet-column-product", |_, (machine, _)| machine.product_name.clone());
const WAVE: Column =
    ("fleet-column-wave", |_, (machine, _)| machine.wave.map(|wave| wave.to_string()).unwrap_or_default());
const STATE: Column = ("field-state", |lang, (machine, _)| coded(lang, "state", machine.state.as_text()));

const OF_MACHINES: &[Column] = &[
    MACHINE,
    SITE,
    PRODUCT,
    STATE,
    ("migration-risk", |lang, (machine, _)| coded(lang, "risk", machine.risk.as_text())),
    ("fleet-column-outlook", |lang, (machine, _)| coded(lang, "outlook", machine.outlook.as_text())),
    ("fleet-column-safe", |_, (machine, _)| machine.last_safe_day.map(|day| day.to_string()).unwrap_or_default()),
    ("migration-last-day", |_, (machine, _)| machine.last_day.map(|day| day.to_string()).unwrap_or_default()),
    WAVE,
    (
        "migration-pilot",
        |lang, (machine, _)| {
            if machine.is_pilot { text(lang, "yes").into_owned() } else { String::new() }
        },
    ),
    ("migration-why-out", |lang, (machine, _)| {
        machine.left_out.map(|reason| coded(lang, "left-out", reason.as_text())).unwrap_or_default()
    }),
    ("migration-last-script", |lang, (machine, _)| {
        machine.last_exit.map(|exit| coded(lang, "exit", exit.as_text())).unwrap_or_default()
    }),
    ("migration-code", |_, (machine, _)| {
        machine.last_result.filter(|code| *code != 0).map(|code| format!("0x{code:08X}")).unwrap_or_default()
    }),
    ("migration-observed", |_, (machine, _)| machine.observed_at.to_string()),
];

const OF_REPORT: &[Column] = &[
    MACHINE,
    SITE,
    PRODUCT,
    WAVE,
    STATE,
    ("migration-evidence", |lang, (_, proof)| {
        let id = match proof.as_ref().map(Proof::shown) {
            Some(Evidence::Inventory { .. }) => "migration-proof-inventory",
            Some(Evidence::Script { .. }) => "migration-proof-script",
            Some(Evidence::Missing) | None => "migration-evidence-missing",
        };
        text(lang, id).into_owned()
    }),
    ("field-date", |_, (_, proof)| proof.as_ref().map(|proof| proof.at().to_string()).unwrap_or_default()),
    ("migration-key", |_, (_, proof)| match proof.as_ref().map(Proof::shown) {
        Some(Evidence::Inventory { partial_key, .. } | Evidence::Script { partial_key, .. }) => partial_key.clone(),
        Some(Evidence::Missing) | None => String::new(),
    }),
    ("fleet-column-file", |_, (_, proof)| match proof.as_ref().map(Proof::shown) {
        Some(Evidence::Inventory { file, .. }) => file.clone(),
        Some(Evidence::Script { .. } | Evidence::Missing) | None => String::new(),
    }),
];

fn coded(lang: Lang, family: &str, code: &str) -> String {
    text(lang, &format!("fleet-{family}-{}", code.replace('_', "-"))).into_owned()
}

/// The machines that a question finds, all pages of them, as CSV with a byte order mark.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn export(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    mut question: MachineQuestion,
    which: Export,
) -> Result<String, Problem> {
    let (lang, now) = (caller.origin.lang, app.clock.now());
    let columns = match which {
        Export::Machines => OF_MACHINES,
        Export::Report => OF_REPORT,
    };
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    csv.write_record(columns.iter().map(|(heading, _)| text(lang, heading).into_owned())).map_err(Problem::internal)?;
    question.after = None;
    loop {
        let (lines, next) = chunk(app, caller, customer, question.clone(), now).await?;
        for line in &lines {
            let cells = columns.iter().map(|(_, cell)| harmless(&cell(lang, line)));
            csv.write_record(cells).map_err(Problem::internal)?;
        }
        if next.is_none() {
            break;
        }
        question.after = next;
    }
    let bytes = csv.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

async fn chunk(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    question: MachineQuestion,
    now: Timestamp,
) -> Result<(Vec<Line>, Option<super::MachineCursor>), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            page_of(conn, customer, &question, now, CHUNK)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_exists_in_both_languages() {
        for lang in Lang::ALL {
            let headings = OF_MACHINES.iter().chain(OF_REPORT).map(|(heading, _)| *heading);
            let own = ["yes", "migration-proof-inventory", "migration-proof-script", "migration-evidence-missing"];
            let missing: Vec<_> = headings.chain(own).filter(|id| !perpetua_i18n::exists(lang, id)).collect();
            assert!(missing.is_empty(), "{lang:?} lacks {missing:?}");
        }
    }
}
