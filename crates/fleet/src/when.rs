//! Times as inventories write them: RFC 3339, CIM, PowerShell's JSON, and what a region prints.
//!
//! A regional date without a zone is ambiguous. All its readings are tried and the earliest one that
//! makes sense is taken, because an earlier time of collection means an earlier end of the lease.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A time and whether it had to be interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The instant; local times count as UTC.
    pub at: Timestamp,
    /// Whether zone or order of day and month were assumed.
    pub is_ambiguous: bool,
}

/// Reads any of the known forms. `latest` rules out readings of a regional date that lie after it.
pub fn parse(text: &str, latest: Timestamp) -> Option<Reading> {
    let text = text.trim();
    exact(text)
        .map(|at| Reading { at, is_ambiguous: false })
        .or_else(|| regional(text, latest).map(|at| Reading { at, is_ambiguous: true }))
}

/// Forms that say everything: RFC 3339, `/Date(…)/`, CIM's `20260314094107.000000-000`.
fn exact(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // A zone may follow the milliseconds; they are UTC all the same.
        let digits = inner.get(1..).and_then(|rest| rest.find(['+', '-'])).map_or(inner, |at| &inner[..=at]);
        return Timestamp::from_millisecond(digits.parse().ok()?).ok();
    }
    cim(text)
}

fn cim(text: &str) -> Option<Timestamp> {
    if text.len() != 25 || !text.is_ascii() || text.as_bytes()[14] != b'.' {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().ok();
    let small = |from: usize, to: usize| number(from, to).and_then(|value| i8::try_from(value).ok());
    let date = Date::new(number(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?;
    let time = Time::new(small(8, 10)?, small(10, 12)?, small(12, 14)?, 0).ok()?;
    let minutes: i64 = text[22..].parse().ok()?;
    let minutes = if &text[21..22] == "-" { -minutes } else { minutes };
    let local = utc(DateTime::from_parts(date, time))?;
    local.checked_sub(SignedDuration::from_mins(minutes)).ok()
}

/// The earliest plausible reading of a date as a region prints it, with or without a time of day.
fn regional(text: &str, latest: Timestamp) -> Option<Timestamp> {
    let is_afternoon = text.to_lowercase().contains("pm");
    let mut numbers = [0_i32; 6];
    let mut count = 0;
    for run in text.split(|character: char| !character.is_ascii_digit()).filter(|run| !run.is_empty()) {
        *numbers.get_mut(count)? = run.parse().ok()?;
        count += 1;
    }
    if count < 3 {
        return None;
    }
    let [first, second, third, ..] = numbers;
    let candidates: &[[i32; 3]] =
        if first > 31 { &[[first, second, third]] } else { &[[third, first, second], [third, second, first]] };
    let mut hour = if count > 3 { numbers[3] } else { 0 };
    if is_afternoon && hour < 12 {
        hour += 12;
    }
    let time =
        Time::new(i8::try_from(hour).ok()?, i8::try_from(numbers[4]).ok()?, i8::try_from(numbers[5]).ok()?, 0).ok()?;
    candidates
        .iter()
        .filter_map(|[year, month, day]| {
            let year = if *year < 100 { year + 2000 } else { *year };
            let date =
                Date::new(i16::try_from(year).ok()?, i8::try_from(*month).ok()?, i8::try_from(*day).ok()?).ok()?;
            utc(DateTime::from_parts(date, time))
        })
        .filter(|at| *at <= latest)
        .min()
}

fn utc(local: DateTime) -> Option<Timestamp> {
    local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn every_known_form_is_read() {
        let latest = at("2026-12-01T00:00:00Z");
        let check = |text: &str, expected: Option<(&str, bool)>| {
            let read = parse(text, latest).map(|reading| (reading.at, reading.is_ambiguous));
            assert_eq!(read, expected.map(|(time, is_ambiguous)| (at(time), is_ambiguous)), "{text:?}");
        };
        check("2026-03-14T09:41:07Z", Some(("2026-03-14T09:41:07Z", false)));
        check("2026-03-14T10:41:07+01:00", Some(("2026-03-14T09:41:07Z", false)));
        check("/Date(1773481267000)/", Some(("2026-03-14T09:41:07Z", false)));
        check("/Date(1773481267000+0100)/", Some(("2026-03-14T09:41:07Z", false)));
        check("20260314094107.000000-000", Some(("2026-03-14T09:41:07Z", false)));
        check("20260314104107.000000+060", Some(("2026-03-14T09:41:07Z", false)));
        check("3/14/2026 9:41:07 AM", Some(("2026-03-14T09:41:07Z", true)));
        check("14.3.2026 21:41:07", Some(("2026-03-14T21:41:07Z", true)));
        check("14. 3. 2026 9:41:07", Some(("2026-03-14T09:41:07Z", true)));
        check("3/14/2026 9:41:07 PM", Some(("2026-03-14T21:41:07Z", true)));
        check("2026-03-14 09:41", Some(("2026-03-14T09:41:00Z", true)));
        check("99/99/2026", None);
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn the_earliest_reading_of_an_ambiguous_date_counts() {
        let read = |text, latest| parse(text, at(latest)).map(|reading| reading.at);
        assert_eq!(read("04/03/2026", "2026-12-01T00:00:00Z"), Some(at("2026-03-04T00:00:00Z")));
        assert_eq!(read("10/04/2026", "2026-05-01T00:00:00Z"), Some(at("2026-04-10T00:00:00Z")));
    }
}
