//! What is printed: sentences for people, or one line of JSON with the same sentence in it.

use std::io::Write as _;

use perpetua_device::words;
use perpetua_device::{Answered, Error, Lang, Report};
use serde_json::{Value, json};

/// Where and how to speak.
pub struct Output {
    /// The language of sentences.
    pub lang: Lang,
    json: bool,
}

/// Prints text as it is, whether for people or not.
pub fn print(text: &str) {
    // Nobody reads on a closed pipe, so nobody misses what cannot be written there.
    let _ = write!(std::io::stdout().lock(), "{text}");
}

impl Output {
    pub const fn new(lang: Lang, json: bool) -> Self {
        Self { lang, json }
    }

    /// A sentence, and the facts behind it for programs.
    pub fn told(&self, sentence: &str, code: &str, facts: Value) {
        let mut out = std::io::stdout().lock();
        let _ = if self.json {
            let mut line = json!({ "code": code, "sentence": sentence });
            if let (Some(line), Value::Object(facts)) = (line.as_object_mut(), facts) {
                line.extend(facts);
            }
            writeln!(out, "{line}")
        } else {
            writeln!(out, "{sentence}")
        };
    }

    pub fn answered(&self, answered: &Answered) {
        let sentence = words::answered(self.lang, answered);
        self.told(&sentence, &answered.code, json!({ "good": answered.is_good }));
    }

    pub fn report(&self, report: &Report, moved: bool) {
        let mut sentence = words::report(self.lang, report);
        if moved {
            sentence = format!("{sentence} {}", words::say(self.lang, "moved", &[]));
        }
        let mut facts = report.to_json();
        facts["moved"] = moved.into();
        self.told(&sentence, report.state, facts);
    }

    pub fn failed(&self, error: &Error) {
        self.complain(error.code(), &words::error(self.lang, error));
    }

    /// Says what went wrong: to people on standard error, to programs where they read.
    pub fn complain(&self, code: &str, sentence: &str) {
        if self.json {
            self.told(sentence, code, json!({ "good": false }));
        } else {
            let _ = writeln!(std::io::stderr().lock(), "perpetua-device: {sentence}");
        }
    }
}
