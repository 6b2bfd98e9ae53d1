//! Deciding about a sheet that was read: publish it, or throw it away.

use perpetua_domain::access::Permission;
use perpetua_domain::id::PriceSheetId;
use perpetua_store::prices::{self, SheetRow, SheetState};
use perpetua_store::{Conn, StoreError, Utc};
use serde_json::json;

use super::{clear, split_markets};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::Problem;

/// Products that one closure names.
const PRODUCTS_PER_CHUNK: i64 = 400;

/// The wish to publish a sheet.
#[derive(Debug, Clone, Copy)]
pub struct Publish {
    /// The sheet.
    pub sheet: PriceSheetId,
    /// Whether to go on although some rows are bad; those are left out.
    pub leave_out_bad: bool,
}

/// Makes the markets of a sheet sell from it, from one instant to the next.
///
/// # Errors
///
/// `sheet_not_ready`, `sheet_has_bad_rows` unless they are left out, `sheet_has_no_good_rows`, and
/// `sheet_outdated` when one of its markets got another list since it was read.
pub async fn publish(app: &App, caller: &Caller, command: Publish) -> Result<(), Problem> {
    let asker = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &asker, Permission::PricesImport, Owner::Own)?;
            publishable(conn, command).map(|_| ())
        })
        .await?;
    name_products(app, command.sheet).await?;
    let stamp = app.stamp(caller);
    app.store.write((stamp, command), |conn, (stamp, command)| switch(conn, stamp, *command)).await
}

fn switch(conn: &mut Conn, stamp: &Stamp, command: Publish) -> Result<(), Problem> {
    authorize::require(conn, &stamp.caller, Permission::PricesImport, Owner::Own)?;
    let row = publishable(conn, command)?;
    prices::publish(conn, &row, &split_markets(&row.markets), stamp.caller.person, stamp.now.into())?;
    let mut ids = stamp.seed.ids();
    let facts = json!({
        "sheet": row.id.0.to_string(),
        "markets": split_markets(&row.markets),
        "rows": row.rows_read - row.rows_bad,
        "left_out": row.rows_bad,
        "new": row.rows_new,
        "changed": row.rows_changed,
        "ended": row.rows_ended,
    });
    let entry = Entry::new("price_sheet.published", "price_sheet", row.id.0).detail(facts.clone());
    audit::record(conn, &mut ids, stamp, &entry)?;
    event::push(conn, &mut ids, stamp, "price_sheet.published", &facts)?;
    Ok(())
}

/// The sheet, when it may be published now.
fn publishable(conn: &mut Conn, command: Publish) -> Result<SheetRow, Problem> {
    let row = prices::find(conn, command.sheet)?.ok_or_else(Problem::not_found)?;
    if row.state.0 != SheetState::Ready {
        return Err(Problem::conflict("sheet_not_ready").with_text("state", row.state.0));
    }
    if row.rows_bad > 0 && !command.leave_out_bad {
        return Err(Problem::conflict("sheet_has_bad_rows").with_number("count", row.rows_bad));
    }
    if row.rows_bad >= row.rows_read {
        return Err(Problem::conflict("sheet_has_no_good_rows"));
    }
    let last = prices::last_published(conn, &split_markets(&row.markets))?;
    if last.is_some_and(|last| last > row.uploaded_at) {
        return Err(Problem::conflict("sheet_outdated"));
    }
    Ok(row)
}

/// Makes the sheet's products known by name, in chunks before the switch; harmless without it.
async fn name_products(app: &App, sheet: PriceSheetId) -> Result<(), Problem> {
    let at = Utc::from(app.clock.now());
    let mut after = String::new();
    loop {
        let from = after.clone();
        let read = app.store.read(move |conn| prices::products(conn, sheet, &from, PRODUCTS_PER_CHUNK)).await;
        let chunk: Vec<(String, String)> = read.map_err(Problem::from)?;
        let Some((last, _)) = chunk.last() else { return Ok(()) };
        after.clone_from(last);
        let named: Result<(), StoreError> =
            app.store.write(chunk, move |conn, chunk| prices::name_products(conn, chunk, at)).await;
        named?;
    }
}

/// Throws a sheet away that is not published; one that is being read ends.
///
/// # Errors
///
/// `sheet_not_ready` when it was published, superseded or discarded before.
pub async fn discard(app: &App, caller: &Caller, sheet: PriceSheetId) -> Result<(), Problem> {
    let stamp = app.stamp(caller);
    app.store
        .write(stamp, move |conn, stamp: &Stamp| {
            authorize::require(conn, &stamp.caller, Permission::PricesImport, Owner::Own)?;
            let row = prices::find(conn, sheet)?.ok_or_else(Problem::not_found)?;
            if !matches!(row.state.0, SheetState::Ready | SheetState::Failed | SheetState::Reading) {
                return Err(Problem::conflict("sheet_not_ready").with_text("state", row.state.0));
            }
            prices::discard(conn, &row)?;
            let entry = Entry::new("price_sheet.discarded", "price_sheet", sheet);
            audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
            Ok(())
        })
        .await?;
    clear(app, sheet).await
}
