//! What every use case is given: the store, the clocks, randomness, the vault and media storage.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use object_store::{ObjectStore, ObjectStoreExt as _};
use perpetua_store::{Store, StoreError, tenants};

use crate::activation;
use crate::caller::{Caller, Guest, IdSeed, Origin, Stamp};
use crate::clock::Clock;
use crate::documents::Typeset;
use crate::entropy::{Entropy, EntropyExt as _};
use crate::fleet::Signing;
use crate::password::Passwords;
use crate::request_files::Scanner;
use crate::request_log::RequestLog;
use crate::retention::Retention;
use crate::signing::Signer;
use crate::token_keys::TokenKeys;
use crate::vault::Vault;

/// How long the media storage may take to answer when it is asked whether it is there.
const PROBE_TIME: Duration = Duration::from_secs(2);

/// What an installation decides, beyond its policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The address under which people reach us, without a slash at its end. Absolute URLs come from
    /// here, never from a Host header.
    pub public_url: String,
    /// Whether the business clock may be moved.
    pub demo: bool,
    /// Whether mail reaches anybody; what works without it says so where it does.
    pub mail: bool,
    /// How long what is kept for a time only is kept.
    pub retention: Retention,
}

/// The running program, as use cases see it.
pub struct App {
    /// The database.
    pub store: Store,
    /// Business time: orders, windows, audit. The demo may move it forward.
    pub clock: Arc<dyn Clock>,
    /// Real time: tokens, sessions, lock-outs and rate limits.
    pub real_clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// Secrets at rest.
    pub vault: Vault,
    /// The present signing key.
    pub signer: Signer,
    /// The keys that sign access tokens and webhooks, made when they are first needed.
    pub token_keys: TokenKeys,
    /// Calls of the REST interface that are not written yet.
    pub request_log: RequestLog,
    /// Keys and lists towards devices, made when they are first needed.
    pub activation: activation::State,
    /// Password hashing, bounded.
    pub passwords: Passwords,
    /// Where media lie.
    pub media: Arc<dyn ObjectStore>,
    /// Looks into files of requests, once the operator set a program up for it.
    pub scanner: OnceLock<Arc<dyn Scanner>>,
    /// Signs scripts of migrations, once the operator set a program up for it.
    pub signing: OnceLock<Signing>,
    /// Sets documents on pages.
    pub documents: Arc<dyn Typeset>,
    /// What the installation decides.
    pub settings: Settings,
}

/// Whether the parts on which requests depend can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Readiness {
    /// The database answers.
    pub database: bool,
    /// Media storage answers.
    pub media: bool,
}

impl App {
    /// Asks the database and media storage for something small.
    pub async fn readiness(&self) -> Readiness {
        let operator: Result<(), StoreError> = self.store.read(|conn| tenants::operator(conn).map(drop)).await;
        let path = object_store::path::Path::from("ready/probe");
        // A storage that is gone is tried again and again; who asks for readiness waits for no more than a moment.
        let probe = tokio::time::timeout(PROBE_TIME, self.media.head(&path)).await;
        let media = matches!(probe, Ok(Ok(_) | Err(object_store::Error::NotFound { .. })));
        Readiness { database: operator.is_ok(), media }
    }

    /// What a write by this caller needs: time and ids, made now.
    pub fn stamp(&self, caller: &Caller) -> Stamp {
        let now = self.clock.now();
        let real_now = self.real_clock.now();
        let seed = IdSeed::new(real_now, self.entropy.bytes());
        Stamp { now, real_now, seed, caller: caller.clone() }
    }

    /// What a write by somebody without an account needs: time and ids, made now.
    pub fn guest(&self, origin: &Origin) -> Guest {
        let real_now = self.real_clock.now();
        let seed = IdSeed::new(real_now, self.entropy.bytes());
        Guest { now: self.clock.now(), real_now, seed, origin: origin.clone() }
    }
}
