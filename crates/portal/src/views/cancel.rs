//! Cancelling a purchase: the prefilled request with its preview, and the result (M19, M29–M39).

use askama::Template;

use super::{
    form::{Field, Form},
    frame::{Frame, Link},
    list::List,
    parts::{Badge, Empty, Fact, Totals},
};

/// The request page that *Cancel* opens. `form` holds the sections Details, Description, Contact, Files;
/// the quantities and machines stand in the same `<form>`.
#[derive(Template)]
#[template(path = "software/cancel.html")]
pub struct CancelPage {
    pub t: Frame,
    /// "Submit carries this out at once", or that a person decides.
    pub intro: String,
    pub deadline: Fact,
    pub lines: Vec<CancelLine>,
    /// The exact credit with its tax.
    pub credit: Totals,
    /// What stops working, a sentence each.
    pub consequences: Vec<String>,
    pub machines: Vec<Machine>,
    /// "Choose 2 of 5 machines to release"; empty where the whole key dies.
    pub machines_note: String,
    pub form: Form,
    pub keep: Link,
    /// *Report a problem*, where one click does not do.
    pub report: Link,
}

pub struct CancelLine {
    pub product: String,
    pub detail: String,
    /// How many units to cancel, as a field of the form.
    pub quantity: Field,
    pub of: String,
    pub credit: String,
}

pub struct Machine {
    pub id: String,
    pub name: String,
    pub seen: String,
    pub release: bool,
}

/// Support and refund requests of a partner.
#[derive(Template)]
#[template(path = "software/requests.html")]
pub struct Requests {
    pub t: Frame,
    /// *Report a problem*, for those who may.
    pub report: Option<Link>,
    pub list: List,
    pub rows: Vec<RequestRow>,
    /// Whether the column of amounts is shown.
    pub amounts: bool,
    pub empty: Empty,
}

pub struct RequestRow {
    pub number: String,
    pub href: String,
    pub date: String,
    pub title: String,
    pub customer: String,
    /// The requested amount with its currency; empty where none was asked for.
    pub amount: String,
    pub state: Badge,
}
