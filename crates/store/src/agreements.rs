//! Customer agreements that a partner recorded as accepted (M9, contract G-03).

use diesel::prelude::*;
use perpetua_domain::id::{AgreementId, PersonId, RelationshipId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::agreement;
use crate::values::{Id, Utc};

/// One acceptance; a changed contact or date is a new one.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = agreement)]
pub struct AgreementRow {
    /// Its id.
    pub id: Id<AgreementId>,
    /// Under which relationship it counts.
    pub relationship_id: Id<RelationshipId>,
    /// Which customer accepted.
    pub customer_id: Id<TenantId>,
    /// Which text.
    pub template: String,
    /// Who accepted it.
    pub first_name: String,
    /// That person's family name.
    pub last_name: String,
    /// Their address.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// The civil date of acceptance, `YYYY-MM-DD`.
    pub agreed_on: String,
    /// Who of the partner recorded it.
    pub recorded_by: Id<PersonId>,
    /// When.
    pub recorded_at: Utc,
}

/// Adds an acceptance.
pub fn insert(conn: &mut Conn, row: &AgreementRow) -> Result<(), StoreError> {
    diesel::insert_into(agreement::table).values(row).execute(conn)?;
    Ok(())
}

/// The acceptances of a relationship, newest first, at most 100.
pub fn of_relationship(conn: &mut Conn, relationship: RelationshipId) -> Result<Vec<AgreementRow>, StoreError> {
    Ok(agreement::table
        .filter(agreement::relationship_id.eq(Id(relationship)))
        .order((agreement::recorded_at.desc(), agreement::id.desc()))
        .limit(100)
        .select(AgreementRow::as_select())
        .load(conn)?)
}

/// Those of `relationships` under which an agreement was accepted.
pub fn accepted_among(conn: &mut Conn, relationships: &[RelationshipId]) -> Result<Vec<RelationshipId>, StoreError> {
    let wanted = relationships.iter().map(|id| Id(*id));
    let found: Vec<Id<RelationshipId>> = agreement::table
        .filter(agreement::relationship_id.eq_any(wanted))
        .select(agreement::relationship_id)
        .distinct()
        .load(conn)?;
    Ok(found.into_iter().map(|id| id.0).collect())
}
