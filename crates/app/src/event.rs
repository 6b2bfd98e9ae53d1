//! Events for the world outside: webhooks, mail and lists are fed from these, never from a handler.

use jiff::Timestamp;
use perpetua_store::outbox::OutboxRow;
use perpetua_store::{Conn, Id, StoreError};
use serde_json::Value;

use crate::caller::{Guest, Ids, Stamp};

/// Puts an event into the outbox, in the transaction of the change. The payload holds facts and
/// ids, never a secret (I7).
pub fn push(conn: &mut Conn, ids: &mut Ids<'_>, stamp: &Stamp, kind: &str, payload: &Value) -> Result<(), StoreError> {
    insert(conn, ids, (stamp.now, stamp.real_now), kind, payload)
}

/// As [`push`], for what the program does of itself or a guest does.
pub fn push_guest(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    guest: &Guest,
    kind: &str,
    payload: &Value,
) -> Result<(), StoreError> {
    insert(conn, ids, (guest.now, guest.real_now), kind, payload)
}

fn insert(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    (now, real_now): (Timestamp, Timestamp),
    kind: &str,
    payload: &Value,
) -> Result<(), StoreError> {
    let row = OutboxRow {
        id: Id(ids.next()),
        kind: kind.to_owned(),
        payload: payload.to_string(),
        created_at: now.into(),
        due_at: real_now.into(),
        attempts: 0,
        lease_by: None,
        lease_until: None,
        done_at: None,
        dead_at: None,
        last_error: String::new(),
    };
    perpetua_store::outbox::insert(conn, &row)
}
