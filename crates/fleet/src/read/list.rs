//! Labels with values one below the other: `slmgr.vbs`, `ospp.vbs`, `Format-List` and `wmic /value`, in any
//! mix, for any number of machines.
//!
//! Lines gather into blocks that end with a blank or dashed line. A block that names a license begins one;
//! another one adds to the license before it, as the block about the key host does.

use super::Context;
use super::bag::Bag;
use super::build::Machine;
use super::field::{Field, field_of};
use super::resource::Meaning;
use super::value::field_by_value;
use super::xpr;
use crate::record::Format;
use crate::verdict::{Doubt, add_doubt};

/// A label is not longer than this.
const LABEL_BYTES_MAX: usize = 90;

/// A machine that was finished, with the shape in which it came.
pub type Done = (Format, Machine);

/// Collects lines into machines.
pub struct Listing<'a> {
    cx: &'a Context<'a>,
    block: Bag,
    machine: Machine,
    format: Option<Format>,
    block_format: Format,
    /// Fields of the block so far, for values that go on in the next line.
    last: Option<Field>,
    /// Blocks of one license that were cut apart because a label came again.
    is_in_host_block: bool,
    has_exited: bool,
    /// A name of a license that waits for its sentence in the next line.
    heading: Option<(u32, String)>,
    /// Name that a line before announced.
    announced: Option<String>,
    /// Error that the tool reported.
    pub error: Option<(u32, String)>,
    /// Machines that are complete.
    pub done: Vec<Done>,
}

impl<'a> Listing<'a> {
    /// Nothing read yet.
    pub fn new(cx: &'a Context<'a>) -> Self {
        Self {
            cx,
            block: Bag::default(),
            machine: Machine::default(),
            format: None,
            block_format: Format::Slmgr,
            last: None,
            is_in_host_block: false,
            has_exited: false,
            heading: None,
            announced: None,
            error: None,
            done: Vec::new(),
        }
    }

    /// A line announces the machine that comes next.
    pub fn announce(&mut self, name: &str) {
        self.finish();
        self.announced = Some(name.to_owned());
    }

    /// The machine that was announced last, for parts in other formats.
    pub fn announced(&self) -> Option<&str> {
        self.announced.as_deref()
    }

    /// Takes one line; `false` when it means nothing here.
    pub fn line(&mut self, number: u32, raw: &str) -> bool {
        let line = raw.trim();
        if line.is_empty() || (line.len() >= 3 && line.bytes().all(|byte| byte == b'-')) {
            self.close_block();
            return !line.is_empty();
        }
        if let Some(known) = self.special(number, line) {
            return known;
        }
        let is_indented = raw.starts_with([' ', '\t']);
        if let Some((start, name)) = self.heading.take()
            && is_indented
            && self.sentence(start, &name, line)
        {
            return true;
        }
        if let Some((meaning, value)) = self.cx.resources.meaning(line) {
            let (meaning, value) = (meaning, value.to_owned());
            self.by_resource(number, meaning, &value);
            return true;
        }
        self.pair(number, line, is_indented)
    }

    /// Everything was read.
    pub fn finish(&mut self) {
        self.close_block();
        let machine = std::mem::take(&mut self.machine);
        let format = self.format.take().unwrap_or(self.block_format);
        self.has_exited = false;
        if !machine.licenses.is_empty() || machine.bag.doubts.contains(&Doubt::NothingInstalled) {
            self.done.push((format, machine));
        }
    }

    /// Sentences that are no label with a value.
    fn special(&mut self, number: u32, line: &str) -> Option<bool> {
        if line.starts_with("---Processing") {
            self.close_block();
            if self.has_exited && self.machine.bag.get(Field::HostName).is_none() {
                self.finish();
                add_doubt(&mut self.machine.bag.doubts, Doubt::BoundaryGuessed);
            }
            self.format.get_or_insert(Format::Ospp);
        } else if line.starts_with("---Exiting") {
            self.close_block();
            self.has_exited = true;
        } else if line.starts_with("<No installed product keys detected>") {
            self.begin(number);
            self.format.get_or_insert(Format::Ospp);
            add_doubt(&mut self.machine.bag.doubts, Doubt::NothingInstalled);
        } else if line.starts_with("This license is not in use") {
            self.block.put(Field::State, "0", 8);
        } else if line.starts_with("Key Management Service is enabled on this machine") {
            self.close_block();
            self.put_license(Field::IsKmsHost, "1");
            self.is_in_host_block = true;
        } else if line.starts_with("AD Activation client information") {
            self.put_license(Field::ActivationType, "1");
        } else if line.starts_with("Key Management Service client information") {
            self.put_license(Field::ActivationType, "2");
        } else {
            return None;
        }
        Some(true)
    }

    fn pair(&mut self, number: u32, line: &str, is_indented: bool) -> bool {
        let Some((label, value)) = split(line) else {
            return self.continues(line, is_indented);
        };
        if value.is_empty() && !is_indented && (label.starts_with("Windows") || label.starts_with("Office ")) {
            self.heading = Some((number, label.to_owned()));
            return true;
        }
        if label.eq_ignore_ascii_case("error") && value.starts_with("0x") {
            self.error = Some((number, value.chars().take(10).collect()));
            return true;
        }
        if self.is_in_host_block && is_indented {
            return true;
        }
        let field = self.cx.mapping.field(label).or_else(|| field_of(label));
        match field {
            Some(field) => {
                self.note_format(label, line);
                self.put(number, field, value);
                true
            }
            None if is_indented && self.block_format == Format::List && self.last.is_some() => {
                self.continues(line, true)
            }
            None => match field_by_value(value, is_indented) {
                Some(field) => {
                    add_doubt(&mut self.block.doubts, Doubt::LabelsUnknown);
                    self.put(number, field, value);
                    true
                }
                None => false,
            },
        }
    }

    /// A long value that goes on in the next, indented line.
    fn continues(&mut self, line: &str, is_indented: bool) -> bool {
        let Some(field) = self.last.filter(|_| is_indented && self.block_format == Format::List) else { return false };
        if let Some(known) = self.block.get(field) {
            let joined: String = format!("{known} {line}").chars().take(self.cx.limits.value_chars_max).collect();
            self.block.replace(field, &joined);
        }
        true
    }

    /// A sentence of `/xpr` under the name of a license.
    fn sentence(&mut self, start: u32, name: &str, line: &str) -> bool {
        let mut bag = Bag::at(start);
        bag.put(Field::Name, name, self.cx.limits.value_chars_max);
        let is_known = xpr::take(&mut bag, line, self.cx.limits.value_chars_max);
        if !is_known {
            if !line.bytes().any(|byte| byte.is_ascii_digit()) {
                return false;
            }
            // Another language: that a license is there is certain, its state is not.
            add_doubt(&mut bag.doubts, Doubt::LabelsUnknown);
            bag.put(Field::State, "?", 8);
        }
        self.close_block();
        self.format.get_or_insert(Format::SlmgrExpiry);
        self.begin(start);
        self.push_license(bag);
        true
    }

    fn by_resource(&mut self, number: u32, meaning: Meaning, value: &str) {
        match meaning {
            Meaning::Label(field) => self.put(number, field, value),
            Meaning::State(state) => self.put(number, Field::State, state.as_text_number()),
            Meaning::Remaining => self.put(number, Field::RemainingMinutes, value),
            Meaning::KmsHost => self.put(number, Field::IsKmsHost, "1"),
        }
    }

    fn put(&mut self, number: u32, field: Field, value: &str) {
        let begins = matches!(field, Field::Name | Field::Description | Field::ActivationId | Field::ServiceVersion);
        if begins && self.block.has(field) {
            self.close_block();
        }
        if self.block.is_empty() && self.block.doubts.is_empty() {
            self.block.line = number;
        }
        if field == Field::HostName || field == Field::Fqdn {
            let is_next = self.block.get(field).is_some_and(|known| !known.eq_ignore_ascii_case(value));
            if is_next {
                self.close_block();
                self.block.line = number;
            }
        }
        self.last = Some(field);
        self.block.put(field, value, self.cx.limits.value_chars_max);
    }

    /// Adds to the license that is being described, in this block or in the one before.
    fn put_license(&mut self, field: Field, value: &str) {
        match self.machine.licenses.last_mut().filter(|_| self.block.is_empty()) {
            Some(license) => license.put(field, value, 8),
            None => self.block.put(field, value, 8),
        }
    }

    /// `Format-List` sets its colons in one column, `wmic` uses equals signs, and `ospp.vbs` shouts.
    fn note_format(&mut self, label: &str, line: &str) {
        let after = line.get(label.len()..).unwrap_or_default();
        self.block_format = if label.starts_with("LICENSE ") || label == "SKU ID" || label.starts_with("Last 5 ") {
            Format::Ospp
        } else if after.starts_with([' ', '=']) {
            Format::List
        } else if self.block.is_empty() {
            Format::Slmgr
        } else {
            self.block_format
        };
    }

    fn close_block(&mut self) {
        self.is_in_host_block = false;
        self.heading = None;
        self.last = None;
        let mut block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return;
        }
        let machine = block.split_machine();
        self.join(&machine, block.line);
        if block.is_empty() {
            return;
        }
        let begins = block.has(Field::Name) || block.has(Field::Description) || block.has(Field::ActivationId);
        match self.machine.licenses.last_mut() {
            Some(license) if !begins => license.fill(&block),
            _ if block.is_license() || begins => {
                self.split_before(&block);
                self.begin(block.line);
                self.format.get_or_insert(self.block_format);
                self.push_license(block);
            }
            _ => {}
        }
    }

    /// Takes what a block says about the machine; it may be about the next one.
    fn join(&mut self, machine: &Bag, line: u32) {
        let name = machine.get(Field::Fqdn).or(machine.get(Field::HostName));
        let known = self.machine.bag.get(Field::Fqdn).or(self.machine.bag.get(Field::HostName));
        let is_other_name = name.is_some_and(|name| known.is_none_or(|known| !known.eq_ignore_ascii_case(name)));
        let has_licenses = !self.machine.licenses.is_empty();
        let has_service = self.machine.bag.has(Field::ServiceVersion);
        let is_other_service = machine.has(Field::ServiceVersion) && (has_licenses || has_service);
        let is_begun = has_licenses || has_service || known.is_some();
        if (is_other_name && is_begun && (has_licenses || known.is_some())) || is_other_service {
            let is_named = machine.has(Field::HostName) || machine.has(Field::Fqdn);
            if is_named || is_other_service {
                self.finish_keeping_announced(is_named);
            }
        }
        if !machine.is_empty() {
            self.begin(line);
            self.machine.bag.fill(machine);
        }
    }

    /// Short output has no line that separates machines: a second operating system means a second machine.
    fn split_before(&mut self, block: &Bag) {
        let is_system = |bag: &Bag| {
            bag.has(Field::PartialKey)
                && bag.get(Field::Name).is_some_and(|name| {
                    name.starts_with("Windows") && !name.to_lowercase().contains("add-on") && !name.contains("-ESU-")
                })
        };
        let is_second = is_system(block) && self.machine.licenses.iter().any(is_system);
        let is_short = self.block_format == Format::Slmgr && !self.machine.bag.has(Field::ServiceVersion);
        if is_second && is_short {
            add_doubt(&mut self.machine.bag.doubts, Doubt::BoundaryGuessed);
            let announced = self.announced.take();
            self.finish();
            // The name announced for the machine before is not that of this one.
            drop(announced);
            add_doubt(&mut self.machine.bag.doubts, Doubt::BoundaryGuessed);
        }
    }

    /// Finishes a machine; the announced name holds on unless the next one is named.
    fn finish_keeping_announced(&mut self, is_named: bool) {
        let block = std::mem::take(&mut self.block);
        self.finish();
        self.block = block;
        if is_named {
            self.announced = None;
        }
    }

    fn begin(&mut self, line: u32) {
        if self.machine.bag.line == 0 {
            self.machine.bag.line = line;
        }
        if let Some(name) = &self.announced
            && !self.machine.bag.has(Field::HostName)
        {
            let name = name.clone();
            self.machine.bag.put(Field::HostName, &name, self.cx.limits.value_chars_max);
        }
    }

    fn push_license(&mut self, license: Bag) {
        if self.machine.licenses.len() < self.cx.limits.products_max {
            self.machine.licenses.push(license);
        }
    }
}

/// Label and value of a line: before and after the first colon, or equals sign after one word.
fn split(line: &str) -> Option<(&str, &str)> {
    let colon = line.find(':');
    let equals = line.find('=').filter(|at| {
        line[..*at].trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && colon.is_none_or(|colon| *at < colon)
    });
    let at = equals.or(colon)?;
    let label = line[..at].trim();
    let value = line[at + 1..].trim();
    (!label.is_empty() && label.len() <= LABEL_BYTES_MAX).then_some((label, value))
}
