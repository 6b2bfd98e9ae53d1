//! A PostgreSQL database of its own for each test.
//!
//! `cargo xtask test` starts a server and names it in `PERPETUA_TEST_POSTGRES_URL`. Without that variable tests on
//! PostgreSQL are left out with a line on standard error, unless `CI` or `PERPETUA_TEST_REQUIRE_POSTGRES` is set: then
//! leaving them out would be a false success, and they fail.

#![expect(clippy::print_stderr, reason = "whoever runs the tests must read what was left out")]

use diesel::connection::SimpleConnection as _;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _};
use std::hash::{BuildHasher as _, Hasher as _};

/// The administrator's URL of the server.
const URL: &str = "PERPETUA_TEST_POSTGRES_URL";

/// Makes absence of the server a failure, when set.
const REQUIRED: &[&str] = &["CI", "PERPETUA_TEST_REQUIRE_POSTGRES"];

/// Serializes making templates among all test processes; any number will do.
const TEMPLATE_LOCK: i64 = 0x7065_7270;

/// A database that lives as long as this value; dropping it ends its connections and deletes it.
#[derive(Debug)]
pub struct PostgresDatabase {
    server: String,
    name: String,
    url: String,
}

impl PostgresDatabase {
    /// The URL of this database, `postgres://…`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for PostgresDatabase {
    /// A database that cannot be deleted goes with the server, so failing here would only hide the test's own end.
    fn drop(&mut self) {
        if let Ok(mut server) = PgConnection::establish(&self.server) {
            let deleted = server.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
            if let Err(error) = deleted {
                eprintln!("the test database {} stays: {error}", self.name);
            }
        }
    }
}

/// Makes an empty database; `None` when there is no server and none is demanded.
///
/// # Panics
///
/// When the server cannot be used, or is missing although it is demanded.
pub fn fresh_database() -> Option<PostgresDatabase> {
    let server = server_url()?;
    let mut connection = connect(&server);
    Some(create(&mut connection, &server, "template0"))
}

/// Makes a database that is a copy of the template `name`, which the first caller fills by `prepare` (given its URL).
///
/// Use it to run migrations once per server instead of once per test. `prepare` must close its connections, and `name`
/// (lower-case letters, digits, `_`) must change when the content does, for example by a hash of the migrations.
///
/// # Panics
///
/// As [`fresh_database`].
pub fn fresh_database_like(name: &str, prepare: impl FnOnce(&str)) -> Option<PostgresDatabase> {
    let server = server_url()?;
    let mut connection = connect(&server);
    run(&mut connection, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"));
    let exists = sql::<Bool>(&format!("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{name}')"));
    if !exists.get_result::<bool>(&mut connection).expect("the server lists its databases") {
        // Filled under another name first, so that a crash in between leaves no half-filled template behind.
        let draft = create(&mut connection, &server, "template0");
        prepare(draft.url());
        run(&mut connection, &format!("ALTER DATABASE {} RENAME TO {name}", draft.name));
    }
    run(&mut connection, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})"));
    Some(create(&mut connection, &server, name))
}

fn server_url() -> Option<String> {
    let url = std::env::var_os(URL).and_then(|url| url.into_string().ok()).filter(|url| !url.is_empty());
    if url.is_none() {
        let is_required = REQUIRED.iter().any(|name| std::env::var_os(name).is_some());
        assert!(!is_required, "{URL} is not set, but this run must test PostgreSQL too");
        eprintln!("LEFT OUT: {URL} is not set, so nothing is tested on PostgreSQL (`cargo xtask test` sets it)");
    }
    url
}

fn create(connection: &mut PgConnection, server: &str, template: &str) -> PostgresDatabase {
    let name = unique_name();
    run(connection, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
    let (address, _) = server.rsplit_once('/').expect("the server's URL ends in a database name");
    PostgresDatabase { server: server.to_owned(), url: format!("{address}/{name}"), name }
}

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).unwrap_or_else(|error| panic!("the server named by {URL} does not answer: {error}"))
}

fn run(connection: &mut PgConnection, statement: &str) {
    connection.batch_execute(statement).unwrap_or_else(|error| panic!("`{statement}` failed: {error}"));
}

/// Tests run in many processes at once, so names come from the random keys of the standard library's hasher.
fn unique_name() -> String {
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    format!("perpetua_test_{}_{random:016x}", std::process::id())
}
