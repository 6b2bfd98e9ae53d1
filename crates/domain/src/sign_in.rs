//! How long a sign-in counts, and how guessing is slowed down.
//!
//! All instants are real time, never the demo clock, so that moving the demo clock ends no session.
//! Rate limits per network address are kept elsewhere.

use jiff::{SignedDuration, Timestamp};

/// Failed attempts in a row that cost nothing but the last one.
pub const FREE_FAILURES: u32 = 5;

/// The first lock-out; each further failure doubles it.
pub const LOCK_FIRST: SignedDuration = SignedDuration::from_mins(1);

/// The longest lock-out.
pub const LOCK_MAX: SignedDuration = SignedDuration::from_hours(1);

/// A session ends this long after its last request.
pub const SESSION_IDLE_MAX: SignedDuration = SignedDuration::from_hours(8);

/// A session ends this long after its sign-in, busy or not.
pub const SESSION_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Pages with keys need a sign-in that is no older than this.
pub const FRESH_SIGN_IN_MAX: SignedDuration = SignedDuration::from_hours(1);

/// What is known about failed attempts since the last success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// How many in a row.
    pub count: u32,
    /// When the last one happened.
    pub last_at: Option<Timestamp>,
}

/// Too many failures: no password is looked at before that instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockedUntil {
    /// The first instant at which an attempt counts again.
    pub at: Timestamp,
}

/// How long the account rests after `count` failures in a row.
pub fn lock_duration(count: u32) -> SignedDuration {
    let Some(doublings) = count.checked_sub(FREE_FAILURES) else {
        return SignedDuration::ZERO;
    };
    2_i32
        .checked_pow(doublings)
        .and_then(|factor| LOCK_FIRST.checked_mul(factor))
        .map_or(LOCK_MAX, |lock| lock.min(LOCK_MAX))
}

/// Decides whether an attempt may be made now.
///
/// # Errors
///
/// [`LockedUntil`] while the account rests. The caller answers as for a wrong password.
pub fn decide_attempt(failures: Failures, now: Timestamp) -> Result<(), LockedUntil> {
    let Some(last_at) = failures.last_at else {
        return Ok(());
    };
    let at = later(last_at, lock_duration(failures.count));
    if now < at { Err(LockedUntil { at }) } else { Ok(()) }
}

/// The instant at which a session ends unless it is used before: the idle limit or the age limit,
/// whichever comes first.
pub fn session_ends_at(started_at: Timestamp, last_seen_at: Timestamp) -> Timestamp {
    later(last_seen_at, SESSION_IDLE_MAX).min(later(started_at, SESSION_AGE_MAX))
}

/// Whether a session still counts.
pub fn session_is_alive(started_at: Timestamp, last_seen_at: Timestamp, now: Timestamp) -> bool {
    now < session_ends_at(started_at, last_seen_at)
}

/// Whether a page with keys must ask for the password again.
pub fn needs_fresh_sign_in(authenticated_at: Timestamp, now: Timestamp) -> bool {
    now >= later(authenticated_at, FRESH_SIGN_IN_MAX)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_fifth_failure_locks_for_a_minute_and_each_further_one_doubles_up_to_an_hour() {
        for (count, minutes) in [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (40, 60), (u32::MAX, 60)] {
            assert_eq!(lock_duration(count), SignedDuration::from_mins(minutes), "{count}");
        }
    }

    #[test]
    fn a_locked_account_opens_at_the_stated_instant() {
        let failures = Failures { count: 5, last_at: Some(at("2026-03-01T10:00:00Z")) };
        let opens = at("2026-03-01T10:01:00Z");
        assert_eq!(decide_attempt(failures, at("2026-03-01T10:00:59.999999Z")), Err(LockedUntil { at: opens }));
        assert_eq!(decide_attempt(failures, opens), Ok(()));
        assert_eq!(decide_attempt(Failures::default(), opens), Ok(()));
    }

    #[test]
    fn a_session_ends_after_eight_idle_hours_or_one_day() {
        let started = at("2026-03-01T08:00:00Z");
        let alive = |seen: &str, now: &str| session_is_alive(started, at(seen), at(now));
        assert!(alive("2026-03-01T08:00:00Z", "2026-03-01T15:59:59Z"));
        assert!(!alive("2026-03-01T08:00:00Z", "2026-03-01T16:00:00Z"));
        assert!(alive("2026-03-02T07:00:00Z", "2026-03-02T07:59:59Z"));
        assert!(!alive("2026-03-02T07:59:00Z", "2026-03-02T08:00:00Z"));
    }

    #[test]
    fn key_pages_need_a_sign_in_of_the_last_hour() {
        let signed_in = at("2026-03-01T08:00:00Z");
        assert!(!needs_fresh_sign_in(signed_in, at("2026-03-01T08:59:59Z")));
        assert!(needs_fresh_sign_in(signed_in, at("2026-03-01T09:00:00Z")));
    }

    proptest! {
        #[test]
        fn more_failures_never_shorten_the_lock(count in 0_u32..200) {
            prop_assert!(lock_duration(count) <= lock_duration(count + 1));
            prop_assert!(lock_duration(count) <= LOCK_MAX);
        }

        #[test]
        fn no_instant_breaks_the_arithmetic(second in Timestamp::MIN.as_second()..Timestamp::MAX.as_second(), count: u32) {
            let now = Timestamp::from_second(second).unwrap();
            let _ = decide_attempt(Failures { count, last_at: Some(now) }, Timestamp::MAX);
            prop_assert!(session_ends_at(now, now) >= now);
        }
    }
}
