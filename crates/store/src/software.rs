//! What was bought for a customer, as the Software page and one purchase's page read it (M14, M15).
//!
//! Read only: orders and cancellations write these rows. A list is one query, its totals another.

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::id::{OrderId, OrderLineId, ProductKeyId, TenantId};
use perpetua_domain::order::LineState;
use perpetua_domain::term::Term;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{order_line, orders, product_key};
use crate::values::{Id, Utc, Word};

/// One line of an order, as the pages show it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = order_line)]
pub struct PurchaseRow {
    /// The line.
    pub id: Id<OrderLineId>,
    /// Its order.
    pub order_id: Id<OrderId>,
    /// The order's number.
    pub order_number: String,
    /// The partner of record.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// When it was bought.
    pub placed_at: Utc,
    /// The product.
    pub product_id: String,
    /// The product's title at purchase.
    pub title: String,
    /// The edition's title at purchase.
    pub sku_title: String,
    /// Perpetual or with a term.
    pub kind: Word<OfferKind>,
    /// The term.
    pub term: Word<Term>,
    /// The first instant after the term.
    pub term_ends_at: Option<Utc>,
    /// Units bought.
    pub quantity: i64,
    /// Units cancelled since.
    pub cancelled_quantity: i64,
    /// The first instant at which it can no longer be cancelled.
    pub window_closes_at: Utc,
    /// Whether older versions are entitled.
    pub downgrade_rights: bool,
    /// The version that was sold.
    pub version_rank: i64,
    /// Days that a link lives unless chosen otherwise.
    pub link_lifetime_days: i64,
    /// Downloads that a link allows unless chosen otherwise.
    pub link_uses_max: i64,
    /// Active, partly cancelled or cancelled.
    pub state: Word<LineState>,
}

/// The key of a line without anything secret.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = product_key)]
pub struct KeyFactsRow {
    /// The key's id.
    pub id: Id<ProductKeyId>,
    /// `active` or `revoked`.
    pub state: String,
    /// Machines that may be activated.
    pub activation_limit: i64,
    /// Machines that are activated.
    pub activation_used: i64,
}

/// A line with its order's time zone and its key's facts.
pub type Purchase = (PurchaseRow, String, Option<KeyFactsRow>);

/// Whose purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Only through this partner of record; `None` for the customer itself and the operator.
    pub partner: Option<TenantId>,
    /// The customer.
    pub customer: TenantId,
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Cancelled as a whole, or not.
    pub is_cancelled: Option<bool>,
    /// Perpetual or with a term.
    pub kind: Option<OfferKind>,
}

/// By which column, in which direction. Rows of the same instant follow their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub by: SortBy,
    /// Oldest first.
    pub ascending: bool,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// When it was bought.
    Placed,
    /// When it can no longer be cancelled.
    WindowCloses,
}

/// Units of one product.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct TotalRow {
    /// The product's title.
    pub title: String,
    /// The edition's title.
    pub sku_title: String,
    /// Purchases.
    pub purchases: i64,
    /// Units bought.
    pub bought: i64,
    /// Units cancelled.
    pub cancelled: i64,
}

/// Purchases in order, at most `limit` beyond `from` (all from the beginning without it).
pub fn list(
    conn: &mut Conn,
    scope: Scope,
    filter: Filter,
    sort: Sort,
    from: Option<&PurchaseRow>,
    limit: i64,
) -> Result<Vec<Purchase>, StoreError> {
    let mut query = order_line::table
        .inner_join(orders::table)
        .left_join(product_key::table.on(product_key::line_id.eq(order_line::id)))
        .filter(order_line::customer_id.eq(Id(scope.customer)))
        .select((PurchaseRow::as_select(), orders::zone, Option::<KeyFactsRow>::as_select()))
        .limit(limit)
        .into_boxed();
    if let Some(partner) = scope.partner {
        query = query.filter(order_line::partner_id.eq(Id(partner)));
    }
    match filter.is_cancelled {
        Some(true) => query = query.filter(order_line::state.eq("cancelled")),
        Some(false) => query = query.filter(order_line::state.ne("cancelled")),
        None => {}
    }
    if let Some(kind) = filter.kind {
        query = query.filter(order_line::kind.eq(kind.as_text()));
    }
    // One column at a time is compared first, so that an index on it is used; ids only part equal instants.
    macro_rules! seek {
        ($column:ident, $beyond:ident, $order:ident) => {{
            if let Some(row) = from {
                let id = order_line::id.$beyond(row.id);
                let equal = order_line::$column.eq(row.$column).and(id);
                query = query.filter(order_line::$column.$beyond(row.$column).or(equal));
            }
            query.order((order_line::$column.$order(), order_line::id.$order()))
        }};
    }
    let query = match (sort.by, sort.ascending) {
        (SortBy::Placed, true) => seek!(placed_at, gt, asc),
        (SortBy::Placed, false) => seek!(placed_at, lt, desc),
        (SortBy::WindowCloses, true) => seek!(window_closes_at, gt, asc),
        (SortBy::WindowCloses, false) => seek!(window_closes_at, lt, desc),
    };
    Ok(query.load(conn)?)
}

/// Units per product and edition, over all purchases of the scope.
pub fn totals(conn: &mut Conn, scope: Scope) -> Result<Vec<TotalRow>, StoreError> {
    // Sums of BIGINT are NUMERIC on PostgreSQL, hence the casts.
    let bought = sql::<BigInt>("CAST(SUM(quantity) AS BIGINT)");
    let cancelled = sql::<BigInt>("CAST(SUM(cancelled_quantity) AS BIGINT)");
    let mut query = order_line::table
        .group_by((order_line::title, order_line::sku_title))
        .filter(order_line::customer_id.eq(Id(scope.customer)))
        .select((order_line::title, order_line::sku_title, count_star(), bought, cancelled))
        .into_boxed();
    if let Some(partner) = scope.partner {
        query = query.filter(order_line::partner_id.eq(Id(partner)));
    }
    Ok(query.load(conn)?)
}

/// One purchase, whoever it belongs to: the caller checks that next.
pub fn find(conn: &mut Conn, line: OrderLineId) -> Result<Option<Purchase>, StoreError> {
    let found = order_line::table
        .inner_join(orders::table)
        .left_join(product_key::table.on(product_key::line_id.eq(order_line::id)))
        .filter(order_line::id.eq(Id(line)))
        .select((PurchaseRow::as_select(), orders::zone, Option::<KeyFactsRow>::as_select()))
        .first(conn)
        .optional()?;
    Ok(found)
}
