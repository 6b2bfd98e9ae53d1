//! Raw bytes to records: strict quoting, bounded memory, line numbers.
//!
//! The reader of the `csv` crate forgives stray quotes and grows with the record, both of which an
//! import of untrusted files must not. Values stay bytes here; whether they are text is decided per
//! column, so that a Latin-1 letter can be reported with its line and column.

use std::io::{ErrorKind, Read};

use crate::SheetError;
use crate::limits::Limits;

const BUFFER_BYTES: usize = 64 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One record: its values one after another in one buffer, which is used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// Line of the file where the record begins, from 1.
    pub(crate) line: u64,
}

impl Record {
    /// How many values it has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The value at `index`, without its quotes.
    pub(crate) fn value(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..end)
    }

    fn clear(&mut self, line: u64) {
        self.bytes.clear();
        self.ends.clear();
        self.line = line;
    }

    fn end_value(&mut self) {
        self.ends.push(self.bytes.len());
    }

    fn end(&mut self, state: State) {
        if state == State::Bare && self.bytes.last() == Some(&b'\r') {
            self.bytes.pop();
        }
        self.end_value();
    }

    /// A line without any character is no record.
    fn is_blank(&self) -> bool {
        self.bytes.is_empty() && self.ends.len() == 1
    }
}

/// Where in a value the next byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    ValueStart,
    Bare,
    Quoted,
    /// After a quote inside a quoted value: it closes the value or is doubled.
    QuoteInQuoted,
    /// After the value was closed and a carriage return followed.
    ReturnAfterQuote,
}

/// Cuts a byte stream into records.
pub(crate) struct Records<R> {
    source: R,
    limits: Limits,
    /// Compressed size when the source inflates an archive.
    compressed_bytes: Option<u64>,
    buffer: Vec<u8>,
    position: usize,
    filled: usize,
    total_bytes: u64,
    line: u64,
    began: bool,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(source: R, limits: &Limits, compressed_bytes: Option<u64>) -> Self {
        Self {
            source,
            limits: *limits,
            compressed_bytes,
            buffer: vec![0; BUFFER_BYTES],
            position: 0,
            filled: 0,
            total_bytes: 0,
            line: 1,
            began: false,
        }
    }

    /// Reads the next record that is not blank; `false` at the end of the file.
    pub(crate) fn read(&mut self, record: &mut Record) -> Result<bool, SheetError> {
        if !self.began {
            self.began = true;
            self.skip_byte_order_mark()?;
        }
        loop {
            record.clear(self.line);
            if !self.read_one(record)? {
                return Ok(false);
            }
            if !record.is_blank() {
                return Ok(true);
            }
        }
    }

    fn read_one(&mut self, record: &mut Record) -> Result<bool, SheetError> {
        let mut state = State::ValueStart;
        let mut quote_line = self.line;
        let mut size = 0;
        while let Some(byte) = self.next_byte()? {
            size += 1;
            if size > self.limits.record_bytes_max {
                return Err(SheetError::LineTooLong { line: record.line });
            }
            state = match (state, byte) {
                (State::ValueStart, b'"') => {
                    quote_line = self.line;
                    State::Quoted
                }
                (State::Bare, b'"') => return Err(SheetError::BrokenQuoting { line: self.line }),
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::QuoteInQuoted, b'"') => {
                    record.bytes.push(b'"');
                    State::Quoted
                }
                (State::Quoted, _) => {
                    self.line += u64::from(byte == b'\n');
                    record.bytes.push(byte);
                    State::Quoted
                }
                (_, b'\n') => {
                    self.line += 1;
                    record.end(state);
                    return Ok(true);
                }
                (State::QuoteInQuoted, b'\r') => State::ReturnAfterQuote,
                (State::ValueStart | State::Bare | State::QuoteInQuoted, b',') => {
                    record.end_value();
                    State::ValueStart
                }
                (State::ValueStart | State::Bare, _) => {
                    record.bytes.push(byte);
                    State::Bare
                }
                (State::QuoteInQuoted | State::ReturnAfterQuote, _) => {
                    return Err(SheetError::BrokenQuoting { line: quote_line });
                }
            };
        }
        if size == 0 {
            return Ok(false);
        }
        if state == State::Quoted {
            return Err(SheetError::BrokenQuoting { line: quote_line });
        }
        record.end(state);
        Ok(true)
    }

    fn next_byte(&mut self) -> Result<Option<u8>, SheetError> {
        if self.position == self.filled && !self.fill()? {
            return Ok(None);
        }
        let byte = self.buffer[self.position];
        self.position += 1;
        Ok(Some(byte))
    }

    fn fill(&mut self) -> Result<bool, SheetError> {
        self.position = 0;
        self.filled = self.read_some(0)?;
        Ok(self.filled > 0)
    }

    /// Reads into the buffer from `offset` and counts against the limits while it inflates, so that
    /// sizes claimed by an archive's header play no part.
    fn read_some(&mut self, offset: usize) -> Result<usize, SheetError> {
        let count = loop {
            match self.source.read(&mut self.buffer[offset..]) {
                Ok(count) => break count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.read_error(error.kind())),
            }
        };
        self.total_bytes += u64::try_from(count).unwrap_or(u64::MAX);
        if let Some(compressed) = self.compressed_bytes {
            let allowed = compressed.saturating_mul(self.limits.inflate_ratio_max).max(self.limits.ratio_free_bytes);
            if self.total_bytes > allowed.min(self.limits.sheet_bytes_max) {
                return Err(SheetError::ZipBomb);
            }
        } else if self.total_bytes > self.limits.sheet_bytes_max {
            return Err(SheetError::TooLarge { max_bytes: self.limits.sheet_bytes_max });
        }
        Ok(count)
    }

    fn read_error(&self, kind: ErrorKind) -> SheetError {
        match (self.compressed_bytes, kind) {
            (Some(_), ErrorKind::UnexpectedEof) => SheetError::Truncated,
            (Some(_), ErrorKind::Unsupported) => SheetError::ZipUnsupported,
            (Some(_), ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other) => SheetError::ZipDamaged,
            _ => SheetError::Unreadable { kind },
        }
    }

    fn skip_byte_order_mark(&mut self) -> Result<(), SheetError> {
        while self.filled < BYTE_ORDER_MARK.len() {
            let count = self.read_some(self.filled)?;
            if count == 0 {
                break;
            }
            self.filled += count;
        }
        let start = &self.buffer[..self.filled];
        if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") || start.contains(&0) {
            return Err(SheetError::NotCsv);
        }
        if start.starts_with(BYTE_ORDER_MARK) {
            self.position = BYTE_ORDER_MARK.len();
        }
        Ok(())
    }
}
