//! A day in the life: buy, activate ten machines (seven over the network, one by file, two through a proxy), cancel,
//! and see every one of them stop by its freshness rule, or earlier when it hears of the revocation.

use std::sync::mpsc::channel;
use std::time::Duration;

use perpetua_device::carried::Imported;
use perpetua_device::license::exchange::request::{RequestKind, SignedRequest};
use perpetua_device::{Allowed, Device};

use crate::common::Demo;
use crate::machine::{Wall, machine};
use crate::seller::Seller;

/// How often a new list is looked for; nodes look every ten seconds whether one is due.
const LOOKS: u32 = 300;

fn code_of(imported: Imported) -> String {
    match imported {
        Imported::Answer(answered) => answered.code,
        other => panic!("{other:?}"),
    }
}

/// How every machine stands.
fn states(machines: &[Device]) -> Vec<(&'static str, Allowed)> {
    machines.iter().map(|machine| machine.check().unwrap()).map(|report| (report.state, report.allowed)).collect()
}

/// Carries the request of the eighth machine by file, and those of the last two through a proxy.
fn activate_the_closed(seller: &Seller, machines: &[Device], proxy: &Device, key: &str) {
    let request = |number: usize| -> SignedRequest {
        machines[number].request(RequestKind::Activate, Some((key, &format!("closed {number}")))).unwrap()
    };
    let file = Device::request_file(&[request(7)]).unwrap();
    let carried = seller.exchange(file.as_bytes());
    assert_eq!(code_of(machines[7].import(&carried).unwrap()), "activated");
    let files = [8, 9].map(|number| Device::request_file(&[request(number)]).unwrap());
    let passed = proxy.pass_on(&files).unwrap();
    for (number, file) in [8, 9].into_iter().zip(passed) {
        let response = file.response.unwrap();
        assert_eq!(code_of(machines[number].import(response.as_bytes()).unwrap()), "activated");
    }
}

/// Fetches lists until one is newer than `known`.
fn next_list(machine: &Device, known: u64) -> u64 {
    let (_open, never) = channel::<()>();
    for _ in 0..LOOKS {
        let number = machine.refresh_list().unwrap();
        if number > known {
            return number;
        }
        let _ = never.recv_timeout(Duration::from_millis(100));
    }
    panic!("no list after number {known}");
}

#[test]
fn ten_machines_of_a_cancelled_purchase_all_stop() {
    let folder = tempfile::tempdir().unwrap();
    let seller = Seller::of(Demo::start(&folder.path().join("demo")));
    let purchase = seller.buy(10);
    let software = seller.software(&purchase.product);
    let wall = Wall::at(seller.now());
    let machines: Vec<Device> = (0..10).map(|number| machine(&software, &wall, folder.path(), number)).collect();
    let stranger = machine(&software, &wall, folder.path(), 99);
    let pass = |period: &str| wall.set(seller.advance(period));

    for (number, machine) in machines[..7].iter().enumerate() {
        assert_eq!(machine.activate(&purchase.key, &format!("hall {number}")).unwrap().code, "activated");
    }
    activate_the_closed(&seller, &machines, &stranger, &purchase.key);
    assert_eq!(machines[0].activate(&purchase.key, "hall 0").unwrap().code, "activated_again");
    assert_eq!(stranger.activate(&purchase.key, "").unwrap_err().code(), "key_exhausted");
    assert_eq!(states(&machines), [("fresh", Allowed::Full); 10]);
    let list = machines[0].refresh_list().unwrap();

    pass("P10D");
    seller.cancel(&purchase);
    assert_eq!(stranger.activate(&purchase.key, "").unwrap_err().code(), "key_cancelled");
    assert_eq!(states(&machines), [("fresh", Allowed::Full); 10], "nobody heard of it yet");

    // Who hears of it stops at once: by the list, by its own question, by a list or an answer that is carried in.
    let revoked = ("revoked", Allowed::Stopped);
    next_list(&machines[0], list);
    assert_eq!(states(&machines[..1]), [revoked]);
    assert_eq!(machines[1].refresh().unwrap_err().code(), "key_cancelled");
    let (_, carried) = stranger.chain_and_list().unwrap();
    machines[7].import(&carried).unwrap();
    let request = machines[8].request(RequestKind::Refresh, None).unwrap();
    let passed = stranger.pass_on(&[Device::request_file(&[request]).unwrap()]).unwrap();
    let refusal = machines[8].import(passed[0].response.as_ref().unwrap().as_bytes()).unwrap_err();
    assert_eq!(refusal.code(), "key_cancelled");
    assert_eq!([1, 7, 8].map(|number| states(&machines)[number]), [revoked; 3]);

    // Who hears nothing goes on through its grace, and no longer.
    pass("P21D");
    let silent = || [2, 3, 4, 5, 6, 9].map(|number| states(&machines)[number]);
    assert_eq!(silent(), [("grace", Allowed::Full); 6]);
    pass("P14D");
    assert_eq!(silent(), [("expired", Allowed::Reduced); 6]);
    assert!(states(&machines).iter().all(|(_, allowed)| *allowed != Allowed::Full));
    for machine in &machines[2..7] {
        assert_eq!(machine.refresh().unwrap_err().code(), "key_cancelled");
        assert_eq!(machine.check().unwrap().allowed, Allowed::Stopped);
    }
    seller.demo.stop();
}
