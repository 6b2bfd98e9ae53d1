//! Plans keep every promise, whatever the fleet, the keys and the rules.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::channel::Channel;
use crate::forecast::{Assumptions, machine as forecast_machine};
use crate::keys::read_keys;
use crate::matching::assign;
use crate::merge::License;
use crate::product::{Application, Kind};
use crate::record::{Host, Product, Service};
use crate::state::State;

const NOW: &str = "2026-03-02T00:00:00Z"; // A Monday.

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A machine with one lease; `days` is `None` where it is overdue.
fn machine(at: usize, days: Option<u32>, site: &str) -> Machine {
    let product = Product {
        application: Application::Windows,
        activation_id: None,
        name: None,
        description: None,
        channel: Channel::KmsClient,
        partial_key: Some("FKE01".to_owned()),
        is_addon: false,
        state: Some(if days.is_some() { State::Licensed } else { State::Notification }),
        reason: None,
        remaining_min: days.map(|days| days * 1440),
        activation_interval_min: None,
        renewal_interval_min: None,
        kms_host: None,
        activation_type: None,
        rearms_left: None,
        is_kms_host: false,
    };
    let kind = Kind::recognise("Windows(R), Enterprise edition", "", Some(19045));
    let host = Host { name: Some(format!("ws-{at}")), site: Some(site.to_owned()), ..Host::default() };
    Machine {
        id: format!("ws-{at}"),
        host,
        service: Service::default(),
        licenses: vec![License { product, kind, observed_at: now() }],
        observed_at: now(),
        reports: 1,
        places: Vec::new(),
        doubts: Vec::new(),
    }
}

struct World {
    machines: Vec<Machine>,
    forecasts: Vec<MachineForecast>,
    keys: Vec<Key>,
    matching: Matching,
}

impl World {
    fn new(machines: Vec<Machine>, remaining: u32) -> Self {
        let with = Assumptions::at(now());
        let forecasts: Vec<MachineForecast> = machines.iter().map(|machine| forecast_machine(machine, &with)).collect();
        let list =
            format!("label,product,remaining\nA,Windows 11 Enterprise,{remaining}\nB,Office LTSC Standard 2021,9\n");
        let keys = read_keys(list.as_bytes()).unwrap().keys;
        let matching = assign(&machines, &forecasts, &keys);
        Self { machines, forecasts, keys, matching }
    }

    fn fleet(&self) -> Fleet<'_> {
        Fleet { machines: &self.machines, forecasts: &self.forecasts, keys: &self.keys, matching: &self.matching }
    }
}

fn rules(capacity_per_day: u32) -> Rules {
    Rules { capacity_per_day, pilots: 0, ..Rules::from_day("2026-03-02".parse().unwrap()) }
}

/// Waves as `day: machines`.
fn waves(plan: &Plan) -> Vec<String> {
    let names = |wave: &Wave| wave.machines.iter().map(|planned| planned.machine.clone()).collect::<Vec<_>>().join(" ");
    plan.waves.iter().map(|wave| format!("{}: {}", wave.day, names(wave))).collect()
}

#[test]
fn the_most_urgent_machines_come_first() {
    let world = World::new(vec![machine(1, Some(100), "a"), machine(2, None, "a"), machine(3, Some(20), "a")], 9);
    let plan = make(&world.fleet(), &rules(1));
    assert_eq!(waves(&plan), ["2026-03-02: ws-2", "2026-03-03: ws-3", "2026-03-04: ws-1"]);
    assert!(plan.unsaved.is_empty() && verify(&plan, &world.fleet(), &rules(1)).is_empty());
}

#[test]
fn overdue_machines_wait_when_going_first_would_lose_others() {
    let world = World::new(vec![machine(1, Some(16), "a"), machine(2, None, "a")], 9);
    let plan = make(&world.fleet(), &rules(1));
    assert_eq!(waves(&plan), ["2026-03-02: ws-2", "2026-03-03: ws-1"]);
    let world = World::new(vec![machine(1, Some(16), "a"), machine(2, None, "a"), machine(3, None, "a")], 9);
    let plan = make(&world.fleet(), &rules(1));
    assert_eq!(waves(&plan), ["2026-03-02: ws-1", "2026-03-03: ws-2", "2026-03-04: ws-3"]);
    assert!(plan.unsaved.is_empty());
}

#[test]
fn capacity_that_does_not_suffice_is_told_with_the_one_that_would() {
    let world = World::new((0..10).map(|at| machine(at, Some(16), "a")).collect(), 20);
    let plan = make(&world.fleet(), &rules(1));
    assert_eq!(plan.planned(), 10);
    assert_eq!(plan.unsaved.len(), 8);
    assert!(plan.unsaved.iter().all(|unsaved| unsaved.reason == Lost::Capacity));
    assert_eq!(plan.remedies, [Remedy::MoreCapacity { per_day: 5 }]);
    assert!(make(&world.fleet(), &rules(5)).unsaved.is_empty());
}

#[test]
fn one_late_machine_does_not_make_all_others_late() {
    let world = World::new((0..30).map(|at| machine(at, Some(15 + u32::try_from(at).unwrap() / 2), "a")).collect(), 99);
    let plan = make(&world.fleet(), &rules(1));
    // Two end each day and one moves each day: every second one is lost, not nearly all.
    assert_eq!(plan.unsaved.len(), 15);
    assert_eq!(plan.planned(), 30);
}

#[test]
fn a_used_up_key_leaves_machines_unsaved_and_says_how_many_are_missing() {
    let world = World::new((0..3).map(|at| machine(at, Some(50), "a")).collect(), 2);
    let plan = make(&world.fleet(), &rules(9));
    assert_eq!((plan.planned(), plan.unsaved.len(), plan.used[0]), (2, 1, 2));
    assert_eq!(plan.unsaved[0].reason, Lost::NoKey);
    assert!(matches!(plan.remedies[0], Remedy::MoreActivations { count: 1, .. }));
}

#[test]
fn a_machine_within_its_reserve_still_moves_before_its_end() {
    let world = World::new(vec![machine(1, Some(5), "a")], 9);
    let plan = make(&world.fleet(), &rules(1));
    let planned = &plan.waves[0].machines[0];
    assert_eq!((planned.urgency, planned.last_safe_day), (Urgency::InReserve, Some("2026-03-06".parse().unwrap())));
    assert!(plan.unsaved.is_empty());
}

#[test]
fn pilots_go_ahead_of_their_product_and_site() {
    let world = World::new((0..4).map(|at| machine(at, Some(90), if at == 3 { "b" } else { "a" })).collect(), 9);
    let rules = Rules { pilots: 1, pilot_pause_days: 2, ..rules(9) };
    let plan = make(&world.fleet(), &rules);
    assert_eq!(waves(&plan), ["2026-03-02: ws-0 ws-3", "2026-03-05: ws-1 ws-2"]);
    assert!(plan.waves[0].machines.iter().all(|planned| planned.is_pilot));
}

#[test]
fn who_cannot_wait_for_pilots_does_not() {
    let world = World::new(vec![machine(0, Some(15), "a"), machine(1, Some(16), "a"), machine(2, Some(90), "a")], 9);
    let plan = make(&world.fleet(), &Rules { pilots: 1, pilot_pause_days: 5, ..rules(9) });
    assert_eq!(waves(&plan), ["2026-03-02: ws-0 ws-1", "2026-03-08: ws-2"]);
    assert!(plan.unsaved.is_empty());
}

#[test]
fn an_order_that_leads_back_to_itself_closes_a_circle() {
    let orders: Vec<(String, String)> =
        [("a", "b"), ("b", "c"), ("x", "c")].iter().map(|(first, then)| ((*first).into(), (*then).into())).collect();
    for (first, then, is_circle) in
        [("c", "a", true), ("b", "a", true), ("a", "a", true), ("a", "c", false), ("c", "d", false), ("a", "x", false)]
    {
        assert_eq!(closes_circle(&orders, first, then), is_circle, "{first} before {then}");
    }
}

#[test]
fn closed_days_and_orders_are_kept() {
    let world = World::new(vec![machine(0, Some(90), "a"), machine(1, Some(80), "b")], 9);
    let mut rules = Rules { start: "2026-03-07".parse().unwrap(), ..rules(9) }.on_workdays();
    rules.orders.push(Order { first: "a".to_owned(), then: "b".to_owned() });
    let plan = make(&world.fleet(), &rules);
    assert_eq!(waves(&plan), ["2026-03-09: ws-0", "2026-03-10: ws-1"]);
    assert!(verify(&plan, &world.fleet(), &rules).is_empty());
    rules.orders.push(Order { first: "b".to_owned(), then: "a".to_owned() });
    let circle = make(&world.fleet(), &rules);
    assert_eq!((circle.planned(), circle.unsaved.len()), (0, 2));
    assert_eq!(circle.unsaved[0].reason, Lost::WaitsForOthers);
}

#[test]
fn the_proof_finds_what_a_broken_plan_breaks() {
    let world = World::new(vec![machine(0, Some(20), "a"), machine(1, Some(20), "a")], 1);
    let fleet = world.fleet();
    let good = make(&fleet, &rules(1));
    assert!(verify(&good, &fleet, &rules(1)).is_empty());
    let mut late = good.clone();
    late.waves[0].day = "2026-04-20".parse().unwrap();
    assert_eq!(verify(&late, &fleet, &rules(1)), [Breach::AfterLastSafeDay { machine: "ws-0".to_owned() }]);
    let mut twice = good.clone();
    twice.waves.push(Wave { number: 2, ..twice.waves[0].clone() });
    assert_eq!(
        verify(&twice, &fleet, &rules(1)),
        [Breach::Twice { machine: "ws-0".to_owned() }, Breach::KeyOverused { key: "A".to_owned() }]
    );
    let mut none = good.clone();
    none.waves.clear();
    assert_eq!(verify(&none, &fleet, &rules(1)), [Breach::Forgotten { machine: "ws-0".to_owned() }]);
    assert_eq!(verify(&good, &fleet, &rules(0)), [Breach::OverCapacity { wave: 1 }]);
}

fn any_fleet() -> impl Strategy<Value = Vec<Machine>> {
    proptest::collection::vec((proptest::option::of(0..180_u32), 0..3_usize), 0..40).prop_map(|shapes| {
        shapes.into_iter().enumerate().map(|(at, (days, site))| machine(at, days, ["a", "b", "c"][site])).collect()
    })
}

fn any_rules() -> impl Strategy<Value = Rules> {
    (0..8_u32, 0..3_u32, 0..4_u32, any::<bool>(), proptest::option::of(0..3_u32), any::<bool>()).prop_map(
        |(capacity, pilots, pilot_pause_days, workdays, site_capacity, has_order)| {
            let mut rules = Rules { pilots, pilot_pause_days, ..rules(capacity) };
            if workdays {
                rules = rules.on_workdays();
            }
            if let Some(capacity) = site_capacity {
                let until = "2026-05-01".parse().ok();
                rules.windows.push(Window {
                    site: Some("b".to_owned()),
                    weekdays: [true; 7],
                    from: None,
                    until,
                    closed: Vec::new(),
                    capacity_per_day: Some(capacity),
                });
            }
            if has_order {
                rules.orders.push(Order { first: "c".to_owned(), then: "a".to_owned() });
            }
            rules
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_keeps_every_promise(machines in any_fleet(), rules in any_rules(), remaining in 0..50_u32) {
        let world = World::new(machines, remaining);
        let plan = make(&world.fleet(), &rules);
        prop_assert_eq!(verify(&plan, &world.fleet(), &rules), Vec::new());
        prop_assert!(plan.used[0] <= remaining);
        for wave in &plan.waves {
            prop_assert!(wave.machines.len() <= usize::try_from(rules.capacity_per_day).unwrap());
            for planned in &wave.machines {
                prop_assert!(planned.is_late || planned.last_safe_day.is_none_or(|last| wave.day <= last));
            }
        }
        let late = plan.waves.iter().flat_map(|wave| &wave.machines).filter(|planned| planned.is_late);
        for planned in late {
            prop_assert!(plan.unsaved.iter().any(|unsaved| unsaved.machine == planned.machine));
        }
    }

    #[test]
    fn a_later_start_never_saves_more(machines in any_fleet(), days in 0..60_i64) {
        let world = World::new(machines, 99);
        let start = (now() + SignedDuration::from_hours(24 * days)).to_zoned(jiff::tz::TimeZone::UTC).date();
        let count = |rules: &Rules| make(&world.fleet(), rules).unsaved.len();
        let later = Rules { start, ..rules(2) };
        prop_assert!(count(&rules(2)) <= count(&later));
    }
}
