//! What the installation decides when a machine asks: pure functions from facts to an outcome with a stable code.
//!
//! The caller reads the key's row (and updates it first, so that decisions about one key come one after the
//! other), finds candidates, decides, writes, all in one transaction; certificates are signed afterwards from what
//! was committed. The count of a key never exceeds its limit and no machine counts twice (I3); asking again gives
//! the same activation.

pub mod activation;
pub mod answer;
pub mod leak;
#[cfg(test)]
mod model_tests;
pub mod replacement;
pub mod returns;
#[cfg(test)]
mod tests;

use crate::certificate::{ActivationId, AfterGrace, Certificate, KeyId, VersionRange};
use crate::machine::decision::KnownMachine;
use crate::moment::Moment;
use crate::revocation::Reason;
use crate::signing::PublicKey;

/// What a publisher decides per product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How often a machine's fingerprint may change: once in so many days, 1 or more.
    pub drift_period_days: u16,
    /// After how many days a machine should ask again.
    pub refresh_days: u16,
    /// For how many days more it runs without.
    pub grace_days: u16,
    /// What happens then.
    pub after_grace: AfterGrace,
    /// How old the revocation list may be, in days; 0 when the software needs none.
    pub list_max_days: u16,
    /// How many activations of a key may be returned per calendar month (UTC).
    pub returns_per_month: u32,
    /// Activations beyond the limit that are given without asking anybody.
    pub top_up: Option<TopUp>,
    /// How many days a typed code lasts, 1 to 90; without it there are none for this product.
    pub typed_days: Option<u16>,
    /// What is done about keys that may have become public.
    pub leak: leak::LeakRules,
}

impl Default for Rules {
    /// A certificate for 30 days and 14 of grace, then less; five returns a month; no top-up, no typed codes.
    fn default() -> Self {
        Self {
            drift_period_days: 30,
            refresh_days: 30,
            grace_days: 14,
            after_grace: AfterGrace::Reduce,
            list_max_days: 0,
            returns_per_month: 5,
            top_up: None,
            typed_days: None,
            leak: leak::LeakRules::default(),
        }
    }
}

/// So many extra activations in so many days; beyond that the operator is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopUp {
    /// Extra activations, 1 or more.
    pub extra: u32,
    /// In any span of so many days, 1 or more.
    pub period_days: u16,
}

/// How a product key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It activates.
    Active,
    /// New machines wait, known ones go on: a leak is being looked into.
    Paused {
        /// Until when, if that is known.
        until: Option<Moment>,
    },
    /// Another key took its place: no new machines; known ones get certificates of the other key.
    Replaced,
    /// Nothing more.
    Revoked(Reason),
}

/// The facts about a product key that decisions need, read in the transaction that writes the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFacts {
    /// How it stands.
    pub state: KeyState,
    /// The product as its software knows it.
    pub product: String,
    /// The edition; empty when there is none.
    pub edition: String,
    /// The versions that were bought.
    pub versions: VersionRange,
    /// Quantity × activations per unit, together with all top-ups so far.
    pub limit: u32,
    /// Machines that count now, see [`Slot::counts`].
    pub used: u32,
    /// When the term ends; [`Moment::ZERO`] for perpetual licenses.
    pub term_ends_at: Moment,
    /// Returns in this calendar month (UTC).
    pub returned_this_month: u32,
    /// When extra activations were given, of the last period of the top-up at least.
    pub topped_up_at: Vec<Moment>,
}

impl KeyFacts {
    /// Whether the term is over.
    fn is_over(&self, now: Moment) -> bool {
        self.term_ends_at != Moment::ZERO && now >= self.term_ends_at
    }
}

/// Whether an activation counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotState {
    /// It does.
    Active,
    /// Given up without the machine's proof: it counts until its certificate proves nothing any more.
    Leaving {
        /// From when it is free.
        free_at: Moment,
    },
    /// Given back; it does not count.
    Returned,
}

/// One activation of a key: the machine, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The machine.
    pub machine: KnownMachine,
    /// Whether it counts.
    pub state: SlotState,
    /// When its newest certificate was made, [`Certificate::issued_at`].
    pub certified_at: Moment,
    /// When its newest certificate proves nothing any more, [`Certificate::ends_at`].
    pub certificate_ends_at: Moment,
}

impl Slot {
    /// Whether it counts against the limit at that moment.
    pub fn counts(&self, now: Moment) -> bool {
        match self.state {
            SlotState::Active => true,
            SlotState::Leaving { free_at } => free_at > now,
            SlotState::Returned => false,
        }
    }
}

/// The certificate for an activation, ready to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// The activation.
    pub activation: ActivationId,
    /// The key; of a replaced key the one that took its place.
    pub key: KeyId,
    /// The machine's key.
    pub machine_key: PublicKey,
    /// The first 8 bytes of the request's nonce.
    pub request_tag: [u8; 8],
    /// Units that this machine may use.
    pub quantity: u32,
    /// Now.
    pub at: Moment,
}

impl Issue {
    /// The content of the certificate under these rules.
    pub fn certificate(&self, facts: &KeyFacts, rules: &Rules) -> Certificate {
        let refresh_at = self.at.plus_days(rules.refresh_days.into());
        Certificate {
            activation: self.activation,
            key: self.key,
            machine_key: self.machine_key,
            request_tag: self.request_tag,
            product: facts.product.clone(),
            edition: facts.edition.clone(),
            versions: facts.versions,
            quantity: self.quantity,
            issued_at: self.at,
            refresh_at,
            grace_until: refresh_at.plus_days(rules.grace_days.into()),
            term_ends_at: facts.term_ends_at,
            after_grace: rules.after_grace,
            list_max_days: rules.list_max_days,
        }
    }
}
