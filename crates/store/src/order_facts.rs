//! What the rule for placing an order must know of the parties; offers, policies and tax rates come
//! from their own modules. Each function is one query.

use diesel::prelude::*;
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{AgreementId, RelationshipId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{agreement, relationship, tenant};
use crate::values::{Id, Utc, Word};

/// What an order must know of a tenant.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = tenant)]
pub struct PartyRow {
    /// The tenant.
    pub id: Id<TenantId>,
    /// Operator, partner or customer.
    pub kind: Word<TenantKind>,
    /// Its name.
    pub name: String,
    /// `active` or `suspended`.
    pub state: String,
    /// ISO 3166 code.
    pub country: String,
    /// IANA zone.
    pub zone: String,
    /// Which prices are meant for a customer.
    pub segment: String,
    /// Its VAT number; may be empty.
    pub vat_id: String,
    /// When that number was found valid.
    pub vat_checked_at: Option<Utc>,
}

/// The operator, the partner and the customer, in any order.
pub fn parties(conn: &mut Conn, partner: TenantId, customer: TenantId) -> Result<Vec<PartyRow>, StoreError> {
    let operator = tenant::kind.eq(Word(TenantKind::Operator));
    let query = tenant::table.filter(operator.or(tenant::id.eq(Id(partner))).or(tenant::id.eq(Id(customer))));
    Ok(query.select(PartyRow::as_select()).load(conn)?)
}

/// How a partner and a customer stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Their relationship.
    pub relationship: RelationshipId,
    /// Whether it is active.
    pub active: bool,
    /// The agreement that the customer accepted last under it.
    pub agreement: Option<AgreementId>,
}

/// How the two stand to each other; `None` when they never were related.
pub fn standing(conn: &mut Conn, partner: TenantId, customer: TenantId) -> Result<Option<Standing>, StoreError> {
    let found: Option<(Id<RelationshipId>, String, Option<Id<AgreementId>>)> = relationship::table
        .left_join(agreement::table)
        .filter(relationship::partner_id.eq(Id(partner)))
        .filter(relationship::customer_id.eq(Id(customer)))
        .order(agreement::recorded_at.desc())
        .select((relationship::id, relationship::state, agreement::id.nullable()))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, state, agreement)| Standing {
        relationship: id.0,
        active: state == "active",
        agreement: agreement.map(|agreement| agreement.0),
    }))
}
