//! Reading a backup into an empty database: all of it in one transaction, or nothing.
//!
//! This is the one write that holds more than 1,000 rows in a transaction: nobody else uses an empty
//! database, and half a restore must not be mistaken for a whole one.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use perpetua_store::dump::{self, Table};
use perpetua_store::{Conn, Store, settings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::format::VERSION;
use super::{BackupError, EPOCH, GAPS, NUMBER_MARGIN, REVEALS_HELD};

/// A row is far shorter; a longer line is no backup of ours.
const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Numbers that a series never gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The series.
    pub series: String,
    /// The first number skipped.
    pub from: i64,
    /// The last number skipped.
    pub to: i64,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The new epoch.
    pub epoch: i64,
    /// Rows restored.
    pub rows: u64,
    /// The gaps that this restore made in number series, to be kept with the books.
    pub gaps: Vec<Gap>,
}

/// Restores a backup into an empty, migrated database.
///
/// # Errors
///
/// [`BackupError`]; the database is then as empty as before.
pub async fn restore(store: &Store, path: &Path) -> Result<Restored, BackupError> {
    store.write(path.to_owned(), |conn, path: &PathBuf| read(conn, path)).await
}

fn read(conn: &mut Conn, path: &Path) -> Result<Restored, BackupError> {
    if let Some(table) = dump::first_used(conn)? {
        return Err(BackupError::NotEmpty(table));
    }
    let mut lines = Lines { input: BufReader::new(File::open(path)?), number: 0, text: String::new() };
    let header = lines.next()?;
    if header["perpetua_backup"].as_i64() != Some(VERSION) {
        return Err(lines.malformed("this is no backup of a known version"));
    }
    let (found, known) = (header["schema"].as_i64().unwrap_or(0), dump::schema_number());
    if found != known {
        return Err(BackupError::Schema { found, known });
    }
    let mut rows = 0;
    for table in dump::tables() {
        rows += read_table(conn, &mut lines, &table)?;
    }
    if lines.next()?["complete"].as_bool() != Some(true) {
        return Err(lines.malformed("the backup has no end"));
    }
    begin_epoch(conn, rows)
}

fn read_table(conn: &mut Conn, lines: &mut Lines, table: &Table) -> Result<u64, BackupError> {
    let head = lines.next()?;
    if head["table"] != table.name || head["columns"] != serde_json::json!(table.columns()) {
        return Err(lines.malformed(&format!("the table {} is expected", table.name)));
    }
    let mut hash = Sha256::new();
    let (mut rows, mut chunk) = (0, Vec::new());
    loop {
        let value = lines.next()?;
        if !value.is_array() {
            write_chunk(conn, table, &mut chunk)?;
            let is_whole = value["end"] == table.name
                && value["rows"].as_u64() == Some(rows)
                && value["sha256"] == HEXLOWER.encode(&hash.finalize());
            return if is_whole { Ok(rows) } else { Err(lines.malformed("rows are missing or altered")) };
        }
        hash.update(format!("{value}\n").as_bytes());
        rows += 1;
        chunk.push(value);
        if chunk.len() == dump::ROWS_MAX {
            write_chunk(conn, table, &mut chunk)?;
        }
    }
}

fn write_chunk(conn: &mut Conn, table: &Table, chunk: &mut Vec<Value>) -> Result<(), BackupError> {
    if !chunk.is_empty() {
        dump::insert(conn, table, &Value::Array(std::mem::take(chunk)).to_string())?;
    }
    Ok(())
}

fn begin_epoch(conn: &mut Conn, rows: u64) -> Result<Restored, BackupError> {
    let epoch = super::epoch(conn)? + 1;
    let next = dump::skip_numbers(conn, NUMBER_MARGIN)?;
    let new = next.into_iter().map(|(series, from)| Gap { series, from, to: from + NUMBER_MARGIN - 1 });
    let new: Vec<Gap> = new.collect();
    let all = [super::gaps(conn)?, new.clone()].concat();
    settings::set(conn, EPOCH, &epoch.to_string())?;
    settings::set(conn, REVEALS_HELD, "true")?;
    settings::set(conn, GAPS, &serde_json::json!(all).to_string())?;
    Ok(Restored { epoch, rows, gaps: new })
}

struct Lines {
    input: BufReader<File>,
    number: u64,
    text: String,
}

impl Lines {
    fn next(&mut self) -> Result<Value, BackupError> {
        use std::io::Read as _;
        self.number += 1;
        self.text.clear();
        let read = self.input.by_ref().take(LINE_BYTES_MAX).read_line(&mut self.text)?;
        if read == 0 {
            return Err(self.malformed("the backup has no end"));
        }
        serde_json::from_str(&self.text).map_err(|error| self.malformed(&error.to_string()))
    }

    fn malformed(&self, what: &str) -> BackupError {
        BackupError::Malformed { line: self.number, what: what.to_owned() }
    }
}
