//! Orders and customers for the search box on every page, each scope by its own index.

use diesel::prelude::*;
use perpetua_domain::id::{OrderId, TenantId};

use crate::connection::Conn;
use crate::customers::CUSTOMER;
use crate::error::StoreError;
use crate::schema::{orders, tenant};
use crate::search;
use crate::values::{Id, Utc};

/// Whose orders may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderScope {
    /// Everybody's, by number alone.
    All,
    /// Those that a partner placed.
    Partner(TenantId),
    /// Those of a customer.
    Customer(TenantId),
}

/// An order that was found.
#[derive(Debug, Clone, Queryable)]
pub struct FoundOrder {
    /// The order.
    pub id: Id<OrderId>,
    /// Its number.
    pub number: String,
    /// The customer's purchase-order number.
    pub po_number: String,
    /// When it was placed.
    pub placed_at: Utc,
    /// The customer.
    pub customer_id: Id<TenantId>,
}

/// Orders whose number begins with `prefix`, or whose purchase-order number does, newest first.
pub fn orders(conn: &mut Conn, scope: OrderScope, prefix: &str, limit: i64) -> Result<Vec<FoundOrder>, StoreError> {
    let end = search::after(prefix);
    let number = orders::number.ge(prefix.to_owned()).and(orders::number.lt(end.clone()));
    let po = orders::po_number.ge(prefix.to_owned()).and(orders::po_number.lt(end));
    let query = orders::table
        .select((orders::id, orders::number, orders::po_number, orders::placed_at, orders::customer_id))
        .order((orders::placed_at.desc(), orders::id.desc()))
        .limit(limit);
    Ok(match scope {
        OrderScope::All => query.filter(number).load(conn)?,
        OrderScope::Partner(partner) => {
            query.filter(orders::partner_id.eq(Id(partner))).filter(number.or(po)).load(conn)?
        }
        OrderScope::Customer(customer) => {
            query.filter(orders::customer_id.eq(Id(customer))).filter(number.or(po)).load(conn)?
        }
    })
}

/// Customers that a tenant may find by the beginnings of words, by name.
pub fn customers(
    conn: &mut Conn,
    scope: TenantId,
    words: &[String],
    limit: i64,
) -> Result<Vec<(TenantId, String, Option<String>)>, StoreError> {
    let targets = search::find(conn, scope.as_ref(), CUSTOMER, words, 200)?;
    let rows: Vec<(Id<TenantId>, String, Option<String>)> = tenant::table
        .filter(tenant::id.eq_any(targets))
        .order((tenant::name_key_en, tenant::id))
        .limit(limit)
        .select((tenant::id, tenant::name, tenant::domain))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, domain)| (id.0, name, domain)).collect())
}
