//! What this program says to people, in English and Czech.
//!
//! Sentences for the installation's codes are those of the installation itself, from the same files; the rest stands
//! in `messages`. Both are lines of `id = text` with `{ $name }` for values; plural forms do not occur here, so the
//! few lines below do instead of a library that is larger than this program.

use perpetua_license::certificate::freshness::Overdue;
use perpetua_license::policy::answer::Answer;

use crate::answer::Answered;
use crate::error::Error;
use crate::report::Report;
use crate::time::for_people;

/// A language of sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Czech.
    Cs,
}

const OWN: [&str; 2] = [include_str!("../messages/en.ftl"), include_str!("../messages/cs.ftl")];
const ANSWERS: [&str; 2] =
    [include_str!("../../i18n/messages/en/activation.ftl"), include_str!("../../i18n/messages/cs/activation.ftl")];

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::En, Self::Cs];

    /// The code of the language.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cs => "cs",
        }
    }

    /// From a code or a locale such as `cs_CZ.UTF-8`; English for all others.
    pub fn of(text: &str) -> Self {
        if text.to_ascii_lowercase().starts_with("cs") { Self::Cs } else { Self::En }
    }

    const fn at(self) -> usize {
        match self {
            Self::En => 0,
            Self::Cs => 1,
        }
    }
}

/// A sentence of this program with its values; the id itself when there is none, which a test rules out.
pub fn say(lang: Lang, id: &str, values: &[(&str, &str)]) -> String {
    let text = find(OWN[lang.at()], id).unwrap_or(id);
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{ ${name} }}"), value))
}

fn find(messages: &'static str, id: &str) -> Option<&'static str> {
    messages.lines().find_map(|line| line.strip_prefix(id)?.strip_prefix(" = "))
}

/// The sentence for a code of the installation.
fn of_code(lang: Lang, code: &str) -> Option<String> {
    find(ANSWERS[lang.at()], &format!("activation-{code}")).map(str::to_owned)
}

/// What an answer of the installation says.
pub fn answered(lang: Lang, answered: &Answered) -> String {
    let known = of_code(lang, &answered.code).or_else(|| answered.sentence.clone());
    let sentence = known.unwrap_or_else(|| say(lang, "answer-unknown", &[("code", &answered.code)]));
    match answered.retry_at {
        None => sentence,
        Some(at) => format!("{sentence} {}", say(lang, "retry-at", &[("at", &for_people(at))])),
    }
}

/// What an error says.
pub fn error(lang: Lang, error: &Error) -> String {
    match error {
        Error::Refused(refused) => answered(lang, refused),
        Error::Key(answer) | Error::Code(answer) => of_answer(lang, *answer),
        Error::File { path, source } => {
            say(lang, "error-file_failed", &[("path", &path.to_string_lossy()), ("why", &source.to_string())])
        }
        Error::Random(why) | Error::Unreachable(why) | Error::Software(why) => {
            say(lang, &format!("error-{}", error.code()), &[("why", why)])
        }
        other => say(lang, &format!("error-{}", other.code()), &[]),
    }
}

fn of_answer(lang: Lang, answer: Answer) -> String {
    of_code(lang, answer.code()).unwrap_or_else(|| say(lang, "answer-unknown", &[("code", answer.code())]))
}

/// What a report says, in one to three sentences.
pub fn report(lang: Lang, report: &Report) -> String {
    let at = report.at.map(for_people).unwrap_or_default();
    let mut sentences = vec![say(lang, &format!("state-{}", report.state), &[("at", &at)])];
    if let Some(overdue) = report.overdue {
        let id = match overdue {
            Overdue::Certificate => "overdue-certificate",
            Overdue::List => "overdue-list",
        };
        sentences.push(say(lang, id, &[]));
    }
    if report.state == "expired" {
        sentences.push(say(lang, &format!("allowed-{}", report.allowed.code()), &[]));
    }
    if let Some(code) = &report.ended {
        let why = of_code(lang, code).unwrap_or_else(|| say(lang, &format!("error-{code}"), &[]));
        sentences.push(why);
    }
    if let Some(seconds) = report.set_back_seconds {
        let hours = (seconds / 3600).to_string();
        sentences.push(say(lang, "clock-set-back", &[("hours", &hours)]));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(messages: &str) -> Vec<&str> {
        messages.lines().filter_map(|line| line.split_once(" = ")).map(|(id, _)| id).collect()
    }

    /// The names of values in a line, in order.
    fn values(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_the_same_things_with_the_same_values() {
        assert_eq!(ids(OWN[0]), ids(OWN[1]));
        for id in ids(OWN[0]) {
            assert_eq!(values(find(OWN[0], id).unwrap()), values(find(OWN[1], id).unwrap()), "{id}");
        }
    }

    #[test]
    fn every_answer_has_a_sentence_without_values_in_both_languages() {
        for lang in Lang::ALL {
            for answer in Answer::ALL {
                let sentence = of_code(lang, answer.code()).unwrap_or_else(|| panic!("{}", answer.code()));
                assert!(!sentence.contains('{'), "{sentence}");
            }
        }
    }

    #[test]
    fn every_word_of_the_code_has_a_sentence() {
        let source = [include_str!("error.rs"), include_str!("carried.rs"), include_str!("keeping.rs")].concat();
        let tests_left_out = source.split('"').skip(1).step_by(2);
        let is_code = |text: &&str| text.contains('_') && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
        for code in tests_left_out.filter(is_code) {
            let id = format!("error-{code}");
            assert!(find(OWN[0], &id).is_some(), "no sentence {id}");
        }
        for state in ["fresh", "grace", "expired", "term_over", "not_yet_valid", "revoked", "other_machine"] {
            assert!(find(OWN[0], &format!("state-{state}")).is_some(), "{state}");
        }
        for state in ["other_product", "version_not_covered", "typed", "not_activated", "untrusted"] {
            assert!(find(OWN[0], &format!("state-{state}")).is_some(), "{state}");
        }
    }
}
