//! The bodies of answers to devices, as they are sent and as they are described.

use perpetua_license::policy::answer::Answer;
use serde::{Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::status_of;

/// A stable code; its schema lists all of them.
#[derive(Debug, Clone, Copy)]
pub struct Code(Answer);

impl From<Answer> for Code {
    fn from(answer: Answer) -> Self {
        Self(answer)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let line = |answer: &Answer| {
            let sentence = super::sentence(perpetua_i18n::Lang::En, *answer);
            format!("- `{}` ({}): {sentence}", answer.code(), status_of(*answer).as_u16())
        };
        let lines: Vec<String> = Answer::ALL.iter().map(line).collect();
        let about =
            format!("The stable codes, each with its status and sentence. More may follow.\n\n{}", lines.join("\n"));
        let codes = Answer::ALL.iter().map(|answer| answer.code());
        let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).description(Some(about));
        schema.build().into()
    }
}

impl ToSchema for Code {
    fn name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }
}

/// The answer to one request. A device acts on `response` alone; the rest is for people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Answer)]
pub struct AnswerBody {
    /// The version of the protocol.
    pub protocol: u32,
    /// What was decided.
    pub code: Code,
    /// The same for people, in the language that `Accept-Language` asks for; may change at any time.
    pub sentence: String,
    /// Whether the machine got what it asked for.
    pub good: bool,
    /// From when asking again may help, RFC 3339.
    #[schema(required = true, format = "date-time")]
    pub retry_at: Option<String>,
    /// The signed response document in base64 with padding; null when there is nobody to answer to.
    #[schema(required = true)]
    pub response: Option<String>,
    /// The versions that are understood; only with `protocol_unsupported`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub supported: Option<Vec<u32>>,
}

/// The answers to a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answers)]
pub struct AnswersBody {
    /// The version of the protocol.
    pub protocol: u32,
    /// One per request, in the order of the file.
    pub answers: Vec<AnswerBody>,
    /// The `.response` file with every signed response; null when there is none.
    #[schema(required = true)]
    pub file: Option<String>,
}

/// What a publisher builds into its software.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Installation)]
pub struct InstallationBody {
    /// The newest version of the protocol.
    pub protocol: u32,
    /// The versions that are understood.
    pub supported: Vec<u32>,
    /// 32 bytes in base64: product keys are sealed to it.
    pub installation: String,
    /// 32 bytes in base64: it signs the chain. Must not be fetched at run time.
    pub root: String,
    /// The number of the newest link of the chain.
    pub chain_number: u64,
    /// The number of the newest revocation list; 0 before the first one.
    pub list_number: u64,
    /// The present of the installation, RFC 3339.
    #[schema(format = "date-time")]
    pub now: String,
}
