//! The database as the program holds it.

use std::fs::{File, TryLockError};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::oneshot;

use crate::connection::{Conn, Purpose};
use crate::engine::{Checkpointer, PostgresWriter, Reader, SqliteWriter};
use crate::error::{OpenError, OperationError, StoreError};
use crate::migrate;
use crate::workers::{ReadJob, Workers, WriteJob};

/// Jobs that may wait for a writer or reader before callers are told that the database is busy.
const QUEUE_MAX: usize = 4_096;

/// Which engine serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Where the database is. The engine follows from the URL, not from a trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file, from `sqlite:PATH`.
    Sqlite(String),
    /// A server, from `postgres://…` or `postgresql://…`.
    Postgres(String),
}

impl DatabaseUrl {
    /// The engine that the URL names.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    fn connect(&self, purpose: Purpose) -> Result<Conn, StoreError> {
        match self {
            Self::Sqlite(path) => Conn::sqlite(path, purpose),
            Self::Postgres(url) => Conn::postgres(url, purpose),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(OpenError::Url) } else { Ok(Self::Sqlite(path.to_owned())) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(OpenError::Url)
    }
}

/// How many connections to hold, and whether to rehearse.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Read connections, 1 to 64.
    pub readers: usize,
    /// Write connections on PostgreSQL, 1 to 64; SQLite has one.
    pub writers: usize,
    /// Run each write once and take it back before running it for good; tests only.
    pub rehearse: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, writers: 12, rehearse: false }
    }
}

/// The open database. Dropping it finishes every accepted job first.
pub struct Store {
    // The order of fields is the order of stopping: writes, reads, checkpoint, lock.
    writers: Workers,
    readers: Workers,
    _checkpointer: Option<Checkpointer>,
    _lock: Option<File>,
    url: DatabaseUrl,
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    ///
    /// [`OpenError::Locked`] when another process has the SQLite file, and whatever the engine says.
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Self, OpenError> {
        let lock = match url {
            DatabaseUrl::Sqlite(path) => Some(lock_file(path)?),
            DatabaseUrl::Postgres(_) => None,
        };
        let mut conn = url.connect(Purpose::Write)?;
        migrate::run(&mut conn)?;
        let (writers, checkpointer) = Self::writers(url, conn, options)?;
        let mut readers = Vec::with_capacity(options.readers);
        for _ in 0..options.readers {
            let again = url.clone();
            let reconnect = Box::new(move || again.connect(Purpose::Read));
            readers.push(Reader { conn: Some(url.connect(Purpose::Read)?), reconnect });
        }
        let readers = Workers::start("read", QUEUE_MAX, readers, |reader: Reader, jobs| reader.serve(jobs));
        Ok(Self { writers, readers, _checkpointer: checkpointer, _lock: lock, url: url.clone() })
    }

    fn writers(url: &DatabaseUrl, conn: Conn, options: Options) -> Result<(Workers, Option<Checkpointer>), OpenError> {
        let rehearse = options.rehearse;
        match url {
            DatabaseUrl::Sqlite(_) => {
                let commits = Arc::new(AtomicU64::new(0));
                let checkpointer = Checkpointer::start(url.connect(Purpose::Write)?, commits.clone());
                let writer = SqliteWriter { conn, rehearse, commits };
                let workers =
                    Workers::start("write", QUEUE_MAX, vec![writer], |writer: SqliteWriter, jobs| writer.serve(jobs));
                Ok((workers, Some(checkpointer)))
            }
            DatabaseUrl::Postgres(address) => {
                let mut first = Some(conn);
                let writers = (0..options.writers)
                    .map(|_| PostgresWriter { conn: first.take(), url: address.clone(), rehearse })
                    .collect();
                Ok((
                    Workers::start("write", QUEUE_MAX, writers, |writer: PostgresWriter, jobs| writer.serve(jobs)),
                    None,
                ))
            }
        }
    }

    /// Which engine serves.
    pub const fn engine(&self) -> Engine {
        self.url.engine()
    }

    /// Where the database is.
    pub const fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Runs `closure` in one transaction and answers after its commit.
    ///
    /// The closure may run again, so ids, time, keys and ciphertexts are part of `input`, and it
    /// touches nothing but the database. An `Err` rolls back.
    ///
    /// # Errors
    ///
    /// What the closure answered, or a [`StoreError`] turned into `E`.
    pub async fn write<I, T, E, F>(&self, input: I, closure: F) -> Result<T, E>
    where
        I: Send + 'static,
        T: Send + 'static,
        E: OperationError,
        F: Fn(&mut Conn, &I) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.writers.submit(Box::new(WriteJob { input, closure, result: None, reply }));
        answer.await.unwrap_or_else(|_| Err(StoreError::Busy.into()))
    }

    /// Runs `closure` on a connection that the engine itself keeps from writing.
    ///
    /// # Errors
    ///
    /// What the closure answered, or a [`StoreError`] turned into `E`.
    pub async fn read<T, E, F>(&self, closure: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: OperationError,
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.readers.submit(Box::new(ReadJob { closure: Some(closure), result: None, reply }));
        answer.await.unwrap_or_else(|_| Err(StoreError::Busy.into()))
    }
}

/// Holds `PATH.lock` for the life of the process, so that a second one is refused.
fn lock_file(path: &str) -> Result<File, OpenError> {
    let path = format!("{path}.lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| OpenError::File { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(path)),
        Err(TryLockError::Error(source)) => Err(OpenError::File { path, source }),
    }
}
