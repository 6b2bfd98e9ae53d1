//! Download links and every use of them (M12, M18). Tokens are here only as hashes, passwords as Argon2 text (I7).

use diesel::prelude::*;
use perpetua_domain::id::{LinkId, MediaId, OrderId, OrderLineId, PersonId, RowId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{download_link, link_use, order_line};
use crate::values::{Id, Utc};

/// Refused uses that are kept per link, so that hammering a dead link does not fill the table (I10).
const REFUSALS_KEPT: i64 = 200;

/// A link.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = download_link)]
pub struct LinkRow {
    /// Its id.
    pub id: Id<LinkId>,
    /// SHA-256 of the token in its address.
    pub token_hash: Vec<u8>,
    /// The purchase.
    pub line_id: Id<OrderLineId>,
    /// The medium.
    pub media_id: Id<MediaId>,
    /// The partner of record.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The tenant whose person made it.
    pub maker_tenant_id: Id<TenantId>,
    /// That person.
    pub created_by: Id<PersonId>,
    /// When it was made.
    pub created_at: Utc,
    /// The first instant at which it no longer works.
    pub expires_at: Utc,
    /// Downloads allowed.
    pub uses_max: i64,
    /// Downloads started.
    pub uses: i64,
    /// Argon2 text, when a password is asked for.
    pub password_hash: Option<String>,
    /// Wrong passwords so far.
    pub wrong_passwords: i64,
    /// For whom it is meant; empty when nobody was named.
    pub recipient: String,
    /// `active`, `revoked` or `locked`.
    pub state: String,
    /// When a person revoked it.
    pub revoked_at: Option<Utc>,
    /// Counts changes.
    pub version: i64,
}

/// One use, or one refused attempt.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = link_use)]
pub struct LinkUseRow {
    /// Its id.
    pub id: Id<RowId>,
    /// The link.
    pub link_id: Id<LinkId>,
    /// When.
    pub at: Utc,
    /// `started`, or why nothing started.
    pub outcome: String,
    /// The network from which it came.
    pub network: String,
    /// What the browser or program calls itself.
    pub agent: String,
}

/// Adds a link.
pub fn insert(conn: &mut Conn, row: &LinkRow) -> Result<(), StoreError> {
    diesel::insert_into(download_link::table).values(row).execute(conn)?;
    Ok(())
}

/// The link with this token.
pub fn find_by_token(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<LinkRow>, StoreError> {
    let found = download_link::table
        .filter(download_link::token_hash.eq(token_hash))
        .select(LinkRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// The link with this id.
pub fn find(conn: &mut Conn, link: LinkId) -> Result<Option<LinkRow>, StoreError> {
    Ok(download_link::table.find(Id(link)).select(LinkRow::as_select()).first(conn).optional()?)
}

/// Links of a purchase, newest first, at most `limit`; only those that `maker` made, where one is named.
pub fn of_line(
    conn: &mut Conn,
    line: OrderLineId,
    maker: Option<TenantId>,
    limit: i64,
) -> Result<Vec<LinkRow>, StoreError> {
    let mut query = download_link::table
        .filter(download_link::line_id.eq(Id(line)))
        .order((download_link::created_at.desc(), download_link::id.desc()))
        .limit(limit)
        .select(LinkRow::as_select())
        .into_boxed();
    if let Some(maker) = maker {
        query = query.filter(download_link::maker_tenant_id.eq(Id(maker)));
    }
    Ok(query.load(conn)?)
}

/// Uses of all links of a purchase, newest first, at most `limit`.
pub fn uses_of_line(conn: &mut Conn, line: OrderLineId, limit: i64) -> Result<Vec<LinkUseRow>, StoreError> {
    let rows = link_use::table
        .inner_join(download_link::table)
        .filter(download_link::line_id.eq(Id(line)))
        .order((link_use::at.desc(), link_use::id.desc()))
        .limit(limit)
        .select(LinkUseRow::as_select())
        .load(conn)?;
    Ok(rows)
}

/// Counts one download, or says by `false` that none is left or the link is no longer active.
///
/// The row is the anchor of the limit: however many ask at once, exactly `uses_max` are let through.
pub fn take_use(conn: &mut Conn, link: LinkId) -> Result<bool, StoreError> {
    let changed = diesel::update(
        download_link::table
            .filter(download_link::id.eq(Id(link)))
            .filter(download_link::state.eq("active"))
            .filter(download_link::uses.lt(download_link::uses_max)),
    )
    .set((download_link::uses.eq(download_link::uses + 1), download_link::version.eq(download_link::version + 1)))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Counts one wrong password before it is looked at, unless `max` are counted already. Counting first keeps
/// copies that arrive together from getting more guesses than one after the other.
pub fn take_password_attempt(conn: &mut Conn, link: LinkId, max: i64) -> Result<bool, StoreError> {
    let changed = diesel::update(
        download_link::table
            .filter(download_link::id.eq(Id(link)))
            .filter(download_link::state.eq("active"))
            .filter(download_link::wrong_passwords.lt(max)),
    )
    .set((
        download_link::wrong_passwords.eq(download_link::wrong_passwords + 1),
        download_link::version.eq(download_link::version + 1),
    ))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Takes back the count of an attempt whose password was right.
pub fn give_back_password_attempt(conn: &mut Conn, link: LinkId) -> Result<(), StoreError> {
    diesel::update(
        download_link::table.filter(download_link::id.eq(Id(link))).filter(download_link::wrong_passwords.gt(0)),
    )
    .set((
        download_link::wrong_passwords.eq(download_link::wrong_passwords - 1),
        download_link::version.eq(download_link::version + 1),
    ))
    .execute(conn)?;
    Ok(())
}

/// Locks the link once `max` wrong passwords are counted; `true` when it is this call that locked it.
pub fn lock_at(conn: &mut Conn, link: LinkId, max: i64) -> Result<bool, StoreError> {
    let changed = diesel::update(
        download_link::table
            .filter(download_link::id.eq(Id(link)))
            .filter(download_link::state.eq("active"))
            .filter(download_link::wrong_passwords.ge(max)),
    )
    .set((download_link::state.eq("locked"), download_link::version.eq(download_link::version + 1)))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Revokes a link that was read with this version.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn revoke(conn: &mut Conn, link: LinkId, version: i64, at: Utc) -> Result<(), StoreError> {
    let changed = diesel::update(
        download_link::table.filter(download_link::id.eq(Id(link))).filter(download_link::version.eq(version)),
    )
    .set((download_link::state.eq("revoked"), download_link::revoked_at.eq(at), download_link::version.eq(version + 1)))
    .execute(conn)?;
    guarded(changed)
}

/// Gives a link that was read with this version a new end and a new number of downloads.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since.
pub fn renew(conn: &mut Conn, link: LinkId, version: i64, expires_at: Utc, uses_max: i64) -> Result<(), StoreError> {
    let changed = diesel::update(
        download_link::table.filter(download_link::id.eq(Id(link))).filter(download_link::version.eq(version)),
    )
    .set((
        download_link::expires_at.eq(expires_at),
        download_link::uses_max.eq(uses_max),
        download_link::version.eq(version + 1),
    ))
    .execute(conn)?;
    guarded(changed)
}

/// Records a use.
pub fn insert_use(conn: &mut Conn, row: &LinkUseRow) -> Result<(), StoreError> {
    diesel::insert_into(link_use::table).values(row).execute(conn)?;
    Ok(())
}

/// Records a refused attempt, up to 200 per link.
pub fn insert_refusal(conn: &mut Conn, row: &LinkUseRow) -> Result<(), StoreError> {
    let kept: i64 = link_use::table
        .filter(link_use::link_id.eq(row.link_id))
        .filter(link_use::outcome.ne("started"))
        .count()
        .get_result(conn)?;
    if kept < REFUSALS_KEPT { insert_use(conn, row) } else { Ok(()) }
}

fn guarded(changed: usize) -> Result<(), StoreError> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "download_link" }) }
}

/// How often the links of each line of an order were used; lines without a use are left out. One query.
pub fn uses_of_order(conn: &mut Conn, order: OrderId) -> Result<Vec<(OrderLineId, i64)>, StoreError> {
    // Sums of BIGINT are NUMERIC on PostgreSQL, hence the cast.
    let uses = diesel::dsl::sql::<diesel::sql_types::BigInt>("CAST(SUM(download_link.uses) AS BIGINT)");
    let rows: Vec<(Id<OrderLineId>, i64)> = download_link::table
        .inner_join(order_line::table)
        .filter(order_line::order_id.eq(Id(order)))
        .filter(download_link::uses.gt(0))
        .group_by(download_link::line_id)
        .select((download_link::line_id, uses))
        .load(conn)?;
    Ok(rows.into_iter().map(|(line, uses)| (line.0, uses)).collect())
}
