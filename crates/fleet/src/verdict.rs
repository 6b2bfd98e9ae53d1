//! What became of each piece of an inventory: read, read with doubt, or not read, and where it stood.
//!
//! Nothing is guessed silently: whatever was assumed has a [`Doubt`], whatever was refused an
//! [`Unread`]. Codes are stable and append-only; sentences for people are made from them elsewhere.

use serde::{Deserialize, Serialize};

use crate::coded_enum;

coded_enum! {
    /// Why a record is not quite certain.
    pub enum Doubt {
        /// The input names no machine; its name was taken from the file's name.
        HostFromFileName = "host_from_file_name",
        /// Nothing names the machine.
        HostUnknown = "host_unknown",
        /// Where one machine ends and the next begins was concluded, not stated.
        BoundaryGuessed = "boundary_guessed",
        /// The encoding is neither marked nor UTF-8 and was chosen by likelihood.
        EncodingGuessed = "encoding_guessed",
        /// One file has several encodings.
        EncodingMixed = "encoding_mixed",
        /// Labels in a language that is not known; the values were recognised instead.
        LabelsUnknown = "labels_unknown",
        /// The license state could not be told.
        StateUnknown = "state_unknown",
        /// When the data was collected is not stated; the time of receipt was taken.
        TimeUnknown = "time_unknown",
        /// A date can be read in several ways; the earliest was taken.
        TimeAmbiguous = "time_ambiguous",
        /// The machine's clock is ahead of the time of receipt by more than ten minutes.
        ClockAhead = "clock_ahead",
        /// The machine's clock says a time before volume activation existed.
        ClockNonsense = "clock_nonsense",
        /// Only whole days remaining are stated; one day less was taken.
        DaysOnly = "days_only",
        /// Minutes and days of one line contradict each other.
        DaysDisagree = "days_disagree",
        /// More remains than a regular lease has.
        RemainingImplausible = "remaining_implausible",
        /// A number is negative, too large or no number; it was left out.
        NumberUnreadable = "number_unreadable",
        /// No channel is stated.
        ChannelUnknown = "channel_unknown",
        /// Two statements about the channel contradict each other.
        ChannelDisagrees = "channel_disagrees",
        /// Several licenses could be the one of the operating system; all are kept.
        ProductAmbiguous = "product_ambiguous",
        /// Which product it is could not be told.
        ProductUnknown = "product_unknown",
        /// Some elements or columns were not understood; they are listed.
        PartsIgnored = "parts_ignored",
        /// A full product key stood there. It was masked before anything else was read.
        KeyMasked = "key_masked",
        /// What stands where the last five characters of the key belong does not look like them.
        PartialKeyOdd = "partial_key_odd",
        /// The record is cut off, or a value was shortened by the tool that wrote it.
        CutOff = "cut_off",
        /// The file is something else than its name says.
        ExtensionLies = "extension_lies",
        /// The tool that made the inventory reported an error for this machine.
        ToolError = "tool_error",
        /// No license is installed, according to the tool.
        NothingInstalled = "nothing_installed",
        /// One machine was reported under a short and a full name; they were joined.
        NamesJoined = "names_joined",
        /// Two machines bear one name; they were kept apart.
        NameShared = "name_shared",
        /// Machines of different names share one client machine id: they were cloned.
        MachineIdShared = "machine_id_shared",
        /// Two reports of the same time contradict each other; the more cautious one counts.
        ReportsDisagree = "reports_disagree",
    }
}

coded_enum! {
    /// Why a piece could not be read.
    pub enum Failure {
        /// Nothing is in it.
        Empty = "empty",
        /// It is not text, and no format that is known.
        Binary = "binary",
        /// It is larger than the limit.
        TooLarge = "too_large",
        /// More files than the limit.
        TooManyFiles = "too_many_files",
        /// More machines than the limit.
        TooManyRecords = "too_many_records",
        /// Nested deeper than the limit.
        TooDeep = "too_deep",
        /// The archive is damaged or cut off.
        ArchiveBroken = "archive_broken",
        /// The archive inflates beyond the limit.
        ArchiveBomb = "archive_bomb",
        /// The archive needs a password or uses an unknown method.
        ArchiveLocked = "archive_locked",
        /// The JSON is damaged or cut off.
        JsonBroken = "json_broken",
        /// The XML is damaged or cut off.
        XmlBroken = "xml_broken",
        /// The table is damaged.
        TableBroken = "table_broken",
        /// The spreadsheet is damaged.
        SpreadsheetBroken = "spreadsheet_broken",
        /// The columns are not known; they have to be assigned.
        ColumnsUnknown = "columns_unknown",
        /// Nothing in it looks like an inventory.
        Unrecognised = "unrecognised",
        /// The tool that should have made the inventory reported an error instead.
        ToolError = "tool_error",
    }
}

/// Where something stood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// File, with the path inside of an archive after `!`.
    pub file: String,
    /// Line, row or element from 1; 0 means the whole file.
    pub line: u32,
}

/// A piece that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unread {
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub failure: Failure,
    /// What the failure is about, without secrets: a column list, an error code. May be empty.
    pub detail: String,
}

/// Whether a record can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything was stated.
    Read,
    /// Something was assumed; the record's doubts say what.
    ReadWithDoubt,
}

/// Adds `doubt` once; doubts stay sorted, so that equal records compare equal.
pub(crate) fn add_doubt(doubts: &mut Vec<Doubt>, doubt: Doubt) {
    if let Err(at) = doubts.binary_search(&doubt) {
        doubts.insert(at, doubt);
    }
}
