//! Bytes as characters of the product key's alphabet: plain for QR codes, and in checked groups for typing.
//!
//! Five bits per character, most significant first, the last character filled up with zero bits. A checked group
//! has five characters and a sixth over the same field as the product key's checks; it finds any wrong character,
//! any two that were exchanged, and a group that stands in another one's place.

use std::fmt::Write as _;

use crate::key::checksum::product;
use crate::key::{ALPHABET, forgiven, is_separator, value_of};

/// Characters of a group, the check included.
pub const GROUP: usize = 6;
const DATA: usize = GROUP - 1;

/// How a group looks while it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupState {
    /// All characters are there, and the check fits.
    Good,
    /// All characters are there; at least one is wrong or two are exchanged.
    Wrong,
    /// Characters are missing.
    Incomplete,
}

/// Why a text does not give bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// A character that is not in the alphabet, counted from 0 without separators.
    #[error("character {position} cannot stand here")]
    Character {
        /// Counted from 0, without separators.
        position: usize,
    },
    /// A group's check does not fit.
    #[error("group {index} is mistyped")]
    Group {
        /// Counted from 0.
        index: usize,
    },
    /// Characters are missing or too many, or the rest of the last one is not zero.
    #[error("the text has the wrong length")]
    Length,
}

/// Writes bytes without groups and checks.
pub fn encode(bytes: &[u8]) -> String {
    symbols_of(bytes).into_iter().map(character).collect()
}

/// Reads what [`encode`] wrote; forgives case, separators, I, L and O. At most `limit` bytes.
///
/// # Errors
/// [`SymbolError::Character`] and [`SymbolError::Length`].
pub fn decode(text: &str, limit: usize) -> Result<Vec<u8>, SymbolError> {
    let symbols = read(text, limit * 8 / 5 + 1)?;
    let length = symbols.len() * 5 / 8;
    if (length * 8).div_ceil(5) == symbols.len() { bytes_of(&symbols, length) } else { Err(SymbolError::Length) }
}

/// Writes bytes in checked groups with hyphens between, four groups on a line.
pub fn encode_groups(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, group) in padded(bytes).chunks(DATA).enumerate() {
        match index {
            0 => {}
            _ if index % 4 == 0 => text.push('\n'),
            _ => text.push('-'),
        }
        for symbol in group.iter().copied().chain([check(group, index)]) {
            let _ = text.write_char(character(symbol));
        }
    }
    text
}

/// Reads what [`encode_groups`] wrote, of `length` bytes or of any length up to `limit` when the length stands in
/// the bytes themselves; then the result may have zero bytes at its end.
///
/// # Errors
/// [`SymbolError`]; the first wrong group is named.
pub fn decode_groups(text: &str, limit: usize) -> Result<Vec<u8>, SymbolError> {
    let symbols = read(text, (limit * 8).div_ceil(5 * DATA) * GROUP)?;
    let (groups, rest) = symbols.as_chunks::<GROUP>();
    if let Some(index) = groups.iter().enumerate().position(|(index, group)| !fits(*group, index)) {
        return Err(SymbolError::Group { index });
    }
    if !rest.is_empty() || groups.is_empty() {
        return Err(SymbolError::Length);
    }
    let data: Vec<u8> = groups.iter().flat_map(|group| group[..DATA].iter().copied()).collect();
    bytes_of(&data, data.len() * 5 / 8)
}

/// Each group of a text that is being typed, for a page that checks along.
///
/// # Errors
/// [`SymbolError::Character`], and [`SymbolError::Length`] above the limit.
pub fn group_states(text: &str, limit: usize) -> Result<Vec<GroupState>, SymbolError> {
    let symbols = read(text, (limit * 8).div_ceil(5 * DATA) * GROUP)?;
    let state = |(index, group): (usize, &[u8])| match <[u8; GROUP]>::try_from(group) {
        Ok(group) if fits(group, index) => GroupState::Good,
        Ok(_) => GroupState::Wrong,
        Err(_) => GroupState::Incomplete,
    };
    Ok(symbols.chunks(GROUP).enumerate().map(state).collect())
}

/// The check symbol: symbols times 2 to 6, and the group's index modulo 32, summed in GF(32).
fn check(data: &[u8], index: usize) -> u8 {
    let start = u8::try_from(index % 32).expect("below 32");
    (2u8..).zip(data).fold(start, |sum, (locator, symbol)| sum ^ product(locator, *symbol))
}

fn fits(group: [u8; GROUP], index: usize) -> bool {
    check(&group[..DATA], index) == group[DATA]
}

fn character(symbol: u8) -> char {
    char::from(ALPHABET[usize::from(symbol)])
}

fn read(text: &str, limit: usize) -> Result<Vec<u8>, SymbolError> {
    let mut symbols = Vec::new();
    for character in text.chars().filter(|c| !is_separator(*c)) {
        let position = symbols.len();
        if position == limit {
            return Err(SymbolError::Length);
        }
        symbols.push(forgiven(character).and_then(value_of).ok_or(SymbolError::Character { position })?);
    }
    Ok(symbols)
}

fn symbols_of(bytes: &[u8]) -> Vec<u8> {
    let bit = |index: usize| bytes.get(index / 8).map_or(0, |byte| byte >> (7 - index % 8) & 1);
    let symbol = |at: usize| (0..5).fold(0, |symbol, offset| symbol << 1 | bit(at * 5 + offset));
    (0..(bytes.len() * 8).div_ceil(5)).map(symbol).collect()
}

/// Symbols filled up with zeros to whole groups.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut symbols = symbols_of(bytes);
    symbols.resize(symbols.len().div_ceil(DATA) * DATA, 0);
    symbols
}

/// The first `length` bytes; what remains must be zero bits.
fn bytes_of(symbols: &[u8], length: usize) -> Result<Vec<u8>, SymbolError> {
    let bit = |index: usize| symbols.get(index / 5).map_or(0, |symbol| symbol >> (4 - index % 5) & 1);
    if (length * 8..symbols.len() * 5).any(|index| bit(index) != 0) {
        return Err(SymbolError::Length);
    }
    Ok((0..length).map(|at| (0..8).fold(0, |byte, offset| byte << 1 | bit(at * 8 + offset))).collect())
}
