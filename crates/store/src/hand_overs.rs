//! Product keys handed over to named people (M16).

use diesel::prelude::*;
use perpetua_domain::hand_over::HandOverState;
use perpetua_domain::id::{HandOverId, OrderLineId, PersonId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::hand_over;
use crate::values::{Id, Utc, Word};

/// A hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = hand_over, treat_none_as_null = true)]
pub struct HandOverRow {
    /// Its id.
    pub id: Id<HandOverId>,
    /// The purchase.
    pub line_id: Id<OrderLineId>,
    /// The partner of record.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The tenant whose person gives the key.
    pub giver_tenant_id: Id<TenantId>,
    /// That person.
    pub giver_id: Id<PersonId>,
    /// Their name then.
    pub giver_name: String,
    /// To whom; empty once it was erased.
    pub recipient_name: String,
    /// Where they are reached; empty once it was erased.
    pub recipient_email: String,
    /// That address for look-ups; empty once it was erased.
    pub email_key: String,
    /// Language tag of mails and page.
    pub language: String,
    /// SHA-256 of the token in its address.
    pub token_hash: Vec<u8>,
    /// From which that token follows.
    pub nonce: Vec<u8>,
    /// From which the present code follows.
    pub code_nonce: Option<Vec<u8>>,
    /// When that was asked for, in real time.
    pub code_sent_at: Option<Utc>,
    /// Codes that were asked for.
    pub codes_sent: i64,
    /// Codes that were wrong.
    pub wrong_codes: i64,
    /// When it was made.
    pub created_at: Utc,
    /// The first instant at which it no longer works.
    pub expires_at: Utc,
    /// When the recipient first asked for a code or came signed in.
    pub opened_at: Option<Utc>,
    /// When the key was shown.
    pub shown_at: Option<Utc>,
    /// Where it stands.
    pub state: Word<HandOverState>,
    /// Counts changes.
    pub version: i64,
}

/// Adds a hand-over.
pub fn insert(conn: &mut Conn, row: &HandOverRow) -> Result<(), StoreError> {
    diesel::insert_into(hand_over::table).values(row).execute(conn)?;
    Ok(())
}

/// The hand-over with this token.
pub fn find_by_token(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<HandOverRow>, StoreError> {
    Ok(hand_over::table
        .filter(hand_over::token_hash.eq(token_hash))
        .select(HandOverRow::as_select())
        .first(conn)
        .optional()?)
}

/// The hand-over with this id.
pub fn find(conn: &mut Conn, id: HandOverId) -> Result<Option<HandOverRow>, StoreError> {
    Ok(hand_over::table.find(Id(id)).select(HandOverRow::as_select()).first(conn).optional()?)
}

/// Hand-overs of a purchase, newest first, at most `limit`; only those of `giver`, where one is named.
pub fn of_line(
    conn: &mut Conn,
    line: OrderLineId,
    giver: Option<TenantId>,
    limit: i64,
) -> Result<Vec<HandOverRow>, StoreError> {
    let mut query = hand_over::table
        .filter(hand_over::line_id.eq(Id(line)))
        .order((hand_over::created_at.desc(), hand_over::id.desc()))
        .limit(limit)
        .select(HandOverRow::as_select())
        .into_boxed();
    if let Some(giver) = giver {
        query = query.filter(hand_over::giver_tenant_id.eq(Id(giver)));
    }
    Ok(query.load(conn)?)
}

/// Hand-overs to an address, newest first, at most `limit`.
pub fn to_address(conn: &mut Conn, email_key: &str, limit: i64) -> Result<Vec<HandOverRow>, StoreError> {
    Ok(hand_over::table
        .filter(hand_over::email_key.eq(email_key))
        .order((hand_over::created_at.desc(), hand_over::id.desc()))
        .limit(limit)
        .select(HandOverRow::as_select())
        .load(conn)?)
}

/// Stores a hand-over; `row.version` is the version that was decided on.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn update(conn: &mut Conn, row: &HandOverRow) -> Result<(), StoreError> {
    let there = hand_over::table.filter(hand_over::id.eq(row.id)).filter(hand_over::version.eq(row.version));
    let next = HandOverRow { version: row.version + 1, ..row.clone() };
    let changed = diesel::update(there).set(&next).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "hand_over" }) }
}
