//! Finding columns in a header and reading their values, for price sheets and media manifests alike.

use crate::error::{RowError, RowReason, SheetError};
use crate::record::Record;

/// Where each known column stands in this file.
#[derive(Debug)]
pub(crate) struct Header {
    names: &'static [&'static str],
    positions: Vec<Option<usize>>,
    width: usize,
}

impl Header {
    /// Matches the header row. Order is free and unknown columns are passed over; names are compared
    /// without regard to case and spaces, because spreadsheets and older lists differ in both.
    pub(crate) fn read(
        record: &Record,
        names: &'static [&'static str],
        optional: &[&'static str],
    ) -> Result<Self, SheetError> {
        let mut positions = vec![None; names.len()];
        for position in 0..record.len() {
            let text = record.value(position).and_then(|bytes| std::str::from_utf8(bytes).ok());
            let found = folded(text.ok_or(SheetError::NotCsv)?);
            let Some(index) = names.iter().position(|name| folded(name) == found) else { continue };
            if positions[index].replace(position).is_some() {
                return Err(SheetError::DuplicateColumn { name: names[index] });
            }
        }
        if positions.iter().all(Option::is_none) {
            return Err(SheetError::WrongHeader);
        }
        for (name, position) in names.iter().zip(&positions) {
            if position.is_none() && !optional.contains(name) {
                return Err(SheetError::MissingColumn { name });
            }
        }
        Ok(Self { names, positions, width: record.len() })
    }

    /// The values of one row.
    pub(crate) fn fields<'a>(&'a self, record: &'a Record) -> Result<Fields<'a>, RowError> {
        if record.len() == self.width {
            return Ok(Fields { header: self, record });
        }
        let reason = RowReason::WrongFieldCount { expected: self.width, found: record.len() };
        Err(RowError { line: record.line, column: None, reason })
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// One row under its header. Columns are named by their index in the header's list of names.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    header: &'a Header,
    record: &'a Record,
}

impl<'a> Fields<'a> {
    /// Line of the file where the row begins.
    pub(crate) fn line(&self) -> u64 {
        self.record.line
    }

    /// The error that blames this column.
    pub(crate) fn error(&self, column: usize, reason: RowReason) -> RowError {
        RowError { line: self.record.line, column: self.header.names.get(column).copied(), reason }
    }

    /// The value without surrounding spaces, at most `max` characters; blank when the file lacks an
    /// optional column.
    pub(crate) fn text(&self, column: usize, max: usize) -> Result<&'a str, RowError> {
        let Some(position) = self.header.positions.get(column).copied().flatten() else { return Ok("") };
        let bytes = self.record.value(position).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|_| self.error(column, RowReason::NotUtf8))?.trim();
        // Bytes bound characters from above, so the slower count is needed for long values only.
        if text.len() > max && text.chars().count() > max {
            return Err(self.error(column, RowReason::TooLong { max }));
        }
        let forbidden = |byte: u8| (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
        if text.bytes().any(forbidden) {
            return Err(self.error(column, RowReason::ControlCharacter));
        }
        Ok(text)
    }

    /// As [`Fields::text`], and not blank.
    pub(crate) fn required(&self, column: usize, max: usize) -> Result<&'a str, RowError> {
        let text = self.text(column, max)?;
        if text.is_empty() { Err(self.error(column, RowReason::MissingValue)) } else { Ok(text) }
    }

    /// A whole number up to `max`; `None` when blank.
    pub(crate) fn whole(&self, column: usize, max: u32) -> Result<Option<u32>, RowError> {
        let text = self.text(column, 40)?;
        if text.is_empty() {
            return Ok(None);
        }
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.error(column, RowReason::NotANumber));
        }
        if negative {
            return Err(self.error(column, RowReason::Negative));
        }
        match digits.parse::<u32>() {
            Ok(number) if number <= max => Ok(Some(number)),
            _ => Err(self.error(column, RowReason::TooLarge)),
        }
    }
}
