//! A small language for postal codes and registration numbers.
//!
//! `n` is a digit, `a` a letter, `x` either, `|` divides alternatives, anything else stands for itself.
//! Spaces and hyphens are written by us and forgiven when they are missing or elsewhere.

/// One such pattern, for example `nnn nn` or `LV-nnnn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern(&'static str);

const fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '-' | '\u{a0}' | '\u{2013}')
}

impl Pattern {
    pub(super) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The pattern as written, for people: `n` a digit, `a` a letter, `x` either.
    pub const fn text(self) -> &'static str {
        self.0
    }

    /// The text in the country's form, upper-case and with its separators; `None` when it does not fit.
    pub fn normalise(self, text: &str) -> Option<String> {
        // No pattern is longer; this bounds the work on absurd input.
        if text.len() > 40 {
            return None;
        }
        let compact: Vec<char> = text
            .trim()
            .chars()
            .filter(|character| !is_separator(*character))
            .map(|character| character.to_ascii_uppercase())
            .collect();
        self.0.split('|').find_map(|alternative| fit(alternative, &compact))
    }

    /// The same as a regular expression of the common subset, for clients that check by themselves.
    pub fn regex(self) -> String {
        let alternatives: Vec<String> = self.0.split('|').map(alternative_regex).collect();
        format!("^(?:{})$", alternatives.join("|"))
    }
}

fn fit(alternative: &str, compact: &[char]) -> Option<String> {
    let mut left = compact.iter();
    // A country prefix such as "LV-" may be left out.
    let prefix: String = alternative.chars().take_while(char::is_ascii_uppercase).collect();
    let has_prefix = compact.iter().copied().take(prefix.len()).eq(prefix.chars());
    let mut result = String::with_capacity(alternative.len());
    for (index, symbol) in alternative.chars().enumerate() {
        if is_separator(symbol) || (index < prefix.len() && !has_prefix) {
            result.push(symbol);
            continue;
        }
        let character = *left.next()?;
        let fits = match symbol {
            'n' => character.is_ascii_digit(),
            'a' => character.is_ascii_uppercase(),
            'x' => character.is_ascii_digit() || character.is_ascii_uppercase(),
            literal => character == literal,
        };
        if !fits {
            return None;
        }
        result.push(character);
    }
    left.next().is_none().then_some(result)
}

fn alternative_regex(alternative: &str) -> String {
    alternative
        .chars()
        .map(|symbol| match symbol {
            'n' => "[0-9]".to_owned(),
            'a' => "[A-Za-z]".to_owned(),
            'x' => "[0-9A-Za-z]".to_owned(),
            separator if is_separator(separator) => "[ -]?".to_owned(),
            literal => literal.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_ours_and_letters_upper_case() {
        let check = |pattern: &'static str, text: &str, expected: Option<&str>| {
            assert_eq!(Pattern::new(pattern).normalise(text).as_deref(), expected, "{pattern} {text:?}");
        };
        check("nnn nn", "11000", Some("110 00"));
        check("nnn nn", " 110 00 ", Some("110 00"));
        check("nnn nn", "1-10 0-0", Some("110 00"));
        check("nnn nn", "1100", None);
        check("nnn nn", "110000", None);
        check("nnn nn", "1100O", None);
        check("nnnnn|nnnnn-nnnn", "980521234", Some("98052-1234"));
        check("nnnnn|nnnnn-nnnn", "98052", Some("98052"));
        check("an naa|aana naa", "sw1a1aa", Some("SW1A 1AA"));
        check("LV-nnnn", "1010", Some("LV-1010"));
        check("LV-nnnn", "lv1010", Some("LV-1010"));
        check("LV-nnnn", "LT1010", None);
        check("nnn nn", "١١٠٠٠", None);
        check("nnn nn", &"1".repeat(1000), None);
    }

    #[test]
    fn the_regular_expression_says_the_same() {
        assert_eq!(Pattern::new("nnn nn").regex(), "^(?:[0-9][0-9][0-9][ -]?[0-9][0-9])$");
        assert_eq!(Pattern::new("ADnn|ax").regex(), "^(?:AD[0-9][0-9]|[A-Za-z][0-9A-Za-z])$");
    }
}
