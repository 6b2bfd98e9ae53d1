//! One machine out of the reports about it.

use jiff::{SignedDuration, Timestamp};

use super::{License, Machine, PLACES_MAX, TOGETHER};
use crate::channel::Channel;
use crate::product::{Application, Kind};
use crate::record::{Host, Product, Record, Service};
use crate::state::State;
use crate::verdict::{Doubt, add_doubt};

/// Ends that differ by more than this contradict each other.
const ENDS_APART: SignedDuration = SignedDuration::from_hours(24);

/// Joins the reports of one machine.
pub fn machine(id: String, mut records: Vec<Record>, mut doubts: Vec<Doubt>) -> Machine {
    records.sort_by(|one, other| other.collected_at.cmp(&one.collected_at).then_with(|| one.cmp(other)));
    let mut host = Host::default();
    let mut service = Service::default();
    for record in &records {
        fill_host(&mut host, &record.host);
        fill_service(&mut service, &record.service);
    }
    let mut licenses = Vec::new();
    for application in Application::ALL {
        licenses.extend(of_application(*application, &records, &host, &mut doubts));
    }
    licenses.sort();
    let newest = records.first().map_or(Timestamp::MIN, |record| record.collected_at);
    if licenses.is_empty() {
        for doubt in records.iter().flat_map(|record| &record.doubts) {
            add_doubt(&mut doubts, *doubt);
        }
    }
    let places = records.iter().take(PLACES_MAX).map(|record| record.place.clone()).collect();
    Machine { id, host, service, licenses, observed_at: newest, reports: records.len(), places, doubts }
}

/// Licenses of one application: what the newest reports that know it say, completed by older ones.
fn of_application(application: Application, records: &[Record], host: &Host, doubts: &mut Vec<Doubt>) -> Vec<License> {
    let knows = |record: &&Record| record.products.iter().any(|product| product.application == application);
    let Some(newest) = records.iter().find(knows).map(|record| record.collected_at) else { return Vec::new() };
    let since = newest.checked_sub(TOGETHER).unwrap_or(newest);
    let mut licenses: Vec<License> = Vec::new();
    for record in records.iter().filter(knows) {
        let is_current = record.collected_at >= since;
        if is_current {
            for doubt in &record.doubts {
                add_doubt(doubts, *doubt);
            }
        }
        let mut products: Vec<&Product> =
            record.products.iter().filter(|product| product.application == application).collect();
        products.sort_by_key(|product| (product.partial_key.is_none(), *product));
        for product in products {
            let license = license(product, record, host);
            match licenses.iter_mut().find(|known| is_same(known, &license)) {
                Some(known) => combine(known, &license, is_current, doubts),
                None if is_current => licenses.push(license),
                None => {}
            }
        }
    }
    licenses
}

fn license(product: &Product, record: &Record, host: &Host) -> License {
    let name = product.name.as_deref().or(product.description.as_deref()).unwrap_or_default();
    let build = record.host.os_build.or(host.os_build);
    let kind = Kind::recognise(name, host.os_caption.as_deref().unwrap_or_default(), build);
    License { product: product.clone(), kind, observed_at: record.collected_at }
}

/// Whether two reports mean the same license; what one of them leaves open decides nothing.
fn is_same(one: &License, other: &License) -> bool {
    fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
        one.is_none() || other.is_none() || one == other
    }
    let channels = [one.product.channel, other.product.channel];
    one.kind.family == other.kind.family
        && agree(one.kind.edition.as_ref(), other.kind.edition.as_ref())
        && one.product.is_addon == other.product.is_addon
        && agree(one.product.partial_key.as_ref(), other.product.partial_key.as_ref())
        && (channels[0] == channels[1] || channels.contains(&Channel::Unknown))
}

/// Completes `known` by what `other` says; of contradictions within one time the more cautious wins.
fn combine(known: &mut License, other: &License, is_current: bool, doubts: &mut Vec<Doubt>) {
    let lease = |license: &License| license.product.remaining_min.filter(|minutes| *minutes > 0);
    if is_current {
        let (one, two) = (known.product.state, other.product.state);
        if let (Some(one), Some(two)) = (one, two)
            && one != two
        {
            add_doubt(doubts, Doubt::ReportsDisagree);
            known.product.state = Some(more_urgent(one, two));
        }
        match (end(known), end(other)) {
            (Some(one), Some(two)) => {
                if one.duration_since(two).abs() > ENDS_APART {
                    add_doubt(doubts, Doubt::ReportsDisagree);
                }
                if two < one {
                    known.product.remaining_min = other.product.remaining_min;
                    known.observed_at = other.observed_at;
                }
            }
            (None, Some(_)) => {
                // "Nothing ends" against "it ends": the end is the cautious reading.
                if known.product.remaining_min == Some(0) && known.product.channel == Channel::KmsClient {
                    add_doubt(doubts, Doubt::ReportsDisagree);
                }
                known.product.remaining_min = other.product.remaining_min;
                known.observed_at = other.observed_at;
            }
            _ => {}
        }
    } else if known.product.remaining_min.is_none()
        && known.product.channel == Channel::KmsClient
        && lease(other).is_some()
    {
        known.product.remaining_min = other.product.remaining_min;
        known.observed_at = other.observed_at;
    }
    fill_product(&mut known.product, &other.product);
    if known.kind.edition.is_none() {
        known.kind.edition = other.kind.edition.clone();
    }
    known.kind.version = known.kind.version.or(other.kind.version);
}

fn end(license: &License) -> Option<Timestamp> {
    let minutes = license.product.remaining_min.filter(|minutes| *minutes > 0)?;
    license.observed_at.checked_add(SignedDuration::from_mins(i64::from(minutes))).ok()
}

/// The state that leaves less.
fn more_urgent(one: State, other: State) -> State {
    let rank = |state: State| match state {
        State::Notification => 0,
        State::Unlicensed => 1,
        State::NonGenuineGrace => 2,
        State::AdditionalGrace => 3,
        State::ExtendedGrace => 4,
        State::InitialGrace => 5,
        State::Licensed => 6,
    };
    if rank(other) < rank(one) { other } else { one }
}

fn take<T: Clone>(known: &mut Option<T>, other: Option<&T>) {
    if known.is_none() {
        *known = other.cloned();
    }
}

fn fill_product(known: &mut Product, other: &Product) {
    take(&mut known.activation_id, other.activation_id.as_ref());
    take(&mut known.name, other.name.as_ref());
    take(&mut known.description, other.description.as_ref());
    take(&mut known.partial_key, other.partial_key.as_ref());
    take(&mut known.state, other.state.as_ref());
    take(&mut known.reason, other.reason.as_ref());
    take(&mut known.activation_interval_min, other.activation_interval_min.as_ref());
    take(&mut known.renewal_interval_min, other.renewal_interval_min.as_ref());
    take(&mut known.kms_host, other.kms_host.as_ref());
    take(&mut known.activation_type, other.activation_type.as_ref());
    take(&mut known.rearms_left, other.rearms_left.as_ref());
    if known.channel == Channel::Unknown {
        known.channel = other.channel;
    }
    known.is_kms_host |= other.is_kms_host;
}

fn fill_host(known: &mut Host, other: &Host) {
    take(&mut known.name, other.name.as_ref());
    take(&mut known.fqdn, other.fqdn.as_ref());
    take(&mut known.domain, other.domain.as_ref());
    take(&mut known.pseudonym, other.pseudonym.as_ref());
    take(&mut known.os_caption, other.os_caption.as_ref());
    take(&mut known.os_build, other.os_build.as_ref());
    take(&mut known.ui_language, other.ui_language.as_ref());
    take(&mut known.site, other.site.as_ref());
    take(&mut known.is_virtual, other.is_virtual.as_ref());
    take(&mut known.is_nonpersistent, other.is_nonpersistent.as_ref());
}

fn fill_service(known: &mut Service, other: &Service) {
    take(&mut known.version, other.version.as_ref());
    take(&mut known.cmid, other.cmid.as_ref());
    take(&mut known.kms_host, other.kms_host.as_ref());
}
