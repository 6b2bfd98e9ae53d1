//! Words for the codes of the fleet crate, in the language of the report.

use perpetua_fleet::product::Kind;
use perpetua_i18n::{Args, Lang, text, text_with};

/// The word for a code of a family of codes, such as `doubt` and `host_unknown`.
pub fn coded(lang: Lang, family: &str, code: &str) -> String {
    text(lang, &format!("fleet-{family}-{}", code.replace('_', "-"))).into_owned()
}

/// A message with a count.
pub fn counted(lang: Lang, id: &str, count: usize) -> String {
    text_with(lang, id, &Args::new().num("count", i64::try_from(count).unwrap_or(i64::MAX)))
}

/// A product as people name it: `Windows Server 2022 Standard`.
pub fn product(lang: Lang, kind: &Kind) -> String {
    coded(lang, "family", kind.family.as_text()) + &kind.rest_of_name()
}
