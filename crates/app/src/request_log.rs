//! The log of calls of the REST interface (contract 60, M-01 and M-02): who called what and when, never with what.
//!
//! A call only puts a row into memory, so that reading stays reading; a job writes what was gathered, many at
//! once, and `retention` forgets it in time. More than [`WAITING_MAX`] rows at once are not kept: the log
//! tells how programs behave, the audit trail what was done.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::RowId;
use perpetua_store::request_log as rows;
use perpetua_store::{Id, Page, Utc};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::problem::Problem;
use crate::retention;

pub use perpetua_store::request_log::{Adoption, ApiRequestRow};

/// How often the job writes.
pub const EVERY: Duration = Duration::from_secs(2);
/// Rows that wait for the job at most.
pub const WAITING_MAX: usize = 20_000;
/// Rows that one transaction writes.
const BATCH: usize = 500;

/// Calls that are not written yet.
#[derive(Debug, Default)]
pub struct RequestLog {
    waiting: Mutex<Vec<ApiRequestRow>>,
    lost: AtomicU64,
}

impl RequestLog {
    fn push(&self, row: ApiRequestRow) {
        let mut waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if waiting.len() < WAITING_MAX {
            waiting.push(row);
        } else {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn take(&self) -> Vec<ApiRequestRow> {
        let mut waiting = self.waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = waiting.len().min(BATCH);
        waiting.drain(..count).collect()
    }
}

/// Notes a call of somebody known. `operation` is its method with the pattern of its path.
pub fn note(app: &App, caller: &Caller, operation: String, request_id: String, correlation: String, status: u16) {
    let at = app.real_clock.now();
    let is_alone = caller.app.as_ref().is_some_and(|calling| calling.alone.is_some());
    app.request_log.push(ApiRequestRow {
        id: Id(RowId::new(app.entropy.uuid(at))),
        partner_id: Id(caller.tenant),
        app_id: caller.app.as_ref().map(|calling| Id(calling.id)),
        person_id: (!is_alone).then_some(Id(caller.person)),
        person_name: if is_alone { String::new() } else { caller.email.clone() },
        at: at.into(),
        operation,
        status: status.into(),
        network: caller.origin.network.clone(),
        request_id,
        correlation_id: correlation,
        // Nobody proves themselves twice here yet.
        is_mfa: false,
    });
}

/// Writes what waits; answers with how many rows were written.
///
/// # Errors
///
/// The store's; what could not be written is given up.
pub async fn flush(app: &App) -> Result<usize, Problem> {
    let mut written = 0;
    loop {
        let batch = app.request_log.take();
        if batch.is_empty() {
            break;
        }
        written += batch.len();
        app.store.write(batch, |conn, batch| rows::insert(conn, batch)).await?;
    }
    let lost = app.request_log.lost.swap(0, Ordering::Relaxed);
    if lost > 0 {
        tracing::warn!(lost, "calls came faster than the request log could keep them");
    }
    Ok(written)
}

/// Calls of the caller's partner, newest first; `after` is the last one seen.
///
/// # Errors
///
/// `missing_role`.
pub async fn list(
    app: &App,
    caller: &Caller,
    after: Option<(Timestamp, RowId)>,
    limit: i64,
) -> Result<Vec<ApiRequestRow>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::ApiRequestView, Owner::Own)?;
            let after = after.map(|(at, id)| (Utc::from(at), Id(id)));
            Ok(rows::list(conn, caller.tenant, &Page { after, limit: limit.clamp(1, 501) })?)
        })
        .await
}

/// Calls of the caller's partner per day and program, for as long as they are kept.
///
/// # Errors
///
/// `missing_role`.
pub async fn adoption(app: &App, caller: &Caller) -> Result<Vec<Adoption>, Problem> {
    let since: Utc = retention::calls_since(app).into();
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::ApiRequestView, Owner::Own)?;
            Ok(rows::adoption(conn, caller.tenant, since)?)
        })
        .await
}
