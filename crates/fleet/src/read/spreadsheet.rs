//! Spreadsheets of any office suite. Only values are read; formulas are never run.

use std::io::Cursor;

use calamine::{Data, Ods, Reader, Xls, Xlsb, Xlsx};

use super::Context;
use super::archive::{self, Kind};
use super::group::Groups;
use super::rows::Columns;
use crate::secrets::mask_keys;
use crate::verdict::Failure;

/// The header stands within this many rows from the top of its sheet.
const HEADER_ROWS_MAX: usize = 30;
/// Cells of one sheet, empty ones included.
const CELLS_MAX: usize = 20_000_000;
/// Days between the spreadsheet's day zero and 1970.
const DAYS_TO_1970: f64 = 25_569.0;

/// What the sheets of one file hold.
#[derive(Debug, Default)]
pub struct Found {
    /// The machines.
    pub groups: Groups,
    /// Headers that nobody knows.
    pub unknown: Vec<String>,
    /// Full keys that were masked.
    pub masked: usize,
}

/// Reads every sheet whose columns are known.
///
/// # Errors
///
/// [`Failure::SpreadsheetBroken`], [`Failure::TooLarge`], and [`Failure::ColumnsUnknown`] when no sheet fits.
pub fn read(bytes: &[u8], cx: &Context<'_>) -> Result<Found, Failure> {
    match archive::spreadsheet_kind(bytes) {
        Some(Kind::Xlsx) => sheets::<Xlsx<_>>(bytes, cx),
        Some(Kind::Xlsb) => sheets::<Xlsb<_>>(bytes, cx),
        Some(Kind::Ods) => sheets::<Ods<_>>(bytes, cx),
        None => sheets::<Xls<_>>(bytes, cx),
    }
}

fn sheets<'a, B: Reader<Cursor<&'a [u8]>>>(bytes: &'a [u8], cx: &Context<'_>) -> Result<Found, Failure> {
    let mut book = B::new(Cursor::new(bytes)).map_err(|_| Failure::SpreadsheetBroken)?;
    let mut found = Found::default();
    let mut is_known = false;
    for name in book.sheet_names() {
        let Ok(range) = book.worksheet_range(&name) else { continue };
        let (height, width) = range.get_size();
        if height.saturating_mul(width) > CELLS_MAX {
            return Err(Failure::TooLarge);
        }
        let first = range.start().map_or(0, |(row, _)| row);
        let mut columns: Option<Columns> = None;
        for (at, row) in range.rows().enumerate() {
            let line = first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).saturating_add(1);
            let cells: Vec<String> = row.iter().map(|cell| text_of(cell, &mut found.masked)).collect();
            match &columns {
                Some(columns) => columns.add(&mut found.groups, line, &cells, cx, false),
                None if at < HEADER_ROWS_MAX => {
                    columns = Columns::of(&cells, cx.mapping);
                    found.unknown.extend(columns.iter().flat_map(|columns| columns.unknown.clone()));
                }
                None => break,
            }
            if found.groups.len() > cx.limits.records_max {
                return Err(Failure::TooManyRecords);
            }
        }
        is_known |= columns.is_some();
    }
    if is_known { Ok(found) } else { Err(Failure::ColumnsUnknown) }
}

fn text_of(cell: &Data, masked: &mut usize) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            let (text, count) = mask_keys(text.clone());
            *masked += count;
            text
        }
        Data::Int(number) => number.to_string(),
        Data::Float(number) if number.fract().abs() < f64::EPSILON => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(at) => date_text(at.as_f64()),
        _ => String::new(),
    }
}

/// A spreadsheet's day count as text without a zone, which therefore stays ambiguous.
fn date_text(days: f64) -> String {
    let seconds = (days - DAYS_TO_1970) * 86_400.0;
    if !(-1.0e10..1.0e11).contains(&seconds) {
        return String::new();
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    let seconds = seconds.round() as i64;
    jiff::Timestamp::from_second(seconds).map_or_else(
        |_| String::new(),
        |at| at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}
