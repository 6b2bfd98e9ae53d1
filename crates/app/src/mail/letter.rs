//! The words of a mail, before they become text and HTML: both are made from this one thing.

use perpetua_license::key::CheckSecrets;

use crate::key_text::mask;

/// The longest subject, in characters.
const SUBJECT_CHARS_MAX: usize = 150;

/// A letter of short paragraphs, facts and at most one thing to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// The subject; no secret stands in it.
    pub subject: String,
    /// How it begins.
    pub greeting: String,
    /// What it says.
    pub paragraphs: Vec<String>,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    /// What was bought or cancelled, one a line.
    pub items: Vec<String>,
    /// The words and the address of what one can do now.
    pub action: Option<(String, String)>,
    /// What else is to be known, after the action.
    pub remarks: Vec<String>,
    /// How it ends: who writes.
    pub signature: String,
    /// Why one gets it.
    pub why: String,
    /// The words and the address of where one chooses what one gets.
    pub choose: Option<(String, String)>,
}

/// A text on one line: whatever could begin another line or header becomes a blank.
pub(super) fn plain(text: &str) -> String {
    let is_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let one_line: String = text.chars().map(|c| if is_line(c) { ' ' } else { c }).collect();
    one_line.trim().to_owned()
}

impl Letter {
    /// Every text on one line, without any product key that people may have written somewhere, and with a subject of
    /// bearable length. Addresses are ours and stay as they are.
    #[must_use]
    pub(super) fn cleaned(self, secrets: &CheckSecrets) -> Self {
        let clean = |text: String| mask(&plain(&text), secrets);
        let all = |texts: Vec<String>| texts.into_iter().map(clean).collect();
        Self {
            subject: clean(self.subject).chars().take(SUBJECT_CHARS_MAX).collect(),
            greeting: clean(self.greeting),
            paragraphs: all(self.paragraphs),
            facts: self.facts.into_iter().map(|(label, value)| (label, clean(value))).collect(),
            items: all(self.items),
            action: self.action,
            remarks: all(self.remarks),
            signature: clean(self.signature),
            why: clean(self.why),
            choose: self.choose,
        }
    }
}

#[cfg(test)]
mod tests {
    use perpetua_license::key::{FormatVersion, ProductKey};

    use super::*;

    #[test]
    fn a_letter_has_no_line_ends_and_no_product_key_whatever_people_wrote() {
        let secret = b"secret of the test";
        let key = ProductKey::mint([7; 16], FormatVersion::V1, secret).expose_grouped().to_string();
        let letter = Letter {
            subject: format!("Order\r\nBcc: thief@example.com {}", "x".repeat(300)),
            paragraphs: vec![format!("Key: {key}")],
            facts: vec![("Customer".to_owned(), "North\u{2028}lake\u{0}".to_owned())],
            ..Letter::default()
        };
        let letter = letter.cleaned(&CheckSecrets::new().with(FormatVersion::V1, secret));
        assert!(letter.subject.starts_with("Order  Bcc: thief@example.com x"), "{}", letter.subject);
        assert_eq!(letter.subject.chars().count(), SUBJECT_CHARS_MAX);
        assert_eq!(letter.paragraphs, ["Key: ••••"]);
        assert_eq!(letter.facts[0].1, "North lake");
    }
}
