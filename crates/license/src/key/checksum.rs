//! The two public check characters of a product key: an extended Reed–Solomon code over GF(32).
//!
//! A key is a word of 32 symbols. Position `i` has the field element with number `i` as its locator,
//! so every element is used exactly once. A word is valid when the sum of its symbols is 0 and
//! the sum of symbol × locator is 0. Any two columns (1, i), (1, j) of that parity check are linearly
//! independent, hence the distance is 3: every change of one or two symbols, wherever they stand, is found,
//! and with it every exchange of two symbols.

/// Symbols of a whole key.
pub(crate) const LENGTH: usize = 32;
/// The first of the two neighbouring check symbols; everything else is free.
pub(super) const CHECK_AT: usize = 26;

/// What remains of x⁵ after division by the field polynomial x⁵ + x² + 1.
const REDUCTION: u8 = 0b0_0101;

const PRODUCTS: [[u8; 32]; 32] = products();

#[expect(clippy::cast_possible_truncation, reason = "both indices are below 32; From is not const")]
const fn products() -> [[u8; 32]; 32] {
    let mut table = [[0; 32]; 32];
    let mut left = 0;
    while left < 32 {
        let mut right = 0;
        while right < 32 {
            table[left][right] = slow_product(left as u8, right as u8);
            right += 1;
        }
        left += 1;
    }
    table
}

const fn slow_product(mut left: u8, mut right: u8) -> u8 {
    let mut product = 0;
    while right > 0 {
        if right & 1 == 1 {
            product ^= left;
        }
        left <<= 1;
        if left & 0b10_0000 != 0 {
            left = (left & 0b1_1111) ^ REDUCTION;
        }
        right >>= 1;
    }
    product
}

/// The product of two field elements, both below 32.
pub(crate) fn product(left: u8, right: u8) -> u8 {
    PRODUCTS[usize::from(left)][usize::from(right)]
}

/// The sum of the symbols, and the sum of the symbols times their locators; (0, 0) for a valid word.
fn syndromes(word: &[u8; LENGTH]) -> (u8, u8) {
    (0u8..)
        .zip(word)
        .fold((0, 0), |(sum, weighted), (locator, symbol)| (sum ^ symbol, weighted ^ product(locator, *symbol)))
}

/// Sets the two check symbols so that the word becomes valid.
pub(super) fn complete(word: &mut [u8; LENGTH]) {
    word[CHECK_AT] = 0;
    word[CHECK_AT + 1] = 0;
    let (sum, weighted) = syndromes(word);
    // Solves a + b = sum, 26·a + 27·b = weighted; 26 + 27 = 1 in this field, so nothing is divided.
    let first = weighted ^ product(27, sum);
    word[CHECK_AT] = first;
    word[CHECK_AT + 1] = sum ^ first;
}

/// Whether a word is valid.
pub(super) enum Finding {
    /// The word belongs to the code.
    Valid,
    /// It does not. When exactly one symbol is wrong, it is the one at `suspect`.
    Wrong { suspect: Option<usize> },
}

/// Checks a word.
pub(super) fn check(word: &[u8; LENGTH]) -> Finding {
    match syndromes(word) {
        (0, 0) => Finding::Valid,
        // A single error of value e at position i leaves (e, e·i), so e is not 0 and i is found by trying.
        (sum, weighted) => Finding::Wrong {
            suspect: (0u8..32).find(|locator| sum != 0 && product(*locator, sum) == weighted).map(usize::from),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiplication_makes_the_32_elements_a_field() {
        for a in 1..32 {
            assert_eq!((1..32).filter(|b| product(a, *b) == 1).count(), 1, "{a} has exactly one inverse");
            for b in 0..32 {
                assert_eq!(product(a, b), product(b, a));
                for c in 0..32 {
                    assert_eq!(product(a, b ^ c), product(a, b) ^ product(a, c));
                    assert_eq!(product(a, product(b, c)), product(product(a, b), c));
                }
            }
        }
    }

    #[test]
    fn a_single_wrong_symbol_is_located_wherever_it_stands() {
        let mut word = [0; LENGTH];
        (0u8..).zip(&mut word).for_each(|(number, symbol)| *symbol = (number * 7 + 3) % 32);
        complete(&mut word);
        assert!(matches!(check(&word), Finding::Valid));
        for position in 0..LENGTH {
            for error in 1..32 {
                let mut typed = word;
                typed[position] ^= error;
                assert!(matches!(check(&typed), Finding::Wrong { suspect: Some(at) } if at == position));
            }
        }
    }
}
