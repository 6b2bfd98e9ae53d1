//! Activation: machines ask, the installation decides and answers with signed documents (issue: limits are exact,
//! re-imaged machines do not count twice, closed networks work, a cancelled purchase's key stops everywhere).
//!
//! What is decided stands in `perpetua_license::policy`; here a request is opened, the key's row is taken, the
//! decision is applied in one transaction (I3, I4, I5), and the answer is signed after the commit. Devices have no
//! account: the product key in a request is the credential.

pub mod answering;
mod apply;
pub mod facts;
pub mod files;
pub mod history;
pub mod keys;
pub mod lists;
pub mod machines;
pub mod release;
pub mod replace;
pub mod rules;
pub mod typed;
pub mod watch;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use perpetua_license::exchange::file::response_qr;
use perpetua_license::exchange::request::{Request, RequestKind, SignedRequest};
use perpetua_license::exchange::response::{Response, SignedResponse};
use perpetua_license::moment::Moment;
use perpetua_license::policy::activation::Refusal;
use perpetua_license::policy::answer::Answer;
use perpetua_store::{OperationError, StoreError};

use crate::caller::Origin;
use crate::context::App;
use crate::problem::Problem;
pub use answering::{Asked, Bounds, Unbounded, open};
use apply::Granted;
use keys::{Keys, LicenseKeys};
use lists::Lists;
use watch::Watch;

/// A signer is changed so long before it ends.
const ROTATE_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 180);

/// What a process keeps of activation between requests.
#[derive(Default)]
pub struct State {
    /// Keys towards devices.
    pub keys: LicenseKeys,
    /// The newest revocation list.
    pub lists: Lists,
    /// Attempts that are not stored yet.
    pub watch: Watch,
}

/// How a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// From the machine itself.
    Network,
    /// In a file, carried by hand or by another machine.
    File,
}

impl Via {
    const fn word(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::File => "file",
        }
    }
}

/// An answer to one request.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What was decided.
    pub answer: Answer,
    /// From when asking again may help.
    pub retry_at: Option<Moment>,
    /// The signed answer; `None` when the request could not be read, so that there is nobody to answer to.
    pub response: Option<SignedResponse>,
}

impl Answered {
    /// An answer to something that is no request.
    pub const fn unsigned(answer: Answer) -> Self {
        Self { answer, retry_at: None, response: None }
    }

    /// The text of a QR code with the signed answer.
    pub fn qr_text(&self) -> Option<String> {
        self.response.as_ref().map(response_qr)
    }
}

/// Why a request ended without a grant.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The answer is no.
    Refused(Refusal),
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Answer> for Stop {
    fn from(answer: Answer) -> Self {
        Self::Refused(answer.into())
    }
}

impl OperationError for Stop {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

/// Answers one request document. `expected` is the kind that its address stands for.
pub async fn ask(app: &App, origin: &Origin, via: Via, expected: Option<RequestKind>, document: &[u8]) -> Answered {
    answering::answer_within(app, origin, via, expected, document, &Unbounded).await
}

/// Answers a request that was opened.
pub async fn answer(app: &App, origin: &Origin, via: Via, asked: Asked) -> Answered {
    let request = asked.request().clone();
    match apply::decide(app, origin, via, asked).await {
        Ok(granted) => sign(app, &request, Ok(granted)).await,
        Err(Stop::Refused(refusal)) => refuse(app, &request, refusal).await,
        Err(Stop::Store(error)) => {
            tracing::error!(%error, "an activation could not be stored");
            refuse(app, &request, Answer::TryAgainLater.into()).await
        }
    }
}

/// The transaction of an answer without the answer itself: what is left when HTTP, opening and signing are taken
/// away, for measurements.
pub async fn commit_only(app: &App, origin: &Origin, via: Via, asked: Asked) -> Answer {
    match apply::decide(app, origin, via, asked).await {
        Ok(granted) => granted.answer,
        Err(Stop::Refused(refusal)) => refusal.answer,
        Err(Stop::Store(_)) => Answer::TryAgainLater,
    }
}

async fn refuse(app: &App, request: &Request, refusal: Refusal) -> Answered {
    sign(app, request, Err(refusal)).await
}

/// Signs what was committed, or the refusal, away from the threads that serve.
async fn sign(app: &App, request: &Request, decided: Result<Granted, Refusal>) -> Answered {
    let (answer, retry_at) = match &decided {
        Ok(granted) => (granted.answer, None),
        Err(refusal) => (refusal.answer, refusal.retry_at),
    };
    let unsigned = Answered { answer, retry_at, response: None };
    let keys = match app.activation.keys.get(app).await {
        Ok(keys) => keys,
        Err(problem) => {
            tracing::error!(?problem, "the keys towards devices cannot be opened");
            return Answered::unsigned(Answer::TryAgainLater);
        }
    };
    // The first list of an installation is made here, so that no device is told of a list 0.
    let list_number = match app.activation.lists.newest(app).await {
        Ok(list) => list.number,
        Err(problem) => {
            tracing::error!(?problem, "there is no revocation list");
            return Answered::unsigned(Answer::TryAgainLater);
        }
    };
    let response = Response {
        nonce: request.nonce,
        answered_at: moment(app.clock.now()),
        code: answer.code().to_owned(),
        retry_at: retry_at.unwrap_or(Moment::ZERO),
        chain_number: keys.chain_number(),
        list_number,
        certificate: None,
    };
    let signed = tokio::task::spawn_blocking(move || signed(&keys, response, decided.ok())).await;
    match signed {
        Ok(Ok(response)) => Answered { response: Some(response), ..unsigned },
        Ok(Err(error)) => {
            tracing::error!(%error, "an answer could not be signed");
            Answered::unsigned(Answer::TryAgainLater)
        }
        Err(error) => {
            tracing::error!(%error, "signing ended badly");
            Answered::unsigned(Answer::TryAgainLater)
        }
    }
}

fn signed(
    keys: &Arc<Keys>,
    mut response: Response,
    granted: Option<Granted>,
) -> Result<SignedResponse, perpetua_license::codec::FormatError> {
    if let Some(certificate) = granted.and_then(|granted| granted.certificate) {
        response.certificate = Some(certificate.sign(keys.signer())?);
    }
    response.sign(keys.signer())
}

/// Reads the keys anew, and changes the signer in good time before it ends.
///
/// # Errors
///
/// The store's and the vault's.
pub async fn keep_keys(app: &App) -> Result<(), Problem> {
    app.activation.keys.load(app).await?;
    if keys::is_rotation_due(app, ROTATE_BEFORE).await? {
        keys::rotate(app).await?;
    }
    Ok(())
}

/// Business time as documents carry it.
pub(crate) fn moment(at: Timestamp) -> Moment {
    Moment::from_unix(at.as_second())
}

/// The document of a request that may still be refused: what its signature says was checked.
pub(crate) fn decoded(document: &[u8]) -> Result<SignedRequest, Answer> {
    SignedRequest::decode(document).map_err(Answer::from)
}
