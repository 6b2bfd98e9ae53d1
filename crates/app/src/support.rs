//! Service requests (contract 50): asking the operator for help, the conversation, and its end.
//!
//! They are the same requests as those of cancellations and share their numbers; the wire's 15-digit number is
//! made from it. Product keys that people write into texts are masked before anything is stored (I7). What may
//! change is decided by `domain::support`.

mod change;
mod view;

use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{OrderId, RequestId, TenantId};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice, RequestState};
use perpetua_domain::support::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::series::{self, Series};
use perpetua_store::support::{self as rows, ServiceRow};
use perpetua_store::{Conn, Id, Word, orders, tenants};
use serde_json::{Value, json};

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::desk::Case;
use crate::event;
use crate::key_text::mask_within;
use crate::problem::{Param, Problem};

pub use change::{ChangeRequest, change};
pub use view::{ListRequests, NoteView, RefundView, RequestView, Requests, get, list, number_of_wire, wire_number};
pub(crate) use view::{find, sees_amounts};

/// The longest name of a contact, in characters.
const CONTACT_CHARS_MAX: usize = 200;

/// A request as a person or program asks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// Names the call for ever (I2).
    pub request_key: [u8; 32],
    /// The customer in question; `None` when it is about the partner itself.
    pub customer: Option<TenantId>,
    /// What it is about.
    pub kind: ProblemType,
    /// How much it hurts.
    pub impact: Impact,
    /// One line, 1 to 256 characters.
    pub title: String,
    /// 1 to 10,000 characters.
    pub description: String,
    /// The order in question.
    pub order: Option<OrderId>,
    /// The product in question; may be empty.
    pub product_id: String,
    /// Country code; may be empty.
    pub country: String,
    /// Whom to answer; the caller where empty.
    pub contact_name: String,
    /// Where to answer; the caller's address where empty.
    pub contact_email: String,
    /// A telephone number; may be empty.
    pub contact_phone: String,
}

/// Opens a request, or answers with the one that the same call opened before.
///
/// # Errors
///
/// `not_found` for another partner's customer or order, `missing_role`, `relationship_ended`; `invalid_input`
/// naming each wrong field; `request_reused`.
pub async fn open(app: &App, caller: &Caller, command: OpenRequest) -> Result<RequestView, Problem> {
    let secrets = app.vault.check_secrets();
    let command = OpenRequest {
        title: mask_within(&command.title, TITLE_CHARS_MAX, &secrets),
        description: mask_within(&command.description, TEXT_CHARS_MAX, &secrets),
        contact_name: mask_within(&command.contact_name, CONTACT_CHARS_MAX, &secrets),
        ..command
    };
    let input = (app.stamp(caller), command);
    app.store.write(input, |conn, (stamp, command)| open_in(conn, stamp, command)).await
}

fn open_in(conn: &mut Conn, stamp: &Stamp, command: &OpenRequest) -> Result<RequestView, Problem> {
    let caller = &stamp.caller;
    if caller.kind != TenantKind::Partner {
        return Err(Problem::not_found());
    }
    let owner = match command.customer {
        Some(customer) => Owner::Purchase { partner: caller.tenant, customer },
        None => Owner::Own,
    };
    let permission =
        if command.kind == ProblemType::Refund { Permission::RefundRequest } else { Permission::RequestEdit };
    if command.kind == ProblemType::Refund && command.customer.is_none() {
        return Err(Problem::field("organization", "missing"));
    }
    authorize::require(conn, caller, permission, owner)?;
    if let Some(earlier) = requests::find_by_key(conn, &command.request_key)? {
        let mine = earlier.partner_id.0 == caller.tenant;
        return if mine { view::load(conn, caller, &earlier.number) } else { Err(Problem::conflict("request_reused")) };
    }
    check(conn, caller, command)?;
    let mut ids = stamp.seed.ids();
    let number = series::take(conn, Series::Request)?;
    let row = request_row(conn, &mut ids, stamp, command, number.clone())?;
    requests::insert(conn, &row)?;
    rows::insert(conn, &service_row(stamp, &row, command))?;
    crate::desk::begin(conn, stamp, &row, Case::default())?;
    announce(conn, &mut ids, stamp, &row, "request.opened", &[])?;
    view::load(conn, caller, &number)
}

fn check(conn: &mut Conn, caller: &Caller, command: &OpenRequest) -> Result<(), Problem> {
    let mut problem = Problem::invalid("invalid_input");
    if !is_title(&command.title) {
        problem = problem.with_field("title", "request_title_long");
    }
    if !is_text(&command.description) {
        problem = problem.with_field_params(
            "description",
            "request_text",
            vec![("max", Param::Number(i64::try_from(TEXT_CHARS_MAX).unwrap_or(i64::MAX)))],
        );
    }
    let short = [
        ("productId", &command.product_id, 64),
        ("countryCode", &command.country, 2),
        ("contactName", &command.contact_name, CONTACT_CHARS_MAX),
        ("contactEmail", &command.contact_email, 254),
        ("contactPhone", &command.contact_phone, 40),
    ];
    for (field, text, max) in short {
        if text.chars().count() > max || text.chars().any(char::is_control) {
            problem = problem.with_field(field, "text_too_long");
        }
    }
    if let Some(order) = command.order {
        let order = orders::find(conn, order)?.filter(|order| order.partner_id.0 == caller.tenant);
        let order = order.ok_or_else(Problem::not_found)?;
        if command.customer.is_some_and(|customer| customer != order.customer_id.0) {
            problem = problem.with_field("order", "not_this_order");
        }
    }
    if problem.fields.is_empty() { Ok(()) } else { Err(problem) }
}

pub(super) fn is_title(text: &str) -> bool {
    (1..=TITLE_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

pub(super) fn is_text(text: &str) -> bool {
    (1..=TEXT_CHARS_MAX).contains(&text.chars().count())
}

fn request_row(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    command: &OpenRequest,
    number: String,
) -> Result<RequestRow, Problem> {
    let caller = &stamp.caller;
    let account = tenants::account(conn, caller.tenant)?;
    let or = |text: &str, other: &str| if text.trim().is_empty() { other } else { text.trim() }.to_owned();
    Ok(RequestRow {
        id: Id(ids.next()),
        number,
        request_key: command.request_key.to_vec(),
        problem_type: Word(command.kind),
        impact: Word(command.impact),
        title: command.title.clone(),
        partner_id: Id(caller.tenant),
        customer_id: Id(command.customer.unwrap_or(caller.tenant)),
        order_id: command.order.map(Id),
        reason_kind: Word(ReasonChoice::NotGiven),
        reason_text: String::new(),
        amount: None,
        currency: account.map(|account| account.currency).unwrap_or_default(),
        free_text: command.description.clone(),
        contact_name: or(&command.contact_name, &caller.name),
        contact_email: or(&command.contact_email, &caller.email),
        contact_phone: command.contact_phone.trim().to_owned(),
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

fn service_row(stamp: &Stamp, row: &RequestRow, command: &OpenRequest) -> ServiceRow {
    let (country, product_id) = (command.country.clone(), command.product_id.clone());
    ServiceRow { country, product_id, ..side_of(stamp, row.id) }
}

/// The side row of a request that was just changed, without country and product.
pub(crate) fn side_of(stamp: &Stamp, request: Id<RequestId>) -> ServiceRow {
    ServiceRow {
        request_id: request,
        country: String::new(),
        product_id: String::new(),
        changed_at: stamp.now.into(),
        changed_by: Id(stamp.caller.person),
        changed_by_name: stamp.caller.name.clone(),
    }
}

/// Record and event; neither holds what people wrote.
pub(crate) fn announce(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    row: &RequestRow,
    kind: &'static str,
    changed: &[&str],
) -> Result<(), Problem> {
    let facts = json!({
        "number": row.number,
        "type": row.problem_type.0.as_text(),
        "state": row.state.0.as_text(),
        "outcome": row.outcome.map(|outcome| outcome.0.as_text()),
        "changed": changed,
    });
    let entry = Entry::new(kind, "request", row.id.0).partner(row.partner_id.0).detail(facts.clone());
    let entry = if crate::desk::is_ask(conn, row)? { entry.customer(row.customer_id.0) } else { entry };
    audit::record(conn, ids, stamp, &entry)?;
    let mut payload: Value = facts;
    payload["id"] = row.id.0.to_string().into();
    payload["partner"] = row.partner_id.0.to_string().into();
    payload["customer"] = row.customer_id.0.to_string().into();
    payload["actor"] = stamp.caller.person.to_string().into();
    event::push(conn, ids, stamp, kind, &payload)?;
    Ok(())
}
