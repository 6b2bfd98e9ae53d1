//! The short code of 48 digits for machines that nobody can carry a file to, off unless a publisher allows it for
//! a product.
//!
//! The machine shows a typed request of 54 digits; the answer carries an issue day, a number of days (at most 90)
//! and 96 bits of HMAC-SHA-256 over both and the request. That proves nothing to somebody who takes the software
//! apart: whoever knows the product's typed-code secret, which is in every copy, can compute answers for any
//! machine, and neither the limit of activations nor a revocation reaches such a machine. It keeps honest people
//! honest for one quarter; everything else needs a signed certificate.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::digits::{self, DigitError};
use crate::key::TypedKey;
use crate::machine::hmac;
use crate::moment::{DAY_SECONDS, Moment};
use crate::signing::PublicKey;

/// Longest validity of a typed code.
pub const TYPED_DAYS_MAX: u16 = 90;
/// Groups of a typed request.
pub const REQUEST_GROUPS: usize = 9;
/// Groups of a typed code.
pub const CODE_GROUPS: usize = 8;

/// The version in the first four bits of both.
const VERSION: u16 = 1;
/// Groups of a typed code before the MAC.
const TERMS_GROUPS: usize = 2;

/// Why a typed code or request is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// Mistyped.
    #[error(transparent)]
    Digits(#[from] DigitError),
    /// Of a later version of this format.
    #[error("version {found} is not known here, only 1")]
    UnknownVersion {
        /// The version that it claims.
        found: u8,
    },
    /// No days, more than [`TYPED_DAYS_MAX`], or bits that must be zero.
    #[error("the code states a validity that is not allowed")]
    Days,
    /// Made for another request, product key or product.
    #[error("the code was not made for this request")]
    OtherRequest,
    /// Its issue day lies in the future by this clock.
    #[error("the code is dated in the future")]
    FromFuture,
    /// Its last day is over.
    #[error("the code has expired")]
    Expired {
        /// Since when.
        since: Moment,
    },
}

/// A product's secret for typed codes, which the publisher's software contains. Its absence is what switches
/// typed codes off. Wiped when dropped, redacted in `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TypedSecret([u8; 32]);

impl TypedSecret {
    /// From 32 random bytes, one secret per product.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedSecret(redacted)")
    }
}

/// What a machine without network shows: 144 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TypedRequest {
    /// The machine: [`PublicKey::id`] of its machine key. It takes one activation under this name. When it comes
    /// online, the server finds that activation by the id of the asking key and gives it to
    /// [`crate::policy::activation::activate`] with that key and an empty fingerprint.
    pub machine: [u8; 8],
    /// 60 random bits, used once.
    pub nonce: u64,
    /// 16 bits of a hash of the product key, which tell that another key was typed.
    pub key_tag: u16,
}

impl TypedRequest {
    /// A request of this machine for this key; `random` is used once, its four highest bits are not used.
    pub fn new(machine_key: &PublicKey, key: &TypedKey, random: u64) -> Self {
        Self { machine: *machine_key.id().as_bytes(), nonce: random & (u64::MAX >> 4), key_tag: Self::key_tag_of(key) }
    }

    /// The hash of a product key in typed requests.
    pub fn key_tag_of(key: &TypedKey) -> u16 {
        let digest = hmac(key.characters(), &[b"perpetua typed request key 1"]);
        u16::from_be_bytes([digest[0], digest[1]])
    }

    /// Nine groups of six digits.
    pub fn to_digits(self) -> String {
        digits::encode(
            &self.bytes().as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect::<Vec<_>>(),
        )
    }

    /// Reads nine groups of six digits.
    ///
    /// # Errors
    /// [`TypedError::Digits`] and [`TypedError::UnknownVersion`].
    pub fn from_digits(text: &str) -> Result<Self, TypedError> {
        let values = digits::decode::<REQUEST_GROUPS>(text)?;
        check_version(values[0])?;
        let mut bytes = [0; 2 * REQUEST_GROUPS];
        for (pair, value) in bytes.as_chunks_mut::<2>().0.iter_mut().zip(values) {
            *pair = value.to_be_bytes();
        }
        let (mut nonce, mut machine) = ([0; 8], [0; 8]);
        nonce.copy_from_slice(&bytes[..8]);
        machine.copy_from_slice(&bytes[8..16]);
        let key_tag = u16::from_be_bytes([bytes[16], bytes[17]]);
        Ok(Self { machine, nonce: u64::from_be_bytes(nonce) & (u64::MAX >> 4), key_tag })
    }

    /// Four bits of version and 60 of nonce, the machine, the key's tag.
    fn bytes(&self) -> [u8; 2 * REQUEST_GROUPS] {
        let mut bytes = [0; 2 * REQUEST_GROUPS];
        let head = u64::from(VERSION) << 60 | (self.nonce & (u64::MAX >> 4));
        bytes[..8].copy_from_slice(&head.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.machine);
        bytes[16..].copy_from_slice(&self.key_tag.to_be_bytes());
        bytes
    }
}

/// What an accepted typed code allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypedGrant {
    /// The first moment of the issue day, in UTC.
    pub from: Moment,
    /// The end of the last day: so many days after the end of the issue day.
    pub until: Moment,
}

/// Makes the code that answers a request: valid on the day of `issued_at` and `days` more days, 1 to 90.
///
/// # Errors
/// [`TypedError::Days`], and [`TypedError::OtherRequest`] when the request was made with another key.
pub fn answer(
    request: &TypedRequest,
    key: &TypedKey,
    product: &str,
    secret: &TypedSecret,
    issued_at: Moment,
    days: u16,
) -> Result<String, TypedError> {
    if request.key_tag != TypedRequest::key_tag_of(key) {
        return Err(TypedError::OtherRequest);
    }
    if days == 0 || days > TYPED_DAYS_MAX {
        return Err(TypedError::Days);
    }
    let issue_day = u16::try_from(issued_at.seconds() / DAY_SECONDS).map_err(|_| TypedError::Days)?;
    let terms = [VERSION << 12 | days << 5, issue_day];
    let mac = mac(request, key, product, secret, terms);
    let mut values = terms.to_vec();
    values.extend(mac.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)));
    Ok(digits::encode(&values))
}

/// Checks a typed code against the pending request.
///
/// # Errors
/// [`TypedError`].
pub fn accept(
    text: &str,
    pending: &TypedRequest,
    key: &TypedKey,
    product: &str,
    secret: &TypedSecret,
    now: Moment,
) -> Result<TypedGrant, TypedError> {
    let values = digits::decode::<CODE_GROUPS>(text)?;
    check_version(values[0])?;
    let terms = [values[0], values[1]];
    let days = values[0] >> 5 & 0x7f;
    if values[0] & 0x1f != 0 || days == 0 || days > TYPED_DAYS_MAX {
        return Err(TypedError::Days);
    }
    let found: Vec<u8> = values[TERMS_GROUPS..].iter().flat_map(|value| value.to_be_bytes()).collect();
    let is_right: bool = mac(pending, key, product, secret, terms).ct_eq(found.as_slice()).into();
    if !is_right {
        return Err(TypedError::OtherRequest);
    }
    let from = Moment::ZERO.plus_days(values[1].into());
    let grant = TypedGrant { from, until: from.plus_days(u32::from(days) + 1) };
    if from.seconds_since(now) > DAY_SECONDS {
        Err(TypedError::FromFuture)
    } else if now >= grant.until {
        Err(TypedError::Expired { since: grant.until })
    } else {
        Ok(grant)
    }
}

fn check_version(first: u16) -> Result<(), TypedError> {
    match first >> 12 {
        VERSION => Ok(()),
        found => Err(TypedError::UnknownVersion { found: u8::try_from(found).unwrap_or(u8::MAX) }),
    }
}

/// 96 bits over terms, request and product, under a secret made of the product's and the product key.
fn mac(
    request: &TypedRequest,
    key: &TypedKey,
    product: &str,
    secret: &TypedSecret,
    terms: [u16; TERMS_GROUPS],
) -> [u8; 2 * (CODE_GROUPS - TERMS_GROUPS)] {
    let both = Zeroizing::new(hmac(&secret.0, &[b"perpetua typed code 1", key.characters()]));
    let [first, second] = terms.map(u16::to_be_bytes);
    let digest = hmac(both.as_slice(), &[&first, &second, &request.bytes(), product.as_bytes()]);
    let mut mac = [0; 2 * (CODE_GROUPS - TERMS_GROUPS)];
    let length = mac.len();
    mac.copy_from_slice(&digest[..length]);
    mac
}
