//! Amounts as people type them into fields, and as fields show them.

use perpetua_domain::money::{Amount, Currency};
use perpetua_i18n::Lang;

/// Reads an amount as people write it: spaces between digits, a comma or point before the minor units, and the
/// currency's letters behind it are all right. The other of comma and point groups thousands.
pub fn parse(text: &str, currency: Currency) -> Option<Amount> {
    let text = text.trim().trim_end_matches(currency.code());
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')).collect();
    let exponent = usize::try_from(currency.exponent()).ok()?;
    let (whole, fraction) = match plain.rfind([',', '.']) {
        Some(at) if exponent > 0 && (1..=exponent).contains(&(plain.len() - at - 1)) => {
            (&plain[..at], &plain[at + 1..])
        }
        _ => (plain.as_str(), ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, ',' | '.')).collect();
    let digits = format!("{whole}{fraction:0<exponent$}");
    let is_number = !whole.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().and_then(Amount::from_minor)
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
        for (code, minor) in [("EUR", 7), ("EUR", 123_450), ("JPY", 1_234), ("KWD", 1_005), ("EUR", 0)] {
            let currency: Currency = code.parse().unwrap();
            let amount = Amount::from_minor(minor).unwrap();
            for lang in Lang::ALL {
                assert_eq!(parse(&write(lang, amount, currency), currency), Some(amount), "{minor} {code}");
            }
        }
    }
}
