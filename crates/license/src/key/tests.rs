//! Published test vectors, and the proof that any two wrong or exchanged characters are found.

use super::*;

const SECRET: &[u8] = b"perpetua published test secret 1";

/// Random bytes (hexadecimal), format version, key under [`SECRET`]. Other implementations must agree.
const VECTORS: [(&str, u8, &str); 4] = [
    ("00000000000000000000000000000000", 1, "2000-0000-0000-0000-0000-0000-00K0-7FS0"),
    ("ffffffffffffffffffffffffffffffff", 1, "3ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ7Y-6TY7"),
    ("000102030405060708090a0b0c0d0e0f", 1, "2004-1061-050R-3GG2-8A1C-60T3-GF8T-3SS2"),
    ("3f8e2a51c7d04b96a8135fe2907b6cd4", 15, "ZZHR-N53H-YG9E-BAG4-TZWA-87PV-6M6P-Z96M"),
];

fn secrets() -> CheckSecrets {
    CheckSecrets::new().with(FormatVersion::V1, SECRET).with(FormatVersion::new(15).unwrap(), SECRET)
}

fn bytes(hex: &str) -> [u8; 16] {
    u128::from_str_radix(hex, 16).unwrap().to_be_bytes()
}

fn sample(seed: u8) -> ProductKey {
    let random = (u128::from(seed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    ProductKey::mint(random.to_be_bytes(), FormatVersion::V1, SECRET)
}

fn error(text: &str) -> KeyError {
    parse(text).unwrap_err()
}

#[test]
fn the_published_vectors_are_minted_and_read_back() {
    for (random, version, grouped) in VECTORS {
        let version = FormatVersion::new(version).unwrap();
        let key = ProductKey::mint(bytes(random), version, SECRET);
        assert_eq!(*key.expose_grouped(), grouped);
        assert_eq!(key.expose(), grouped.replace('-', ""));
        let typed = parse(grouped).unwrap();
        assert_eq!(typed.version(), version);
        assert_eq!(typed.verify(&secrets()).unwrap(), key);
    }
}

#[test]
fn any_one_wrong_character_is_found_and_named() {
    let text = sample(3).expose().as_bytes().to_vec();
    for position in 0..LENGTH {
        for wrong in ALPHABET.iter().filter(|wrong| **wrong != text[position]) {
            let mut typed = text.clone();
            typed[position] = *wrong;
            assert_eq!(error(str::from_utf8(&typed).unwrap()), KeyError::Mistyped { suspect: Some(position) });
        }
    }
}

/// Exhaustive over both positions and both error values: 476,656 pairs for each sample key.
#[test]
fn any_two_wrong_characters_are_found_whatever_their_positions_and_values() {
    for seed in [0, 91] {
        let key: Vec<u8> = sample(seed).expose().bytes().map(|c| value_of(c).unwrap()).collect();
        let mut word: [u8; LENGTH] = key.try_into().unwrap();
        let mut pairs = 0;
        for (first, first_error) in (0..LENGTH).flat_map(|at| (1..32).map(move |error| (at, error))) {
            word[first] ^= first_error;
            for (second, second_error) in (first + 1..LENGTH).flat_map(|at| (1..32).map(move |error| (at, error))) {
                word[second] ^= second_error;
                assert!(matches!(checksum::check(&word), Finding::Wrong { .. }), "{first} {second}");
                word[second] ^= second_error;
                pairs += 1;
            }
            word[first] ^= first_error;
        }
        assert_eq!(pairs, 476_656);
        assert!(matches!(checksum::check(&word), Finding::Valid));
    }
}

#[test]
fn any_two_exchanged_characters_are_found() {
    for seed in 0..8 {
        let text = sample(seed).expose().as_bytes().to_vec();
        for first in 0..LENGTH {
            for second in (first + 1..LENGTH).filter(|second| text[*second] != text[first]) {
                let mut swapped = text.clone();
                swapped.swap(first, second);
                assert!(matches!(error(str::from_utf8(&swapped).unwrap()), KeyError::Mistyped { .. }));
            }
        }
    }
}

#[test]
fn case_separators_and_look_alike_letters_are_forgiven() {
    let key = sample(1);
    let grouped = key.expose_grouped();
    for typed in [
        grouped.to_lowercase(),
        grouped.replace('-', " "),
        grouped.replace('-', "\u{2013}"),
        format!("\t{}\u{a0}\r\n", grouped.replace('-', "")),
    ] {
        assert_eq!(parse(&typed).unwrap().verify(&secrets()).unwrap(), key);
    }
    let (_, _, with_zeros_and_ones) = VECTORS[2];
    assert!(with_zeros_and_ones.contains('0') && with_zeros_and_ones.contains('1'));
    for (one, zero) in [('I', 'O'), ('l', 'o'), ('i', 'O')] {
        let typed = with_zeros_and_ones.replace('1', &one.to_string()).replace('0', &zero.to_string());
        assert_eq!(*parse(&typed).unwrap().verify(&secrets()).unwrap().expose_grouped(), with_zeros_and_ones);
    }
}

#[test]
fn foreign_keys_are_recognised_and_never_pass() {
    for text in [
        concat!("BCDFG-HJKMP-QRTVW", "-XY234-6789N"),
        "bcdfghjkmpqrtvwxy2346789n",
        "AAAAA-00000-IIIII-UUUUU-11111",
        " BCDFG HJKMP QRTVW XY234 6789N ",
    ] {
        assert_eq!(error(text), KeyError::ForeignKey25, "{text}");
    }
}

#[test]
fn a_key_of_ours_that_is_typed_in_part_is_too_short_and_not_foreign() {
    assert_eq!(error(&VECTORS[2].2[..31]), KeyError::Length { found: 25 });
}

#[test]
fn a_wrong_length_or_character_is_named() {
    assert_eq!(error(""), KeyError::Length { found: 0 });
    assert_eq!(error(&"0".repeat(31)), KeyError::Length { found: 31 });
    assert_eq!(error(&"0".repeat(100_000)), KeyError::Length { found: 100_000 });
    assert_eq!(error("00-0U"), KeyError::Character { position: 3 });
    for strange in ["0000_", "0000\u{130}", "0000\u{ff10}", "0000\0", "0000\u{1f511}"] {
        assert_eq!(error(strange), KeyError::Character { position: 4 }, "{strange:?}");
    }
}

#[test]
fn a_key_minted_under_another_secret_is_refused() {
    let invented = ProductKey::mint([9; 16], FormatVersion::V1, b"a guess");
    let typed = parse(invented.expose()).unwrap();
    assert_eq!(typed.clone().verify(&secrets()).unwrap_err(), KeyError::WrongCheck);
    assert_eq!(typed.verify(&CheckSecrets::new()).unwrap_err(), KeyError::WrongCheck);
}

#[test]
fn the_version_chooses_the_secret() {
    let two = FormatVersion::new(2).unwrap();
    let secrets = secrets().with(two, b"another secret");
    let key = |secret| parse(ProductKey::mint([3; 16], two, secret).expose()).unwrap().verify(&secrets);
    assert!(key(b"another secret").is_ok());
    assert_eq!(key(SECRET).unwrap_err(), KeyError::WrongCheck);
    assert_eq!(FormatVersion::new(16), None);
    assert_eq!(secrets.newest().unwrap().0.number(), 15);
}

#[test]
fn a_stored_key_is_restored_without_the_secret_but_not_when_damaged() {
    let key = sample(5);
    assert_eq!(ProductKey::restore(key.expose()).unwrap(), key);
    assert!(ProductKey::restore(&key.expose()[1..]).is_err());
}

#[test]
fn debug_output_shows_no_part_of_a_key_or_secret() {
    let key = sample(2);
    let typed = parse(key.expose()).unwrap();
    assert_eq!(format!("{key:?} {typed:?}"), "ProductKey(redacted) TypedKey(redacted)");
    let shown = format!("{:?}", secrets());
    assert!(!shown.contains("112") && shown.contains("FormatVersion(1)"), "{shown}");
}

#[test]
fn all_126_random_bits_reach_the_key() {
    let key_of = |bits: u128| ProductKey::mint(bits.to_be_bytes(), FormatVersion::V1, SECRET);
    for bit in 0..126 {
        assert_ne!(key_of(1 << bit).expose()[..26], *"20000000000000000000000000", "bit {bit}");
    }
    assert_eq!(key_of(1 << 126), key_of(0));
}
