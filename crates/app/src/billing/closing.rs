//! Closing months: a job that takes the oldest unbilled entry, gathers all of its account's month in steps, and
//! closes the invoice with the next number. Any step may be the last of a process: another one goes on.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::id::{InvoiceId, TenantId};
use perpetua_store::billing::{self as rows, InvoiceRow};
use perpetua_store::series::{self, Series};
use perpetua_store::{Conn, Id, StoreError, document_parties};
use serde_json::json;

use super::month;
use crate::audit::Entry;
use crate::caller::{Guest, Ids, Origin};
use crate::context::App;
use crate::problem::Problem;
use crate::{audit, event};

/// How often the job looks.
pub const EVERY: Duration = Duration::from_secs(10);

/// How long after a month's end it is closed, so that orders on their way are on its invoice.
const GRACE: SignedDuration = SignedDuration::from_hours(1);

/// Entries that one step gathers; each may bring a customer whose name is kept.
const STEP: i64 = 400;

/// Closes finished months until none is left; answers with how many invoices it closed.
///
/// # Errors
///
/// Only the store's.
pub async fn close_months(app: &App) -> Result<usize, Problem> {
    let mut closed = 0;
    while is_due(app).await? {
        let guest = app.guest(&Origin::program("invoices"));
        closed += usize::from(app.store.write(guest, step).await?);
    }
    Ok(closed)
}

/// Nearly every round finds nothing, and then writes nothing.
async fn is_due(app: &App) -> Result<bool, Problem> {
    let now = app.clock.now();
    app.store.read(move |conn| Ok(next(conn, now)?.is_some())).await
}

/// What to go on with: an invoice that was begun, or the account and month of the oldest unbilled entry.
enum Work {
    Begun(InvoiceRow),
    New { partner: TenantId, currency: String, at: Timestamp },
}

fn next(conn: &mut Conn, now: Timestamp) -> Result<Option<Work>, Problem> {
    if let Some(row) = rows::any_gathering(conn)? {
        return Ok(Some(Work::Begun(row)));
    }
    let settled = now.checked_sub(GRACE).unwrap_or(Timestamp::MIN);
    let before = month(conn, settled)?.starts_at;
    let oldest = rows::oldest_unbilled(conn, before.into())?;
    Ok(oldest.map(|entry| Work::New { partner: entry.partner.0, currency: entry.currency, at: entry.at.timestamp() }))
}

/// Gathers some entries; `true` when that closed an invoice.
fn step(conn: &mut Conn, guest: &Guest) -> Result<bool, Problem> {
    let mut ids = guest.seed.ids();
    let (row, is_new) = match next(conn, guest.now)? {
        None => return Ok(false),
        Some(Work::Begun(row)) => (row, false),
        Some(Work::New { partner, currency, at }) => (begin(conn, ids.next(), partner, currency, at)?, true),
    };
    let gathered = rows::gather(conn, &row, STEP)?;
    if is_new && gathered == 0 {
        // Another process billed them meanwhile: look again, and leave no empty invoice behind.
        return Err(StoreError::Conflict { table: "ledger_entry" }.into());
    }
    if i64::try_from(gathered).is_ok_and(|gathered| gathered >= STEP) {
        rows::count_step(conn, &row)?;
        return Ok(false);
    }
    close(conn, &mut ids, guest, row)?;
    Ok(true)
}

fn begin(
    conn: &mut Conn,
    id: InvoiceId,
    partner: TenantId,
    currency: String,
    at: Timestamp,
) -> Result<InvoiceRow, Problem> {
    let month = month(conn, at)?;
    if let Some(begun) = rows::gathering(conn, partner, &currency, month.starts_at.into())? {
        return Ok(begun);
    }
    let row = InvoiceRow {
        id: Id(id),
        number: None,
        partner_id: Id(partner),
        currency,
        period_start: month.starts_at.into(),
        period_end: month.ends_at.into(),
        state: "gathering".to_owned(),
        net: 0,
        tax: 0,
        total: 0,
        closed_at: None,
        version: 1,
    };
    rows::begin(conn, &row)?;
    Ok(row)
}

fn close(conn: &mut Conn, ids: &mut Ids<'_>, guest: &Guest, row: InvoiceRow) -> Result<(), Problem> {
    let (net, tax) = rows::sums(conn, row.id.0)?;
    let number = series::take(conn, Series::Invoice)?;
    let closed = InvoiceRow {
        number: Some(number.clone()),
        net,
        tax,
        total: net + tax,
        closed_at: Some(guest.now.into()),
        ..row
    };
    rows::close(conn, &closed)?;
    document_parties::keep_present(conn, closed.id.0.as_ref(), closed.partner_id.0, None)?;
    let facts = json!({
        "number": number,
        "currency": closed.currency,
        "net": net,
        "tax": tax,
        "total": closed.total,
        "periodStart": closed.period_start.timestamp().to_string(),
        "periodEnd": closed.period_end.timestamp().to_string(),
    });
    let entry = Entry::new("invoice.closed", "invoice", closed.id.0).partner(closed.partner_id.0);
    audit::record_guest(conn, ids, guest, &entry.detail(facts.clone()))?;
    let mut payload = facts;
    payload["id"] = closed.id.0.to_string().into();
    payload["partner"] = closed.partner_id.0.to_string().into();
    event::push_guest(conn, ids, guest, "invoice.closed", &payload)?;
    Ok(())
}
