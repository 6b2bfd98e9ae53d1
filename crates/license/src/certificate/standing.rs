//! The one question that software asks at its start: may this machine run this version now?
//!
//! Joins what a verified certificate says with the machine, the software, the clock and the revocation list.

use super::freshness::{Clock, Freshness};
use super::{Certificate, Version};
use crate::moment::Moment;
use crate::revocation::{List, Reason};
use crate::signing::PublicKey;

/// The machine and the software that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed<'a> {
    /// The machine's key.
    pub machine_key: PublicKey,
    /// The product as the software knows it.
    pub product: &'a str,
    /// The version of the software.
    pub version: Version,
}

/// What the newest verified revocation list says about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListFacts {
    /// When the list was made.
    pub issued_at: Moment,
    /// Why key or activation are revoked, if they are.
    pub revoked: Option<Reason>,
}

/// Whether the software may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The certificate is for this machine and software; its freshness says the rest.
    Valid(Freshness),
    /// Key or activation were revoked; the software stops.
    Revoked(Reason),
    /// The certificate is another machine's.
    OtherMachine,
    /// The certificate is for another product.
    OtherProduct,
    /// The certificate does not cover this version.
    VersionNotCovered,
}

impl Standing {
    /// The word in answers and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid(freshness) => freshness.code(),
            Self::Revoked(_) => "revoked",
            Self::OtherMachine => "other_machine",
            Self::OtherProduct => "other_product",
            Self::VersionNotCovered => "version_not_covered",
        }
    }

    /// Whether the software may run as bought.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Valid(freshness) if freshness.is_good())
    }

    /// Whether the software must not run at all.
    pub const fn must_stop(self) -> bool {
        match self {
            Self::Valid(freshness) => freshness.must_stop(),
            Self::Revoked(_) | Self::OtherMachine | Self::OtherProduct | Self::VersionNotCovered => true,
        }
    }
}

impl ListFacts {
    /// What this list says about the certificate.
    pub fn of(list: &List<'_>, certificate: &Certificate) -> Self {
        let revoked = list.reason(certificate.key, certificate.activation);
        Self { issued_at: list.head().issued_at, revoked }
    }
}

impl Certificate {
    /// How this certificate stands for the machine and software that ask.
    pub fn standing(&self, installed: &Installed<'_>, clock: &Clock, list: Option<&ListFacts>) -> Standing {
        if self.machine_key != installed.machine_key {
            Standing::OtherMachine
        } else if self.product != installed.product {
            Standing::OtherProduct
        } else if !self.versions.covers(installed.version) {
            Standing::VersionNotCovered
        } else if let Some(reason) = list.and_then(|list| list.revoked) {
            Standing::Revoked(reason)
        } else {
            Standing::Valid(self.freshness(clock, list.map(|list| list.issued_at)))
        }
    }
}
