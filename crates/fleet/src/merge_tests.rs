//! Which reports become one machine, and which of them is believed.

use proptest::prelude::*;

use super::*;
use crate::channel::Channel;
use crate::record::Format;
use crate::state::State;

/// A report in which a test states only what matters to it.
pub fn report(name: &str, day: i64) -> Record {
    let at = "2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * day);
    let name = (!name.is_empty()).then(|| name.to_owned());
    let host = Host {
        fqdn: name.clone().filter(|name| name.contains('.')),
        name: name.map(|name| name.split('.').next().unwrap().to_owned()),
        ..Host::default()
    };
    Record {
        place: Place { file: format!("{day}.txt"), line: 1 },
        format: Format::Json,
        host,
        service: Service::default(),
        collected_at: at,
        received_at: at,
        products: vec![product(1000)],
        doubts: Vec::new(),
    }
}

/// A lease of Windows Enterprise.
pub fn product(minutes: u32) -> Product {
    Product {
        application: crate::product::Application::Windows,
        activation_id: None,
        name: Some("Windows(R), Enterprise edition".to_owned()),
        description: None,
        channel: Channel::KmsClient,
        partial_key: Some("FKE01".to_owned()),
        is_addon: false,
        state: Some(State::Licensed),
        reason: None,
        remaining_min: Some(minutes),
        activation_interval_min: None,
        renewal_interval_min: None,
        kms_host: None,
        activation_type: None,
        rearms_left: None,
        is_kms_host: false,
    }
}

fn ids(records: Vec<Record>) -> Vec<String> {
    merge(records).into_iter().map(|machine| machine.id).collect()
}

fn with_cmid(mut record: Record, digit: char) -> Record {
    record.service.cmid = Some("00000000-bbbb-4ccc-8ddd-eeeeeeee0001".replace('0', &digit.to_string()));
    record
}

#[test]
fn case_and_domain_do_not_make_two_machines() {
    let machines = merge(vec![report("WS-1", 0), report("ws-1.corp.example", 1)]);
    assert_eq!(machines.len(), 1);
    assert_eq!((machines[0].id.as_str(), machines[0].reports), ("ws-1.corp.example", 2));
    assert_eq!(machines[0].doubts, [Doubt::NamesJoined]);
}

#[test]
fn one_name_in_two_domains_is_two_machines() {
    assert_eq!(
        ids(vec![report("ws-1.a.example", 0), report("ws-1.b.example", 0)]),
        ["ws-1.a.example", "ws-1.b.example"]
    );
    let machines = merge(vec![report("ws-1.a.example", 0), report("ws-1.b.example", 0), report("ws-1", 0)]);
    assert_eq!(machines.len(), 3);
    assert!(machines.iter().all(|machine| machine.doubts.contains(&Doubt::NameShared)));
}

#[test]
fn a_directorys_short_name_is_its_full_one() {
    let mut short = report("ws-1", 0);
    short.host.domain = Some("CORP".to_owned());
    assert_eq!(ids(vec![short, report("ws-1.corp.example", 1)]), ["ws-1.corp.example"]);
}

#[test]
fn one_name_with_two_machine_ids_is_two_machines_with_a_doubt() {
    let machines = merge(vec![with_cmid(report("ws-1", 0), '1'), with_cmid(report("ws-1", 1), '2'), report("ws-1", 2)]);
    assert_eq!(machines.iter().map(|machine| machine.reports).collect::<Vec<_>>(), [1, 2]);
    assert!(machines.iter().all(|machine| machine.doubts == [Doubt::NameShared]));
}

#[test]
fn clones_stay_two_machines_and_are_told() {
    let machines = merge(vec![with_cmid(report("ws-1", 0), '1'), with_cmid(report("ws-2", 0), '1')]);
    assert_eq!(machines.len(), 2);
    assert!(machines.iter().all(|machine| machine.doubts == [Doubt::MachineIdShared]));
}

#[test]
fn a_report_without_a_name_joins_the_only_machine_of_its_id() {
    assert_eq!(ids(vec![with_cmid(report("ws-1", 0), '1'), with_cmid(report("", 1), '1')]), ["ws-1"]);
    assert_eq!(ids(vec![report("", 0), report("", 0)]).len(), 1);
    let mut other = report("", 0);
    other.products = vec![product(2000)];
    assert_eq!(ids(vec![report("", 0), other]).len(), 2);
}

#[test]
fn ten_thousand_copies_are_one_machine() {
    let copies: Vec<Record> =
        (0..10_000).map(|line| Record { place: Place { file: "x".into(), line }, ..report("ws-1", 0) }).collect();
    assert_eq!(ids(copies), ["ws-1"]);
}

#[test]
fn the_newest_report_counts_and_older_ones_complete_it() {
    let mut old = report("ws-1", 0);
    old.products[0].renewal_interval_min = Some(7);
    let mut new = report("ws-1", 1);
    new.products[0].remaining_min = Some(500);
    let mut office = report("ws-1", 0);
    office.products[0].application = crate::product::Application::Office;
    office.products[0].name = Some("Office 21, Office21ProPlus2021VL_KMS_Client_AE edition".to_owned());
    let machines = merge(vec![old, new, office]);
    let licenses = &machines[0].licenses;
    assert_eq!(licenses.len(), 2);
    assert_eq!((licenses[0].product.remaining_min, licenses[0].product.renewal_interval_min), (Some(500), Some(7)));
    assert_eq!(licenses[1].kind.version, Some(2021));
}

#[test]
fn a_machine_that_moved_has_left_its_old_license_behind() {
    let mut moved = report("ws-1", 5);
    moved.products[0] =
        Product { channel: Channel::Mak, partial_key: Some("FKE02".into()), remaining_min: Some(0), ..product(0) };
    let machines = merge(vec![report("ws-1", 0), moved]);
    assert_eq!(machines[0].licenses.iter().map(|license| license.product.channel).collect::<Vec<_>>(), [Channel::Mak]);
}

#[test]
fn of_contradicting_reports_the_more_cautious_counts() {
    let mut other = report("ws-1", 0);
    other.place.file = "other".into();
    other.products[0].state = Some(State::Notification);
    other.products[0].remaining_min = Some(9_000);
    let machines = merge(vec![report("ws-1", 0), other]);
    let product = &machines[0].licenses[0].product;
    assert_eq!((product.state, product.remaining_min), (Some(State::Notification), Some(1000)));
    assert_eq!(machines[0].doubts, [Doubt::ReportsDisagree]);
}

#[test]
fn an_undated_report_is_no_newer_when_it_is_read_again() {
    let undated = |day| {
        let mut record = report("ws-1", day);
        record.doubts = vec![Doubt::TimeUnknown];
        record
    };
    assert_eq!(merge(vec![undated(0), undated(90)])[0].licenses, merge(vec![undated(0)])[0].licenses);
}

fn any_record() -> impl Strategy<Value = Record> {
    (0..6_usize, 0..4_i64, 0..4_u8, 0..5_u32, any::<bool>(), 0..4_u8).prop_map(
        |(name, day, cmid, minutes, is_mak, state)| {
            let names = ["", "ws-1", "WS-1", "ws-1.a.example", "ws-1.b.example", "ws-2"];
            let mut record = report(names[name], day);
            if cmid > 0 {
                record = with_cmid(record, char::from(b'0' + cmid));
            }
            record.products[0].remaining_min = Some(minutes * 700).filter(|minutes| *minutes < 2_800);
            record.products[0].state = State::from_number(u32::from(state) * 2);
            if is_mak {
                record.products[0].channel = Channel::Mak;
                record.products[0].partial_key = None;
            }
            record
        },
    )
}

#[test]
fn a_report_that_came_again_later_counts_once() {
    let mut later = report("WS-1", 3);
    later.received_at += SignedDuration::from_hours(48);
    later.place.file = "again.txt".to_owned();
    let joined = merge_keeping(vec![later, report("WS-1", 3)], 8);
    assert_eq!((joined.len(), joined[0].1.len()), (1, 1));
    assert_eq!(joined[0].1[0].place.file, "3.txt");
    let (machine, reports) = merge_keeping((0..12).map(|day| report("WS-1", day)).collect(), 8).remove(0);
    assert_eq!(reports.len(), 8);
    assert_eq!(reports[0].collected_at, report("WS-1", 11).collected_at);
    assert_eq!(rejoin(machine.id.clone(), reports, machine.doubts.clone()), machine);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_does_not_depend_on_the_order(records in proptest::collection::vec(any_record(), 0..12), turn in 0..12_usize) {
        let mut other = records.clone();
        other.reverse();
        let middle = turn.min(other.len());
        other.rotate_left(middle);
        prop_assert_eq!(merge(records), merge(other));
    }

    #[test]
    fn reading_everything_twice_changes_nothing(records in proptest::collection::vec(any_record(), 0..12)) {
        let twice = records.iter().chain(&records).cloned().collect();
        prop_assert_eq!(merge(records), merge(twice));
    }

    #[test]
    fn what_is_kept_joins_with_what_comes_later_in_any_order(
        first in proptest::collection::vec(any_record(), 0..8),
        second in proptest::collection::vec(any_record(), 0..8),
    ) {
        let machines = |records: Vec<Record>| merge_keeping(records, 99);
        let kept = |records: Vec<Record>| -> Vec<Record> {
            machines(records).into_iter().flat_map(|(_, reports)| reports).collect()
        };
        let together = machines(first.iter().chain(&second).cloned().collect());
        let one_way = machines(kept(first.clone()).into_iter().chain(second.clone()).collect());
        let other_way = machines(kept(second).into_iter().chain(first).collect());
        prop_assert_eq!(&together, &one_way);
        prop_assert_eq!(&together, &other_way);
        let again = machines(together.iter().flat_map(|(_, reports)| reports.clone()).collect());
        prop_assert_eq!(&together, &again);
    }

    #[test]
    fn no_machine_is_lost(records in proptest::collection::vec(any_record(), 0..12)) {
        let reports: usize = merge(records.clone()).iter().map(|machine| machine.reports).sum();
        let mut distinct = records;
        distinct.sort();
        distinct.dedup();
        prop_assert_eq!(reports, distinct.len());
    }
}
