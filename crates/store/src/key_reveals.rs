//! Reading a sealed product key for its reveal, and the record of who looked at keys (M16, M20).

use diesel::prelude::*;
use perpetua_domain::id::{AuditId, DataKeyId, OrderLineId, PersonId, ProductKeyId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{audit_personal, audit_record, product_key};
use crate::values::{Id, Utc};

/// The audit kind of a reveal.
const REVEALED: &str = "key.revealed";

/// A key as it is stored: readable only with the vault (I7).
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = product_key)]
pub struct SealedKeyRow {
    /// Its id, part of what the ciphertext is bound to.
    pub id: Id<ProductKeyId>,
    /// The data key that opens it.
    pub data_key_id: Id<DataKeyId>,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
    /// `active` or `revoked`.
    pub state: String,
    /// Machines that may be activated.
    pub activation_limit: i64,
    /// Machines that are activated.
    pub activation_used: i64,
}

/// One look at a key.
#[derive(Debug, Clone, Queryable)]
pub struct RevealRow {
    /// The audit record.
    pub id: Id<AuditId>,
    /// When.
    pub at: Utc,
    /// Who.
    pub actor_id: Option<Id<PersonId>>,
    /// For which tenant they acted.
    pub actor_tenant_id: Option<Id<TenantId>>,
    /// The order line, as text.
    pub subject_id: String,
    /// The record's facts as JSON.
    pub detail: String,
    /// Name, address and network of the person as JSON; `None` once erased.
    pub actor: Option<String>,
}

/// The key of a line.
pub fn sealed(conn: &mut Conn, line: OrderLineId) -> Result<Option<SealedKeyRow>, StoreError> {
    let found = product_key::table
        .filter(product_key::line_id.eq(Id(line)))
        .select(SealedKeyRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Looks at one line's key, newest first, at most `limit`.
pub fn of_line(conn: &mut Conn, line: OrderLineId, limit: i64) -> Result<Vec<RevealRow>, StoreError> {
    let rows = audit_record::table
        .left_join(
            audit_personal::table
                .on(audit_personal::record_id.eq(audit_record::id).and(audit_personal::field.eq("actor"))),
        )
        .filter(audit_record::subject_id.eq(line.to_string()))
        .filter(audit_record::kind.eq(REVEALED))
        .order((audit_record::at.desc(), audit_record::id.desc()))
        .limit(limit)
        .select(columns())
        .load(conn)?;
    Ok(rows)
}

/// How often each of these lines' keys was looked at, and when last; lines whose key nobody saw are left out. One
/// query.
pub fn counts(conn: &mut Conn, lines: &[OrderLineId]) -> Result<Vec<(OrderLineId, i64, Utc)>, StoreError> {
    let subjects: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let found: Vec<(String, i64, Option<Utc>)> = audit_record::table
        .filter(audit_record::subject_id.eq_any(subjects))
        .filter(audit_record::kind.eq(REVEALED))
        .group_by(audit_record::subject_id)
        .select((audit_record::subject_id, diesel::dsl::count_star(), diesel::dsl::max(audit_record::at)))
        .load(conn)?;
    let counted = |(subject, count, last): (String, i64, Option<Utc>)| Some((subject.parse().ok()?, count, last?));
    Ok(found.into_iter().filter_map(counted).collect())
}

/// Looks at the customer's keys, newest first, at most `limit`, before `before` where a page ended.
pub fn of_customer(
    conn: &mut Conn,
    customer: TenantId,
    before: Option<(Utc, Id<AuditId>)>,
    limit: i64,
) -> Result<Vec<RevealRow>, StoreError> {
    let mut query = audit_record::table
        .left_join(
            audit_personal::table
                .on(audit_personal::record_id.eq(audit_record::id).and(audit_personal::field.eq("actor"))),
        )
        .filter(audit_record::customer_id.eq(Id(customer)))
        .filter(audit_record::kind.eq(REVEALED))
        .order((audit_record::at.desc(), audit_record::id.desc()))
        .limit(limit)
        .select(columns())
        .into_boxed();
    if let Some((at, id)) = before {
        let earlier = audit_record::at.lt(at).or(audit_record::at.eq(at).and(audit_record::id.lt(id)));
        query = query.filter(earlier);
    }
    Ok(query.load(conn)?)
}

type Columns = (
    audit_record::id,
    audit_record::at,
    audit_record::actor_id,
    audit_record::actor_tenant_id,
    audit_record::subject_id,
    audit_record::detail,
    diesel::dsl::Nullable<audit_personal::value>,
);

fn columns() -> Columns {
    (
        audit_record::id,
        audit_record::at,
        audit_record::actor_id,
        audit_record::actor_tenant_id,
        audit_record::subject_id,
        audit_record::detail,
        audit_personal::value.nullable(),
    )
}
