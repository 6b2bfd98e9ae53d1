//! A fresh store on either engine, and a table to write to: number series, which nothing else needs here.

use std::future::Future;
use std::sync::Arc;

use diesel::prelude::*;
use perpetua_store::schema::number_series;
use perpetua_store::{Conn, DatabaseUrl, Engine, Options, Store, StoreError};
use perpetua_test_support::postgres::{PostgresDatabase, fresh_database};
use tempfile::TempDir;

/// A database that goes away with this value.
pub struct Fresh {
    url: DatabaseUrl,
    _folder: TempDir,
    _postgres: Option<PostgresDatabase>,
}

impl Fresh {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db").display().to_string());
        Self { url, _folder: folder, _postgres: None }
    }

    /// `None` when there is no server and none is demanded.
    pub fn postgres() -> Option<Self> {
        let database = fresh_database()?;
        let url = DatabaseUrl::Postgres(database.url().to_owned());
        Some(Self { url, _folder: tempfile::tempdir().unwrap(), _postgres: Some(database) })
    }

    pub fn of(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::sqlite()),
            Engine::Postgres => Self::postgres(),
        }
    }

    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    pub fn open(&self) -> Arc<Store> {
        Arc::new(Store::open(&self.url, Options { readers: 2, writers: 8, rehearse: false }).unwrap())
    }
}

/// Runs a test on SQLite and, when there is a server, on PostgreSQL.
pub fn each<F, R>(body: F)
where
    F: Fn(Fresh) -> R,
    R: Future<Output = ()>,
{
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(fresh) = Fresh::of(engine) {
            eprintln!("on {engine:?}");
            block_on(body(fresh));
        }
    }
}

/// One thread, so that tasks reach the queue in the order in which they are made.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Lets every task that was just spawned hand its job over.
pub async fn let_all_queue() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

pub fn insert(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    let row = (number_series::name.eq(name), number_series::next.eq(1_i64), number_series::version.eq(1_i64));
    diesel::insert_into(number_series::table).values(row).execute(conn)?;
    Ok(())
}

pub fn names(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    Ok(number_series::table.order(number_series::name).select(number_series::name).load(conn)?)
}

pub fn next_of(conn: &mut Conn, name: &str) -> Result<i64, StoreError> {
    let row = number_series::table.filter(number_series::name.eq(name));
    Ok(row.select(number_series::next).first(conn)?)
}
