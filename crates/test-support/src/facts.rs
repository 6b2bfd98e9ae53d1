//! What stands in the database, for tests that a refusal changed nothing and that sums agree.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use perpetua_store::{Conn, StoreError};

use crate::TestApp;

/// Tables that business writes to.
const TABLES: [&str; 16] = [
    "audit_record",
    "cart",
    "cart_line",
    "credit_note",
    "download",
    "download_link",
    "ledger_entry",
    "link_use",
    "order_line",
    "orders",
    "outbox",
    "partner_account",
    "product_key",
    "relationship",
    "request",
    "tenant",
];

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl TestApp {
    /// Rows of each business table, and the sum of the versions where a table has them: equal before
    /// and after means that nothing was added, taken away or changed.
    pub async fn counts(&self) -> BTreeMap<&'static str, (i64, i64)> {
        let counted: Result<_, StoreError> = self
            .app
            .store
            .read(|conn| {
                TABLES
                    .into_iter()
                    .map(|table| {
                        let rows = number(conn, &format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM {table}"))?;
                        let unversioned = [
                            "audit_record",
                            "cart_line",
                            "credit_note",
                            "download",
                            "ledger_entry",
                            "link_use",
                            "outbox",
                        ];
                        let versions = if unversioned.contains(&table) {
                            0
                        } else {
                            number(
                                conn,
                                &format!("SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS number FROM {table}"),
                            )?
                        };
                        Ok((table, (rows, versions)))
                    })
                    .collect()
            })
            .await;
        counted.expect("tables can be counted")
    }

    /// Changes rows as no use case would, to set up what only a fault leaves behind: how many.
    pub async fn run(&self, sql: &'static str) -> usize {
        let run = |conn: &mut Conn, sql: &&'static str| diesel::sql_query(*sql).execute(conn).map_err(StoreError::from);
        self.app.store.write(sql, run).await.expect("the statement")
    }

    /// One number from a query that calls it `number`.
    pub async fn number(&self, sql: &str) -> i64 {
        let sql = sql.to_owned();
        let read: Result<i64, StoreError> = self.app.store.read(move |conn| number(conn, &sql)).await;
        read.expect("the query answers with one number")
    }

    /// One text column per row from a query that calls it `line`.
    pub async fn lines(&self, sql: &str) -> Vec<String> {
        let sql = sql.to_owned();
        let read: Result<Vec<String>, StoreError> = self
            .app
            .store
            .read(move |conn| {
                let lines: Vec<Line> = diesel::sql_query(sql).load(conn)?;
                Ok(lines.into_iter().map(|line| line.line).collect())
            })
            .await;
        read.expect("the query answers with lines")
    }
}

fn number(conn: &mut Conn, sql: &str) -> Result<i64, StoreError> {
    Ok(diesel::sql_query(sql).get_result::<Number>(conn)?.number)
}
