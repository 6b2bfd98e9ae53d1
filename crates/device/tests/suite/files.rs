//! Requests that are carried out, answers that are carried in, and a proxy for a closed site.

use perpetua_device::Device;
use perpetua_device::carried::Imported;
use perpetua_device::error::Failure;
use perpetua_license::exchange::file::{response_qr, write_responses};
use perpetua_license::exchange::request::{RequestKind, SignedRequest};

use crate::site::{Machine, NOW, Site, device, device_of, key};

fn answered(imported: Imported) -> String {
    match imported {
        Imported::Answer(answered) => answered.code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_machine_without_network_activates_by_file_with_the_chain_beside_it() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    site.facts().is_reachable = false;
    let device = device(&site, &machine, folder.path());
    let request = device.request(RequestKind::Activate, Some((&key(), "press 2"))).unwrap();
    let file = write_responses(&[site.answer(&request).1]).unwrap();
    let error = device.import(file.as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.failure()), ("signer_unknown", Failure::Document), "the chain is missing");
    assert_eq!(device.import(&site.chain()).unwrap(), Imported::Chain);
    assert_eq!(device.import(&site.chain()).unwrap(), Imported::Chain, "once more does no harm");
    assert_eq!(answered(device.import(file.as_bytes()).unwrap()), "activated");
    assert_eq!(device.check().unwrap().state, "fresh");
    assert_eq!(device.import(file.as_bytes()).unwrap_err().code(), "other_request", "an answer is good once");
}

#[test]
fn a_chain_that_is_built_in_needs_no_file_and_a_qr_code_is_as_good() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    site.facts().is_reachable = false;
    let mut software = site.software();
    software.chain = Some(site.chain());
    let device = device_of(&site, &machine, folder.path(), software);
    let request = device.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
    let qr = response_qr(&site.answer(&request).1);
    assert_eq!(answered(device.import(format!("\n {} ", qr.to_lowercase()).as_bytes()).unwrap()), "activated");
    for kind in [RequestKind::Refresh, RequestKind::Return] {
        let request = device.request(kind, None).unwrap();
        let file = write_responses(&[site.answer(&request).1]).unwrap();
        device.import(file.as_bytes()).unwrap();
    }
    assert_eq!(device.check().unwrap().state, "not_activated");
}

#[test]
fn an_answer_that_was_carried_for_long_does_not_replace_a_newer_one() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    let request = device.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
    let old = write_responses(&[site.answer(&request).1]).unwrap();
    site.facts().now = NOW.plus_days(3);
    machine.set(NOW.plus_days(3));
    device.activate(&key(), "").unwrap();
    device.import(old.as_bytes()).unwrap();
    assert_eq!(device.check().unwrap().certificate.unwrap().issued_at, NOW.plus_days(3));
}

#[test]
fn damaged_and_foreign_files_are_told_apart_and_change_nothing() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.import(&site.chain()).unwrap();
    let request = device.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
    let file = write_responses(&[site.answer(&request).1]).unwrap();
    let other = {
        let folder = tempfile::tempdir().unwrap();
        let other = crate::site::device(&site, &Machine::new(2), folder.path());
        let request = other.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
        write_responses(&[site.answer(&request).1]).unwrap()
    };
    let altered = file.replacen("UFJT", "UFJU", 1);
    let of_request = Device::request_file(&[request]).unwrap();
    for (bytes, code) in [
        (&file.as_bytes()[..file.len() / 2], "document_truncated"),
        (&file.as_bytes()[..20], "document_of_other_kind"),
        (b"", "document_of_other_kind"),
        (b"%PDF-1.7", "document_of_other_kind"),
        (b"\xff\xfe\x00", "document_of_other_kind"),
        (b"PKF\x01\x01", "document_truncated"),
        (b"PRL\x01", "document_truncated"),
        (b"PS1:7", "document_damaged"),
        (altered.as_bytes(), "document_of_other_kind"),
        (of_request.as_bytes(), "document_is_request"),
        (other.as_bytes(), "other_request"),
    ] {
        let error = device.import(bytes).unwrap_err();
        assert_eq!((error.code(), error.failure()), (code, Failure::Document), "{}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(device.check().unwrap().state, "not_activated");
    assert_eq!(answered(device.import(file.as_bytes()).unwrap()), "activated");
}

#[test]
fn every_altered_byte_of_an_answer_is_refused() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.import(&site.chain()).unwrap();
    let request = device.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
    let file = write_responses(&[site.answer(&request).1]).unwrap();
    for at in (0..file.len()).step_by(3) {
        let mut changed = file.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        device.import(&changed).unwrap_err();
    }
    device.import(file.as_bytes()).unwrap();
}

#[test]
fn a_proxy_sorts_the_answers_back_to_the_files_they_belong_to() {
    let site = Site::new(1);
    let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
    let devices: Vec<Device> = folders
        .iter()
        .zip(1..)
        .map(|(folder, seed)| {
            device_of(&site, &Machine::new(seed), folder.path(), {
                let mut software = site.software();
                software.chain = Some(site.chain());
                software
            })
        })
        .collect();
    let request = |device: &Device, name: &str| device.request(RequestKind::Activate, Some((&key(), name))).unwrap();
    let requests: Vec<SignedRequest> =
        devices.iter().zip(["a", "b", "c"]).map(|(device, name)| request(device, name)).collect();
    let files = [Device::request_file(&requests[..2]).unwrap(), Device::request_file(&requests[2..]).unwrap()];
    let passed = devices[3].pass_on(&files).unwrap();
    let names = |at: usize| passed[at].requests.iter().map(|one| one.machine_name.as_str()).collect::<Vec<_>>();
    assert_eq!((names(0), names(1)), (vec!["a", "b"], vec!["c"]));
    assert!(passed.iter().flat_map(|file| &file.requests).all(|one| one.answered.as_ref().unwrap().is_good));
    for (device, file) in devices.iter().zip([0, 0, 1]) {
        device.import(passed[file].response.as_ref().unwrap().as_bytes()).unwrap();
        assert_eq!(device.check().unwrap().state, "fresh");
    }
    assert_eq!(site.facts().seen.len(), 1, "one exchange for all files");
    assert_eq!(devices[3].check().unwrap().state, "not_activated", "the proxy itself took nothing");
    assert_eq!(devices[3].pass_on(&["no file".to_owned()]).unwrap_err().code(), "document_of_other_kind");
}
