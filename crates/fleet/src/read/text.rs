//! A text that may hold anything, one piece after the other: JSON, XML, separated values, tables, and labels
//! with values. Each piece is recognised where it begins and read by its own reader.

use serde_json::Value;

use super::build::Machine;
use super::delimited::{self, Header};
use super::field::Field;
use super::group::Groups;
use super::json;
use super::list::Listing;
use super::marker;
use super::table::Layout;
use super::xml;
use super::{Context, Sink};
use crate::record::Format;
use crate::verdict::Failure;

/// Roots by which XML in the middle of a text is recognised.
const ROOTS: &[&str] =
    &["<?xml", "<objs", "<objects", "<softwarelicensingdata", "<command", "<cim", "<instance", "<vamt"];

/// Reads a whole text.
pub fn read(text: &str, cx: &Context<'_>, sink: &mut Sink) {
    let mut walker = Walker::new(text, cx);
    while walker.at < walker.lines.len() {
        walker.step(sink);
    }
    walker.listing.finish();
    walker.flush(sink);
    if sink.records.is_empty() && sink.unread.is_empty() {
        let (line, failure, detail) = walker.nothing_found();
        sink.fail(line, failure, detail);
    }
}

struct Walker<'a> {
    text: &'a str,
    /// Byte offset and text of each line.
    lines: Vec<(usize, &'a str)>,
    at: usize,
    cx: &'a Context<'a>,
    listing: Listing<'a>,
    /// JSON that ran out of text is not tried again on each of its lines.
    is_json_over: bool,
    is_xml_over: bool,
    /// First line that looked like a header with several columns, none of them known.
    header_like: Option<(usize, String)>,
}

impl<'a> Walker<'a> {
    fn new(text: &'a str, cx: &'a Context<'a>) -> Self {
        let mut offset = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            lines.push((offset, line.strip_suffix('\n').unwrap_or(line)));
            offset += line.len();
        }
        let listing = Listing::new(cx);
        Self { text, lines, at: 0, cx, listing, is_json_over: false, is_xml_over: false, header_like: None }
    }

    fn number(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// Reads the piece or line at the present place and moves on, by one line at least.
    fn step(&mut self, sink: &mut Sink) {
        let (offset, line) = self.lines[self.at];
        let trimmed = line.trim();
        if line.len() > self.cx.limits.line_bytes_max && !trimmed.starts_with(['{', '[', '<']) {
            self.at += 1;
            return;
        }
        let start = offset + (line.len() - line.trim_start().len());
        if !self.is_json_over && is_json(trimmed) {
            return self.json(start, sink);
        }
        if let Some((name, at)) = marker::before_json(line).filter(|_| !self.is_json_over) {
            self.listing.announce(name);
            return self.json(offset + at, sink);
        }
        if !self.is_xml_over && self.is_xml(trimmed) {
            return self.xml(start, sink);
        }
        if trimmed.starts_with("#TYPE") || trimmed.starts_with("L_") {
            self.at += 1;
            return;
        }
        if let Some(name) = marker::machine(trimmed) {
            self.listing.announce(name);
            self.at += 1;
            return;
        }
        if marker::is_command(trimmed) {
            self.at += 1;
            return;
        }
        if !trimmed.is_empty() && !trimmed.contains([':', '=']) && self.table_or_rows(offset, line, sink) {
            return;
        }
        let number = self.number();
        self.listing.line(number, line);
        if let Some((line, code)) = self.listing.error.take() {
            let detail = self.listing.announced().map_or_else(|| code.clone(), |name| format!("{name} {code}"));
            sink.fail(line, Failure::ToolError, detail);
        }
        if self.listing.done.len() > 1_000 {
            self.flush(sink);
        }
        self.at += 1;
    }

    fn flush(&mut self, sink: &mut Sink) {
        for (format, machine) in std::mem::take(&mut self.listing.done) {
            sink.take(format, vec![machine]);
        }
    }

    /// Machines of a piece in another format; those without a name get the one that was announced.
    fn take_groups(&mut self, format: Format, groups: Groups, sink: &mut Sink) {
        let announced = self.listing.announced().map(str::to_owned);
        self.listing.finish();
        self.flush(sink);
        let mut machines: Vec<Machine> = groups.into_machines();
        if let ([machine], Some(name)) = (machines.as_mut_slice(), announced)
            && !machine.bag.has(Field::HostName)
            && !machine.bag.has(Field::Fqdn)
        {
            machine.bag.put(Field::HostName, &name, self.cx.limits.value_chars_max);
        }
        sink.take(format, machines);
    }

    /// Moves to the line after the one that holds the byte `offset`.
    fn pass(&mut self, offset: usize) {
        while self.at < self.lines.len() && self.lines[self.at].0 < offset {
            self.at += 1;
        }
    }

    fn json(&mut self, start: usize, sink: &mut Sink) {
        let number = self.number();
        let mut stream = serde_json::Deserializer::from_str(&self.text[start..]).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                let end = start + stream.byte_offset();
                let found = json::read(&value, number, self.cx);
                let format = if found.is_ansible { Format::Ansible } else { Format::Json };
                sink.ignore(found.unknown);
                if found.groups.len() == 0 {
                    sink.fail(number, Failure::Unrecognised, String::new());
                } else {
                    self.take_groups(format, found.groups, sink);
                }
                self.pass(end);
            }
            Some(Err(error)) => {
                self.is_json_over |= error.is_eof();
                let stopped = u32::try_from(error.line()).unwrap_or(0).saturating_sub(1);
                sink.fail(number.saturating_add(stopped), Failure::JsonBroken, String::new());
                self.at += usize::try_from(stopped).unwrap_or(0).max(1);
            }
            None => self.at += 1,
        }
    }

    /// XML is begun by a known root, or by anything when the whole text is between angle brackets.
    fn is_xml(&self, trimmed: &str) -> bool {
        let mut lower = trimmed.as_bytes().iter().take(24).map(u8::to_ascii_lowercase).collect::<Vec<u8>>();
        lower.retain(|byte| *byte != b' ');
        ROOTS.iter().any(|root| lower.starts_with(root.as_bytes()))
            || (self.at == 0
                && trimmed.starts_with('<')
                && !trimmed.contains(">:")
                && self.text.trim_end().ends_with('>'))
    }

    fn xml(&mut self, start: usize, sink: &mut Sink) {
        let number = self.number();
        match xml::read(&self.text[start..], self.cx.limits) {
            Ok(document) => {
                sink.report.masked_keys += document.masked;
                let found = json::read(&document.value, number, self.cx);
                sink.ignore(found.unknown);
                let format = if document.is_vamt { Format::Vamt } else { Format::Xml };
                if found.groups.len() == 0 {
                    sink.fail(number, Failure::Unrecognised, String::new());
                } else {
                    self.take_groups(format, found.groups, sink);
                }
                self.pass(start + document.length);
            }
            Err((at, failure)) => {
                self.is_xml_over = true;
                let stopped = self.text[start..].bytes().take(at).filter(|byte| *byte == b'\n').count();
                sink.fail(number.saturating_add(u32::try_from(stopped).unwrap_or(0)), failure, String::new());
                self.at += stopped.max(1);
            }
        }
    }

    /// A header of a table or of separated values with the rows below; `false` when the line is neither.
    fn table_or_rows(&mut self, offset: usize, line: &'a str, sink: &mut Sink) -> bool {
        let next = self.lines.get(self.at + 1).map_or("", |(_, next)| *next);
        if let Some(layout) = Layout::of(line, next, self.cx.mapping) {
            sink.ignore(layout.unknown().iter().cloned());
            let mut groups = Groups::default();
            self.at += 2;
            while let Some((_, row)) = self.lines.get(self.at).filter(|(_, row)| !row.trim().is_empty()) {
                layout.add(&mut groups, self.number(), row, self.cx);
                self.at += 1;
            }
            self.take_groups(Format::Table, groups, sink);
            return true;
        }
        let Some(header) = Header::of(line, self.cx.mapping) else {
            let columns = line.split([';', ',', '\t']).filter(|cell| !cell.trim().is_empty()).count();
            if columns >= 2 && self.header_like.is_none() {
                self.header_like = Some((self.at, line.trim().chars().take(300).collect()));
            }
            return false;
        };
        let first = self.at;
        while self.lines.get(self.at).is_some_and(|(_, row)| !row.trim().is_empty()) {
            self.at += 1;
        }
        let end = self.lines.get(self.at).map_or(self.text.len(), |(end, _)| *end);
        sink.ignore(header.unknown().iter().cloned());
        let mut groups = Groups::default();
        let first_line = u32::try_from(first).unwrap_or(u32::MAX).saturating_add(1);
        let outcome = delimited::read(&self.text[offset..end], first_line, &header, self.cx, &mut groups);
        self.take_groups(Format::Csv, groups, sink);
        if let Err((line, failure)) = outcome {
            sink.fail(line, failure, String::new());
        }
        true
    }

    /// Why nothing came out of the text.
    fn nothing_found(&self) -> (u32, Failure, String) {
        match &self.header_like {
            Some((at, header)) => {
                (u32::try_from(*at).unwrap_or(0).saturating_add(1), Failure::ColumnsUnknown, header.clone())
            }
            None => (1, Failure::Unrecognised, String::new()),
        }
    }
}

/// Whether a line begins a JSON object or array.
fn is_json(trimmed: &str) -> bool {
    let mut characters = trimmed.chars();
    let opens = matches!(characters.next(), Some('{' | '['));
    opens && matches!(characters.find(|character| !character.is_whitespace()), None | Some('"' | '{' | '[' | '}' | ']'))
}
