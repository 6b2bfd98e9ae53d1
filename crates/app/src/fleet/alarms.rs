//! Warnings: 60, 30, 14, 7 and 2 days before the last safe day of the first machine that has not moved. Each is given
//! once; when several are due at the same time, only the latest is.

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::fleet::{ALARM_DAYS, alarm, days_until};
use perpetua_domain::id::TenantId;
use perpetua_store::Utc;
use perpetua_store::fleet::{self as rows, FleetRow};
use serde_json::json;

use super::{day, day_of};
use crate::caller::Origin;
use crate::context::App;
use crate::event;
use crate::problem::Problem;

/// Fleets that are looked at together.
const CHUNK: i64 = 200;
/// A warning about a day that is gone for longer than this is not given: it was, or nobody worked here.
const GONE_MAX: i64 = 30;

/// A warning that is due.
#[derive(Debug, Clone, Copy)]
struct Due {
    customer: TenantId,
    day: Utc,
    threshold: i64,
    days_left: i64,
}

/// Gives the warnings that are due now; answers with how many.
///
/// # Errors
///
/// The store's; what was given before stays given.
pub async fn warn_due(app: &App) -> Result<usize, Problem> {
    let now = app.clock.now();
    let first = SignedDuration::from_hours(24 * ALARM_DAYS[0]);
    let until: Utc = now.saturating_add(first).unwrap_or(Timestamp::MAX).into();
    let mut given = 0;
    let mut after: Option<(Utc, TenantId)> = None;
    loop {
        let (due, last) = app
            .store
            .read(move |conn| {
                let fleets = rows::alarmed(conn, until, after, CHUNK)?;
                let last = fleets.last().and_then(|fleet| Some((fleet.alarm_day?, fleet.customer_id.0)));
                let mut due = Vec::new();
                for one in fleets.iter().filter_map(|fleet| due_of(fleet, now)) {
                    if !rows::is_alarm_given(conn, one.customer, one.day, one.threshold)? {
                        due.push(one);
                    }
                }
                Ok::<_, Problem>((due, last))
            })
            .await?;
        // Nearly always there is nothing, and then nothing is written.
        if !due.is_empty() {
            given += give(app, due).await?;
        }
        if last.is_none() {
            return Ok(given);
        }
        after = last;
    }
}

fn due_of(fleet: &FleetRow, now: Timestamp) -> Option<Due> {
    let at = fleet.alarm_day?;
    let days_left = days_until(day(at), day_of(now));
    let threshold = alarm(days_left).filter(|_| days_left >= -GONE_MAX)?;
    Some(Due { customer: fleet.customer_id.0, day: at, threshold, days_left })
}

async fn give(app: &App, due: Vec<Due>) -> Result<usize, Problem> {
    let guest = app.guest(&Origin::program("fleet warnings"));
    app.store
        .write((guest, due), |conn, (guest, due)| {
            let mut ids = guest.seed.ids();
            let mut given = 0;
            for one in due {
                if rows::claim_alarm(conn, one.customer, one.day, one.threshold, guest.now.into())? {
                    let facts = json!({
                        "customer": one.customer.to_string(),
                        "day": one.day.micros(),
                        "daysLeft": one.days_left,
                    });
                    event::push_guest(conn, &mut ids, guest, "fleet.due", &facts)?;
                    given += 1;
                }
            }
            Ok::<_, Problem>(given)
        })
        .await
}
