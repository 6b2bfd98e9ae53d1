//! Invoices, and the lines of an account that are or are not on one (I8).
//!
//! The account's entries carry the invoice; each stands on one at most, by a guarded update. The lines of an
//! entry are those of its order, or of its credit note as amounts below zero, so nothing is stored twice.

mod lines;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use perpetua_domain::id::{CreditNoteId, InvoiceId, LedgerEntryId, TenantId};

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::document_parties;
use crate::error::StoreError;
use crate::schema::{invoice, ledger_entry};
use crate::values::{Id, Utc};

pub use lines::{BilledLine, LineKey, Source, lines};

/// An invoice; amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = invoice)]
pub struct InvoiceRow {
    /// Its id.
    pub id: Id<InvoiceId>,
    /// `G000000117`; none while its entries are gathered.
    pub number: Option<String>,
    /// Whose account.
    pub partner_id: Id<TenantId>,
    /// ISO 4217 code.
    pub currency: String,
    /// The first instant of its month.
    pub period_start: Utc,
    /// The first instant after its month.
    pub period_end: Utc,
    /// `gathering` or `closed`.
    pub state: String,
    /// Without tax; below zero when more was credited than charged.
    pub net: i64,
    /// The tax.
    pub tax: i64,
    /// With tax.
    pub total: i64,
    /// When it was closed: its date.
    pub closed_at: Option<Utc>,
    /// Guards changes.
    pub version: i64,
}

/// An entry that stands on no invoice yet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Unbilled {
    /// Whose account.
    pub partner: Id<TenantId>,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was entered.
    pub at: Utc,
}

/// Which closed invoices to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Dated at or after.
    pub from: Option<Utc>,
    /// Dated before.
    pub until: Option<Utc>,
}

/// The oldest charge or credit before `before` that stands on no invoice.
pub fn oldest_unbilled(conn: &mut Conn, before: Utc) -> Result<Option<Unbilled>, StoreError> {
    Ok(ledger_entry::table
        .filter(ledger_entry::invoice_id.is_null())
        .filter(as_indexed("ledger_entry.kind <> 'payment'"))
        .filter(ledger_entry::at.lt(before))
        .order((ledger_entry::at, ledger_entry::id))
        .select((ledger_entry::partner_id, ledger_entry::currency, ledger_entry::at))
        .first(conn)
        .optional()?)
}

/// The invoice that is being gathered for a month of an account.
pub fn gathering(
    conn: &mut Conn,
    partner: TenantId,
    currency: &str,
    period_start: Utc,
) -> Result<Option<InvoiceRow>, StoreError> {
    Ok(invoice::table
        .filter(invoice::partner_id.eq(Id(partner)))
        .filter(invoice::currency.eq(currency))
        .filter(invoice::period_start.eq(period_start))
        .filter(as_indexed("invoice.state = 'gathering'"))
        .select(InvoiceRow::as_select())
        .first(conn)
        .optional()?)
}

/// Any invoice that is being gathered: one that an ended process left is gone on with.
pub fn any_gathering(conn: &mut Conn) -> Result<Option<InvoiceRow>, StoreError> {
    let query = invoice::table.filter(as_indexed("invoice.state = 'gathering'")).order(invoice::id);
    Ok(query.select(InvoiceRow::as_select()).first(conn).optional()?)
}

/// Begins an invoice.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another process began the same one in the meantime.
pub fn begin(conn: &mut Conn, row: &InvoiceRow) -> Result<(), StoreError> {
    match diesel::insert_into(invoice::table).values(row).execute(conn).map_err(StoreError::from) {
        Err(StoreError::Duplicate { .. }) => Err(StoreError::Conflict { table: "invoice" }),
        other => other.map(|_| ()),
    }
}

/// Puts up to `limit` unbilled entries of the invoice's month on it, and their customers; answers with how many.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another process took one of them.
pub fn gather(conn: &mut Conn, row: &InvoiceRow, limit: i64) -> Result<usize, StoreError> {
    let entries: Vec<Id<LedgerEntryId>> = ledger_entry::table
        .filter(ledger_entry::partner_id.eq(row.partner_id))
        .filter(ledger_entry::currency.eq(&row.currency))
        .filter(ledger_entry::invoice_id.is_null())
        .filter(as_indexed("ledger_entry.kind <> 'payment'"))
        .filter(ledger_entry::at.ge(row.period_start))
        .filter(ledger_entry::at.lt(row.period_end))
        .order((ledger_entry::at, ledger_entry::id))
        .limit(limit)
        .select(ledger_entry::id)
        .load(conn)?;
    let wanted = entries.len();
    // Names stay on the invoice as they are when their first entry comes to stand on it.
    let customers = document_parties::customers_of_entries(conn, &entries)?;
    document_parties::keep_customers(conn, row.id.0, &customers)?;
    let free = ledger_entry::table.filter(ledger_entry::id.eq_any(entries)).filter(ledger_entry::invoice_id.is_null());
    let taken = diesel::update(free).set(ledger_entry::invoice_id.eq(Some(row.id))).execute(conn)?;
    if taken == wanted { Ok(taken) } else { Err(StoreError::Conflict { table: "ledger_entry" }) }
}

/// Notes that more entries are to come; so nobody gathers for an invoice that was closed meanwhile.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another process closed or changed it.
pub fn count_step(conn: &mut Conn, row: &InvoiceRow) -> Result<(), StoreError> {
    let guarded = invoice::table.filter(invoice::id.eq(row.id)).filter(invoice::version.eq(row.version));
    let changed = diesel::update(guarded).set(invoice::version.eq(row.version + 1)).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "invoice" }) }
}

/// Net and tax of all that stands on an invoice.
pub fn sums(conn: &mut Conn, id: InvoiceId) -> Result<(i64, i64), StoreError> {
    use crate::schema::{credit_note, orders};
    // Sums of BIGINT are NUMERIC on PostgreSQL, hence the casts.
    let sum = |column: &str| sql::<BigInt>(&format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)"));
    let charged: (i64, i64) = ledger_entry::table
        .inner_join(orders::table.on(orders::id.nullable().eq(ledger_entry::order_id)))
        .filter(ledger_entry::invoice_id.eq(Some(Id(id))))
        .filter(ledger_entry::kind.eq("order"))
        .select((sum("orders.net"), sum("orders.tax")))
        .first(conn)?;
    let credited: (i64, i64) = ledger_entry::table
        .inner_join(credit_note::table.on(credit_note::id.nullable().eq(ledger_entry::credit_note_id)))
        .filter(ledger_entry::invoice_id.eq(Some(Id(id))))
        .filter(ledger_entry::kind.eq("credit"))
        .select((sum("credit_note.net"), sum("credit_note.tax")))
        .first(conn)?;
    Ok((charged.0 - credited.0, charged.1 - credited.1))
}

/// Stores the row with its number, sums and date; `row.version` is the version that was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another process closed or changed it.
pub fn close(conn: &mut Conn, row: &InvoiceRow) -> Result<(), StoreError> {
    let guarded = invoice::table
        .filter(invoice::id.eq(row.id))
        .filter(invoice::version.eq(row.version))
        .filter(invoice::state.eq("gathering"));
    let changed = diesel::update(guarded)
        .set((
            invoice::number.eq(&row.number),
            invoice::state.eq("closed"),
            invoice::net.eq(row.net),
            invoice::tax.eq(row.tax),
            invoice::total.eq(row.total),
            invoice::closed_at.eq(row.closed_at),
            invoice::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "invoice" }) }
}

/// A closed invoice by its number.
pub fn find(conn: &mut Conn, number: &str) -> Result<Option<InvoiceRow>, StoreError> {
    Ok(invoice::table.filter(invoice::number.eq(number)).select(InvoiceRow::as_select()).first(conn).optional()?)
}

/// Closed invoices of a partner, newest first, and how many there are in all. Two queries.
pub fn list(
    conn: &mut Conn,
    partner: TenantId,
    filter: Filter,
    (offset, limit): (i64, i64),
) -> Result<(Vec<InvoiceRow>, i64), StoreError> {
    let from = filter.from.unwrap_or(Utc::from_micros(i64::MIN));
    let until = filter.until.unwrap_or(Utc::from_micros(i64::MAX));
    let wanted = || {
        invoice::table
            .filter(invoice::partner_id.eq(Id(partner)))
            .filter(as_indexed("invoice.state = 'closed'"))
            .filter(invoice::closed_at.ge(from))
            .filter(invoice::closed_at.lt(until))
    };
    let rows = wanted()
        .order((invoice::closed_at.desc(), invoice::number.desc()))
        .offset(offset)
        .limit(limit)
        .select(InvoiceRow::as_select())
        .load(conn)?;
    Ok((rows, wanted().count().get_result(conn)?))
}

/// Closed invoices of all partners with the partners' names, the highest number first, and how many there are in
/// all. Two queries.
pub fn list_all(conn: &mut Conn, (offset, limit): (i64, i64)) -> Result<(Vec<(InvoiceRow, String)>, i64), StoreError> {
    use crate::schema::tenant;
    let rows = invoice::table
        .inner_join(tenant::table.on(tenant::id.eq(invoice::partner_id)))
        .filter(invoice::number.is_not_null())
        .order(invoice::number.desc())
        .offset(offset)
        .limit(limit)
        .select((InvoiceRow::as_select(), tenant::name))
        .load(conn)?;
    Ok((rows, invoice::table.filter(invoice::number.is_not_null()).count().get_result(conn)?))
}

/// The credit notes that stand on any of these invoices, in the order of their numbers. One query.
pub fn credit_notes(
    conn: &mut Conn,
    invoices: &[InvoiceId],
) -> Result<Vec<(Option<Id<InvoiceId>>, Id<CreditNoteId>, String)>, StoreError> {
    use crate::schema::credit_note;
    let wanted: Vec<_> = invoices.iter().map(|id| Some(Id(*id))).collect();
    Ok(ledger_entry::table
        .inner_join(credit_note::table.on(credit_note::id.nullable().eq(ledger_entry::credit_note_id)))
        .filter(ledger_entry::invoice_id.eq_any(wanted))
        .order(credit_note::number)
        .select((ledger_entry::invoice_id, credit_note::id, credit_note::number))
        .load(conn)?)
}

/// Date of the first and of the latest invoice of a partner in a currency.
pub fn dates(conn: &mut Conn, partner: TenantId, currency: &str) -> Result<(Option<Utc>, Option<Utc>), StoreError> {
    use diesel::dsl::{max, min};
    let closed = invoice::table
        .filter(invoice::partner_id.eq(Id(partner)))
        .filter(invoice::currency.eq(currency))
        .filter(as_indexed("invoice.state = 'closed'"));
    let found: (Option<i64>, Option<i64>) =
        closed.select((min(invoice::closed_at), max(invoice::closed_at))).first(conn)?;
    Ok((found.0.map(Utc::from_micros), found.1.map(Utc::from_micros)))
}

/// The latest payment into an account: when, and how much in minor units.
pub fn last_payment(conn: &mut Conn, partner: TenantId, currency: &str) -> Result<Option<(Utc, i64)>, StoreError> {
    let found: Option<(Utc, i64)> = ledger_entry::table
        .filter(ledger_entry::partner_id.eq(Id(partner)))
        .filter(ledger_entry::currency.eq(currency))
        .filter(ledger_entry::kind.eq("payment"))
        .order((ledger_entry::at.desc(), ledger_entry::id.desc()))
        .select((ledger_entry::at, ledger_entry::amount))
        .first(conn)
        .optional()?;
    Ok(found.map(|(at, amount)| (at, -amount)))
}
