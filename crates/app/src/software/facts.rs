//! One purchase as the pages show it: what, how much, until when.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::civil::date_at;
use perpetua_domain::id::{OrderId, OrderLineId, TenantId};
use perpetua_domain::order::LineState;
use perpetua_domain::window;
use perpetua_store::software::Purchase;

use crate::problem::Problem;

perpetua_domain::text_enum! {
    /// What has become of a purchase.
    pub enum PurchaseState {
        /// All units count.
        Active = "active",
        /// Some units were cancelled.
        PartlyCancelled = "partly_cancelled",
        /// The term is over.
        Ended = "ended",
        /// Nothing is left; kept visible and marked (M14).
        Cancelled = "cancelled",
    }
}

/// The cancellation window of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// It can still be cancelled.
    Open {
        /// Days after today.
        days_left: u32,
        /// The last of them.
        last_day: Date,
    },
    /// It cannot any more.
    Closed {
        /// The last day on which it could.
        last_day: Date,
    },
}

/// One purchase.
#[derive(Debug, Clone)]
pub struct PurchaseFacts {
    /// The line of the order.
    pub line: OrderLineId,
    /// The order.
    pub order: OrderId,
    /// The order's number.
    pub order_number: String,
    /// The partner of record.
    pub partner: TenantId,
    /// The customer.
    pub customer: TenantId,
    /// The product's id.
    pub product_id: String,
    /// The product's title at purchase.
    pub product: String,
    /// The edition's title at purchase.
    pub edition: String,
    /// Perpetual or with a term.
    pub kind: OfferKind,
    /// Units bought.
    pub bought: i64,
    /// Units that are not cancelled.
    pub left: i64,
    /// The day of purchase in the order's zone.
    pub placed_on: Date,
    /// The instant of purchase.
    pub placed_at: Timestamp,
    /// The order's zone, in which all its days are counted.
    pub zone: TimeZone,
    /// What has become of it.
    pub state: PurchaseState,
    /// Until when it can be cancelled.
    pub window: Window,
    /// The last day of the term, where there is one.
    pub term_last_day: Option<Date>,
    /// Activations used and allowed; `None` while there is no key.
    pub activations: Option<(i64, i64)>,
    /// Whether the key exists and was not revoked.
    pub has_key: bool,
}

impl PurchaseFacts {
    /// Reads a row as of `now`, in business time.
    ///
    /// # Errors
    ///
    /// An internal problem when the row's zone does not exist.
    pub fn new(purchase: &Purchase, now: Timestamp) -> Result<Self, Problem> {
        let (row, zone, key) = purchase;
        let zone = TimeZone::get(zone).map_err(Problem::internal)?;
        let closes_at = row.window_closes_at.timestamp();
        let term_ends_at = row.term_ends_at.map(perpetua_store::Utc::timestamp);
        let state = match row.state.0 {
            LineState::Cancelled => PurchaseState::Cancelled,
            _ if term_ends_at.is_some_and(|end| now >= end) => PurchaseState::Ended,
            LineState::PartlyCancelled => PurchaseState::PartlyCancelled,
            LineState::Active => PurchaseState::Active,
        };
        let last_day = last_day_before(closes_at, &zone);
        let window = if state != PurchaseState::Cancelled && window::is_open(closes_at, now) {
            Window::Open { days_left: window::days_left(closes_at, now, &zone), last_day }
        } else {
            Window::Closed { last_day }
        };
        Ok(Self {
            line: row.id.0,
            order: row.order_id.0,
            order_number: row.order_number.clone(),
            partner: row.partner_id.0,
            customer: row.customer_id.0,
            product_id: row.product_id.clone(),
            product: row.title.clone(),
            edition: row.sku_title.clone(),
            kind: row.kind.0,
            bought: row.quantity,
            left: row.quantity - row.cancelled_quantity,
            placed_on: date_at(row.placed_at.timestamp(), &zone),
            placed_at: row.placed_at.timestamp(),
            term_last_day: term_ends_at.map(|end| last_day_before(end, &zone)),
            zone,
            state,
            window,
            activations: key.as_ref().map(|key| (key.activation_used, key.activation_limit)),
            has_key: key.as_ref().is_some_and(|key| key.state == "active"),
        })
    }

    /// Whether nothing of it counts any more.
    pub fn is_cancelled(&self) -> bool {
        self.state == PurchaseState::Cancelled
    }
}

/// The last day that lies before an instant which itself no longer counts.
fn last_day_before(end: Timestamp, zone: &TimeZone) -> Date {
    date_at(end - jiff::SignedDuration::from_micros(1), zone)
}
