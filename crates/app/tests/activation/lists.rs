//! The revocation list and the chain: published, numbered upwards, followed by a device.

use jiff::SignedDuration;
use perpetua_app::activation::{Via, ask, keys, lists};
use perpetua_license::certificate::KeyId;
use perpetua_license::chain::Trust;
use perpetua_license::exchange::request::RequestKind::Activate;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::{List, Reason, delta};
use perpetua_store::settings;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, origin};

use super::cancelling::cancel;
use super::{activate, give_back, refresh};

#[test]
fn a_list_names_cancelled_keys_and_returned_machines_and_a_delta_leads_to_it() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let app = &test.app;
        let trust = app.activation.keys.get(app).await.unwrap().trust().clone();
        let first = app.activation.lists.newest(app).await.unwrap();
        assert_eq!(List::open(&first.bytes, &trust).unwrap().head().count, 0);
        let (mut stays, mut goes) = (Device::new(1), Device::new(2));
        activate(&test, &mut stays, &licensed).await;
        activate(&test, &mut goes, &licensed).await;
        assert_eq!(give_back(&test, &mut goes, &licensed).await, Answer::Returned);
        test.clock.advance(SignedDuration::from_secs(59));
        lists::publish_due(app).await.unwrap();
        assert_eq!(app.activation.lists.number(), first.number, "at most one list a minute");
        test.clock.advance(SignedDuration::from_secs(1));
        lists::publish_due(app).await.unwrap();
        let second = app.activation.lists.newest(app).await.unwrap();
        assert!(second.number > first.number);
        let key = KeyId(licensed.key_id.uuid().into_bytes());
        let list = List::open(&second.bytes, &trust).unwrap();
        assert_eq!(list.reason(key, goes.activation.unwrap()), Some(Reason::Released));
        assert_eq!(list.reason(key, stays.activation.unwrap()), None);
        cancel(&test, &licensed, 1, Vec::new()).await.unwrap();
        test.clock.advance(SignedDuration::from_secs(60));
        lists::publish_due(app).await.unwrap();
        let third = app.activation.lists.newest(app).await.unwrap();
        assert_eq!(
            List::open(&third.bytes, &trust).unwrap().reason(key, stays.activation.unwrap()),
            Some(Reason::Cancelled)
        );
        for base in [&first, &second] {
            let made = app.activation.lists.since(app, base.number).await.unwrap().unwrap();
            let base = List::open(&base.bytes, &trust).unwrap();
            assert_eq!(delta::apply(&base, &made, &trust).unwrap(), third.bytes);
        }
        assert!(app.activation.lists.since(app, 12).await.unwrap().is_none(), "a number that never was");
    });
}

#[test]
fn a_list_is_made_daily_and_at_once_after_a_restore_with_a_higher_number() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let first = app.activation.lists.newest(app).await.unwrap();
        lists::publish_due(app).await.unwrap();
        assert_eq!(app.activation.lists.number(), first.number, "nothing happened");
        test.clock.advance(SignedDuration::from_hours(24));
        lists::publish_due(app).await.unwrap();
        let daily = app.activation.lists.number();
        assert!(daily >= first.number + 86_400);
        test.clock.advance(SignedDuration::from_secs(5));
        let restored = app.store.write((), |conn, ()| settings::set(conn, "epoch", "2"));
        restored.await.unwrap();
        lists::publish_due(app).await.unwrap();
        assert!(app.activation.lists.number() > daily);
    });
}

#[test]
fn a_delta_leads_from_each_of_the_newest_lists_and_is_made_once_for_all_who_ask() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let mut numbers = Vec::new();
        for _ in 0..34 {
            numbers.push(app.activation.lists.newest(app).await.unwrap().number);
            test.clock.advance(SignedDuration::from_hours(24));
            lists::publish_due(app).await.unwrap();
        }
        let since = async |number: u64| app.activation.lists.since(app, number).await.unwrap();
        assert!(
            since(numbers[0]).await.is_none() && since(numbers[1]).await.is_none(),
            "older ones get the whole list"
        );
        assert!(since(numbers[2]).await.is_some() && since(numbers[33]).await.is_some());
        let number = numbers[20];
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let test = test.clone();
                tokio::spawn(async move {
                    let made = test.app.activation.lists.since(&test.app, number).await.unwrap().unwrap();
                    made.as_ptr() as usize
                })
            })
            .collect();
        let mut places = std::collections::BTreeSet::new();
        for task in tasks {
            places.insert(task.await.unwrap());
        }
        assert_eq!(places.len(), 1, "everybody gets the same bytes, not a copy");
        let newest = async || app.activation.lists.newest(app).await.unwrap().bytes;
        assert_eq!(newest().await.as_ptr(), newest().await.as_ptr(), "and so it is with the whole list");
    });
}

#[test]
fn after_a_restore_nothing_is_certified_until_the_operator_says_so() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let (mut known, mut new) = (Device::new(1), Device::new(2));
        activate(&test, &mut known, &licensed).await;
        let held = test.app.store.write((), |conn, ()| settings::set(conn, "reveals_held", "true"));
        held.await.unwrap();
        assert_eq!(activate(&test, &mut new, &licensed).await, Answer::TryAgainLater);
        assert_eq!(activate(&test, &mut known, &licensed).await, Answer::TryAgainLater);
        assert_eq!(
            refresh(&test, &mut known, &licensed).await,
            Answer::TryAgainLater,
            "its key may be cancelled since"
        );
        perpetua_app::backup::confirm_restore(&test.app).await.unwrap();
        assert_eq!(refresh(&test, &mut known, &licensed).await, Answer::Refreshed);
        assert_eq!(activate(&test, &mut new, &licensed).await, Answer::Activated);
    });
}

#[test]
fn a_restored_installation_signs_with_a_new_key_that_devices_follow() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let before = app.activation.keys.get(app).await.unwrap();
        let pinned = Trust::in_root(before.root()).follow_file(before.chain()).unwrap();
        test.clock.advance(SignedDuration::from_hours(1));
        let restored = app.store.write((), |conn, ()| settings::set(conn, "epoch", "2"));
        restored.await.unwrap();
        perpetua_app::activation::keep_keys(app).await.unwrap();
        let after = app.activation.keys.get(app).await.unwrap();
        assert_ne!(after.signer().public(), before.signer().public());
        assert!(after.chain_number() > before.chain_number());
        assert_eq!(&pinned.follow_file(after.chain()).unwrap(), after.trust());
        perpetua_app::activation::keep_keys(app).await.unwrap();
        let again = app.activation.keys.get(app).await.unwrap();
        assert_eq!(again.signer().public(), after.signer().public(), "once per restore");
        let licensed = test.licensed(1).await;
        assert_eq!(activate(&test, &mut Device::new(1), &licensed).await, Answer::Activated);
    });
}

#[test]
fn the_first_answer_of_an_installation_names_its_first_list() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let app = &test.app;
        let keys = app.activation.keys.get(app).await.unwrap();
        let now = Moment::from_unix(app.clock.now().as_second());
        let request = Device::new(1).request(Activate, &licensed.key, &keys.installation(), now);
        let answered = ask(app, &origin(), Via::Network, Some(Activate), request.as_bytes()).await;
        let response = answered.response.unwrap();
        let content = response.verify(keys.trust(), request.request()).unwrap();
        assert_eq!(content.list_number, app.activation.lists.number());
        assert!(content.list_number > 0);
    });
}

#[test]
fn a_device_follows_the_chain_to_a_new_signer_and_disowns_a_compromised_one() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let app = &test.app;
        let before = app.activation.keys.get(app).await.unwrap();
        let pinned = Trust::in_root(before.root());
        let old = pinned.follow_file(before.chain()).unwrap();
        let mut device = Device::new(1);
        activate(&test, &mut device, &licensed).await;
        keys::rotate(app).await.unwrap();
        let after = app.activation.keys.get(app).await.unwrap();
        assert!(after.chain_number() > before.chain_number());
        assert_ne!(after.signer().public(), before.signer().public());
        let followed = old.follow_file(after.chain()).unwrap();
        assert_eq!(followed.keys().len(), 2, "what the former one signed stays good");
        assert_eq!(&followed, after.trust());
        assert_eq!(refresh(&test, &mut device, &licensed).await, Answer::Refreshed);
        keys::replace_compromised(app).await.unwrap();
        let last = app.activation.keys.get(app).await.unwrap();
        let followed = followed.follow_file(last.chain()).unwrap();
        let sound = followed.keys().iter().filter(|key| key.standing == perpetua_license::chain::KeyStanding::InForce);
        assert_eq!(sound.count(), 1);
        assert_eq!(refresh(&test, &mut device, &licensed).await, Answer::Refreshed);
        // A second process opens the same keys from rows.
        let again = app.activation.keys.load(app).await.unwrap();
        assert_eq!(again.signer().public(), last.signer().public());
    });
}

#[test]
fn a_signer_that_ended_unnoticed_is_followed_by_another() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let before = app.activation.keys.get(app).await.unwrap();
        test.clock.advance(SignedDuration::from_hours(24 * 365 * 5));
        let after = app.activation.keys.load(app).await.unwrap();
        assert_ne!(after.signer().public(), before.signer().public());
        let licensed = test.licensed(1).await;
        assert_eq!(activate(&test, &mut Device::new(1), &licensed).await, Answer::Activated);
    });
}
