//! Every spelling of a date that a client was seen to send, and what is none.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Row 8 of file 90 §8, the audit query of file 60 and the rules of file 00 §9.
#[test]
fn every_spelling_of_an_instant_is_read() {
    for text in [
        "2026-11-21T05:49:41Z",
        "2026-11-21t05:49:41z",
        "2026-11-21T05:49:41",
        "2026-11-21T05:49:41.0000000",
        "2026-11-21T05:49:41.0000000Z",
        "2026-11-21 05:49:41",
        "2026-11-21 05:49:41Z",
        "2026-11-21T07:49:41+02:00",
        "2026-11-21T07:49:41+0200",
        "2026-11-21T07:49:41+02",
        // A plus that nobody encoded.
        "2026-11-21T07:49:41 02:00",
        "2026-11-21T07:49:41 +02:00",
        "2026-11-20T22:19:41-07:30",
        // .NET and PowerShell.
        "11/21/2026 05:49:41",
        // The sample of the documents.
        "11/21/2026 5:49:41 AM",
        " 11/21/2026 05:49:41 ",
        // Java prints the day of the year for the day.
        "2026-11-325T05:49:41Z",
    ] {
        assert_eq!(parse(text), Some(Moment::At(at("2026-11-21T05:49:41Z"))), "{text}");
    }
}

#[test]
fn every_spelling_of_a_day_is_read() {
    for (text, day) in [
        ("2026-11-21", date(2026, 11, 21)),
        ("2026-11-325", date(2026, 11, 21)),
        ("2026-03-65", date(2026, 3, 6)),
        ("2024-12-366", date(2024, 12, 31)),
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-02-032", date(2026, 2, 1)),
        ("11/21/2026", date(2026, 11, 21)),
        ("3/6/2026", date(2026, 3, 6)),
    ] {
        assert_eq!(parse(text), Some(Moment::Day(day)), "{text}");
    }
}

#[test]
fn noon_and_midnight_are_told_apart_on_a_clock_of_twelve_hours() {
    let check = |text: &str, instant: &str| assert_eq!(parse(text), Some(Moment::At(at(instant))), "{text}");
    check("6/1/2026 12:00:00 AM", "2026-06-01T00:00:00Z");
    check("6/1/2026 12:00:00 PM", "2026-06-01T12:00:00Z");
    check("6/1/2026 1:05:09 pm", "2026-06-01T13:05:09Z");
    assert_eq!(parse("6/1/2026 13:00:00 PM"), None);
    assert_eq!(parse("6/1/2026 0:00:00 AM"), None);
}

#[test]
fn what_is_no_date_is_not_taken_for_one() {
    for text in [
        "",
        "today",
        "2026",
        "2026-11",
        "2026-13-01",
        "2026-02-29",
        "2026-02-30T00:00:00Z",
        "2026-00-10",
        "2026-13-325",
        "2026-11-366",
        "2026-11-21T",
        "2026-11-21T25:00:00",
        "2026-11-21T05:49:41.",
        "2026-11-21T05:49:41+99:00",
        "2026-11-21T05:49:41 Europe",
        "2026-11-21-05",
        "21/11/2026",
        "11/21/26",
        "11/21/2026 05:49:41 XM",
        "1780000000",
        "２０２６-11-21",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn unset_and_never_are_no_instants() {
    for text in [UNSET, "0001-01-01T00:00:00Z", "0001-01-01", "01/01/0001 00:00:00", "0001-01-01T00:00:00+01:00"] {
        assert_eq!(parse(text), Some(Moment::Unset), "{text}");
    }
    for text in [NEVER, "9999-12-31", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999-12:00"] {
        assert_eq!(parse(text), Some(Moment::Never), "{text}");
    }
    assert_eq!(Moment::Unset.start(), None);
    assert_eq!(write_or_never(None), NEVER);
}

#[test]
fn a_day_ends_when_the_next_one_begins_and_an_instant_is_its_own_end() {
    let day = parse("2026-11-325").unwrap();
    assert_eq!((day.start(), day.end()), (Some(at("2026-11-21T00:00:00Z")), Some(at("2026-11-22T00:00:00Z"))));
    let instant = parse("2026-11-21T05:00:00Z").unwrap();
    assert_eq!(instant.end(), instant.start());
}

#[test]
fn an_instant_goes_out_in_utc_with_seven_digits_or_none() {
    assert_eq!(write(at("2026-11-21T05:49:41Z")), "2026-11-21T05:49:41Z");
    assert_eq!(write(at("2026-11-21T05:49:41.000123Z")), "2026-11-21T05:49:41.0001230Z");
}

proptest! {
    #[test]
    fn what_goes_out_is_read_as_the_same_instant(micros in -62_135_510_400_000_000_i64..=253_402_000_000_000_000) {
        let instant = Timestamp::from_microsecond(micros).unwrap();
        prop_assert_eq!(parse(&write(instant)), Some(Moment::At(instant)));
    }

    #[test]
    fn java_and_iso_mean_the_same_day(days in 0_i32..200_000) {
        let day = date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let java = format!("{:04}-{:02}-{}", day.year(), day.month(), day.day_of_year());
        prop_assert_eq!(parse(&java), Some(Moment::Day(day)), "{}", java);
        prop_assert_eq!(parse(&day.to_string()), Some(Moment::Day(day)));
    }

    #[test]
    fn no_text_panics(text in any::<String>(), like in "[0-9TZ:/.+ APMapm-]{0,40}") {
        for text in [text, like] {
            if let Some(moment) = parse(&text) {
                let _ = (moment.start(), moment.end());
            }
        }
    }
}
