//! Why something did not work, each with a stable code and with the exit code that scripts see.

use std::io;
use std::path::PathBuf;

use perpetua_license::chain::{ChainError, TrustError};
use perpetua_license::codec::FormatError;
use perpetua_license::exchange::digits::DigitError;
use perpetua_license::exchange::file::FileError;
use perpetua_license::exchange::long_code::LongCodeError;
use perpetua_license::exchange::response::ResponseError;
use perpetua_license::exchange::symbols::SymbolError;
use perpetua_license::exchange::typed::TypedError;
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::ListError;

use crate::answer::Answered;

/// Why something did not work. Carries no product key and no part of one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
    /// What is built into the software cannot be used, such as a root key of another length.
    #[error("the software's settings: {0}")]
    Software(String),
    /// The installation could not be reached. What the machine has stays as it is.
    #[error("the installation cannot be reached: {0}")]
    Unreachable(String),
    /// Something answered that does not speak the protocol.
    #[error("the answer is not understood")]
    NotUnderstood,
    /// The installation said no.
    #[error("refused: {}", .0.code)]
    Refused(Answered),
    /// The typed text is no product key, found before anything was sent.
    #[error("not a product key: {}", .0.code())]
    Key(Answer),
    /// The state was not written by this machine's key: edited, or copied without its key.
    #[error("the state was altered")]
    StateTampered,
    /// The state is of a later version of this program.
    #[error("the state is of a later version")]
    StateNewer,
    /// There is no activation here to refresh, return or ask about.
    #[error("this machine is not activated")]
    NotActivated,
    /// A document that was brought here is damaged or of another kind.
    #[error("the document cannot be read: {0}")]
    Document(&'static str),
    /// A document is not signed by whom this software trusts.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The chain of signing keys does not lead here from the pinned root.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A revocation list is not taken.
    #[error(transparent)]
    List(#[from] ListError),
    /// A response or code answers no request of this machine that still waits.
    #[error("it answers another request")]
    OtherRequest,
    /// A typed or long code is not accepted.
    #[error("the code is not accepted: {}", .0.code())]
    Code(Answer),
}

/// What kind of failure it is; the number is the exit code of the command line and the status of the C interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Something on this machine, such as a folder without rights.
    Here = 1,
    /// The installation, or a look at key or code, said no.
    Refused = 3,
    /// The network or the installation is not there; trying again may help.
    Unreachable = 4,
    /// A file, response or list that is not acceptable here.
    Document = 5,
    /// The state was altered.
    Tampered = 6,
    /// There is nothing activated here.
    NotActivated = 13,
}

impl Failure {
    /// The number.
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl Error {
    /// A stable word: one of the installation's answers, or one of this program's own.
    pub fn code(&self) -> &str {
        match self {
            Self::File { .. } => "file_failed",
            Self::Random(_) => "no_random_bytes",
            Self::Software(_) => "software_invalid",
            Self::Unreachable(_) => "unreachable",
            Self::NotUnderstood => "answer_not_understood",
            Self::Refused(answered) => &answered.code,
            Self::Key(answer) | Self::Code(answer) => answer.code(),
            Self::StateTampered => "state_tampered",
            Self::StateNewer => "state_newer",
            Self::NotActivated => "not_activated",
            Self::Document(code) => code,
            Self::Trust(error) => trust_code(*error),
            Self::Chain(error) => chain_code(*error),
            Self::List(error) => list_code(*error),
            Self::OtherRequest => "other_request",
        }
    }

    /// What kind of failure it is.
    pub fn failure(&self) -> Failure {
        match self {
            Self::File { .. } | Self::Random(_) | Self::Software(_) | Self::StateNewer => Failure::Here,
            Self::Unreachable(_) | Self::NotUnderstood => Failure::Unreachable,
            Self::Refused(answered) if answered.is_later() => Failure::Unreachable,
            Self::Refused(_) | Self::Key(_) | Self::Code(_) => Failure::Refused,
            Self::StateTampered => Failure::Tampered,
            Self::NotActivated => Failure::NotActivated,
            Self::Document(_) | Self::Trust(_) | Self::Chain(_) | Self::List(_) | Self::OtherRequest => {
                Failure::Document
            }
        }
    }
}

const fn trust_code(error: TrustError) -> &'static str {
    match error {
        TrustError::UnknownSigner => "signer_unknown",
        TrustError::SignerCompromised => "signer_compromised",
        TrustError::OutsidePeriod => "signer_outside_period",
        TrustError::BadSignature => "signature_wrong",
    }
}

const fn format_code(error: FormatError) -> &'static str {
    match error {
        FormatError::TooLarge { .. } => "document_too_large",
        FormatError::Truncated => "document_truncated",
        FormatError::OtherKind { .. } => "document_of_other_kind",
        FormatError::UnknownVersion { .. } => "document_newer",
        FormatError::Trailing | FormatError::Field { .. } => "document_damaged",
    }
}

const fn chain_code(error: ChainError) -> &'static str {
    match error {
        ChainError::Format(error) => format_code(error),
        ChainError::NotNewer { .. } => "chain_not_newer",
        ChainError::OtherRoot => "chain_of_other_root",
        ChainError::BadSignature => "signature_wrong",
    }
}

const fn list_code(error: ListError) -> &'static str {
    match error {
        ListError::Format(error) => format_code(error),
        ListError::Trust(error) => trust_code(error),
        ListError::OtherBody => "document_damaged",
        ListError::WentBack { .. } => "list_went_back",
        ListError::Conflicting { .. } => "list_conflicting",
        ListError::OtherBase { .. } => "list_of_other_base",
    }
}

impl From<FormatError> for Error {
    fn from(error: FormatError) -> Self {
        Self::Document(format_code(error))
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::Document(match error {
            FileError::TooLarge => "document_too_large",
            FileError::OtherFile => "document_of_other_kind",
            FileError::Truncated => "document_truncated",
            FileError::Damaged | FileError::Symbols(_) => "document_damaged",
            FileError::Format(error) => format_code(error),
        })
    }
}

impl From<ResponseError> for Error {
    fn from(error: ResponseError) -> Self {
        match error {
            ResponseError::Format(error) => error.into(),
            ResponseError::Trust(error) => error.into(),
            ResponseError::OtherRequest => Self::OtherRequest,
        }
    }
}

impl From<TypedError> for Error {
    fn from(error: TypedError) -> Self {
        Self::Code(error.into())
    }
}

impl From<DigitError> for Error {
    fn from(error: DigitError) -> Self {
        TypedError::Digits(error).into()
    }
}

impl From<SymbolError> for Error {
    fn from(error: SymbolError) -> Self {
        Self::Code(error.into())
    }
}

impl From<LongCodeError> for Error {
    fn from(error: LongCodeError) -> Self {
        match error {
            LongCodeError::Typed(error) => error.into(),
            LongCodeError::Format(_) => Self::Code(Answer::CodeMistyped),
        }
    }
}
