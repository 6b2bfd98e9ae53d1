//! Money without floating point.
//!
//! A unit price is an integer of 10⁻⁶ currency units; an amount is an integer of the currency's
//! minor units (ISO 4217 exponent). A line is rounded exactly once, half away from zero (I8).

use std::fmt;
use std::str::FromStr;

/// Decimal digits of a unit price.
const UNIT_PRICE_DIGITS: u32 = 6;

/// The largest amount that any document may carry, in minor units: 10 trillion.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000_000;

/// The largest unit price, in 10⁻⁶ currency units: one billion currency units.
pub const UNIT_PRICE_MAX: i64 = 1_000_000_000_000_000;

/// A currency of ISO 4217 in which the operator may sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Currencies in circulation whose minor unit is not a hundredth.
const EXPONENT_EXCEPTIONS: [(&str, u32); 22] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
];

/// Currencies with hundredths, in alphabetical order.
const HUNDREDTHS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD \
BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS \
GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD \
MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB \
SAR SBD SCR SDG SEK SGD SHP SOS SRD SSP STN SVC SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS \
WST XCD YER ZAR ZMW";

/// The text names no currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCurrency;

impl Currency {
    /// The three upper-case letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimal digits of the minor unit: 0, 2 or 3.
    pub fn exponent(&self) -> u32 {
        EXPONENT_EXCEPTIONS.iter().find(|(code, _)| *code == self.code()).map_or(2, |(_, exponent)| *exponent)
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let known = EXPONENT_EXCEPTIONS.iter().any(|(known, _)| *known == text)
            || HUNDREDTHS.split_ascii_whitespace().any(|known| known == text);
        if known { Ok(Self(code)) } else { Err(UnknownCurrency) }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A result does not fit into the range that documents may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountOverflow;

/// A price per unit in 10⁻⁶ currency units, 0 to [`UNIT_PRICE_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnitPrice(i64);

/// Why a text is no unit price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitPriceError {
    /// Not a plain decimal number.
    Malformed,
    /// Below zero.
    Negative,
    /// More than six decimal places.
    TooPrecise,
    /// Above [`UNIT_PRICE_MAX`].
    TooLarge,
}

impl UnitPrice {
    /// A price from 10⁻⁶ currency units; `None` outside the range.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros >= 0 && micros <= UNIT_PRICE_MAX { Some(Self(micros)) } else { None }
    }

    /// 10⁻⁶ currency units.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The amount of `quantity` units, rounded once, half away from zero (I8).
    ///
    /// # Errors
    ///
    /// [`AmountOverflow`] above [`AMOUNT_MAX`].
    pub fn times(self, quantity: u32, currency: Currency) -> Result<Amount, AmountOverflow> {
        let micros = i128::from(self.0) * i128::from(quantity);
        let divisor = 10_i128.pow(UNIT_PRICE_DIGITS - currency.exponent());
        Amount::from_wide(divide_half_away(micros, divisor))
    }

    /// Parses plain decimal text such as `1234.5`; no sign, grouping or exponent.
    pub fn parse(text: &str) -> Result<Self, UnitPriceError> {
        if let Some(rest) = text.strip_prefix('-') {
            return Err(if Self::parse(rest).is_ok() { UnitPriceError::Negative } else { UnitPriceError::Malformed });
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(UnitPriceError::Malformed);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > UNIT_PRICE_DIGITS as usize {
            return Err(UnitPriceError::TooPrecise);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 12 {
            return Err(UnitPriceError::TooLarge);
        }
        let digits: i64 = format!("{whole}{fraction:0<6}").parse().map_err(|_| UnitPriceError::TooLarge)?;
        Self::from_micros(digits).ok_or(UnitPriceError::TooLarge)
    }
}

/// An amount in minor units of some currency, −[`AMOUNT_MAX`] to [`AMOUNT_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount from minor units; `None` outside the range.
    pub const fn from_minor(minor: i64) -> Option<Self> {
        if minor >= -AMOUNT_MAX && minor <= AMOUNT_MAX { Some(Self(minor)) } else { None }
    }

    /// An amount from a wide intermediate result.
    pub fn from_wide(minor: i128) -> Result<Self, AmountOverflow> {
        i64::try_from(minor).ok().and_then(Self::from_minor).ok_or(AmountOverflow)
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, AmountOverflow> {
        Self::from_wide(i128::from(self.0) + i128::from(other.0))
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, AmountOverflow> {
        Self::from_wide(i128::from(self.0) - i128::from(other.0))
    }

    /// `self × numerator ⁄ denominator`, rounded half away from zero.
    ///
    /// # Errors
    ///
    /// [`AmountOverflow`] when the denominator is 0 or the result leaves the range.
    pub fn fraction(self, numerator: u64, denominator: u64) -> Result<Self, AmountOverflow> {
        if denominator == 0 {
            return Err(AmountOverflow);
        }
        Self::from_wide(divide_half_away(i128::from(self.0) * i128::from(numerator), i128::from(denominator)))
    }

    /// The sum of many.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, AmountOverflow> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }
}

/// Shares `total` in proportion to `weights` so that the parts sum to it exactly: the largest
/// remainder takes the next minor unit, the earlier line wins a tie. All-zero weights share nothing
/// but a zero total.
///
/// # Errors
///
/// [`AmountOverflow`] when a non-zero total meets weights that sum to zero, or a weight is negative.
pub fn allocate(total: Amount, weights: &[Amount]) -> Result<Vec<Amount>, AmountOverflow> {
    let whole: i128 = weights.iter().map(|weight| i128::from(weight.0)).sum();
    if weights.iter().any(|weight| weight.0 < 0) || (whole == 0 && total != Amount::ZERO) {
        return Err(AmountOverflow);
    }
    if whole == 0 {
        return Ok(vec![Amount::ZERO; weights.len()]);
    }
    let sign = if total.0 < 0 { -1 } else { 1 };
    let magnitude = i128::from(total.0.abs());
    let mut parts: Vec<i128> = Vec::with_capacity(weights.len());
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let product = magnitude * i128::from(weight.0);
        parts.push(product / whole);
        remainders.push((product % whole, index));
    }
    let missing = magnitude - parts.iter().sum::<i128>();
    remainders.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    for (_, index) in remainders.iter().take(usize::try_from(missing).unwrap_or(0)) {
        parts[*index] += 1;
    }
    parts.into_iter().map(|part| Amount::from_wide(part * sign)).collect()
}

fn divide_half_away(dividend: i128, divisor: i128) -> i128 {
    let quotient = dividend / divisor;
    let remainder = dividend % divisor;
    if remainder.abs() * 2 >= divisor { quotient + dividend.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn a_line_is_rounded_once_half_away_from_zero() {
        let check = |price: &str, quantity, code: &str, minor| {
            let amount = UnitPrice::parse(price).unwrap().times(quantity, currency(code)).unwrap();
            assert_eq!(amount.minor(), minor, "{price} × {quantity} {code}");
        };
        check("0.005", 1, "EUR", 1);
        check("0.004999", 1, "EUR", 0);
        check("0.333333", 3, "EUR", 100);
        check("19.99", 7, "EUR", 13_993);
        check("10.5", 1, "JPY", 11);
        check("1.0005", 1, "KWD", 1_001);
    }

    #[test]
    fn text_that_is_no_price_says_why() {
        let check = |text: &str, error| assert_eq!(UnitPrice::parse(text), Err(error), "{text:?}");
        for malformed in ["", ".", "1.", ".5", "1e3", "1,000", " 1", "+1", "--1", "١"] {
            check(malformed, UnitPriceError::Malformed);
        }
        check("-1", UnitPriceError::Negative);
        check("1.0000001", UnitPriceError::TooPrecise);
        check("1000000000.000001", UnitPriceError::TooLarge);
        check("99999999999999999999", UnitPriceError::TooLarge);
        assert_eq!(UnitPrice::parse("0001.500000000").unwrap().micros(), 1_500_000);
    }

    #[test]
    fn currencies_know_their_minor_unit() {
        assert_eq!(currency("JPY").exponent(), 0);
        assert_eq!(currency("CZK").exponent(), 2);
        assert_eq!(currency("KWD").exponent(), 3);
        for unknown in ["", "EU", "eur", "XXX", "EURO", "ZZZ"] {
            assert_eq!(unknown.parse::<Currency>(), Err(UnknownCurrency), "{unknown:?}");
        }
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_whole(total in -1_000_000_i64..1_000_000, weights in prop::collection::vec(1_i64..100_000, 1..20)) {
            let weights: Vec<Amount> = weights.into_iter().map(Amount).collect();
            let parts = allocate(Amount(total), &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| part.0).sum::<i64>(), total);
        }

        #[test]
        fn a_price_reads_back_what_it_writes(micros in 0..UNIT_PRICE_MAX) {
            let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            prop_assert_eq!(UnitPrice::parse(&text).unwrap().micros(), micros);
        }
    }
}
