//! Moments as people and programs read them, in UTC.

use perpetua_license::moment::{DAY_SECONDS, Moment};

/// As in RFC 3339: `2026-11-22T19:40:00Z`.
pub fn rfc3339(moment: Moment) -> String {
    let ((year, month, day), (hour, minute, second)) = (date(moment), time(moment));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Day and minute: `2026-11-22 19:40 UTC`, which reads the same in every language.
pub fn for_people(moment: Moment) -> String {
    let ((year, month, day), (hour, minute, _)) = (date(moment), time(moment));
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
}

fn time(moment: Moment) -> (u32, u32, u32) {
    let second = moment.seconds() % DAY_SECONDS;
    (second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of the Gregorian calendar, counted in years that begin in March, so that the leap day is last.
fn date(moment: Moment) -> (u32, u32, u32) {
    let days = moment.seconds() / DAY_SECONDS + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u32::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_the_calendar_says() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_376_400, "2026-11-22T19:40:00Z"),
            (1_798_761_599, "2026-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (u32::MAX, "2106-02-07T06:28:15Z"),
        ] {
            assert_eq!(rfc3339(Moment::from_seconds(seconds)), text);
        }
        assert_eq!(for_people(Moment::from_seconds(1_795_376_400)), "2026-11-22 19:40 UTC");
    }
}
