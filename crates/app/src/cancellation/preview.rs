//! What a cancellation would credit and end, before anybody confirms it (M19, M29).

use jiff::Timestamp;
use perpetua_domain::cancellation::{CancellationOutcome, CancellationRefusal, KeyEffect, Pick, decide};
use perpetua_domain::id::{MachineId, OrderId, OrderLineId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::order::LineState;
use perpetua_domain::release::choose;
use perpetua_domain::request::RefundReason;
use perpetua_store::{Conn, cancellations, machines, tenants};

use super::{
    Purchase, Selection, count, damaged, decide_order_cancellation, line_problem, problem_of, require_charged,
};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// A cancellation as it would be now. It changes nothing.
#[derive(Debug)]
pub struct Preview {
    /// The order.
    pub order: OrderId,
    /// Its number.
    pub order_number: String,
    /// Who bought.
    pub partner: TenantId,
    /// For whom.
    pub customer: TenantId,
    /// The customer's name.
    pub customer_name: String,
    /// The customer's domain.
    pub customer_domain: Option<String>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The IANA zone that the order states; deadlines are told in it.
    pub zone: String,
    /// Every line of the order, chosen or not.
    pub lines: Vec<LinePreview>,
    /// The credit of the lines that can be cancelled as chosen, without tax.
    pub net: Amount,
    /// Its tax.
    pub tax: Amount,
    /// With tax: the requested amount.
    pub total: Amount,
    /// Why *Submit* would be refused as chosen, apart from the form's own fields.
    pub problem: Option<Problem>,
}

impl Preview {
    /// Whether any line can still be cancelled; otherwise the page shows dates and no form.
    pub fn is_open(&self) -> bool {
        self.lines.iter().any(|line| line.cancellable)
    }
}

/// One line of an order as a cancellation would leave it.
#[derive(Debug)]
pub struct LinePreview {
    /// The line.
    pub id: OrderLineId,
    /// Its number within the order.
    pub number: u32,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// Units bought.
    pub bought: u32,
    /// Units that are not cancelled.
    pub left: u32,
    /// Active, partly cancelled or cancelled, as it is now.
    pub state: LineState,
    /// The first instant at which it can no longer be cancelled.
    pub window_closes_at: Timestamp,
    /// Whether units are left and the window is open.
    pub cancellable: bool,
    /// Units chosen; 0 where the line is not.
    pub chosen: u32,
    /// What cancelling the chosen units does, or why not; `None` where the line is not chosen.
    pub outcome: Option<Result<CancellationOutcome, CancellationRefusal>>,
    /// The line's key.
    pub key: Option<KeyPreview>,
    /// Download links that still work.
    pub links: u32,
    /// The machines of the key, longest unseen first, at most [`MACHINES_MAX`]; empty where the line is not chosen.
    pub machines: Vec<MachinePreview>,
}

/// A machine that a cancellation may end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachinePreview {
    /// Its activation.
    pub id: MachineId,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// When it asked last.
    pub last_seen: Timestamp,
    /// Whether it goes when nobody chooses otherwise.
    pub goes: bool,
}

/// Machines that a preview shows of one key.
pub const MACHINES_MAX: i64 = 200;

/// A key as it is now, without anything secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPreview {
    /// Whether it can activate machines.
    pub active: bool,
    /// Machines that it may activate.
    pub limit: u32,
    /// Machines that it has activated.
    pub used: u32,
}

/// Computes what cancelling the selection would do now.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`; a selection that
/// cannot be cancelled is no error but [`Preview::problem`].
pub async fn preview(app: &App, caller: &Caller, order: OrderId, selection: Selection) -> Result<Preview, Problem> {
    let now = app.clock.now();
    let reader = caller.clone();
    app.store
        .read(move |conn| {
            let purchase = Purchase::load(conn, &reader, order)?;
            let customer = tenants::find(conn, purchase.order.customer_id.0)?.ok_or_else(|| damaged("customer"))?;
            let working = cancellations::living_links(conn, order, now.into())?;
            let mut preview = compute(&purchase, &selection, &working, now)?;
            for line in &mut preview.lines {
                line.machines = machines_of(conn, &purchase, line)?;
            }
            preview.customer_name = customer.name;
            preview.customer_domain = customer.domain;
            Ok(preview)
        })
        .await
}

/// The machines of a chosen line, and which of them go by default.
fn machines_of(conn: &mut Conn, purchase: &Purchase, line: &LinePreview) -> Result<Vec<MachinePreview>, Problem> {
    let (Some(Ok(outcome)), Some(key)) = (&line.outcome, purchase.key(line.id)) else { return Ok(Vec::new()) };
    let known = machines::longest_unseen(conn, key.id.0, MACHINES_MAX)?;
    let facts: Vec<_> = known.iter().map(|row| (row.id.0, row.last_seen.timestamp())).collect();
    let needed = usize::try_from(outcome.machines_to_release).unwrap_or(usize::MAX);
    let going = match outcome.key {
        KeyEffect::Revoke => facts.iter().map(|(id, _)| *id).collect(),
        KeyEffect::Keep => Vec::new(),
        KeyEffect::LowerLimit { .. } => choose(&facts, &[], needed),
    };
    let machine = |row: machines::MachineRow| MachinePreview {
        id: row.id.0,
        goes: going.contains(&row.id.0),
        last_seen: row.last_seen.timestamp(),
        name: row.name,
    };
    Ok(known.into_iter().map(machine).collect())
}

/// All of [`Preview`] but the customer's name and domain, and the machines.
fn compute(
    purchase: &Purchase,
    selection: &Selection,
    working_links: &[(OrderLineId, i64)],
    now: Timestamp,
) -> Result<Preview, Problem> {
    let facts = purchase.facts()?;
    let picks = Purchase::picks(selection, &facts);
    // The reason changes nothing of the outcome, and a preview is shown before one is given.
    let reason = RefundReason::not_given();
    let mut lines = Vec::with_capacity(facts.len());
    for (row, facts) in purchase.lines.iter().zip(&facts) {
        let chosen = chosen_of(&picks, facts.line);
        let outcome = (chosen > 0).then(|| decide(facts, chosen, now, &reason));
        let key = purchase.key(row.id.0).map(|key| {
            Ok::<_, Problem>(KeyPreview {
                active: key.state == "active",
                limit: count(key.activation_limit)?,
                used: count(key.activation_used)?,
            })
        });
        lines.push(LinePreview {
            id: row.id.0,
            number: facts.line,
            title: row.title.clone(),
            sku_title: row.sku_title.clone(),
            bought: facts.quantity,
            left: facts.left(),
            state: row.state.0,
            window_closes_at: facts.snapshot.deadline,
            cancellable: decide(facts, 1, now, &reason).is_ok(),
            chosen,
            outcome,
            key: key.transpose()?,
            links: working_links
                .iter()
                .find(|(line, _)| *line == row.id.0)
                .map_or(Ok(0), |(_, found)| count(*found))?,
            machines: Vec::new(),
        });
    }
    let done = || lines.iter().filter_map(|line| line.outcome.as_ref()?.as_ref().ok());
    let sum = |part: fn(&CancellationOutcome) -> Amount| Amount::sum(done().map(part)).map_err(|_| damaged("amounts"));
    let (net, tax, total) =
        (sum(|line| line.credit_net)?, sum(|line| line.credit_tax)?, sum(|line| line.credit_total)?);
    let refused = lines.iter().find_map(|line| Some(line_problem(line.number, line.outcome.as_ref()?.err()?)));
    let decided = || decide_order_cancellation(purchase.order.state.0, &facts, &picks, now, &reason);
    let problem = require_charged(&purchase.order).err().or(refused).or_else(|| decided().err().map(problem_of));
    Ok(Preview {
        order: purchase.order.id.0,
        order_number: purchase.order.number.clone(),
        partner: purchase.order.partner_id.0,
        customer: purchase.order.customer_id.0,
        customer_name: String::new(),
        customer_domain: None,
        currency: purchase.currency,
        zone: purchase.order.zone.clone(),
        lines,
        net,
        tax,
        total,
        problem,
    })
}

fn chosen_of(picks: &[Pick], line: u32) -> u32 {
    picks.iter().find(|pick| pick.line == line).map_or(0, |pick| pick.quantity)
}
