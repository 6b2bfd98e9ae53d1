//! Reading service requests: one, and lists by partner or customer with their notes in a constant number of queries.

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{OrderId, PersonId, RequestId, TenantId};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice, RequestOutcome, RequestState};
use perpetua_store::support::{self as rows, Filter, NoteRow, Service};
use perpetua_store::{Conn, StoreError, Utc};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::desk;
use crate::problem::Problem;

/// Which requests to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListRequests {
    /// For this customer; `None` for all of the caller's tenant.
    pub customer: Option<TenantId>,
    /// In this state.
    pub state: Option<RequestState>,
    /// Rows to leave out, 0 to 10,000.
    pub offset: i64,
    /// Rows wanted, 1 to 1000.
    pub limit: i64,
}

/// A page of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requests {
    /// Newest first.
    pub rows: Vec<RequestView>,
    /// How many there are in all.
    pub total: i64,
}

/// A note of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteView {
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// What a refund request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    /// The requested amount with tax, in minor units; `None` when only words were written, and for those who may not
    /// see amounts.
    pub amount: Option<i64>,
    /// ISO 4217 code.
    pub currency: String,
    /// Why, from the list.
    pub reason: ReasonChoice,
    /// Why, in own words; may be empty.
    pub reason_text: String,
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestView {
    /// Its id.
    pub id: RequestId,
    /// The number that people read.
    pub number: String,
    /// The 15 digits of the wire.
    pub wire_number: String,
    /// What it is about.
    pub kind: ProblemType,
    /// How much it hurts.
    pub impact: Impact,
    /// One line.
    pub title: String,
    /// The first text.
    pub description: String,
    /// Where it stands.
    pub state: RequestState,
    /// How it ended.
    pub outcome: Option<RequestOutcome>,
    /// Who asks.
    pub partner: TenantId,
    /// The organisation in question: a customer, or the partner itself.
    pub organisation: TenantId,
    /// Its name.
    pub organisation_name: String,
    /// The order in question.
    pub order: Option<OrderId>,
    /// The product in question; may be empty.
    pub product_id: String,
    /// Country code; may be empty.
    pub country: String,
    /// The person who asked.
    pub created_by: PersonId,
    /// Whom to answer.
    pub contact_name: String,
    /// Where to answer.
    pub contact_email: String,
    /// A telephone number; may be empty.
    pub contact_phone: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Who changed it last, as far as that was kept.
    pub changed_by: Option<(PersonId, String)>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// What is asked for, when money is to be given back (M36).
    pub refund: Option<RefundView>,
    /// Oldest first.
    pub notes: Vec<NoteView>,
    /// Guards changes: the etag is made from it.
    pub version: i64,
}

/// The wire's 15 digits of a number such as `R-000123`.
pub fn wire_number(number: &str) -> String {
    let digits = number.strip_prefix("R-").unwrap_or(number);
    format!("6{digits:0>14}")
}

/// The number that people read, from the wire's 15 digits; `None` for anything else.
pub fn number_of_wire(wire: &str) -> Option<String> {
    let digits = wire.strip_prefix('6').filter(|digits| digits.len() == 14)?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.parse().ok().filter(|number| is_plain && *number > 0)?;
    Some(format!("R-{number:06}"))
}

/// The requests that the caller's tenant may see, newest first.
///
/// # Errors
///
/// `not_found` for a customer outside the caller's scope, `missing_role`.
pub async fn list(app: &App, caller: &Caller, command: ListRequests) -> Result<Requests, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let owner = match (command.customer, caller.kind) {
                (Some(customer), TenantKind::Partner) => Owner::Purchase { partner: caller.tenant, customer },
                (Some(customer), _) => Owner::Tenant(customer),
                (None, _) => Owner::Own,
            };
            authorize::require(conn, &caller, Permission::RequestView, owner)?;
            let partner = (caller.kind != TenantKind::Operator).then_some(caller.tenant);
            let filter = Filter { partner, customer: command.customer, state: command.state };
            let page = (command.offset.clamp(0, 10_000), command.limit.clamp(1, 1000));
            let (found, total) = rows::list(conn, filter, page)?;
            let notes = rows::notes(conn, found.iter().map(|(row, ..)| row.id).collect())?;
            let sees = sees_amounts(conn, &caller)?;
            Ok(Requests { rows: found.into_iter().map(|row| view(row, &notes, sees)).collect(), total })
        })
        .await
}

/// One request by the number that people read. With `customer`, only one of that customer.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn get(app: &App, caller: &Caller, customer: Option<TenantId>, number: &str) -> Result<RequestView, Problem> {
    let (caller, number) = (caller.clone(), number.to_owned());
    app.store
        .read(move |conn| {
            find(conn, &caller, Permission::RequestView, customer, &number)?;
            load(conn, &caller, &number)
        })
        .await
}

/// The request, if the caller may do this with it.
pub(crate) fn find(
    conn: &mut Conn,
    caller: &Caller,
    permission: Permission,
    customer: Option<TenantId>,
    number: &str,
) -> Result<Service, Problem> {
    let found = rows::find(conn, number)?.ok_or_else(Problem::not_found)?;
    let (partner, organisation) = (found.0.partner_id.0, found.0.customer_id.0);
    if customer.is_some_and(|customer| customer != organisation) {
        return Err(Problem::not_found());
    }
    let owner = if partner == organisation {
        Owner::Tenant(partner)
    } else {
        Owner::Purchase { partner, customer: organisation }
    };
    // A customer sees what it asked, and nothing that its partners ask about it (I6).
    if caller.kind == TenantKind::Customer {
        if !desk::is_ask(conn, &found.0)? {
            return Err(Problem::not_found());
        }
        authorize::require(conn, caller, Permission::CancellationAsk, owner)?;
    } else {
        authorize::require(conn, caller, permission, owner)?;
    }
    Ok(found)
}

/// A request whose caller was checked.
pub(super) fn load(conn: &mut Conn, caller: &Caller, number: &str) -> Result<RequestView, Problem> {
    let found = rows::find(conn, number)?.ok_or_else(Problem::not_found)?;
    let notes = rows::notes(conn, vec![found.0.id])?;
    Ok(view(found, &notes, sees_amounts(conn, caller)?))
}

/// Whether amounts of requests are shown to the caller: to the operator's people who decide, and to those who see the
/// partner's cost, but never to a customer (I6).
pub(crate) fn sees_amounts(conn: &mut Conn, caller: &Caller) -> Result<bool, StoreError> {
    let permission = match caller.kind {
        TenantKind::Customer => return Ok(false),
        TenantKind::Partner => Permission::PricesCostView,
        TenantKind::Operator => Permission::RequestView,
    };
    authorize::allows(conn, caller, permission, Owner::Own)
}

fn view((row, service, organisation_name): Service, notes: &[NoteRow], sees_amounts: bool) -> RequestView {
    let notes = notes.iter().filter(|note| note.request_id == row.id);
    let changed_at = service.as_ref().map(|service| service.changed_at).or(row.closed_at).unwrap_or(row.created_at);
    let changed_by = service.as_ref().map(|service| (service.changed_by.0, service.changed_by_name.clone()));
    let (product_id, country) = service.map(|service| (service.product_id, service.country)).unwrap_or_default();
    let refund = (row.problem_type.0 == ProblemType::Refund).then(|| RefundView {
        amount: row.amount.filter(|_| sees_amounts),
        currency: row.currency.clone(),
        reason: row.reason_kind.0,
        reason_text: row.reason_text.clone(),
    });
    RequestView {
        refund,
        id: row.id.0,
        wire_number: wire_number(&row.number),
        number: row.number,
        kind: row.problem_type.0,
        impact: row.impact.0,
        title: row.title,
        description: row.free_text,
        state: row.state.0,
        outcome: row.outcome.map(|outcome| outcome.0),
        partner: row.partner_id.0,
        organisation: row.customer_id.0,
        organisation_name,
        order: row.order_id.map(|order| order.0),
        product_id,
        country,
        created_by: row.created_by.0,
        contact_name: row.contact_name,
        contact_email: row.contact_email,
        contact_phone: row.contact_phone,
        created_at: row.created_at.timestamp(),
        changed_at: changed_at.timestamp(),
        changed_by,
        closed_at: row.closed_at.map(Utc::timestamp),
        notes: notes
            .map(|note| NoteView { author: note.author_name.clone(), at: note.at.timestamp(), text: note.text.clone() })
            .collect(),
        version: row.version,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wires_fifteen_digits_lead_back_to_the_number() {
        for (number, wire) in [("R-000123", "600000000000123"), ("R-1234567", "600000001234567")] {
            assert_eq!(wire_number(number), wire);
            assert_eq!(number_of_wire(wire).as_deref(), Some(number));
        }
        for wrong in ["", "6", "600000000000000", "60000000000012", "700000000000123", "6000000000001x3", "R-000123"] {
            assert_eq!(number_of_wire(wrong), None, "{wrong}");
        }
    }
}
