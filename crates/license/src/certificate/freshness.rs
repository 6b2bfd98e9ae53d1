//! From the dates in a certificate to what the software does now: go on, remind, reduce or stop.
//!
//! A certificate is fresh, then in grace, then expired; the publisher's certificate says what follows. A revocation
//! list that has become too old counts like a certificate that was not refreshed. A clock that was set back does
//! not win time: the latest moment that the machine has ever seen counts.

use super::{AfterGrace, Certificate};
use crate::moment::{DAY_SECONDS, Moment};

/// How far clocks may be apart before it is said, in seconds.
pub const CLOCK_TOLERANCE_SECONDS: u32 = DAY_SECONDS;

/// The machine's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// What the clock says.
    pub now: Moment,
    /// The latest moment that was ever seen here: on the clock, in a certificate, in a list or in an answer.
    pub latest_seen: Moment,
}

impl Clock {
    /// The moment that counts.
    pub fn effective(&self) -> Moment {
        self.now.max(self.latest_seen)
    }

    /// How far the clock stands behind the latest moment seen, in seconds, when that is more than the tolerance.
    pub fn set_back_seconds(&self) -> Option<u32> {
        Some(self.latest_seen.seconds_since(self.now)).filter(|behind| *behind > CLOCK_TOLERANCE_SECONDS)
    }
}

/// What was not renewed in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// The certificate.
    Certificate,
    /// The revocation list.
    List,
}

/// The state of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Good; asking again is due at that moment.
    Fresh {
        /// When asking is due.
        refresh_at: Moment,
    },
    /// Good, but overdue.
    Grace {
        /// Until when it is good.
        until: Moment,
        /// What is overdue.
        overdue: Overdue,
    },
    /// No longer good.
    Expired {
        /// Since when.
        since: Moment,
        /// What is overdue.
        overdue: Overdue,
        /// What the publisher says happens.
        then: AfterGrace,
    },
    /// The term that was bought is over; the software stops.
    TermOver {
        /// Since when.
        since: Moment,
    },
    /// Made in the future by this clock, beyond the tolerance: the clock is wrong, the software stops.
    NotYetValid {
        /// When it was made.
        issued_at: Moment,
    },
}

impl Freshness {
    /// The word in answers and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fresh { .. } => "fresh",
            Self::Grace { .. } => "grace",
            Self::Expired { .. } => "expired",
            Self::TermOver { .. } => "term_over",
            Self::NotYetValid { .. } => "not_yet_valid",
        }
    }

    /// Whether the software may run as bought.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Fresh { .. } | Self::Grace { .. })
    }

    /// Whether the software must not run at all.
    pub const fn must_stop(self) -> bool {
        matches!(self, Self::TermOver { .. } | Self::NotYetValid { .. } | Self::Expired { then: AfterGrace::Stop, .. })
    }
}

impl Certificate {
    /// The state of this certificate. `list_issued_at` is the date of the newest revocation list on the machine;
    /// a machine without one may go on for as long as a list made together with the certificate would allow.
    pub fn freshness(&self, clock: &Clock, list_issued_at: Option<Moment>) -> Freshness {
        let now = clock.effective();
        if self.term_ends_at != Moment::ZERO && now >= self.term_ends_at {
            return Freshness::TermOver { since: self.term_ends_at };
        }
        if self.issued_at.seconds_since(now) > CLOCK_TOLERANCE_SECONDS {
            return Freshness::NotYetValid { issued_at: self.issued_at };
        }
        let (refresh_at, overdue) = self.due(list_issued_at);
        let until = match overdue {
            Overdue::Certificate => self.grace_until,
            Overdue::List => refresh_at.plus_seconds(self.grace_until.seconds_since(self.refresh_at)),
        };
        if now < refresh_at {
            Freshness::Fresh { refresh_at }
        } else if now < until {
            Freshness::Grace { until, overdue }
        } else {
            Freshness::Expired { since: until, overdue, then: self.after_grace }
        }
    }

    /// The moment after which this certificate proves nothing any more, whatever the machine's clock says: from
    /// then on a slot that was given up without the machine's proof is free.
    pub fn ends_at(&self) -> Moment {
        if self.term_ends_at == Moment::ZERO { self.grace_until } else { self.grace_until.min(self.term_ends_at) }
    }

    /// What is due first. The grace is equally long for both, so the first to be due also ends first.
    fn due(&self, list_issued_at: Option<Moment>) -> (Moment, Overdue) {
        let list_due = list_issued_at.unwrap_or(self.issued_at).plus_days(self.list_max_days.into());
        if self.list_max_days > 0 && list_due < self.refresh_at {
            (list_due, Overdue::List)
        } else {
            (self.refresh_at, Overdue::Certificate)
        }
    }
}
