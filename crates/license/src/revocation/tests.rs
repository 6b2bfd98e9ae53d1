//! Lists and deltas: what is in them is found, what is not is not, every change is refused, numbers only rise.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::chain::{KeyStanding, Link, SigningEntry};

const NOW: Moment = Moment::from_seconds(1_800_000_000);

fn issuer() -> SecretKey {
    SecretKey::from_seed(&[10; 32])
}

fn trust() -> Trust {
    let root = SecretKey::from_seed(&[1; 32]);
    let entry = SigningEntry {
        key: issuer().public(),
        not_before: Moment::ZERO,
        not_after: Moment::LAST,
        standing: KeyStanding::InForce,
    };
    let link = Link { number: 1, issued_at: NOW, root: root.public(), previous_root: root.public(), keys: vec![entry] };
    Trust::in_root(root.public()).follow(&link.sign(&root, None).unwrap()).unwrap()
}

fn key(number: u32) -> KeyId {
    let mut id = [0; 16];
    id[12..].copy_from_slice(&number.to_be_bytes());
    KeyId(id)
}

fn activation(number: u32) -> ActivationId {
    ActivationId(key(number).0)
}

fn list_of(number: u64, entries: impl IntoIterator<Item = (u32, Reason)>) -> Vec<u8> {
    let entries = entries.into_iter().map(|(id, reason)| Entry { tag: Tag::of_key(key(id)), reason }).collect();
    sign_list(entries, number, NOW, NOW.plus_days(1), &issuer()).unwrap()
}

fn open(bytes: &[u8]) -> List<'_> {
    List::open(bytes, &trust()).unwrap()
}

#[test]
fn what_is_revoked_is_found_with_its_reason_and_nothing_else_is() {
    let bytes = list_of(1, (0..500).map(|id| (id, Reason::KNOWN[id as usize % 5])));
    let list = open(&bytes);
    for id in 0..500 {
        assert_eq!(list.find(Tag::of_key(key(id))), Some(Reason::KNOWN[id as usize % 5]));
        assert_eq!(list.find(Tag::of_activation(activation(id))), None, "a key is not an activation");
        assert_eq!(list.find(Tag::of_key(key(id + 500))), None);
        let read = |index: u32| Ok::<_, ()>(list.entries()[index as usize]);
        assert_eq!(find_with(500, Tag::of_key(key(id)), read), Ok(Some(Reason::KNOWN[id as usize % 5])));
        assert_eq!(find_with(500, Tag::of_key(key(id + 500)), read), Ok(None));
    }
    assert_eq!(open(&list_of(1, [])).find(Tag::of_key(key(1))), None);
    assert_eq!(find_with(3, Tag::of_key(key(1)), |_| Err::<[u8; ENTRY_BYTES], _>("disk")), Err("disk"));
}

#[test]
fn one_activation_is_revoked_without_its_key() {
    let entry = Entry { tag: Tag::of_activation(activation(7)), reason: Reason::Released };
    let bytes = sign_list(vec![entry], 1, NOW, NOW, &issuer()).unwrap();
    assert_eq!(open(&bytes).reason(key(1), activation(7)), Some(Reason::Released));
    assert_eq!(open(&bytes).reason(key(1), activation(8)), None);
    let bytes = list_of(2, [(1, Reason::Leaked)]);
    assert_eq!(open(&bytes).reason(key(1), activation(8)), Some(Reason::Leaked));
}

#[test]
fn an_unknown_reason_still_revokes() {
    assert_eq!(Reason::from_number(0), Reason::Other);
    assert_eq!(Reason::from_number(77), Reason::Other);
    for reason in Reason::KNOWN {
        assert_eq!(Reason::from_number(reason.number()), reason);
    }
    let bytes = list_of(1, [(1, Reason::Other)]);
    assert_eq!(open(&bytes).find(Tag::of_key(key(1))), Some(Reason::Other));
}

#[test]
fn of_two_entries_with_one_tag_one_stays() {
    let bytes = list_of(1, [(1, Reason::Operator), (1, Reason::Cancelled), (1, Reason::Operator)]);
    assert_eq!(open(&bytes).head().count, 1);
    assert_eq!(open(&bytes).find(Tag::of_key(key(1))), Some(Reason::Cancelled));
}

#[test]
fn every_flipped_bit_cut_and_addition_is_refused() {
    let bytes = list_of(9, [(1, Reason::Cancelled), (2, Reason::Leaked), (3, Reason::Operator)]);
    let trust = trust();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(List::open(&flipped, &trust).is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        let error = List::open(&bytes[..length], &trust).unwrap_err();
        assert!(matches!(error, ListError::Format(FormatError::Truncated | FormatError::OtherKind { .. })), "{error}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(List::open(&longer, &trust).unwrap_err(), ListError::Format(FormatError::Trailing));
}

#[test]
fn a_signed_list_that_is_not_in_order_is_refused() {
    let tag = |value| Entry { tag: Tag([value; 8]), reason: Reason::Cancelled };
    for entries in [[tag(2), tag(1)], [tag(1), tag(1)]] {
        let body = body_of(&entries);
        let head =
            ListHead { number: 1, issued_at: NOW, next_at: NOW, count: 2, body_digest: Sha256::digest(&body).into() };
        let bytes = [head.sign(&issuer()), body].concat();
        let expected = ListError::Format(FormatError::Field { field: "entries" });
        assert_eq!(List::open(&bytes, &trust()).unwrap_err(), expected);
    }
}

#[test]
fn a_list_never_takes_the_place_of_a_newer_or_a_different_one_of_its_number() {
    let (old, new) = (list_of(4, [(1, Reason::Leaked)]), list_of(5, []));
    let (old, new) = (*open(&old).head(), *open(&new).head());
    assert_eq!(new.may_follow(None), Ok(()));
    assert_eq!(new.may_follow(Some(&old)), Ok(()));
    assert_eq!(new.may_follow(Some(&new)), Ok(()));
    assert_eq!(old.may_follow(Some(&new)), Err(ListError::WentBack { known: 5 }));
    let other = ListHead { count: 3, ..new };
    assert_eq!(other.may_follow(Some(&new)), Err(ListError::Conflicting { number: 5 }));
}

#[test]
fn numbers_rise_also_after_a_restore_of_an_old_backup() {
    assert_eq!(next_number(0, NOW), 1_800_000_000);
    assert_eq!(next_number(1_800_000_000, NOW), 1_800_000_001);
    let published = (0..50).fold(0, |number, second| next_number(number, NOW.plus_seconds(second)));
    let restored = next_number(17, NOW.plus_seconds(60));
    assert!(restored > published);
    assert_eq!(next_number(u64::MAX, NOW), u64::MAX);
}

#[test]
fn a_delta_is_small_and_begins_at_one_list_only() {
    let (first, second) = (list_of(1, (0..2000).map(|id| (id, Reason::Cancelled))), list_of(2, [(7, Reason::Leaked)]));
    let third = list_of(3, (0..2002).map(|id| (id, Reason::Cancelled)));
    let delta = delta::between(&open(&first), &open(&third));
    assert_eq!(delta.len(), 52 + 2 * ENTRY_BYTES + HEAD_BYTES);
    assert_eq!(delta::apply(&open(&first), &delta, &trust()).unwrap(), third);
    assert_eq!(delta::apply(&open(&second), &delta, &trust()), Err(ListError::OtherBase { base: 1 }));
    let back = delta::between(&open(&third), &open(&first));
    assert_eq!(delta::apply(&open(&third), &back, &trust()), Err(ListError::WentBack { known: 3 }));
}

#[test]
fn every_flipped_bit_of_a_delta_is_refused() {
    let (first, second) = (list_of(1, [(1, Reason::Leaked), (2, Reason::Leaked)]), list_of(2, [(3, Reason::Leaked)]));
    let delta = delta::between(&open(&first), &open(&second));
    let trust = trust();
    let base = List::open(&first, &trust).unwrap();
    for bit in 0..delta.len() * 8 {
        let mut flipped = delta.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(delta::apply(&base, &flipped, &trust).is_err(), "bit {bit}");
    }
}

#[test]
fn a_million_entries_are_nine_megabytes() {
    let entries = (0..1_000_000u32).map(|id| Entry { tag: Tag::of_key(key(id)), reason: Reason::Cancelled });
    let bytes = sign_list(entries.collect(), 1, NOW, NOW, &issuer()).unwrap();
    assert_eq!(bytes.len(), 9_000_128);
    let list = open(&bytes);
    let mut reads = 0;
    for id in (0..1_000_000).step_by(9973) {
        assert_eq!(list.find(Tag::of_key(key(id))), Some(Reason::Cancelled));
        let found = find_with(list.head().count, Tag::of_key(key(id)), |index| {
            reads += 1;
            Ok::<_, ()>(list.entries()[index as usize])
        });
        assert_eq!(found, Ok(Some(Reason::Cancelled)));
    }
    assert!(reads <= 101 * 20, "{reads}");
}

fn any_entries() -> impl Strategy<Value = BTreeMap<u32, Reason>> {
    proptest::collection::btree_map(0u32..40, (0usize..5).prop_map(|index| Reason::KNOWN[index]), 0..30)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_delta_leads_from_any_list_to_any_later_one(old in any_entries(), new in any_entries()) {
        let (first, second) = (list_of(1, old.clone()), list_of(2, new.clone()));
        let delta = delta::between(&open(&first), &open(&second));
        prop_assert_eq!(delta::apply(&open(&first), &delta, &trust()).unwrap(), second.clone());
        for id in 0..40 {
            prop_assert_eq!(open(&second).find(Tag::of_key(key(id))), new.get(&id).copied());
        }
        let kept = old.iter().filter(|(id, reason)| new.get(id) == Some(reason)).count();
        let moved = (old.len() - kept) * 8 + (new.len() - kept) * 9;
        prop_assert_eq!(delta.len(), 52 + HEAD_BYTES + moved);
    }

    #[test]
    fn the_order_of_entries_does_not_matter(ids in proptest::collection::vec(0u32..100, 0..50)) {
        let distinct: BTreeSet<u32> = ids.iter().copied().collect();
        let unordered = list_of(1, ids.into_iter().map(|id| (id, Reason::Leaked)));
        prop_assert_eq!(unordered, list_of(1, distinct.into_iter().map(|id| (id, Reason::Leaked))));
    }

    #[test]
    fn no_bytes_panic(tail in proptest::collection::vec(any::<u8>(), 0..400), kind in 0usize..3) {
        let start: &[u8] = [&b""[..], b"PRL\x01", b"PRD\x01"][kind];
        let bytes = [start, &tail].concat();
        let base = list_of(1, [(1, Reason::Leaked)]);
        prop_assert!(List::open(&bytes, &trust()).is_err());
        prop_assert!(delta::apply(&open(&base), &bytes, &trust()).is_err());
    }
}
