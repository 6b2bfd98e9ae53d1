//! What can go wrong below the rules. Absence is an `Option`, never an error.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failure of the store itself.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer changed the row since it was read. The runner runs the closure again; it
    /// reaches the caller only when that did not help.
    #[error("another writer changed {table}")]
    Conflict {
        /// The table of the changed row.
        table: &'static str,
    },
    /// A unique index already holds the value.
    #[error("a row with this value exists already: {constraint}")]
    Duplicate {
        /// The violated constraint as the engine names it.
        constraint: String,
    },
    /// A copy of this request of the REST interface was first (I2).
    #[error("a copy of this request was first")]
    Claimed,
    /// More work waits than the queue may hold, or the lock was not had in time.
    #[error("the database is busy")]
    Busy,
    /// A row cannot be what the program wrote.
    #[error("{table} is inconsistent: {what}")]
    Inconsistent {
        /// The table in question.
        table: &'static str,
        /// What was found.
        what: String,
    },
    /// The database cannot be reached, or the commit's fate is unknown.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// The closure panicked; its transaction was rolled back.
    #[error("a write panicked")]
    Panicked,
    /// Any other error of the engine.
    #[error(transparent)]
    Database(DieselError),
}

impl StoreError {
    pub(crate) fn connect(error: &diesel::ConnectionError) -> Self {
        Self::Unavailable(error.to_string())
    }

    /// Whether running the same closure again may succeed.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Conflict { .. } => true,
            Self::Database(DieselError::DatabaseError(kind, details)) => {
                matches!(kind, DatabaseErrorKind::SerializationFailure)
                    || details.message().contains("deadlock detected")
                    || details.message().contains("could not serialize")
            }
            _ => false,
        }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, details) => Self::Duplicate {
                constraint: details.constraint_name().unwrap_or_else(|| details.message()).to_owned(),
            },
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, details) => {
                Self::Unavailable(details.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, details)
                if details.message().contains("database is locked") || details.message().contains("lock timeout") =>
            {
                Self::Busy
            }
            other => Self::Database(other),
        }
    }
}

/// The error of a closure: its own refusals, or a failure of the store.
pub trait OperationError: From<StoreError> + Send + 'static {
    /// The store's failure, if this is one; it decides whether the closure runs again.
    fn store_error(&self) -> Option<&StoreError>;
}

impl OperationError for StoreError {
    fn store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is neither `sqlite:PATH` nor `postgres://…`.
    #[error("database.url must be sqlite:PATH or postgres://…")]
    Url,
    /// Another process has the SQLite file open.
    #[error("another process uses {0}; one program at a time may open a SQLite database")]
    Locked(String),
    /// The folder or lock file could not be made.
    #[error("cannot prepare {path}: {source}")]
    File {
        /// The path in question.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The database holds a migration that this program does not know, or one that has changed.
    #[error("migration {number} ({name}) in the database does not match this program")]
    ForeignMigration {
        /// The migration's number.
        number: i64,
        /// Its name in the database.
        name: String,
    },
    /// Any other failure.
    #[error(transparent)]
    Store(#[from] StoreError),
}
