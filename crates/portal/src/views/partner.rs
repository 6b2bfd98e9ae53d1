//! Customers of a partner: the list, one customer, and the partners of a customer.

use askama::Template;

use super::{
    cart::SavedCart,
    form::Form,
    frame::{Frame, Link, NavItem},
    list::List,
    parts::{Badge, Button, Empty, Fact},
};

/// The customers of a partner.
#[derive(Template)]
#[template(path = "partner/customers.html")]
pub struct Customers {
    pub t: Frame,
    pub create: Link,
    /// Asks an existing customer by its domain.
    pub invite: Link,
    pub list: List,
    pub rows: Vec<CustomerRow>,
    pub empty: Empty,
}

pub struct CustomerRow {
    pub id: String,
    pub name: String,
    pub href: String,
    /// Its relationship has ended, so that the link leads to what it bought.
    pub is_former: bool,
    pub domain: String,
    pub country: String,
    pub purchases: String,
    pub agreement: Badge,
    pub since: String,
    pub state: Badge,
    /// Opens Add products of this customer.
    pub add: Option<Button>,
}

/// Tabs below the name of a customer.
pub fn customer_tabs(customer: &str, current: &str) -> Vec<NavItem> {
    [
        ("", "tab-overview"),
        ("/software", "nav-software"),
        ("/migration", "nav-migration"),
        ("/orders", "nav-orders"),
        ("/activity", "nav-activity"),
    ]
    .into_iter()
    .map(|(end, label)| NavItem { href: format!("{customer}{end}"), label, current: current == label })
    .collect()
}

/// One customer, first tab: facts, agreement, relationship, people.
#[derive(Template)]
#[template(path = "partner/customer.html")]
pub struct CustomerPage {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub state: Badge,
    pub facts: Vec<Fact>,
    /// What is recorded about the customer agreement; empty while it is missing.
    pub agreement: Vec<Fact>,
    /// Records the agreement; None once it is recorded or where the person may not.
    pub agree: Option<Form>,
    pub relationship: Vec<Fact>,
    pub end: Option<Form>,
    pub people: Vec<Contact>,
    pub edit: Option<Link>,
    /// Add products; None explains itself by the missing agreement or the ended relationship.
    pub add_products: Option<Button>,
    /// Carts to go on with.
    pub saved: Vec<SavedCart>,
}

pub struct Contact {
    pub name: String,
    pub email: String,
    pub roles: String,
}

/// The partners of a customer: who serves it, who is invited, and the way to end it.
#[derive(Template)]
#[template(path = "partner/relations.html")]
pub struct Relations {
    pub t: Frame,
    pub invitations: Vec<Invitation>,
    pub rows: Vec<RelationRow>,
}

pub struct Invitation {
    pub partner: String,
    pub note: String,
    /// None for people who may only look, as below.
    pub accept: Option<Button>,
    pub decline: Option<Button>,
}

pub struct RelationRow {
    pub partner: String,
    pub since: String,
    pub state: Badge,
    /// Ended by whom and when; empty while it lasts.
    pub ended: String,
    pub end: Option<Button>,
}
