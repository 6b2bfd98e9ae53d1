//! Former licenses of a customer, and the keys that it entered.

use diesel::dsl::count_star;
use diesel::prelude::*;
use perpetua_domain::fleet::PriorKeyType;
use perpetua_domain::id::{DataKeyId, FleetKeyId, RowId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{fleet_key, fleet_prior};
use crate::values::{Id, Utc, Word};

/// A former license.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_prior)]
pub struct PriorRow {
    /// Its id.
    pub id: Id<RowId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The programme; may be empty.
    pub programme: String,
    /// The agreement's number; may be empty.
    pub agreement: String,
    /// The product as people write it.
    pub product: String,
    /// What that is; empty when not recognised.
    pub product_code: String,
    /// How many.
    pub quantity: i64,
    /// With which kind of key.
    pub key_type: Word<PriorKeyType>,
    /// The day on which it ends, `2027-03-31`; empty for never.
    pub ends_on: String,
    /// When it was recorded.
    pub created_at: Utc,
}

/// A key that was entered.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_key)]
pub struct KeyRow {
    /// Its id.
    pub id: Id<FleetKeyId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// What people call it; unique for the customer.
    pub label: String,
    /// The product as people write it.
    pub product: String,
    /// Further versions that it activates.
    pub also_versions: String,
    /// Its last five characters.
    pub tail: String,
    /// Activations left, as entered.
    pub remaining: i64,
    /// Activations kept for reinstallations.
    pub reserve: i64,
    /// The data key that opens it.
    pub data_key_id: Id<DataKeyId>,
    /// The sealed key.
    pub sealed: Vec<u8>,
    /// When its activations were counted last.
    pub counted_at: Utc,
    /// Guards changes.
    pub version: i64,
}

/// Former licenses of a customer by product.
pub fn priors(conn: &mut Conn, customer: TenantId, limit: i64) -> Result<Vec<PriorRow>, StoreError> {
    Ok(fleet_prior::table
        .filter(fleet_prior::customer_id.eq(Id(customer)))
        .order((fleet_prior::product, fleet_prior::programme, fleet_prior::agreement))
        .limit(limit)
        .select(PriorRow::as_select())
        .load(conn)?)
}

/// How many there are.
pub fn count_priors(conn: &mut Conn, customer: TenantId) -> Result<i64, StoreError> {
    let own = fleet_prior::table.filter(fleet_prior::customer_id.eq(Id(customer)));
    Ok(own.select(count_star()).first(conn)?)
}

/// Adds former licenses; those that are there already stay as they are. Gives how many are new.
pub fn insert_priors(conn: &mut Conn, rows: &[PriorRow]) -> Result<usize, StoreError> {
    let mut added = 0;
    for chunk in rows.chunks(500) {
        added += crate::insert_many!(conn, fleet_prior::table, chunk, or ignore);
    }
    Ok(added)
}

/// Adds a former license; answers with its id, that of the one which is there already for a copy.
pub fn insert_prior(conn: &mut Conn, row: &PriorRow) -> Result<RowId, StoreError> {
    if insert_priors(conn, std::slice::from_ref(row))? == 1 {
        return Ok(row.id.0);
    }
    let known: Id<RowId> = fleet_prior::table
        .filter(fleet_prior::customer_id.eq(row.customer_id))
        .filter(fleet_prior::product.eq(&row.product))
        .filter(fleet_prior::programme.eq(&row.programme))
        .filter(fleet_prior::agreement.eq(&row.agreement))
        .filter(fleet_prior::key_type.eq(row.key_type))
        .filter(fleet_prior::ends_on.eq(&row.ends_on))
        .filter(fleet_prior::quantity.eq(row.quantity))
        .select(fleet_prior::id)
        .first(conn)?;
    Ok(known.0)
}

/// Removes a former license; `None` when the customer has no such one.
pub fn remove_prior(conn: &mut Conn, customer: TenantId, id: RowId) -> Result<Option<PriorRow>, StoreError> {
    let own = fleet_prior::table.find(Id(id)).filter(fleet_prior::customer_id.eq(Id(customer)));
    let row = own.select(PriorRow::as_select()).first(conn).optional()?;
    if row.is_some() {
        diesel::delete(fleet_prior::table.find(Id(id))).execute(conn)?;
    }
    Ok(row)
}

/// The keys of a customer by label.
pub fn keys(conn: &mut Conn, customer: TenantId) -> Result<Vec<KeyRow>, StoreError> {
    Ok(fleet_key::table
        .filter(fleet_key::customer_id.eq(Id(customer)))
        .order(fleet_key::label)
        .select(KeyRow::as_select())
        .load(conn)?)
}

/// One key of a customer.
pub fn find_key(conn: &mut Conn, customer: TenantId, id: FleetKeyId) -> Result<Option<KeyRow>, StoreError> {
    Ok(fleet_key::table
        .find(Id(id))
        .filter(fleet_key::customer_id.eq(Id(customer)))
        .select(KeyRow::as_select())
        .first(conn)
        .optional()?)
}

/// Adds a key; `false` when the label is taken.
pub fn insert_key(conn: &mut Conn, row: &KeyRow) -> Result<bool, StoreError> {
    Ok(crate::insert_many!(conn, fleet_key::table, std::slice::from_ref(row), or ignore) == 1)
}

/// Corrects the activations of a key that was read at this version.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn set_remaining(
    conn: &mut Conn,
    row: &KeyRow,
    (remaining, reserve): (i64, i64),
    now: Utc,
) -> Result<(), StoreError> {
    let known = fleet_key::table.filter(fleet_key::id.eq(row.id)).filter(fleet_key::version.eq(row.version));
    let set = (
        fleet_key::remaining.eq(remaining),
        fleet_key::reserve.eq(reserve),
        fleet_key::counted_at.eq(now),
        fleet_key::version.eq(row.version + 1),
    );
    if diesel::update(known).set(set).execute(conn)? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict { table: "fleet_key" })
}

/// Removes a key for good.
pub fn remove_key(conn: &mut Conn, id: FleetKeyId) -> Result<(), StoreError> {
    diesel::delete(fleet_key::table.find(Id(id))).execute(conn)?;
    Ok(())
}
