//! The audit chain, the doctor, the outbox and changes of keys, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use jiff::SignedDuration;
use perpetua_app::audit::{self, Entry};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::jobs::Jobs;
use perpetua_app::outbox::{ATTEMPTS_MAX, Delivered, Delivery, dead_letters, deliver_due, send_again};
use perpetua_app::{App, Caller, Problem, doctor, event, retention, sealer};
use perpetua_domain::access::Role;
use perpetua_domain::id::AuditId;
use perpetua_store::outbox::OutboxRow;
use perpetua_store::retention::{self as kept, Kind};
use perpetua_store::{Conn, StoreError, Utc, audit as audit_rows, audit_chain};
use perpetua_test_support::TestApp;
use serde_json::json;
use uuid::Uuid;

async fn record(app: &App, caller: &Caller, number: usize) {
    let entry = Entry::new("customer.created", "customer", number).detail(json!({ "name": "Northlake" }));
    let input = (app.stamp(caller), entry);
    let write = |conn: &mut Conn, (stamp, entry): &(perpetua_app::Stamp, Entry)| {
        let mut ids = stamp.seed.ids();
        audit::record(conn, &mut ids, stamp, entry)?;
        event::push(conn, &mut ids, stamp, "customer.created", &json!({ "customer": 1 }))
    };
    app.store.write::<_, (), StoreError, _>(input, write).await.unwrap();
}

fn node(app: &App) -> Uuid {
    app.entropy.uuid(app.real_clock.now())
}

/// Changes stored rows as somebody with the database's password would.
async fn tamper(app: &App, sql: impl Into<String>) {
    let run = |conn: &mut Conn, sql: &String| {
        diesel::RunQueryDsl::execute(diesel::sql_query(sql), conn)?;
        Ok::<_, StoreError>(())
    };
    app.store.write(sql.into(), run).await.unwrap();
}

async fn codes(app: &App) -> Vec<&'static str> {
    let report = doctor::examine(app, SignedDuration::from_secs(60), &[]).await.unwrap();
    let mut codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

async fn given_three_blocks(test: &TestApp) -> Caller {
    let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
    for block in 0..3 {
        for number in 0..=block * 2 {
            record(&test.app, &caller, number).await;
        }
        assert_eq!(sealer::seal_all(&test.app, node(&test.app)).await.unwrap(), 1);
        test.real_clock.advance(SignedDuration::from_mins(1));
    }
    caller
}

#[test]
fn sealed_records_verify_and_the_chain_grows() {
    TestApp::each(|test| async move {
        given_three_blocks(&test).await;
        let report = doctor::examine(&test.app, SignedDuration::from_secs(60), &[]).await.unwrap();
        assert_eq!((report.blocks, report.records, report.findings), (3, 9, vec![]));
        assert_eq!(sealer::seal_all(&test.app, node(&test.app)).await.unwrap(), 0);
    });
}

#[test]
fn every_alteration_of_records_and_blocks_is_found() {
    let alterations = [
        ("UPDATE audit_record SET detail = '{}' WHERE block_height = 2 AND block_position = 1", "block-root"),
        ("UPDATE audit_record SET at = at + 1 WHERE block_height = 1", "block-root"),
        ("UPDATE audit_block SET root = previous WHERE height = 2", "block-root"),
        ("UPDATE audit_block SET sealed_at = sealed_at + 1 WHERE height = 2", "block-signature"),
        ("UPDATE audit_block SET signing_key = 'x' WHERE height = 3", "block-signature"),
        ("UPDATE audit_personal SET value = 'forged'", "personal-value"),
        ("DELETE FROM audit_block WHERE height = 2", "block-missing"),
        ("UPDATE audit_record SET block_height = NULL WHERE block_height = 3", "block-count"),
        ("UPDATE audit_record SET block_height = 9 WHERE block_height = 3 AND block_position = 2", "block-count"),
    ];
    TestApp::each(|test| async move {
        drop(test);
        for (sql, expected) in alterations {
            for engine in [perpetua_store::Engine::Sqlite, perpetua_store::Engine::Postgres] {
                let Some(test) = TestApp::start(engine).await else { continue };
                given_three_blocks(&test).await;
                tamper(&test.app, sql).await;
                let found = codes(&test.app).await;
                assert!(found.contains(&expected), "{engine:?}: {sql} gives {found:?}");
            }
        }
    });
}

#[test]
fn erasing_personal_values_keeps_the_chain_valid() {
    TestApp::each(|test| async move {
        given_three_blocks(&test).await;
        let erase = |conn: &mut Conn, (): &()| {
            let records = audit_chain::records_of(conn, 2)?;
            let ids: Vec<AuditId> = records.iter().map(|record| record.id.0).collect();
            for id in ids {
                assert_eq!(audit_chain::erase_personal(conn, id)?, 1);
            }
            Ok::<_, StoreError>(())
        };
        test.app.store.write((), erase).await.unwrap();
        assert_eq!(codes(&test.app).await, Vec::<&str>::new());
    });
}

#[test]
fn a_chain_that_was_cut_or_replaced_contradicts_a_head_kept_elsewhere() {
    TestApp::each(|test| async move {
        given_three_blocks(&test).await;
        let head = doctor::head(&test.app).await.unwrap().unwrap();
        let examine = async |head: &doctor::Head| {
            let report = doctor::examine(&test.app, SignedDuration::from_secs(60), std::slice::from_ref(head)).await;
            report.unwrap().findings.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
        };
        assert_eq!(examine(&head).await, Vec::<&str>::new());
        assert_eq!(examine(&doctor::Head { hash: "00".into(), ..head.clone() }).await, ["head-differs"]);
        tamper(&test.app, "DELETE FROM audit_personal").await;
        tamper(&test.app, "DELETE FROM audit_record WHERE block_height = 3").await;
        tamper(&test.app, "DELETE FROM audit_block WHERE height = 3").await;
        assert_eq!(examine(&head).await, ["head-missing"]);
    });
}

#[test]
fn records_that_stay_unsealed_are_found() {
    TestApp::each(|test| async move {
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        record(&test.app, &caller, 1).await;
        assert_eq!(codes(&test.app).await, Vec::<&str>::new());
        test.clock.advance(SignedDuration::from_mins(2));
        assert_eq!(codes(&test.app).await, ["unsealed"]);
    });
}

#[test]
fn of_two_sealers_one_works_and_a_second_block_of_one_height_loses() {
    TestApp::each(|test| async move {
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let (first, second) = (node(&test.app), node(&test.app));
        record(&test.app, &caller, 1).await;
        assert_eq!(sealer::seal_all(&test.app, first).await.unwrap(), 1);
        record(&test.app, &caller, 2).await;
        assert_eq!(sealer::seal_all(&test.app, second).await.unwrap(), 0, "the first holds the lease");
        // A holder that stalled past its lease meets the new one: the height decides.
        let (a, b) = tokio::join!(sealer::seal_block(&test.app), sealer::seal_block(&test.app));
        assert!(a.unwrap() | b.unwrap());
        sealer::release(&test.app, first).await.unwrap();
        record(&test.app, &caller, 3).await;
        assert_eq!(sealer::seal_all(&test.app, second).await.unwrap(), 1);
        let report = doctor::examine(&test.app, SignedDuration::from_secs(60), &[]).await.unwrap();
        assert_eq!((report.records, report.findings), (3, vec![]));
    });
}

#[test]
fn stopping_the_jobs_seals_what_the_last_answers_recorded() {
    TestApp::each(|test| async move {
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        let jobs = Jobs::start(test.app.clone());
        for number in 0..5 {
            record(&test.app, &caller, number).await;
        }
        jobs.stop().await;
        let waiting = test.app.store.read(|conn| audit_chain::unsealed(conn, 10)).await.unwrap();
        assert_eq!(waiting.len(), 0);
        assert_eq!(codes(&test.app).await, Vec::<&str>::new());
    });
}

/// Fails as long as it is told to.
struct Flaky {
    failures: AtomicUsize,
    deliveries: AtomicUsize,
}

impl Delivery for Flaky {
    fn deliver<'a>(&'a self, _: &'a OutboxRow) -> BoxFuture<'a, Result<Delivered, String>> {
        self.deliveries.fetch_add(1, Ordering::Relaxed);
        let fails = self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        Box::pin(async move { if fails.is_ok() { Err("the receiver said no".to_owned()) } else { Ok(Delivered::Yes) } })
    }
}

#[test]
fn a_failed_delivery_is_tried_again_with_pauses_until_it_succeeds() {
    TestApp::each(|test| async move {
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        record(&test.app, &caller, 1).await;
        let way = Flaky { failures: AtomicUsize::new(2), deliveries: AtomicUsize::new(0) };
        let round = async || deliver_due(&test.app, &way, node(&test.app)).await.unwrap();
        assert_eq!(round().await, 1);
        assert_eq!(round().await, 0, "not before the pause is over");
        test.real_clock.advance(SignedDuration::from_secs(31));
        assert_eq!(round().await, 1);
        test.real_clock.advance(SignedDuration::from_secs(61));
        assert_eq!(round().await, 1);
        test.real_clock.advance(SignedDuration::from_hours(24));
        assert_eq!(round().await, 0, "delivered once");
        assert_eq!(way.deliveries.load(Ordering::Relaxed), 3);
    });
}

#[test]
fn an_event_that_never_arrives_is_laid_aside_and_can_be_sent_again() {
    TestApp::each(|test| async move {
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        record(&test.app, &caller, 1).await;
        let way = Flaky { failures: AtomicUsize::new(1_000), deliveries: AtomicUsize::new(0) };
        for _ in 0..ATTEMPTS_MAX {
            assert_eq!(deliver_due(&test.app, &way, node(&test.app)).await.unwrap(), 1);
            test.real_clock.advance(SignedDuration::from_hours(7));
        }
        assert_eq!(deliver_due(&test.app, &way, node(&test.app)).await.unwrap(), 0);
        let dead = dead_letters(&test.app, &caller, None, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].last_error.as_str()), (1, "the receiver said no"));
        let (at, id) = dead[0].key();
        assert!(dead_letters(&test.app, &caller, Some((at, id)), 10).await.unwrap().is_empty());

        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let refused: Problem = send_again(&test.app, &agent, id).await.unwrap_err();
        assert_eq!(refused.code, "missing_role");
        send_again(&test.app, &caller, id).await.unwrap();
        way.failures.store(0, Ordering::Relaxed);
        assert_eq!(deliver_due(&test.app, &way, node(&test.app)).await.unwrap(), 1);
        assert_eq!(send_again(&test.app, &caller, id).await.unwrap_err().code, "not_found");
    });
}

#[test]
fn many_workers_deliver_each_event_once() {
    TestApp::each(|test| async move {
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        for number in 0..40 {
            record(&test.app, &caller, number).await;
        }
        let way = Arc::new(Flaky { failures: AtomicUsize::new(0), deliveries: AtomicUsize::new(0) });
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let (app, way) = (test.app.clone(), way.clone());
            workers.spawn(async move {
                let worker = node(&app);
                while deliver_due(&app, &*way, worker).await.unwrap() > 0 {}
            });
        }
        workers.join_all().await;
        assert_eq!(way.deliveries.load(Ordering::Relaxed), 40);
    });
}

#[test]
fn what_is_kept_for_a_time_goes_in_chunks_and_nothing_else_does() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let caller = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        for number in 0..4 {
            record(app, &caller, number).await;
        }
        test.session(&caller).await;
        // One event waits, one is dead, one was delivered long ago and one lately.
        for (word, place) in [("dead_at", 1), ("done_at", 2), ("done_at", 3)] {
            let at = if place == 3 { "created_at + 8 * 86400000000" } else { "created_at" };
            let id = format!("(SELECT id FROM outbox ORDER BY id LIMIT 1 OFFSET {place})");
            tamper(app, format!("UPDATE outbox SET {word} = {at} WHERE id = {id}")).await;
        }
        let minute = app.real_clock.now().as_second() / 60;
        let count = move |conn: &mut Conn, sources: &std::ops::Range<u32>| {
            sources
                .clone()
                .try_for_each(|source| audit_rows::count_anonymous(conn, &source.to_be_bytes(), minute, "sign_in", 1))
        };
        for sources in [0..700, 700..1_200] {
            app.store.write::<_, (), StoreError, _>(sources, count).await.unwrap();
        }
        assert_eq!(retention::sweep(app).await.unwrap(), 0, "everything is young");
        test.real_clock.advance(SignedDuration::from_hours(24 * 9));
        assert_eq!(retention::sweep(app).await.unwrap(), 2, "an event, and the sign-in");
        let number =
            async |what: &str| test.number(&format!("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM {what}")).await;
        assert_eq!((number("outbox").await, number("anonymous_attempt").await), (3, 1_200));
        test.real_clock.advance(SignedDuration::from_hours(24 * 82));
        assert_eq!(retention::sweep(app).await.unwrap(), 1_201, "more than two chunks");
        assert_eq!((number("outbox").await, number("anonymous_attempt").await), (2, 0), "not delivered, not forgotten");
        assert_eq!(number("audit_record").await, 4);
        assert_eq!(retention::sweep(app).await.unwrap(), 0);
    });
}

#[test]
fn every_kind_that_is_kept_for_a_time_can_be_removed() {
    TestApp::each(|test| async move {
        for kind in Kind::ALL {
            let remove = move |conn: &mut Conn, (): &()| kept::remove(conn, kind, Utc::from_micros(0));
            assert_eq!(test.app.store.write::<_, _, StoreError, _>((), remove).await.unwrap(), 0, "{kind:?}");
        }
    });
}
