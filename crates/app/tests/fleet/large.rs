//! More machines than one transaction changes: nobody sees half of a change, nothing is lost when one stops half way,
//! and what scripts report meanwhile is kept.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use perpetua_app::fleet::{self, Assignment, MachineState, Selection, script_pack};
use perpetua_domain::id::{FleetMachineId, TenantId};
use perpetua_store::fleet as rows;
use perpetua_store::fleet::machines::{self as machine_rows, MachineRow};
use perpetua_store::{Conn, StoreError};
use perpetua_test_support::TestApp;

use super::moving::{line, token};
use super::*;

/// More than two steps of a change.
const MANY: usize = 640;

fn many() -> Upload {
    let all: Vec<String> = (0..MANY).map(|at| format!("WS-{at:04}")).collect();
    let rows: Vec<(&str, u32)> = all.iter().map(|name| (name.as_str(), 200_000)).collect();
    leases(&rows)
}

async fn read<T: Send + 'static>(
    test: &TestApp,
    ask: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
) -> T {
    test.app.store.read(ask).await.unwrap()
}

async fn all(test: &TestApp, customer: TenantId) -> Vec<MachineRow> {
    read(test, move |conn| machine_rows::all(conn, customer)).await
}

/// How many machines stand in each generation up to the newest.
async fn generations(test: &TestApp, customer: TenantId) -> Vec<usize> {
    read(test, move |conn| {
        let newest = rows::find(conn, customer)?.map_or(0, |fleet| fleet.last_generation);
        (0..=newest).map(|at| Ok(machine_rows::of_generation(conn, (customer, at), None, 100_000)?.len())).collect()
    })
    .await
}

async fn ready(test: &TestApp, world: &World) {
    fleet::upload(&test.app, &world.owner, world.customer, many()).await.unwrap();
    let key = NewKey { remaining: 5_000, ..mak("MAK A", 0) };
    fleet::add_key(&test.app, &world.owner, world.customer, key, None).await.unwrap();
}

#[test]
fn a_plan_of_many_machines_appears_at_once_and_leaves_nothing_behind() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        ready(&test, &world).await;
        let ends = Arc::new(AtomicBool::new(false));
        let (reader, stop, caller) = (app.clone(), ends.clone(), world.agent.clone());
        let watch = tokio::spawn(async move {
            let mut seen = BTreeSet::new();
            while !stop.load(Ordering::Relaxed) {
                seen.insert(fleet::summary(&reader, &caller, customer).await.unwrap().states);
            }
            seen
        });
        let plan = fleet::make_plan(app, &world.owner, customer, settings(100), None).await.unwrap();
        ends.store(true, Ordering::Relaxed);
        assert!(plan.is_proved && plan.unsaved.is_empty());
        let count = i64::try_from(MANY).unwrap();
        let whole = [vec![(MachineState::Open, count)], vec![(MachineState::Planned, count)]];
        for seen in watch.await.unwrap() {
            assert!(whole.contains(&seen), "half of a plan was seen: {seen:?}");
        }
        assert_eq!(plan.waves.iter().map(|wave| wave.machines).sum::<i64>(), count);
        assert_eq!(generations(&test, customer).await, [0, MANY]);

        let ids = |machines: Vec<MachineRow>| machines.into_iter().map(|row| row.id.0).collect::<BTreeSet<_>>();
        let before = ids(all(&test, customer).await);
        let everything = Selection::Filter(MachineFilter::default());
        let taken = fleet::assign(app, &world.agent, customer, everything, Assignment::NoWave).await.unwrap();
        assert_eq!(taken, count);
        let after = all(&test, customer).await;
        assert!(
            after.iter().all(|row| row.wave.is_none() && row.state.0 == MachineState::Open && row.moves.is_empty())
        );
        assert_eq!(ids(after), before, "machines keep their ids");
        assert_eq!(generations(&test, customer).await, [0, 0, MANY]);
        let again = fleet::upload(app, &world.owner, customer, many()).await.unwrap();
        assert_eq!((again.machines_new, again.machines_changed), (0, 0));
    });
}

#[test]
fn an_upload_that_stopped_half_way_is_finished_by_uploading_again() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        let first = fleet::upload(app, &world.owner, customer, many()).await.unwrap();
        assert_eq!((first.records, first.machines_new), (640, 640));
        let (verdicts, next) = fleet::verdicts(app, &world.owner, customer, first.id, None, Some(600)).await.unwrap();
        assert_eq!((verdicts.len(), next), (40, None), "every record has a verdict");
        let whole = all(&test, customer).await;
        // As if the process had ended before the last steps.
        let lost: Vec<FleetMachineId> = whole.iter().skip(300).map(|row| row.id.0).collect();
        app.store.write(lost, move |conn, lost| machine_rows::remove(conn, (customer, 0), lost)).await.unwrap();
        let again = fleet::upload(app, &world.owner, customer, many()).await.unwrap();
        assert_eq!((again.machines_new, again.machines_changed), (340, 0));
        let facts = |rows: Vec<MachineRow>| -> Vec<_> {
            rows.into_iter().map(|row| (row.identity, row.name, row.last_safe_day, row.state)).collect()
        };
        assert_eq!(facts(all(&test, customer).await), facts(whole));
    });
}

#[test]
fn a_change_that_was_given_up_is_seen_by_nobody_and_the_next_one_takes_it_away() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        ready(&test, &world).await;
        begin(&test, customer, 200).await;
        assert_eq!(generations(&test, customer).await, [MANY, 200]);
        let summary = fleet::summary(app, &world.owner, customer).await.unwrap();
        assert_eq!(summary.machines, i64::try_from(MANY).unwrap());
        fleet::make_plan(app, &world.owner, customer, settings(1_000), None).await.unwrap();
        assert_eq!(generations(&test, customer).await, [0, 0, MANY]);
    });
}

/// Begins another generation with the first machines, as a change does that has not ended.
async fn begin(test: &TestApp, customer: TenantId, machines: i64) {
    test.app
        .store
        .write((), move |conn, ()| {
            let fleet = rows::find(conn, customer)?.unwrap();
            let next = fleet.last_generation + 1;
            rows::save(conn, &rows::FleetRow { last_generation: next, ..fleet.clone() })?;
            let mut begun = machine_rows::of_generation(conn, (customer, fleet.generation), None, machines)?;
            for row in &mut begun {
                row.generation = next;
            }
            machine_rows::insert(conn, &begun)
        })
        .await
        .unwrap();
}

#[test]
fn what_scripts_report_while_a_change_is_written_stands_in_it_too() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        let two = leases(&[("WS-1", 200_000), ("WS-2", 200_000), ("WS-3", 200_000)]);
        fleet::upload(app, &world.owner, customer, two).await.unwrap();
        fleet::add_key(app, &world.owner, customer, mak("MAK A", 50), None).await.unwrap();
        fleet::make_plan(app, &world.owner, customer, settings(5), None).await.unwrap();
        let pack = script_pack(app, &world.owner, customer, 1).await.unwrap();
        begin(&test, customer, 100).await;
        test.clock.advance(jiff::SignedDuration::from_hours(48));
        let mut said = String::new();
        write!(said, "{}{}", line("WS-1", "0x00000000", 0), line("WS-2", "0x80072EE7", 13)).unwrap();
        let version = |test: Arc<TestApp>| async move {
            read(&test, move |conn| rows::find(conn, customer)).await.unwrap().version
        };
        let before = version(test.clone()).await;
        fleet::report(app, &world.owner.origin, &token(&pack), said.as_bytes()).await.unwrap();
        assert_eq!(version(test.clone()).await, before, "reports disturb nobody who changes many machines");
        let standing = |mut rows: Vec<MachineRow>| -> Vec<_> {
            rows.sort_by(|one, other| one.name.cmp(&other.name));
            rows.into_iter().map(|row| (row.name, row.state.0, row.last_exit, row.evidence.is_empty())).collect()
        };
        let begun = read(&test, move |conn| machine_rows::of_generation(conn, (customer, 1), None, 10)).await;
        let expected = [
            ("WS-1".to_owned(), MachineState::Moved, Some(0), false),
            ("WS-2".to_owned(), MachineState::Failed, Some(13), true),
            ("WS-3".to_owned(), MachineState::Planned, None, true),
        ];
        assert_eq!(standing(begun), expected);
        assert_eq!(standing(all(&test, customer).await), expected);
    });
}

#[test]
fn whoever_changes_a_fleet_at_the_same_time_is_heard_one_after_the_other() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        ready(&test, &world).await;
        let plan = fleet::make_plan(app, &world.owner, customer, settings(100), None);
        let again = fleet::upload(app, &world.agent, customer, many());
        let out = Selection::Filter(MachineFilter { text: "ws-00".to_owned(), ..MachineFilter::default() });
        let out = fleet::assign(app, &world.agent, customer, out, Assignment::LeaveOut);
        let (plan, again, out) = tokio::join!(plan, again, out);
        assert_eq!((code(plan), code(again), out.unwrap()), ("done", "done", 100));
        let rows = all(&test, customer).await;
        assert_eq!(rows.len(), MANY);
        assert_eq!(rows.iter().filter(|row| row.state.0 == MachineState::LeftOut).count(), 100);
    });
}
