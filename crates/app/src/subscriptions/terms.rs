//! The end of terms: a job writes down what reading already says. Each round takes a few whose term is over,
//! with record and event; a second node that takes the same ones runs again and finds them done.

use std::time::Duration;

use perpetua_domain::subscription::SubscriptionState;
use perpetua_store::subscriptions::{self as rows, SubscriptionRow};
use perpetua_store::{Conn, Word, orders};

use super::{entry, facts, payload};
use crate::caller::{Guest, Ids, Origin};
use crate::context::App;
use crate::problem::Problem;
use crate::{audit, event};

/// How often the job looks.
pub const EVERY: Duration = Duration::from_secs(5);

/// Subscriptions that one round ends.
pub const BATCH: usize = 50;

/// Marks subscriptions whose term is over as expired, at most [`BATCH`]; answers with how many.
///
/// # Errors
///
/// Only the store's.
pub async fn end_terms(app: &App) -> Result<usize, Problem> {
    // Nearly every round finds nothing, and then writes nothing.
    let now = app.clock.now();
    if app.store.read(move |conn| rows::ended(conn, now.into(), 1)).await?.is_empty() {
        return Ok(0);
    }
    let guest = app.guest(&Origin::program("terms"));
    app.store.write(guest, end_in).await
}

fn end_in(conn: &mut Conn, guest: &Guest) -> Result<usize, Problem> {
    let mut ids = guest.seed.ids();
    let limit = i64::try_from(BATCH).map_err(Problem::internal)?;
    let over = rows::ended(conn, guest.now.into(), limit)?;
    for row in &over {
        end(conn, &mut ids, guest, row)?;
    }
    Ok(over.len())
}

fn end(conn: &mut Conn, ids: &mut Ids<'_>, guest: &Guest, row: &SubscriptionRow) -> Result<(), Problem> {
    let line =
        orders::find_line(conn, row.line_id.0)?.ok_or_else(|| Problem::internal("a subscription without line"))?;
    let over = SubscriptionRow {
        state: Word(SubscriptionState::Expired),
        suspension: None,
        auto_renew: false,
        changed_at: guest.now.into(),
        ..row.clone()
    };
    rows::update(conn, &over)?;
    audit::record_guest(conn, ids, guest, &entry(&over, facts(&over, &line, &["state"])))?;
    event::push_guest(conn, ids, guest, "subscription.updated", &payload(&over))?;
    Ok(())
}
