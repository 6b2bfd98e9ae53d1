//! Who is related to whom (design §4). Every scope check starts here.

use diesel::prelude::*;
use perpetua_domain::id::{LinkId, RelationshipId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{download_link, relationship, tenant};
use crate::values::{Id, Utc};

/// The relation as a row, with the customer's sort keys for the partner's list.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = relationship)]
pub struct RelationshipRow {
    /// Its id.
    pub id: Id<RelationshipId>,
    /// The partner.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// `active` or `ended`.
    pub state: String,
    /// When it began.
    pub since: Utc,
    /// When it ended.
    pub ended_at: Option<Utc>,
    /// The tenant that ended it.
    pub ended_by: Option<Id<TenantId>>,
    /// The customer's sort key in English order.
    pub name_key_en: Vec<u8>,
    /// The customer's sort key in Czech order.
    pub name_key_cs: Vec<u8>,
    /// Guards changes.
    pub version: i64,
}

/// Adds a relation.
pub fn insert(conn: &mut Conn, row: &RelationshipRow) -> Result<(), StoreError> {
    diesel::insert_into(relationship::table).values(row).execute(conn)?;
    Ok(())
}

/// The relation of one partner and one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub id: RelationshipId,
    /// Whether it still stands.
    pub active: bool,
}

/// The relation of the pair; `None` when they were never related.
pub fn find(conn: &mut Conn, partner: TenantId, customer: TenantId) -> Result<Option<Related>, StoreError> {
    let found: Option<(Id<RelationshipId>, String)> = relationship::table
        .filter(relationship::partner_id.eq(Id(partner)))
        .filter(relationship::customer_id.eq(Id(customer)))
        .select((relationship::id, relationship::state))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, state)| Related { id: id.0, active: state == "active" }))
}

/// The whole relation of the pair.
pub fn load(conn: &mut Conn, partner: TenantId, customer: TenantId) -> Result<Option<RelationshipRow>, StoreError> {
    let found = relationship::table
        .filter(relationship::partner_id.eq(Id(partner)))
        .filter(relationship::customer_id.eq(Id(customer)))
        .select(RelationshipRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Lets a relation that ended stand again.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody was first.
pub fn resume(conn: &mut Conn, row: &RelationshipRow, since: Utc) -> Result<(), StoreError> {
    let values = (
        relationship::state.eq("active"),
        relationship::since.eq(since),
        relationship::ended_at.eq(None::<Utc>),
        relationship::ended_by.eq(None::<Id<TenantId>>),
        relationship::version.eq(row.version + 1),
    );
    let changed = diesel::update(
        relationship::table.filter(relationship::id.eq(row.id)).filter(relationship::version.eq(row.version)),
    )
    .set(values)
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "relationship" }) }
}

/// Ends a relation.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody was first.
pub fn end(conn: &mut Conn, row: &RelationshipRow, by: TenantId, at: Utc) -> Result<(), StoreError> {
    let values = (
        relationship::state.eq("ended"),
        relationship::ended_at.eq(Some(at)),
        relationship::ended_by.eq(Some(Id(by))),
        relationship::version.eq(row.version + 1),
    );
    let changed = diesel::update(
        relationship::table.filter(relationship::id.eq(row.id)).filter(relationship::version.eq(row.version)),
    )
    .set(values)
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "relationship" }) }
}

/// The relations of a customer with the partners' names, standing ones first, at most 500.
pub fn of_customer(conn: &mut Conn, customer: TenantId) -> Result<Vec<(RelationshipRow, String)>, StoreError> {
    Ok(relationship::table
        .inner_join(tenant::table.on(tenant::id.eq(relationship::partner_id)))
        .filter(relationship::customer_id.eq(Id(customer)))
        .order((relationship::state, tenant::name_key_en, tenant::id))
        .limit(500)
        .select((RelationshipRow::as_select(), tenant::name))
        .load(conn)?)
}

/// Keeps the sort keys of a customer beside each of its relations.
pub fn set_name_keys(conn: &mut Conn, customer: TenantId, en: &[u8], cs: &[u8]) -> Result<(), StoreError> {
    diesel::update(relationship::table.filter(relationship::customer_id.eq(Id(customer))))
        .set((relationship::name_key_en.eq(en), relationship::name_key_cs.eq(cs)))
        .execute(conn)?;
    Ok(())
}

/// Revokes up to `limit` living download links of the pair (design §4); gives how many there were.
pub fn revoke_links(
    conn: &mut Conn,
    partner: TenantId,
    customer: TenantId,
    limit: i64,
    at: Utc,
) -> Result<usize, StoreError> {
    let living: Vec<Id<LinkId>> = download_link::table
        .filter(download_link::partner_id.eq(Id(partner)))
        .filter(download_link::customer_id.eq(Id(customer)))
        .filter(download_link::state.eq("active"))
        .order(download_link::id)
        .limit(limit)
        .select(download_link::id)
        .load(conn)?;
    let found = living.len();
    if found > 0 {
        diesel::update(download_link::table.filter(download_link::id.eq_any(living)))
            .set((
                download_link::state.eq("revoked"),
                download_link::revoked_at.eq(Some(at)),
                download_link::version.eq(download_link::version + 1),
            ))
            .execute(conn)?;
    }
    Ok(found)
}
