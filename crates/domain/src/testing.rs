//! Short constructors for the tests of this crate.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::country::Country;
use crate::id::PolicyId;
use crate::money::{Amount, Currency, UnitPrice};

/// Zones with ordinary, missing and repeated midnights, odd offsets and a crossed date line.
pub(crate) const ZONES: &[&str] = &[
    "UTC",
    "Europe/Prague",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
];

pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn minor(amount: i64) -> Amount {
    Amount::from_minor(amount).unwrap()
}

pub(crate) fn price(text: &str) -> UnitPrice {
    UnitPrice::parse(text).unwrap()
}

pub(crate) fn policy_id() -> PolicyId {
    PolicyId::new(uuid::Uuid::from_u128(7))
}

pub(crate) fn euro() -> Currency {
    "EUR".parse().unwrap()
}

pub(crate) fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}
