//! Audit records, their personal values and the sealed blocks (design §6).

use diesel::prelude::*;
use perpetua_domain::id::{AuditId, PersonId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{audit_personal, audit_record};
use crate::values::{Id, Utc};

/// One record as it is written, unsealed.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_record)]
pub struct AuditRow {
    /// Its id, which orders records of one instant.
    pub id: Id<AuditId>,
    /// Business time.
    pub at: Utc,
    /// Past-tense event, `noun.verb`.
    pub kind: String,
    /// `done` or `refused`.
    pub outcome: String,
    /// Who; `None` for the program itself.
    pub actor_id: Option<Id<PersonId>>,
    /// For which tenant they acted.
    pub actor_tenant_id: Option<Id<TenantId>>,
    /// The partner that may see the record.
    pub partner_id: Option<Id<TenantId>>,
    /// The customer that may see the record.
    pub customer_id: Option<Id<TenantId>>,
    /// What sort of thing it happened to.
    pub subject_kind: String,
    /// That thing's id.
    pub subject_id: String,
    /// Facts as canonical JSON, without personal values.
    pub detail: String,
    /// The request in which it happened, as logs show it.
    pub request_id: String,
    /// The block that seals it.
    pub block_height: Option<i64>,
    /// Its leaf within the block.
    pub block_position: Option<i64>,
}

/// The personal values of a record, kept apart so that they can be erased.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_personal)]
pub struct AuditPersonalRow {
    /// The record.
    pub record_id: Id<AuditId>,
    /// The name under which the record holds the commitment.
    pub field: String,
    /// The value.
    pub value: String,
    /// Random bytes that keep the commitment from being guessed.
    pub salt: Vec<u8>,
}

/// Adds a record with its personal values.
pub fn insert(conn: &mut Conn, row: &AuditRow, personal: &[AuditPersonalRow]) -> Result<(), StoreError> {
    diesel::insert_into(audit_record::table).values(row).execute(conn)?;
    for value in personal {
        diesel::insert_into(audit_personal::table).values(value).execute(conn)?;
    }
    Ok(())
}

/// Counts attempts of an unknown caller, per source and minute (I5).
pub fn count_anonymous(
    conn: &mut Conn,
    source_hash: &[u8],
    minute: i64,
    kind: &str,
    attempts: i64,
) -> Result<(), StoreError> {
    use crate::schema::anonymous_attempt::dsl;
    let bump = |conn: &mut Conn| {
        let row = dsl::anonymous_attempt
            .filter(dsl::source_hash.eq(source_hash))
            .filter(dsl::minute.eq(minute))
            .filter(dsl::kind.eq(kind));
        diesel::update(row).set(dsl::attempts.eq(dsl::attempts + attempts)).execute(conn)
    };
    if bump(conn)? == 1 {
        return Ok(());
    }
    let row = (dsl::source_hash.eq(source_hash), dsl::minute.eq(minute), dsl::kind.eq(kind), dsl::attempts.eq(0));
    crate::insert_many!(conn, dsl::anonymous_attempt, [row], or ignore);
    bump(conn)?;
    Ok(())
}
