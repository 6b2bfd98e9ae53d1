//! The invoices of an account.

use askama::Template;

use super::{
    frame::{Frame, Link},
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
    pub shows_partner: bool,
    pub empty: Empty,
}

/// One invoice in a list.
#[derive(Clone)]
pub struct InvoiceRow {
    pub number: String,
    pub href: String,
    /// Whose invoice it is, where several partners' stand together.
    pub partner: Option<Link>,
    pub period: String,
    pub date: String,
    pub net: String,
    pub tax: String,
    pub total: String,
    /// Where its PDF is.
    pub file: String,
}
