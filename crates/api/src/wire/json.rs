//! JSON in which the names of properties have no case, and the last of several equal names counts.
//!
//! serde's own value keeps `password` and `Password` apart and forgets which came last; some clients send
//! both in one object (file 90 §8 row 1). Depth and number of values are limited while reading.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

/// Objects and lists inside each other.
pub const DEPTH_MAX: usize = 32;

/// A JSON value as a client wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text without the byte order mark that some clients begin it with.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object; each name stands here once, as it was first written.
    Object(Vec<(String, Json)>),
}

/// Why a text is no JSON for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonError {
    /// Not JSON at all.
    Malformed,
    /// More than [`DEPTH_MAX`] levels.
    TooDeep,
}

impl Json {
    /// Reads one value; nothing but blanks may follow it.
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let value = Seed { depth_left: DEPTH_MAX }.deserialize(&mut deserializer).map_err(|error| {
            let too_deep = error.is_data() || error.to_string().contains("recursion limit");
            if too_deep { JsonError::TooDeep } else { JsonError::Malformed }
        })?;
        deserializer.end().map_err(|_| JsonError::Malformed)?;
        Ok(value)
    }

    /// The value of a property, found without case.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
            }
            _ => None,
        }
    }
}

struct Seed {
    depth_left: usize,
}

impl Seed {
    /// The only error of data that this module raises is that of depth.
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        let depth_left = self.depth_left.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Self { depth_left })
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.strip_prefix('\u{FEFF}').unwrap_or(value).to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self.deeper()?)? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        // Positions by folded name keep many repeats from costing the square of their number.
        let mut positions: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value_seed(self.deeper()?)?;
            match positions.entry(name.to_ascii_lowercase()) {
                std::collections::hash_map::Entry::Occupied(at) => members[*at.get()].1 = value,
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(members.len());
                    members.push((name, value));
                }
            }
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(value: &str) -> Json {
        Json::Text(value.to_owned())
    }

    #[test]
    fn names_have_no_case_and_the_last_of_equal_names_counts() {
        let value = Json::parse(br#"{"password":"a","Password":"b","PASSWORD":"c","other":1}"#).unwrap();
        assert_eq!(value.get("passWord"), Some(&text("c")));
        let Json::Object(members) = value else { panic!("an object") };
        assert_eq!(members.len(), 2);
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert_eq!(Json::parse(b"\xEF\xBB\xBF\"\\uFEFFsuccess\""), Ok(text("success")));
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::parse(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(Json::parse(nested(DEPTH_MAX + 1).as_bytes()), Err(JsonError::TooDeep));
        assert_eq!(Json::parse(nested(100_000).as_bytes()), Err(JsonError::TooDeep));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for bytes in [&b""[..], b"{", b"{}x", b"nul", b"\xFF", b"{\"a\":1,}", b"'a'", b"NaN", b"1e999"] {
            assert_eq!(Json::parse(bytes), Err(JsonError::Malformed), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Json::parse(&bytes);
        }

        #[test]
        fn nothing_like_json_panics(bytes in r#"[\[\]{}",:0-9.eEaA\\u+ -]{0,60}"#) {
            let _ = Json::parse(bytes.as_bytes());
        }
    }
}
