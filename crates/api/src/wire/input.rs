//! Reading the body of a request (contract files 00 §9 and 90 §8 rows 1 and 2).
//!
//! `null`, the zero date of .NET and words that mean nothing are "not given"; unknown properties are passed
//! over. Every fault names the path of its field, such as `billingProfile.defaultAddress.city`.

use jiff::Timestamp;
use serde_json::Number;

use super::date::{self, Moment};
use super::fault::{Fault, Reason};
use super::json::{Json, JsonError};
use super::money;
use super::word::Words;

/// The longest body, in bytes.
pub const BODY_MAX: usize = 1024 * 1024;

/// What a fault calls the body as a whole.
const WHOLE: &str = "body";

/// The body of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Body(Json);

impl Body {
    /// Reads a body of at most `limit` bytes that must be there; [`BODY_MAX`] is the usual limit.
    ///
    /// # Errors
    ///
    /// 400/3000 when it is missing, too large, no JSON or nested too deeply.
    pub fn parse(bytes: &[u8], limit: usize) -> Result<Self, Fault> {
        let fault = |reason| Err(Fault::invalid_property(WHOLE, reason));
        if bytes.len() > limit {
            return fault(Reason::TooLarge);
        }
        if bytes.trim_ascii().is_empty() || bytes == b"\xEF\xBB\xBF" {
            return fault(Reason::Missing);
        }
        match Json::parse(bytes) {
            Ok(json) => Ok(Self(json)),
            Err(JsonError::Malformed) => fault(Reason::NotJson),
            Err(JsonError::TooDeep) => fault(Reason::TooDeep),
        }
    }

    /// The properties of a body that is an object.
    pub fn fields(&self) -> Result<Fields<'_>, Fault> {
        Fields::of(&self.0, WHOLE).map(|fields| Fields { path: String::new(), ..fields })
    }

    /// The objects of a body that is a list.
    pub fn list(&self, entries_max: usize) -> Result<Vec<Fields<'_>>, Fault> {
        let Json::List(entries) = &self.0 else { return Err(Fault::invalid_property(WHOLE, Reason::List)) };
        objects(entries, WHOLE, entries_max)
    }

    /// A body that is a bare text, such as `"education"`.
    pub fn text(&self) -> Option<&str> {
        match &self.0 {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A body that is a bare word or its position.
    pub fn enum_word<E: Copy + PartialEq>(&self, words: &Words<E>) -> Result<Option<E>, Fault> {
        word(&self.0, words, WHOLE)
    }
}

/// The properties of one object, with the place where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields<'a> {
    object: &'a Json,
    path: String,
}

impl<'a> Fields<'a> {
    fn of(object: &'a Json, path: &str) -> Result<Self, Fault> {
        match object {
            Json::Object(_) => Ok(Self { object, path: path.to_owned() }),
            _ => Err(Fault::invalid_property(path, Reason::Object)),
        }
    }

    /// The path of a property, as faults name it.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A fault at a property: 400/3000.
    pub fn fault(&self, name: &str, reason: impl Into<Reason>) -> Fault {
        Fault::invalid_property(self.path(name), reason)
    }

    /// The value, unless it is missing or `null`.
    fn value(&self, name: &str) -> Option<&'a Json> {
        self.object.get(name).filter(|value| !matches!(value, Json::Null))
    }

    /// Whether a property has a value; `null` is none.
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A text of any length, also an empty one.
    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Fault> {
        match self.value(name) {
            None => Ok(None),
            // PostgreSQL cannot store this character, and nobody types it.
            Some(Json::Text(text)) if text.contains('\0') => Err(self.fault(name, Reason::Characters)),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.fault(name, Reason::Text)),
        }
    }

    /// A text of 1 to `chars_max` characters, or nothing; empty text is nothing.
    pub fn optional_text(&self, name: &str, chars_max: usize) -> Result<Option<&'a str>, Fault> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        match text {
            Some(text) if text.chars().count() > chars_max => Err(self.fault(name, Reason::TooLong(chars_max))),
            text => Ok(text),
        }
    }

    /// A text of 1 to `chars_max` characters that must be there and hold more than blanks.
    pub fn required_text(&self, name: &str, chars_max: usize) -> Result<&'a str, Fault> {
        self.optional_text(name, chars_max)?.ok_or_else(|| self.fault(name, Reason::Missing))
    }

    /// An id that some clients send as a number and some as text, such as an MPN id.
    pub fn digits(&self, name: &str, chars_max: usize) -> Result<Option<String>, Fault> {
        match self.value(name) {
            Some(Json::Number(number)) if number.as_u64().is_some() => Ok(Some(number.to_string())),
            _ => Ok(self.optional_text(name, chars_max)?.map(str::to_owned)),
        }
    }

    /// A text, number or boolean as text, such as the value of a filter.
    pub fn scalar(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.value(name) {
            Some(Json::Number(number)) => Ok(Some(number.to_string())),
            Some(Json::Bool(value)) => Ok(Some(value.to_string())),
            _ => Ok(self.text(name)?.map(str::to_owned)),
        }
    }

    /// A whole number; `2.0` and `"2"` are ones too.
    pub fn int(&self, name: &str) -> Result<Option<i64>, Fault> {
        self.scaled(name, 0, Reason::Whole)
    }

    /// A whole number from `min` to `max`.
    pub fn int_in(&self, name: &str, min: i64, max: i64) -> Result<Option<i64>, Fault> {
        match self.int(name)? {
            Some(number) if number < min || number > max => Err(self.fault(name, Reason::Range(min, max))),
            number => Ok(number),
        }
    }

    /// A decimal number × 10^`digits`, exactly: an amount in minor units for the exponent of its currency, a
    /// unit price in 10⁻⁶ units for six. Exact up to 15 significant digits.
    pub fn decimal(&self, name: &str, digits: u32) -> Result<Option<i64>, Fault> {
        self.scaled(name, digits, Reason::Number)
    }

    fn scaled(&self, name: &str, digits: u32, reason: Reason) -> Result<Option<i64>, Fault> {
        let text = match self.value(name) {
            None => return Ok(None),
            Some(Json::Number(number)) => Number::to_string(number),
            Some(Json::Text(text)) => text.trim().to_owned(),
            Some(_) => return Err(self.fault(name, reason)),
        };
        money::scaled(&text, digits).map(Some).ok_or_else(|| self.fault(name, reason))
    }

    /// `true` or `false`.
    pub fn bool(&self, name: &str) -> Result<Option<bool>, Fault> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(self.fault(name, Reason::Boolean)),
        }
    }

    /// An instant; a day without a time is its first one in UTC, and the zero date of .NET is none.
    pub fn date(&self, name: &str) -> Result<Option<Timestamp>, Fault> {
        Ok(self.moment(name)?.and_then(Moment::start))
    }

    /// A date in any spelling; unset ones are left out.
    pub fn moment(&self, name: &str) -> Result<Option<Moment>, Fault> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::Text(text)) if text.is_empty() => Ok(None),
            Some(Json::Text(text)) => match date::parse(text) {
                Some(Moment::Unset) => Ok(None),
                Some(moment) => Ok(Some(moment)),
                None => Err(self.fault(name, Reason::Date)),
            },
            Some(_) => Err(self.fault(name, Reason::Date)),
        }
    }

    /// A word of an enumeration or its position; words without a variant and empty text are nothing.
    pub fn enum_word<E: Copy + PartialEq>(&self, name: &str, words: &Words<E>) -> Result<Option<E>, Fault> {
        self.value(name).map_or(Ok(None), |value| word(value, words, &self.path(name)))
    }

    /// An object, when it is there.
    pub fn object(&self, name: &str) -> Result<Option<Fields<'a>>, Fault> {
        self.value(name).map(|value| Self::of(value, &self.path(name))).transpose()
    }

    /// An object that must be there.
    pub fn required_object(&self, name: &str) -> Result<Fields<'a>, Fault> {
        self.object(name)?.ok_or_else(|| self.fault(name, Reason::Missing))
    }

    /// The objects of a list of at most `entries_max`, when it is there; `null` entries are passed over.
    pub fn array(&self, name: &str, entries_max: usize) -> Result<Option<Vec<Fields<'a>>>, Fault> {
        let Some(entries) = self.entries(name)? else { return Ok(None) };
        objects(entries, &self.path(name), entries_max).map(Some)
    }

    /// The texts of a list of at most `entries_max`, when it is there.
    pub fn texts(&self, name: &str, entries_max: usize, chars_max: usize) -> Result<Option<Vec<&'a str>>, Fault> {
        let Some(entries) = self.entries(name)? else { return Ok(None) };
        if entries.len() > entries_max {
            return Err(self.fault(name, Reason::TooMany(entries_max)));
        }
        let read = |(index, entry): (usize, &'a Json)| {
            let fault = |reason| Err(Fault::invalid_property(format!("{}[{index}]", self.path(name)), reason));
            match entry {
                Json::Text(text) if text.contains('\0') => fault(Reason::Characters),
                Json::Text(text) if text.chars().count() > chars_max => fault(Reason::TooLong(chars_max)),
                Json::Text(text) => Ok(text.as_str()),
                _ => fault(Reason::Text),
            }
        };
        entries.iter().enumerate().map(read).collect::<Result<_, _>>().map(Some)
    }

    fn entries(&self, name: &str) -> Result<Option<&'a [Json]>, Fault> {
        match self.value(name) {
            None => Ok(None),
            Some(Json::List(entries)) => Ok(Some(entries)),
            Some(_) => Err(self.fault(name, Reason::List)),
        }
    }

    /// The etag of `attributes`, which SDKs carry from what they read; empty is none.
    pub fn etag(&self) -> Option<&'a str> {
        match self.value("attributes")?.get("etag") {
            Some(Json::Text(etag)) if !etag.is_empty() => Some(etag),
            _ => None,
        }
    }
}

fn objects<'a>(entries: &'a [Json], path: &str, entries_max: usize) -> Result<Vec<Fields<'a>>, Fault> {
    if entries.len() > entries_max {
        return Err(Fault::invalid_property(path, Reason::TooMany(entries_max)));
    }
    let given = entries.iter().enumerate().filter(|(_, entry)| !matches!(entry, Json::Null));
    given.map(|(index, entry)| Fields::of(entry, &format!("{path}[{index}]"))).collect()
}

fn word<E: Copy + PartialEq>(value: &Json, words: &Words<E>, path: &str) -> Result<Option<E>, Fault> {
    let found = match value {
        Json::Null => Some(None),
        Json::Text(text) => words.read(text),
        Json::Number(number) => number.as_i64().and_then(|position| words.at(position)),
        _ => return Err(Fault::invalid_property(path, Reason::Text)),
    };
    found.ok_or_else(|| Fault::enum_word(path))
}

#[cfg(test)]
#[path = "input_tests.rs"]
mod tests;
