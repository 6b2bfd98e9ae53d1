//! The table is complete and consistent, and the rules of single countries.

use super::*;

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

#[test]
fn the_table_has_each_country_once_and_in_order() {
    assert_eq!(Country::all().count(), 249);
    assert!(table::ROWS.is_sorted_by(|left, right| left.code < right.code));
    for unknown in ["", "C", "CZE", "XX", "EU", "UK", "č", "\u{10d}"] {
        assert_eq!(Country::parse(unknown), None, "{unknown:?}");
    }
    assert_eq!(country("cz").code(), "CZ");
}

#[test]
fn every_zone_currency_and_calling_code_exists() {
    for country in Country::all() {
        let zone = country.default_time_zone();
        assert!(jiff::tz::TimeZone::get(zone).is_ok(), "{country} {zone}");
        assert!(country.default_currency().is_some(), "{country}");
        assert_eq!(country.default_language().len(), 2, "{country}");
        assert!(country.calling_code().bytes().all(|byte| byte.is_ascii_digit()), "{country}");
    }
}

#[test]
fn well_known_countries_have_their_own_values() {
    let check = |code: &str, currency: &str, language: &str, zone: &str, calling: &str| {
        let country = country(code);
        assert_eq!(country.default_currency().unwrap().code(), currency, "{code}");
        assert_eq!(country.default_language(), language, "{code}");
        assert_eq!(country.default_time_zone(), zone, "{code}");
        assert_eq!(country.calling_code(), calling, "{code}");
    };
    check("CZ", "CZK", "cs", "Europe/Prague", "420");
    check("DE", "EUR", "de", "Europe/Berlin", "49");
    check("CH", "CHF", "de", "Europe/Zurich", "41");
    check("JP", "JPY", "ja", "Asia/Tokyo", "81");
    check("BR", "BRL", "pt", "America/Sao_Paulo", "55");
    check("IN", "INR", "en", "Asia/Kolkata", "91");
    check("AQ", "USD", "en", "Etc/UTC", "672");
    assert_eq!(country("CZ").default_culture(), "cs-CZ");
}

#[test]
fn the_union_has_twenty_seven_members_and_the_area_thirty() {
    assert_eq!(Country::all().filter(|country| country.is_eu()).count(), 27);
    assert_eq!(Country::all().filter(|country| country.is_eea()).count(), 30);
    assert!(country("CZ").is_eu() && country("HR").is_eu());
    assert!(!country("GB").is_eu() && !country("CH").is_eea() && country("NO").is_eea());
}

#[test]
fn a_country_that_needs_a_state_lists_its_states() {
    for country in Country::all() {
        assert_eq!(country.is_state_required(), !country.states().is_empty(), "{country}");
    }
    assert_eq!(country("US").states().len(), 54);
    assert_eq!(country("CA").states().len(), 13);
    assert_eq!(country("AU").states().len(), 8);
    assert_eq!(country("BR").states().len(), 27);
}

#[test]
fn eleven_countries_ask_for_a_registration_number() {
    let asking: Vec<String> = Country::all()
        .filter(|country| country.registration_pattern().is_some())
        .map(|country| country.to_string())
        .collect();
    assert_eq!(asking.join(" "), "AM AZ BY HU KG KZ MD RU TJ UA UZ");
    let check = |code: &str, number: Option<&str>, expected: Result<Option<&str>, RegistrationError>| {
        let answer = check_registration_number(country(code), number);
        assert_eq!(answer.as_ref().map(Option::as_deref).map_err(|error| *error), expected, "{code} {number:?}");
    };
    check("HU", Some("0109123456"), Ok(Some("01-09-123456")));
    check("HU", Some("12345678-1-42"), Ok(Some("12345678-1-42")));
    check("HU", Some("123"), Err(RegistrationError::Form));
    check("KZ", Some(" "), Err(RegistrationError::Missing));
    check("UA", None, Err(RegistrationError::Missing));
    check("CZ", None, Ok(None));
    check("CZ", Some("12345678"), Err(RegistrationError::NotExpected));
}
