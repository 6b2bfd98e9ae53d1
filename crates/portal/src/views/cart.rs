//! Buying for a customer: the catalog, the cart, and the review before the order.

use askama::Template;

use super::{
    form::{Field, Form},
    frame::{Frame, Link, NavItem},
    home::Line,
    list::List,
    parts::{Button, Empty, Fact, Totals},
};

/// Add products: what this customer in this market and segment may buy.
#[derive(Template)]
#[template(path = "partner/catalog.html")]
pub struct Catalog {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub list: List,
    /// Where the Add buttons post.
    pub add_action: String,
    pub form_token: String,
    pub rows: Vec<CatalogRow>,
    pub cart: CartSummary,
    pub empty: Empty,
}

pub struct CatalogRow {
    /// Unique on the page, made of letters, digits and hyphens.
    pub id: String,
    pub catalog_item: String,
    pub product: String,
    pub edition: String,
    pub term: String,
    pub cost: String,
    pub suggested: String,
    pub own: String,
    pub margin: String,
    pub valid: String,
    /// "Versions 2026, 2023", or that there are none.
    pub media: String,
    /// A line per version: its languages, bits and types of file.
    pub combinations: Vec<String>,
    /// "from 50: €152.35", a line per further tier of the price.
    pub tiers: Vec<String>,
    /// What the field of the quantity begins with.
    pub quantity: String,
    /// Why this cannot be ordered, in place of *Add*; empty where it can.
    pub refused: String,
}

/// What already is in the cart, beside the catalog.
pub struct CartSummary {
    /// "3 items"; empty for an empty cart.
    pub items: String,
    pub total: String,
    pub href: String,
}

/// The cart of one customer, editable.
#[derive(Template)]
#[template(path = "partner/cart.html")]
pub struct Cart {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub action: String,
    pub form_token: String,
    /// Version of the cart that was shown; another one asks again.
    pub version: String,
    pub rows: Vec<CartRow>,
    /// What people call the cart.
    pub name: Field,
    pub purchase_order: Field,
    pub totals: Totals,
    pub more: Link,
    /// Begins another cart; None while there is none yet.
    pub another: Option<Link>,
    pub saved: Vec<SavedCart>,
    pub empty: Empty,
}

pub struct CartRow {
    pub id: String,
    pub product: String,
    pub detail: String,
    pub quantity: String,
    pub unit_price: String,
    /// The partner's price to the customer, as typed.
    pub own: String,
    pub margin: String,
    pub amount: String,
    /// What is wrong with this line; empty for nothing.
    pub error: String,
    /// What is wrong with the own price; empty for nothing.
    pub own_error: String,
}

pub struct SavedCart {
    pub name: String,
    pub note: String,
    pub resume: Button,
    pub remove: Button,
}

/// Last look before the order: lines, tax, total, how long prices hold, credit line left.
#[derive(Template)]
#[template(path = "partner/review.html")]
pub struct Review {
    pub t: Frame,
    pub tabs: Vec<NavItem>,
    pub facts: Vec<Fact>,
    pub lines: Vec<Line>,
    pub totals: Totals,
    /// What changed since the person last looked; then the order has to be confirmed again.
    pub changed: Vec<String>,
    pub remarks: Vec<String>,
    pub place: Form,
}

impl Review {
    /// A review always names prices.
    pub fn is_priced(&self) -> bool {
        !self.lines.is_empty()
    }
}
