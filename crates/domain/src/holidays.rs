//! **Days on which the desk does not work**, as people write them: a line per day or span of days, each with a name
//! after it if they like. Lists are pasted from calendars and tables, so dates are read as `2026-12-24` and as
//! `24. 12. 2026`; month before day is not, because nobody can tell it from day before month.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// Days that one form may bring.
pub const DAYS_OF_FORM_MAX: usize = 400;
/// The longest name of a day, in characters.
pub const NAME_CHARS_MAX: usize = 100;
/// The longest text of one form, in characters.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Years in which days may lie.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// Why a list of days cannot be read; lines count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListRefusal {
    /// There is no line.
    Empty,
    /// The line begins with no day, or its span ends before it begins.
    Line(usize),
    /// The name of this line is too long or holds control characters.
    Name(usize),
    /// There are more than [`DAYS_OF_FORM_MAX`] days, or the text is longer than [`TEXT_CHARS_MAX`].
    TooMany,
}

/// Reads a list of days with their names; of two lines about one day the later one counts.
///
/// # Errors
///
/// [`ListRefusal`] for the first line that cannot be read.
///
/// ```
/// use perpetua_domain::holidays::parse;
///
/// let days = parse("2026-12-24..2026-12-26 Christmas\n1. 1. 2027\tNew Year").expect("three days and one");
/// assert_eq!(days.len(), 4);
/// ```
pub fn parse(text: &str) -> Result<BTreeMap<Date, String>, ListRefusal> {
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(ListRefusal::TooMany);
    }
    let mut days = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim());
        if line.is_empty() {
            continue;
        }
        let (first, last, name) = read(line).ok_or(ListRefusal::Line(number))?;
        if !is_name(name) {
            return Err(ListRefusal::Name(number));
        }
        let mut day = first;
        while day <= last {
            days.insert(day, name.to_owned());
            if days.len() > DAYS_OF_FORM_MAX {
                return Err(ListRefusal::TooMany);
            }
            day = day.tomorrow().map_err(|_| ListRefusal::Line(number))?;
        }
    }
    if days.is_empty() { Err(ListRefusal::Empty) } else { Ok(days) }
}

/// Reads one day alone.
pub fn parse_day(text: &str) -> Option<Date> {
    take_day(text.trim()).filter(|(_, rest)| rest.is_empty()).map(|(day, _)| day)
}

/// Whether a day may be called so; it may have no name.
pub fn is_name(text: &str) -> bool {
    text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(char::is_control)
}

/// First day, last day and name of a line.
fn read(line: &str) -> Option<(Date, Date, &str)> {
    let (first, rest) = take_day(line)?;
    let spans = ["..", "–", "—", "-"].into_iter().find_map(|mark| rest.trim_start().strip_prefix(mark));
    let (last, name) = match spans.and_then(|rest| take_day(rest.trim_start_matches(['.', ' ', '\t', '\u{a0}']))) {
        Some((last, name)) => (last, name),
        None => (first, rest),
    };
    let is_word_after = name.chars().next().is_none_or(|next| !next.is_alphanumeric());
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':' | ',' | ';' | '.'));
    (last >= first && is_word_after).then_some((first, last, name))
}

/// The day with which a text begins, and what follows it.
fn take_day(text: &str) -> Option<(Date, &str)> {
    let (number, rest) = take_number(text)?;
    let (year, month, day, rest) = if let Some(rest) = rest.strip_prefix('-') {
        let (month, rest) = take_number(rest)?;
        let (day, rest) = take_number(rest.strip_prefix('-')?)?;
        (number, month, day, rest)
    } else {
        let after = |rest: &'_ str| -> Option<usize> {
            let trimmed = rest.strip_prefix('.')?.trim_start_matches([' ', '\u{a0}']);
            Some(rest.len() - trimmed.len())
        };
        let (month, rest) = take_number(&rest[after(rest)?..])?;
        let (year, rest) = take_number(&rest[after(rest)?..])?;
        (year, month, number, rest)
    };
    let narrow = |number: u16| i8::try_from(number).ok();
    let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
    Some((Date::new(year, narrow(month)?, narrow(day)?).ok()?, rest))
}

/// The digits with which a text begins, at most four, and what follows them.
fn take_number(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text.get(..end).filter(|digits| (1..=4).contains(&digits.len()))?.parse().ok()?;
    Some((number, &text[end..]))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn days(text: &str) -> Vec<(String, String)> {
        parse(text).unwrap().into_iter().map(|(day, name)| (day.to_string(), name)).collect()
    }

    fn one(day: &str, name: &str) -> Vec<(String, String)> {
        vec![(day.to_owned(), name.to_owned())]
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in ["2026-12-24 Christmas Eve", "24.12.2026 Christmas Eve", "24. 12. 2026\tChristmas Eve"] {
            assert_eq!(days(text), one("2026-12-24", "Christmas Eve"), "{text}");
        }
        assert_eq!(days("2026-12-24 - Christmas Eve;"), one("2026-12-24", "Christmas Eve"));
        assert_eq!(days("\n  6. 7. 2026  \n\n"), one("2026-07-06", ""));
        for text in
            ["2026-12-24..2026-12-26 Svátky", "24. 12. 2026 – 26. 12. 2026 Svátky", "24.12.2026-26.12.2026: Svátky"]
        {
            let read = days(text);
            assert_eq!((read.len(), read[2].0.as_str(), read[2].1.as_str()), (3, "2026-12-26", "Svátky"), "{text}");
        }
        assert_eq!(days("2026-01-01 A\n2026-01-01 B"), one("2026-01-01", "B"), "the later line counts");
        assert_eq!(parse_day(" 28. 9. 2026 "), Some(date(2026, 9, 28)));
        assert_eq!(parse_day("28. 9. 2026 x"), None);
    }

    #[test]
    fn what_is_no_day_names_its_line() {
        for (text, refusal) in [
            ("", ListRefusal::Empty),
            (" \n ", ListRefusal::Empty),
            ("2026-01-01\nChristmas", ListRefusal::Line(2)),
            ("12/24/2026", ListRefusal::Line(1)),
            ("2026-02-30", ListRefusal::Line(1)),
            ("31.4.2026", ListRefusal::Line(1)),
            ("2026-12-26..2026-12-24", ListRefusal::Line(1)),
            ("2026-12-241", ListRefusal::Line(1)),
            ("1826-12-24", ListRefusal::Line(1)),
            ("2026-01-01..2199-12-31", ListRefusal::TooMany),
        ] {
            assert_eq!(parse(text), Err(refusal), "{text}");
        }
        assert_eq!(parse(&format!("2026-01-01 {}", "x".repeat(101))), Err(ListRefusal::Name(1)));
        assert_eq!(parse(&"2026-01-01\n".repeat(2_000)), Err(ListRefusal::TooMany));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9.\\-– \\nA-Zá\u{1}]{0,60}") {
            if let Ok(days) = parse(&text) {
                prop_assert!((1..=DAYS_OF_FORM_MAX).contains(&days.len()));
            }
        }
    }
}
