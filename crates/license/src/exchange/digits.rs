//! 16-bit numbers as groups of six digits with a check in each, for codes that are read over the telephone.
//!
//! The check is taken modulo 11 with a different weight per place, so any wrong digit and any two exchanged digits
//! are found, which the customary check modulo 7 does not do (it cannot tell 0 from 7, 1 from 8, 2 from 9). The
//! group's number goes in as well, so that exchanged groups are found. Codes of another publisher, which have the
//! same shape, are recognised by that customary check.

use super::symbols::GroupState;

/// Digits of a group, the check included.
pub const GROUP: usize = 6;
/// What the check is taken modulo.
const MODULUS: u32 = 11;
/// Of ten last digits, nine are used: at most one of them would need a check of ten.
const LAST_DIGITS: u16 = 9;

/// Why a text does not give numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DigitError {
    /// A character that is no digit and no separator, counted from 0 without separators.
    #[error("character {position} is no digit")]
    Character {
        /// Counted from 0, without separators.
        position: usize,
    },
    /// The wrong number of digits.
    #[error("the code has {found} digits")]
    Length {
        /// Digits that were counted; counting ends at 100.
        found: usize,
    },
    /// A group's check does not fit.
    #[error("group {index} is mistyped")]
    Group {
        /// Counted from 0.
        index: usize,
    },
    /// A code of the platform maker: an installation or confirmation id.
    #[error("this is a code of another publisher")]
    Foreign,
}

/// Writes a number per group, with hyphens between.
pub fn encode(values: &[u16]) -> String {
    let groups = values.iter().enumerate().map(|(index, value)| {
        let digits = group_of(*value, index).map(|digit| char::from(b'0' + digit));
        digits.into_iter().collect::<String>()
    });
    groups.collect::<Vec<_>>().join("-")
}

/// Reads as many numbers as asked for. Forgives separators of any kind and full-width digits.
///
/// # Errors
/// [`DigitError`]; the first wrong group is named.
pub fn decode<const N: usize>(text: &str) -> Result<[u16; N], DigitError> {
    let digits = read(text)?;
    if is_foreign(&digits) && first_wrong(&digits).is_some() {
        return Err(DigitError::Foreign);
    }
    if digits.len() != N * GROUP {
        return Err(DigitError::Length { found: digits.len() });
    }
    if let Some(index) = first_wrong(&digits) {
        return Err(DigitError::Group { index });
    }
    let mut values = [0; N];
    for (index, (value, group)) in values.iter_mut().zip(digits.as_chunks::<GROUP>().0).enumerate() {
        *value = value_of(*group, index).ok_or(DigitError::Group { index })?;
    }
    Ok(values)
}

/// Each group of a text that is being typed, for a page that checks along.
///
/// # Errors
/// [`DigitError::Character`] and [`DigitError::Length`].
pub fn group_states(text: &str) -> Result<Vec<GroupState>, DigitError> {
    let digits = read(text)?;
    let state = |(index, group): (usize, &[u8])| match <[u8; GROUP]>::try_from(group) {
        Ok(group) if value_of(group, index).is_some() => GroupState::Good,
        Ok(_) => GroupState::Wrong,
        Err(_) => GroupState::Incomplete,
    };
    Ok(digits.chunks(GROUP).enumerate().map(state).collect())
}

fn first_wrong(digits: &[u8]) -> Option<usize> {
    let groups = digits.as_chunks::<GROUP>().0;
    groups.iter().enumerate().position(|(index, group)| value_of(*group, index).is_none())
}

/// Four digits of value / 9, a last digit for value mod 9 that skips the one with a check of ten, and the check.
fn group_of(value: u16, index: usize) -> [u8; GROUP] {
    let digit = |number: u16| u8::try_from(number % 10).expect("below ten");
    let (head, last) = (value / LAST_DIGITS, value % LAST_DIGITS);
    let mut group = [digit(head / 1000), digit(head / 100), digit(head / 10), digit(head), 0, 0];
    let last_digit = (0..10u8).filter(|digit| check(group, *digit, index) < 10).nth(last.into());
    group[4] = last_digit.expect("at most one of ten digits has a check of ten");
    group[5] = u8::try_from(check(group, group[4], index)).expect("below ten");
    group
}

/// The number of a group; nothing when the check is wrong or the group is not the one that stands for its number.
fn value_of(group: [u8; GROUP], index: usize) -> Option<u16> {
    let head = group[..4].iter().fold(0u32, |head, digit| head * 10 + u32::from(*digit));
    let before = (0..group[4]).filter(|digit| check(group, *digit, index) < 10).count();
    let value = u16::try_from(head * u32::from(LAST_DIGITS) + u32::try_from(before).ok()?).ok()?;
    (group_of(value, index) == group).then_some(value)
}

/// The digit, or ten, that makes 6·d1 + 5·d2 + 4·d3 + 3·d4 + 2·d5 + check + group number divisible by 11.
fn check(group: [u8; GROUP], last: u8, index: usize) -> u32 {
    let number = u32::try_from(index % 11 + 1).expect("at most eleven");
    let head: u32 = [6, 5, 4, 3].into_iter().zip(group).map(|(weight, digit)| weight * u32::from(digit)).sum();
    (MODULUS - (head + 2 * u32::from(last) + number) % MODULUS) % MODULUS
}

/// The digits without separators; at most 100 are read.
fn read(text: &str) -> Result<Vec<u8>, DigitError> {
    let mut digits = Vec::new();
    for character in text.chars() {
        let digit = match character {
            '0'..='9' => character as u32 - '0' as u32,
            '\u{ff10}'..='\u{ff19}' => character as u32 - 0xff10,
            _ if is_separator(character) => continue,
            _ => return Err(DigitError::Character { position: digits.len() }),
        };
        if digits.len() == 100 {
            return Err(DigitError::Length { found: 100 });
        }
        digits.push(u8::try_from(digit).expect("below ten"));
    }
    Ok(digits)
}

fn is_separator(character: char) -> bool {
    crate::key::is_separator(character) || matches!(character, '.' | ',' | ':' | ';' | '/' | '_' | '|')
}

/// Whether the digits have the shape and the checks of the platform maker's codes: nine groups of six or seven, or
/// eight of six, the last digit of each being the others with weights 1, 2, 1, 2, … modulo 7.
fn is_foreign(digits: &[u8]) -> bool {
    let size = match digits.len() {
        48 | 54 => 6,
        63 => 7,
        _ => return false,
    };
    digits.chunks(size).all(|group| {
        let weighted = group[..size - 1].iter().zip([1u32, 2].into_iter().cycle());
        let sum: u32 = weighted.map(|(digit, weight)| u32::from(*digit) * weight).sum();
        sum % 7 == u32::from(group[size - 1])
    })
}
