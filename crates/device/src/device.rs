//! This machine and the software on it: the one type through which publishers use this library.
//!
//! Every change locks the folder, reads the state, changes and writes it, so that several processes of one product may
//! use it at once. [`Device::check`] never waits for the lock or the network.

use std::path::Path;

use perpetua_license::moment::Moment;
use perpetua_license::signing::SecretKey;

use crate::error::Error;
use crate::report::{Report, report};
use crate::software::Software;
use crate::state::State;
use crate::store::{Lock, Store};
use crate::surroundings::Surroundings;
use crate::words::Lang;

/// By how many seconds the clock must have moved on before that is written down, to spare the disk.
const SEEN_STEP_SECONDS: u32 = 600;

/// A machine with its folder.
#[derive(Clone)]
pub struct Device {
    pub(crate) software: Software,
    pub(crate) store: Store,
    pub(crate) around: Surroundings,
}

/// The state while it is changed: locked, read, and written by [`Open::save`].
pub(crate) struct Open<'a> {
    device: &'a Device,
    pub(crate) key: SecretKey,
    pub(crate) state: State,
    _lock: Lock,
}

impl Open<'_> {
    pub(crate) fn save(&self) -> Result<(), Error> {
        self.device.store.save(&self.key, &self.state)
    }
}

impl Device {
    /// This machine, with its real clock, hardware and network. Nothing is read or written yet.
    ///
    /// # Errors
    /// [`Error::Software`] when the software's certificate file cannot be read.
    pub fn new(software: Software, folder: &Path, lang: Lang) -> Result<Self, Error> {
        let around = Surroundings::of_this_machine(&software, lang)?;
        Ok(Self::in_surroundings(software, folder, around))
    }

    /// A machine with other surroundings.
    pub fn in_surroundings(software: Software, folder: &Path, around: Surroundings) -> Self {
        Self { software, store: Store::at(folder), around }
    }

    /// What was built in.
    pub const fn software(&self) -> &Software {
        &self.software
    }

    /// Whether the software may run here now. Asks nobody; notes the time, so that a clock set back is noticed.
    ///
    /// # Errors
    /// [`Error::StateTampered`] and others when the state cannot be read; the software should stop then.
    pub fn check(&self) -> Result<Report, Error> {
        let now = self.around.clock.now();
        let Some(key) = self.store.machine_key()? else {
            return Ok(report(&self.software, None, &State::default(), now));
        };
        let state = self.store.load(&key)?;
        let answer = report(&self.software, Some(key.public()), &state, now);
        if now.seconds_since(state.latest_seen) >= SEEN_STEP_SECONDS {
            // A folder that cannot be written, or that is in use, is no reason to stop what was bought.
            let _ = self.note(now);
        }
        Ok(answer)
    }

    /// Whether the machine looks like another one than it was when it was activated: more parts changed than the
    /// installation would forgive a machine without its key. The next refresh settles it; a copied folder ends there.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn has_moved(&self) -> Result<bool, Error> {
        let Some(key) = self.store.machine_key()? else { return Ok(false) };
        let state = self.store.load(&key)?;
        let (Some((_, request)), Some(product_key)) = (&state.certificate, &state.key) else { return Ok(false) };
        let likeness = self.fingerprint(product_key).likeness(&request.request().fingerprint);
        Ok(likeness.differs && !likeness.is_match)
    }

    /// Gives up a state that cannot be read any more, so that this machine can be activated again. The machine key
    /// stays, so the activation counts once.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn start_over(&self) -> Result<(), Error> {
        let _lock = self.store.lock()?;
        self.store.discard_state()
    }

    /// Locks, and reads the state.
    pub(crate) fn open(&self) -> Result<Open<'_>, Error> {
        let lock = self.store.lock()?;
        let key = self.store.machine_key_or_new(&*self.around.random)?;
        let state = self.store.load(&key)?;
        Ok(Open { device: self, key, state, _lock: lock })
    }

    /// The moment that goes into requests.
    pub(crate) fn moment(&self, state: &State) -> Moment {
        self.around.clock.now().max(state.latest_seen)
    }

    pub(crate) fn random<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.around.random.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn note(&self, now: Moment) -> Result<(), Error> {
        let Some(_lock) = self.store.try_lock()? else { return Ok(()) };
        let key = self.store.machine_key_or_new(&*self.around.random)?;
        let mut state = self.store.load(&key)?;
        state.latest_seen = state.latest_seen.max(now);
        self.store.save(&key, &state)
    }
}
