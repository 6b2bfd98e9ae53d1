//! What Diesel's multi-connection cannot say once: batch inserts and `ON CONFLICT DO NOTHING`.

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Bool;

/// A condition as it stands in a partial index, such as `media.state = 'available'`: the index serves a
/// statement that says the same, not one whose bound value happens to be the same.
pub(crate) const fn as_indexed(condition: &'static str) -> AsIndexed {
    AsIndexed(condition)
}

/// See [`as_indexed`]. Unlike the query builder's own literal it leaves its statement prepared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsIndexed(&'static str);

impl Expression for AsIndexed {
    type SqlType = Bool;
}

impl<DB: Backend> QueryFragment<DB> for AsIndexed {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(self.0);
        Ok(())
    }
}

/// Its text tells statements apart.
impl QueryId for AsIndexed {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> AppearsOnTable<T> for AsIndexed {}

impl<T> SelectableExpression<T> for AsIndexed {}

impl<G> ValidGrouping<G> for AsIndexed {
    type IsAggregate = is_aggregate::Never;
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
