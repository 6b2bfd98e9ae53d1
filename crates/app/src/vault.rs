//! Secrets at rest (I7): sealed with XChaCha20-Poly1305 under data keys, which one master key wraps.
//!
//! What is sealed is bound to its row: the row's identity is associated data, so a ciphertext that is moved to
//! another row does not open. Of the data keys of one purpose the newest seals; older ones stay for reading and are
//! never deleted. The vault does no storage: callers keep [`WrappedDataKey`] and [`Sealed`] in rows.

mod master;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use jiff::{SignedDuration, Timestamp};
use perpetua_domain::id::DataKeyId;
use perpetua_license::key::{CheckSecrets, FormatVersion};
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::entropy::{Entropy, EntropyExt};

pub use master::{MasterKey, MasterKeyError};

const NONCE_BYTES: usize = 24;

/// What a data key is for. A key of one purpose never opens what another sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Seals product keys.
    ProductKey,
    /// Gives the secret check of product keys; the n-th such key belongs to format version n.
    KeyCheck,
    /// Gives the keyed hash by which a product key is found.
    LookUp,
    /// Seals the seeds of signing keys.
    SigningKey,
}

impl Purpose {
    /// All purposes; a new installation needs one data key of each.
    pub const ALL: [Self; 4] = [Self::ProductKey, Self::KeyCheck, Self::LookUp, Self::SigningKey];

    /// The word that is stored and that enters the associated data; never changes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ProductKey => "product_key",
            Self::KeyCheck => "key_check",
            Self::LookUp => "look_up",
            Self::SigningKey => "signing_key",
        }
    }

    /// The purpose of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

/// Why the vault cannot do what it was asked. Never carries a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The master key is not the one that wrapped this data key, or the row was altered.
    #[error("data key {0} does not open under this master key")]
    WrongMasterKey(DataKeyId),
    /// No data key of this purpose exists yet.
    #[error("there is no data key for {}", .0.word())]
    NoDataKey(Purpose),
    /// This process does not know that data key: another one may have made it, see [`Vault::learn`].
    #[error("data key {0} is not known")]
    UnknownDataKey(DataKeyId),
    /// The data key exists, but for another purpose.
    #[error("data key {0} is for another purpose")]
    WrongPurpose(DataKeyId),
    /// The ciphertext was altered or belongs to another row.
    #[error("the ciphertext does not belong here or was altered")]
    Damaged,
    /// All 15 format versions of product keys have their secret.
    #[error("no further check secret is possible")]
    NoFormatVersionLeft,
}

/// A data key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedDataKey {
    /// Names the key in rows; a later key has a greater id.
    pub id: DataKeyId,
    /// What the key is for.
    pub purpose: Purpose,
    /// Nonce and ciphertext of the key under the master key: 72 bytes.
    pub wrapped: Vec<u8>,
}

/// A secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The data key that opens it.
    pub data_key: DataKeyId,
    /// Nonce, then ciphertext: 40 bytes longer than the secret.
    pub bytes: Vec<u8>,
}

struct DataKey {
    purpose: Purpose,
    key: Zeroizing<[u8; 32]>,
}

/// Seals and opens secrets. Shared by all use cases of a process.
pub struct Vault {
    master: MasterKey,
    keys: RwLock<BTreeMap<DataKeyId, DataKey>>,
}

impl Vault {
    /// Unwraps all data keys.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`], naming the first data key that does not open.
    pub fn open(master: MasterKey, wrapped: &[WrappedDataKey]) -> Result<Self, VaultError> {
        let vault = Self { master, keys: RwLock::default() };
        vault.learn(wrapped)?;
        Ok(vault)
    }

    /// Takes in data keys that were made since: by [`wrap_new`](Self::wrap_new) once stored, or by another node.
    ///
    /// # Errors
    /// [`VaultError::WrongMasterKey`]; nothing is taken in then.
    pub fn learn(&self, wrapped: &[WrappedDataKey]) -> Result<(), VaultError> {
        let opened: Result<Vec<_>, _> = wrapped.iter().map(|wrapped| self.unwrap_data_key(wrapped)).collect();
        let opened = opened?;
        self.keys.write().unwrap_or_else(PoisonError::into_inner).extend(opened);
        Ok(())
    }

    /// Makes a data key. It is used only after the caller has stored it and called [`learn`](Self::learn):
    /// nothing may be sealed under a key that a crash can lose.
    ///
    /// # Errors
    /// [`VaultError::NoFormatVersionLeft`] for the sixteenth key of [`Purpose::KeyCheck`].
    pub fn wrap_new(
        &self,
        purpose: Purpose,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<WrappedDataKey, VaultError> {
        let known = self.ids(purpose);
        if purpose == Purpose::KeyCheck && known.len() >= 15 {
            return Err(VaultError::NoFormatVersionLeft);
        }
        let id = DataKeyId::new(entropy.uuid(after(known.last().copied(), now)));
        let key = Zeroizing::new(entropy.bytes::<32>());
        Ok(wrap(&self.master, id, purpose, &key, entropy))
    }

    /// Seals a secret under the newest data key of a purpose. `aad` names the row, see [`row_aad`].
    ///
    /// # Errors
    /// [`VaultError::NoDataKey`].
    pub fn seal(
        &self,
        purpose: Purpose,
        aad: &[u8],
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Sealed, VaultError> {
        let data_key = self.newest(purpose)?;
        let key = self.key(data_key, purpose)?;
        let context = seal_context(purpose, data_key, aad);
        Ok(Sealed { data_key, bytes: encrypt(&key, &context, plaintext, entropy) })
    }

    /// Opens what [`seal`](Self::seal) gave, with the same purpose and row.
    ///
    /// # Errors
    /// [`VaultError::Damaged`], [`VaultError::UnknownDataKey`], [`VaultError::WrongPurpose`].
    pub fn open_sealed(&self, purpose: Purpose, aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.key(sealed.data_key, purpose)?;
        let context = seal_context(purpose, sealed.data_key, aad);
        decrypt(&key, &context, &sealed.bytes).ok_or(VaultError::Damaged)
    }

    /// The keyed hash under which a value is found: HMAC-SHA-256 under a key that is derived from a data key of
    /// [`Purpose::LookUp`]. Rows keep the data key's id beside the hash.
    ///
    /// # Errors
    /// [`VaultError::UnknownDataKey`], [`VaultError::WrongPurpose`].
    pub fn lookup_hash(&self, key_version: DataKeyId, value: &[u8]) -> Result<[u8; 32], VaultError> {
        let key = self.key(key_version, Purpose::LookUp)?;
        Ok(*mac(&derive(&key, "perpetua look-up v1", &[]), value))
    }

    /// The bytes of a one-time token that follow from a nonce: HMAC-SHA-256 under a key that is derived from a data
    /// key of [`Purpose::LookUp`]. Whoever holds the nonce without this process's keys learns nothing of the token.
    ///
    /// # Errors
    /// [`VaultError::UnknownDataKey`], [`VaultError::WrongPurpose`].
    pub fn one_time(
        &self,
        key_version: DataKeyId,
        what: &str,
        nonce: &[u8],
    ) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        let key = self.key(key_version, Purpose::LookUp)?;
        Ok(mac(&derive(&key, "perpetua one-time token v1", what.as_bytes()), nonce))
    }

    /// The data keys of a purpose, oldest first. During a re-hash, a value is looked up under each.
    pub fn ids(&self, purpose: Purpose) -> Vec<DataKeyId> {
        self.read().iter().filter(|(_, key)| key.purpose == purpose).map(|(id, _)| *id).collect()
    }

    /// The data key that seals or hashes at present.
    ///
    /// # Errors
    /// [`VaultError::NoDataKey`].
    pub fn newest(&self, purpose: Purpose) -> Result<DataKeyId, VaultError> {
        self.ids(purpose).last().copied().ok_or(VaultError::NoDataKey(purpose))
    }

    /// The secrets of the check characters: the n-th data key of [`Purpose::KeyCheck`] gives that of format version n.
    /// Empty when there is no such data key.
    pub fn check_secrets(&self) -> CheckSecrets {
        let keys = self.read();
        let of_purpose = keys.values().filter(|key| key.purpose == Purpose::KeyCheck);
        (1..).zip(of_purpose).fold(CheckSecrets::new(), |secrets, (number, key)| match FormatVersion::new(number) {
            Some(version) => secrets.with(version, &*derive(&key.key, "perpetua key check v1", &[number])),
            None => secrets,
        })
    }

    /// All data keys wrapped by another master key, to be stored in one transaction before the old one is put away.
    /// What they sealed stays as it is.
    pub fn rewrap(&self, new_master: &MasterKey, entropy: &dyn Entropy) -> Vec<WrappedDataKey> {
        self.read().iter().map(|(id, key)| wrap(new_master, *id, key.purpose, &key.key, entropy)).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<DataKeyId, DataKey>> {
        // The map is only ever extended, so a panic elsewhere cannot leave it half changed.
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, id: DataKeyId, purpose: Purpose) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        match self.read().get(&id) {
            None => Err(VaultError::UnknownDataKey(id)),
            Some(key) if key.purpose != purpose => Err(VaultError::WrongPurpose(id)),
            Some(key) => Ok(key.key.clone()),
        }
    }

    fn unwrap_data_key(&self, wrapped: &WrappedDataKey) -> Result<(DataKeyId, DataKey), VaultError> {
        let refused = VaultError::WrongMasterKey(wrapped.id);
        let context = wrap_context(wrapped.id, wrapped.purpose);
        let bytes = decrypt(self.master.bytes(), &context, &wrapped.wrapped).ok_or(refused)?;
        let key = Zeroizing::new(bytes.as_slice().try_into().map_err(|_| refused)?);
        Ok((wrapped.id, DataKey { purpose: wrapped.purpose, key }))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("data_keys", &self.read().len()).finish_non_exhaustive()
    }
}

/// The associated data of one column of one row, so that a ciphertext opens nowhere else.
pub fn row_aad(table: &str, column: &str, row: Uuid) -> Vec<u8> {
    framed(&[table.as_bytes(), column.as_bytes(), row.as_bytes()])
}

/// The present instant, but past that of the newest data key: its successor must sort after it even when
/// the clock stands still or was set back.
fn after(newest: Option<DataKeyId>, now: Timestamp) -> Timestamp {
    let newest = newest.and_then(|id| id.uuid().get_timestamp()).and_then(|made| {
        let (seconds, nanos) = made.to_unix();
        Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
    });
    newest.map_or(now, |made| now.max(made.saturating_add(SignedDuration::from_millis(1)).unwrap_or(made)))
}

fn wrap(master: &MasterKey, id: DataKeyId, purpose: Purpose, key: &[u8; 32], entropy: &dyn Entropy) -> WrappedDataKey {
    WrappedDataKey { id, purpose, wrapped: encrypt(master.bytes(), &wrap_context(id, purpose), key, entropy) }
}

fn wrap_context(id: DataKeyId, purpose: Purpose) -> Vec<u8> {
    framed(&[b"perpetua data key v1", purpose.word().as_bytes(), id.uuid().as_bytes()])
}

fn seal_context(purpose: Purpose, id: DataKeyId, aad: &[u8]) -> Vec<u8> {
    framed(&[b"perpetua sealed v1", purpose.word().as_bytes(), id.uuid().as_bytes(), aad])
}

/// Joins parts with their lengths, so that no two lists of parts give the same bytes.
fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

fn encrypt(key: &[u8; 32], context: &[u8], plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
    let nonce = entropy.bytes::<NONCE_BYTES>();
    let payload = Payload { msg: plaintext, aad: context };
    let ciphertext = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload);
    let ciphertext = ciphertext.expect("secrets are far below the cipher's limit of 256 GiB");
    [&nonce[..], &ciphertext].concat()
}

fn decrypt(key: &[u8; 32], context: &[u8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload { msg: ciphertext, aad: context };
    XChaCha20Poly1305::new(key.into()).decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

fn derive(key: &[u8; 32], label: &str, detail: &[u8]) -> Zeroizing<[u8; 32]> {
    mac(key, &framed(&[label.as_bytes(), detail]))
}

fn mac(key: &[u8; 32], message: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    Zeroizing::new(mac.finalize().into_bytes().into())
}
