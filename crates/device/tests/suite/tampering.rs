//! State that was edited, copied or is of another installation.

use std::fs;
use std::path::Path;

use perpetua_device::error::Failure;

use crate::site::{Machine, Site, device, device_of, key};

fn state(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("state")).unwrap()
}

#[test]
fn every_changed_byte_of_the_state_is_noticed() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    let whole = state(folder.path());
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(folder.path().join("state"), &changed).unwrap();
        let error = device.check().unwrap_err();
        assert_eq!((error.code(), error.failure()), ("state_tampered", Failure::Tampered), "byte {at}");
    }
    for length in [0, 10, whole.len() - 1] {
        fs::write(folder.path().join("state"), &whole[..length]).unwrap();
        assert_eq!(device.check().unwrap_err().code(), "state_tampered", "{length} bytes");
    }
    fs::write(folder.path().join("state"), &whole).unwrap();
    assert_eq!(device.check().unwrap().state, "fresh");
}

#[test]
fn an_altered_state_is_given_up_and_the_machine_key_stays() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    let before = device.check().unwrap().certificate.unwrap();
    fs::write(folder.path().join("state"), "perpetua-device-state 00\n{}").unwrap();
    assert_eq!(device.activate(&key(), "").unwrap_err().code(), "state_tampered");
    device.start_over().unwrap();
    device.activate(&key(), "").unwrap();
    assert_eq!(device.check().unwrap().certificate.unwrap().machine_key, before.machine_key);
}

#[test]
fn a_state_without_its_machine_key_is_worth_nothing() {
    let (site, machine) = (Site::new(1), Machine::new(1));
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    device(&site, &machine, from.path()).activate(&key(), "").unwrap();
    let other = device(&site, &Machine::new(2), to.path());
    other.activate(&key(), "").unwrap();
    fs::copy(from.path().join("state"), to.path().join("state")).unwrap();
    assert_eq!(other.check().unwrap_err().code(), "state_tampered");
}

#[test]
fn answers_of_an_installation_with_another_root_are_not_believed() {
    let (site, other, machine) = (Site::new(1), Site::new(2), Machine::new(1));
    let folder = tempfile::tempdir().unwrap();
    // The software trusts the first installation, and something else answers in its place.
    let device = device_of(&other, &machine, folder.path(), site.software());
    let error = device.activate(&key(), "").unwrap_err();
    assert_eq!((error.code(), error.failure()), ("chain_of_other_root", Failure::Document));
    assert_eq!(device.check().unwrap().state, "not_activated");
    assert_eq!(device.import(&other.chain()).unwrap_err().code(), "chain_of_other_root");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let inner = folder.path().join("of/product");
    device(&site, &machine, &inner).activate(&key(), "").unwrap();
    for (name, mode) in [("", 0o700), ("machine.key", 0o600), ("state", 0o600), ("lock", 0o600)] {
        let found = fs::metadata(inner.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{name}");
    }
}

#[test]
fn several_processes_take_turns() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    device(&site, &machine, folder.path()).activate(&key(), "").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let device = device(&site, &machine, folder.path());
                for _ in 0..5 {
                    device.refresh().unwrap();
                    assert_eq!(device.check().unwrap().state, "fresh");
                }
            });
        }
    });
}
