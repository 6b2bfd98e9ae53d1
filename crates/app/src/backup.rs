//! Backup while the installation runs, and restore into an empty database of either engine.
//!
//! A backup is one file of JSON lines: a header, then each table with its rows, their number and
//! their hash, and a last line by which a cut shows. It never holds the master key, so it opens
//! nothing by itself (design §5). A restore begins a new epoch: number series jump past a margin,
//! and key reveals wait until the operator confirms, since revocations after the backup are unknown.

mod format;
mod restore;

use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use perpetua_domain::access::Permission;
use perpetua_store::dump::{self, Table};
use perpetua_store::{Conn, OperationError, StoreError, settings};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

pub use format::{Summary, TableSummary};
pub use restore::{Gap, Restored, restore};

/// Numbers that each series skips at a restore.
pub const NUMBER_MARGIN: i64 = 1_000;

const EPOCH: &str = "epoch";
const REVEALS_HELD: &str = "reveals_held";
const GAPS: &str = "number_gaps";

/// Why a backup could not be written or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file.
    #[error("the backup file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// The file is no complete backup of a known version.
    #[error("line {line}: {what}")]
    Malformed {
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        what: String,
    },
    /// The backup was made by a program with another schema.
    #[error("the backup has schema {found}, this program has {known}")]
    Schema {
        /// The backup's.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A restore needs an empty database.
    #[error("the database is not empty: {0} has rows")]
    NotEmpty(&'static str),
}

impl OperationError for BackupError {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Writes a backup to a new file that only its owner may read, durably. The installation keeps
/// running; the backup shows one moment of it.
///
/// # Errors
///
/// [`BackupError`]; a file begun is removed then. An existing file is never overwritten.
pub async fn create(app: &App, path: &Path) -> Result<Summary, BackupError> {
    let created_at = app.clock.now();
    let target = path.to_owned();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let written = app
        .store
        .read(move |conn| {
            let mut out = BufWriter::new(file);
            let summary = format::write(conn, &mut out, created_at)?;
            out.flush()?;
            out.get_ref().sync_all()?;
            Ok::<_, BackupError>(summary)
        })
        .await;
    if written.is_err() {
        let _ = std::fs::remove_file(target);
    }
    written
}

/// The number of restores that lie behind this database, from 1.
pub fn epoch(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(settings::get(conn, EPOCH)?.and_then(|text| text.parse().ok()).unwrap_or(1))
}

/// Whether key reveals and activations wait for the operator's word after a restore.
pub fn reveals_held(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(settings::get(conn, REVEALS_HELD)?.as_deref() == Some("true"))
}

/// Numbers that restores have skipped.
pub fn gaps(conn: &mut Conn) -> Result<Vec<Gap>, StoreError> {
    let text = settings::get(conn, GAPS)?.unwrap_or_else(|| "[]".to_owned());
    serde_json::from_str(&text).map_err(|error| StoreError::Inconsistent { table: "setting", what: error.to_string() })
}

/// The operator's word on the command line that keys revoked after the backup are revoked again.
pub async fn confirm_restore(app: &App) -> Result<(), Problem> {
    Ok(app.store.write((), |conn, ()| settings::set(conn, REVEALS_HELD, "false")).await?)
}

/// The same from the operator's page, with its record.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but the operator.
pub async fn confirm_restore_as(app: &App, caller: &Caller) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), |conn, stamp| {
            authorize::require(conn, &stamp.caller, Permission::PolicyEdit, Owner::Own)?;
            settings::set(conn, REVEALS_HELD, "false")?;
            let entry = Entry::new("restore.confirmed", "installation", epoch(conn)?).detail(json!({}));
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

/// Number and hash of the rows of every table, for comparing two databases.
pub async fn contents(store: &perpetua_store::Store) -> Result<Vec<TableSummary>, BackupError> {
    store
        .read(|conn| {
            dump::snapshot(conn, |conn| {
                let of = |table: &Table| format::table(conn, table, &mut std::io::sink());
                dump::tables().iter().map(of).collect()
            })
        })
        .await
}
