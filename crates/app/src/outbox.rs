//! Delivering events from the outbox: claimed by lease, tried again with growing pauses, and in the
//! end laid aside as dead letters, which an operator sees and may send again.
//!
//! Receivers may get an event twice (after a crash between delivery and its note) and recognise it
//! by its id. An event for which nobody has subscribed is done at once.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::Permission;
use perpetua_domain::id::OutboxId;
pub use perpetua_store::outbox::OutboxRow;
use perpetua_store::outbox::{self, Outcome};
use perpetua_store::{Id, Page, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::problem::Problem;

/// Events claimed at once.
pub const BATCH: usize = 32;
/// Of these, delivered at the same time.
const AT_ONCE: usize = 8;
/// How often due events are looked for.
pub const EVERY: Duration = Duration::from_secs(1);
/// Deliveries tried before an event is laid aside: the last one about a day after the first.
pub const ATTEMPTS_MAX: i64 = 12;
/// Longer than any delivery may take, so that no other worker repeats one that still runs.
const LEASE: SignedDuration = SignedDuration::from_secs(600);
const PAUSE_FIRST_MS: i64 = 30_000;
const PAUSE_MAX_MS: i64 = 6 * 3_600_000;
const ERROR_CHARS_MAX: usize = 500;

/// Whom an event reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// Everybody who subscribed has it.
    Yes,
    /// Nobody has subscribed to this kind.
    NobodyAsked,
}

/// The way out for events. Webhooks and mail implement it in `outbound`.
pub trait Delivery: Send + Sync {
    /// Delivers one event, or says why that failed. The text stands in the operator's list, so it
    /// holds no secret.
    fn deliver<'a>(&'a self, event: &'a OutboxRow) -> BoxFuture<'a, Result<Delivered, String>>;
}

/// Writes each event's kind and id to the log. What an installation has until it subscribes others.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogDelivery;

impl Delivery for LogDelivery {
    fn deliver<'a>(&'a self, event: &'a OutboxRow) -> BoxFuture<'a, Result<Delivered, String>> {
        tracing::info!(event = %event.id.0, kind = event.kind, "event");
        Box::pin(std::future::ready(Ok(Delivered::NobodyAsked)))
    }
}

/// Delivers what is due now, at most [`BATCH`] events, and answers with their number.
pub async fn deliver_due(app: &App, delivery: &dyn Delivery, worker: Uuid) -> Result<usize, Problem> {
    let now = app.real_clock.now();
    let until = now.saturating_add(LEASE).unwrap_or(now);
    let events = app
        .store
        .write((worker, now, until), |conn, (worker, now, until)| {
            outbox::claim(conn, *worker, (*now).into(), (*until).into(), i64::try_from(BATCH).unwrap_or(1))
        })
        .await?;
    // Several at once, so that a slow mail server does not hold up webhooks, nor the other way round.
    let deliveries = stream::iter(events.iter().map(Ok::<_, Problem>));
    deliveries.try_for_each_concurrent(AT_ONCE, |event| deliver_one(app, delivery, worker, event)).await?;
    Ok(events.len())
}

async fn deliver_one(app: &App, delivery: &dyn Delivery, worker: Uuid, event: &OutboxRow) -> Result<(), Problem> {
    let outcome = match delivery.deliver(event).await {
        Ok(Delivered::Yes | Delivered::NobodyAsked) => Outcome::Done,
        Err(error) => after_failure(app, event, &error),
    };
    let input = (event.id.0, worker, app.real_clock.now(), outcome);
    let settled = app
        .store
        .write(input, |conn, (id, worker, now, outcome)| outbox::settle(conn, *id, *worker, (*now).into(), outcome));
    Ok(settled.await?)
}

fn after_failure(app: &App, event: &OutboxRow, error: &str) -> Outcome {
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    let tried = event.attempts + 1;
    if tried >= ATTEMPTS_MAX {
        tracing::warn!(event = %event.id.0, kind = event.kind, tried, "an event was laid aside");
        return Outcome::Dead(error);
    }
    let random = u64::from_be_bytes(app.entropy.bytes());
    Outcome::Again(retry_at(app.real_clock.now(), tried, random).into(), error)
}

/// When to try again after `tried` failures: 30 s, doubled each time, at most 6 h, and of that
/// between a half and the whole by chance, so that many events do not return together.
fn retry_at(now: Timestamp, tried: i64, random: u64) -> Timestamp {
    let doublings = u32::try_from(tried - 1).unwrap_or(0).min(20);
    let pause = (PAUSE_FIRST_MS << doublings).min(PAUSE_MAX_MS);
    let half = pause / 2;
    let jitter = i64::try_from(random % half.unsigned_abs()).unwrap_or(0);
    now.saturating_add(SignedDuration::from_millis(half + jitter)).unwrap_or(now)
}

/// The place of a dead letter in the list.
pub type DeadKey = (Timestamp, OutboxId);

/// An event that was laid aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The event.
    pub id: OutboxId,
    /// Its kind.
    pub kind: String,
    /// When it was laid aside, in real time.
    pub dead_at: Timestamp,
    /// Deliveries tried.
    pub attempts: i64,
    /// What the last try said.
    pub last_error: String,
}

impl DeadLetter {
    /// Its place in the list.
    pub const fn key(&self) -> DeadKey {
        (self.dead_at, self.id)
    }
}

fn letter(row: OutboxRow) -> DeadLetter {
    DeadLetter {
        id: row.id.0,
        kind: row.kind,
        dead_at: row.dead_at.unwrap_or(row.created_at).timestamp(),
        attempts: row.attempts,
        last_error: row.last_error,
    }
}

/// One page of dead letters, latest first.
///
/// # Errors
///
/// `missing_role`; `not_found` for anybody but the operator.
pub async fn dead_letters(
    app: &App,
    caller: &Caller,
    after: Option<DeadKey>,
    limit: i64,
) -> Result<Vec<DeadLetter>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::OutboxView, Owner::Own)?;
            let after = after.map(|(at, id)| (Utc::from(at), Id(id)));
            let rows = outbox::dead(conn, &Page { after, limit: limit.clamp(1, 200) })?;
            Ok(rows.into_iter().map(letter).collect())
        })
        .await
}

/// Sends a dead letter again, with all its attempts.
///
/// # Errors
///
/// `not_found` when it is not dead any more; `missing_role`.
pub async fn send_again(app: &App, caller: &Caller, id: OutboxId) -> Result<(), Problem> {
    app.store
        .write((app.stamp(caller), id), |conn, (stamp, id)| {
            authorize::require(conn, &stamp.caller, Permission::OutboxRetry, Owner::Own)?;
            if !outbox::revive(conn, *id, stamp.real_now.into())? {
                return Err(Problem::not_found());
            }
            let entry = Entry::new("event.sent_again", "event", id).detail(json!({}));
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_half_a_minute_to_six_hours_and_jitter_keeps_at_least_half() {
        let now = Timestamp::UNIX_EPOCH;
        let seconds = |tried, random| retry_at(now, tried, random).as_second();
        assert_eq!([seconds(1, 0), seconds(2, 0), seconds(3, 0)], [15, 30, 60]);
        assert_eq!(seconds(1, 14_999), 29);
        assert_eq!([seconds(11, 0), seconds(1_000, 0)], [10_800, 10_800]);
        let day: i64 = (1..ATTEMPTS_MAX).map(|tried| seconds(tried, 0)).sum();
        assert!((3_600 * 6..=3_600 * 48).contains(&day), "{day}");
    }
}
