//! Money, numbers, dates and sizes as people read them in each language.
//!
//! Pure integer arithmetic (I8). The results are for reading only: exports and the API write plain
//! machine forms. Spaces inside a number and before a unit do not break; minus is U+2212.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::money::Currency;

use crate::Lang;

const NBSP: char = '\u{a0}';
const MINUS: char = '\u{2212}';

const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Decimal units of file sizes, a thousand apart.
const SIZE_UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/// An amount from minor units, with every digit of the currency: `€1,234.50`, `1 234,50 €`.
pub fn amount(lang: Lang, minor: i64, currency: Currency) -> String {
    let digits = currency.exponent() as usize;
    with_currency(lang, &decimal(lang, minor.unsigned_abs(), digits, digits), minor < 0, currency)
}

/// A unit price from 10⁻⁶ currency units: the currency's digits at least, and as many of the six as
/// it needs: `$0.50`, `$0.005`.
pub fn unit_price(lang: Lang, micros: i64, currency: Currency) -> String {
    let least = currency.exponent() as usize;
    with_currency(lang, &decimal(lang, micros.unsigned_abs(), 6, least), micros < 0, currency)
}

/// A whole number with grouping: `1,234`, `1 234`.
pub fn number(lang: Lang, value: i64) -> String {
    signed(value < 0, &decimal(lang, value.unsigned_abs(), 0, 0))
}

/// A day: `22 Nov 2026`, `22. 11. 2026`.
pub fn date(lang: Lang, date: Date) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match lang {
        Lang::En => {
            let name = usize::try_from(month - 1).ok().and_then(|index| MONTHS_EN.get(index)).copied();
            format!("{day} {} {year}", name.unwrap_or_default())
        }
        Lang::Cs => format!("{day}. {month}. {year}"),
    }
}

/// An instant in a time zone, to the minute, with the zone's abbreviation at that time:
/// `22 Nov 2026, 14:05 CET`, `22. 11. 2026 14:05 CET`.
pub fn date_time(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    let info = zone.to_offset_info(at);
    let day = date(lang, local.date());
    let comma = if lang == Lang::En { "," } else { "" };
    format!("{day}{comma} {:02}:{:02}{NBSP}{}", local.hour(), local.minute(), info.abbreviation())
}

/// A file size in decimal units, to one decimal: `1.4 GB`, `1,4 GB`.
pub fn size(lang: Lang, bytes: u64) -> String {
    let mut unit = 1_u64;
    let mut tenths = bytes.saturating_mul(10);
    let mut name = SIZE_UNITS[0];
    for larger in &SIZE_UNITS[1..] {
        // Compared after rounding, so that 999,950 bytes read 1 MB and not 1000 kB.
        if tenths < 10_000 {
            break;
        }
        unit *= 1000;
        tenths = u64::try_from((u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit)).unwrap_or(u64::MAX);
        name = larger;
    }
    format!("{}{NBSP}{name}", decimal(lang, tenths, 1, 0))
}

/// A rate from basis points, with the decimals it needs: `21%`, `12.5%`; `21 %`, `12,5 %`.
pub fn percent_basis_points(lang: Lang, basis_points: i64) -> String {
    let digits = decimal(lang, basis_points.unsigned_abs(), 2, 0);
    let sign = match lang {
        Lang::En => "%".to_owned(),
        Lang::Cs => format!("{NBSP}%"),
    };
    signed(basis_points < 0, &format!("{digits}{sign}"))
}

/// Writes `value` × 10^−`scale` with at least `least` decimals and no further trailing zeros.
fn decimal(lang: Lang, value: u64, scale: usize, least: usize) -> String {
    let (group, point) = match lang {
        Lang::En => (',', '.'),
        Lang::Cs => (NBSP, ','),
    };
    let digits = format!("{value:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    let needed = fraction.trim_end_matches('0').len().max(least);
    if needed > 0 {
        text.push(point);
        text.push_str(&fraction[..needed]);
    }
    text
}

/// What stands beside an amount: a sign where the language's readers know it, otherwise the code.
pub fn currency_symbol(lang: Lang, currency: Currency) -> String {
    match (currency.code(), lang) {
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("USD", _) => "$",
        ("CZK", Lang::Cs) => "Kč",
        (code, _) => code,
    }
    .to_owned()
}

fn with_currency(lang: Lang, digits: &str, negative: bool, currency: Currency) -> String {
    let symbol = currency_symbol(lang, currency);
    let text = match lang {
        Lang::Cs => format!("{digits}{NBSP}{symbol}"),
        Lang::En if symbol.len() == 3 && symbol.is_ascii() => format!("{symbol}{NBSP}{digits}"),
        Lang::En => format!("{symbol}{digits}"),
    };
    signed(negative, &text)
}

fn signed(negative: bool, text: &str) -> String {
    if negative { format!("{MINUS}{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows the unbreakable space as `~`, so that a test reads well and a plain space fails.
    fn visible(text: &str) -> String {
        text.replace(NBSP, "~")
    }

    fn check_amount(minor: i64, code: &str, en: &str, cs: &str) {
        let currency = code.parse().unwrap();
        assert_eq!(visible(&amount(Lang::En, minor, currency)), en);
        assert_eq!(visible(&amount(Lang::Cs, minor, currency)), cs);
    }

    #[test]
    fn an_amount_shows_every_minor_digit_of_its_currency() {
        check_amount(123_450, "CZK", "CZK~1,234.50", "1~234,50~Kč");
        check_amount(123_450, "EUR", "€1,234.50", "1~234,50~€");
        check_amount(5, "GBP", "£0.05", "0,05~£");
        check_amount(0, "USD", "$0.00", "0,00~$");
        check_amount(1_234_567, "JPY", "JPY~1,234,567", "1~234~567~JPY");
        check_amount(1_234_567, "KWD", "KWD~1,234.567", "1~234,567~KWD");
    }

    #[test]
    fn a_credit_bears_one_minus_before_everything() {
        check_amount(-123_450, "CZK", "−CZK~1,234.50", "−1~234,50~Kč");
        check_amount(-5, "USD", "−$0.05", "−0,05~$");
        check_amount(i64::MIN, "JPY", "−JPY~9,223,372,036,854,775,808", "−9~223~372~036~854~775~808~JPY");
    }

    #[test]
    fn a_unit_price_shows_the_decimals_it_needs() {
        let check = |micros, code: &str, en: &str, cs: &str| {
            let currency = code.parse().unwrap();
            assert_eq!(visible(&unit_price(Lang::En, micros, currency)), en);
            assert_eq!(visible(&unit_price(Lang::Cs, micros, currency)), cs);
        };
        check(500_000, "USD", "$0.50", "0,50~$");
        check(5_000, "USD", "$0.005", "0,005~$");
        check(1_234_000_001, "EUR", "€1,234.000001", "1~234,000001~€");
        check(1_500_000, "JPY", "JPY~1.5", "1,5~JPY");
        check(2_000_000, "JPY", "JPY~2", "2~JPY");
        check(2_000_000, "KWD", "KWD~2.000", "2,000~KWD");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let check = |value, en: &str, cs: &str| {
            assert_eq!(visible(&number(Lang::En, value)), en);
            assert_eq!(visible(&number(Lang::Cs, value)), cs);
        };
        check(0, "0", "0");
        check(999, "999", "999");
        check(1_000, "1,000", "1~000");
        check(-1_234_567, "−1,234,567", "−1~234~567");
    }

    #[test]
    fn days_read_as_each_language_writes_them() {
        for (month, name) in (1..=12).zip(MONTHS_EN) {
            let day = jiff::civil::date(2026, month, 2);
            assert_eq!(date(Lang::En, day), format!("2 {name} 2026"));
            assert_eq!(date(Lang::Cs, day), format!("2. {month}. 2026"));
        }
        assert_eq!(date(Lang::En, jiff::civil::date(2026, 11, 22)), "22 Nov 2026");
        assert_eq!(date(Lang::Cs, jiff::civil::date(2026, 11, 22)), "22. 11. 2026");
    }

    #[test]
    fn an_instant_reads_in_its_zone_with_summer_time() {
        let prague = TimeZone::get("Europe/Prague").unwrap();
        let check = |at: &str, zone: &TimeZone, en: &str, cs: &str| {
            let at = at.parse().unwrap();
            assert_eq!(visible(&date_time(Lang::En, at, zone)), en);
            assert_eq!(visible(&date_time(Lang::Cs, at, zone)), cs);
        };
        check("2026-11-22T23:30:59Z", &prague, "23 Nov 2026, 00:30~CET", "23. 11. 2026 00:30~CET");
        check("2026-07-01T07:05:00Z", &prague, "1 Jul 2026, 09:05~CEST", "1. 7. 2026 09:05~CEST");
        check("2026-07-01T07:05:00Z", &TimeZone::UTC, "1 Jul 2026, 07:05~UTC", "1. 7. 2026 07:05~UTC");
    }

    #[test]
    fn a_size_is_rounded_to_one_decimal_of_the_fitting_unit() {
        let check = |bytes, en: &str, cs: &str| {
            assert_eq!(visible(&size(Lang::En, bytes)), en);
            assert_eq!(visible(&size(Lang::Cs, bytes)), cs);
        };
        check(0, "0~B", "0~B");
        check(999, "999~B", "999~B");
        check(1_000, "1~kB", "1~kB");
        check(999_949, "999.9~kB", "999,9~kB");
        check(999_950, "1~MB", "1~MB");
        check(1_449_999_999, "1.4~GB", "1,4~GB");
        check(1_450_000_000, "1.5~GB", "1,5~GB");
        check(u64::MAX, "18.4~EB", "18,4~EB");
    }

    #[test]
    fn a_rate_shows_the_decimals_it_needs() {
        let check = |points, en: &str, cs: &str| {
            assert_eq!(visible(&percent_basis_points(Lang::En, points)), en);
            assert_eq!(visible(&percent_basis_points(Lang::Cs, points)), cs);
        };
        check(2_100, "21%", "21~%");
        check(1_250, "12.5%", "12,5~%");
        check(5, "0.05%", "0,05~%");
        check(-1_000, "−10%", "−10~%");
        check(0, "0%", "0~%");
    }
}
