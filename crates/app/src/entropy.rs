//! Where random bytes come from, and what is made of them: ids and bearer tokens.
//!
//! Production takes them from the operating system; a test takes them from a seed, so that a run can be replayed.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Gives random bytes.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with bytes that nobody can foretell.
    fn fill(&self, buffer: &mut [u8]);
}

/// What is made of random bytes; available on every [`Entropy`].
pub trait EntropyExt: Entropy {
    /// A number of random bytes.
    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A `UUIDv7`: milliseconds of `now`, then 74 random bits.
    fn uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A new bearer token.
    fn token(&self) -> Token {
        Token(self.bytes())
    }
}

impl<E: Entropy + ?Sized> EntropyExt for E {}

/// A bearer token of 128 random bits: a session, a link, a download. Stored only as its hash (I7).
///
/// Wiped when dropped and redacted in `Debug`; it leaves only through [`expose`](Token::expose).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token([u8; 16]);

impl Token {
    /// The token as it stands in a cookie or link: 22 characters of base64url.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64URL_NOPAD.encode(&self.0))
    }

    /// Reads what a caller brought; `None` when it cannot be a token of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(text.as_bytes()).ok()?);
        bytes.as_slice().try_into().ok().map(Self)
    }

    /// The token that begins these bytes, for tokens that can be made again from a nonce.
    pub(crate) fn of(bytes: &[u8; 32]) -> Self {
        let mut token = Self([0; 16]);
        token.0.copy_from_slice(&bytes[..16]);
        token
    }

    /// SHA-256 of the token: what is stored and looked up. A plain hash does, because 128 bits cannot be guessed.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

/// Random bytes of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the operating system for random bytes")]
    fn fill(&self, buffer: &mut [u8]) {
        // Going on without randomness would give guessable keys, so there is nothing else to do.
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// Bytes that follow from a seed: SHA-256 over seed and counter. For tests only, as anybody can repeat them.
#[derive(Debug)]
pub struct SeededEntropy {
    seed: u64,
    block: AtomicU64,
}

impl SeededEntropy {
    /// A source that gives the same bytes for the same seed and the same sequence of calls.
    pub fn new(seed: u64) -> Self {
        Self { seed, block: AtomicU64::new(0) }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(block.to_be_bytes());
            chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_replays_its_bytes_and_another_seed_gives_others() {
        let take = |seed| {
            let entropy = SeededEntropy::new(seed);
            (entropy.bytes::<40>(), entropy.bytes::<40>())
        };
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
        let (first, second) = take(1);
        assert_ne!(first, second);
        assert_ne!(first[..8], first[32..]);
    }

    #[test]
    fn the_operating_system_fills_the_whole_buffer() {
        let (a, b) = (SystemEntropy.bytes::<64>(), SystemEntropy.bytes::<64>());
        assert_ne!(a, b);
        assert!(a[32..].iter().any(|byte| *byte != 0));
    }

    #[test]
    fn ids_are_version_7_and_sort_by_their_time() {
        let entropy: &dyn Entropy = &SeededEntropy::new(3);
        let now: Timestamp = "2026-03-01T12:00:00.5Z".parse().unwrap();
        let (early, late) = (entropy.uuid(now), entropy.uuid(now + jiff::SignedDuration::from_millis(1)));
        assert_eq!(early.get_version_num(), 7);
        assert!(early < late);
        assert_ne!(early, entropy.uuid(now));
        let (seconds, nanos) = early.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos), (now.as_second().cast_unsigned(), 500_000_000));
    }

    #[test]
    fn a_token_survives_its_text_and_hashes_alike() {
        let token = SeededEntropy::new(4).token();
        let text = token.expose();
        assert_eq!(text.len(), 22);
        assert_eq!(Token::parse(&text).unwrap().hash(), token.hash());
        let digest: [u8; 32] = Sha256::digest(BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()).into();
        assert_eq!(token.hash(), digest);
    }

    #[test]
    fn what_is_not_a_token_is_not_read_as_one() {
        let text = SeededEntropy::new(4).token().expose();
        for wrong in ["", &text[1..], &format!("{}A", *text), &format!("{}=", *text), &format!("+{}", &text[1..])] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn debug_output_of_a_token_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", SeededEntropy::new(5).token()), "Token(redacted)");
    }
}
