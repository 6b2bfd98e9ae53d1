//! Permissions to set a new password: random tokens of which only the hash is kept (I7).

use diesel::prelude::*;
use perpetua_domain::id::{PersonId, RowId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::password_reset;
use crate::values::{Id, Utc};

/// One permission, good for one use.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = password_reset)]
pub struct PasswordResetRow {
    /// Its id.
    pub id: Id<RowId>,
    /// Whose password.
    pub person_id: Id<PersonId>,
    /// Hash of the token.
    pub token_hash: Vec<u8>,
    /// When it was made, in real time.
    pub created_at: Utc,
    /// The first instant at which it is worth nothing.
    pub expires_at: Utc,
    /// When it was used, or replaced by a later one.
    pub used_at: Option<Utc>,
}

/// Adds a permission.
pub fn insert(conn: &mut Conn, row: &PasswordResetRow) -> Result<(), StoreError> {
    diesel::insert_into(password_reset::table).values(row).execute(conn)?;
    Ok(())
}

/// The permission whose token has this hash, used or not.
pub fn by_token(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<PasswordResetRow>, StoreError> {
    let found = password_reset::table
        .filter(password_reset::token_hash.eq(token_hash))
        .select(PasswordResetRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// A permission by its id, used or not.
pub fn find(conn: &mut Conn, id: RowId) -> Result<Option<PasswordResetRow>, StoreError> {
    Ok(password_reset::table.find(Id(id)).select(PasswordResetRow::as_select()).first(conn).optional()?)
}

/// How many permissions were made for a person since an instant.
pub fn made_since(conn: &mut Conn, person: PersonId, since: Utc) -> Result<i64, StoreError> {
    Ok(password_reset::table
        .filter(password_reset::person_id.eq(Id(person)))
        .filter(password_reset::created_at.ge(since))
        .count()
        .get_result(conn)?)
}

/// Uses one permission.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it was used meanwhile.
pub fn take(conn: &mut Conn, row: &PasswordResetRow, at: Utc) -> Result<(), StoreError> {
    let changed = diesel::update(
        password_reset::table.filter(password_reset::id.eq(row.id)).filter(password_reset::used_at.is_null()),
    )
    .set(password_reset::used_at.eq(Some(at)))
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "password_reset" }) }
}

/// Makes every unused permission of a person worthless.
pub fn void_all(conn: &mut Conn, person: PersonId, at: Utc) -> Result<(), StoreError> {
    diesel::update(
        password_reset::table
            .filter(password_reset::person_id.eq(Id(person)))
            .filter(password_reset::used_at.is_null()),
    )
    .set(password_reset::used_at.eq(Some(at)))
    .execute(conn)?;
    Ok(())
}

/// Gives an unused permission its token: the mail worker makes it only when the mail goes out, so
/// that no token waits in the outbox. `false` when it was used or has run out.
pub fn arm(conn: &mut Conn, id: RowId, token_hash: &[u8], now: Utc) -> Result<bool, StoreError> {
    let changed = diesel::update(
        password_reset::table
            .filter(password_reset::id.eq(Id(id)))
            .filter(password_reset::used_at.is_null())
            .filter(password_reset::expires_at.gt(now)),
    )
    .set(password_reset::token_hash.eq(token_hash))
    .execute(conn)?;
    Ok(changed == 1)
}
