//! The media manifest: which file of a folder is which version, language, bit and file type (M15).
//!
//! A `media.csv` lies in the folder that `import media` reads. This module checks that a named file
//! cannot leave the folder by its name; that it is no symbolic link out of it is for the one who opens it.

use std::collections::HashMap;
use std::io::Read;

use jiff::civil::Date;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::media::{Bit, FileType, MediaLanguage, Version};
use perpetua_domain::text_enum;

use crate::error::{RowError, RowReason, SheetError};
use crate::fields::{Fields, Header};
use crate::limits::Limits;
use crate::record::{Record, Records};

/// Name of the manifest within the folder.
pub const FILE_NAME: &str = "media.csv";
/// Most rows of a manifest, whatever the limits say.
pub const ROWS_MAX: u64 = 100_000;
/// Longest version name, in characters.
pub const VERSION_CHARS_MAX: usize = 64;
/// The highest version rank.
pub const VERSION_RANK_MAX: u32 = 1_000_000_000;
/// Longest path of a file, in characters.
pub const PATH_CHARS_MAX: usize = 255;
/// Longest notes, in characters.
pub const NOTES_CHARS_MAX: usize = 2_000;

const WORD_CHARS_MAX: usize = 64;

text_enum! {
    /// A column, in the order of the documentation.
    enum Column {
        /// Id of the product.
        ProductId = "ProductId",
        /// Name of the version.
        Version = "Version",
        /// Order of the versions, larger is newer.
        VersionRank = "VersionRank",
        /// Language tag.
        Language = "Language",
        /// The processor, such as `64-bit`.
        Bit = "Bit",
        /// What sort of file it is, such as `iso`; blank when the file's name tells.
        FileType = "FileType",
        /// Path within the folder.
        File = "File",
        /// Last day of support; optional.
        SupportEnds = "SupportEnds",
        /// Day of release; optional.
        ReleasedOn = "ReleasedOn",
        /// For people; optional.
        Notes = "Notes",
    }
}

/// The columns as the layout spells them.
pub const COLUMNS: [&str; 10] = {
    let mut names = [""; 10];
    let mut index = 0;
    while index < names.len() {
        names[index] = Column::ALL[index].as_text();
        index += 1;
    }
    names
};

const OPTIONAL_COLUMNS: [&str; 3] =
    [Column::SupportEnds.as_text(), Column::ReleasedOn.as_text(), Column::Notes.as_text()];

/// One medium.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// Line of the manifest where the row begins, from 1.
    pub line: u64,
    /// The product that it installs.
    pub product_id: ProductId,
    /// The version; its label has 1 to [`VERSION_CHARS_MAX`] characters.
    pub version: Version,
    /// The language or languages that it speaks.
    pub language: MediaLanguage,
    /// The processor that it is for.
    pub bit: Bit,
    /// Kind of file.
    pub file_type: FileType,
    /// Path within the folder: relative, parts separated by `/`, none of them `.` or `..`.
    pub file: String,
    /// Last day of the vendor's support.
    pub support_ends: Option<Date>,
    /// Day of release.
    pub released_on: Option<Date>,
    /// For people; may be empty.
    pub notes: String,
}

/// A medium that can be taken over, or why it cannot.
pub type MediaOutcome = Result<MediaRow, RowError>;

/// The rows of a manifest. An `Err` item condemns the whole file and is the last one.
pub struct MediaRows<R> {
    records: Records<R>,
    record: Record,
    header: Header,
    count: u64,
    max: u64,
    ended: bool,
    media: HashMap<(ProductId, String, MediaLanguage, Bit, FileType), u64>,
    ranks: HashMap<(ProductId, String), (u32, u64)>,
}

/// Reads a manifest, which is plain CSV with quoting only where needed.
///
/// # Errors
///
/// [`SheetError`] when the header is not of this layout or cannot be read.
pub fn read<R: Read>(source: R, limits: &Limits) -> Result<MediaRows<R>, SheetError> {
    let mut records = Records::new(source, limits, None);
    let mut record = Record::default();
    if !records.read(&mut record)? {
        return Err(SheetError::Empty);
    }
    let header = Header::read(&record, &COLUMNS, &OPTIONAL_COLUMNS)?;
    Ok(MediaRows {
        records,
        record,
        header,
        count: 0,
        max: limits.rows_max.min(ROWS_MAX),
        ended: false,
        media: HashMap::new(),
        ranks: HashMap::new(),
    })
}

impl<R: Read> MediaRows<R> {
    fn read_row(&mut self) -> Result<Option<MediaOutcome>, SheetError> {
        if !self.records.read(&mut self.record)? {
            return if self.count == 0 { Err(SheetError::Empty) } else { Ok(None) };
        }
        if self.count == self.max {
            return Err(SheetError::TooManyRows { max: self.max });
        }
        self.count += 1;
        Ok(Some(self.outcome()))
    }

    fn outcome(&mut self) -> MediaOutcome {
        let row = MediaRow::read(&self.header.fields(&self.record)?)?;
        self.check_against_earlier(&row)?;
        Ok(row)
    }

    /// A choice of version, language, bit and file type must lead to one file, and a version has one rank.
    fn check_against_earlier(&mut self, row: &MediaRow) -> Result<(), RowError> {
        let fail = |column, reason| Err(RowError { line: row.line, column, reason });
        let medium = (row.product_id, row.version.label.clone(), row.language.clone(), row.bit, row.file_type);
        if let Some(&first_line) = self.media.get(&medium) {
            return fail(None, RowReason::DuplicateRow { first_line });
        }
        let rank =
            self.ranks.entry((row.product_id, row.version.label.clone())).or_insert((row.version.rank, row.line));
        if rank.0 != row.version.rank {
            let reason = RowReason::ContradictsRow { first_line: rank.1 };
            return fail(Some(Column::VersionRank.as_text()), reason);
        }
        self.media.insert(medium, row.line);
        Ok(())
    }
}

impl<R: Read> Iterator for MediaRows<R> {
    type Item = Result<MediaOutcome, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read_row().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl MediaRow {
    fn read(fields: &Fields<'_>) -> Result<Self, RowError> {
        let fail = |column: Column, reason| fields.error(column as usize, reason);
        let word = |column: Column| fields.required(column as usize, WORD_CHARS_MAX);
        let product_id = word(Column::ProductId)?.to_ascii_uppercase();
        let file = fields.required(Column::File as usize, PATH_CHARS_MAX)?;
        if !stays_inside(file) {
            return Err(fail(Column::File, RowReason::BadPath));
        }
        Ok(Self {
            line: fields.line(),
            product_id: ProductId::parse(&product_id).ok_or_else(|| fail(Column::ProductId, RowReason::BadId))?,
            version: read_version(fields)?,
            language: MediaLanguage::parse(word(Column::Language)?)
                .ok_or_else(|| fail(Column::Language, RowReason::BadWord))?,
            bit: Bit::from_any(word(Column::Bit)?).ok_or_else(|| fail(Column::Bit, RowReason::BadBit))?,
            file_type: read_file_type(fields, file)?,
            file: file.to_owned(),
            support_ends: read_day(fields, Column::SupportEnds)?,
            released_on: read_day(fields, Column::ReleasedOn)?,
            notes: fields.text(Column::Notes as usize, NOTES_CHARS_MAX)?.to_owned(),
        })
    }
}

fn read_version(fields: &Fields<'_>) -> Result<Version, RowError> {
    let label = fields.required(Column::Version as usize, VERSION_CHARS_MAX)?.to_owned();
    let rank = fields.whole(Column::VersionRank as usize, VERSION_RANK_MAX)?;
    let rank = rank.ok_or_else(|| fields.error(Column::VersionRank as usize, RowReason::MissingValue))?;
    Ok(Version { label, rank })
}

/// A blank type follows from the file's name.
fn read_file_type(fields: &Fields<'_>, file: &str) -> Result<FileType, RowError> {
    let text = fields.text(Column::FileType as usize, WORD_CHARS_MAX)?.to_ascii_lowercase();
    let fail = |reason| fields.error(Column::FileType as usize, reason);
    if text.is_empty() {
        return FileType::from_file_name(file).ok_or_else(|| fail(RowReason::MissingValue));
    }
    FileType::parse(&text).ok_or_else(|| fail(RowReason::BadWord))
}

/// Whether a path names something below the folder, on every system that might read it.
fn stays_inside(path: &str) -> bool {
    let forbidden = |character: char| matches!(character, '\\' | ':') || character.is_control();
    !path.contains(forbidden) && path.split('/').all(|part| !matches!(part.trim_end_matches([' ', '.']), ""))
}

/// A day as `YYYY-MM-DD`; `None` when blank.
fn read_day(fields: &Fields<'_>, column: Column) -> Result<Option<Date>, RowError> {
    let text = fields.text(column as usize, WORD_CHARS_MAX)?;
    if text.is_empty() {
        return Ok(None);
    }
    let is_plain = text.len() == 10 && text.starts_with(|first: char| first.is_ascii_digit());
    let day = if is_plain { text.parse().ok() } else { None };
    day.map(Some).ok_or_else(|| fields.error(column as usize, RowReason::BadDate))
}
