//! Opening an installation: unwrap its data keys, make what a first start needs, open the signing key.

use std::sync::{Arc, OnceLock};

use object_store::ObjectStore;
use perpetua_store::secrets::{self, DataKeyRow, SigningKeyRow};
use perpetua_store::{Id, Store, StoreError};

use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::context::{App, Settings};
use crate::documents::Typeset;
use crate::entropy::Entropy;
use crate::password::Passwords;
use crate::request_log::RequestLog;
use crate::signing::Signer;
use crate::token_keys::TokenKeys;
use crate::vault::{MasterKey, Purpose, Sealed, Vault, VaultError, WrappedDataKey};

/// What the surroundings provide.
pub struct Parts {
    /// The open database.
    pub store: Store,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// Real time.
    pub real_clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The master key, from a file or the environment; never from the database.
    pub master: MasterKey,
    /// Where media lie.
    pub media: Arc<dyn ObjectStore>,
    /// Sets documents on pages.
    pub documents: Arc<dyn Typeset>,
    /// What the installation decides.
    pub settings: Settings,
}

/// Why an installation could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master key does not fit this database, or a secret is damaged.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A row names something that this program does not know.
    #[error("{0}")]
    Inconsistent(String),
}

impl App {
    /// Opens an installation. The first start makes one data key of each purpose and a signing key.
    pub async fn open(parts: Parts) -> Result<Self, StartError> {
        let Parts { store, clock, real_clock, entropy, master, media, documents, settings } = parts;
        let vault = open_vault(&store, master, &*real_clock, &*entropy).await?;
        let signer = open_signer(&store, &vault, &*real_clock, &*entropy).await?;
        let passwords = Passwords::new(&*entropy);
        Ok(Self {
            store,
            clock,
            real_clock,
            entropy,
            vault,
            signer,
            token_keys: TokenKeys::default(),
            request_log: RequestLog::default(),
            activation: crate::activation::State::default(),
            passwords,
            media,
            scanner: OnceLock::new(),
            signing: OnceLock::new(),
            documents,
            settings,
        })
    }

    /// Opens a sealed secret. A data key that another process made since is looked up once, so that a
    /// change of keys needs no restart.
    pub async fn unseal(
        &self,
        purpose: Purpose,
        aad: &[u8],
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, StartError> {
        match self.vault.open_sealed(purpose, aad, sealed) {
            Err(VaultError::UnknownDataKey(_)) => {
                self.vault.learn(&wrapped_data_keys(&self.store).await?)?;
                Ok(self.vault.open_sealed(purpose, aad, sealed)?)
            }
            opened => Ok(opened?),
        }
    }
}

async fn open_vault(
    store: &Store,
    master: MasterKey,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Vault, StartError> {
    let wrapped = wrapped_data_keys(store).await?;
    let vault = Vault::open(master, &wrapped)?;
    let missing = Purpose::ALL.into_iter().filter(|purpose| vault.newest(*purpose).is_err());
    for purpose in missing.collect::<Vec<_>>() {
        add_data_key(store, &vault, purpose, clock, entropy).await?;
    }
    Ok(vault)
}

/// Makes a data key, stores it, and only then lets the vault use it.
pub async fn add_data_key(
    store: &Store,
    vault: &Vault,
    purpose: Purpose,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<(), StartError> {
    let now = clock.now();
    let wrapped = vault.wrap_new(purpose, now, entropy)?;
    let row = DataKeyRow {
        id: Id(wrapped.id),
        purpose: purpose.word().to_owned(),
        wrapped: wrapped.wrapped.clone(),
        created_at: now.into(),
        retired_at: None,
    };
    store.write(row, secrets::insert_data_key).await?;
    vault.learn(&[wrapped])?;
    Ok(())
}

/// All data keys as they are stored.
pub(crate) async fn wrapped_data_keys(store: &Store) -> Result<Vec<WrappedDataKey>, StartError> {
    let rows = store.read(secrets::data_keys).await?;
    rows.into_iter().map(wrapped_from_row).collect()
}

fn wrapped_from_row(row: DataKeyRow) -> Result<WrappedDataKey, StartError> {
    let purpose = Purpose::from_word(&row.purpose)
        .ok_or_else(|| StartError::Inconsistent(format!("data key {} is for {:?}", row.id.0, row.purpose)))?;
    Ok(WrappedDataKey { id: row.id.0, purpose, wrapped: row.wrapped })
}

async fn open_signer(
    store: &Store,
    vault: &Vault,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<Signer, StartError> {
    let rows = store.read(secrets::signing_keys).await?;
    if let Some(row) = rows.into_iter().rfind(|row| row.retired_at.is_none()) {
        let id = row.id.parse().map_err(|_| StartError::Inconsistent(format!("signing key {:?}", row.id)))?;
        let sealed = Sealed { data_key: row.data_key_id.0, bytes: row.sealed };
        return Ok(Signer::open(vault, id, &sealed)?);
    }
    let (signer, sealed) = Signer::generate(vault, entropy)?;
    let row = SigningKeyRow {
        id: signer.id().to_string(),
        public_key: signer.public_key().to_bytes().to_vec(),
        data_key_id: Id(sealed.data_key),
        sealed: sealed.bytes,
        created_at: clock.now().into(),
        retired_at: None,
    };
    store.write(row, secrets::insert_signing_key).await?;
    Ok(signer)
}
