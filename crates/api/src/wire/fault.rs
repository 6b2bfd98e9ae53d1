//! The body of a refusal, and the words in it (contract file 00 §10 to §12).
//!
//! A fault is made without knowing the reader's language; [`Fault::body`] writes it in one. How a problem of
//! a use case becomes a fault stands in `problem`.

mod problem;
mod reason;

use std::borrow::Cow;
use std::fmt::Display;

use perpetua_app::Param;
use perpetua_i18n::{Args, Lang, format, text_with};
use serde_json::{Value, json};

use super::codes::{self, Code};

pub use problem::Family;
pub use reason::Reason;

/// The longest description, in characters.
const DESCRIPTION_MAX: usize = 1024;

/// The most fields that one answer names.
const FIELDS_MAX: usize = 50;

/// Seconds to wait when nobody said how long.
const RETRY_AFTER_DEFAULT: u32 = 60;

/// A refusal or failure, as the clients read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    code: Code,
    message: Message,
    fields: Vec<(String, Reason)>,
    data: Vec<Value>,
    retry_after: Option<u32>,
}

/// Where the description comes from.
#[derive(Debug, Clone, PartialEq)]
enum Message {
    /// The message of the code.
    OfCode(Vec<(&'static str, Param)>),
    /// Another message.
    Other(Cow<'static, str>, Vec<(&'static str, Param)>),
    /// Text that is the same in every language.
    Plain(String),
}

impl Fault {
    /// The fault of this code, with the message of the code.
    pub const fn of(code: Code) -> Self {
        Self { code, message: Message::OfCode(Vec::new()), fields: Vec::new(), data: Vec::new(), retry_after: None }
    }

    /// One property is wrong: 400/3000.
    pub fn invalid_property(field: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self::of(codes::INVALID_PROPERTY).with_field(field, reason)
    }

    /// A word that is none of the known ones: 400/900126.
    pub fn enum_word(field: impl Into<String>) -> Self {
        Self::of(codes::ENUM_UNREADABLE).with_field(field, Reason::Word)
    }

    /// There is no such route or resource: 404/1000.
    pub const fn not_found() -> Self {
        Self::of(codes::NOT_FOUND)
    }

    /// An operation that this server does not have: 404/1000, because Java repeats a 501 without end.
    pub fn not_supported(method: &str, path: &str) -> Self {
        Self::of(codes::NOT_FOUND)
            .described("fault-not-supported")
            .with("request", Param::Text(format!("{method} {path}")))
    }

    /// The window of cancellation has passed; the text names its length in days: 400/900117.
    pub fn window_passed(days: u32) -> Self {
        Self::of(codes::WINDOW_PASSED).described("fault-window-passed").with("days", Param::Number(days.into()))
    }

    /// Too many requests: 429 in its own shape (§11).
    pub const fn too_many(retry_after_seconds: u32) -> Self {
        let mut fault = Self::of(codes::TOO_MANY_REQUESTS);
        fault.retry_after = Some(retry_after_seconds);
        fault
    }

    /// A defect: 500/800003 with the correlation id in the text.
    pub const fn unexpected() -> Self {
        Self::of(codes::UNEXPECTED)
    }

    /// The same fault under another code, for endpoints whose table names one. Keeps the message when it has
    /// one of its own.
    #[must_use]
    pub fn recoded(mut self, code: Code) -> Self {
        self.code = code;
        self
    }

    /// Another message, such as `fault-window-passed`; its parameters follow by [`Fault::with`].
    #[must_use]
    pub fn described(mut self, message_id: impl Into<Cow<'static, str>>) -> Self {
        self.message = Message::Other(message_id.into(), Vec::new());
        self
    }

    /// A description that is the same in every language, such as the JSON text of the address check.
    #[must_use]
    pub fn described_plainly(mut self, text: impl Into<String>) -> Self {
        self.message = Message::Plain(text.into());
        self
    }

    /// Adds a parameter of the message.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: Param) -> Self {
        match &mut self.message {
            Message::OfCode(params) | Message::Other(_, params) => params.push((name, value)),
            Message::Plain(_) => {}
        }
        self
    }

    /// Adds a text parameter of the message.
    #[must_use]
    pub fn with_text(self, name: &'static str, value: impl Display) -> Self {
        self.with(name, Param::Text(value.to_string()))
    }

    /// Adds a wrong field; `data` and the description name it as `<field>: <reason>`.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>, reason: impl Into<Reason>) -> Self {
        if self.fields.len() < FIELDS_MAX {
            self.fields.push((field.into(), reason.into()));
        }
        self
    }

    /// Adds an entry of `data`, after the fields.
    #[must_use]
    pub fn with_data(mut self, value: impl Into<Value>) -> Self {
        self.data.push(value.into());
        self
    }

    /// Renames wrong fields: those of a use case often stand elsewhere in the body. A name that is not in the
    /// table stays.
    #[must_use]
    pub fn renaming(mut self, names: &[(&str, &str)]) -> Self {
        for (field, _) in &mut self.fields {
            if let Some((_, wire)) = names.iter().find(|(own, _)| *own == field) {
                *field = (*wire).to_owned();
            }
        }
        self
    }

    /// 400, 401, 403, 404, 409, 429, 500 or 503.
    pub const fn status(&self) -> u16 {
        self.code.status
    }

    /// Whether a copy of the same write was first, whose answer counts.
    pub fn is_claimed(&self) -> bool {
        matches!(&self.message, Message::Other(id, _) if id == "error-request_claimed")
    }

    /// The code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The names of the wrong fields.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(field, _)| field.as_str())
    }

    /// Seconds for `Retry-After`; always there with 429, because .NET reads it without looking.
    pub fn retry_after(&self) -> Option<u32> {
        self.retry_after.or((self.code.status == 429).then_some(RETRY_AFTER_DEFAULT))
    }

    /// The body in this language. `correlation` is the `MS-CorrelationId` of the request.
    pub fn body(&self, lang: Lang, correlation: &str) -> Value {
        if self.code.status == 429 {
            let seconds = self.retry_after().unwrap_or(RETRY_AFTER_DEFAULT);
            let message = text_with(lang, "fault-429", &Args::new().num("seconds", seconds));
            // Neither `code` nor `description` here: .NET hides the waiting time when it sees one (§11).
            return json!({"statusCode": 429, "message": message});
        }
        let details: Vec<String> =
            self.fields.iter().map(|(field, reason)| format!("{field}: {}", reason.words(lang))).collect();
        let mut description = self.message_text(lang, correlation);
        if !details.is_empty() {
            description = format!("{description} {}", details.join("; "));
        }
        let data: Vec<Value> = details.into_iter().map(Value::from).chain(self.data.iter().cloned()).collect();
        json!({
            "code": self.code.number,
            "description": shortened(description),
            "data": data,
            "source": "PartnerApi",
        })
    }

    fn message_text(&self, lang: Lang, correlation: &str) -> String {
        let (id, params) = match &self.message {
            Message::Plain(text) => return text.clone(),
            Message::OfCode(params) => (Cow::Owned(self.code.message_id()), params),
            Message::Other(id, params) => (Cow::Borrowed(id.as_ref()), params),
        };
        text_with(lang, &id, &args(lang, params).set("correlation", correlation))
    }
}

/// Parameters as Fluent takes them; instants are told in UTC.
fn args(lang: Lang, params: &[(&'static str, Param)]) -> Args {
    params.iter().fold(Args::new(), |args, (name, value)| match value {
        Param::Text(text) => args.set(name, text),
        Param::Number(number) => args.num(name, *number),
        Param::Instant(at) => args.set(name, format::date_time(lang, *at, &jiff::tz::TimeZone::UTC)),
        Param::Amount(minor, currency) => args.set(name, format::amount(lang, *minor, *currency)),
    })
}

fn shortened(text: String) -> String {
    if text.chars().count() <= DESCRIPTION_MAX {
        return text;
    }
    let mut short: String = text.chars().take(DESCRIPTION_MAX - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests;
