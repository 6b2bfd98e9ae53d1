//! The first page of each portal, the search result, orders and one order.

use askama::Template;

use super::{
    frame::{Frame, Link, NavItem},
    list::List,
    parts::{Attention, Badge, Button, Empty, Fact, Figure, Totals},
};

/// Home of operator, partner and customer: figures, what waits for the person, the latest orders.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home {
    pub t: Frame,
    pub figures: Vec<Figure>,
    pub attention: Vec<Attention>,
    /// What to say when nothing waits.
    pub quiet: String,
    pub orders: Vec<OrderRow>,
    pub all_orders: Option<Link>,
    pub empty: Empty,
}

/// One order in a list. Empty texts hide nothing: the column stays.
#[derive(Clone)]
pub struct OrderRow {
    pub number: String,
    pub href: String,
    pub date: String,
    /// Empty in the portal of the partner itself.
    pub partner: String,
    pub customer: String,
    pub summary: String,
    pub total: String,
    pub state: Badge,
}

/// Orders of a partner, sales of the operator.
#[derive(Template)]
#[template(path = "orders.html")]
pub struct Orders {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub list: List,
    pub rows: Vec<OrderRow>,
    pub show_partner: bool,
    pub empty: Empty,
}

/// One line of an order, a review or a credit note.
#[derive(Clone)]
pub struct Line {
    pub product: String,
    pub detail: String,
    pub href: String,
    pub quantity: String,
    pub unit_price: String,
    pub tax: String,
    pub amount: String,
    pub state: Option<Badge>,
}

/// A document with lines: order, order confirmation, credit note.
#[derive(Template)]
#[template(path = "document.html")]
pub struct Document {
    pub t: Frame,
    pub badge: Option<Badge>,
    /// Said above everything, such as "The order is placed"; empty for nothing.
    pub note: String,
    pub facts: Vec<Fact>,
    pub lines: Vec<Line>,
    pub totals: Totals,
    /// Below the totals: how prices hold, how tax was decided.
    pub remarks: Vec<String>,
    pub links: Vec<Link>,
    pub actions: Vec<Button>,
}

/// What the search box found, grouped by kind.
#[derive(Template)]
#[template(path = "search.html")]
pub struct Search {
    pub t: Frame,
    pub groups: Vec<SearchGroup>,
}

/// Hits of one kind; the heading is a message id.
pub struct SearchGroup {
    pub heading: &'static str,
    pub hits: Vec<Hit>,
    /// Where all hits of this kind are, when there are more.
    pub more: Option<Link>,
}

/// One hit.
pub struct Hit {
    pub href: String,
    pub title: String,
    pub note: String,
}
