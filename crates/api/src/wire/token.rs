//! Continuation tokens: where a page of a list began and ended (contract file 00 §6).
//!
//! A token holds nothing secret and grants nothing: the next call is authorized like the first. It names the
//! list that it belongs to, so that it cannot continue another one, and carries a check sum, so that a
//! mangled one is refused rather than taken for a place.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::fault::{Fault, Reason};

/// The longest token, in characters.
pub const TOKEN_MAX: usize = 512;

/// A sort key longer than this many bytes is left out of a token.
pub const KEY_MAX: usize = 118;

/// The longest id, in bytes.
const ID_MAX: usize = 64;

/// The layout below.
const VERSION: u8 = 1;

const LIST_BYTES: usize = 8;
const SUM_BYTES: usize = 4;

/// A place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The sort key of the entry, when it is at most [`KEY_MAX`] bytes. Without it, the reader takes the key
    /// from the entry itself.
    pub key: Option<String>,
    /// The id of the entry, at most 64 bytes.
    pub id: String,
}

impl Position {
    /// The place of an entry that sorts by its id.
    pub fn of_id(id: impl Into<String>) -> Self {
        Self { key: None, id: id.into() }
    }

    /// The place of an entry that sorts by a key and its id.
    pub fn of_key(key: impl Into<String>, id: impl Into<String>) -> Self {
        Self { key: Some(key.into()), id: id.into() }
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        let id: &[u8] = self.id.as_bytes();
        assert!(id.len() <= ID_MAX, "an id of {} bytes", id.len());
        let key = self.key.as_deref().filter(|key| key.len() <= KEY_MAX);
        bytes.push(length(id));
        bytes.extend(id);
        match key {
            Some(key) => {
                bytes.extend([1, length(key.as_bytes())]);
                bytes.extend(key.as_bytes());
            }
            None => bytes.push(0),
        }
    }

    fn take(bytes: &mut &[u8]) -> Option<Self> {
        let id = text(bytes)?;
        let key = match bytes.split_off_first()? {
            0 => None,
            1 => Some(text(bytes)?),
            _ => return None,
        };
        Some(Self { key, id })
    }
}

/// Where a page began and ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Continuation {
    /// The first entry of the page: `Previous` goes before it.
    pub first: Position,
    /// The last entry of the page: `Next` goes after it.
    pub last: Position,
}

impl Continuation {
    /// The token, base64url without padding. `list` names the list with everything that decides its entries
    /// and their order: path, filter, sort.
    pub fn token(&self, list: &str) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(&Sha256::digest(list)[..LIST_BYTES]);
        self.first.put(&mut bytes);
        self.last.put(&mut bytes);
        let sum = Sha256::digest(&bytes);
        bytes.extend(&sum[..SUM_BYTES]);
        let token = BASE64URL_NOPAD.encode(&bytes);
        debug_assert!(token.len() <= TOKEN_MAX);
        token
    }

    /// Reads a token of this list.
    ///
    /// # Errors
    ///
    /// 400/3000 when it is mangled, of another version or of another list.
    pub fn read(token: &str, list: &str) -> Result<Self, Fault> {
        Self::decode(token, list).ok_or_else(|| Fault::invalid_property("MS-ContinuationToken", Reason::Token))
    }

    fn decode(token: &str, list: &str) -> Option<Self> {
        if token.len() > TOKEN_MAX {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (content, sum) = bytes.split_last_chunk::<SUM_BYTES>()?;
        if Sha256::digest(content)[..SUM_BYTES] != sum[..] {
            return None;
        }
        let mut rest = content;
        if *rest.split_off_first()? != VERSION {
            return None;
        }
        if rest.split_off(..LIST_BYTES)? != &Sha256::digest(list)[..LIST_BYTES] {
            return None;
        }
        let continuation = Self { first: Position::take(&mut rest)?, last: Position::take(&mut rest)? };
        rest.is_empty().then_some(continuation)
    }
}

fn length(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).expect("ids and keys are cut before")
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::from(*bytes.split_off_first()?);
    let text = bytes.split_off(..length)?;
    std::str::from_utf8(text).ok().filter(|text| !text.contains('\0')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn position() -> impl Strategy<Value = Position> {
        (proptest::option::of("[a-zěšč ]{0,60}"), "[0-9a-f-]{0,36}").prop_map(|(key, id)| Position { key, id })
    }

    fn sample() -> Continuation {
        Continuation { first: Position::of_id("a"), last: Position::of_key("nor", "b") }
    }

    #[test]
    fn a_token_continues_only_its_own_list() {
        let token = sample().token("/customers?filter=x");
        assert_eq!(Continuation::read(&token, "/customers?filter=x"), Ok(sample()));
        let fault = Continuation::read(&token, "/customers?filter=y").unwrap_err();
        assert_eq!((fault.status(), fault.code().number), (400, 3000));
    }

    #[test]
    fn the_largest_token_fits_and_a_long_key_is_left_out() {
        let position = |key: usize| Position::of_key("k".repeat(key), "i".repeat(ID_MAX));
        let full = Continuation { first: position(KEY_MAX), last: position(KEY_MAX) };
        let token = full.token("list");
        assert!(token.len() <= TOKEN_MAX, "{}", token.len());
        assert_eq!(Continuation::read(&token, "list"), Ok(full));
        let long = Continuation { first: position(KEY_MAX + 1), last: position(500) };
        let read = Continuation::read(&long.token("list"), "list").unwrap();
        assert_eq!((read.first.key, read.last.key), (None, None));
    }

    #[test]
    fn a_mangled_token_is_refused() {
        let token = sample().token("list");
        for index in 0..token.len() {
            let mut mangled = token.clone().into_bytes();
            mangled[index] = if mangled[index] == b'A' { b'B' } else { b'A' };
            let mangled = String::from_utf8(mangled).unwrap();
            assert!(Continuation::read(&mangled, "list").is_err(), "{mangled}");
        }
        for odd in ["", "A", "=", "č", &"A".repeat(513)] {
            assert!(Continuation::read(odd, "list").is_err(), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn a_token_gives_back_what_it_was_made_of(first in position(), last in position(), list in any::<String>()) {
            let continuation = Continuation { first, last };
            let token = continuation.token(&list);
            prop_assert!(token.len() <= TOKEN_MAX);
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(Continuation::read(&token, &list), Ok(continuation));
        }

        #[test]
        fn no_token_panics(bytes in proptest::collection::vec(any::<u8>(), 0..100), text in any::<String>()) {
            let _ = Continuation::read(&text, "list");
            let mut bytes = bytes;
            let sum = Sha256::digest(&bytes);
            bytes.extend(&sum[..SUM_BYTES]);
            let _ = Continuation::read(&BASE64URL_NOPAD.encode(&bytes), "list");
        }
    }
}
