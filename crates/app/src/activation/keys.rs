//! The installation's keys towards devices: a root that signs the chain, signers of certificates, and the key that
//! requests are sealed to. Made when they are first needed, sealed in the vault, the same on every node.
//!
//! A restored installation knows nothing of signers that were changed or disowned since the backup, so it goes on with
//! a new one: devices believe its link, whose number follows the clock, and nothing is signed by a key of the past.

use std::sync::{Arc, PoisonError, RwLock};

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use perpetua_license::chain::{KeyStanding, Link, SigningEntry, Trust, chain_file};
use perpetua_license::exchange::seal::{InstallationPublic, InstallationSecret};
use perpetua_license::moment::Moment;
use perpetua_license::signing::{PublicKey, PublicKeyId, SecretKey};
use perpetua_store::license_keys::{self as rows, ChainRow, LicenseKeyRow};
use perpetua_store::{Conn, Id, StoreError, settings};
use zeroize::Zeroizing;

use super::facts::{moment_of, utc};
use super::moment;
use crate::backup;
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::problem::Problem;
use crate::vault::{Purpose, Sealed};

/// How long a signer signs when nobody changes it.
const SIGNER_DAYS: u32 = 3 * 365;
/// The setting that holds the epoch in which the newest signer was made.
const SIGNER_EPOCH: &str = "activation_signer_epoch";
/// How long the signer before the newest one goes on, so that nodes that know nothing of a change stay right.
const OVERLAP_DAYS: u32 = 1;

/// The keys as one process uses them.
pub struct Keys {
    root: PublicKey,
    signer: SecretKey,
    exchange: Vec<InstallationSecret>,
    chain_number: u32,
    chain: Vec<u8>,
    trust: Trust,
}

impl Keys {
    /// What devices pin.
    pub const fn root(&self) -> PublicKey {
        self.root
    }

    /// Signs certificates, answers and lists.
    pub const fn signer(&self) -> &SecretKey {
        &self.signer
    }

    /// What requests are sealed to now.
    ///
    /// # Panics
    ///
    /// Never: an installation without such a key is not loaded.
    pub fn installation(&self) -> InstallationPublic {
        self.exchange.last().expect("keys are loaded with an exchange key").public()
    }

    /// The secret of the key that a request names.
    pub fn exchange(&self, id: PublicKeyId) -> Option<&InstallationSecret> {
        self.exchange.iter().find(|secret| secret.public().id() == id)
    }

    /// The number of the newest link.
    pub const fn chain_number(&self) -> u32 {
        self.chain_number
    }

    /// The chain file.
    pub fn chain(&self) -> &[u8] {
        &self.chain
    }

    /// What a device believes that pinned our root.
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }
}

/// The keys that this process has opened.
#[derive(Default)]
pub struct LicenseKeys {
    opened: RwLock<Option<Arc<Keys>>>,
    /// Held while missing keys are made, so that requests that come together make them once.
    making: tokio::sync::Mutex<()>,
}

impl LicenseKeys {
    /// The keys; the first ones of an installation are made here.
    ///
    /// # Errors
    ///
    /// The store's, or those of a vault that does not open them.
    pub async fn get(&self, app: &App) -> Result<Arc<Keys>, Problem> {
        let known = self.opened.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(keys) = known {
            return Ok(keys);
        }
        self.load(app).await
    }

    /// Reads them anew, as another node may have changed them.
    ///
    /// # Errors
    ///
    /// As [`LicenseKeys::get`].
    pub async fn load(&self, app: &App) -> Result<Arc<Keys>, Problem> {
        let keys = match open(app).await? {
            Some(keys) => keys,
            None => self.make(app).await?,
        };
        let keys = Arc::new(keys);
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Some(keys.clone());
        Ok(keys)
    }

    async fn make(&self, app: &App) -> Result<Keys, Problem> {
        let _making = self.making.lock().await;
        // Somebody may have made them while this one waited.
        if let Some(keys) = open(app).await? {
            return Ok(keys);
        }
        match make_missing(app).await {
            // Another node was first; its keys are as good.
            Err(problem) if problem.code != "changed_elsewhere" => return Err(problem),
            _ => {}
        }
        open(app).await?.ok_or_else(|| Problem::internal("no key signs certificates"))
    }
}

async fn open(app: &App) -> Result<Option<Keys>, Problem> {
    let (all, links, is_restored) =
        app.store.read(|conn| Ok::<_, StoreError>((rows::all(conn)?, rows::chain(conn)?, is_restored(conn)?))).await?;
    if is_restored {
        return Ok(None);
    }
    let (Some(newest), now) = (links.last(), app.clock.now()) else { return Ok(None) };
    let chain_number = u32::try_from(newest.number).map_err(Problem::internal)?;
    let (mut root, mut exchange) = (None, Vec::new());
    for row in &all {
        match row.purpose.as_str() {
            "root" => root = Some(SecretKey::from_seed(&*seed(app, row).await?).public()),
            "exchange" => exchange.push(InstallationSecret::from_seed(*seed(app, row).await?)),
            _ => {}
        }
    }
    let signer = match newest_signer(&all).filter(|row| row.not_after.timestamp() > now) {
        Some(row) => Some(SecretKey::from_seed(&*seed(app, row).await?)),
        None => None,
    };
    let (Some(root), Some(signer)) = (root, signer) else { return Ok(None) };
    let links: Vec<Vec<u8>> = links.iter().map(|link| link.link.clone()).collect();
    let chain = chain_file(&links).map_err(Problem::internal)?;
    let trust = Trust::in_root(root).follow_file(&chain).map_err(Problem::internal)?;
    Ok(Some(Keys { root, signer, exchange, chain_number, chain, trust }))
}

/// Whether this database was restored since its newest signer was made.
fn is_restored(conn: &mut Conn) -> Result<bool, StoreError> {
    let signed_in = settings::get(conn, SIGNER_EPOCH)?.and_then(|text| text.parse().ok()).unwrap_or(1);
    Ok(backup::epoch(conn)? != signed_in)
}

/// The signer that lasts longest: those before it were shortened when it was made.
fn newest_signer(keys: &[LicenseKeyRow]) -> Option<&LicenseKeyRow> {
    let sound = keys.iter().filter(|row| row.purpose == "signer" && row.compromised_at.is_none());
    sound.max_by_key(|row| row.not_after)
}

async fn seed(app: &App, row: &LicenseKeyRow) -> Result<Zeroizing<[u8; 32]>, Problem> {
    let sealed = Sealed { data_key: row.data_key_id.0, bytes: row.sealed.clone() };
    let seed = app.unseal(Purpose::SigningKey, &aad(&row.id), &sealed).await.map_err(Problem::internal)?;
    let seed: [u8; 32] = seed.as_slice().try_into().map_err(|_| Problem::internal("a damaged seed"))?;
    Ok(Zeroizing::new(seed))
}

fn aad(id: &str) -> Vec<u8> {
    format!("license_key:{id}").into_bytes()
}

/// A key made now, not stored yet.
fn made(app: &App, purpose: &'static str, now: Timestamp) -> Result<(LicenseKeyRow, Zeroizing<[u8; 32]>), Problem> {
    let seed = Zeroizing::new(app.entropy.bytes::<32>());
    let public = match purpose {
        "exchange" => *InstallationSecret::from_seed(*seed).public().as_bytes(),
        _ => *SecretKey::from_seed(&seed).public().as_bytes(),
    };
    let id = HEXLOWER.encode(PublicKey::from_bytes(public).id().as_bytes());
    let sealed = app.vault.seal(Purpose::SigningKey, &aad(&id), &*seed, &*app.entropy).map_err(Problem::internal)?;
    let from = moment(now);
    let row = LicenseKeyRow {
        id,
        purpose: purpose.to_owned(),
        public_key: public.to_vec(),
        data_key_id: Id(sealed.data_key),
        sealed: sealed.bytes,
        not_before: utc(from),
        not_after: utc(from.plus_days(SIGNER_DAYS)),
        compromised_at: None,
        created_at: now.into(),
    };
    Ok((row, seed))
}

/// The first keys of an installation, or another signer: after a restore, and when the last one ended unnoticed, as
/// after years of rest.
async fn make_missing(app: &App) -> Result<(), Problem> {
    if app.store.read(rows::newest_link).await?.is_some() {
        return put_signer(app, false).await.map(drop);
    }
    make_first(app).await
}

async fn make_first(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    let (root, root_seed) = made(app, "root", now)?;
    let keys = vec![root, made(app, "signer", now)?.0, made(app, "exchange", now)?.0];
    publish(app, &SecretKey::from_seed(&root_seed), Vec::new(), keys, Change::None).await
}

/// What else changes with a new link.
#[derive(Clone)]
enum Change {
    None,
    /// Signers that stop soon, or at once because others know them.
    Ends {
        ids: Vec<String>,
        not_after: Moment,
        is_compromised: bool,
    },
}

/// Changes the key that signs certificates. The one before goes on for a day, so that every node can follow; what
/// it signed stays good.
///
/// # Errors
///
/// The store's and the vault's; `changed_elsewhere` when another node was first.
pub async fn rotate(app: &App) -> Result<String, Problem> {
    change_signer(app, false).await
}

/// Changes the key and disowns every one before it: machines with a certificate of theirs refresh.
///
/// # Errors
///
/// As [`rotate`].
pub async fn replace_compromised(app: &App) -> Result<String, Problem> {
    change_signer(app, true).await
}

async fn change_signer(app: &App, is_compromised: bool) -> Result<String, Problem> {
    app.activation.keys.load(app).await?;
    let id = put_signer(app, is_compromised).await?;
    app.activation.keys.load(app).await?;
    Ok(id)
}

async fn put_signer(app: &App, is_compromised: bool) -> Result<String, Problem> {
    let now = app.clock.now();
    let known = app.store.read(rows::all).await?;
    let root = known.iter().rfind(|row| row.purpose == "root").ok_or_else(|| Problem::internal("no root"))?;
    let root = SecretKey::from_seed(&*seed(app, root).await?);
    let before: Vec<LicenseKeyRow> = known.into_iter().filter(|row| row.purpose == "signer").collect();
    // Moments have no fractions, and two signers of one second would both be good: that is harmless.
    let new = made(app, "signer", now)?.0;
    let ends_at = if is_compromised { moment(now) } else { moment(now).plus_days(OVERLAP_DAYS) };
    let in_force = before.iter().filter(|row| moment_of(row.not_after) > ends_at || is_compromised);
    let ids = in_force.filter(|row| row.compromised_at.is_none()).map(|row| row.id.clone()).collect();
    let id = new.id.clone();
    publish(app, &root, before, vec![new], Change::Ends { ids, not_after: ends_at, is_compromised }).await?;
    Ok(id)
}

/// Stores new keys with a link that lists all signers.
async fn publish(
    app: &App,
    root: &SecretKey,
    mut signers: Vec<LicenseKeyRow>,
    new: Vec<LicenseKeyRow>,
    change: Change,
) -> Result<(), Problem> {
    let now = app.clock.now();
    let after = app.store.read(rows::newest_link).await?.map_or(0, |link| link.number);
    if let Change::Ends { ids, not_after, is_compromised } = &change {
        for row in signers.iter_mut().filter(|row| ids.contains(&row.id)) {
            row.not_after = utc(*not_after);
            row.compromised_at = is_compromised.then(|| now.into());
        }
    }
    let ended = signers.clone();
    signers.extend(new.iter().filter(|row| row.purpose == "signer").cloned());
    // The newest sixteen: what older ones signed is refreshed long since.
    let keys = signers.iter().rev().take(16).map(entry).collect::<Result<Vec<_>, _>>()?;
    // The first link has a fixed number, so that two nodes cannot both make one. Later ones follow the clock, so
    // that numbers rise also after a restore.
    let number = match u64::try_from(after) {
        Ok(0) | Err(_) => 1,
        Ok(after) => perpetua_license::revocation::next_number(after, moment(now)),
    };
    let number = u32::try_from(number).map_err(Problem::internal)?;
    let link = Link { number, issued_at: moment(now), root: root.public(), previous_root: root.public(), keys };
    let link = link.sign(root, None).map_err(Problem::internal)?;
    let row = ChainRow { number: number.into(), link, is_root_change: false };
    app.store
        .write((new, row, ended, change), move |conn, (new, row, ended, change)| {
            if !rows::publish(conn, new, row, after)? {
                return Err(Problem::conflict("changed_elsewhere"));
            }
            let epoch = backup::epoch(conn)?;
            settings::set(conn, SIGNER_EPOCH, &epoch.to_string())?;
            if let Change::Ends { ids, .. } = change {
                for row in ended.iter().filter(|row| ids.contains(&row.id)) {
                    rows::limit_key(conn, &row.id, row.not_after, row.compromised_at)?;
                }
            }
            Ok(())
        })
        .await
        .or_else(|problem| {
            // The first keys of an installation may be made by two nodes at once; one of them is enough.
            if after == 0 && problem.code == "changed_elsewhere" { Ok(()) } else { Err(problem) }
        })
}

fn entry(row: &LicenseKeyRow) -> Result<SigningEntry, Problem> {
    let key: [u8; 32] = row.public_key.as_slice().try_into().map_err(|_| Problem::internal("a damaged key"))?;
    Ok(SigningEntry {
        key: PublicKey::from_bytes(key),
        not_before: moment_of(row.not_before),
        not_after: moment_of(row.not_after),
        standing: match row.compromised_at {
            None => KeyStanding::InForce,
            Some(_) => KeyStanding::Compromised,
        },
    })
}

/// Whether the present signer ends within this time, so that it should be changed.
pub async fn is_rotation_due(app: &App, before_end: SignedDuration) -> Result<bool, Problem> {
    let known = app.store.read(rows::all).await?;
    Ok(newest_signer(&known).is_some_and(|row| row.not_after.timestamp() - before_end <= app.clock.now()))
}
