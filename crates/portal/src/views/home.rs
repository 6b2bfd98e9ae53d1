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
    /// Whether the person may see orders at all.
    pub shows_orders: bool,
    pub all_orders: Option<Link>,
    pub empty: Empty,
}

/// Home of a customer: its newest purchases, who looked at keys, who serves it.
#[derive(Template)]
#[template(path = "customer_home.html")]
pub struct CustomerHome {
    pub t: Frame,
    pub figures: Vec<Figure>,
    /// Partners that ask to serve the customer.
    pub invitations: Vec<Attention>,
    pub purchases: Vec<HomePurchase>,
    /// None for people who may not see the activity log.
    pub looks: Option<Vec<HomeLook>>,
    /// None for people who may not see relationships.
    pub partners: Option<Vec<HomePartner>>,
    pub empty: Empty,
}

/// One of the newest purchases.
pub struct HomePurchase {
    pub product: String,
    pub href: String,
    pub quantity: String,
    pub date: String,
    pub state: Badge,
}

/// One look at a key.
pub struct HomeLook {
    pub who: String,
    pub tenant: String,
    pub product: String,
    pub href: String,
    pub when: String,
    /// RFC 3339, for the `datetime` attribute.
    pub instant: String,
}

/// A partner who serves the customer.
pub struct HomePartner {
    pub name: String,
    pub note: String,
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
    /// False for a customer, whose orders are all its own.
    pub show_customer: bool,
    /// False for those who see no prices.
    pub show_total: bool,
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

impl Document {
    /// Whether the lines name prices; columns without any are left out.
    pub fn is_priced(&self) -> bool {
        self.lines.iter().any(|line| !line.amount.is_empty())
    }
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
