//! Tokens that are shown once and may be sent by mail later (I7).
//!
//! The database holds the token's hash, and the outbox a nonce: the token follows from the nonce under a key that only
//! a running process has. So the worker that sends the mail makes the same token again, also when it sends it twice,
//! and whoever reads the database has neither.

use data_encoding::BASE64URL_NOPAD;
use perpetua_domain::hand_over::code_of;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::problem::Problem;
use crate::vault::Purpose;

/// What the tokens of invitations are for.
const INVITATION: &str = "invitation";

/// What is kept of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its hash, by which it is found.
    pub(crate) hash: [u8; 32],
    pub(crate) nonce: [u8; 16],
}

impl Mark {
    /// The nonce as it stands in an event.
    pub(crate) fn nonce(&self) -> String {
        BASE64URL_NOPAD.encode(&self.nonce)
    }
}

/// A new token of an invitation.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn fresh(app: &App) -> Result<(Token, Mark), Problem> {
    fresh_of(app, INVITATION)
}

/// A new token for another purpose.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn fresh_of(app: &App, what: &str) -> Result<(Token, Mark), Problem> {
    let nonce: [u8; 16] = app.entropy.bytes();
    let token = first(app, what, &nonce)?;
    let mark = Mark { hash: token.hash(), nonce };
    Ok((token, mark))
}

/// The digits that people type, of a nonce: under the newest key first, then under every older one.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn codes(app: &App, what: &str, nonce: &[u8]) -> Result<Vec<Zeroizing<String>>, Problem> {
    let code = |key| {
        let bytes = app.vault.one_time(key, what, nonce).map_err(Problem::internal)?;
        Ok(Zeroizing::new(code_of(&bytes)))
    };
    app.vault.ids(Purpose::LookUp).into_iter().rev().map(code).collect()
}

/// The token of an invitation from the nonce of its event; `None` when the invitation has another one by now.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn of_invitation(app: &App, nonce: &str, hash: &[u8]) -> Result<Option<Token>, Problem> {
    let Ok(nonce) = BASE64URL_NOPAD.decode(nonce.as_bytes()) else { return Ok(None) };
    again(app, INVITATION, &nonce, hash)
}

/// The token of a nonce under the newest key.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn first(app: &App, what: &str, nonce: &[u8]) -> Result<Token, Problem> {
    let key = app.vault.newest(Purpose::LookUp).map_err(Problem::internal)?;
    let bytes = app.vault.one_time(key, what, nonce).map_err(Problem::internal)?;
    Ok(Token::of(&bytes))
}

/// The token of a nonce that has this hash, under whichever key it was made.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn again(app: &App, what: &str, nonce: &[u8], hash: &[u8]) -> Result<Option<Token>, Problem> {
    for key in app.vault.ids(Purpose::LookUp).into_iter().rev() {
        let bytes = app.vault.one_time(key, what, nonce).map_err(Problem::internal)?;
        let token = Token::of(&bytes);
        if bool::from(token.hash().as_slice().ct_eq(hash)) {
            return Ok(Some(token));
        }
    }
    Ok(None)
}
