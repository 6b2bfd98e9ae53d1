//! Single values as tools write them.

use super::*;

#[test]
fn minutes_and_days_are_found_in_any_language_and_order() {
    assert_eq!(minutes_and_days("201310 minute(s) (140 day(s))"), Some((201_310, 140)));
    assert_eq!(minutes_and_days("152 days  (219877 minute(s) before expiring)"), Some((219_877, 152)));
    assert_eq!(minutes_and_days("98765 Minute(n) (69 Tag(e))"), Some((98_765, 69)));
    assert_eq!(minutes_and_days("10080 minutes"), None);
    assert_eq!(minutes_and_days("99999999999 x (1)"), None);
}

#[test]
fn result_codes_are_read_in_all_three_notations() {
    for text in ["0xC004F014", "3221549076", "-1073418220", "0xC004F014 (grace time expired)."] {
        assert_eq!(result_code(text), Some(0xC004_F014), "{text}");
    }
    assert_eq!(result_code("99999999999"), None);
    assert_eq!(result_code("0xZZ"), None);
}

#[test]
fn numbers_that_are_none_are_doubted_and_not_available_is_not() {
    let check = |text: &str, expected, is_doubted: bool| {
        let mut doubts = Vec::new();
        assert_eq!((number(Some(text), &mut doubts), !doubts.is_empty()), (expected, is_doubted), "{text}");
    };
    check("120 minutes", Some(120), false);
    check("10\u{a0}080", Some(10_080), false);
    check("180.0", Some(180), false);
    check("4294967295", None, false);
    check("-5", None, true);
    check("many", None, true);
    check("99999999999", None, true);
}

#[test]
fn days_lose_one_because_some_tools_round_up() {
    let days = |text: &str| {
        let mut bag = Bag::at(1);
        bag.put(Field::RemainingDays, text, 100);
        let mut doubts = Vec::new();
        (remaining(&bag, Timestamp::UNIX_EPOCH, &mut doubts), doubts)
    };
    assert_eq!(days("140"), (Some(139 * 1440), vec![Doubt::DaysOnly]));
    assert_eq!(days("0").0, Some(0));
    assert_eq!(days("1").0, Some(1440));
}

#[test]
fn a_clock_ahead_or_never_set_gives_way_to_the_time_of_receipt() {
    let received: Timestamp = "2026-03-14T10:00:00Z".parse().unwrap();
    let check = |text: Option<&str>, expected: &str, doubt: Option<Doubt>| {
        let mut doubts = Vec::new();
        assert_eq!(collected_at(text, received, &mut doubts), expected.parse().unwrap(), "{text:?}");
        assert_eq!(doubts, doubt.into_iter().collect::<Vec<_>>(), "{text:?}");
    };
    check(Some("2026-03-14T09:00:00Z"), "2026-03-14T09:00:00Z", None);
    check(Some("2026-03-14T10:09:00Z"), "2026-03-14T10:09:00Z", None);
    check(Some("2026-03-14T10:11:00Z"), "2026-03-14T10:00:00Z", Some(Doubt::ClockAhead));
    check(Some("1980-01-01T00:00:00Z"), "2026-03-14T10:00:00Z", Some(Doubt::ClockNonsense));
    check(None, "2026-03-14T10:00:00Z", Some(Doubt::TimeUnknown));
    check(Some("later"), "2026-03-14T10:00:00Z", Some(Doubt::TimeUnknown));
}

#[test]
fn the_build_is_found_in_versions_of_every_length() {
    assert_eq!(build_of("19045"), Some(19045));
    assert_eq!(build_of("10.0.19045"), Some(19045));
    assert_eq!(build_of("10.0.19041.4170"), Some(19041));
    assert_eq!(build_of("10.0"), None);
    assert_eq!(build_of("x"), None);
}
