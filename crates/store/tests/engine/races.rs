//! Writers that meet: guarded updates run again until each has had its turn.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

use diesel::prelude::*;
use perpetua_store::schema::number_series;
use perpetua_store::series::{self, Series};
use perpetua_store::{Conn, Options, Store, StoreError};

use crate::setup::{Fresh, each, insert, next_of};

/// Reads, then writes what it read plus one, guarded by the version: the pattern of every use case.
fn increment(conn: &mut Conn, name: &str) -> Result<(), StoreError> {
    let (next, version): (i64, i64) = number_series::table
        .filter(number_series::name.eq(name))
        .select((number_series::next, number_series::version))
        .first(conn)?;
    let row = number_series::table.filter(number_series::name.eq(name)).filter(number_series::version.eq(version));
    let changed = diesel::update(row)
        .set((number_series::next.eq(next + 1), number_series::version.eq(version + 1)))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "number_series" }) }
}

#[test]
fn sixty_four_guarded_increments_at_once_add_sixty_four() {
    each(|fresh| async move {
        let store = fresh.open();
        store.write((), |conn, ()| insert(conn, "counter")).await.unwrap();
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { store.write((), |conn, ()| increment(conn, "counter")).await })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(store.read(|conn| next_of(conn, "counter")).await.unwrap(), 65);
    });
}

#[test]
fn a_series_gives_every_number_once_and_a_write_that_fails_leaves_no_gap() {
    each(|fresh| async move {
        let store = fresh.open();
        let tasks: Vec<_> = (0..60)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let take = |conn: &mut Conn, number: &i32| {
                        let taken = series::take(conn, Series::CreditNote)?;
                        if number % 2 == 0 { Ok(taken) } else { Err(StoreError::Busy) }
                    };
                    store.write(number, take).await.ok()
                })
            })
            .collect();
        let mut taken = Vec::new();
        for task in tasks {
            taken.extend(task.await.unwrap());
        }
        taken.sort();
        assert_eq!(taken, (1..=30).map(|number| format!("CN-{number:06}")).collect::<Vec<_>>());
    });
}

#[test]
fn a_rehearsed_write_happens_once() {
    each(|fresh| async move {
        let store = Store::open(fresh.url(), Options { readers: 1, writers: 4, rehearse: true }).unwrap();
        store.write((), |conn, ()| insert(conn, "counter")).await.unwrap();
        for _ in 0..3 {
            store.write((), |conn, ()| increment(conn, "counter")).await.unwrap();
        }
        assert_eq!(store.read(|conn| next_of(conn, "counter")).await.unwrap(), 4);
    });
}

#[test]
fn two_that_wait_for_each_other_on_postgresql_both_get_their_turn() {
    let Some(fresh) = Fresh::postgres() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = fresh.open();
        for name in ["left", "right"] {
            store.write((), move |conn, ()| insert(conn, name)).await.unwrap();
        }
        let meet = Arc::new(Barrier::new(2));
        let runs = Arc::new(AtomicU32::new(0));
        let cross = |first: &'static str, second: &'static str| {
            let (store, meet, runs) = (store.clone(), meet.clone(), runs.clone());
            let had_first = AtomicU32::new(0);
            tokio::spawn(async move {
                let closure = move |conn: &mut Conn, (): &()| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    increment(conn, first)?;
                    // Both hold their first row before either asks for the other's: a deadlock, once.
                    if had_first.fetch_add(1, Ordering::SeqCst) == 0 {
                        meet.wait();
                    }
                    increment(conn, second)
                };
                store.write((), closure).await
            })
        };
        let (one, other) = (cross("left", "right"), cross("right", "left"));
        one.await.unwrap().unwrap();
        other.await.unwrap().unwrap();
        assert!(runs.load(Ordering::SeqCst) > 2, "no deadlock happened, so nothing was tested");
        for name in ["left", "right"] {
            assert_eq!(store.read(move |conn| next_of(conn, name)).await.unwrap(), 3);
        }
    });
}
