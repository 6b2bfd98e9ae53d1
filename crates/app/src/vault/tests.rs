//! What the vault promises: secrets open only in their place, under their key, and rotation loses nothing.

use perpetua_license::key::{ProductKey, parse};

use super::*;
use crate::entropy::SeededEntropy;

fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

fn row(number: u128) -> Vec<u8> {
    row_aad("product_keys", "sealed_key", Uuid::from_u128(number))
}

/// A vault with one data key of each purpose, and those data keys as stored.
fn vault(entropy: &SeededEntropy) -> (Vault, Vec<WrappedDataKey>) {
    let vault = Vault::open(MasterKey::generate(entropy), &[]).unwrap();
    let stored: Vec<_> =
        Purpose::ALL.into_iter().map(|purpose| vault.wrap_new(purpose, now(), entropy).unwrap()).collect();
    vault.learn(&stored).unwrap();
    (vault, stored)
}

#[test]
fn a_secret_opens_in_its_row() {
    let entropy = SeededEntropy::new(1);
    let (vault, _) = vault(&entropy);
    for secret in [&b""[..], b"x", &[7; 10_000]] {
        let sealed = vault.seal(Purpose::ProductKey, &row(1), secret, &entropy).unwrap();
        assert_eq!(sealed.bytes.len(), secret.len() + 40);
        assert_eq!(*vault.open_sealed(Purpose::ProductKey, &row(1), &sealed).unwrap(), secret);
    }
    let [first, second] = [(), ()].map(|()| vault.seal(Purpose::ProductKey, &row(1), b"same", &entropy).unwrap());
    assert_ne!(first.bytes, second.bytes, "each sealing has its own nonce");
}

#[test]
fn a_ciphertext_moved_to_another_row_column_or_table_does_not_open() {
    let entropy = SeededEntropy::new(2);
    let (vault, _) = vault(&entropy);
    let sealed = vault.seal(Purpose::ProductKey, &row(1), b"secret", &entropy).unwrap();
    let id = Uuid::from_u128(1);
    for elsewhere in
        [row(2), row_aad("product_keys", "other", id), row_aad("product_key", "ssealed_key", id), Vec::new()]
    {
        assert_eq!(vault.open_sealed(Purpose::ProductKey, &elsewhere, &sealed), Err(VaultError::Damaged));
    }
}

#[test]
fn any_altered_or_missing_byte_is_noticed() {
    let entropy = SeededEntropy::new(3);
    let (vault, _) = vault(&entropy);
    let sealed = vault.seal(Purpose::ProductKey, &row(1), b"secret", &entropy).unwrap();
    let open =
        |bytes: Vec<u8>| vault.open_sealed(Purpose::ProductKey, &row(1), &Sealed { data_key: sealed.data_key, bytes });
    for at in 0..sealed.bytes.len() {
        let mut altered = sealed.bytes.clone();
        altered[at] ^= 1;
        assert_eq!(open(altered), Err(VaultError::Damaged));
        assert_eq!(open(sealed.bytes[..at].to_vec()), Err(VaultError::Damaged));
    }
}

#[test]
fn a_data_key_serves_its_purpose_only() {
    let entropy = SeededEntropy::new(4);
    let (vault, mut stored) = vault(&entropy);
    let sealed = vault.seal(Purpose::ProductKey, &row(1), b"secret", &entropy).unwrap();
    let wrong = Err(VaultError::WrongPurpose(sealed.data_key));
    assert_eq!(vault.open_sealed(Purpose::SigningKey, &row(1), &sealed), wrong);
    assert_eq!(vault.lookup_hash(sealed.data_key, b"x").unwrap_err(), VaultError::WrongPurpose(sealed.data_key));
    stored[0].purpose = Purpose::SigningKey;
    let relabelled = Vault::open(vault.master.clone(), &stored).unwrap_err();
    assert_eq!(relabelled, VaultError::WrongMasterKey(stored[0].id), "the purpose is bound to the wrapped key");
}

#[test]
fn the_newest_data_key_seals_and_older_ones_still_open() {
    let entropy = SeededEntropy::new(5);
    let (vault, _) = vault(&entropy);
    let old = vault.seal(Purpose::ProductKey, &row(1), b"old", &entropy).unwrap();
    let clock_was_set_back = now() - SignedDuration::from_hours(1_000);
    for _ in 0..20 {
        let wrapped = vault.wrap_new(Purpose::ProductKey, clock_was_set_back, &entropy).unwrap();
        assert_ne!(vault.newest(Purpose::ProductKey), Ok(wrapped.id), "not used before it is stored");
        vault.learn(std::slice::from_ref(&wrapped)).unwrap();
        assert_eq!(vault.newest(Purpose::ProductKey), Ok(wrapped.id));
        let new = vault.seal(Purpose::ProductKey, &row(2), b"new", &entropy).unwrap();
        assert_eq!(new.data_key, wrapped.id);
    }
    assert_eq!(**vault.open_sealed(Purpose::ProductKey, &row(1), &old).unwrap(), *b"old");
}

#[test]
fn a_vault_opened_again_reads_everything_but_not_under_another_master_key() {
    let entropy = SeededEntropy::new(6);
    let (vault, stored) = vault(&entropy);
    let sealed = vault.seal(Purpose::ProductKey, &row(1), b"secret", &entropy).unwrap();
    let again = Vault::open(vault.master.clone(), &stored).unwrap();
    assert_eq!(**again.open_sealed(Purpose::ProductKey, &row(1), &sealed).unwrap(), *b"secret");
    let refused = Vault::open(MasterKey::generate(&entropy), &stored).unwrap_err();
    assert_eq!(refused, VaultError::WrongMasterKey(stored[0].id));
}

#[test]
fn rewrapping_changes_the_master_key_and_leaves_sealed_data_alone() {
    let entropy = SeededEntropy::new(7);
    let (vault, _) = vault(&entropy);
    let sealed = vault.seal(Purpose::ProductKey, &row(1), b"secret", &entropy).unwrap();
    let look_up = vault.newest(Purpose::LookUp).unwrap();
    let new_master = MasterKey::generate(&entropy);
    let rewrapped = vault.rewrap(&new_master, &entropy);
    assert!(Vault::open(vault.master.clone(), &rewrapped).is_err(), "the old master key is of no more use");
    let again = Vault::open(new_master, &rewrapped).unwrap();
    assert_eq!(**again.open_sealed(Purpose::ProductKey, &row(1), &sealed).unwrap(), *b"secret");
    assert_eq!(again.lookup_hash(look_up, b"k"), vault.lookup_hash(look_up, b"k"));
}

#[test]
fn a_missing_data_key_is_named() {
    let entropy = SeededEntropy::new(8);
    let empty = Vault::open(MasterKey::generate(&entropy), &[]).unwrap();
    let missing = VaultError::NoDataKey(Purpose::ProductKey);
    assert_eq!(empty.seal(Purpose::ProductKey, &row(1), b"x", &entropy), Err(missing));
    let (full, _) = vault(&entropy);
    let sealed = full.seal(Purpose::ProductKey, &row(1), b"x", &entropy).unwrap();
    let unknown = Err(VaultError::UnknownDataKey(sealed.data_key));
    assert_eq!(empty.open_sealed(Purpose::ProductKey, &row(1), &sealed), unknown);
}

#[test]
fn look_up_hashes_depend_on_value_and_version_only() {
    let entropy = SeededEntropy::new(9);
    let (vault, _) = vault(&entropy);
    vault.learn(&[vault.wrap_new(Purpose::LookUp, now(), &entropy).unwrap()]).unwrap();
    let [old, new] = vault.ids(Purpose::LookUp).try_into().unwrap();
    assert_eq!(vault.newest(Purpose::LookUp), Ok(new));
    assert_eq!(vault.lookup_hash(old, b"a"), vault.lookup_hash(old, b"a"));
    assert_ne!(vault.lookup_hash(old, b"a"), vault.lookup_hash(old, b"b"));
    assert_ne!(vault.lookup_hash(old, b"a"), vault.lookup_hash(new, b"a"));
}

#[test]
fn a_new_check_secret_gets_the_next_format_version_and_old_keys_stay_good() {
    let entropy = SeededEntropy::new(10);
    let (vault, _) = vault(&entropy);
    let mint = || {
        let secrets = vault.check_secrets();
        let (version, secret) = secrets.newest().unwrap();
        ProductKey::mint(entropy.bytes(), version, secret)
    };
    let first = mint();
    assert_eq!(first.version(), FormatVersion::V1);
    while let Ok(wrapped) = vault.wrap_new(Purpose::KeyCheck, now(), &entropy) {
        vault.learn(&[wrapped]).unwrap();
    }
    let last = mint();
    assert_eq!(last.version().number(), 15);
    for key in [first, last] {
        assert_eq!(parse(key.expose()).unwrap().verify(&vault.check_secrets()).unwrap(), key);
    }
    let full = vault.wrap_new(Purpose::KeyCheck, now(), &entropy);
    assert_eq!(full, Err(VaultError::NoFormatVersionLeft));
}

#[test]
fn stored_words_of_purposes_never_change() {
    assert_eq!(Purpose::ALL.map(Purpose::word), ["product_key", "key_check", "look_up", "signing_key"]);
    assert!(Purpose::ALL.into_iter().all(|purpose| Purpose::from_word(purpose.word()) == Some(purpose)));
    assert_eq!(Purpose::from_word("kms_host"), None);
}

#[test]
fn debug_output_shows_no_key() {
    let (vault, _) = vault(&SeededEntropy::new(11));
    assert_eq!(format!("{vault:?}"), "Vault { data_keys: 4, .. }");
}
