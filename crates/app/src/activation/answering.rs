//! Opening a request: everything that can be refused before the database is asked.
//!
//! A wrong signature, a wrong date, another installation and an invented product key end here; the check
//! characters of a key are looked at before anything is looked up, and invented keys are counted (I5).

use std::sync::Arc;

use perpetua_license::exchange::request::{Request, RequestKind, SignedRequest};
use perpetua_license::exchange::seal::OpenError;
use perpetua_license::key::{CheckSecrets, ProductKey};
use perpetua_license::policy::answer::Answer;
use perpetua_store::StoreError;
use sha2::{Digest as _, Sha256};

use super::keys::Keys;
use super::{Answered, Via, answer, decoded, moment, refuse};
use crate::caller::Origin;
use crate::context::App;
use crate::vault::Purpose;

/// A request that was opened: signed by its machine, young enough, with a product key that has the right check.
#[derive(Debug, Clone)]
pub struct Asked {
    pub(super) request: Request,
    pub(super) digest: [u8; 32],
    pub(super) hashes: Vec<[u8; 32]>,
}

impl Asked {
    /// The content.
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// Refuses it with a signed answer, before anything is decided.
    pub async fn refused(&self, app: &App, answer: Answer) -> Answered {
        refuse(app, &self.request, answer.into()).await
    }

    /// Names the product key for counting attempts, without telling it.
    pub fn key_name(&self) -> [u8; 32] {
        self.hashes.first().copied().unwrap_or_default()
    }
}

/// A request that was not opened.
#[derive(Debug)]
pub struct NotOpened {
    /// Why.
    pub answer: Answer,
    /// The request, when the machine's signature on it is right.
    pub request: Option<Box<Request>>,
}

impl NotOpened {
    /// The answer; signed when there is somebody to answer to.
    pub async fn answered(self, app: &App) -> Answered {
        match self.request {
            Some(request) => refuse(app, &request, self.answer.into()).await,
            None => Answered::unsigned(self.answer),
        }
    }
}

/// Opens a request document.
///
/// # Errors
///
/// [`NotOpened`]; nothing is stored then.
pub async fn open(app: &App, document: &[u8]) -> Result<Asked, NotOpened> {
    let nobody = |answer| NotOpened { answer, request: None };
    let keys = app.activation.keys.get(app).await.map_err(|problem| {
        tracing::error!(?problem, "the keys towards devices cannot be opened");
        nobody(Answer::TryAgainLater)
    })?;
    let secrets = app.vault.check_secrets();
    let document = document.to_vec();
    let now = moment(app.clock.now());
    let opened = tokio::task::spawn_blocking(move || {
        let signed = decoded(&document).map_err(nobody)?;
        let known = |answer| NotOpened { answer, request: Some(Box::new(signed.request().clone())) };
        signed.request().check_age(now).map_err(|error| known(error.into()))?;
        let key = product_key(&signed, &keys, &secrets).map_err(known)?;
        Ok((signed.request().clone(), Sha256::digest(&document).into(), key))
    });
    let (request, digest, key) = opened.await.map_err(|_| nobody(Answer::TryAgainLater))??;
    let ids = app.vault.ids(Purpose::LookUp);
    let hash = |id| app.vault.lookup_hash(id, key.expose().as_bytes());
    // The newest first: that is where almost every key is.
    let hashes = ids.into_iter().rev().map(hash).collect::<Result<Vec<_>, _>>();
    Ok(Asked { request, digest, hashes: hashes.map_err(|_| nobody(Answer::TryAgainLater))? })
}

fn product_key(signed: &SignedRequest, keys: &Arc<Keys>, secrets: &CheckSecrets) -> Result<ProductKey, Answer> {
    let secret = keys.exchange(signed.installation()).ok_or(OpenError::OtherInstallation)?;
    Ok(signed.open_key(secret)?.verify(secrets)?)
}

/// Bounds attempts: those of a network, and those with a product key, wherever they come from.
pub trait Bounds: Sync {
    /// Whether the network has used up its attempts.
    fn is_network_over(&self) -> bool;
    /// Whether the product key of this name has ([`Asked::key_name`]).
    fn is_key_over(&self, key: &[u8; 32]) -> bool;
    /// Notes an attempt; the key is known when the request could be opened and was decided.
    fn note(&self, key: Option<&[u8; 32]>);
}

/// No bounds: for callers who are known, and for tests.
#[derive(Debug, Clone, Copy)]
pub struct Unbounded;

impl Bounds for Unbounded {
    fn is_network_over(&self) -> bool {
        false
    }

    fn is_key_over(&self, _: &[u8; 32]) -> bool {
        false
    }

    fn note(&self, _: Option<&[u8; 32]>) {}
}

/// Whether an answer makes its request an attempt: it was refused, and not for the time being.
pub const fn is_attempt(answer: Answer) -> bool {
    !answer.is_good() && !matches!(answer, Answer::TryAgainLater | Answer::TooManyRequests)
}

/// Answers one request document within bounds. `expected` is the kind that its address stands for.
pub async fn answer_within(
    app: &App,
    origin: &Origin,
    via: Via,
    expected: Option<RequestKind>,
    document: &[u8],
    bounds: &impl Bounds,
) -> Answered {
    if bounds.is_network_over() {
        return Answered::unsigned(Answer::TooManyRequests);
    }
    let (key, answered) = match open(app, document).await {
        Err(not_opened) => (None, not_opened.answered(app).await),
        Ok(asked) if expected.is_some_and(|kind| kind != asked.request().kind) => {
            (None, asked.refused(app, Answer::RequestMalformed).await)
        }
        Ok(asked) => {
            let key = asked.key_name();
            if bounds.is_key_over(&key) {
                return asked.refused(app, Answer::TooManyRequests).await;
            }
            (Some(key), answer(app, origin, via, asked).await)
        }
    };
    if is_attempt(answered.answer) {
        bounds.note(key.as_ref());
    }
    answered
}

/// Counts the attempts among these answers, per source and minute (I5): one write, however many there are.
pub async fn count(app: &App, origin: &Origin, answers: impl IntoIterator<Item = Answer>) {
    use Answer::{KeyForeign, KeyKmsClient, KeyMalformed, KeyMistyped, KeyUnknown};
    let (mut guesses, mut refusals) = (0_i64, 0_i64);
    for answer in answers.into_iter().filter(|answer| is_attempt(*answer)) {
        match answer {
            KeyUnknown | KeyMistyped | KeyMalformed | KeyForeign | KeyKmsClient => guesses += 1,
            _ => refusals += 1,
        }
    }
    if guesses + refusals == 0 {
        return;
    }
    let minute = app.real_clock.now().as_second() / 60;
    let counted = app.store.write(origin.source_hash(), move |conn, source| {
        for (kind, attempts) in [("activation_key_unknown", guesses), ("activation_refused", refusals)] {
            if attempts > 0 {
                perpetua_store::audit::count_anonymous(conn, source, minute, kind, attempts)?;
            }
        }
        Ok::<_, StoreError>(())
    });
    if let Err(error) = counted.await {
        tracing::warn!(%error, "attempts could not be counted");
    }
}
