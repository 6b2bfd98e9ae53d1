//! What became of uploads: the list of them, and the verdict on each of their records.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::fleet::VerdictKind;
use perpetua_domain::id::{FleetImportId, TenantId};
use perpetua_fleet::decode::Encoding;
use perpetua_fleet::read::FileReport;
use perpetua_fleet::record::Format;
use perpetua_fleet::verdict::{Doubt, Failure};
use perpetua_store::fleet::imports::{self as rows, ImportRow, VerdictRow};
use serde::{Deserialize, Serialize};

use super::require;
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Uploads of one list.
const IMPORTS_MAX: i64 = 20;
/// Verdicts of one page.
const VERDICTS_PAGE: usize = 100;
/// Files of which an upload tells.
const FILES_TOLD: usize = 500;

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// Its id.
    pub id: FleetImportId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Records that were read.
    pub records: i64,
    /// Those of them that are not certain.
    pub doubtful: i64,
    /// Pieces that were not read.
    pub unread: i64,
    /// Full keys that were masked.
    pub masked_keys: i64,
    /// Machines that were not known before.
    pub machines_new: i64,
    /// Machines of which something new was learned.
    pub machines_changed: i64,
    /// Machines that turned out to have moved.
    pub machines_moved: i64,
    /// What became of each file, at most 500.
    pub files: Vec<FileView>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileView {
    /// Its name, with the path inside of an archive after `!`.
    pub name: String,
    /// The shapes that were found in it.
    pub formats: Vec<Format>,
    /// Its encoding, when it is text.
    pub encoding: Option<String>,
    /// Records that were read.
    pub records: usize,
    /// Pieces that were not.
    pub unread: usize,
    /// Full keys that were masked.
    pub masked_keys: usize,
    /// Columns and properties that were not understood.
    pub ignored: Vec<String>,
    /// What was assumed about the file as a whole.
    pub doubts: Vec<Doubt>,
}

impl FileView {
    /// From what the reader says.
    pub(super) fn of(report: &FileReport) -> Self {
        Self {
            name: report.file.clone(),
            formats: report.formats.clone(),
            encoding: report.encoding.map(|encoding: Encoding| encoding.to_string()),
            records: report.records,
            unread: report.unread,
            masked_keys: report.masked_keys,
            ignored: report.ignored.clone(),
            doubts: report.doubts.clone(),
        }
    }

    /// Files as they are stored.
    pub(super) fn stored(files: &[Self]) -> Result<String, Problem> {
        serde_json::to_string(&files[..files.len().min(FILES_TOLD)]).map_err(Problem::internal)
    }
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictView {
    /// Its place in the upload, from 1; what was not read comes first.
    pub number: i64,
    /// Whether it was read.
    pub kind: VerdictKind,
    /// The machine; empty when not known.
    pub machine: String,
    /// The file.
    pub file: String,
    /// The line; 0 for the whole file.
    pub line: i64,
    /// What was assumed.
    pub doubts: Vec<Doubt>,
    /// Why it was not read.
    pub failure: Option<Failure>,
    /// What that is about; may be empty.
    pub detail: String,
}

/// The view of a stored upload.
pub(super) fn view(row: ImportRow) -> Result<ImportView, Problem> {
    Ok(ImportView {
        id: row.id.0,
        at: row.at.timestamp(),
        by: row.by_name,
        records: row.records,
        doubtful: row.doubtful,
        unread: row.unread,
        masked_keys: row.masked_keys,
        machines_new: row.machines_new,
        machines_changed: row.machines_changed,
        machines_moved: row.machines_moved,
        files: serde_json::from_str(&row.files).map_err(Problem::internal)?,
    })
}

/// The newest uploads of a customer, at most 20.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn imports(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<ImportView>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            rows::list(conn, customer, IMPORTS_MAX)?.into_iter().map(view).collect()
        })
        .await
}

/// One upload.
///
/// # Errors
///
/// As [`imports`].
pub async fn import(app: &App, caller: &Caller, customer: TenantId, id: FleetImportId) -> Result<ImportView, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            view(rows::find(conn, customer, id)?.ok_or_else(Problem::not_found)?)
        })
        .await
}

/// Verdicts of an upload after a number, 100 at a time, and where the next page begins. Only the newest 20 uploads of
/// a customer have them.
///
/// # Errors
///
/// As [`imports`].
pub async fn verdicts(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    id: FleetImportId,
    kind: Option<VerdictKind>,
    after: Option<i64>,
) -> Result<(Vec<VerdictView>, Option<i64>), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require(conn, &caller, Permission::FleetView, customer)?;
            rows::find(conn, customer, id)?.ok_or_else(Problem::not_found)?;
            let limit = i64::try_from(VERDICTS_PAGE).unwrap_or(i64::MAX) + 1;
            let mut found = rows::verdicts(conn, id, kind, after.unwrap_or(0), limit)?;
            let has_more = found.len() > VERDICTS_PAGE;
            found.truncate(VERDICTS_PAGE);
            let next = found.last().map(|row| row.number).filter(|_| has_more);
            Ok((found.into_iter().map(verdict).collect(), next))
        })
        .await
}

fn verdict(row: VerdictRow) -> VerdictView {
    VerdictView {
        number: row.number,
        kind: row.kind.0,
        machine: row.machine,
        file: row.file,
        line: row.line,
        doubts: row.codes.split(' ').filter_map(Doubt::parse).collect(),
        failure: Failure::parse(&row.codes),
        detail: row.detail,
    }
}
