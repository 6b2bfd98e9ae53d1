//! Dates as the clients write them, and as we do (contract files 00 §9 and 60).
//!
//! Read are ISO 8601 with `Z`, an offset or no zone (which means UTC), `M/D/YYYY` with twelve or twenty-four
//! hours, and Java's `2026-11-325`, whose last part is the day of the year. Written is UTC with seven digits
//! of a second where there are any.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What "never" looks like on the wire. It lies outside of the range of [`Timestamp`].
pub const NEVER: &str = "9999-12-31T00:00:00Z";

/// What an unset date of .NET looks like.
pub const UNSET: &str = "0001-01-01T00:00:00";

/// The longest text that is looked at.
const LENGTH_MAX: usize = 64;

/// A date that a client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// [`UNSET`]: as if it had not been sent.
    Unset,
    /// A day without a time.
    Day(Date),
    /// An instant.
    At(Timestamp),
    /// [`NEVER`], or any later instant.
    Never,
}

impl Moment {
    /// The first instant that is meant, the days counted in UTC; `None` for unset, the last instant for never.
    pub fn start(self) -> Option<Timestamp> {
        match self {
            Self::Unset => None,
            Self::Day(date) => Some(utc(date.to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX)),
            Self::At(at) => Some(at),
            Self::Never => Some(Timestamp::MAX),
        }
    }

    /// The end of what is meant, excluded: a day without a time counts in full (file 60).
    pub fn end(self) -> Option<Timestamp> {
        match self {
            Self::Day(date) => Some(
                date.tomorrow().ok().and_then(|next| utc(next.to_datetime(Time::midnight()))).unwrap_or(Timestamp::MAX),
            ),
            other => other.start(),
        }
    }
}

/// An instant as it goes out.
pub fn write(at: Timestamp) -> String {
    let civil = TimeZone::UTC.to_datetime(at);
    let (date, time) = (civil.date(), civil.time());
    let seconds = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    );
    match time.subsec_nanosecond() / 100 {
        0 => format!("{seconds}Z"),
        ticks => format!("{seconds}.{ticks:07}Z"),
    }
}

/// The end of something that may have none.
pub fn write_or_never(at: Option<Timestamp>) -> String {
    at.map_or_else(|| NEVER.to_owned(), write)
}

/// The date of a text; `None` when it is none.
pub fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.len() > LENGTH_MAX || !text.is_ascii() {
        return None;
    }
    if text.contains('/') { american(text) } else { iso(text) }
}

/// `YYYY-MM-DD`, or that with the day of the year, and a time after `T` or a blank.
fn iso(text: &str) -> Option<Moment> {
    let (day, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let mut parts = day.split('-');
    let (year, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.is_empty() {
        return None;
    }
    let (year, month, last) = (number(year, 4)?, number(month, 2)?, number(last, 3)?);
    let date = if last > 31 {
        // A real day never exceeds 31, so this is the day of the year; the month is checked for being one.
        Date::new(year, i8::try_from(month).ok()?, 1).ok()?;
        Date::new(year, 1, 1).ok()?.with().day_of_year(last).build().ok()?
    } else {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(last).ok()?).ok()?
    };
    match time {
        None => Some(whole_day(date)),
        Some(time) => {
            let (clock, offset_seconds) = zone(time)?;
            Some(instant(date.to_datetime(hours(clock)?), offset_seconds))
        }
    }
}

/// `M/D/YYYY`, alone or with `h:mm:ss AM` or `HH:mm:ss`.
fn american(text: &str) -> Option<Moment> {
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    let mut parts = day.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let Some(time) = time else { return Some(whole_day(date)) };
    let (clock, half) = match time.rsplit_once(' ') {
        Some((clock, half)) if half.eq_ignore_ascii_case("am") => (clock.trim_end(), Some(0)),
        Some((clock, half)) if half.eq_ignore_ascii_case("pm") => (clock.trim_end(), Some(12)),
        Some(_) => return None,
        None => (time, None),
    };
    let mut time = hours(clock)?;
    if let Some(half) = half {
        if !(1..=12).contains(&time.hour()) {
            return None;
        }
        time = time.with().hour(time.hour() % 12 + half).build().ok()?;
    }
    Some(instant(date.to_datetime(time), 0))
}

/// Splits the zone off a time: the time, and its distance from UTC in seconds.
fn zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    // A plus that nobody encoded arrives as a blank.
    let Some(at) = text.rfind(['+', '-', ' ']) else { return Some((text, 0)) };
    let digits = text[at + 1..].replace(':', "");
    if digits.len() != 4 && digits.len() != 2 {
        return None;
    }
    let hours = i64::from(number(&digits[..2], 2)?);
    let minutes = if digits.len() == 4 { i64::from(number(&digits[2..], 2)?) } else { 0 };
    if hours > 18 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3600 + minutes * 60;
    Some((text[..at].trim_end(), if text.as_bytes()[at] == b'-' { -seconds } else { seconds }))
}

/// `H:MM` or `H:MM:SS` with a fraction of up to seven digits.
fn hours(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':');
    let hour = i8::try_from(number(parts.next()?, 2)?).ok()?;
    let minute = i8::try_from(number(parts.next()?, 2)?).ok()?;
    let second = parts.next().map_or(Some(0), |second| i8::try_from(number(second, 2)?).ok())?;
    if parts.next().is_some() || fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nanoseconds: i32 = format!("{fraction:0<9}").parse().ok()?;
    Time::new(hour, minute, second, nanoseconds).ok()
}

/// A number of 1 to `digits_max` digits.
fn number(text: &str, digits_max: usize) -> Option<i16> {
    let plain = !text.is_empty() && text.len() <= digits_max && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn whole_day(date: Date) -> Moment {
    match date.year() {
        1 if date.month() == 1 && date.day() == 1 => Moment::Unset,
        9999 if date.month() == 12 && date.day() >= 30 => Moment::Never,
        _ => Moment::Day(date),
    }
}

fn instant(civil: DateTime, offset_seconds: i64) -> Moment {
    // An unset date stays one in any zone of the sender.
    if civil.year() == 1 && civil.date().day_of_year() == 1 {
        return Moment::Unset;
    }
    match utc(civil).and_then(|at| at.checked_sub(SignedDuration::from_secs(offset_seconds)).ok()) {
        Some(at) => Moment::At(at),
        None => Moment::Never,
    }
}

fn utc(civil: DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(civil).ok()
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
