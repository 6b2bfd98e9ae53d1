//! Opening a database: one program per SQLite file, migrations once, foreign ones refused, readers read.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use perpetua_store::{Conn, DatabaseUrl, MIGRATIONS, OpenError, Options, Store, StoreError};

use crate::setup::{Fresh, block_on, each, insert, names};

const OPTIONS: Options = Options { readers: 1, writers: 2, rehearse: false };

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[test]
fn a_second_program_on_the_same_file_is_refused_until_the_first_has_stopped() {
    block_on(async {
        let fresh = Fresh::sqlite();
        let first = fresh.open();
        assert!(matches!(Store::open(fresh.url(), OPTIONS), Err(OpenError::Locked(_))));
        first.write((), |conn, ()| insert(conn, "row")).await.unwrap();
        drop(first);
        let second = Store::open(fresh.url(), OPTIONS).unwrap();
        assert_eq!(second.read::<_, StoreError, _>(names).await.unwrap(), ["row"]);
    });
}

#[test]
fn migrations_run_once_however_often_the_database_is_opened() {
    each(|fresh| async move {
        for _ in 0..3 {
            let store = fresh.open();
            let count = |conn: &mut Conn| {
                let row: Count =
                    diesel::sql_query("SELECT COUNT(*) AS count FROM schema_migration").get_result(conn)?;
                Ok::<_, StoreError>(row.count)
            };
            assert_eq!(store.read(count).await.unwrap(), i64::try_from(MIGRATIONS.len()).unwrap());
        }
    });
}

#[test]
fn a_database_of_another_line_of_the_program_is_refused() {
    let changes = [
        ("INSERT INTO schema_migration (number, name) VALUES (99, 'later')", 99),
        ("UPDATE schema_migration SET name = 'other' WHERE number = 2", 2),
    ];
    for (change, expected) in changes {
        each(|fresh| async move {
            let store = fresh.open();
            let apply = move |conn: &mut Conn, (): &()| {
                diesel::sql_query(change).execute(conn)?;
                Ok::<(), StoreError>(())
            };
            store.write((), apply).await.unwrap();
            drop(store);
            match Store::open(fresh.url(), OPTIONS) {
                Err(OpenError::ForeignMigration { number, .. }) => assert_eq!(number, expected),
                Err(other) => panic!("{other}"),
                Ok(_) => panic!("a foreign database was opened"),
            }
        });
    }
}

#[test]
fn readers_cannot_write() {
    each(|fresh| async move {
        let store = fresh.open();
        assert!(store.read(|conn| insert(conn, "row")).await.is_err());
        assert!(store.read::<_, StoreError, _>(names).await.unwrap().is_empty());
    });
}

#[test]
fn a_read_that_panics_harms_no_other() {
    each(|fresh| async move {
        let store = fresh.open();
        for _ in 0..4 {
            let answer = store.read(|_| -> Result<(), StoreError> { panic!("meant to panic") }).await;
            assert!(matches!(answer, Err(StoreError::Panicked)));
        }
        assert!(store.read::<_, StoreError, _>(names).await.unwrap().is_empty());
    });
}

#[test]
fn the_url_chooses_the_engine_and_other_urls_are_refused() {
    for (text, expected) in [
        ("sqlite:data.db", DatabaseUrl::Sqlite("data.db".into())),
        ("sqlite:///var/lib/data.db", DatabaseUrl::Sqlite("/var/lib/data.db".into())),
        ("postgres://host/name", DatabaseUrl::Postgres("postgres://host/name".into())),
        ("postgresql://host/name", DatabaseUrl::Postgres("postgresql://host/name".into())),
    ] {
        assert_eq!(text.parse::<DatabaseUrl>().unwrap(), expected);
    }
    for text in ["", "sqlite:", "data.db", "mysql://host/name", "Postgres"] {
        assert!(matches!(text.parse::<DatabaseUrl>(), Err(OpenError::Url)), "{text:?}");
    }
}
