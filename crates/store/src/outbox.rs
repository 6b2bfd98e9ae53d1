//! Events on their way out: written with the change itself, delivered afterwards by a worker that
//! claims rows by lease.

use diesel::dsl::count_star;
use diesel::prelude::*;
use perpetua_domain::id::OutboxId;
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::prepared;
use crate::schema::outbox;
use crate::values::{Id, Page, Utc};

/// One event. Its payload never holds a secret (I7).
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub struct OutboxRow {
    /// Its id, which receivers use to recognise a repetition.
    pub id: Id<OutboxId>,
    /// What happened, `noun.verb`.
    pub kind: String,
    /// Facts as JSON.
    pub payload: String,
    /// When it happened.
    pub created_at: Utc,
    /// When it is to be tried next.
    pub due_at: Utc,
    /// Deliveries tried.
    pub attempts: i64,
    /// Who delivers it now.
    pub lease_by: Option<Id<Uuid>>,
    /// Until when.
    pub lease_until: Option<Utc>,
    /// Delivered.
    pub done_at: Option<Utc>,
    /// Given up; an operator sees it and may send it again.
    pub dead_at: Option<Utc>,
    /// What the last try said.
    pub last_error: String,
}

/// Adds an event.
pub fn insert(conn: &mut Conn, row: &OutboxRow) -> Result<(), StoreError> {
    diesel::insert_into(outbox::table).values(row).execute(conn)?;
    Ok(())
}

/// Takes due events for one worker: the oldest due first, at most `limit`, until `until`. Rows are
/// claimed by their lease, never by a cursor, since they commit out of order (design §5).
pub fn claim(conn: &mut Conn, worker: Uuid, now: Utc, until: Utc, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
    let waiting = outbox::done_at.is_null().and(outbox::dead_at.is_null()).and(outbox::due_at.le(now));
    let free = outbox::lease_until.is_null().or(outbox::lease_until.le(now)).assume_not_null();
    let due: Vec<Id<OutboxId>> =
        outbox::table.filter(waiting).filter(free).order(outbox::due_at).limit(limit).select(outbox::id).load(conn)?;
    let ours = outbox::table.filter(outbox::id.eq_any(&due)).filter(waiting).filter(free);
    diesel::update(ours)
        .set((outbox::lease_by.eq(Some(Id(worker))), outbox::lease_until.eq(Some(until))))
        .execute(conn)?;
    let taken = outbox::table
        .filter(outbox::id.eq_any(&due))
        .filter(outbox::lease_by.eq(Some(Id(worker))))
        .filter(outbox::lease_until.eq(Some(until)));
    Ok(taken.order(outbox::due_at).select(OutboxRow::as_select()).load(conn)?)
}

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered.
    Done,
    /// To be tried again at this instant, for this reason.
    Again(Utc, String),
    /// Given up for this reason.
    Dead(String),
}

/// Notes what became of a delivery. Does nothing when the worker's lease went to another one, who
/// then decides.
pub fn settle(conn: &mut Conn, id: OutboxId, worker: Uuid, now: Utc, outcome: &Outcome) -> Result<(), StoreError> {
    let (done, dead, due, error) = match outcome {
        Outcome::Done => (Some(now), None, None, ""),
        Outcome::Again(due, error) => (None, None, Some(*due), error.as_str()),
        Outcome::Dead(error) => (None, Some(now), None, error.as_str()),
    };
    let own = outbox::table.filter(outbox::id.eq(Id(id))).filter(outbox::lease_by.eq(Some(Id(worker))));
    let freed = (outbox::lease_by.eq(None::<Id<Uuid>>), outbox::lease_until.eq(None::<Utc>));
    let told = (outbox::attempts.eq(outbox::attempts + 1), outbox::last_error.eq(error));
    let outcome = (outbox::done_at.eq(done), outbox::dead_at.eq(dead), told, freed);
    let changed = prepared(diesel::update(own).set(outcome).returning(outbox::attempts)).load::<i64>(conn)?;
    if let Some(due) = due.filter(|_| changed.len() == 1) {
        diesel::update(outbox::table.filter(outbox::id.eq(Id(id)))).set(outbox::due_at.eq(due)).execute(conn)?;
    }
    Ok(())
}

/// Dead letters, the latest first.
pub fn dead(conn: &mut Conn, page: &Page<(Utc, Id<OutboxId>)>) -> Result<Vec<OutboxRow>, StoreError> {
    let mut query = outbox::table.filter(outbox::dead_at.is_not_null()).into_boxed();
    if let Some((at, id)) = page.after {
        let earlier = outbox::dead_at.lt(Some(at)).assume_not_null();
        let same = outbox::dead_at.eq(Some(at)).assume_not_null().and(outbox::id.lt(id));
        query = query.filter(earlier.or(same));
    }
    let ordered = query.order((outbox::dead_at.desc(), outbox::id.desc())).limit(page.limit);
    Ok(ordered.select(OutboxRow::as_select()).load(conn)?)
}

/// How many events wait, and how many are dead.
pub fn counts(conn: &mut Conn) -> Result<(i64, i64), StoreError> {
    let waiting = outbox::table.filter(outbox::done_at.is_null()).filter(outbox::dead_at.is_null());
    let dead = outbox::table.filter(outbox::dead_at.is_not_null());
    Ok((waiting.select(count_star()).first(conn)?, dead.select(count_star()).first(conn)?))
}

/// Brings a dead letter back to life, to be tried at once with all its attempts. `false` when it is
/// not dead.
pub fn revive(conn: &mut Conn, id: OutboxId, now: Utc) -> Result<bool, StoreError> {
    let own = outbox::table.filter(outbox::id.eq(Id(id))).filter(outbox::dead_at.is_not_null());
    let alive = (outbox::dead_at.eq(None::<Utc>), outbox::due_at.eq(now), outbox::attempts.eq(0));
    Ok(diesel::update(own).set(alive).execute(conn)? == 1)
}
