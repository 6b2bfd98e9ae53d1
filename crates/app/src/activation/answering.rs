//! Opening a request: everything that can be refused before the database is asked.
//!
//! A wrong signature, a wrong date, another installation and an invented product key end here; the check
//! characters of a key are looked at before anything is looked up, and invented keys are counted (I5).

use std::sync::Arc;

use perpetua_license::exchange::request::{Request, SignedRequest};
use perpetua_license::exchange::seal::OpenError;
use perpetua_license::key::{CheckSecrets, ProductKey};
use perpetua_license::policy::answer::Answer;
use sha2::{Digest as _, Sha256};

use super::keys::Keys;
use super::{Answered, decoded, moment, refuse};
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

/// Counts an attempt that is no use to anybody, per source and minute (I5).
pub async fn count(app: &App, origin: &Origin, answer: Answer) {
    use Answer::{KeyForeign, KeyKmsClient, KeyMalformed, KeyMistyped, KeyUnknown, TryAgainLater};
    if answer.is_good() || answer == TryAgainLater {
        return;
    }
    let is_guess = matches!(answer, KeyUnknown | KeyMistyped | KeyMalformed | KeyForeign | KeyKmsClient);
    let kind = if is_guess { "activation_key_unknown" } else { "activation_refused" };
    let source = Sha256::digest(origin.network.as_bytes()).to_vec();
    let minute = app.real_clock.now().as_second() / 60;
    let counted = app.store.write((source, minute), move |conn, (source, minute)| {
        perpetua_store::audit::count_anonymous(conn, source, *minute, kind)
    });
    if let Err(error) = counted.await {
        tracing::warn!(%error, "an attempt could not be counted");
    }
}
