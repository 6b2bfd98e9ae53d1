//! Invoices (I8, contract 50): closing the months of partners' accounts, and reading what was and was not billed.
//!
//! An invoice is dated when it is closed, some time after the month's end so that orders on their way are on it;
//! what comes later all the same stands on another invoice of that month. It states the partner's cost, so no
//! customer ever sees one (I6).

mod closing;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::billing::{Month, PartyRole};
use perpetua_domain::id::{CreditNoteId, InvoiceId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_store::billing::{self as rows, Filter, InvoiceRow, Source};
use perpetua_store::{Conn, Page, StoreError, Utc, document_parties, tenants};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::documents::zone_named;
use crate::problem::Problem;

pub use closing::{EVERY, close_months};
pub use perpetua_store::billing::{BilledLine, LineKey};
pub use perpetua_store::document_parties::PartyRow;

/// Lines that one page holds at most.
pub const LINES_MAX: i64 = 2_000;

/// Which invoices to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListInvoices {
    /// Whose.
    pub partner: TenantId,
    /// Dated at or after.
    pub from: Option<Timestamp>,
    /// Dated before.
    pub until: Option<Timestamp>,
    /// Rows to leave out, 0 to 10,000.
    pub offset: i64,
    /// Rows wanted, 1 to 500.
    pub limit: i64,
}

/// A page of invoices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoices {
    /// Newest first.
    pub rows: Vec<Invoice>,
    /// How many there are in all.
    pub total: i64,
}

/// A closed invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// `G000000117`.
    pub number: String,
    /// Whose account.
    pub partner: TenantId,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The first instant of its month.
    pub period_start: Timestamp,
    /// The first instant after its month.
    pub period_end: Timestamp,
    /// Its date.
    pub closed_at: Timestamp,
    /// The first and the last day of its month where the operator is.
    pub days: (Date, Date),
    /// The day of its date there.
    pub closed_on: Date,
    /// Without tax; below zero when more was credited than charged.
    pub net: Amount,
    /// The tax.
    pub tax: Amount,
    /// With tax.
    pub total: Amount,
    /// Who issued it, as it was then.
    pub issuer: PartyRow,
    /// Whose account it concerns, as it was then.
    pub recipient: PartyRow,
    /// The credit notes on it: id and number. Empty in the list of all partners' invoices, which shows none.
    pub credit_notes: Vec<(CreditNoteId, String)>,
}

/// A page of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLines {
    /// The invoice; `None` for what is not billed yet.
    pub invoice: Option<Invoice>,
    /// In the order in which they were charged and credited.
    pub rows: Vec<BilledLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<LineKey>,
}

/// Which month of what is not billed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// The month that runs.
    Current,
    /// All before it.
    Previous,
}

/// An account at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSummary {
    /// The currency of all amounts.
    pub currency: Currency,
    /// What the partner owes; below zero when the operator owes.
    pub balance: Amount,
    /// What the partner may owe.
    pub credit_limit: Amount,
    /// The date of the first invoice.
    pub first_invoice_at: Option<Timestamp>,
    /// The date of the latest invoice.
    pub latest_invoice_at: Option<Timestamp>,
    /// The latest payment: when, the day where the operator is, and how much.
    pub last_payment: Option<(Timestamp, Date, Amount)>,
}

/// The closed invoices of a partner, newest first.
///
/// # Errors
///
/// `not_found` for another partner's, `missing_role`.
pub async fn list(app: &App, caller: &Caller, command: ListInvoices) -> Result<Invoices, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_account(conn, &caller, command.partner)?;
            let filter = Filter { from: command.from.map(Utc::from), until: command.until.map(Utc::from) };
            let page = (command.offset.clamp(0, 10_000), command.limit.clamp(1, 500));
            let (found, total) = rows::list(conn, command.partner, filter, page)?;
            Ok(Invoices { rows: invoices(conn, found)?, total })
        })
        .await
}

/// The closed invoices of all partners with the partners' names, for the operator, newest first: those after
/// `offset` (0 to 10,000), at most `limit` (1 to 500), and how many there are in all.
///
/// # Errors
///
/// `not_found` for anybody but the operator's people, `missing_role`.
pub async fn list_all(
    app: &App,
    caller: &Caller,
    (offset, limit): (i64, i64),
) -> Result<(Vec<(Invoice, String)>, i64), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            if caller.kind != TenantKind::Operator {
                return Err(Problem::not_found());
            }
            authorize::require(conn, &caller, Permission::SalesView, Owner::Own)?;
            let (found, total) = rows::list_all(conn, (offset.clamp(0, 10_000), limit.clamp(1, 500)))?;
            let (found, names): (Vec<_>, Vec<_>) = found.into_iter().unzip();
            let mut heads = heads(conn, &found)?;
            let plain = found.into_iter().map(|row| invoice(conn, row, Vec::new(), &mut heads));
            let invoices: Vec<Invoice> = plain.collect::<Result<_, _>>()?;
            Ok((invoices.into_iter().zip(names).collect(), total))
        })
        .await
}

/// A closed invoice by its number.
///
/// # Errors
///
/// `not_found`, also for another partner's; `missing_role`.
pub async fn get(app: &App, caller: &Caller, number: &str) -> Result<Invoice, Problem> {
    let (caller, number) = (caller.clone(), number.to_owned());
    app.store.read(move |conn| find(conn, &caller, &number)).await
}

/// A page of an invoice's lines, at most `limit` (1 to [`LINES_MAX`]).
///
/// # Errors
///
/// As [`get`].
pub async fn lines(
    app: &App,
    caller: &Caller,
    number: &str,
    after: Option<LineKey>,
    limit: i64,
) -> Result<InvoiceLines, Problem> {
    let (caller, number) = (caller.clone(), number.to_owned());
    app.store
        .read(move |conn| {
            let invoice = find(conn, &caller, &number)?;
            let source = Source::Invoice(invoice.id);
            Ok(InvoiceLines { invoice: Some(invoice), ..page(conn, &source, after, limit)? })
        })
        .await
}

/// A page of the lines of an invoice that was read before, at most [`LINES_MAX`], and where the next one begins.
///
/// # Errors
///
/// As [`get`].
pub(crate) async fn lines_of(
    app: &App,
    caller: &Caller,
    invoice: &Invoice,
    after: Option<LineKey>,
) -> Result<(Vec<BilledLine>, Option<LineKey>), Problem> {
    let (caller, id, partner) = (caller.clone(), invoice.id, invoice.partner);
    app.store
        .read(move |conn| {
            require_account(conn, &caller, partner)?;
            let found = page(conn, &Source::Invoice(id), after, LINES_MAX)?;
            Ok((found.rows, found.next))
        })
        .await
}

/// A page of the lines of a partner's account that stand on no invoice, at most `limit` (1 to [`LINES_MAX`]).
///
/// # Errors
///
/// As [`list`].
pub async fn unbilled(
    app: &App,
    caller: &Caller,
    partner: TenantId,
    (period, currency): (Period, Currency),
    after: Option<LineKey>,
    limit: i64,
) -> Result<InvoiceLines, Problem> {
    let (now, caller) = (app.clock.now(), caller.clone());
    app.store
        .read(move |conn| {
            require_account(conn, &caller, partner)?;
            let month = month(conn, now)?;
            let (from, until) = match period {
                Period::Current => (month.starts_at, month.ends_at),
                Period::Previous => (Timestamp::MIN, month.starts_at),
            };
            let currency = currency.to_string();
            let source = Source::Unbilled { partner, currency, from: from.into(), until: until.into() };
            page(conn, &source, after, limit)
        })
        .await
}

/// A partner's accounts at a glance, one per currency.
///
/// # Errors
///
/// As [`list`].
pub async fn summaries(app: &App, caller: &Caller, partner: TenantId) -> Result<Vec<AccountSummary>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            require_account(conn, &caller, partner)?;
            let Some(account) = tenants::account(conn, partner)? else { return Ok(Vec::new()) };
            let (first, latest) = rows::dates(conn, partner, &account.currency)?;
            let payment = rows::last_payment(conn, partner, &account.currency)?;
            let zone = zone(conn)?;
            let day = |at: Timestamp| zone.to_datetime(at).date();
            Ok(vec![AccountSummary {
                currency: account.currency.parse().map_err(|_| damaged("currency"))?,
                balance: amount(account.balance)?,
                credit_limit: amount(account.credit_limit)?,
                first_invoice_at: first.map(Utc::timestamp),
                latest_invoice_at: latest.map(Utc::timestamp),
                last_payment: payment
                    .map(|(at, paid)| Ok::<_, StoreError>((at.timestamp(), day(at.timestamp()), amount(paid)?)))
                    .transpose()?,
            }])
        })
        .await
}

/// To a customer its partner's account is not forbidden, it is not there (I6).
fn require_account(conn: &mut Conn, caller: &Caller, partner: TenantId) -> Result<(), Problem> {
    if caller.kind == TenantKind::Customer {
        return Err(Problem::not_found());
    }
    authorize::require(conn, caller, Permission::AccountView, Owner::Tenant(partner))
}

fn find(conn: &mut Conn, caller: &Caller, number: &str) -> Result<Invoice, Problem> {
    let row = rows::find(conn, number)?.ok_or_else(Problem::not_found)?;
    require_account(conn, caller, row.partner_id.0)?;
    invoices(conn, vec![row])?.pop().ok_or_else(Problem::not_found)
}

/// Issuer and recipient of each of these invoices. One query.
fn heads(conn: &mut Conn, rows: &[InvoiceRow]) -> Result<Vec<PartyRow>, StoreError> {
    document_parties::heads(conn, rows.iter().map(|row| row.id.0.as_ref().to_vec()).collect())
}

/// The rows with their parties and the credit notes on them. Two queries.
fn invoices(conn: &mut Conn, rows: Vec<InvoiceRow>) -> Result<Vec<Invoice>, Problem> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut heads = heads(conn, &rows)?;
    let ids: Vec<InvoiceId> = rows.iter().map(|row| row.id.0).collect();
    let mut notes: BTreeMap<InvoiceId, Vec<(CreditNoteId, String)>> = BTreeMap::new();
    for (invoice, id, number) in rows::credit_notes(conn, &ids)? {
        if let Some(invoice) = invoice {
            notes.entry(invoice.0).or_default().push((id.0, number));
        }
    }
    let whole = |row: InvoiceRow| {
        let own = notes.remove(&row.id.0).unwrap_or_default();
        invoice(conn, row, own, &mut heads)
    };
    Ok(rows.into_iter().map(whole).collect::<Result<_, _>>()?)
}

fn page(conn: &mut Conn, source: &Source, after: Option<LineKey>, limit: i64) -> Result<InvoiceLines, Problem> {
    let limit = limit.clamp(1, LINES_MAX);
    // One more than wanted tells whether there is a next page.
    let mut found = rows::lines(conn, source, &Page { after, limit: limit + 1 })?;
    let wanted = usize::try_from(limit).map_err(Problem::internal)?;
    let more = found.len() > wanted;
    found.truncate(wanted);
    let next = found.last().filter(|_| more).map(|line| line.key);
    Ok(InvoiceLines { invoice: None, rows: found, next })
}

/// The calendar month of an instant in the operator's time zone.
fn month(conn: &mut Conn, at: Timestamp) -> Result<Month, Problem> {
    let zone = zone(conn)?;
    Month::of(at, &zone).map_err(|_| Problem::internal("a month beyond the calendar"))
}

/// The operator's time zone: months and dates of invoices are counted in it.
fn zone(conn: &mut Conn) -> Result<TimeZone, Problem> {
    let operator = tenants::operator(conn)?.ok_or_else(|| Problem::internal("there is no operator"))?;
    TimeZone::get(&operator.zone).map_err(Problem::internal)
}

/// `heads` holds the parties of this invoice, which are taken out.
fn invoice(
    conn: &mut Conn,
    row: InvoiceRow,
    credit_notes: Vec<(CreditNoteId, String)>,
    heads: &mut Vec<PartyRow>,
) -> Result<Invoice, StoreError> {
    let mut party = |role, tenant| {
        document_parties::take(conn, heads, row.id.0.as_ref(), role, tenant)?.ok_or_else(|| damaged("parties"))
    };
    let issuer = party(PartyRole::Issuer, None)?;
    let recipient = party(PartyRole::Recipient, Some(row.partner_id.0))?;
    let zone = zone_named(&issuer.zone);
    let day = |at: Timestamp| zone.to_datetime(at).date();
    let closed_at = row.closed_at.ok_or_else(|| damaged("date"))?.timestamp();
    let first = day(row.period_start.timestamp());
    // The month ends with the first instant of the next one.
    let last = day(row.period_end.timestamp()).yesterday().unwrap_or(first);
    Ok(Invoice {
        id: row.id.0,
        number: row.number.ok_or_else(|| damaged("number"))?,
        partner: row.partner_id.0,
        currency: row.currency.parse().map_err(|_| damaged("currency"))?,
        period_start: row.period_start.timestamp(),
        period_end: row.period_end.timestamp(),
        closed_at,
        days: (first, last),
        closed_on: day(closed_at),
        net: amount(row.net)?,
        tax: amount(row.tax)?,
        total: amount(row.total)?,
        issuer,
        recipient,
        credit_notes,
    })
}

fn amount(minor: i64) -> Result<Amount, StoreError> {
    Amount::from_minor(minor).ok_or_else(|| damaged("amount"))
}

fn damaged(what: &str) -> StoreError {
    StoreError::Inconsistent { table: "invoice", what: what.to_owned() }
}
