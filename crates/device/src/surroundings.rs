//! What a device takes from outside: time, random bytes, what the machine is made of, and the network.
//!
//! [`Surroundings::of_this_machine`] is the real one; tests bring their own.

use std::sync::Arc;
use std::time::Duration;

use perpetua_license::machine::PartKind;
use perpetua_license::moment::Moment;

use crate::error::Error;
use crate::machine;
use crate::network::{Network, Web};
use crate::software::Software;
use crate::words::Lang;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// What the machine's clock says.
    fn now(&self) -> Moment;
}

/// Gives random bytes that nobody can guess.
pub trait Random: Send + Sync {
    /// Fills the bytes.
    ///
    /// # Errors
    /// [`Error::Random`] when there are none.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error>;
}

/// Tells the parts of the fingerprint.
pub trait Hardware: Send + Sync {
    /// Kinds and values, as far as they can be read; they never leave the machine.
    fn parts(&self) -> Vec<(PartKind, String)>;
}

/// All of it. Cheap to clone.
#[derive(Clone)]
pub struct Surroundings {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub random: Arc<dyn Random>,
    /// The machine.
    pub hardware: Arc<dyn Hardware>,
    /// The way to the installation.
    pub network: Arc<dyn Network>,
    /// Waits before something is sent again.
    pub pause: Arc<dyn Fn(Duration) + Send + Sync>,
    /// The language of sentences.
    pub lang: Lang,
}

impl Surroundings {
    /// The real ones, with the network that reaches the software's installation.
    ///
    /// # Errors
    /// [`Error::Software`] when its certificate file cannot be read.
    pub fn of_this_machine(software: &Software, lang: Lang) -> Result<Self, Error> {
        Ok(Self {
            clock: Arc::new(System),
            random: Arc::new(System),
            hardware: Arc::new(System),
            network: Arc::new(Web::new(software, lang)?),
            pause: Arc::new(std::thread::sleep),
            lang,
        })
    }
}

/// The operating system.
pub struct System;

impl Clock for System {
    fn now(&self) -> Moment {
        #[expect(clippy::disallowed_methods, reason = "this is the clock of the device; tests bring another one")]
        let now = std::time::SystemTime::now();
        let seconds = now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Moment::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

impl Random for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        #[expect(clippy::disallowed_methods, reason = "this is the entropy of the device; tests bring another one")]
        getrandom::fill(bytes).map_err(|error| Error::Random(error.to_string()))
    }
}

impl Hardware for System {
    fn parts(&self) -> Vec<(PartKind, String)> {
        machine::parts()
    }
}
