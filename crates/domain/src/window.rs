//! Until when a purchase may be cancelled (M19).
//!
//! The rule: to the end of the Nth civil day after the day of purchase, in the time zone that the
//! order states. The deadline is the first instant *after* that, so the window is open while
//! `now < deadline`. Orders store the deadline, so that a later policy or zone change cannot move it.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::civil::{DateOutOfRange, date_at, start_of_day};

/// The longest window that a policy may give, in days.
pub const WINDOW_DAYS_MAX: u16 = 366;

/// Why no deadline can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowError {
    /// More than [`WINDOW_DAYS_MAX`] days.
    TooLong {
        /// The days that were asked for.
        days: u16,
    },
    /// The deadline left the calendar.
    OutOfRange,
}

impl From<DateOutOfRange> for WindowError {
    fn from(_: DateOutOfRange) -> Self {
        Self::OutOfRange
    }
}

/// The first instant at which a purchase can no longer be cancelled: the start of the day after the
/// `days`th day following the purchase day in `zone`. With 0 days that is the end of the purchase day.
///
/// ```
/// use jiff::tz::TimeZone;
/// use perpetua_domain::window::cancellation_deadline;
///
/// let placed_at = "2026-01-15T23:59:00Z".parse().expect("an instant");
/// let deadline = cancellation_deadline(placed_at, &TimeZone::UTC, 60).expect("within the calendar");
/// // The 60th day after 15 January is 16 March; it still counts in full.
/// assert_eq!(deadline.to_string(), "2026-03-17T00:00:00Z");
/// ```
pub fn cancellation_deadline(placed_at: Timestamp, zone: &TimeZone, days: u16) -> Result<Timestamp, WindowError> {
    if days > WINDOW_DAYS_MAX {
        return Err(WindowError::TooLong { days });
    }
    let purchase_day = date_at(placed_at, zone);
    let day_after = purchase_day.checked_add(Span::new().days(days + 1)).map_err(|_| WindowError::OutOfRange)?;
    Ok(start_of_day(day_after, zone)?)
}

/// Whether a purchase with this deadline can be cancelled now.
pub fn is_open(deadline: Timestamp, now: Timestamp) -> bool {
    now < deadline
}

/// Civil days after today on which the purchase can still be cancelled, for the countdown (M19).
///
/// 0 means that the window closes today or is closed already; [`is_open`] tells the two apart.
pub fn days_left(deadline: Timestamp, now: Timestamp, zone: &TimeZone) -> u32 {
    if !is_open(deadline, now) {
        return 0;
    }
    let last_day = date_at(deadline - jiff::SignedDuration::from_micros(1), zone);
    let days = last_day.duration_since(date_at(now, zone)).as_hours() / 24;
    u32::try_from(days).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{ZONES, instant, zone};

    #[test]
    fn the_window_lasts_to_the_end_of_the_last_day_in_the_zone_of_the_order() {
        let check = |placed: &str, name: &str, days, expected: &str| {
            let deadline = cancellation_deadline(instant(placed), &zone(name), days);
            assert_eq!(deadline, Ok(instant(expected)), "{placed} {name} {days}");
        };
        check("2026-01-15T12:00:00Z", "UTC", 60, "2026-03-17T00:00:00Z");
        check("2024-01-15T12:00:00Z", "UTC", 60, "2024-03-16T00:00:00Z");
        check("2024-02-29T12:00:00Z", "UTC", 366, "2025-03-02T00:00:00Z");
        check("2024-02-28T12:00:00Z", "UTC", 0, "2024-02-29T00:00:00Z");
        // The same instant is the next day in Prague; the window crosses into summer time.
        check("2026-01-31T23:30:00Z", "UTC", 60, "2026-04-02T00:00:00Z");
        check("2026-01-31T23:30:00Z", "Europe/Prague", 60, "2026-04-02T22:00:00Z");
        // Midnight after the last day does not exist: the day begins at one o'clock.
        check("2018-09-04T12:00:00Z", "America/Sao_Paulo", 60, "2018-11-04T03:00:00Z");
        // The 60th day, 30 December 2011, was left out in Samoa.
        check("2011-10-31T12:00:00Z", "Pacific/Apia", 60, "2011-12-30T10:00:00Z");
    }

    #[test]
    fn a_window_longer_than_a_leap_year_is_refused() {
        let deadline = cancellation_deadline(instant("2026-01-01T00:00:00Z"), &TimeZone::UTC, 367);
        assert_eq!(deadline, Err(WindowError::TooLong { days: 367 }));
        assert_eq!(
            cancellation_deadline(Timestamp::MAX, &TimeZone::UTC, 60),
            Err(WindowError::OutOfRange),
            "no deadline after the end of the calendar"
        );
    }

    #[test]
    fn the_window_is_open_before_its_deadline_and_closed_at_it() {
        let deadline = instant("2026-03-17T00:00:00Z");
        let check = |now: &str, open, days| {
            assert_eq!(
                (is_open(deadline, instant(now)), days_left(deadline, instant(now), &TimeZone::UTC)),
                (open, days)
            );
        };
        check("2026-01-15T12:00:00Z", true, 60);
        check("2026-03-15T23:59:59Z", true, 1);
        check("2026-03-16T00:00:00Z", true, 0);
        check("2026-03-16T23:59:59.999999Z", true, 0);
        check("2026-03-17T00:00:00Z", false, 0);
        check("2027-01-01T00:00:00Z", false, 0);
    }

    proptest! {
        #[test]
        fn on_the_day_of_purchase_all_days_are_left(
            seconds in 0_i64..4_000_000_000, days in 0_u16..=366, name in prop::sample::select(ZONES),
        ) {
            let (placed, zone) = (Timestamp::from_second(seconds).unwrap(), zone(name));
            let deadline = cancellation_deadline(placed, &zone, days).unwrap();
            prop_assert!(is_open(deadline, placed));
            let left = days_left(deadline, placed, &zone);
            // Only Samoa lost a day, once.
            prop_assert!(left == u32::from(days) || (name == "Pacific/Apia" && left + 1 == u32::from(days)));
            let last = deadline - SignedDuration::from_micros(1);
            prop_assert_eq!((is_open(deadline, last), is_open(deadline, deadline)), (true, false));
            prop_assert_eq!(days_left(deadline, last, &zone), 0);
        }

        #[test]
        fn more_days_never_close_the_window_earlier(
            seconds in 0_i64..4_000_000_000, days in 0_u16..366, name in prop::sample::select(ZONES),
        ) {
            let (placed, zone) = (Timestamp::from_second(seconds).unwrap(), zone(name));
            let deadline = |days| cancellation_deadline(placed, &zone, days).unwrap();
            prop_assert!(deadline(days) <= deadline(days + 1));
        }
    }
}
