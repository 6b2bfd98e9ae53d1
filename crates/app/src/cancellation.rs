//! Cancelling a purchase inside its window (M19, M29–M39, I4): what it would credit and end, and
//! carrying it out in one transaction.
//!
//! What may be cancelled and what that credits is decided by `domain::cancellation`; what the request
//! must say by `domain::request`. Requests outside the window, which a person judges, are made and decided in
//! [`crate::desk`], which credits through the same steps.

mod commit;
mod form;
mod preview;
mod reading;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::cancellation::{
    CancellationRefusal, LineFacts, OrderCancellationRefusal, Pick, all_left, decide_order_cancellation,
};
use perpetua_domain::id::{OrderId, OrderLineId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::order::OrderState;
use perpetua_domain::policy::{PurchaseSnapshot, RefundRule};
use perpetua_store::keys::ProductKeyRow;
use perpetua_store::orders::{OrderLineRow, OrderRow};
use perpetua_store::{Conn, cancellations, orders};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::problem::{Param, Problem};

pub use commit::{Cancel, Cancelled, CancelledLine, cancel, cancel_lines, cancel_order};
pub(crate) use commit::{announce_cancelled, apply, cancel_line_in, issue};
pub use form::{FREE_TEXT_CHARS_MAX, RequestForm};
pub(crate) use form::{field, field_of, number};
pub use perpetua_store::credits::TitledLine as CreditLine;
pub use perpetua_store::requests::RequestRow as Request;
pub use preview::{KeyPreview, LinePreview, MACHINES_MAX, MachinePreview, Preview, preview};
pub use reading::{
    CreditNote, RequestCursor, Requests, amounts_shown, cancelled, credit_note, last_phone, order_of_line, requests,
};

/// What to cancel of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// All that is left.
    AllLeft,
    /// All that is left of the line with this number.
    Line(u32),
    /// These units of these lines.
    Lines(Vec<Pick>),
}

/// An order with all that a cancellation touches, loaded for a caller who may cancel it.
pub(crate) struct Purchase {
    pub(crate) order: OrderRow,
    pub(crate) lines: Vec<OrderLineRow>,
    keys: Vec<ProductKeyRow>,
    pub(crate) currency: Currency,
}

impl Purchase {
    /// Four queries.
    fn load(conn: &mut Conn, caller: &Caller, id: OrderId) -> Result<Self, Problem> {
        Self::load_for(conn, caller, id, Permission::PurchaseCancel)
    }

    /// The same, with the order's row and those of its keys taken first: whoever cancels, activates or refreshes at this
    /// moment waits, and what is decided on stays true. Machines that refresh in a loop cannot put a revocation off.
    fn take(conn: &mut Conn, caller: &Caller, id: OrderId) -> Result<Self, Problem> {
        // Nobody locks what they may not touch.
        Self::load(conn, caller, id)?;
        cancellations::take(conn, id)?;
        Self::load(conn, caller, id)
    }

    /// For a caller who may do this with the purchase.
    pub(crate) fn load_for(
        conn: &mut Conn,
        caller: &Caller,
        id: OrderId,
        permission: Permission,
    ) -> Result<Self, Problem> {
        let order = orders::find(conn, id)?.ok_or_else(Problem::not_found)?;
        let owner = Owner::Purchase { partner: order.partner_id.0, customer: order.customer_id.0 };
        authorize::require(conn, caller, permission, owner)?;
        let lines = orders::lines(conn, id)?;
        let keys = cancellations::keys_of_order(conn, id)?;
        let currency = order.currency.parse().map_err(|_| damaged("currency"))?;
        Ok(Self { order, lines, keys, currency })
    }

    pub(crate) fn key(&self, line: OrderLineId) -> Option<&ProductKeyRow> {
        self.keys.iter().find(|key| key.line_id.0 == line)
    }

    pub(crate) fn line(&self, number: u32) -> Result<&OrderLineRow, Problem> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.line_no == i64::from(number)).ok_or_else(|| damaged("line_no"))
    }

    pub(crate) fn facts(&self) -> Result<Vec<LineFacts>, Problem> {
        self.lines.iter().map(|line| line_facts(line, self.key(line.id.0))).collect()
    }

    fn picks(selection: &Selection, facts: &[LineFacts]) -> Vec<Pick> {
        match selection {
            Selection::AllLeft => all_left(facts),
            Selection::Line(line) => all_left(facts).into_iter().filter(|pick| pick.line == *line).collect(),
            Selection::Lines(picks) => picks.clone(),
        }
    }
}

fn line_facts(line: &OrderLineRow, key: Option<&ProductKeyRow>) -> Result<LineFacts, Problem> {
    Ok(LineFacts {
        line: count(line.line_no)?,
        quantity: count(line.quantity)?,
        cancelled: count(line.cancelled_quantity)?,
        net: amount(line.net)?,
        tax: amount(line.tax)?,
        net_credited: amount(line.credited_net)?,
        tax_credited: amount(line.credited_tax)?,
        placed_at: line.placed_at.timestamp(),
        term_ends_at: line.term_ends_at.map(perpetua_store::Utc::timestamp),
        snapshot: PurchaseSnapshot {
            policy: line.policy_id.0,
            deadline: line.window_closes_at.timestamp(),
            refund: RefundRule::parse(&line.refund_rule).ok_or_else(|| damaged("refund_rule"))?,
            activations_per_unit: count(line.activations_per_unit)?,
            downgrade_rights: line.downgrade_rights,
        },
        machines_active: key.map_or(Ok(0), |key| count(key.activation_used))?,
        limit: key.map_or(Ok(0), |key| count(key.activation_limit))?,
    })
}

/// A refusal of one line as the caller reads it.
fn line_problem(line: u32, refusal: CancellationRefusal) -> Problem {
    match refusal {
        CancellationRefusal::WindowClosed { closed_at } => window_closed(closed_at),
        CancellationRefusal::AlreadyCancelled => Problem::conflict("already_cancelled"),
        CancellationRefusal::ZeroQuantity => Problem::field(quantity_field(line), "quantity_zero"),
        CancellationRefusal::MoreThanLeft { left } => Problem::invalid("invalid_input").with_field_params(
            quantity_field(line),
            "more_than_left",
            vec![("left", Param::Number(i64::from(left)))],
        ),
        CancellationRefusal::AmountOverflow => damaged("amounts"),
    }
}

fn problem_of(refusal: OrderCancellationRefusal) -> Problem {
    match refusal {
        OrderCancellationRefusal::NothingChosen => Problem::invalid("nothing_to_cancel"),
        OrderCancellationRefusal::UnknownLine { .. } => Problem::not_found(),
        OrderCancellationRefusal::LineTwice { line } => Problem::field(quantity_field(line), "line_twice"),
        OrderCancellationRefusal::Line { line, refusal } => line_problem(line, refusal),
        OrderCancellationRefusal::AmountOverflow => damaged("amounts"),
    }
}

fn window_closed(closed_at: Timestamp) -> Problem {
    Problem::conflict("window_closed").with("closed_at", Param::Instant(closed_at))
}

/// The form's field for the quantity of a line.
pub(crate) fn quantity_field(line: u32) -> String {
    format!("quantity-{line}")
}

/// An order that waits for payment has charged nothing, so there is nothing to credit.
pub(crate) fn require_charged(order: &OrderRow) -> Result<(), Problem> {
    if order.state.0 == OrderState::Pending { Err(Problem::conflict("order_not_completed")) } else { Ok(()) }
}

fn count(value: i64) -> Result<u32, Problem> {
    u32::try_from(value).map_err(|_| damaged("a count"))
}

fn amount(minor: i64) -> Result<Amount, Problem> {
    Amount::from_minor(minor).ok_or_else(|| damaged("an amount"))
}

/// A stored value that this program cannot have written.
pub(crate) fn damaged(what: &str) -> Problem {
    Problem::internal(format!("a stored purchase is damaged: {what}"))
}
