//! Which of a key's machines is asking: a pure choice among the candidates that a server found by machine key
//! and part hashes.
//!
//! The exact machine key wins. Else the best fingerprint above the threshold, ties to the oldest, because a
//! re-imaged machine must not use a second activation (I3). A changed fingerprint ("drift") is forgiven once per
//! period, so that one activation cannot wander over many machines. A machine key that returns with the
//! fingerprint it had before its last drift stands on two machines at once, and so does a fingerprint whose two
//! keys take turns: both are clones.

use super::{EQUAL_PARTS_MIN, Fingerprint, Likeness};
use crate::moment::Moment;
use crate::signing::PublicKey;

/// Names one activation of a key: 16 bytes, as the server made them (`UUIDv7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivationId(pub [u8; 16]);

/// What the last change of key or fingerprint replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// The machine key before it.
    pub machine_key: PublicKey,
    /// The fingerprint before it.
    pub fingerprint: Fingerprint,
    /// When it happened.
    pub replaced_at: Moment,
    /// Whether the change brought back the machine key of the change before, as restoring a backup does.
    pub was_return: bool,
}

/// A machine that holds an activation of the key, as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownMachine {
    /// Its activation.
    pub activation: ActivationId,
    /// The machine key that it signed with last.
    pub machine_key: PublicKey,
    /// The fingerprint that it sent last.
    pub fingerprint: Fingerprint,
    /// When it was first activated.
    pub first_seen: Moment,
    /// When its fingerprint changed last, if ever.
    pub drifted_at: Option<Moment>,
    /// What it was before its last change, if there was one.
    pub former: Option<Former>,
}

/// The machine that asks now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The key that signed the request.
    pub machine_key: PublicKey,
    /// The fingerprint in the request.
    pub fingerprint: Fingerprint,
    /// When it asks, by the server's clock.
    pub at: Moment,
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// A known machine, unchanged.
    Same(ActivationId),
    /// A known machine with its key and a changed fingerprint.
    Drifted(ActivationId),
    /// A known machine that was set up anew: other key, same or similar fingerprint.
    Reimaged {
        /// Its activation.
        activation: ActivationId,
        /// Whether its hardware changed too, which uses up this period's drift.
        drifted: bool,
    },
    /// A known machine that changed again too early; nothing is stored.
    ChangedTooOften {
        /// Its activation.
        activation: ActivationId,
        /// From when a change is accepted again.
        accepted_from: Moment,
    },
    /// A machine key on two machines, or two copies of one machine; nothing is stored, the operator is told.
    Clone(ActivationId),
    /// None of the known ones.
    New,
}

/// Decides who asks. `candidates` are all machines of the key that have the asking machine's key or share at
/// least one part hash with it; their order does not matter. `drift_period_days` is 1 or more.
pub fn identify(asking: &Asking, candidates: &[KnownMachine], drift_period_days: u16) -> Identity {
    let period = u32::from(drift_period_days.max(1));
    let by_key = candidates.iter().filter(|known| known.machine_key == asking.machine_key);
    if let Some(known) = by_key.min_by_key(|known| (known.first_seen, known.activation)) {
        return with_known_key(asking, known, period);
    }
    let best = candidates
        .iter()
        .map(|known| (known.fingerprint.likeness(&asking.fingerprint), known))
        .filter(|(likeness, known)| may_take_over(asking, likeness, known, period))
        .min_by_key(|(likeness, known)| (100 - likeness.percent, known.first_seen, known.activation));
    match best {
        Some((_, known)) if takes_turns(asking, known, period) => Identity::Clone(known.activation),
        Some((likeness, known)) => {
            Identity::Reimaged { activation: known.activation, drifted: likeness.hardware_differs }
        }
        None => Identity::New,
    }
}

impl KnownMachine {
    /// What to store of this machine after [`identify`] found that it asked; unchanged when nothing is stored.
    #[must_use]
    pub fn after(&self, asking: &Asking, identity: Identity) -> Self {
        let completed = self.fingerprint.completed_by(&asking.fingerprint);
        let changed = |drifted: bool| Self {
            machine_key: asking.machine_key,
            fingerprint: asking.fingerprint.clone(),
            drifted_at: if drifted { Some(asking.at) } else { self.drifted_at },
            former: Some(Former {
                machine_key: self.machine_key,
                fingerprint: self.fingerprint.clone(),
                replaced_at: asking.at,
                was_return: self.machine_key != asking.machine_key && self.had_key(&asking.machine_key),
            }),
            ..self.clone()
        };
        match identity {
            Identity::Same(_) => Self { fingerprint: completed, ..self.clone() },
            Identity::Drifted(_) => changed(true),
            Identity::Reimaged { drifted, .. } => changed(drifted),
            Identity::ChangedTooOften { .. } | Identity::Clone(_) | Identity::New => self.clone(),
        }
    }

    fn had_key(&self, machine_key: &PublicKey) -> bool {
        self.former.as_ref().is_some_and(|former| former.machine_key == *machine_key)
    }

    /// From when a further drift is accepted; nothing when there was none.
    fn next_drift(&self, period: u32) -> Option<Moment> {
        self.drifted_at.map(|at| at.plus_days(period))
    }
}

/// The machine key is known: the fingerprint says whether something changed, and whether that is believable.
fn with_known_key(asking: &Asking, known: &KnownMachine, period: u32) -> Identity {
    // A machine that came by a typed code is known by its key alone; now its parts become known too.
    let is_unseen = known.fingerprint.parts().is_empty();
    if is_unseen || looks_unchanged(&known.fingerprint, &asking.fingerprint) {
        return Identity::Same(known.activation);
    }
    let went_back = known.former.as_ref().is_some_and(|former| {
        former.machine_key == asking.machine_key && looks_unchanged(&former.fingerprint, &asking.fingerprint)
    });
    match known.next_drift(period).filter(|next| *next > asking.at) {
        Some(_) if went_back => Identity::Clone(known.activation),
        Some(accepted_from) => Identity::ChangedTooOften { activation: known.activation, accepted_from },
        None => Identity::Drifted(known.activation),
    }
}

/// Parts that cannot be read without rights are no change, as long as enough others are there and equal.
fn looks_unchanged(known: &Fingerprint, asking: &Fingerprint) -> bool {
    let likeness = known.likeness(asking);
    known == asking || (!likeness.differs && likeness.equal_parts >= EQUAL_PARTS_MIN)
}

/// Whether the fingerprint alone may claim this machine: a match, and no second drift in its period.
fn may_take_over(asking: &Asking, likeness: &Likeness, known: &KnownMachine, period: u32) -> bool {
    let is_drift_free = known.next_drift(period).is_none_or(|next| next <= asking.at);
    likeness.is_match && (!likeness.hardware_differs || is_drift_free)
}

/// Whether two keys take turns on one fingerprint: once is a restored backup, twice in a period is a copy.
fn takes_turns(asking: &Asking, known: &KnownMachine, period: u32) -> bool {
    known.former.as_ref().is_some_and(|former| {
        former.machine_key == asking.machine_key
            && former.was_return
            && former.replaced_at.plus_days(period) > asking.at
    })
}
