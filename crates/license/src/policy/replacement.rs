//! Replacing a product key that others know, without an outage: who may go on with the former key, and how often a
//! key may be replaced.
//!
//! Keys of one purchase have generations, counted from 0. A machine that counts goes on with the key that it has and
//! gets certificates of the newest one; once it has asked with a newer key, an older one no longer speaks for it, so
//! that nobody can choose under which of two keys its fingerprint is looked at. New machines need the newest key.

use super::activation::Refusal;
use super::answer::Answer;
use super::{KeyFacts, KeyState, Slot};
use crate::machine::Fingerprint;
use crate::moment::Moment;

/// So many replacements of one key are possible in any [`PERIOD_DAYS`].
pub const REPLACEMENTS_MAX: usize = 3;
/// The days in which replacements are counted.
pub const PERIOD_DAYS: u32 = 30;

impl KeyFacts {
    /// These facts for whoever asks with the key of a generation when there is a newer one: closed for new machines.
    /// What is revoked stays revoked.
    #[must_use]
    pub fn asked_with(self, generation: u32, newest: u32) -> Self {
        match self.state {
            KeyState::Active | KeyState::Paused { .. } if generation < newest => {
                Self { state: KeyState::Replaced, ..self }
            }
            _ => self,
        }
    }
}

impl Slot {
    /// This activation for a request with the key of a generation; `known` is the generation of the key with which the
    /// machine asked last. Hashes under another key cannot be compared, so the first request with a newer key finds
    /// a machine of which no part is known: its machine key alone says who it is.
    ///
    /// # Errors
    /// [`Answer::KeyReplaced`] when the machine has asked with a newer key before.
    pub fn asked_with(mut self, generation: u32, known: u32) -> Result<Self, Refusal> {
        if generation < known {
            return Err(Answer::KeyReplaced.into());
        }
        if generation > known {
            self.machine.fingerprint = Fingerprint::from_hashes(Vec::new());
        }
        Ok(self)
    }
}

/// Whether a key may be replaced now. `replaced_at` says when it was before, in any order.
///
/// # Errors
/// From when it may be.
pub fn may_replace(replaced_at: &[Moment], now: Moment) -> Result<(), Moment> {
    let mut ends: Vec<Moment> = replaced_at.iter().map(|at| at.plus_days(PERIOD_DAYS)).collect();
    ends.retain(|end| *end > now);
    ends.sort_unstable();
    match ends.len().checked_sub(REPLACEMENTS_MAX) {
        Some(index) => Err(ends[index]),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::moment::DAY_SECONDS;
    use crate::revocation::Reason;

    const NOW: Moment = Moment::from_seconds(1_795_363_200);

    fn facts(state: KeyState) -> KeyFacts {
        KeyFacts {
            state,
            product: "P".to_owned(),
            edition: String::new(),
            versions: crate::certificate::VersionRange::ALL,
            limit: 1,
            used: 0,
            term_ends_at: Moment::ZERO,
            returned_this_month: 0,
            topped_up_at: Vec::new(),
        }
    }

    #[test]
    fn an_older_key_is_closed_for_new_machines_and_a_revoked_one_stays_revoked() {
        let revoked = KeyState::Revoked(Reason::Cancelled);
        for (state, generation, expected) in [
            (KeyState::Active, 1, KeyState::Active),
            (KeyState::Active, 0, KeyState::Replaced),
            (KeyState::Paused { until: None }, 1, KeyState::Paused { until: None }),
            (KeyState::Paused { until: None }, 0, KeyState::Replaced),
            (revoked, 0, revoked),
        ] {
            assert_eq!(facts(state).asked_with(generation, 1).state, expected, "{state:?} {generation}");
        }
    }

    proptest! {
        #[test]
        fn no_period_ever_holds_more_replacements_than_allowed(
            steps in proptest::collection::vec(0_u32..20 * DAY_SECONDS, 1..60),
        ) {
            let (mut now, mut done) = (NOW, Vec::new());
            for step in steps {
                now = now.plus_seconds(step);
                match may_replace(&done, now) {
                    Ok(()) => done.push(now),
                    Err(from) => {
                        prop_assert!(from > now);
                        prop_assert_eq!(may_replace(&done, from), Ok(()), "it helps to come back then");
                    }
                }
                let in_period = done.iter().filter(|at| at.plus_days(PERIOD_DAYS) > now).count();
                prop_assert!(in_period <= REPLACEMENTS_MAX);
            }
        }
    }
}
