//! Countries as people call them.

use crate::{Lang, collation, exists, text};

/// The name of a country by its ISO 3166-1 code; the code itself where no country has it.
pub fn country(lang: Lang, code: &str) -> String {
    let id = format!("country-{code}");
    if exists(lang, &id) { text(lang, &id).into_owned() } else { code.to_owned() }
}

/// Code and name of these countries, in the order of names that readers of the language expect.
pub fn countries<'a>(lang: Lang, codes: impl IntoIterator<Item = &'a str>) -> Vec<(&'a str, String)> {
    let mut named: Vec<(&str, String)> = codes.into_iter().map(|code| (code, country(lang, code))).collect();
    named.sort_by_cached_key(|(_, name)| collation::sort_key(lang, name));
    named
}

#[cfg(test)]
mod tests {
    use perpetua_domain::country::Country;

    use super::*;

    #[test]
    fn every_country_has_a_name_in_both_languages() {
        for lang in Lang::ALL {
            for place in Country::all() {
                let name = country(lang, place.code());
                assert!(name.chars().count() > 3 || name == "Čad", "{lang:?} {}: {name}", place.code());
            }
        }
        assert_eq!((country(Lang::En, "CZ"), country(Lang::Cs, "CZ")), ("Czechia".into(), "Česko".into()));
        assert_eq!(country(Lang::En, "ZZ"), "ZZ");
    }

    #[test]
    fn countries_are_sorted_as_their_readers_expect() {
        let names =
            |lang| countries(lang, ["US", "CZ", "SK", "CH"]).into_iter().map(|(code, _)| code).collect::<Vec<_>>();
        assert_eq!(names(Lang::En), ["CZ", "SK", "CH", "US"]);
        assert_eq!(names(Lang::Cs), ["CZ", "SK", "US", "CH"]);
    }
}
