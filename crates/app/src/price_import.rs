//! Price sheets: read and staged in chunks, previewed, then published by one small transaction.
//!
//! [`start`] takes a file in, [`run`] reads it on a thread of its own and stages it, [`preview()`] shows
//! what would change, and [`publish`](publish::publish) makes markets sell from it. With any bad row
//! nothing is applied unless the operator says to leave those rows out (I10). Reading is not resumed
//! after a crash: [`recover`] marks such a sheet as failed.

mod preview;
mod publish;
mod reading;
mod staging;

use std::io::{Read, Seek};

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::country::Country;
use perpetua_domain::id::PriceSheetId;
use perpetua_pricesheet::{Limits, SheetError};
use perpetua_store::prices::{self, SheetRow};
use perpetua_store::{Conn, Id, Page, StoreError, Utc, Word, people};
use serde_json::{Value, json};

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::event;
use crate::problem::{Param, Problem};

pub use perpetua_store::prices::SheetState;
pub use preview::{Preview, PriceChange, SheetProblem, preview};
pub use publish::{Publish, discard, publish};

/// Longest file name that is kept, in characters.
const FILE_NAME_CHARS_MAX: usize = 200;
/// Sheets on one page of the list.
pub const SHEETS_PER_PAGE: usize = 50;

/// A file that was received.
#[derive(Debug)]
pub struct Upload<R> {
    /// The name under which it came.
    pub file_name: String,
    /// Its size.
    pub bytes_total: u64,
    /// Its content; quoted CSV, or a ZIP archive that holds one such file.
    pub source: R,
}

/// One imported sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its id.
    pub id: PriceSheetId,
    /// Where it stands.
    pub state: SheetState,
    /// The name under which it came.
    pub file_name: String,
    /// Who uploaded it, in lists; empty where nobody is known.
    pub uploaded_by: String,
    /// When it came.
    pub uploaded_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// The countries in it; empty while it is read.
    pub markets: Vec<Country>,
    /// Size of the file in bytes.
    pub bytes_total: u64,
    /// Bytes read.
    pub bytes_read: u64,
    /// Rows read, bad ones included.
    pub rows_read: u64,
    /// Rows that cannot be taken over.
    pub rows_bad: u64,
    /// New prices.
    pub rows_new: u64,
    /// Changed prices.
    pub rows_changed: u64,
    /// Prices that end.
    pub rows_ended: u64,
    /// Prices that stay.
    pub rows_unchanged: u64,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// Why a sheet cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The stable code; its message is `sheet-error-{code}`.
    pub code: String,
    /// Parameters of the message: `line`, `name`, `max`.
    pub params: Vec<(&'static str, Param)>,
}

/// Takes a file in: afterwards the sheet is `reading`, and the caller lets [`run`] go on, usually as
/// a task of its own.
pub async fn start<R>(app: &App, caller: &Caller, upload: &Upload<R>) -> Result<PriceSheetId, Problem> {
    let stamp = app.stamp(caller);
    let file_name: String = upload.file_name.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARS_MAX).collect();
    let bytes_total = i64::try_from(upload.bytes_total).unwrap_or(i64::MAX);
    app.store
        .write((stamp, file_name), move |conn, (stamp, file_name)| {
            authorize::require(conn, &stamp.caller, Permission::PricesImport, Owner::Own)?;
            let mut ids = stamp.seed.ids();
            let id: PriceSheetId = ids.next();
            prices::insert(
                conn,
                &SheetRow {
                    id: Id(id),
                    state: Word(SheetState::Reading),
                    file_name: file_name.clone(),
                    uploaded_by: Some(Id(stamp.caller.person)),
                    uploaded_at: stamp.now.into(),
                    published_by: None,
                    published_at: None,
                    markets: String::new(),
                    bytes_total,
                    bytes_read: 0,
                    rows_read: 0,
                    rows_bad: 0,
                    rows_new: 0,
                    rows_changed: 0,
                    rows_ended: 0,
                    rows_unchanged: 0,
                    error: String::new(),
                    version: 1,
                },
            )?;
            let entry = Entry::new("price_sheet.uploaded", "price_sheet", id)
                .detail(json!({ "file": file_name, "bytes": bytes_total }));
            audit::record(conn, &mut ids, stamp, &entry)?;
            event::push(conn, &mut ids, stamp, "price_sheet.uploaded", &json!({ "sheet": id.to_string() }))?;
            Ok(id)
        })
        .await
}

/// Reads the file and stages its rows, until the sheet is `ready` or `failed`; answers with the sheet.
///
/// # Errors
///
/// Only failures of the store; what is wrong with the file is the state of the sheet.
pub async fn run<R>(app: &App, sheet: PriceSheetId, upload: Upload<R>) -> Result<Sheet, Problem>
where
    R: Read + Seek + Send + 'static,
{
    let read = staging::stage_all(app, sheet, upload, Limits::default()).await;
    let failure = match read {
        Ok(staging::Ended::Read(markets)) => match finish(app, sheet, markets).await {
            Ok(()) => None,
            Err(problem) => Some((json!({ "code": "internal" }), Some(problem))),
        },
        Ok(staging::Ended::Refused(error)) => Some((failure_json(&error), None)),
        // Somebody threw the sheet away meanwhile, and its rows with it.
        Ok(staging::Ended::Abandoned) => {
            clear(app, sheet).await?;
            None
        }
        Err(problem) => Some((json!({ "code": "internal" }), Some(problem))),
    };
    if let Some((reason, problem)) = failure {
        fail(app, sheet, &reason).await?;
        if let Some(problem) = problem {
            return Err(problem);
        }
    }
    app.store.read(move |conn| prices::find(conn, sheet)?.map(Sheet::from).ok_or_else(Problem::not_found)).await
}

/// [`start`] and [`run`] in one call, for the command line and the demo.
pub async fn import<R>(app: &App, caller: &Caller, upload: Upload<R>) -> Result<Sheet, Problem>
where
    R: Read + Seek + Send + 'static,
{
    let sheet = start(app, caller, &upload).await?;
    run(app, sheet, upload).await
}

/// Sheets, the latest first, after the one of this instant.
pub async fn list(app: &App, caller: &Caller, after: Option<Timestamp>) -> Result<Vec<Sheet>, Problem> {
    let caller = caller.clone();
    let page = Page { after: after.map(Utc::from), limit: i64::try_from(SHEETS_PER_PAGE).unwrap_or(i64::MAX) };
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::PricesView, Owner::Own)?;
            let rows = prices::list(conn, &page)?;
            let names = people::names(conn, rows.iter().filter_map(|row| row.uploaded_by).collect())?;
            let name_of = |id| names.iter().find(|(person, _)| Some(*person) == id).map(|(_, name)| name.clone());
            let named = |row: SheetRow| {
                let uploaded_by = name_of(row.uploaded_by).unwrap_or_default();
                Sheet { uploaded_by, ..Sheet::from(row) }
            };
            Ok(rows.into_iter().map(named).collect())
        })
        .await
}

/// Clears up after a crash: a sheet whose reading was interrupted has failed, and rows of sheets that
/// failed or were discarded go. Called once at the start; on several nodes it also ends what another
/// one is reading at that moment, which the operator then repeats. Answers with the number of sheets.
pub async fn recover(app: &App) -> Result<usize, Problem> {
    let left: Vec<(PriceSheetId, SheetState)> = app.store.read(prices::left_over).await.map_err(Problem::from)?;
    for (sheet, state) in &left {
        if *state == SheetState::Reading {
            fail(app, *sheet, &json!({ "code": "interrupted" })).await?;
        } else {
            clear(app, *sheet).await?;
        }
        tracing::info!(%sheet, state = state.as_text(), "cleared up after an interrupted import");
    }
    Ok(left.len())
}

async fn finish(app: &App, sheet: PriceSheetId, markets: String) -> Result<(), Problem> {
    let at = Utc::from(app.clock.now());
    let listed = markets.clone();
    let rows_ended = app
        .store
        .read(move |conn| prices::count_ended(conn, sheet, &split_markets(&listed), at))
        .await
        .map_err(Problem::from)?;
    app.store
        .write(markets, move |conn: &mut Conn, markets: &String| prices::finish(conn, sheet, markets, rows_ended))
        .await
        .map_err(Problem::from)?;
    Ok(())
}

async fn fail(app: &App, sheet: PriceSheetId, reason: &Value) -> Result<(), Problem> {
    let failed: Result<bool, StoreError> =
        app.store.write(reason.to_string(), move |conn, reason| prices::fail(conn, sheet, reason)).await;
    failed?;
    clear(app, sheet).await
}

/// Removes the rows of a sheet, chunk by chunk.
async fn clear(app: &App, sheet: PriceSheetId) -> Result<(), Problem> {
    loop {
        let more: Result<bool, StoreError> =
            app.store.write((), move |conn, ()| prices::clear_chunk(conn, sheet)).await;
        if !more? {
            return Ok(());
        }
    }
}

fn split_markets(markets: &str) -> Vec<&str> {
    markets.split(',').filter(|market| !market.is_empty()).collect()
}

fn failure_json(error: &SheetError) -> Value {
    let mut reason = json!({ "code": error.code() });
    match error {
        SheetError::MissingColumn { name } | SheetError::DuplicateColumn { name } => reason["name"] = json!(name),
        SheetError::BrokenQuoting { line } | SheetError::LineTooLong { line } => reason["line"] = json!(line),
        SheetError::TooManyRows { max } | SheetError::TooLarge { max_bytes: max } => reason["max"] = json!(max),
        _ => {}
    }
    reason
}

fn failure_from(stored: &str) -> Option<Failure> {
    let reason: Value = serde_json::from_str(stored).ok()?;
    let mut params = Vec::new();
    for name in ["line", "max"] {
        if let Some(number) = reason[name].as_i64() {
            params.push((name, Param::Number(number)));
        }
    }
    if let Some(name) = reason["name"].as_str() {
        params.push(("name", Param::Text(name.to_owned())));
    }
    Some(Failure { code: reason["code"].as_str()?.to_owned(), params })
}

impl From<SheetRow> for Sheet {
    fn from(row: SheetRow) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Self {
            id: row.id.0,
            state: row.state.0,
            uploaded_at: row.uploaded_at.timestamp(),
            published_at: row.published_at.map(Utc::timestamp),
            markets: split_markets(&row.markets).into_iter().filter_map(Country::parse).collect(),
            bytes_total: count(row.bytes_total),
            bytes_read: count(row.bytes_read),
            rows_read: count(row.rows_read),
            rows_bad: count(row.rows_bad),
            rows_new: count(row.rows_new),
            rows_changed: count(row.rows_changed),
            rows_ended: count(row.rows_ended),
            rows_unchanged: count(row.rows_unchanged),
            failure: failure_from(&row.error),
            file_name: row.file_name,
            uploaded_by: String::new(),
        }
    }
}
