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
    !keys(text, secrets).is_empty()
}

/// The text with every one of our product keys replaced by four dots.
pub fn mask(text: &str, secrets: &CheckSecrets) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = 0;
    for found in keys(text, secrets) {
        masked.push_str(&text[rest..found.start]);
        masked.push_str(MASK);
        rest = found.end;
    }
    masked.push_str(&text[rest..]);
    masked
}

/// As [`mask`], trimmed, for a text that is refused when it has more than `max` characters: such a one comes back as
/// it is, because nobody stores it and it is not worth the work.
pub fn mask_within(text: &str, max: usize, secrets: &CheckSecrets) -> String {
    let text = text.trim();
    if text.chars().nth(max).is_some() { text.to_owned() } else { mask(text, secrets) }
}

/// A word with letters or digits, without the signs around it.
struct Word<'a> {
    start: usize,
    bare: &'a str,
    letters: usize,
}

/// Where keys stand. A key may be cut into words and wrapped in signs. Words without letters are left out before, so
/// that at most [`KEY_CHARS`] words are joined and the work grows with the text alone.
fn keys(text: &str, secrets: &CheckSecrets) -> Vec<Range<usize>> {
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let start_of = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let word = |word| {
        let bare = str::trim_matches(word, |c: char| !is_letter(c));
        let letters = bare.chars().filter(|c| is_letter(*c)).count();
        (letters > 0).then(|| Word { start: start_of(bare), bare, letters })
    };
    let words: Vec<Word<'_>> = text.split_whitespace().filter_map(word).collect();
    let (mut found, mut first) = (Vec::new(), 0);
    while first < words.len() {
        let mut letters = 0;
        let end = words[first..].iter().position(|word| {
            letters += word.letters;
            letters >= KEY_CHARS
        });
        let Some(end) = end else { break };
        let joined = &words[first..=first + end];
        let last = &joined[end];
        if letters == KEY_CHARS && is_key(joined, secrets) {
            found.push(words[first].start..last.start + last.bare.len());
            first += end + 1;
        } else {
            first += 1;
        }
    }
    found
}

fn is_key(words: &[Word<'_>], secrets: &CheckSecrets) -> bool {
    let joined: String = words.iter().map(|word| word.bare).collect();
    parse(&joined).is_ok_and(|typed| typed.verify(secrets).is_ok())
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
    fn a_text_of_signs_letters_and_keys_is_masked_in_time_that_grows_with_it() {
        let key = ProductKey::mint([7; 16], FormatVersion::V1, SECRET).expose_grouped().to_string();
        let signs = "- ".repeat(200_000);
        let letters = "a ".repeat(1_000);
        let all = format!("{signs}{letters}{}{signs}", format!("{key} ").repeat(200));
        let began = std::time::Instant::now();
        let masked = mask(&all, &secrets());
        // The square of so many signs would take minutes.
        assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
        assert_eq!(masked.matches(MASK).count(), 200);
        assert_eq!(masked.len(), all.len() - 200 * (key.len() - MASK.len()));
    }

    #[test]
    fn only_a_text_that_can_be_stored_is_masked() {
        let key = ProductKey::mint([7; 16], FormatVersion::V1, SECRET).expose_grouped().to_string();
        assert_eq!(mask_within(&format!(" {key} "), key.len(), &secrets()), MASK);
        assert_eq!(mask_within(&key, key.len() - 1, &secrets()), key);
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
