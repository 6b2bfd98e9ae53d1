//! Amounts as people type them into fields, and as fields show them.

use perpetua_domain::money::{Amount, Currency};
use perpetua_i18n::Lang;

/// Reads an amount as people write it: a comma or point before the minor units, thousands in groups of three
/// between which one and the same sign stands (a space, or the other of comma and point), and the currency's letters
/// behind it. What fits neither is no amount.
pub fn parse(text: &str, currency: Currency) -> Option<Amount> {
    let text = text.trim();
    let text = text.strip_suffix(currency.code()).unwrap_or(text).trim_end();
    let exponent = usize::try_from(currency.exponent()).ok()?;
    let (whole, fraction, point) = match text.rfind([',', '.']) {
        Some(at) if exponent > 0 && (1..=exponent).contains(&(text.len() - at - 1)) => {
            (&text[..at], &text[at + 1..], text[at..].chars().next())
        }
        _ => (text, "", None),
    };
    let digits = format!("{}{fraction:0<exponent$}", ungrouped(whole, point)?);
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().and_then(Amount::from_minor)
}

/// The digits of whole units. Spaces of any width are one sign; `point` is taken.
fn ungrouped(whole: &str, point: Option<char>) -> Option<String> {
    let plain: String = whole.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(sign) = plain.chars().find(|c| matches!(c, ' ' | ',' | '.')) else {
        return is_digits(&plain).then_some(plain);
    };
    let groups: Vec<&str> = plain.split(sign).collect();
    let (first, rest) = groups.split_first()?;
    let fits = Some(sign) != point
        && is_digits(first)
        && first.len() <= 3
        && !first.starts_with('0')
        && rest.iter().all(|group| group.len() == 3 && is_digits(group));
    fits.then(|| groups.concat())
}

/// The amount as it stands in a field, without grouping.
pub fn write(lang: Lang, amount: Amount, currency: Currency) -> String {
    let exponent = usize::try_from(currency.exponent()).unwrap_or(2);
    let digits = format!("{:0>width$}", amount.minor(), width = exponent + 1);
    let (whole, fraction) = digits.split_at(digits.len() - exponent);
    let point = if lang == Lang::Cs { "," } else { "." };
    if exponent == 0 { whole.to_owned() } else { format!("{whole}{point}{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it_and_reads_back_what_the_page_wrote() {
        let euro: Currency = "EUR".parse().unwrap();
        for text in ["1234.50", "1234,5", "1,234.50", "1.234,50", "1 234,50 EUR", "1\u{a0}234,50"] {
            assert_eq!(parse(text, euro).map(Amount::minor), Some(123_450), "{text}");
        }
        for text in ["", "EUR", "-1", "1e3", "12x", "99999999999999999999", "12 USD"] {
            assert_eq!(parse(text, euro), None, "{text}");
        }
        let read = |text: &str, code: &str| parse(text, code.parse().unwrap()).map(Amount::minor);
        for (text, code, minor) in [
            ("1.234.567,8", "EUR", 123_456_780),
            ("1 234 567", "CZK", 123_456_700),
            ("1\u{202f}234,50 CZK", "CZK", 123_450),
            ("1.234", "EUR", 123_400),
            ("0,5", "EUR", 50),
            ("12,345", "JPY", 12_345),
            ("1,234.005", "KWD", 1_234_005),
        ] {
            assert_eq!(read(text, code), Some(minor), "{text}");
        }
        for (code, minor) in [("EUR", 7), ("EUR", 123_450), ("JPY", 1_234), ("KWD", 1_005), ("EUR", 0)] {
            let currency: Currency = code.parse().unwrap();
            let amount = Amount::from_minor(minor).unwrap();
            for lang in Lang::ALL {
                assert_eq!(parse(&write(lang, amount, currency), currency), Some(amount), "{minor} {code}");
            }
        }
    }

    #[test]
    fn an_amount_that_could_mean_two_is_none() {
        let none = |text: &str, code: &str| {
            assert_eq!(parse(text, code.parse().unwrap()), None, "{text} {code}");
        };
        for text in [
            "0.125",
            "0,125",
            "1.5.2",
            "1,5.2",
            "1.234.50",
            "1,23,456",
            "12 34",
            "1234.567",
            "1 234.567",
            "1.234 567",
            "1..5",
            ".5",
            "5.",
            ",",
            "1 2",
            "0 125",
            "1 234 ,5x",
            "1,234,",
            "EUR 5 EUR",
        ] {
            none(text, "EUR");
        }
        none("1.5", "JPY");
        none("1.2345", "KWD");
    }
}
