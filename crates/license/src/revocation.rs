//! The signed list of what no longer counts: revoked product keys, and single activations that were given up.
//!
//! A list is a signed head of [`HEAD_BYTES`] and a body of [`ENTRY_BYTES`] per entry in ascending order, so that
//! a look-up is a search in the bytes as they lie in a file, without a map in memory: a million entries are 9 MB.
//! Numbers rise and never go back, also after a restore ([`next_number`]). [`delta`] makes a short way from one
//! list to the next. How old a list may be stands in each certificate, see [`crate::certificate::freshness`].

pub mod delta;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use crate::certificate::{ActivationId, KeyId};
use crate::chain::{Trust, TrustError};
use crate::codec::{FormatError, Reader, Writer};
use crate::moment::Moment;
use crate::signing::{PublicKeyId, SIGNATURE_BYTES, SecretKey};

/// Bytes of a list's head, its signature included.
pub const HEAD_BYTES: usize = 128;
/// Bytes of an entry: 8 of the tag, one of the reason.
pub const ENTRY_BYTES: usize = TAG_BYTES + 1;
/// Most entries of a list, which makes it 36 MiB.
pub const ENTRIES_MAX: usize = 1 << 22;

const TAG_BYTES: usize = 8;
const LIST: &str = "PRL";

/// What an entry is about, without naming it: the first 8 bytes of a SHA-256. In a list of a million entries one
/// of 18 million million other tags is found by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; TAG_BYTES]);

impl Tag {
    /// The tag of a product key: every certificate of that key is revoked.
    pub fn of_key(key: KeyId) -> Self {
        Self::of(*b"K", &key.0)
    }

    /// The tag of one activation: only that machine's certificate is revoked.
    pub fn of_activation(activation: ActivationId) -> Self {
        Self::of(*b"A", &activation.0)
    }

    /// Takes the bytes as they are.
    pub const fn from_bytes(bytes: [u8; TAG_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, for storage.
    pub const fn as_bytes(&self) -> &[u8; TAG_BYTES] {
        &self.0
    }

    fn of(kind: [u8; 1], id: &[u8; 16]) -> Self {
        let digest =
            Sha256::new().chain_update(b"perpetua revocation 1").chain_update(kind).chain_update(id).finalize();
        let mut tag = [0; TAG_BYTES];
        tag.copy_from_slice(&digest[..TAG_BYTES]);
        Self(tag)
    }
}

/// Why something was revoked. Numbers stand in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The purchase was cancelled (number 1).
    Cancelled,
    /// The key became public (number 2).
    Leaked,
    /// Another key took its place (number 3).
    Replaced,
    /// The operator decided so (number 4).
    Operator,
    /// The activation was returned or released (number 5).
    Released,
    /// A reason that this program does not know; revoked all the same.
    Other,
}

impl Reason {
    /// The reasons with a number of their own, in that order.
    pub const KNOWN: [Self; 5] = [Self::Cancelled, Self::Leaked, Self::Replaced, Self::Operator, Self::Released];

    /// The number in lists; [`Reason::Other`] is written as 255.
    pub const fn number(self) -> u8 {
        match self {
            Self::Cancelled => 1,
            Self::Leaked => 2,
            Self::Replaced => 3,
            Self::Operator => 4,
            Self::Released => 5,
            Self::Other => u8::MAX,
        }
    }

    /// The reason with this number.
    pub fn from_number(number: u8) -> Self {
        Self::KNOWN.into_iter().find(|reason| reason.number() == number).unwrap_or(Self::Other)
    }

    /// The word in answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Leaked => "leaked",
            Self::Replaced => "replaced",
            Self::Operator => "operator",
            Self::Released => "released",
            Self::Other => "other",
        }
    }
}

/// One line of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// What is revoked.
    pub tag: Tag,
    /// Why.
    pub reason: Reason,
}

/// Why a list is not used. The list that was there before stays in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The bytes are no such document.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// Its signature is not trusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The body is not the one that was signed.
    #[error("the body does not belong to the signed head")]
    OtherBody,
    /// The number is below the one that is known here: an old list, or one of a restored server.
    #[error("the list is older than number {known}")]
    WentBack {
        /// The number that is known.
        known: u64,
    },
    /// Two different lists with one number; the publisher must be told.
    #[error("there are two different lists number {number}")]
    Conflicting {
        /// Their number.
        number: u64,
    },
    /// The delta begins at another list.
    #[error("the delta begins at list {base}")]
    OtherBase {
        /// Where it begins.
        base: u64,
    },
}

/// The signed statement about a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListHead {
    /// Rises with every list.
    pub number: u64,
    /// When it was made.
    pub issued_at: Moment,
    /// By when the publisher makes the next one at the latest, so that fetching earlier is rarely of use.
    pub next_at: Moment,
    /// Entries in the body.
    pub count: u32,
    /// SHA-256 of the body.
    pub body_digest: [u8; 32],
}

impl ListHead {
    fn sign(&self, issuer: &SecretKey) -> Vec<u8> {
        let mut writer = Writer::new(LIST);
        writer.bytes(issuer.public().id().as_bytes()).u64(self.number);
        writer.u32(self.issued_at.seconds()).u32(self.next_at.seconds());
        writer.u32(self.count).bytes(&self.body_digest);
        let signature = issuer.sign(writer.so_far());
        writer.bytes(&signature).finish()
    }

    /// Reads and verifies the first [`HEAD_BYTES`] of a list, which is all that a device needs to see its number.
    ///
    /// # Errors
    /// [`ListError::Format`] and [`ListError::Trust`].
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<Self, ListError> {
        let mut reader = Reader::open(bytes, LIST, HEAD_BYTES)?;
        let signer = PublicKeyId::from_bytes(reader.array()?);
        let head = Self {
            number: reader.u64()?,
            issued_at: Moment::from_seconds(reader.u32()?),
            next_at: Moment::from_seconds(reader.u32()?),
            count: reader.u32()?,
            body_digest: reader.array()?,
        };
        let message = reader.so_far();
        let signature = reader.array::<SIGNATURE_BYTES>()?;
        reader.end()?;
        if head.count as usize > ENTRIES_MAX {
            return Err(FormatError::Field { field: "count" }.into());
        }
        trust.verify(signer, head.issued_at, message, &signature)?;
        Ok(head)
    }

    /// Whether a device that knows `known` may take this list in its place. The same list again is allowed.
    ///
    /// # Errors
    /// [`ListError::WentBack`] and [`ListError::Conflicting`].
    pub fn may_follow(&self, known: Option<&Self>) -> Result<(), ListError> {
        match known {
            Some(known) if self.number < known.number => Err(ListError::WentBack { known: known.number }),
            Some(known) if self.number == known.number && self != known => {
                Err(ListError::Conflicting { number: self.number })
            }
            _ => Ok(()),
        }
    }
}

/// A verified list over the bytes that were fetched; copies nothing.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    head: ListHead,
    head_bytes: &'a [u8],
    body: &'a [u8],
}

impl<'a> List<'a> {
    /// Verifies signature, digest and order of a list.
    ///
    /// # Errors
    /// [`ListError`] other than those about numbers; see [`ListHead::may_follow`].
    pub fn open(bytes: &'a [u8], trust: &Trust) -> Result<Self, ListError> {
        let (head_bytes, body) = bytes.split_at_checked(HEAD_BYTES).ok_or_else(|| short(bytes))?;
        let head = ListHead::open(head_bytes, trust)?;
        let expected = head.count as usize * ENTRY_BYTES;
        match body.len() {
            found if found < expected => Err(FormatError::Truncated.into()),
            found if found > expected => Err(FormatError::Trailing.into()),
            _ if Sha256::digest(body)[..] != head.body_digest => Err(ListError::OtherBody),
            _ if !is_ascending(body) => Err(FormatError::Field { field: "entries" }.into()),
            _ => Ok(Self { head, head_bytes, body }),
        }
    }

    /// The signed statement about the list.
    pub const fn head(&self) -> &ListHead {
        &self.head
    }

    /// Why the certificate of this key and activation is revoked, if it is.
    pub fn reason(&self, key: KeyId, activation: ActivationId) -> Option<Reason> {
        self.find(Tag::of_key(key)).or_else(|| self.find(Tag::of_activation(activation)))
    }

    /// The reason of an entry: some twenty comparisons in a list of a million.
    pub fn find(&self, tag: Tag) -> Option<Reason> {
        let entries = self.entries();
        let found = entries.binary_search_by(|entry| entry[..TAG_BYTES].cmp(&tag.0));
        found.ok().map(|index| Reason::from_number(entries[index][TAG_BYTES]))
    }

    fn entries(&self) -> &'a [[u8; ENTRY_BYTES]] {
        self.body.as_chunks().0
    }
}

/// Looks an entry up in a verified list that stays in a file: `read` gives the entry at an index below `count`.
///
/// # Errors
/// Those of `read`.
pub fn find_with<E>(
    count: u32,
    tag: Tag,
    mut read: impl FnMut(u32) -> Result<[u8; ENTRY_BYTES], E>,
) -> Result<Option<Reason>, E> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        let entry = read(middle)?;
        match entry[..TAG_BYTES].cmp(&tag.0) {
            std::cmp::Ordering::Equal => return Ok(Some(Reason::from_number(entry[TAG_BYTES]))),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    Ok(None)
}

/// Makes a signed list. Entries come in any order; of two with one tag the lower reason stays.
///
/// # Errors
/// [`FormatError::Field`] with more than [`ENTRIES_MAX`] entries.
pub fn sign_list(
    mut entries: Vec<Entry>,
    number: u64,
    issued_at: Moment,
    next_at: Moment,
    issuer: &SecretKey,
) -> Result<Vec<u8>, FormatError> {
    entries.sort_unstable();
    entries.dedup_by_key(|entry| entry.tag);
    if entries.len() > ENTRIES_MAX {
        return Err(FormatError::Field { field: "count" });
    }
    let body = body_of(&entries);
    let count = u32::try_from(entries.len()).map_err(|_| FormatError::Field { field: "count" })?;
    let head = ListHead { number, issued_at, next_at, count, body_digest: Sha256::digest(&body).into() };
    let mut bytes = head.sign(issuer);
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

/// The number of the next list: the one after `previous`, but at least the seconds since 1970. So a server that
/// was restored from an old backup still numbers above everything it ever published, as long as it made no more
/// than one list a second and its clock is right.
pub fn next_number(previous: u64, now: Moment) -> u64 {
    previous.saturating_add(1).max(u64::from(now.seconds()))
}

fn body_of(entries: &[Entry]) -> Vec<u8> {
    let mut body = Vec::with_capacity(entries.len() * ENTRY_BYTES);
    for entry in entries {
        body.extend_from_slice(&entry.tag.0);
        body.push(entry.reason.number());
    }
    body
}

fn is_ascending(body: &[u8]) -> bool {
    let (entries, rest) = body.as_chunks::<ENTRY_BYTES>();
    rest.is_empty() && entries.is_sorted_by(|a, b| a[..TAG_BYTES] < b[..TAG_BYTES])
}

/// What is wrong with bytes that are shorter than a head.
fn short(bytes: &[u8]) -> ListError {
    Reader::open(bytes, LIST, HEAD_BYTES).map_or_else(ListError::from, |_| FormatError::Truncated.into())
}
