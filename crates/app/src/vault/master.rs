//! The master key: 32 bytes in a file of their own or in the environment, never in the database or a backup.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::{Entropy, EntropyExt};

/// 64 hexadecimal digits and a line end; a longer file is no key file.
const MAX_FILE_BYTES: u64 = 128;

/// Why there is no master key. Never carries what was read.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Not 64 hexadecimal digits.
    #[error("the master key must be 64 hexadecimal digits")]
    Malformed,
    /// Other accounts of this machine may read or change the file.
    #[error("the master key file has permissions {mode:o}; only its owner may have access (600)")]
    Exposed {
        /// Permission bits of the file.
        mode: u32,
    },
    /// The file could not be read or written.
    #[error("the master key file cannot be used")]
    File(#[from] io::Error),
}

/// The key that wraps all data keys. Wiped when dropped, redacted in `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(entropy.bytes())
    }

    /// Reads 64 hexadecimal digits of either case; white space around them is left out.
    ///
    /// # Errors
    /// [`MasterKeyError::Malformed`].
    pub fn from_hex(text: &str) -> Result<Self, MasterKeyError> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| MasterKeyError::Malformed)?;
        let bytes = Zeroizing::new(bytes);
        bytes.as_slice().try_into().map(Self).map_err(|_| MasterKeyError::Malformed)
    }

    /// Reads the key from a file that only its owner may read.
    ///
    /// # Errors
    /// [`MasterKeyError`]; `File` with [`io::ErrorKind::NotFound`] when there is none.
    pub fn load(path: &Path) -> Result<Self, MasterKeyError> {
        let file = File::open(path)?;
        refuse_exposed(&file)?;
        let mut text = Zeroizing::new(String::with_capacity(128));
        file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => MasterKeyError::Malformed,
            _ => MasterKeyError::File(error),
        })?;
        Self::from_hex(&text)
    }

    /// Reads the key from a file, or makes both at the first start. An existing file is never overwritten.
    ///
    /// # Errors
    /// [`MasterKeyError`].
    pub fn load_or_create(path: &Path, entropy: &dyn Entropy) -> Result<Self, MasterKeyError> {
        match Self::load(path) {
            Err(MasterKeyError::File(error)) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate(entropy);
                key.save_new(path)?;
                Ok(key)
            }
            other => other,
        }
    }

    /// Writes the key to a new file with permissions 600, durably: data sealed under it must not outlive it.
    ///
    /// # Errors
    /// [`MasterKeyError::File`], also when the file exists.
    pub fn save_new(&self, path: &Path) -> Result<(), MasterKeyError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let mut text = Zeroizing::new(HEXLOWER.encode(&self.0));
        text.push('\n');
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(redacted)")
    }
}

#[cfg(unix)]
fn refuse_exposed(file: &File) -> Result<(), MasterKeyError> {
    use std::os::unix::fs::PermissionsExt;

    // The six lowest bits are those of group and others.
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode.trailing_zeros() >= 6 { Ok(()) } else { Err(MasterKeyError::Exposed { mode }) }
}

/// Elsewhere permissions are access lists, which the installer of the service sets.
#[cfg(not(unix))]
fn refuse_exposed(_: &File) -> Result<(), MasterKeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn the_first_start_makes_a_key_file_and_later_starts_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::File(e)) if e.kind() == io::ErrorKind::NotFound));
        let entropy = SeededEntropy::new(1);
        let made = MasterKey::load_or_create(&path, &entropy).unwrap();
        let read = MasterKey::load_or_create(&path, &entropy).unwrap();
        assert_eq!(made.bytes(), read.bytes());
        assert!(made.save_new(&path).is_err(), "an existing file is never overwritten");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::load_or_create(&path, &SeededEntropy::new(1)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::Exposed { mode: found }) if found == mode));
        }
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_key() {
        let digits = "0123456789abcdefABCDEF01234567890123456789abcdef0123456789abcdef";
        assert_eq!(MasterKey::from_hex(&format!(" {digits}\r\n")).unwrap().bytes()[0..2], [0x01, 0x23]);
        for wrong in ["", &digits[1..], &digits[2..], &format!("{digits}00"), &digits.replace('f', "g")] {
            assert!(matches!(MasterKey::from_hex(wrong), Err(MasterKeyError::Malformed)), "{wrong}");
        }
    }

    #[test]
    fn a_damaged_key_file_is_named_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let entropy = SeededEntropy::new(1);
        MasterKey::generate(&entropy).save_new(&path).unwrap();
        for content in [&b"cut off"[..], &[0xff; 64], &vec![b'0'; 100_000]] {
            std::fs::write(&path, content).unwrap();
            assert!(matches!(MasterKey::load_or_create(&path, &entropy), Err(MasterKeyError::Malformed)));
            assert_eq!(std::fs::read(&path).unwrap(), content);
        }
    }

    #[test]
    fn debug_output_shows_nothing_of_the_key() {
        assert_eq!(format!("{:?}", MasterKey::generate(&SeededEntropy::new(1))), "MasterKey(redacted)");
    }
}
