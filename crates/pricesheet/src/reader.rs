//! Reading a price sheet as a stream of rows, plain or as the one file of a ZIP archive.

use std::io::{ErrorKind, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use crate::consistency::Consistency;
use crate::error::{RowError, SheetError};
use crate::fields::Header;
use crate::limits::Limits;
use crate::record::{Record, Records};
use crate::row::{COLUMNS, OPTIONAL_COLUMNS, PriceRow, SheetRow};

/// A row that can be taken over, or why it cannot.
pub type RowOutcome = Result<SheetRow, RowError>;

/// An opened price sheet. [`Sheet::rows`] may be called again: it starts from the beginning.
#[derive(Debug)]
pub struct Sheet<R> {
    source: Source<R>,
    limits: Limits,
}

#[derive(Debug)]
enum Source<R> {
    Plain(R),
    Zip(Box<ZipArchive<R>>),
}

/// Opens a price sheet; an archive is recognised by its first bytes, not by its name.
///
/// # Errors
///
/// [`SheetError`] when an archive is not of one plain file.
pub fn read<R: Read + Seek>(mut source: R, limits: &Limits) -> Result<Sheet<R>, SheetError> {
    let source =
        if is_zip(&mut source)? { Source::Zip(Box::new(open_archive(source, limits)?)) } else { Source::Plain(source) };
    Ok(Sheet { source, limits: *limits })
}

impl<R: Read + Seek> Sheet<R> {
    /// Reads the header and gives the rows below it.
    ///
    /// # Errors
    ///
    /// [`SheetError`] when the header is not of this layout or cannot be read.
    pub fn rows(&mut self) -> Result<Rows<'_>, SheetError> {
        let limits = self.limits;
        match &mut self.source {
            Source::Plain(source) => {
                source.rewind().map_err(|error| unreadable(&error))?;
                Rows::new(Box::new(source), limits, None)
            }
            Source::Zip(archive) => {
                let file = archive.by_index(0).map_err(zip_error)?;
                let compressed_bytes = file.compressed_size().min(limits.archive_bytes_max);
                Rows::new(Box::new(file), limits, Some(compressed_bytes))
            }
        }
    }
}

/// The rows of a sheet, read as they are asked for.
///
/// An `Err` item condemns the whole file and is the last one; an `Ok(Err(_))` item condemns one row.
pub struct Rows<'a> {
    records: Records<Box<dyn Read + 'a>>,
    record: Record,
    header: Header,
    max: u64,
    count: u64,
    ended: bool,
    consistency: Option<Consistency>,
}

impl<'a> Rows<'a> {
    fn new(source: Box<dyn Read + 'a>, limits: Limits, compressed_bytes: Option<u64>) -> Result<Self, SheetError> {
        let mut records = Records::new(source, &limits, compressed_bytes);
        let mut record = Record::default();
        if !records.read(&mut record)? {
            return Err(SheetError::Empty);
        }
        let header = Header::read(&record, &COLUMNS, &OPTIONAL_COLUMNS)?;
        let max = limits.rows_max;
        Ok(Self { records, record, header, max, count: 0, ended: false, consistency: None })
    }

    /// Also compares the rows with each other and reports the later of two that collide.
    #[must_use]
    pub fn consistent(mut self) -> Self {
        self.consistency = Some(Consistency::new());
        self
    }

    fn read_row(&mut self) -> Result<Option<RowOutcome>, SheetError> {
        if !self.records.read(&mut self.record)? {
            return if self.count == 0 { Err(SheetError::Empty) } else { Ok(None) };
        }
        if self.count == self.max {
            return Err(SheetError::TooManyRows { max: self.max });
        }
        self.count += 1;
        Ok(Some(self.outcome()))
    }

    fn outcome(&mut self) -> RowOutcome {
        let fields = self.header.fields(&self.record)?;
        let row = SheetRow { line: fields.line(), price: PriceRow::read(&fields)? };
        if let Some(consistency) = &mut self.consistency {
            consistency.check(&row)?;
        }
        Ok(row)
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<RowOutcome, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read_row().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

fn is_zip<R: Read + Seek>(source: &mut R) -> Result<bool, SheetError> {
    let mut magic = [0; 4];
    source.rewind().map_err(|error| unreadable(&error))?;
    let is_zip = match source.read_exact(&mut magic) {
        Ok(()) => matches!(&magic, b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08"),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => false,
        Err(error) => return Err(unreadable(&error)),
    };
    source.rewind().map_err(|error| unreadable(&error))?;
    Ok(is_zip)
}

fn open_archive<R: Read + Seek>(mut source: R, limits: &Limits) -> Result<ZipArchive<R>, SheetError> {
    let size = source.seek(SeekFrom::End(0)).map_err(|error| unreadable(&error))?;
    if size > limits.archive_bytes_max {
        return Err(SheetError::TooLarge { max_bytes: limits.archive_bytes_max });
    }
    source.rewind().map_err(|error| unreadable(&error))?;
    let mut archive = ZipArchive::new(source).map_err(|error| match error {
        ZipError::InvalidArchive(_) => SheetError::Truncated,
        other => zip_error(other),
    })?;
    if archive.is_empty() {
        return Err(SheetError::Empty);
    }
    // Only the first few names are looked at: more than one file is refused anyway.
    for index in 0..archive.len().min(16) {
        let file = archive.by_index_raw(index).map_err(zip_error)?;
        if !stays_inside(&file) {
            return Err(SheetError::ZipPathTraversal);
        }
        if file.encrypted() {
            return Err(SheetError::ZipEncrypted);
        }
    }
    if archive.len() > 1 {
        return Err(SheetError::ZipMany);
    }
    Ok(archive)
}

/// The name is never used to open anything; one that tries to escape tells of a forged archive.
fn stays_inside<R: Read>(file: &ZipFile<'_, R>) -> bool {
    let raw = file.name_raw();
    !raw.starts_with(b"/")
        && !raw.iter().any(|byte| matches!(byte, b'\\' | b':' | 0))
        && raw.split(|byte| *byte == b'/').all(|part| part != b"..")
}

fn zip_error(error: ZipError) -> SheetError {
    match error {
        ZipError::Io(error) if error.kind() == ErrorKind::UnexpectedEof => SheetError::Truncated,
        ZipError::Io(error) => unreadable(&error),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            SheetError::ZipEncrypted
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => SheetError::ZipUnsupported,
        _ => SheetError::ZipDamaged,
    }
}

fn unreadable(error: &std::io::Error) -> SheetError {
    SheetError::Unreadable { kind: error.kind() }
}
