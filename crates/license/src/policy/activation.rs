//! Activate, refresh, status and typed codes: who gets a certificate, and who is told why not.

use super::answer::Answer;
use super::{KeyFacts, KeyState, Rules, Slot, SlotState, TopUp};
use crate::certificate::{ActivationId, Version};
use crate::exchange::typed::TYPED_DAYS_MAX;
use crate::machine::decision::{Asking, Identity, KnownMachine, identify};
use crate::moment::Moment;

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub answer: Answer,
    /// From when asking again may help, when that is known.
    pub retry_at: Option<Moment>,
}

impl From<Answer> for Refusal {
    fn from(answer: Answer) -> Self {
        Self { answer, retry_at: None }
    }
}

/// What the server does for a machine that gets a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// Make a new activation.
    Take {
        /// What to answer.
        answer: Answer,
        /// Whether the limit rises by one for it, at this moment; the server records the top-up.
        tops_up: bool,
    },
    /// Keep an activation: store the machine as given, state active.
    Keep {
        /// What to answer.
        answer: Answer,
        /// The row to store.
        machine: KnownMachine,
    },
}

/// Decides a request to activate. `slots` are the key's activations that count and have the machine's key or share
/// a part with it; those that no longer count may be among them.
///
/// # Errors
/// [`Refusal`]; nothing is stored then.
pub fn activate(
    facts: &KeyFacts,
    rules: &Rules,
    slots: &[Slot],
    asking: &Asking,
    software: (&str, Version),
) -> Result<Grant, Refusal> {
    check_key(facts, asking.at)?;
    check_software(facts, software)?;
    let known: Vec<KnownMachine> =
        slots.iter().filter(|slot| slot.counts(asking.at)).map(|slot| slot.machine.clone()).collect();
    let identity = identify(asking, &known, rules.drift_period_days);
    let answer = match identity {
        Identity::Same(_) => Answer::ActivatedAgain,
        Identity::Drifted(_) => Answer::ActivatedChanged,
        Identity::Reimaged { .. } => Answer::ActivatedReimaged,
        Identity::New => return take(facts, rules, asking.at),
        Identity::Clone(_) => return Err(Answer::MachineCloned.into()),
        Identity::ChangedTooOften { accepted_from, .. } => return Err(too_often(accepted_from)),
    };
    keep(&known, asking, identity, answer)
}

/// Decides a request to refresh. `slot` is the activation that the request names, if it is one of this key.
///
/// # Errors
/// [`Refusal`]; nothing is stored then.
pub fn refresh(
    facts: &KeyFacts,
    rules: &Rules,
    slot: Option<&Slot>,
    asking: &Asking,
    software: (&str, Version),
) -> Result<Grant, Refusal> {
    check_key(facts, asking.at)?;
    check_software(facts, software)?;
    let slot = own_slot(slot, asking)?;
    let known = std::slice::from_ref(&slot.machine);
    match identify(asking, known, rules.drift_period_days) {
        identity @ (Identity::Same(_) | Identity::Drifted(_)) => keep(known, asking, identity, Answer::Refreshed),
        Identity::Clone(_) => Err(Answer::MachineCloned.into()),
        Identity::ChangedTooOften { accepted_from, .. } => Err(too_often(accepted_from)),
        Identity::Reimaged { .. } | Identity::New => Err(Answer::MachineUnknown.into()),
    }
}

/// How an activation stands, without changing anything.
///
/// # Errors
/// [`Refusal`] when the machine may not go on.
pub fn status(facts: &KeyFacts, slot: Option<&Slot>, asking: &Asking) -> Result<ActivationId, Refusal> {
    check_key(facts, asking.at)?;
    own_slot(slot, asking).map(|slot| slot.machine.activation)
}

/// What a typed code needs: a new activation, or the one that this machine's name has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedCode {
    /// Whether the machine takes an activation; `false` when it has one.
    pub takes: bool,
    /// Whether the limit rises by one for it.
    pub tops_up: bool,
    /// How long the code lasts, 1 to 90 days and not beyond the term.
    pub days: u16,
}

/// Decides whether a typed code is made. `is_known` says whether an activation that counts has this machine's name.
///
/// # Errors
/// [`Refusal`]; nothing is stored then.
pub fn typed_code(facts: &KeyFacts, rules: &Rules, is_known: bool, now: Moment) -> Result<TypedCode, Refusal> {
    let days = rules.typed_days.filter(|days| (1..=TYPED_DAYS_MAX).contains(days));
    let days = days.ok_or(Answer::TypedCodeNotAllowed)?;
    check_key(facts, now)?;
    let days = if facts.term_ends_at == Moment::ZERO { days } else { days.min(whole_days(facts, now)?) };
    if is_known {
        return Ok(TypedCode { takes: false, tops_up: false, days });
    }
    match take(facts, rules, now)? {
        Grant::Take { tops_up, .. } => Ok(TypedCode { takes: true, tops_up, days }),
        Grant::Keep { .. } => Ok(TypedCode { takes: false, tops_up: false, days }),
    }
}

/// What holds for known and new machines alike.
fn check_key(facts: &KeyFacts, now: Moment) -> Result<(), Refusal> {
    match facts.state {
        KeyState::Revoked(reason) => Err(Answer::from(reason).into()),
        _ if facts.is_over(now) => Err(Answer::TermOver.into()),
        KeyState::Active | KeyState::Paused { .. } | KeyState::Replaced => Ok(()),
    }
}

fn check_software(facts: &KeyFacts, (product, version): (&str, Version)) -> Result<(), Refusal> {
    if facts.product != product {
        Err(Answer::OtherProduct.into())
    } else if facts.versions.covers(version) {
        Ok(())
    } else {
        Err(Answer::VersionNotCovered.into())
    }
}

/// A new machine takes an activation, if the key is open for it and one is left or may be added.
fn take(facts: &KeyFacts, rules: &Rules, now: Moment) -> Result<Grant, Refusal> {
    match facts.state {
        KeyState::Active => {}
        KeyState::Replaced => return Err(Answer::KeyReplaced.into()),
        KeyState::Paused { until } => return Err(Refusal { answer: Answer::KeyPaused, retry_at: until }),
        KeyState::Revoked(reason) => return Err(Answer::from(reason).into()),
    }
    if facts.used < facts.limit {
        return Ok(Grant::Take { answer: Answer::Activated, tops_up: false });
    }
    let retry_at = match rules.top_up {
        // Only the next one above the limit: a limit that was lowered below the count is not topped up.
        Some(rule) if facts.used == facts.limit => next_top_up(rule, &facts.topped_up_at, now),
        _ => None,
    };
    match retry_at {
        Some(at) if at <= now => Ok(Grant::Take { answer: Answer::ActivatedByTopUp, tops_up: true }),
        retry_at => Err(Refusal { answer: Answer::KeyExhausted, retry_at }),
    }
}

/// When the next extra activation is given without asking: at once while fewer than `extra` lie in the period
/// before now, else when the one that is `extra` back leaves it.
fn next_top_up(rule: TopUp, given: &[Moment], now: Moment) -> Option<Moment> {
    let period = u32::from(rule.period_days.max(1));
    let mut given = given.to_vec();
    given.sort_unstable();
    match usize::try_from(rule.extra).ok()? {
        0 => None,
        extra if given.len() < extra => Some(now),
        extra => Some(given[given.len() - extra].plus_days(period)),
    }
}

fn keep(known: &[KnownMachine], asking: &Asking, identity: Identity, answer: Answer) -> Result<Grant, Refusal> {
    let id = match identity {
        Identity::Same(id) | Identity::Drifted(id) | Identity::Reimaged { activation: id, .. } => id,
        Identity::ChangedTooOften { .. } | Identity::Clone(_) | Identity::New => {
            return Err(Answer::MachineUnknown.into());
        }
    };
    let machine = known.iter().find(|machine| machine.activation == id);
    let machine = machine.ok_or(Answer::MachineUnknown)?.after(asking, identity);
    Ok(Grant::Keep { answer, machine })
}

/// The activation, if it is active and the machine's own.
fn own_slot<'a>(slot: Option<&'a Slot>, asking: &Asking) -> Result<&'a Slot, Refusal> {
    let slot = slot.filter(|slot| slot.machine.machine_key == asking.machine_key).ok_or(Answer::MachineUnknown)?;
    match slot.state {
        SlotState::Active => Ok(slot),
        SlotState::Leaving { .. } | SlotState::Returned => Err(Answer::MachineReleased.into()),
    }
}

fn too_often(accepted_from: Moment) -> Refusal {
    Refusal { answer: Answer::MachineChangedTooOften, retry_at: Some(accepted_from) }
}

/// Days that are left of the term, if at least one whole day is.
fn whole_days(facts: &KeyFacts, now: Moment) -> Result<u16, Refusal> {
    // A code is good to the end of its issue day and so many days more, hence one is taken off.
    let days = facts.term_ends_at.seconds_since(now) / crate::moment::DAY_SECONDS;
    match u16::try_from(days).unwrap_or(u16::MAX).saturating_sub(1) {
        0 => Err(Answer::TermOver.into()),
        days => Ok(days),
    }
}
