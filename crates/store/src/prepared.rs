//! Statements that stay prepared.
//!
//! The query builder prepares every `UPDATE`, every list of values and every literal anew, because their text might be
//! another each time. On SQLite that was a tenth of the writer's time for an order; on PostgreSQL it is one more way
//! to the server and back. Whoever writes a statement of fixed text says so here.
//!
//! Only reading passes a statement on whole: `execute` hands the connection a reference to it, which forgets what is
//! said here. So an `UPDATE` returns the version or id of what it changed, and rows are counted by `load`.

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::{Connection, RunQueryDsl};

/// The longest list that is kept: each length is a text of its own, and a connection forgets none.
const LIST_MAX: usize = 16;

/// A statement that may stay prepared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prepared<Q> {
    query: Q,
    is_kept: bool,
}

/// Keeps a statement whose text is the same each time.
pub(crate) const fn prepared<Q>(query: Q) -> Prepared<Q> {
    Prepared { query, is_kept: true }
}

/// Keeps a statement of fixed text but for one list of `length` values, when that is short.
pub(crate) const fn prepared_list<Q>(length: usize, query: Q) -> Prepared<Q> {
    Prepared { query, is_kept: length <= LIST_MAX }
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, backend: &DB) -> QueryResult<bool> {
        Ok(self.is_kept || self.query.is_safe_to_cache_prepared(backend)?)
    }
}

/// Known by its text.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C: Connection> RunQueryDsl<C> for Prepared<Q> {}
