//! Who holds which role in a tenant, and changing that (design §4). The tenant's row is the anchor:
//! whoever takes a role guards its version, so that two administrators cannot remove each other.

use diesel::prelude::*;
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::id::{GrantId, PersonId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::people::GrantRow;
use crate::schema::{person, relationship, role_grant, session, tenant};
use crate::values::{Id, Utc, Word};

/// The most grants of one tenant that are listed.
pub const GRANTS_MAX: i64 = 5_000;

/// A grant together with its holder.
#[derive(Debug, Clone, Queryable)]
pub struct Held {
    /// The grant.
    pub grant: GrantRow,
    /// The holder's name.
    pub name: String,
    /// The holder's address.
    pub email: String,
    /// `active` or `suspended`.
    pub state: String,
}

/// Grants that count at `now` (real time) with their holders, by name and role.
pub fn in_tenant(conn: &mut Conn, tenant: TenantId, now: Utc) -> Result<Vec<Held>, StoreError> {
    Ok(role_grant::table
        .inner_join(person::table)
        .filter(role_grant::tenant_id.eq(Id(tenant)))
        .filter(role_grant::removed_at.is_null())
        .filter(role_grant::expires_at.is_null().or(role_grant::expires_at.gt(now)))
        .order((person::name, person::id, role_grant::role))
        .limit(GRANTS_MAX)
        .select((GrantRow::as_select(), person::name, person::email, person::state))
        .load(conn)?)
}

/// Grants of a tenant that were taken at or after `since` (real time) with their holders, by person, latest
/// first.
pub fn taken_since(conn: &mut Conn, tenant: TenantId, since: Utc) -> Result<Vec<Held>, StoreError> {
    Ok(role_grant::table
        .inner_join(person::table)
        .filter(role_grant::tenant_id.eq(Id(tenant)))
        .filter(role_grant::removed_at.ge(since))
        .order((person::id, role_grant::removed_at.desc()))
        .limit(GRANTS_MAX)
        .select((GrantRow::as_select(), person::name, person::email, person::state))
        .load(conn)?)
}

/// When each of these people was last seen in any session.
pub fn last_seen(conn: &mut Conn, people: &[PersonId]) -> Result<Vec<(PersonId, Utc)>, StoreError> {
    let rows: Vec<(Id<PersonId>, Option<Utc>)> = session::table
        .filter(session::person_id.eq_any(people.iter().map(|id| Id(*id))))
        .group_by(session::person_id)
        .select((session::person_id, diesel::dsl::max(session::seen_at)))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(person, seen)| Some((person.0, seen?))).collect())
}

/// Grants of one person that count at `now`, in every tenant with its kind.
pub fn of_person(conn: &mut Conn, person: PersonId, now: Utc) -> Result<Vec<(GrantRow, TenantKind)>, StoreError> {
    let rows: Vec<(GrantRow, Word<TenantKind>)> = role_grant::table
        .inner_join(tenant::table)
        .filter(role_grant::person_id.eq(Id(person)))
        .filter(role_grant::removed_at.is_null())
        .filter(role_grant::expires_at.is_null().or(role_grant::expires_at.gt(now)))
        .order(role_grant::id)
        .select((GrantRow::as_select(), tenant::kind))
        .load(conn)?;
    Ok(rows.into_iter().map(|(grant, kind)| (grant, kind.0)).collect())
}

/// Grants of one person in one tenant that nobody took, whether or not their time has run out.
pub fn untaken(conn: &mut Conn, tenant: TenantId, person: PersonId) -> Result<Vec<GrantRow>, StoreError> {
    Ok(role_grant::table
        .filter(role_grant::person_id.eq(Id(person)))
        .filter(role_grant::tenant_id.eq(Id(tenant)))
        .filter(role_grant::removed_at.is_null())
        .order(role_grant::role)
        .select(GrantRow::as_select())
        .load(conn)?)
}

/// How many people other than `person` hold a role for good and are not suspended.
pub fn other_lasting_holders(
    conn: &mut Conn,
    tenant: TenantId,
    role: Role,
    person: PersonId,
) -> Result<i64, StoreError> {
    Ok(role_grant::table
        .inner_join(person::table)
        .filter(role_grant::tenant_id.eq(Id(tenant)))
        .filter(role_grant::role.eq(Word(role)))
        .filter(role_grant::removed_at.is_null())
        .filter(role_grant::expires_at.is_null())
        .filter(role_grant::person_id.ne(Id(person)))
        .filter(person::state.eq("active"))
        .count()
        .get_result(conn)?)
}

/// Takes a grant.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it was taken meanwhile.
pub fn take(conn: &mut Conn, grant: GrantId, by: PersonId, at: Utc) -> Result<(), StoreError> {
    let changed =
        diesel::update(role_grant::table.filter(role_grant::id.eq(Id(grant))).filter(role_grant::removed_at.is_null()))
            .set((role_grant::removed_at.eq(Some(at)), role_grant::removed_by.eq(Some(Id(by)))))
            .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "role_grant" }) }
}

/// Moves a tenant's version on, so that of two changes to its people one runs again.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another change was first.
pub fn guard_tenant(conn: &mut Conn, tenant: TenantId, version: i64) -> Result<(), StoreError> {
    let changed = diesel::update(tenant::table.filter(tenant::id.eq(Id(tenant))).filter(tenant::version.eq(version)))
        .set(tenant::version.eq(version + 1))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "tenant" }) }
}

/// How many of the tenants in `tenants` are or were related to `tenant`, as its partner or customer.
pub fn related_among(conn: &mut Conn, tenant: TenantId, tenants: &[TenantId]) -> Result<i64, StoreError> {
    let ids = || tenants.iter().map(|id| Id(*id));
    let as_customer = relationship::customer_id.eq(Id(tenant)).and(relationship::partner_id.eq_any(ids()));
    let as_partner = relationship::partner_id.eq(Id(tenant)).and(relationship::customer_id.eq_any(ids()));
    Ok(relationship::table.filter(as_customer.or(as_partner)).count().get_result(conn)?)
}

/// How many people hold roles in both tenants at `now`.
pub fn shared_people(conn: &mut Conn, one: TenantId, other: TenantId, now: Utc) -> Result<i64, StoreError> {
    let counts = |tenant: TenantId| {
        role_grant::tenant_id
            .eq(Id(tenant))
            .and(role_grant::removed_at.is_null())
            .and(role_grant::expires_at.is_null().or(role_grant::expires_at.gt(now)))
    };
    let in_one: Vec<Id<PersonId>> =
        role_grant::table.filter(counts(one)).select(role_grant::person_id).distinct().limit(GRANTS_MAX).load(conn)?;
    let mut shared = 0;
    for people in in_one.chunks(500) {
        let ids: Vec<Id<PersonId>> = people.to_vec();
        let found: i64 = role_grant::table
            .filter(counts(other))
            .filter(role_grant::person_id.eq_any(ids))
            .count()
            .get_result(conn)?;
        shared += found;
    }
    Ok(shared)
}
