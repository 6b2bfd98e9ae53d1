//! Policies: what the operator promises with a purchase, by default and per product (design §8).
//!
//! A row never changes. An edit ends the row that holds and adds another, so that every order can
//! name the version under which it was made.

use std::collections::HashMap;

use diesel::prelude::*;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::{PersonId, PolicyId};
use perpetua_domain::policy::{PolicyTerms, RefundRule};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::prepared_list;
use crate::schema::policy;
use crate::values::{Id, Utc};

/// The scope of the policy that holds where a product has none of its own.
pub const DEFAULT_SCOPE: &str = "";

/// One version of one policy.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = policy)]
pub struct PolicyRow {
    /// Its id, which orders keep.
    pub id: Id<PolicyId>,
    /// [`DEFAULT_SCOPE`], or a product's id.
    pub scope: String,
    /// Days in which a purchase may be cancelled.
    pub window_days: i64,
    /// The refund rule's text.
    pub refund_rule: String,
    /// Machines that one unit may activate.
    pub activations_per_unit: i64,
    /// Whether older versions may be used.
    pub downgrade_rights: bool,
    /// Days that a new link lives.
    pub link_lifetime_days: i64,
    /// Downloads that a new link allows.
    pub link_uses_max: i64,
    /// Who set it; `None` for the program itself.
    pub created_by: Option<Id<PersonId>>,
    /// Since when it holds.
    pub created_at: Utc,
    /// When another version took its place.
    pub replaced_at: Option<Utc>,
}

/// The terms that hold now, and the version that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentPolicy {
    /// The version.
    pub id: PolicyId,
    /// Its terms.
    pub terms: PolicyTerms,
}

impl PolicyRow {
    /// A version that holds from `created_at` on.
    pub fn new(id: PolicyId, scope: &str, terms: &PolicyTerms, created_by: Option<PersonId>, created_at: Utc) -> Self {
        Self {
            id: Id(id),
            scope: scope.to_owned(),
            window_days: i64::from(terms.window_days),
            refund_rule: terms.refund.as_text(),
            activations_per_unit: i64::from(terms.activations_per_unit),
            downgrade_rights: terms.downgrade_rights,
            link_lifetime_days: i64::from(terms.link_lifetime_days),
            link_uses_max: i64::from(terms.link_uses_max),
            created_by: created_by.map(Id),
            created_at,
            replaced_at: None,
        }
    }

    /// The terms that the row holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when a number is out of range.
    pub fn terms(&self) -> Result<PolicyTerms, StoreError> {
        let broken = || StoreError::Inconsistent { table: "policy", what: format!("policy {:?}", self.id) };
        let terms = PolicyTerms {
            window_days: self.window_days.try_into().map_err(|_| broken())?,
            refund: RefundRule::parse(&self.refund_rule).ok_or_else(broken)?,
            activations_per_unit: self.activations_per_unit.try_into().map_err(|_| broken())?,
            downgrade_rights: self.downgrade_rights,
            link_lifetime_days: self.link_lifetime_days.try_into().map_err(|_| broken())?,
            link_uses_max: self.link_uses_max.try_into().map_err(|_| broken())?,
        };
        terms.validated().map_err(|_| broken())
    }
}

/// The policy that holds for a product: its own, or else the default.
///
/// # Errors
///
/// [`StoreError::Inconsistent`] when there is not even a default, which the first start makes.
pub fn current(conn: &mut Conn, product: ProductId) -> Result<CurrentPolicy, StoreError> {
    let mut found = current_of(conn, &[product])?;
    found.remove(&product).ok_or_else(no_default)
}

/// The policies that hold for several products, by one query.
///
/// # Errors
///
/// As [`current`].
pub fn current_of(conn: &mut Conn, products: &[ProductId]) -> Result<HashMap<ProductId, CurrentPolicy>, StoreError> {
    let mut scopes: Vec<String> = products.iter().map(ToString::to_string).collect();
    scopes.push(DEFAULT_SCOPE.to_owned());
    let count = scopes.len();
    let query = policy::table.filter(policy::replaced_at.is_null()).filter(policy::scope.eq_any(scopes));
    let rows: Vec<PolicyRow> = prepared_list(count, query.select(PolicyRow::as_select())).load(conn)?;
    let mut by_scope = HashMap::with_capacity(rows.len());
    for row in rows {
        let current = CurrentPolicy { id: row.id.0, terms: row.terms()? };
        by_scope.insert(row.scope, current);
    }
    let default = *by_scope.get(DEFAULT_SCOPE).ok_or_else(no_default)?;
    Ok(products.iter().map(|product| (*product, *by_scope.get(product.as_str()).unwrap_or(&default))).collect())
}

/// The version that holds for exactly this scope.
pub fn find(conn: &mut Conn, scope: &str) -> Result<Option<PolicyRow>, StoreError> {
    Ok(policy::table
        .filter(policy::scope.eq(scope))
        .filter(policy::replaced_at.is_null())
        .select(PolicyRow::as_select())
        .first(conn)
        .optional()?)
}

/// Every version that holds now, the default first and then by product; at most 1,000.
pub fn list(conn: &mut Conn) -> Result<Vec<PolicyRow>, StoreError> {
    Ok(policy::table
        .filter(policy::replaced_at.is_null())
        .order(policy::scope)
        .limit(1_000)
        .select(PolicyRow::as_select())
        .load(conn)?)
}

/// Ends a version. `Conflict` when another writer was first.
pub fn end(conn: &mut Conn, id: PolicyId, at: Utc) -> Result<(), StoreError> {
    let held = policy::table.filter(policy::id.eq(Id(id))).filter(policy::replaced_at.is_null());
    let ended = diesel::update(held).set(policy::replaced_at.eq(Some(at))).execute(conn)?;
    if ended == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "policy" }) }
}

/// Adds a version; the one before was ended in the same transaction.
pub fn insert(conn: &mut Conn, row: &PolicyRow) -> Result<(), StoreError> {
    diesel::insert_into(policy::table).values(row).execute(conn)?;
    Ok(())
}

fn no_default() -> StoreError {
    StoreError::Inconsistent { table: "policy", what: "no default policy".to_owned() }
}
