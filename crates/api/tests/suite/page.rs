//! The page of operations in the documentation is the table of operations, each row with its test.

use std::fmt::Write as _;
use std::path::Path;

use perpetua_api::operation::Operation;
use perpetua_api::operations;

/// Letter, number of rows, those of the first priority, and the module of their tests.
const FAMILIES: [(char, u32, &[u32], &str); 15] = [
    ('T', 4, &[1, 2], "tokens"),
    ('C', 17, &[1, 2, 3, 7], "new_customers"),
    ('A', 3, &[], "addresses"),
    ('G', 5, &[1, 2, 3], "agreements"),
    ('U', 11, &[], "users"),
    ('P', 16, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "catalog"),
    ('K', 4, &[1, 2, 3, 4], "buying"),
    ('O', 7, &[1, 2, 3, 4, 5, 6, 7], "buying"),
    ('E', 3, &[1, 2, 3], "buying"),
    ('S', 8, &[1, 2, 3], "subscriptions"),
    ('R', 8, &[], "service_requests"),
    ('I', 10, &[], "invoices"),
    ('F', 10, &[1], "profiles"),
    ('D', 1, &[], "audit"),
    ('W', 6, &[], "webhooks"),
];

/// Rows that another module tests than their family's.
const ELSEWHERE: [(&str, &str); 6] = [
    ("C-02", "customers"),
    ("C-03", "customers"),
    ("P-13", "inventory"),
    ("P-14", "inventory"),
    ("P-15", "inventory"),
    ("P-16", "price_sheets"),
];

/// Tokens are no rows of the table of operations.
const TOKENS: [(&str, &str, &str); 4] = [
    ("T-01", "POST", "/{tenant}/oauth2/token"),
    ("T-02", "POST", "/{tenant}/oauth2/v2.0/token"),
    ("T-03", "GET", "/{tenant}/v2.0/.well-known/openid-configuration"),
    ("T-04", "POST", "/generatetoken"),
];

const HEAD: &str = "# Operations of the Partner Center interface

What of the vendor's interface is served here: every operation that selling, keys, downloads and cancelling need (P0),
and those of the common flows of its SDKs (P1). Parameters, bodies and answers stand in the reference that an
installation serves at `/docs/api` and `/openapi.json`. This page is written from the table of operations; a test fails
when it is stale.
";

const OURS: &str = "## What is ours alone

What people do in the portal and the vendor's interface never had, under the same rights and records.

Webhooks tell how a refund ended to those who register for it by name: `order-cancelled-with-credit` (by one click,
inside the window), `refund-request-credited` and `refund-request-refused` (decided later), and
`refund-request-withdrawn`. Each comes in place of `service-request-updated`, once, and names the request.

| row | operation | what it does |
| --- | --- | --- |";

/// The rows of our extensions.
fn ours(operations: &[Operation]) -> String {
    let mut rows: Vec<_> = operations.iter().filter(|operation| operation.path.starts_with("/ext/")).collect();
    rows.sort_by_key(|operation| operation.id);
    let row = |operation: &&Operation| {
        format!("| {} | `{} {}` | {} |\n", operation.id, operation.method, operation.path, operation.summary)
    };
    rows.iter().map(row).collect()
}

fn tests_at(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/suite/{name}.rs"))
}

/// The part of a path that tells what it is about.
fn last_word(path: &str) -> String {
    let mut words = path.split('/').filter(|word| !word.is_empty() && !word.starts_with(['{', '$']));
    words.next_back().unwrap_or_default().to_lowercase()
}

#[test]
fn the_page_of_operations_is_the_table_of_operations_with_a_test_for_each() {
    let operations = operations::all();
    let known = operations.iter().map(|operation| (operation.id, operation.method, operation.path)).chain(TOKENS);
    let known: Vec<_> = known.collect();
    let (mut rows, mut served, mut all) = (String::new(), 0, 0);
    for (letter, count, first, module) in FAMILIES {
        for number in 1..=count {
            all += 1;
            let id = format!("{letter}-{number:02}");
            let priority = if first.contains(&number) { "P0" } else { "P1" };
            let Some((_, method, path)) = known.iter().find(|(known, ..)| *known == id) else {
                writeln!(rows, "| {id} | {priority} | not yet | |").unwrap();
                continue;
            };
            served += 1;
            let module = ELSEWHERE.iter().find(|(other, _)| *other == id).map_or(module, |(_, module)| *module);
            let tests = std::fs::read_to_string(tests_at(module)).unwrap().to_lowercase();
            assert!(tests.contains(&last_word(path)), "{module} does not call {path}");
            let link = format!("[{module}](../crates/api/tests/suite/{module}.rs)");
            writeln!(rows, "| {id} | {priority} | `{method} {path}` | {link} |").unwrap();
        }
    }
    assert_eq!(all, 113);
    let page = format!(
        "{HEAD}\n{served} of {all} are served.\n\n| row | priority | operation | tests |\n| --- | --- | --- | --- |\n{rows}\n{OURS}\n{}",
        ours(&operations)
    );
    let written = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/partner-center-operations.md");
    if std::fs::read_to_string(&written).unwrap_or_default() != page {
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("partner-center-operations.md");
        std::fs::write(&fresh, &page).unwrap();
        panic!("copy {} to {}", fresh.display(), written.display());
    }
}
