//! Cancelling ends activation: a revoked key activates nothing more, a lowered limit releases machines (I4, M29).

use jiff::SignedDuration;
use perpetua_app::Problem;
use perpetua_app::cancellation::{self, Cancel, RequestForm, Selection};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::id::MachineId;
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::{Device, Licensed};

use super::{activate, check, give_back, refresh, status, used};

pub async fn cancel(
    test: &TestApp,
    licensed: &Licensed,
    units: u32,
    release: Vec<MachineId>,
) -> Result<cancellation::Cancelled, Problem> {
    let lines = vec![Pick { line: 0, quantity: units }];
    let selection = Selection::Lines(lines.clone());
    let preview = cancellation::preview(&test.app, &licensed.agent, licensed.order, selection).await.unwrap();
    let form = RequestForm {
        problem_type: Some(ProblemType::Refund),
        impact: Some(Impact::Moderate),
        title: format!("Cancel Harbor Server, order {}", preview.order_number),
        customer: licensed.customer.to_string(),
        order: preview.order_number.clone(),
        reason: Some(ReasonChoice::Mistake),
        reason_text: String::new(),
        amount: Some(preview.total),
        text: String::new(),
        contact_name: "Jana Nováková".to_owned(),
        contact_email: "jana@alfa.example".to_owned(),
        contact_phone: "+420 777 123 456".to_owned(),
    };
    let request_key = test.app.entropy.bytes();
    let command = Cancel { request_key, order: licensed.order, lines, form, release };
    cancellation::cancel(&test.app, &licensed.agent, command).await
}

#[test]
fn a_cancelled_purchase_activates_nothing_and_every_machine_is_told() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(1).await;
        let (mut known, mut new) = (Device::new(1), Device::new(2));
        assert_eq!(activate(&test, &mut known, &licensed).await, Answer::Activated);
        cancel(&test, &licensed, 1, Vec::new()).await.unwrap();
        assert_eq!(activate(&test, &mut new, &licensed).await, Answer::KeyCancelled);
        assert_eq!(activate(&test, &mut known, &licensed).await, Answer::KeyCancelled);
        assert_eq!(refresh(&test, &mut known, &licensed).await, Answer::KeyCancelled);
        assert_eq!(status(&test, &mut known, &licensed).await, Answer::KeyCancelled);
        assert_eq!(give_back(&test, &mut known, &licensed).await, Answer::Returned, "giving back is always possible");
        check(&test, &licensed).await;
    });
}

#[test]
fn a_lowered_limit_releases_what_was_chosen_and_then_what_was_not_seen_for_longest() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(3).await;
        let mut devices: Vec<Device> = (1..=6).map(Device::new).collect();
        for device in &mut devices {
            assert_eq!(activate(&test, device, &licensed).await, Answer::Activated);
            test.clock.advance(SignedDuration::from_hours(1));
        }
        // The first one was seen last.
        assert_eq!(refresh(&test, &mut devices[0], &licensed).await, Answer::Refreshed);
        let chosen = MachineId::new(uuid::Uuid::from_bytes(devices[5].activation.unwrap().0));
        cancel(&test, &licensed, 1, vec![chosen]).await.unwrap();
        assert_eq!(used(&test, &licensed).await, (4, 4));
        for (index, answer) in [
            (0, Answer::Refreshed),
            (1, Answer::MachineReleased),
            (2, Answer::Refreshed),
            (4, Answer::Refreshed),
            (5, Answer::MachineReleased),
        ] {
            assert_eq!(refresh(&test, &mut devices[index], &licensed).await, answer, "machine {index}");
        }
        assert_eq!(activate(&test, &mut devices[5], &licensed).await, Answer::KeyExhausted);
        let released = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM audit_record WHERE kind = 'machine.released'";
        assert_eq!(test.number(released).await, 2);
        check(&test, &licensed).await;
    });
}

#[test]
fn a_partial_cancellation_with_room_left_releases_nobody() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(3).await;
        let mut device = Device::new(1);
        activate(&test, &mut device, &licensed).await;
        cancel(&test, &licensed, 2, Vec::new()).await.unwrap();
        assert_eq!(used(&test, &licensed).await, (1, 2));
        assert_eq!(refresh(&test, &mut device, &licensed).await, Answer::Refreshed);
    });
}
