//! Numbers of money on the wire: exact decimals, written as JSON numbers (contract file 00 §9).
//!
//! JSON numbers here are held as binary floating point. A decimal of at most 15 significant digits comes out
//! of that as it went in, and no amount has more ([`perpetua_domain::money::AMOUNT_MAX`]); a test walks the
//! whole range. Nothing is calculated with such a number.

use perpetua_domain::money::Currency;
use serde_json::Number;

/// Decimal digits of a unit price on the wire; inside it has six.
const UNIT_PRICE_DIGITS: u32 = 4;

/// An amount in minor units as a number of currency units, such as `12.5` for 1250 cents.
pub fn amount(minor: i64, currency: Currency) -> Number {
    decimal(minor, currency.exponent())
}

/// A unit price in 10⁻⁶ currency units, rounded to four digits, half away from zero.
pub fn unit_price(micros: i64) -> Number {
    let (quotient, remainder) = (micros / 100, micros % 100);
    let rounded = if remainder.abs() >= 50 { quotient + remainder.signum() } else { quotient };
    decimal(rounded, UNIT_PRICE_DIGITS)
}

/// `value` × 10^−`digits`, without zeros at its end.
pub fn decimal(value: i64, digits: u32) -> Number {
    let scale = 10_u64.pow(digits);
    let (whole, part) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let sign = if value < 0 { "-" } else { "" };
    if part == 0 {
        return Number::from(value / 10_i64.pow(digits));
    }
    let text = format!("{sign}{whole}.{part:0>width$}", width = digits as usize);
    let nearest: f64 = text.parse().unwrap_or_default();
    Number::from_f64(nearest).unwrap_or_else(|| Number::from(0))
}

/// The decimal of a JSON number or text × 10^`digits`; `None` when it is none, has more digits or is too large.
pub fn scaled(text: &str, digits: u32) -> Option<i64> {
    let (negative, plain) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let part_kept = part.trim_end_matches('0');
    if !all_digits(whole) || !all_digits(part) || part_kept.len() > digits as usize {
        return None;
    }
    let magnitude: i64 = format!("{whole}{part_kept:0<width$}", width = digits as usize).parse().ok()?;
    Some(if negative { -magnitude } else { magnitude })
}

#[cfg(test)]
mod tests {
    use perpetua_domain::money::{AMOUNT_MAX, UNIT_PRICE_MAX};
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_have_the_digits_of_their_currency_and_no_float_error() {
        let check = |minor, code: &str, text: &str| assert_eq!(amount(minor, currency(code)).to_string(), text);
        check(1250, "EUR", "12.5");
        check(10, "EUR", "0.1");
        check(30, "EUR", "0.3");
        check(-1, "EUR", "-0.01");
        check(0, "EUR", "0");
        check(1200, "EUR", "12");
        check(1200, "JPY", "1200");
        check(1, "KWD", "0.001");
        check(AMOUNT_MAX - 1, "EUR", "9999999999999.99");
        check(AMOUNT_MAX, "EUR", "10000000000000");
    }

    #[test]
    fn a_unit_price_is_rounded_to_four_digits_half_away_from_zero() {
        let check = |micros, text: &str| assert_eq!(unit_price(micros).to_string(), text);
        check(1_234_549, "1.2345");
        check(1_234_550, "1.2346");
        check(50, "0.0001");
        check(49, "0");
        check(125_000_000, "125");
        check(UNIT_PRICE_MAX - 1, "1000000000");
    }

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        assert_eq!(scaled("12.34", 2), Some(1234));
        assert_eq!(scaled("-0.5", 2), Some(-50));
        assert_eq!(scaled("12.3400", 2), Some(1234));
        assert_eq!(scaled("7", 0), Some(7));
        for text in ["", ".", "1.", ".5", "1e3", "12.345", "--1", "+1", "1,5", "99999999999999999999"] {
            assert_eq!(scaled(text, 2), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_amount_survives_the_wire(minor in -AMOUNT_MAX..=AMOUNT_MAX, digits in 0_u32..=3) {
            let text = serde_json::to_string(&decimal(minor, digits)).unwrap();
            prop_assert_eq!(scaled(&text, digits), Some(minor), "{}", text);
            let read: Number = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read.to_string(), text);
        }

        #[test]
        fn no_text_panics(text in any::<String>(), digits in 0_u32..=6) {
            let _ = scaled(&text, digits);
        }
    }
}
