//! The language of a medium.

use std::fmt;

/// The tag of a medium that holds several languages.
const MULTI: &str = "multi";

/// A language tag in the form of BCP 47 (`cs`, `pt-BR`, `zh-Hant-TW`), or `multi`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaLanguage(String);

impl MediaLanguage {
    /// Reads a tag of language, script and region, in any case and also with `_`, and gives it the usual case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // The longest tag of this form has 11 characters.
        if text.len() > 11 {
            return None;
        }
        if text.eq_ignore_ascii_case(MULTI) {
            return Some(Self(MULTI.to_owned()));
        }
        let mut parts = text.split(['-', '_']).peekable();
        let language = parts.next().filter(|part| (2..=3).contains(&part.len()) && is_alphabetic(part))?;
        let mut tag = language.to_ascii_lowercase();
        if let Some(script) = parts.next_if(|part| part.len() == 4 && is_alphabetic(part)) {
            tag.push('-');
            tag.push_str(&script[..1].to_ascii_uppercase());
            tag.push_str(&script[1..].to_ascii_lowercase());
        }
        if let Some(region) = parts.next_if(|part| is_region(part)) {
            tag.push('-');
            tag.push_str(&region.to_ascii_uppercase());
        }
        parts.next().is_none().then_some(Self(tag))
    }

    /// A medium that holds several languages.
    pub fn multi() -> Self {
        Self(MULTI.to_owned())
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it holds several languages.
    pub fn is_multi(&self) -> bool {
        self.0 == MULTI
    }

    /// The language without script and region.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for MediaLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_alphabetic(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_region(part: &str) -> bool {
    (part.len() == 2 && is_alphabetic(part)) || (part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit()))
}
