//! *Report a problem*: the form with its four checked facts (M31, M34–M39), opened from *Cancel* or from the menu.

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::desk::{Stage, amount_left, asks_for_kms};
use perpetua_domain::id::{OrderId, OrderLineId, PersonId, RequestId, RowId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::names::EmailAddress;
use perpetua_domain::order::OrderState;
use perpetua_domain::request::{
    Impact, ProblemType, REASON_CHARS_MAX, ReasonChoice, RefundFacts, RefundForm, RefundReason, RequestState,
    TITLE_CHARS_MAX,
};
use perpetua_i18n::Lang;
use perpetua_store::orders::OrderRow;
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::series::{self, Series};
use perpetua_store::support::{self as notes, NoteRow};
use perpetua_store::{Conn, Id, Word, orders, relationships, subscriptions, tenants};
use uuid::Uuid;

use super::{Case, begin};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::cancellation::{self, FREE_TEXT_CHARS_MAX, Purchase, damaged, field, field_of};
use crate::context::App;
use crate::key_text::mask_within;
use crate::problem::{FieldProblem, Param, Problem};
use crate::request_files::{self, SentFiles};
use crate::{support, typed_amount};

/// Further people whom a request may inform.
const INFORM_MAX: usize = 10;

/// A request as a person filled it in; field names of problems are the names of these fields.
#[derive(Debug, Clone)]
pub struct Report {
    /// Names the form for ever (I2).
    pub request_key: [u8; 32],
    /// *Problem type* (`problem_type`).
    pub kind: Option<ProblemType>,
    /// *Impact*.
    pub impact: Option<Impact>,
    /// *Title*.
    pub title: String,
    /// *Customer ID or domain name*; may be empty unless money is to be given back.
    pub customer: String,
    /// *Order ID or subscription ID*: number or id of an order, or id of a line or subscription; may be empty
    /// unless money is to be given back.
    pub order: String,
    /// The line that *Cancel* was pressed on; counts only where the order has it.
    pub line: Option<OrderLineId>,
    /// *Reason for the refund*, the list.
    pub reason: Option<ReasonChoice>,
    /// *Reason for the refund*, the text.
    pub reason_text: String,
    /// *Requested amount*, as typed.
    pub amount: String,
    /// *Free text*.
    pub text: String,
    /// *Name*.
    pub contact_name: String,
    /// *E-mail address*.
    pub contact_email: String,
    /// *Telephone number*.
    pub contact_phone: String,
    /// Language of the answer.
    pub language: Lang,
    /// Further addresses to inform, separated by anything but letters.
    pub inform: String,
    /// Files that came with the form.
    pub files: Option<SentFiles>,
}

/// A request that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// Its id.
    pub id: RequestId,
    /// The number that people read.
    pub number: String,
}

/// What *Cancel* knows of a purchase and proposes in the form.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The order's number.
    pub order_number: String,
    /// The line's id, which names the purchase exactly.
    pub line: OrderLineId,
    /// What the product was called.
    pub product: String,
    /// The customer.
    pub customer: TenantId,
    /// Its domain, or its id where it has none.
    pub customer_ref: String,
    /// What was paid with tax and is not yet credited.
    pub left: Amount,
    /// Its currency.
    pub currency: Currency,
}

/// The facts of a purchase for whoever may ask for its refund.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn facts_of_line(app: &App, caller: &Caller, line: OrderLineId) -> Result<Facts, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let row = orders::find_line(conn, line)?.ok_or_else(Problem::not_found)?;
            let purchase = Purchase::load_for(conn, &caller, row.order_id.0, Permission::RefundRequest)?;
            let customer = tenants::find(conn, row.customer_id.0)?.ok_or_else(|| damaged("customer"))?;
            Ok(Facts {
                order_number: row.order_number,
                line,
                product: row.title,
                customer: row.customer_id.0,
                customer_ref: customer.domain.unwrap_or_else(|| customer.id.0.to_string()),
                left: left_of(&purchase, Some(line))?,
                currency: purchase.currency,
            })
        })
        .await
}

/// Asks whether the caller may report problems at all, before anything is typed.
///
/// # Errors
///
/// `missing_role`, `not_found` for anybody but partners.
pub async fn may_report(app: &App, caller: &Caller) -> Result<(), Problem> {
    if caller.kind != TenantKind::Partner {
        return Err(Problem::not_found());
    }
    authorize::ask_own(app, caller, Permission::RequestEdit).await
}

/// Stores a request of a partner, or answers with the one that the same form stored before.
///
/// # Errors
///
/// `not_found` for anybody but partners, `missing_role`, `relationship_ended`; `invalid_input` with every wrong
/// field; `request_reused`. Nothing is stored then.
pub async fn report(app: &App, caller: &Caller, form: Report) -> Result<Filed, Problem> {
    let secrets = app.vault.check_secrets();
    let masked = |text: &str, max| mask_within(text, max, &secrets);
    let form = Report {
        title: masked(&form.title, TITLE_CHARS_MAX),
        reason_text: masked(&form.reason_text, REASON_CHARS_MAX),
        text: masked(&form.text, FREE_TEXT_CHARS_MAX),
        contact_name: masked(&form.contact_name, TITLE_CHARS_MAX),
        ..form
    };
    let input = (app.stamp(caller), form);
    app.store.write(input, |conn, (stamp, form)| report_in(conn, stamp, form)).await
}

fn report_in(conn: &mut Conn, stamp: &Stamp, form: &Report) -> Result<Filed, Problem> {
    let caller = &stamp.caller;
    if caller.kind != TenantKind::Partner {
        return Err(Problem::not_found());
    }
    authorize::require(conn, caller, Permission::RequestEdit, Owner::Own)?;
    if let Some(earlier) = requests::find_by_key(conn, &form.request_key)? {
        let mine = earlier.partner_id.0 == caller.tenant;
        let filed = Filed { id: earlier.id.0, number: earlier.number };
        return if mine { Ok(filed) } else { Err(Problem::conflict("request_reused")) };
    }
    let mut subject = Subject::find(conn, caller, form)?;
    if let Some(problem) = form.files.as_ref().and_then(|sent| request_files::check(conn, stamp, sent).err()) {
        // A failing store has no fields, and is found again when the files are given to the request.
        subject.wrong.extend(problem.fields);
    }
    let (row, case) = checked(conn, stamp, form, subject)?;
    let mut ids = stamp.seed.ids();
    let row = RequestRow { id: Id(ids.next()), number: series::take(conn, Series::Request)?, ..row };
    let filed = store(conn, &mut ids, stamp, &row, case)?;
    if let Some(sent) = &form.files {
        request_files::attach(conn, stamp, sent, &row)?;
    }
    Ok(filed)
}

/// What the form's two references lead to, and what is wrong with them.
struct Subject {
    customer: Option<TenantId>,
    order: Option<(OrderRow, Option<OrderLineId>)>,
    left: Option<(Amount, Currency)>,
    wrong: Vec<FieldProblem>,
}

impl Subject {
    fn find(conn: &mut Conn, caller: &Caller, form: &Report) -> Result<Self, Problem> {
        let is_refund = form.kind == Some(ProblemType::Refund);
        let mut found = Self { customer: None, order: None, left: None, wrong: Vec::new() };
        match form.customer.trim() {
            "" if is_refund => found.wrong.push(field("customer", "request_missing")),
            "" => {}
            text => match find_customer(conn, caller, text)? {
                Some(customer) => found.customer = Some(customer),
                None => found.wrong.push(field("customer", "unknown_customer")),
            },
        }
        if let Some(customer) = found.customer {
            let permission = if is_refund { Permission::RefundRequest } else { Permission::RequestEdit };
            authorize::require(conn, caller, permission, Owner::Purchase { partner: caller.tenant, customer })?;
        }
        match form.order.trim() {
            "" if is_refund => found.wrong.push(field("order", "request_missing")),
            "" => {}
            text => match find_order(conn, text)?.filter(|(order, _)| order.partner_id.0 == caller.tenant) {
                Some((order, _)) if found.customer.is_some_and(|customer| customer != order.customer_id.0) => {
                    found.wrong.push(field("order", "order_of_another"));
                }
                Some((order, line)) => {
                    let line = line.or(line_within(conn, form.line, order.id.0)?);
                    found.order = Some((order, line));
                }
                None => found.wrong.push(field("order", "unknown_order")),
            },
        }
        if let (true, Some(_), Some((order, line))) = (is_refund, found.customer, &found.order) {
            if order.state.0 == OrderState::Pending {
                found.wrong.push(field("order", "order_unpaid"));
            }
            let purchase = Purchase::load_for(conn, caller, order.id.0, Permission::RefundRequest)?;
            found.left = Some((left_of(&purchase, *line)?, purchase.currency));
        }
        Ok(found)
    }
}

fn line_within(conn: &mut Conn, line: Option<OrderLineId>, order: OrderId) -> Result<Option<OrderLineId>, Problem> {
    let Some(line) = line else { return Ok(None) };
    let found = orders::find_line(conn, line)?.filter(|row| row.order_id.0 == order);
    Ok(found.map(|row| row.id.0))
}

/// What is left to credit of a line, or of the whole order.
fn left_of(purchase: &Purchase, line: Option<OrderLineId>) -> Result<Amount, Problem> {
    let facts = purchase.facts()?;
    let lines = purchase.lines.iter().zip(&facts).filter(|(row, _)| line.is_none_or(|line| row.id.0 == line));
    let left: Result<Vec<Amount>, _> = lines.map(|(_, facts)| amount_left(facts)).collect();
    left.and_then(Amount::sum).map_err(|_| damaged("amounts"))
}

/// A customer of the caller by id or domain; one of others is as unknown as none.
fn find_customer(conn: &mut Conn, caller: &Caller, text: &str) -> Result<Option<TenantId>, Problem> {
    let found = match text.parse() {
        Ok(id) => tenants::find(conn, id)?,
        Err(_) => tenants::find_by_domain(conn, &text.to_ascii_lowercase())?,
    };
    let Some(tenant) = found else { return Ok(None) };
    let related = relationships::find(conn, caller.tenant, tenant.id.0)?;
    Ok(related.map(|_| tenant.id.0))
}

/// An order by its number or id, or by the id of a line or subscription, which also names the line.
fn find_order(conn: &mut Conn, text: &str) -> Result<Option<(OrderRow, Option<OrderLineId>)>, Problem> {
    for number in [text.to_owned(), text.to_ascii_lowercase(), text.to_ascii_uppercase()] {
        if let Some(order) = orders::find_by_number(conn, &number)? {
            return Ok(Some((order, None)));
        }
    }
    let wire = data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let Some(id) = Uuid::try_parse(text).ok().or_else(|| Uuid::from_slice(&wire?).ok()) else { return Ok(None) };
    if let Some(order) = orders::find(conn, OrderId::from(id))? {
        return Ok(Some((order, None)));
    }
    // A subscription has the id of the line with which it began: after a renewal that line is over, and what people
    // mean by the id is the present term.
    let line = match subscriptions::find(conn, id.into())? {
        Some((row, ..)) => Some((row.order_id.0, row.line_id.0)),
        None => orders::find_line(conn, OrderLineId::from(id))?.map(|line| (line.order_id.0, line.id.0)),
    };
    let Some((order, line)) = line else { return Ok(None) };
    Ok(orders::find(conn, order)?.map(|order| (order, Some(line))))
}

/// Checks every field at once.
fn checked(conn: &mut Conn, stamp: &Stamp, form: &Report, subject: Subject) -> Result<(RequestRow, Case), Problem> {
    let is_refund = form.kind == Some(ProblemType::Refund);
    let mut wrong = subject.wrong.clone();
    let amount = match (is_refund, subject.left) {
        (true, Some((left, currency))) => Some(wanted_amount(form, left, currency)),
        (true, None) if form.amount.trim().is_empty() => Some(Err(field("amount", "request_missing"))),
        _ => None,
    };
    let amount = amount.transpose().unwrap_or_else(|problem| {
        wrong.push(problem);
        None
    });
    for (name, is_missing) in [("problem_type", form.kind.is_none()), ("impact", form.impact.is_none())] {
        if is_missing {
            wrong.push(field(name, "request_missing"));
        }
    }
    if form.text.chars().count() > FREE_TEXT_CHARS_MAX {
        let max = vec![("max", cancellation::number(FREE_TEXT_CHARS_MAX))];
        wrong.push(FieldProblem { field: "text".to_owned(), code: "too_long", params: max });
    }
    let inform = addresses(&form.inform).unwrap_or_else(|problem| {
        wrong.push(problem);
        Vec::new()
    });
    let in_own_words = || (!form.reason_text.is_empty()).then_some(ReasonChoice::Other);
    let facts = RefundForm {
        title: &form.title,
        // Only a refund needs a reason; elsewhere this one stands in and is not stored.
        reason: if is_refund { form.reason.or_else(in_own_words) } else { Some(ReasonChoice::Mistake) },
        reason_text: if is_refund { &form.reason_text } else { "" },
        contact_name: &form.contact_name,
        contact_email: &form.contact_email,
        contact_phone: &form.contact_phone,
    };
    match (facts.validated(), form.kind, form.impact) {
        (Ok(facts), Some(kind), Some(impact)) if wrong.is_empty() => {
            let line = subject.order.as_ref().and_then(|(_, line)| *line);
            let row = row_of(conn, stamp, form, (kind, impact, amount), subject, facts)?;
            Ok((row, Case { stage: Stage::Operator, line, language: form.language, inform }))
        }
        (validated, ..) => {
            wrong.extend(validated.err().unwrap_or_default().into_iter().map(field_of));
            let mut problem = Problem::invalid("invalid_input");
            problem.fields = wrong;
            Err(problem)
        }
    }
}

/// The request of checked facts; its id and number come when it is stored.
fn row_of(
    conn: &mut Conn,
    stamp: &Stamp,
    form: &Report,
    (kind, impact, amount): (ProblemType, Impact, Option<Amount>),
    subject: Subject,
    facts: RefundFacts,
) -> Result<RequestRow, Problem> {
    let caller = &stamp.caller;
    let account = tenants::account(conn, caller.tenant)?;
    let order = subject.order.map(|(order, _)| order);
    let customer = subject.customer.or(order.as_ref().map(|order| order.customer_id.0));
    let currency = order.as_ref().map(|order| order.currency.clone()).or(account.map(|account| account.currency));
    let reason = if kind == ProblemType::Refund { facts.reason } else { RefundReason::not_given() };
    Ok(RequestRow {
        id: Id(Uuid::nil().into()),
        number: String::new(),
        request_key: form.request_key.to_vec(),
        problem_type: Word(kind),
        impact: Word(impact),
        title: facts.title,
        partner_id: Id(caller.tenant),
        customer_id: Id(customer.unwrap_or(caller.tenant)),
        order_id: order.map(|order| order.id),
        reason_kind: Word(reason.choice()),
        reason_text: reason.text().to_owned(),
        amount: amount.map(Amount::minor),
        currency: currency.unwrap_or_default(),
        free_text: form.text.clone(),
        contact_name: facts.contact_name,
        contact_email: facts.contact_email,
        contact_phone: facts.contact_phone,
        state: Word(RequestState::Open),
        outcome: None,
        credit_note_id: None,
        created_by: Id(caller.person),
        created_at: stamp.now.into(),
        closed_at: None,
        version: 1,
        personal_removed_at: None,
    })
}

fn wanted_amount(form: &Report, left: Amount, currency: Currency) -> Result<Amount, FieldProblem> {
    let problem = |code| {
        let params = vec![("amount", Param::Amount(left.minor(), currency))];
        FieldProblem { field: "amount".to_owned(), code, params }
    };
    match typed_amount::parse(&form.amount, currency) {
        None => Err(problem("not_an_amount")),
        Some(_) if left <= Amount::ZERO => Err(problem("nothing_left")),
        Some(amount) if amount <= Amount::ZERO => Err(problem("not_an_amount")),
        Some(amount) if amount > left => Err(problem("amount_above_left")),
        Some(amount) => Ok(amount),
    }
}

/// Addresses as people list them, one after another.
fn addresses(text: &str) -> Result<Vec<String>, FieldProblem> {
    let mut found: Vec<String> = Vec::new();
    for address in text.split([' ', ',', ';', '\n', '\r', '\t']).filter(|address| !address.is_empty()) {
        let address = EmailAddress::parse(address).map_err(|_| field("inform", "request_email"))?;
        if !found.iter().any(|known| known.eq_ignore_ascii_case(address.as_str())) {
            found.push(address.as_str().to_owned());
        }
    }
    if found.len() > INFORM_MAX { Err(field("inform", "too_many_addresses")) } else { Ok(found) }
}

fn store(conn: &mut Conn, ids: &mut Ids<'_>, stamp: &Stamp, row: &RequestRow, case: Case) -> Result<Filed, Problem> {
    let is_kms = asks_for_kms(row.problem_type.0, &format!("{} {}", row.title, row.free_text));
    let row =
        &if is_kms { RequestRow { state: Word(RequestState::AttentionNeeded), ..row.clone() } } else { row.clone() };
    let language = case.language;
    requests::insert(conn, row)?;
    notes::insert(conn, &support::side_of(stamp, row.id))?;
    begin(conn, stamp, row, case)?;
    if is_kms {
        // The standing rule (M21): it is the same answer for everybody, so nobody has to write it.
        let desk = tenants::operator(conn)?.map(|desk| desk.name).unwrap_or_default();
        let note = NoteRow {
            id: Id(ids.next::<RowId>()),
            request_id: row.id,
            author_id: Id(PersonId::from(Uuid::nil())),
            author_name: desk,
            at: stamp.now.into(),
            text: perpetua_i18n::text(language, "desk-kms-rule").into_owned(),
        };
        notes::insert_note(conn, &note)?;
        super::answered(conn, stamp, row)?;
    }
    support::announce(conn, ids, stamp, row, "request.opened", &[])?;
    Ok(Filed { id: row.id.0, number: row.number.clone() })
}
