//! Answers that the operator's people give again and again, in both languages. There are few: a list is all of them.

use diesel::prelude::*;
use perpetua_domain::id::RowId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::canned_answer;
use crate::values::Id;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = canned_answer)]
pub struct AnswerRow {
    /// Its id.
    pub id: Id<RowId>,
    /// What it is called in English.
    pub title_en: String,
    /// Its words in English.
    pub text_en: String,
    /// What it is called in Czech.
    pub title_cs: String,
    /// Its words in Czech.
    pub text_cs: String,
    /// Counts changes.
    pub version: i64,
}

/// All answers, in the order in which they were made.
pub fn all(conn: &mut Conn) -> Result<Vec<AnswerRow>, StoreError> {
    Ok(canned_answer::table.order(canned_answer::id).select(AnswerRow::as_select()).load(conn)?)
}

/// The answer with this id.
pub fn find(conn: &mut Conn, id: RowId) -> Result<Option<AnswerRow>, StoreError> {
    Ok(canned_answer::table.find(Id(id)).select(AnswerRow::as_select()).first(conn).optional()?)
}

/// Adds an answer.
pub fn insert(conn: &mut Conn, row: &AnswerRow) -> Result<(), StoreError> {
    diesel::insert_into(canned_answer::table).values(row).execute(conn)?;
    Ok(())
}

/// Stores an answer; `row.version` is the version that was on the page.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn update(conn: &mut Conn, row: &AnswerRow) -> Result<(), StoreError> {
    let there =
        canned_answer::table.filter(canned_answer::id.eq(row.id)).filter(canned_answer::version.eq(row.version));
    let changed = diesel::update(there).set(&AnswerRow { version: row.version + 1, ..row.clone() }).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "canned_answer" }) }
}

/// Removes an answer; `false` when there is none.
pub fn remove(conn: &mut Conn, id: RowId) -> Result<bool, StoreError> {
    Ok(diesel::delete(canned_answer::table.find(Id(id))).execute(conn)? == 1)
}
