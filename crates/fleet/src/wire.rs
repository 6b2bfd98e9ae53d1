//! How times and days are written in JSON: RFC 3339 and ISO 8601 text.

/// An instant.
pub mod instant {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// Writes RFC 3339 in UTC.
    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    /// Reads RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// An instant that may be missing.
pub mod instant_option {
    use jiff::Timestamp;
    use serde::Serializer;

    /// Writes RFC 3339 in UTC, or null.
    #[expect(clippy::ref_option, reason = "serde hands over references")]
    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.collect_str(at),
            None => serializer.serialize_none(),
        }
    }
}

/// A civil day that may be missing.
pub mod day_option {
    use jiff::civil::Date;
    use serde::Serializer;

    /// Writes `2026-03-14`, or null.
    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(day),
            None => serializer.serialize_none(),
        }
    }
}
