//! Answers of the REST interface that a repeated request gets again, and the claims that keep a
//! repeated request from having its effect twice (I2). No body here holds a secret (I7).

use diesel::prelude::*;
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::prepared;
use crate::schema::api_answer;
use crate::values::{Id, Utc};

/// A claimed request and, once known, its answer.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = api_answer)]
pub struct AnswerRow {
    /// Hash of tenant, caller, method, path and request id.
    pub request_key: Vec<u8>,
    /// Which of several copies has the effect.
    pub claim: Id<Uuid>,
    /// Hash of the body.
    pub body_hash: Vec<u8>,
    /// The status; 0 until the answer is known.
    pub status: i64,
    /// The JSON of the answer; empty until it is known.
    pub body: String,
    /// When it was claimed.
    pub created_at: Utc,
    /// When it may be forgotten.
    pub expires_at: Utc,
}

/// Finds a request that is still remembered.
pub fn find(conn: &mut Conn, key: &[u8], now: Utc) -> Result<Option<AnswerRow>, StoreError> {
    let found = api_answer::table.filter(api_answer::request_key.eq(key)).filter(api_answer::expires_at.gt(now));
    Ok(found.select(AnswerRow::as_select()).first(conn).optional()?)
}

/// Claims a request; `false` when a copy of it was first. Claiming again with the same claim is fine.
pub fn claim(conn: &mut Conn, row: &AnswerRow) -> Result<bool, StoreError> {
    forget(conn, &row.request_key, row.created_at)?;
    if crate::insert_many!(conn, api_answer::table, &vec![row.clone()], or ignore) == 1 {
        return Ok(true);
    }
    let mine = api_answer::table
        .filter(api_answer::request_key.eq(&row.request_key))
        .filter(api_answer::claim.eq(row.claim))
        .count();
    Ok(mine.get_result::<i64>(conn)? == 1)
}

/// Stores the answer of a claimed request; `false` when another copy holds the claim.
pub fn settle(conn: &mut Conn, row: &AnswerRow) -> Result<bool, StoreError> {
    let mine =
        api_answer::table.filter(api_answer::request_key.eq(&row.request_key)).filter(api_answer::claim.eq(row.claim));
    let changes =
        (api_answer::status.eq(row.status), api_answer::body.eq(&row.body), api_answer::expires_at.eq(row.expires_at));
    let settled = prepared(diesel::update(mine).set(changes).returning(api_answer::status));
    Ok(settled.load::<i64>(conn)?.len() == 1)
}

/// Forgets a request whose time is over, so that its id may be used again.
fn forget(conn: &mut Conn, key: &[u8], now: Utc) -> Result<(), StoreError> {
    let over = api_answer::table.filter(api_answer::request_key.eq(key)).filter(api_answer::expires_at.le(now));
    diesel::delete(over).execute(conn)?;
    Ok(())
}
