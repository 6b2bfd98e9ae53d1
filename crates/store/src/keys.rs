//! Product keys as they rest: sealed, found by a keyed hash, one per order line (design §7, I7).

use diesel::prelude::*;
use perpetua_domain::id::{DataKeyId, OrderLineId, ProductKeyId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::product_key;
use crate::values::{Id, Utc};

/// A product key. Nothing in the row tells it without the master key.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = product_key)]
pub struct ProductKeyRow {
    /// Its id, to which the ciphertext is bound.
    pub id: Id<ProductKeyId>,
    /// The line that it was bought with.
    pub line_id: Id<OrderLineId>,
    /// Keyed hash of the key, by which it is found.
    pub lookup_hash: Vec<u8>,
    /// The data key of that hash.
    pub lookup_key_id: Id<DataKeyId>,
    /// The data key that opens `sealed`.
    pub data_key_id: Id<DataKeyId>,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
    /// `active` or `revoked`.
    pub state: String,
    /// Machines that it may activate.
    pub activation_limit: i64,
    /// Machines that it has activated.
    pub activation_used: i64,
    /// When it was made, in business time.
    pub created_at: Utc,
    /// When it was revoked.
    pub revoked_at: Option<Utc>,
    /// Why; empty while it is active.
    pub revoke_reason: String,
    /// Grows with every change.
    pub version: i64,
}

/// Adds the keys of one order.
pub fn insert(conn: &mut Conn, rows: &[ProductKeyRow]) -> Result<(), StoreError> {
    crate::insert_many!(conn, product_key::table, rows);
    Ok(())
}

/// The key of a line; `None` while its order waits for payment.
pub fn find_by_line(conn: &mut Conn, line: OrderLineId) -> Result<Option<ProductKeyRow>, StoreError> {
    let query = product_key::table.filter(product_key::line_id.eq(Id(line)));
    Ok(query.select(ProductKeyRow::as_select()).first(conn).optional()?)
}

/// Sets how many machines a key may activate, never below those that are active (I3).
///
/// # Errors
///
/// [`StoreError::Conflict`] when the key changed since it was read.
pub fn set_limit(conn: &mut Conn, key: &ProductKeyRow, limit: i64) -> Result<(), StoreError> {
    let row = product_key::table
        .filter(product_key::id.eq(key.id))
        .filter(product_key::version.eq(key.version))
        .filter(product_key::activation_used.le(limit));
    let changed = diesel::update(row)
        .set((product_key::activation_limit.eq(limit), product_key::version.eq(key.version + 1)))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "product_key" }) }
}
