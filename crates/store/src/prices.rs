//! Price sheets: their state, the staging of their rows, and the switch of what markets sell from.
//!
//! Rows of a sheet are staged in chunks while it is `reading` and looked at by nobody until
//! `price_list` names the sheet, so publishing touches one row per market. A sheet that failed or was
//! discarded loses its rows in chunks.

mod changes;
mod staging;

use diesel::prelude::*;
use perpetua_domain::id::{PersonId, PriceSheetId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{offer, price_list, price_sheet, price_sheet_problem, product};
use crate::values::{Id, Page, Utc, Word};

pub use changes::{ActivePrice, ChangeRow, active_prices, changes, count_ended, ended};
pub use staging::{Batch, clear_chunk, stage};

perpetua_domain::text_enum! {
    /// Where a sheet stands.
    pub enum SheetState {
        /// Its rows are being read.
        Reading = "reading",
        /// Read; waits for a decision.
        Ready = "ready",
        /// It cannot be read.
        Failed = "failed",
        /// At least one market sells from it.
        Published = "published",
        /// Every market that sold from it has another one.
        Superseded = "superseded",
        /// Thrown away.
        Discarded = "discarded",
    }
}

perpetua_domain::text_enum! {
    /// What a price is against the list that was active when its sheet was read.
    pub enum Change {
        /// The item was not sold in this tier.
        New = "new",
        /// Something about the price differs.
        Changed = "changed",
        /// As before.
        Unchanged = "unchanged",
    }
}

/// One imported sheet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_sheet)]
pub struct SheetRow {
    /// Its id.
    pub id: Id<PriceSheetId>,
    /// Where it stands.
    pub state: Word<SheetState>,
    /// The name under which it came.
    pub file_name: String,
    /// Who brought it.
    pub uploaded_by: Option<Id<PersonId>>,
    /// When it came.
    pub uploaded_at: Utc,
    /// Who published it.
    pub published_by: Option<Id<PersonId>>,
    /// When it was published.
    pub published_at: Option<Utc>,
    /// The countries in it, in alphabetical order and separated by commas.
    pub markets: String,
    /// Size of the file.
    pub bytes_total: i64,
    /// How much of it was read.
    pub bytes_read: i64,
    /// Rows read, bad ones included.
    pub rows_read: i64,
    /// Rows that cannot be taken over.
    pub rows_bad: i64,
    /// Prices that are new.
    pub rows_new: i64,
    /// Prices that differ.
    pub rows_changed: i64,
    /// Active prices that the sheet no longer has.
    pub rows_ended: i64,
    /// Prices that stay.
    pub rows_unchanged: i64,
    /// Why it failed, as JSON; empty otherwise.
    pub error: String,
    /// Guards changes.
    pub version: i64,
}

/// A row that cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = price_sheet_problem)]
pub struct ProblemRow {
    /// The sheet.
    pub sheet_id: Id<PriceSheetId>,
    /// Line of the file, from 1.
    pub line: i64,
    /// Tells problems of one line apart.
    pub seq: i64,
    /// The column; empty when the whole row is concerned.
    pub field: String,
    /// The stable code of the reason.
    pub reason: String,
    /// Parameters of the message, as JSON.
    pub detail: String,
}

/// How far reading came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes read.
    pub bytes_read: i64,
    /// Rows read, bad ones included.
    pub rows_read: i64,
    /// Rows that cannot be taken over.
    pub rows_bad: i64,
    /// Prices that are new.
    pub rows_new: i64,
    /// Prices that differ.
    pub rows_changed: i64,
    /// Prices that stay.
    pub rows_unchanged: i64,
}

/// Adds a sheet.
pub fn insert(conn: &mut Conn, row: &SheetRow) -> Result<(), StoreError> {
    diesel::insert_into(price_sheet::table).values(row).execute(conn)?;
    Ok(())
}

/// Finds a sheet.
pub fn find(conn: &mut Conn, id: PriceSheetId) -> Result<Option<SheetRow>, StoreError> {
    Ok(price_sheet::table.find(Id(id)).select(SheetRow::as_select()).first(conn).optional()?)
}

/// Sheets, the latest first; the key of a page is the time of the last one.
pub fn list(conn: &mut Conn, page: &Page<Utc>) -> Result<Vec<SheetRow>, StoreError> {
    let mut query = price_sheet::table
        .select(SheetRow::as_select())
        .order((price_sheet::uploaded_at.desc(), price_sheet::id.desc()))
        .limit(page.limit)
        .into_boxed();
    if let Some(after) = page.after {
        query = query.filter(price_sheet::uploaded_at.lt(after));
    }
    Ok(query.load(conn)?)
}

/// Notes how far reading came. `false` when the sheet is no longer being read: then it was thrown
/// away, and reading ends.
pub fn record_progress(conn: &mut Conn, id: PriceSheetId, progress: &Progress) -> Result<bool, StoreError> {
    let sheet = price_sheet::table.find(Id(id)).filter(price_sheet::state.eq(Word(SheetState::Reading)));
    let updated = diesel::update(sheet)
        .set((
            price_sheet::bytes_read.eq(progress.bytes_read),
            price_sheet::rows_read.eq(progress.rows_read),
            price_sheet::rows_bad.eq(progress.rows_bad),
            price_sheet::rows_new.eq(progress.rows_new),
            price_sheet::rows_changed.eq(progress.rows_changed),
            price_sheet::rows_unchanged.eq(progress.rows_unchanged),
            price_sheet::version.eq(price_sheet::version + 1),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Reading came to its end. `false` when the sheet is no longer being read.
pub fn finish(conn: &mut Conn, id: PriceSheetId, markets: &str, rows_ended: i64) -> Result<bool, StoreError> {
    let sheet = price_sheet::table.find(Id(id)).filter(price_sheet::state.eq(Word(SheetState::Reading)));
    let updated = diesel::update(sheet)
        .set((
            price_sheet::state.eq(Word(SheetState::Ready)),
            price_sheet::markets.eq(markets),
            price_sheet::rows_ended.eq(rows_ended),
            price_sheet::bytes_read.eq(price_sheet::bytes_total),
            price_sheet::version.eq(price_sheet::version + 1),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Reading failed. `false` when the sheet is no longer being read.
pub fn fail(conn: &mut Conn, id: PriceSheetId, error: &str) -> Result<bool, StoreError> {
    let sheet = price_sheet::table.find(Id(id)).filter(price_sheet::state.eq(Word(SheetState::Reading)));
    let updated = diesel::update(sheet)
        .set((
            price_sheet::state.eq(Word(SheetState::Failed)),
            price_sheet::error.eq(error),
            price_sheet::version.eq(price_sheet::version + 1),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Throws a sheet away.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another writer changed it.
pub fn discard(conn: &mut Conn, row: &SheetRow) -> Result<(), StoreError> {
    let sheet = price_sheet::table.find(row.id).filter(price_sheet::version.eq(row.version));
    let updated = diesel::update(sheet)
        .set((price_sheet::state.eq(Word(SheetState::Discarded)), price_sheet::version.eq(price_sheet::version + 1)))
        .execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "price_sheet" }) }
}

/// Makes the markets sell from the sheet, and supersedes the sheets that no market sells from any more.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another writer changed the sheet or one of the lists.
pub fn publish(conn: &mut Conn, row: &SheetRow, markets: &[&str], by: PersonId, at: Utc) -> Result<(), StoreError> {
    let ready = price_sheet::table
        .find(row.id)
        .filter(price_sheet::version.eq(row.version))
        .filter(price_sheet::state.eq(Word(SheetState::Ready)));
    let updated = diesel::update(ready)
        .set((
            price_sheet::state.eq(Word(SheetState::Published)),
            price_sheet::published_by.eq(Some(Id(by))),
            price_sheet::published_at.eq(Some(at)),
            price_sheet::version.eq(price_sheet::version + 1),
        ))
        .execute(conn)?;
    if updated != 1 {
        return Err(StoreError::Conflict { table: "price_sheet" });
    }
    let mut before = Vec::new();
    for market in markets {
        before.extend(switch(conn, market, row.id, at)?);
    }
    before.sort_unstable();
    before.dedup();
    for old in before {
        supersede_unused(conn, old)?;
    }
    Ok(())
}

/// Points one market to the sheet, and answers with the sheet before.
fn switch(
    conn: &mut Conn,
    market: &str,
    sheet: Id<PriceSheetId>,
    at: Utc,
) -> Result<Option<Id<PriceSheetId>>, StoreError> {
    let held: Option<(Id<PriceSheetId>, i64)> =
        price_list::table.find(market).select((price_list::sheet_id, price_list::version)).first(conn).optional()?;
    let Some((old, version)) = held else {
        diesel::insert_into(price_list::table)
            .values((
                price_list::market.eq(market),
                price_list::sheet_id.eq(sheet),
                price_list::published_at.eq(at),
                price_list::version.eq(1_i64),
            ))
            .execute(conn)?;
        return Ok(None);
    };
    let updated = diesel::update(price_list::table.find(market).filter(price_list::version.eq(version)))
        .set((
            price_list::sheet_id.eq(sheet),
            price_list::published_at.eq(at),
            price_list::version.eq(price_list::version + 1),
        ))
        .execute(conn)?;
    if updated == 1 { Ok(Some(old)) } else { Err(StoreError::Conflict { table: "price_list" }) }
}

fn supersede_unused(conn: &mut Conn, sheet: Id<PriceSheetId>) -> Result<(), StoreError> {
    let uses: i64 = price_list::table.filter(price_list::sheet_id.eq(sheet)).count().get_result(conn)?;
    if uses == 0 {
        diesel::update(price_sheet::table.find(sheet))
            .set((
                price_sheet::state.eq(Word(SheetState::Superseded)),
                price_sheet::version.eq(price_sheet::version + 1),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// When one of the markets last got another list; `None` before the first.
pub fn last_published(conn: &mut Conn, markets: &[&str]) -> Result<Option<Utc>, StoreError> {
    Ok(price_list::table
        .filter(price_list::market.eq_any(markets.to_vec()))
        .select(price_list::published_at)
        .order(price_list::published_at.desc())
        .first(conn)
        .optional()?)
}

/// Problems of a sheet by line; the key of a page is line and number of the last one.
pub fn problems(conn: &mut Conn, id: PriceSheetId, page: &Page<(i64, i64)>) -> Result<Vec<ProblemRow>, StoreError> {
    use price_sheet_problem::{line, seq, sheet_id};
    let mut query = price_sheet_problem::table
        .filter(sheet_id.eq(Id(id)))
        .select(ProblemRow::as_select())
        .order((line, seq))
        .limit(page.limit)
        .into_boxed();
    if let Some((after_line, after_seq)) = page.after {
        query = query.filter(line.gt(after_line).or(line.eq(after_line).and(seq.gt(after_seq))));
    }
    Ok(query.load(conn)?)
}

/// Products of a sheet by id after the given one: id and name, each once.
pub fn products(
    conn: &mut Conn,
    id: PriceSheetId,
    after: &str,
    limit: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    let rows: Vec<(String, Option<String>)> = offer::table
        .filter(offer::sheet_id.eq(Id(id)))
        .filter(offer::product_id.gt(after))
        .group_by(offer::product_id)
        .select((offer::product_id, diesel::dsl::min(offer::title)))
        .order(offer::product_id)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, title)| (id, title.unwrap_or_default())).collect())
}

/// Makes products known under these names; at most 1,000. What the operator set for a product stays.
pub fn name_products(conn: &mut Conn, products: &[(String, String)], at: Utc) -> Result<(), StoreError> {
    let ids: Vec<&str> = products.iter().map(|(id, _)| id.as_str()).collect();
    let known: Vec<(String, String)> =
        product::table.filter(product::id.eq_any(ids)).select((product::id, product::title)).load(conn)?;
    for (id, title) in products {
        match known.iter().find(|(known, _)| known == id) {
            Some((_, held)) if held == title => {}
            Some(_) => {
                diesel::update(product::table.find(id))
                    .set((product::title.eq(title), product::version.eq(product::version + 1)))
                    .execute(conn)?;
            }
            None => insert_product(conn, id, title, at)?,
        }
    }
    Ok(())
}

fn insert_product(conn: &mut Conn, id: &str, title: &str, at: Utc) -> Result<(), StoreError> {
    diesel::insert_into(product::table)
        .values((
            product::id.eq(id),
            product::title.eq(title),
            product::tax_class.eq("software"),
            product::version_label.eq(""),
            product::version_rank.eq(0_i64),
            product::created_at.eq(at),
            product::version.eq(1_i64),
        ))
        .execute(conn)?;
    Ok(())
}

/// Sheets in one of the states that still hold rows or are being read; for clearing up after a crash.
pub fn left_over(conn: &mut Conn) -> Result<Vec<(PriceSheetId, SheetState)>, StoreError> {
    let with_rows = diesel::dsl::exists(offer::table.filter(offer::sheet_id.eq(price_sheet::id)));
    let gone = [Word(SheetState::Failed), Word(SheetState::Discarded)];
    let found: Vec<(Id<PriceSheetId>, Word<SheetState>)> = price_sheet::table
        .filter(price_sheet::state.eq(Word(SheetState::Reading)).or(price_sheet::state.eq_any(gone).and(with_rows)))
        .select((price_sheet::id, price_sheet::state))
        .limit(1_000)
        .load(conn)?;
    Ok(found.into_iter().map(|(id, state)| (id.0, state.0)).collect())
}
