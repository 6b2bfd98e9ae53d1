//! One connection to either engine.

use diesel::{Connection as _, MultiConnection, PgConnection, RunQueryDsl as _, SqliteConnection};

use crate::error::StoreError;

/// A connection to either engine, inside the transaction that the runner opened.
#[derive(MultiConnection)]
pub enum Conn {
    /// Embedded SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Write,
    Read,
}

impl Conn {
    /// Opens a SQLite file. Readers are refused every write by the engine itself.
    pub(crate) fn sqlite(path: &str, purpose: Purpose) -> Result<Self, StoreError> {
        let mut conn = SqliteConnection::establish(path).map_err(|error| StoreError::connect(&error))?;
        let pragmas: &[&str] = match purpose {
            Purpose::Write => &[
                "PRAGMA busy_timeout = 10000",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA wal_autocheckpoint = 0",
                "PRAGMA foreign_keys = ON",
                "PRAGMA cache_size = -32768",
                "PRAGMA temp_store = MEMORY",
            ],
            Purpose::Read => &[
                "PRAGMA busy_timeout = 10000",
                "PRAGMA query_only = ON",
                "PRAGMA cache_size = -8192",
                "PRAGMA temp_store = MEMORY",
                "PRAGMA mmap_size = 268435456",
            ],
        };
        for pragma in pragmas {
            diesel::sql_query(*pragma).execute(&mut conn)?;
        }
        Ok(Self::Sqlite(conn))
    }

    /// Connects to PostgreSQL. Readers are refused every write by the server.
    pub(crate) fn postgres(url: &str, purpose: Purpose) -> Result<Self, StoreError> {
        let mut conn = PgConnection::establish(url).map_err(|error| StoreError::connect(&error))?;
        let mut settings = vec!["SET TIME ZONE 'UTC'", "SET lock_timeout = '10s'", "SET statement_timeout = '60s'"];
        if purpose == Purpose::Read {
            settings.push("SET default_transaction_read_only = on");
        }
        for setting in settings {
            diesel::sql_query(setting).execute(&mut conn)?;
        }
        Ok(Self::Postgres(conn))
    }
}
