//! The watch over product keys that may have become public: how much asking a purchase explains, and what is done when
//! there is more.
//!
//! Looked at is one day (UTC) of one key. A purchase explains as many machines that ask for the first time as it has
//! activations, and a quarter as many networks; what the publisher allows is added to both. Refused attempts count
//! like granted ones, machines that refresh do not count.

use crate::moment::Moment;

/// Activations of a purchase that explain one network.
const ACTIVATIONS_PER_NETWORK: u32 = 4;
/// Hours for which a slowed key is closed after each new machine.
pub const SLOW_HOURS: u32 = 1;
/// Days for which a key is not looked at after somebody said that an alarm was false.
pub const QUIET_DAYS: u32 = 30;

/// What is done with a key that is suspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing is watched.
    Off,
    /// It is marked, and people are told.
    Mark,
    /// It also lets one new machine in per [`SLOW_HOURS`].
    Slow,
    /// It also lets no new machine in until somebody looked, or so many hours.
    Pause,
}

impl Reaction {
    /// All of them, from the mildest.
    pub const ALL: [Self; 4] = [Self::Off, Self::Mark, Self::Slow, Self::Pause];

    /// The stored word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Mark => "mark",
            Self::Slow => "slow",
            Self::Pause => "pause",
        }
    }

    /// The reaction of a stored word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reaction| reaction.code() == code)
    }
}

/// What a publisher decides per product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakRules {
    /// First-time attempts per day beyond the purchase's activations.
    pub attempts: u32,
    /// Networks per day beyond those that the purchase explains.
    pub networks: u32,
    /// What is done.
    pub reaction: Reaction,
    /// For how many hours a key is paused.
    pub pause_hours: u16,
}

impl Default for LeakRules {
    /// Twenty attempts and ten networks more than explained; marked, and people are told.
    fn default() -> Self {
        Self { attempts: 20, networks: 10, reaction: Reaction::Mark, pause_hours: 24 }
    }
}

/// One day of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The purchase's activations.
    pub limit: u32,
    /// Machines that asked for the first time, granted and refused, each attempt once.
    pub attempts: u32,
    /// Networks from which they did.
    pub networks: u32,
}

/// What is more than the purchase explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// From too many networks.
    Networks,
    /// Too often.
    Attempts,
}

impl Cause {
    /// The stored word.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Networks => "networks",
            Self::Attempts => "attempts",
        }
    }
}

/// Whether a day is more than the purchase explains.
pub fn suspect(day: &Day, rules: &LeakRules) -> Option<Cause> {
    let networks = rules.networks.saturating_add(day.limit / ACTIVATIONS_PER_NETWORK);
    let attempts = rules.attempts.saturating_add(day.limit);
    if rules.reaction == Reaction::Off {
        None
    } else if day.networks > networks {
        Some(Cause::Networks)
    } else if day.attempts > attempts {
        Some(Cause::Attempts)
    } else {
        None
    }
}

/// Until when a key that was just suspected is closed for new machines; `None` when it stays open.
pub fn closed_until(rules: &LeakRules, now: Moment) -> Option<Moment> {
    match rules.reaction {
        Reaction::Off | Reaction::Mark => None,
        Reaction::Slow => Some(slowed_until(now)),
        Reaction::Pause => Some(now.plus_seconds(u32::from(rules.pause_hours) * 3_600)),
    }
}

/// Until when a slowed key is closed after a new machine.
pub fn slowed_until(now: Moment) -> Moment {
    now.plus_seconds(SLOW_HOURS * 3_600)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_judged_by_what_the_purchase_explains() {
        let rules = LeakRules { attempts: 20, networks: 10, ..LeakRules::default() };
        for (limit, attempts, networks, expected) in [
            (100, 120, 35, None),
            (100, 121, 35, Some(Cause::Attempts)),
            (100, 120, 36, Some(Cause::Networks)),
            (100, 999, 36, Some(Cause::Networks)),
            (1, 21, 10, None),
            (1, 22, 1, Some(Cause::Attempts)),
            (u32::MAX, u32::MAX, u32::MAX / 4, None),
        ] {
            assert_eq!(suspect(&Day { limit, attempts, networks }, &rules), expected, "{limit} {attempts} {networks}");
        }
    }

    #[test]
    fn only_slowing_and_pausing_close_a_key_and_both_for_a_time() {
        let now = Moment::from_seconds(1_795_363_200);
        let hours = |hours: u32| Some(now.plus_seconds(hours * 3_600));
        for (reaction, expected) in
            [(Reaction::Off, None), (Reaction::Mark, None), (Reaction::Slow, hours(1)), (Reaction::Pause, hours(48))]
        {
            let rules = LeakRules { reaction, pause_hours: 48, ..LeakRules::default() };
            assert_eq!(closed_until(&rules, now), expected, "{reaction:?}");
            assert_eq!(Reaction::from_code(reaction.code()), Some(reaction));
        }
    }

    fn day() -> impl Strategy<Value = Day> {
        (0_u32..5_000, 0_u32..10_000, 0_u32..3_000).prop_map(|(limit, attempts, networks)| Day {
            limit,
            attempts,
            networks,
        })
    }

    fn rules() -> impl Strategy<Value = LeakRules> {
        (0_u32..100, 0_u32..100, 0_usize..4).prop_map(|(attempts, networks, reaction)| LeakRules {
            attempts,
            networks,
            reaction: Reaction::ALL[reaction],
            ..LeakRules::default()
        })
    }

    proptest! {
        #[test]
        fn more_asking_never_clears_a_key_and_a_larger_purchase_never_accuses_it(
            day in day(), rules in rules(), more in 0_u32..500,
        ) {
            let asked_more = Day { attempts: day.attempts + more, networks: day.networks + more, ..day };
            if suspect(&day, &rules).is_some() {
                prop_assert!(suspect(&asked_more, &rules).is_some());
            }
            let bought_more = Day { limit: day.limit + more, ..day };
            if suspect(&day, &rules).is_none() {
                prop_assert!(suspect(&bought_more, &rules).is_none());
            }
        }

        #[test]
        fn machines_within_the_purchase_from_few_networks_are_never_suspected(
            rules in rules(), limit in 0_u32..5_000, part in 0_u32..=100,
        ) {
            let attempts = u32::try_from(u64::from(limit) * u64::from(part) / 100).unwrap();
            let day = Day { limit, attempts, networks: attempts / ACTIVATIONS_PER_NETWORK };
            prop_assert_eq!(suspect(&day, &rules), None);
        }
    }
}
