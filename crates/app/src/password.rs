//! Password hashes: Argon2id with 19 MiB, two passes, one lane, as PHC text.
//!
//! A hash is dear in memory and time, so at most two run at once and 64 wait; beyond that the caller is told to
//! come again (429). An unknown user costs one hash too, so that an answer's time does not tell who exists.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{AcquireError, Semaphore, TryAcquireError};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, EntropyExt};

/// Hashes that are computed at the same time.
const RUNNING: usize = 2;
/// Hashes that may wait for their turn.
const WAITING: usize = 64;
/// Longest password, in bytes of UTF-8.
pub const MAX_PASSWORD_BYTES: usize = 1_024;

const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Why no answer about a password can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many hashes are waiting; the caller may come again after a second.
    #[error("too many passwords are being checked")]
    Busy,
    /// Longer than [`MAX_PASSWORD_BYTES`].
    #[error("the password is longer than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// The stored text is not an Argon2 hash: damage, never a wrong password.
    #[error("the stored password hash is damaged")]
    Damaged,
    /// The process is stopping.
    #[error("the process is stopping")]
    Stopped,
}

/// Makes and checks password hashes. Cheap to clone; clones share the limit.
#[derive(Debug, Clone)]
pub struct Passwords {
    /// One permit for each hash that runs or waits.
    admitted: Arc<Semaphore>,
    /// One permit for each hash that runs.
    running: Arc<Semaphore>,
    /// The hash that an unknown user's password is checked against; nobody knows its password.
    dummy: Arc<str>,
}

impl Passwords {
    /// Prepares the limit and the hash for unknown users. Costs one hash, so make it once at start.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let unknowable = Zeroizing::new(entropy.bytes::<32>());
        let dummy = hash_now(&*unknowable, &entropy.bytes::<16>()).expect("32 bytes can be hashed");
        Self {
            admitted: Arc::new(Semaphore::new(RUNNING + WAITING)),
            running: Arc::new(Semaphore::new(RUNNING)),
            dummy: dummy.into(),
        }
    }

    /// The PHC text to store for a password. Whether the password is good enough is for the caller to decide.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`], [`PasswordError::Busy`], [`PasswordError::Stopped`].
    pub async fn hash(&self, entropy: &dyn Entropy, password: &str) -> Result<String, PasswordError> {
        if password.len() > MAX_PASSWORD_BYTES {
            return Err(PasswordError::TooLong);
        }
        let salt = entropy.bytes::<16>();
        let password = Zeroizing::new(password.to_owned());
        self.run(move || hash_now(password.as_bytes(), &salt)).await?
    }

    /// Whether a password fits the stored hash. `None` stands for an unknown user or one without a password:
    /// the answer is then `false` after the same work.
    ///
    /// # Errors
    /// [`PasswordError::Busy`], [`PasswordError::Stopped`], [`PasswordError::Damaged`].
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, PasswordError> {
        // A password too long to have been hashed is wrong, but must not be told apart by time.
        let is_possible = stored.is_some() && password.len() <= MAX_PASSWORD_BYTES;
        let against: Arc<str> = stored.filter(|_| is_possible).map_or_else(|| self.dummy.clone(), Arc::from);
        let password = Zeroizing::new(if is_possible { password.to_owned() } else { String::new() });
        let fits = self.run(move || verify_now(password.as_bytes(), &against)).await??;
        Ok(fits && is_possible)
    }

    /// Runs dear work on a blocking thread within the limit. The permits travel with the work: a caller that goes
    /// away while its hash runs does not make room for a third one.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let admitted = self.admitted.clone().try_acquire_owned().map_err(|error| match error {
            TryAcquireError::NoPermits => PasswordError::Busy,
            TryAcquireError::Closed => PasswordError::Stopped,
        })?;
        let running = self.running.clone().acquire_owned().await;
        let running = running.map_err(|_: AcquireError| PasswordError::Stopped)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((running, admitted));
            result
        });
        done.await.map_err(|_| PasswordError::Stopped)
    }
}

/// Whether a hash that just proved right was made with other parameters than today's and should be replaced.
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return true };
    let parameters = Params::try_from(&hash).map(|p| (p.m_cost(), p.t_cost(), p.p_cost()));
    hash.algorithm != Algorithm::Argon2id.ident()
        || hash.version != Some(Version::V0x13.into())
        || parameters != Ok((MEMORY_KIB, PASSES, LANES))
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within Argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &[u8], salt: &[u8]) -> Result<String, PasswordError> {
    let hash: Result<PasswordHash, _> = argon2().hash_password_with_salt(password, salt);
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::TooLong)
}

fn verify_now(password: &[u8], stored: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(stored).map_err(|_| PasswordError::Damaged)?;
    match argon2().verify_password(password, &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(PasswordError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;
    use crate::entropy::SeededEntropy;

    fn passwords() -> (SeededEntropy, Passwords) {
        let entropy = SeededEntropy::new(1);
        let passwords = Passwords::new(&entropy);
        (entropy, passwords)
    }

    #[tokio::test]
    async fn only_the_right_password_fits_its_hash() {
        let (entropy, passwords) = passwords();
        let stored = passwords.hash(&entropy, "correct horse").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(passwords.verify("correct horse", Some(&stored)).await, Ok(true));
        assert_eq!(passwords.verify("correct horsf", Some(&stored)).await, Ok(false));
        assert_ne!(passwords.hash(&entropy, "correct horse").await.unwrap(), stored, "each hash has its own salt");
        assert!(!needs_rehash(&stored));
    }

    #[tokio::test]
    async fn an_unknown_user_and_an_impossible_password_cost_one_hash_and_never_fit() {
        let (_, passwords) = passwords();
        let dummy = passwords.dummy.clone();
        assert!(!needs_rehash(&dummy), "the work is the same as for a known user");
        assert_eq!(passwords.verify("", None).await, Ok(false));
        assert_eq!(passwords.verify(&"x".repeat(MAX_PASSWORD_BYTES + 1), Some("damaged")).await, Ok(false));
    }

    #[tokio::test]
    async fn an_overlong_password_and_a_damaged_hash_are_named() {
        let (entropy, passwords) = passwords();
        let long = "ř".repeat(MAX_PASSWORD_BYTES / 2 + 1);
        assert_eq!(passwords.hash(&entropy, &long).await, Err(PasswordError::TooLong));
        assert_eq!(passwords.verify("x", Some("plain text")).await, Err(PasswordError::Damaged));
    }

    #[test]
    fn hashes_with_other_parameters_are_to_be_replaced() {
        let salt = "c2FsdHNhbHRzYWx0c2Fs";
        let output = "S0RVa0hUZ0p3VnZ1d0pHZk5wV2J6WnB3bGtnQ0hXa1g";
        let made = |algorithm: &str, parameters: &str| format!("${algorithm}$v=19${parameters}${salt}${output}");
        assert!(!needs_rehash(&made("argon2id", "m=19456,t=2,p=1")));
        assert!(needs_rehash(&made("argon2id", "m=9728,t=2,p=1")));
        assert!(needs_rehash(&made("argon2id", "m=19456,t=1,p=1")));
        assert!(needs_rehash(&made("argon2i", "m=19456,t=2,p=1")));
        assert!(needs_rehash("$2b$12$abc"));
    }

    /// Starts as many jobs as are admitted; each says that it runs and then waits for `release`.
    #[tokio::test]
    async fn at_most_two_run_64_wait_and_the_next_is_told_to_come_again() {
        let (_, passwords) = passwords();
        let free = (passwords.running.available_permits(), passwords.admitted.available_permits());
        assert_eq!(free, (2, 66), "two run and 64 wait");
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (release, gate) = mpsc::channel::<()>();
        let gate = Arc::new(std::sync::Mutex::new(gate));
        let jobs: Vec<_> = (0..RUNNING + WAITING)
            .map(|_| {
                let (running, most, gate) = (running.clone(), most.clone(), gate.clone());
                let passwords = passwords.clone();
                tokio::spawn(async move {
                    let work = move || {
                        most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        gate.lock().unwrap().recv().unwrap();
                        running.fetch_sub(1, Ordering::SeqCst);
                    };
                    passwords.run(work).await
                })
            })
            .collect();
        // Each job takes its place when it is first polled, and one turn of this runtime polls them all.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        assert_eq!(passwords.admitted.available_permits(), 0);
        assert_eq!(passwords.verify("x", None).await, Err(PasswordError::Busy));
        (0..RUNNING + WAITING).for_each(|_| release.send(()).unwrap());
        for job in jobs {
            assert_eq!(job.await.unwrap(), Ok(()));
        }
        assert!((1..=RUNNING).contains(&most.load(Ordering::SeqCst)));
        assert_eq!(passwords.verify("x", None).await, Ok(false), "there is room again");
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_does_not_make_room_while_its_hash_runs() {
        let (_, passwords) = passwords();
        let (started, has_started) = tokio::sync::oneshot::channel();
        let (release, gate) = mpsc::channel::<()>();
        let runner = passwords.clone();
        let caller = tokio::spawn(async move {
            let work = move || {
                started.send(()).unwrap();
                gate.recv().unwrap();
            };
            runner.run(work).await
        });
        has_started.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.running.available_permits(), RUNNING - 1);
        release.send(()).unwrap();
        let all = u32::try_from(RUNNING).unwrap();
        assert!(passwords.running.acquire_many(all).await.is_ok());
    }
}
