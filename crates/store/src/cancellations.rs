//! Applying a cancellation: each row that it changes is guarded by the version that was decided on.
//!
//! The order's row comes first and is the anchor: two cancellations of one order follow one another. Its keys come
//! second, as machines change them all the time.
//! What may be cancelled and what that credits is decided in `domain::cancellation`.

use diesel::prelude::*;
use perpetua_domain::id::{LinkId, OrderId, OrderLineId, ProductKeyId};
use perpetua_domain::order::{LineState, OrderState};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::keys::ProductKeyRow;
use crate::schema::{download_link, order_line, orders, product_key};
use crate::values::{Id, Utc, Word};

/// What a line becomes; absolute values, so that applying it twice is impossible by its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChange {
    /// The line.
    pub line: OrderLineId,
    /// The version that was decided on.
    pub version: i64,
    /// Units cancelled in all.
    pub cancelled_quantity: i64,
    /// Credited in all, without tax, minor units.
    pub credited_net: i64,
    /// Tax credited in all, minor units.
    pub credited_tax: i64,
    /// Its state.
    pub state: LineState,
}

/// Takes an order and then its keys: until this transaction ends, nobody else cancels or activates with them.
pub fn take(conn: &mut Conn, order: OrderId) -> Result<(), StoreError> {
    let anchor = orders::table.filter(orders::id.eq(Id(order)));
    diesel::update(anchor).set(orders::version.eq(orders::version)).execute(conn)?;
    let lines = order_line::table.filter(order_line::order_id.eq(Id(order))).select(order_line::id);
    let keys = product_key::table.filter(product_key::line_id.eq_any(lines));
    diesel::update(keys).set(product_key::version.eq(product_key::version + 1)).execute(conn)?;
    Ok(())
}

/// Changes the order's state, or only its version where the state stays: the anchor of all its lines.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the order changed since it was read.
pub fn apply_order(conn: &mut Conn, order: OrderId, version: i64, state: OrderState) -> Result<(), StoreError> {
    let changed = diesel::update(orders::table.filter(orders::id.eq(Id(order))).filter(orders::version.eq(version)))
        .set((orders::state.eq(Word(state)), orders::version.eq(version + 1)))
        .execute(conn)?;
    guarded(changed, "orders")
}

/// Changes one line.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the line changed since it was read.
pub fn apply_line(conn: &mut Conn, change: &LineChange) -> Result<(), StoreError> {
    let row =
        order_line::table.filter(order_line::id.eq(Id(change.line))).filter(order_line::version.eq(change.version));
    let changed = diesel::update(row)
        .set((
            order_line::cancelled_quantity.eq(change.cancelled_quantity),
            order_line::credited_net.eq(change.credited_net),
            order_line::credited_tax.eq(change.credited_tax),
            order_line::state.eq(Word(change.state)),
            order_line::version.eq(change.version + 1),
        ))
        .execute(conn)?;
    guarded(changed, "order_line")
}

/// Revokes a key for ever (M29). Its limit stays as a record.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the key changed since it was read.
pub fn revoke_key(
    conn: &mut Conn,
    key: ProductKeyId,
    version: i64,
    at: Utc,
    reason: &'static str,
) -> Result<(), StoreError> {
    let row = product_key::table.filter(product_key::id.eq(Id(key))).filter(product_key::version.eq(version));
    let changed = diesel::update(row)
        .set((
            product_key::state.eq("revoked"),
            product_key::revoked_at.eq(Some(at)),
            product_key::revoke_reason.eq(reason),
            product_key::version.eq(version + 1),
        ))
        .execute(conn)?;
    guarded(changed, "product_key")
}

/// Revokes up to 1,000 links of these lines; gives how many there were. Whatever serves a link asks
/// for the state of its line as well, so that one made at this very moment is as dead (I4).
pub fn revoke_links(conn: &mut Conn, lines: &[OrderLineId], at: Utc) -> Result<usize, StoreError> {
    if lines.is_empty() {
        return Ok(0);
    }
    let living: Vec<Id<LinkId>> = download_link::table
        .filter(download_link::line_id.eq_any(lines.iter().copied().map(Id)))
        .filter(download_link::state.ne("revoked"))
        .order(download_link::id)
        .limit(1_000)
        .select(download_link::id)
        .load(conn)?;
    if living.is_empty() {
        return Ok(0);
    }
    Ok(diesel::update(download_link::table.filter(download_link::id.eq_any(living)))
        .set((
            download_link::state.eq("revoked"),
            download_link::revoked_at.eq(Some(at)),
            download_link::version.eq(download_link::version + 1),
        ))
        .execute(conn)?)
}

/// The keys of an order's lines. One query.
pub fn keys_of_order(conn: &mut Conn, order: OrderId) -> Result<Vec<ProductKeyRow>, StoreError> {
    Ok(product_key::table
        .inner_join(order_line::table)
        .filter(order_line::order_id.eq(Id(order)))
        .order(order_line::line_no)
        .select(ProductKeyRow::as_select())
        .load(conn)?)
}

/// How many links of each line of an order still work. One query; lines without any are left out.
pub fn living_links(conn: &mut Conn, order: OrderId, now: Utc) -> Result<Vec<(OrderLineId, i64)>, StoreError> {
    let rows: Vec<(Id<OrderLineId>, i64)> = download_link::table
        .inner_join(order_line::table)
        .filter(order_line::order_id.eq(Id(order)))
        .filter(download_link::state.eq("active"))
        .filter(download_link::expires_at.gt(now))
        .filter(download_link::uses.lt(download_link::uses_max))
        .group_by(download_link::line_id)
        .select((download_link::line_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(line, count)| (line.0, count)).collect())
}

fn guarded(changed: usize, table: &'static str) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table }) }
}
