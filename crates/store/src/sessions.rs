//! Signed-in browsers. Only hashes of tokens are kept (I7).

use diesel::prelude::*;
use perpetua_domain::id::{PersonId, SessionId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::session;
use crate::values::{Id, Utc};

/// A session.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = session)]
pub struct SessionRow {
    /// Its id.
    pub id: Id<SessionId>,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    /// Who signed in.
    pub person_id: Id<PersonId>,
    /// For which tenant they act; `None` until they chose.
    pub tenant_id: Option<Id<TenantId>>,
    /// When they signed in.
    pub signed_in_at: Utc,
    /// When they last gave their password.
    pub proved_at: Utc,
    /// When the session was last used, to the minute.
    pub seen_at: Utc,
    /// When it ended.
    pub ended_at: Option<Utc>,
    /// Guards changes.
    pub version: i64,
}

/// Finds a session by the hash of its token.
pub fn find(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
    let found = session::table.filter(session::token_hash.eq(token_hash)).filter(session::ended_at.is_null());
    Ok(found.select(SessionRow::as_select()).first(conn).optional()?)
}

/// Adds a session.
pub fn insert(conn: &mut Conn, row: &SessionRow) -> Result<(), StoreError> {
    diesel::insert_into(session::table).values(row).execute(conn)?;
    Ok(())
}

/// Notes that a session was used.
pub fn touch(conn: &mut Conn, id: SessionId, at: Utc) -> Result<(), StoreError> {
    diesel::update(session::table.find(Id(id))).set(session::seen_at.eq(at)).execute(conn)?;
    Ok(())
}

/// Chooses the tenant for which the person acts.
pub fn choose_tenant(conn: &mut Conn, id: SessionId, tenant: TenantId) -> Result<(), StoreError> {
    diesel::update(session::table.find(Id(id))).set(session::tenant_id.eq(Some(Id(tenant)))).execute(conn)?;
    Ok(())
}

/// Notes that the password was given again.
pub fn prove(conn: &mut Conn, id: SessionId, at: Utc) -> Result<(), StoreError> {
    diesel::update(session::table.find(Id(id)))
        .set((session::proved_at.eq(at), session::seen_at.eq(at)))
        .execute(conn)?;
    Ok(())
}

/// Ends one session.
pub fn end(conn: &mut Conn, id: SessionId, at: Utc) -> Result<(), StoreError> {
    let open = session::table.filter(session::id.eq(Id(id))).filter(session::ended_at.is_null());
    diesel::update(open).set(session::ended_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// Ends every session of a person, as a new password does.
pub fn end_all(conn: &mut Conn, person: PersonId, at: Utc) -> Result<(), StoreError> {
    let open = session::table.filter(session::person_id.eq(Id(person))).filter(session::ended_at.is_null());
    diesel::update(open).set(session::ended_at.eq(Some(at))).execute(conn)?;
    Ok(())
}
