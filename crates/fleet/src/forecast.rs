//! When leases end: the last safe day of a license, a machine and a fleet, and what switching the key host
//! off on a day would do (M23, M24, M26).
//!
//! A lease lasts 180 days and starts again with each renewal. The forecast works with the minutes that
//! machines report, never with printed days, and takes the end of the 180 days as the deadline. A grace
//! after it may exist; it is shown and never promised. Rearming is no way out: it only resets a timer a
//! few times and changes the machine's id, so it is never advised.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::channel::Channel;
use crate::coded_enum;
use crate::merge::{License, Machine};
use crate::product::Family;
use crate::state::State;
use crate::wire;

/// Length of a lease in minutes: 180 days.
pub const LEASE_MIN: u32 = 259_200;
/// Minutes between renewals unless the machine says otherwise: 7 days.
pub const RENEWAL_MIN: u32 = 10_080;
/// A renewal that is late by more than this means that the machine is out of contact: 2 days. With the usual
/// renewal that is so below 171 days remaining.
pub const CONTACT_MARGIN_MIN: u32 = 2_880;
/// Days between the last safe day and the end, unless chosen otherwise.
pub const RESERVE_DAYS: u32 = 14;
/// Data older than this is shown, marked as stale: 30 days.
pub const STALE_DAYS: u32 = 30;
/// Grace after the lease that some products have: 30 days, never promised.
pub const EXTRA_GRACE_DAYS: u32 = 30;

coded_enum! {
    /// What is to be expected of a license.
    pub enum Outlook {
        /// Its time ran out, or it was never activated; planned first.
        Overdue = "overdue",
        /// It was never activated and does not get better without a key host.
        NeverActivated = "never_activated",
        /// A lease that will end and that was not renewed when it should have been.
        OutOfContact = "out_of_contact",
        /// A lease that is renewed as it should be.
        Leased = "leased",
        /// By a key host, but how long it lasts is not known.
        Unclear = "unclear",
        /// More remains than a regular lease has; for a human to look at, no advice.
        Implausible = "implausible",
        /// Nothing ends: a multiple activation key, retail, or the machine's maker.
        Permanent = "permanent",
        /// Not activated, but not by a key host either.
        NotActivated = "not_activated",
        /// Serves keys to others and has to stay until the last client left.
        KeyHost = "key_host",
        /// Takes no part: evaluation, virtual machine activation, add-on, or a product without volume activation.
        NotPlanned = "not_planned",
    }
}

impl Outlook {
    /// Whether the license has to move to a multiple activation key.
    pub fn has_to_move(self) -> bool {
        matches!(self, Self::Overdue | Self::NeverActivated | Self::OutOfContact | Self::Leased | Self::Unclear)
    }
}

/// What a forecast assumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Assumptions {
    /// The present.
    #[serde(with = "wire::instant")]
    pub now: Timestamp,
    /// When the key host is, or was, switched off.
    #[serde(with = "wire::instant")]
    pub switch_off: Timestamp,
    /// Days kept between the last safe day and the end.
    pub reserve_days: u32,
}

impl Assumptions {
    /// The key host is switched off now; 14 days of reserve.
    pub fn at(now: Timestamp) -> Self {
        Self { now, switch_off: now, reserve_days: RESERVE_DAYS }
    }

    /// The key host runs until `switch_off`.
    #[must_use]
    pub fn until(self, switch_off: Timestamp) -> Self {
        Self { switch_off, ..self }
    }
}

/// The forecast of one license.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// What is to be expected.
    pub outlook: Outlook,
    /// The last success as far as it follows from the minutes.
    #[serde(with = "wire::instant_option")]
    pub last_renewal: Option<Timestamp>,
    /// Earliest instant at which it may stop being activated.
    #[serde(with = "wire::instant_option")]
    pub earliest_end: Option<Timestamp>,
    /// Latest such instant.
    #[serde(with = "wire::instant_option")]
    pub latest_end: Option<Timestamp>,
    /// Last day on which moving it is safe, wholly before the end less the reserve (UTC).
    #[serde(with = "wire::day_option")]
    pub last_safe_day: Option<Date>,
    /// Last day before the end itself, where the reserve is used up.
    #[serde(with = "wire::day_option")]
    pub last_day: Option<Date>,
    /// Until when it may keep working by a grace that is not promised.
    #[serde(with = "wire::day_option")]
    pub maybe_until: Option<Date>,
    /// Whether the data is older than 30 days.
    pub is_stale: bool,
    /// Whether it is activated by a directory, whose deadline counts from the loss of its activation object.
    pub is_by_directory: bool,
}

/// Forecasts one license.
pub fn license(license: &License, with: &Assumptions) -> Forecast {
    let product = &license.product;
    let outlook = outlook(license);
    let age_min = minutes_between(license.observed_at, with.now);
    let mut forecast = Forecast {
        outlook,
        last_renewal: None,
        earliest_end: None,
        latest_end: None,
        last_safe_day: None,
        last_day: None,
        maybe_until: None,
        is_stale: age_min > i64::from(STALE_DAYS) * 1440,
        is_by_directory: product.activation_type == Some(1),
    };
    if !matches!(outlook, Outlook::Leased | Outlook::OutOfContact) {
        return forecast;
    }
    let renewal = i64::from(product.renewal_interval_min.unwrap_or(RENEWAL_MIN));
    let lease = i64::from(LEASE_MIN);
    let expires_at = plus(license.observed_at, i64::from(product.remaining_min.unwrap_or(0)));
    let in_contact = outlook == Outlook::Leased;
    let (earliest, latest) = if in_contact && with.switch_off > license.observed_at {
        // It renews until the host is gone; the last renewal may lie a whole interval before that. The lease
        // that it already has is never shortened, so a later switch-off never makes an end earlier.
        (plus(with.switch_off, lease - renewal).max(expires_at), plus(with.switch_off, lease))
    } else {
        (expires_at, expires_at)
    };
    forecast.last_renewal = Some(plus(expires_at, -lease));
    forecast.earliest_end = Some(earliest);
    forecast.latest_end = Some(latest);
    forecast.last_safe_day = day_before(plus(earliest, -i64::from(with.reserve_days) * 1440));
    forecast.last_day = day_before(earliest);
    if license.kind.has_documented_grace() {
        forecast.maybe_until = day_before(plus(earliest, i64::from(EXTRA_GRACE_DAYS) * 1440));
    }
    if earliest <= with.now {
        forecast.outlook = Outlook::Overdue;
    }
    forecast
}

/// What the facts alone say, before the present and a switch-off are looked at.
fn outlook(license: &License) -> Outlook {
    let product = &license.product;
    if product.is_kms_host {
        return Outlook::KeyHost;
    }
    let takes_part = !product.is_addon
        && !matches!(product.channel, Channel::TimeBased | Channel::Avma)
        && license.kind.family != Family::SqlServer;
    if !takes_part {
        return Outlook::NotPlanned;
    }
    let is_by_kms = product.channel == Channel::KmsClient
        // A lease without a stated channel is a lease all the same.
        || (product.channel == Channel::Unknown && product.remaining_min.is_some_and(|minutes| minutes > 0));
    if !is_by_kms {
        let is_licensed = matches!(product.state, Some(State::Licensed));
        return if is_licensed { Outlook::Permanent } else { Outlook::NotActivated };
    }
    match (product.state, product.remaining_min) {
        (_, Some(minutes)) if minutes > LEASE_MIN => Outlook::Implausible,
        (Some(State::Licensed), Some(0)) => Outlook::Permanent,
        (Some(State::Licensed), Some(minutes)) => contact(license, minutes),
        // A language that is not known: the minutes are certain, that they are those of a lease is likely.
        (None, Some(minutes)) if minutes > 0 => contact(license, minutes),
        (Some(State::Licensed) | None, _) => Outlook::Unclear,
        (Some(State::Unlicensed | State::InitialGrace), _) => Outlook::NeverActivated,
        (Some(State::AdditionalGrace | State::NonGenuineGrace | State::Notification | State::ExtendedGrace), _) => {
            Outlook::Overdue
        }
    }
}

/// Whether the last renewal is recent enough.
fn contact(license: &License, remaining_min: u32) -> Outlook {
    let renewal = license.product.renewal_interval_min.unwrap_or(RENEWAL_MIN);
    let since_renewal = LEASE_MIN.saturating_sub(remaining_min);
    if since_renewal <= renewal.saturating_add(CONTACT_MARGIN_MIN) { Outlook::Leased } else { Outlook::OutOfContact }
}

/// The forecast of one machine: its licenses and the most urgent of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MachineForecast {
    /// One forecast per license, in the machine's order.
    pub licenses: Vec<Forecast>,
    /// The most urgent outlook.
    pub outlook: Outlook,
    /// Earliest end of any license.
    #[serde(with = "wire::instant_option")]
    pub earliest_end: Option<Timestamp>,
    /// Earliest last safe day of any license.
    #[serde(with = "wire::day_option")]
    pub last_safe_day: Option<Date>,
}

/// Forecasts a machine. Windows and each Office product have leases of their own; the earliest counts.
pub fn machine(machine: &Machine, with: &Assumptions) -> MachineForecast {
    let licenses: Vec<Forecast> = machine.licenses.iter().map(|one| license(one, with)).collect();
    MachineForecast {
        outlook: licenses.iter().map(|forecast| forecast.outlook).min().unwrap_or(Outlook::NotPlanned),
        earliest_end: licenses.iter().filter_map(|forecast| forecast.earliest_end).min(),
        last_safe_day: licenses.iter().filter_map(|forecast| forecast.last_safe_day).min(),
        licenses,
    }
}

/// The forecast of a fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FleetForecast {
    /// What was assumed.
    pub assumptions: Assumptions,
    /// Machines per outlook, each counted once, in the order of urgency.
    pub outlooks: Vec<(Outlook, usize)>,
    /// Earliest end of any lease.
    #[serde(with = "wire::instant_option")]
    pub earliest_end: Option<Timestamp>,
    /// Last day on which the whole fleet is safe.
    #[serde(with = "wire::day_option")]
    pub safe_until: Option<Date>,
    /// Machines whose lease ends on each day, by day.
    #[serde(serialize_with = "days")]
    pub ends: Vec<(Date, usize)>,
    /// Machines whose data is older than 30 days.
    pub stale: usize,
}

/// Forecasts a fleet from the forecasts of its machines.
pub fn fleet(machines: &[MachineForecast], with: &Assumptions) -> FleetForecast {
    let count = |outlook: Outlook| machines.iter().filter(|machine| machine.outlook == outlook).count();
    let mut days: Vec<Date> = machines.iter().filter_map(|machine| machine.earliest_end).map(day_of).collect();
    days.sort_unstable();
    FleetForecast {
        assumptions: *with,
        outlooks: Outlook::ALL
            .iter()
            .map(|outlook| (*outlook, count(*outlook)))
            .filter(|(_, count)| *count > 0)
            .collect(),
        earliest_end: machines.iter().filter_map(|machine| machine.earliest_end).min(),
        safe_until: machines.iter().filter_map(|machine| machine.last_safe_day).min(),
        ends: days.chunk_by(PartialEq::eq).map(|same| (same[0], same.len())).collect(),
        stale: machines.iter().filter(|machine| machine.licenses.iter().any(|license| license.is_stale)).count(),
    }
}

/// The day of an instant in UTC.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The last day that is wholly before an instant.
fn day_before(at: Timestamp) -> Option<Date> {
    day_of(at).yesterday().ok()
}

fn plus(at: Timestamp, minutes: i64) -> Timestamp {
    let end = if minutes < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(SignedDuration::from_mins(minutes)).unwrap_or(end)
}

fn minutes_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_mins()
}

fn days<S: serde::Serializer>(days: &[(Date, usize)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(days.iter().map(|(day, count)| (day.to_string(), count)))
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
