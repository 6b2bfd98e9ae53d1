//! Giving an activation back: by the machine with its own signature, or by a person without it.
//!
//! The machine's fresh proof frees the slot at once. Without it the machine may still run on its certificate, so
//! the slot is free only after that certificate's freshness has ended. Both count against the month's limit, so
//! that one activation cannot travel from machine to machine.

use super::activation::Refusal;
use super::answer::Answer;
use super::{KeyFacts, Rules, Slot, SlotState};
use crate::moment::Moment;
use crate::signing::PublicKey;

/// The machine's own request to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The key that signed it.
    pub machine_key: PublicKey,
    /// When the machine says it made it. [`crate::exchange::request::Request::check_age`] was asked before.
    pub created_at: Moment,
}

/// What becomes of the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    /// What to answer.
    pub answer: Answer,
    /// The state to store.
    pub state: SlotState,
    /// Whether it counts against the month's limit; not when nothing changed.
    pub counts: bool,
}

/// Decides a return. A key that was revoked or whose term is over gives slots back all the same.
///
/// Returning twice is one return. A proof made before the newest certificate is refused, for the machine went on
/// since; a copy of an old proof therefore cannot free a slot that was taken again.
///
/// # Errors
/// [`Refusal`]; nothing is stored then.
pub fn give_back(
    facts: &KeyFacts,
    rules: &Rules,
    slot: Option<&Slot>,
    proof: Option<&Proof>,
    now: Moment,
) -> Result<Return, Refusal> {
    let slot = slot.ok_or(Answer::MachineUnknown)?;
    if proof.is_some_and(|proof| proof.machine_key != slot.machine.machine_key) {
        return Err(Answer::MachineUnknown.into());
    }
    let free_at = slot.certificate_ends_at;
    match (slot.state, proof) {
        (SlotState::Returned, _) => Ok(Return::unchanged(Answer::Returned, SlotState::Returned)),
        (SlotState::Leaving { free_at }, _) if free_at <= now => {
            Ok(Return::unchanged(Answer::Returned, SlotState::Returned))
        }
        (_, Some(proof)) if proof.created_at < slot.certified_at => Err(Answer::ProofOutdated.into()),
        // It was counted when it was given up.
        (SlotState::Leaving { .. }, Some(_)) => Ok(Return::unchanged(Answer::Returned, SlotState::Returned)),
        (state @ SlotState::Leaving { .. }, None) => Ok(Return::unchanged(Answer::ReturnPending, state)),
        (SlotState::Active, _) if facts.returned_this_month >= rules.returns_per_month => {
            Err(Refusal { answer: Answer::ReturnLimitReached, retry_at: Some(now.next_month()) })
        }
        (SlotState::Active, None) if free_at > now => {
            Ok(Return { answer: Answer::ReturnPending, state: SlotState::Leaving { free_at }, counts: true })
        }
        (SlotState::Active, _) => Ok(Return { answer: Answer::Returned, state: SlotState::Returned, counts: true }),
    }
}

impl Return {
    const fn unchanged(answer: Answer, state: SlotState) -> Self {
        Self { answer, state, counts: false }
    }
}
