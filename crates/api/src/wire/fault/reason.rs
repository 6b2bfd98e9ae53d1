//! Why a field is wrong, in words that follow its name: `size: must be a whole number`.

use std::borrow::Cow;

use perpetua_app::Param;
use perpetua_app::problem::FieldProblem;
use perpetua_i18n::{Args, Lang, exists, text, text_with};

use super::args;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Not given, or empty.
    Missing,
    /// The body is no JSON.
    NotJson,
    /// The body is longer than allowed.
    TooLarge,
    /// Objects and lists are nested too deeply.
    TooDeep,
    /// Not a text.
    Text,
    /// Not a whole number.
    Whole,
    /// Not a number.
    Number,
    /// Not `true` or `false`.
    Boolean,
    /// Not a date.
    Date,
    /// Not an object.
    Object,
    /// Not a list.
    List,
    /// None of the known words.
    Word,
    /// Not of the expected form.
    Form,
    /// It holds characters that are not allowed.
    Characters,
    /// Not known to this endpoint, as a field of a filter.
    Unknown,
    /// It cannot be changed.
    Fixed,
    /// It differs from the id in the path.
    Differs,
    /// It has no place here.
    NotExpected,
    /// The date lies in the future.
    InFuture,
    /// The date lies too far back.
    TooOld,
    /// Not a continuation token of this list.
    Token,
    /// A request id that came before with another body.
    Reused,
    /// More than this many characters.
    TooLong(usize),
    /// More than this many entries.
    TooMany(usize),
    /// Outside of this range.
    Range(i64, i64),
    /// A reason of a use case; its message is `field-error-CODE`.
    OfUseCase(&'static str, Vec<(&'static str, Param)>),
    /// Words that are the same in every language.
    Plain(Cow<'static, str>),
}

impl Reason {
    /// The words in this language.
    pub fn words(&self, lang: Lang) -> String {
        let id = match self {
            Self::Missing => "missing",
            Self::NotJson => "not_json",
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::Text => "text",
            Self::Whole => "whole",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Object => "object",
            Self::List => "list",
            Self::Word => "word",
            Self::Form => "form",
            Self::Characters => "characters",
            Self::Unknown => "unknown",
            Self::Fixed => "fixed",
            Self::Differs => "differs",
            Self::NotExpected => "not_expected",
            Self::InFuture => "in_future",
            Self::TooOld => "too_old",
            Self::Token => "token",
            Self::Reused => "reused",
            Self::TooLong(max) => return counted(lang, "fault-reason-too_long", *max),
            Self::TooMany(max) => return counted(lang, "fault-reason-too_many", *max),
            Self::Range(min, max) => {
                return text_with(lang, "fault-reason-range", &Args::new().num("min", *min).num("max", *max));
            }
            Self::OfUseCase(code, params) => {
                let id = format!("field-error-{code}");
                let id = if exists(lang, &id) { &id } else { "fault-reason-form" };
                return text_with(lang, id, &args(lang, params));
            }
            Self::Plain(words) => return words.clone().into_owned(),
        };
        text(lang, &format!("fault-reason-{id}")).into_owned()
    }
}

impl From<&FieldProblem> for Reason {
    fn from(problem: &FieldProblem) -> Self {
        Self::OfUseCase(problem.code, problem.params.clone())
    }
}

impl From<&'static str> for Reason {
    fn from(words: &'static str) -> Self {
        Self::Plain(words.into())
    }
}

fn counted(lang: Lang, id: &str, max: usize) -> String {
    text_with(lang, id, &Args::new().num("max", max))
}
