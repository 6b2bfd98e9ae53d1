//! Replacing a key that others know: closed for new machines at once, no outage for those that are activated, and
//! nobody is counted twice (I3).

use jiff::SignedDuration;
use perpetua_app::activation::replace::{self, Replace, Why};
use perpetua_app::{Problem, keys, rotation};
use perpetua_domain::access::Role;
use perpetua_license::key::parse;
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::List;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};

use super::cancelling::cancel;
use super::{activate, check, give_back, refresh, status, used};

async fn replaced(test: &TestApp, licensed: &Licensed, seen: i64) -> Result<(), Problem> {
    let command = Replace { line: licensed.line, seen, why: Some(Why::Leaked) };
    replace::replace(&test.app, &licensed.agent, command).await
}

async fn shown(test: &TestApp, licensed: &Licensed) -> String {
    keys::reveal(&test.app, &licensed.agent, licensed.line).await.unwrap().expose_grouped().to_string()
}

/// The same purchase with the key that it has now.
async fn with_new_key(test: &TestApp, licensed: &Licensed) -> Licensed {
    Licensed { key: parse(&shown(test, licensed).await).unwrap(), ..licensed.clone() }
}

#[test]
fn machines_go_on_and_move_at_their_next_refresh_and_new_ones_need_the_new_key() {
    TestApp::each(|test| async move {
        let old = test.licensed(2).await;
        let (mut known, mut late) = (Device::new(1), Device::new(2));
        assert_eq!(activate(&test, &mut known, &old).await, Answer::Activated);
        let named = known.certificate.clone().unwrap().key;
        let before = shown(&test, &old).await;
        replaced(&test, &old, 0).await.unwrap();
        let new = with_new_key(&test, &old).await;
        assert_ne!(shown(&test, &new).await, before, "the portal shows another key");

        assert_eq!(activate(&test, &mut late, &old).await, Answer::KeyReplaced);
        assert_eq!(status(&test, &mut known, &old).await, Answer::Active, "no outage");
        assert_eq!(refresh(&test, &mut known, &old).await, Answer::Refreshed);
        let moved = known.certificate.clone().unwrap().key;
        assert_ne!(moved, named, "the certificate names the new key");
        assert_eq!(activate(&test, &mut late, &new).await, Answer::Activated);
        assert_eq!(late.certificate.clone().unwrap().key, moved);
        assert_eq!(used(&test, &old).await, (2, 4));
        check(&test, &old).await;
    });
}

#[test]
fn a_machine_that_is_given_the_new_key_is_the_same_machine_and_its_old_key_no_longer_speaks_for_it() {
    TestApp::each(|test| async move {
        let old = test.licensed(1).await;
        let mut device = Device::new(1);
        assert_eq!(activate(&test, &mut device, &old).await, Answer::Activated);
        replaced(&test, &old, 0).await.unwrap();
        let new = with_new_key(&test, &old).await;
        // Its fingerprint is hashed under another key now, which is no change of the machine.
        assert_eq!(activate(&test, &mut device, &new).await, Answer::ActivatedAgain);
        assert_eq!(used(&test, &old).await, (1, 2));
        assert_eq!(refresh(&test, &mut device, &old).await, Answer::KeyReplaced);
        assert_eq!(refresh(&test, &mut device, &new).await, Answer::Refreshed);
        let before = device.activation;
        device.reimage();
        assert_eq!(activate(&test, &mut device, &new).await, Answer::ActivatedReimaged, "its parts are known again");
        assert_eq!((device.activation, used(&test, &old).await), (before, (1, 2)));
        check(&test, &old).await;
    });
}

#[test]
fn a_machine_is_returned_with_either_key() {
    TestApp::each(|test| async move {
        let old = test.licensed(1).await;
        let mut device = Device::new(1);
        assert_eq!(activate(&test, &mut device, &old).await, Answer::Activated);
        replaced(&test, &old, 0).await.unwrap();
        assert_eq!(give_back(&test, &mut device, &old).await, Answer::Returned);
        assert_eq!(used(&test, &old).await, (0, 2));
    });
}

#[test]
fn one_form_replaces_once_and_a_key_is_replaced_three_times_in_thirty_days() {
    TestApp::each(|test| async move {
        let old = test.licensed(1).await;
        replaced(&test, &old, 0).await.unwrap();
        assert_eq!(replaced(&test, &old, 0).await.unwrap_err().code, "changed_elsewhere");
        replaced(&test, &old, 1).await.unwrap();
        replaced(&test, &old, 2).await.unwrap();
        assert_eq!(replaced(&test, &old, 3).await.unwrap_err().code, "replaced_too_often");
        test.clock.advance(SignedDuration::from_hours(24 * 30));
        replaced(&test, &old, 3).await.unwrap();
        let mut device = Device::new(1);
        assert_eq!(activate(&test, &mut device, &old).await, Answer::KeyReplaced, "the first of five keys");
        let agent = test.caller(old.partner, &[Role::AdminAgent]).await;
        let new = with_new_key(&test, &Licensed { agent, ..old.clone() }).await;
        assert_eq!(activate(&test, &mut device, &new).await, Answer::Activated);
    });
}

#[test]
fn after_a_cancellation_every_key_that_it_had_is_revoked_also_for_machines_that_never_moved() {
    TestApp::each(|test| async move {
        let old = test.licensed(1).await;
        let (mut stays, mut moves) = (Device::new(1), Device::new(2));
        for device in [&mut stays, &mut moves] {
            assert_eq!(activate(&test, device, &old).await, Answer::Activated);
        }
        replaced(&test, &old, 0).await.unwrap();
        assert_eq!(refresh(&test, &mut moves, &old).await, Answer::Refreshed);
        let before = test.app.activation.lists.newest(&test.app).await.unwrap();
        let trust = test.app.activation.keys.get(&test.app).await.unwrap().trust().clone();
        let reason = |bytes: &[u8], device: &Device| {
            let certificate = device.certificate.clone().unwrap();
            List::open(bytes, &trust).unwrap().reason(certificate.key, certificate.activation)
        };
        assert_eq!(reason(&before.bytes, &stays), None, "a replaced key stops nobody");
        cancel(&test, &old, 1, Vec::new()).await.unwrap();
        assert_eq!(refresh(&test, &mut stays, &old).await, Answer::KeyCancelled);
        assert_eq!(replaced(&test, &old, 1).await.unwrap_err().code, "key_not_active");
        test.clock.advance(SignedDuration::from_mins(2));
        perpetua_app::activation::lists::publish_due(&test.app).await.unwrap();
        let after = test.app.activation.lists.newest(&test.app).await.unwrap();
        assert!(reason(&after.bytes, &stays).is_some() && reason(&after.bytes, &moves).is_some());
    });
}

#[test]
fn only_who_may_replaces_it_is_recorded_and_both_sides_are_told_without_the_key() {
    TestApp::each(|test| async move {
        let old = test.licensed(1).await;
        let stranger = test.partner("Beta").await;
        let cases = [
            (test.caller(stranger, &[Role::AdminAgent]).await, "not_found"),
            (test.caller(old.partner, &[Role::SalesAgent]).await, "missing_role"),
            (test.caller(old.customer, &[Role::GlobalAdmin]).await, "missing_role"),
            (test.caller(test.operator, &[Role::OperatorSales]).await, "missing_role"),
        ];
        let command = Replace { line: old.line, seen: 0, why: Some(Why::PersonLeft) };
        for (caller, code) in cases {
            assert_eq!(replace::replace(&test.app, &caller, command).await.unwrap_err().code, code);
        }
        let desk = test.caller(test.operator, &[Role::OperatorSupport]).await;
        replace::replace(&test.app, &desk, command).await.unwrap();
        let records = test.records().await;
        let of = |kind: &str| records.iter().filter(|(known, _)| known == kind).count();
        assert_eq!((of("key.replaced"), of("key.replace_refused")), (1, 4), "{records:?}");
        let events = test.events("key.replaced").await;
        assert_eq!(events.len(), 1);
        let groups = shown(&test, &old).await;
        assert!(!events[0].contains(&groups) && !events[0].contains(&groups.replace('-', "")), "{events:?}");
        assert_eq!(test.number("SELECT CAST(COUNT(*) AS BIGINT) AS number FROM replaced_key").await, 1);
    });
}

#[test]
fn a_replaced_key_is_still_known_after_the_keys_at_rest_were_changed() {
    TestApp::each(|test| async move {
        let old = test.licensed(1).await;
        let mut device = Device::new(1);
        assert_eq!(activate(&test, &mut device, &old).await, Answer::Activated);
        replaced(&test, &old, 0).await.unwrap();
        rotation::rotate_data_keys(&test.app).await.unwrap();
        while rotation::step(&test.app, uuid::Uuid::nil()).await.unwrap() {}
        assert_eq!(refresh(&test, &mut device, &old).await, Answer::Refreshed);
        assert_eq!(activate(&test, &mut Device::new(2), &old).await, Answer::KeyReplaced);
        let new = with_new_key(&test, &old).await;
        assert_eq!(activate(&test, &mut Device::new(3), &new).await, Answer::Activated);
    });
}
