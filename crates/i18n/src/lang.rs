//! The languages of the product and how a caller's wish becomes one of them.

use std::fmt;

/// Only this many entries of an `Accept-Language` header are looked at (I10).
const ACCEPTED_MAX: usize = 32;

/// A language in which every message exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lang {
    /// English, also the answer when nothing fits.
    #[default]
    En,
    /// Czech.
    Cs,
}

impl Lang {
    /// Every language, in the order in which a switcher offers them.
    pub const ALL: [Self; 2] = [Self::En, Self::Cs];

    /// The primary language subtag, as in the `lang` attribute of a page.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cs => "cs",
        }
    }

    /// The language's name in itself, for a switcher.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Cs => "Čeština",
        }
    }

    /// The language of a tag such as `cs`, `cs-CZ` or `en_us`; regions and scripts do not matter.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// The best language for an `Accept-Language` header: the highest weight wins, the earlier entry
    /// wins a tie, and whatever cannot be read or served is passed over. English when nothing fits.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best = (0, Self::En);
        for entry in accept_language.split(',').take(ACCEPTED_MAX) {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let lang = if tag == "*" { Some(Self::En) } else { Self::from_tag(tag) };
            let weight = parts.next().map_or(Some(1000), weight_thousandths);
            if let (Some(lang), Some(weight)) = (lang, weight)
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
        best.1
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// Reads `q=0.8` as 800; RFC 9110 allows at most three decimals and nothing above 1.
fn weight_thousandths(parameter: &str) -> Option<u32> {
    let value = parameter.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{fraction:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_with_region_or_case_names_its_language() {
        for tag in ["cs", "CS", "cs-CZ", "cs_CZ", " cs "] {
            assert_eq!(Lang::from_tag(tag), Some(Lang::Cs), "{tag:?}");
        }
        assert_eq!(Lang::from_tag("en-GB"), Some(Lang::En));
        for unknown in ["", "csb", "de", "-cs", "čs"] {
            assert_eq!(Lang::from_tag(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn the_heaviest_language_that_we_have_wins() {
        let check = |header: &str, lang| assert_eq!(Lang::negotiate(header), lang, "{header:?}");
        check("", Lang::En);
        check("cs-CZ,cs;q=0.9,en;q=0.8", Lang::Cs);
        check("de, en;q=0.5, cs;q=0.7", Lang::Cs);
        check("en;q=0.7, cs;q=0.7", Lang::En);
        check("cs;q=0, en;q=0.001", Lang::En);
        check("cs;q=0", Lang::En);
        check("sk;q=1, cs;q = 0.3", Lang::Cs);
        check("*;q=0.5, cs", Lang::Cs);
    }

    #[test]
    fn nonsense_in_the_header_is_passed_over() {
        for header in ["cs;q=2", "cs;q=1.5", "cs;q=-1", "cs;q=0.1234", "cs;level=1", "cs;q=", ";;;,,,", "\u{0}"] {
            assert_eq!(Lang::negotiate(header), Lang::En, "{header:?}");
        }
        let long = format!("{}cs", "de,".repeat(100_000));
        assert_eq!(Lang::negotiate(&long), Lang::En);
    }
}
