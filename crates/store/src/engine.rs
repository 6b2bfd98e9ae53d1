//! How each engine runs writes.
//!
//! SQLite has one writer thread with group commit: it takes what waits, runs each closure in a
//! savepoint, commits once with `synchronous=FULL`, and only then answers all of them. PostgreSQL
//! runs each closure in a transaction of its own and runs it again after a serialization failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use diesel::prelude::*;
use diesel::result::Error as DieselError;

use crate::connection::{Conn, Purpose};
use crate::error::StoreError;
use crate::workers::{Job, Verdict};

/// Closures that share one commit at most.
const GROUP_MAX: usize = 64;
/// Runs of one closure before its conflict reaches the caller.
const RUNS_MAX: u32 = 12;
/// A closure that takes longer is logged (design §5).
const CLOSURE_BUDGET: Duration = Duration::from_millis(50);
/// How often the checkpointer looks.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(100);

/// What one transaction around a closure came to.
enum Undone {
    Refused,
    Again,
    Failed(StoreError),
}

impl From<DieselError> for Undone {
    fn from(error: DieselError) -> Self {
        let error = StoreError::from(error);
        if error.is_transient() { Self::Again } else { Self::Failed(error) }
    }
}

/// Runs the job in a transaction, or in a savepoint of the transaction that is already open.
fn attempt(conn: &mut Conn, job: &mut dyn Job, rehearse: bool) -> Result<(), Undone> {
    if rehearse {
        rehearse_once(conn, job)?;
    }
    let started = Instant::now();
    let outcome = conn.transaction(|conn| match job.run(conn) {
        Verdict::Keep => Ok(()),
        Verdict::Undo => Err(Undone::Refused),
        Verdict::Again => Err(Undone::Again),
        Verdict::Disconnected => Err(Undone::Failed(StoreError::Unavailable("the connection was lost".into()))),
    });
    let took = started.elapsed();
    if took > CLOSURE_BUDGET && !rehearse {
        tracing::warn!(took_ms = took.as_millis(), "a write held its transaction too long");
    }
    outcome
}

/// Runs the job and takes everything back: a closure that is not repeatable shows itself in tests.
fn rehearse_once(conn: &mut Conn, job: &mut dyn Job) -> Result<(), Undone> {
    let rolled_back: Result<(), Undone> = conn.transaction(|conn| {
        job.run(conn);
        Err(Undone::Refused)
    });
    match rolled_back {
        Err(Undone::Failed(error)) => Err(Undone::Failed(error)),
        _ => Ok(()),
    }
}

/// The writer of a SQLite file.
pub(crate) struct SqliteWriter {
    pub(crate) conn: Conn,
    pub(crate) rehearse: bool,
    pub(crate) commits: Arc<AtomicU64>,
}

impl SqliteWriter {
    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = jobs.recv() {
            let mut group = vec![first];
            group.extend(jobs.try_iter().take(GROUP_MAX - 1));
            self.commit_group(group);
        }
    }

    fn commit_group(&mut self, mut group: Vec<Box<dyn Job>>) {
        let rehearse = self.rehearse;
        let committed: Result<(), Undone> = self.conn.transaction(|conn| {
            for job in &mut group {
                if let Err(Undone::Failed(error)) = attempt(conn, job.as_mut(), rehearse) {
                    return Err(Undone::Failed(error));
                }
            }
            Ok(())
        });
        self.commits.fetch_add(1, Ordering::Relaxed);
        match committed {
            Ok(()) => group.into_iter().for_each(|job| job.answer(None)),
            // A savepoint could not be undone, or the commit failed: nothing of the group stands,
            // so each closure runs again in a transaction of its own.
            Err(_) => group.into_iter().for_each(|job| self.commit_alone(job)),
        }
    }

    fn commit_alone(&mut self, mut job: Box<dyn Job>) {
        match attempt(&mut self.conn, job.as_mut(), false) {
            Ok(()) | Err(Undone::Refused | Undone::Again) => job.answer(None),
            Err(Undone::Failed(error)) => job.answer(Some(error)),
        }
    }
}

/// One of PostgreSQL's connections, for writes.
pub(crate) struct PostgresWriter {
    pub(crate) conn: Option<Conn>,
    pub(crate) url: String,
    pub(crate) rehearse: bool,
}

impl PostgresWriter {
    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(mut job) = jobs.recv() {
            let failure = self.commit(job.as_mut());
            job.answer(failure);
        }
    }

    fn commit(&mut self, job: &mut dyn Job) -> Option<StoreError> {
        for run in 0..RUNS_MAX {
            let rehearse = self.rehearse;
            let attempted = match self.connected() {
                Ok(conn) => attempt(conn, job, rehearse),
                Err(error) => return Some(error),
            };
            match attempted {
                Ok(()) | Err(Undone::Refused) => return None,
                Err(Undone::Again) => back_off(run),
                Err(Undone::Failed(error)) => {
                    // The connection's state is unknown; the next job gets a new one.
                    self.conn = None;
                    return Some(error);
                }
            }
        }
        Some(StoreError::Busy)
    }

    fn connected(&mut self) -> Result<&mut Conn, StoreError> {
        if self.conn.is_none() {
            self.conn = Some(Conn::postgres(&self.url, Purpose::Write)?);
        }
        self.conn.as_mut().ok_or(StoreError::Busy)
    }
}

/// Waits 0.5 ms × 2ⁿ, at most 64 ms, times a jitter that keeps two losers from meeting again.
fn back_off(run: u32) {
    let ceiling_us = 500_u64 << run.min(7);
    let spread = u64::from(Instant::now().elapsed().subsec_nanos()) ^ thread_noise();
    std::thread::sleep(Duration::from_micros(ceiling_us / 2 + spread % ceiling_us));
}

fn thread_noise() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(std::thread::current().id())
}

/// A reader of either engine.
pub(crate) struct Reader {
    pub(crate) conn: Option<Conn>,
    pub(crate) reconnect: Box<dyn Fn() -> Result<Conn, StoreError> + Send>,
}

impl Reader {
    /// Serves the queue until it is closed and empty.
    pub(crate) fn serve(mut self, jobs: &Receiver<Box<dyn Job>>) {
        while let Ok(mut job) = jobs.recv() {
            if self.conn.is_none() {
                match (self.reconnect)() {
                    Ok(conn) => self.conn = Some(conn),
                    Err(error) => {
                        job.answer(Some(error));
                        continue;
                    }
                }
            }
            let verdict = self.conn.as_mut().map(|conn| job.run(conn));
            if verdict == Some(Verdict::Disconnected) {
                self.conn = None;
            }
            job.answer(None);
        }
    }
}

/// Copies the write-ahead log back into the database on a connection of its own, so that no writer
/// waits for it.
pub(crate) struct Checkpointer {
    stop: Option<Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread.
    pub(crate) fn start(mut conn: Conn, commits: Arc<AtomicU64>) -> Self {
        let (stop, stopped) = bounded::<()>(1);
        let thread = std::thread::Builder::new().name("checkpoint".into()).spawn(move || {
            let mut seen = 0;
            while stopped.recv_timeout(CHECKPOINT_EVERY) == Err(RecvTimeoutError::Timeout) {
                let now = commits.load(Ordering::Relaxed);
                if now != seen {
                    seen = now;
                    checkpoint(&mut conn, "PRAGMA wal_checkpoint(PASSIVE)");
                }
            }
            checkpoint(&mut conn, "PRAGMA wal_checkpoint(TRUNCATE)");
        });
        Self { stop: Some(stop), thread: thread.ok() }
    }
}

fn checkpoint(conn: &mut Conn, pragma: &str) {
    if let Err(error) = diesel::sql_query(pragma).execute(conn) {
        tracing::warn!(%error, "checkpoint failed; it is tried again");
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
