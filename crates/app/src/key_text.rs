//! Product keys in texts and files that people hand in: ours are found by their secret check, those of other
//! publishers by their five groups of five. In texts they are masked (I7); a file is never altered, only known to
//! hold one.
//!
//! By the public check alone, one in a thousand plain sentences of 32 letters would be a key of ours.

use std::ops::Range;

use perpetua_fleet::secrets::find_keys;
use perpetua_license::key::{CheckSecrets, parse};

/// Letters and digits of a key.
const KEY_CHARS: usize = 32;

/// What stands where a key stood.
const MASK: &str = "••••";

/// Whether one of our product keys stands in the text: such a text is never stored.
pub fn contains_key(text: &str, secrets: &CheckSecrets) -> bool {
    !keys(text, secrets).is_empty()
}

/// The text with every product key, ours or of another publisher, replaced by four dots.
pub fn mask(text: &str, secrets: &CheckSecrets) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = 0;
    let mut found = keys(text, secrets);
    found.extend(foreign(text));
    found.sort_by_key(|range| range.start);
    for found in found {
        // A key of ours of which five groups look like another's is one key.
        if found.start < rest {
            continue;
        }
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

/// Letters and digits of a group of other publishers' keys.
const FOREIGN_GROUP: usize = 5;

/// Where keys of other publishers stand. In what people write, words of five letters and numbers of five digits are
/// none, nor is a part of something longer.
fn foreign(text: &str) -> impl Iterator<Item = Range<usize>> {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_apart = move |key: &Range<usize>| {
        !goes_on(text[..key.start].chars().next_back()) && !goes_on(text[key.end..].chars().next())
    };
    let is_mixed = move |key: &Range<usize>| {
        let key = &text.as_bytes()[key.clone()];
        key.iter().any(u8::is_ascii_digit) && key.iter().any(u8::is_ascii_alphabetic)
    };
    let found = find_keys(text).into_iter().filter(|key| key.width == FOREIGN_GROUP);
    found.map(|key| key.range).filter(move |key| is_apart(key) && is_mixed(key))
}

/// Bytes of a file that are looked at together with the part after them: longer than any key with signs around it.
const OVERLAP: usize = 512;

/// Looks for product keys in a file as its parts go by. Text in UTF-16 is read too, as its zeros count for nothing.
pub struct Finder<'s> {
    secrets: &'s CheckSecrets,
    kept: String,
    found: bool,
}

impl<'s> Finder<'s> {
    /// Nothing was looked at yet.
    pub const fn new(secrets: &'s CheckSecrets) -> Self {
        Self { secrets, kept: String::new(), found: false }
    }

    /// Looks at the next part.
    pub fn look(&mut self, part: &[u8]) {
        if self.found {
            return;
        }
        let text = part.iter().filter(|byte| **byte != 0);
        // What is no ASCII is a sign between words; no key holds it.
        self.kept.extend(text.map(|byte| if byte.is_ascii() { char::from(*byte) } else { ' ' }));
        self.found = !keys(&self.kept, self.secrets).is_empty() || foreign(&self.kept).next().is_some();
        let cut = self.kept.len().saturating_sub(OVERLAP);
        self.kept.drain(..cut);
    }

    /// Whether a key was found.
    pub const fn found(&self) -> bool {
        self.found
    }
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

    /// A made-up key in the form that other publishers use, put together here so that none stands in the source.
    fn foreign_key() -> String {
        ["A1B2C", "D3E4F", "G5H6J", "K7L8M", "N9P0Q"].join("-")
    }

    #[test]
    fn keys_of_other_publishers_are_masked_and_words_that_only_look_so_stay() {
        let key = foreign_key();
        let lower = key.to_lowercase();
        let text = format!("With {key}, not ({lower}).");
        assert_eq!(mask(&text, &secrets()), "With ••••, not (••••).");
        // As office programs write it.
        assert_eq!(mask(&key.replace('-', "\u{2013}"), &secrets()), MASK);
        let digits = ["12345"; 5].join("-");
        for text in [
            "apple-grape-lemon-peach-mango",
            &digits,
            &format!("X-{key}"),
            &format!("{key}-A1B2C"),
            &key[1..],
            &format!("Ž{}", &key[1..]),
        ] {
            assert_eq!(mask(text, &secrets()), text);
        }
    }

    #[test]
    fn a_key_in_a_file_is_found_across_parts_and_in_wide_letters() {
        let own = ProductKey::mint([9; 16], FormatVersion::V1, SECRET).expose_grouped().to_string();
        for key in [own, foreign_key()] {
            let file = format!("{}\nkey: {key}\n{}", "log line 17 ".repeat(300), "more ".repeat(900));
            let wide: Vec<u8> = file.bytes().flat_map(|byte| [byte, 0]).collect();
            for bytes in [file.into_bytes(), wide] {
                for size in [7, 100, 4096, 100_000] {
                    let secrets = secrets();
                    let mut finder = Finder::new(&secrets);
                    bytes.chunks(size).for_each(|part| finder.look(part));
                    assert!(finder.found(), "{size}");
                    assert!(finder.kept.len() <= OVERLAP);
                }
            }
        }
        let secrets = secrets();
        let mut finder = Finder::new(&secrets);
        finder.look("Nothing of the kind: 2026-03-02.".repeat(100).as_bytes());
        assert!(!finder.found());
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
