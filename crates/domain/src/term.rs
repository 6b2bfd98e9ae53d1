//! How long bought software may be used: for ever, or for a term of months or years (M10).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::civil::{DateOutOfRange, start_of_day};

crate::text_enum! {
    /// The term of an offer, with the words of price sheet and API.
    pub enum Term {
        /// Bought once, used for ever.
        Perpetual = "OneTime",
        /// One month.
        OneMonth = "P1M",
        /// One year.
        OneYear = "P1Y",
        /// Three years.
        ThreeYears = "P3Y",
        /// Five years.
        FiveYears = "P5Y",
    }
}

/// The end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermEnd {
    /// The last civil day on which the software may be used.
    pub last_day: Date,
    /// The first instant at which it may not: the start of the next day.
    pub ends_at: Timestamp,
}

impl Term {
    /// Reads a term from outside: besides the stored words, an empty text means perpetual.
    pub fn from_iso(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self::Perpetual) } else { Self::parse(text) }
    }

    /// Months of the term; `None` for perpetual software.
    pub const fn months(self) -> Option<u8> {
        match self {
            Self::Perpetual => None,
            Self::OneMonth => Some(1),
            Self::OneYear => Some(12),
            Self::ThreeYears => Some(36),
            Self::FiveYears => Some(60),
        }
    }

    /// The end of a term that begins on `first_day`; `None` for perpetual software.
    ///
    /// The last day is the one before the same day of the month in which the term ends, and the last
    /// of that month where it has no such day: a year from 29 February ends with 28 February, a month
    /// from 31 January with the last day of February.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use jiff::tz::TimeZone;
    /// use perpetua_domain::term::Term;
    ///
    /// let end = Term::OneYear.term_end(date(2026, 2, 1), &TimeZone::UTC)?.expect("a year ends");
    /// assert_eq!(end.last_day, date(2027, 1, 31));
    /// assert_eq!(end.ends_at.to_string(), "2027-02-01T00:00:00Z");
    /// # Ok::<(), perpetua_domain::civil::DateOutOfRange>(())
    /// ```
    pub fn term_end(self, first_day: Date, zone: &TimeZone) -> Result<Option<TermEnd>, DateOutOfRange> {
        let Some(months) = self.months() else { return Ok(None) };
        let same_day = first_day.checked_add(Span::new().months(months)).map_err(|_| DateOutOfRange)?;
        let month_is_shorter = same_day.day() != first_day.day();
        let last_day = if month_is_shorter { same_day } else { same_day.yesterday().map_err(|_| DateOutOfRange)? };
        let next_day = last_day.tomorrow().map_err(|_| DateOutOfRange)?;
        Ok(Some(TermEnd { last_day, ends_at: start_of_day(next_day, zone)? }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{ZONES, instant, zone};

    #[test]
    fn a_term_ends_the_day_before_its_anniversary() {
        let check = |term: Term, first: Date, last: Date| {
            let end = term.term_end(first, &TimeZone::UTC).unwrap().unwrap();
            assert_eq!(end.last_day, last, "{term} from {first}");
        };
        check(Term::OneYear, date(2026, 2, 1), date(2027, 1, 31));
        check(Term::OneYear, date(2024, 2, 29), date(2025, 2, 28));
        check(Term::OneYear, date(2023, 3, 1), date(2024, 2, 29));
        check(Term::OneYear, date(2024, 2, 28), date(2025, 2, 27));
        check(Term::ThreeYears, date(2024, 2, 29), date(2027, 2, 28));
        check(Term::FiveYears, date(2026, 12, 31), date(2031, 12, 30));
        check(Term::OneMonth, date(2026, 1, 31), date(2026, 2, 28));
        check(Term::OneMonth, date(2024, 1, 30), date(2024, 2, 29));
        check(Term::OneMonth, date(2026, 1, 1), date(2026, 1, 31));
        assert_eq!(Term::Perpetual.term_end(date(2026, 1, 1), &TimeZone::UTC), Ok(None));
        assert_eq!(Term::FiveYears.term_end(date(9995, 1, 2), &TimeZone::UTC), Err(DateOutOfRange));
    }

    #[test]
    fn a_term_ends_at_the_start_of_the_next_day_in_the_zone_of_the_order() {
        let end = Term::OneYear.term_end(date(2026, 3, 1), &zone("Europe/Prague")).unwrap().unwrap();
        assert_eq!(end.ends_at, instant("2027-02-28T23:00:00Z"));
    }

    #[test]
    fn terms_read_back_what_they_write_and_nothing_else() {
        for term in Term::ALL {
            assert_eq!(Term::from_iso(term.as_text()), Some(*term));
        }
        assert_eq!(Term::from_iso(""), Some(Term::Perpetual));
        for text in ["P2Y", "P12M", "p1y", "1Y", " ", "NoTerm"] {
            assert_eq!(Term::from_iso(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_later_start_never_ends_earlier(start in 0_i32..20_000, name in prop::sample::select(ZONES)) {
            let first = date(1990, 1, 1).checked_add(Span::new().days(start)).unwrap();
            let end = |first: Date| Term::OneMonth.term_end(first, &zone(name)).unwrap().unwrap();
            prop_assert!(end(first).last_day <= end(first.tomorrow().unwrap()).last_day);
            prop_assert!(end(first).last_day > first);
        }
    }
}
