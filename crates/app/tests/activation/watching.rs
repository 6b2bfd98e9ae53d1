//! The watch over keys: more asking than a purchase explains marks its key, people are told, new machines may wait, and
//! whoever may replace a key may also say that all is well.

use jiff::SignedDuration;
use perpetua_app::Origin;
use perpetua_app::activation::replace::{self, Replace, Why};
use perpetua_app::activation::rules::{self, LeakRules, Reaction};
use perpetua_app::activation::{Via, ask, history, watch};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::ProductId;
use perpetua_license::exchange::request::RequestKind;
use perpetua_license::moment::Moment;
use perpetua_license::policy::Rules;
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::device::{Device, Licensed, origin};
use perpetua_test_support::{Goods, TestApp};

use super::{activate, check, refresh, used};

async fn rule(test: &TestApp, attempts: u32, networks: u32, reaction: Reaction) {
    let operator = test.caller(test.operator, &[Role::OperatorSales]).await;
    let leak = LeakRules { attempts, networks, reaction, pause_hours: 48 };
    let product = ProductId::parse(Goods::default().product).unwrap();
    rules::set(&test.app, &operator, product, Rules { leak, ..Rules::default() }).await.unwrap();
}

/// A machine asks from another network.
async fn activate_from(test: &TestApp, seed: u64, licensed: &Licensed, network: &str) -> Answer {
    let keys = test.app.activation.keys.get(&test.app).await.unwrap();
    let at = Moment::from_unix(test.app.clock.now().as_second());
    let request = Device::new(seed).request(RequestKind::Activate, &licensed.key, &keys.installation(), at);
    let origin = Origin { network: network.to_owned(), ..origin() };
    ask(&test.app, &origin, Via::Network, None, request.as_bytes()).await.answer
}

async fn alarm(test: &TestApp, licensed: &Licensed) -> Option<watch::Alarm> {
    watch::of_purchase(&test.app, &licensed.agent, licensed.line).await.unwrap()
}

#[test]
fn too_many_attempts_mark_a_key_once_and_people_are_told() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        rule(&test, 2, 100, Reaction::Mark).await;
        // The purchase explains two attempts and the rule two more; a machine that refreshes is no attempt.
        let mut devices: Vec<Device> = (1..=5).map(Device::new).collect();
        for device in &mut devices[..4] {
            activate(&test, device, &licensed).await;
        }
        for _ in 0..10 {
            assert_eq!(refresh(&test, &mut devices[0], &licensed).await, Answer::Refreshed);
        }
        assert_eq!(watch::store(&test.app).await.unwrap(), 0);
        assert_eq!(alarm(&test, &licensed).await, None);
        assert_eq!(activate(&test, &mut devices[4], &licensed).await, Answer::KeyExhausted);
        assert_eq!(watch::store(&test.app).await.unwrap(), 1);
        let raised = alarm(&test, &licensed).await.unwrap();
        assert_eq!((raised.cause.as_str(), raised.attempts, raised.networks), ("attempts", 5, 1));
        assert!(raised.may_settle && raised.closed_until.is_none());
        activate(&test, &mut devices[4], &licensed).await;
        assert_eq!(watch::store(&test.app).await.unwrap(), 0, "one alarm at a time");
        assert_eq!(test.events("key.suspected").await.len(), 1);
        let desk = test.caller(test.operator, &[Role::OperatorSupport]).await;
        assert_eq!(watch::open(&test.app, &desk).await.unwrap().len(), 1);
        assert_eq!(watch::open(&test.app, &licensed.agent).await.unwrap_err().code, "not_found");
        assert_eq!(refresh(&test, &mut devices[0], &licensed).await, Answer::Refreshed, "nobody is stopped");
        check(&test, &licensed).await;
    });
}

#[test]
fn networks_are_counted_as_blocks_and_not_as_addresses() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(10).await;
        // Twenty activations explain five networks.
        rule(&test, 100, 1, Reaction::Mark).await;
        for seed in 1..=9 {
            assert_eq!(activate_from(&test, seed, &licensed, &format!("198.51.100.{seed}")).await, Answer::Activated);
        }
        for seed in 11..=15 {
            assert_eq!(
                activate_from(&test, seed, &licensed, &format!("2001:db8:0:{seed}::1")).await,
                Answer::Activated
            );
        }
        assert_eq!(watch::store(&test.app).await.unwrap(), 0, "six networks");
        activate_from(&test, 16, &licensed, "2001:db8:0:11:ffff::1").await;
        assert_eq!(watch::store(&test.app).await.unwrap(), 0, "the same /64");
        activate_from(&test, 17, &licensed, "192.0.2.77").await;
        assert_eq!(watch::store(&test.app).await.unwrap(), 1);
        let raised = alarm(&test, &licensed).await.unwrap();
        assert_eq!((raised.cause.as_str(), raised.networks), ("networks", 7));
    });
}

#[test]
fn a_paused_key_lets_no_new_machine_in_until_the_pause_ends_or_somebody_says_that_all_is_well() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(10).await;
        rule(&test, 0, 0, Reaction::Pause).await;
        let mut known = Device::new(1);
        assert_eq!(activate(&test, &mut known, &licensed).await, Answer::Activated);
        for seed in 2..=5 {
            assert_eq!(activate_from(&test, seed, &licensed, &format!("10.1.{seed}.1")).await, Answer::Activated);
        }
        activate_from(&test, 6, &licensed, "100.64.2.1").await;
        assert_eq!(watch::store(&test.app).await.unwrap(), 1);
        let mut new = Device::new(20);
        assert_eq!(activate(&test, &mut new, &licensed).await, Answer::KeyPaused);
        assert_eq!(activate(&test, &mut known, &licensed).await, Answer::ActivatedAgain, "known ones go on");
        test.clock.advance(SignedDuration::from_hours(48));
        assert_eq!(activate(&test, &mut new, &licensed).await, Answer::Activated, "the pause is over");

        let clerk = test.caller(licensed.partner, &[Role::SalesAgent]).await;
        assert_eq!(watch::settle(&test.app, &clerk, licensed.line).await.unwrap_err().code, "missing_role");
        watch::settle(&test.app, &licensed.agent, licensed.line).await.unwrap();
        assert_eq!(watch::settle(&test.app, &licensed.agent, licensed.line).await.unwrap_err().code, "no_alarm");
        for seed in 30..40 {
            activate_from(&test, seed, &licensed, &format!("10.0.{seed}.1")).await;
        }
        assert_eq!(watch::store(&test.app).await.unwrap(), 0, "it is left in peace for a month");
        check(&test, &licensed).await;
    });
}

#[test]
fn a_slowed_key_lets_one_new_machine_in_per_hour_and_another_key_ends_it() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(10).await;
        rule(&test, 0, 0, Reaction::Slow).await;
        for seed in 1..=6 {
            activate_from(&test, seed, &licensed, &format!("10.0.{seed}.1")).await;
        }
        assert_eq!(watch::store(&test.app).await.unwrap(), 1);
        let mut devices: Vec<Device> = (10..=12).map(Device::new).collect();
        assert_eq!(activate(&test, &mut devices[0], &licensed).await, Answer::KeyPaused);
        test.clock.advance(SignedDuration::from_hours(1));
        assert_eq!(activate(&test, &mut devices[0], &licensed).await, Answer::Activated);
        assert_eq!(activate(&test, &mut devices[1], &licensed).await, Answer::KeyPaused);
        let command = Replace { line: licensed.line, seen: 0, why: Some(Why::Leaked) };
        replace::replace(&test.app, &licensed.agent, command).await.unwrap();
        assert_eq!(alarm(&test, &licensed).await, None);
        let shown = perpetua_app::keys::reveal(&test.app, &licensed.agent, licensed.line).await.unwrap();
        let key = perpetua_license::key::parse(&shown.expose_grouped()).unwrap();
        let new = Licensed { key, ..licensed.clone() };
        for device in &mut devices[1..] {
            assert_eq!(activate(&test, device, &new).await, Answer::Activated);
        }
        assert_eq!(used(&test, &licensed).await, (9, 20));
    });
}

#[test]
fn the_history_counts_machines_at_the_end_of_each_day() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(2).await;
        let mut devices: Vec<Device> = (1..=3).map(Device::new).collect();
        for device in &mut devices[..2] {
            activate(&test, device, &licensed).await;
        }
        test.clock.advance(SignedDuration::from_hours(48));
        activate(&test, &mut devices[2], &licensed).await;
        super::give_back(&test, &mut devices[0], &licensed).await;
        super::give_back(&test, &mut devices[1], &licensed).await;
        let points = history::of_purchase(&test.app, &licensed.agent, licensed.line).await.unwrap();
        assert_eq!(points.iter().map(|point| point.count).collect::<Vec<_>>(), [2, 2, 1]);
        let operator = test.caller(test.operator, &[Role::OperatorSales]).await;
        let all = history::activations(&test.app, &operator).await.unwrap();
        assert_eq!(all.days.iter().map(|point| point.count).sum::<i64>(), 3);
        assert_eq!((all.products.len(), all.products[0].major, all.products[0].count), (1, 2025, 3));
        assert_eq!(history::activations(&test.app, &licensed.agent).await.unwrap_err().code, "not_found");
    });
}
