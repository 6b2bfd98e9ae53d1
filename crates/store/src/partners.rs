//! Partners as the operator lists them, their state and their credit limits.

use diesel::prelude::*;
use perpetua_domain::id::TenantId;

use crate::connection::Conn;
use crate::customers::{NameCursor, NameOrder};
use crate::error::StoreError;
use crate::schema::{partner_account, relationship, tenant};
use crate::tenants::{PartnerAccountRow, TenantRow};
use crate::values::{Id, Page};

/// Partners with their accounts, by name.
pub fn list(
    conn: &mut Conn,
    order: NameOrder,
    page: &Page<NameCursor>,
) -> Result<Vec<(TenantRow, PartnerAccountRow)>, StoreError> {
    macro_rules! list {
        ($key:expr) => {{
            let mut query = tenant::table
                .inner_join(partner_account::table)
                .filter(tenant::kind.eq("partner"))
                .order(($key, tenant::id))
                .limit(page.limit)
                .select((TenantRow::as_select(), PartnerAccountRow::as_select()))
                .into_boxed();
            if let Some((key, id)) = &page.after {
                query = query.filter($key.gt(key.clone()).or($key.eq(key.clone()).and(tenant::id.gt(Id(*id)))));
            }
            query.load(conn)?
        }};
    }
    Ok(match order {
        NameOrder::En => list!(tenant::name_key_en),
        NameOrder::Cs => list!(tenant::name_key_cs),
    })
}

/// Ids, names and numbers of partners, at most `limit`, for a search among all.
pub fn named(conn: &mut Conn, limit: i64) -> Result<Vec<(TenantId, String, String)>, StoreError> {
    let rows: Vec<(Id<TenantId>, String, String)> = tenant::table
        .inner_join(partner_account::table)
        .filter(tenant::kind.eq("partner"))
        .order((tenant::name_key_en, tenant::id))
        .limit(limit)
        .select((tenant::id, tenant::name, partner_account::mpn_id))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, number)| (id.0, name, number)).collect())
}

/// Working partners who owe at least four fifths of what they may, those who owe most first, at most `limit`.
pub fn near_limit(conn: &mut Conn, limit: i64) -> Result<Vec<(TenantRow, PartnerAccountRow)>, StoreError> {
    // In tenths of a limit, so that no fraction is rounded away.
    let is_near = (partner_account::balance * 10_i64).ge(partner_account::credit_limit * 8_i64);
    Ok(tenant::table
        .inner_join(partner_account::table)
        .filter(tenant::state.eq("active"))
        .filter(partner_account::balance.gt(0))
        .filter(is_near)
        .order((partner_account::balance.desc(), tenant::id))
        .limit(limit)
        .select((TenantRow::as_select(), PartnerAccountRow::as_select()))
        .load(conn)?)
}

/// How many customers each of these partners serves now.
pub fn customer_counts(conn: &mut Conn, partners: &[TenantId]) -> Result<Vec<(TenantId, i64)>, StoreError> {
    let rows: Vec<(Id<TenantId>, i64)> = relationship::table
        .filter(relationship::partner_id.eq_any(partners.iter().map(|id| Id(*id))))
        .filter(relationship::state.eq("active"))
        .group_by(relationship::partner_id)
        .select((relationship::partner_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(partner, count)| (partner.0, count)).collect())
}

/// Whether a partner number is taken.
pub fn mpn_is_taken(conn: &mut Conn, mpn_id: &str) -> Result<bool, StoreError> {
    let found: i64 = partner_account::table.filter(partner_account::mpn_id.eq(mpn_id)).count().get_result(conn)?;
    Ok(found > 0)
}

/// Sets what a partner may owe, in minor units.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the account changed since it was read.
pub fn set_limit(conn: &mut Conn, read: &PartnerAccountRow, limit: i64) -> Result<(), StoreError> {
    let changed = diesel::update(
        partner_account::table
            .filter(partner_account::partner_id.eq(read.partner_id))
            .filter(partner_account::version.eq(read.version)),
    )
    .set((partner_account::credit_limit.eq(limit), partner_account::version.eq(read.version + 1)))
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "partner_account" }) }
}

/// Sets a tenant's state, `active` or `suspended`.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the row changed since it was read.
pub fn set_state(conn: &mut Conn, read: &TenantRow, state: &str) -> Result<(), StoreError> {
    let changed = diesel::update(tenant::table.filter(tenant::id.eq(read.id)).filter(tenant::version.eq(read.version)))
        .set((tenant::state.eq(state), tenant::version.eq(read.version + 1)))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "tenant" }) }
}
