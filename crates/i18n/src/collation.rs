//! Order of names per language, and the folded words by which search finds them.
//!
//! Sort keys are stored and indexed, so both databases sort alike; their first byte tells which
//! algorithm made them. Search compares folded tokens by prefix.

use std::sync::LazyLock;

use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_locale::locale;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Lang;

/// First byte of every sort key. It rises with any change of the collation data or options (a new
/// major or minor version of the collator too); rows with another byte are then written anew.
pub const SORT_KEY_VERSION: u8 = 1;

/// Characters of a name that decide its place; the rest would only swell the index.
const SORTED_CHARS: usize = 200;

/// Characters of one token that are kept.
pub const TOKEN_CHARS_MAX: usize = 32;

/// Different tokens of one text that are kept.
pub const TOKENS_MAX: usize = 24;

static EN: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(locale!("en").into()));
static CS: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| collator(locale!("cs").into()));

/// Bytes that sort as people of this language sort the names: `ch` after `h` and `č` after `c` in
/// Czech, numbers by value, case and accents only between otherwise equal names. Names that agree
/// in their first 200 characters have equal keys.
pub fn sort_key(lang: Lang, name: &str) -> Vec<u8> {
    let collator = match lang {
        Lang::En => &EN,
        Lang::Cs => &CS,
    };
    let end = name.char_indices().nth(SORTED_CHARS).map_or(name.len(), |(index, _)| index);
    let mut key = vec![SORT_KEY_VERSION];
    let Ok(()) = collator.write_sort_key_to(&name[..end], &mut key);
    key
}

/// Lower-case text without diacritics or compatibility forms, the same in every language: `Žluťoučký`
/// becomes `zlutoucky`, `Łódź` `lodz`, `Straße` `strasse`. Folding twice changes nothing more.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let base = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    // Lower-casing can yield marks and compatibility forms again.
    for c in base.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other => folded.push(other),
        }
    }
    folded
}

/// The different folded words of a text in their order, split at everything that is neither letter
/// nor digit: at most [`TOKENS_MAX`] words, each cut to [`TOKEN_CHARS_MAX`] characters.
pub fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut tokens: Vec<String> = Vec::new();
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let token: String = word.chars().take(TOKEN_CHARS_MAX).collect();
        if !tokens.contains(&token) {
            tokens.push(token);
        }
        if tokens.len() == TOKENS_MAX {
            break;
        }
    }
    tokens
}

fn collator(mut preferences: CollatorPreferences) -> CollatorBorrowed<'static> {
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    let mut options = CollatorOptions::default();
    options.strength = Some(Strength::Tertiary);
    Collator::try_new(preferences, options).expect("the collation data of both languages is compiled in")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_ascending(lang: Lang, names: &[&str]) {
        for pair in names.windows(2) {
            assert!(sort_key(lang, pair[0]) < sort_key(lang, pair[1]), "{lang}: {pair:?}");
        }
    }

    #[test]
    fn czech_sorts_ch_after_h_and_hooked_letters_after_plain_ones() {
        let names = ["Cibule", "cz", "Čáp", "Dům", "hrad", "Hýř", "Chalupa", "chléb", "Ivan", "rys", "řeka"];
        assert_ascending(Lang::Cs, &names);
        assert_ascending(Lang::Cs, &["sůl", "šach", "Zuzana", "žába"]);
        assert_ascending(Lang::Cs, &["a", "á", "ab"]);
    }

    #[test]
    fn english_sorts_accents_and_case_only_between_equal_letters() {
        assert_ascending(Lang::En, &["Čáp", "Chalupa", "cz", "hrad", "resume", "Resume", "résumé", "resumes"]);
    }

    #[test]
    fn numbers_in_names_sort_by_value() {
        for lang in Lang::ALL {
            assert_ascending(lang, &["Server 8", "Server 8.1", "Server 10", "Server 2019", "Server 2022"]);
        }
    }

    #[test]
    fn a_sort_key_tells_its_version_and_stays_small() {
        let long = sort_key(Lang::Cs, &"Žluťoučký kůň ".repeat(10_000));
        assert_eq!(long[0], SORT_KEY_VERSION);
        assert!(long.len() < 2_000, "{}", long.len());
        assert_eq!(sort_key(Lang::En, ""), sort_key(Lang::Cs, ""));
    }

    #[test]
    fn folding_removes_case_and_diacritics() {
        let check = |text: &str, folded: &str| assert_eq!(fold(text), folded);
        check("Příliš ŽLUŤOUČKÝ kůň", "prilis zlutoucky kun");
        check("ÚPĚL ďábelské ÓDY", "upel dabelske ody");
        check("Łódź Øre Straße Æon", "lodz ore strasse aeon");
        check("İstanbul ﬁn ΟΔΟΣ", "istanbul fin οδοσ");
        check("", "");
    }

    #[test]
    fn folding_any_character_twice_changes_nothing_more() {
        for c in '\0'..=char::MAX {
            let once = fold(c.encode_utf8(&mut [0; 4]));
            assert_eq!(fold(&once), once, "{c:?} U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn tokens_are_the_different_words_without_punctuation() {
        let check = |text: &str, words: &[&str]| assert_eq!(tokens(text), words);
        check("Kovář & syn, s.r.o.", &["kovar", "syn", "s", "r", "o"]);
        check("petr@acme.example ACME", &["petr", "acme", "example"]);
        check(" -- ", &[]);
        assert_eq!(tokens(&"á".repeat(1_000)), ["a".repeat(TOKEN_CHARS_MAX)]);
    }

    proptest! {
        #[test]
        fn tokens_stay_within_their_limits(text in ".{0,400}") {
            let tokens = tokens(&text);
            prop_assert!(tokens.len() <= TOKENS_MAX);
            for token in tokens {
                prop_assert!((1..=TOKEN_CHARS_MAX).contains(&token.chars().count()));
                prop_assert!(token.chars().all(char::is_alphanumeric));
            }
        }
    }
}
