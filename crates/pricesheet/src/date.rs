//! Dates as price sheets write them: `M/D/YYYY h:mm:ss AM/PM`, or the day alone, in UTC.
//!
//! Sheets end a price at 11:59:59 PM of its last day. Half-open periods leave no gap of a second, so
//! such an end, and an end given as a day alone, is read as the midnight that follows.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Years up to this one are placeholders for "since ever".
const NO_START_YEAR: i16 = 1753;
/// The year that stands for "without end".
const OPEN_END_YEAR: i16 = 9999;

/// The text is no date of this form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadDate;

/// The first instant of validity; `None` for the 1753 placeholder or blank text.
pub(crate) fn parse_start(text: &str) -> Result<Option<Timestamp>, BadDate> {
    let Some((date, time)) = parse(text)? else { return Ok(None) };
    if date.year() <= NO_START_YEAR {
        return Ok(None);
    }
    instant(date.to_datetime(time.unwrap_or(Time::midnight()))).map(Some)
}

/// The first instant after validity; `None` for an end in year 9999 or blank text.
pub(crate) fn parse_end(text: &str) -> Result<Option<Timestamp>, BadDate> {
    let Some((date, time)) = parse(text)? else { return Ok(None) };
    if date.year() >= OPEN_END_YEAR {
        return Ok(None);
    }
    let last_second = Time::constant(23, 59, 59, 0);
    match time {
        Some(time) if time != last_second => instant(date.to_datetime(time)),
        _ => instant(date.tomorrow().map_err(|_| BadDate)?.to_datetime(Time::midnight())),
    }
    .map(Some)
}

/// The start as sheets write it.
pub(crate) fn format_start(start: Option<Timestamp>) -> String {
    start.map_or_else(|| "1/1/1753 12:00:00 AM".to_owned(), |start| format(start.to_zoned(TimeZone::UTC).datetime()))
}

/// The end as sheets write it: a midnight becomes the last second of the day before.
pub(crate) fn format_end(end: Option<Timestamp>) -> String {
    let Some(end) = end else { return "12/31/9999 11:59:59 PM".to_owned() };
    let end = end.to_zoned(TimeZone::UTC).datetime();
    let last = if end.time() == Time::midnight() { end.checked_sub(1.second()).unwrap_or(end) } else { end };
    format(last)
}

fn format(at: DateTime) -> String {
    let (hour, half) = match at.hour() {
        0 => (12, "AM"),
        hour @ 1..=11 => (hour, "AM"),
        12 => (12, "PM"),
        hour => (hour - 12, "PM"),
    };
    format!("{}/{}/{:04} {hour}:{:02}:{:02} {half}", at.month(), at.day(), at.year(), at.minute(), at.second())
}

fn instant(at: DateTime) -> Result<Timestamp, BadDate> {
    at.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| BadDate)
}

fn parse(text: &str) -> Result<Option<(Date, Option<Time>)>, BadDate> {
    let mut words = text.split_ascii_whitespace();
    let Some(day) = words.next() else { return Ok(None) };
    let date = parse_day(day)?;
    let Some(clock) = words.next() else { return Ok(Some((date, None))) };
    let half = words.next().ok_or(BadDate)?;
    if words.next().is_some() {
        return Err(BadDate);
    }
    Ok(Some((date, Some(parse_clock(clock, half)?))))
}

fn parse_day(text: &str) -> Result<Date, BadDate> {
    let mut parts = text.split('/');
    let month = number(parts.next(), 1..=2)?;
    let day = number(parts.next(), 1..=2)?;
    let year = number(parts.next(), 4..=4)?;
    if parts.next().is_some() {
        return Err(BadDate);
    }
    let small = |number: i16| i8::try_from(number).map_err(|_| BadDate);
    Date::new(year, small(month)?, small(day)?).map_err(|_| BadDate)
}

fn parse_clock(text: &str, half: &str) -> Result<Time, BadDate> {
    let mut parts = text.split(':');
    let hour = number(parts.next(), 1..=2)?;
    let minute = number(parts.next(), 2..=2)?;
    let second = parts.next().map_or(Ok(0), |part| number(Some(part), 2..=2))?;
    if parts.next().is_some() || !(1..=12).contains(&hour) {
        return Err(BadDate);
    }
    let hour = match half.to_ascii_uppercase().as_str() {
        "AM" => hour % 12,
        "PM" => hour % 12 + 12,
        _ => return Err(BadDate),
    };
    let small = |number: i16| i8::try_from(number).map_err(|_| BadDate);
    Time::new(small(hour)?, small(minute)?, small(second)?, 0).map_err(|_| BadDate)
}

fn number(text: Option<&str>, digits: std::ops::RangeInclusive<usize>) -> Result<i16, BadDate> {
    let text = text.ok_or(BadDate)?;
    if !digits.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadDate);
    }
    text.parse().map_err(|_| BadDate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Timestamp> {
        let instant: Result<Timestamp, _> = text.parse();
        assert!(instant.is_ok(), "{text:?}");
        instant.ok()
    }

    #[test]
    fn a_start_is_read_in_utc_and_1753_means_none() {
        let check = |text: &str, expected| assert_eq!(parse_start(text), Ok(expected), "{text:?}");
        check("3/1/2026 12:00:00 AM", at("2026-03-01T00:00:00Z"));
        check("12/31/2026 12:30:05 PM", at("2026-12-31T12:30:05Z"));
        check("3/1/2026 1:05:09 pm", at("2026-03-01T13:05:09Z"));
        check("03/01/2026", at("2026-03-01T00:00:00Z"));
        check("1/1/1753 12:00:00 AM", None);
        check("1/1/0001", None);
        check("", None);
    }

    #[test]
    fn the_last_second_of_a_day_and_a_bare_day_end_at_the_next_midnight() {
        let check = |text: &str, expected| assert_eq!(parse_end(text), Ok(expected), "{text:?}");
        check("2/28/2028 11:59:59 PM", at("2028-02-29T00:00:00Z"));
        check("12/31/2026", at("2027-01-01T00:00:00Z"));
        check("12/31/2026 12:00:00 AM", at("2026-12-31T00:00:00Z"));
        check("12/31/9999 11:59:59 PM", None);
        check("12/30/9999", None);
        check("12/31/9998", at("9999-01-01T00:00:00Z"));
        check("", None);
    }

    #[test]
    fn other_text_is_no_date() {
        for text in [
            "2026-03-01",
            "13/1/2026",
            "2/29/2026",
            "1/1/26",
            "1/1/20260",
            "1/1",
            "1/1/2026/1",
            "1/1/2026 0:00:00 AM",
            "1/1/2026 13:00:00 PM",
            "1/1/2026 1:00:00",
            "1/1/2026 1:60:00 AM",
            "1/1/2026 1:00:00 AM x",
            "1.1.2026",
            "١/1/2026",
            "+1/1/2026",
            "1/1/2026 1:00:00 XM",
        ] {
            assert_eq!(parse_start(text), Err(BadDate), "{text:?}");
            assert_eq!(parse_end(text), Err(BadDate), "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["2026-03-01T00:00:00Z", "2026-03-01T12:00:01Z", "2026-03-01T23:01:00Z", "9999-01-01T00:00:00Z"] {
            assert_eq!(parse_start(&format_start(at(text))), Ok(at(text)));
            assert_eq!(parse_end(&format_end(at(text))), Ok(at(text)));
        }
        assert_eq!(parse_start(&format_start(None)), Ok(None));
        assert_eq!(parse_end(&format_end(None)), Ok(None));
    }
}
