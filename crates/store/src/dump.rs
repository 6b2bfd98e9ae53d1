//! The whole database as lines of JSON, the same from either engine, and back into an empty one.
//!
//! Each engine writes and reads the JSON itself, so no table is described twice: names and types of
//! columns come from the migrations. Bytes are hexadecimal text, truth values 0 and 1. Leases and
//! sign-ins are left out: they belong to running processes and browsers.

use diesel::connection::{DefaultLoadingMode, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::migrate::MIGRATIONS;

/// Rows that one statement writes.
pub const ROWS_MAX: usize = 500;
const LEFT_OUT: [&str; 2] = ["lease", "session"];

/// A table as the migrations describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    columns: Vec<(&'static str, Type)>,
    key: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Bytes,
    Int,
    Text,
    Bool,
}

impl Table {
    /// The names of its columns, in the order of the values of a row.
    pub fn columns(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(name, _)| *name).collect()
    }
}

/// Every table that a dump holds, such that none refers to a later one.
pub fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    // In order, because a table may be dropped and made anew.
    for statement in MIGRATIONS.iter().flat_map(|migration| migration.sql().split(";\n")) {
        if let Some((_, made)) = statement.split_once("CREATE TABLE ") {
            tables.push(table(made));
        } else if let Some((_, dropped)) = statement.split_once("DROP TABLE ") {
            tables.retain(|table| table.name != dropped.trim_end_matches(';'));
        } else if let Some((name, column, kind)) = statement.lines().find_map(added_column)
            && let Some(table) = tables.iter_mut().find(|table| table.name == name)
        {
            table.columns.push((column, kind));
        }
    }
    tables.retain(|table| !LEFT_OUT.contains(&table.name));
    tables
}

/// Table, name and type of a column that a later migration adds, one per line.
fn added_column(line: &'static str) -> Option<(&'static str, &'static str, Type)> {
    let (table, column) = line.strip_prefix("ALTER TABLE ")?.split_once(" ADD COLUMN ")?;
    let (column, kind) = column.trim_end_matches(';').split_once(' ')?;
    Some((table, column, kind_of(kind.split(' ').next()?)?))
}

fn kind_of(word: &str) -> Option<Type> {
    match word {
        "{BYTES}" => Some(Type::Bytes),
        "{INT}" => Some(Type::Int),
        "{TEXT}" => Some(Type::Text),
        "{BOOL}" => Some(Type::Bool),
        _ => None,
    }
}

fn table(statement: &'static str) -> Table {
    let mut lines = statement.lines();
    let name = lines.next().unwrap_or_default().trim_end_matches(" (");
    let (mut columns, mut key) = (Vec::new(), Vec::new());
    for line in lines.map(str::trim).take_while(|line| !line.starts_with(')')) {
        if let Some(list) = line.strip_prefix("PRIMARY KEY (") {
            key = list.trim_end_matches([')', ',']).split(", ").collect();
        }
        let mut words = line.split([' ', ',']);
        let (Some(column), Some(word)) = (words.next(), words.next()) else { continue };
        let Some(kind) = kind_of(word) else { continue };
        if line.contains("PRIMARY KEY") {
            key = vec![column];
        }
        columns.push((column, kind));
    }
    Table { name, columns, key }
}

/// The number of the newest migration.
pub fn schema_number() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// What ended a snapshot early.
enum End<E> {
    Engine(diesel::result::Error),
    Reader(E),
}

impl<E> From<diesel::result::Error> for End<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Engine(error)
    }
}

/// Runs `read` in one transaction that sees the database as it is at its beginning.
pub fn snapshot<T, E: From<StoreError>>(conn: &mut Conn, read: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
    let outcome: Result<T, End<E>> = conn.transaction(|conn| {
        if matches!(conn, Conn::Postgres(_)) {
            conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")?;
        }
        read(conn).map_err(End::Reader)
    });
    outcome.map_err(|end| match end {
        End::Engine(error) => StoreError::from(error).into(),
        End::Reader(error) => error,
    })
}

/// Gives every row of a table to `each`, in the order of its key. Only some rows are held at once.
pub fn rows<E: From<StoreError>>(
    conn: &mut Conn,
    table: &Table,
    mut each: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let fail = |error: diesel::result::Error| E::from(StoreError::from(error));
    match conn {
        Conn::Sqlite(sqlite) => {
            let query = diesel::sql_query(select(table, sqlite_value, "json_array"));
            for line in query.load_iter::<Line, DefaultLoadingMode>(sqlite).map_err(fail)? {
                each(&line.map_err(fail)?.line)?;
            }
        }
        Conn::Postgres(postgres) => {
            let query = select(table, postgres_value, "json_build_array");
            postgres.batch_execute(&format!("DECLARE dumped CURSOR FOR {query}")).map_err(fail)?;
            loop {
                let fetch = diesel::sql_query(format!("FETCH {ROWS_MAX} FROM dumped"));
                let lines: Vec<Line> = fetch.load(postgres).map_err(fail)?;
                if lines.is_empty() {
                    break;
                }
                for line in &lines {
                    each(&line.line)?;
                }
            }
            postgres.batch_execute("CLOSE dumped").map_err(fail)?;
        }
    }
    Ok(())
}

fn select(table: &Table, value: fn(&str, Type) -> String, array: &str) -> String {
    let values: Vec<_> = table.columns.iter().map(|(name, kind)| value(name, *kind)).collect();
    let (name, key) = (table.name, table.key.join(", "));
    format!("SELECT CAST({array}({}) AS TEXT) AS line FROM {name} ORDER BY {key}", values.join(", "))
}

fn sqlite_value(column: &str, kind: Type) -> String {
    match kind {
        // hex(NULL) is an empty text.
        Type::Bytes => format!("CASE WHEN {column} IS NULL THEN NULL ELSE lower(hex({column})) END"),
        Type::Int | Type::Text | Type::Bool => column.to_owned(),
    }
}

fn postgres_value(column: &str, kind: Type) -> String {
    match kind {
        Type::Bytes => format!("encode({column}, 'hex')"),
        Type::Bool => format!("CAST({column} AS INTEGER)"),
        Type::Int | Type::Text => column.to_owned(),
    }
}

/// Adds rows, given as one JSON array of rows, at most [`ROWS_MAX`].
pub fn insert(conn: &mut Conn, table: &Table, json: &str) -> Result<usize, StoreError> {
    let names = table.columns().join(", ");
    let into = format!("INSERT INTO {} ({names})", table.name);
    let added = match conn {
        Conn::Sqlite(sqlite) => {
            let values = list(table, |place, kind| match kind {
                Type::Bytes => format!("unhex(json_extract(value, '$[{place}]'))"),
                _ => format!("json_extract(value, '$[{place}]')"),
            });
            diesel::sql_query(format!("{into} SELECT {values} FROM json_each($1)"))
                .bind::<Text, _>(json)
                .execute(sqlite)?
        }
        Conn::Postgres(postgres) => {
            let values = list(table, |place, kind| match kind {
                Type::Bytes => format!("decode(value ->> {place}, 'hex')"),
                Type::Int => format!("CAST(value ->> {place} AS BIGINT)"),
                Type::Text => format!("value ->> {place}"),
                Type::Bool => format!("CAST(CAST(value ->> {place} AS INTEGER) AS BOOLEAN)"),
            });
            diesel::sql_query(format!("{into} SELECT {values} FROM json_array_elements(CAST($1 AS JSON))"))
                .bind::<Text, _>(json)
                .execute(postgres)?
        }
    };
    Ok(added)
}

fn list(table: &Table, value: impl Fn(usize, Type) -> String) -> String {
    let values: Vec<_> = table.columns.iter().enumerate().map(|(place, (_, kind))| value(place, *kind)).collect();
    values.join(", ")
}

/// The first table that holds a row; `None` when the database is empty.
pub fn first_used(conn: &mut Conn) -> Result<Option<&'static str>, StoreError> {
    for table in tables() {
        let sql =
            format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM (SELECT 1 FROM {} LIMIT 1) AS found", table.name);
        if diesel::sql_query(sql).get_result::<Count>(conn)?.number > 0 {
            return Ok(Some(table.name));
        }
    }
    Ok(None)
}

/// Lets every number series skip `margin` numbers: what was given after the backup may be known
/// outside. Answers with each series and the number that it would have given next.
pub fn skip_numbers(conn: &mut Conn, margin: i64) -> Result<Vec<(String, i64)>, StoreError> {
    use crate::schema::number_series;
    let series = crate::consistency::series(conn)?;
    diesel::update(number_series::table)
        .set((
            number_series::next.eq(number_series::next + margin),
            number_series::version.eq(number_series::version + 1),
        ))
        .execute(conn)?;
    Ok(series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_schema_is_dumped_or_left_out_on_purpose() {
        let tables = tables();
        let schema = include_str!("schema.rs");
        for line in schema.lines().filter_map(|line| line.trim().strip_suffix(") {")) {
            let (name, key) = line.split_once(" (").unwrap_or_default();
            if LEFT_OUT.contains(&name) {
                continue;
            }
            let table = tables.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("{name} is missing"));
            assert_eq!(table.key.join(", "), key, "{name}");
            let body = schema.split(&format!("    {line}) {{")).nth(1).unwrap();
            let columns = body.split('}').next().unwrap().matches(" -> ").count();
            assert_eq!(table.columns.len(), columns, "{name}");
        }
    }
}
