//! **The rules of the support desk**: by when a request is answered, and what a person may credit (M31, M35, M39).
//!
//! Outside of the window a person decides. They credit any amount up to what was paid for a line and is not yet
//! credited, and choose apart from that how many units the line loses: none (the key stays as it is), some (its limit
//! goes down) or all (the key and the links die). While the window is open no units go here: one click takes them for
//! their full value, and would give back later what a decision kept. The tax of a credit is its share of the tax that is left, so that
//! credits of a line never exceed its charge, in whatever order cancellations and decisions come. Nothing here loads
//! or stores.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};

use crate::cancellation::{CancellationOutcome, KeyEffect, LineFacts, OrderCancellation, all_left};
use crate::money::{Amount, AmountOverflow};
use crate::order::{LineState, OrderState};
use crate::request::{Impact, ProblemType};
use crate::window;

/// When the desk's day begins, in its own time zone.
const OPENS: Time = time(9, 0, 0, 0);
/// When it ends.
const CLOSES: Time = time(17, 0, 0, 0);
/// Days that are looked at before the promise gives up on the calendar.
const DAYS_MAX: usize = 4_000;

crate::text_enum! {
    /// Who answers a request.
    pub enum Stage {
        /// The operator.
        Operator = "operator",
        /// The partner, whose customer asked for a cancellation from its own portal (M30).
        Partner = "partner",
    }
}

impl Impact {
    /// Working hours within which the desk promises its first answer (M35).
    pub const fn answer_hours(self) -> i64 {
        match self {
            Self::Critical => 4,
            Self::Moderate => 8,
            Self::Minimal => 24,
        }
    }
}

/// By when a request that arrives `at` this instant is answered: so many working hours later, from nine to five on
/// Mondays to Fridays that are no holidays, in the desk's zone.
///
/// ```
/// use std::collections::BTreeSet;
///
/// use jiff::tz::TimeZone;
/// use perpetua_domain::desk::answer_due;
/// use perpetua_domain::request::Impact;
///
/// // Friday, one hour before the end of the day: three hours are left for Monday.
/// let friday = "2026-03-06T16:00:00Z".parse().expect("an instant");
/// let due = |holidays| answer_due(friday, Impact::Critical, &TimeZone::UTC, &holidays).to_string();
/// assert_eq!(due(BTreeSet::new()), "2026-03-09T12:00:00Z");
/// let monday = "2026-03-09".parse().expect("a day");
/// assert_eq!(due(BTreeSet::from([monday])), "2026-03-10T12:00:00Z");
/// ```
pub fn answer_due(at: Timestamp, impact: Impact, zone: &TimeZone, holidays: &BTreeSet<Date>) -> Timestamp {
    let mut left = SignedDuration::from_hours(impact.answer_hours());
    let mut date = Zoned::new(at, zone.clone()).date();
    for _ in 0..DAYS_MAX {
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
            && !holidays.contains(&date)
            && let (Ok(opens), Ok(closes)) =
                (date.to_datetime(OPENS).to_zoned(zone.clone()), date.to_datetime(CLOSES).to_zoned(zone.clone()))
        {
            let from = opens.timestamp().max(at);
            let today = closes.timestamp().duration_since(from);
            if today >= left {
                return from.saturating_add(left).unwrap_or(from);
            }
            left -= today.max(SignedDuration::ZERO);
        }
        let Ok(next) = date.tomorrow() else { break };
        date = next;
    }
    at.saturating_add(left).unwrap_or(at)
}

/// What a person grants of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Award {
    /// The line's number within its order.
    pub line: u32,
    /// The credit with tax, zero or above.
    pub amount: Amount,
    /// Units that the line loses, 0 to those left.
    pub units: u32,
}

/// Why awards cannot be credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AwardRefusal {
    /// No amount was given.
    NothingCredited,
    /// The order has no such line.
    UnknownLine {
        /// The number.
        line: u32,
    },
    /// A line was named twice.
    LineTwice {
        /// The number.
        line: u32,
    },
    /// Less than nothing, or more than was paid and is not credited.
    Amount {
        /// The line.
        line: u32,
        /// The largest credit.
        left: Amount,
    },
    /// More units than are left.
    Units {
        /// The line.
        line: u32,
        /// Units that are left.
        left: u32,
    },
    /// Units would go while they can still be cancelled for their full value.
    WindowOpen {
        /// The line.
        line: u32,
        /// The first instant at which a person may take units.
        closes_at: Timestamp,
    },
    /// The stored amounts cannot be computed with.
    AmountOverflow,
}

impl From<AmountOverflow> for AwardRefusal {
    fn from(_: AmountOverflow) -> Self {
        Self::AmountOverflow
    }
}

/// What was paid for a line with tax and is not yet credited.
///
/// # Errors
///
/// [`AmountOverflow`] for amounts that no purchase has.
pub fn amount_left(line: &LineFacts) -> Result<Amount, AmountOverflow> {
    line.net.minus(line.net_credited)?.plus(line.tax.minus(line.tax_credited)?)
}

/// Spreads a requested amount over lines, each up to what is left of it, the first lines first; the proposal with
/// which a person begins.
///
/// # Errors
///
/// [`AmountOverflow`] for amounts that no purchase has.
pub fn spread(lines: &[LineFacts], amount: Amount) -> Result<Vec<Award>, AmountOverflow> {
    let mut rest = amount;
    let mut awards = Vec::with_capacity(lines.len());
    for line in lines {
        let amount = amount_left(line)?.min(rest).max(Amount::ZERO);
        rest = rest.minus(amount)?;
        awards.push(Award { line: line.line, amount, units: 0 });
    }
    Ok(awards)
}

/// Decides what crediting these awards does: all of them, or none.
///
/// `lines` are all lines of the order, because the order is cancelled when no unit of any is left.
///
/// # Errors
///
/// [`AwardRefusal`], and nothing may change then.
pub fn decide_credit(
    state: OrderState,
    lines: &[LineFacts],
    awards: &[Award],
    now: Timestamp,
) -> Result<OrderCancellation, AwardRefusal> {
    let mut outcomes: Vec<CancellationOutcome> = Vec::with_capacity(awards.len());
    for award in awards {
        let line = award.line;
        if outcomes.iter().any(|outcome| outcome.line == line) {
            return Err(AwardRefusal::LineTwice { line });
        }
        let facts = lines.iter().find(|facts| facts.line == line).ok_or(AwardRefusal::UnknownLine { line })?;
        outcomes.push(outcome(facts, award, now)?);
    }
    let credit_net = Amount::sum(outcomes.iter().map(|outcome| outcome.credit_net))?;
    let credit_tax = Amount::sum(outcomes.iter().map(|outcome| outcome.credit_tax))?;
    let credit_total = credit_net.plus(credit_tax)?;
    if credit_total <= Amount::ZERO {
        return Err(AwardRefusal::NothingCredited);
    }
    outcomes.retain(|outcome| outcome.credit_total > Amount::ZERO || outcome.quantity > 0);
    let left_of = |facts: &LineFacts| {
        let lost = outcomes.iter().find(|outcome| outcome.line == facts.line).map_or(0, |outcome| outcome.quantity);
        facts.left() - lost
    };
    let nothing_left = !all_left(lines).is_empty() && lines.iter().all(|facts| left_of(facts) == 0);
    let order_state = if nothing_left { OrderState::Cancelled } else { state };
    Ok(OrderCancellation { credit_net, credit_tax, credit_total, order_state, lines: outcomes })
}

fn outcome(facts: &LineFacts, award: &Award, now: Timestamp) -> Result<CancellationOutcome, AwardRefusal> {
    let (line, left) = (facts.line, amount_left(facts)?);
    if award.amount < Amount::ZERO || award.amount > left {
        return Err(AwardRefusal::Amount { line, left });
    }
    let units = facts.left();
    if award.units > units {
        return Err(AwardRefusal::Units { line, left: units });
    }
    let closes_at = facts.snapshot.deadline;
    if award.units > 0 && window::is_open(closes_at, now) {
        return Err(AwardRefusal::WindowOpen { line, closes_at });
    }
    let tax_left = facts.tax.minus(facts.tax_credited)?;
    let part = |amount: Amount| u64::try_from(amount.minor()).map_err(|_| AwardRefusal::AmountOverflow);
    let credit_tax =
        if left == Amount::ZERO { Amount::ZERO } else { award.amount.fraction(part(tax_left)?, part(left)?)? };
    let limit = facts.limit_without(award.units);
    let dies = award.units > 0 && award.units == units;
    let key = match award.units {
        0 => KeyEffect::Keep,
        _ if dies => KeyEffect::Revoke,
        _ => KeyEffect::LowerLimit { to: limit },
    };
    Ok(CancellationOutcome {
        line,
        quantity: award.units,
        cancelled: facts.cancelled + award.units,
        state: LineState::of(facts.quantity, facts.cancelled + award.units),
        credit_net: award.amount.minus(credit_tax)?,
        credit_tax,
        credit_total: award.amount,
        key,
        machines_to_release: if award.units == 0 { 0 } else { facts.machines_active.saturating_sub(limit) },
        links_die: dies,
    })
}

/// Whether somebody seems to ask for a KMS key, which is never sold (M21, I9). Help with a deployment speaks of KMS
/// because it leads away from it, and a refund gives nothing out.
pub fn asks_for_kms(kind: ProblemType, text: &str) -> bool {
    let says_so = || text.split(|c: char| !c.is_alphanumeric()).any(|word| word.eq_ignore_ascii_case("kms"));
    !matches!(kind, ProblemType::Deployment | ProblemType::Refund) && says_so()
}

/// Whether a second person must agree to a credit. `above` is in whole units of whatever currency; `None` asks for
/// nobody.
pub fn needs_second_person(total: Amount, minor_per_unit: i64, above: Option<u32>) -> bool {
    above.is_some_and(|above| total.minor() > i64::from(above).saturating_mul(minor_per_unit))
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
