//! **The rule for cancelling an order** (M19, M29, I4): what a cancellation credits and what dies.
//!
//! A line can be cancelled, in whole or by quantity, while `now` is before the deadline that its
//! purchase snapshot stores ([`crate::window`]), and by nobody without a reason. The credit for k of n
//! units is `round(charged × units cancelled so far, these included ⁄ n) − already credited`, for net
//! and tax each, so that rounding never leaves a remainder: all units back is all money back. When the
//! last unit goes, the key is revoked and every link dies; until then the key's limit goes down.
//! Nothing here loads or stores: the caller gives [`LineFacts`] and applies the outcome.

use jiff::{SignedDuration, Timestamp};

use crate::money::{Amount, AmountOverflow};
use crate::order::{LineState, OrderState};
use crate::policy::{PurchaseSnapshot, RefundRule};
use crate::request::RefundReason;
use crate::window;

/// What a decision must know about one line of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFacts {
    /// The line's number within its order.
    pub line: u32,
    /// Units bought, at least 1.
    pub quantity: u32,
    /// Units cancelled before, 0 to `quantity`.
    pub cancelled: u32,
    /// What was charged without tax.
    pub net: Amount,
    /// The tax that was charged.
    pub tax: Amount,
    /// Credited before, without tax.
    pub net_credited: Amount,
    /// Tax credited before.
    pub tax_credited: Amount,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// The first instant after the term; `None` for perpetual software.
    pub term_ends_at: Option<Timestamp>,
    /// The terms of the purchase.
    pub snapshot: PurchaseSnapshot,
    /// Machines that are active with the line's key.
    pub machines_active: u32,
    /// Machines that the line's key may activate now; the support desk may have raised it above what the units give.
    pub limit: u32,
}

impl LineFacts {
    /// Units that are not cancelled.
    pub const fn left(&self) -> u32 {
        self.quantity.saturating_sub(self.cancelled)
    }

    /// The state of the line.
    pub const fn state(&self) -> LineState {
        LineState::of(self.quantity, self.cancelled)
    }

    /// What the key allows after `lost` more units are gone: a limit that was raised by hand goes down by what those
    /// units gave, and with the last unit nothing is left.
    pub const fn limit_without(&self, lost: u32) -> u32 {
        if lost >= self.left() {
            return 0;
        }
        self.limit.saturating_sub(lost.saturating_mul(self.snapshot.activations_per_unit))
    }
}

/// What becomes of a line's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyEffect {
    /// No unit is left: no activation succeeds any more and no link of the line serves a byte (I4).
    Revoke,
    /// No unit goes, only money comes back: nothing changes.
    Keep,
    /// Fewer machines may be active; links live on.
    LowerLimit {
        /// The new activation limit.
        to: u32,
    },
}

/// What cancelling some units of one line does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancellationOutcome {
    /// The line's number within its order.
    pub line: u32,
    /// Units cancelled by this.
    pub quantity: u32,
    /// Units cancelled in all.
    pub cancelled: u32,
    /// The state of the line afterwards.
    pub state: LineState,
    /// Credited by this, without tax.
    pub credit_net: Amount,
    /// Tax credited by this.
    pub credit_tax: Amount,
    /// Credited by this, with tax.
    pub credit_total: Amount,
    /// What becomes of the key.
    pub key: KeyEffect,
    /// Active machines above the new limit: that many must be released with the cancellation. All
    /// active ones when the key is revoked.
    pub machines_to_release: u32,
    /// Whether every download link of the line dies.
    pub links_die: bool,
}

/// Why a line is not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancellationRefusal {
    /// The window is over.
    WindowClosed {
        /// The first instant at which it was.
        closed_at: Timestamp,
    },
    /// No unit is left.
    AlreadyCancelled,
    /// More units than are left.
    MoreThanLeft {
        /// Units that are left.
        left: u32,
    },
    /// No unit was asked for.
    ZeroQuantity,
    /// The stored amounts cannot be computed with.
    AmountOverflow,
}

impl From<AmountOverflow> for CancellationRefusal {
    fn from(_: AmountOverflow) -> Self {
        Self::AmountOverflow
    }
}

/// Decides whether `quantity` units of a line may be cancelled now, and what that does.
///
/// The reason changes nothing of the outcome; it is asked for because nobody cancels without one
/// (M31). A line that is cancelled already says so also after its window.
///
/// # Errors
///
/// [`CancellationRefusal`], and nothing may change then.
pub fn decide(
    line: &LineFacts,
    quantity: u32,
    now: Timestamp,
    _reason: &RefundReason,
) -> Result<CancellationOutcome, CancellationRefusal> {
    let left = line.left();
    if left == 0 {
        return Err(CancellationRefusal::AlreadyCancelled);
    }
    if !window::is_open(line.snapshot.deadline, now) {
        return Err(CancellationRefusal::WindowClosed { closed_at: line.snapshot.deadline });
    }
    if quantity == 0 {
        return Err(CancellationRefusal::ZeroQuantity);
    }
    if quantity > left {
        return Err(CancellationRefusal::MoreThanLeft { left });
    }
    let credit = |charged, credited| credit_of_line(line, charged, credited, quantity, now);
    let credit_net = credit(line.net, line.net_credited)?;
    let credit_tax = credit(line.tax, line.tax_credited)?;
    let limit = line.limit_without(quantity);
    let revoke = quantity == left;
    Ok(CancellationOutcome {
        line: line.line,
        quantity,
        cancelled: line.cancelled + quantity,
        state: LineState::of(line.quantity, line.cancelled + quantity),
        credit_net,
        credit_tax,
        credit_total: credit_net.plus(credit_tax)?,
        key: if revoke { KeyEffect::Revoke } else { KeyEffect::LowerLimit { to: limit } },
        machines_to_release: line.machines_active.saturating_sub(limit),
        links_die: revoke,
    })
}

/// The full credit for `units_now` more units of a line: what all units cancelled so far are worth,
/// rounded half away from zero, less what was credited before. Never negative and never more than
/// is left of the charge.
///
/// ```
/// use perpetua_domain::cancellation::credit_for;
/// use perpetua_domain::money::Amount;
///
/// let charged = Amount::from_minor(100).expect("in range");
/// let first = credit_for(charged, 3, 0, Amount::ZERO, 1)?;
/// let rest = credit_for(charged, 3, 1, first, 2)?;
/// assert_eq!((first.minor(), rest.minor()), (33, 67));
/// # Ok::<(), perpetua_domain::money::AmountOverflow>(())
/// ```
///
/// # Errors
///
/// [`AmountOverflow`] when the line has no units.
pub fn credit_for(
    charged: Amount,
    units_total: u32,
    units_already_cancelled: u32,
    credited_before: Amount,
    units_now: u32,
) -> Result<Amount, AmountOverflow> {
    let cancelled = u64::from(units_already_cancelled) + u64::from(units_now);
    let due = charged.fraction(cancelled.min(u64::from(units_total)), u64::from(units_total))?;
    Ok(due.minus(credited_before)?.max(Amount::ZERO))
}

/// The credit under the refund rule of the purchase: the full one, or the cancelled units' share of
/// the charge in proportion to the days of the term that have not begun.
fn credit_of_line(
    line: &LineFacts,
    charged: Amount,
    credited: Amount,
    units: u32,
    now: Timestamp,
) -> Result<Amount, AmountOverflow> {
    let Some((days_left, term_days)) = pro_rata(line, now) else {
        return credit_for(charged, line.quantity, line.cancelled, credited, units);
    };
    let before = credit_for(charged, line.quantity, 0, Amount::ZERO, line.cancelled)?;
    let share = credit_for(charged, line.quantity, line.cancelled, before, units)?;
    let still_charged = charged.minus(credited)?.max(Amount::ZERO);
    Ok(share.fraction(days_left, term_days)?.min(still_charged))
}

/// Days of the term that have not begun, and days of the whole term; `None` while all is refunded.
fn pro_rata(line: &LineFacts, now: Timestamp) -> Option<(u64, u64)> {
    let RefundRule::FullThenProRata { full_hours, .. } = line.snapshot.refund else { return None };
    let term = line.term_ends_at?.duration_since(line.placed_at);
    let used = now.duration_since(line.placed_at);
    if used < SignedDuration::from_hours(i64::from(full_hours)) {
        return None;
    }
    let term_days = days_begun(term).max(1);
    Some((term_days.saturating_sub(days_begun(used)), term_days))
}

/// Spans of 24 hours that have begun within `duration`.
fn days_begun(duration: SignedDuration) -> u64 {
    const DAY_SECONDS: u64 = 86_400;
    let seconds = u64::try_from(duration.as_secs()).unwrap_or(0);
    seconds.div_ceil(DAY_SECONDS)
}

/// Some units of one line, chosen to be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pick {
    /// The line's number within its order.
    pub line: u32,
    /// Units to cancel.
    pub quantity: u32,
}

/// What cancelling lines of an order does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCancellation {
    /// One outcome for each pick, in the order of the picks.
    pub lines: Vec<CancellationOutcome>,
    /// The credit note without tax.
    pub credit_net: Amount,
    /// Tax of the credit note.
    pub credit_tax: Amount,
    /// The credit note with tax.
    pub credit_total: Amount,
    /// The state of the order afterwards.
    pub order_state: OrderState,
}

/// Why nothing of an order is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderCancellationRefusal {
    /// No line was chosen.
    NothingChosen,
    /// The order has no such line.
    UnknownLine {
        /// The number that was given.
        line: u32,
    },
    /// A line was chosen more than once.
    LineTwice {
        /// Its number.
        line: u32,
    },
    /// A line refuses; then no line is cancelled.
    Line {
        /// Its number.
        line: u32,
        /// Why.
        refusal: CancellationRefusal,
    },
    /// The credit note leaves the range of amounts.
    AmountOverflow,
}

impl From<AmountOverflow> for OrderCancellationRefusal {
    fn from(_: AmountOverflow) -> Self {
        Self::AmountOverflow
    }
}

/// Picks that cancel all that is left of an order.
pub fn all_left(lines: &[LineFacts]) -> Vec<Pick> {
    let open = lines.iter().filter(|line| line.left() > 0);
    open.map(|line| Pick { line: line.line, quantity: line.left() }).collect()
}

/// Decides a cancellation of one or more lines of an order: all of the picks happen, or none.
///
/// `lines` are all lines of the order, chosen or not, because the order is cancelled when none is left.
///
/// # Errors
///
/// [`OrderCancellationRefusal`], and nothing may change then.
pub fn decide_order_cancellation(
    state: OrderState,
    lines: &[LineFacts],
    picks: &[Pick],
    now: Timestamp,
    reason: &RefundReason,
) -> Result<OrderCancellation, OrderCancellationRefusal> {
    if picks.is_empty() {
        // A whole order that is cancelled already says so, instead of asking for a choice.
        return Err(match lines.first() {
            Some(first) if all_left(lines).is_empty() => {
                OrderCancellationRefusal::Line { line: first.line, refusal: CancellationRefusal::AlreadyCancelled }
            }
            _ => OrderCancellationRefusal::NothingChosen,
        });
    }
    let mut outcomes: Vec<CancellationOutcome> = Vec::with_capacity(picks.len());
    for pick in picks {
        let line = pick.line;
        if outcomes.iter().any(|outcome| outcome.line == line) {
            return Err(OrderCancellationRefusal::LineTwice { line });
        }
        let facts = lines.iter().find(|facts| facts.line == line);
        let facts = facts.ok_or(OrderCancellationRefusal::UnknownLine { line })?;
        let outcome = decide(facts, pick.quantity, now, reason)
            .map_err(|refusal| OrderCancellationRefusal::Line { line, refusal })?;
        outcomes.push(outcome);
    }
    let state_after = |facts: &LineFacts| {
        outcomes.iter().find(|outcome| outcome.line == facts.line).map_or(facts.state(), |outcome| outcome.state)
    };
    let nothing_left = lines.iter().all(|facts| state_after(facts) == LineState::Cancelled);
    let credit_net = Amount::sum(outcomes.iter().map(|outcome| outcome.credit_net))?;
    let credit_tax = Amount::sum(outcomes.iter().map(|outcome| outcome.credit_tax))?;
    Ok(OrderCancellation {
        credit_net,
        credit_tax,
        credit_total: credit_net.plus(credit_tax)?,
        order_state: if nothing_left { OrderState::Cancelled } else { state },
        lines: outcomes,
    })
}

#[cfg(test)]
#[path = "cancellation_tests.rs"]
mod tests;
