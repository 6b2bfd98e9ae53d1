//! Where time comes from. Use cases hold two clocks: business time (windows, terms, invoices), which the
//! demo may shift forward, and real time (tokens, sessions, lock-outs, rate limits), which nothing shifts.
//!
//! Every clock gives whole microseconds, so that an instant equals itself after a round trip through the database.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

/// Says what time it is.
pub trait Clock: Send + Sync {
    /// The present instant, in whole microseconds.
    fn now(&self) -> Timestamp;
}

/// A clock was told something that it cannot do; it stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The wanted instant is not later than the present one of that clock.
    #[error("the clock only goes forward; it is already {now}")]
    Backward {
        /// What the clock shows.
        now: Timestamp,
    },
    /// The wanted instant is beyond year 9999.
    #[error("the instant is out of range")]
    OutOfRange,
}

/// The time of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time of the operating system")]
    fn now(&self) -> Timestamp {
        whole_microseconds(Timestamp::now())
    }
}

/// Another clock plus an offset that only grows: the business clock of the demo.
pub struct ShiftedClock {
    base: Arc<dyn Clock>,
    offset_micros: AtomicI64,
}

impl ShiftedClock {
    /// A clock that shows what `base` shows until it is shifted.
    pub fn new(base: Arc<dyn Clock>) -> Self {
        Self { base, offset_micros: AtomicI64::new(0) }
    }

    /// A clock that shows `start` now and then runs like `base`. `start` may lie in the past of `base`.
    pub fn starting_at(base: Arc<dyn Clock>, start: Timestamp) -> Self {
        let offset = start.as_microsecond() - base.now().as_microsecond();
        Self { base, offset_micros: AtomicI64::new(offset) }
    }

    /// Goes forward by a span such as P61D or P2M, counted in UTC, and returns the new present instant.
    ///
    /// # Errors
    /// [`ClockError::Backward`] for a span that is zero or negative, [`ClockError::OutOfRange`] for one too long.
    pub fn advance(&self, span: Span) -> Result<Timestamp, ClockError> {
        self.shift(|now| {
            let later = now.to_zoned(TimeZone::UTC).checked_add(span).map_err(|_| ClockError::OutOfRange)?;
            Ok(later.timestamp())
        })
    }

    /// Goes forward by an exact duration; errors as [`advance`](Self::advance).
    pub fn advance_by(&self, duration: SignedDuration) -> Result<Timestamp, ClockError> {
        self.shift(|now| now.checked_add(duration).map_err(|_| ClockError::OutOfRange))
    }

    /// Goes forward to an instant, from which the clock runs on.
    ///
    /// # Errors
    /// [`ClockError::Backward`] when that instant is not in this clock's future.
    pub fn set(&self, to: Timestamp) -> Result<Timestamp, ClockError> {
        self.shift(|_| Ok(to))
    }

    fn shift(&self, target: impl Fn(Timestamp) -> Result<Timestamp, ClockError>) -> Result<Timestamp, ClockError> {
        let mut offset = self.offset_micros.load(Ordering::SeqCst);
        loop {
            let base = self.base.now();
            let now = shifted(base, offset);
            let wanted = whole_microseconds(target(now)?);
            if wanted <= now {
                return Err(ClockError::Backward { now });
            }
            let new_offset = wanted.as_microsecond() - base.as_microsecond();
            match self.offset_micros.compare_exchange(offset, new_offset, Ordering::SeqCst, Ordering::SeqCst) {
                Ok(_) => return Ok(wanted),
                // Another caller shifted in between: decide again from what the clock shows now.
                Err(present) => offset = present,
            }
        }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        shifted(self.base.now(), self.offset_micros.load(Ordering::SeqCst))
    }
}

impl fmt::Debug for ShiftedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShiftedClock").field("offset_micros", &self.offset_micros).finish_non_exhaustive()
    }
}

/// A clock that stands still until a test moves it, also backward.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_microsecond()))
    }

    /// Shows another instant from now on.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_microsecond(), Ordering::SeqCst);
    }

    /// Moves by a duration, which may be negative.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        shifted(Timestamp::UNIX_EPOCH, self.0.load(Ordering::SeqCst))
    }
}

/// `base` plus an offset; stays at the last representable instant rather than failing.
fn shifted(base: Timestamp, offset_micros: i64) -> Timestamp {
    base.saturating_add(SignedDuration::from_micros(offset_micros)).unwrap_or(Timestamp::MAX)
}

fn whole_microseconds(instant: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(instant.as_microsecond()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn demo() -> (Arc<FixedClock>, ShiftedClock) {
        let base = Arc::new(FixedClock::new(at("2026-03-01T12:00:00Z")));
        (base.clone(), ShiftedClock::new(base))
    }

    #[test]
    fn a_shifted_clock_goes_forward_and_keeps_running_with_its_base() {
        let (base, clock) = demo();
        let span: Span = "P61D".parse().unwrap();
        assert_eq!(clock.advance(span), Ok(at("2026-05-01T12:00:00Z")));
        base.advance(SignedDuration::from_secs(5));
        assert_eq!(clock.now(), at("2026-05-01T12:00:05Z"));
        assert_eq!(clock.set(at("2027-01-01T00:00:00Z")), Ok(at("2027-01-01T00:00:00Z")));
        base.advance(SignedDuration::from_secs(1));
        assert_eq!(clock.now(), at("2027-01-01T00:00:01Z"));
        assert_eq!(clock.advance_by(SignedDuration::from_hours(1)), Ok(at("2027-01-01T01:00:01Z")));
        assert_eq!(base.now(), at("2026-03-01T12:00:06Z"), "real time is not shifted");
    }

    #[test]
    fn a_shifted_clock_refuses_to_stand_or_go_backward() {
        let (_, clock) = demo();
        let now = clock.now();
        let refused = Err(ClockError::Backward { now });
        assert_eq!(clock.advance(0.seconds()), refused);
        assert_eq!(clock.advance((-1).days()), refused);
        assert_eq!(clock.advance_by(SignedDuration::from_nanos(900)), refused);
        assert_eq!(clock.set(now), refused);
        assert_eq!(clock.set(at("2026-03-01T11:59:59Z")), refused);
        assert_eq!(clock.advance(19_000.years()), Err(ClockError::OutOfRange));
        assert_eq!(clock.now(), now);
    }

    #[test]
    fn concurrent_shifts_add_up() {
        let (base, clock) = demo();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..100).all(|_| clock.advance(1.seconds()).is_ok()));
            }
        });
        assert_eq!(clock.now(), base.now() + SignedDuration::from_secs(800));
    }

    #[test]
    fn a_shifted_clock_may_start_in_the_past() {
        let (base, _) = demo();
        let clock = ShiftedClock::starting_at(base.clone(), at("2020-02-29T00:00:00Z"));
        base.advance(SignedDuration::from_secs(60));
        assert_eq!(clock.now(), at("2020-02-29T00:01:00Z"));
    }

    #[test]
    fn every_clock_gives_whole_microseconds() {
        let fine = at("2026-03-01T12:00:00.123456789Z");
        assert_eq!(FixedClock::new(fine).now(), at("2026-03-01T12:00:00.123456Z"));
        assert_eq!(SystemClock.now().as_nanosecond() % 1_000, 0);
        let (_, clock) = demo();
        assert_eq!(clock.set(fine), Ok(at("2026-03-01T12:00:00.123456Z")));
    }
}
