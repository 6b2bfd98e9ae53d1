//! Reading what cancellations left behind: results, credit notes, the list of requests.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::billing::PartyRole;
use perpetua_domain::id::{CreditNoteId, OrderId, OrderLineId, RequestId};
use perpetua_domain::money::Currency;
use perpetua_store::credits::{self, CreditNoteRow, TitledLine};
use perpetua_store::document_parties::{self, PartyRow};
use perpetua_store::orders::OrderRow;
use perpetua_store::requests::{self, ListedRequest, RequestKey, RequestRow};
use perpetua_store::{Conn, Page, Utc, orders};

use super::{Cancelled, CancelledLine, amount, count, damaged};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// A credit note with all that its document says.
#[derive(Debug, Clone)]
pub struct CreditNote {
    /// The credit note.
    pub note: CreditNoteRow,
    /// Its lines.
    pub lines: Vec<TitledLine>,
    /// The order whose charge it gives back.
    pub order: OrderRow,
    /// The request that it settles.
    pub request: RequestRow,
    /// Who issued it, as it was then.
    pub issuer: PartyRow,
    /// Whose account it credits, as it was then.
    pub recipient: PartyRow,
    /// For whom the software was bought, as it was then.
    pub customer: PartyRow,
    /// The currency of all amounts.
    pub currency: Currency,
}

/// A page of requests.
#[derive(Debug, Clone)]
pub struct Requests {
    /// Newest first, each with its customer's name.
    pub rows: Vec<ListedRequest>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<RequestCursor>,
    /// Whether the caller may see amounts; without it the rows hold none.
    pub shows_amounts: bool,
}

/// The last row of a page of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestCursor {
    /// When it was made, in microseconds since 1970.
    pub created_at_micros: i64,
    /// Its id.
    pub id: RequestId,
}

/// The order of a line, for a caller who may see the software: *Cancel* stands on lines.
///
/// # Errors
///
/// `not_found`, `missing_role` or `relationship_ended`.
pub async fn order_of_line(app: &App, caller: &Caller, line: OrderLineId) -> Result<(OrderId, u32), Problem> {
    let reader = caller.clone();
    app.store
        .read(move |conn| {
            let row = orders::find_line(conn, line)?.ok_or_else(Problem::not_found)?;
            let owner = Owner::Purchase { partner: row.partner_id.0, customer: row.customer_id.0 };
            authorize::require(conn, &reader, Permission::SoftwareView, owner)?;
            Ok((row.order_id.0, count(row.line_no)?))
        })
        .await
}

/// The telephone number that the caller gave with its last request for its present partner; empty before the first.
///
/// # Errors
///
/// The store's failure.
pub async fn last_phone(app: &App, caller: &Caller) -> Result<String, Problem> {
    let (partner, person) = (caller.tenant, caller.person);
    Ok(app.store.read(move |conn| requests::last_phone(conn, partner, person)).await?.unwrap_or_default())
}

/// What a request came to.
///
/// # Errors
///
/// `not_found`, `missing_role` or `relationship_ended`.
pub async fn cancelled(app: &App, caller: &Caller, request: RequestId) -> Result<(RequestRow, Cancelled), Problem> {
    let reader = caller.clone();
    app.store
        .read(move |conn| {
            let row = requests::find(conn, request)?.ok_or_else(Problem::not_found)?;
            let owner = Owner::Purchase { partner: row.partner_id.0, customer: row.customer_id.0 };
            authorize::require(conn, &reader, Permission::RequestView, owner)?;
            let result = result(conn, &row)?;
            Ok((row, result))
        })
        .await
}

/// Which amounts of the results of requests a caller may see: those of the result, and the credit note.
///
/// # Errors
///
/// A failure of the store.
pub async fn amounts_shown(app: &App, caller: &Caller) -> Result<(bool, bool), Problem> {
    let reader = caller.clone();
    app.store
        .read(move |conn| {
            let amounts = authorize::allows(conn, &reader, Permission::PricesCostView, Owner::Own)?;
            let owner = Owner::Tenant(reader.tenant);
            Ok((amounts, amounts && authorize::allows(conn, &reader, Permission::AccountView, owner)?))
        })
        .await
}

/// A credit note as the partner of record and the operator may read it; it states the partner's cost,
/// so a customer never sees it (I6).
///
/// # Errors
///
/// `not_found` or `missing_role`.
pub async fn credit_note(app: &App, caller: &Caller, id: CreditNoteId) -> Result<CreditNote, Problem> {
    let reader = caller.clone();
    app.store
        .read(move |conn| {
            // To a customer a credit note of its partner is not forbidden, it is not there (I6).
            let note = credits::find(conn, id)?.filter(|_| reader.kind != TenantKind::Customer);
            let note = note.ok_or_else(Problem::not_found)?;
            let owner = Owner::Tenant(note.partner_id.0);
            authorize::require(conn, &reader, Permission::AccountView, owner)?;
            let lines = credits::lines(conn, id)?;
            let order = orders::find(conn, note.order_id.0)?.ok_or_else(|| damaged("order"))?;
            let request = requests::find(conn, note.request_id.0)?.ok_or_else(|| damaged("request"))?;
            let mut parties = document_parties::of_document(conn, id.as_ref())?;
            let mut party = |role, tenant| {
                document_parties::take(conn, &mut parties, id.as_ref(), role, tenant)?.ok_or_else(|| damaged("party"))
            };
            let issuer = party(PartyRole::Issuer, None)?;
            let recipient = party(PartyRole::Recipient, Some(note.partner_id.0))?;
            let customer = party(PartyRole::Customer, Some(note.customer_id.0))?;
            let currency = note.currency.parse().map_err(|_| damaged("currency"))?;
            Ok(CreditNote { note, lines, order, request, issuer, recipient, customer, currency })
        })
        .await
}

/// The requests of the caller's partner tenant, newest first, at most `limit` (1 to 500).
///
/// # Errors
///
/// `missing_role`.
pub async fn requests(
    app: &App,
    caller: &Caller,
    after: Option<RequestCursor>,
    limit: i64,
) -> Result<Requests, Problem> {
    let reader = caller.clone();
    let after = after.map(|last| RequestKey { created_at: Utc::from_micros(last.created_at_micros), id: last.id });
    let page = Page { after, limit: limit.clamp(1, 500) };
    app.store
        .read(move |conn| {
            authorize::require(conn, &reader, Permission::RequestView, Owner::Own)?;
            let mut rows = requests::of_partner(conn, reader.tenant, &page)?;
            let shows_amounts = authorize::allows(conn, &reader, Permission::PricesCostView, Owner::Own)?;
            if !shows_amounts {
                for (row, _) in &mut rows {
                    row.amount = None;
                }
            }
            let is_full = i64::try_from(rows.len()).is_ok_and(|found| found >= page.limit);
            let last = rows.last().filter(|_| is_full);
            let next = last.map(|(row, _)| RequestCursor { created_at_micros: row.created_at.micros(), id: row.id.0 });
            Ok(Requests { rows, next, shows_amounts })
        })
        .await
}

/// The result of a request, always read from what was stored, so that a repetition gets the same answer.
pub(super) fn result(conn: &mut Conn, request: &RequestRow) -> Result<Cancelled, Problem> {
    let note_id = request.credit_note_id.ok_or_else(Problem::not_found)?;
    let note = credits::find(conn, note_id.0)?.ok_or_else(|| damaged("credit note"))?;
    let order = orders::find(conn, note.order_id.0)?.ok_or_else(|| damaged("order"))?;
    let mut lines = Vec::new();
    for titled in credits::lines(conn, note_id.0)? {
        lines.push(CancelledLine {
            line: titled.line.line_id.0,
            number: count(titled.line.line_no)?,
            title: titled.title,
            sku_title: titled.sku_title,
            quantity: count(titled.line.quantity)?,
            net: amount(titled.line.net)?,
            tax: amount(titled.line.tax)?,
        });
    }
    Ok(Cancelled {
        request: request.id.0,
        request_number: request.number.clone(),
        credit_note: note_id.0,
        credit_note_number: note.number,
        order: order.id.0,
        order_number: order.number,
        currency: note.currency.parse().map_err(|_| damaged("currency"))?,
        net: amount(note.net)?,
        tax: amount(note.tax)?,
        total: amount(note.total)?,
        lines,
    })
}
