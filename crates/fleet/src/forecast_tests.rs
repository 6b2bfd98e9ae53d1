//! The rules of the forecast as tables, and that a later switch-off never makes anything earlier.

use proptest::prelude::*;

use super::*;
use crate::product::Kind;
use crate::record::Product;

const COLLECTED: &str = "2026-03-14T12:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn lease(minutes: u32) -> License {
    let product = Product {
        application: crate::product::Application::Windows,
        activation_id: None,
        name: None,
        description: None,
        channel: Channel::KmsClient,
        partial_key: Some("FKE01".to_owned()),
        is_addon: false,
        state: Some(State::Licensed),
        reason: None,
        remaining_min: Some(minutes),
        activation_interval_min: None,
        renewal_interval_min: None,
        kms_host: None,
        activation_type: None,
        rearms_left: None,
        is_kms_host: false,
    };
    License {
        product,
        kind: Kind::recognise("Windows(R), Enterprise edition", "", Some(19045)),
        observed_at: at(COLLECTED),
    }
}

#[test]
fn out_of_contact_begins_below_171_days() {
    let outlook = |minutes| license(&lease(minutes), &Assumptions::at(at(COLLECTED))).outlook;
    assert_eq!(outlook(LEASE_MIN), Outlook::Leased);
    assert_eq!(outlook(171 * 1440), Outlook::Leased);
    assert_eq!(outlook(171 * 1440 - 1), Outlook::OutOfContact);
    let mut slow = lease(120 * 1440);
    slow.product.renewal_interval_min = Some(60 * 1440);
    assert_eq!(license(&slow, &Assumptions::at(at(COLLECTED))).outlook, Outlook::Leased);
}

#[test]
fn a_machine_in_contact_renews_until_the_host_is_gone() {
    let with = Assumptions::at(at(COLLECTED)).until(at("2026-06-01T00:00:00Z"));
    let forecast = license(&lease(175 * 1440), &with);
    // 180 days from the switch-off, less one renewal of 7 days; less 14 days and the day itself.
    assert_eq!(forecast.earliest_end, Some(at("2026-11-21T00:00:00Z")));
    assert_eq!(forecast.latest_end, Some(at("2026-11-28T00:00:00Z")));
    assert_eq!(forecast.last_safe_day, Some("2026-11-06".parse().unwrap()));
    assert_eq!(forecast.last_renewal, Some(at("2026-03-09T12:00:00Z")));
}

#[test]
fn a_lease_that_a_machine_already_has_is_never_shortened() {
    let end = |until: &str| license(&lease(LEASE_MIN), &Assumptions::at(at(COLLECTED)).until(at(until))).earliest_end;
    assert_eq!(end("2026-03-14T11:00:00Z"), Some(at("2026-09-10T12:00:00Z")));
    assert_eq!(end("2026-03-15T12:00:00Z"), Some(at("2026-09-10T12:00:00Z")));
    assert_eq!(end("2026-03-22T12:00:00Z"), Some(at("2026-09-11T12:00:00Z")));
}

#[test]
fn a_machine_out_of_contact_ends_when_its_minutes_say_so() {
    let with = Assumptions::at(at(COLLECTED)).until(at("2026-06-01T00:00:00Z"));
    let forecast = license(&lease(30 * 1440), &with);
    assert_eq!(forecast.earliest_end, Some(at("2026-04-13T12:00:00Z")));
    assert_eq!(forecast.latest_end, forecast.earliest_end);
    assert_eq!(forecast.last_safe_day, Some("2026-03-29".parse().unwrap()));
    assert_eq!(forecast.last_day, Some("2026-04-12".parse().unwrap()));
}

#[test]
fn states_and_channels_decide_what_is_to_be_expected() {
    let check = |state, minutes, channel, outlook| {
        let mut one = lease(1000);
        one.product.state = state;
        one.product.remaining_min = minutes;
        one.product.channel = channel;
        assert_eq!(license(&one, &Assumptions::at(at(COLLECTED))).outlook, outlook, "{state:?} {minutes:?} {channel}");
    };
    let kms = Channel::KmsClient;
    check(Some(State::Licensed), Some(0), kms, Outlook::Permanent);
    check(Some(State::Licensed), None, kms, Outlook::Unclear);
    check(Some(State::Licensed), Some(LEASE_MIN + 1), kms, Outlook::Implausible);
    check(Some(State::Unlicensed), Some(0), kms, Outlook::NeverActivated);
    check(Some(State::InitialGrace), Some(100), kms, Outlook::NeverActivated);
    check(Some(State::AdditionalGrace), Some(100), kms, Outlook::Overdue);
    check(Some(State::Notification), None, kms, Outlook::Overdue);
    check(None, Some(1000), kms, Outlook::OutOfContact);
    check(None, None, kms, Outlook::Unclear);
    check(Some(State::Licensed), Some(1000), Channel::Unknown, Outlook::OutOfContact);
    check(Some(State::Licensed), Some(0), Channel::Mak, Outlook::Permanent);
    check(Some(State::Notification), None, Channel::Mak, Outlook::NotActivated);
    check(Some(State::AdditionalGrace), Some(100), Channel::Mak, Outlook::NotActivated);
    check(Some(State::Licensed), Some(1000), Channel::TimeBased, Outlook::NotPlanned);
    check(Some(State::Licensed), None, Channel::KmsHost, Outlook::Permanent);
}

#[test]
fn a_lease_that_ended_meanwhile_is_overdue_and_old_data_is_stale() {
    let later =
        Assumptions { now: at("2026-05-01T00:00:00Z"), switch_off: at("2026-03-01T00:00:00Z"), reserve_days: 14 };
    let forecast = license(&lease(30 * 1440), &later);
    assert_eq!((forecast.outlook, forecast.is_stale), (Outlook::Overdue, true));
    assert!(!license(&lease(1), &Assumptions::at(at(COLLECTED))).is_stale);
}

#[test]
fn grace_is_shown_only_where_it_is_documented() {
    let with = Assumptions::at(at(COLLECTED));
    assert_eq!(license(&lease(1440), &with).maybe_until, None);
    let office =
        License { kind: Kind::recognise("Office 16, Office16StandardVL_KMS_Client edition", "", None), ..lease(1440) };
    assert_eq!(license(&office, &with).maybe_until, Some("2026-04-13".parse().unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_later_switch_off_never_makes_an_end_earlier(
        minutes in prop_oneof![1..=LEASE_MIN, LEASE_MIN - 12_000..=LEASE_MIN],
        renewal in proptest::option::of(15..43_200_u32),
        one in prop_oneof![-400_i64..400, -2_i64..12],
        two in prop_oneof![-400_i64..400, -2_i64..12],
    ) {
        let mut license_of = lease(minutes);
        license_of.product.renewal_interval_min = renewal;
        let end = |days: i64| {
            let with = Assumptions::at(at(COLLECTED)).until(plus(at(COLLECTED), days * 1440));
            license(&license_of, &with).earliest_end
        };
        prop_assert!(end(one.min(two)) <= end(one.max(two)));
    }

    #[test]
    fn the_last_safe_day_is_before_the_end(minutes in 1..=LEASE_MIN, days in -100_i64..400, reserve_days in 0..200_u32) {
        let with = Assumptions { switch_off: plus(at(COLLECTED), days * 1440), reserve_days, now: at(COLLECTED) };
        let forecast = license(&lease(minutes), &with);
        let (safe, end) = (forecast.last_safe_day.unwrap(), day_of(forecast.earliest_end.unwrap()));
        prop_assert!(safe < end);
        prop_assert!(forecast.last_safe_day <= forecast.last_day);
    }
}
