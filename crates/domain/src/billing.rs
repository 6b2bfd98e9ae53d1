//! Billing periods: a partner's account is closed by calendar months in the operator's time zone (I8).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::civil::{DateOutOfRange, date_at, start_of_day};

crate::text_enum! {
    /// What a party of a document is there.
    pub enum PartyRole {
        /// Who issues it: the operator.
        Issuer = "issuer",
        /// Whose account it concerns: the partner.
        Recipient = "recipient",
        /// For whom the software was bought; an invoice has as many as its lines name.
        Customer = "customer",
    }
}

/// One calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first_day: Date,
    /// Its first instant.
    pub starts_at: Timestamp,
    /// The first instant of the next one.
    pub ends_at: Timestamp,
}

impl Month {
    /// The month in which an instant lies.
    ///
    /// # Errors
    ///
    /// At the ends of the calendar.
    pub fn of(at: Timestamp, zone: &TimeZone) -> Result<Self, DateOutOfRange> {
        let first_day = date_at(at, zone).first_of_month();
        let next = first_day.checked_add(Span::new().months(1)).map_err(|_| DateOutOfRange)?;
        Ok(Self { first_day, starts_at: start_of_day(first_day, zone)?, ends_at: start_of_day(next, zone)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{ZONES, instant, zone};

    #[test]
    fn a_month_begins_and_ends_in_the_zone_of_the_operator() {
        let month = Month::of(instant("2026-03-31T21:59:59Z"), &zone("Europe/Prague")).unwrap();
        assert_eq!(month.starts_at, instant("2026-02-28T23:00:00Z"));
        assert_eq!(month.ends_at, instant("2026-03-31T22:00:00Z"));
        let next = Month::of(month.ends_at, &zone("Europe/Prague")).unwrap();
        assert_eq!((next.starts_at, next.first_day.to_string()), (month.ends_at, "2026-04-01".to_owned()));
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_its_month_and_months_leave_no_gap(
            second in 0_i64..4_000_000_000,
            name in prop::sample::select(ZONES),
        ) {
            let (at, zone) = (Timestamp::from_second(second).unwrap(), zone(name));
            let month = Month::of(at, &zone).unwrap();
            prop_assert!(month.starts_at <= at && at < month.ends_at);
            prop_assert_eq!(Month::of(month.ends_at, &zone).unwrap().starts_at, month.ends_at);
        }
    }
}
