//! Files of requests. Their content lies in media storage; here is what is known of it.

use diesel::prelude::*;
use perpetua_domain::file::FileState;
use perpetua_domain::id::{PersonId, RequestFileId, RequestId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::request_file;
use crate::values::{Id, Utc, Word};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = request_file)]
pub struct FileRow {
    /// Its id, which also names its content in media storage.
    pub id: Id<RequestFileId>,
    /// The request; `None` until the form that brought it counts.
    pub request_id: Option<Id<RequestId>>,
    /// Names the form that brought it for ever (I2).
    pub form_key: Vec<u8>,
    /// For which tenant it was brought.
    pub tenant_id: Id<TenantId>,
    /// By whom.
    pub person_id: Id<PersonId>,
    /// Their name then.
    pub person_name: String,
    /// Its name.
    pub name: String,
    /// What it is, by its content.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of its content.
    pub sha256: Vec<u8>,
    /// Whether what looks like a product key stands in it.
    pub holds_key: bool,
    /// Whether it may be opened.
    pub state: Word<FileState>,
    /// Scans that failed.
    pub attempts: i64,
    /// When it is scanned next.
    pub due_at: Utc,
    /// When it came.
    pub created_at: Utc,
}

/// Adds a file.
pub fn insert(conn: &mut Conn, row: &FileRow) -> Result<(), StoreError> {
    diesel::insert_into(request_file::table).values(row).execute(conn)?;
    Ok(())
}

/// Files that one form of a person brought, oldest first, sent or not.
pub fn of_form(conn: &mut Conn, form_key: &[u8], person: PersonId) -> Result<Vec<FileRow>, StoreError> {
    Ok(request_file::table
        .filter(request_file::form_key.eq(form_key))
        .filter(request_file::person_id.eq(Id(person)))
        .order((request_file::created_at, request_file::id))
        .select(FileRow::as_select())
        .load(conn)?)
}

/// How many files of a person wait for their form.
pub fn count_unsent(conn: &mut Conn, person: PersonId) -> Result<i64, StoreError> {
    Ok(request_file::table
        .filter(request_file::request_id.is_null())
        .filter(request_file::person_id.eq(Id(person)))
        .count()
        .get_result(conn)?)
}

/// Gives the files of a form to a request; gives how many.
pub fn attach(conn: &mut Conn, form_key: &[u8], person: PersonId, request: Id<RequestId>) -> Result<usize, StoreError> {
    let waiting = request_file::table
        .filter(request_file::form_key.eq(form_key))
        .filter(request_file::person_id.eq(Id(person)))
        .filter(request_file::request_id.is_null());
    Ok(diesel::update(waiting).set(request_file::request_id.eq(request)).execute(conn)?)
}

/// Files of a request, oldest first.
pub fn of_request(conn: &mut Conn, request: RequestId) -> Result<Vec<FileRow>, StoreError> {
    Ok(request_file::table
        .filter(request_file::request_id.eq(Id(request)))
        .order((request_file::created_at, request_file::id))
        .select(FileRow::as_select())
        .load(conn)?)
}

/// How many files a request has.
pub fn count_of_request(conn: &mut Conn, request: Id<RequestId>) -> Result<i64, StoreError> {
    Ok(request_file::table.filter(request_file::request_id.eq(request)).count().get_result(conn)?)
}

/// The file with this id.
pub fn find(conn: &mut Conn, file: RequestFileId) -> Result<Option<FileRow>, StoreError> {
    Ok(request_file::table.find(Id(file)).select(FileRow::as_select()).first(conn).optional()?)
}

/// Removes a file that was not sent; `false` when there is none.
pub fn remove_unsent(conn: &mut Conn, file: RequestFileId) -> Result<bool, StoreError> {
    let there = request_file::table.filter(request_file::id.eq(Id(file))).filter(request_file::request_id.is_null());
    Ok(diesel::delete(there).execute(conn)? == 1)
}

/// Files that wait for a scan now, those that wait longest first.
pub fn to_scan(conn: &mut Conn, now: Utc, limit: i64) -> Result<Vec<FileRow>, StoreError> {
    // The state as a word of the statement, so that the index of waiting files is used.
    let waiting = diesel::dsl::sql::<diesel::sql_types::Bool>("state = 'waiting'");
    Ok(request_file::table
        .filter(waiting)
        .filter(request_file::due_at.le(now))
        .order(request_file::due_at)
        .limit(limit)
        .select(FileRow::as_select())
        .load(conn)?)
}

/// Stores what a scan found; a file that was scanned meanwhile stays as it is.
pub fn settle(conn: &mut Conn, file: RequestFileId, state: FileState) -> Result<bool, StoreError> {
    let waiting = request_file::table
        .filter(request_file::id.eq(Id(file)))
        .filter(request_file::state.eq(Word(FileState::Waiting)));
    Ok(diesel::update(waiting).set(request_file::state.eq(Word(state))).execute(conn)? == 1)
}

/// Lets a file whose scan failed wait for the next one.
pub fn scan_later(conn: &mut Conn, file: RequestFileId, attempts: i64, due_at: Utc) -> Result<(), StoreError> {
    diesel::update(request_file::table.filter(request_file::id.eq(Id(file))))
        .set((request_file::attempts.eq(attempts), request_file::due_at.eq(due_at)))
        .execute(conn)?;
    Ok(())
}

/// Files that were never sent, from before an instant, oldest first.
pub fn forgotten(conn: &mut Conn, before: Utc, limit: i64) -> Result<Vec<RequestFileId>, StoreError> {
    let rows: Vec<Id<RequestFileId>> = request_file::table
        .filter(request_file::request_id.is_null())
        .filter(request_file::created_at.lt(before))
        .order(request_file::created_at)
        .limit(limit)
        .select(request_file::id)
        .load(conn)?;
    Ok(rows.into_iter().map(|id| id.0).collect())
}
