//! Reading the query of a request (contract file 00 §1 and §6).
//!
//! Names have no case, values are decoded once, a plus is a blank, and raw blanks, slashes and braces are
//! taken as they come: .NET encodes nothing. Unknown names are passed over.

use percent_encoding::percent_decode_str;

use super::date::{self, Moment};
use super::fault::{Fault, Reason};
use super::word::{Words, same};

/// Pairs after these are not looked at.
const PAIRS_MAX: usize = 64;

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seek {
    /// The first page, also when nothing is said.
    #[default]
    First,
    /// The page after the token.
    Next,
    /// The page before the token.
    Previous,
}

/// The query of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what follows the question mark.
    pub fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).take(PAIRS_MAX).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self(pairs.collect())
    }

    /// The last value of a name, as it was sent; empty when the name has none.
    fn value(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().rev().find(|(own, _)| own.eq_ignore_ascii_case(name));
        pair.map(|(_, value)| value.as_str())
    }

    /// The value of a name; empty is none.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Fault> {
        match self.value(name) {
            Some(text) if text.contains('\0') => Err(Fault::invalid_property(name, Reason::Characters)),
            text => Ok(text.filter(|text| !text.is_empty())),
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Result<Option<i64>, Fault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| Fault::invalid_property(name, Reason::Whole))
    }

    /// `true` or `false` in any case.
    pub fn bool(&self, name: &str) -> Result<Option<bool>, Fault> {
        match self.text(name)?.map(str::trim) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(Fault::invalid_property(name, Reason::Boolean)),
        }
    }

    /// A word of an enumeration or its position.
    pub fn enum_word<E: Copy + PartialEq>(&self, name: &str, words: &Words<E>) -> Result<Option<E>, Fault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let text = text.trim();
        let found = text.parse().map_or_else(|_| words.read(text), |position| words.at(position));
        found.ok_or_else(|| Fault::enum_word(name))
    }

    /// A date in any spelling; unset ones are none.
    pub fn date(&self, name: &str) -> Result<Option<Moment>, Fault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match date::parse(text) {
            Some(Moment::Unset) => Ok(None),
            Some(moment) => Ok(Some(moment)),
            None => Err(Fault::invalid_property(name, Reason::Date)),
        }
    }

    /// The size of a page: the default when missing, 0 or negative ("all" of the SDKs), never above `max`.
    pub fn size(&self, default: u32, max: u32) -> Result<u32, Fault> {
        Ok(self.count("size")?.filter(|size| *size > 0).unwrap_or(default).min(max))
    }

    /// The number of entries to pass over; missing or negative is 0.
    pub fn offset(&self) -> Result<u32, Fault> {
        Ok(self.count("offset")?.unwrap_or(0))
    }

    /// A whole number of any length, cut to the range of the result.
    fn count(&self, name: &str) -> Result<Option<u32>, Fault> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let text = text.trim();
        let digits = text.trim_start_matches(['-', '+']);
        let plain = !digits.is_empty() && text.len() - digits.len() <= 1;
        if !plain || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::invalid_property(name, Reason::Whole));
        }
        Ok(Some(if text.starts_with('-') { 0 } else { digits.parse().unwrap_or(u32::MAX) }))
    }

    /// The page asked for by `seekOperation`; `Last` and `PageIndex` are not served.
    pub fn seek(&self) -> Result<Seek, Fault> {
        match self.text("seekOperation")?.map(str::trim) {
            None => Ok(Seek::First),
            Some(word) if same(word, "First") => Ok(Seek::First),
            Some(word) if same(word, "Next") => Ok(Seek::Next),
            Some(word) if same(word, "Previous") => Ok(Seek::Previous),
            Some(_) => Err(Fault::invalid_property("seekOperation", Reason::Word)),
        }
    }

    /// The continuation token: of the header, or of the query parameter by which Java sends it.
    pub fn continuation<'a>(&'a self, header: Option<&'a str>) -> Option<&'a str> {
        header.or_else(|| self.value("MS-ContinuationToken")).map(str::trim).filter(|token| !token.is_empty())
    }
}

fn decoded(text: &str) -> String {
    let blanks = text.replace('+', " ");
    percent_decode_str(&blanks).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
