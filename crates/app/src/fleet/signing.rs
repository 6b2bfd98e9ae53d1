//! Signed scripts (M25): where the operator set a signer up, every script that is given out carries its signature.
//!
//! The scripts are the same for everybody, so each is signed once per process. What belongs to a wave stands in lists
//! beside them.

use std::collections::BTreeMap;

use futures::future::BoxFuture;
use perpetua_fleet::scripts::{ScriptFile, signable};
use tokio::sync::OnceCell;

use crate::context::App;
use crate::problem::Problem;

/// Signs scripts.
pub trait ScriptSigner: Send + Sync {
    /// The script, which is a file with this ending, with its signature.
    ///
    /// # Errors
    ///
    /// A sentence for the log.
    fn sign(&self, ending: &'static str, text: Vec<u8>) -> BoxFuture<'_, Result<Vec<u8>, String>>;
}

/// A signer, and what it has signed.
pub struct Signing {
    signer: Box<dyn ScriptSigner>,
    signed: OnceCell<BTreeMap<String, Vec<u8>>>,
}

impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signing").finish_non_exhaustive()
    }
}

impl Signing {
    /// Nothing is signed yet.
    pub fn by(signer: impl ScriptSigner + 'static) -> Self {
        Self { signer: Box::new(signer), signed: OnceCell::new() }
    }

    async fn sign_all(&self) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut signed = BTreeMap::new();
        for (ending, ScriptFile { path, text }) in signable() {
            signed.insert(path, self.signer.sign(ending, text.into_bytes()).await?);
        }
        Ok(signed)
    }
}

/// The signed scripts by their paths; none where nobody signs.
///
/// # Errors
///
/// `fleet_signing_failed`; the log has the reason.
pub(super) async fn signed(app: &App) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    let Some(signing) = app.signing.get() else { return Ok(BTreeMap::new()) };
    let signed = signing.signed.get_or_try_init(|| signing.sign_all()).await;
    signed.cloned().map_err(|error| {
        tracing::error!(%error, "the scripts of migrations cannot be signed");
        Problem::conflict("fleet_signing_failed")
    })
}
