//! What can be wrong with a sheet, as facts with stable codes.
//!
//! A [`SheetError`] makes the whole file useless; a [`RowError`] concerns one row, which an operator
//! may leave out. Sentences for people are made from the codes by the callers (I10).

use std::io;

use thiserror::Error;

/// The whole file cannot be read. Rows that were read before it came must not be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SheetError {
    /// Binary or UTF-16 content where text was expected.
    #[error("not a CSV file")]
    NotCsv,
    /// The first row names none of the expected columns.
    #[error("the first row is not the header of this layout")]
    WrongHeader,
    /// A required column is absent.
    #[error("column {name} is missing")]
    MissingColumn {
        /// The column as the layout spells it.
        name: &'static str,
    },
    /// A column that we read stands twice in the header.
    #[error("column {name} stands twice in the header")]
    DuplicateColumn {
        /// The column as the layout spells it.
        name: &'static str,
    },
    /// A quote that opens or closes nothing, so later rows cannot be told apart.
    #[error("broken quoting in line {line}")]
    BrokenQuoting {
        /// Line of the file, from 1.
        line: u64,
    },
    /// A record longer than the limit; read no further.
    #[error("the record in line {line} is too long")]
    LineTooLong {
        /// Line of the file where the record begins, from 1.
        line: u64,
    },
    /// More rows than the limit.
    #[error("more than {max} rows")]
    TooManyRows {
        /// The limit.
        max: u64,
    },
    /// More bytes than the limit.
    #[error("more than {max_bytes} bytes")]
    TooLarge {
        /// The limit in bytes.
        max_bytes: u64,
    },
    /// No row of data. Publishing it would end every price, so it is refused.
    #[error("no rows")]
    Empty,
    /// The archive does not hold exactly one file.
    #[error("the archive holds more than one file")]
    ZipMany,
    /// A name in the archive points outside of it.
    #[error("a name in the archive points outside of it")]
    ZipPathTraversal,
    /// The archive inflates beyond ratio or size limit.
    #[error("the archive inflates beyond the limit")]
    ZipBomb,
    /// The archive needs a password.
    #[error("the archive is encrypted")]
    ZipEncrypted,
    /// The archive uses a compression method that we do not read.
    #[error("the archive uses an unknown compression method")]
    ZipUnsupported,
    /// The file in the archive is damaged.
    #[error("the archive is damaged")]
    ZipDamaged,
    /// The file ends too early.
    #[error("the file ends too early")]
    Truncated,
    /// The source could not be read.
    #[error("the file cannot be read: {kind}")]
    Unreadable {
        /// What the operating system said.
        kind: io::ErrorKind,
    },
}

impl SheetError {
    /// Stable code of this error, for messages and the wire. Append-only.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotCsv => "not_csv",
            Self::WrongHeader => "wrong_header",
            Self::MissingColumn { .. } => "missing_column",
            Self::DuplicateColumn { .. } => "duplicate_column",
            Self::BrokenQuoting { .. } => "broken_quoting",
            Self::LineTooLong { .. } => "line_too_long",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooLarge { .. } => "too_large",
            Self::Empty => "empty",
            Self::ZipMany => "zip_many",
            Self::ZipPathTraversal => "zip_path_traversal",
            Self::ZipBomb => "zip_bomb",
            Self::ZipEncrypted => "zip_encrypted",
            Self::ZipUnsupported => "zip_unsupported",
            Self::ZipDamaged => "zip_damaged",
            Self::Truncated => "truncated",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// The line concerned, from 1, where there is one.
    pub const fn line(&self) -> Option<u64> {
        match self {
            Self::BrokenQuoting { line } | Self::LineTooLong { line } => Some(*line),
            _ => None,
        }
    }
}

/// One row cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {}: {}", .column.unwrap_or("-"), .reason.code())]
pub struct RowError {
    /// Line of the file where the row begins, from 1; the header is usually line 1.
    pub line: u64,
    /// The column as the layout spells it; `None` when the whole row is concerned.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub reason: RowReason,
}

/// Why a row cannot be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowReason {
    /// Not a plain decimal number, or not a whole one where that is needed.
    NotANumber,
    /// Below zero.
    Negative,
    /// More than six decimal places.
    TooPrecise,
    /// Beyond the largest number allowed here.
    TooLarge,
    /// No currency of ISO 4217 in circulation.
    UnknownCurrency,
    /// No country of ISO 3166-1.
    UnknownCountry,
    /// Not `M/D/YYYY` with an optional `h:mm:ss AM/PM`, or no day of the calendar.
    BadDate,
    /// Not a term that can be sold.
    BadTerm,
    /// Not a billing plan, or not one that fits the term.
    BadBillingPlan,
    /// Not a customer segment.
    BadSegment,
    /// Not an id of the documented shape.
    BadId,
    /// Not `Add`, `Change` or `Unchanged`.
    BadChangeIndicator,
    /// Tier bounds that hold no quantity.
    EmptyTier,
    /// Not a processor that media are made for.
    BadBit,
    /// Not one of the documented words.
    BadWord,
    /// A file name that leaves the folder or is not portable.
    BadPath,
    /// A required value is blank.
    MissingValue,
    /// More characters than the column may carry.
    TooLong {
        /// The limit in characters.
        max: usize,
    },
    /// Characters that no text may carry, such as NUL.
    ControlCharacter,
    /// The bytes are not UTF-8; Latin-1 files end here.
    NotUtf8,
    /// More or fewer values than the header names.
    WrongFieldCount {
        /// Values that the header asks for.
        expected: usize,
        /// Values that the row has.
        found: usize,
    },
    /// The end of validity is not after its start.
    EndsBeforeStart,
    /// The same as an earlier row in everything that identifies a price.
    DuplicateRow {
        /// Line of the earlier row.
        first_line: u64,
    },
    /// Another price of the same item and tier is valid at the same time.
    OverlappingValidity {
        /// Line of the earlier row.
        first_line: u64,
    },
    /// Another tier of the same item covers some of the same quantities.
    OverlappingTiers {
        /// Line of the earlier row.
        first_line: u64,
    },
    /// Says something else about a version than an earlier row.
    ContradictsRow {
        /// Line of the earlier row.
        first_line: u64,
    },
    /// More tiers and periods for one item than anyone needs.
    TooManyPrices {
        /// The limit.
        max: usize,
    },
}

impl RowReason {
    /// Stable code of this reason, for messages and the wire. Append-only.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotANumber => "not_a_number",
            Self::Negative => "negative",
            Self::TooPrecise => "too_precise",
            Self::TooLarge => "too_large",
            Self::UnknownCurrency => "unknown_currency",
            Self::UnknownCountry => "unknown_country",
            Self::BadDate => "bad_date",
            Self::BadTerm => "bad_term",
            Self::BadBillingPlan => "bad_billing_plan",
            Self::BadSegment => "bad_segment",
            Self::BadId => "bad_id",
            Self::BadChangeIndicator => "bad_change_indicator",
            Self::EmptyTier => "empty_tier",
            Self::BadBit => "bad_bit",
            Self::BadWord => "bad_word",
            Self::BadPath => "bad_path",
            Self::MissingValue => "missing_value",
            Self::TooLong { .. } => "too_long",
            Self::ControlCharacter => "control_character",
            Self::NotUtf8 => "not_utf8",
            Self::WrongFieldCount { .. } => "wrong_field_count",
            Self::EndsBeforeStart => "ends_before_start",
            Self::DuplicateRow { .. } => "duplicate_row",
            Self::OverlappingValidity { .. } => "overlapping_validity",
            Self::OverlappingTiers { .. } => "overlapping_tiers",
            Self::ContradictsRow { .. } => "contradicts_row",
            Self::TooManyPrices { .. } => "too_many_prices",
        }
    }

    /// The parameters that a message may name, in the order of the code's documentation.
    pub fn parameters(&self) -> Vec<(&'static str, u64)> {
        let wide = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match *self {
            Self::TooLong { max } | Self::TooManyPrices { max } => vec![("max", wide(max))],
            Self::WrongFieldCount { expected, found } => vec![("expected", wide(expected)), ("found", wide(found))],
            Self::DuplicateRow { first_line }
            | Self::OverlappingValidity { first_line }
            | Self::OverlappingTiers { first_line }
            | Self::ContradictsRow { first_line } => vec![("first_line", first_line)],
            _ => Vec::new(),
        }
    }
}
