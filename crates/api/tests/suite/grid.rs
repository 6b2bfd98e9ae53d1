//! Role × operation: what `operations::all()` says of itself, pinned by `golden/operations.txt`, and asked of
//! every operation over HTTP.

use std::fmt::Write as _;
use std::path::Path;

use axum::body::Body;
use perpetua_api::operation::{Access, Operation};
use perpetua_api::operations;
use perpetua_domain::access::{AppRights, Relation, Role, TenantKind, holders};
use perpetua_test_support::TestApp;

use crate::client::Client;

fn who(access: Access) -> String {
    let (relation, permission) = match access {
        Access::Token => return "every token".to_owned(),
        Access::Own(permission) => (Relation::Own, permission),
        Access::Customer(permission) => (Relation::ActivePartnerOf, permission),
    };
    let roles: Vec<&str> = holders(TenantKind::Partner, relation, permission)
        .unwrap_or_default()
        .iter()
        .map(|role| role.as_text())
        .collect();
    assert!(!roles.is_empty(), "nobody may {permission:?}");
    let keys = AppRights { keys: false, cancel: true }.allow(permission);
    let cancel = AppRights { keys: true, cancel: false }.allow(permission);
    let right = match (keys, cancel) {
        (false, false) => "; never a program alone",
        (false, _) => "; a program alone needs the right to keys",
        (_, false) => "; a program alone needs the right to cancel",
        _ => "",
    };
    format!("{}: {}{right}", permission.as_text(), roles.join(", "))
}

/// The path with the customer, and nonsense for everything else.
fn path_of(operation: &Operation, customer: &str) -> String {
    let segments = operation.path.split('/').map(|segment| match segment {
        "{c}" => customer.to_owned(),
        segment if segment.starts_with('{') => "00000000-0000-4000-8000-00000000000f".to_owned(),
        segment => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

async fn ask(client: &Client, operation: &Operation, customer: &str) -> (u16, u64) {
    let reply = client.call(operation.method, &path_of(operation, customer), Body::from("{}")).await;
    let code = serde_json::from_slice::<serde_json::Value>(&reply.bytes).ok();
    (reply.status.as_u16(), code.and_then(|body| body["code"].as_u64()).unwrap_or(0))
}

#[test]
fn who_may_call_what_is_as_the_golden_table_says() {
    let mut table = String::new();
    for operation in operations::all() {
        writeln!(table, "{:6} {:6} {}", operation.id, operation.method, operation.path).unwrap();
        writeln!(table, "       {}", who(operation.access)).unwrap();
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/operations.txt");
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    if table != expected {
        let written = Path::new(env!("CARGO_TARGET_TMPDIR")).join("operations.txt");
        std::fs::write(&written, &table).unwrap();
        panic!("operations changed; compare {} with {}", written.display(), golden.display());
    }
}

#[test]
fn every_operation_refuses_strangers_missing_roles_and_the_customers_of_others() {
    TestApp::each(|test| async move {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await.to_string();
        let other = test.partner("Hansa").await;
        let foreign = test.customer(other, "Tidewater").await.to_string();
        let nobody = Client::of_nobody(&test);
        let powerless = Client::with(&test, partner, &[], AppRights::default()).await;
        let admin = Client::with(&test, partner, &[Role::AdminAgent], AppRights { keys: true, cancel: true }).await;
        for operation in operations::all() {
            let name = format!("{} {}", operation.method, operation.path);
            assert_eq!(ask(&nobody, &operation, &customer).await, (401, 800_001), "{name}");
            if operation.access != Access::Token {
                assert_eq!(ask(&powerless, &operation, &customer).await, (403, 900_150), "{name}");
            }
            if matches!(operation.access, Access::Customer(_)) {
                assert_eq!(ask(&admin, &operation, &foreign).await, (404, 60_003), "{name}");
                assert_eq!(ask(&admin, &operation, "nonsense").await, (400, 900_118), "{name}");
            }
            let (status, _) = ask(&admin, &operation, &customer).await;
            assert!(status < 500, "{name}: {status}");
        }
    });
}

#[test]
fn no_two_operations_fit_the_same_path() {
    let rows = operations::all().into_iter().map(|row| (row.method, row.path, row.id));
    let table = perpetua_api::wire::route::Table::new(rows);
    assert_eq!(table.conflicts(), Vec::<(String, String)>::new());
}
