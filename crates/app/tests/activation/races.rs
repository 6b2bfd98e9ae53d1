//! Many machines at once: exactly as many as the key allows, and none twice (I3).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use perpetua_license::exchange::request::RequestKind::{Activate, Refresh};
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::Device;

use super::cancelling::cancel;
use super::{check, used};

#[test]
fn of_five_hundred_machines_at_once_exactly_a_hundred_are_activated() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(50).await;
        let tasks: Vec<_> = (0..500)
            .map(|seed| {
                let (test, licensed) = (test.clone(), licensed.clone());
                tokio::spawn(async move {
                    let mut device = Device::new(seed);
                    device.ask(&test.app, Activate, &licensed.key).await.answer
                })
            })
            .collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        let count = |wanted: Answer| answers.iter().filter(|answer| **answer == wanted).count();
        assert_eq!((count(Answer::Activated), count(Answer::KeyExhausted)), (100, 400));
        assert_eq!(used(&test, &licensed).await, (100, 100));
        check(&test, &licensed).await;
    });
}

#[test]
fn one_machine_asking_from_many_threads_counts_once() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(50).await;
        let tasks: Vec<_> = (0..40)
            .map(|_| {
                let (test, licensed) = (test.clone(), licensed.clone());
                tokio::spawn(async move {
                    let app = &test.app;
                    let keys = app.activation.keys.get(app).await.unwrap();
                    let now = perpetua_license::moment::Moment::from_unix(app.clock.now().as_second());
                    let request = Device::new(7).request(Activate, &licensed.key, &keys.installation(), now);
                    let via = perpetua_app::activation::Via::Network;
                    let origin = perpetua_test_support::device::origin();
                    let answered = perpetua_app::activation::ask(app, &origin, via, None, request.as_bytes()).await;
                    answered.response.unwrap().as_bytes().to_vec()
                })
            })
            .collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "copies of one request get one answer");
        assert_eq!(used(&test, &licensed).await, (1, 100));
    });
}

#[test]
fn machines_that_refresh_all_the_time_do_not_put_a_cancellation_off() {
    TestApp::each(|test| async move {
        let licensed = test.licensed(10).await;
        let stop = Arc::new(AtomicBool::new(false));
        let tasks: Vec<_> = (0..6)
            .map(|seed| {
                let (test, licensed, stop) = (test.clone(), licensed.clone(), stop.clone());
                tokio::spawn(async move {
                    let mut device = Device::new(seed);
                    let mut answer = device.ask(&test.app, Activate, &licensed.key).await.answer;
                    while !stop.load(Ordering::Relaxed) && answer.is_good() {
                        answer = device.ask(&test.app, Refresh, &licensed.key).await.answer;
                    }
                    answer
                })
            })
            .collect();
        cancel(&test, &licensed, 10, Vec::new()).await.unwrap();
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            assert!(matches!(task.await.unwrap(), Answer::KeyCancelled | Answer::Refreshed | Answer::Activated));
        }
    });
}
