//! What is kept for a time only. Rows whose time is over are removed some at a time, oldest first, so that no
//! transaction is long (design §5); the indexes of migration 19 find them.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::values::Utc;

/// Rows that one transaction removes at most.
pub const CHUNK: usize = 500;

/// A kind of row that is kept for a time only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Answers of the REST interface, by the end of their time.
    Answer,
    /// Events that were delivered, by when they were; dead ones stay until an operator decides.
    DeliveredEvent,
    /// Counts of anonymous attempts, by their minute.
    AnonymousAttempt,
    /// Sign-ins of browsers, by when they began.
    Session,
    /// Links by which people set a new password, by the end of their time.
    PasswordReset,
    /// Codes between consent and token, by the end of their time.
    AuthorizationCode,
    /// Refresh tokens, by the end of their time.
    RefreshToken,
    /// Tests of webhooks, by when they were asked for.
    WebhookTest,
    /// Calls of the REST interface, by when they came.
    Call,
    /// Requests of devices that were granted, by when they were.
    GrantedRequest,
    /// Attempts that the watch over keys counted, by their day.
    KeySighting,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Answer,
        Self::DeliveredEvent,
        Self::AnonymousAttempt,
        Self::Session,
        Self::PasswordReset,
        Self::AuthorizationCode,
        Self::RefreshToken,
        Self::WebhookTest,
        Self::Call,
        Self::GrantedRequest,
        Self::KeySighting,
    ];

    /// Table, primary key, and the column that tells its age.
    const fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Answer => ("api_answer", "request_key", "expires_at"),
            Self::DeliveredEvent => ("outbox", "id", "done_at"),
            Self::AnonymousAttempt => ("anonymous_attempt", "source_hash, minute, kind", "minute"),
            Self::Session => ("session", "id", "signed_in_at"),
            Self::PasswordReset => ("password_reset", "id", "expires_at"),
            Self::AuthorizationCode => ("authorization_code", "code_hash", "expires_at"),
            Self::RefreshToken => ("refresh_token", "token_hash", "expires_at"),
            Self::WebhookTest => ("webhook_test", "id", "created_at"),
            Self::Call => ("api_request", "id", "at"),
            Self::GrantedRequest => ("granted_request", "key_id, nonce", "at"),
            Self::KeySighting => ("key_sighting", "key_id, day, network", "day"),
        }
    }

    /// The rows that are older than an instant, as a query for these columns.
    fn older(self, columns: &str, before: Utc, limit: usize) -> String {
        let (table, _, age) = self.place();
        let before = match self {
            Self::AnonymousAttempt => before.micros().div_euclid(60_000_000),
            Self::KeySighting => before.micros().div_euclid(86_400_000_000),
            _ => before.micros(),
        };
        format!("SELECT {columns} FROM {table} WHERE {age} < {before} ORDER BY {age} LIMIT {limit}")
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Whether there is a row of this kind from before an instant: nearly every round finds none, and then writes nothing.
pub fn is_due(conn: &mut Conn, kind: Kind, before: Utc) -> Result<bool, StoreError> {
    let (_, _, age) = kind.place();
    let older = kind.older(age, before, 1);
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM ({older}) AS found");
    Ok(diesel::sql_query(sql).get_result::<Count>(conn)?.number > 0)
}

/// Removes up to [`CHUNK`] rows of this kind from before an instant, oldest first; gives how many.
pub fn remove(conn: &mut Conn, kind: Kind, before: Utc) -> Result<usize, StoreError> {
    let (table, key, _) = kind.place();
    let older = kind.older(key, before, CHUNK);
    Ok(diesel::sql_query(format!("DELETE FROM {table} WHERE ({key}) IN ({older})")).execute(conn)?)
}
