//! The lines behind an account's entries: charged lines of orders, credited lines of credit notes, as one list.

use diesel::prelude::*;
use perpetua_domain::billing::PartyRole;
use perpetua_domain::id::{InvoiceId, LedgerEntryId, SubscriptionId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::orders::OrderLineRow;
use crate::schema::{credit_note, credit_note_line, document_party, ledger_entry, order_line, orders, renewal, tenant};
use crate::values::{Id, Page, Utc, Word};

/// Whose lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Those of an invoice.
    Invoice(InvoiceId),
    /// Those of an account that stand on no invoice, entered in a span of time.
    Unbilled {
        /// Whose account.
        partner: TenantId,
        /// ISO 4217 code.
        currency: String,
        /// Entered at or after.
        from: Utc,
        /// Entered before.
        until: Utc,
    },
}

/// Where a page of lines ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    /// When the entry was made.
    pub at: Utc,
    /// The entry.
    pub entry: Id<LedgerEntryId>,
    /// The line's number in its order.
    pub line_no: i64,
}

impl LineKey {
    /// The place of a line of an entry that was made at `micros` since 1970.
    pub const fn new(micros: i64, entry: LedgerEntryId, line_no: i64) -> Self {
        Self { at: Utc::from_micros(micros), entry: Id(entry), line_no }
    }
}

/// One line as an invoice states it. Amounts are below zero on credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledLine {
    /// Its place.
    pub key: LineKey,
    /// The order's line as it was bought.
    pub line: OrderLineRow,
    /// The customer's purchase-order number.
    pub po_number: String,
    /// The customer's name; on an invoice the one of its day, as the two below.
    pub customer_name: String,
    /// Its domain.
    pub customer_domain: Option<String>,
    /// Its country.
    pub customer_country: String,
    /// The credit note, when it is a credit.
    pub credit_note: Option<String>,
    /// The subscription that went on with the line's order; `None` for what was bought for the first time.
    pub renews: Option<SubscriptionId>,
    /// Units charged, or credited; 0 for an amount that was credited without units.
    pub quantity: i64,
    /// Without tax.
    pub net: i64,
    /// The tax.
    pub tax: i64,
}

type Entry = (Id<LedgerEntryId>, Utc);
type Customer = (String, Option<String>, String);
/// A customer of now, and as the invoice keeps it; what is not billed keeps none.
type Named = (Customer, Option<Customer>);
type Renewed = Option<Id<SubscriptionId>>;
type Charge = (Entry, OrderLineRow, (String, Renewed), Named);
type Credit = (Entry, OrderLineRow, (String, Renewed), Named, (String, i64, i64, i64));

/// A page of lines in the order of their entries, at most `page.limit`. Two queries.
pub fn lines(conn: &mut Conn, source: &Source, page: &Page<LineKey>) -> Result<Vec<BilledLine>, StoreError> {
    let mut found: Vec<BilledLine> = charges(conn, source, page)?.into_iter().map(charged).collect();
    found.extend(credits(conn, source, page)?.into_iter().map(credited));
    found.sort_by_key(|line| line.key);
    found.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The conditions that both kinds of lines share.
macro_rules! wanted {
    ($query:expr, $source:expr, $page:expr) => {{
        let mut query =
            $query.order((ledger_entry::at, ledger_entry::id, order_line::line_no)).limit($page.limit).into_boxed();
        query = match $source {
            Source::Invoice(invoice) => query.filter(ledger_entry::invoice_id.eq(Some(Id(*invoice)))),
            Source::Unbilled { partner, currency, from, until } => query
                .filter(ledger_entry::partner_id.eq(Id(*partner)))
                .filter(ledger_entry::currency.eq(currency))
                .filter(ledger_entry::invoice_id.is_null())
                .filter(ledger_entry::at.ge(*from))
                .filter(ledger_entry::at.lt(*until)),
        };
        if let Some(after) = $page.after {
            let same_entry = ledger_entry::id.eq(after.entry).and(order_line::line_no.gt(after.line_no));
            let same_instant = ledger_entry::at.eq(after.at).and(ledger_entry::id.gt(after.entry).or(same_entry));
            // The plain bound lets both engines seek in the index; the second condition takes ties away.
            query = query.filter(ledger_entry::at.ge(after.at)).filter(ledger_entry::at.gt(after.at).or(same_instant));
        }
        query
    }};
}

/// The customer of the line as its invoice keeps it.
macro_rules! kept {
    () => {
        document_party::document_id
            .nullable()
            .eq(ledger_entry::invoice_id)
            .and(document_party::role.eq(Word(PartyRole::Customer)))
            .and(document_party::tenant_id.eq(tenant::id))
    };
}

/// What a line says of its customer.
macro_rules! customer {
    () => {
        (
            (tenant::name, tenant::domain, tenant::country),
            (document_party::name, document_party::domain, document_party::country).nullable(),
        )
    };
}

fn charges(conn: &mut Conn, source: &Source, page: &Page<LineKey>) -> Result<Vec<Charge>, StoreError> {
    let query = ledger_entry::table
        .inner_join(order_line::table.on(order_line::order_id.nullable().eq(ledger_entry::order_id)))
        .inner_join(orders::table.on(orders::id.eq(order_line::order_id)))
        .left_join(renewal::table.on(renewal::order_id.eq(order_line::order_id)))
        .inner_join(tenant::table.on(tenant::id.eq(order_line::customer_id)))
        .left_join(document_party::table.on(kept!()))
        .filter(ledger_entry::kind.eq("order"))
        .select((
            (ledger_entry::id, ledger_entry::at),
            OrderLineRow::as_select(),
            (orders::po_number, renewal::subscription_id.nullable()),
            customer!(),
        ));
    Ok(wanted!(query, source, page).load(conn)?)
}

fn credits(conn: &mut Conn, source: &Source, page: &Page<LineKey>) -> Result<Vec<Credit>, StoreError> {
    let query = ledger_entry::table
        .inner_join(credit_note::table.on(credit_note::id.nullable().eq(ledger_entry::credit_note_id)))
        .inner_join(credit_note_line::table.on(credit_note_line::credit_note_id.eq(credit_note::id)))
        .inner_join(order_line::table.on(order_line::id.eq(credit_note_line::line_id)))
        .inner_join(orders::table.on(orders::id.eq(order_line::order_id)))
        .left_join(renewal::table.on(renewal::order_id.eq(order_line::order_id)))
        .inner_join(tenant::table.on(tenant::id.eq(order_line::customer_id)))
        .left_join(document_party::table.on(kept!()))
        .filter(ledger_entry::kind.eq("credit"))
        .select((
            (ledger_entry::id, ledger_entry::at),
            OrderLineRow::as_select(),
            (orders::po_number, renewal::subscription_id.nullable()),
            customer!(),
            (credit_note::number, credit_note_line::quantity, credit_note_line::net, credit_note_line::tax),
        ));
    Ok(wanted!(query, source, page).load(conn)?)
}

fn charged((entry, line, order, customer): Charge) -> BilledLine {
    let (quantity, net, tax) = (line.quantity, line.net, line.tax);
    billed(entry, line, order, customer, None, (quantity, net, tax))
}

fn credited((entry, line, order, customer, (note, quantity, net, tax)): Credit) -> BilledLine {
    billed(entry, line, order, customer, Some(note), (quantity, -net, -tax))
}

fn billed(
    (entry, at): Entry,
    line: OrderLineRow,
    (po_number, renewed): (String, Renewed),
    (present, kept): Named,
    credit_note: Option<String>,
    (quantity, net, tax): (i64, i64, i64),
) -> BilledLine {
    let key = LineKey { at, entry, line_no: line.line_no };
    let (customer_name, customer_domain, customer_country) = kept.unwrap_or(present);
    BilledLine {
        key,
        line,
        po_number,
        customer_name,
        customer_domain,
        customer_country,
        credit_note,
        renews: renewed.map(|subscription| subscription.0),
        quantity,
        net,
        tax,
    }
}
