//! The rules of a customer's move away from volume licensing, as far as they need no inventory: how pressing a
//! machine is (M24, M26), when its people are warned, and when a wave stops. Days are civil days in UTC. Forecast,
//! waves and scripts are the fleet crate's business.

use jiff::civil::Date;

/// A machine whose last safe day is this near, or gone, is urgent.
pub const URGENT_DAYS: i64 = 30;
/// Days before the first last safe day on which people are warned, the earliest first.
pub const ALARM_DAYS: [i64; 5] = [60, 30, 14, 7, 2];
/// Reports that a wave needs before its share of errors says anything.
pub const REPORTS_MIN: i64 = 10;

crate::text_enum! {
    /// Where a machine stands in the move.
    pub enum MachineState {
        /// It has to move and is in no wave.
        Open = "open",
        /// It is in a wave.
        Planned = "planned",
        /// It tried to move and failed.
        Failed = "failed",
        /// It is left out, by hand or for a reason.
        LeftOut = "left_out",
        /// It runs with a multiple activation key.
        Moved = "moved",
        /// It has nothing to move.
        Unaffected = "unaffected",
    }
}

impl MachineState {
    /// Whether the machine still has to move.
    pub const fn has_to_move(self) -> bool {
        matches!(self, Self::Open | Self::Planned | Self::Failed)
    }
}

crate::text_enum! {
    /// How pressing a machine is.
    pub enum Risk {
        /// Its time ran out, or it was never activated.
        Overdue = "overdue",
        /// Its last safe day is near or gone.
        Urgent = "urgent",
        /// How long it lasts is not known.
        Unclear = "unclear",
        /// There is time.
        InTime = "in_time",
        /// It has nothing to move.
        None = "none",
    }
}

crate::text_enum! {
    /// Why a machine is left out.
    pub enum LeftOutReason {
        /// A desktop that is thrown away at log-off.
        Nonpersistent = "nonpersistent",
        /// More remains than a regular lease has.
        Implausible = "implausible",
        /// It serves keys to others and goes last.
        KeyHost = "key_host",
        /// Its product is not known, so no key can be chosen.
        ProductUnknown = "product_unknown",
        /// A person said so.
        ByHand = "by_hand",
    }
}

crate::text_enum! {
    /// Where a wave stands.
    pub enum WaveState {
        /// Nothing of it was reported.
        Planned = "planned",
        /// Machines of it reported.
        Running = "running",
        /// It stopped: too many errors, a key that is used up or blocked, or a person.
        Held = "held",
        /// All its machines moved.
        Done = "done",
    }
}

crate::text_enum! {
    /// What became of a piece of an inventory.
    pub enum VerdictKind {
        /// Everything was stated.
        Read = "read",
        /// Something was assumed.
        Doubt = "doubt",
        /// It could not be read.
        Unread = "unread",
    }
}

crate::text_enum! {
    /// With which kind of key a former license was used.
    pub enum PriorKeyType {
        /// By a key host.
        Kms = "kms",
        /// A multiple activation key.
        Mak = "mak",
        /// Otherwise, or not known.
        Other = "other",
    }
}

/// What decides how pressing a machine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskFacts {
    /// Whether it still has to move.
    pub has_to_move: bool,
    /// Whether it is limited already, or was never activated.
    pub is_overdue: bool,
    /// The last day before its earliest end; `None` when that is not known.
    pub last_day: Option<Date>,
    /// That day less the reserve.
    pub last_safe_day: Option<Date>,
}

/// How pressing a machine is on a day.
///
/// ```
/// use jiff::civil::date;
/// use perpetua_domain::fleet::{Risk, RiskFacts, risk};
///
/// let facts = RiskFacts {
///     has_to_move: true,
///     is_overdue: false,
///     last_day: Some(date(2026, 5, 14)),
///     last_safe_day: Some(date(2026, 4, 30)),
/// };
/// assert_eq!(risk(facts, date(2026, 3, 30)), Risk::InTime);
/// assert_eq!(risk(facts, date(2026, 3, 31)), Risk::Urgent);
/// assert_eq!(risk(facts, date(2026, 5, 15)), Risk::Overdue);
/// ```
pub fn risk(facts: RiskFacts, today: Date) -> Risk {
    if !facts.has_to_move {
        return Risk::None;
    }
    if facts.is_overdue || facts.last_day.is_some_and(|day| day < today) {
        return Risk::Overdue;
    }
    match facts.last_safe_day {
        None => Risk::Unclear,
        Some(day) if days_until(day, today) <= URGENT_DAYS => Risk::Urgent,
        Some(_) => Risk::InTime,
    }
}

/// Days from `today` to a day; negative when it is gone.
pub fn days_until(day: Date, today: Date) -> i64 {
    day.duration_since(today).as_hours() / 24
}

/// The warning that is due so many days before the last safe day: the latest that was reached; `None` before the
/// first.
///
/// ```
/// use perpetua_domain::fleet::alarm;
/// assert_eq!(alarm(61), None);
/// assert_eq!((alarm(60), alarm(31), alarm(30), alarm(3), alarm(-5)), (Some(60), Some(60), Some(30), Some(7), Some(2)));
/// ```
pub fn alarm(days_left: i64) -> Option<i64> {
    ALARM_DAYS.into_iter().filter(|threshold| days_left <= *threshold).min()
}

/// What became of the machines of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaveProgress {
    /// Its machines.
    pub machines: i64,
    /// Those of them that moved.
    pub moved: i64,
    /// Those that failed.
    pub failed: i64,
}

impl WaveState {
    /// Where a wave stands after something happened to its machines: done when all of them moved, running once one
    /// reported, planned again when none has. A wave that was stopped stays so until a person releases it or nothing
    /// of it is left to move.
    #[must_use]
    pub const fn after(self, progress: WaveProgress) -> Self {
        let WaveProgress { machines, moved, failed } = progress;
        let is_done = machines > 0 && moved == machines;
        let has_begun = moved + failed > 0;
        match self {
            _ if is_done => Self::Done,
            Self::Held => Self::Held,
            _ if has_begun => Self::Running,
            _ => Self::Planned,
        }
    }
}

/// Whether a wave stops: errors exceed the share that was set, once enough machines have reported.
///
/// ```
/// use perpetua_domain::fleet::exceeds;
/// assert!(!exceeds(9, 9, 10));
/// assert!(!exceeds(1, 10, 10));
/// assert!(exceeds(2, 10, 10));
/// ```
pub fn exceeds(failed: i64, reported: i64, percent_max: i64) -> bool {
    reported >= REPORTS_MIN && failed.saturating_mul(100) > reported.saturating_mul(percent_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_stands_where_its_machines_are() {
        use WaveState::{Done, Held, Planned, Running};
        // Machines, moved, failed, and what comes of planned, running, held and done waves.
        let table = [
            ((0, 0, 0), [Planned, Planned, Held, Planned]),
            ((5, 0, 0), [Planned, Planned, Held, Planned]),
            ((5, 1, 0), [Running, Running, Held, Running]),
            ((5, 0, 1), [Running, Running, Held, Running]),
            ((5, 4, 1), [Running, Running, Held, Running]),
            ((5, 5, 0), [Done, Done, Done, Done]),
        ];
        for ((machines, moved, failed), expected) in table {
            let progress = WaveProgress { machines, moved, failed };
            let found = [Planned, Running, Held, Done].map(|state| state.after(progress));
            assert_eq!(found, expected, "{progress:?}");
        }
    }
}
