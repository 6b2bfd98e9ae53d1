//! The fingerprint tolerates one changed part, refuses most changed, and tells nothing of a machine.

use proptest::prelude::*;

use super::*;
use crate::key::{FormatVersion, ProductKey};

fn salt(seed: u8) -> FingerprintSalt {
    FingerprintSalt::of(&ProductKey::mint([seed; 16], FormatVersion::V1, b"a secret for tests only").as_typed())
}

fn hash(value: u8) -> PartHash {
    PartHash::from_bytes([value; PART_HASH_BYTES])
}

/// All non-empty sets of kinds.
fn sets() -> impl Iterator<Item = Vec<PartKind>> {
    (1u8..64).map(|mask| PartKind::ALL.into_iter().filter(|kind| mask >> (kind.number() - 1) & 1 == 1).collect())
}

fn fingerprint(kinds: &[PartKind], changed: &[PartKind]) -> Fingerprint {
    Fingerprint::from_hashes(kinds.iter().map(|kind| (*kind, hash(u8::from(changed.contains(kind))))))
}

#[test]
fn of_four_or_more_parts_any_one_may_change_and_most_may_not() {
    for kinds in sets().filter(|kinds| kinds.len() >= TOLERANT_PARTS_MIN) {
        let known = fingerprint(&kinds, &[]);
        assert!(known.likeness(&known).is_match);
        for changed in sets().filter(|changed| changed.iter().all(|kind| kinds.contains(kind))) {
            let is_match = known.likeness(&fingerprint(&kinds, &changed)).is_match;
            if changed.len() == 1 {
                assert!(is_match, "{kinds:?} without {changed:?}");
            }
            if changed.len() * 2 > kinds.len() {
                assert!(!is_match, "{kinds:?} without {changed:?}");
            }
        }
    }
}

#[test]
fn of_fewer_than_four_parts_none_may_change_and_one_alone_is_never_enough() {
    for kinds in sets().filter(|kinds| kinds.len() < TOLERANT_PARTS_MIN) {
        let known = fingerprint(&kinds, &[]);
        assert_eq!(known.likeness(&known).is_match, kinds.len() >= EQUAL_PARTS_MIN);
        for kind in &kinds {
            assert!(!known.likeness(&fingerprint(&kinds, &[*kind])).is_match);
        }
    }
    let nothing = Fingerprint::default();
    assert!(!nothing.likeness(&nothing).is_match);
}

#[test]
fn a_part_that_one_cannot_read_lowers_the_likeness_but_is_no_difference() {
    let whole = fingerprint(&PartKind::ALL, &[]);
    let partly = fingerprint(&PartKind::ALL[2..], &[]);
    let likeness = whole.likeness(&partly);
    assert!(likeness.percent == 57 && !likeness.differs && !likeness.is_match && likeness.equal_parts == 4);
    assert_eq!(partly.completed_by(&whole), whole);
    let reinstalled = whole.likeness(&fingerprint(&PartKind::ALL, &[PartKind::System]));
    assert!(reinstalled.differs && !reinstalled.hardware_differs && reinstalled.is_match);
}

#[test]
fn values_are_compared_without_case_and_blanks_and_placeholders_are_no_part() {
    let of = |value: &str| Fingerprint::of_values(&salt(1), [(PartKind::Board, value)]);
    assert_eq!(of("  PF-0A3 "), of("pf-0a3"));
    assert_ne!(of("pf-0a3"), of("pf-0a4"));
    for nothing in ["", "  ", "None", "To Be Filled By O.E.M.", "0000-0000", "ffffffff", "...", "Default string"] {
        assert!(of(nothing).parts().is_empty(), "{nothing}");
    }
}

#[test]
fn the_same_machine_has_other_hashes_under_another_key_and_other_hashes_per_kind() {
    let of = |seed, kind| Fingerprint::of_values(&salt(seed), [(kind, "4c4c4544-0042")]).parts()[0].1;
    assert_ne!(of(1, PartKind::Board), of(2, PartKind::Board));
    assert_ne!(of(1, PartKind::Board), of(1, PartKind::Disk));
    assert_eq!(format!("{:?}", salt(1)), "FingerprintSalt(redacted)");
}

#[test]
fn only_the_canonical_form_is_read() {
    let mut writer = Writer::new("TST");
    fingerprint(&PartKind::ALL[..2], &[]).write(&mut writer);
    let bytes = writer.finish();
    let read = |bytes: &[u8]| {
        let mut reader = Reader::open(bytes, "TST", 500)?;
        let found = Fingerprint::read(&mut reader)?;
        reader.end().map(|()| found)
    };
    assert_eq!(read(&bytes).unwrap().parts().len(), 2);
    let altered = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        read(&bytes).unwrap_err()
    };
    let invalid = FormatError::Field { field: "fingerprint" };
    assert_eq!(altered(4, 7), invalid, "too many parts");
    assert_eq!(altered(5, 7), invalid, "unknown kind");
    assert_eq!(altered(5, 2), invalid, "the same kind twice");
    assert_eq!(altered(5, 3), invalid, "not in order");
    assert_eq!(altered(4, 3), FormatError::Truncated);
    assert_eq!(altered(4, 1), FormatError::Trailing);
}

fn any_fingerprint() -> impl Strategy<Value = Fingerprint> {
    proptest::collection::vec((0usize..6, 0u8..3), 0..8).prop_map(|parts| {
        Fingerprint::from_hashes(parts.into_iter().map(|(kind, value)| (PartKind::ALL[kind], hash(value))))
    })
}

proptest! {
    #[test]
    fn likeness_does_not_depend_on_who_is_compared_with_whom(a in any_fingerprint(), b in any_fingerprint()) {
        prop_assert_eq!(a.likeness(&b), b.likeness(&a));
        prop_assert!(a.likeness(&b).percent <= 100);
        prop_assert_eq!(a.likeness(&a).percent, if a.parts().is_empty() { 0 } else { 100 });
    }

    #[test]
    fn what_is_written_is_read_back(fingerprint in any_fingerprint()) {
        let mut writer = Writer::new("TST");
        fingerprint.write(&mut writer);
        let bytes = writer.finish();
        let mut reader = Reader::open(&bytes, "TST", 500).unwrap();
        prop_assert_eq!(Fingerprint::read(&mut reader).unwrap(), fingerprint);
        prop_assert!(reader.end().is_ok());
    }
}
