//! Customers as their partners list them, and changes to a tenant's own facts.

use diesel::prelude::*;
use perpetua_domain::id::{RelationshipId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{orders, relationship, search_token, tenant};
use crate::search;
use crate::tenants::TenantRow;
use crate::values::{Id, Page, Utc};

/// One line of a partner's list of customers.
#[derive(Debug, Clone, Queryable)]
pub struct CustomerLine {
    /// The customer.
    pub id: Id<TenantId>,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: Option<String>,
    /// Its country.
    pub country: String,
    /// The relation.
    pub relationship_id: Id<RelationshipId>,
    /// `active` or `ended`.
    pub state: String,
    /// Since when.
    pub since: Utc,
    /// The sort key by which the list is ordered.
    pub name_key: Vec<u8>,
}

/// Where a list by name goes on: sort key and id of the last line.
pub type NameCursor = (Vec<u8>, TenantId);

/// By which language's order names are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOrder {
    /// English.
    En,
    /// Czech.
    Cs,
}

/// What search tokens of customers are.
pub const CUSTOMER: &str = "customer";

/// How many words of a search count.
const WORDS_MAX: usize = 4;

/// Customers of a partner whose relation is in `state`, by name. Of several `words`, each must begin
/// a word of the customer's; no words let all through. `backwards` walks from the cursor to the beginning.
pub fn of_partner(
    conn: &mut Conn,
    partner: TenantId,
    state: &'static str,
    words: &[String],
    (order, backwards): (NameOrder, bool),
    page: &Page<NameCursor>,
) -> Result<Vec<CustomerLine>, StoreError> {
    macro_rules! list {
        ($key:expr) => {{
            let mut query = relationship::table
                .inner_join(tenant::table.on(tenant::id.eq(relationship::customer_id)))
                .filter(relationship::partner_id.eq(Id(partner)))
                .filter(relationship::state.eq(state))
                .select((
                    tenant::id,
                    tenant::name,
                    tenant::domain,
                    tenant::country,
                    relationship::id,
                    relationship::state,
                    relationship::since,
                    $key,
                ))
                .limit(page.limit)
                .into_boxed();
            query = if backwards {
                query.order(($key.desc(), relationship::customer_id.desc()))
            } else {
                query.order(($key, relationship::customer_id))
            };
            for word in words.iter().take(WORDS_MAX) {
                let found = search_token::table
                    .filter(search_token::scope.eq(partner.as_ref().to_vec()))
                    .filter(search_token::kind.eq(CUSTOMER))
                    .filter(search_token::token.ge(word.clone()))
                    .filter(search_token::token.lt(search::after(word)))
                    .select(search_token::target);
                query = query.filter(relationship::customer_id.eq_any(found));
            }
            if let Some((key, id)) = &page.after {
                let same = $key.eq(key.clone());
                query = if backwards {
                    query.filter($key.lt(key.clone()).or(same.and(relationship::customer_id.lt(Id(*id)))))
                } else {
                    query.filter($key.gt(key.clone()).or(same.and(relationship::customer_id.gt(Id(*id)))))
                };
            }
            query.load(conn)?
        }};
    }
    Ok(match order {
        NameOrder::En => list!(relationship::name_key_en),
        NameOrder::Cs => list!(relationship::name_key_cs),
    })
}

/// How many orders a partner placed for each of these customers.
pub fn order_counts(
    conn: &mut Conn,
    partner: TenantId,
    customers: &[TenantId],
) -> Result<Vec<(TenantId, i64)>, StoreError> {
    let rows: Vec<(Id<TenantId>, i64)> = orders::table
        .filter(orders::partner_id.eq(Id(partner)))
        .filter(orders::customer_id.eq_any(customers.iter().map(|id| Id(*id))))
        .group_by(orders::customer_id)
        .select((orders::customer_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(customer, count)| (customer.0, count)).collect())
}

/// Replaces what a tenant's administrators and partners may edit: name, language, segment, address,
/// contact and numbers. Kind, domain, country, currency and state stay.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the row changed since `row` was read.
pub fn update_profile(conn: &mut Conn, row: &TenantRow) -> Result<(), StoreError> {
    let values = (
        tenant::name.eq(&row.name),
        tenant::name_key_en.eq(&row.name_key_en),
        tenant::name_key_cs.eq(&row.name_key_cs),
        tenant::language.eq(&row.language),
        tenant::segment.eq(&row.segment),
        tenant::address_line1.eq(&row.address_line1),
        tenant::address_line2.eq(&row.address_line2),
        tenant::city.eq(&row.city),
        tenant::region.eq(&row.region),
        tenant::postal_code.eq(&row.postal_code),
        tenant::phone.eq(&row.phone),
        tenant::email.eq(&row.email),
        tenant::registration_number.eq(&row.registration_number),
        tenant::vat_id.eq(&row.vat_id),
        tenant::vat_checked_at.eq(row.vat_checked_at),
        tenant::version.eq(row.version + 1),
    );
    let changed = diesel::update(tenant::table.filter(tenant::id.eq(row.id)).filter(tenant::version.eq(row.version)))
        .set(values)
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "tenant" }) }
}
