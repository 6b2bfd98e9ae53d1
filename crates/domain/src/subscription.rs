//! **The rule for changing a subscription** (M10, contract 40): software with a term, one per order line.
//!
//! Its name may change while it exists. It may be suspended and activated again while its term runs: while it
//! is suspended no key is shown, no link is made and nothing is downloaded. Its quantity, billing and partner
//! never change in place. Renewal can be asked for where the item is still sold. Deleting it is a cancellation
//! ([`crate::cancellation`]) and final. When the term ends it has expired, whether or not a job has written
//! that down yet, unless it renews itself: then it goes on, also in the moment before its renewal is carried out
//! ([`state_at`]). Nothing here loads or stores.

use jiff::Timestamp;

use crate::term::Term;

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 256;

crate::text_enum! {
    /// Where a subscription stands.
    pub enum SubscriptionState {
        /// Keys, links and downloads work.
        Active = "active",
        /// Somebody stopped it for a while.
        Suspended = "suspended",
        /// Its term is over.
        Expired = "expired",
        /// Its line was cancelled as a whole.
        Deleted = "deleted",
    }
}

crate::text_enum! {
    /// Who stopped a suspended subscription.
    pub enum Suspension {
        /// The partner of record; it may activate it again.
        Partner = "partner",
        /// The operator; only the operator may activate it again.
        Operator = "operator",
    }
}

/// Whether software with this term makes a subscription: perpetual software makes none.
pub const fn is_subscription(term: Term) -> bool {
    term.months().is_some()
}

/// The state at an instant: a term that is over counts as expired from its very end, and one whose renewal is due
/// goes on, because the job that orders it comes a moment later.
pub fn state_at(
    stored: SubscriptionState,
    auto_renew: bool,
    term_ends_at: Timestamp,
    now: Timestamp,
) -> SubscriptionState {
    let runs = matches!(stored, SubscriptionState::Active | SubscriptionState::Suspended);
    let expires = at_end_of_term(stored, auto_renew) == EndOfTerm::Expire;
    if runs && expires && now >= term_ends_at { SubscriptionState::Expired } else { stored }
}

/// What happens at the end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndOfTerm {
    /// It goes on with a new order, and its window opens anew.
    Renew,
    /// It has expired. One that is suspended does too: nobody pays for what somebody stopped.
    Expire,
}

/// Decides about a stored subscription whose term is over.
pub fn at_end_of_term(stored: SubscriptionState, auto_renew: bool) -> EndOfTerm {
    if auto_renew && stored == SubscriptionState::Active { EndOfTerm::Renew } else { EndOfTerm::Expire }
}

/// A subscription as it is stored, with what decides about a change.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionFacts<'a> {
    /// Its stored state.
    pub state: SubscriptionState,
    /// Who stopped it.
    pub suspension: Option<Suspension>,
    /// What people call it.
    pub friendly_name: &'a str,
    /// Units that are not cancelled.
    pub quantity: u32,
    /// Whether it renews itself at the end of its term.
    pub auto_renew: bool,
    /// The term of its renewal.
    pub renewal_term: Term,
    /// The first instant after its term.
    pub term_ends_at: Timestamp,
    /// The terms in which its product and edition are sold in its market now.
    pub sold_terms: &'a [Term],
    /// The fewest and most units that are sold.
    pub quantity_range: (u32, u32),
}

/// What somebody wants it to be; `None` leaves a value as it is. Clients send the whole subscription, so a
/// value that is the same as before is no change.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Its name.
    pub friendly_name: Option<&'a str>,
    /// Its state.
    pub state: Option<SubscriptionState>,
    /// Units.
    pub quantity: Option<i64>,
    /// Whether it renews itself.
    pub auto_renew: Option<bool>,
    /// The term of its renewal.
    pub renewal_term: Option<Term>,
    /// Billing in another cycle than once.
    pub other_billing: bool,
    /// Another partner of record.
    pub other_partner: bool,
}

/// A subscription after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its name.
    pub friendly_name: String,
    /// Its state: active, suspended or expired.
    pub state: SubscriptionState,
    /// Who stopped it.
    pub suspension: Option<Suspension>,
    /// Whether it renews itself.
    pub auto_renew: bool,
    /// The term of its renewal.
    pub renewal_term: Term,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionOutcome {
    /// Nothing: everything wanted is so already.
    Unchanged,
    /// These values are stored.
    Change(Changed),
    /// All that is left of its line is cancelled, if the cancellation's own rule allows it. Nothing else that
    /// was wanted is done then.
    Cancel,
}

/// Why a subscription is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionRefusal {
    /// It was deleted, which is final.
    Deleted,
    /// Its term is over.
    Expired {
        /// Since when.
        at: Timestamp,
    },
    /// While it is suspended, only name and state may change.
    Suspended,
    /// The operator suspended it.
    SuspendedByOperator,
    /// Nobody can choose this state.
    StateNotAllowed,
    /// The name is empty, longer than `max` characters or holds control characters.
    Name {
        /// The longest name.
        max: usize,
    },
    /// Such a number of units is never sold.
    QuantityOutOfRange {
        /// The fewest.
        min: u32,
        /// The most.
        max: u32,
    },
    /// Units are not added: buy them with a new order.
    QuantityUp,
    /// Units are not taken away in place: cancel them inside the window.
    QuantityDown,
    /// It is billed once.
    Billing,
    /// The partner of record stays.
    Partner,
    /// What it was bought as is no longer sold, so it cannot renew itself.
    NotRenewable,
    /// A term for the renewal is chosen although it does not renew itself.
    RenewalTermWithoutRenewal,
    /// It is not sold with this term.
    RenewalTermNotSold,
}

/// Decides what a change does. `by_operator` tells on which side the one who asks stands.
///
/// # Errors
///
/// The first [`SubscriptionRefusal`] that applies; nothing may change then.
pub fn decide(
    facts: &SubscriptionFacts<'_>,
    wanted: &Wanted<'_>,
    by_operator: bool,
    now: Timestamp,
) -> Result<SubscriptionOutcome, SubscriptionRefusal> {
    let present = state_at(facts.state, facts.auto_renew, facts.term_ends_at, now);
    if present == SubscriptionState::Deleted {
        let differs = wanted.state.is_some_and(|state| state != present) || differs(facts, wanted);
        return if differs { Err(SubscriptionRefusal::Deleted) } else { Ok(SubscriptionOutcome::Unchanged) };
    }
    if wanted.state == Some(SubscriptionState::Deleted) {
        return Ok(SubscriptionOutcome::Cancel);
    }
    let (state, suspension) = next_state(facts, present, wanted.state, by_operator)?;
    let friendly_name = match wanted.friendly_name {
        Some(name) if name != facts.friendly_name => checked_name(name)?,
        _ => facts.friendly_name.to_owned(),
    };
    check_fixed(facts, wanted, present)?;
    let (auto_renew, renewal_term) = renewal(facts, wanted, present)?;
    let changed = Changed { friendly_name, state, suspension, auto_renew, renewal_term };
    let same = changed.friendly_name == facts.friendly_name
        && changed.state == present
        && changed.suspension == facts.suspension
        && changed.auto_renew == facts.auto_renew
        && changed.renewal_term == facts.renewal_term;
    Ok(if same { SubscriptionOutcome::Unchanged } else { SubscriptionOutcome::Change(changed) })
}

/// Whether anything but the state is wanted differently.
fn differs(facts: &SubscriptionFacts<'_>, wanted: &Wanted<'_>) -> bool {
    wanted.friendly_name.is_some_and(|name| name != facts.friendly_name)
        || wanted.quantity.is_some_and(|quantity| quantity != i64::from(facts.quantity))
        || wanted.auto_renew.is_some_and(|auto_renew| auto_renew != facts.auto_renew)
        || wanted.renewal_term.is_some_and(|term| term != facts.renewal_term)
        || wanted.other_billing
        || wanted.other_partner
}

fn next_state(
    facts: &SubscriptionFacts<'_>,
    present: SubscriptionState,
    wanted: Option<SubscriptionState>,
    by_operator: bool,
) -> Result<(SubscriptionState, Option<Suspension>), SubscriptionRefusal> {
    use SubscriptionState::{Active, Expired, Suspended};
    let same = Ok((present, facts.suspension));
    match (present, wanted) {
        (present, Some(wanted)) if present == wanted => same,
        // Older clients are told that an expired one is suspended, and send that back.
        (_, None) | (Expired, Some(Suspended)) => same,
        (Expired, Some(_)) => Err(SubscriptionRefusal::Expired { at: facts.term_ends_at }),
        (Active, Some(Suspended)) => {
            Ok((Suspended, Some(if by_operator { Suspension::Operator } else { Suspension::Partner })))
        }
        (Suspended, Some(Active)) if facts.suspension == Some(Suspension::Operator) && !by_operator => {
            Err(SubscriptionRefusal::SuspendedByOperator)
        }
        (Suspended, Some(Active)) => Ok((Active, None)),
        (_, Some(_)) => Err(SubscriptionRefusal::StateNotAllowed),
    }
}

fn checked_name(name: &str) -> Result<String, SubscriptionRefusal> {
    let name = name.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(SubscriptionRefusal::Name { max: NAME_CHARS_MAX }) }
}

/// What never changes in place: quantity, billing, partner.
fn check_fixed(
    facts: &SubscriptionFacts<'_>,
    wanted: &Wanted<'_>,
    present: SubscriptionState,
) -> Result<(), SubscriptionRefusal> {
    let quantity = wanted.quantity.filter(|quantity| *quantity != i64::from(facts.quantity));
    let others = quantity.is_some() || wanted.other_billing || wanted.other_partner;
    if others && present == SubscriptionState::Suspended {
        return Err(SubscriptionRefusal::Suspended);
    }
    if let Some(quantity) = quantity {
        let (min, max) = facts.quantity_range;
        return Err(if !(i64::from(min)..=i64::from(max)).contains(&quantity) {
            SubscriptionRefusal::QuantityOutOfRange { min, max }
        } else if quantity > i64::from(facts.quantity) {
            SubscriptionRefusal::QuantityUp
        } else {
            SubscriptionRefusal::QuantityDown
        });
    }
    if wanted.other_billing {
        return Err(SubscriptionRefusal::Billing);
    }
    if wanted.other_partner { Err(SubscriptionRefusal::Partner) } else { Ok(()) }
}

fn renewal(
    facts: &SubscriptionFacts<'_>,
    wanted: &Wanted<'_>,
    present: SubscriptionState,
) -> Result<(bool, Term), SubscriptionRefusal> {
    let auto_renew = wanted.auto_renew.unwrap_or(facts.auto_renew);
    let term = wanted.renewal_term.unwrap_or(facts.renewal_term);
    if (auto_renew, term) == (facts.auto_renew, facts.renewal_term) {
        return Ok((auto_renew, term));
    }
    match present {
        SubscriptionState::Suspended => return Err(SubscriptionRefusal::Suspended),
        SubscriptionState::Expired => return Err(SubscriptionRefusal::Expired { at: facts.term_ends_at }),
        SubscriptionState::Active | SubscriptionState::Deleted => {}
    }
    if term != facts.renewal_term {
        if !auto_renew {
            return Err(SubscriptionRefusal::RenewalTermWithoutRenewal);
        }
        if !is_subscription(term) || !facts.sold_terms.contains(&term) {
            return Err(SubscriptionRefusal::RenewalTermNotSold);
        }
    }
    if auto_renew && !facts.sold_terms.contains(&term) {
        return Err(SubscriptionRefusal::NotRenewable);
    }
    Ok((auto_renew, term))
}

#[cfg(test)]
mod tests;
