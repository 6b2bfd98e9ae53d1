//! What a machine is: a key of its own, and a fingerprint that survives a changed part.
//!
//! The client makes an Ed25519 key ([`crate::signing::SecretKey`]) on first use; it signs every request, and its
//! public half stands in the certificate. Beside it stands a [`Fingerprint`] of what the machine is made of, so
//! that a re-imaged machine, whose key is gone, is still known. Values never leave the machine: only keyed hashes
//! under a salt that differs per product key, so that two customers' lists cannot be joined.
//! [`decision`] says which of the known machines asks; it is the only place with that rule (I3).

pub mod decision;
#[cfg(test)]
mod decision_tests;
#[cfg(test)]
mod tests;

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::codec::{FormatError, Reader, Writer};
use crate::key::TypedKey;

/// Bytes of a part's hash.
pub const PART_HASH_BYTES: usize = 16;
/// Least number of parts for which a change is forgiven; with fewer all must be equal.
pub const TOLERANT_PARTS_MIN: usize = 4;
/// Least number of equal parts for any match without the machine's key.
pub const EQUAL_PARTS_MIN: usize = 2;
/// Share of the weight, in percent, that must be equal for a match.
pub const MATCH_PERCENT: u32 = 60;

/// What serial numbers say when nobody entered one; such a value names no machine.
const PLACEHOLDERS: [&str; 12] = [
    "none",
    "unknown",
    "default string",
    "to be filled by o.e.m.",
    "system serial number",
    "not specified",
    "not applicable",
    "not available",
    "n/a",
    "oem",
    "0123456789",
    "123456789",
];

/// A property of a machine that may become part of its fingerprint. Numbers stand in documents and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// The identifier in the firmware (SMBIOS system UUID) or of the virtual machine.
    Hardware,
    /// The serial number of the main board.
    Board,
    /// The serial number of the disk that the system starts from.
    Disk,
    /// The lowest permanent address of a built-in network adapter.
    Network,
    /// The identifier that the operating system got when it was installed.
    System,
    /// Name and number of cores of the processor.
    Processor,
}

impl PartKind {
    /// All kinds in the order of their numbers.
    pub const ALL: [Self; 6] = [Self::Hardware, Self::Board, Self::Disk, Self::Network, Self::System, Self::Processor];

    /// The number in documents, 1 to 6.
    pub const fn number(self) -> u8 {
        match self {
            Self::Hardware => 1,
            Self::Board => 2,
            Self::Disk => 3,
            Self::Network => 4,
            Self::System => 5,
            Self::Processor => 6,
        }
    }

    /// The kind with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// How much it counts. Of four or more parts any single one may change without losing the match, because
    /// the heaviest has 3 of at least 8; of six parts, most changed always loses it.
    pub const fn weight(self) -> u32 {
        match self {
            Self::Hardware | Self::Board | Self::Disk => 3,
            Self::Network | Self::System => 2,
            Self::Processor => 1,
        }
    }
}

/// The key of the hashes, which differs per product key. Wiped when dropped, redacted in `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct FingerprintSalt([u8; 32]);

impl FingerprintSalt {
    /// The salt of a product key: HMAC-SHA-256 under the key's 32 characters over a fixed text.
    pub fn of(key: &TypedKey) -> Self {
        Self(hmac(key.characters(), &[b"perpetua fingerprint salt 1"]))
    }
}

impl fmt::Debug for FingerprintSalt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FingerprintSalt(redacted)")
    }
}

/// The keyed hash of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartHash([u8; PART_HASH_BYTES]);

impl PartHash {
    /// Takes the bytes as they are.
    pub const fn from_bytes(bytes: [u8; PART_HASH_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, which a server indexes together with the key.
    pub const fn as_bytes(&self) -> &[u8; PART_HASH_BYTES] {
        &self.0
    }
}

/// The hashes of a machine's parts, at most one of each kind, in the order of the kinds. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint(Vec<(PartKind, PartHash)>);

/// How alike two fingerprints are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// Share of equal weight among all parts that either has, 0 to 100, rounded down.
    pub percent: u32,
    /// Whether this is enough to be the same machine without its key.
    pub is_match: bool,
    /// Whether a part differs that both have. A part that only one has may just not have been readable.
    pub differs: bool,
    /// The same without [`PartKind::System`], which every new installation changes.
    pub hardware_differs: bool,
    /// Parts that both have with the same hash.
    pub equal_parts: usize,
}

impl Fingerprint {
    /// Hashes what a machine read of itself. Values are trimmed and lower-cased; those that name no machine (empty,
    /// placeholders such as "To be filled by O.E.M.", one character repeated) are left out, and so is a second
    /// value of one kind.
    pub fn of_values<'a>(salt: &FingerprintSalt, values: impl IntoIterator<Item = (PartKind, &'a str)>) -> Self {
        let hashes = values.into_iter().filter_map(|(kind, value)| {
            let value = normalized(value)?;
            let digest = hmac(&salt.0, &[b"perpetua part 1", &[kind.number()], value.as_bytes()]);
            let mut hash = [0; PART_HASH_BYTES];
            hash.copy_from_slice(&digest[..PART_HASH_BYTES]);
            Some((kind, PartHash(hash)))
        });
        Self::from_hashes(hashes)
    }

    /// From stored hashes, in any order; of two of one kind the first stays.
    pub fn from_hashes(hashes: impl IntoIterator<Item = (PartKind, PartHash)>) -> Self {
        let mut parts: Vec<_> = hashes.into_iter().collect();
        parts.sort_by_key(|(kind, _)| *kind);
        parts.dedup_by_key(|(kind, _)| *kind);
        Self(parts)
    }

    /// The parts in the order of their kinds.
    pub fn parts(&self) -> &[(PartKind, PartHash)] {
        &self.0
    }

    /// Compares two machines' fingerprints under the same salt. A part that only one of them has counts as
    /// different. With [`TOLERANT_PARTS_MIN`] parts or more, [`MATCH_PERCENT`] of the weight must be equal; with
    /// fewer all of it. Fewer than [`EQUAL_PARTS_MIN`] equal parts never match.
    pub fn likeness(&self, other: &Self) -> Likeness {
        let (mut equal, mut all, mut equal_parts, mut parts) = (0, 0, 0, 0);
        let (mut differs, mut hardware_differs) = (false, false);
        for kind in PartKind::ALL {
            let pair = (self.of_kind(kind), other.of_kind(kind));
            if pair == (None, None) {
                continue;
            }
            parts += 1;
            all += kind.weight();
            if pair.0 == pair.1 {
                equal_parts += 1;
                equal += kind.weight();
            } else if pair.0.is_some() && pair.1.is_some() {
                differs = true;
                hardware_differs |= kind != PartKind::System;
            }
        }
        let percent = (equal * 100_u32).checked_div(all).unwrap_or(0);
        let needed = if parts >= TOLERANT_PARTS_MIN { MATCH_PERCENT } else { 100 };
        Likeness {
            percent,
            is_match: percent >= needed && equal_parts >= EQUAL_PARTS_MIN,
            differs,
            hardware_differs,
            equal_parts,
        }
    }

    /// This fingerprint, with the parts of the other that it does not have.
    #[must_use]
    pub fn completed_by(&self, other: &Self) -> Self {
        Self::from_hashes(self.0.iter().chain(&other.0).copied())
    }

    fn of_kind(&self, kind: PartKind) -> Option<PartHash> {
        self.0.iter().find_map(|(candidate, hash)| (*candidate == kind).then_some(*hash))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.u8(u8::try_from(self.0.len()).expect("there are six kinds of parts"));
        for (kind, hash) in &self.0 {
            writer.u8(kind.number()).bytes(&hash.0);
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, FormatError> {
        let invalid = FormatError::Field { field: "fingerprint" };
        let count = usize::from(reader.u8()?);
        if count > PartKind::ALL.len() {
            return Err(invalid);
        }
        let mut parts: Vec<(PartKind, PartHash)> = Vec::with_capacity(count);
        for _ in 0..count {
            let kind = PartKind::from_number(reader.u8()?).ok_or(invalid)?;
            if parts.last().is_some_and(|(last, _)| *last >= kind) {
                return Err(invalid);
            }
            parts.push((kind, PartHash(reader.array()?)));
        }
        Ok(Self(parts))
    }
}

/// The value that is hashed, or nothing when it names no machine.
fn normalized(value: &str) -> Option<String> {
    let value = value.trim().to_lowercase();
    let mut significant = value.chars().filter(|c| c.is_alphanumeric());
    let first = significant.next()?;
    let is_one_character = significant.all(|c| c == first);
    (!is_one_character && !PLACEHOLDERS.contains(&value.as_str())).then_some(value)
}

/// HMAC-SHA-256 over the pieces, one after the other.
pub(crate) fn hmac(key: &[u8], pieces: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for piece in pieces {
        mac.update(piece);
    }
    mac.finalize().into_bytes().into()
}
