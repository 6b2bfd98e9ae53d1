//! Following the chain: rotation, a new root, a stolen key, and every way in which a link is refused.

use proptest::prelude::*;

use super::*;

const NOW: Moment = Moment::from_seconds(1_800_000_000);

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn entry(seed: u8) -> SigningEntry {
    SigningEntry {
        key: secret(seed).public(),
        not_before: NOW,
        not_after: Moment::LAST,
        standing: KeyStanding::InForce,
    }
}

fn link(number: u32, root: u8, previous: u8, keys: Vec<SigningEntry>) -> Vec<u8> {
    let link =
        Link { number, issued_at: NOW, root: secret(root).public(), previous_root: secret(previous).public(), keys };
    link.sign(&secret(root), (root != previous).then(|| secret(previous)).as_ref()).unwrap()
}

fn pinned(root: u8) -> Trust {
    Trust::in_root(secret(root).public())
}

fn believes(trust: &Trust, signer: u8, issued_at: Moment) -> Result<(), TrustError> {
    let signature = secret(signer).sign(b"message");
    trust.verify(secret(signer).public().id(), issued_at, b"message", &signature)
}

#[test]
fn a_signing_key_is_believed_within_its_period_only() {
    let old = SigningEntry { not_after: NOW.plus_days(10), ..entry(10) };
    let trust = pinned(1).follow(&link(1, 1, 1, vec![entry(11), old])).unwrap();
    assert_eq!(believes(&trust, 10, NOW), Ok(()));
    assert_eq!(believes(&trust, 10, NOW.plus_days(10)), Ok(()));
    assert_eq!(believes(&trust, 10, NOW.plus_days(11)), Err(TrustError::OutsidePeriod));
    assert_eq!(believes(&trust, 11, Moment::from_seconds(NOW.seconds() - 1)), Err(TrustError::OutsidePeriod));
    assert_eq!(believes(&trust, 12, NOW), Err(TrustError::UnknownSigner));
    let other = secret(12).sign(b"message");
    let forged = trust.verify(secret(11).public().id(), NOW, b"message", &other);
    assert_eq!(forged, Err(TrustError::BadSignature));
    assert_eq!(believes(&pinned(1), 10, NOW), Err(TrustError::UnknownSigner), "a root signs no certificates");
}

#[test]
fn a_stolen_key_is_believed_for_no_date() {
    let stolen = SigningEntry { standing: KeyStanding::Compromised, ..entry(10) };
    let trust = pinned(1).follow(&link(1, 1, 1, vec![stolen])).unwrap();
    assert_eq!(believes(&trust, 10, NOW), Err(TrustError::SignerCompromised));
}

#[test]
fn a_device_of_any_age_follows_the_chain_over_changes_of_the_root() {
    let links = vec![
        link(1, 1, 1, vec![entry(10)]),
        link(2, 2, 1, vec![entry(10)]),
        link(5, 3, 2, vec![entry(11)]),
        link(6, 3, 3, vec![entry(12)]),
    ];
    let file = chain_file(&links).unwrap();
    for root in 1..=3 {
        let trust = pinned(root).follow_file(&file).unwrap();
        assert_eq!((trust.number(), trust.root()), (6, secret(3).public()));
        assert_eq!(believes(&trust, 12, NOW), Ok(()));
        assert_eq!(trust.follow_file(&file).unwrap(), trust, "the same file again changes nothing");
    }
    assert_eq!(pinned(4).follow_file(&file), Err(ChainError::OtherRoot));
    let without_the_middle = chain_file(&[links[0].clone(), links[3].clone()]).unwrap();
    assert_eq!(pinned(1).follow_file(&without_the_middle), Err(ChainError::OtherRoot));
}

#[test]
fn numbers_never_go_back() {
    let trust = pinned(1).follow(&link(5, 1, 1, vec![entry(10)])).unwrap();
    for number in [4, 5] {
        let older = link(number, 1, 1, vec![entry(11)]);
        assert_eq!(trust.follow(&older), Err(ChainError::NotNewer { known: 5 }));
        assert_eq!(trust.follow_file(&chain_file(&[older]).unwrap()), Ok(trust.clone()));
    }
}

#[test]
fn a_new_root_needs_the_signature_of_the_old_one() {
    let mut bytes = link(2, 2, 1, vec![entry(10)]);
    let at = bytes.len() - SIGNATURE_BYTES;
    let forged = secret(2).sign(&bytes[..at - SIGNATURE_BYTES]);
    bytes[at..].copy_from_slice(&forged);
    assert_eq!(pinned(1).follow(&bytes), Err(ChainError::BadSignature));
    bytes.truncate(at);
    assert_eq!(pinned(1).follow(&bytes), Err(ChainError::Format(FormatError::Truncated)));
    let unchanged = Link {
        number: 1,
        issued_at: NOW,
        root: secret(1).public(),
        previous_root: secret(1).public(),
        keys: vec![entry(10)],
    };
    let wrong = FormatError::Field { field: "root" };
    assert_eq!(unchanged.sign(&secret(1), Some(&secret(1))).unwrap_err(), wrong);
    assert_eq!(unchanged.sign(&secret(2), None).unwrap_err(), wrong);
}

#[test]
fn limits_are_kept() {
    let signed = |number, keys| {
        let root = secret(1).public();
        Link { number, issued_at: NOW, root, previous_root: root, keys }.sign(&secret(1), None)
    };
    let sixteen: Vec<_> = (10..26).map(entry).collect();
    assert!(signed(1, sixteen.clone()).unwrap().len() <= LINK_BYTES_MAX);
    assert!(signed(0, sixteen.clone()).is_err());
    assert!(signed(1, vec![]).is_err());
    assert!(signed(1, vec![entry(10), entry(10)]).is_err());
    assert!(signed(1, sixteen.into_iter().chain([entry(30)]).collect()).is_err());
    assert!(signed(1, vec![SigningEntry { not_after: Moment::ZERO, ..entry(10) }]).is_err());
    assert!(chain_file(&[]).is_err());
    assert!(chain_file(&vec![vec![0; 10]; LINKS_MAX + 1]).is_err());
    assert!(pinned(1).follow(&vec![b'P'; LINK_BYTES_MAX + 1]).is_err());
}

proptest! {
    #[test]
    fn any_single_flipped_bit_is_refused(bit in 0usize..3000) {
        let bytes = link(2, 2, 1, vec![entry(10), entry(11)]);
        let bit = bit % (bytes.len() * 8);
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(pinned(1).follow(&bytes).is_ok());
        prop_assert!(pinned(1).follow(&flipped).is_err());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), kind in 0usize..3) {
        let mut bytes = bytes;
        let start: &[u8] = [&b""[..], b"PKC\x01", b"PKF\x01"][kind];
        bytes.splice(0..0, start.iter().copied());
        prop_assert!(pinned(1).follow(&bytes).is_err());
        prop_assert!(pinned(1).follow_file(&bytes).is_err());
    }
}
