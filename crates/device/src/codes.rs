//! Codes that people type: the short one of digits, and the long one that is a whole certificate.
//!
//! The short one is a keyed hash, not a signature; what it does not protect against stands in
//! `docs/license-format.md`. It works only in software that its publisher built with the product's secret.

use perpetua_license::exchange::digits;
use perpetua_license::exchange::long_code;
use perpetua_license::exchange::symbols::GroupState;
use perpetua_license::exchange::typed::{self, TypedGrant, TypedRequest};
use perpetua_license::key::ProductKey;
use perpetua_license::policy::answer::Answer;

use crate::asking::product_key;
use crate::device::{Device, Open};
use crate::error::Error;
use crate::state::Typed;

/// Digits of a typed code.
const TYPED_DIGITS: usize = typed::CODE_GROUPS * digits::GROUP;

/// Which code a text is, by its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Eight groups of six digits.
    Typed,
    /// Some fifty groups of six letters and digits.
    Long,
}

/// How each group of a code stands while it is typed. A text of digits alone is read as a typed code until it is
/// longer than one.
///
/// # Errors
/// [`Error::Code`] for a character that stands in no code.
pub fn group_states(text: &str) -> Result<(CodeKind, Vec<GroupState>), Error> {
    match kind_of(text) {
        CodeKind::Typed => Ok((CodeKind::Typed, digits::group_states(text)?)),
        CodeKind::Long => Ok((CodeKind::Long, long_code::group_states(text)?)),
    }
}

fn kind_of(text: &str) -> CodeKind {
    let is_letter = |character: char| character.is_ascii_alphabetic();
    let count = text.chars().filter(|character| character.is_numeric()).count();
    if text.chars().any(is_letter) || count > TYPED_DIGITS { CodeKind::Long } else { CodeKind::Typed }
}

impl Device {
    /// The nine groups of digits that a person passes on to get a typed code. The same until a code was accepted, so
    /// that asking twice does not make the first code useless.
    ///
    /// # Errors
    /// [`Error::Code`] when the publisher did not build typed codes in, [`Error::Key`].
    pub fn typed_request(&self, key: &str) -> Result<String, Error> {
        let key = product_key(key)?;
        self.secret()?;
        let mut open = self.open()?;
        if let Some(typed) = open.state.typed.as_ref().filter(|typed| typed.code.is_none() && typed.key == key) {
            return Ok(typed.request.to_digits());
        }
        let request = TypedRequest::new(&open.key.public(), &key.as_typed(), u64::from_be_bytes(self.random()?));
        open.state.typed = Some(Typed { request, key, code: None });
        open.save()?;
        Ok(request.to_digits())
    }

    /// Accepts a typed code for the request that was shown, or a long code for a request that was carried.
    ///
    /// # Errors
    /// [`Error::Code`] with the installation's word for what is wrong.
    pub fn accept_code(&self, text: &str) -> Result<Option<TypedGrant>, Error> {
        let mut open = self.open()?;
        match kind_of(text) {
            CodeKind::Typed => self.accept_typed(&mut open, text).map(Some),
            CodeKind::Long => self.accept_long(&mut open, text).map(|()| None),
        }
    }

    fn secret(&self) -> Result<&typed::TypedSecret, Error> {
        self.software.typed_secret.as_ref().ok_or(Error::Code(Answer::TypedCodeNotAllowed))
    }

    fn accept_typed(&self, open: &mut Open<'_>, text: &str) -> Result<TypedGrant, Error> {
        // Looks at the groups first, so that a slip is named as one.
        digits::decode::<{ typed::CODE_GROUPS }>(text)?;
        let secret = self.secret()?;
        let now = self.moment(&open.state);
        let waiting = open.state.typed.as_mut().ok_or(Error::Code(Answer::CodeOtherRequest))?;
        let key = waiting.key.as_typed();
        let grant = typed::accept(text, &waiting.request, &key, &self.software.product, secret, now)?;
        waiting.code = Some(text.to_owned());
        open.save()?;
        Ok(grant)
    }

    fn accept_long(&self, open: &mut Open<'_>, text: &str) -> Result<(), Error> {
        let trust = open.state.trust(&self.software);
        let mut error = Error::Code(Answer::CodeOtherRequest);
        for pending in open.state.pending.clone().into_iter().rev() {
            // Which request it answers does not stand in the code: the signature fits exactly one.
            let certificate = long_code::decode(text, pending.content())?;
            match certificate.verify(&trust) {
                Ok(content) => {
                    open.state.latest_seen = open.state.latest_seen.max(content.issued_at);
                    open.state.forget(pending.content().nonce);
                    open.state.key = Some(ProductKey::clone(&pending.key));
                    open.state.machine_name.clone_from(&pending.content().machine_name);
                    open.state.certificate = Some((certificate, pending.request));
                    open.state.ended = None;
                    open.state.typed = None;
                    return open.save();
                }
                Err(perpetua_license::chain::TrustError::BadSignature) => {}
                Err(other) => error = other.into(),
            }
        }
        // A slip in the code is told before the lack of a request.
        long_code::group_states(text)?;
        Err(error)
    }
}
