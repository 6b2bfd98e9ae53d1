//! Time as certificates carry it: whole seconds since 1970, in 32 bits without sign.
//!
//! Small enough for codes that people type, the same in every language, and good until February 2106, by when a
//! later format version must have taken over. Devices need no calendar and no time zones.

/// Seconds of one day.
pub const DAY_SECONDS: u32 = 86_400;

/// A moment in UTC, in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(u32);

impl Moment {
    /// The earliest moment; in documents it often means "none", which each field then says.
    pub const ZERO: Self = Self(0);
    /// The last moment that the format can say.
    pub const LAST: Self = Self(u32::MAX);

    /// From seconds since 1970.
    pub const fn from_seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// From a signed count as clocks give it; before 1970 becomes [`ZERO`](Self::ZERO), after 2106 the last moment.
    pub fn from_unix(seconds: i64) -> Self {
        Self(u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
    }

    /// Seconds since 1970.
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// Seconds since 1970 as clocks count them.
    pub fn unix(self) -> i64 {
        i64::from(self.0)
    }

    /// So many days later, at most [`LAST`](Self::LAST).
    #[must_use]
    pub const fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY_SECONDS)))
    }

    /// So many seconds later, at most [`LAST`](Self::LAST).
    #[must_use]
    pub const fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The first moment of the next calendar month in UTC, by when limits per month begin anew.
    #[must_use]
    pub fn next_month(self) -> Self {
        let (year, month) = self.month();
        if month == 12 { Self::of_month(year + 1, 1) } else { Self::of_month(year, month + 1) }
    }

    /// The first moment of this calendar month in UTC.
    #[must_use]
    pub fn this_month(self) -> Self {
        let (year, month) = self.month();
        Self::of_month(year, month)
    }

    /// Year and month in UTC.
    fn month(self) -> (u32, u32) {
        let day = self.0 / DAY_SECONDS;
        let (mut year, mut month) = (1970 + day / 366, 1);
        while Self::day_of_month(year + 1, 1) <= day {
            year += 1;
        }
        while month < 12 && Self::day_of_month(year, month + 1) <= day {
            month += 1;
        }
        (year, month)
    }

    fn of_month(year: u32, month: u32) -> Self {
        Self(Self::day_of_month(year, month).saturating_mul(DAY_SECONDS))
    }

    /// Days from 1970 to the first of a month of the Gregorian calendar.
    fn day_of_month(year: u32, month: u32) -> u32 {
        const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let leap_years = |year: u32| year / 4 - year / 100 + year / 400;
        let is_leap = leap_years(year) != leap_years(year - 1);
        let leap_day = u32::from(is_leap && month > 2);
        (year - 1970) * 365 + leap_years(year - 1) - leap_years(1969) + BEFORE[month as usize - 1] + leap_day
    }

    /// Seconds from `earlier` to here; 0 when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_begin_where_the_calendar_says() {
        for (now, this, next) in [
            (0, 0, 2_678_400),
            (951_782_400, 949_363_200, 951_868_800),       // 29 February 2000
            (1_795_363_200, 1_793_491_200, 1_796_083_200), // 22 November 2026
            (1_798_761_599, 1_796_083_200, 1_798_761_600), // the last second of 2026
            (1_798_761_600, 1_798_761_600, 1_801_440_000), // the first second of 2027
            (4_107_542_399, 4_105_123_200, 4_107_542_400), // February 2100 has 28 days
        ] {
            let now = Moment::from_seconds(now);
            assert_eq!((now.this_month().seconds(), now.next_month().seconds()), (this, next), "{now:?}");
        }
        assert!(Moment::LAST.next_month() >= Moment::LAST.this_month());
    }

    #[test]
    fn clocks_before_1970_and_after_2106_are_held_at_the_ends() {
        assert_eq!(Moment::from_unix(-5), Moment::ZERO);
        assert_eq!(Moment::from_unix(i64::MAX), Moment::LAST);
        assert_eq!(Moment::LAST.plus_days(1), Moment::LAST);
        assert_eq!(Moment::ZERO.seconds_since(Moment::LAST), 0);
    }
}
