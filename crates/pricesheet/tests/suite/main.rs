//! Behaviour of the readers as an import sees it: good sheets, bad rows, bad files, bad archives.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod archives;
mod bad_files;
mod good_sheets;
mod manifests;
mod properties;
mod row_errors;
mod size;

use std::io::{Cursor, Write};

use perpetua_pricesheet::{COLUMNS, Limits, PriceRow, RowError, RowOutcome, SheetError, read};

/// Values of a row that is valid, in the order of [`COLUMNS`].
const VALUES: [&str; 21] = [
    "Add",
    "Harbor Server",
    "OPS000000001",
    "0001",
    "Harbor Server – Perpetual",
    "Acme Systems",
    "One \"server\", one license",
    "1 License",
    "OneTime",
    "OneTime",
    "CZ",
    "CZK",
    "21526.00",
    "1",
    "",
    "1/1/2026 12:00:00 AM",
    "12/31/9999 11:59:59 PM",
    "Software; Perpetual",
    "26907.5",
    "Commercial",
    "",
];

/// A quoted line of values, without line break.
fn line(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\"\""))).collect();
    quoted.join(",")
}

/// The valid row with some columns changed.
fn row_with(changes: &[(&str, &str)]) -> String {
    let mut values = VALUES;
    for (column, value) in changes {
        values[COLUMNS.iter().position(|known| known == column).unwrap()] = value;
    }
    line(&values)
}

/// Header and rows with CRLF.
fn sheet_of(rows: &[String]) -> String {
    let mut text = line(&COLUMNS) + "\r\n";
    for row in rows {
        text += row;
        text += "\r\n";
    }
    text
}

/// Reads a whole sheet, comparing rows with each other.
fn read_all(bytes: &[u8], limits: &Limits) -> Result<Vec<RowOutcome>, SheetError> {
    read(Cursor::new(bytes), limits)?.rows()?.consistent().collect()
}

#[track_caller]
fn only_row(text: &str) -> PriceRow {
    let mut rows = read_all(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap().price
}

#[track_caller]
fn errors(bytes: &[u8]) -> Vec<RowError> {
    read_all(bytes, &Limits::default()).unwrap().into_iter().filter_map(Result::err).collect()
}

/// An archive of the given files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
