//! Orders and their lines.
//!
//! A line repeats the order's facts that lists need, so that the Software page and the list of
//! closing windows read one table. Lists take a constant number of queries.

mod listing;

use diesel::prelude::*;
use perpetua_domain::catalog::{OfferKind, Segment};
use perpetua_domain::id::{AgreementId, CartId, OrderId, OrderLineId, PersonId, PolicyId, RelationshipId, TenantId};
use perpetua_domain::order::{LineState, OrderState};
use perpetua_domain::tax::{TaxCategory, TaxReason};
use perpetua_domain::term::Term;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{order_line, orders};
use crate::values::{Id, Utc, Word};

pub use listing::{ClosingWindow, Filter, ListedOrder, OrderKey, Sold, closing_windows, list, names, sold_since};

/// An order; amounts in minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = orders)]
pub struct OrderRow {
    /// Its id; base64url of it is the id on the wire.
    pub id: Id<OrderId>,
    /// 12 hexadecimal digits that people read.
    pub number: String,
    /// The form or request for which it was made, for ever (I2).
    pub request_key: Vec<u8>,
    /// Who bought.
    pub partner_id: Id<TenantId>,
    /// For whom.
    pub customer_id: Id<TenantId>,
    /// Under which relationship (M9).
    pub relationship_id: Id<RelationshipId>,
    /// Under which accepted agreement (M9).
    pub agreement_id: Id<AgreementId>,
    /// The cart that became it.
    pub cart_id: Option<Id<CartId>>,
    /// The person who acted (M9).
    pub placed_by: Id<PersonId>,
    /// Business time.
    pub placed_at: Utc,
    /// Pending, completed or cancelled.
    pub state: Word<OrderState>,
    /// The customer's country then.
    pub market: String,
    /// ISO 4217 code.
    pub currency: String,
    /// IANA zone of its deadlines.
    pub zone: String,
    /// The customer's purchase-order number; may be empty.
    pub po_number: String,
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
    /// With tax.
    pub total: i64,
    /// Grows with every change.
    pub version: i64,
}

/// One line; prices per unit in 10⁻⁶, amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = order_line)]
pub struct OrderLineRow {
    /// Its id.
    pub id: Id<OrderLineId>,
    /// The order.
    pub order_id: Id<OrderId>,
    /// Its number within the order, from 0.
    pub line_no: i64,
    /// The order's number.
    pub order_number: String,
    /// Who bought.
    pub partner_id: Id<TenantId>,
    /// For whom.
    pub customer_id: Id<TenantId>,
    /// Business time of the order.
    pub placed_at: Utc,
    /// Product id.
    pub product_id: String,
    /// SKU id.
    pub sku_id: String,
    /// Availability id.
    pub availability_id: String,
    /// For whom the price was meant.
    pub segment: Word<Segment>,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// Perpetual or for a term.
    pub kind: Word<OfferKind>,
    /// The term.
    pub term: Word<Term>,
    /// The first instant after the term.
    pub term_ends_at: Option<Utc>,
    /// ISO 4217 code.
    pub currency: String,
    /// Units bought.
    pub quantity: i64,
    /// Units cancelled.
    pub cancelled_quantity: i64,
    /// What the partner paid per unit; never shown to the customer (I6).
    pub unit_price: i64,
    /// The price to the customer that the operator suggested.
    pub suggested_price: i64,
    /// The partner's own price to the customer.
    pub own_price: i64,
    /// What was charged, without tax.
    pub net: i64,
    /// The tax on it.
    pub tax: i64,
    /// Credited since, without tax.
    pub credited_net: i64,
    /// Tax credited since.
    pub credited_tax: i64,
    /// Hundredths of a percent.
    pub tax_rate_basis_points: i64,
    /// The category that an invoice states.
    pub tax_category: Word<TaxCategory>,
    /// Why.
    pub tax_reason: Word<TaxReason>,
    /// The policy version that holds for ever.
    pub policy_id: Id<PolicyId>,
    /// The first instant at which it can no longer be cancelled.
    pub window_closes_at: Utc,
    /// What a cancellation credits, as text of `RefundRule`.
    pub refund_rule: String,
    /// Machines per unit.
    pub activations_per_unit: i64,
    /// Whether older versions may be used.
    pub downgrade_rights: bool,
    /// Which version was bought.
    pub version_rank: i64,
    /// Days that a new link lives.
    pub link_lifetime_days: i64,
    /// Downloads that a new link allows.
    pub link_uses_max: i64,
    /// Active, partly cancelled or cancelled.
    pub state: Word<LineState>,
    /// Grows with every change.
    pub version: i64,
}

/// Adds an order with its lines.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another transaction made an order for the same request in the
/// meantime: run again, it is found then (I2).
pub fn insert(conn: &mut Conn, order: &OrderRow, lines: &[OrderLineRow]) -> Result<(), StoreError> {
    let inserted = diesel::insert_into(orders::table).values(order).execute(conn).map_err(StoreError::from);
    match inserted {
        Err(StoreError::Duplicate { constraint }) if constraint.contains("request_key") => {
            return Err(StoreError::Conflict { table: "orders" });
        }
        other => other?,
    };
    crate::insert_many!(conn, order_line::table, lines);
    Ok(())
}

/// An order by its id.
pub fn find(conn: &mut Conn, id: OrderId) -> Result<Option<OrderRow>, StoreError> {
    Ok(orders::table.filter(orders::id.eq(Id(id))).select(OrderRow::as_select()).first(conn).optional()?)
}

/// An order by the number that people read.
pub fn find_by_number(conn: &mut Conn, number: &str) -> Result<Option<OrderRow>, StoreError> {
    Ok(orders::table.filter(orders::number.eq(number)).select(OrderRow::as_select()).first(conn).optional()?)
}

/// The order that was made for a request.
pub fn find_by_request(conn: &mut Conn, request_key: &[u8; 32]) -> Result<Option<OrderRow>, StoreError> {
    let query = orders::table.filter(orders::request_key.eq(&request_key[..]));
    Ok(query.select(OrderRow::as_select()).first(conn).optional()?)
}

/// The lines of an order in their order.
pub fn lines(conn: &mut Conn, order: OrderId) -> Result<Vec<OrderLineRow>, StoreError> {
    let query = order_line::table.filter(order_line::order_id.eq(Id(order))).order(order_line::line_no);
    Ok(query.select(OrderLineRow::as_select()).load(conn)?)
}

/// The lines of several orders, at most 1,000 orders, in the order of their numbers.
pub fn lines_of(conn: &mut Conn, ids: &[OrderId]) -> Result<Vec<OrderLineRow>, StoreError> {
    let ids = ids.iter().map(|id| Id(*id));
    let query = order_line::table.filter(order_line::order_id.eq_any(ids)).order(order_line::line_no);
    Ok(query.select(OrderLineRow::as_select()).load(conn)?)
}

/// The zones in which the days of these orders are counted.
pub fn zones(conn: &mut Conn, ids: &[OrderId]) -> Result<Vec<(OrderId, String)>, StoreError> {
    let ids = ids.iter().map(|id| Id(*id));
    let rows: Vec<(Id<OrderId>, String)> =
        orders::table.filter(orders::id.eq_any(ids)).select((orders::id, orders::zone)).load(conn)?;
    Ok(rows.into_iter().map(|(id, zone)| (id.0, zone)).collect())
}

/// One line by its id.
pub fn find_line(conn: &mut Conn, id: OrderLineId) -> Result<Option<OrderLineRow>, StoreError> {
    let query = order_line::table.filter(order_line::id.eq(Id(id)));
    Ok(query.select(OrderLineRow::as_select()).first(conn).optional()?)
}
