//! One request as each side sees it: the conversation, and for those who answer the purchase beside it.

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::desk::{Stage, amount_left};
use perpetua_domain::id::{OrderId, OrderLineId, RequestId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::order::LineState;
use perpetua_domain::request::RequestState;
use perpetua_store::credits::{self, CreditNoteRow, TitledLine};
use perpetua_store::desk::CaseRow;
use perpetua_store::request_files::{self, FileRow};
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::support::{self as notes, NoteRow};
use perpetua_store::{Conn, cancellations, key_reveals, links, tenants};

use super::case_of;
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::cancellation::{Purchase, damaged};
use crate::context::App;
use crate::problem::Problem;
use crate::support::{find, sees_amounts};

/// One request for one caller.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "what a page offers is a set of independent answers")]
pub struct CasePage {
    /// The request; without amounts for those who may not see them.
    pub request: RequestRow,
    /// The desk's side.
    pub case: CaseRow,
    /// Oldest first.
    pub notes: Vec<NoteRow>,
    /// Files of both sides, oldest first.
    pub files: Vec<FileRow>,
    /// The partner's name.
    pub partner_name: String,
    /// The customer's name; the partner's own when no customer is concerned.
    pub customer_name: String,
    /// The number of the order in question.
    pub order_number: Option<String>,
    /// Whether the promised answer is late.
    pub is_overdue: bool,
    /// The credit note with its lines; customers see none (I6).
    pub credit_note: Option<(CreditNoteRow, Vec<TitledLine>)>,
    /// Whether the caller may open it.
    pub shows_note: bool,
    /// The purchase, for those who decide.
    pub order: Option<OrderSide>,
    /// Whether the caller may write, close and reopen.
    pub may_write: bool,
    /// Whether the caller credits or refuses this request.
    pub may_decide: bool,
    /// Whether the caller is of the side that answers.
    pub answers: bool,
    /// Whether a customer asked its partner for this.
    pub is_ask: bool,
    /// Whether amounts are shown.
    pub shows_amounts: bool,
}

/// The order in question, for those who decide.
#[derive(Debug, Clone)]
pub struct OrderSide {
    /// The order.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// The IANA zone that it states.
    pub zone: String,
    /// Its currency.
    pub currency: Currency,
    /// Its lines.
    pub lines: Vec<LineSide>,
}

/// A line of that order with its money, key, links and looks at the key.
#[derive(Debug, Clone)]
pub struct LineSide {
    /// The line.
    pub id: OrderLineId,
    /// Its number within the order.
    pub number: i64,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// Units bought.
    pub bought: i64,
    /// Units cancelled.
    pub cancelled: i64,
    /// Active, partly cancelled or cancelled.
    pub state: LineState,
    /// Charged with tax.
    pub paid: Amount,
    /// Paid with tax and not credited.
    pub left: Amount,
    /// The first instant at which it could no longer be cancelled by one click.
    pub window_closes_at: Timestamp,
    /// `active` or `revoked`; `None` while there is no key.
    pub key_state: Option<String>,
    /// Machines that the key may activate.
    pub limit: i64,
    /// Machines that it has activated.
    pub used: i64,
    /// Download links that still work.
    pub links: i64,
    /// How often any of its links was used.
    pub link_uses: i64,
    /// How often somebody looked at the key, and when last.
    pub reveals: (i64, Option<Timestamp>),
}

/// One request with all that its page shows.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn show(app: &App, caller: &Caller, id: RequestId) -> Result<CasePage, Problem> {
    let now = app.clock.now();
    let caller = caller.clone();
    app.store.read(move |conn| load(conn, &caller, id, now)).await
}

fn load(conn: &mut Conn, caller: &Caller, id: RequestId, now: Timestamp) -> Result<CasePage, Problem> {
    let number = requests::find(conn, id)?.ok_or_else(Problem::not_found)?.number;
    let (mut row, _, customer_name) = find(conn, caller, Permission::RequestView, None, &number)?;
    let case = case_of(conn, &row)?;
    let is_ask = case.stage.0 == Stage::Partner;
    let owner = Owner::Purchase { partner: row.partner_id.0, customer: row.customer_id.0 };
    let is_customer = caller.kind == TenantKind::Customer;
    let edit = if is_customer { Permission::CancellationAsk } else { Permission::RequestEdit };
    let own = if row.partner_id == row.customer_id { Owner::Tenant(row.partner_id.0) } else { owner };
    // What a customer asked its partner the operator only reads.
    let is_side = !is_ask || caller.kind != TenantKind::Operator;
    let may_write = is_side && authorize::allows(conn, caller, edit, own)?;
    let answers = super::answers(conn, caller, &row)?;
    let decide = if is_ask { Permission::PurchaseCancel } else { Permission::RequestDecide };
    let may_decide = answers && authorize::allows(conn, caller, decide, owner)?;
    let shows_amounts = sees_amounts(conn, caller)?;
    let note = row.credit_note_id.filter(|_| !is_customer);
    let shows_note = authorize::allows(conn, caller, Permission::AccountView, Owner::Tenant(row.partner_id.0))?;
    let credit_note = match note {
        Some(note) => credits::find(conn, note.0)?.map(|row| Ok::<_, Problem>((row, credits::lines(conn, note.0)?))),
        None => None,
    };
    let credit_note = credit_note.transpose()?;
    let order = match row.order_id {
        Some(order) if may_decide && !is_ask => Some(order_side(conn, caller, order.0, now)?),
        _ => None,
    };
    let order_number = match row.order_id {
        Some(order) => perpetua_store::orders::find(conn, order.0)?.map(|order| order.number),
        None => None,
    };
    if !shows_amounts {
        row.amount = None;
    }
    let is_open = row.state.0 == RequestState::Open;
    Ok(CasePage {
        notes: notes::notes(conn, vec![row.id])?,
        files: request_files::of_request(conn, row.id.0)?,
        partner_name: name(conn, row.partner_id.0)?,
        customer_name,
        order_number,
        is_overdue: is_open && case.answered_at.is_none() && case.due_at.timestamp() < now,
        credit_note,
        shows_note,
        order,
        may_write,
        may_decide,
        answers,
        is_ask,
        shows_amounts,
        request: row,
        case,
    })
}

fn order_side(conn: &mut Conn, caller: &Caller, id: OrderId, now: Timestamp) -> Result<OrderSide, Problem> {
    let purchase = Purchase::load_for(conn, caller, id, Permission::RequestDecide)?;
    let facts = purchase.facts()?;
    let working = cancellations::living_links(conn, id, now.into())?;
    let used = links::uses_of_order(conn, id)?;
    let ids: Vec<OrderLineId> = purchase.lines.iter().map(|line| line.id.0).collect();
    let seen = key_reveals::counts(conn, &ids)?;
    let mut lines = Vec::with_capacity(purchase.lines.len());
    for (row, facts) in purchase.lines.iter().zip(&facts) {
        let key = purchase.key(row.id.0);
        let reveals = seen.iter().find(|(line, ..)| *line == row.id.0);
        let of_line = |found: &[(OrderLineId, i64)]| {
            found.iter().filter(|(line, _)| *line == row.id.0).map(|(_, count)| *count).sum()
        };
        lines.push(LineSide {
            id: row.id.0,
            number: row.line_no,
            title: row.title.clone(),
            sku_title: row.sku_title.clone(),
            bought: row.quantity,
            cancelled: row.cancelled_quantity,
            state: row.state.0,
            paid: facts.net.plus(facts.tax).map_err(|_| damaged("amounts"))?,
            left: amount_left(facts).map_err(|_| damaged("amounts"))?,
            window_closes_at: row.window_closes_at.timestamp(),
            key_state: key.map(|key| key.state.clone()),
            limit: key.map_or(0, |key| key.activation_limit),
            used: key.map_or(0, |key| key.activation_used),
            links: of_line(&working),
            link_uses: of_line(&used),
            reveals: reveals.map_or((0, None), |(_, count, last)| (*count, Some(last.timestamp()))),
        });
    }
    Ok(OrderSide {
        id,
        number: purchase.order.number.clone(),
        placed_at: purchase.order.placed_at.timestamp(),
        zone: purchase.order.zone.clone(),
        currency: purchase.currency,
        lines,
    })
}

fn name(conn: &mut Conn, tenant: TenantId) -> Result<String, Problem> {
    Ok(tenants::find(conn, tenant)?.map(|tenant| tenant.name).unwrap_or_default())
}
