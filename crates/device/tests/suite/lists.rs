//! Revocation lists: fetched, carried, never older, and heard.

use perpetua_device::carried::Imported;
use perpetua_device::{Allowed, Error};
use perpetua_license::exchange::file::write_responses;
use perpetua_license::exchange::request::RequestKind;
use perpetua_license::revocation::{Entry, Reason, Tag, sign_list};

use crate::site::{KEY_ID, Machine, NOW, Site, device, key};

#[test]
fn a_certificate_that_needs_a_list_makes_the_machine_fetch_it_and_a_revoked_key_stops() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    site.facts().list_max_days = 7;
    site.publish_list();
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    let report = device.check().unwrap();
    assert_eq!((report.state, report.at, report.list_issued_at), ("fresh", Some(NOW.plus_days(7)), Some(NOW)));
    machine.set(NOW.plus_days(8));
    assert_eq!(device.check().unwrap().state, "grace", "the list is overdue");
    site.facts().now = NOW.plus_days(8);
    site.revoke(Tag::of_key(KEY_ID), Reason::Cancelled);
    site.publish_list();
    device.refresh_list().unwrap();
    let report = device.check().unwrap();
    assert_eq!((report.state, report.allowed), ("revoked", Allowed::Stopped));
    assert_eq!(report.ended.as_deref(), Some("key_cancelled"));
}

#[test]
fn a_list_comes_by_the_short_way_and_whole_when_that_is_not_possible() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    site.publish_list();
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    let first = device.refresh_list().unwrap();
    assert_eq!(device.refresh_list().unwrap(), first, "nothing new");
    site.revoke(Tag::from_bytes([7; 8]), Reason::Leaked);
    site.publish_list();
    assert_eq!(device.refresh_list().unwrap(), first + 1);
    std::fs::remove_file(folder.path().join("revocations")).unwrap();
    site.publish_list();
    assert_eq!(device.refresh_list().unwrap(), first + 2);
    // What lies in the folder is not the list that the state knows: the delta does not fit, the whole list is fetched.
    let other = sign_list(Vec::new(), first, NOW, NOW, &site.issuer).unwrap();
    std::fs::write(folder.path().join("revocations"), other).unwrap();
    site.publish_list();
    assert_eq!(device.refresh_list().unwrap(), first + 3);
    assert_eq!(device.check().unwrap().state, "fresh");
}

#[test]
fn lists_are_carried_too_and_an_older_or_forged_one_is_refused() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    site.facts().is_reachable = false;
    let old = site.publish_list();
    site.revoke(Tag::of_key(KEY_ID), Reason::Leaked);
    let new = site.publish_list();
    assert!(matches!(device.import(&new).unwrap(), Imported::List(_)));
    assert_eq!(device.check().unwrap().state, "revoked");
    assert_eq!(device.import(&old).unwrap_err().code(), "list_went_back");
    let number = u64::from(NOW.seconds()) + 1;
    let second = sign_list(Vec::new(), number, NOW, NOW, &site.issuer).unwrap();
    assert_eq!(device.import(&second).unwrap_err().code(), "list_conflicting");
    let forged = sign_list(Vec::new(), number + 9, NOW, NOW, &Site::new(2).issuer).unwrap();
    assert!(matches!(device.import(&forged), Err(Error::List(_))));
    let mut altered = new;
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(device.import(&altered).unwrap_err().code(), "document_damaged");
    assert_eq!(device.check().unwrap().state, "revoked");
}

#[test]
fn an_answer_kept_back_does_not_undo_a_revocation() {
    let (site, machine, folder) = (Site::new(1), Machine::new(1), tempfile::tempdir().unwrap());
    let device = device(&site, &machine, folder.path());
    device.activate(&key(), "").unwrap();
    let request = device.request(RequestKind::Refresh, None).unwrap();
    let kept = write_responses(&[site.answer(&request).1]).unwrap();
    site.facts().revoked = vec![Entry { tag: Tag::of_key(KEY_ID), reason: Reason::Operator }];
    site.publish_list();
    device.refresh_list().unwrap();
    device.import(kept.as_bytes()).unwrap();
    let report = device.check().unwrap();
    assert_eq!((report.state, report.ended.as_deref()), ("revoked", Some("key_revoked")));
}
