//! Separated values: `Export-Csv`, `wmic /format:csv`, management databases, tables made by hand.

use super::group::Groups;
use super::rows::Columns;
use super::{Context, Mapping};
use crate::verdict::Failure;

/// Separators, the more specific ones first.
const DELIMITERS: &[u8] = b"\t;,|";
/// Header candidates are looked for in this many lines from the beginning of a block.
const COLUMNS_MAX: usize = 400;

/// A header that was recognised.
#[derive(Debug)]
pub struct Header {
    delimiter: u8,
    columns: Columns,
    /// Its first cell, by which a header that was pasted again is suspected.
    first: String,
}

impl Header {
    /// The header that `line` is; `None` when it is none.
    pub fn of(line: &str, mapping: &Mapping) -> Option<Self> {
        DELIMITERS.iter().find_map(|delimiter| {
            let cells = split(line, *delimiter)?;
            if cells.len() < 2 || cells.len() > COLUMNS_MAX {
                return None;
            }
            let columns = Columns::of(&cells, mapping)?;
            let is_assigned = cells.iter().any(|cell| mapping.field(cell).is_some());
            (columns.is_convincing() || is_assigned).then(|| Self {
                delimiter: *delimiter,
                columns,
                first: cells[0].clone(),
            })
        })
    }

    /// Headers that nobody knows.
    pub fn unknown(&self) -> &[String] {
        &self.columns.unknown
    }
}

/// Reads the rows below a header; `text` begins with the header, which stands on line `first_line`.
///
/// # Errors
///
/// [`Failure::TableBroken`] with the line where reading stopped.
pub fn read(
    text: &str,
    first_line: u32,
    header: &Header,
    cx: &Context<'_>,
    groups: &mut Groups,
) -> Result<(), (u32, Failure)> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(header.delimiter)
        .flexible(true)
        .has_headers(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let width = reader.headers().map_or(0, csv::StringRecord::len);
    let mut row = csv::StringRecord::new();
    loop {
        let line =
            first_line.saturating_add(u32::try_from(reader.position().line()).unwrap_or(u32::MAX)).saturating_sub(1);
        match reader.read_record(&mut row) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let cells: Vec<&str> = row.iter().collect();
                // A header that was pasted again between the rows of two exports.
                let is_header = cells.first() == Some(&header.first.as_str())
                    && Columns::of(&cells, cx.mapping).is_some_and(|again| again == header.columns);
                if !is_header {
                    header.columns.add(groups, line, &cells, cx, cells.len() < width);
                }
                if groups.len() > cx.limits.records_max {
                    return Err((line, Failure::TooManyRecords));
                }
            }
            Err(_) => return Err((line, Failure::TableBroken)),
        }
    }
}

fn split(line: &str, delimiter: u8) -> Option<Vec<String>> {
    if !line.as_bytes().contains(&delimiter) {
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    let row = reader.records().next()?.ok()?;
    Some(row.iter().map(str::to_owned).collect())
}
