//! Certificates round-trip, any change is refused, and the dates become the right state.

use proptest::prelude::*;

use super::freshness::{Clock, Freshness, Overdue};
use super::standing::{Installed, ListFacts, Standing};
use super::*;
use crate::chain::{KeyStanding, Link, SigningEntry};
use crate::revocation::{Entry, List, Reason, Tag, sign_list};

const ISSUED: Moment = Moment::from_seconds(1_800_000_000);

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
    let link =
        Link { number: 1, issued_at: ISSUED, root: root.public(), previous_root: root.public(), keys: vec![entry] };
    Trust::in_root(root.public()).follow(&link.sign(&root, None).unwrap()).unwrap()
}

fn sample() -> Certificate {
    Certificate {
        activation: ActivationId([1; 16]),
        key: KeyId([2; 16]),
        machine_key: SecretKey::from_seed(&[3; 32]).public(),
        request_tag: [4; 8],
        product: "perpetua-device".into(),
        edition: "standard".into(),
        versions: VersionRange {
            lowest: Version { major: 2019, minor: 0 },
            highest: Version { major: 2025, minor: 9 },
        },
        quantity: 1,
        issued_at: ISSUED,
        refresh_at: ISSUED.plus_days(30),
        grace_until: ISSUED.plus_days(44),
        term_ends_at: Moment::ZERO,
        after_grace: AfterGrace::Stop,
        list_max_days: 0,
    }
}

fn at(day: u32) -> Clock {
    Clock { now: ISSUED.plus_days(day), latest_seen: ISSUED }
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Certificate), field: &'static str) {
    let mut certificate = sample();
    change(&mut certificate);
    assert_eq!(certificate.sign(&issuer()).unwrap_err(), FormatError::Field { field });
    // The decoder holds the same rules, should anybody sign what this program would not.
    if certificate.product.len() < 256 && certificate.edition.len() < 256 {
        let mut writer = certificate.write(issuer().public().id());
        let signature = issuer().sign(writer.so_far());
        let bytes = writer.bytes(&signature).finish();
        if bytes.len() <= CERTIFICATE_BYTES_MAX {
            assert_eq!(SignedCertificate::decode(&bytes).unwrap_err(), FormatError::Field { field });
        }
    }
}

#[test]
fn the_largest_certificate_is_smaller_than_its_limit() {
    let largest = Certificate { product: "p".repeat(64), edition: "e".repeat(32), ..sample() };
    let size = largest.sign(&issuer()).unwrap().as_bytes().len();
    assert_eq!(size, 277);
    assert!(size <= CERTIFICATE_BYTES_MAX);
    assert_eq!(sample().sign(&issuer()).unwrap().as_bytes().len(), 204);
}

#[test]
fn only_a_trusted_signer_reaches_the_content() {
    let signed = sample().sign(&issuer()).unwrap();
    assert_eq!(signed.verify(&trust()), Ok(&sample()));
    let other = sample().sign(&SecretKey::from_seed(&[11; 32])).unwrap();
    assert_eq!(other.verify(&trust()), Err(TrustError::UnknownSigner));
}

#[test]
fn values_that_are_not_allowed_are_neither_signed_nor_read() {
    refused(|c| c.product.clear(), "product");
    refused(|c| c.product = "p".repeat(65), "product");
    refused(|c| c.product = " p".into(), "product");
    refused(|c| c.product = "p\u{7}q".into(), "product");
    refused(|c| c.edition = "e".repeat(33), "edition");
    refused(|c| c.versions.highest = Version { major: 2018, minor: 0 }, "versions");
    refused(|c| c.quantity = 0, "quantity");
    refused(|c| c.refresh_at = Moment::from_seconds(5), "refresh_at");
    refused(|c| c.grace_until = c.issued_at, "grace_until");
    refused(|c| c.term_ends_at = c.issued_at, "term_ends_at");
}

#[test]
fn other_documents_versions_and_trailing_bytes_are_told_apart() {
    let bytes = sample().sign(&issuer()).unwrap().as_bytes().to_vec();
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        SignedCertificate::decode(&bytes).unwrap_err()
    };
    assert_eq!(with(0, b'X'), FormatError::OtherKind { expected: "PLC" });
    assert_eq!(with(3, 2), FormatError::UnknownVersion { found: 2, supported: 1 });
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(SignedCertificate::decode(&longer).unwrap_err(), FormatError::Trailing);
    let oversized = vec![0; CERTIFICATE_BYTES_MAX + 1];
    assert_eq!(SignedCertificate::decode(&oversized).unwrap_err(), FormatError::TooLarge { limit: 400 });
    for length in 0..bytes.len() {
        assert!(SignedCertificate::decode(&bytes[..length]).is_err());
    }
}

#[test]
fn every_single_flipped_bit_is_refused() {
    let bytes = sample().sign(&issuer()).unwrap().as_bytes().to_vec();
    let trust = trust();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let is_refused = SignedCertificate::decode(&flipped).map_or(true, |signed| signed.verify(&trust).is_err());
        assert!(is_refused, "bit {bit}");
    }
}

#[test]
fn a_certificate_is_fresh_then_in_grace_then_expired_as_the_publisher_says() {
    let fresh = Freshness::Fresh { refresh_at: ISSUED.plus_days(30) };
    let overdue = Overdue::Certificate;
    let grace = Freshness::Grace { until: ISSUED.plus_days(44), overdue };
    for (day, expected) in [(0, fresh), (29, fresh), (30, grace), (43, grace)] {
        assert_eq!(sample().freshness(&at(day), None), expected, "day {day}");
        assert!(expected.is_good() && !expected.must_stop());
    }
    for (then, must_stop) in [(AfterGrace::Remind, false), (AfterGrace::Reduce, false), (AfterGrace::Stop, true)] {
        let state = Certificate { after_grace: then, ..sample() }.freshness(&at(44), None);
        assert_eq!(state, Freshness::Expired { since: ISSUED.plus_days(44), overdue, then });
        assert_eq!((state.is_good(), state.must_stop()), (false, must_stop));
    }
}

#[test]
fn a_term_ends_whatever_the_grace_is() {
    let certificate = Certificate { term_ends_at: ISSUED.plus_days(35), ..sample() };
    assert!(certificate.freshness(&at(34), None).is_good());
    assert_eq!(certificate.freshness(&at(35), None), Freshness::TermOver { since: ISSUED.plus_days(35) });
    assert_eq!(certificate.ends_at(), ISSUED.plus_days(35));
    assert_eq!(sample().ends_at(), ISSUED.plus_days(44));
}

#[test]
fn an_old_revocation_list_counts_like_an_old_certificate() {
    let certificate = Certificate { list_max_days: 7, ..sample() };
    let list = |day| Some(ISSUED.plus_days(day));
    assert_eq!(certificate.freshness(&at(6), None), Freshness::Fresh { refresh_at: ISSUED.plus_days(7) });
    let grace = Freshness::Grace { until: ISSUED.plus_days(21), overdue: Overdue::List };
    assert_eq!(certificate.freshness(&at(7), None), grace);
    assert_eq!(certificate.freshness(&at(7), list(3)), Freshness::Fresh { refresh_at: ISSUED.plus_days(10) });
    let expired = Freshness::Expired { since: ISSUED.plus_days(24), overdue: Overdue::List, then: AfterGrace::Stop };
    assert_eq!(certificate.freshness(&at(24), list(3)), expired);
    let grace = Freshness::Grace { until: ISSUED.plus_days(44), overdue: Overdue::Certificate };
    assert_eq!(certificate.freshness(&at(31), list(30)), grace, "the certificate is due before the list");
}

#[test]
fn a_clock_that_is_set_back_wins_no_time_and_is_noticed() {
    let set_back = Clock { now: ISSUED.plus_days(1), latest_seen: ISSUED.plus_days(44) };
    assert!(matches!(sample().freshness(&set_back, None), Freshness::Expired { .. }));
    assert_eq!(set_back.set_back_seconds(), Some(43 * 86_400));
    let a_little = Clock { now: ISSUED, latest_seen: ISSUED.plus_days(1) };
    assert_eq!(a_little.set_back_seconds(), None);
}

#[test]
fn a_certificate_from_the_future_is_not_valid_yet() {
    let early = |seconds| {
        let now = Moment::from_seconds(ISSUED.seconds() - seconds);
        sample().freshness(&Clock { now, latest_seen: Moment::ZERO }, None)
    };
    assert!(early(86_400).is_good());
    assert_eq!(early(86_401), Freshness::NotYetValid { issued_at: ISSUED });
    assert!(early(86_401).must_stop());
}

#[test]
fn a_certificate_runs_its_own_machine_and_software_until_it_is_revoked() {
    let certificate = sample();
    let own = Installed {
        machine_key: certificate.machine_key,
        product: "perpetua-device",
        version: Version { major: 2022, minor: 0 },
    };
    let standing = |installed: Installed<'_>, list: Option<&ListFacts>| certificate.standing(&installed, &at(1), list);
    let fresh = Standing::Valid(Freshness::Fresh { refresh_at: ISSUED.plus_days(30) });
    assert_eq!(standing(own, None), fresh);
    assert!(fresh.is_good() && !fresh.must_stop());
    let list = |revoked| ListFacts { issued_at: ISSUED, revoked };
    assert_eq!(standing(own, Some(&list(None))), fresh);
    for (installed, expected) in [
        (Installed { machine_key: issuer().public(), ..own }, Standing::OtherMachine),
        (Installed { product: "other", ..own }, Standing::OtherProduct),
        (Installed { version: Version { major: 2026, minor: 0 }, ..own }, Standing::VersionNotCovered),
    ] {
        assert_eq!(standing(installed, None), expected);
        assert!(expected.must_stop() && !expected.is_good());
    }
    let revoked = standing(own, Some(&list(Some(Reason::Cancelled))));
    assert_eq!((revoked, revoked.must_stop()), (Standing::Revoked(Reason::Cancelled), true));
}

#[test]
fn a_signed_list_stops_the_machines_of_a_revoked_key() {
    let certificate = sample();
    let revoke = |id| {
        let entry = Entry { tag: Tag::of_key(KeyId([id; 16])), reason: Reason::Leaked };
        let bytes = sign_list(vec![entry], 1, ISSUED, ISSUED, &issuer()).unwrap();
        ListFacts::of(&List::open(&bytes, &trust()).unwrap(), &certificate).revoked
    };
    assert_eq!((revoke(2), revoke(3)), (Some(Reason::Leaked), None));
}

fn any_certificate() -> impl Strategy<Value = Certificate> {
    let ids = (any::<[u8; 16]>(), any::<[u8; 16]>(), any::<[u8; 32]>(), any::<[u8; 8]>());
    let texts = ("[a-z0-9][a-z0-9-]{0,62}", "([a-zA-Z0-9é]{1,16})?");
    let dates = (any::<u32>(), 0u32..90_000, 0u32..90_000, proptest::option::of(1u32..50_000), any::<u16>());
    let rest = (any::<[u16; 4]>(), 1u32.., 0usize..3);
    (ids, texts, dates, rest).prop_map(|(ids, texts, (issued, refresh, grace, term, list), rest)| {
        let issued_at = Moment::from_seconds(issued / 2);
        let (versions, quantity, after) = rest;
        let mut versions = [(versions[0], versions[1]), (versions[2], versions[3])];
        versions.sort_unstable();
        let [lowest, highest] = versions.map(|(major, minor)| Version { major, minor });
        Certificate {
            activation: ActivationId(ids.0),
            key: KeyId(ids.1),
            machine_key: PublicKey::from_bytes(ids.2),
            request_tag: ids.3,
            product: texts.0,
            edition: texts.1,
            versions: VersionRange { lowest, highest },
            quantity,
            issued_at,
            refresh_at: issued_at.plus_seconds(refresh),
            grace_until: issued_at.plus_seconds(refresh + grace),
            term_ends_at: term.map_or(Moment::ZERO, |seconds| issued_at.plus_seconds(seconds)),
            after_grace: AfterGrace::ALL[after],
            list_max_days: list,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_signed_is_read_back_and_has_one_form(certificate in any_certificate()) {
        let signed = certificate.sign(&issuer()).unwrap();
        let read = SignedCertificate::decode(signed.as_bytes()).unwrap();
        prop_assert_eq!(&read, &signed);
        prop_assert_eq!(read.verify(&trust()).unwrap(), &certificate);
        let again = read.certificate.sign(&issuer()).unwrap();
        prop_assert_eq!(again.as_bytes(), signed.as_bytes());
    }

    #[test]
    fn a_later_moment_is_never_fresher(certificate in any_certificate(), a in any::<u32>(), b in any::<u32>()) {
        let rank = |seconds| {
            let clock = Clock { now: Moment::from_seconds(seconds), latest_seen: certificate.issued_at };
            match certificate.freshness(&clock, None) {
                Freshness::Fresh { .. } | Freshness::NotYetValid { .. } => 0,
                Freshness::Grace { .. } => 1,
                Freshness::Expired { .. } => 2,
                Freshness::TermOver { .. } => 3,
            }
        };
        prop_assert!(rank(a.min(b)) <= rank(a.max(b)));
    }

    #[test]
    fn no_bytes_panic(tail in proptest::collection::vec(any::<u8>(), 0..420)) {
        let bytes = [b"PLC\x01".as_slice(), &tail].concat();
        if let Ok(signed) = SignedCertificate::decode(&bytes) {
            prop_assert!(signed.verify(&trust()).is_err());
        }
    }
}
