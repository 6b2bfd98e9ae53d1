//! Words for the codes of the fleet crate, in the language of the report.

use perpetua_fleet::product::Kind;
use perpetua_i18n::{Args, Lang, text, text_with};

/// Names of editions, which are the same in every language.
const EDITIONS: &[(&str, &str)] = &[
    ("enterprise", "Enterprise"),
    ("enterpriseltsc", "Enterprise LTSC"),
    ("iotenterprise", "IoT Enterprise"),
    ("pro", "Pro"),
    ("proworkstation", "Pro for Workstations"),
    ("education", "Education"),
    ("standard", "Standard"),
    ("datacenter", "Datacenter"),
    ("datacenterazure", "Datacenter: Azure Edition"),
    ("essentials", "Essentials"),
    ("proplus", "Professional Plus"),
    ("projectpro", "Professional"),
    ("projectstandard", "Standard"),
    ("visiopro", "Professional"),
    ("visiostandard", "Standard"),
    ("business", "Business"),
    ("ultimate", "Ultimate"),
    ("home", "Home"),
];

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
    let mut name = coded(lang, "family", kind.family.as_text());
    if let Some(version) = kind.version {
        name.push(' ');
        name += &generation(version);
    }
    if let Some(edition) = &kind.edition {
        let known = EDITIONS.iter().find(|(word, _)| word == edition).map(|(_, name)| (*name).to_owned());
        let is_n =
            || EDITIONS.iter().find(|(word, _)| format!("{word}n") == *edition).map(|(_, name)| format!("{name} N"));
        name.push(' ');
        name += &known.or_else(is_n).unwrap_or_else(|| edition.clone());
    }
    name
}

/// A generation as people write it.
fn generation(version: u16) -> String {
    match version {
        6 => "Vista".to_owned(),
        81 => "8.1".to_owned(),
        20_082 | 20_122 => format!("{} R2", version / 10),
        version => version.to_string(),
    }
}
