//! Who invoices and credit notes are between, as they were when the document was made: names and addresses of today
//! stand on no document of yesterday.

use diesel::prelude::*;
use perpetua_domain::billing::PartyRole;
use perpetua_domain::id::{InvoiceId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{document_party, ledger_entry, orders, tenant};
use crate::tenants::{self, TenantRow};
use crate::values::{Id, Word};

/// A party of a document.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = document_party)]
pub struct PartyRow {
    /// The id of the invoice or credit note.
    pub document_id: Vec<u8>,
    /// What the party is there.
    pub role: Word<PartyRole>,
    /// Who it is.
    pub tenant_id: Id<TenantId>,
    /// Its name then, as all that follows.
    pub name: String,
    /// Its domain.
    pub domain: Option<String>,
    /// Street.
    pub address_line1: String,
    /// Second line.
    pub address_line2: String,
    /// Postal code.
    pub postal_code: String,
    /// City.
    pub city: String,
    /// State or region.
    pub region: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// VAT id.
    pub vat_id: String,
    /// Registration number where the country asks for one.
    pub registration_number: String,
    /// IANA time zone; that of the issuer counts the document's days.
    pub zone: String,
}

impl PartyRow {
    /// A tenant as it is now.
    fn of(document: &[u8], role: PartyRole, tenant: &TenantRow) -> Self {
        Self {
            document_id: document.to_vec(),
            role: Word(role),
            tenant_id: tenant.id,
            name: tenant.name.clone(),
            domain: tenant.domain.clone(),
            address_line1: tenant.address_line1.clone(),
            address_line2: tenant.address_line2.clone(),
            postal_code: tenant.postal_code.clone(),
            city: tenant.city.clone(),
            region: tenant.region.clone(),
            country: tenant.country.clone(),
            vat_id: tenant.vat_id.clone(),
            registration_number: tenant.registration_number.clone(),
            zone: tenant.zone.clone(),
        }
    }
}

/// Keeps the operator as issuer, the partner as recipient and the customer, if there is one, as they are now.
///
/// # Errors
///
/// [`StoreError::Inconsistent`] when one of them does not exist.
pub fn keep_present(
    conn: &mut Conn,
    document: &[u8],
    partner: TenantId,
    customer: Option<TenantId>,
) -> Result<(), StoreError> {
    let mut roles = vec![(PartyRole::Issuer, None), (PartyRole::Recipient, Some(partner))];
    roles.extend(customer.map(|customer| (PartyRole::Customer, Some(customer))));
    let missing = || StoreError::Inconsistent { table: "tenant", what: "a party of a document".to_owned() };
    let row = |(role, tenant)| present(conn, document, role, tenant)?.ok_or_else(missing);
    let rows = roles.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    keep(conn, &rows)
}

/// A party as it is now; `tenant` is `None` for the operator.
fn present(
    conn: &mut Conn,
    document: &[u8],
    role: PartyRole,
    tenant: Option<TenantId>,
) -> Result<Option<PartyRow>, StoreError> {
    let now = match tenant {
        Some(tenant) => tenants::find(conn, tenant)?,
        None => tenants::operator(conn)?,
    };
    Ok(now.map(|tenant| PartyRow::of(document, role, &tenant)))
}

/// Keeps parties with their document, at most 1,000; those that it has already stay as they were.
fn keep(conn: &mut Conn, rows: &[PartyRow]) -> Result<(), StoreError> {
    if !rows.is_empty() {
        crate::insert_many!(conn, document_party::table, rows, or ignore);
    }
    Ok(())
}

/// All parties of a credit note, at most three.
pub fn of_document(conn: &mut Conn, document: &[u8]) -> Result<Vec<PartyRow>, StoreError> {
    Ok(document_party::table
        .filter(document_party::document_id.eq(document))
        .order((document_party::role, document_party::tenant_id))
        .limit(10)
        .select(PartyRow::as_select())
        .load(conn)?)
}

/// Issuer and recipient of each of these documents. One query.
pub fn heads(conn: &mut Conn, documents: Vec<Vec<u8>>) -> Result<Vec<PartyRow>, StoreError> {
    Ok(document_party::table
        .filter(document_party::document_id.eq_any(documents))
        .filter(document_party::role.eq_any([Word(PartyRole::Issuer), Word(PartyRole::Recipient)]))
        .select(PartyRow::as_select())
        .load(conn)?)
}

/// Takes a party of a document out of those that were kept. A document of a program from before they were kept, which
/// may run beside this one while it is updated, has the party as it is now; `tenant` is `None` for the operator.
pub fn take(
    conn: &mut Conn,
    kept: &mut Vec<PartyRow>,
    document: &[u8],
    role: PartyRole,
    tenant: Option<TenantId>,
) -> Result<Option<PartyRow>, StoreError> {
    let place = kept.iter().position(|party| party.role.0 == role && party.document_id == document);
    if let Some(place) = place {
        return Ok(Some(kept.swap_remove(place)));
    }
    present(conn, document, role, tenant)
}

/// The customers of an account's entries as they are now, each once.
pub fn customers_of_entries(
    conn: &mut Conn,
    entries: &[Id<perpetua_domain::id::LedgerEntryId>],
) -> Result<Vec<TenantRow>, StoreError> {
    let mut found: Vec<TenantRow> = ledger_entry::table
        .inner_join(orders::table.on(orders::id.nullable().eq(ledger_entry::order_id)))
        .inner_join(tenant::table.on(tenant::id.eq(orders::customer_id)))
        .filter(ledger_entry::id.eq_any(entries.to_vec()))
        .select(TenantRow::as_select())
        .load(conn)?;
    found.sort_by_key(|row| row.id);
    found.dedup_by_key(|row| row.id);
    Ok(found)
}

/// Keeps these customers with an invoice.
pub fn keep_customers(conn: &mut Conn, invoice: InvoiceId, customers: &[TenantRow]) -> Result<(), StoreError> {
    let row = |tenant: &TenantRow| PartyRow::of(invoice.as_ref(), PartyRole::Customer, tenant);
    keep(conn, &customers.iter().map(row).collect::<Vec<_>>())
}
