//! The invoices of an account.

use askama::Template;

use super::{
    frame::Frame,
    list::List,
    parts::{Empty, Figure},
};

/// The account at a glance and its invoices.
#[derive(Template)]
#[template(path = "partner/invoices.html")]
pub struct Invoices {
    pub t: Frame,
    pub figures: Vec<Figure>,
    pub list: List,
    pub rows: Vec<InvoiceRow>,
    pub empty: Empty,
}

/// One invoice in a list.
#[derive(Clone)]
pub struct InvoiceRow {
    pub number: String,
    pub href: String,
    pub period: String,
    pub date: String,
    pub net: String,
    pub tax: String,
    pub total: String,
    /// Where its PDF is.
    pub file: String,
}
