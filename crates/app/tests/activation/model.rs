//! Random sequences of everything that changes the count, held against a small model on both engines.
//!
//! The number of sequences is `PERPETUA_ACTIVATION_SEQUENCES`, few by default, since each step commits.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use perpetua_app::activation::machines;
use perpetua_app::activation::rules;
use perpetua_domain::access::Role;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::MachineId;
use perpetua_license::policy::answer::Answer;
use perpetua_license::policy::{Rules, TopUp};
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRng, TestRunner};

use super::cancelling::cancel;
use super::{activate, check, give_back, refresh, used};

const MACHINES: usize = 5;
const TOP_UP_DAYS: u16 = 10;
/// Sequences that one installation goes through: each takes weeks of its clock, and licenses know no moment after 2106.
const PER_INSTALLATION: usize = 100;

#[derive(Debug, Clone, Copy)]
enum Step {
    Activate(usize),
    Refresh(usize),
    Return(usize),
    ReturnByHand(usize),
    Reimage(usize),
    Days(i64),
    CancelOne,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..MACHINES).prop_map(Step::Activate),
        2 => (0..MACHINES).prop_map(Step::Refresh),
        2 => (0..MACHINES).prop_map(Step::Return),
        2 => (0..MACHINES).prop_map(Step::ReturnByHand),
        1 => (0..MACHINES).prop_map(Step::Reimage),
        2 => (1_i64..25).prop_map(Step::Days),
        1 => Just(Step::CancelOne),
    ]
}

/// What the installation should think, in the fewest words.
struct Model {
    units: i64,
    limit: i64,
    /// Machines that count: until when, for those that leave.
    counting: BTreeMap<usize, Option<Timestamp>>,
    topped_up: Vec<Timestamp>,
}

impl Model {
    fn forget_left(&mut self, now: Timestamp) {
        self.counting.retain(|_, until| until.is_none_or(|until| until > now));
    }

    fn used(&self) -> i64 {
        i64::try_from(self.counting.len()).unwrap()
    }

    fn may_top_up(&self, now: Timestamp) -> bool {
        let since = now - SignedDuration::from_hours(24 * i64::from(TOP_UP_DAYS));
        self.used() == self.limit && self.topped_up.iter().all(|at| *at <= since)
    }
}

struct Run<'a> {
    test: &'a TestApp,
    licensed: Licensed,
    devices: Vec<Device>,
    model: Model,
}

impl Run<'_> {
    async fn step(&mut self, step: Step) {
        let now = self.test.app.clock.now();
        self.model.forget_left(now);
        match step {
            Step::Activate(index) => self.activate(index, now).await,
            Step::Refresh(index) => {
                let answer = refresh(self.test, &mut self.devices[index], &self.licensed).await;
                let is_active =
                    self.model.counting.get(&index) == Some(&None) && self.devices[index].activation.is_some();
                assert_eq!(answer == Answer::Refreshed, is_active, "{answer:?}");
            }
            Step::Return(index) => {
                let counted = self.model.counting.contains_key(&index);
                let answer = give_back(self.test, &mut self.devices[index], &self.licensed).await;
                if answer == Answer::Returned && self.devices[index].activation.is_some() {
                    self.model.counting.remove(&index);
                } else {
                    assert!(!counted || self.devices[index].activation.is_none(), "{answer:?}");
                }
            }
            Step::ReturnByHand(index) => self.return_by_hand(index).await,
            Step::Reimage(index) => self.devices[index].reimage(),
            Step::Days(days) => {
                self.test.clock.advance(SignedDuration::from_hours(24 * days));
                // What every node does by itself: a signing key ends before its successor is needed.
                perpetua_app::activation::keep_keys(&self.test.app).await.unwrap();
            }
            Step::CancelOne => {
                // The window is 60 days; the last unit stays.
                if self.model.units > 1 && cancel(self.test, &self.licensed, 1, Vec::new()).await.is_ok() {
                    self.model.units -= 1;
                    // What top-ups added stays; the unit takes what it brought.
                    self.model.limit -= 2;
                    self.learn_released().await;
                }
            }
        }
        self.model.forget_left(self.test.app.clock.now());
        check(self.test, &self.licensed).await;
        let counted = machines::counted(&self.test.app, self.licensed.key_id).await.unwrap();
        assert_eq!(i64::try_from(counted).unwrap(), self.model.used(), "after {step:?}");
        assert_eq!(used(self.test, &self.licensed).await.1, self.model.limit, "after {step:?}");
    }

    async fn activate(&mut self, index: usize, now: Timestamp) {
        let answer = activate(self.test, &mut self.devices[index], &self.licensed).await;
        let known = self.model.counting.contains_key(&index);
        let expected = if known {
            vec![Answer::ActivatedAgain, Answer::ActivatedReimaged]
        } else if self.model.used() < self.model.limit {
            vec![Answer::Activated]
        } else if self.model.may_top_up(now) {
            self.model.topped_up.push(now);
            self.model.limit += 1;
            vec![Answer::ActivatedByTopUp]
        } else {
            vec![Answer::KeyExhausted]
        };
        assert!(expected.contains(&answer), "{answer:?} instead of {expected:?}");
        if answer.is_good() {
            self.model.counting.insert(index, None);
        }
    }

    async fn return_by_hand(&mut self, index: usize) {
        let Some(activation) = self.devices[index].activation else { return };
        let id = MachineId::new(uuid::Uuid::from_bytes(activation.0));
        let done = machines::give_back(&self.test.app, &self.licensed.agent, self.licensed.line, id).await;
        match (done, self.model.counting.get_mut(&index)) {
            (Ok(machines::MachineState::Leaving(until)), Some(counting)) => *counting = Some(until),
            (Ok(machines::MachineState::Returned | machines::MachineState::Released), _) => {
                self.model.counting.remove(&index);
            }
            (done, counting) => panic!("{done:?} while the model has {counting:?}"),
        }
    }

    /// Which ones a cancellation released is decided and tested elsewhere; how many is what counts here.
    async fn learn_released(&mut self) {
        let seen = machines::list(&self.test.app, &self.licensed.agent, self.licensed.line, None, 100).await.unwrap();
        let counts = |device: &Device| {
            let ended = [machines::MachineState::Released, machines::MachineState::Returned];
            seen.machines.iter().any(|machine| machine.name == device.name && !ended.contains(&machine.state))
        };
        let devices = &self.devices;
        self.model.counting.retain(|index, _| counts(&devices[*index]));
        assert!(self.model.used() <= self.model.limit, "{:?} of {}", self.model.counting, self.model.limit);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a longer run by hand asks for more sequences")]
fn random_sequences_count_as_the_model_does() {
    let sequences =
        std::env::var("PERPETUA_ACTIVATION_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    for begin in (0..sequences).step_by(PER_INSTALLATION) {
        run(begin..sequences.min(begin + PER_INSTALLATION));
    }
}

/// Sequences with an installation of their own, whose clock goes on from one to the next.
fn run(numbers: Range<usize>) {
    TestApp::each(|test| {
        let numbers = numbers.clone();
        async move {
            let first = test.licensed(1).await;
            let operator = test.caller(test.operator, &[Role::OperatorAdmin]).await;
            let rules = Rules {
                returns_per_month: 1_000,
                top_up: Some(TopUp { extra: 1, period_days: TOP_UP_DAYS }),
                ..Rules::default()
            };
            let product = ProductId::parse("HARBORSERVER").unwrap();
            rules::set(&test.app, &operator, product, rules).await.unwrap();
            let config = Config { failure_persistence: None, ..Config::default() };
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&u64::try_from(numbers.start).unwrap().to_be_bytes());
            let random = TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &seed);
            let mut runner = TestRunner::new_with_rng(config, random);
            for number in numbers {
                let steps = prop::collection::vec(step(), 5..25).new_tree(&mut runner).unwrap().current();
                let licensed = test.license_more(&first, 2).await;
                let base = u64::try_from(number).unwrap() * 100;
                let devices = (0..MACHINES).map(|index| Device::new(base + u64::try_from(index).unwrap())).collect();
                let model = Model { units: 2, limit: 4, counting: BTreeMap::new(), topped_up: Vec::new() };
                let mut run = Run { test: &test, licensed, devices, model };
                for step in &steps {
                    run.step(*step).await;
                }
            }
        }
    });
}
