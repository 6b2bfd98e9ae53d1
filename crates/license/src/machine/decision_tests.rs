//! Who is asking, as a table, and what must hold for any history of machines.

use proptest::prelude::*;

use super::decision::{ActivationId, Asking, Former, Identity, KnownMachine, identify};
use super::{Fingerprint, PART_HASH_BYTES, PartHash, PartKind};
use crate::moment::Moment;
use crate::signing::PublicKey;

const PERIOD: u16 = 30;
const START: Moment = Moment::from_seconds(1_800_000_000);

fn key(number: u8) -> PublicKey {
    PublicKey::from_bytes([number; 32])
}

fn id(number: u8) -> ActivationId {
    ActivationId([number; 16])
}

/// Six parts: `changed` of them (from the heaviest on) differ from machine `number`'s own ones.
fn parts(number: u8, changed: &[(PartKind, u8)]) -> Fingerprint {
    Fingerprint::from_hashes(PartKind::ALL.into_iter().map(|kind| {
        let value = changed.iter().find(|(other, _)| *other == kind).map_or(number, |(_, value)| *value);
        (kind, PartHash::from_bytes([value; PART_HASH_BYTES]))
    }))
}

fn known(number: u8) -> KnownMachine {
    KnownMachine {
        activation: id(number),
        machine_key: key(number),
        fingerprint: parts(number, &[]),
        first_seen: START.plus_days(number.into()),
        drifted_at: None,
        former: None,
    }
}

fn asking(machine_key: u8, fingerprint: Fingerprint, day: u32) -> Asking {
    Asking { machine_key: key(machine_key), fingerprint, at: START.plus_days(day) }
}

#[track_caller]
fn check(asking: &Asking, candidates: &[KnownMachine], expected: Identity) {
    assert_eq!(identify(asking, candidates, PERIOD), expected);
    let mut turned = candidates.to_vec();
    turned.reverse();
    assert_eq!(identify(asking, &turned, PERIOD), expected, "the order of candidates must not matter");
}

/// Lets the machine ask one after the other and returns what was found each time.
fn history(mut machine: KnownMachine, visits: &[(u8, Fingerprint, u32)]) -> Vec<Identity> {
    let mut found = Vec::new();
    for (machine_key, fingerprint, day) in visits {
        let asking = asking(*machine_key, fingerprint.clone(), *day);
        let identity = identify(&asking, std::slice::from_ref(&machine), PERIOD);
        machine = machine.after(&asking, identity);
        found.push(identity);
    }
    found
}

#[test]
fn a_machine_that_nobody_knows_is_new() {
    check(&asking(9, parts(9, &[]), 50), &[], Identity::New);
    check(&asking(9, parts(9, &[]), 50), &[known(1), known(2)], Identity::New);
    check(&asking(9, Fingerprint::default(), 50), &[known(1)], Identity::New);
}

#[test]
fn the_exact_key_wins_over_a_better_fingerprint() {
    check(&asking(1, parts(1, &[]), 50), &[known(1), known(2)], Identity::Same(id(1)));
    check(&asking(1, parts(2, &[]), 50), &[known(1), known(2)], Identity::Drifted(id(1)));
}

#[test]
fn a_reimaged_machine_is_known_by_the_best_fingerprint() {
    let reinstalled = parts(1, &[(PartKind::System, 77)]);
    // Seen first, but less alike.
    let fingerprint = parts(1, &[(PartKind::Board, 5)]);
    let similar = KnownMachine { fingerprint, first_seen: START, ..known(3) };
    let again = Identity::Reimaged { activation: id(1), drifted: false };
    check(&asking(9, reinstalled, 50), &[known(1), known(2), similar], again);
    let new_disk = parts(1, &[(PartKind::Disk, 77)]);
    check(&asking(9, new_disk, 50), &[known(1)], Identity::Reimaged { activation: id(1), drifted: true });
    let most_changed = parts(1, &[(PartKind::Disk, 77), (PartKind::Hardware, 77), (PartKind::System, 77)]);
    check(&asking(9, most_changed, 50), &[known(1)], Identity::New);
}

#[test]
fn among_equally_good_fingerprints_the_oldest_machine_is_meant() {
    let twin = |number| KnownMachine { fingerprint: parts(1, &[]), ..known(number) };
    let expected = Identity::Reimaged { activation: id(1), drifted: false };
    check(&asking(9, parts(1, &[]), 50), &[twin(3), twin(1), twin(2)], expected);
    let same_day = |number| KnownMachine { first_seen: START, ..twin(number) };
    let expected = Identity::Reimaged { activation: id(2), drifted: false };
    check(&asking(9, parts(1, &[]), 50), &[same_day(3), same_day(2)], expected);
}

#[test]
fn a_second_change_in_one_period_is_refused_with_the_date_from_which_it_is_not() {
    let disk = |value| parts(1, &[(PartKind::Disk, value)]);
    let refused = Identity::ChangedTooOften { activation: id(1), accepted_from: START.plus_days(40) };
    let found = history(known(1), &[(1, disk(7), 10), (1, disk(8), 39), (1, disk(8), 40), (1, disk(8), 41)]);
    assert_eq!(found, [Identity::Drifted(id(1)), refused, Identity::Drifted(id(1)), Identity::Same(id(1))]);
}

#[test]
fn one_key_with_alternating_fingerprints_is_a_clone() {
    let found = history(known(1), &[(1, parts(5, &[]), 10), (1, parts(1, &[]), 11), (1, parts(5, &[]), 12)]);
    assert_eq!(found, [Identity::Drifted(id(1)), Identity::Clone(id(1)), Identity::Same(id(1))]);
}

#[test]
fn a_fingerprint_that_drifted_lately_cannot_be_taken_over_by_a_second_drift() {
    let drifted = KnownMachine { drifted_at: Some(START.plus_days(45)), ..known(1) };
    let new_disk = parts(1, &[(PartKind::Disk, 77)]);
    check(&asking(9, new_disk.clone(), 50), std::slice::from_ref(&drifted), Identity::New);
    let free_again = Identity::Reimaged { activation: id(1), drifted: true };
    check(&asking(9, new_disk, 75), std::slice::from_ref(&drifted), free_again);
    let reinstalled = Identity::Reimaged { activation: id(1), drifted: false };
    check(&asking(9, parts(1, &[(PartKind::System, 7)]), 50), &[drifted], reinstalled);
}

#[test]
fn a_laboratory_machine_that_is_set_up_anew_every_day_is_counted_once() {
    let visits: Vec<_> = (2u8..60).map(|day| (day, parts(1, &[(PartKind::System, day)]), day.into())).collect();
    let found = history(known(1), &visits);
    assert!(found.iter().all(|identity| *identity == Identity::Reimaged { activation: id(1), drifted: false }));
}

#[test]
fn a_restored_backup_is_the_same_machine_but_two_copies_that_take_turns_are_a_clone() {
    let again = Identity::Reimaged { activation: id(1), drifted: false };
    let turn = |machine_key, day| (machine_key, parts(1, &[]), day);
    let found = history(known(1), &[turn(2, 10), turn(1, 11), turn(2, 12), turn(1, 13), turn(2, 42)]);
    assert_eq!(found, [again, again, Identity::Clone(id(1)), Identity::Same(id(1)), again]);
}

#[test]
fn a_client_that_runs_with_fewer_rights_is_the_same_machine_and_forgets_nothing() {
    let partly = Fingerprint::from_hashes(parts(1, &[]).parts()[3..].iter().copied());
    let ask = asking(1, partly, 10);
    check(&ask, &[known(1)], Identity::Same(id(1)));
    assert_eq!(known(1).after(&ask, Identity::Same(id(1))), known(1));
    check(&asking(1, Fingerprint::default(), 10), &[known(1)], Identity::Drifted(id(1)));
}

#[test]
fn a_machine_that_came_by_a_typed_code_is_the_same_when_it_comes_online() {
    let typed = KnownMachine { fingerprint: Fingerprint::default(), ..known(1) };
    let ask = asking(1, parts(1, &[]), 10);
    check(&ask, std::slice::from_ref(&typed), Identity::Same(id(1)));
    assert_eq!(typed.after(&ask, Identity::Same(id(1))).fingerprint, parts(1, &[]));
}

fn any_machine() -> impl Strategy<Value = KnownMachine> {
    let former = proptest::option::of((0u8..4, 0u8..4, 0u32..90, any::<bool>()));
    let drifted = proptest::option::of(0u32..90);
    (0u8..9, 0u8..4, 0u8..4, 0u8..4, drifted, former).prop_map(|(number, machine_key, base, disk, drift, former)| {
        KnownMachine {
            activation: id(number),
            machine_key: key(machine_key),
            fingerprint: parts(base, &[(PartKind::Disk, disk)]),
            first_seen: START.plus_days(number.into()),
            drifted_at: drift.map(|day| START.plus_days(day)),
            former: former.map(|(machine_key, base, day, was_return)| Former {
                machine_key: key(machine_key),
                fingerprint: parts(base, &[]),
                replaced_at: START.plus_days(day),
                was_return,
            }),
        }
    })
}

fn named(identity: Identity) -> Option<ActivationId> {
    match identity {
        Identity::Same(id) | Identity::Drifted(id) | Identity::Clone(id) => Some(id),
        Identity::Reimaged { activation, .. } | Identity::ChangedTooOften { activation, .. } => Some(activation),
        Identity::New => None,
    }
}

proptest! {
    #[test]
    fn the_answer_names_a_candidate_and_does_not_depend_on_their_order(
        mut candidates in proptest::collection::vec(any_machine(), 0..6),
        machine_key in 0u8..5, base in 0u8..4, disk in 0u8..4, day in 0u32..120,
    ) {
        let ask = asking(machine_key, parts(base, &[(PartKind::Disk, disk)]), day);
        let found = identify(&ask, &candidates, PERIOD);
        let has_key = candidates.iter().any(|known| known.machine_key == ask.machine_key);
        if let Some(name) = named(found) {
            prop_assert!(candidates.iter().any(|known| known.activation == name));
        }
        prop_assert!(!(has_key && found == Identity::New), "a known key is never new");
        candidates.reverse();
        prop_assert_eq!(named(identify(&ask, &candidates, PERIOD)).is_some(), named(found).is_some());
    }

    #[test]
    fn what_was_accepted_is_the_same_machine_when_it_asks_again(
        machine in any_machine(), machine_key in 0u8..5, base in 0u8..4, disk in 0u8..4, day in 0u32..120,
    ) {
        let ask = asking(machine_key, parts(base, &[(PartKind::Disk, disk)]), day);
        let found = identify(&ask, std::slice::from_ref(&machine), PERIOD);
        if matches!(found, Identity::Same(_) | Identity::Drifted(_) | Identity::Reimaged { .. }) {
            let after = machine.after(&ask, found);
            prop_assert_eq!(identify(&ask, &[after], PERIOD), Identity::Same(machine.activation));
        }
    }

    #[test]
    fn a_machine_drifts_at_most_once_in_a_period(visits in proptest::collection::vec((0u8..4, 0u8..3, 0u8..5), 1..40)) {
        let mut machine = known(0);
        let mut drifts: Vec<Moment> = Vec::new();
        let mut day = 0;
        for (machine_key, disk, pause) in visits {
            day += u32::from(pause);
            let ask = asking(machine_key, parts(0, &[(PartKind::Disk, disk)]), day);
            let found = identify(&ask, std::slice::from_ref(&machine), PERIOD);
            if matches!(found, Identity::Drifted(_) | Identity::Reimaged { drifted: true, .. }) {
                if let Some(last) = drifts.last() {
                    prop_assert!(ask.at >= last.plus_days(PERIOD.into()));
                }
                drifts.push(ask.at);
            }
            machine = machine.after(&ask, found);
        }
    }
}
