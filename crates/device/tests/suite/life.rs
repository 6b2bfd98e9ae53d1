//! Activate, refresh, return, and what is true without network.

use perpetua_device::error::Failure;
use perpetua_device::{Allowed, Error};
use perpetua_license::certificate::AfterGrace;
use perpetua_license::policy::answer::Answer;

use crate::site::{Machine, NOW, Site, device, device_of, key, key_of};

#[test]
fn a_machine_activates_refreshes_and_gives_back() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    assert_eq!(device.check().unwrap().state, "not_activated");
    assert!(matches!(device.refresh(), Err(Error::NotActivated)));
    let answered = device.activate(&key().to_lowercase(), " cell 4 ").unwrap();
    assert_eq!((answered.code.as_str(), answered.is_signed), ("activated", true));
    let report = device.check().unwrap();
    assert_eq!((report.state, report.allowed, report.at), ("fresh", Allowed::Full, Some(NOW.plus_days(30))));
    machine.set(NOW.plus_days(31));
    assert_eq!(device.check().unwrap().state, "grace");
    site.facts().now = NOW.plus_days(31);
    assert_eq!(device.refresh().unwrap().code, "refreshed");
    assert_eq!(device.check().unwrap().at, Some(NOW.plus_days(61)));
    assert_eq!(device.ask_status().unwrap().code, "active");
    assert_eq!(device.give_back().unwrap().code, "returned");
    assert_eq!(device.check().unwrap().state, "not_activated");
    let seen: Vec<String> = site.facts().seen.iter().map(|(path, _)| path.clone()).collect();
    assert_eq!(seen, ["activate", "refresh", "status", "return"]);
}

#[test]
fn without_network_the_license_holds_through_its_grace_and_then_ends_as_the_publisher_said() {
    for (after_grace, allowed) in [
        (AfterGrace::Remind, Allowed::Reminded),
        (AfterGrace::Reduce, Allowed::Reduced),
        (AfterGrace::Stop, Allowed::Stopped),
    ] {
        let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
        site.facts().after_grace = after_grace;
        let device = device(&site, &machine, folder.path());
        device.activate(&key(), "").unwrap();
        site.facts().is_reachable = false;
        machine.set(NOW.plus_days(44).plus_seconds(0));
        assert_eq!(device.check().unwrap().allowed, allowed);
        machine.set(NOW.plus_days(43));
        let error = device.refresh().unwrap_err();
        assert_eq!((error.code(), error.failure()), ("unreachable", Failure::Unreachable));
    }
}

#[test]
fn within_the_grace_an_unreachable_installation_stops_nothing() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    site.facts().is_reachable = false;
    machine.set(NOW.plus_days(43));
    assert_eq!(device.refresh().unwrap_err().failure(), Failure::Unreachable);
    let report = device.check().unwrap();
    assert_eq!((report.state, report.allowed), ("grace", Allowed::Full));
}

#[test]
fn a_request_whose_answer_was_lost_is_sent_again_as_it_is() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    site.facts().losses = 3;
    assert!(matches!(device.activate(&key(), ""), Err(Error::Unreachable(_))));
    device.activate(&key(), "").unwrap();
    let seen = site.facts().seen.clone();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|document| *document == seen[0]), "the bytes differ");
    device.activate(&key(), "").unwrap();
    assert_ne!(site.facts().seen[4], seen[0], "an answered request is not sent again");
}

#[test]
fn a_signed_refusal_to_refresh_ends_the_license_and_an_unsigned_one_does_not() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    site.facts().refusal = Some((Answer::KeyCancelled, false));
    assert_eq!(device.refresh().unwrap_err().code(), "key_cancelled");
    assert_eq!(device.check().unwrap().state, "fresh", "whoever stands in between could say that");
    site.facts().refusal = Some((Answer::KeyCancelled, true));
    let error = device.refresh().unwrap_err();
    assert_eq!((error.code(), error.failure()), ("key_cancelled", Failure::Refused));
    let report = device.check().unwrap();
    assert_eq!((report.state, report.allowed), ("revoked", Allowed::Stopped));
    assert_eq!(report.ended.as_deref(), Some("key_cancelled"));
}

#[test]
fn a_refusal_of_another_key_leaves_the_license_that_is_here() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    site.facts().refusal = Some((Answer::KeyCancelled, true));
    assert_eq!(device.activate(&key_of(2), "").unwrap_err().code(), "key_cancelled");
    assert_eq!(device.check().unwrap().state, "fresh");
    site.facts().refusal = None;
    device.refresh().unwrap();
}

#[test]
fn keys_that_are_none_are_refused_before_anything_is_sent() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    let exchanged = {
        let mut characters: Vec<char> = key().chars().collect();
        let at = characters.windows(2).position(|two| two[0] != two[1] && !two.contains(&'-')).unwrap();
        characters.swap(at, at + 1);
        characters.into_iter().collect::<String>()
    };
    for (text, code) in [
        ("", "key_malformed"),
        ("2000-0000", "key_malformed"),
        ("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "key_foreign"),
        (exchanged.as_str(), "key_mistyped"),
    ] {
        let error = device.activate(text, "").unwrap_err();
        assert_eq!((error.code(), error.failure()), (code, Failure::Refused));
    }
    assert!(site.facts().seen.is_empty());
}

#[test]
fn a_clock_that_is_set_back_is_told_and_wins_no_time() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    machine.set(NOW.plus_days(45));
    assert_eq!(device.check().unwrap().state, "expired");
    machine.set(NOW.plus_days(5));
    let report = device.check().unwrap();
    assert_eq!((report.state, report.set_back_seconds), ("expired", Some(40 * 86_400)));
    // A clock that stood in the future does no lasting harm: the next signed answer counts.
    site.facts().now = NOW.plus_days(5);
    device.refresh().unwrap();
    let report = device.check().unwrap();
    assert_eq!((report.state, report.set_back_seconds), ("fresh", None));
}

#[test]
fn another_product_and_another_version_do_not_run() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    device(&site, &machine, folder.path()).activate(&key(), "").unwrap();
    let mut software = site.software();
    software.product = "OPS000000002".into();
    let report = device_of(&site, &machine, folder.path(), software).check().unwrap();
    assert_eq!((report.state, report.allowed), ("other_product", Allowed::Stopped));
}

#[test]
fn a_machine_that_was_changed_much_is_noticed() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    machine.parts.lock().unwrap()[3].1 = "another adapter".into();
    assert!(!device.has_moved().unwrap(), "one part may change");
    for part in machine.parts.lock().unwrap().iter_mut().skip(1) {
        part.1 = format!("another {}", part.1);
    }
    assert!(device.has_moved().unwrap());
}
