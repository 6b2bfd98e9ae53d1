//! One machine after the other: counted once, kept, refreshed, given back.

use jiff::SignedDuration;
use perpetua_app::activation::machines::{self, MachineState};
use perpetua_app::activation::{Via, ask, facts};
use perpetua_domain::access::Role;
use perpetua_domain::id::MachineId;
use perpetua_license::exchange::request::RequestKind::{Activate, Return};
use perpetua_license::machine::PartKind;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, origin};

use super::{activate, check, give_back, refresh, status, used};

#[test]
fn a_machine_counts_once_however_often_it_asks_and_when_it_is_set_up_anew() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut device = Device::new(1);
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::Activated);
        let certificate = device.certificate.clone().unwrap();
        assert_eq!((certificate.product.as_str(), certificate.quantity), ("HARBORSERVER", 1));
        assert_eq!(certificate.key.0, licensed.key_id.uuid().into_bytes());
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::ActivatedAgain);
        device.reimage();
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::ActivatedReimaged);
        assert_eq!(device.activation, Some(certificate.activation), "it keeps its activation");
        assert_eq!(used(&test, &licensed).await, (1, 2));
        assert_eq!(refresh(&test, &mut device, &licensed).await, Answer::Refreshed);
        assert_eq!(status(&test, &mut device, &licensed).await, Answer::Active);
        check(&test, &licensed).await;
    });
}

#[test]
fn a_machine_of_a_fleet_with_one_processor_counts_once_when_it_is_set_up_anew() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(150).await;
        let mut last = None;
        for seed in 0..300 {
            let mut device = Device::new(seed);
            device.parts.push((PartKind::Processor, "Ember 9700, 16 cores".to_owned()));
            assert_eq!(activate(&test, &mut device, &licensed).await, Answer::Activated);
            last = Some(device);
        }
        let mut device = last.unwrap();
        device.reimage();
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::ActivatedReimaged);
        assert_eq!(used(&test, &licensed).await, (300, 300));
    });
}

#[test]
fn a_machine_that_tells_one_part_and_its_processor_is_known_by_both() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut device = Device::new(1);
        device.parts.truncate(1);
        device.parts.push((PartKind::Processor, "Ember 9700, 16 cores".to_owned()));
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::Activated);
        device.reimage();
        assert_eq!(activate(&test, &mut device, &licensed).await, Answer::ActivatedReimaged);
        let mut other = Device::new(2);
        other.parts.truncate(1);
        other.parts.push((PartKind::Processor, "Ember 9700, 16 cores".to_owned()));
        assert_eq!(activate(&test, &mut other, &licensed).await, Answer::Activated);
        assert_eq!(used(&test, &licensed).await, (2, 2));
    });
}

#[test]
fn the_limit_holds_and_a_signed_return_frees_an_activation_at_once() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut devices: Vec<Device> = (1..=3).map(Device::new).collect();
        assert_eq!(activate(&test, &mut devices[0], &licensed).await, Answer::Activated);
        assert_eq!(activate(&test, &mut devices[1], &licensed).await, Answer::Activated);
        assert_eq!(activate(&test, &mut devices[2], &licensed).await, Answer::KeyExhausted);
        assert_eq!(used(&test, &licensed).await, (2, 2));
        assert_eq!(give_back(&test, &mut devices[0], &licensed).await, Answer::Returned);
        assert_eq!(give_back(&test, &mut devices[0], &licensed).await, Answer::Returned, "twice is once");
        assert_eq!(used(&test, &licensed).await, (1, 2));
        assert_eq!(refresh(&test, &mut devices[0], &licensed).await, Answer::MachineReleased);
        assert_eq!(activate(&test, &mut devices[2], &licensed).await, Answer::Activated);
        assert_eq!(activate(&test, &mut devices[0], &licensed).await, Answer::KeyExhausted);
        check(&test, &licensed).await;
    });
}

#[test]
fn the_same_request_again_gets_the_same_answer_and_changes_nothing() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let app = &test.app;
        let keys = app.activation.keys.get(app).await.unwrap();
        let mut device = Device::new(1);
        let now = Moment::from_unix(app.clock.now().as_second());
        let request = device.request(Activate, &licensed.key, &keys.installation(), now);
        let first = ask(app, &origin(), Via::Network, Some(Activate), request.as_bytes()).await;
        let again = ask(app, &origin(), Via::Network, Some(Activate), request.as_bytes()).await;
        assert_eq!(first.answer, Answer::Activated);
        assert_eq!(first.response.as_ref().unwrap().as_bytes(), again.response.as_ref().unwrap().as_bytes());
        device.accept(keys.trust(), &request, &again);
        assert_eq!(give_back(&test, &mut device, &licensed).await, Answer::Returned);
        // An old copy takes no slot after the machine gave its own back.
        let late = ask(app, &origin(), Via::Network, Some(Activate), request.as_bytes()).await;
        assert_eq!(late.answer, Answer::MachineReleased);
        assert_eq!(used(&test, &licensed).await, (0, 2));
        let other = Device::new(2).request(Return, &licensed.key, &keys.installation(), now);
        let kind = ask(app, &origin(), Via::Network, Some(Activate), other.as_bytes()).await;
        assert_eq!(kind.answer, Answer::RequestMalformed, "a request of another kind than its address");
    });
}

#[test]
fn a_person_gives_a_lost_machine_back_and_it_counts_until_its_certificate_ends() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let (mut lost, mut next, mut third) = (Device::new(1), Device::new(2), Device::new(3));
        assert_eq!(activate(&test, &mut lost, &licensed).await, Answer::Activated);
        assert_eq!(activate(&test, &mut next, &licensed).await, Answer::Activated);
        let id = MachineId::new(uuid::Uuid::from_bytes(lost.activation.unwrap().0));
        let state = machines::give_back(&test.app, &licensed.agent, licensed.line, id).await.unwrap();
        let ends_at = lost.certificate.as_ref().unwrap().ends_at();
        assert_eq!(state, MachineState::Leaving(facts::timestamp(ends_at)));
        assert_eq!(activate(&test, &mut third, &licensed).await, Answer::KeyExhausted);
        assert_eq!(refresh(&test, &mut lost, &licensed).await, Answer::MachineReleased);
        test.clock.advance(SignedDuration::from_hours(24 * 45));
        assert_eq!(activate(&test, &mut third, &licensed).await, Answer::Activated);
        let seen = machines::list(&test.app, &licensed.agent, licensed.line, None, 10).await.unwrap();
        assert_eq!((seen.used, seen.limit, seen.machines.len(), seen.may_return), (2, 2, 3, true));
        assert_eq!(seen.machines[0].name, "PC-3");
        let lost = seen.machines.iter().find(|machine| machine.name == "PC-1").unwrap();
        assert_eq!(lost.state, MachineState::Returned);
        check(&test, &licensed).await;
    });
}

#[test]
fn machines_are_seen_and_given_back_only_by_those_who_may() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let mut device = Device::new(1);
        activate(&test, &mut device, &licensed).await;
        let id = MachineId::new(uuid::Uuid::from_bytes(device.activation.unwrap().0));
        let stranger = test.partner("Beta").await;
        let stranger = test.caller(stranger, &[Role::AdminAgent]).await;
        let refused = machines::list(&test.app, &stranger, licensed.line, None, 10).await.unwrap_err();
        assert_eq!(refused.code, "not_found");
        let refused = machines::give_back(&test.app, &stranger, licensed.line, id).await.unwrap_err();
        assert_eq!(refused.code, "not_found");
        let own = test.caller(licensed.customer, &[Role::GlobalAdmin]).await;
        assert_eq!(machines::list(&test.app, &own, licensed.line, None, 10).await.unwrap().machines.len(), 1);
        machines::give_back(&test.app, &own, licensed.line, id).await.unwrap();
        let records = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM audit_record WHERE kind IN \
                       ('machine.activated', 'machine.returned', 'machine.return_refused')";
        assert_eq!(test.number(records).await, 3);
    });
}

#[test]
fn the_sixth_return_of_a_month_waits_for_the_next_one() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        for seed in 1..=5 {
            let mut device = Device::new(seed);
            assert_eq!(activate(&test, &mut device, &licensed).await, Answer::Activated);
            assert_eq!(give_back(&test, &mut device, &licensed).await, Answer::Returned);
        }
        let mut device = Device::new(6);
        activate(&test, &mut device, &licensed).await;
        assert_eq!(give_back(&test, &mut device, &licensed).await, Answer::ReturnLimitReached);
        test.clock.advance(SignedDuration::from_hours(24 * 31));
        assert_eq!(give_back(&test, &mut device, &licensed).await, Answer::Returned);
    });
}
