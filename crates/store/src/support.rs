//! Service requests: the request's row with its own side row, its notes, and lists by partner or customer.

use diesel::prelude::*;
use perpetua_domain::id::{PersonId, RequestId, RowId, TenantId};
use perpetua_domain::request::RequestState;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::requests::RequestRow;
use crate::schema::{request, request_note, service_request, tenant};
use crate::values::{Id, Utc, Word};

/// What a request has beyond its own row.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = service_request)]
pub struct ServiceRow {
    /// The request.
    pub request_id: Id<RequestId>,
    /// Country code; may be empty.
    pub country: String,
    /// The product in question; may be empty.
    pub product_id: String,
    /// When it was last changed.
    pub changed_at: Utc,
    /// By whom.
    pub changed_by: Id<PersonId>,
    /// Their name then.
    pub changed_by_name: String,
}

/// A note of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = request_note)]
pub struct NoteRow {
    /// Its id.
    pub id: Id<RowId>,
    /// The request.
    pub request_id: Id<RequestId>,
    /// Who wrote it.
    pub author_id: Id<PersonId>,
    /// Their name then.
    pub author_name: String,
    /// When.
    pub at: Utc,
    /// What; no product key stands in it.
    pub text: String,
}

/// A request with its side row and the name of the organisation in question.
pub type Service = (RequestRow, Option<ServiceRow>, String);

/// Which requests to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// Of this partner; `None` for all, as the operator sees them.
    pub partner: Option<TenantId>,
    /// For this organisation.
    pub customer: Option<TenantId>,
    /// In this state.
    pub state: Option<RequestState>,
}

/// Stores the side row of a new request.
pub fn insert(conn: &mut Conn, row: &ServiceRow) -> Result<(), StoreError> {
    diesel::insert_into(service_request::table).values(row).execute(conn)?;
    Ok(())
}

/// Adds a note.
pub fn insert_note(conn: &mut Conn, row: &NoteRow) -> Result<(), StoreError> {
    diesel::insert_into(request_note::table).values(row).execute(conn)?;
    Ok(())
}

/// A request by the number that people read.
pub fn find(conn: &mut Conn, number: &str) -> Result<Option<Service>, StoreError> {
    Ok(request::table
        .left_join(service_request::table)
        .inner_join(tenant::table.on(tenant::id.eq(request::customer_id)))
        .filter(request::number.eq(number))
        .select((RequestRow::as_select(), Option::<ServiceRow>::as_select(), tenant::name))
        .first(conn)
        .optional()?)
}

/// Requests, newest first, and how many there are in all. Two queries.
pub fn list(conn: &mut Conn, filter: Filter, (offset, limit): (i64, i64)) -> Result<(Vec<Service>, i64), StoreError> {
    let mut rows = request::table
        .left_join(service_request::table)
        .inner_join(tenant::table.on(tenant::id.eq(request::customer_id)))
        .order((request::created_at.desc(), request::id.desc()))
        .offset(offset)
        .limit(limit)
        .select((RequestRow::as_select(), Option::<ServiceRow>::as_select(), tenant::name))
        .into_boxed();
    let mut count = request::table.count().into_boxed();
    if let Some(partner) = filter.partner {
        rows = rows.filter(request::partner_id.eq(Id(partner)));
        count = count.filter(request::partner_id.eq(Id(partner)));
    }
    if let Some(customer) = filter.customer {
        rows = rows.filter(request::customer_id.eq(Id(customer)));
        count = count.filter(request::customer_id.eq(Id(customer)));
    }
    if let Some(state) = filter.state {
        rows = rows.filter(request::state.eq(Word(state)));
        count = count.filter(request::state.eq(Word(state)));
    }
    Ok((rows.load(conn)?, count.get_result(conn)?))
}

/// Notes that one read answers with at most.
pub const NOTES_READ_MAX: i64 = 2_000;

/// Notes of these requests, oldest first; of more than [`NOTES_READ_MAX`] the newest. One query.
pub fn notes(conn: &mut Conn, requests: Vec<Id<RequestId>>) -> Result<Vec<NoteRow>, StoreError> {
    let mut found = request_note::table
        .filter(request_note::request_id.eq_any(requests))
        .order((request_note::at.desc(), request_note::id.desc()))
        .limit(NOTES_READ_MAX)
        .select(NoteRow::as_select())
        .load(conn)?;
    found.reverse();
    Ok(found)
}

/// How many notes stand on a request.
pub fn count_notes(conn: &mut Conn, request: Id<RequestId>) -> Result<i64, StoreError> {
    Ok(request_note::table.filter(request_note::request_id.eq(request)).count().get_result(conn)?)
}

/// Stores a request's changeable values, and by whom and when they were changed; country and product of a side row
/// that exists stay. `row.version` is the version that was decided on.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn update(conn: &mut Conn, row: &RequestRow, service: &ServiceRow) -> Result<(), StoreError> {
    store(conn, row)?;
    let there = service_request::table.filter(service_request::request_id.eq(row.id));
    let changed = diesel::update(there)
        .set((
            service_request::changed_at.eq(service.changed_at),
            service_request::changed_by.eq(service.changed_by),
            service_request::changed_by_name.eq(&service.changed_by_name),
        ))
        .execute(conn)?;
    if changed == 0 { insert(conn, service) } else { Ok(()) }
}

fn store(conn: &mut Conn, row: &RequestRow) -> Result<(), StoreError> {
    let guarded = request::table.filter(request::id.eq(row.id)).filter(request::version.eq(row.version));
    let changed = diesel::update(guarded)
        .set((
            request::impact.eq(row.impact),
            request::title.eq(&row.title),
            request::free_text.eq(&row.free_text),
            request::state.eq(row.state),
            request::outcome.eq(row.outcome),
            request::credit_note_id.eq(row.credit_note_id),
            request::closed_at.eq(row.closed_at),
            request::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "request" }) }
}
