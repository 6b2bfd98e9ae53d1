//! Where a civil day begins in a time zone, as an instant.
//!
//! Midnight does not exist on every day of every zone: clocks jump over it when daylight saving time
//! begins there, and Samoa once left out a whole day. Deadlines and term ends lean on this one rule.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, Zoned};

/// A date or instant left the range of the calendar (years −9999 to 9999).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateOutOfRange;

/// The first instant of `date` in `zone`.
///
/// When the clock jumps over midnight, that is the instant of the jump; when a whole day is left out,
/// the first instant after it; when midnight comes twice, the first of the two.
pub fn start_of_day(date: Date, zone: &TimeZone) -> Result<Timestamp, DateOutOfRange> {
    let midnight = zone.to_ambiguous_timestamp(date.to_datetime(Time::midnight()));
    if let AmbiguousOffset::Gap { .. } = midnight.offset() {
        let before = midnight.earlier().map_err(|_| DateOutOfRange)?;
        let jump = zone.following(before).next().map(|transition| transition.timestamp());
        return jump.ok_or(DateOutOfRange);
    }
    midnight.earlier().map_err(|_| DateOutOfRange)
}

/// The civil date that clocks in `zone` show at `instant`.
pub fn date_at(instant: Timestamp, zone: &TimeZone) -> Date {
    Zoned::new(instant, zone.clone()).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{ZONES, instant, zone};

    #[test]
    fn a_day_begins_at_its_first_instant_even_when_midnight_is_missing() {
        let check = |day: Date, name: &str, expected: &str| {
            assert_eq!(start_of_day(day, &zone(name)), Ok(instant(expected)), "{day} {name}");
        };
        check(date(2026, 3, 1), "Europe/Prague", "2026-02-28T23:00:00Z");
        // Daylight saving time began at midnight: the day began at one o'clock.
        check(date(2018, 11, 4), "America/Sao_Paulo", "2018-11-04T03:00:00Z");
        // Samoa crossed the date line and had no 30 December.
        check(date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00:00Z");
        check(date(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00:00Z");
        // The clock jumped from half past eleven to half past midnight.
        check(date(1919, 3, 31), "America/Toronto", "1919-03-31T04:30:00Z");
        // Midnight came twice; the first one counts.
        check(date(2025, 11, 2), "America/Havana", "2025-11-02T04:00:00Z");
        check(date(2024, 2, 29), "UTC", "2024-02-29T00:00:00Z");
    }

    proptest! {
        #[test]
        fn the_instant_before_a_day_begins_belongs_to_an_earlier_day(days in 0_i32..20_000, name in prop::sample::select(ZONES)) {
            let day = date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            let start = start_of_day(day, &zone(name)).unwrap();
            prop_assert!(date_at(start - jiff::SignedDuration::from_micros(1), &zone(name)) < day);
            prop_assert!(date_at(start, &zone(name)) >= day);
        }
    }
}
