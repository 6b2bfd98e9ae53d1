//! The schema as Diesel knows it, as SQLite has it and as PostgreSQL has it are one.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use perpetua_store::{Conn, Engine, StoreError};

use crate::setup::{Fresh, block_on};

/// Table and column, with the column's type and whether it may be empty.
type Columns = BTreeMap<(String, String), (String, bool)>;

#[derive(QueryableByName)]
#[expect(clippy::struct_field_names, reason = "the names of the information schema")]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const SQLITE: &str = "SELECT m.name AS table_name, p.name AS column_name, p.type AS data_type, p.\"notnull\" = 0 AS nullable \
     FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";

const POSTGRES: &str = "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'YES' AS nullable \
     FROM information_schema.columns WHERE table_schema = 'public'";

fn columns_of(engine: Engine) -> Option<Columns> {
    let fresh = Fresh::of(engine)?;
    let store = fresh.open();
    let query = if engine == Engine::Sqlite { SQLITE } else { POSTGRES };
    let read = move |conn: &mut Conn| Ok::<Vec<Column>, StoreError>(diesel::sql_query(query).load(conn)?);
    let rows = block_on(store.read(read)).unwrap();
    let plain = |data_type: &str| match data_type {
        "BLOB" | "bytea" => "bytes",
        "INTEGER" | "bigint" | "boolean" => "integer",
        "TEXT" | "text" => "text",
        other => panic!("no column has the type {other}"),
    };
    let entry = |row: Column| ((row.table_name, row.column_name), (plain(&row.data_type).to_owned(), row.nullable));
    Some(rows.into_iter().filter(|row| row.table_name != "schema_migration").map(entry).collect())
}

/// Reads the `table!` declarations, whose form the formatter keeps.
fn declared_columns() -> Columns {
    let mut columns = Columns::new();
    let mut table = String::new();
    for line in include_str!("../../src/schema.rs").lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with(") {")) {
            name.clone_into(&mut table);
        } else if let Some((column, kind)) =
            line.trim_end_matches(',').split_once(" -> ").filter(|_| line.ends_with(','))
        {
            let (kind, nullable) = match kind.strip_prefix("Nullable<") {
                Some(inner) => (inner.trim_end_matches('>'), true),
                None => (kind, false),
            };
            let plain = match kind {
                "Binary" => "bytes",
                "BigInt" | "Bool" => "integer",
                "Text" => "text",
                other => panic!("{table}.{column} is {other}"),
            };
            columns.insert((table.clone(), column.to_owned()), (plain.to_owned(), nullable));
        }
    }
    columns
}

#[test]
fn diesel_and_both_engines_agree_on_every_column() {
    let declared = declared_columns();
    assert!(declared.len() > 200, "only {} columns were read", declared.len());
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if let Some(found) = columns_of(engine) {
            let only_declared: Vec<_> = declared.iter().filter(|(key, kind)| found.get(*key) != Some(*kind)).collect();
            let only_found: Vec<_> = found.iter().filter(|(key, kind)| declared.get(*key) != Some(*kind)).collect();
            assert!(only_declared.is_empty() && only_found.is_empty(), "{engine:?}: {only_declared:?} {only_found:?}");
        }
    }
}

#[test]
fn every_column_can_be_read_on_both_engines() {
    let declared = declared_columns();
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (table, column) in declared.keys() {
        tables.entry(table).or_default().push(column);
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(fresh) = Fresh::of(engine) else { continue };
        let store = fresh.open();
        for (table, columns) in &tables {
            let list = columns.iter().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
            let query = format!("SELECT {list} FROM \"{table}\" LIMIT 1");
            let read = move |conn: &mut Conn| Ok::<_, StoreError>(diesel::sql_query(query).execute(conn)?);
            block_on(store.read(read)).unwrap();
        }
    }
}
