//! Typed codes and long codes, as docs/license-format.md describes them.

use perpetua_device::codes::{CodeKind, group_states};
use perpetua_license::exchange::long_code;
use perpetua_license::exchange::request::RequestKind;
use perpetua_license::exchange::symbols::GroupState;
use perpetua_license::exchange::typed::{TypedRequest, TypedSecret, answer};
use perpetua_license::key::parse;

use crate::site::{Machine, NOW, PRODUCT, Site, device, device_of, key};

/// The code that the publisher's installation gives for a request.
fn code(request: &str, days: u16) -> String {
    let request = TypedRequest::from_digits(request).unwrap();
    let secret = TypedSecret::from_bytes([30; 32]);
    answer(&request, &parse(&key()).unwrap(), PRODUCT, &secret, NOW, days).unwrap()
}

#[test]
fn a_typed_code_runs_the_software_for_its_days() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    site.facts().is_reachable = false;
    let device = device(&site, &machine, folder.path());
    let request = device.typed_request(&key()).unwrap();
    assert_eq!(device.typed_request(&key()).unwrap(), request, "asking twice does not spoil the first");
    assert_eq!(device.check().unwrap().state, "not_activated");
    let code = code(&request, 30);
    device.accept_code(&code.replace('-', " ")).unwrap();
    let report = device.check().unwrap();
    assert_eq!(report.state, "typed");
    machine.set(report.at.unwrap());
    assert_eq!(device.check().unwrap().state, "expired");
    machine.set(NOW);
    assert_eq!(device.check().unwrap().state, "expired", "a clock set back wins nothing");
    site.facts().is_reachable = true;
    device.activate(&key(), "").unwrap();
    assert_eq!(device.check().unwrap().state, "fresh");
}

#[test]
fn wrong_codes_are_told_apart() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    let request = device.typed_request(&key()).unwrap();
    let right = code(&request, 30);
    let mistyped = {
        let digit = if right.starts_with('1') { "2" } else { "1" };
        format!("{digit}{}", &right[1..])
    };
    let other = {
        let folder = tempfile::tempdir().unwrap();
        code(&crate::site::device(&site, &Machine::new(2), folder.path()).typed_request(&key()).unwrap(), 30)
    };
    for (text, expected) in [
        (mistyped.as_str(), "code_mistyped"),
        (&right[..40], "code_mistyped"),
        (other.as_str(), "code_other_request"),
        ("471042-974652-075294-170344-236675-127684-426846-656322", "code_foreign"),
    ] {
        assert_eq!(device.accept_code(text).unwrap_err().code(), expected, "{text}");
    }
    machine.set(NOW.plus_days(40));
    assert_eq!(device.accept_code(&right).unwrap_err().code(), "code_expired");
    let mut software = site.software();
    software.typed_secret = None;
    let without = device_of(&site, &machine, folder.path(), software);
    assert_eq!(without.typed_request(&key()).unwrap_err().code(), "typed_code_not_allowed");
    assert_eq!(without.accept_code(&right).unwrap_err().code(), "typed_code_not_allowed");
}

#[test]
fn groups_are_checked_while_they_are_typed() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let right = code(&device(&site, &machine, folder.path()).typed_request(&key()).unwrap(), 30);
    let (kind, states) = group_states(&right[..16]).unwrap();
    assert_eq!(kind, CodeKind::Typed);
    assert_eq!(states, [GroupState::Good, GroupState::Good, GroupState::Incomplete]);
    assert!(group_states("12?").is_err());
}

#[test]
fn a_long_code_is_a_whole_certificate_for_the_request_that_waits() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.import(&site.chain()).unwrap();
    let first = device.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
    device.request(RequestKind::Activate, Some((&key(), ""))).unwrap();
    let response = site.answer(&first).1;
    let verified = response.verify(&site.trust(), first.request()).unwrap();
    let code = long_code::encode(verified.certificate.as_ref().unwrap());
    let mistyped = code.replacen(&code[..1], if code.starts_with('0') { "1" } else { "0" }, 1);
    assert_eq!(device.accept_code(&mistyped).unwrap_err().code(), "code_mistyped");
    device.accept_code(&code.to_lowercase()).unwrap();
    assert_eq!(device.check().unwrap().state, "fresh");
    assert_eq!(device.accept_code(&code).unwrap_err().code(), "code_other_request");
}
