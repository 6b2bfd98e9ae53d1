//! Parts of a customer's billing profile that only programs write and read (contract C-01, C-08).

use diesel::prelude::*;
use perpetua_domain::id::TenantId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::billing_contact;
use crate::values::Id;

/// Whom bills are addressed to; each text may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = billing_contact)]
pub struct BillingContactRow {
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// Given name.
    pub first_name: String,
    /// Middle name.
    pub middle_name: String,
    /// Family name.
    pub last_name: String,
    /// The third line of the address.
    pub address_line3: String,
    /// Such as `de-DE`.
    pub culture: String,
    /// Two letters.
    pub language: String,
}

/// The contact of a customer; `None` where no program ever gave one.
pub fn find(conn: &mut Conn, customer: TenantId) -> Result<Option<BillingContactRow>, StoreError> {
    let found = billing_contact::table.find(Id(customer)).select(BillingContactRow::as_select());
    Ok(found.first(conn).optional()?)
}

/// Stores a contact in place of the one before.
pub fn put(conn: &mut Conn, row: &BillingContactRow) -> Result<(), StoreError> {
    let changed = diesel::update(billing_contact::table.find(row.customer_id)).set(row).execute(conn)?;
    if changed == 0 {
        diesel::insert_into(billing_contact::table).values(row).execute(conn)?;
    }
    Ok(())
}
