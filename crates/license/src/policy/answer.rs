//! The stable codes of every answer that a machine, a file or a typed code can get.
//!
//! Each has one word that never changes and never means anything else; sentences for people are made from it by
//! the surfaces. The list only grows.

use crate::codec::FormatError;
use crate::exchange::digits::DigitError;
use crate::exchange::file::FileError;
use crate::exchange::request::RequestError;
use crate::exchange::seal::OpenError;
use crate::exchange::symbols::SymbolError;
use crate::exchange::typed::TypedError;
use crate::key::KeyError;
use crate::revocation::Reason;

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// An answer to a machine or to whoever brings its file or code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Answer {
            $($(#[$doc])* $name,)+
        }

        impl Answer {
            /// All answers, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable word.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

answers! {
    /// A new activation was taken.
    Activated = "activated",
    /// The machine was active already; it has a new certificate and counts once.
    ActivatedAgain = "activated_again",
    /// The machine was known and its fingerprint had changed.
    ActivatedChanged = "activated_changed",
    /// The machine was known by its fingerprint and has a new machine key.
    ActivatedReimaged = "activated_reimaged",
    /// A new activation was taken beyond the limit, by the rule for extra ones.
    ActivatedByTopUp = "activated_by_top_up",
    /// The machine has a new certificate.
    Refreshed = "refreshed",
    /// The activation was given back and is free.
    Returned = "returned",
    /// The activation was given up and will be free when its certificate ends.
    ReturnPending = "return_pending",
    /// The machine is active.
    Active = "active",
    /// A typed code was made.
    TypedCodeIssued = "typed_code_issued",

    /// Not 32 characters of a key's alphabet.
    KeyMalformed = "key_malformed",
    /// The check characters do not fit.
    KeyMistyped = "key_mistyped",
    /// A 25-character key of another publisher.
    KeyForeign = "key_foreign",
    /// A generic client key for a key management service of the platform maker.
    KeyKmsClient = "key_kms_client",
    /// Well-formed, but never issued here.
    KeyUnknown = "key_unknown",
    /// Its purchase was cancelled.
    KeyCancelled = "key_cancelled",
    /// It became public and was revoked.
    KeyLeaked = "key_leaked",
    /// The operator revoked it.
    KeyRevoked = "key_revoked",
    /// Another key took its place; new machines need that one.
    KeyReplaced = "key_replaced",
    /// New machines must wait while the operator looks into it.
    KeyPaused = "key_paused",
    /// No activation is left.
    KeyExhausted = "key_exhausted",
    /// The term is over.
    TermOver = "term_over",
    /// The key is for another product.
    OtherProduct = "other_product",
    /// The key does not cover this version.
    VersionNotCovered = "version_not_covered",

    /// The machine's identity is in use on two machines.
    MachineCloned = "machine_cloned",
    /// The machine changed again too early.
    MachineChangedTooOften = "machine_changed_too_often",
    /// This machine has no such activation; it must activate.
    MachineUnknown = "machine_unknown",
    /// The activation was released from here or returned; the machine must activate anew.
    MachineReleased = "machine_released",
    /// No further return this month.
    ReturnLimitReached = "return_limit_reached",
    /// The proof is older than the machine's newest certificate.
    ProofOutdated = "proof_outdated",

    /// Not a request.
    RequestMalformed = "request_malformed",
    /// The file or document ends too early.
    RequestTruncated = "request_truncated",
    /// The machine's signature is wrong.
    RequestAltered = "request_altered",
    /// Its nonce was used by another request.
    RequestReplayed = "request_replayed",
    /// Larger than allowed.
    RequestTooLarge = "request_too_large",
    /// Dated in the future: the machine's clock is wrong.
    RequestFromFuture = "request_from_future",
    /// Older than requests may be.
    RequestTooOld = "request_too_old",
    /// Sealed to another installation.
    RequestOtherInstallation = "request_other_installation",
    /// A version of the protocol that is not supported here.
    ProtocolUnsupported = "protocol_unsupported",

    /// A group of a code is wrong.
    CodeMistyped = "code_mistyped",
    /// A code of another publisher.
    CodeForeign = "code_foreign",
    /// The code was made for another request, machine or key.
    CodeOtherRequest = "code_other_request",
    /// The code is no longer valid.
    CodeExpired = "code_expired",
    /// The publisher does not allow typed codes for this product.
    TypedCodeNotAllowed = "typed_code_not_allowed",

    /// Too many attempts for this key or from this network.
    TooManyRequests = "too_many_requests",
    /// The installation cannot answer now.
    TryAgainLater = "try_again_later",
}

impl Answer {
    /// Whether the machine got what it asked for.
    pub const fn is_good(self) -> bool {
        matches!(
            self,
            Self::Activated
                | Self::ActivatedAgain
                | Self::ActivatedChanged
                | Self::ActivatedReimaged
                | Self::ActivatedByTopUp
                | Self::Refreshed
                | Self::Returned
                | Self::ReturnPending
                | Self::Active
                | Self::TypedCodeIssued
        )
    }

    /// The answer with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|answer| answer.code() == code)
    }

    /// Why a text is not a product key. A client key of a key management service is told apart by its hash.
    pub fn of_key_text(text: &str, error: KeyError) -> Self {
        if crate::key::is_kms_client_key(text) { Self::KeyKmsClient } else { error.into() }
    }
}

impl From<KeyError> for Answer {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Length { .. } | KeyError::Character { .. } => Self::KeyMalformed,
            KeyError::Mistyped { .. } => Self::KeyMistyped,
            KeyError::ForeignKey25 => Self::KeyForeign,
            KeyError::WrongCheck => Self::KeyUnknown,
        }
    }
}

impl From<Reason> for Answer {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Cancelled => Self::KeyCancelled,
            Reason::Leaked => Self::KeyLeaked,
            Reason::Replaced => Self::KeyReplaced,
            Reason::Released => Self::MachineReleased,
            Reason::Operator | Reason::Other => Self::KeyRevoked,
        }
    }
}

impl From<FormatError> for Answer {
    fn from(error: FormatError) -> Self {
        match error {
            FormatError::TooLarge { .. } => Self::RequestTooLarge,
            FormatError::Truncated => Self::RequestTruncated,
            FormatError::UnknownVersion { .. } => Self::ProtocolUnsupported,
            FormatError::OtherKind { .. } | FormatError::Trailing | FormatError::Field { .. } => Self::RequestMalformed,
        }
    }
}

impl From<RequestError> for Answer {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Format(error) => error.into(),
            RequestError::Altered => Self::RequestAltered,
            RequestError::FromFuture => Self::RequestFromFuture,
            RequestError::TooOld => Self::RequestTooOld,
        }
    }
}

impl From<OpenError> for Answer {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::OtherInstallation => Self::RequestOtherInstallation,
            OpenError::Damaged => Self::RequestAltered,
            OpenError::Key(error) => error.into(),
        }
    }
}

impl From<FileError> for Answer {
    fn from(error: FileError) -> Self {
        match error {
            FileError::TooLarge => Self::RequestTooLarge,
            FileError::OtherFile => Self::RequestMalformed,
            FileError::Truncated => Self::RequestTruncated,
            FileError::Damaged => Self::RequestAltered,
            FileError::Symbols(error) => error.into(),
            FileError::Format(error) => error.into(),
        }
    }
}

impl From<SymbolError> for Answer {
    fn from(error: SymbolError) -> Self {
        match error {
            SymbolError::Character { .. } | SymbolError::Group { .. } | SymbolError::Length => Self::CodeMistyped,
        }
    }
}

impl From<TypedError> for Answer {
    fn from(error: TypedError) -> Self {
        match error {
            TypedError::Digits(DigitError::Foreign) => Self::CodeForeign,
            TypedError::Digits(_) => Self::CodeMistyped,
            TypedError::UnknownVersion { .. } => Self::ProtocolUnsupported,
            TypedError::Days | TypedError::OtherRequest => Self::CodeOtherRequest,
            TypedError::FromFuture => Self::RequestFromFuture,
            TypedError::Expired { .. } => Self::CodeExpired,
        }
    }
}
