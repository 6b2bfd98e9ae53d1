//! Backup and restore within and between the engines, and changes of keys.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::path::Path;

use jiff::SignedDuration;
use perpetua_app::backup::{self, BackupError, NUMBER_MARGIN};
use perpetua_store::{DatabaseUrl, Engine, Options, Store, StoreError};
use perpetua_test_support::TestApp;
use perpetua_test_support::postgres::{PostgresDatabase, fresh_database};

struct Empty {
    store: Store,
    _postgres: Option<PostgresDatabase>,
}

fn empty(engine: Engine, folder: &Path) -> Option<Empty> {
    let postgres = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(fresh_database()?),
    };
    let url = match &postgres {
        Some(database) => DatabaseUrl::Postgres(database.url().to_owned()),
        None => DatabaseUrl::Sqlite(folder.join("restored.db").display().to_string()),
    };
    let store = Store::open(&url, Options { readers: 1, writers: 1, rehearse: false }).unwrap();
    Some(Empty { store, _postgres: postgres })
}

async fn run(test: &TestApp, sql: &'static str) {
    let write = move |conn: &mut perpetua_store::Conn, (): &()| {
        diesel::RunQueryDsl::execute(diesel::sql_query(sql), conn)?;
        Ok::<_, StoreError>(())
    };
    test.app.store.write((), write).await.unwrap();
}

/// Rows with everything that could get lost: no value, empty text, odd letters, large numbers, truth values.
async fn given_rows(test: &TestApp) {
    let partner = test.partner("Alfa \"& Söhne\" \\ 'x'\n\u{1}\u{2028}😀").await;
    test.customer(partner, "").await;
    run(test, "INSERT INTO number_series (name, next, version) VALUES ('credit_note', 45, 1), ('request', 7, 1)").await;
    run(
        test,
        "INSERT INTO product (id, title, tax_class, version_label, version_rank, created_at, version) \
         VALUES ('P', '', 'c', '2024', 9223372036854775807, -9223372036854775807, 1)",
    )
    .await;
    for value in 0..1_100 {
        let row = (format!("key-{value}"), "é".repeat(value % 7));
        let write = |conn: &mut perpetua_store::Conn, (name, value): &(String, String)| {
            perpetua_store::settings::set(conn, name, value)
        };
        test.app.store.write::<_, (), StoreError, _>(row, write).await.unwrap();
    }
}

#[test]
fn a_backup_restores_with_every_row_on_either_engine() {
    TestApp::each(|test| async move {
        given_rows(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        let summary = backup::create(&test.app, &file).await.unwrap();
        let before = backup::contents(&test.app.store).await.unwrap();
        assert_eq!(summary.tables, before);
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let Some(target) = empty(engine, folder.path()) else { continue };
            let restored = backup::restore(&target.store, &file).await.unwrap();
            assert_eq!(restored.epoch, 2);
            assert_eq!(restored.rows, before.iter().map(|table| table.rows).sum::<u64>());
            let gaps: Vec<_> = restored.gaps.iter().map(|gap| (gap.series.as_str(), gap.from, gap.to)).collect();
            assert_eq!(gaps, [("credit_note", 45, 44 + NUMBER_MARGIN), ("request", 7, 6 + NUMBER_MARGIN)]);
            assert!(target.store.read(backup::reveals_held).await.unwrap());
            let after = backup::contents(&target.store).await.unwrap();
            let pairs = before.iter().zip(&after);
            let changed: Vec<_> = pairs.filter(|(a, b)| a != b).map(|(a, _)| a.name).collect();
            assert_eq!(changed, ["setting", "number_series"], "only the new epoch differs");
        }
        assert!(!test.app.store.read(backup::reveals_held).await.unwrap());
        assert!(matches!(backup::restore(&test.app.store, &file).await, Err(BackupError::NotEmpty(_))));
        assert!(matches!(backup::create(&test.app, &file).await, Err(BackupError::File(_))), "nothing is overwritten");
    });
}

#[test]
fn a_damaged_backup_changes_nothing() {
    TestApp::each(|test| async move {
        given_rows(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        backup::create(&test.app, &file).await.unwrap();
        let whole = std::fs::read_to_string(&file).unwrap();
        let cut = whole.rsplit_once("{\"complete\"").unwrap().0.to_owned();
        let altered = whole.replacen("Hafenstraße 1", "Hafenstraße 2", 1);
        let lines: Vec<&str> = whole.lines().collect();
        let without_row = whole.replacen(&format!("{}\n", lines[2]), "", 1);
        let newer = whole.replacen("\"perpetua_backup\":1", "\"perpetua_backup\":2", 1);
        for (index, damaged) in [cut, altered, without_row, newer, String::new(), "x\n".into()].iter().enumerate() {
            assert_ne!(damaged, &whole);
            std::fs::write(&file, damaged).unwrap();
            let Some(target) = empty(test.app.store.engine(), &folder.path().join("")) else { continue };
            let refused = backup::restore(&target.store, &file).await;
            assert!(matches!(refused, Err(BackupError::Malformed { .. })), "{index}: {refused:?}");
            let rows: u64 = backup::contents(&target.store).await.unwrap().iter().map(|table| table.rows).sum();
            assert_eq!(rows, 0);
        }
        let other_schema = whole.replacen("\"schema\":", "\"schema\":9", 1);
        std::fs::write(&file, other_schema).unwrap();
        let Some(target) = empty(test.app.store.engine(), folder.path()) else { return };
        assert!(matches!(backup::restore(&target.store, &file).await, Err(BackupError::Schema { .. })));
    });
}

#[test]
fn a_backup_shows_one_moment_while_writers_go_on() {
    TestApp::each(|test| async move {
        given_rows(&test).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup");
        let writing = async {
            for number in 0..50 {
                test.partner(&format!("Partner {number}")).await;
            }
        };
        let (summary, ()) = tokio::join!(backup::create(&test.app, &file), writing);
        let rows = |name: &str| {
            summary.as_ref().unwrap().tables.iter().find(|table| table.name == name).map(|table| table.rows).unwrap()
        };
        // A partner's tenant is written first and its account after it; never the other way round.
        let (tenants, accounts) = (rows("tenant"), rows("partner_account"));
        assert!(tenants >= accounts + 2 && tenants <= accounts + 3, "{tenants} tenants, {accounts} accounts");
        test.real_clock.advance(SignedDuration::from_secs(1));
    });
}
