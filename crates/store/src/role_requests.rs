//! Requests by people for a role that they lack (M13).

use diesel::prelude::*;
use perpetua_domain::access::Role;
use perpetua_domain::id::{PersonId, RoleRequestId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{person, role_request};
use crate::values::{Id, Utc, Word};

perpetua_domain::text_enum! {
    /// What became of a request.
    pub enum RoleRequestState {
        /// Waits for an administrator.
        Open = "open",
        /// The role was given.
        Granted = "granted",
        /// It was not.
        Refused = "refused",
    }
}

/// One request.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = role_request)]
pub struct RoleRequestRow {
    /// Its id.
    pub id: Id<RoleRequestId>,
    /// In which tenant.
    pub tenant_id: Id<TenantId>,
    /// Who asks.
    pub person_id: Id<PersonId>,
    /// For what.
    pub role: Word<Role>,
    /// Why, in the person's words.
    pub reason: String,
    /// What became of it.
    pub state: Word<RoleRequestState>,
    /// When it was made.
    pub created_at: Utc,
    /// Who decided.
    pub decided_by: Option<Id<PersonId>>,
    /// When.
    pub decided_at: Option<Utc>,
    /// Guards updates.
    pub version: i64,
}

/// Adds a request.
pub fn insert(conn: &mut Conn, row: &RoleRequestRow) -> Result<(), StoreError> {
    diesel::insert_into(role_request::table).values(row).execute(conn)?;
    Ok(())
}

/// The request with this id in this tenant.
pub fn find(conn: &mut Conn, tenant: TenantId, id: RoleRequestId) -> Result<Option<RoleRequestRow>, StoreError> {
    let found = role_request::table
        .filter(role_request::id.eq(Id(id)))
        .filter(role_request::tenant_id.eq(Id(tenant)))
        .select(RoleRequestRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The open request of a person for a role.
pub fn open_of(
    conn: &mut Conn,
    tenant: TenantId,
    person: PersonId,
    role: Role,
) -> Result<Option<RoleRequestRow>, StoreError> {
    let found = role_request::table
        .filter(role_request::tenant_id.eq(Id(tenant)))
        .filter(role_request::state.eq(Word(RoleRequestState::Open)))
        .filter(role_request::person_id.eq(Id(person)))
        .filter(role_request::role.eq(Word(role)))
        .select(RoleRequestRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Open requests of a tenant with name and address of who asks, oldest first, at most 500.
pub fn open(conn: &mut Conn, tenant: TenantId) -> Result<Vec<(RoleRequestRow, String, String)>, StoreError> {
    Ok(role_request::table
        .inner_join(person::table)
        .filter(role_request::tenant_id.eq(Id(tenant)))
        .filter(role_request::state.eq(Word(RoleRequestState::Open)))
        .order((role_request::created_at, role_request::id))
        .limit(500)
        .select((RoleRequestRow::as_select(), person::name, person::email))
        .load(conn)?)
}

/// Decides an open request.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody was first.
pub fn decide(
    conn: &mut Conn,
    row: &RoleRequestRow,
    state: RoleRequestState,
    by: PersonId,
    at: Utc,
) -> Result<(), StoreError> {
    let changed = diesel::update(
        role_request::table
            .filter(role_request::id.eq(row.id))
            .filter(role_request::version.eq(row.version))
            .filter(role_request::state.eq(Word(RoleRequestState::Open))),
    )
    .set((
        role_request::state.eq(Word(state)),
        role_request::decided_by.eq(Some(Id(by))),
        role_request::decided_at.eq(Some(at)),
        role_request::version.eq(row.version + 1),
    ))
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "role_request" }) }
}

/// Refuses what a person that leaves the tenant still asked for.
pub fn close_of_person(
    conn: &mut Conn,
    tenant: TenantId,
    person: PersonId,
    by: PersonId,
    at: Utc,
) -> Result<(), StoreError> {
    diesel::update(
        role_request::table
            .filter(role_request::tenant_id.eq(Id(tenant)))
            .filter(role_request::state.eq(Word(RoleRequestState::Open)))
            .filter(role_request::person_id.eq(Id(person))),
    )
    .set((
        role_request::state.eq(Word(RoleRequestState::Refused)),
        role_request::decided_by.eq(Some(Id(by))),
        role_request::decided_at.eq(Some(at)),
        role_request::version.eq(role_request::version + 1),
    ))
    .execute(conn)?;
    Ok(())
}
