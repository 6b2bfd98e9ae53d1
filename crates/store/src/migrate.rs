//! The migration runner.
//!
//! Each migration is written once, with tokens for the few words in which the engines differ, so
//! the two schemas cannot drift apart. Migrations never change once released; they expand, migrate
//! and contract, so that the program before and the program after run together on one database.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::connection::Conn;
use crate::error::{OpenError, StoreError};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its place, from 1 without gaps.
    pub number: i64,
    /// Its name, as in the file's name.
    pub name: &'static str,
    /// The statements, with tokens.
    sql: &'static str,
}

impl Migration {
    /// The statements, with tokens for the words in which the engines differ.
    pub const fn sql(&self) -> &'static str {
        self.sql
    }
}

macro_rules! migrations {
    ($($number:literal $digits:literal $name:literal),+ $(,)?) => {
        /// Every migration, oldest first.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../migrations/", $digits, "_", $name, ".sql")),
        }),+];
    };
}

migrations! {
    1 "0001" "tenants_and_people",
    2 "0002" "records_and_jobs",
    3 "0003" "catalog",
    4 "0004" "orders",
    5 "0005" "keys_and_links",
    6 "0006" "requests_and_credits",
    7 "0007" "form_tokens",
    8 "0008" "api",
    9 "0009" "subscriptions",
    10 "0010" "billing",
    11 "0011" "support",
    12 "0012" "api_carts",
    14 "0014" "billing_contact",
    15 "0015" "activation",
    16 "0016" "desk",
    17 "0017" "renewals",
    18 "0018" "mail",
    19 "0019" "retention",
    20 "0020" "proof_and_lookups",
    21 "0021" "fleet",
    23 "0023" "request_files",
    24 "0024" "hand_overs_and_answers",
    25 "0025" "replaced_keys",
    26 "0026" "leak_watch",
    31 "0031" "document_parties",
    32 "0032" "personal_data",
    33 "0033" "fleet_generations",
    34 "0034" "mentions",
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Brings the database up to date and returns how many migrations were applied.
///
/// # Errors
///
/// [`OpenError::ForeignMigration`] when the database was made by another line of the program.
pub(crate) fn run(conn: &mut Conn) -> Result<usize, OpenError> {
    let table = render(
        "CREATE TABLE IF NOT EXISTS schema_migration \
         (number {INT} NOT NULL PRIMARY KEY, name {TEXT} NOT NULL) {TABLE}",
        conn,
    );
    conn.batch_execute(&table).map_err(StoreError::from)?;
    let applied: Vec<Applied> = diesel::sql_query("SELECT number, name FROM schema_migration ORDER BY number")
        .load(conn)
        .map_err(StoreError::from)?;
    for (index, row) in applied.iter().enumerate() {
        let known = MIGRATIONS.get(index);
        if known.is_none_or(|known| known.number != row.number || known.name != row.name) {
            return Err(OpenError::ForeignMigration { number: row.number, name: row.name.clone() });
        }
    }
    let missing = &MIGRATIONS[applied.len()..];
    for migration in missing {
        apply(conn, migration)?;
    }
    Ok(missing.len())
}

fn apply(conn: &mut Conn, migration: &Migration) -> Result<(), StoreError> {
    let sql = render(migration.sql, conn);
    conn.transaction(|conn| {
        conn.batch_execute(&sql)?;
        conn.batch_execute(&format!(
            "INSERT INTO schema_migration (number, name) VALUES ({}, '{}')",
            migration.number, migration.name
        ))?;
        Ok(())
    })
}

fn render(sql: &str, conn: &Conn) -> String {
    let words = match conn {
        Conn::Sqlite(_) => [
            ("{BYTES}", "BLOB"),
            ("{INT}", "INTEGER"),
            ("{TEXT}", "TEXT"),
            ("{BOOL}", "INTEGER"),
            ("{TABLE}", "STRICT, WITHOUT ROWID"),
        ],
        Conn::Postgres(_) => [
            ("{BYTES}", "BYTEA"),
            ("{INT}", "BIGINT"),
            // Byte order, as in SQLite; people's order comes from the collation key columns.
            ("{TEXT}", "TEXT COLLATE \"C\""),
            ("{BOOL}", "BOOLEAN"),
            ("{TABLE}", ""),
        ],
    };
    words.iter().fold(sql.to_owned(), |sql, (token, word)| sql.replace(token, word))
}
