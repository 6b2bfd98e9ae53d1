//! Documents to keep and print: credit notes and invoices as words in their places. How they are set on pages
//! is decided by who implements [`Typeset`].
//!
//! A document states what is stored and nothing that is computed anew but the sums per rate of tax, which add
//! up to the stored ones (I8). It is in the language of whoever asks for it.

mod credit_note;
mod parts;
mod statement;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_i18n::{Args, text_with};
use perpetua_store::tenants::TenantRow;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::context::App;
use crate::problem::Problem;

pub use perpetua_i18n::Lang;

pub use credit_note::{credit_note, receipt};
pub use parts::{party_lines, product_name};
pub use statement::{line_note, period, statement, statement_within};

/// Sets documents on pages.
pub trait Typeset: Send + Sync {
    /// The document as a file that people open and print.
    fn file(&self, document: &Document) -> Vec<u8>;
}

/// A document, from its top to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The language of all words in it.
    pub lang: Lang,
    /// What it is, with its number.
    pub title: String,
    /// Who issues it.
    pub issuer: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Facts with their names.
    pub facts: Vec<(String, String)>,
    /// Who it is between.
    pub parties: Vec<Party>,
    /// What it is about.
    pub lines: Table,
    /// Its sums per rate of tax.
    pub tax: Table,
    /// Its sums; the last one is what counts.
    pub totals: Vec<(String, String)>,
    /// What is to be said besides.
    pub remarks: Vec<String>,
}

/// Somebody with an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// What the party is here.
    pub heading: String,
    /// Name, address, numbers: one below the other.
    pub lines: Vec<String>,
}

/// A table whose head stands on every page that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it is.
    pub heading: String,
    /// From left to right.
    pub columns: Vec<Column>,
    /// From top to bottom, each with a cell per column.
    pub rows: Vec<Row>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands in it.
    pub heading: String,
    /// Its share of the width; the shares of a table add up to 100.
    pub share: u16,
    /// Whether it holds numbers, which stand at its right side.
    pub is_number: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// A cell per column.
    pub cells: Vec<String>,
    /// Smaller, below the cells; may be empty.
    pub detail: String,
}

/// A file to hand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is saved as.
    pub name: String,
    /// PDF.
    pub bytes: Vec<u8>,
}

impl Document {
    /// What stands below each page; `page` counts from 1.
    pub fn page_label(&self, page: usize, pages: usize) -> String {
        text_with(self.lang, "document-page", &Args::new().set("page", page).set("pages", pages))
    }
}

/// Documents that are gathered and set at the same time: each takes a core and memory for all its lines (I10).
const AT_ONCE: usize = 2;

static FREE: Semaphore = Semaphore::const_new(AT_ONCE);

/// Waits until a document may be made. It is asked for before anything is read, so that those who wait hold nothing.
async fn turn() -> Result<SemaphorePermit<'static>, Problem> {
    FREE.acquire().await.map_err(Problem::internal)
}

/// Where the days of what the operator issues are counted.
pub fn zone_of(operator: Option<&TenantRow>) -> TimeZone {
    operator.map_or(TimeZone::UTC, |operator| zone_named(&operator.zone))
}

/// The time zone of an IANA name.
pub fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Sets a document on its pages, away from the threads that answer.
async fn set(app: &App, name: String, document: Document) -> Result<File, Problem> {
    let typesetter = app.documents.clone();
    let bytes = tokio::task::spawn_blocking(move || typesetter.file(&document)).await.map_err(Problem::internal)?;
    Ok(File { name, bytes })
}
