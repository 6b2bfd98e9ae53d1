//! The backup file: one JSON value per line.
//!
//! `{"perpetua_backup":1,…}`, then for each table `{"table":…,"columns":[…]}`, one array per row and
//! `{"end":…,"rows":…,"sha256":…}`, and at last `{"complete":true}`. The hash is over the rows' lines
//! with their line ends.

use std::io::Write;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use perpetua_store::Conn;
use perpetua_store::dump::{self, Table};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::BackupError;

/// The format that this program writes and reads.
pub(super) const VERSION: i64 = 1;

/// What one table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSummary {
    /// Its name.
    pub name: &'static str,
    /// How many rows.
    pub rows: u64,
    /// SHA-256 over the rows, as hexadecimal digits.
    pub sha256: String,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The epoch of the database.
    pub epoch: i64,
    /// Each table.
    pub tables: Vec<TableSummary>,
}

/// Writes a backup of this moment.
pub(super) fn write(conn: &mut Conn, out: &mut dyn Write, created_at: Timestamp) -> Result<Summary, BackupError> {
    dump::snapshot(conn, |conn| {
        let epoch = super::epoch(conn)?;
        let header = json!({
            "perpetua_backup": VERSION,
            "epoch": epoch,
            "schema": dump::schema_number(),
            "created_at": created_at.to_string(),
        });
        writeln!(out, "{header}")?;
        let mut tables = Vec::new();
        for one in dump::tables() {
            writeln!(out, "{}", json!({ "table": one.name, "columns": one.columns() }))?;
            let summary = table(conn, &one, out)?;
            writeln!(out, "{}", json!({ "end": one.name, "rows": summary.rows, "sha256": summary.sha256 }))?;
            tables.push(summary);
        }
        writeln!(out, "{}", json!({ "complete": true }))?;
        Ok(Summary { epoch, tables })
    })
}

/// Writes the rows of one table.
pub(super) fn table(conn: &mut Conn, table: &Table, out: &mut dyn Write) -> Result<TableSummary, BackupError> {
    let mut hash = Sha256::new();
    let mut rows = 0;
    dump::rows(conn, table, |line| {
        // The engines space and escape JSON differently; ours is the same for both.
        let row: Value = serde_json::from_str(line)
            .map_err(|error| BackupError::Malformed { line: 0, what: format!("{}: {error}", table.name) })?;
        let line = format!("{row}\n");
        hash.update(line.as_bytes());
        rows += 1;
        Ok::<_, BackupError>(out.write_all(line.as_bytes())?)
    })?;
    Ok(TableSummary { name: table.name, rows, sha256: HEXLOWER.encode(&hash.finalize()) })
}
