//! The revocation list: published when something was revoked, at most once a minute, and at least once a day.
//!
//! A list is every revocation up to its number, so it is composed again from rows by any node, and only its signed
//! head is stored. Waiting entries are collected in chunks; then the head is signed outside of any transaction.
//! Numbers follow the clock, so that they rise also after a restore, and a restored installation publishes at once.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::SignedDuration;
use perpetua_license::chain::Trust;
use perpetua_license::revocation::{self, Entry, HEAD_BYTES, List, Reason, Tag, delta};
use perpetua_store::StoreError;
use perpetua_store::revocations::{self as rows, ListRow};

use super::facts::{moment_of, utc};
use super::moment;
use crate::context::App;
use crate::problem::Problem;

/// How often a node looks whether a list is due.
pub const EVERY: Duration = Duration::from_secs(10);
/// Least time between two lists.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// A new list is made by then, revocations or not.
const LIFE_DAYS: u32 = 1;
/// How often one round tries to sign a list into which entries still come.
const ATTEMPTS: usize = 3;
/// From so many of the newest lists there is a delta; whoever comes from an older one gets the whole list.
const DELTAS_MAX: usize = 32;

/// A list as it is served: a copy shares its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub number: u64,
    /// Head and body.
    pub bytes: Bytes,
}

/// The newest list that this process knows, and deltas that lead to it.
#[derive(Default)]
pub struct Lists {
    known: Mutex<Known>,
    /// Held while a list or a delta is made, so that requests that come together make it once.
    making: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    newest: Option<Published>,
    /// Heads of the lists before the newest one.
    bases: Vec<ListRow>,
    deltas: Vec<(u64, Bytes)>,
}

impl Lists {
    /// The number of the newest list that this process knows; 0 before there is one.
    pub fn number(&self) -> u64 {
        self.known(|known| known.newest.as_ref().map_or(0, |list| list.number))
    }

    /// The newest list; the first one is made here.
    ///
    /// # Errors
    ///
    /// The store's and the vault's.
    pub async fn newest(&self, app: &App) -> Result<Published, Problem> {
        if let Some(list) = self.known(|known| known.newest.clone()) {
            return Ok(list);
        }
        let _making = self.making.lock().await;
        if let Some(list) = self.known(|known| known.newest.clone()) {
            return Ok(list);
        }
        publish_due(app).await?;
        self.known(|known| known.newest.clone()).ok_or_else(|| Problem::internal("no revocation list"))
    }

    /// The delta from one of the lists before the newest one to it; `None` from any other number. Numbers of which
    /// nothing is known cost no query.
    ///
    /// # Errors
    ///
    /// As [`Lists::newest`].
    pub async fn since(&self, app: &App, number: u64) -> Result<Option<Bytes>, Problem> {
        self.newest(app).await?;
        let kept = |known: &mut Known| known.deltas.iter().find(|(base, _)| *base == number).map(|(_, d)| d.clone());
        if let Some(delta) = self.known(kept) {
            return Ok(Some(delta));
        }
        if self.known(|known| known.base(number)).is_none() {
            return Ok(None);
        }
        let _making = self.making.lock().await;
        // Somebody may have made it while this one waited, or another list may be the newest by now.
        if let Some(delta) = self.known(kept) {
            return Ok(Some(delta));
        }
        let (base, newest) = self.known(|known| (known.base(number), known.newest.clone()));
        let (Some(base), Some(newest)) = (base, newest) else { return Ok(None) };
        let base = compose(app, &base).await?;
        let trust = app.activation.keys.get(app).await?.trust().clone();
        let made = tokio::task::spawn_blocking(move || (newest.number, between(&base, &newest.bytes, &trust)));
        let (to, made) = made.await.map_err(Problem::internal)?;
        let Some(made) = made.map(Bytes::from) else { return Ok(None) };
        self.known(|known| {
            if known.newest.as_ref().is_some_and(|list| list.number == to) {
                known.deltas.push((number, made.clone()));
            }
        });
        Ok(Some(made))
    }

    fn known<T>(&self, with: impl FnOnce(&mut Known) -> T) -> T {
        with(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn learn(&self, list: Published, bases: Vec<ListRow>) {
        self.known(|known| {
            if known.newest.as_ref().is_none_or(|newest| newest.number < list.number) {
                *known = Known { newest: Some(list), bases, deltas: Vec::new() };
            }
        });
    }
}

impl Known {
    fn base(&self, number: u64) -> Option<ListRow> {
        self.bases.iter().find(|list| list.number.cast_unsigned() == number).cloned()
    }
}

fn between(base: &[u8], next: &[u8], trust: &Trust) -> Option<Vec<u8>> {
    let (base, next) = (List::open(base, trust).ok()?, List::open(next, trust).ok()?);
    Some(delta::between(&base, &next))
}

/// Makes a list if one is due, finishes one that was begun, and learns what other nodes published. Run often.
///
/// # Errors
///
/// The store's and the vault's.
pub async fn publish_due(app: &App) -> Result<(), Problem> {
    let now = app.clock.now();
    let (newest, is_waiting, epoch) = app
        .store
        .read(|conn| Ok::<_, StoreError>((rows::newest(conn)?, rows::is_waiting(conn)?, crate::backup::epoch(conn)?)))
        .await?;
    let open = match newest {
        Some(list) if list.head.is_empty() => Some(list),
        Some(list) => {
            let is_old = list.next_at.timestamp() <= now || list.epoch != epoch;
            let may = now.duration_since(list.issued_at.timestamp()) >= PAUSE;
            if is_old || (is_waiting && may) { begin(app, list.number, epoch).await? } else { None }
        }
        None => begin(app, 0, epoch).await?,
    };
    let Some(list) = open else { return learn(app).await };
    // Entries that come in while the list is read make it be read again; there is another round soon anyway.
    for _ in 0..ATTEMPTS {
        if finish(app, list.number).await? {
            break;
        }
    }
    learn(app).await
}

/// Begins a list; when another node was first, the one that it began.
async fn begin(app: &App, before: i64, epoch: i64) -> Result<Option<ListRow>, Problem> {
    let now = moment(app.clock.now());
    let number = revocation::next_number(u64::try_from(before).unwrap_or(0), now);
    let row = ListRow {
        number: i64::try_from(number).map_err(Problem::internal)?,
        issued_at: utc(now),
        next_at: utc(now.plus_days(LIFE_DAYS)),
        epoch,
        head: Vec::new(),
        version: 1,
    };
    let begun = app.store.write((row.clone(), before), |conn, (row, before)| rows::begin(conn, row, *before)).await?;
    if begun { Ok(Some(row)) } else { Ok(app.store.read(rows::newest).await?.filter(|list| list.head.is_empty())) }
}

/// Collects what waits, then signs; whether the list is signed now. Another node may do the same: the first one to sign
/// wins, with the same content.
async fn finish(app: &App, number: i64) -> Result<bool, Problem> {
    while app.store.write(number, |conn, number| rows::collect(conn, *number)).await? > 0 {}
    let found = app.store.read(rows::newest).await?.filter(|list| list.number == number && list.head.is_empty());
    let Some(list) = found else { return Ok(true) };
    let entries = entries(app, number).await?;
    let keys = app.activation.keys.get(app).await?;
    let (issued_at, next_at) = (moment_of(list.issued_at), moment_of(list.next_at));
    let signed = tokio::task::spawn_blocking(move || {
        revocation::sign_list(entries, number.cast_unsigned(), issued_at, next_at, keys.signer())
    });
    let bytes = signed.await.map_err(Problem::internal)?.map_err(Problem::internal)?;
    let head = bytes[..HEAD_BYTES].to_vec();
    let input = (list.version, head);
    Ok(app.store.write(input, move |conn, (version, head)| rows::sign(conn, number, *version, head)).await?)
}

async fn learn(app: &App) -> Result<(), Problem> {
    let count = i64::try_from(DELTAS_MAX).map_err(Problem::internal)? + 1;
    let mut signed = app.store.read(move |conn| rows::newest_signed(conn, count)).await?.into_iter();
    let newest = signed.next().filter(|row| row.number.cast_unsigned() > app.activation.lists.number());
    if let Some(row) = newest {
        let bytes = compose(app, &row).await?.into();
        app.activation.lists.learn(Published { number: row.number.cast_unsigned(), bytes }, signed.collect());
    }
    Ok(())
}

/// Head and body of a list, from its rows.
async fn compose(app: &App, list: &ListRow) -> Result<Vec<u8>, Problem> {
    let number = list.number;
    let rows = app.store.read(move |conn| rows::entries(conn, number)).await?;
    let mut bytes = list.head.clone();
    for (tag, reason) in rows {
        bytes.extend_from_slice(&tag);
        bytes.push(u8::try_from(reason).unwrap_or(u8::MAX));
    }
    Ok(bytes)
}

async fn entries(app: &App, number: i64) -> Result<Vec<Entry>, Problem> {
    let rows = app.store.read(move |conn| rows::entries(conn, number)).await?;
    let entry = |(tag, reason): (Vec<u8>, i64)| {
        let tag = tag.try_into().map_err(|_| Problem::internal("a damaged tag"))?;
        let reason = Reason::from_number(u8::try_from(reason).unwrap_or(u8::MAX));
        Ok(Entry { tag: Tag::from_bytes(tag), reason })
    };
    rows.into_iter().map(entry).collect()
}
