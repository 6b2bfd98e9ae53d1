//! Which key each license can move to, and what is missing: which product, how many, and why the keys at
//! hand do not fit.
//!
//! A key fits a license of the same family, edition and version. Where the version of a machine is not
//! known the match is marked as doubtful. Activations are given out in the order of urgency and never
//! beyond what a key has left after its reserve.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::channel::Channel;
use crate::coded_enum;
use crate::forecast::{MachineForecast, Outlook};
use crate::keys::Key;
use crate::merge::Machine;
use crate::product::{Family, Kind};

coded_enum! {
    /// Why a key cannot take a license.
    pub enum Misfit {
        /// Another product altogether.
        Product = "product",
        /// Another edition.
        Edition = "edition",
        /// Another version.
        Version = "version",
        /// It fits, but its activations are used up.
        UsedUp = "used_up",
    }
}

coded_enum! {
    /// Why a machine is left out of the plan.
    pub enum LeftOut {
        /// A desktop that is thrown away at log-off would use an activation each time.
        Nonpersistent = "nonpersistent",
        /// More remains than a regular lease has: a human has to look first.
        Implausible = "implausible",
        /// It serves keys to others and goes last.
        KeyHost = "key_host",
        /// The product is not known, so no key can be chosen.
        ProductUnknown = "product_unknown",
    }
}

/// A license that has to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Place of the machine in the fleet.
    pub machine: usize,
    /// Place of the license on the machine.
    pub license: usize,
    /// Place of the key in the list; `None` when no key is left.
    pub key: Option<usize>,
    /// Whether the version had to be assumed.
    pub is_doubtful: bool,
}

/// What is there and what is missing for one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The product.
    pub kind: Kind,
    /// Licenses that have to move.
    pub needed: usize,
    /// Licenses that a key was found for.
    pub covered: usize,
    /// Licenses without a key: what has to be bought.
    pub missing: usize,
    /// Why the keys at hand do not fit, by label; filled where something is missing.
    pub misfits: Vec<(String, Misfit)>,
}

/// Needs with their keys, gaps, and what is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matching {
    /// Licenses that have to move, the most urgent first.
    pub needs: Vec<Need>,
    /// One line per product.
    pub gaps: Vec<Gap>,
    /// Machines that are left out, with the reason.
    pub left_out: Vec<(usize, LeftOut)>,
    /// Activations used per key.
    pub used: Vec<u32>,
    /// Licenses that already run with a multiple activation key and are activated.
    pub done: usize,
}

/// Matches a fleet to keys. `forecasts` belong to `machines` one by one.
pub fn assign(machines: &[Machine], forecasts: &[MachineForecast], keys: &[Key]) -> Matching {
    let mut matching = Matching { used: vec![0; keys.len()], ..Matching::default() };
    for (at, (machine, forecast)) in machines.iter().zip(forecasts).enumerate() {
        let reason = left_out(machine, forecast);
        matching.left_out.extend(reason.map(|reason| (at, reason)));
        for (license, (known, outlook)) in machine.licenses.iter().zip(&forecast.licenses).enumerate() {
            let is_mak = known.product.channel == Channel::Mak && !known.product.is_addon;
            matching.done += usize::from(is_mak && outlook.outlook == Outlook::Permanent);
            let is_known = known.kind.is_known();
            if outlook.outlook.has_to_move() && !matches!(reason, Some(LeftOut::Nonpersistent)) {
                if is_known {
                    matching.needs.push(Need { machine: at, license, key: None, is_doubtful: false });
                } else {
                    matching.left_out.push((at, LeftOut::ProductUnknown));
                }
            }
        }
    }
    matching.left_out.dedup();
    matching.needs.sort_by(|one, other| {
        let rank = |need: &Need| {
            let forecast = &forecasts[need.machine].licenses[need.license];
            (
                forecast.outlook > Outlook::NeverActivated,
                forecast.earliest_end,
                &machines[need.machine].id,
                need.license,
            )
        };
        rank(one).cmp(&rank(other))
    });
    give_out(machines, keys, &mut matching);
    matching.gaps = gaps(machines, keys, &matching);
    matching
}

fn left_out(machine: &Machine, forecast: &MachineForecast) -> Option<LeftOut> {
    let has = |outlook| forecast.licenses.iter().any(|license| license.outlook == outlook);
    if machine.host.is_nonpersistent == Some(true) {
        Some(LeftOut::Nonpersistent)
    } else if has(Outlook::KeyHost) {
        Some(LeftOut::KeyHost)
    } else {
        has(Outlook::Implausible).then_some(LeftOut::Implausible)
    }
}

fn give_out(machines: &[Machine], keys: &[Key], matching: &mut Matching) {
    for need in &mut matching.needs {
        let kind = &machines[need.machine].licenses[need.license].kind;
        let mut fitting: Vec<(bool, usize)> = keys
            .iter()
            .enumerate()
            .filter(|(at, key)| matching.used[*at] < key.usable())
            .filter_map(|(at, key)| fits(kind, key).ok().map(|is_doubtful| (is_doubtful, at)))
            .collect();
        fitting.sort_unstable();
        if let Some((is_doubtful, at)) = fitting.first() {
            matching.used[*at] += 1;
            need.key = Some(*at);
            need.is_doubtful = *is_doubtful;
        }
    }
}

/// Whether a key can take a license; `Ok(true)` when edition or version had to be assumed.
pub fn fits(kind: &Kind, key: &Key) -> Result<bool, Misfit> {
    if kind.family != key.kind.family {
        return Err(Misfit::Product);
    }
    let mut is_doubtful = false;
    match (&kind.edition, &key.kind.edition) {
        (Some(one), Some(other)) if one.trim_end_matches('n') != other.trim_end_matches('n') => {
            return Err(Misfit::Edition);
        }
        (Some(_), Some(_)) => {}
        _ => is_doubtful = true,
    }
    match (kind.version, key.kind.version) {
        (Some(own), Some(other)) if own != other && !key.also_versions.contains(&own) => {
            // Windows 10 and 11 of one edition take the same keys; editions for long-term servicing do not.
            let is_long_term = kind.edition.as_deref().is_some_and(|edition| edition.contains("ltsc"));
            let is_pair =
                kind.family == Family::Windows && matches!((own, other), (10, 11) | (11, 10)) && !is_long_term;
            if !is_pair {
                return Err(Misfit::Version);
            }
        }
        (Some(_), Some(_)) => {}
        _ => is_doubtful = true,
    }
    Ok(is_doubtful)
}

fn gaps(machines: &[Machine], keys: &[Key], matching: &Matching) -> Vec<Gap> {
    let mut by_kind: BTreeMap<&Kind, (usize, usize)> = BTreeMap::new();
    for need in &matching.needs {
        let (needed, covered) = by_kind.entry(&machines[need.machine].licenses[need.license].kind).or_default();
        *needed += 1;
        *covered += usize::from(need.key.is_some());
    }
    by_kind
        .into_iter()
        .map(|(kind, (needed, covered))| {
            let missing = needed - covered;
            let reason = |key: &Key| (key.label.clone(), fits(kind, key).err().unwrap_or(Misfit::UsedUp));
            let misfits = if missing > 0 { keys.iter().take(20).map(reason).collect() } else { Vec::new() };
            Gap { kind: kind.clone(), needed, covered, missing, misfits }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(product: &str, versions: &[u16]) -> Key {
        Key {
            label: "A".to_owned(),
            product: product.to_owned(),
            kind: Kind::recognise(product, "", None),
            also_versions: versions.to_vec(),
            partial_key: None,
            remaining: 5,
            reserve: 0,
        }
    }

    #[test]
    fn a_key_fits_its_own_family_edition_and_version() {
        let check = |license: &str, build, product: &str, versions: &[u16], expected| {
            let kind = Kind::recognise(license, "", build);
            assert_eq!(fits(&kind, &key(product, versions)), expected, "{license} {product}");
        };
        let standard = "Windows(R), ServerStandard edition";
        check(standard, Some(20348), "Windows Server 2022 Standard", &[], Ok(false));
        check(standard, Some(17763), "Windows Server 2022 Standard", &[], Err(Misfit::Version));
        check(standard, Some(17763), "Windows Server 2022 Standard", &[2019], Ok(false));
        check(standard, None, "Windows Server 2022 Standard", &[], Ok(true));
        check(standard, Some(20348), "Windows Server 2022 Datacenter", &[], Err(Misfit::Edition));
        check(standard, Some(20348), "Windows 11 Enterprise", &[], Err(Misfit::Product));
        let enterprise = "Windows(R), Enterprise edition";
        check(enterprise, Some(19045), "Windows 11 Enterprise", &[], Ok(false));
        check(enterprise, Some(9600), "Windows 11 Enterprise", &[], Err(Misfit::Version));
        check("Windows(R), EnterpriseS edition", Some(17763), "Windows 11 Enterprise LTSC", &[], Err(Misfit::Version));
        check("Windows(R), EnterpriseN edition", Some(19045), "Windows 10 Enterprise", &[], Ok(false));
        check(
            "Office 21, Office21ProPlus2021VL_KMS_Client_AE edition",
            None,
            "Office LTSC Standard 2021",
            &[],
            Err(Misfit::Edition),
        );
    }
}
