//! Media as one fetches them, and download sessions with their account of bytes (design §9).

use diesel::prelude::*;
use perpetua_domain::id::{DownloadId, LinkId, MediaId, OrderLineId, PersonId, TenantId};
use perpetua_domain::order::LineState;

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::media::MediaRow;
use crate::schema::{download, download_link, media, order_line};
use crate::values::{Id, Utc, Word};

/// A download session.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = download)]
pub struct DownloadRow {
    /// Its id.
    pub id: Id<DownloadId>,
    /// SHA-256 of the token in its address.
    pub token_hash: Vec<u8>,
    /// The purchase.
    pub line_id: Id<OrderLineId>,
    /// The medium.
    pub media_id: Id<MediaId>,
    /// The link that opened it.
    pub link_id: Option<Id<LinkId>>,
    /// The person who opened it.
    pub person_id: Option<Id<PersonId>>,
    /// The tenant for which they acted.
    pub tenant_id: Option<Id<TenantId>>,
    /// When, in real time.
    pub created_at: Utc,
    /// The first instant at which it serves nothing more, in real time.
    pub expires_at: Utc,
    /// Bytes granted so far.
    pub bytes_served: i64,
    /// Bytes that may be granted.
    pub bytes_max: i64,
}

/// A session with all that decides whether it may serve.
#[derive(Debug, Clone, Queryable)]
pub struct SessionRow {
    /// The session.
    pub download: DownloadRow,
    /// The state of the purchase.
    pub line_state: Word<LineState>,
    /// The partner of record.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The link's state, when a link opened it.
    pub link_state: Option<String>,
    /// The tenant that made the link.
    pub maker_tenant_id: Option<Id<TenantId>>,
}

/// Media of a product that may be offered.
pub fn media_of_product(conn: &mut Conn, product: &str) -> Result<Vec<MediaRow>, StoreError> {
    let rows = media::table
        .filter(media::product_id.eq(product))
        .filter(as_indexed("media.state = 'available'"))
        .order(media::id)
        .select(MediaRow::as_select())
        .load(conn)?;
    Ok(rows)
}

/// Ids and file names of the media for which links of a purchase were made.
pub fn media_of_line(conn: &mut Conn, line: OrderLineId) -> Result<Vec<(Id<MediaId>, String)>, StoreError> {
    let rows = download_link::table
        .inner_join(media::table)
        .filter(download_link::line_id.eq(Id(line)))
        .select((media::id, media::file_name))
        .distinct()
        .load(conn)?;
    Ok(rows)
}

/// Opens a session.
pub fn insert(conn: &mut Conn, row: &DownloadRow) -> Result<(), StoreError> {
    diesel::insert_into(download::table).values(row).execute(conn)?;
    Ok(())
}

/// The session with this token.
pub fn session(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<SessionRow>, StoreError> {
    let found = download::table
        .inner_join(order_line::table)
        .left_join(download_link::table.on(download_link::id.nullable().eq(download::link_id)))
        .filter(download::token_hash.eq(token_hash))
        .select((
            DownloadRow::as_select(),
            order_line::state,
            order_line::partner_id,
            order_line::customer_id,
            download_link::state.nullable(),
            download_link::maker_tenant_id.nullable(),
        ))
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Grants `bytes` more to a session, or says by `false` that they are not left.
pub fn grant(conn: &mut Conn, id: DownloadId, bytes: i64) -> Result<bool, StoreError> {
    let changed = diesel::update(
        download::table
            .filter(download::id.eq(Id(id)))
            .filter((download::bytes_served + bytes).le(download::bytes_max)),
    )
    .set(download::bytes_served.eq(download::bytes_served + bytes))
    .execute(conn)?;
    Ok(changed == 1)
}
