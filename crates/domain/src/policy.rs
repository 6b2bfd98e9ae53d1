//! What an operator promises with a purchase: window, refund, activations, downgrades and links.
//!
//! Policies have versions. A purchase keeps a [`PurchaseSnapshot`] of the terms that held when it was
//! made, and cancellation asks nothing but that: a later edit affects new orders only.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::id::PolicyId;
use crate::link::{LIFETIME_DAYS_MAX, USES_MAX};
use crate::term::Term;
use crate::window::{WINDOW_DAYS_MAX, WindowError, cancellation_deadline};

/// How much of the price is credited when a purchase is cancelled inside its window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundRule {
    /// All of it (M19).
    Full,
    /// For software with a term: all of it in the first `full_hours`, then in proportion to the days
    /// of the term that have not begun, until `total_days` × 24 hours after the purchase. Perpetual
    /// software under such a policy is refunded in full within `window_days`.
    FullThenProRata {
        /// Hours of full refund, 0 to 24 × `total_days`.
        full_hours: u16,
        /// Days after which nothing is refunded, 1 to 366.
        total_days: u16,
    },
}

impl RefundRule {
    /// The text that is stored: `full`, or `pro_rata:HOURS:DAYS`.
    pub fn as_text(self) -> String {
        match self {
            Self::Full => "full".to_owned(),
            Self::FullThenProRata { full_hours, total_days } => format!("pro_rata:{full_hours}:{total_days}"),
        }
    }

    /// The rule of a stored text; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "full" {
            return Some(Self::Full);
        }
        let (hours, days) = text.strip_prefix("pro_rata:")?.split_once(':')?;
        Some(Self::FullThenProRata { full_hours: hours.parse().ok()?, total_days: days.parse().ok()? })
    }
}

/// The parts of [`PolicyTerms`] that a person fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyField {
    /// `window_days`.
    WindowDays,
    /// `full_hours` of the refund rule.
    RefundFullHours,
    /// `total_days` of the refund rule.
    RefundTotalDays,
    /// `activations_per_unit`.
    ActivationsPerUnit,
    /// `link_lifetime_days`.
    LinkLifetimeDays,
    /// `link_uses_max`.
    LinkUsesMax,
}

/// A number outside the range of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyError {
    /// The field.
    pub field: PolicyField,
    /// The smallest value allowed.
    pub min: u32,
    /// The largest value allowed.
    pub max: u32,
}

/// The terms of one policy version, as entered; [`PolicyTerms::validated`] checks them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyTerms {
    /// Days in which a purchase may be cancelled, 0 to 366; see [`crate::window`].
    pub window_days: u16,
    /// What a cancellation credits.
    pub refund: RefundRule,
    /// Machines that one bought unit may activate, 1 to 1000.
    pub activations_per_unit: u32,
    /// Whether older versions may be used.
    pub downgrade_rights: bool,
    /// Days that a new download link lives, 1 to 90.
    pub link_lifetime_days: u16,
    /// Downloads that a new link allows, 1 to 1000.
    pub link_uses_max: u32,
}

impl Default for PolicyTerms {
    /// What holds unless the operator sets something else: 60 days, 100 %, 14 days, 50 downloads.
    fn default() -> Self {
        Self {
            window_days: 60,
            refund: RefundRule::Full,
            activations_per_unit: 1,
            downgrade_rights: true,
            link_lifetime_days: 14,
            link_uses_max: 50,
        }
    }
}

impl PolicyTerms {
    /// The rules of the vendor whose interface we speak: 30 days in full for perpetual software;
    /// 24 hours in full, then pro rata up to 7 days, for software with a term.
    pub fn vendor_profile() -> Self {
        let refund = RefundRule::FullThenProRata { full_hours: 24, total_days: 7 };
        Self { window_days: 30, refund, ..Self::default() }
    }

    /// The same terms when each number is in range, otherwise every field that is not.
    pub fn validated(self) -> Result<Self, Vec<PolicyError>> {
        let days_max = u32::from(WINDOW_DAYS_MAX);
        let mut checks = vec![
            (PolicyField::WindowDays, u32::from(self.window_days), 0, days_max),
            (PolicyField::ActivationsPerUnit, self.activations_per_unit, 1, 1_000),
            (PolicyField::LinkLifetimeDays, u32::from(self.link_lifetime_days), 1, LIFETIME_DAYS_MAX),
            (PolicyField::LinkUsesMax, self.link_uses_max, 1, USES_MAX),
        ];
        if let RefundRule::FullThenProRata { full_hours, total_days } = self.refund {
            let total = u32::from(total_days);
            checks.push((PolicyField::RefundTotalDays, total, 1, days_max));
            checks.push((PolicyField::RefundFullHours, u32::from(full_hours), 0, total.min(days_max) * 24));
        }
        let errors: Vec<PolicyError> = checks
            .into_iter()
            .filter(|(_, value, min, max)| value < min || value > max)
            .map(|(field, _, min, max)| PolicyError { field, min, max })
            .collect();
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// What a purchase made now keeps of this policy.
    pub fn snapshot(
        &self,
        policy: PolicyId,
        term: Term,
        placed_at: Timestamp,
        zone: &TimeZone,
    ) -> Result<PurchaseSnapshot, WindowError> {
        let (refund, deadline) = match self.refund {
            RefundRule::FullThenProRata { total_days, .. } if term != Term::Perpetual => {
                let window = SignedDuration::from_hours(24 * i64::from(total_days));
                (self.refund, placed_at.checked_add(window).map_err(|_| WindowError::OutOfRange)?)
            }
            _ => (RefundRule::Full, cancellation_deadline(placed_at, zone, self.window_days)?),
        };
        Ok(PurchaseSnapshot {
            policy,
            deadline,
            refund,
            activations_per_unit: self.activations_per_unit,
            downgrade_rights: self.downgrade_rights,
        })
    }
}

/// The terms of a purchase, fixed when it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PurchaseSnapshot {
    /// The policy version that held.
    pub policy: PolicyId,
    /// The first instant at which the purchase can no longer be cancelled.
    pub deadline: Timestamp,
    /// What a cancellation credits; always [`RefundRule::Full`] for perpetual software.
    pub refund: RefundRule,
    /// Machines that one unit may activate.
    pub activations_per_unit: u32,
    /// Whether older versions may be used.
    pub downgrade_rights: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{instant, policy_id, zone};

    #[test]
    fn the_default_promises_sixty_days_in_full() {
        let terms = PolicyTerms::default().validated().unwrap();
        assert_eq!((terms.window_days, terms.refund), (60, RefundRule::Full));
        assert_eq!((terms.link_lifetime_days, terms.link_uses_max), (14, 50));
        assert!(PolicyTerms::vendor_profile().validated().is_ok());
    }

    #[test]
    fn each_number_out_of_range_is_named_with_its_range() {
        let check = |terms: PolicyTerms, field, min, max| {
            assert_eq!(terms.validated(), Err(vec![PolicyError { field, min, max }]));
        };
        let good = PolicyTerms::default;
        let refund = |full_hours, total_days| RefundRule::FullThenProRata { full_hours, total_days };
        check(PolicyTerms { window_days: 367, ..good() }, PolicyField::WindowDays, 0, 366);
        check(PolicyTerms { activations_per_unit: 0, ..good() }, PolicyField::ActivationsPerUnit, 1, 1_000);
        check(PolicyTerms { activations_per_unit: 1_001, ..good() }, PolicyField::ActivationsPerUnit, 1, 1_000);
        check(PolicyTerms { link_lifetime_days: 0, ..good() }, PolicyField::LinkLifetimeDays, 1, LIFETIME_DAYS_MAX);
        check(PolicyTerms { link_uses_max: 0, ..good() }, PolicyField::LinkUsesMax, 1, USES_MAX);
        check(PolicyTerms { refund: refund(0, 0), ..good() }, PolicyField::RefundTotalDays, 1, 366);
        check(PolicyTerms { refund: refund(49, 2), ..good() }, PolicyField::RefundFullHours, 0, 48);
        let bad = PolicyTerms { window_days: 400, link_uses_max: 0, ..good() };
        assert_eq!(bad.validated().unwrap_err().len(), 2);
    }

    #[test]
    fn a_refund_rule_reads_back_what_it_writes_and_nothing_else() {
        for rule in [RefundRule::Full, PolicyTerms::vendor_profile().refund] {
            assert_eq!(RefundRule::parse(&rule.as_text()), Some(rule));
        }
        for text in ["", "Full", "pro_rata", "pro_rata:24", "pro_rata:24:-7", "pro_rata:24:7:1", "pro_rata:99999:7"] {
            assert_eq!(RefundRule::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_vendor_profile_refunds_terms_by_the_hour_and_perpetual_software_by_the_day() {
        let snapshot = |term| {
            let placed_at = instant("2026-02-01T09:12:00Z");
            PolicyTerms::vendor_profile().snapshot(policy_id(), term, placed_at, &zone("Europe/Prague")).unwrap()
        };
        assert_eq!(snapshot(Term::OneYear).deadline, instant("2026-02-08T09:12:00Z"));
        assert_eq!(snapshot(Term::OneYear).refund, PolicyTerms::vendor_profile().refund);
        assert_eq!(snapshot(Term::Perpetual).deadline, instant("2026-03-03T23:00:00Z"));
        assert_eq!(snapshot(Term::Perpetual).refund, RefundRule::Full);
    }
}
