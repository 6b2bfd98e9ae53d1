//! Texts in which somebody may be named, a bounded number at a time and the newest first. They are read one after
//! the other, because a name may stand anywhere in them.

use diesel::prelude::*;
use perpetua_domain::desk::Stage;
use perpetua_domain::id::{HandOverId, LinkId, RequestId, RowId, TenantId};

use crate::connection::Conn;
use crate::desk::CaseRow;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::requests::{RequestKey, RequestRow};
use crate::schema::{desk_case, download_link, hand_over, order_line, orders, request, request_note};
use crate::support::NoteRow;
use crate::values::{Id, Page, Utc, Word};

/// Requests that one step reads.
pub const REQUESTS: i64 = 50;
/// Rows of anything else that one step reads.
pub const ROWS: i64 = 500;

/// Whose requests: all, those of a partner, or what a customer asked its partners. A customer never reads its
/// partner's requests (I6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrote {
    /// Everybody's.
    All,
    /// A partner's.
    Partner(TenantId),
    /// A customer's.
    Customer(TenantId),
}

/// Requests that still hold what people wrote, with the desk's side of them.
pub fn requests(
    conn: &mut Conn,
    of: Wrote,
    after: Option<RequestKey>,
) -> Result<Vec<(RequestRow, Option<CaseRow>)>, StoreError> {
    let mut query = request::table
        .left_join(desk_case::table)
        .order((request::created_at.desc(), request::id.desc()))
        .limit(REQUESTS)
        .select((RequestRow::as_select(), Option::<CaseRow>::as_select()))
        .into_boxed();
    query = match of {
        Wrote::All => query,
        Wrote::Partner(tenant) => query.filter(request::partner_id.eq(Id(tenant))),
        Wrote::Customer(tenant) => query
            .filter(request::customer_id.eq(Id(tenant)))
            .filter(desk_case::stage.eq(Word(Stage::Partner)).assume_not_null()),
    };
    if let Some(last) = after {
        let earlier = request::created_at.lt(last.created_at);
        let same_instant = request::created_at.eq(last.created_at).and(request::id.lt(Id(last.id)));
        query = query.filter(request::created_at.le(last.created_at)).filter(earlier.or(same_instant));
    }
    Ok(query.load(conn)?)
}

/// Notes of some requests, in the order of their ids.
pub fn notes(conn: &mut Conn, of: &[Id<RequestId>], page: &Page<Id<RowId>>) -> Result<Vec<NoteRow>, StoreError> {
    let mut query = request_note::table
        .filter(request_note::request_id.eq_any(of.to_vec()))
        .order(request_note::id)
        .limit(page.limit)
        .select(NoteRow::as_select())
        .into_boxed();
    if let Some(last) = page.after {
        query = query.filter(request_note::id.gt(last));
    }
    Ok(query.load(conn)?)
}

/// A link that says for whom it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct NamedLink {
    /// The link.
    pub id: Id<LinkId>,
    /// For whom.
    pub recipient: String,
    /// When it was made.
    pub created_at: Utc,
    /// The order's number.
    pub order: String,
}

/// Links that somebody of the tenant made, or anybody did.
pub fn links(
    conn: &mut Conn,
    maker: Option<TenantId>,
    after: Option<Id<LinkId>>,
) -> Result<Vec<NamedLink>, StoreError> {
    let mut query = download_link::table
        .inner_join(order_line::table.inner_join(orders::table))
        .filter(as_indexed("download_link.recipient <> ''"))
        .order(download_link::id.desc())
        .limit(ROWS)
        .select((download_link::id, download_link::recipient, download_link::created_at, orders::number))
        .into_boxed();
    if let Some(tenant) = maker {
        query = query.filter(download_link::maker_tenant_id.eq(Id(tenant)));
    }
    if let Some(last) = after {
        query = query.filter(download_link::id.lt(last));
    }
    Ok(query.load(conn)?)
}

/// A hand-over that still says to whom a key went.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct NamedHandOver {
    /// The hand-over.
    pub id: Id<HandOverId>,
    /// To whom.
    pub recipient: String,
    /// Their address in lower case.
    pub address: String,
    /// When.
    pub created_at: Utc,
    /// The order's number.
    pub order: String,
}

/// Hand-overs by somebody of the tenant, or by anybody.
pub fn hand_overs(
    conn: &mut Conn,
    giver: Option<TenantId>,
    after: Option<Id<HandOverId>>,
) -> Result<Vec<NamedHandOver>, StoreError> {
    let mut query = hand_over::table
        .inner_join(order_line::table.on(order_line::id.eq(hand_over::line_id)))
        .inner_join(orders::table.on(orders::id.eq(order_line::order_id)))
        .filter(as_indexed("hand_over.email_key <> ''"))
        .order(hand_over::id.desc())
        .limit(ROWS)
        .select((hand_over::id, hand_over::recipient_name, hand_over::email_key, hand_over::created_at, orders::number))
        .into_boxed();
    if let Some(tenant) = giver {
        query = query.filter(hand_over::giver_tenant_id.eq(Id(tenant)));
    }
    if let Some(last) = after {
        query = query.filter(hand_over::id.lt(last));
    }
    Ok(query.load(conn)?)
}
