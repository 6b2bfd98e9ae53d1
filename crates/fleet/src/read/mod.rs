//! Reading inventories: any of the known formats, many machines in one file, archives, and any mix pasted
//! together, each record with its verdict.
//!
//! Formats are told by their content; names of files only give hints, and one that lies is a doubt.

mod archive;
mod bag;
mod build;
mod delimited;
mod field;
mod group;
mod hint;
mod json;
mod list;
mod marker;
mod resource;
mod rows;
mod spreadsheet;
mod table;
mod text;
mod value;
mod xml;
mod xpr;

pub use field::{Field, field_of};

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use self::archive::Budget;
use self::build::Machine;
use self::resource::Resources;
use crate::decode::{Encoding, decode};
use crate::limits::Limits;
use crate::record::{Format, Record};
use crate::secrets::mask_keys;
use crate::verdict::{Doubt, Failure, Place, Unread, add_doubt};

/// Names of properties that nobody knows, kept per file.
const IGNORED_MAX: usize = 50;

/// One file or paste.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Name as the person knows it; also a hint at the machine.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// When the data was made at the latest: the file's own time, else that of the upload.
    pub received_at: Timestamp,
}

/// Columns that the person assigned, by header text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(Vec<(String, Field)>);

impl Mapping {
    /// Assigns the column `header`; case and blanks around do not matter.
    pub fn assign(&mut self, header: &str, field: Field) {
        self.0.push((header.trim().to_lowercase(), field));
    }

    fn field(&self, header: &str) -> Option<Field> {
        if self.0.is_empty() {
            return None;
        }
        let folded = header.trim().to_lowercase();
        self.0.iter().find(|(known, _)| *known == folded).map(|(_, field)| *field)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// How to read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Bounds.
    pub limits: Limits,
    /// Columns that the person assigned.
    pub mapping: Mapping,
    /// Encoding of single-byte files, when the person knows it.
    pub encoding: Option<Encoding>,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// Its name, with the path inside of an archive after `!`.
    pub file: String,
    /// The shapes that were found in it.
    pub formats: Vec<Format>,
    /// Its encoding, when it is text.
    pub encoding: Option<Encoding>,
    /// Machines that were read.
    pub records: usize,
    /// Pieces that were not.
    pub unread: usize,
    /// Full keys that were masked.
    pub masked_keys: usize,
    /// Columns, properties and elements that were not understood, at most 50.
    pub ignored: Vec<String>,
    /// What was assumed about the file as a whole.
    pub doubts: Vec<Doubt>,
    /// Whether it is a resource file that explained the others.
    pub is_resource: bool,
}

/// What was read and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// One record per report of a machine, in the order of the input.
    pub records: Vec<Record>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// What became of each file.
    pub files: Vec<FileReport>,
}

/// What every reader needs.
#[derive(Debug)]
struct Context<'a> {
    limits: &'a Limits,
    mapping: &'a Mapping,
    resources: &'a Resources,
}

/// A file whose kind is known and that waits until all resource files have been learned.
enum Pending {
    Text { text: String, encoding: Encoding },
    Spreadsheet(Vec<u8>),
    Failed(Failure),
}

struct Waiting {
    name: String,
    received_at: Timestamp,
    masked: usize,
    doubts: Vec<Doubt>,
    pending: Pending,
}

/// Reads everything that `inputs` hold. It never fails as a whole: what cannot be read is listed.
pub fn read(inputs: &[Input<'_>], options: &Options) -> Reading {
    let mut waiting = Vec::new();
    let mut budget = Budget {
        bytes_left: options.limits.inflated_bytes_max,
        files_left: options.limits.files_max.saturating_sub(inputs.len()),
    };
    for input in inputs.iter().take(options.limits.files_max) {
        open(input, options, 0, &mut budget, &mut waiting);
    }
    let mut resources = Resources::default();
    for file in &waiting {
        if let Pending::Text { text, .. } = &file.pending
            && (text.starts_with("L_") || text.contains("\nL_"))
        {
            resources.learn(text);
        }
    }
    let cx = Context { limits: &options.limits, mapping: &options.mapping, resources: &resources };
    let mut reading = Reading::default();
    for file in waiting {
        let mut sink = Sink::new(&file, options.limits.records_max.saturating_sub(reading.records.len()));
        read_file(file.pending, &cx, &mut sink);
        sink.finish(&mut reading);
    }
    reading
}

fn open(input: &Input<'_>, options: &Options, depth: u32, budget: &mut Budget, waiting: &mut Vec<Waiting>) {
    let limits = &options.limits;
    let mut doubts = Vec::new();
    let mut masked = 0;
    let pending = if input.bytes.len() > limits.file_bytes_max {
        Pending::Failed(Failure::TooLarge)
    } else if hint::is_old_spreadsheet(input.bytes) {
        Pending::Spreadsheet(input.bytes.to_vec())
    } else if archive::is_archive(input.bytes) {
        let is_spreadsheet = archive::spreadsheet_kind(input.bytes).is_some();
        if !is_spreadsheet && depth >= limits.archive_depth_max {
            Pending::Failed(Failure::TooDeep)
        } else {
            let opened = open_archive(input, options, depth, budget, (!is_spreadsheet).then_some(&mut *waiting));
            match opened {
                Err(failure) => Pending::Failed(failure),
                Ok(()) if is_spreadsheet => Pending::Spreadsheet(input.bytes.to_vec()),
                Ok(()) => return,
            }
        }
    } else {
        match decode(input.bytes, options.encoding) {
            Err(failure) => Pending::Failed(failure),
            Ok(decoded) => {
                doubts = decoded.doubts;
                let (text, count) = mask_keys(decoded.text);
                masked = count;
                Pending::Text { text, encoding: decoded.encoding }
            }
        }
    };
    let is_text = matches!(pending, Pending::Text { .. });
    if hint::extension_lies(input.name, is_text) && !matches!(pending, Pending::Failed(_)) {
        add_doubt(&mut doubts, Doubt::ExtensionLies);
    }
    waiting.push(Waiting { name: input.name.to_owned(), received_at: input.received_at, masked, doubts, pending });
}

/// Opens the files of an archive. Without `waiting` they are only inflated, which proves that a spreadsheet
/// keeps within the limits before it is handed to its reader.
fn open_archive(
    input: &Input<'_>,
    options: &Options,
    depth: u32,
    budget: &mut Budget,
    mut waiting: Option<&mut Vec<Waiting>>,
) -> Result<(), Failure> {
    let mut broken = None;
    archive::each(input.bytes, &options.limits, budget, &mut |(name, bytes), budget| {
        let name = format!("{}!{name}", input.name);
        match (bytes, waiting.as_deref_mut()) {
            (Ok(bytes), Some(waiting)) => {
                let inner = Input { name: &name, bytes: &bytes, received_at: input.received_at };
                open(&inner, options, depth + 1, budget, waiting);
            }
            (Err(failure), Some(waiting)) => {
                let pending = Pending::Failed(failure);
                waiting.push(Waiting { name, received_at: input.received_at, masked: 0, doubts: Vec::new(), pending });
            }
            (Err(failure), None) => broken = Some(failure),
            (Ok(_), None) => {}
        }
    })?;
    broken.map_or(Ok(()), Err)
}

fn read_file(pending: Pending, cx: &Context<'_>, sink: &mut Sink) {
    match pending {
        Pending::Failed(failure) => sink.fail(0, failure, String::new()),
        Pending::Spreadsheet(bytes) => match spreadsheet::read(&bytes, cx) {
            Ok(found) => {
                sink.report.masked_keys += found.masked;
                sink.ignore(found.unknown);
                sink.take(Format::Spreadsheet, found.groups.into_machines());
            }
            Err(failure) => sink.fail(0, failure, String::new()),
        },
        Pending::Text { text, encoding } => {
            sink.report.encoding = Some(encoding);
            if Resources::is_resource(&text) {
                sink.report.is_resource = true;
            } else {
                text::read(&text, cx, sink);
            }
        }
    }
}

/// Collects what one file holds.
struct Sink {
    report: FileReport,
    received_at: Timestamp,
    records: Vec<Record>,
    unread: Vec<Unread>,
    ignored: BTreeSet<String>,
    records_max: usize,
}

impl Sink {
    fn new(file: &Waiting, records_max: usize) -> Self {
        let report = FileReport {
            file: file.name.clone(),
            formats: Vec::new(),
            encoding: None,
            records: 0,
            unread: 0,
            masked_keys: file.masked,
            ignored: Vec::new(),
            doubts: file.doubts.clone(),
            is_resource: false,
        };
        let (received_at, records_max) = (file.received_at, records_max);
        Self { report, received_at, records: Vec::new(), unread: Vec::new(), ignored: BTreeSet::new(), records_max }
    }

    /// Interprets machines; those beyond the limit are counted as one failure.
    fn take(&mut self, format: Format, machines: Vec<Machine>) {
        for machine in machines {
            if self.records.len() >= self.records_max {
                let line = machine.bag.line;
                return self.fail(line, Failure::TooManyRecords, self.records_max.to_string());
            }
            let record = build::record(&self.report.file, format, self.received_at, machine);
            self.records.push(record);
            if !self.report.formats.contains(&format) {
                self.report.formats.push(format);
            }
        }
    }

    fn fail(&mut self, line: u32, failure: Failure, detail: String) {
        if failure == Failure::TooManyRecords && self.unread.iter().any(|unread| unread.failure == failure) {
            return;
        }
        let place = Place { file: self.report.file.clone(), line };
        self.unread.push(Unread { place, failure, detail });
    }

    fn ignore(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if self.ignored.len() < IGNORED_MAX {
                self.ignored.insert(name.chars().take(60).collect());
            }
        }
    }

    fn finish(mut self, reading: &mut Reading) {
        hint::name_by_file(&mut self.records);
        if self.report.masked_keys > 0 {
            add_doubt(&mut self.report.doubts, Doubt::KeyMasked);
        }
        if !self.ignored.is_empty() {
            add_doubt(&mut self.report.doubts, Doubt::PartsIgnored);
        }
        for record in &mut self.records {
            // The encoding matters only to what is beyond ASCII.
            let names = [&record.host.name, &record.host.fqdn, &record.host.site];
            if !names.into_iter().flatten().all(|name| name.is_ascii()) {
                for doubt in &self.report.doubts {
                    if matches!(doubt, Doubt::EncodingGuessed | Doubt::EncodingMixed) {
                        add_doubt(&mut record.doubts, *doubt);
                    }
                }
            }
        }
        self.report.ignored = self.ignored.into_iter().collect();
        self.report.records = self.records.len();
        self.report.unread = self.unread.len();
        reading.records.append(&mut self.records);
        reading.unread.append(&mut self.unread);
        reading.files.push(self.report);
    }
}
