//! From named values to records: numbers, states, channels and times are interpreted here, once for
//! every format, and each assumption becomes a doubt.

use jiff::{SignedDuration, Timestamp};

use super::bag::Bag;
use super::field::Field;
use crate::channel::Channel;
use crate::forecast::LEASE_MIN;
use crate::product::{Application, Kind};
use crate::record::{Format, Host, Product, Record, Service};
use crate::state::State;
use crate::verdict::{Doubt, Place, add_doubt};
use crate::when;

/// A clock that is ahead of ours by more than this is doubted.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(10);
/// Nothing was activated by volume before 2007; an earlier clock was never set.
const FIRST_YEAR: i16 = 2007;
/// "Not available" in unsigned numbers.
const NOT_AVAILABLE: u32 = u32::MAX;

/// One machine as named values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Values of the machine, and where it begins.
    pub bag: Bag,
    /// Values of its licenses.
    pub licenses: Vec<Bag>,
}

/// Interprets one machine.
pub fn record(file: &str, format: Format, received_at: Timestamp, mut machine: Machine) -> Record {
    let mut doubts = std::mem::take(&mut machine.bag.doubts);
    let host = host(&machine.bag);
    let service = Service {
        version: machine.bag.get(Field::ServiceVersion).map(str::to_owned),
        cmid: machine.bag.get(Field::Cmid).and_then(guid),
        kms_host: machine.bag.get(Field::KmsFixed).map(str::to_owned),
    };
    let trusted = machine.licenses.iter().find_map(|bag| bag.get(Field::TrustedTime));
    let stated = machine.bag.get(Field::CollectedAt).or(machine.bag.get(Field::TrustedTime)).or(trusted);
    let collected_at = collected_at(stated, received_at, &mut doubts);
    let build = host.os_build.or_else(|| service.version.as_deref().and_then(build_of));
    let mut products = Vec::new();
    for bag in &machine.licenses {
        for doubt in &bag.doubts {
            add_doubt(&mut doubts, *doubt);
        }
        if let Some(product) = product(bag, collected_at, &mut doubts) {
            products.push(product);
        }
    }
    products.sort();
    products.dedup();
    if host.name.is_none() && host.fqdn.is_none() && host.pseudonym.is_none() {
        add_doubt(&mut doubts, Doubt::HostUnknown);
    }
    note_ambiguity(&products, &mut doubts);
    let host = Host { os_build: build, ..host };
    let place = Place { file: file.to_owned(), line: machine.bag.line };
    Record { place, format, host, service, collected_at, received_at, products, doubts }
}

fn host(bag: &Bag) -> Host {
    let text = |field| bag.get(field).map(str::to_owned);
    let given = bag.get(Field::HostName).map(|name| name.trim_matches(['"', '\\', '.', ' ']).to_owned());
    let given = given.filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("localhost"));
    let fqdn = text(Field::Fqdn)
        .or_else(|| given.clone())
        .filter(|name| name.contains('.') && name.parse::<std::net::IpAddr>().is_err());
    let short = |name: &String| match name.parse::<std::net::IpAddr>() {
        Ok(_) => name.clone(),
        Err(_) => name.split('.').next().unwrap_or_default().to_owned(),
    };
    let name =
        given.as_ref().or(fqdn.as_ref()).map(short).or_else(|| text(Field::Fqdn)).filter(|name| !name.is_empty());
    let domain = text(Field::Domain).or_else(|| {
        let (_, domain) = fqdn.as_deref()?.split_once('.')?;
        Some(domain.to_owned())
    });
    let flag = |field| bag.get(field).and_then(boolean);
    Host {
        name,
        fqdn,
        domain,
        pseudonym: text(Field::Pseudonym),
        os_caption: text(Field::OsCaption),
        os_build: bag.get(Field::OsBuild).and_then(build_of),
        ui_language: text(Field::UiLanguage),
        site: text(Field::Site),
        is_virtual: flag(Field::Virtual),
        is_nonpersistent: flag(Field::Nonpersistent),
    }
}

fn collected_at(stated: Option<&str>, received_at: Timestamp, doubts: &mut Vec<Doubt>) -> Timestamp {
    let tolerated = received_at.checked_add(CLOCK_TOLERANCE).unwrap_or(received_at);
    // A day of slack lets a local time without zone stand for an instant that only seems to lie ahead.
    let slack = received_at.checked_add(SignedDuration::from_hours(24)).unwrap_or(received_at);
    let Some(reading) = stated.and_then(|text| when::parse(text, slack)) else {
        add_doubt(doubts, Doubt::TimeUnknown);
        return received_at;
    };
    if reading.is_ambiguous {
        add_doubt(doubts, Doubt::TimeAmbiguous);
    }
    if reading.at > tolerated {
        if !(reading.is_ambiguous && reading.at <= slack) {
            add_doubt(doubts, Doubt::ClockAhead);
        }
        return received_at;
    }
    if reading.at.to_zoned(jiff::tz::TimeZone::UTC).year() < FIRST_YEAR {
        add_doubt(doubts, Doubt::ClockNonsense);
        return received_at;
    }
    reading.at
}

/// One license; `None` where no key is installed and nothing else says that the license is in use.
fn product(bag: &Bag, collected_at: Timestamp, doubts: &mut Vec<Doubt>) -> Option<Product> {
    let text = |field| bag.get(field).map(str::to_owned);
    let (name, description) = (text(Field::Name), text(Field::Description));
    let activation_id = bag.get(Field::ActivationId).and_then(guid);
    let partial_key = partial_key(bag.get(Field::PartialKey), doubts);
    let state_text = bag.get(Field::State);
    let is_installed = partial_key.is_some() || bag.get(Field::PartialKey).is_some();
    let has_more = bag.has(Field::RemainingMinutes) || bag.has(Field::RemainingDays) || bag.has(Field::ExpiresAt);
    if !is_installed && !has_more && state_text.is_none() {
        return None;
    }
    let channel = channel(bag, doubts);
    let state = state_text.and_then(State::from_text);
    let application = application(bag, name.as_deref(), description.as_deref());
    let number = |field, doubts: &mut Vec<Doubt>| number(bag.get(field), doubts);
    let product = Product {
        application,
        activation_id,
        channel,
        partial_key,
        is_addon: bag.get(Field::Addon).and_then(boolean).unwrap_or_else(|| is_addon(name.as_deref())),
        state,
        reason: bag.get(Field::Reason).and_then(result_code),
        remaining_min: remaining(bag, collected_at, doubts),
        activation_interval_min: number(Field::ActivationInterval, doubts).filter(|minutes| *minutes > 0),
        renewal_interval_min: number(Field::RenewalInterval, doubts).filter(|minutes| *minutes > 0),
        kms_host: kms_host(bag),
        activation_type: number(Field::ActivationType, doubts).filter(|kind| *kind <= 3),
        rearms_left: number(Field::RearmsLeft, doubts),
        is_kms_host: channel == Channel::KmsHost || bag.get(Field::IsKmsHost).and_then(boolean).unwrap_or(false),
        name,
        description,
    };
    // `dlv all` lists hundreds of licenses that are not in use.
    if !is_installed && matches!(product.state, Some(State::Unlicensed)) && product.channel != Channel::Unknown {
        return None;
    }
    note_doubts(&product, doubts);
    Some(product)
}

/// Texts have no flag; the names of add-ons say what they are.
fn is_addon(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.to_lowercase().contains("add-on") || name.contains("-ESU-"))
}

fn note_doubts(product: &Product, doubts: &mut Vec<Doubt>) {
    if product.state.is_none() {
        add_doubt(doubts, Doubt::StateUnknown);
    }
    if product.channel == Channel::Unknown {
        add_doubt(doubts, Doubt::ChannelUnknown);
    }
    let text = product.name.as_deref().or(product.description.as_deref()).unwrap_or_default();
    if product.application == Application::Unknown && !Kind::recognise(text, "", None).is_known() {
        add_doubt(doubts, Doubt::ProductUnknown);
    }
    if product.channel == Channel::KmsClient && product.remaining_min.is_some_and(|minutes| minutes > LEASE_MIN) {
        add_doubt(doubts, Doubt::RemainingImplausible);
    }
}

fn application(bag: &Bag, name: Option<&str>, description: Option<&str>) -> Application {
    match bag.get(Field::ApplicationId).and_then(guid).map(|id| Application::from_id(&id)) {
        Some(known) if known != Application::Unknown => known,
        _ => Application::from_texts(name.unwrap_or_default(), description.unwrap_or_default()),
    }
}

fn channel(bag: &Bag, doubts: &mut Vec<Doubt>) -> Channel {
    let of = |field, read: fn(&str) -> Channel| bag.get(field).map_or(Channel::Unknown, read);
    let by_key = match of(Field::Channel, Channel::from_key_channel) {
        Channel::Unknown => of(Field::Channel, Channel::from_description),
        known => known,
    };
    let by_description = of(Field::Description, Channel::from_description);
    let by_name = of(Field::Name, Channel::from_name);
    // Office calls its multiple activation keys retail in both places.
    let same = |one, other| one == other || (one == Channel::Retail && other == Channel::Mak);
    let stated = [by_key, by_description, by_name];
    let mut known = stated.into_iter().filter(|channel| *channel != Channel::Unknown);
    let Some(first) = known.next() else { return Channel::Unknown };
    let first = if first == Channel::Retail && by_description == Channel::Mak { Channel::Mak } else { first };
    if known.any(|other| !same(first, other) && !same(other, first)) {
        add_doubt(doubts, Doubt::ChannelDisagrees);
    }
    first
}

fn partial_key(text: Option<&str>, doubts: &mut Vec<Doubt>) -> Option<String> {
    let text = text?;
    // A masked full key ends with what is wanted.
    let last = text.rsplit('-').next().unwrap_or(text).trim().to_uppercase();
    let fits = last.len() == 5 && last.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !fits {
        add_doubt(doubts, Doubt::PartialKeyOdd);
    }
    fits.then_some(last)
}

fn kms_host(bag: &Bag) -> Option<String> {
    let host = bag.get(Field::KmsHost).or(bag.get(Field::KmsFixed))?;
    let lower = host.to_lowercase();
    if lower.contains("not available") || lower.contains(char::is_whitespace) {
        return None;
    }
    let port = bag.get(Field::KmsPort).filter(|port| *port != "0" && !host.contains(':'));
    Some(port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Minutes remaining, from minutes, else days, else the date of the end.
fn remaining(bag: &Bag, collected_at: Timestamp, doubts: &mut Vec<Doubt>) -> Option<u32> {
    if let Some(text) = bag.get(Field::RemainingMinutes) {
        if let Some((minutes, days)) = minutes_and_days(text) {
            if (minutes / 1440).abs_diff(days) > 1 {
                add_doubt(doubts, Doubt::DaysDisagree);
            }
            return Some(minutes);
        }
        return number(Some(text), doubts);
    }
    if let Some(text) = bag.get(Field::RemainingDays) {
        let days = number(Some(text), doubts)?;
        add_doubt(doubts, Doubt::DaysOnly);
        // Some tools round up, so the last day is not counted; nothing left stays nothing.
        return Some(if days == 0 { 0 } else { (days - 1).max(1).saturating_mul(1440) });
    }
    let latest = collected_at.checked_add(SignedDuration::from_hours(24 * 400)).unwrap_or(collected_at);
    let end = when::parse(bag.get(Field::ExpiresAt)?, latest)?;
    if end.is_ambiguous {
        add_doubt(doubts, Doubt::TimeAmbiguous);
    }
    u32::try_from(end.at.duration_since(collected_at).as_mins().max(1)).ok()
}

/// `201310 minute(s) (140 day(s))` and `152 days  (219877 minute(s) before expiring)` in any language:
/// the larger number counts minutes.
pub fn minutes_and_days(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split(|character: char| !character.is_ascii_digit()).filter(|run| !run.is_empty());
    let (first, second) = (numbers.next()?.parse::<u32>().ok()?, numbers.next()?.parse::<u32>().ok()?);
    (numbers.next().is_none() && text.contains('(')).then(|| (first.max(second), first.min(second)))
}

/// A whole number, grouped or followed by a unit. Negative and "not available" numbers are none.
fn number(text: Option<&str>, doubts: &mut Vec<Doubt>) -> Option<u32> {
    let text = text?.trim();
    let start: String = text
        .chars()
        .take_while(|character| {
            character.is_ascii_digit() || matches!(character, '\u{a0}' | '\u{202f}' | '-' | '.' | ',')
        })
        .filter(|character| !matches!(character, '\u{a0}' | '\u{202f}'))
        .collect();
    let whole = start.strip_suffix(".0").unwrap_or(&start);
    match whole.parse::<u32>() {
        Ok(NOT_AVAILABLE) => None,
        Ok(number) => Some(number),
        Err(_) => {
            add_doubt(doubts, Doubt::NumberUnreadable);
            None
        }
    }
}

/// `3221549076`, `-1073418220` or `0xC004F014 (…)`.
pub fn result_code(text: &str) -> Option<u32> {
    let text = text.trim();
    if let Some(at) = text.find("0x").or_else(|| text.find("0X")) {
        return text.get(at + 2..at + 10).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    }
    let number: i64 = text.parse().ok()?;
    u32::try_from(number).ok().or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned))
}

/// A GUID in lower case, with or without braces around it.
pub fn guid(text: &str) -> Option<String> {
    let bare = text.trim().trim_matches(['{', '}']);
    let has_shape = bare.len() == 36
        && bare.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    has_shape.then(|| bare.to_ascii_lowercase())
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "ano" | "ja" => Some(true),
        "false" | "0" | "no" | "ne" | "nein" => Some(false),
        _ => None,
    }
}

/// The build in `19045`, `10.0.19045` or `10.0.19041.4170`.
fn build_of(text: &str) -> Option<u32> {
    let mut parts = text.trim().split('.');
    let first = parts.next()?;
    let build = if text.contains('.') { parts.nth(1)? } else { first };
    build.parse().ok().filter(|build| (6000..100_000).contains(build))
}

/// More than one license could be that of the operating system, and the states do not decide.
fn note_ambiguity(products: &[Product], doubts: &mut Vec<Doubt>) {
    let of_system = || {
        products
            .iter()
            .filter(|product| product.application == Application::Windows && !product.is_addon && !product.is_kms_host)
    };
    if of_system().count() < 2 {
        return;
    }
    let licensed = of_system().filter(|product| product.state == Some(State::Licensed)).count();
    let not_dead = of_system().filter(|product| product.state != Some(State::Unlicensed)).count();
    if licensed != 1 && (licensed > 1 || not_dead != 1) {
        add_doubt(doubts, Doubt::ProductAmbiguous);
    }
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
