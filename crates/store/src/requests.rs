//! Support and refund requests (M31–M39). A request that was stored is found again by the form or
//! API request that made it, for ever (I2).

use diesel::prelude::*;
use perpetua_domain::id::{CreditNoteId, OrderId, PersonId, RequestId, TenantId};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice, RequestOutcome, RequestState};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{request, tenant};
use crate::values::{Id, Page, Utc, Word};

/// A request; the amount is in minor units of the currency.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = request)]
pub struct RequestRow {
    /// Its id.
    pub id: Id<RequestId>,
    /// The number that people read, `R-000123`.
    pub number: String,
    /// The form or API request for which it was made, for ever (I2).
    pub request_key: Vec<u8>,
    /// What it is about.
    pub problem_type: Word<ProblemType>,
    /// How much it hurts.
    pub impact: Word<Impact>,
    /// One line.
    pub title: String,
    /// Who asks.
    pub partner_id: Id<TenantId>,
    /// For whom.
    pub customer_id: Id<TenantId>,
    /// The order in question.
    pub order_id: Option<Id<OrderId>>,
    /// Why, from the list.
    pub reason_kind: Word<ReasonChoice>,
    /// Why, in own words; may be empty.
    pub reason_text: String,
    /// The requested amount with tax.
    pub amount: Option<i64>,
    /// ISO 4217 code.
    pub currency: String,
    /// Anything else; may be empty.
    pub free_text: String,
    /// Whom to answer.
    pub contact_name: String,
    /// Where to answer.
    pub contact_email: String,
    /// A plus sign and digits; empty when the API asked.
    pub contact_phone: String,
    /// Where it stands.
    pub state: Word<RequestState>,
    /// How it ended.
    pub outcome: Option<Word<RequestOutcome>>,
    /// The credit note that settled it.
    pub credit_note_id: Option<Id<CreditNoteId>>,
    /// The person who asked.
    pub created_by: Id<PersonId>,
    /// Business time.
    pub created_at: Utc,
    /// When it ended.
    pub closed_at: Option<Utc>,
    /// Grows with every change.
    pub version: i64,
    /// When what people wrote and who they are was removed.
    pub personal_removed_at: Option<Utc>,
}

/// A request of a list, with the customer's name.
pub type ListedRequest = (RequestRow, String);

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestKey {
    /// `created_at` of the last row.
    pub created_at: Utc,
    /// Its id.
    pub id: RequestId,
}

/// Adds a request.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another transaction stored one for the same form in the meantime:
/// run again, it is found then (I2).
pub fn insert(conn: &mut Conn, row: &RequestRow) -> Result<(), StoreError> {
    match diesel::insert_into(request::table).values(row).execute(conn).map_err(StoreError::from) {
        Err(StoreError::Duplicate { constraint }) if constraint.contains("request_key") => {
            Err(StoreError::Conflict { table: "request" })
        }
        other => other.map(|_| ()),
    }
}

/// A request by its id.
pub fn find(conn: &mut Conn, id: RequestId) -> Result<Option<RequestRow>, StoreError> {
    Ok(request::table.find(Id(id)).select(RequestRow::as_select()).first(conn).optional()?)
}

/// The request that a form or API request made.
pub fn find_by_key(conn: &mut Conn, request_key: &[u8; 32]) -> Result<Option<RequestRow>, StoreError> {
    let query = request::table.filter(request::request_key.eq(&request_key[..]));
    Ok(query.select(RequestRow::as_select()).first(conn).optional()?)
}

/// The telephone number that a person of a partner gave last; `None` before the first.
pub fn last_phone(conn: &mut Conn, partner: TenantId, person: PersonId) -> Result<Option<String>, StoreError> {
    let query = request::table
        .filter(request::partner_id.eq(Id(partner)))
        .filter(request::created_by.eq(Id(person)))
        .filter(request::contact_phone.ne(""))
        .order((request::created_at.desc(), request::id.desc()));
    Ok(query.select(request::contact_phone).first(conn).optional()?)
}

/// Requests of a partner, newest first. One query.
pub fn of_partner(
    conn: &mut Conn,
    partner: TenantId,
    page: &Page<RequestKey>,
) -> Result<Vec<ListedRequest>, StoreError> {
    let mut query = request::table
        .inner_join(tenant::table.on(tenant::id.eq(request::customer_id)))
        .filter(request::partner_id.eq(Id(partner)))
        .order((request::created_at.desc(), request::id.desc()))
        .limit(page.limit)
        .select((RequestRow::as_select(), tenant::name))
        .into_boxed();
    if let Some(after) = page.after {
        let earlier = request::created_at.lt(after.created_at);
        let same_instant = request::created_at.eq(after.created_at).and(request::id.lt(Id(after.id)));
        // The plain bound lets both engines seek in the index; the second condition takes ties away.
        query = query.filter(request::created_at.le(after.created_at)).filter(earlier.or(same_instant));
    }
    Ok(query.load(conn)?)
}
