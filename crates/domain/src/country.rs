//! Countries of ISO 3166-1 and what follows from one: currency, language, time zone, calling code, and
//! how its addresses and registration numbers look.
//!
//! Tax is not here; it comes from dated rates. Addresses are checked in [`address`].

pub mod address;
mod pattern;
mod states;
mod table;

use std::fmt;

pub use pattern::Pattern;

use crate::money::Currency;

/// A country of ISO 3166-1 alpha-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

/// The members of the European Union.
const EU: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// The members of the European Economic Area outside the Union.
const EEA_ONLY: &str = "IS LI NO";

/// Countries without cities of their own.
const CITY_STATES: &str = "GI MC SG VA";

/// Countries whose addresses need a state from the list.
const STATE_REQUIRED: &str = "AU BR CA US";

/// Countries that have postal codes which many addresses go without.
const POSTAL_CODE_OPTIONAL: &str =
    "AF BT CL CO CR CU CV EC EG GE GT HN IQ JO KE LR MG MM MN NG NP OM PE PG PY SN UY VE VN";

fn lists(list: &str, country: Country) -> bool {
    list.split_ascii_whitespace().any(|code| code == country.code())
}

impl Country {
    /// Reads two letters in either case; `None` for what is no country.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        let country = Self(code.map(|byte| byte.to_ascii_uppercase()));
        table::find(country.code()).map(|_| country)
    }

    /// All countries, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        table::ROWS.iter().filter_map(|row| Self::parse(row.code))
    }

    /// The two upper-case letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn row(self) -> &'static table::Row {
        // `parse` is the only way to a country, so the row exists.
        table::find(self.code()).unwrap_or(&table::UNKNOWN)
    }

    /// Whether it is a member of the European Union.
    pub fn is_eu(self) -> bool {
        lists(EU, self)
    }

    /// Whether it is in the European Economic Area.
    pub fn is_eea(self) -> bool {
        self.is_eu() || lists(EEA_ONLY, self)
    }

    /// The currency that is proposed there.
    ///
    /// Where the local one cannot be sold in, that is the US dollar.
    pub fn default_currency(self) -> Option<Currency> {
        self.row().currency.parse().ok()
    }

    /// The language that is proposed there: two lower-case letters.
    pub fn default_language(self) -> &'static str {
        self.row().language
    }

    /// The culture that is proposed there, such as `cs-CZ`.
    pub fn default_culture(self) -> String {
        format!("{}-{self}", self.row().language)
    }

    /// The IANA zone in which days are counted unless a customer has its own: that of the capital or
    /// the largest business centre, `Etc/UTC` where none is known.
    pub fn default_time_zone(self) -> &'static str {
        self.row().zone
    }

    /// The calling code without `+`; empty where there is none.
    pub fn calling_code(self) -> &'static str {
        self.row().calling
    }

    /// How postal codes look; `None` where none are used or the form is not checked.
    pub fn postal_pattern(self) -> Option<Pattern> {
        let pattern = self.row().postal;
        (!pattern.is_empty()).then(|| Pattern::new(pattern))
    }

    /// Whether an address needs a postal code.
    pub fn is_postal_code_required(self) -> bool {
        !self.row().postal.is_empty() && !lists(POSTAL_CODE_OPTIONAL, self)
    }

    /// Whether an address needs a city.
    pub fn is_city_required(self) -> bool {
        !lists(CITY_STATES, self)
    }

    /// Whether an address needs a state.
    pub fn is_state_required(self) -> bool {
        lists(STATE_REQUIRED, self)
    }

    /// Codes and names of the states that an address may have; empty where any text will do.
    pub fn states(self) -> &'static [(&'static str, &'static str)] {
        states::of(self.code())
    }

    /// How an organization's registration number looks in the eleven countries that ask for one
    /// (contract C-01); `None` elsewhere, where none is taken.
    pub fn registration_pattern(self) -> Option<Pattern> {
        let pattern = match self.code() {
            "AM" | "UA" => "nnnnnnnn",
            "AZ" | "RU" => "nnnnnnnnnn",
            "BY" | "TJ" | "UZ" => "nnnnnnnnn",
            "HU" => "nn-nn-nnnnnn|nnnnnnnn-n-nn",
            "KZ" => "nnnnnnnnnnnn",
            "KG" => "nnnnnnnnnnnnnn",
            "MD" => "nnnnnnnnnnnnn",
            _ => return None,
        };
        Some(Pattern::new(pattern))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

crate::text_enum! {
    /// Why a registration number is refused.
    pub enum RegistrationError {
        /// The country asks for one (contract 600049).
        Missing = "missing",
        /// It does not look as the country's numbers do (contract 600050).
        Form = "form",
        /// The country asks for none (contract 600002).
        NotExpected = "not_expected",
    }
}

/// Checks an organization's registration number and gives it the country's separators.
///
/// # Errors
///
/// See [`RegistrationError`]. White space alone counts as absent.
pub fn check_registration_number(country: Country, number: Option<&str>) -> Result<Option<String>, RegistrationError> {
    let number = number.map(str::trim).filter(|number| !number.is_empty());
    match (country.registration_pattern(), number) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(RegistrationError::NotExpected),
        (Some(_), None) => Err(RegistrationError::Missing),
        (Some(pattern), Some(number)) => pattern.normalise(number).map(Some).ok_or(RegistrationError::Form),
    }
}

#[cfg(test)]
mod tests;
