//! A customer asks its partner for a cancellation (M30): it lands with the partner, who cancels, asks the operator, or
//! refuses. The customer sees no amount of it. A credit that takes the last unit of what it asked about ends it as
//! credited; money alone leaves it open, because what it asked for has not happened.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::cancellation::OrderCancellation;
use perpetua_domain::desk::Stage;
use perpetua_domain::id::{OrderLineId, RequestId};
use perpetua_domain::order::LineState;
use perpetua_domain::request::{
    Impact, ProblemType, REASON_CHARS_MAX, ReasonChoice, ReasonError, RefundReason, RequestOutcome, RequestState,
    TITLE_CHARS_MAX,
};
use perpetua_i18n::Lang;
use perpetua_store::desk::{self as rows, CaseRow};
use perpetua_store::orders::OrderLineRow;
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::series::{self, Series};
use perpetua_store::{Conn, Id, Word, cancellations, orders};
use serde_json::json;

use super::decide::{Answer, check_reply, refuse_in};
use super::record::{note_end, noted, save};
use super::{Case, already, begin, case_of};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::cancellation::{Purchase, damaged, field, number};
use crate::context::App;
use crate::key_text::mask_within;
use crate::problem::{FieldProblem, Problem};
use crate::support;

/// Requests that a customer's list shows.
const LISTED: i64 = 200;

/// What a customer fills in.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Names the form for ever (I2).
    pub request_key: [u8; 32],
    /// The purchase.
    pub line: OrderLineId,
    /// Why, from the list (`reason_kind`).
    pub reason: Option<ReasonChoice>,
    /// Why, in own words (`reason`).
    pub reason_text: String,
    /// The title that the page proposes.
    pub title: String,
    /// Language of the answer.
    pub language: Lang,
}

/// The purchase about which somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What the product is called.
    pub product: String,
    /// What the edition is called.
    pub edition: String,
    /// The order's number.
    pub order_number: String,
    /// The partner that answers.
    pub partner_name: String,
}

/// A request of a customer's list, and the partner's name.
pub type AskedRow = (RequestRow, CaseRow, String);

/// The purchase for a customer who may ask for its cancellation.
///
/// # Errors
///
/// `not_found`, `missing_role`; `already_cancelled`.
pub async fn may_ask(app: &App, caller: &Caller, line: OrderLineId) -> Result<Asked, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let row = line_of(conn, &caller, line)?;
            let partner = perpetua_store::tenants::find(conn, row.partner_id.0)?;
            Ok(Asked {
                product: row.title,
                edition: row.sku_title,
                order_number: row.order_number,
                partner_name: partner.map(|partner| partner.name).unwrap_or_default(),
            })
        })
        .await
}

fn line_of(conn: &mut Conn, caller: &Caller, line: OrderLineId) -> Result<OrderLineRow, Problem> {
    let row = orders::find_line(conn, line)?.ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: row.partner_id.0, customer: row.customer_id.0 };
    authorize::require(conn, caller, Permission::CancellationAsk, owner)?;
    if row.state.0 == LineState::Cancelled { Err(Problem::conflict("already_cancelled")) } else { Ok(row) }
}

/// Asks the partner to cancel a purchase.
///
/// # Errors
///
/// As [`may_ask`]; `invalid_input` naming `title` and `reason`; `request_reused`, `asked_already` while an earlier request about
/// the same purchase is open.
pub async fn ask(app: &App, caller: &Caller, form: Ask) -> Result<RequestId, Problem> {
    let secrets = app.vault.check_secrets();
    let form = Ask {
        title: mask_within(&form.title, TITLE_CHARS_MAX, &secrets),
        reason_text: mask_within(&form.reason_text, REASON_CHARS_MAX, &secrets),
        ..form
    };
    let input = (app.stamp(caller), form);
    app.store.write(input, |conn, (stamp, form)| ask_in(conn, stamp, form)).await
}

fn ask_in(conn: &mut Conn, stamp: &Stamp, form: &Ask) -> Result<RequestId, Problem> {
    let caller = &stamp.caller;
    let line = line_of(conn, caller, form.line)?;
    if let Some(earlier) = requests::find_by_key(conn, &form.request_key)? {
        let mine = earlier.created_by.0 == caller.person;
        return if mine { Ok(earlier.id.0) } else { Err(Problem::conflict("request_reused")) };
    }
    // The order's row is the anchor: of two who ask at once the second runs again and finds the first.
    let order = orders::find(conn, line.order_id.0)?.ok_or_else(|| damaged("order"))?;
    if rows::asks_about(conn, order.id.0)?.iter().any(|(_, case)| case.line_id == Some(line.id)) {
        return Err(Problem::conflict("asked_already"));
    }
    if form.title.chars().nth(TITLE_CHARS_MAX).is_some() {
        return Err(Problem::field("title", "request_title"));
    }
    let in_own_words = || (!form.reason_text.is_empty()).then_some(ReasonChoice::Other);
    let reason = RefundReason::from_form(form.reason.or_else(in_own_words), &form.reason_text).map_err(|error| {
        let mut problem = Problem::invalid("invalid_input");
        problem.fields.push(match error {
            ReasonError::Missing => field("reason", "reason_missing"),
            ReasonError::TooLong { max } => {
                FieldProblem { field: "reason".to_owned(), code: "too_long", params: vec![("max", number(max))] }
            }
        });
        problem
    })?;
    cancellations::apply_order(conn, order.id.0, order.version, order.state.0)?;
    let mut ids = stamp.seed.ids();
    let row = RequestRow {
        id: Id(ids.next()),
        number: series::take(conn, Series::Request)?,
        request_key: form.request_key.to_vec(),
        problem_type: Word(ProblemType::Refund),
        impact: Word(Impact::Moderate),
        title: form.title.clone(),
        partner_id: line.partner_id,
        customer_id: line.customer_id,
        order_id: Some(line.order_id),
        reason_kind: Word(reason.choice()),
        reason_text: reason.text().to_owned(),
        amount: None,
        currency: line.currency,
        free_text: String::new(),
        contact_name: caller.name.clone(),
        contact_email: caller.email.clone(),
        contact_phone: String::new(),
        state: Word(RequestState::Open),
        outcome: None,
        credit_note_id: None,
        created_by: Id(caller.person),
        created_at: stamp.now.into(),
        closed_at: None,
        version: 1,
        personal_removed_at: None,
    };
    requests::insert(conn, &row)?;
    let case = Case { stage: Stage::Partner, line: Some(line.id.0), language: form.language, inform: Vec::new() };
    begin(conn, stamp, &row, case)?;
    support::announce(conn, &mut ids, stamp, &row, "request.opened", &[])?;
    Ok(row.id.0)
}

/// What the caller's customer asked its partners, newest first.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but customers.
pub async fn asked(app: &App, caller: &Caller) -> Result<Vec<AskedRow>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::CancellationAsk, Owner::Own)?;
            Ok(rows::asks_of(conn, caller.tenant, LISTED)?)
        })
        .await
}

/// Refuses what a customer asked; the reply is the reason that the customer reads.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `changed_elsewhere`, `request_withdrawn_already` and its like;
/// `invalid_input` naming `reply`.
pub async fn refuse_ask(app: &App, caller: &Caller, answer: Answer) -> Result<(), Problem> {
    let reply = mask_within(&answer.reply, REASON_CHARS_MAX, &app.vault.check_secrets());
    let request = answer.request;
    let input = (app.stamp(caller), Answer { reply, ..answer });
    let result = app
        .store
        .write(input, |conn, (stamp, answer)| {
            let row = requests::find(conn, answer.request)?.ok_or_else(Problem::not_found)?;
            let case = case_of(conn, &row)?;
            if case.stage.0 != Stage::Partner || stamp.caller.kind != TenantKind::Partner {
                return Err(Problem::not_found());
            }
            let owner = Owner::Purchase { partner: row.partner_id.0, customer: row.customer_id.0 };
            authorize::require(conn, &stamp.caller, Permission::PurchaseCancel, owner)?;
            if row.state.0 == RequestState::Closed {
                return Err(already(row.outcome.map(|outcome| outcome.0)));
            }
            if row.version != answer.version {
                return Err(Problem::conflict("changed_elsewhere"));
            }
            check_reply(&answer.reply, true)?;
            refuse_in(conn, stamp, (row, case), &answer.reply)
        })
        .await;
    noted(app, caller, request, result).await
}

/// Ends what customers asked about lines that a credit has just ended; runs in the credit's transaction.
pub(crate) fn close_asks(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    purchase: &Purchase,
    decided: &OrderCancellation,
    settled_by: &RequestRow,
) -> Result<(), Problem> {
    let asks = rows::asks_about(conn, purchase.order.id.0)?;
    for (row, case) in asks {
        let is_ended = |line: &OrderLineRow| {
            let credited = decided.lines.iter().find(|outcome| i64::from(outcome.line) == line.line_no);
            case.line_id == Some(line.id) && credited.is_some_and(|outcome| outcome.state == LineState::Cancelled)
        };
        if row.id == settled_by.id || !purchase.lines.iter().any(is_ended) {
            continue;
        }
        let ended = RequestRow {
            state: Word(RequestState::Closed),
            outcome: Some(Word(RequestOutcome::Credited)),
            credit_note_id: settled_by.credit_note_id,
            closed_at: Some(stamp.now.into()),
            ..row
        };
        save(conn, stamp, &ended, &case)?;
        // The customer reads this record: it names nothing of what its partner and the operator settled (I6).
        let facts = json!({ "outcome": RequestOutcome::Credited.as_text() });
        note_end(conn, ids, stamp, &ended, "request.credited", facts)?;
    }
    Ok(())
}
