//! Personal data: removing it from requests that ended long ago, a bounded number of rows at a time, and finding what
//! is stored about one person.

mod about;
pub mod mentions;

use diesel::prelude::*;
use perpetua_domain::hand_over::HandOverState;
use perpetua_domain::id::{RequestFileId, RequestId, RowId};

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::requests::RequestRow;
use crate::schema::{desk_case, hand_over, request, request_file, request_note, service_request};
use crate::values::{Id, Utc, Word};

pub use about::{
    CallFacts, Found, Whose, agreements, calls, choices, files, grants, hand_overs, invitations, notes, records,
    requests, role_requests, sessions,
};

/// Rows that one transaction removes or blanks at most.
pub const CHUNK: i64 = 500;

/// Requests that ended before an instant and still hold personal data, those that ended first before the others.
pub fn due(conn: &mut Conn, before: Utc, limit: i64) -> Result<Vec<RequestRow>, StoreError> {
    Ok(request::table
        .filter(as_indexed("request.closed_at IS NOT NULL"))
        .filter(as_indexed("request.personal_removed_at IS NULL"))
        .filter(request::closed_at.lt(before))
        .order((request::closed_at, request::id))
        .limit(limit)
        .select(RequestRow::as_select())
        .load(conn)?)
}

/// Removes up to [`CHUNK`] notes of a request; gives how many.
pub fn remove_notes(conn: &mut Conn, request: Id<RequestId>) -> Result<usize, StoreError> {
    let some: Vec<Id<RowId>> = request_note::table
        .filter(request_note::request_id.eq(request))
        .order((request_note::at, request_note::id))
        .limit(CHUNK)
        .select(request_note::id)
        .load(conn)?;
    Ok(diesel::delete(request_note::table.filter(request_note::id.eq_any(some))).execute(conn)?)
}

/// Removes files of a request whose content is gone; gives how many.
pub fn remove_files(
    conn: &mut Conn,
    request: Id<RequestId>,
    files: Vec<Id<RequestFileId>>,
) -> Result<usize, StoreError> {
    let there =
        request_file::table.filter(request_file::id.eq_any(files)).filter(request_file::request_id.eq(Some(request)));
    Ok(diesel::delete(there).execute(conn)?)
}

/// Blanks what people wrote into a request and who they are, and notes when; what was asked, decided and credited
/// stays. `row.version` is the version that was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn blank(conn: &mut Conn, row: &RequestRow, at: Utc) -> Result<(), StoreError> {
    let guarded = request::table.filter(request::id.eq(row.id)).filter(request::version.eq(row.version));
    let changed = diesel::update(guarded)
        .set((
            request::title.eq(""),
            request::reason_text.eq(""),
            request::free_text.eq(""),
            request::contact_name.eq(""),
            request::contact_email.eq(""),
            request::contact_phone.eq(""),
            request::personal_removed_at.eq(Some(at)),
            request::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Err(StoreError::Conflict { table: "request" });
    }
    diesel::update(service_request::table.find(row.id)).set(service_request::changed_by_name.eq("")).execute(conn)?;
    diesel::update(desk_case::table.find(row.id))
        .set((
            desk_case::inform.eq(""),
            desk_case::assignee_name.eq(""),
            desk_case::reply.eq(""),
            desk_case::proposal.eq(""),
            desk_case::proposed_by_name.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether a hand-over from before an instant still names its recipient.
pub fn hand_over_is_due(conn: &mut Conn, before: Utc) -> Result<bool, StoreError> {
    Ok(!due_hand_overs(conn, before, 1)?.is_empty())
}

/// Blanks the names and addresses of up to [`CHUNK`] hand-overs from before an instant; gives how many.
pub fn blank_hand_overs(conn: &mut Conn, before: Utc) -> Result<usize, StoreError> {
    let some = due_hand_overs(conn, before, CHUNK)?;
    Ok(diesel::update(hand_over::table.filter(hand_over::id.eq_any(some)))
        .set((
            hand_over::giver_name.eq(""),
            hand_over::recipient_name.eq(""),
            hand_over::recipient_email.eq(""),
            hand_over::email_key.eq(""),
            hand_over::version.eq(hand_over::version + 1),
        ))
        .execute(conn)?)
}

/// One that nobody opened has run out long before, but its state still says that it waits: it is not left out.
fn due_hand_overs(
    conn: &mut Conn,
    before: Utc,
    limit: i64,
) -> Result<Vec<Id<perpetua_domain::id::HandOverId>>, StoreError> {
    let is_over = hand_over::state.ne(Word(HandOverState::Open)).or(hand_over::expires_at.lt(before));
    Ok(hand_over::table
        .filter(as_indexed("hand_over.email_key <> ''"))
        .filter(hand_over::created_at.lt(before))
        .filter(is_over)
        .order(hand_over::created_at)
        .limit(limit)
        .select(hand_over::id)
        .load(conn)?)
}
