//! What a partner's profiles have beyond its tenant's row (contract 50).

use diesel::prelude::*;
use perpetua_domain::id::TenantId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{partner_profile, tenant};
use crate::tenants::TenantRow;
use crate::values::Id;

/// A partner's profile; texts may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = partner_profile)]
pub struct ProfileRow {
    /// The partner.
    pub partner_id: Id<TenantId>,
    /// Its web site.
    pub website: String,
    /// Where its customers ask for help.
    pub support_email: String,
    /// Where its customers call for help.
    pub support_phone: String,
    /// Its primary contact's first name.
    pub contact_first_name: String,
    /// Its primary contact's last name.
    pub contact_last_name: String,
    /// Its primary contact's address.
    pub contact_email: String,
    /// Its primary contact's telephone number.
    pub contact_phone: String,
    /// The number that its invoices name.
    pub purchase_order_number: String,
    /// Its tax number.
    pub tax_id: String,
    /// Guards changes; 0 while no row exists.
    pub version: i64,
}

impl ProfileRow {
    /// The profile of a partner that never changed it.
    pub const fn empty(partner: TenantId) -> Self {
        Self {
            partner_id: Id(partner),
            website: String::new(),
            support_email: String::new(),
            support_phone: String::new(),
            contact_first_name: String::new(),
            contact_last_name: String::new(),
            contact_email: String::new(),
            contact_phone: String::new(),
            purchase_order_number: String::new(),
            tax_id: String::new(),
            version: 0,
        }
    }
}

/// A partner's profile; an empty one where none was stored.
pub fn find(conn: &mut Conn, partner: TenantId) -> Result<ProfileRow, StoreError> {
    let query = partner_profile::table.find(Id(partner)).select(ProfileRow::as_select());
    Ok(query.first(conn).optional()?.unwrap_or_else(|| ProfileRow::empty(partner)))
}

/// Stores a profile; `row.version` is the version that was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn save(conn: &mut Conn, row: &ProfileRow) -> Result<(), StoreError> {
    let conflict = || StoreError::Conflict { table: "partner_profile" };
    if row.version == 0 {
        let first = ProfileRow { version: 1, ..row.clone() };
        let inserted = crate::insert_many!(conn, partner_profile::table, [&first], or ignore);
        return if inserted == 1 { Ok(()) } else { Err(conflict()) };
    }
    let guarded = partner_profile::table
        .filter(partner_profile::partner_id.eq(row.partner_id))
        .filter(partner_profile::version.eq(row.version));
    let support = (
        partner_profile::website.eq(&row.website),
        partner_profile::support_email.eq(&row.support_email),
        partner_profile::support_phone.eq(&row.support_phone),
    );
    let contact = (
        partner_profile::contact_first_name.eq(&row.contact_first_name),
        partner_profile::contact_last_name.eq(&row.contact_last_name),
        partner_profile::contact_email.eq(&row.contact_email),
        partner_profile::contact_phone.eq(&row.contact_phone),
    );
    let billing = (
        partner_profile::purchase_order_number.eq(&row.purchase_order_number),
        partner_profile::tax_id.eq(&row.tax_id),
        partner_profile::version.eq(row.version + 1),
    );
    let changed = diesel::update(guarded).set((support, contact, billing)).execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(conflict()) }
}

/// Stores a tenant's address and contact; `row.version` is the version that was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn save_address(conn: &mut Conn, row: &TenantRow) -> Result<(), StoreError> {
    let guarded = tenant::table.filter(tenant::id.eq(row.id)).filter(tenant::version.eq(row.version));
    let changed = diesel::update(guarded)
        .set((
            tenant::address_line1.eq(&row.address_line1),
            tenant::address_line2.eq(&row.address_line2),
            tenant::city.eq(&row.city),
            tenant::region.eq(&row.region),
            tenant::postal_code.eq(&row.postal_code),
            tenant::phone.eq(&row.phone),
            tenant::email.eq(&row.email),
            tenant::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "tenant" }) }
}
