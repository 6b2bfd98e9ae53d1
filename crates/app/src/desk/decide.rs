//! Deciding a refund request: a credit in full or in part with what it does to keys, or a refusal with its reason;
//! above an amount a second person agrees (M30, M39). Each is one transaction with record, events and credit note.

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::cancellation::{CancellationOutcome, OrderCancellation};
use perpetua_domain::desk::{Award, AwardRefusal, Stage, decide_credit, needs_second_person, spread};
use perpetua_domain::id::{CreditNoteId, OrderId, RequestId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::request::{ProblemType, REASON_CHARS_MAX, RequestOutcome, RequestState};
use perpetua_store::credits::CreditNoteRow;
use perpetua_store::desk::CaseRow;
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::{Conn, Id, Word};
use serde_json::{Value, json};

use super::record::{note, note_end, noted, save};
use super::{already, case_of, work};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::cancellation::{self, Purchase, damaged, quantity_field};
use crate::context::App;
use crate::key_text::mask_within;
use crate::problem::{Param, Problem};

/// The request that somebody decides, as they saw it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The request.
    pub request: RequestId,
    /// The version that was on the page; whoever decided an older one is told.
    pub version: i64,
    /// What the decision says to the one who asked; needed to refuse.
    pub reply: String,
}

/// A credit.
#[derive(Debug, Clone)]
pub struct Credit {
    /// What is decided, as it was seen.
    pub answer: Answer,
    /// Amount and lost units per line.
    pub awards: Vec<Award>,
}

/// What deciding led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// The credit note was issued.
    Credited(CreditNoteId),
    /// A second person is asked.
    Proposed,
}

/// A credit as it would be now. It changes nothing.
#[derive(Debug)]
pub struct DecisionPreview {
    /// Every line of the order.
    pub lines: Vec<LineDecision>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Without tax.
    pub net: Amount,
    /// Its tax.
    pub tax: Amount,
    /// With tax.
    pub total: Amount,
    /// Whether a second person would be asked.
    pub needs_second: bool,
    /// Why it cannot be credited as chosen.
    pub problem: Option<Problem>,
}

/// One line of an order as a credit would leave it.
#[derive(Debug)]
pub struct LineDecision {
    /// Its number within the order.
    pub number: u32,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// Units that are not cancelled.
    pub units_left: u32,
    /// Paid with tax and not credited.
    pub amount_left: Amount,
    /// What is chosen.
    pub award: Award,
    /// What that does; `None` where nothing is chosen for the line, or nothing can be.
    pub outcome: Option<CancellationOutcome>,
    /// What the key allows now.
    pub limit: u32,
}

/// Computes what crediting would do. Without awards it proposes the requested amount, and that no key changes.
///
/// # Errors
///
/// `not_found`, `missing_role`; what cannot be credited is no error but [`DecisionPreview::problem`].
pub async fn preview(
    app: &App,
    caller: &Caller,
    request: RequestId,
    awards: Option<Vec<Award>>,
) -> Result<DecisionPreview, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            let (row, case) = find(conn, &caller, request)?;
            let purchase = purchase_of(conn, &caller, &row)?;
            compute(conn, &purchase, (&row, &case), awards.as_deref(), now)
        })
        .await
}

fn compute(
    conn: &mut Conn,
    purchase: &Purchase,
    (row, case): (&RequestRow, &CaseRow),
    awards: Option<&[Award]>,
    now: Timestamp,
) -> Result<DecisionPreview, Problem> {
    let facts = purchase.facts()?;
    let awards = match awards {
        Some(awards) => awards.to_vec(),
        None => proposed(purchase, row, case)?,
    };
    let decided = decide_credit(purchase.order.state.0, &facts, &awards, now);
    let mut lines = Vec::with_capacity(facts.len());
    for (line, facts) in purchase.lines.iter().zip(&facts) {
        let none = Award { line: facts.line, amount: Amount::ZERO, units: 0 };
        let outcome =
            |decided: &OrderCancellation| decided.lines.iter().find(|outcome| outcome.line == facts.line).copied();
        let limit = purchase.key(line.id.0).map_or(0, |key| key.activation_limit);
        lines.push(LineDecision {
            number: facts.line,
            title: line.title.clone(),
            sku_title: line.sku_title.clone(),
            units_left: facts.left(),
            amount_left: perpetua_domain::desk::amount_left(facts).map_err(|_| damaged("amounts"))?,
            award: awards.iter().find(|award| award.line == facts.line).copied().unwrap_or(none),
            outcome: decided.as_ref().ok().and_then(outcome),
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
        });
    }
    let sums = decided.as_ref().map(|decided| (decided.credit_net, decided.credit_tax, decided.credit_total));
    let (net, tax, total) = sums.unwrap_or_default();
    Ok(DecisionPreview {
        lines,
        currency: purchase.currency,
        net,
        tax,
        total,
        needs_second: asks_second(conn, total, purchase.currency)?,
        problem: cancellation::require_charged(&purchase.order)
            .and_then(|()| decided.map_err(|refusal| refused(refusal, purchase.currency)))
            .err(),
    })
}

/// The amount that was asked for, on the line that was named or on all.
fn proposed(purchase: &Purchase, row: &RequestRow, case: &CaseRow) -> Result<Vec<Award>, Problem> {
    let facts = purchase.facts()?;
    let wanted = Amount::from_minor(row.amount.unwrap_or(0)).ok_or_else(|| damaged("amount"))?;
    let lines: Vec<_> = purchase.lines.iter().zip(facts).collect();
    let named = |line: &perpetua_store::orders::OrderLineRow| case.line_id.is_none_or(|named| named == line.id);
    let meant: Vec<_> = lines.iter().filter(|(line, _)| named(line)).map(|(_, facts)| *facts).collect();
    spread(&meant, wanted).map_err(|_| damaged("amounts"))
}

/// Credits what a refund request asks for, or proposes it to a second person.
///
/// # Errors
///
/// `not_found`, `missing_role`; `request_credited_already` and its like, `changed_elsewhere`, `not_a_refund_request`,
/// `too_many_machines`; `invalid_input` naming `amount-N` and `quantity-N`.
pub async fn credit(app: &App, caller: &Caller, command: Credit) -> Result<Decided, Problem> {
    let reply = mask_within(&command.answer.reply, REASON_CHARS_MAX, &app.vault.check_secrets());
    let command = Credit { answer: Answer { reply, ..command.answer }, ..command };
    let request = command.answer.request;
    let input = (app.stamp(caller), command);
    let result = app
        .store
        .write(input, |conn, (stamp, command)| {
            let (row, case) = open_to_decide(conn, stamp, &command.answer)?;
            check_reply(&command.answer.reply, false)?;
            let purchase = purchase_of(conn, &stamp.caller, &row)?;
            let decided = decided(stamp, &purchase, &command.awards)?;
            if asks_second(conn, decided.credit_total, purchase.currency)? {
                propose(conn, stamp, (row, case), command)?;
                return Ok(Decided::Proposed);
            }
            let case = CaseRow { reply: command.answer.reply.clone(), ..case };
            carry_out(conn, stamp, (row, case), &purchase, &decided).map(Decided::Credited)
        })
        .await;
    noted(app, caller, request, result).await
}

/// Agrees to the credit that another person proposed, and carries it out.
///
/// # Errors
///
/// As [`credit`]; `nothing_proposed`, and `second_person_needed` for the one who proposed it.
pub async fn approve(app: &App, caller: &Caller, answer: Answer) -> Result<Decided, Problem> {
    let request = answer.request;
    let input = (app.stamp(caller), answer);
    let result = app
        .store
        .write(input, |conn, (stamp, answer)| {
            let (row, case) = open_to_decide(conn, stamp, answer)?;
            let awards = proposal(&case)?;
            if case.proposed_by == Some(Id(stamp.caller.person)) {
                return Err(Problem::conflict("second_person_needed"));
            }
            let purchase = purchase_of(conn, &stamp.caller, &row)?;
            let decided = decided(stamp, &purchase, &awards)?;
            carry_out(conn, stamp, (row, case), &purchase, &decided).map(Decided::Credited)
        })
        .await;
    noted(app, caller, request, result).await
}

/// Takes a proposed credit away, so that the request can be decided otherwise.
///
/// # Errors
///
/// As [`approve`]; whoever proposed it may take it back too.
pub async fn decline(app: &App, caller: &Caller, answer: Answer) -> Result<(), Problem> {
    let request = answer.request;
    let input = (app.stamp(caller), answer);
    let result = app
        .store
        .write(input, |conn, (stamp, answer)| {
            let (row, case) = open_to_decide(conn, stamp, answer)?;
            proposal(&case)?;
            save(conn, stamp, &row, &without_proposal(case))?;
            note(conn, &mut stamp.seed.ids(), stamp, &row, "request.proposal_declined", json!({}))
        })
        .await;
    noted(app, caller, request, result).await
}

/// Refuses a refund request; the reply is its reason.
///
/// # Errors
///
/// As [`credit`]; `invalid_input` naming `reply`.
pub async fn refuse(app: &App, caller: &Caller, answer: Answer) -> Result<(), Problem> {
    let reply = mask_within(&answer.reply, REASON_CHARS_MAX, &app.vault.check_secrets());
    let (request, answer) = (answer.request, Answer { reply, ..answer });
    let input = (app.stamp(caller), answer);
    let result = app
        .store
        .write(input, |conn, (stamp, answer)| {
            let (row, case) = open_to_decide(conn, stamp, answer)?;
            check_reply(&answer.reply, true)?;
            refuse_in(conn, stamp, (row, case), &answer.reply)
        })
        .await;
    noted(app, caller, request, result).await
}

/// Ends a request as refused, with its record and events.
pub(super) fn refuse_in(
    conn: &mut Conn,
    stamp: &Stamp,
    (row, case): (RequestRow, CaseRow),
    reply: &str,
) -> Result<(), Problem> {
    let ended = ended(stamp, row, RequestOutcome::Refused);
    let case = CaseRow { reply: reply.to_owned(), ..without_proposal(case) };
    save(conn, stamp, &ended, &case)?;
    let mut ids = stamp.seed.ids();
    let facts = json!({ "outcome": RequestOutcome::Refused.as_text() });
    note_end(conn, &mut ids, stamp, &ended, "request.refused", facts)
}

pub(super) fn check_reply(reply: &str, is_needed: bool) -> Result<(), Problem> {
    if is_needed && reply.is_empty() {
        return Err(Problem::field("reply", "reason_missing"));
    }
    if reply.chars().count() > REASON_CHARS_MAX {
        let problem = Problem::invalid("invalid_input");
        return Err(problem.with_field_params(
            "reply",
            "too_long",
            vec![("max", cancellation::number(REASON_CHARS_MAX))],
        ));
    }
    Ok(())
}

/// The request for somebody who may decide it.
pub(super) fn find(conn: &mut Conn, caller: &Caller, id: RequestId) -> Result<(RequestRow, CaseRow), Problem> {
    let row = requests::find(conn, id)?.ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: row.partner_id.0, customer: row.customer_id.0 };
    authorize::require(conn, caller, Permission::RequestDecide, owner)?;
    let case = case_of(conn, &row)?;
    if case.stage.0 == Stage::Operator { Ok((row, case)) } else { Err(Problem::not_found()) }
}

/// The request, if it still waits for a decision and is as it was seen.
fn open_to_decide(conn: &mut Conn, stamp: &Stamp, answer: &Answer) -> Result<(RequestRow, CaseRow), Problem> {
    let (row, case) = find(conn, &stamp.caller, answer.request)?;
    if row.state.0 == RequestState::Closed {
        return Err(already(row.outcome.map(|outcome| outcome.0)));
    }
    if row.problem_type.0 != ProblemType::Refund {
        return Err(Problem::conflict("not_a_refund_request"));
    }
    if row.version != answer.version {
        return Err(Problem::conflict("changed_elsewhere"));
    }
    Ok((row, case))
}

fn decided(stamp: &Stamp, purchase: &Purchase, awards: &[Award]) -> Result<OrderCancellation, Problem> {
    cancellation::require_charged(&purchase.order)?;
    let facts = purchase.facts()?;
    decide_credit(purchase.order.state.0, &facts, awards, stamp.now)
        .map_err(|refusal| refused(refusal, purchase.currency))
}

fn purchase_of(conn: &mut Conn, caller: &Caller, row: &RequestRow) -> Result<Purchase, Problem> {
    let order: OrderId = row.order_id.ok_or_else(|| Problem::conflict("request_without_order"))?.0;
    Purchase::load_for(conn, caller, order, Permission::RequestDecide)
}

fn asks_second(conn: &mut Conn, total: Amount, currency: Currency) -> Result<bool, Problem> {
    let above = work::above(conn)?;
    Ok(needs_second_person(total, 10_i64.saturating_pow(currency.exponent()), above))
}

fn propose(
    conn: &mut Conn,
    stamp: &Stamp,
    (row, case): (RequestRow, CaseRow),
    command: &Credit,
) -> Result<(), Problem> {
    let awards: Vec<Value> = command
        .awards
        .iter()
        .map(|award| json!({ "line": award.line, "amount": award.amount.minor(), "units": award.units }))
        .collect();
    let case = CaseRow {
        reply: command.answer.reply.clone(),
        proposal: Value::from(awards.clone()).to_string(),
        proposed_by: Some(Id(stamp.caller.person)),
        proposed_by_name: stamp.caller.name.clone(),
        proposed_at: Some(stamp.now.into()),
        ..case
    };
    save(conn, stamp, &row, &case)?;
    note(conn, &mut stamp.seed.ids(), stamp, &row, "request.proposed", json!({ "awards": awards }))
}

/// The awards that wait for a second person.
///
/// # Errors
///
/// `nothing_proposed`.
pub fn proposal(case: &CaseRow) -> Result<Vec<Award>, Problem> {
    if case.proposal.is_empty() {
        return Err(Problem::conflict("nothing_proposed"));
    }
    let read = |value: &Value| {
        Some(Award {
            line: u32::try_from(value["line"].as_u64()?).ok()?,
            amount: Amount::from_minor(value["amount"].as_i64()?)?,
            units: u32::try_from(value["units"].as_u64()?).ok()?,
        })
    };
    let values: Vec<Value> = serde_json::from_str(&case.proposal).map_err(|_| damaged("proposal"))?;
    values.iter().map(read).collect::<Option<_>>().ok_or_else(|| damaged("proposal"))
}

fn without_proposal(case: CaseRow) -> CaseRow {
    CaseRow {
        proposal: String::new(),
        proposed_by: None,
        proposed_by_name: String::new(),
        proposed_at: None,
        reply: String::new(),
        ..case
    }
}

/// Issues the credit note and applies what the credit does to lines, keys and links. The request's row is taken
/// first, so that of two who decide at once one is told.
fn carry_out(
    conn: &mut Conn,
    stamp: &Stamp,
    (row, case): (RequestRow, CaseRow),
    purchase: &Purchase,
    decided: &OrderCancellation,
) -> Result<CreditNoteId, Problem> {
    let mut ids = stamp.seed.ids();
    let note_id: CreditNoteId = ids.next();
    let ended = RequestRow { credit_note_id: Some(Id(note_id)), ..ended(stamp, row, RequestOutcome::Credited) };
    let reply = case.reply.clone();
    save(conn, stamp, &ended, &CaseRow { reply, ..without_proposal(case) })?;
    // Machines above a lower limit go as they do by default: the ones unseen for longest.
    cancellation::apply(conn, &mut ids, stamp, purchase, decided, &[])?;
    let credit = cancellation::issue(conn, &mut ids, stamp, purchase, decided, (ended.id, note_id))?;
    if decided.lines.iter().any(|line| line.quantity > 0) {
        let numbers = (ended.number.as_str(), credit.number.as_str());
        cancellation::announce_cancelled(conn, &mut ids, stamp, purchase, decided, numbers)?;
    }
    let facts = credited(purchase, decided, &credit);
    note_end(conn, &mut ids, stamp, &ended, "request.credited", facts)?;
    super::close_asks(conn, &mut ids, stamp, purchase, decided, &ended)?;
    Ok(note_id)
}

fn credited(purchase: &Purchase, decided: &OrderCancellation, credit: &CreditNoteRow) -> Value {
    let lines = decided
        .lines
        .iter()
        .map(|line| json!({ "line": line.line, "quantity": line.quantity, "total": line.credit_total.minor() }));
    json!({
        "outcome": RequestOutcome::Credited.as_text(),
        "orderNumber": purchase.order.number,
        "creditNote": credit.number,
        "currency": credit.currency,
        "net": credit.net,
        "tax": credit.tax,
        "total": credit.total,
        "lines": lines.collect::<Vec<_>>(),
    })
}

fn ended(stamp: &Stamp, row: RequestRow, outcome: RequestOutcome) -> RequestRow {
    RequestRow {
        state: Word(RequestState::Closed),
        outcome: Some(Word(outcome)),
        closed_at: Some(stamp.now.into()),
        ..row
    }
}

fn refused(refusal: AwardRefusal, currency: Currency) -> Problem {
    let invalid = || Problem::invalid("invalid_input");
    match refusal {
        AwardRefusal::NothingCredited => Problem::invalid("nothing_credited"),
        AwardRefusal::UnknownLine { .. } => Problem::not_found(),
        AwardRefusal::LineTwice { line } => Problem::field(quantity_field(line), "line_twice"),
        AwardRefusal::Amount { line, left } => invalid().with_field_params(
            format!("amount-{line}"),
            "amount_above_left",
            vec![("amount", Param::Amount(left.minor(), currency))],
        ),
        AwardRefusal::Units { line, left } => invalid().with_field_params(
            quantity_field(line),
            "more_than_left",
            vec![("left", Param::Number(i64::from(left)))],
        ),
        AwardRefusal::WindowOpen { line, closes_at } => invalid().with_field_params(
            quantity_field(line),
            "units_in_window",
            vec![("closes_at", Param::Instant(closes_at))],
        ),
        AwardRefusal::AmountOverflow => damaged("amounts"),
    }
}
