//! What the installation said, as the machine believes it: from a signed response, or unsigned for people only.

use perpetua_license::exchange::response::Response;
use perpetua_license::moment::Moment;
use perpetua_license::policy::answer::Answer;

/// An answer of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The stable code.
    pub code: String,
    /// Whether the machine got what it asked for.
    pub is_good: bool,
    /// Whether the code was signed. Only then anything changed here.
    pub is_signed: bool,
    /// From when asking again may help.
    pub retry_at: Option<Moment>,
    /// What the installation says to people; used when this program does not know the code.
    pub sentence: Option<String>,
}

/// Signed refusals after which the certificate proves nothing: the activation that it names is over.
const ENDING: [Answer; 6] = [
    Answer::KeyCancelled,
    Answer::KeyLeaked,
    Answer::KeyRevoked,
    Answer::TermOver,
    Answer::MachineReleased,
    Answer::MachineUnknown,
];

impl Answered {
    /// From a response whose signature was checked. A code that this program does not know is good exactly when it
    /// brings a certificate.
    pub fn of(response: &Response, sentence: Option<String>) -> Self {
        let known = Answer::from_code(&response.code);
        Self {
            code: response.code.clone(),
            is_good: known.map_or(response.certificate.is_some(), Answer::is_good),
            is_signed: true,
            retry_at: Some(response.retry_at).filter(|at| *at != Moment::ZERO),
            sentence,
        }
    }

    /// Whether it says only that now is not the time.
    pub fn is_later(&self) -> bool {
        [Answer::TryAgainLater, Answer::TooManyRequests].iter().any(|later| later.code() == self.code)
    }

    /// Whether it ends the activation that was asked about.
    pub(crate) fn ends_activation(&self) -> bool {
        self.is_signed && ENDING.iter().any(|ending| ending.code() == self.code)
    }

    /// Whether the activation was given back.
    pub(crate) fn gives_back(&self) -> bool {
        [Answer::Returned, Answer::ReturnPending].iter().any(|returned| returned.code() == self.code)
    }
}
