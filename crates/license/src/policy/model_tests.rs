//! Random histories of one key against a small model: the count is never above the limit, a machine counts once,
//! and asking again changes nothing. The model knows machines by number and cannot be wrong about who asks.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::activation::{Grant, activate, refresh};
use super::returns::{Proof, give_back};
use super::*;
use crate::certificate::Version;
use crate::machine::decision::Asking;
use crate::machine::{Fingerprint, PART_HASH_BYTES, PartHash, PartKind};

const START: Moment = Moment::from_seconds(1_795_363_200);
const SOFTWARE: (&str, Version) = ("p", Version { major: 1, minor: 0 });

#[derive(Debug, Clone, Copy)]
enum Step {
    Activate(u8),
    /// The machine is set up anew: other key, other system, same hardware.
    Reimage(u8),
    Refresh(u8),
    ReturnByMachine(u8),
    ReturnByPerson(u8),
    Lower(u32),
    Cancel,
    Days(u8),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0u8..8).prop_map(Step::Activate),
        3 => (0u8..8).prop_map(Step::Reimage),
        4 => (0u8..8).prop_map(Step::Refresh),
        3 => (0u8..8).prop_map(Step::ReturnByMachine),
        3 => (0u8..8).prop_map(Step::ReturnByPerson),
        1 => (1u32..6).prop_map(Step::Lower),
        1 => Just(Step::Cancel),
        5 => (1u8..60).prop_map(Step::Days),
    ]
}

/// One key with its rows, as a server would keep them.
struct Installation {
    facts: KeyFacts,
    rules: Rules,
    rows: Vec<Slot>,
    now: Moment,
    next_id: u8,
    /// How often each machine was set up anew.
    setups: BTreeMap<u8, u8>,
}

impl Installation {
    fn new(limit: u32, top_up: Option<TopUp>) -> Self {
        let facts = KeyFacts {
            state: KeyState::Active,
            product: SOFTWARE.0.into(),
            edition: String::new(),
            versions: VersionRange::ALL,
            limit,
            used: 0,
            term_ends_at: Moment::ZERO,
            returned_this_month: 0,
            topped_up_at: Vec::new(),
        };
        let rules = Rules { top_up, returns_per_month: 3, ..Rules::default() };
        Self { facts, rules, rows: Vec::new(), now: START, next_id: 0, setups: BTreeMap::new() }
    }

    fn used(&self) -> u32 {
        u32::try_from(self.rows.iter().filter(|row| row.counts(self.now)).count()).unwrap()
    }

    fn asking(&self, machine: u8) -> Asking {
        let setup = self.setups.get(&machine).copied().unwrap_or_default();
        let parts = PartKind::ALL.map(|kind| {
            let mut hash = [machine; PART_HASH_BYTES];
            hash[1] = if kind == PartKind::System { setup } else { 0 };
            (kind, PartHash::from_bytes(hash))
        });
        let mut machine_key = [machine; 32];
        machine_key[1] = setup;
        let machine_key = PublicKey::from_bytes(machine_key);
        Asking { machine_key, fingerprint: Fingerprint::from_hashes(parts), at: self.now }
    }

    fn activate(&mut self, machine: u8) -> bool {
        self.facts.used = self.used();
        let asking = self.asking(machine);
        let ends_at = self.now.plus_days(44);
        match activate(&self.facts, &self.rules, &self.rows, &asking, SOFTWARE) {
            Ok(Grant::Take { tops_up, .. }) => {
                if tops_up {
                    self.facts.limit += 1;
                    self.facts.topped_up_at.push(self.now);
                }
                let machine = KnownMachine {
                    activation: ActivationId([self.next_id; 16]),
                    machine_key: asking.machine_key,
                    fingerprint: asking.fingerprint,
                    first_seen: self.now,
                    drifted_at: None,
                    former: None,
                };
                self.next_id += 1;
                let state = SlotState::Active;
                self.rows.push(Slot { machine, state, certified_at: self.now, certificate_ends_at: ends_at });
                true
            }
            Ok(Grant::Keep { machine, .. }) => {
                self.store(machine, ends_at);
                true
            }
            Err(_) => false,
        }
    }

    fn store(&mut self, machine: KnownMachine, ends_at: Moment) {
        let row = self.rows.iter_mut().find(|row| row.machine.activation == machine.activation).unwrap();
        *row = Slot { machine, state: SlotState::Active, certified_at: self.now, certificate_ends_at: ends_at };
    }

    /// The newest row of a machine's present key.
    fn row_of(&self, machine: u8) -> Option<usize> {
        let key = self.asking(machine).machine_key;
        self.rows.iter().rposition(|row| row.machine.machine_key == key)
    }

    fn refresh(&mut self, machine: u8) {
        let slot = self.row_of(machine).map(|index| self.rows[index].clone());
        let asking = self.asking(machine);
        if let Ok(Grant::Keep { machine, .. }) = refresh(&self.facts, &self.rules, slot.as_ref(), &asking, SOFTWARE) {
            self.store(machine, self.now.plus_days(44));
        }
    }

    fn give_back(&mut self, machine: u8, with_proof: bool) {
        let Some(index) = self.row_of(machine) else { return };
        let proof = Proof { machine_key: self.asking(machine).machine_key, created_at: self.now };
        let proof = Some(&proof).filter(|_| with_proof);
        let before = self.used();
        if let Ok(done) = give_back(&self.facts, &self.rules, Some(&self.rows[index]), proof, self.now) {
            self.rows[index].state = done.state;
            self.facts.returned_this_month += u32::from(done.counts);
            assert!(with_proof || self.used() == before || self.rows[index].certificate_ends_at <= self.now);
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Activate(machine) => {
                self.activate(machine);
            }
            Step::Reimage(machine) => *self.setups.entry(machine).or_default() += 1,
            Step::Refresh(machine) => self.refresh(machine),
            Step::ReturnByMachine(machine) => self.give_back(machine, true),
            Step::ReturnByPerson(machine) => self.give_back(machine, false),
            Step::Lower(limit) => self.facts.limit = self.facts.limit.min(limit).max(self.used()),
            Step::Cancel => self.facts.state = KeyState::Revoked(Reason::Cancelled),
            Step::Days(days) => {
                let later = self.now.plus_days(days.into());
                if later.this_month() != self.now.this_month() {
                    self.facts.returned_this_month = 0;
                }
                self.now = later;
            }
        }
    }

    /// Rows that count, by the machine's hardware, which the model gives as the first byte of every part.
    fn counted_machines(&self) -> Vec<u8> {
        let counted = self.rows.iter().filter(|row| row.counts(self.now));
        counted.map(|row| row.machine.fingerprint.parts()[0].1.as_bytes()[0]).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_count_stays_within_the_limit_and_no_machine_counts_twice(
        limit in 1u32..6,
        top_up in proptest::option::of((1u32..3, 1u16..60)),
        steps in proptest::collection::vec(any_step(), 1..60),
    ) {
        let top_up = top_up.map(|(extra, period_days)| TopUp { extra, period_days });
        let mut installation = Installation::new(limit, top_up);
        for step in steps {
            let (before, was_revoked) = (installation.used(), installation.facts.state != KeyState::Active);
            installation.step(step);
            prop_assert!(installation.used() <= installation.facts.limit, "{step:?}");
            prop_assert!(!was_revoked || installation.used() <= before, "a revoked key activates nothing");
            let mut machines = installation.counted_machines();
            machines.sort_unstable();
            machines.dedup();
            prop_assert_eq!(machines.len(), installation.used() as usize, "a machine counts twice after {:?}", step);
            if let Step::Activate(machine) = step {
                let rows = installation.rows.len();
                let first = installation.row_of(machine);
                if first.is_some() && installation.activate(machine) {
                    prop_assert_eq!(installation.rows.len(), rows, "asking again takes nothing");
                }
            }
        }
        if let Some(TopUp { extra, period_days }) = top_up {
            let given = &installation.facts.topped_up_at;
            for window in given.windows(extra as usize + 1) {
                prop_assert!(window[extra as usize] >= window[0].plus_days(period_days.into()));
            }
        }
    }
}
