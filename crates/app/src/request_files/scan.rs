//! Scanning files by a program of the operator's choice, and forgetting files that were never sent.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use jiff::SignedDuration;
use object_store::ObjectStoreExt as _;
use perpetua_domain::file::FileState;
use perpetua_store::request_files::{self as rows, FileRow};

use super::{discard, path_of};
use crate::context::App;
use crate::problem::Problem;

/// How often the job looks.
pub const EVERY: Duration = Duration::from_secs(2);
/// Files that one round scans at most, one after another.
const AT_ONCE: i64 = 20;
/// The first pause after a scan that failed; each further one doubles it.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// The longest pause.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);
/// How long a file that was never sent is kept.
pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Files that one round forgets at most.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Clean,
    /// Something.
    Infected,
}

/// Looks into files. `outbound` fills it with a command of the operator.
pub trait Scanner: Send + Sync {
    /// Looks into one file, or says why it could not. The text goes to the log.
    fn scan<'a>(&'a self, content: BoxStream<'a, io::Result<Bytes>>) -> BoxFuture<'a, Result<Verdict, String>>;
}

/// Scans what waits; gives how many files were looked at.
///
/// # Errors
///
/// The store's.
pub async fn scan_due(app: &App) -> Result<usize, Problem> {
    let Some(scanner) = app.scanner.get().cloned() else { return Ok(0) };
    let now = app.real_clock.now();
    let waiting = app.store.read(move |conn| rows::to_scan(conn, now.into(), AT_ONCE)).await?;
    let count = waiting.len();
    for row in waiting {
        scan(app, &scanner, row).await?;
    }
    Ok(count)
}

async fn scan(app: &App, scanner: &Arc<dyn Scanner>, row: FileRow) -> Result<(), Problem> {
    let id = row.id.0;
    let found = match app.media.get(&path_of(id)).await {
        Ok(found) => scanner.scan(found.into_stream().map_err(io::Error::other).boxed()).await,
        Err(error) => Err(error.to_string()),
    };
    match found {
        Ok(verdict) => {
            let state = match verdict {
                Verdict::Clean => FileState::Clean,
                Verdict::Infected => FileState::Infected,
            };
            if verdict == Verdict::Infected {
                tracing::warn!(%id, "a scan found something in a file of a request; nobody can open it");
            }
            app.store
                .write((id, state), |conn, (id, state)| Ok::<_, Problem>(rows::settle(conn, *id, *state)?))
                .await?;
        }
        Err(error) => {
            tracing::error!(%error, %id, "a file could not be scanned; it is tried again");
            let doubled = u32::try_from(row.attempts.clamp(0, 16)).unwrap_or(16);
            let pause = PAUSE.saturating_mul(1 << doubled).min(PAUSE_MAX);
            let due = app.real_clock.now().saturating_add(pause).unwrap_or(jiff::Timestamp::MAX);
            let input = (id, row.attempts + 1, due);
            app.store
                .write(input, |conn, (id, attempts, due)| {
                    Ok::<_, Problem>(rows::scan_later(conn, *id, *attempts, (*due).into())?)
                })
                .await?;
        }
    }
    Ok(())
}

/// Removes files that were never sent, a day after they came; gives how many.
///
/// # Errors
///
/// The store's.
pub async fn forget_unsent(app: &App) -> Result<usize, Problem> {
    let before = app.clock.now().saturating_sub(FORGOTTEN_AFTER).unwrap_or(jiff::Timestamp::MIN);
    let old = app.store.read(move |conn| rows::forgotten(conn, before.into(), FORGOTTEN_AT_ONCE)).await?;
    let mut count = 0;
    for id in old {
        if app.store.write(id, |conn, id| Ok::<_, Problem>(rows::remove_unsent(conn, *id)?)).await? {
            discard(app, id).await;
            count += 1;
        }
    }
    Ok(count)
}
