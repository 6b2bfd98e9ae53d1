//! Postal addresses, checked by the rules of their country (contract ).
//!
//! A checked address is normalised: trimmed, postal code in the country's form, state as its code.
//! Whether the house exists is not asked.

use crate::country::Country;
use crate::names::is_unprintable;

/// The longest address line, in characters.
pub const LINE_CHARS_MAX: usize = 200;
/// The longest city, in characters.
pub const CITY_CHARS_MAX: usize = 100;
/// The longest state, in characters.
pub const STATE_CHARS_MAX: usize = 50;
/// The longest postal code, in characters.
pub const POSTAL_CODE_CHARS_MAX: usize = 20;

/// A postal address. What a country does not need may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// Street and number.
    pub line1: String,
    /// More of it.
    pub line2: String,
    /// City.
    pub city: String,
    /// State or province: its code where the country has a list.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// Country.
    pub country: Country,
}

crate::text_enum! {
    /// A part of an address that may be wrong.
    pub enum AddressField {
        /// First line.
        Line1 = "line1",
        /// Second line.
        Line2 = "line2",
        /// City.
        City = "city",
        /// State.
        State = "state",
        /// Postal code.
        PostalCode = "postal_code",
    }
}

crate::text_enum! {
    /// What is wrong with it.
    pub enum AddressReason {
        /// The country needs it.
        Missing = "missing",
        /// Longer than allowed.
        TooLong = "too_long",
        /// Control or invisible characters.
        Characters = "characters",
        /// Not in the form that the country uses.
        Form = "form",
        /// Not among the country's states.
        Unknown = "unknown",
    }
}

/// One wrong part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldError {
    /// Which part.
    pub field: AddressField,
    /// Why.
    pub reason: AddressReason,
}

impl Address {
    /// Checks an address by its country's rules and normalises it.
    ///
    /// # Errors
    ///
    /// Every wrong field, at most one reason each, in the order of the form.
    pub fn validated(self) -> Result<Self, Vec<FieldError>> {
        let country = self.country;
        let mut errors = Vec::new();
        let mut take = |field, checked: Result<String, AddressReason>| {
            checked.unwrap_or_else(|reason| {
                errors.push(FieldError { field, reason });
                String::new()
            })
        };
        let address = Self {
            line1: take(AddressField::Line1, text(&self.line1, LINE_CHARS_MAX, true)),
            line2: take(AddressField::Line2, text(&self.line2, LINE_CHARS_MAX, false)),
            city: take(AddressField::City, text(&self.city, CITY_CHARS_MAX, country.is_city_required())),
            state: take(AddressField::State, state(country, &self.state)),
            postal_code: take(AddressField::PostalCode, postal_code(country, &self.postal_code)),
            country,
        };
        if errors.is_empty() { Ok(address) } else { Err(errors) }
    }
}

fn text(text: &str, chars_max: usize, is_required: bool) -> Result<String, AddressReason> {
    let text = text.trim();
    if is_required && text.is_empty() {
        return Err(AddressReason::Missing);
    }
    if text.chars().count() > chars_max {
        return Err(AddressReason::TooLong);
    }
    if text.chars().any(is_unprintable) {
        return Err(AddressReason::Characters);
    }
    Ok(text.to_owned())
}

fn state(country: Country, state: &str) -> Result<String, AddressReason> {
    let state = text(state, STATE_CHARS_MAX, country.is_state_required())?;
    let states = country.states();
    if states.is_empty() || state.is_empty() {
        return Ok(state);
    }
    let wanted = state.to_lowercase();
    let found = states.iter().find(|(code, name)| code.to_lowercase() == wanted || name.to_lowercase() == wanted);
    found.map(|(code, _)| (*code).to_owned()).ok_or(AddressReason::Unknown)
}

fn postal_code(country: Country, code: &str) -> Result<String, AddressReason> {
    let code = text(code, POSTAL_CODE_CHARS_MAX, country.is_postal_code_required())?;
    match country.postal_pattern() {
        Some(pattern) if !code.is_empty() => pattern.normalise(&code).ok_or(AddressReason::Form),
        _ => Ok(code),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(country: &str, state: &str, postal_code: &str) -> Address {
        Address {
            line1: " Dlouhá 12 ".to_owned(),
            line2: String::new(),
            city: "Město".to_owned(),
            state: state.to_owned(),
            postal_code: postal_code.to_owned(),
            country: Country::parse(country).unwrap(),
        }
    }

    fn error(field: AddressField, reason: AddressReason) -> FieldError {
        FieldError { field, reason }
    }

    #[test]
    fn a_good_address_is_normalised() {
        let check = |country, state, postal, expected: (&str, &str)| {
            let good = address(country, state, postal).validated().unwrap();
            assert_eq!((good.state.as_str(), good.postal_code.as_str()), expected, "{country}");
            assert_eq!(good.line1, "Dlouhá 12");
        };
        check("CZ", "", "11000", ("", "110 00"));
        check("SK", "", "811 01", ("", "811 01"));
        check("PL", "", "00950", ("", "00-950"));
        check("GB", "", "sw1a1aa", ("", "SW1A 1AA"));
        check("US", "wa", "98052", ("WA", "98052"));
        check("US", "Washington", "98052-1234", ("WA", "98052-1234"));
        check("BR", "são paulo", "01310100", ("SP", "01310-100"));
        check("CA", "ON", "k1a0b1", ("ON", "K1A 0B1"));
        check("LV", "", "1010", ("", "LV-1010"));
        check("AE", "Dubai", "", ("Dubai", ""));
        check("PE", "", "", ("", ""));
    }

    #[test]
    fn every_wrong_field_is_named_once() {
        use AddressField::{City, Line1, Line2, PostalCode, State};
        use AddressReason::{Characters, Form, Missing, TooLong, Unknown};
        let wrong = |address: Address| address.validated().unwrap_err();
        assert_eq!(wrong(address("CZ", "", "1100")), [error(PostalCode, Form)]);
        assert_eq!(wrong(address("CZ", "", "")), [error(PostalCode, Missing)]);
        assert_eq!(wrong(address("US", "", "98052")), [error(State, Missing)]);
        assert_eq!(wrong(address("US", "Bavaria", "D-80331")), [error(State, Unknown), error(PostalCode, Form)]);
        let empty = Address { line1: " ".to_owned(), city: String::new(), ..address("DE", "", "80331") };
        assert_eq!(wrong(empty), [error(Line1, Missing), error(City, Missing)]);
        let odd = Address { line1: "x".repeat(201), line2: "a\nb".to_owned(), ..address("DE", "", "80331") };
        assert_eq!(wrong(odd), [error(Line1, TooLong), error(Line2, Characters)]);
    }

    #[test]
    fn a_city_state_needs_no_city() {
        let singapore = Address { city: String::new(), ..address("SG", "", "018956") };
        assert!(singapore.validated().is_ok());
    }

    proptest! {
        #[test]
        fn what_was_normalised_stays_as_it_is(index in 0_usize..249, state in ".{0,8}", postal in "[0-9A-Za-z -]{0,10}") {
            let country = Country::all().nth(index).unwrap();
            if let Ok(good) = address(country.code(), &state, &postal).validated() {
                prop_assert_eq!(good.clone().validated(), Ok(good));
            }
        }
    }
}
