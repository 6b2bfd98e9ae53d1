//! Changing keys at rest while the installation runs (design §7).
//!
//! [`rotate_master`] wraps all data keys by a new master key in one transaction. [`rotate_data_keys`]
//! makes a new data key for product keys and one for their look-up, and a job then seals and hashes
//! every product key anew, in chunks that can be interrupted anywhere: its cursor stands in the
//! database, and until the end both keys open and find. Data keys are never deleted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::id::{DataKeyId, JobId, ProductKeyId};
use perpetua_store::rotation::{self as rows, JobRow, ResealRow};
use perpetua_store::{Id, StoreError, secrets};
use uuid::Uuid;

use crate::context::App;
use crate::entropy::{Entropy, EntropyExt as _};
use crate::problem::Problem;
use crate::startup::{StartError, add_data_key};
use crate::vault::{MasterKey, MasterKeyError, Purpose, Sealed, Vault, row_aad};

/// Keys that one chunk seals anew.
const CHUNK: i64 = 200;
/// How often an unfinished job is looked for.
pub const EVERY: Duration = Duration::from_secs(30);
const LEASE: SignedDuration = SignedDuration::from_secs(60);
const JOB_KIND: &str = "reseal_product_keys";

/// Wraps all data keys by another master key, in one transaction. What they sealed stays as it is.
/// No other process may run on this database meanwhile: it could add a data key under the old one.
///
/// # Errors
///
/// `conflict` when the database holds a data key that this process does not know.
pub async fn rotate_master(app: &App, new: &MasterKey) -> Result<usize, Problem> {
    let wrapped = app.vault.rewrap(new, &*app.entropy);
    let rows: Vec<_> = wrapped.into_iter().map(|key| (key.id, key.wrapped)).collect();
    app.store
        .write(rows, |conn, rows| {
            let known = secrets::data_keys(conn)?.len();
            let mut changed = 0;
            for (id, wrapped) in rows {
                changed += rows::rewrap(conn, *id, wrapped)?;
            }
            if changed == known { Ok(changed) } else { Err(Problem::conflict("changed_elsewhere")) }
        })
        .await
}

/// Changes the master key in its file. The new key is written beside it first and takes its place
/// last, so that at every moment one of the two opens the database; see [`load_master`].
///
/// # Errors
///
/// Those of [`rotate_master`], and `internal` when the files cannot be written.
pub async fn rotate_master_file(app: &App, path: &Path) -> Result<usize, Problem> {
    let new = MasterKey::generate(&*app.entropy);
    let beside = beside(path);
    new.save_new(&beside).map_err(Problem::internal)?;
    let changed = rotate_master(app, &new).await;
    let settled = if changed.is_ok() { std::fs::rename(&beside, path) } else { std::fs::remove_file(&beside) };
    settled.map_err(Problem::internal)?;
    changed
}

/// Reads the master key of an installation, making it at the first start. When a change of master
/// keys was interrupted, the one of the two files that opens the data keys stays.
///
/// # Errors
///
/// Those of the files and of the database; a key that opens nothing is found when the vault opens.
pub async fn load_master(
    store: &perpetua_store::Store,
    path: &Path,
    entropy: &dyn Entropy,
) -> Result<MasterKey, LoadError> {
    let present = MasterKey::load_or_create(path, entropy)?;
    let beside = beside(path);
    if !beside.exists() {
        return Ok(present);
    }
    let wrapped = crate::startup::wrapped_data_keys(store).await?;
    let next = MasterKey::load(&beside)?;
    if Vault::open(next.clone(), &wrapped).is_ok() && Vault::open(present.clone(), &wrapped).is_err() {
        std::fs::rename(&beside, path).map_err(MasterKeyError::File)?;
        return Ok(next);
    }
    std::fs::remove_file(&beside).map_err(MasterKeyError::File)?;
    Ok(present)
}

/// Why there is no master key to open an installation with.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The key file.
    #[error(transparent)]
    Key(#[from] MasterKeyError),
    /// The database.
    #[error(transparent)]
    Start(#[from] StartError),
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Makes new data keys for product keys and their look-up, and the job that moves every key to them.
///
/// # Errors
///
/// `rotation_runs` while an earlier one is unfinished.
pub async fn rotate_data_keys(app: &App) -> Result<JobId, Problem> {
    if app.store.read(|conn| rows::open_job(conn, JOB_KIND)).await?.is_some() {
        return Err(Problem::conflict("rotation_runs"));
    }
    for purpose in [Purpose::ProductKey, Purpose::LookUp] {
        let made = add_data_key(&app.store, &app.vault, purpose, &*app.real_clock, &*app.entropy).await;
        made.map_err(Problem::internal)?;
    }
    let target = Target {
        seal: app.vault.newest(Purpose::ProductKey).map_err(Problem::internal)?,
        look_up: app.vault.newest(Purpose::LookUp).map_err(Problem::internal)?,
    };
    let now = app.real_clock.now();
    let id = JobId::new(app.entropy.uuid(now));
    let input = (id, now, target);
    app.store
        .write(input, |conn, (id, now, target)| {
            if rows::open_job(conn, JOB_KIND)?.is_some() {
                return Err(Problem::conflict("rotation_runs"));
            }
            let total = rows::remaining(conn, target.seal, target.look_up)?;
            Ok(rows::insert_job(conn, &JobRow::new(*id, JOB_KIND, target.text(), total, (*now).into()))?)
        })
        .await?;
    Ok(id)
}

/// The data keys to which a job moves.
#[derive(Debug, Clone, Copy)]
struct Target {
    seal: DataKeyId,
    look_up: DataKeyId,
}

impl Target {
    fn text(self) -> String {
        format!("{} {}", self.seal, self.look_up)
    }

    fn parse(text: &str) -> Option<Self> {
        let (seal, look_up) = text.split_once(' ')?;
        Some(Self { seal: seal.parse().ok()?, look_up: look_up.parse().ok()? })
    }
}

/// Seals one chunk of keys anew, if a job is open and no other node works on it; `true` while more
/// remains to do.
pub async fn step(app: &App, node: Uuid) -> Result<bool, Problem> {
    step_of(app, node, CHUNK).await
}

/// As [`step`], with chunks of at most `limit` keys.
pub async fn step_of(app: &App, node: Uuid, limit: i64) -> Result<bool, Problem> {
    if app.store.read(|conn| rows::open_job(conn, JOB_KIND)).await?.is_none() {
        return Ok(false);
    }
    let Some(job) = claim(app, node).await? else { return Ok(false) };
    // The new data keys may have been made by another node.
    let wrapped = crate::startup::wrapped_data_keys(&app.store).await.map_err(Problem::internal)?;
    app.vault.learn(&wrapped).map_err(Problem::internal)?;
    let target = Target::parse(&job.subject_id).ok_or_else(|| Problem::internal("a job without target"))?;
    let after = job.cursor.parse::<ProductKeyId>().ok();
    let found = app.store.read(move |conn| rows::keys_to_move(conn, target.seal, target.look_up, after, limit)).await?;
    if found.is_empty() {
        return finish_pass(app, job, target).await;
    }
    let moved = found.iter().map(|row| reseal(app, row, target)).collect::<Result<Vec<_>, _>>();
    match moved {
        Ok(moved) => store_chunk(app, job, moved).await.map(|()| true),
        Err(problem) => fail(app, job, problem).await,
    }
}

async fn claim(app: &App, node: Uuid) -> Result<Option<JobRow>, StoreError> {
    let now = app.real_clock.now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    app.store
        .write((node, now, until), |conn, (node, now, until): &(Uuid, Timestamp, Timestamp)| {
            rows::claim_job(conn, JOB_KIND, *node, (*now).into(), (*until).into())
        })
        .await
}

fn reseal(app: &App, row: &ResealRow, target: Target) -> Result<ResealRow, Problem> {
    let damaged = |error| Problem::internal(format!("product key {}: {error}", row.id.0));
    let aad = row_aad("product_key", "sealed", row.id.0.uuid());
    let old = Sealed { data_key: row.data_key_id.0, bytes: row.sealed.clone() };
    let text = app.vault.open_sealed(Purpose::ProductKey, &aad, &old).map_err(damaged)?;
    let new = app.vault.seal(Purpose::ProductKey, &aad, &text, &*app.entropy).map_err(damaged)?;
    let hash = app.vault.lookup_hash(target.look_up, &text).map_err(damaged)?;
    Ok(ResealRow {
        data_key_id: Id(new.data_key),
        sealed: new.bytes,
        lookup_key_id: Id(target.look_up),
        lookup_hash: hash.to_vec(),
        ..row.clone()
    })
}

async fn store_chunk(app: &App, job: JobRow, moved: Vec<ResealRow>) -> Result<(), Problem> {
    let moved = app
        .store
        .write((job, moved), |conn, (job, moved)| {
            // A key that changed meanwhile is left for the next pass.
            let mut count = 0;
            for row in moved {
                count += rows::move_key(conn, row)?;
            }
            let cursor = moved.last().map(|row| row.id.0.to_string()).unwrap_or_default();
            rows::advance_job(conn, job, &cursor, i64::try_from(count).unwrap_or(0))
        })
        .await;
    Ok(moved?)
}

/// At the end of the table: once more from its beginning when keys remain, otherwise done.
async fn finish_pass(app: &App, job: JobRow, target: Target) -> Result<bool, Problem> {
    let now = app.real_clock.now();
    let done = app
        .store
        .write((job, target, now), |conn, (job, target, now)| {
            if rows::remaining(conn, target.seal, target.look_up)? > 0 {
                rows::advance_job(conn, job, "", 0)?;
                return Ok::<_, StoreError>(false);
            }
            for (purpose, newest) in [(Purpose::ProductKey, target.seal), (Purpose::LookUp, target.look_up)] {
                rows::retire_before(conn, purpose.word(), newest, (*now).into())?;
            }
            rows::finish_job(conn, job, "done", "", (*now).into())?;
            Ok(true)
        })
        .await?;
    Ok(!done)
}

async fn fail(app: &App, job: JobRow, problem: Problem) -> Result<bool, Problem> {
    let now = app.real_clock.now();
    let why = problem.private_source().unwrap_or_default();
    let input = (job, why, now);
    app.store.write(input, |conn, (job, why, now)| rows::finish_job(conn, job, "failed", why, (*now).into())).await?;
    Err(problem)
}
