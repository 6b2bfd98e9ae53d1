//! Databases for tests are separate, start as the template says, and go away.

use diesel::connection::SimpleConnection as _;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Bool};
use diesel::{Connection as _, PgConnection, RunQueryDsl as _};
use perpetua_test_support::postgres::{fresh_database, fresh_database_like};

fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("the database accepts connections")
}

#[test]
fn two_fresh_databases_do_not_see_each_other() {
    let (Some(one), Some(other)) = (fresh_database(), fresh_database()) else { return };
    connect(one.url()).batch_execute("CREATE TABLE mine (n BIGINT)").unwrap();
    connect(other.url()).batch_execute("CREATE TABLE mine (n BIGINT)").unwrap();
}

#[test]
fn a_database_is_deleted_with_its_value_even_while_somebody_is_connected() {
    let (Some(gone), Some(stays)) = (fresh_database(), fresh_database()) else { return };
    let name = gone.url().rsplit_once('/').unwrap().1.to_owned();
    let _connected = connect(gone.url());
    drop(gone);
    let exists = sql::<Bool>(&format!("SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{name}')"));
    assert!(!exists.get_result::<bool>(&mut connect(stays.url())).unwrap());
}

#[test]
fn a_template_is_filled_once_although_many_ask_at_once() {
    let filled = std::sync::atomic::AtomicUsize::new(0);
    let template = format!("perpetua_template_{}", std::process::id());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let copy = fresh_database_like(&template, |url| {
                    filled.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    connect(url).batch_execute("CREATE TABLE copied AS SELECT 7::BIGINT AS n").unwrap();
                });
                let Some(copy) = copy else { return };
                let n = sql::<BigInt>("SELECT n FROM copied").get_result::<i64>(&mut connect(copy.url())).unwrap();
                assert_eq!(n, 7);
            });
        }
    });
    let is_tested = fresh_database().is_some();
    assert_eq!(filled.into_inner(), usize::from(is_tested));
}
