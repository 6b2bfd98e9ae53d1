//! What every call gives: a status, a code, a sentence and, where there is one, a text.

use perpetua_device::license::moment::Moment;
use perpetua_device::time::rfc3339;
use perpetua_device::{Answered, Error, Lang, Report, words};

/// The status of a report without activation, as on the command line.
const NOT_ACTIVATED: u8 = 13;
/// The status after a defect of this library.
const DEFECT: u8 = 1;

/// An answer. Opaque to C; freed by `perpetua_answer_free`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PerpetuaAnswer {
    /// 0 for done or licensed, else the exit code that the command line would have.
    pub status: u8,
    /// The stable code.
    pub code: String,
    /// What it says to people.
    pub sentence: String,
    /// A file, digits, or JSON, as the call says; may be empty.
    pub text: String,
    /// Seconds since 1970 at which a report changes or changed; 0 for none.
    pub at: i64,
}

impl PerpetuaAnswer {
    /// Of something that went well and gives a text.
    pub fn done(code: &str, text: String) -> Self {
        Self { code: code.to_owned(), text, ..Self::default() }
    }

    /// Of what the installation said.
    pub fn answered(lang: Lang, answered: &Answered) -> Self {
        Self { code: answered.code.clone(), sentence: words::answered(lang, answered), ..Self::default() }
    }

    /// Of a look at the license; the text is JSON.
    pub fn report(lang: Lang, report: &Report) -> Self {
        let status = if report.is_activated() { report.allowed.number() } else { NOT_ACTIVATED };
        Self {
            status,
            code: report.state.to_owned(),
            sentence: words::report(lang, report),
            text: report.to_json().to_string(),
            at: report.at.map_or(0, Moment::unix),
        }
    }

    /// Of an error.
    pub fn failed(lang: Lang, error: &Error) -> Self {
        let text = match error {
            Error::Refused(answered) => answered.retry_at.map(rfc3339).unwrap_or_default(),
            _ => String::new(),
        };
        Self {
            status: error.failure().number(),
            code: error.code().to_owned(),
            sentence: words::error(lang, error),
            text,
            at: 0,
        }
    }

    /// Of a call that cannot be carried out: a null where something is needed, or bytes that are not UTF-8.
    pub fn misused(what: &str) -> Self {
        Self { status: DEFECT, code: "misused".to_owned(), sentence: what.to_owned(), ..Self::default() }
    }

    /// Of a panic, which is a defect of this library.
    pub fn panicked() -> Self {
        let sentence = "The license library failed. Tell its publisher.".to_owned();
        Self { status: DEFECT, code: "defect".to_owned(), sentence, ..Self::default() }
    }
}
