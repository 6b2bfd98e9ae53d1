//! Codes that people type.

use proptest::prelude::*;

use super::*;
use crate::chain::TrustError;
use crate::exchange::digits::{self, DigitError};
use crate::exchange::long_code::{self, LongCodeError};
use crate::exchange::symbols::{self, GroupState, SymbolError};
use crate::exchange::typed::{self, TYPED_DAYS_MAX, TypedError, TypedGrant, TypedRequest, TypedSecret};

const PRODUCT: &str = "perpetua-device";

fn secret() -> TypedSecret {
    TypedSecret::from_bytes([30; 32])
}

fn typed_request(random: u64) -> TypedRequest {
    TypedRequest::new(&machine().public(), &key(1), random)
}

fn answer(days: u16) -> String {
    typed::answer(&typed_request(77), &key(1), PRODUCT, &secret(), NOW, days).unwrap()
}

fn accept(text: &str) -> Result<TypedGrant, TypedError> {
    typed::accept(text, &typed_request(77), &key(1), PRODUCT, &secret(), NOW)
}

/// Every text that differs in one character, and every one in which two characters are exchanged.
fn mistypings(text: &str, alphabet: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (0..characters.len()).filter(|at| alphabet.contains(characters[*at])).collect();
    let mut all = Vec::new();
    for (index, at) in places.iter().enumerate() {
        for wrong in alphabet.chars().filter(|wrong| *wrong != characters[*at]) {
            let mut copy = characters.clone();
            copy[*at] = wrong;
            all.push(copy.into_iter().collect());
        }
        for other in places[index + 1..].iter().filter(|other| characters[**other] != characters[*at]) {
            let mut copy = characters.clone();
            copy.swap(*at, *other);
            all.push(copy.into_iter().collect());
        }
    }
    all
}

#[test]
fn every_number_has_one_group_of_digits_in_each_place() {
    for index in 0..11 {
        let mut values = vec![0u16; index];
        for value in (0..=u16::MAX).step_by(if index == 0 { 1 } else { 97 }) {
            values.push(value);
            let text = digits::encode(&values);
            let group = &text[text.len() - 6..];
            assert!(group.bytes().all(|digit| digit.is_ascii_digit()));
            values.pop();
            if index == 0 {
                assert_eq!(digits::decode::<1>(group), Ok([value]));
            }
        }
    }
}

/// Exhaustive: of a million groups of six digits exactly 65,536 are valid in a place.
#[test]
fn of_all_groups_of_six_digits_only_those_of_a_number_are_read() {
    let valid = (0..1_000_000u32).filter(|number| digits::decode::<1>(&format!("{number:06}")).is_ok()).count();
    assert_eq!(valid, 65_536);
}

#[test]
fn any_wrong_digit_and_any_two_exchanged_digits_are_found() {
    for text in [answer(90), typed_request(77).to_digits()] {
        for wrong in mistypings(&text, "0123456789") {
            let code = digits::decode::<8>(&wrong).err().filter(|_| text.len() == 55);
            let request = digits::decode::<9>(&wrong).err().filter(|_| text.len() == 62);
            let found = code.or(request).unwrap_or_else(|| panic!("{wrong} was read"));
            assert!(matches!(found, DigitError::Group { .. } | DigitError::Foreign), "{found}");
        }
    }
}

#[test]
fn exchanged_groups_are_found() {
    let text = answer(30);
    let groups: Vec<&str> = text.split('-').collect();
    for first in 0..8 {
        for second in first + 1..8 {
            let mut copy = groups.clone();
            copy.swap(first, second);
            assert!(matches!(digits::decode::<8>(&copy.join("-")), Err(DigitError::Group { .. })));
        }
    }
}

#[test]
fn digits_are_read_however_they_are_separated() {
    let text = answer(90);
    let full_width = text.chars().map(|c| c.to_digit(10).map_or(c, |d| char::from_u32(0xff10 + d).unwrap()));
    for typed in [text.replace('-', " "), text.replace('-', ".\r\n"), text.replace('-', ""), full_width.collect()] {
        assert!(accept(&typed).is_ok(), "{typed}");
    }
    assert_eq!(digits::decode::<8>("12a"), Err(DigitError::Character { position: 2 }));
    assert_eq!(digits::decode::<8>("123"), Err(DigitError::Length { found: 3 }));
    assert_eq!(digits::decode::<8>(&"1".repeat(5000)), Err(DigitError::Length { found: 100 }));
}

#[test]
fn codes_of_the_platform_maker_are_recognised() {
    for foreign in [
        "5260184-1590836-0166136-1860916-3909964-0308244-6281942-8219934-5181905",
        "937862-579755-432315-948752-749116-862526-760181-955591-797110",
    ] {
        assert_eq!(TypedRequest::from_digits(foreign), Err(TypedError::Digits(DigitError::Foreign)));
        assert_eq!(accept(foreign), Err(TypedError::Digits(DigitError::Foreign)));
    }
}

#[test]
fn groups_are_judged_while_they_are_typed() {
    let text = answer(90);
    assert_eq!(digits::group_states(&text).unwrap(), [GroupState::Good; 8]);
    let partly = format!("{}{}", &text[..12], "4");
    assert_eq!(digits::group_states(&partly).unwrap()[..1], [GroupState::Good]);
    assert_eq!(digits::group_states(&text[..15]).unwrap()[2], GroupState::Incomplete);
    assert_eq!(digits::group_states("000000").unwrap(), [GroupState::Wrong]);
}

#[test]
fn a_typed_code_fits_its_request_its_key_and_its_product_only() {
    let code = answer(90);
    let from = Moment::from_seconds(NOW.seconds() / 86_400 * 86_400);
    assert_eq!(accept(&code), Ok(TypedGrant { from, until: from.plus_days(91) }));
    let other = Err(TypedError::OtherRequest);
    assert_eq!(typed::accept(&code, &typed_request(78), &key(1), PRODUCT, &secret(), NOW), other);
    assert_eq!(typed::accept(&code, &typed_request(77), &key(2), PRODUCT, &secret(), NOW), other);
    assert_eq!(typed::accept(&code, &typed_request(77), &key(1), "other", &secret(), NOW), other);
    let other_secret = TypedSecret::from_bytes([31; 32]);
    assert_eq!(typed::accept(&code, &typed_request(77), &key(1), PRODUCT, &other_secret, NOW), other);
    let other_machine = TypedRequest::new(&issuer().public(), &key(1), 77);
    assert_eq!(typed::accept(&code, &other_machine, &key(1), PRODUCT, &secret(), NOW), other);
}

#[test]
fn a_typed_code_lasts_at_most_ninety_days_from_its_issue_whenever_it_is_typed() {
    for days in [0, TYPED_DAYS_MAX + 1, 127] {
        let refused = typed::answer(&typed_request(77), &key(1), PRODUCT, &secret(), NOW, days);
        assert_eq!(refused, Err(TypedError::Days));
    }
    let at = |now| typed::accept(&answer(1), &typed_request(77), &key(1), PRODUCT, &secret(), now);
    let since = at(NOW).unwrap().until;
    assert_eq!(at(Moment::from_seconds(since.seconds() - 1)).unwrap().until, since);
    assert_eq!(at(since), Err(TypedError::Expired { since }));
    assert_eq!(at(Moment::from_seconds(NOW.seconds() - 3 * 86_400)), Err(TypedError::FromFuture));
    let wrong_key = typed::answer(&typed_request(77), &key(2), PRODUCT, &secret(), NOW, 30);
    assert_eq!(wrong_key, Err(TypedError::OtherRequest));
}

#[test]
fn changed_terms_of_a_typed_code_are_refused_although_their_groups_are_right() {
    let values = digits::decode::<8>(&answer(1)).unwrap();
    let with = |first: u16, second: u16| {
        let mut values = values;
        (values[0], values[1]) = (first, second);
        accept(&digits::encode(&values)).unwrap_err()
    };
    assert_eq!(with(1 << 12 | 90 << 5, values[1]), TypedError::OtherRequest);
    assert_eq!(with(values[0], values[1] + 1), TypedError::OtherRequest);
    assert_eq!(with(1 << 12 | 91 << 5, values[1]), TypedError::Days);
    assert_eq!(with(1 << 12 | 1 << 5 | 1, values[1]), TypedError::Days);
    assert_eq!(with(1 << 12, values[1]), TypedError::Days);
    assert_eq!(with(2 << 12 | 1 << 5, values[1]), TypedError::UnknownVersion { found: 2 });
}

#[test]
fn a_long_code_gives_back_the_whole_certificate() {
    let signed = certificate(&request());
    let code = long_code::encode(&signed);
    assert_eq!(code.split(['-', '\n']).count(), 47);
    for typed in [code.clone(), code.to_lowercase().replace('0', "o").replace('1', "l"), code.replace(['-', '\n'], "")]
    {
        let read = long_code::decode(&typed, &request()).unwrap();
        assert_eq!(read, signed);
        assert!(read.verify(&trust()).is_ok());
    }
}

#[test]
fn a_long_code_for_another_machine_request_or_product_has_a_wrong_signature() {
    let code = long_code::encode(&certificate(&request()));
    for other in [
        Request { machine_key: issuer().public(), ..request() },
        Request { nonce: Nonce([6; 16]), ..request() },
        Request { product: "other".into(), ..request() },
    ] {
        let read = long_code::decode(&code, &other).unwrap();
        assert_eq!(read.verify(&trust()), Err(TrustError::BadSignature));
    }
}

#[test]
fn any_wrong_and_any_two_exchanged_characters_of_a_long_code_are_found_by_its_groups() {
    let code = long_code::encode(&certificate(&request()));
    for wrong in mistypings(&code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ").into_iter().step_by(7) {
        let found = long_code::decode(&wrong, &request()).unwrap_err();
        assert!(matches!(found, LongCodeError::Typed(SymbolError::Group { .. })), "{found}");
    }
    let states = long_code::group_states(&code[..16]).unwrap();
    assert_eq!(states, [GroupState::Good, GroupState::Good, GroupState::Incomplete]);
}

#[test]
fn exchanged_groups_of_a_long_code_are_found_where_they_stand() {
    let code = long_code::encode(&certificate(&request()));
    let groups: Vec<&str> = code.split(['-', '\n']).collect();
    for (first, second) in
        (0..groups.len()).flat_map(|first| (first + 1..groups.len()).map(move |second| (first, second)))
    {
        // Places that are 32 apart are alike to the groups' checks; there the signature is wrong.
        if second - first == 32 || groups[first] == groups[second] {
            continue;
        }
        let mut exchanged = groups.clone();
        exchanged.swap(first, second);
        let found = long_code::decode(&exchanged.join("-"), &request());
        assert_eq!(found, Err(LongCodeError::Typed(SymbolError::Group { index: first })));
    }
}

#[test]
fn a_long_code_has_one_form() {
    let code = long_code::encode(&certificate(&request()));
    let bytes = symbols::decode_groups(&code, 200).unwrap();
    let longer = symbols::encode_groups(&[bytes.as_slice(), &[0; 8]].concat());
    assert!(long_code::decode(&longer, &request()).is_err());
    let cut = code.rsplit_once('-').unwrap().0;
    assert!(long_code::decode(cut, &request()).is_err());
    assert_eq!(long_code::decode("", &request()), Err(LongCodeError::Typed(SymbolError::Length)));
}

proptest! {
    #[test]
    fn bytes_survive_as_characters(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        prop_assert_eq!(symbols::decode(&symbols::encode(&bytes), 80).unwrap(), bytes.clone());
        if !bytes.is_empty() {
            let read = symbols::decode_groups(&symbols::encode_groups(&bytes), 80).unwrap();
            prop_assert_eq!(&read[..bytes.len()], &bytes[..]);
            prop_assert!(read[bytes.len()..].iter().all(|byte| *byte == 0) && read.len() - bytes.len() <= 3);
        }
    }

    #[test]
    fn typed_requests_survive_as_digits(machine in any::<[u8; 8]>(), nonce in any::<u64>(), key_tag in any::<u16>()) {
        let request = TypedRequest { machine, nonce: nonce >> 4, key_tag };
        prop_assert_eq!(TypedRequest::from_digits(&request.to_digits()).unwrap(), request);
    }

    #[test]
    fn any_answer_is_accepted_for_its_own_request(random in any::<u64>(), days in 1u16..=90, day in 0u32..90) {
        let request = typed_request(random);
        let code = typed::answer(&request, &key(1), PRODUCT, &secret(), NOW, days).unwrap();
        let found = typed::accept(&code, &request, &key(1), PRODUCT, &secret(), NOW.plus_days(day));
        prop_assert_eq!(found.is_ok(), day <= u32::from(days));
    }

    #[test]
    fn no_text_panics(text in any::<String>(), digits in "[0-9 ]{0,70}", symbols in "[0-9A-Z ]{0,330}") {
        for text in [text, digits, symbols] {
            let _ = long_code::decode(&text, &request());
            let _ = long_code::group_states(&text);
            let _ = TypedRequest::from_digits(&text);
            let _ = accept(&text);
            let _ = digits::group_states(&text);
            let _ = symbols::decode(&text, 100);
        }
    }
}
