//! Forgets what is kept for a time only, a chunk at a time (design §5).
//!
//! Sign-ins, tokens and tests go when nothing can come of them any more. How long the rest is kept is the
//! operator's to say ([`Retention`]). Orders, audit records, machines and revocations stay for ever.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::sign_in::SESSION_AGE_MAX;
use perpetua_license::exchange::request::CARRIED_DAYS_MAX;
use perpetua_store::retention::{self as rows, CHUNK, Kind};
use perpetua_store::{Conn, Utc};

use crate::context::App;
use crate::problem::Problem;

/// How often the job looks.
pub const EVERY: Duration = Duration::from_mins(1);
/// Chunks of one kind that one round removes at most; what is left waits for the next one.
const CHUNKS_MAX: usize = 200;
/// For how long a dead token or sign-in stays, so that whoever looks into a complaint of yesterday finds it.
const DEAD_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long tests of webhooks are kept.
const TESTS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long some things are kept, in days of 24 hours, each 1 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Events that were delivered.
    pub event_days: u16,
    /// Counts of anonymous attempts.
    pub attempt_days: u16,
    /// The log of calls of the REST interface, with network addresses.
    pub call_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { event_days: 7, attempt_days: 90, call_days: 30 }
    }
}

/// From when on calls of the REST interface are kept.
pub(crate) fn calls_since(app: &App) -> Timestamp {
    back(app.real_clock.now(), days(app.settings.retention.call_days))
}

const fn days(days: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * days as i64)
}

fn back(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

/// The instant before which rows of a kind go. Devices live in business time, all else in real time.
fn before(app: &App, kind: Kind) -> Utc {
    let kept = &app.settings.retention;
    let (now, by) = match kind {
        // Their time ends by itself: nobody finds them any more.
        Kind::Answer => (app.real_clock.now(), SignedDuration::ZERO),
        Kind::DeliveredEvent => (app.real_clock.now(), days(kept.event_days)),
        Kind::AnonymousAttempt => (app.real_clock.now(), days(kept.attempt_days)),
        Kind::Session => (app.real_clock.now(), SESSION_AGE_MAX + DEAD_KEPT),
        Kind::PasswordReset | Kind::AuthorizationCode | Kind::RefreshToken => (app.real_clock.now(), DEAD_KEPT),
        Kind::WebhookTest => (app.real_clock.now(), TESTS_KEPT),
        Kind::Call => (app.real_clock.now(), days(kept.call_days)),
        Kind::KeySighting => (app.clock.now(), days(kept.attempt_days)),
        // An older request is refused for its age anyway.
        Kind::GrantedRequest => (app.clock.now(), days(u16::try_from(CARRIED_DAYS_MAX).unwrap_or(u16::MAX)) + days(2)),
    };
    back(now, by).into()
}

/// Forgets everything whose time is over; gives how many rows that were.
///
/// # Errors
///
/// The store's; what was removed before stays removed.
pub async fn sweep(app: &App) -> Result<usize, Problem> {
    let mut removed = 0;
    for kind in Kind::ALL {
        removed += sweep_kind(app, kind).await?;
    }
    Ok(removed)
}

async fn sweep_kind(app: &App, kind: Kind) -> Result<usize, Problem> {
    let before = before(app, kind);
    if !app.store.read(move |conn| rows::is_due(conn, kind, before)).await? {
        return Ok(0);
    }
    let mut removed = 0;
    for _ in 0..CHUNKS_MAX {
        let remove = move |conn: &mut Conn, (): &()| rows::remove(conn, kind, before);
        let chunk = app.store.write((), remove).await?;
        removed += chunk;
        if chunk < CHUNK {
            break;
        }
    }
    Ok(removed)
}
