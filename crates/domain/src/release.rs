//! **Which machines go** when a partial cancellation leaves more active ones than the new limit (M29): those that
//! the person chose, and beyond them the ones that were not seen for longest.

use jiff::Timestamp;

/// Chooses `needed` machines. `machines` are all that count, with the instant at which each was last seen. Chosen
/// ones that do not count are passed over; of more chosen ones than are needed the first stay chosen.
///
/// The answer has exactly `needed` machines, or all of them when there are fewer.
pub fn choose<M: Copy + Ord>(machines: &[(M, Timestamp)], chosen: &[M], needed: usize) -> Vec<M> {
    let mut released: Vec<M> = Vec::with_capacity(needed.min(machines.len()));
    for machine in chosen {
        let counts = machines.iter().any(|(known, _)| known == machine);
        if counts && !released.contains(machine) && released.len() < needed {
            released.push(*machine);
        }
    }
    let mut rest: Vec<&(M, Timestamp)> = machines.iter().filter(|(known, _)| !released.contains(known)).collect();
    rest.sort_by_key(|(machine, seen)| (*seen, *machine));
    let missing = needed.saturating_sub(released.len());
    released.extend(rest.into_iter().take(missing).map(|(machine, _)| *machine));
    released
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seen(days: i64) -> Timestamp {
        Timestamp::from_second(days * 86_400).unwrap()
    }

    #[test]
    fn those_not_seen_for_longest_go_unless_a_person_chose() {
        let machines = [(1, seen(30)), (2, seen(10)), (3, seen(20)), (4, seen(10))];
        for (chosen, needed, released) in [
            (&[][..], 0, &[][..]),
            (&[], 2, &[2, 4]),
            (&[1], 2, &[1, 2]),
            (&[1, 3, 2], 2, &[1, 3]),
            (&[9, 1, 1], 2, &[1, 2]),
            (&[], 9, &[2, 4, 3, 1]),
        ] {
            assert_eq!(choose(&machines, chosen, needed), released, "{chosen:?} of {needed}");
        }
    }

    proptest! {
        #[test]
        fn exactly_as_many_as_needed_go_and_none_twice(
            days in prop::collection::vec(0_i64..20, 0..12),
            chosen in prop::collection::vec(0_usize..15, 0..8),
            needed in 0_usize..14,
        ) {
            let machines: Vec<(usize, Timestamp)> = days.iter().map(|day| seen(*day)).enumerate().collect();
            let mut released = choose(&machines, &chosen, needed);
            prop_assert_eq!(released.len(), needed.min(machines.len()));
            released.sort_unstable();
            released.dedup();
            prop_assert_eq!(released.len(), needed.min(machines.len()));
            prop_assert!(released.iter().all(|machine| *machine < machines.len()));
        }
    }
}
