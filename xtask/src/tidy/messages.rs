//! Texts of pages: every message id in use exists in English, and templates hold no text of their own.
//!
//! That Czech has the same ids is a test of `i18n`.

use super::{File, pattern};
use std::collections::BTreeSet;

/// Where English messages, and the pages that use them, live.
const MESSAGES: &str = "crates/i18n/messages/en/";
const TEMPLATES: &str = "crates/portal/templates/";
const VIEWS: &str = "crates/portal/src/";

/// How templates and views ask for a message: `t.m("id")` and its siblings on `t`, or `text(lang, "id")`.
const USE: &str = r#"(?:\bt\.[a-z_]+\(|\btext(?:_with)?\([a-z_.]+,)\s*"([a-z][a-z0-9-]*)""#;

/// Template blocks that stand inside of a tag: their words are classes.
const IN_TAGS: &str = r"(?s)\{% block width %\}.*?\{% endblock %\}";

/// Templates that stand inside of a tag: their words are attributes.
const ATTRIBUTES: &[&str] = &["crates/portal/templates/parts/field_aria.html"];

/// Words that are the same in every language.
const NAMES: &[&str] = &["Perpetua"];

pub fn check(files: &[File]) -> Vec<String> {
    let definition = pattern(r"^([a-zA-Z][a-zA-Z0-9_-]*) *=");
    let under = |start: &'static str| files.iter().filter(move |file| file.path.starts_with(start));
    let known: BTreeSet<&str> = under(MESSAGES)
        .flat_map(|file| file.text.lines())
        .filter_map(|line| definition.captures(line)?.get(1).map(|id| id.as_str()))
        .collect();
    let asked = pattern(USE);
    let mut findings = Vec::new();
    for file in under(TEMPLATES).chain(under(VIEWS)) {
        for (number, line) in file.lines().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            let ids = asked.captures_iter(line).filter_map(|found| found.get(1)).map(|id| id.as_str());
            findings.extend(
                ids.filter(|id| !known.contains(id))
                    .map(|id| file.at(number, format_args!("there is no message {id}"))),
            );
        }
    }
    findings.extend(under(TEMPLATES).filter(|file| is_page(file)).flat_map(bare_texts));
    findings
}

fn is_page(file: &File) -> bool {
    file.has_extension(&["html"]) && !ATTRIBUTES.contains(&file.path.as_str())
}

/// Text outside of tags, and in attributes that people hear or read, that comes from no message.
fn bare_texts(file: &File) -> Vec<String> {
    let code =
        pattern(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<(script|style|code)\b.*?</(script|style|code)>");
    let spoken = pattern(r#"\s(title|alt|placeholder|aria-label|aria-description|label)="([^"]*)""#);
    let tag = pattern(r"(?s)<[^>]*>|&[a-z#0-9]+;");
    // Cut parts keep their line breaks, so that line numbers stay true.
    let cut = |found: &regex_lite::Captures<'_>| format!(" {}", "\n".repeat(found[0].matches('\n').count()));
    let html = pattern(IN_TAGS).replace_all(&file.text, cut);
    let html = code.replace_all(&html, cut).into_owned();
    let attributes = spoken
        .captures_iter(&html)
        .filter_map(|found| found.get(2))
        .map(|value| (line_of(&html, value.start()), value.as_str().to_owned()));
    let text = tag.replace_all(&html, cut).into_owned();
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    let mut findings = Vec::new();
    for (number, content) in attributes.chain(lines) {
        let words: Vec<&str> = words(&content).collect();
        if !words.is_empty() {
            findings.push(file.at(number, format_args!("text outside of the messages: {}", words.join(" "))));
        }
    }
    findings
}

/// Two letters or more that are no name; single letters are marks such as the ✕ of a close button.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|character: char| !character.is_alphabetic());
    words.filter(|word| word.chars().count() > 1 && !NAMES.contains(word))
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn findings(template: &str) -> Vec<String> {
        check(&[
            file("crates/i18n/messages/en/orders.ftl", "# Orders.\norders-title = Orders\n    .hint = x\n"),
            file("crates/portal/templates/orders.html", template),
        ])
    }

    #[test]
    fn a_message_that_does_not_exist_is_found() {
        assert!(findings("<h1>{{ t.m(\"orders-title\") }}</h1>").is_empty());
        let expected = ["crates/portal/templates/orders.html:2: there is no message orders-titel"];
        assert_eq!(findings("<h1>\n{{ t.m(\"orders-titel\") }}</h1>"), expected);
    }

    #[test]
    fn text_outside_of_the_messages_is_found_with_its_line() {
        let expected = ["crates/portal/templates/orders.html:3: text outside of the messages: Žádné orders"];
        assert_eq!(findings("{# a\ncomment #}\n<p class=\"empty\">Žádné orders</p>"), expected);
    }

    #[test]
    fn a_spoken_attribute_is_text_too() {
        assert_eq!(findings("<button aria-label=\"Close\">×</button>").len(), 1);
        assert!(findings("<button aria-label=\"{{ t.m(\"orders-title\") }}\">&times;</button>").is_empty());
    }

    #[test]
    fn code_and_the_name_of_the_product_are_no_text() {
        assert!(findings("{% if a > b %}<title>Perpetua</title><style>p { color: red }</style>{% endif %}").is_empty());
        assert!(findings("{% block width %}broad{% endblock %}<code>sha256sum {{ name }}</code>").is_empty());
    }
}
