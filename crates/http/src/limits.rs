//! Rate limits against guessing, per network address, in real time.
//!
//! They are kept in memory: losing them at a restart costs nothing, since the lock-out of an account
//! stands in the database. At most [`SOURCES_MAX`] sources are remembered; beyond that the table
//! starts afresh instead of growing.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Sources remembered at once.
pub const SOURCES_MAX: usize = 100_000;

/// How many attempts a source has within a minute.
pub struct Limits {
    per_minute: u32,
    seen: Mutex<HashMap<(String, &'static str), (Timestamp, u32)>>,
}

impl Limits {
    /// Limits of this many attempts a minute per source and kind; 0 lifts them.
    pub fn per_minute(attempts: u32) -> Self {
        Self { per_minute: attempts, seen: Mutex::default() }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    ///
    /// Seconds until the next one is accepted.
    pub fn attempt(&self, source: &str, kind: &'static str, now: Timestamp) -> Result<(), u32> {
        if self.per_minute == 0 {
            return Ok(());
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SOURCES_MAX {
            seen.clear();
        }
        let (since, count) = seen.entry((source.to_owned(), kind)).or_insert((now, 0));
        let age = now.duration_since(*since);
        if age >= SignedDuration::from_mins(1) {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        if *count <= self.per_minute {
            return Ok(());
        }
        let left = 60 - age.as_secs().clamp(0, 59);
        Err(u32::try_from(left).unwrap_or(60))
    }

    /// Whether a source has used up its attempts, without counting one: seconds until the next one is accepted.
    pub fn is_over(&self, source: &str, kind: &'static str, now: Timestamp) -> Option<u32> {
        if self.per_minute == 0 {
            return None;
        }
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, count) = seen.get(&(source.to_owned(), kind))?;
        let age = now.duration_since(*since);
        let is_over = age < SignedDuration::from_mins(1) && *count >= self.per_minute;
        is_over.then(|| u32::try_from(60 - age.as_secs().clamp(0, 59)).unwrap_or(60))
    }

    /// Takes back the count of an attempt that turned out right.
    pub fn forgive(&self, source: &str, kind: &'static str) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = seen.get_mut(&(source.to_owned(), kind)) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_holds_per_source_and_is_lifted_after_a_minute() {
        let limits = Limits::per_minute(2);
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        assert_eq!(limits.attempt("a", "sign_in", now), Ok(()));
        assert_eq!(limits.attempt("a", "sign_in", now), Ok(()));
        assert_eq!(limits.attempt("a", "sign_in", now + SignedDuration::from_secs(10)), Err(50));
        assert_eq!(limits.attempt("b", "sign_in", now), Ok(()));
        assert_eq!(limits.is_over("a", "sign_in", now + SignedDuration::from_secs(10)), Some(50));
        assert_eq!(limits.is_over("b", "sign_in", now), None);
        assert_eq!(limits.is_over("a", "sign_in", now + SignedDuration::from_secs(61)), None);
        assert_eq!(limits.attempt("a", "sign_in", now + SignedDuration::from_secs(61)), Ok(()));
    }
}
