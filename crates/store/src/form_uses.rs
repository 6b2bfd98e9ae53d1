//! Which posted forms were already carried out, and what they made (I2). Keys are hashes and hold no token.

use diesel::prelude::*;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::form_use;
use crate::values::Utc;

/// What the form with this key made, when it was carried out before.
pub fn subject(conn: &mut Conn, key: &[u8; 32]) -> Result<Option<String>, StoreError> {
    Ok(form_use::table.find(&key[..]).select(form_use::subject_id).first(conn).optional()?)
}

/// Takes a key, before anything else of the form is done. Copies that arrive meanwhile wait here.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another transaction took it: run again, and [`subject`] finds what it made.
pub fn claim(conn: &mut Conn, key: &[u8; 32], kind: &str, at: Utc) -> Result<(), StoreError> {
    let row =
        (form_use::key.eq(&key[..]), form_use::kind.eq(kind), form_use::subject_id.eq(""), form_use::created_at.eq(at));
    match diesel::insert_into(form_use::table).values(row).execute(conn).map_err(StoreError::from) {
        Err(StoreError::Duplicate { .. }) => Err(StoreError::Conflict { table: "form_use" }),
        other => other.map(|_| ()),
    }
}

/// Says what the form with a claimed key made.
pub fn settle(conn: &mut Conn, key: &[u8; 32], subject: &str) -> Result<(), StoreError> {
    diesel::update(form_use::table.find(&key[..])).set(form_use::subject_id.eq(subject)).execute(conn)?;
    Ok(())
}
