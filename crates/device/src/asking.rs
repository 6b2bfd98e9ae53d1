//! Asking the installation over the network: activate, refresh, return, status.
//!
//! A request is kept before it is sent. When its answer is lost, the next call of the same kind sends it again as it
//! is, so that it changes nothing twice.

use std::time::Duration;

use data_encoding::BASE64;
use perpetua_license::certificate::{ActivationId, SignedCertificate};
use perpetua_license::chain::TrustError;
use perpetua_license::exchange::Nonce;
use perpetua_license::exchange::request::{CARRIED_DAYS_MAX, Request, RequestKind, SignedRequest};
use perpetua_license::exchange::response::{Response, ResponseError, SignedResponse};
use perpetua_license::key::{ProductKey, parse};
use perpetua_license::machine::{Fingerprint, FingerprintSalt};
use perpetua_license::moment::{DAY_SECONDS, Moment};
use perpetua_license::policy::answer::Answer;
use serde_json::Value;

use crate::answer::Answered;
use crate::device::{Device, Open};
use crate::error::Error;
use crate::network::{Call, Reply};
use crate::software::Software;
use crate::state::Pending;

/// Waits before something that was not answered is sent again, in seconds.
const PAUSES: [u64; 2] = [1, 2];
/// Most bytes of an answer: JSON around 640 bytes, or twice around a thousand such.
const ANSWER_BYTES_MAX: u64 = 8 << 20;

impl Device {
    /// Activates this machine with a product key as people type it. `machine_name` is what the owner wants to call
    /// the machine; it may be empty. Doing it again is harmless and counts once.
    ///
    /// # Errors
    /// [`Error::Key`] before anything is sent, [`Error::Refused`], [`Error::Unreachable`] and others.
    pub fn activate(&self, key: &str, machine_name: &str) -> Result<Answered, Error> {
        let key = product_key(key)?;
        let mut open = self.open()?;
        self.ask(&mut open, RequestKind::Activate, Some((key, machine_name)))
    }

    /// Gets a newer certificate.
    ///
    /// # Errors
    /// [`Error::NotActivated`], and as [`activate`](Self::activate).
    pub fn refresh(&self) -> Result<Answered, Error> {
        let mut open = self.open()?;
        self.ask(&mut open, RequestKind::Refresh, None)
    }

    /// Gives the activation back; the software stops here.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub fn give_back(&self) -> Result<Answered, Error> {
        let mut open = self.open()?;
        self.ask(&mut open, RequestKind::Return, None)
    }

    /// Asks how the activation stands, which changes nothing there.
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub fn ask_status(&self) -> Result<Answered, Error> {
        let mut open = self.open()?;
        self.ask(&mut open, RequestKind::Status, None)
    }

    fn ask(
        &self,
        open: &mut Open<'_>,
        kind: RequestKind,
        about: Option<(ProductKey, &str)>,
    ) -> Result<Answered, Error> {
        let nonce = match self.unanswered(open, kind, about.as_ref().map(|(key, _)| key)) {
            Some(nonce) => nonce,
            None => self.prepare(open, kind, about, false)?.request().nonce,
        };
        let pending = open.state.pending(nonce).ok_or(Error::OtherRequest)?;
        let reply = self.post_patiently(kind.code(), pending.request.as_bytes())?;
        let (answered, response) = read(&reply)?;
        let Some(response) = response else {
            // Unsigned: the request could not be read there. Another one may fare better, so this one is given up.
            if !answered.is_later() {
                open.state.forget(nonce);
                open.save()?;
            }
            return Err(Error::Refused(answered));
        };
        self.take(open, &response, answered.sentence, true)
    }

    /// The same request again, if its answer never came.
    fn unanswered(&self, open: &Open<'_>, kind: RequestKind, key: Option<&ProductKey>) -> Option<Nonce> {
        let now = self.moment(&open.state);
        let is_same = |pending: &&Pending| {
            let content = pending.content();
            let age = now.seconds_since(content.created_at);
            content.kind == kind
                && !pending.by_hand
                && key.is_none_or(|key| *key == pending.key)
                && content.version == self.software.version
                && age < (CARRIED_DAYS_MAX - 1) * DAY_SECONDS
        };
        open.state.pending.iter().rfind(is_same).map(|pending| pending.content().nonce)
    }

    /// Makes a request and keeps it.
    pub(crate) fn prepare(
        &self,
        open: &mut Open<'_>,
        kind: RequestKind,
        about: Option<(ProductKey, &str)>,
        by_hand: bool,
    ) -> Result<SignedRequest, Error> {
        let (key, machine_name) = match about {
            Some((key, name)) => (key, name.trim().to_owned()),
            None => (open.state.key.clone().ok_or(Error::NotActivated)?, open.state.machine_name.clone()),
        };
        let activation = match (kind, &open.state.certificate) {
            (RequestKind::Activate, _) => ActivationId([0; 16]),
            (_, Some((certificate, _))) => named(certificate),
            (_, None) => return Err(Error::NotActivated),
        };
        let request = Request {
            kind,
            nonce: Nonce(self.random()?),
            created_at: self.moment(&open.state),
            machine_key: open.key.public(),
            activation,
            fingerprint: self.fingerprint(&key),
            product: self.software.product.clone(),
            version: self.software.version,
            machine_name,
        };
        let request = request.sign(&key.as_typed(), &self.software.installation, &open.key, &self.random()?)?;
        open.state.wait_for(Pending { request: request.clone(), key, by_hand });
        open.save()?;
        Ok(request)
    }

    pub(crate) fn fingerprint(&self, key: &ProductKey) -> Fingerprint {
        let parts = self.around.hardware.parts();
        let salt = FingerprintSalt::of(&key.as_typed());
        Fingerprint::of_values(&salt, parts.iter().map(|(kind, value)| (*kind, value.as_str())))
    }

    /// Believes a response that is signed and answers a waiting request, and keeps what it brings. With `is_online`
    /// a newer chain and list are fetched when the response names them.
    pub(crate) fn take(
        &self,
        open: &mut Open<'_>,
        signed: &SignedResponse,
        sentence: Option<String>,
        is_online: bool,
    ) -> Result<Answered, Error> {
        let pending = open.state.pending(signed.nonce()).cloned().ok_or(Error::OtherRequest)?;
        let verified = signed.verify(&open.state.trust(&self.software), pending.content());
        let response = match verified {
            Ok(response) => response,
            Err(ResponseError::Trust(TrustError::UnknownSigner | TrustError::OutsidePeriod)) if is_online => {
                self.fetch_chain(open)?;
                signed.verify(&open.state.trust(&self.software), pending.content())?
            }
            Err(error) => return Err(error.into()),
        };
        let answered = Answered::of(response, sentence);
        open.state.forget(signed.nonce());
        // A clock that once stood in the future does no lasting harm: the signed moment counts, also downwards.
        open.state.latest_seen = response.answered_at;
        settle(open, &pending, response, &answered, &self.software);
        self.judge_again(open)?;
        open.save()?;
        if is_online {
            self.keep_up(open, response)?;
        }
        if answered.is_good { Ok(answered) } else { Err(Error::Refused(answered)) }
    }

    /// Posts, and again after a pause when nothing came back or the installation cannot answer now.
    pub(crate) fn post_patiently(&self, path: &str, body: &[u8]) -> Result<Reply, Error> {
        let call = Call { path, body: Some(body), limit: ANSWER_BYTES_MAX };
        for seconds in PAUSES {
            match self.around.network.call(&call) {
                Ok(reply) if reply.status != 503 => return Ok(reply),
                Ok(_) | Err(Error::Unreachable(_)) => (self.around.pause)(Duration::from_secs(seconds)),
                Err(error) => return Err(error),
            }
        }
        self.around.network.call(&call)
    }
}

/// The activation that a certificate names, also when its signer is no longer trusted: then the machine asks for a
/// new one by that name.
fn named(certificate: &SignedCertificate) -> ActivationId {
    let mut id = [0; 16];
    // After kind, version and signer, as the format says.
    id.copy_from_slice(&certificate.as_bytes()[12..28]);
    ActivationId(id)
}

/// What a believed response changes here.
fn settle(open: &mut Open<'_>, pending: &Pending, response: &Response, answered: &Answered, software: &Software) {
    let state = &mut open.state;
    let trust = state.trust(software);
    let content = pending.content();
    if let Some(signed) = &response.certificate {
        let issued_at = |signed: &SignedCertificate| {
            signed.verify(&trust).map_or(Moment::ZERO, |certificate| certificate.issued_at)
        };
        // A file that was carried for long must not replace what came over the network meanwhile.
        let is_newer = state.certificate.as_ref().is_none_or(|(known, _)| issued_at(signed) >= issued_at(known));
        if is_newer {
            state.certificate = Some((signed.clone(), pending.request.clone()));
            state.key = Some(pending.key.clone());
            state.machine_name.clone_from(&content.machine_name);
            state.ended = None;
            state.typed = None;
        }
        return;
    }
    let is_about_this = state.certificate.as_ref().is_some_and(|(known, _)| named(known) == content.activation);
    if is_about_this && answered.gives_back() {
        state.certificate = None;
        state.key = None;
        state.ended = None;
    } else if is_about_this && answered.ends_activation() {
        state.ended = Some(answered.code.clone());
    }
}

/// A key as people type it.
///
/// # Errors
/// [`Error::Key`] with the answer that the installation would give.
pub fn product_key(text: &str) -> Result<ProductKey, Error> {
    // Looks at the public check only; whether the key was issued, the installation says.
    parse(text).and_then(|_| ProductKey::restore(text)).map_err(|error| Error::Key(Answer::of_key_text(text, error)))
}

/// The JSON of an answer: what it says, and the signed response in it.
pub(crate) fn read(reply: &Reply) -> Result<(Answered, Option<SignedResponse>), Error> {
    let value: Value = serde_json::from_slice(&reply.body).map_err(|_| Error::NotUnderstood)?;
    read_value(&value)
}

pub(crate) fn read_value(value: &Value) -> Result<(Answered, Option<SignedResponse>), Error> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let answered = Answered {
        code: text("code").ok_or(Error::NotUnderstood)?,
        is_good: value["good"].as_bool().ok_or(Error::NotUnderstood)?,
        is_signed: false,
        retry_at: None,
        sentence: text("sentence"),
    };
    let response = match text("response") {
        None => None,
        Some(base64) => {
            let bytes = BASE64.decode(base64.as_bytes()).map_err(|_| Error::NotUnderstood)?;
            Some(SignedResponse::decode(&bytes)?)
        }
    };
    Ok((answered, response))
}
