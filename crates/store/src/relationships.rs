//! Who is related to whom (design §4). Every scope check starts here.

use diesel::prelude::*;
use perpetua_domain::id::{PersonId, RelationshipId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::relationship;
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
    /// Who ended it.
    pub ended_by: Option<Id<PersonId>>,
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
