//! Every statement that a test runs on SQLite is planned, and none may walk through a whole table that grows
//! (design §5: fast at ten million keys). Installations are never analysed, so the planner goes by the indexes alone
//! and an empty database plans like a full one.

use std::collections::BTreeSet;
use std::sync::{Mutex, Once, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::Text;
use perpetua_store::{Conn, StoreError};

use crate::TestApp;

/// Tables that have a handful of rows, however much is sold: keys of the installation, numbers, settings,
/// markets, rules of products.
const SMALL: [&str; 14] = [
    "activation_rule",
    "canned_answer",
    "data_key",
    "license_chain",
    "license_key",
    "number_series",
    "price_list",
    "price_sheet",
    "revocation_list",
    "schema_migration",
    "setting",
    "signing_key",
    "tax_rate",
    "token_key",
];

/// What walks through tables on purpose, by a part of the statement.
const ON_PURPOSE: [&str; 15] = [
    // The backup, and whether a database is empty before one is restored into it.
    "json_array(",
    " AS found",
    // `doctor` compares all money and all keys with what they follow from.
    "LIMIT 100",
    // Changing data keys visits every product key.
    "`product_key`.`lookup_key_id` !=",
    // An empty list of ids: nothing is read.
    "(1=0)",
    // Tests that count, look at or spoil what stands in a small database of their own.
    " AS number",
    " AS line",
    "SELECT COUNT(*) FROM `",
    "FROM `audit_record` ORDER BY",
    "WHERE (`audit_record`.`outcome` = ?) ORDER BY",
    "WHERE (`outbox`.`kind` = ?) ORDER BY",
    "audit_personal SET value = 'forged'",
    "DELETE FROM audit_personal",
    "api_answer SET status = 0",
    "DELETE FROM `subscription`",
];

static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Notes every statement of connections that are opened from now on; not where something is measured, because writing
/// each statement out takes longer than running it.
pub(crate) fn watch() {
    static ONCE: Once = Once::new();
    if cfg!(debug_assertions) {
        ONCE.call_once(|| {
            let note: fn() -> Option<Box<dyn Instrumentation>> = || Some(Box::new(note));
            let _ = set_default_instrumentation(note);
        });
    }
}

fn note(event: InstrumentationEvent<'_>) {
    let InstrumentationEvent::StartQuery { query, .. } = event else { return };
    let text = query.to_string();
    let text = text.split(" -- binds").next().unwrap_or_default();
    if ["SELECT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| text.starts_with(verb)) {
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(text.to_owned());
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

impl TestApp {
    /// Fails when a statement that this process ran so far walks through a table that grows.
    ///
    /// # Panics
    ///
    /// With the statements and what the planner makes of them.
    pub(crate) async fn check_plans(&self) {
        let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let walks: Result<Vec<String>, StoreError> = self.app.store.read(move |conn| Ok(walks_in(conn, &seen))).await;
        let walks = walks.expect("the statements can be planned");
        assert!(walks.is_empty(), "statements that walk through a table:\n{}", walks.join("\n"));
    }
}

fn walks_in(conn: &mut Conn, statements: &BTreeSet<String>) -> Vec<String> {
    let watched = statements.iter().filter(|text| !ON_PURPOSE.iter().any(|part| text.contains(part)));
    let walk = |text: &String| {
        // Statements about tables that a test made itself cannot be planned here.
        let plan: Vec<Step> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn).ok()?;
        // A reading in the order of rows or of an index ends at the limit; one that sorts first does not.
        let sorts = plan.iter().any(|step| step.detail.starts_with("USE TEMP B-TREE FOR ORDER BY"));
        let ends_early = text.contains("LIMIT") && !sorts;
        let walk = plan.iter().find(|step| walked(&step.detail).is_some_and(|table| !SMALL.contains(&table)))?;
        (!ends_early).then(|| format!("{}: {text}", walk.detail))
    };
    watched.filter_map(walk).collect()
}

/// The table that a step of a plan reads from end to end.
fn walked(step: &str) -> Option<&str> {
    let table = step.strip_prefix("SCAN ")?.split(' ').next()?;
    // Subqueries (of the sealer, of one row without a table) hold what was found already.
    (!table.starts_with('(') && !["CONSTANT", "placed"].contains(&table)).then_some(table)
}
