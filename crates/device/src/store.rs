//! The folder in which a device keeps its machine key, its state and the revocation list.
//!
//! The state bears a keyed hash under a key made from the machine key, so that editing it is noticed. That is not
//! secrecy: who may read the folder has both, and who may write it can bring an old copy of all of it back. Files are
//! written beside, flushed and renamed, so that a crash leaves the old or the new one. On Unix only their owner may
//! read them; elsewhere they have the rights of the folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use perpetua_license::signing::SecretKey;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::state::State;
use crate::surroundings::Random;

const MACHINE_KEY: &str = "machine.key";
const STATE: &str = "state";
const LIST: &str = "revocations";
const LOCK: &str = "lock";
/// The first word of the state file; the hexadecimal proof follows, then a line break and the JSON.
const MARK: &str = "perpetua-device-state ";
/// Most bytes of a state: requests, certificate and a chain of 64 links fit many times.
const STATE_BYTES_MAX: u64 = 1 << 20;
/// Most bytes of a list, as the format allows.
const LIST_BYTES_MAX: u64 = 40 << 20;

/// The folder of one product on one machine.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

/// Held while state is read, changed and written; freed when dropped.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // The end of the process frees it as well.
        let _ = self.0.unlock();
    }
}

impl Store {
    /// Names a folder; it is made on the first write.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Waits until no other process changes the folder.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn lock(&self) -> Result<Lock, Error> {
        let file = self.lock_file()?;
        file.lock().map_err(|source| self.failed(LOCK, source))?;
        Ok(Lock(file))
    }

    /// The lock, or nothing when another process has it.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn try_lock(&self) -> Result<Option<Lock>, Error> {
        let file = self.lock_file()?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(self.failed(LOCK, source)),
        }
    }

    fn lock_file(&self) -> Result<File, Error> {
        make_folder(&self.folder).map_err(|source| Error::File { path: self.folder.clone(), source })?;
        private().create(true).truncate(false).open(self.path(LOCK)).map_err(|source| self.failed(LOCK, source))
    }

    /// The machine key, if one was made.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::StateTampered`] when the file holds something else.
    pub fn machine_key(&self) -> Result<Option<SecretKey>, Error> {
        let Some(text) = self.read(MACHINE_KEY, 256)? else { return Ok(None) };
        let text = Zeroizing::new(text);
        let seed = HEXLOWER.decode(text.trim_ascii()).map(Zeroizing::new).map_err(|_| Error::StateTampered)?;
        let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| Error::StateTampered)?;
        Ok(Some(SecretKey::from_seed(seed)))
    }

    /// The machine key, made now if there is none. Under [`lock`](Self::lock) only.
    ///
    /// # Errors
    /// As [`machine_key`](Self::machine_key), and [`Error::Random`].
    pub fn machine_key_or_new(&self, random: &dyn Random) -> Result<SecretKey, Error> {
        if let Some(key) = self.machine_key()? {
            return Ok(key);
        }
        let mut seed = Zeroizing::new([0; 32]);
        random.fill(seed.as_mut_slice())?;
        let text = Zeroizing::new(HEXLOWER.encode(seed.as_slice()));
        self.write(MACHINE_KEY, text.as_bytes())?;
        Ok(SecretKey::from_seed(&seed))
    }

    /// The state; an empty one when nothing was kept yet.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::StateTampered`], [`Error::StateNewer`].
    pub fn load(&self, key: &SecretKey) -> Result<State, Error> {
        let Some(bytes) = self.read(STATE, STATE_BYTES_MAX)? else { return Ok(State::default()) };
        let bytes = Zeroizing::new(bytes);
        let text = str::from_utf8(&bytes).map_err(|_| Error::StateTampered)?;
        let (proof, json) = text.split_once('\n').ok_or(Error::StateTampered)?;
        let proof = proof.strip_prefix(MARK).and_then(|proof| HEXLOWER.decode(proof.as_bytes()).ok());
        let is_ours: bool = proof.ok_or(Error::StateTampered)?.ct_eq(&proof_of(key, json)).into();
        if is_ours { State::from_json(json) } else { Err(Error::StateTampered) }
    }

    /// Keeps the state. Under [`lock`](Self::lock) only.
    ///
    /// # Errors
    /// [`Error::File`]; the old state is whole then.
    pub fn save(&self, key: &SecretKey, state: &State) -> Result<(), Error> {
        let json = state.to_json();
        let proof = HEXLOWER.encode(&proof_of(key, &json));
        let text = Zeroizing::new(format!("{MARK}{proof}\n{}", *json));
        self.write(STATE, text.as_bytes())
    }

    /// Gives up a state that cannot be read. The machine key stays, so that activating again counts once.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn discard_state(&self) -> Result<(), Error> {
        match fs::remove_file(self.path(STATE)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(self.failed(STATE, source)),
            _ => Ok(()),
        }
    }

    /// The bytes of the revocation list that was kept last.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn list(&self) -> Result<Option<Vec<u8>>, Error> {
        self.read(LIST, LIST_BYTES_MAX)
    }

    /// Keeps the bytes of a revocation list.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save_list(&self, bytes: &[u8]) -> Result<(), Error> {
        self.write(LIST, bytes)
    }

    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, Error> {
        let mut bytes = Vec::new();
        let read = File::open(self.path(name)).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 > limit => Err(Error::StateTampered),
            Ok(_) => Ok(Some(bytes)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.failed(name, source)),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let beside = self.path(&format!("{name}.new"));
        let write = || {
            let mut file = private().create(true).truncate(true).open(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, self.path(name))?;
            sync_folder(&self.folder)
        };
        write().map_err(|source| self.failed(name, source))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn failed(&self, name: &str, source: io::Error) -> Error {
        Error::File { path: self.path(name), source }
    }
}

fn proof_of(key: &SecretKey, json: &str) -> [u8; 32] {
    let hash = |key: &[u8], text: &[u8]| -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
        mac.update(text);
        mac.finalize().into_bytes().into()
    };
    let proving = Zeroizing::new(hash(key.expose_seed().as_slice(), b"perpetua device state 1"));
    hash(proving.as_slice(), json.as_bytes())
}

/// For files that only their owner may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes a rename last through a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened as files; the rename itself is all there is.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same end as on Unix")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
