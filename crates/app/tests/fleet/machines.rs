//! The list of machines, the summary, and giving machines to waves.

use jiff::civil::date;
use perpetua_app::fleet::{self, Assignment, MachineState, Risk, Selection, WaveState};
use perpetua_test_support::TestApp;

use super::*;

/// The test's clock stands on 2026-03-02; a lease collected then with all its minutes ends on 2026-08-29.
const FULL: u32 = 259_200;
/// Ten days.
const SHORT: u32 = 14_400;

async fn sent(test: &TestApp, world: &World) {
    let rows = [
        ("A-long", "VOLUME_KMSCLIENT", 1, FULL),
        ("B-short", "VOLUME_KMSCLIENT", 1, SHORT),
        ("C-over", "VOLUME_KMSCLIENT", 5, 0),
        ("D-moved", "VOLUME_MAK", 1, 0),
    ];
    fleet::upload(&test.app, &world.owner, world.customer, upload("fleet.csv", inventory(&rows))).await.unwrap();
}

#[test]
fn machines_are_filtered_by_state_risk_and_name_and_sorted_by_urgency() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        sent(&test, &world).await;
        let by = |filter| names(&test, &world, filter);
        assert_eq!(by(MachineFilter::default()).await, ["C-over", "B-short", "A-long", "D-moved"]);
        let risk = |risk| MachineFilter { risk: Some(risk), ..MachineFilter::default() };
        assert_eq!(by(risk(Risk::Overdue)).await, ["C-over"]);
        assert_eq!(by(risk(Risk::Urgent)).await, ["B-short"]);
        assert_eq!(by(risk(Risk::InTime)).await, ["A-long"]);
        assert_eq!(by(risk(Risk::None)).await, ["D-moved"]);
        let state = MachineFilter { state: Some(MachineState::Moved), ..MachineFilter::default() };
        assert_eq!(by(state).await, ["D-moved"]);
        let text = MachineFilter { text: "b-S".to_owned(), ..MachineFilter::default() };
        assert_eq!(by(text).await, ["B-short"]);
        let product = MachineFilter { product: Some("windows.enterprise.10".to_owned()), ..MachineFilter::default() };
        assert_eq!(by(product).await.len(), 4);
        for row in machines(&test, &world).await {
            let own = MachineFilter { risk: Some(row.risk), ..MachineFilter::default() };
            assert!(by(own).await.contains(&row.name), "list and view agree about {row:?}");
        }
    });
}

#[test]
fn pages_go_on_where_they_ended_in_either_order() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let all: Vec<(String, u32)> = (0..7).map(|at| (format!("WS-{at}"), 200_000 - at % 3 * 1_440)).collect();
        let rows: Vec<(&str, u32)> = all.iter().map(|(name, minutes)| (name.as_str(), *minutes)).collect();
        fleet::upload(&test.app, &world.owner, world.customer, leases(&rows)).await.unwrap();
        for sort in [MachineSort::Name, MachineSort::LastSafeDay] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let question = MachineQuestion { filter: MachineFilter::default(), sort, after, limit: 3 };
                let page = fleet::machines(&test.app, &world.owner, world.customer, question).await.unwrap();
                seen.extend(page.rows.into_iter().map(|row| (row.last_safe_day, row.name)));
                let Some(next) = page.next else { break };
                after = Some(next.to_string().parse().unwrap());
            }
            let names: std::collections::BTreeSet<_> = seen.iter().map(|(_, name)| name.clone()).collect();
            assert_eq!((seen.len(), names.len()), (7, 7), "{sort}");
            let is_sorted = match sort {
                MachineSort::Name => seen.is_sorted_by_key(|(_, name)| name.clone()),
                MachineSort::LastSafeDay => seen.is_sorted_by_key(|(day, _)| *day),
            };
            assert!(is_sorted, "{sort}: {seen:?}");
        }
    });
}

#[test]
fn the_summary_counts_states_risks_and_days_and_answers_what_if() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        sent(&test, &world).await;
        let summary = fleet::summary(&test.app, &world.owner, world.customer).await.unwrap();
        assert_eq!(summary.machines, 4);
        assert_eq!(summary.states, [(MachineState::Open, 3), (MachineState::Moved, 1)]);
        assert_eq!(summary.risks, [(Risk::Overdue, 1), (Risk::Urgent, 1), (Risk::InTime, 1), (Risk::None, 1)]);
        assert_eq!(summary.products, [("windows.enterprise.10".to_owned(), "Windows 10 Enterprise".to_owned(), 4)]);
        // Ten days from the second of March, less one day before the end, less fourteen of reserve.
        assert_eq!(summary.safe_until, Some(date(2026, 2, 25)));
        assert_eq!(summary.first_end, Some(date(2026, 3, 11)));
        assert_eq!(summary.ends.iter().map(|day| day.machines).sum::<i64>(), 2);
        assert!(summary.may.edit && summary.may.enter_keys && summary.may.scripts);
        let alarm = summary.alarm.unwrap();
        assert_eq!((alarm.threshold, alarm.days_left, alarm.machines), (2, -5, 1));

        let later =
            fleet::what_if(&test.app, &world.agent, world.customer, Some(date(2026, 12, 1)), None).await.unwrap();
        let ends: Vec<_> = later.ends.iter().map(|day| day.day).collect();
        // The machine out of contact ends as before; the other one renews until December.
        assert_eq!(ends, [date(2026, 3, 11), date(2027, 5, 22)]);
        let same = fleet::summary(&test.app, &world.owner, world.customer).await.unwrap();
        assert_eq!(same, summary, "nothing is stored");
    });
}

#[test]
fn machines_are_given_to_waves_left_out_and_taken_in_within_the_keys() {
    TestApp::each(|test| async move {
        let world = World::of(&test).await;
        let (app, customer) = (&test.app, world.customer);
        sent(&test, &world).await;
        let all = || Selection::Filter(MachineFilter::default());
        let give = |which, to| fleet::assign(app, &world.agent, customer, which, to);
        assert_eq!(field(give(all(), Assignment::Wave(1)).await), ("wave".to_owned(), "fleet_wave_missing"));
        fleet::add_key(app, &world.owner, customer, mak("MAK A", 3), None).await.unwrap();
        let plan = fleet::make_plan(app, &world.owner, customer, settings(1), None).await.unwrap();
        assert_eq!(plan.waves.len(), 3);
        let long = machines(&test, &world).await.into_iter().find(|row| row.name == "A-long").unwrap();
        let one = || Selection::Ids(vec![long.id]);
        assert_eq!(give(one(), Assignment::LeaveOut).await.unwrap(), 1);
        let states = |rows: Vec<MachineView>| -> Vec<_> { rows.into_iter().map(|row| (row.state, row.wave)).collect() };
        assert_eq!(states(machines(&test, &world).await)[0], (MachineState::LeftOut, None));
        assert_eq!(give(one(), Assignment::Wave(1)).await.unwrap(), 0, "first it has to be taken in");
        assert_eq!(give(one(), Assignment::TakeIn).await.unwrap(), 1);
        assert_eq!(give(one(), Assignment::Wave(1)).await.unwrap(), 1);
        assert_eq!(states(machines(&test, &world).await)[0], (MachineState::Planned, Some(1)));
        assert_eq!(fleet::waves(app, &world.owner, customer).await.unwrap()[0].machines, 2);
        assert_eq!(give(all(), Assignment::NoWave).await.unwrap(), 3);

        let key = fleet::keys(app, &world.owner, customer).await.unwrap().remove(0);
        let fleet::KeyRef::Entered(key) = key.id else { panic!("an entered key") };
        fleet::set_remaining(app, &world.owner, customer, key, 2, 0).await.unwrap();
        assert_eq!(code(give(all(), Assignment::Wave(1)).await), "fleet_no_activations");
        assert!(machines(&test, &world).await.iter().all(|row| row.wave.is_none()), "nothing changed");
        let wave = &fleet::waves(app, &world.owner, customer).await.unwrap()[0];
        assert_eq!((wave.machines, wave.state), (0, WaveState::Planned));
        let many = Selection::Ids(vec![long.id; fleet::ASSIGN_MAX + 1]);
        assert_eq!(code(give(many, Assignment::NoWave).await), "fleet_selection_too_large");
    });
}
