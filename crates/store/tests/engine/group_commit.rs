//! Group commit on SQLite: durable, answered only after COMMIT, and each closure on its own (I1).

use std::sync::mpsc::{Receiver, Sender, channel};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use perpetua_store::schema::number_series;
use perpetua_store::{Conn, DatabaseUrl, Store, StoreError};

use crate::setup::{Fresh, block_on, each, insert, let_all_queue, names};

#[derive(QueryableByName)]
struct Synchronous {
    #[diesel(sql_type = BigInt)]
    synchronous: i64,
}

#[derive(QueryableByName)]
struct JournalMode {
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

/// Keeps the writer busy until the sender speaks or goes away, so that what follows becomes one group.
async fn hold(store: &Store, released: Receiver<()>) {
    let wait = |_: &mut Conn, released: &Receiver<()>| {
        let _ = released.recv();
        Ok::<(), StoreError>(())
    };
    store.write(released, wait).await.unwrap();
}

/// What a connection of its own sees, beside the store.
fn seen_outside(url: &DatabaseUrl) -> Vec<String> {
    let DatabaseUrl::Sqlite(path) = url else { panic!("only SQLite has a file") };
    let mut conn = SqliteConnection::establish(path).unwrap();
    number_series::table.order(number_series::name).select(number_series::name).load(&mut conn).unwrap()
}

#[test]
fn the_live_writer_waits_for_the_disk() {
    block_on(async {
        let fresh = Fresh::sqlite();
        let store = fresh.open();
        let ask = |conn: &mut Conn, (): &()| {
            let row: Synchronous = diesel::sql_query("PRAGMA synchronous").get_result(conn)?;
            let mode: JournalMode = diesel::sql_query("PRAGMA journal_mode").get_result(conn)?;
            Ok::<_, StoreError>((row.synchronous, mode.journal_mode))
        };
        // 2 is FULL: a commit returns after the log has reached the disk.
        assert_eq!(store.write((), ask).await.unwrap(), (2, "wal".to_owned()));
    });
}

#[test]
fn no_answer_precedes_the_commit() {
    block_on(async {
        let fresh = Fresh::sqlite();
        let store = fresh.open();
        let (open_gate, gate) = channel();
        let (reached, second_runs): (Sender<()>, Receiver<()>) = channel();
        let (release, released) = channel::<()>();
        let holder = tokio::spawn({
            let store = store.clone();
            async move { hold(&store, gate).await }
        });
        let_all_queue().await;
        let first = tokio::spawn({
            let store = store.clone();
            async move { store.write((), |conn, ()| insert(conn, "first")).await }
        });
        let second = tokio::spawn({
            let store = store.clone();
            async move {
                let wait = |_: &mut Conn, (reached, released): &(Sender<()>, Receiver<()>)| {
                    let _ = reached.send(());
                    let _ = released.recv();
                    Ok::<(), StoreError>(())
                };
                store.write((reached, released), wait).await
            }
        });
        let_all_queue().await;
        drop(open_gate);
        second_runs.recv().unwrap();
        // The first closure has run, the second of the same group runs: nothing is committed yet.
        let_all_queue().await;
        assert!(!first.is_finished());
        assert_eq!(seen_outside(fresh.url()), Vec::<String>::new());
        drop(release);
        first.await.unwrap().unwrap();
        assert_eq!(seen_outside(fresh.url()), ["first"]);
        second.await.unwrap().unwrap();
        holder.await.unwrap();
    });
}

#[test]
fn whoever_has_an_answer_reads_its_own_write_on_another_connection() {
    each(|fresh| async move {
        let store = fresh.open();
        let tasks: Vec<_> = (0..100)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let name = format!("row {number:03}");
                    store.write(name.clone(), |conn, name| insert(conn, name)).await.unwrap();
                    let seen = store.read::<_, StoreError, _>(names).await.unwrap();
                    assert!(seen.contains(&name), "{name} was acknowledged and is not there");
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[test]
fn a_closure_that_fails_or_panics_takes_back_only_itself() {
    each(|fresh| async move {
        let store = fresh.open();
        let (open_gate, gate) = channel();
        let holder = tokio::spawn({
            let store = store.clone();
            async move { hold(&store, gate).await }
        });
        let_all_queue().await;
        let tasks: Vec<_> = (0..60)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { (number, store.write(number, insert_or_fail).await) })
            })
            .collect();
        let_all_queue().await;
        drop(open_gate);
        for task in tasks {
            let (number, answer) = task.await.unwrap();
            match number % 3 {
                0 => answer.unwrap(),
                1 => assert!(matches!(answer, Err(StoreError::Inconsistent { table: "none", .. })), "{answer:?}"),
                _ => assert!(matches!(answer, Err(StoreError::Panicked)), "{answer:?}"),
            }
        }
        holder.await.unwrap();
        let kept: Vec<String> = (0..60).step_by(3).map(|number| format!("row {number:02}")).collect();
        assert_eq!(store.read::<_, StoreError, _>(names).await.unwrap(), kept);
    });
}

/// Writes first, and then succeeds, refuses or panics.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "a write borrows its input")]
fn insert_or_fail(conn: &mut Conn, number: &i32) -> Result<(), StoreError> {
    insert(conn, &format!("row {number:02}"))?;
    match number % 3 {
        0 => Ok(()),
        1 => Err(StoreError::Inconsistent { table: "none", what: "meant to fail".to_owned() }),
        _ => panic!("meant to panic"),
    }
}

#[test]
fn a_statement_that_the_engine_refuses_takes_back_only_its_closure() {
    each(|fresh| async move {
        let store = fresh.open();
        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let store = store.clone();
                // Every name comes twice: one of the two violates the key.
                let name = format!("row {:02}", number / 2);
                tokio::spawn(async move { store.write(name, |conn, name| insert(conn, name)).await })
            })
            .collect();
        let mut refused = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => {}
                Err(StoreError::Duplicate { .. }) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((refused, store.read::<_, StoreError, _>(names).await.unwrap().len()), (20, 20));
    });
}

#[test]
fn a_full_queue_answers_busy_at_once_and_loses_nothing_that_it_took() {
    block_on(async {
        let fresh = Fresh::sqlite();
        let store = fresh.open();
        let (open_gate, gate) = channel();
        let holder = tokio::spawn({
            let store = store.clone();
            async move { hold(&store, gate).await }
        });
        let_all_queue().await;
        let tasks: Vec<_> = (0..5_000)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { store.write(format!("{number:04}"), |conn, name| insert(conn, name)).await })
            })
            .collect();
        let_all_queue().await;
        drop(open_gate);
        let (mut kept, mut busy) = (0, 0);
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => kept += 1,
                Err(StoreError::Busy) => busy += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
        holder.await.unwrap();
        assert!(busy > 0);
        assert_eq!(store.read::<_, StoreError, _>(names).await.unwrap().len(), kept);
    });
}
