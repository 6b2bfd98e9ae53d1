//! Lists of orders, newest first, paged by the last row seen.

use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use perpetua_domain::id::{OrderId, OrderLineId, TenantId};

use super::OrderRow;
use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::schema::{order_line, orders, tenant};
use crate::values::{Id, Page, Utc};

/// Which orders to list; `None` and empty leave a condition out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Bought by this partner.
    pub partner: Option<TenantId>,
    /// Bought for this customer.
    pub customer: Option<TenantId>,
    /// Exactly this order number or purchase-order number.
    pub number: String,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderKey {
    /// `placed_at` of the last row.
    pub placed_at: Utc,
    /// Its id.
    pub id: OrderId,
}

/// An order of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOrder {
    /// The order.
    pub order: OrderRow,
    /// Its number of lines.
    pub lines: i64,
    /// What its first line by name is called, for a hint beside the number.
    pub title: String,
}

/// Orders newest first. Two queries.
pub fn list(conn: &mut Conn, filter: &Filter, page: &Page<OrderKey>) -> Result<Vec<ListedOrder>, StoreError> {
    let mut query = orders::table
        .order((orders::placed_at.desc(), orders::id.desc()))
        .limit(page.limit)
        .select(OrderRow::as_select())
        .into_boxed();
    if let Some(partner) = filter.partner {
        query = query.filter(orders::partner_id.eq(Id(partner)));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(orders::customer_id.eq(Id(customer)));
    }
    if !filter.number.is_empty() {
        let number = filter.number.to_ascii_lowercase();
        query = query.filter(orders::number.eq(number).or(orders::po_number.eq(filter.number.clone())));
    }
    if let Some(after) = page.after {
        let earlier = orders::placed_at.lt(after.placed_at);
        let same_instant = orders::placed_at.eq(after.placed_at).and(orders::id.lt(Id(after.id)));
        // The plain bound lets both engines seek in the index; the second condition takes ties away.
        query = query.filter(orders::placed_at.le(after.placed_at)).filter(earlier.or(same_instant));
    }
    let found: Vec<OrderRow> = query.load(conn)?;
    let ids: Vec<Id<OrderId>> = found.iter().map(|order| order.id).collect();
    let summaries: Vec<(Id<OrderId>, i64, Option<String>)> = order_line::table
        .filter(order_line::order_id.eq_any(ids))
        .group_by(order_line::order_id)
        .select((order_line::order_id, count_star(), min(order_line::title)))
        .load(conn)?;
    let summary = |id| summaries.iter().find(|(order, ..)| *order == id);
    let listed = |order: OrderRow| {
        let (lines, title) = summary(order.id).map_or((0, None), |(_, lines, title)| (*lines, title.clone()));
        ListedOrder { order, lines, title: title.unwrap_or_default() }
    };
    Ok(found.into_iter().map(listed).collect())
}

/// What was sold since an instant in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Sold {
    /// ISO 4217 code.
    pub currency: String,
    /// Orders.
    pub orders: i64,
    /// Their sum without tax, in minor units.
    pub net: i64,
}

/// What was sold since an instant, per currency. One query over the orders of that time.
pub fn sold_since(conn: &mut Conn, since: Utc) -> Result<Vec<Sold>, StoreError> {
    // Sums of BIGINT are NUMERIC on PostgreSQL, hence the cast.
    let net = sql::<BigInt>("CAST(SUM(net) AS BIGINT)");
    let query = orders::table
        .filter(orders::placed_at.ge(since))
        .group_by(orders::currency)
        .order(orders::currency)
        .select((orders::currency, count_star(), net));
    Ok(query.load(conn)?)
}

/// The names of tenants, for lists. One query.
pub fn names(conn: &mut Conn, ids: Vec<TenantId>) -> Result<Vec<(TenantId, String)>, StoreError> {
    let mut ids: Vec<Id<TenantId>> = ids.into_iter().map(Id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found: Vec<(Id<TenantId>, String)> =
        tenant::table.filter(tenant::id.eq_any(ids)).select((tenant::id, tenant::name)).load(conn)?;
    Ok(found.into_iter().map(|(id, name)| (id.0, name)).collect())
}

/// A purchase whose cancellation window closes soon.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ClosingWindow {
    /// The line.
    pub line: Id<OrderLineId>,
    /// Its order.
    pub order: Id<OrderId>,
    /// The order's number.
    pub order_number: String,
    /// The customer.
    pub customer: Id<TenantId>,
    /// What was bought.
    pub title: String,
    /// Units bought.
    pub quantity: i64,
    /// When the window closes.
    pub closes_at: Utc,
}

/// Purchases of a partner that can be cancelled at `now`, but no longer at `until`; the next first.
pub fn closing_windows(
    conn: &mut Conn,
    partner: TenantId,
    now: Utc,
    until: Utc,
    limit: i64,
) -> Result<Vec<ClosingWindow>, StoreError> {
    Ok(order_line::table
        .filter(order_line::partner_id.eq(Id(partner)))
        .filter(as_indexed("order_line.state <> 'cancelled'"))
        .filter(order_line::window_closes_at.gt(now))
        .filter(order_line::window_closes_at.le(until))
        .order((order_line::window_closes_at, order_line::id))
        .limit(limit)
        .select((
            order_line::id,
            order_line::order_id,
            order_line::order_number,
            order_line::customer_id,
            order_line::title,
            order_line::quantity,
            order_line::window_closes_at,
        ))
        .load(conn)?)
}
