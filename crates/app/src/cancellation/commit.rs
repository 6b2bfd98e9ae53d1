//! Carrying a cancellation out: request, credit note, lines, keys, links, account, audit and events in
//! one transaction (I2, I4, I5, I8).

use perpetua_domain::access::TenantKind;
use perpetua_domain::cancellation::{CancellationOutcome, KeyEffect, OrderCancellation, Pick};
use perpetua_domain::id::{CreditNoteId, MachineId, OrderId, OrderLineId, RequestId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::request::{RefundReason, RequestOutcome, RequestState};
use perpetua_license::revocation::Reason;
use perpetua_store::accounts::{self, LedgerRow};
use perpetua_store::cancellations::{self, LineChange};
use perpetua_store::credits::{self, CreditNoteLineRow, CreditNoteRow};
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::series::{self, Series};
use perpetua_store::{Conn, Id, Word, document_parties, tenants};
use serde_json::{Value, json};

use super::form::{Checked, RequestForm};
use super::{Purchase, Selection, damaged, decide_order_cancellation, problem_of, reading, require_charged};
use crate::activation;
use crate::audit::{self, Entry};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::problem::Problem;
use crate::{desk, event, refusal, subscriptions};

/// A cancellation that a person submits.
#[derive(Debug, Clone)]
pub struct Cancel {
    /// Where the request came from, a hash of tenant, person, purpose and form token; the
    /// same one is carried out once (I2).
    pub request_key: [u8; 32],
    /// The order.
    pub order: OrderId,
    /// Lines and units.
    pub lines: Vec<Pick>,
    /// The request.
    pub form: RequestForm,
    /// Machines to release where a lowered limit leaves too many; what is missing goes by longest unseen.
    pub release: Vec<MachineId>,
}

/// A cancellation that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The request, closed as credited.
    pub request: RequestId,
    /// Its number, such as `R-000123`.
    pub request_number: String,
    /// The credit note.
    pub credit_note: CreditNoteId,
    /// Its number, such as `CN-000045`.
    pub credit_note_number: String,
    /// The order.
    pub order: OrderId,
    /// The order's number.
    pub order_number: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Credited without tax.
    pub net: Amount,
    /// The tax credited.
    pub tax: Amount,
    /// Credited with tax.
    pub total: Amount,
    /// What was cancelled.
    pub lines: Vec<CancelledLine>,
}

/// One line of a cancellation that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelledLine {
    /// The line.
    pub line: OrderLineId,
    /// Its number within the order.
    pub number: u32,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// Units cancelled by this.
    pub quantity: u32,
    /// Credited without tax.
    pub net: Amount,
    /// The tax credited.
    pub tax: Amount,
}

/// Cancels units of lines, with a request as a person fills it in.
///
/// # Errors
///
/// `not_found`, `missing_role` or `relationship_ended`; `window_closed` with its instant,
/// `already_cancelled`, `nothing_to_cancel`, `order_not_completed`, `too_many_machines`; `invalid_input`
/// with every wrong field. Nothing changes then but the record of the attempt.
pub async fn cancel(app: &App, caller: &Caller, command: Cancel) -> Result<Cancelled, Problem> {
    let Cancel { request_key, order, lines, form, release } = command;
    let fields_with_keys = form.fields_with_keys(&app.vault.check_secrets());
    let form = Some(Filled { form, fields_with_keys });
    submit(app, caller, Work { request_key, order, selection: Selection::Lines(lines), form, release }).await
}

/// Cancels all that is left of an order, as the API does: the reason is stored as not given.
///
/// # Errors
///
/// As [`cancel`], without its fields.
pub async fn cancel_order(
    app: &App,
    caller: &Caller,
    request_key: [u8; 32],
    order: OrderId,
) -> Result<Cancelled, Problem> {
    submit(app, caller, Work { request_key, order, selection: Selection::AllLeft, form: None, release: Vec::new() })
        .await
}

/// Cancels all that is left of one line inside a transaction that is already open, as the API does when a
/// subscription is deleted. A copy of the same request changes nothing more.
///
/// # Errors
///
/// As [`cancel_order`]; nothing may be kept then.
pub(crate) fn cancel_line_in(
    conn: &mut Conn,
    stamp: &Stamp,
    request_key: [u8; 32],
    order: OrderId,
    line: u32,
) -> Result<Cancelled, Problem> {
    carry_out(
        conn,
        stamp,
        &Work { request_key, order, selection: Selection::Line(line), form: None, release: Vec::new() },
    )
}

/// Cancels units of lines, as the API does: the reason is stored as not given.
///
/// # Errors
///
/// As [`cancel`], without its fields.
pub async fn cancel_lines(
    app: &App,
    caller: &Caller,
    request_key: [u8; 32],
    order: OrderId,
    lines: Vec<Pick>,
) -> Result<Cancelled, Problem> {
    submit(
        app,
        caller,
        Work { request_key, order, selection: Selection::Lines(lines), form: None, release: Vec::new() },
    )
    .await
}

struct Work {
    request_key: [u8; 32],
    order: OrderId,
    selection: Selection,
    form: Option<Filled>,
    release: Vec<MachineId>,
}

/// The form, and what only the vault's secrets tell of it.
struct Filled {
    form: RequestForm,
    fields_with_keys: Vec<&'static str>,
}

async fn submit(app: &App, caller: &Caller, work: Work) -> Result<Cancelled, Problem> {
    let order = work.order;
    let input = (app.stamp(caller), work);
    let result = app.store.write(input, |conn, (stamp, work)| carry_out(conn, stamp, work)).await;
    if let Err(problem) = &result {
        refusal::note(app, caller, attempt(caller, order), problem).await;
    }
    result
}

/// The attempt is shown to the tenant whose person made it.
fn attempt(caller: &Caller, order: OrderId) -> Entry {
    let entry = Entry::new("purchase.cancel_refused", "order", order);
    match caller.kind {
        TenantKind::Partner => entry.partner(caller.tenant),
        TenantKind::Customer => entry.customer(caller.tenant),
        TenantKind::Operator => entry,
    }
}

fn carry_out(conn: &mut Conn, stamp: &Stamp, work: &Work) -> Result<Cancelled, Problem> {
    // The permission is asked again before an earlier answer is repeated.
    let purchase = Purchase::take(conn, &stamp.caller, work.order)?;
    if let Some(request) = requests::find_by_key(conn, &work.request_key)? {
        let same_order = request.order_id.is_some_and(|order| order.0 == work.order);
        return if same_order { reading::result(conn, &request) } else { Err(Problem::conflict("request_reused")) };
    }
    require_charged(&purchase.order)?;
    let facts = purchase.facts()?;
    let picks = Purchase::picks(&work.selection, &facts);
    // A missing reason is told with the other fields, after what the window says.
    let reason =
        work.form.as_ref().and_then(|filled| filled.form.reason().ok()).unwrap_or_else(RefundReason::not_given);
    let decided =
        decide_order_cancellation(purchase.order.state.0, &facts, &picks, stamp.now, &reason).map_err(problem_of)?;
    let checked = match &work.form {
        None => RequestForm::checked_not_given(&stamp.caller, &purchase, decided.credit_total),
        Some(Filled { form, fields_with_keys }) => {
            let customer = tenants::find(conn, purchase.order.customer_id.0)?.ok_or_else(|| damaged("customer"))?;
            form.checked(&purchase, &customer, decided.credit_total, fields_with_keys)?
        }
    };
    let mut ids = stamp.seed.ids();
    apply(conn, &mut ids, stamp, &purchase, &decided, &work.release)?;
    let request = settle(conn, &mut ids, stamp, work.request_key, &purchase, &decided, &checked)?;
    desk::close_asks(conn, &mut ids, stamp, &purchase, &decided, &request)?;
    reading::result(conn, &request)
}

/// Changes the order, its lines, keys and links. The order's row is taken first: it is the anchor.
pub(crate) fn apply(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    purchase: &Purchase,
    decided: &OrderCancellation,
    release: &[MachineId],
) -> Result<(), Problem> {
    cancellations::apply_order(conn, purchase.order.id.0, purchase.order.version, decided.order_state)?;
    let mut dying = Vec::new();
    for outcome in &decided.lines {
        let row = purchase.line(outcome.line)?;
        let change = LineChange {
            line: row.id.0,
            version: row.version,
            cancelled_quantity: i64::from(outcome.cancelled),
            credited_net: row.credited_net + outcome.credit_net.minor(),
            credited_tax: row.credited_tax + outcome.credit_tax.minor(),
            state: outcome.state,
        };
        cancellations::apply_line(conn, &change)?;
        apply_key(conn, ids, stamp, purchase, (outcome, release))?;
        if outcome.quantity > 0 {
            subscriptions::follow(conn, ids, stamp, row, outcome.state)?;
        }
        if outcome.links_die {
            dying.push(row.id.0);
        }
    }
    cancellations::revoke_links(conn, &dying, stamp.now.into())?;
    Ok(())
}

fn apply_key(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    purchase: &Purchase,
    (outcome, release): (&CancellationOutcome, &[MachineId]),
) -> Result<(), Problem> {
    let line = purchase.line(outcome.line)?.id.0;
    let key = purchase.key(line).ok_or_else(|| damaged("a line without its key"))?;
    if key.state != "active" {
        // The operator revoked it before; what stands is stricter than what would follow from this.
        return Ok(());
    }
    let (kind, limit) = match outcome.key {
        KeyEffect::Keep => return Ok(()),
        KeyEffect::Revoke => {
            cancellations::revoke_key(conn, key.id.0, key.version, stamp.now.into(), "cancelled")?;
            activation::release::revoke_key(conn, key.id.0, Reason::Cancelled, stamp.now)?;
            ("key.revoked", 0)
        }
        KeyEffect::LowerLimit { to } => {
            activation::release::lower_limit(conn, ids, stamp, key.id.0, to, release)?;
            ("key.limit_lowered", to)
        }
    };
    let facts = json!({
        "order": purchase.order.id.0.to_string(),
        "orderNumber": purchase.order.number,
        "line": line.to_string(),
        "reason": "cancelled",
        "limit": limit,
    });
    let entry = Entry::new(kind, "product_key", key.id.0)
        .partner(purchase.order.partner_id.0)
        .customer(purchase.order.customer_id.0)
        .detail(facts.clone());
    audit::record(conn, ids, stamp, &entry)?;
    let mut payload = facts;
    payload["key"] = key.id.0.to_string().into();
    payload["partner"] = purchase.order.partner_id.0.to_string().into();
    payload["customer"] = purchase.order.customer_id.0.to_string().into();
    event::push(conn, ids, stamp, kind, &payload)?;
    Ok(())
}

/// Stores request and credit note, moves the account, and records it. The two series are taken in the
/// order that `series` asks for, the account last, so that no two cancellations wait in a circle.
fn settle(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    request_key: [u8; 32],
    purchase: &Purchase,
    decided: &OrderCancellation,
    checked: &Checked,
) -> Result<RequestRow, Problem> {
    let note_id: CreditNoteId = ids.next();
    let number = series::take(conn, Series::Request)?;
    let request = request_row(ids.next(), number, request_key, stamp, purchase, checked, note_id);
    requests::insert(conn, &request)?;
    desk::write_words(conn, &request)?;
    let note = issue(conn, ids, stamp, purchase, decided, (request.id, note_id))?;
    record(conn, ids, stamp, purchase, decided, &request, &note)?;
    Ok(request)
}

/// Stores the credit note of a request that is stored already, and moves the account.
pub(crate) fn issue(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    purchase: &Purchase,
    decided: &OrderCancellation,
    (request, id): (Id<RequestId>, CreditNoteId),
) -> Result<CreditNoteRow, Problem> {
    let note = CreditNoteRow {
        id: Id(id),
        number: series::take(conn, Series::CreditNote)?,
        request_id: request,
        order_id: purchase.order.id,
        partner_id: purchase.order.partner_id,
        customer_id: purchase.order.customer_id,
        currency: purchase.order.currency.clone(),
        net: decided.credit_net.minor(),
        tax: decided.credit_tax.minor(),
        total: decided.credit_total.minor(),
        created_by: Id(stamp.caller.person),
        created_at: stamp.now.into(),
    };
    let mut lines = Vec::with_capacity(decided.lines.len());
    for outcome in &decided.lines {
        let row = purchase.line(outcome.line)?;
        lines.push(CreditNoteLineRow {
            credit_note_id: note.id,
            line_no: row.line_no,
            line_id: row.id,
            quantity: i64::from(outcome.quantity),
            net: outcome.credit_net.minor(),
            tax: outcome.credit_tax.minor(),
        });
    }
    credits::insert(conn, &note, &lines)?;
    document_parties::keep_present(conn, note.id.0.as_ref(), note.partner_id.0, Some(note.customer_id.0))?;
    let entry = LedgerRow {
        id: Id(ids.next()),
        partner_id: purchase.order.partner_id,
        at: stamp.now.into(),
        kind: "credit".to_owned(),
        order_id: Some(purchase.order.id),
        credit_note_id: Some(note.id),
        amount: -note.total,
        currency: note.currency.clone(),
    };
    accounts::post(conn, &entry)?;
    Ok(note)
}

fn request_row(
    id: RequestId,
    number: String,
    request_key: [u8; 32],
    stamp: &Stamp,
    purchase: &Purchase,
    checked: &Checked,
    note: CreditNoteId,
) -> RequestRow {
    let facts = &checked.facts;
    RequestRow {
        id: Id(id),
        number,
        request_key: request_key.to_vec(),
        problem_type: Word(checked.problem_type),
        impact: Word(checked.impact),
        title: facts.title.clone(),
        partner_id: purchase.order.partner_id,
        customer_id: purchase.order.customer_id,
        order_id: Some(purchase.order.id),
        reason_kind: Word(facts.reason.choice()),
        reason_text: facts.reason.text().to_owned(),
        amount: Some(checked.amount.minor()),
        currency: purchase.order.currency.clone(),
        free_text: checked.text.clone(),
        contact_name: facts.contact_name.clone(),
        contact_email: facts.contact_email.clone(),
        contact_phone: facts.contact_phone.clone(),
        state: Word(RequestState::Closed),
        outcome: Some(Word(RequestOutcome::Credited)),
        credit_note_id: Some(Id(note)),
        created_by: Id(stamp.caller.person),
        created_at: stamp.now.into(),
        closed_at: Some(stamp.now.into()),
        version: 1,
        personal_removed_at: None,
    }
}

fn record(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    purchase: &Purchase,
    decided: &OrderCancellation,
    request: &RequestRow,
    note: &CreditNoteRow,
) -> Result<(), Problem> {
    let (partner, customer) = (purchase.order.partner_id.0, purchase.order.customer_id.0);
    announce_cancelled(conn, ids, stamp, purchase, decided, (&request.number, &note.number))?;
    let closed = json!({
        "number": request.number,
        "outcome": RequestOutcome::Credited.as_text(),
        "orderNumber": purchase.order.number,
        "creditNote": note.number,
        "currency": note.currency,
        "net": note.net,
        "tax": note.tax,
        "total": note.total,
    });
    let entry = Entry::new("request.closed", "request", request.id.0).partner(partner);
    audit::record(conn, ids, stamp, &entry.detail(closed.clone()))?;
    let mut payload = closed;
    payload["id"] = request.id.0.to_string().into();
    payload["partner"] = partner.to_string().into();
    payload["customer"] = customer.to_string().into();
    event::push(conn, ids, stamp, "request.closed", &payload)?;
    Ok(())
}

/// The customer sees what was cancelled, but no amount: it is the partner's cost (I6).
pub(crate) fn announce_cancelled(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    purchase: &Purchase,
    decided: &OrderCancellation,
    (request, note): (&str, &str),
) -> Result<(), Problem> {
    let (partner, customer) = (purchase.order.partner_id.0, purchase.order.customer_id.0);
    let lines: Vec<Value> = decided
        .lines
        .iter()
        .filter(|line| line.quantity > 0)
        .map(|line| json!({ "line": line.line, "quantity": line.quantity, "state": line.state.as_text() }))
        .collect();
    let cancelled = json!({
        "orderNumber": purchase.order.number,
        "state": decided.order_state.as_text(),
        "lines": lines,
        "request": request,
        "creditNote": note,
    });
    let entry = Entry::new("order.cancelled", "order", purchase.order.id.0).partner(partner).customer(customer);
    // Sentences of the activity log name an order by the fact `order`.
    let mut detail = cancelled.clone();
    detail["order"] = purchase.order.number.clone().into();
    audit::record(conn, ids, stamp, &entry.detail(detail))?;
    let mut payload = cancelled;
    // Events of orders name theirs by `order`, those of everything else by `id`.
    for name in ["id", "order"] {
        payload[name] = purchase.order.id.0.to_string().into();
    }
    payload["partner"] = partner.to_string().into();
    payload["customer"] = customer.to_string().into();
    event::push(conn, ids, stamp, "order.cancelled", &payload)?;
    Ok(())
}
