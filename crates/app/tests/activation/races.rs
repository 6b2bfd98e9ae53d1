//! Many machines at once: exactly as many as the key allows, and none twice (I3).

use perpetua_license::exchange::request::RequestKind::Activate;
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::TestApp;
use perpetua_test_support::device::Device;

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
