//! Our own product keys in texts that people write: found by their secret check, and masked (I7).
//!
//! By the public check alone, one in a thousand plain sentences of 32 letters would be a key.

use std::ops::Range;

use perpetua_license::key::{CheckSecrets, parse};

/// Letters and digits of a key.
const KEY_CHARS: usize = 32;

/// What stands where a key stood.
const MASK: &str = "••••";

/// Whether one of our product keys stands in the text: such a text is never stored.
pub fn contains_key(text: &str, secrets: &CheckSecrets) -> bool {
    next_key(text, secrets).is_some()
}

/// The text with every one of our product keys replaced by four dots.
pub fn mask(text: &str, secrets: &CheckSecrets) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = next_key(rest, secrets) {
        masked.push_str(&rest[..found.start]);
        masked.push_str(MASK);
        rest = &rest[found.end..];
    }
    masked.push_str(rest);
    masked
}

/// Where the first key stands. A key may be cut into words and wrapped in signs.
fn next_key(text: &str, secrets: &CheckSecrets) -> Option<Range<usize>> {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let start_of = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let words: Vec<&str> = text.split_whitespace().collect();
    (0..words.len()).find_map(|first| {
        let mut joined = String::new();
        for word in &words[first..] {
            let bare = word.trim_matches(|c: char| !is_letter(c));
            joined.push_str(bare);
            let letters = joined.chars().filter(|c| is_letter(*c)).count();
            if letters < KEY_CHARS {
                continue;
            }
            let is_key = letters == KEY_CHARS && parse(&joined).is_ok_and(|typed| typed.verify(secrets).is_ok());
            let begin = start_of(words[first].trim_start_matches(|c: char| !is_letter(c)));
            return is_key.then(|| begin..start_of(bare) + bare.len());
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use perpetua_license::key::{FormatVersion, ProductKey};

    use super::*;

    const SECRET: &[u8] = b"secret of the test";

    fn secrets() -> CheckSecrets {
        CheckSecrets::new().with(FormatVersion::V1, SECRET)
    }

    #[test]
    fn every_key_is_masked_and_the_words_around_it_stay() {
        let key = |byte| ProductKey::mint([byte; 16], FormatVersion::V1, SECRET).expose_grouped().to_string();
        let text = format!("The key ({}) fails,\nalso {}!", key(7), key(8).replace('-', " "));
        assert_eq!(mask(&text, &secrets()), "The key (••••) fails,\nalso ••••!");
        assert_eq!(mask("Nothing here. ", &secrets()), "Nothing here. ");
    }

    #[test]
    fn a_product_key_is_found_in_a_text_however_it_is_written() {
        let key = ProductKey::mint([7; 16], FormatVersion::V1, SECRET);
        let grouped = key.expose_grouped();
        for text in [
            key.expose().to_owned(),
            format!("It is {}.", *grouped),
            format!("It is ({}), please", grouped.replace('-', " ").to_lowercase()),
        ] {
            assert!(contains_key(&text, &secrets()), "{text}");
        }
    }

    #[test]
    fn plain_words_ids_and_short_texts_are_no_keys() {
        for text in ["", "ordered twice", "019a7c11-2b9c-7cc0-8d3e-5f2a1b4c6d7e", &"word ".repeat(500)] {
            assert!(!contains_key(text, &secrets()), "{text}");
        }
    }

    #[test]
    fn a_title_that_happens_to_pass_the_public_check_is_no_key() {
        let titles = (0..4_096).map(|number| format!("Cancel Harbor Server, order {number:09}"));
        let lookalikes: Vec<String> = titles.filter(|title| parse(&title.replace([' ', ','], "")).is_ok()).collect();
        assert!(!lookalikes.is_empty());
        for title in lookalikes {
            assert!(!contains_key(&title, &secrets()), "{title}");
        }
    }
}
