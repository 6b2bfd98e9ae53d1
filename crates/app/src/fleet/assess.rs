//! What is kept of a machine besides the reports about it: its product, its outlook, its days, and where it stands.
//!
//! The present takes no part, so that nothing has to be computed again as days go by; only another switch-off, another
//! reserve or another report change it.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use perpetua_domain::fleet::{LeftOutReason, MachineState, RiskFacts};
use perpetua_fleet::channel::Channel;
use perpetua_fleet::forecast::{
    Assumptions, CONTACT_MARGIN_MIN, Forecast, LEASE_MIN, Outlook, RENEWAL_MIN, machine as forecast_machine,
};
use perpetua_fleet::merge::{License, Machine};
use perpetua_fleet::record::Record;
use perpetua_store::Utc;
use perpetua_store::fleet::machines::{FactsRow, MachineRow, NEVER, OVERDUE};

use super::evidence::Proof;
use super::settings::PlanSettings;
use super::{day, day_of, midnight};
use crate::problem::Problem;

/// When the leases of a machine end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ends {
    /// The earliest end of those that are not renewed.
    pub fixed: Option<Timestamp>,
    /// The earliest end of those that are, if nothing renewed them any more.
    pub lease: Option<Timestamp>,
    /// Minutes between renewals.
    pub renewal_min: i64,
}

impl Ends {
    /// Of a group of machines.
    pub fn of(row: &FactsRow) -> Self {
        let at = |at: Option<Utc>| at.map(Utc::timestamp);
        Self { fixed: at(row.fixed_end), lease: at(row.lease_end), renewal_min: row.renewal_min }
    }

    /// The last day before the earliest end, when the key host is switched off then. Never later than what the
    /// forecast of the single machine says.
    pub fn last_day(self, switch_off: Option<Timestamp>) -> Option<Date> {
        let lease = self.lease.map(|end| match switch_off {
            Some(off) if off > plus(end, self.renewal_min + i64::from(CONTACT_MARGIN_MIN) - i64::from(LEASE_MIN)) => {
                end.max(plus(off, i64::from(LEASE_MIN) - self.renewal_min))
            }
            _ => end,
        });
        let end = [self.fixed, lease].into_iter().flatten().min()?;
        day_of(end).yesterday().ok()
    }
}

fn plus(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(at)
}

/// That day less the reserve.
pub(super) fn safe_day(last_day: Date, reserve_days: u32) -> Date {
    last_day.saturating_sub(jiff::Span::new().days(i64::from(reserve_days)))
}

/// What pressing a machine is decided by.
pub(super) fn risk_facts(row: &MachineRow) -> RiskFacts {
    let is_known = row.last_safe_day != OVERDUE && row.last_safe_day != NEVER;
    RiskFacts {
        has_to_move: row.state.0.has_to_move(),
        is_overdue: row.last_safe_day == OVERDUE,
        last_day: row.last_day.map(day),
        last_safe_day: is_known.then(|| day(row.last_safe_day)),
    }
}

/// Whether an outlook means that time has run out already.
pub(super) fn is_overdue(outlook: &str) -> bool {
    matches!(Outlook::parse(outlook), Some(Outlook::Overdue | Outlook::NeverActivated))
}

/// Fills a row with what its reports say, under these settings. What people and scripts did to it stays, unless a
/// newer report proves it wrong.
pub(super) fn fill(row: &mut MachineRow, machine: &Machine, settings: &PlanSettings) {
    let careful = Assumptions { now: Timestamp::MIN, switch_off: Timestamp::MIN, reserve_days: 0 };
    let forecast = forecast_machine(machine, &careful);
    let pairs: Vec<(&License, &Forecast)> = machine.licenses.iter().zip(&forecast.licenses).collect();
    let mut needs: Vec<(&License, &Forecast)> =
        pairs.iter().copied().filter(|(_, forecast)| forecast.outlook.has_to_move()).collect();
    needs.sort_by_key(|(_, forecast)| {
        (forecast.outlook > Outlook::NeverActivated, forecast.earliest_end, forecast.outlook)
    });
    let reason = left_out(machine, &pairs, &needs);
    if reason == Some(LeftOutReason::Nonpersistent) || !needs.iter().any(|(license, _)| license.kind.is_known()) {
        needs.clear();
    }
    let mak = pairs.iter().copied().find(|(license, forecast)| is_moved(license, forecast));
    let first = needs.first().copied().or(mak).or_else(|| pairs.first().copied());
    row.name = machine.name().to_owned();
    row.name_key = row.name.to_lowercase();
    row.site = machine.host.site.clone().unwrap_or_default();
    row.product = first.map(|(license, _)| license.kind.code()).unwrap_or_default();
    row.outlook = forecast.outlook.as_text().to_owned();
    row.doubts = words(&machine.doubts);
    row.observed_at = machine.observed_at.into();
    let ends = ends(&needs);
    row.fixed_end = ends.fixed.map(|at| midnight(day_of(at)));
    row.lease_end = ends.lease.map(|at| midnight(day_of(at)));
    row.renewal_min = ends.renewal_min;
    let is_overdue =
        needs.iter().any(|(_, forecast)| matches!(forecast.outlook, Outlook::Overdue | Outlook::NeverActivated));
    set_days(row, is_overdue, settings);
    let proof = mak.map(|(license, _)| Proof::of_inventory(license, machine));
    stand(row, !needs.is_empty(), reason, proof);
}

/// Sets the days of a machine for a switch-off and a reserve.
pub(super) fn set_days(row: &mut MachineRow, is_overdue: bool, settings: &PlanSettings) {
    let at = |at: Option<Utc>| at.map(Utc::timestamp);
    let ends = Ends { fixed: at(row.fixed_end), lease: at(row.lease_end), renewal_min: row.renewal_min };
    let last_day = ends.last_day(settings.switch_off_at());
    row.last_day = last_day.map(midnight);
    row.last_safe_day = match last_day {
        _ if is_overdue => OVERDUE,
        // Midnight of 1970 stands for overdue; nothing real is that old.
        Some(last) => midnight(safe_day(last, settings.reserve_days)).max(Utc::from_micros(1)),
        None => NEVER,
    };
}

fn ends(needs: &[(&License, &Forecast)]) -> Ends {
    let of = |outlook: Outlook| {
        let own = needs.iter().filter(move |(_, forecast)| forecast.outlook == outlook);
        own.filter_map(|(_, forecast)| forecast.earliest_end).min()
    };
    let leased = needs.iter().filter(|(_, forecast)| forecast.outlook == Outlook::Leased);
    let renewal = leased.map(|(license, _)| license.product.renewal_interval_min.unwrap_or(RENEWAL_MIN)).max();
    Ends {
        fixed: of(Outlook::OutOfContact),
        lease: of(Outlook::Leased),
        renewal_min: i64::from(renewal.unwrap_or(RENEWAL_MIN)),
    }
}

fn is_moved(license: &License, forecast: &Forecast) -> bool {
    let is_mak = license.product.channel == Channel::Mak && !license.product.is_addon;
    is_mak && forecast.outlook == Outlook::Permanent
}

fn left_out(
    machine: &Machine,
    pairs: &[(&License, &Forecast)],
    needs: &[(&License, &Forecast)],
) -> Option<LeftOutReason> {
    let has = |outlook: Outlook| pairs.iter().any(|(_, forecast)| forecast.outlook == outlook);
    if machine.host.is_nonpersistent == Some(true) && !needs.is_empty() {
        Some(LeftOutReason::Nonpersistent)
    } else if has(Outlook::KeyHost) {
        Some(LeftOutReason::KeyHost)
    } else if has(Outlook::Implausible) {
        Some(LeftOutReason::Implausible)
    } else {
        let is_unknown = !needs.is_empty() && !needs.iter().any(|(license, _)| license.kind.is_known());
        is_unknown.then_some(LeftOutReason::ProductUnknown)
    }
}

/// Where a machine stands after its reports were read anew.
fn stand(row: &mut MachineRow, has_needs: bool, reason: Option<LeftOutReason>, proof: Option<Proof>) {
    let by_hand = row.left_out == LeftOutReason::ByHand.as_text();
    if !has_needs {
        let (state, reason) = match (reason, &proof) {
            (Some(reason), _) => (MachineState::LeftOut, reason.as_text()),
            (None, Some(_)) => (MachineState::Moved, ""),
            (None, None) => (MachineState::Unaffected, ""),
        };
        row.state = state.into();
        row.left_out = reason.to_owned();
        if let Some(proof) = proof {
            row.evidence = proof.text();
        } else if state != MachineState::Moved {
            row.evidence.clear();
        }
        return;
    }
    // A script that said so after this inventory was made is believed.
    let is_proved = Proof::parse(&row.evidence)
        .is_some_and(|proof| proof.is_by_script() && proof.at() >= row.observed_at.timestamp());
    if is_proved && row.state.0 == MachineState::Moved {
        return;
    }
    row.evidence.clear();
    row.left_out = if by_hand { LeftOutReason::ByHand.as_text() } else { "" }.to_owned();
    row.state = match row.state.0 {
        _ if by_hand => MachineState::LeftOut,
        MachineState::Failed => MachineState::Failed,
        _ if row.wave.is_some() => MachineState::Planned,
        _ => MachineState::Open,
    }
    .into();
}

/// Codes as they are stored, with a blank between two.
pub(super) fn words<E: Copy + std::fmt::Display>(codes: &[E]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The reports as they are stored.
pub(super) fn stored(reports: &[Record]) -> Result<String, Problem> {
    serde_json::to_string(reports).map_err(Problem::internal)
}

/// The machine of stored reports.
pub(super) fn machine_of(row: &MachineRow, reports: &str) -> Result<Machine, Problem> {
    let reports: Vec<Record> = serde_json::from_str(reports).map_err(Problem::internal)?;
    let doubts = row.doubts.split(' ').filter_map(perpetua_fleet::verdict::Doubt::parse).collect();
    Ok(perpetua_fleet::merge::rejoin(row.identity.clone(), reports, doubts))
}
