//! Who is related to whom (design §4). Every scope check starts here.

use diesel::prelude::*;
use perpetua_domain::id::{RelationshipId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::relationship;
use crate::values::Id;

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
