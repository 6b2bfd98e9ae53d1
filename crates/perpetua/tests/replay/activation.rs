//! Machines that activate at two processes on one PostgreSQL are never more than the key allows, and not fewer (I3).

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

use perpetua_app::clock::{Clock as _, SystemClock};
use perpetua_license::chain::Trust;
use perpetua_license::exchange::request::RequestKind;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;
use perpetua_test_support::device::Device;
use perpetua_test_support::{Engine, TestApp};

use crate::process::{Process, believed, post};

/// Machines that ask.
const MACHINES: u64 = 500;
/// Machines that the key allows.
const LIMIT: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn of_five_hundred_machines_that_ask_two_processes_exactly_a_hundred_are_activated() {
    let Some(test) = TestApp::start(Engine::Postgres).await else { return };
    for clock in [&test.clock, &test.real_clock] {
        clock.set(SystemClock.now());
    }
    let licensed = test.licensed(50).await;
    let keys = test.app.activation.keys.get(&test.app).await.unwrap();
    let now = Moment::from_unix(SystemClock.now().as_second());
    let folder = tempfile::tempdir().unwrap();
    let database = test.postgres_url().unwrap();
    let processes = [Process::start(database, folder.path()), Process::start(database, folder.path())];
    let chain = processes[1].get("/activation/v1/chain");
    let trust = Trust::in_root(keys.root()).follow_file(&chain).unwrap();
    let together = Arc::new(Barrier::new(usize::try_from(MACHINES).unwrap()));
    let asking: Vec<_> = (0..MACHINES)
        .map(|seed| {
            let device = Device::new(seed);
            let request = device.request(RequestKind::Activate, &licensed.key, &keys.installation(), now);
            let address = processes[usize::from(seed.is_multiple_of(2))].address.clone();
            let together = together.clone();
            std::thread::spawn(move || {
                together.wait();
                let answer = post(&address, "/activation/v1/activate", request.as_bytes()).unwrap();
                (device, request, answer)
            })
        })
        .collect();
    let answered =
        tokio::task::block_in_place(|| asking.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>());
    let (mut certified, mut refused) = (BTreeSet::new(), 0);
    for (mut device, request, (status, body)) in answered {
        let answer = believed(&mut device, &trust, &request, &body);
        match (status, answer) {
            (200, Answer::Activated) => assert!(certified.insert(device.activation.unwrap().0), "one activation twice"),
            (409, Answer::KeyExhausted) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((certified.len(), refused), (LIMIT, 400));
    let machines = "SELECT CAST(COUNT(*) AS BIGINT) AS number FROM machine WHERE state = 'active'";
    let used = "SELECT activation_used AS number FROM product_key";
    assert_eq!((test.number(machines).await, test.number(used).await), (100, 100));
}
