//! The pages of a migration from volume licensing (M4, M22–M28): overview, upload with its verdicts, machines, licenses,
//! waves, and the final report. Partner and customer use the same ones.

pub mod forms;

use askama::Template;

use super::{
    form::{Field, Form},
    frame::{Frame, Link, NavItem, Tone},
    list::List,
    parts::{Badge, Button, Empty, Fact, Figure},
    timeline::Timeline,
};

/// What stands above every page of a migration.
pub struct Head {
    /// The customer's tabs; none in the customer's own portal.
    pub tabs: Vec<NavItem>,
    /// The migration's own pages.
    pub steps: Vec<NavItem>,
    /// Opens *Report a problem* with the migration (M28); None where the reader cannot.
    pub help: Option<Link>,
}

/// The pages of a migration, the one at `current` marked.
pub fn steps(base: &str, current: &'static str) -> Vec<NavItem> {
    [
        ("", "migration-overview"),
        ("/upload", "migration-upload"),
        ("/machines", "migration-machines"),
        ("/licenses", "migration-licenses"),
        ("/waves", "migration-waves"),
        ("/report", "migration-report"),
    ]
    .into_iter()
    .map(|(end, label)| NavItem { href: format!("{base}{end}"), label, current: current == label })
    .collect()
}

/// A sentence in colour.
pub struct Notice {
    pub tone: Tone,
    pub text: String,
    pub link: Option<Link>,
}

impl Notice {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), link: None }
    }
}

/// How the fleet stands: figures, alarms, what-if, timeline, and the states with their machines.
#[derive(Template)]
#[template(path = "migration/overview.html")]
pub struct Overview {
    pub t: Frame,
    pub head: Head,
    /// Shown instead of all below while nothing was uploaded.
    pub start: Option<Start>,
    pub notices: Vec<Notice>,
    pub figures: Vec<Figure>,
    pub what_if: Option<WhatIf>,
    pub chart: Option<Timeline>,
    pub states: Vec<StateRow>,
}

/// What to do first: the ways to collect, each with its command, and the place where the result goes.
pub struct Start {
    pub ways: Vec<Way>,
    /// The script that collects on one machine.
    pub script: Link,
    /// None where the reader may only look.
    pub upload: Option<Link>,
}

/// One way to collect an inventory.
pub struct Way {
    pub heading: &'static str,
    pub text: &'static str,
    /// Shown as it is typed.
    pub command: &'static str,
}

/// The form that tries a day for switching the key host off.
pub struct WhatIf {
    pub action: String,
    /// The day as a date field.
    pub day: Field,
    /// What the figures assume, and what the tried day changes.
    pub sentences: Vec<String>,
    /// Days from today that the slider reaches.
    pub days_max: u32,
    /// Days from today that the tried day lies ahead.
    pub days: i64,
    /// Today as `2026-11-23`, where the slider begins.
    pub today: String,
    /// Drops the tried day; shown only while one is tried.
    pub clear: Option<Link>,
    /// Keeps the tried day as the planned one; None where the reader may not plan.
    pub keep: Option<Link>,
}

/// How many machines stand so.
pub struct StateRow {
    pub label: String,
    pub count: String,
    pub href: String,
    pub note: String,
}

/// Paste or upload, and what became of it.
#[derive(Template)]
#[template(path = "migration/upload.html")]
pub struct Upload {
    pub t: Frame,
    pub head: Head,
    /// None where the reader may only look.
    pub form: Option<Form>,
    pub start: Start,
    /// Earlier uploads.
    pub earlier: Vec<EarlierUpload>,
}

/// The verdict list of one upload.
#[derive(Template)]
#[template(path = "migration/verdicts.html")]
pub struct Verdicts {
    pub t: Frame,
    pub head: Head,
    pub notices: Vec<Notice>,
    pub figures: Vec<Figure>,
    pub parts: Vec<VerdictPart>,
    pub files: Vec<FileRow>,
    /// Where to go on.
    pub next: Link,
    pub again: Option<Link>,
}

/// The pieces of one verdict.
pub struct VerdictPart {
    /// Message id.
    pub heading: &'static str,
    pub rows: Vec<VerdictRow>,
    /// The following ones.
    pub next: Option<Link>,
}

pub struct VerdictRow {
    /// Empty for pieces that name none.
    pub machine: String,
    pub place: String,
    /// Why it is doubtful or could not be read; empty for records that were simply read.
    pub why: String,
}

pub struct FileRow {
    pub file: String,
    pub formats: String,
    pub encoding: String,
    pub machines: String,
    pub unread: String,
    pub notes: String,
}

pub struct EarlierUpload {
    pub when: String,
    pub by: String,
    pub files: String,
    pub machines: String,
    pub verdict: String,
    pub href: String,
}

/// The machines.
#[derive(Template)]
#[template(path = "migration/machines.html")]
pub struct Machines {
    pub t: Frame,
    pub head: Head,
    pub list: List,
    pub rows: Vec<MachineRow>,
    /// None where the reader may only look.
    pub bulk: Option<Bulk>,
    pub empty: Empty,
}

pub struct MachineRow {
    pub id: String,
    /// Opens its page.
    pub machine: Link,
    pub site: String,
    pub product: String,
    pub state: Badge,
    pub risk: Badge,
    pub safe: String,
    pub wave: String,
    /// What to look at: doubts, choices. Empty for none.
    pub note: String,
}

/// One machine.
#[derive(Template)]
#[template(path = "migration/machine.html")]
pub struct Machine {
    pub t: Frame,
    pub head: Head,
    pub facts: Vec<Fact>,
    /// What is not certain about it.
    pub doubts: Vec<String>,
    pub licenses: Vec<LicensePart>,
    pub attempts: Vec<AttemptRow>,
    /// Where the newest reports about it stand.
    pub places: Vec<String>,
}

pub struct LicensePart {
    pub product: String,
    /// Masked but for the last five characters.
    pub key: String,
    /// How it is activated, and its state.
    pub channel: String,
    pub outlook: String,
    /// Until when it may last; empty for nothing.
    pub note: String,
    pub remaining: String,
    pub observed: String,
    pub safe: String,
    pub moves_to: String,
}

/// What a script reported.
pub struct AttemptRow {
    pub when: String,
    pub wave: String,
    pub code: String,
    pub meaning: String,
    /// "…FKE01 → …FKE09".
    pub keys: String,
}

/// What the boxes of the list are for.
pub struct Bulk {
    pub action: String,
    /// What to do, and what it needs.
    pub fields: Vec<Field>,
    /// Filters of this page, to come back to it.
    pub back: String,
    /// Why it did not work; empty for none.
    pub error: String,
}

/// What was had, what was bought, and what is missing.
#[derive(Template)]
#[template(path = "migration/licenses.html")]
pub struct Licenses {
    pub t: Frame,
    pub head: Head,
    pub notices: Vec<Notice>,
    pub compare: Vec<CompareRow>,
    pub rows: Vec<LicenseRow>,
    /// None where the reader may only look.
    pub add: Option<Form>,
    pub import: Option<Form>,
}

pub struct CompareRow {
    pub id: String,
    pub product: String,
    pub had: String,
    pub machines: String,
    pub bought: String,
    pub missing: String,
    pub state: Badge,
    /// Why keys at hand do not fit; empty for none.
    pub note: String,
    /// Opens *Add products* with the product searched for.
    pub buy: Option<Link>,
}

pub struct LicenseRow {
    pub id: String,
    pub programme: String,
    pub agreement: String,
    pub product: String,
    pub quantity: String,
    pub key_type: String,
    pub ends: String,
    pub remove: Option<Button>,
}

/// The sites with their days, and what moves before what.
#[derive(Template)]
#[template(path = "migration/sites.html")]
pub struct Sites {
    pub t: Frame,
    pub head: Head,
    pub rows: Vec<SiteRow>,
    pub orders: Vec<OrderRow>,
    /// Takes one more order, for those who may.
    pub add: Option<Form>,
}

pub struct SiteRow {
    pub id: String,
    pub site: Link,
    pub machines: String,
    pub days: String,
    pub capacity: String,
    /// Where its days are changed, and the button that forgets them.
    pub edit: Option<Link>,
    pub reset: Option<Button>,
}

pub struct OrderRow {
    pub id: String,
    pub first: String,
    pub then: String,
    pub remove: Option<Button>,
}

/// The days of one site.
#[derive(Template)]
#[template(path = "migration/site.html")]
pub struct Site {
    pub t: Frame,
    pub head: Head,
    pub form: Form,
}

/// The wave board.
#[derive(Template)]
#[template(path = "migration/waves.html")]
pub struct WaveBoard {
    pub t: Frame,
    pub head: Head,
    pub notices: Vec<Notice>,
    /// Proof, or why there is none.
    pub proof: Vec<Notice>,
    /// How it was planned, for those who may only look.
    pub facts: Vec<Fact>,
    pub waves: Vec<WaveRow>,
    pub unsaved: Vec<UnsavedRow>,
    pub unsaved_more: String,
    /// What would save them, a sentence each.
    pub remedies: Vec<String>,
    pub keys: Vec<KeyRow>,
    pub keys_note: String,
    pub add_key: Option<Form>,
    pub settings: Option<Form>,
    /// Where sites have their days.
    pub sites: Link,
    pub retry: Vec<RetryRow>,
    pub empty: Empty,
}

pub struct WaveRow {
    pub id: String,
    pub name: String,
    pub day: String,
    pub machines: String,
    pub pilots: String,
    pub done: i64,
    pub total: i64,
    /// "12 of 50 done, 1 failed".
    pub progress: String,
    pub state: Badge,
    pub buttons: Vec<Button>,
}

pub struct UnsavedRow {
    pub machine: String,
    pub why: String,
    pub safe: String,
    pub planned: String,
}

pub struct KeyRow {
    pub id: String,
    pub label: String,
    pub product: String,
    /// Masked but for the last five characters.
    pub key: String,
    /// "38 of 50 left", or as entered.
    pub left: String,
    pub origin: String,
    pub remove: Option<Button>,
}

pub struct RetryRow {
    pub machine: Link,
    pub when: String,
    pub code: String,
    pub meaning: String,
}

/// What is asked before a script pack is given out, and what is said about handling it.
#[derive(Template)]
#[template(path = "migration/pack.html")]
pub struct Pack {
    pub t: Frame,
    pub head: Head,
    pub facts: Vec<Fact>,
    /// How to handle it, a sentence each.
    pub warnings: Vec<String>,
    pub steps: Vec<String>,
    pub form: Option<Form>,
    pub back: Link,
}

/// The final report, made for paper too.
#[derive(Template)]
#[template(path = "migration/report.html")]
pub struct Report {
    pub t: Frame,
    pub head: Head,
    pub notices: Vec<Notice>,
    pub facts: Vec<Fact>,
    pub figures: Vec<Figure>,
    pub rows: Vec<EvidenceRow>,
    /// All of them as a table; None where there is none.
    pub export: Option<Link>,
    pub next: Option<Link>,
    pub empty: Empty,
}

pub struct EvidenceRow {
    pub machine: Link,
    pub site: String,
    pub product: String,
    pub wave: String,
    pub state: Badge,
    /// "Key …ABCDE, activated", or what is missing.
    pub evidence: String,
    pub when: String,
}
