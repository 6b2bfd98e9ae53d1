//! Product keys of 32 characters (M16): how they are made, read from what a person typed, and checked.
//!
//! Characters 0–25 carry 130 bits: a 4-bit format version, then 126 random bits, most significant first.
//! Characters 26–27 are public check characters over the whole key, see [`checksum`]; pages and devices
//! check them while a person types. Characters 28–31 are the first 20 bits of HMAC-SHA-256 over the
//! first 26 characters as ASCII, under a secret that the format version selects, so that invented keys are
//! refused before any look-up. Foreign keys of 25 characters are only recognised, never accepted.

pub(crate) mod checksum;
mod kms;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use checksum::{CHECK_AT, Finding, LENGTH};
pub use kms::is_kms_client_key;

/// The characters of a key in the order of their values; I, L, O and U are left out.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Where the four characters of the secret check begin.
const SECRET_CHECK_AT: usize = 28;
/// Characters per group when a key is shown to a person.
const GROUP: usize = 4;
/// Length of the keys of other publishers that people paste by mistake.
const FOREIGN_LENGTH: usize = 25;
/// The characters of those foreign keys.
const FOREIGN_ALPHABET: &[u8; 25] = b"BCDFGHJKMNPQRTVWXY2346789";

/// Why a text is not a product key. Carries no part of the text, so it may be shown and logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 32 characters once spaces and hyphens are left out.
    #[error("a product key has 32 characters, not {found}")]
    Length {
        /// Characters that were counted.
        found: usize,
    },
    /// A character that no key contains.
    #[error("character {position} cannot stand in a product key")]
    Character {
        /// Counted from 0, without spaces and hyphens.
        position: usize,
    },
    /// The public check characters do not fit: at least one character is wrong or two are exchanged.
    #[error("the product key is mistyped")]
    Mistyped {
        /// The wrong character, counted from 0 without spaces and hyphens, provided that only one is wrong.
        suspect: Option<usize>,
    },
    /// A 25-character key of another publisher.
    #[error("this is a 25-character key of another publisher")]
    ForeignKey25,
    /// Well-formed, but never issued here.
    #[error("the product key was not issued here")]
    WrongCheck,
}

/// The layout and check secret of a key: 0 to 15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormatVersion(u8);

impl FormatVersion {
    /// The first version that is issued.
    pub const V1: Self = Self(1);

    /// A version from its number; `None` above 15, because a key has only four bits for it.
    pub const fn new(number: u8) -> Option<Self> {
        if number < 16 { Some(Self(number)) } else { None }
    }

    /// The number, 0 to 15.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The secrets of the check characters, one per format version. Wiped when dropped, redacted in `Debug`.
#[derive(Default)]
pub struct CheckSecrets(BTreeMap<FormatVersion, Zeroizing<Vec<u8>>>);

impl CheckSecrets {
    /// No secrets, which accepts no key.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the secret of a version, at least 32 random bytes; replaces one that is there.
    #[must_use]
    pub fn with(mut self, version: FormatVersion, secret: &[u8]) -> Self {
        self.0.insert(version, Zeroizing::new(secret.to_vec()));
        self
    }

    /// The highest version with its secret, which new keys are minted with.
    pub fn newest(&self) -> Option<(FormatVersion, &[u8])> {
        self.0.last_key_value().map(|(version, secret)| (*version, secret.as_slice()))
    }

    fn of(&self, version: FormatVersion) -> Option<&[u8]> {
        self.0.get(&version).map(|secret| secret.as_slice())
    }
}

impl fmt::Debug for CheckSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CheckSecrets").field(&self.0.keys()).finish()
    }
}

/// A text that has the form of a product key, not yet known to be issued here.
///
/// Wiped when dropped and redacted in `Debug`, because it may well be a real key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TypedKey([u8; LENGTH]);

impl TypedKey {
    /// The version that the key claims to have.
    pub fn version(&self) -> FormatVersion {
        FormatVersion(value_of(self.0[0]).map_or(0, |value| value >> 1))
    }

    /// Accepts the key when its secret check is right. The comparison takes the same time for any wrong check.
    ///
    /// # Errors
    /// [`KeyError::WrongCheck`], also when no secret is known for the key's version.
    pub fn verify(self, secrets: &CheckSecrets) -> Result<ProductKey, KeyError> {
        let secret = secrets.of(self.version()).ok_or(KeyError::WrongCheck)?;
        let expected = secret_check(&self.0[..CHECK_AT], secret);
        let is_right: bool = self.0[SECRET_CHECK_AT..].ct_eq(&expected).into();
        if is_right { Ok(ProductKey(self.0)) } else { Err(KeyError::WrongCheck) }
    }

    /// The 32 characters, for sealing and keyed hashes.
    pub(crate) fn characters(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl fmt::Debug for TypedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedKey(redacted)")
    }
}

/// A product key that was issued here.
///
/// Wiped when dropped, redacted in `Debug`, without `Display`: it leaves only through the `expose` functions.
///
/// ```
/// use perpetua_license::key::{FormatVersion, ProductKey, parse};
///
/// let key = ProductKey::mint([7; 16], FormatVersion::V1, b"a secret of at least 32 bytes ...");
/// assert_eq!(format!("{key:?}"), "ProductKey(redacted)");
/// assert!(parse(&key.expose_grouped().to_lowercase()).is_ok());
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ProductKey([u8; LENGTH]);

impl ProductKey {
    /// Makes a key from 16 random bytes, of which 126 bits are used (the two most significant are not).
    /// `check_secret` belongs to `version`; the same arguments always give the same key.
    pub fn mint(random: [u8; 16], version: FormatVersion, check_secret: &[u8]) -> Self {
        let bits = Zeroizing::new(u128::from_be_bytes(random) << 2);
        let mut symbols = Zeroizing::new([0u8; LENGTH]);
        symbols[0] = (version.0 << 1) | top_bits(*bits, 1);
        for (index, symbol) in symbols[1..CHECK_AT].iter_mut().enumerate() {
            *symbol = top_bits(*bits << (1 + 5 * index), 5);
        }
        let check = secret_check(&text_of(&symbols)[..CHECK_AT], check_secret);
        for (symbol, character) in symbols[SECRET_CHECK_AT..].iter_mut().zip(check) {
            *symbol = value_of(character).expect("the secret check is written in the alphabet");
        }
        checksum::complete(&mut symbols);
        Self(*text_of(&symbols))
    }

    /// Restores a key that [`expose`](Self::expose) gave and that was kept sealed, without the secret check.
    ///
    /// # Errors
    /// Those of [`parse`], when the text was damaged.
    pub fn restore(text: &str) -> Result<Self, KeyError> {
        parse(text).map(|typed| Self(typed.0))
    }

    /// The same key as a device knows it, which cannot tell whether it was issued.
    pub fn as_typed(&self) -> TypedKey {
        TypedKey(self.0)
    }

    /// The version whose secret checks this key.
    pub fn version(&self) -> FormatVersion {
        TypedKey(self.0).version()
    }

    /// The 32 characters without separators: what is sealed, and what the keyed look-up hash is made from.
    pub fn expose(&self) -> &str {
        str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }

    /// The key as people read it: eight groups of four with hyphens between. Wiped when dropped.
    pub fn expose_grouped(&self) -> Zeroizing<String> {
        let mut grouped = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / GROUP));
        for (index, character) in self.expose().chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                grouped.push('-');
            }
            grouped.push(character);
        }
        grouped
    }
}

impl PartialEq for ProductKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for ProductKey {}

impl fmt::Debug for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProductKey(redacted)")
    }
}

/// Reads a key as people type and paste it: any case, spaces and hyphens anywhere, I and L for 1, O for 0.
///
/// # Errors
/// Every [`KeyError`] but [`KeyError::WrongCheck`]. A wrong character is reported before a wrong length.
///
/// ```
/// use perpetua_license::key::{KeyError, parse};
///
/// assert_eq!(parse("2000-0000").unwrap_err(), KeyError::Length { found: 8 });
/// assert_eq!(parse("20U0").unwrap_err(), KeyError::Character { position: 2 });
/// ```
pub fn parse(text: &str) -> Result<TypedKey, KeyError> {
    if is_foreign(text) {
        return Err(KeyError::ForeignKey25);
    }
    let mut symbols = Zeroizing::new([0u8; LENGTH]);
    let mut found = 0;
    for character in text.chars().filter(|c| !is_separator(*c)) {
        let value = forgiven(character).and_then(value_of).ok_or(KeyError::Character { position: found })?;
        if let Some(symbol) = symbols.get_mut(found) {
            *symbol = value;
        }
        found += 1;
    }
    if found != LENGTH {
        return Err(KeyError::Length { found });
    }
    match checksum::check(&symbols) {
        Finding::Valid => Ok(TypedKey(*text_of(&symbols))),
        Finding::Wrong { suspect } => Err(KeyError::Mistyped { suspect }),
    }
}

/// Spaces of any kind, and the hyphens and dashes that word processors put in their place.
pub(crate) fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The character that was meant, or nothing when it is not ASCII.
pub(crate) fn forgiven(character: char) -> Option<u8> {
    let ascii = u8::try_from(character).ok().filter(u8::is_ascii)?;
    Some(match ascii.to_ascii_uppercase() {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        other => other,
    })
}

/// Whether the text is a 25-character key: written in five groups of five, or in the foreign alphabet only.
/// A key of ours that is only typed in part therefore counts as too short, not as foreign.
fn is_foreign(text: &str) -> bool {
    let characters = || text.chars().filter(|c| !is_separator(*c));
    let is_grouped = || {
        let groups = text.trim().split(is_separator).filter(|group| !group.is_empty());
        groups.fold(0, |count, group| if group.chars().count() == 5 { count + 1 } else { usize::MAX / 2 }) == 5
    };
    let is_in_alphabet =
        || characters().all(|c| u8::try_from(c).is_ok_and(|c| FOREIGN_ALPHABET.contains(&c.to_ascii_uppercase())));
    characters().count() == FOREIGN_LENGTH
        && characters().all(|c| c.is_ascii_alphanumeric())
        && (is_grouped() || is_in_alphabet())
}

/// The value of an upper-case character of the alphabet.
pub(crate) fn value_of(character: u8) -> Option<u8> {
    (0u8..).zip(ALPHABET).find_map(|(value, candidate)| (*candidate == character).then_some(value))
}

fn text_of(symbols: &[u8; LENGTH]) -> Zeroizing<[u8; LENGTH]> {
    Zeroizing::new(symbols.map(|value| ALPHABET[usize::from(value)]))
}

/// The `count` most significant bits, at most 8.
fn top_bits(bits: u128, count: u32) -> u8 {
    u8::try_from(bits >> (u128::BITS - count)).expect("at most 8 bits remain")
}

/// The four characters that hold the first 20 bits of the keyed hash over `payload`.
fn secret_check(payload: &[u8], secret: &[u8]) -> [u8; LENGTH - SECRET_CHECK_AT] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).expect("HMAC takes secrets of any length");
    mac.update(payload);
    let digest = mac.finalize().into_bytes();
    let bits = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    [27, 22, 17, 12].map(|shift| ALPHABET[(bits >> shift & 31) as usize])
}
