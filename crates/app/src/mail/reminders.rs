//! Reminders: some days before the window of an order's purchases closes (M19), and before a term ends (M10).
//!
//! Each is given once: the row that says so is written with the event. Business time decides, so that a demo shows
//! them when its clock is moved.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::Timestamp;
use perpetua_domain::id::{SubscriptionId, TenantId};
use perpetua_store::mail::{self as rows, ReminderKind};
use perpetua_store::{Conn, Utc};
use serde_json::json;

use crate::caller::{Guest, Origin};
use crate::context::App;
use crate::event;
use crate::problem::Problem;

/// How often the job looks.
pub const EVERY: Duration = Duration::from_secs(30);

/// How long before a window closes its reminder comes; an order is never reminded of sooner than this after it was
/// placed.
const BEFORE_WINDOW: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long before a term ends its reminder comes.
const BEFORE_TERM: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long a term has run at least when its reminder comes.
const INTO_TERM: SignedDuration = SignedDuration::from_hours(24 * 14);
/// Reminders that one transaction gives.
const CHUNK: i64 = 100;
/// Partners that are looked at together.
const PARTNERS: i64 = 200;

/// Gives the reminders that are due now; answers with how many.
///
/// # Errors
///
/// The store's; what was given before stays given.
pub async fn give_due(app: &App) -> Result<usize, Problem> {
    let mut given = 0;
    let mut after: Option<TenantId> = None;
    loop {
        let partners = app.store.read(move |conn| rows::partners_after(conn, after, PARTNERS)).await?;
        let Some(last) = partners.last().copied() else { break };
        for partner in partners {
            given += windows(app, partner).await?;
        }
        after = Some(last);
    }
    Ok(given + terms(app).await?)
}

fn guest(app: &App) -> Guest {
    app.guest(&Origin::program("reminders"))
}

fn shifted(now: Timestamp, by: SignedDuration) -> Utc {
    now.saturating_add(by).unwrap_or(now).into()
}

async fn windows(app: &App, partner: TenantId) -> Result<usize, Problem> {
    let now = app.clock.now();
    let span = (now.into(), shifted(now, BEFORE_WINDOW), shifted(now, -BEFORE_WINDOW));
    let mut given = 0;
    loop {
        // Nearly always there is nothing, and then nothing is written.
        let due = app.store.read(move |conn| rows::closing(conn, partner, span, CHUNK)).await?;
        if due.is_empty() {
            return Ok(given);
        }
        given += due.len();
        app.store
            .write((guest(app), due), |conn, (guest, due)| {
                let mut ids = guest.seed.ids();
                for (order, closes_at) in due {
                    if claim(conn, guest, ReminderKind::Window, order.uuid(), *closes_at)? {
                        let facts = json!({ "order": order.to_string(), "closesAt": closes_at.micros() });
                        event::push_guest(conn, &mut ids, guest, "reminder.window", &facts)?;
                    }
                }
                Ok::<_, Problem>(())
            })
            .await?;
    }
}

async fn terms(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let span = (now.into(), shifted(now, BEFORE_TERM), shifted(now, -INTO_TERM));
    let mut given = 0;
    loop {
        let due = app.store.read(move |conn| rows::ending(conn, span, CHUNK)).await?;
        if due.is_empty() {
            return Ok(given);
        }
        given += due.len();
        app.store
            .write((guest(app), due), |conn, (guest, due)| {
                let mut ids = guest.seed.ids();
                for row in due {
                    let id: SubscriptionId = row.id.0;
                    if claim(conn, guest, ReminderKind::Term, id.uuid(), row.term_ends_at)? {
                        let facts = json!({
                            "subscription": id.to_string(),
                            "order": row.order_id.0.to_string(),
                            "endsAt": row.term_ends_at.micros(),
                        });
                        event::push_guest(conn, &mut ids, guest, "reminder.term", &facts)?;
                    }
                }
                Ok::<_, Problem>(())
            })
            .await?;
    }
}

fn claim(
    conn: &mut Conn,
    guest: &Guest,
    kind: ReminderKind,
    subject: uuid::Uuid,
    due_at: Utc,
) -> Result<bool, Problem> {
    Ok(rows::claim_reminder(conn, kind, subject, due_at, guest.now.into())?)
}
