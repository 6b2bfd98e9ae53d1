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

    /// Seconds from `earlier` to here; 0 when `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }
}
