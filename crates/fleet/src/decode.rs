//! From the bytes of a file to text, whatever program on whatever machine wrote it.
//!
//! Byte order marks decide first, then zero bytes, then whether it is valid UTF-8. What remains is one of
//! the single-byte pages; the likeliest is chosen line by line and the choice is a doubt.

mod codepages;

use crate::coded_enum;
use crate::verdict::{Doubt, Failure, add_doubt};

coded_enum! {
    /// How characters became bytes.
    pub enum Encoding {
        /// UTF-8, with or without a mark.
        Utf8 = "utf8",
        /// UTF-16, low byte first: redirection in Windows PowerShell, `cscript //U`, `wmic`.
        Utf16Le = "utf16le",
        /// UTF-16, high byte first.
        Utf16Be = "utf16be",
        /// Central European console.
        Cp852 = "cp852",
        /// Central European editor.
        Windows1250 = "windows1250",
        /// Western European console.
        Cp850 = "cp850",
        /// Western editor.
        Windows1252 = "windows1252",
        /// United States console.
        Cp437 = "cp437",
        /// Cyrillic console.
        Cp866 = "cp866",
        /// Cyrillic editor.
        Windows1251 = "windows1251",
    }
}

/// Single-byte pages in the order in which a tie is decided.
const GUESSES: &[Encoding] = &[
    Encoding::Cp852,
    Encoding::Windows1250,
    Encoding::Cp850,
    Encoding::Windows1252,
    Encoding::Cp866,
    Encoding::Windows1251,
    Encoding::Cp437,
];

/// Bytes looked at to tell zero bytes' rhythm and the likeliest page.
const SAMPLE_BYTES: usize = 64 * 1024;

/// The letters beyond ASCII of the languages that the pages are used for, most frequent ones first.
const LETTERS: &[(&[Encoding], &str)] = &[
    (&[Encoding::Cp852, Encoding::Windows1250], "áíéěščřžýůúňťďóäöüßąćęłńśźżľĺŕôőűÁÍÉĚŠČŘŽÝŮÚŇŤĎÓÄÖÜŁŚŻ"),
    (&[Encoding::Cp850, Encoding::Windows1252, Encoding::Cp437], "äöüßéèêàáíóúñçâîôûëïùøåæãõìòÄÖÜÉÀÑÇØÅÆ¿¡"),
    (&[Encoding::Cp866, Encoding::Windows1251], "абвгдежзийклмнопрстуфхцчшщъыьэюяёАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁ"),
];

/// A text and how sure its characters are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text with line ends as `\n`, also where the file has CR CR LF.
    pub text: String,
    /// The encoding of most of it.
    pub encoding: Encoding,
    /// Whether it was guessed or mixed.
    pub doubts: Vec<Doubt>,
}

/// The text of `bytes`. `hint` is what the person said about single-byte files.
///
/// # Errors
///
/// [`Failure::Empty`], and [`Failure::Binary`] where too much of it is no text.
pub fn decode(bytes: &[u8], hint: Option<Encoding>) -> Result<Decoded, Failure> {
    let mut doubts = Vec::new();
    let (mut text, encoding) = characters(bytes, hint, &mut doubts);
    if text.contains('\0') {
        let zeros = text.bytes().filter(|byte| *byte == 0).count();
        if zeros * 3 < text.len() {
            return Err(Failure::Binary);
        }
        // Several programs appended to one file, one of them in UTF-16.
        add_doubt(&mut doubts, Doubt::EncodingMixed);
        text.retain(|character| character != '\0');
    }
    if text.trim().is_empty() {
        return Err(Failure::Empty);
    }
    let odd = text.chars().take(SAMPLE_BYTES).filter(|character| is_odd(*character)).count();
    let sample = text.chars().take(SAMPLE_BYTES).count();
    if odd * 20 > sample {
        return Err(Failure::Binary);
    }
    if text.contains('\r') {
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace('\r', "\n");
    }
    Ok(Decoded { text, encoding, doubts })
}

fn is_odd(character: char) -> bool {
    character == char::REPLACEMENT_CHARACTER
        || (character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\u{c}' | '\u{1a}'))
}

fn characters(bytes: &[u8], hint: Option<Encoding>, doubts: &mut Vec<Doubt>) -> (String, Encoding) {
    if let Some(rest) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return eight_bit(rest, hint, doubts);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        return (wide(rest, u16::from_le_bytes), Encoding::Utf16Le);
    }
    if let Some(rest) = bytes.strip_prefix(&[0xfe, 0xff]) {
        return (wide(rest, u16::from_be_bytes), Encoding::Utf16Be);
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    if sample.get(1) == Some(&0) && odd * 2 > half && even * 10 < half {
        return (wide(bytes, u16::from_le_bytes), Encoding::Utf16Le);
    }
    if sample.first() == Some(&0) && even * 2 > half && odd * 10 < half {
        return (wide(bytes, u16::from_be_bytes), Encoding::Utf16Be);
    }
    eight_bit(bytes, hint, doubts)
}

fn wide(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| order(*pair));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|character| *character != '\u{feff}')
        .collect()
}

/// UTF-8, or line by line UTF-8 and the likeliest page for the others.
fn eight_bit(bytes: &[u8], hint: Option<Encoding>, doubts: &mut Vec<Doubt>) -> (String, Encoding) {
    if let Ok(text) = str::from_utf8(bytes) {
        return (text.replace('\u{feff}', ""), Encoding::Utf8);
    }
    let is_other = |line: &&[u8]| str::from_utf8(line).is_err();
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n');
    let page = hint.filter(|encoding| GUESSES.contains(encoding)).unwrap_or_else(|| {
        add_doubt(doubts, Doubt::EncodingGuessed);
        let mut sample: Vec<u8> = Vec::new();
        for line in lines().filter(is_other) {
            sample.extend(&line[..line.len().min(SAMPLE_BYTES)]);
            if sample.len() > SAMPLE_BYTES {
                break;
            }
        }
        likeliest(&sample)
    });
    let has_utf8 = lines().any(|line| !line.is_ascii() && !is_other(&line));
    if has_utf8 {
        add_doubt(doubts, Doubt::EncodingMixed);
    }
    let mut text = String::with_capacity(bytes.len());
    for line in lines() {
        match str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(_) => text.push_str(&codepages::decode(line, page)),
        }
    }
    (text, page)
}

/// The page under which most characters beyond ASCII are letters of its own languages.
fn likeliest(sample: &[u8]) -> Encoding {
    let score = |encoding: &Encoding| -> i64 {
        let letters = LETTERS.iter().find(|(pages, _)| pages.contains(encoding)).map_or("", |(_, letters)| letters);
        let text = codepages::decode(sample, *encoding);
        let mut before = ' ';
        let mut total = 0;
        for character in text.chars() {
            if !character.is_ascii() {
                total += if !letters.contains(character) {
                    -3
                } else if before.is_lowercase() && character.is_uppercase() {
                    -1
                } else {
                    2
                };
            }
            before = character;
        }
        total
    };
    // The first of equals wins: the order of the list is the order of likelihood.
    GUESSES.iter().rev().max_by_key(|encoding| score(encoding)).copied().unwrap_or(Encoding::Cp852)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn marks_zero_bytes_and_utf8_are_told_apart() {
        let text = "Název: Windows(R)\n";
        let check = |bytes: &[u8], encoding| {
            let decoded = decode(bytes, None).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
            assert!(decoded.doubts.is_empty());
        };
        check(text.as_bytes(), Encoding::Utf8);
        check(&[b"\xef\xbb\xbf", text.as_bytes()].concat(), Encoding::Utf8);
        check(&[vec![0xff, 0xfe], utf16(text, u16::to_le_bytes)].concat(), Encoding::Utf16Le);
        check(&[vec![0xfe, 0xff], utf16(text, u16::to_be_bytes)].concat(), Encoding::Utf16Be);
        check(&utf16(text, u16::to_le_bytes), Encoding::Utf16Le);
        check(&utf16(text, u16::to_be_bytes), Encoding::Utf16Be);
    }

    #[test]
    fn pages_are_guessed_by_their_languages_with_a_doubt() {
        let check = |bytes: &[u8], text: &str, encoding| {
            let decoded = decode(bytes, None).unwrap();
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
            assert_eq!(decoded.doubts, [Doubt::EncodingGuessed]);
        };
        check(b"N\xa0zev: \x9f\xa0st kl\xa1\x9fe", "Název: část klíče", Encoding::Cp852);
        check(b"N\xe1zev: \xe8\xe1st kl\xed\xe8e", "Název: část klíče", Encoding::Windows1250);
        check(b"Teil des Schl\x81ssels", "Teil des Schlüssels", Encoding::Cp852);
        check(b"\x91\xae\xe1\xe2\xae\xef\xad\xa8\xa5", "Состояние", Encoding::Cp866);
    }

    #[test]
    fn a_hint_replaces_the_guess() {
        let decoded = decode(b"Schl\x81ssel", Some(Encoding::Cp437)).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.doubts.len()), ("Schlüssel", 0));
    }

    #[test]
    fn lines_of_two_encodings_are_read_each_in_its_own() {
        let bytes = ["Název\n".as_bytes(), b"\xe8\xe1st kl\xed\xe8e\n"].concat();
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(decoded.text, "Název\nčást klíče\n");
        assert_eq!(decoded.doubts, [Doubt::EncodingGuessed, Doubt::EncodingMixed]);
    }

    #[test]
    fn a_file_whose_second_half_is_utf16_is_still_read() {
        let bytes = [b"Name: one\r\n".to_vec(), utf16("Name: two and a few words more\r\n", u16::to_le_bytes)].concat();
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(decoded.text, "Name: one\nName: two and a few words more\n");
        assert_eq!(decoded.doubts, [Doubt::EncodingMixed]);
    }

    #[test]
    fn line_ends_of_wmic_are_single() {
        assert_eq!(decode(b"a\r\r\nb\r\nc\rd", None).unwrap().text, "a\nb\nc\nd");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(decode(b"", None), Err(Failure::Empty));
        assert_eq!(decode(b" \r\n\t", None), Err(Failure::Empty));
        let noise: Vec<u8> = (0..4096_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
        assert_eq!(decode(&noise, None), Err(Failure::Binary));
    }
}
