//! What Diesel's multi-connection cannot say once: batch inserts and `ON CONFLICT DO NOTHING`.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// A condition as it stands in a partial index, such as `media.state = 'available'`: the index serves a
/// statement that says the same, not one whose bound value happens to be the same.
pub(crate) fn as_indexed(condition: &'static str) -> SqlLiteral<Bool> {
    sql(condition)
}

/// Inserts many rows with one statement on PostgreSQL and with a prepared one per row on SQLite;
/// `.. or ignore` leaves rows out that a unique index already holds. Evaluates to the number of rows
/// inserted. At most 1,000 rows (design §5); callers chunk.
#[macro_export]
macro_rules! insert_many {
    ($conn:expr, $table:path, $rows:expr) => {{
        use ::diesel::RunQueryDsl as _;
        match &mut *$conn {
            $crate::Conn::Sqlite(sqlite) => {
                let mut inserted = 0;
                for row in $rows {
                    inserted += ::diesel::insert_into($table).values(row).execute(sqlite)?;
                }
                inserted
            }
            $crate::Conn::Postgres(postgres) => ::diesel::insert_into($table).values($rows).execute(postgres)?,
        }
    }};
    ($conn:expr, $table:path, $rows:expr, or ignore) => {{
        use ::diesel::RunQueryDsl as _;
        match &mut *$conn {
            $crate::Conn::Sqlite(sqlite) => {
                let mut inserted = 0;
                for row in $rows {
                    inserted += ::diesel::insert_or_ignore_into($table).values(row).execute(sqlite)?;
                }
                inserted
            }
            $crate::Conn::Postgres(postgres) => {
                ::diesel::insert_into($table).values($rows).on_conflict_do_nothing().execute(postgres)?
            }
        }
    }};
}
