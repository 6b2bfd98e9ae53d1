//! One request id of the REST interface has one effect (I2, design §7).
//!
//! The claim is taken in the transaction of the effect, by the first audit record of it, or by
//! [`take`] where nothing is recorded. A copy that comes later meets the claim, so its transaction is
//! rolled back; it then gets the answer of the first. Authorization runs before any replay, in the
//! dispatcher of the interface.

use jiff::SignedDuration;
use perpetua_store::answers::{self, AnswerRow};
use perpetua_store::{Conn, Id, StoreError};

use crate::caller::{Caller, Claim, Stamp};
use crate::context::App;
use crate::problem::Problem;
use crate::vault::Purpose;

/// How long an answer that changed something is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// After this long without an answer the process that had the effect is taken for dead.
pub const ABANDONED_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// How long a refusal is kept: clients send a failed write five times within milliseconds.
pub const REFUSAL_KEPT: SignedDuration = SignedDuration::from_secs(60);

/// What is known of a request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nothing.
    New,
    /// It was used with another body.
    OtherBody,
    /// A copy has it and its answer is not known yet.
    Running,
    /// A copy had its effect and no answer was remembered for [`ABANDONED_AFTER`].
    Abandoned,
    /// It was answered.
    Answered {
        /// The status.
        status: u16,
        /// The JSON of the answer, without secrets.
        body: String,
    },
}

/// Claims the request of the caller, once; for browsers and reads nothing is claimed.
///
/// # Errors
///
/// [`StoreError::Claimed`] when a copy was first.
pub fn take(conn: &mut Conn, stamp: &Stamp) -> Result<(), StoreError> {
    let Some(claim) = claim_of(&stamp.caller) else { return Ok(()) };
    let expires_at = stamp.real_now.saturating_add(KEPT).unwrap_or(stamp.real_now);
    let row = AnswerRow {
        request_key: claim.key.to_vec(),
        claim: Id(claim.nonce),
        body_hash: claim.body_hash.to_vec(),
        status: 0,
        body: String::new(),
        created_at: stamp.real_now.into(),
        expires_at: expires_at.into(),
    };
    if answers::claim(conn, &row)? { Ok(()) } else { Err(StoreError::Claimed) }
}

/// What is kept of a body to tell another one from it: keyed, because bodies hold passwords (I7). A request that is
/// repeated across a rotation of the look-up keys counts as another body.
///
/// # Errors
///
/// Only when the vault has no look-up key.
pub fn body_hash(app: &App, body: &[u8]) -> Result<[u8; 32], Problem> {
    let key = app.vault.newest(Purpose::LookUp).map_err(Problem::internal)?;
    app.vault.lookup_hash(key, body).map_err(Problem::internal)
}

/// Looks a request id up.
pub async fn look_up(app: &App, claim: &Claim) -> Result<Known, Problem> {
    let now = app.real_clock.now();
    let key = claim.key;
    let found = app.store.read(move |conn| answers::find(conn, &key, now.into())).await?;
    Ok(match found {
        None => Known::New,
        Some(row) if row.body_hash != claim.body_hash => Known::OtherBody,
        Some(row) if row.status != 0 => {
            Known::Answered { status: u16::try_from(row.status).unwrap_or(500), body: row.body }
        }
        Some(row) if now.duration_since(row.created_at.timestamp()) < ABANDONED_AFTER => Known::Running,
        Some(_) => Known::Abandoned,
    })
}

/// Remembers an answer: that of a change for [`KEPT`], a refusal for [`REFUSAL_KEPT`].
pub async fn remember(app: &App, claim: &Claim, status: u16, body: String) -> Result<(), Problem> {
    let now = app.real_clock.now();
    let kept = if status < 400 { KEPT } else { REFUSAL_KEPT };
    let row = AnswerRow {
        request_key: claim.key.to_vec(),
        claim: Id(claim.nonce),
        body_hash: claim.body_hash.to_vec(),
        status: i64::from(status),
        body,
        created_at: now.into(),
        expires_at: now.saturating_add(kept).unwrap_or(now).into(),
    };
    app.store
        .write(row, |conn, row| {
            // Whoever holds the claim already has had its effect, and its answer counts.
            if answers::claim(conn, row)? {
                answers::settle(conn, row)?;
            }
            Ok::<_, StoreError>(())
        })
        .await?;
    Ok(())
}

fn claim_of(caller: &Caller) -> Option<Claim> {
    caller.origin.wire.as_ref()?.claim
}
