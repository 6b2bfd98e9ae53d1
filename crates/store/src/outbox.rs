//! Events on their way out: written with the change itself, delivered afterwards by a worker that
//! claims rows by lease.

use diesel::prelude::*;
use perpetua_domain::id::OutboxId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::outbox;
use crate::values::{Id, Utc};

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
    pub lease_by: Option<Id<uuid::Uuid>>,
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
