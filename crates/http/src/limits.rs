//! Rate limits against guessing, per source, in real time.
//!
//! They are kept in memory: losing them at a restart costs nothing, since the lock-out of an account
//! stands in the database. At most [`SOURCES_MAX`] sources are remembered; beyond that those go first that
//! were not heard of for longest, so that a flood of new ones does not forgive the old ones at once.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Sources remembered at once.
pub const SOURCES_MAX: usize = 100_000;

/// How many attempts a source has within a minute.
pub struct Limits {
    per_minute: u32,
    seen: Mutex<Seen>,
}

/// A source and what it tried.
type Key = (String, &'static str);

/// Since when attempts are counted, and how many there were.
type Count = (Timestamp, u32);

/// Sources in two halves: when the young half is full it becomes the old one, and what was old is forgotten.
#[derive(Default)]
struct Seen {
    young: HashMap<Key, Count>,
    old: HashMap<Key, Count>,
}

impl Seen {
    fn get(&self, key: &Key) -> Option<&Count> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    fn heard(&mut self, key: Key, now: Timestamp) -> &mut Count {
        if self.young.len() >= SOURCES_MAX / 2 && !self.young.contains_key(&key) {
            let known = self.old.remove(&key);
            self.old = std::mem::take(&mut self.young);
            if let Some(known) = known {
                self.young.insert(key.clone(), known);
            }
        }
        let old = &mut self.old;
        self.young.entry(key).or_insert_with_key(|key| old.remove(key).unwrap_or((now, 0)))
    }
}

impl Limits {
    /// Limits of this many attempts a minute per source and kind; 0 lifts them.
    pub fn per_minute(attempts: u32) -> Self {
        Self { per_minute: attempts, seen: Mutex::default() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut seen = self.seen();
        let (since, count) = seen.heard((source.to_owned(), kind), now);
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
        let seen = self.seen();
        let (since, count) = seen.get(&(source.to_owned(), kind))?;
        let age = now.duration_since(*since);
        let is_over = age < SignedDuration::from_mins(1) && *count >= self.per_minute;
        is_over.then(|| u32::try_from(60 - age.as_secs().clamp(0, 59)).unwrap_or(60))
    }

    /// Takes back the count of an attempt that turned out right.
    pub fn forgive(&self, source: &str, kind: &'static str) {
        let mut seen = self.seen();
        let key = (source.to_owned(), kind);
        let Seen { young, old } = &mut *seen;
        if let Some((_, count)) = young.get_mut(&key).or_else(|| old.get_mut(&key)) {
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

    #[test]
    fn a_flood_of_sources_forgets_the_oldest_and_not_those_that_were_just_limited() {
        let limits = Limits::per_minute(1);
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        for number in 0..SOURCES_MAX - 1 {
            let _ = limits.attempt(&number.to_string(), "sign_in", now);
        }
        assert_eq!(limits.attempt("guesser", "sign_in", now), Ok(()));
        for number in 0..10 {
            let _ = limits.attempt(&format!("new {number}"), "sign_in", now);
        }
        assert!(limits.attempt("guesser", "sign_in", now).is_err(), "it is not forgiven");
        for number in 0..3 * SOURCES_MAX {
            let _ = limits.attempt(&format!("more {number}"), "sign_in", now);
        }
        let seen = limits.seen();
        assert!(seen.young.len() + seen.old.len() <= SOURCES_MAX);
    }
}
