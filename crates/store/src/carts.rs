//! Saved carts and their lines. A cart's row carries the version that guards the whole cart.

use diesel::dsl::count_star;
use diesel::prelude::*;
use perpetua_domain::id::{CartId, OrderId, PersonId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::prepared;
use crate::schema::{api_cart, cart, cart_line};
use crate::values::{Id, Utc};

/// The word of a cart that can still be changed.
pub const ACTIVE: &str = "active";
/// The word of a cart that became an order.
pub const ORDERED: &str = "ordered";

/// A cart of one partner for one customer.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = cart)]
pub struct CartRow {
    /// Its id.
    pub id: Id<CartId>,
    /// Who buys.
    pub partner_id: Id<TenantId>,
    /// For whom.
    pub customer_id: Id<TenantId>,
    /// The person who began it.
    pub created_by: Id<PersonId>,
    /// [`ACTIVE`] or [`ORDERED`].
    pub state: String,
    /// What people call it; may be empty.
    pub name: String,
    /// The customer's purchase-order number; may be empty.
    pub po_number: String,
    /// When it was begun.
    pub created_at: Utc,
    /// When it was last changed.
    pub changed_at: Utc,
    /// When it is no longer there; every change renews it.
    pub expires_at: Utc,
    /// The order that it became.
    pub order_id: Option<Id<OrderId>>,
    /// Grows with every change of cart or lines.
    pub version: i64,
}

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = cart_line)]
pub struct CartLineRow {
    /// The cart.
    pub cart_id: Id<CartId>,
    /// Its number, unique in the cart; gaps are fine.
    pub line_no: i64,
    /// Product id.
    pub product_id: String,
    /// SKU id.
    pub sku_id: String,
    /// Availability id.
    pub availability_id: String,
    /// Units.
    pub quantity: i64,
    /// The partner's price to the customer per unit in 10⁻⁶; `None` for the suggested price.
    pub own_price: Option<i64>,
    /// What people call the line; may be empty.
    pub friendly_name: String,
}

/// Adds a cart.
pub fn insert(conn: &mut Conn, row: &CartRow) -> Result<(), StoreError> {
    diesel::insert_into(cart::table).values(row).execute(conn)?;
    Ok(())
}

/// A cart by its id.
pub fn find(conn: &mut Conn, id: CartId) -> Result<Option<CartRow>, StoreError> {
    Ok(cart::table.filter(cart::id.eq(Id(id))).select(CartRow::as_select()).first(conn).optional()?)
}

/// The lines of a cart in their order.
pub fn lines(conn: &mut Conn, id: CartId) -> Result<Vec<CartLineRow>, StoreError> {
    let query = cart_line::table.filter(cart_line::cart_id.eq(Id(id))).order(cart_line::line_no);
    Ok(query.select(CartLineRow::as_select()).load(conn)?)
}

/// Carts that can still be ordered, last changed first, with their numbers of lines; two queries.
pub fn list(
    conn: &mut Conn,
    partner: TenantId,
    customer: Option<TenantId>,
    now: Utc,
    limit: i64,
) -> Result<Vec<(CartRow, i64)>, StoreError> {
    let mut query = cart::table
        .filter(cart::partner_id.eq(Id(partner)))
        .filter(cart::state.eq(ACTIVE))
        .filter(cart::expires_at.gt(now))
        .order((cart::changed_at.desc(), cart::id.desc()))
        .limit(limit)
        .select(CartRow::as_select())
        .into_boxed();
    if let Some(customer) = customer {
        query = query.filter(cart::customer_id.eq(Id(customer)));
    }
    let carts: Vec<CartRow> = query.load(conn)?;
    let ids: Vec<Id<CartId>> = carts.iter().map(|cart| cart.id).collect();
    let counts: Vec<(Id<CartId>, i64)> = cart_line::table
        .filter(cart_line::cart_id.eq_any(ids))
        .group_by(cart_line::cart_id)
        .select((cart_line::cart_id, count_star()))
        .load(conn)?;
    let count_of = |id| counts.iter().find(|(cart, _)| *cart == id).map_or(0, |(_, count)| *count);
    Ok(carts
        .into_iter()
        .map(|cart| {
            let count = count_of(cart.id);
            (cart, count)
        })
        .collect())
}

/// Writes name, purchase-order number and times of a cart that is still as it was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody changed it since.
pub fn update(conn: &mut Conn, row: &CartRow) -> Result<(), StoreError> {
    let changed = prepared(
        diesel::update(cart::table)
            .filter(cart::id.eq(row.id))
            .filter(cart::version.eq(row.version))
            .filter(cart::state.eq(ACTIVE))
            .set((
                cart::name.eq(&row.name),
                cart::po_number.eq(&row.po_number),
                cart::changed_at.eq(row.changed_at),
                cart::expires_at.eq(row.expires_at),
                cart::version.eq(cart::version + 1),
            ))
            .returning(cart::version),
    );
    guarded(changed.load::<i64>(conn)?.len())
}

/// Makes `rows` the lines of the cart. The caller also calls [`update`], which guards them.
pub fn replace_lines(conn: &mut Conn, id: CartId, rows: &[CartLineRow]) -> Result<(), StoreError> {
    diesel::delete(cart_line::table).filter(cart_line::cart_id.eq(Id(id))).execute(conn)?;
    if !rows.is_empty() {
        crate::insert_many!(conn, cart_line::table, rows);
    }
    Ok(())
}

/// Removes a cart that is still as it was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody changed or ordered it since.
pub fn delete(conn: &mut Conn, row: &CartRow) -> Result<(), StoreError> {
    diesel::delete(cart_line::table).filter(cart_line::cart_id.eq(row.id)).execute(conn)?;
    diesel::delete(api_cart::table.filter(api_cart::cart_id.eq(row.id))).execute(conn)?;
    let deleted = diesel::delete(cart::table)
        .filter(cart::id.eq(row.id))
        .filter(cart::version.eq(row.version))
        .filter(cart::state.eq(ACTIVE))
        .execute(conn)?;
    guarded(deleted)
}

/// Notes that the cart became an order.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody changed or ordered it since.
pub fn mark_ordered(conn: &mut Conn, row: &CartRow, order: OrderId, at: Utc) -> Result<(), StoreError> {
    let changed = prepared(
        diesel::update(cart::table)
            .filter(cart::id.eq(row.id))
            .filter(cart::version.eq(row.version))
            .filter(cart::state.eq(ACTIVE))
            .set((
                cart::state.eq(ORDERED),
                cart::order_id.eq(Some(Id(order))),
                cart::changed_at.eq(at),
                cart::version.eq(cart::version + 1),
            ))
            .returning(cart::version),
    );
    guarded(changed.load::<i64>(conn)?.len())
}

/// The lines of a cart as a program wrote them, unless somebody changed the cart since.
pub fn wire_lines(conn: &mut Conn, row: &CartRow) -> Result<Option<String>, StoreError> {
    let found = api_cart::table.filter(api_cart::cart_id.eq(row.id)).filter(api_cart::version.eq(row.version));
    Ok(found.select(api_cart::lines).first(conn).optional()?)
}

/// Keeps the lines of a cart, now at `version`, as a program wrote them.
pub fn keep_wire_lines(conn: &mut Conn, id: CartId, version: i64, lines: &str) -> Result<(), StoreError> {
    diesel::delete(api_cart::table.filter(api_cart::cart_id.eq(Id(id)))).execute(conn)?;
    let row = (api_cart::cart_id.eq(Id(id)), api_cart::version.eq(version), api_cart::lines.eq(lines));
    diesel::insert_into(api_cart::table).values(row).execute(conn)?;
    Ok(())
}

fn guarded(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "cart" }) }
}
