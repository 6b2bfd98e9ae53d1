//! Organizations: operator, partners and customers, and a partner's account row.

use diesel::prelude::*;
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::TenantId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{partner_account, tenant};
use crate::values::{Id, Utc, Word};

/// An organization.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = tenant)]
pub struct TenantRow {
    /// Its id; the wire calls it tenant or customer id.
    pub id: Id<TenantId>,
    /// Operator, partner or customer.
    pub kind: Word<TenantKind>,
    /// Its name as people read it.
    pub name: String,
    /// Sort key of the name in English order.
    pub name_key_en: Vec<u8>,
    /// Sort key of the name in Czech order.
    pub name_key_cs: Vec<u8>,
    /// Its domain, unique.
    pub domain: Option<String>,
    /// `active` or `suspended`.
    pub state: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// ISO 4217.
    pub currency: String,
    /// IANA time zone.
    pub zone: String,
    /// Language of its mail and defaults, `en` or `cs`.
    pub language: String,
    /// Market segment of a customer.
    pub segment: String,
    /// Street.
    pub address_line1: String,
    /// Second line.
    pub address_line2: String,
    /// City.
    pub city: String,
    /// State or region.
    pub region: String,
    /// Postal code.
    pub postal_code: String,
    /// Telephone.
    pub phone: String,
    /// E-mail address for bills and notices.
    pub email: String,
    /// Registration number where the country asks for one.
    pub registration_number: String,
    /// VAT id.
    pub vat_id: String,
    /// When the VAT id was checked.
    pub vat_checked_at: Option<Utc>,
    /// When it was created.
    pub created_at: Utc,
    /// Guards changes.
    pub version: i64,
}

/// A partner's account: the row on which the credit line is anchored.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = partner_account)]
pub struct PartnerAccountRow {
    /// The partner.
    pub partner_id: Id<TenantId>,
    /// Its number in the partner network.
    pub mpn_id: String,
    /// The currency of limit and balance.
    pub currency: String,
    /// What it may owe, minor units.
    pub credit_limit: i64,
    /// What it owes, minor units.
    pub balance: i64,
    /// Guards changes.
    pub version: i64,
}

/// Finds a tenant by id.
pub fn find(conn: &mut Conn, id: TenantId) -> Result<Option<TenantRow>, StoreError> {
    Ok(tenant::table.find(Id(id)).select(TenantRow::as_select()).first(conn).optional()?)
}

/// Finds a tenant by its domain, lower-case.
pub fn find_by_domain(conn: &mut Conn, domain: &str) -> Result<Option<TenantRow>, StoreError> {
    Ok(tenant::table.filter(tenant::domain.eq(domain)).select(TenantRow::as_select()).first(conn).optional()?)
}

/// The operator; `None` before the installation was set up.
pub fn operator(conn: &mut Conn) -> Result<Option<TenantRow>, StoreError> {
    let operators = tenant::table.filter(tenant::kind.eq("operator"));
    Ok(operators.select(TenantRow::as_select()).first(conn).optional()?)
}

/// The time zones of tenants, for lists. One query.
pub fn zones(conn: &mut Conn, mut ids: Vec<Id<TenantId>>) -> Result<Vec<(Id<TenantId>, String)>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    Ok(tenant::table.filter(tenant::id.eq_any(ids)).select((tenant::id, tenant::zone)).load(conn)?)
}

/// Whether any of these tenants is suspended; one that does not exist counts as suspended.
pub fn any_suspended(conn: &mut Conn, ids: &[Id<TenantId>]) -> Result<bool, StoreError> {
    let active: Vec<Id<TenantId>> = tenant::table
        .filter(tenant::id.eq_any(ids))
        .filter(tenant::state.eq("active"))
        .select(tenant::id)
        .load(conn)?;
    Ok(!ids.iter().all(|id| active.contains(id)))
}

/// Adds a tenant.
pub fn insert(conn: &mut Conn, row: &TenantRow) -> Result<(), StoreError> {
    diesel::insert_into(tenant::table).values(row).execute(conn)?;
    Ok(())
}

/// A partner's account.
pub fn account(conn: &mut Conn, partner: TenantId) -> Result<Option<PartnerAccountRow>, StoreError> {
    let found = partner_account::table.find(Id(partner)).select(PartnerAccountRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// Adds a partner's account.
pub fn insert_account(conn: &mut Conn, row: &PartnerAccountRow) -> Result<(), StoreError> {
    diesel::insert_into(partner_account::table).values(row).execute(conn)?;
    Ok(())
}
