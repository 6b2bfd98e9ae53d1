//! Rows that a change of keys at rest moves, and the job that says how far it came.

use diesel::dsl::count_star;
use diesel::prelude::*;
use perpetua_domain::id::{DataKeyId, JobId, ProductKeyId};
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{data_key, job, product_key};
use crate::values::{Id, Utc};

/// A background job that may be interrupted anywhere.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = job)]
pub struct JobRow {
    /// Its id.
    pub id: Id<JobId>,
    /// What sort of job.
    pub kind: String,
    /// What it works towards, as its kind defines.
    pub subject_id: String,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// Where it goes on.
    pub cursor: String,
    /// Rows done.
    pub done_count: i64,
    /// Rows when it began.
    pub total_count: i64,
    /// Who works on it.
    pub lease_by: Option<Id<Uuid>>,
    /// Until when.
    pub lease_until: Option<Utc>,
    /// When it was made.
    pub created_at: Utc,
    /// When it ended.
    pub finished_at: Option<Utc>,
    /// Why it failed; never a secret.
    pub error: String,
    /// Guards changes.
    pub version: i64,
}

impl JobRow {
    /// A job that waits for its first worker.
    pub fn new(id: JobId, kind: &str, subject_id: String, total_count: i64, now: Utc) -> Self {
        Self {
            id: Id(id),
            kind: kind.to_owned(),
            subject_id,
            state: "waiting".to_owned(),
            cursor: String::new(),
            done_count: 0,
            total_count,
            lease_by: None,
            lease_until: None,
            created_at: now,
            finished_at: None,
            error: String::new(),
            version: 1,
        }
    }
}

/// What a change of keys touches of a product key.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = product_key)]
pub struct ResealRow {
    /// The key's id, to which the ciphertext is bound.
    pub id: Id<ProductKeyId>,
    /// Keyed hash by which it is found.
    pub lookup_hash: Vec<u8>,
    /// The data key of that hash.
    pub lookup_key_id: Id<DataKeyId>,
    /// The data key that opens `sealed`.
    pub data_key_id: Id<DataKeyId>,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
    /// Guards changes.
    pub version: i64,
}

/// Replaces the wrapping of a data key.
pub fn rewrap(conn: &mut Conn, id: DataKeyId, wrapped: &[u8]) -> Result<usize, StoreError> {
    let own = data_key::table.filter(data_key::id.eq(Id(id)));
    Ok(diesel::update(own).set(data_key::wrapped.eq(wrapped)).execute(conn)?)
}

/// Notes that no row needs the older data keys of a purpose any more.
pub fn retire_before(conn: &mut Conn, purpose: &str, newest: DataKeyId, now: Utc) -> Result<(), StoreError> {
    let old = data_key::table
        .filter(data_key::purpose.eq(purpose))
        .filter(data_key::id.lt(Id(newest)))
        .filter(data_key::retired_at.is_null());
    diesel::update(old).set(data_key::retired_at.eq(Some(now))).execute(conn)?;
    Ok(())
}

/// Product keys that are not yet under both target keys, by id, after one of them.
pub fn keys_to_move(
    conn: &mut Conn,
    seal: DataKeyId,
    look_up: DataKeyId,
    after: Option<ProductKeyId>,
    limit: i64,
) -> Result<Vec<ResealRow>, StoreError> {
    let elsewhere = product_key::data_key_id.ne(Id(seal)).or(product_key::lookup_key_id.ne(Id(look_up)));
    let mut query = product_key::table.filter(elsewhere).into_boxed();
    if let Some(after) = after {
        query = query.filter(product_key::id.gt(Id(after)));
    }
    Ok(query.order(product_key::id).limit(limit).select(ResealRow::as_select()).load(conn)?)
}

/// How many product keys are not yet under both target keys.
pub fn remaining(conn: &mut Conn, seal: DataKeyId, look_up: DataKeyId) -> Result<i64, StoreError> {
    let elsewhere = product_key::data_key_id.ne(Id(seal)).or(product_key::lookup_key_id.ne(Id(look_up)));
    Ok(product_key::table.filter(elsewhere).select(count_star()).first(conn)?)
}

/// Moves one product key, unless it changed since it was read; answers with 1 or 0.
pub fn move_key(conn: &mut Conn, row: &ResealRow) -> Result<usize, StoreError> {
    let own = product_key::table.filter(product_key::id.eq(row.id)).filter(product_key::version.eq(row.version));
    let moved = (
        product_key::sealed.eq(&row.sealed),
        product_key::data_key_id.eq(row.data_key_id),
        product_key::lookup_hash.eq(&row.lookup_hash),
        product_key::lookup_key_id.eq(row.lookup_key_id),
        product_key::version.eq(row.version + 1),
    );
    Ok(diesel::update(own).set(moved).execute(conn)?)
}

/// Adds a job.
pub fn insert_job(conn: &mut Conn, row: &JobRow) -> Result<(), StoreError> {
    diesel::insert_into(job::table).values(row).execute(conn)?;
    Ok(())
}

/// One job.
pub fn find_job(conn: &mut Conn, id: JobId) -> Result<Option<JobRow>, StoreError> {
    let query = job::table.filter(job::id.eq(Id(id)));
    Ok(query.select(JobRow::as_select()).first(conn).optional()?)
}

/// The unfinished job of a kind, the oldest when there are several.
pub fn open_job(conn: &mut Conn, kind: &str) -> Result<Option<JobRow>, StoreError> {
    let query = job::table.filter(job::state.eq_any(["waiting", "running"])).filter(job::kind.eq(kind));
    Ok(query.order(job::created_at).select(JobRow::as_select()).first(conn).optional()?)
}

/// Takes or keeps the unfinished job of a kind; `None` when there is none or another node has it.
pub fn claim_job(conn: &mut Conn, kind: &str, node: Uuid, now: Utc, until: Utc) -> Result<Option<JobRow>, StoreError> {
    let Some(mut row) = open_job(conn, kind)? else { return Ok(None) };
    let is_taken = row.lease_by.is_some_and(|by| by.0 != node) && row.lease_until.is_some_and(|lease| lease > now);
    if is_taken {
        return Ok(None);
    }
    let own = job::table.filter(job::id.eq(row.id)).filter(job::version.eq(row.version));
    let claimed = (
        job::state.eq("running"),
        job::lease_by.eq(Some(Id(node))),
        job::lease_until.eq(Some(until)),
        job::version.eq(row.version + 1),
    );
    if diesel::update(own).set(claimed).execute(conn)? == 0 {
        return Ok(None);
    }
    row.version += 1;
    Ok(Some(row))
}

/// Notes where a job goes on.
///
/// # Errors
///
/// [`StoreError::Inconsistent`] when another node has taken the job since: its progress counts.
pub fn advance_job(conn: &mut Conn, row: &JobRow, cursor: &str, done: i64) -> Result<(), StoreError> {
    let own = job::table.filter(job::id.eq(row.id)).filter(job::version.eq(row.version));
    let next = (job::cursor.eq(cursor), job::done_count.eq(job::done_count + done), job::version.eq(row.version + 1));
    taken(diesel::update(own).set(next).execute(conn)?)
}

/// Ends a job, as `done` or `failed`; errors as [`advance_job`].
pub fn finish_job(conn: &mut Conn, row: &JobRow, state: &str, error: &str, now: Utc) -> Result<(), StoreError> {
    let own = job::table.filter(job::id.eq(row.id)).filter(job::version.eq(row.version));
    let ended = (
        job::state.eq(state),
        job::error.eq(error),
        job::finished_at.eq(Some(now)),
        job::lease_by.eq(None::<Id<Uuid>>),
        job::lease_until.eq(None::<Utc>),
        job::version.eq(row.version + 1),
    );
    taken(diesel::update(own).set(ended).execute(conn)?)
}

fn taken(changed: usize) -> Result<(), StoreError> {
    if changed == 1 {
        return Ok(());
    }
    Err(StoreError::Inconsistent { table: "job", what: "another node has taken the job".to_owned() })
}
