//! The row of a product key as activation needs it: found and taken by one guarded update, so that all
//! activations of one key follow one another on every node (I3, design §5).

use diesel::prelude::*;
use perpetua_domain::id::{DataKeyId, OrderLineId, ProductKeyId, RowId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::prepared::{prepared, prepared_list};
use crate::schema::{activation_rule, activation_top_up, granted_request, order_line, product_key, replaced_key};
use crate::values::{Id, Utc};

/// What activation reads of a key.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = product_key)]
pub struct ActivationKeyRow {
    /// Its id, which certificates name.
    pub id: Id<ProductKeyId>,
    /// The purchase.
    pub line_id: Id<OrderLineId>,
    /// `active` or `revoked`.
    pub state: String,
    /// Machines that it may activate, top-ups included.
    pub activation_limit: i64,
    /// Machines that count, those whose time to leave has come included until they are swept.
    pub activation_used: i64,
    /// Why it was revoked; empty while it is active.
    pub revoke_reason: String,
    /// `open`, `paused` or `replaced`: whether new machines are let in.
    pub gate: String,
    /// Until when it is paused.
    pub gate_until: Option<Utc>,
    /// The id that certificates name since the key was replaced.
    pub successor_id: Option<Id<ProductKeyId>>,
    /// How often it was replaced.
    pub generation: i64,
    /// Keyed hash by which the present key is found.
    pub lookup_hash: Vec<u8>,
    /// Whether each new machine closes it for a time.
    pub is_slowed: bool,
    /// Until when it is not watched.
    pub quiet_until: Option<Utc>,
    /// When the first leaving machine stops counting.
    pub next_free_at: Option<Utc>,
    /// The first moment of the month of `returns_count`.
    pub returns_month: Utc,
    /// Returns in that month.
    pub returns_count: i64,
}

/// What activation reads of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = order_line)]
pub struct LicensedLineRow {
    /// The partner of record.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// The order's number.
    pub order_number: String,
    /// The product.
    pub product_id: String,
    /// What it was called.
    pub title: String,
    /// The edition.
    pub sku_id: String,
    /// `perpetual` or `subscription`.
    pub kind: String,
    /// When the term ends.
    pub term_ends_at: Option<Utc>,
    /// Whether older versions are covered too.
    pub downgrade_rights: bool,
    /// The version that was sold, 0 for products without one.
    pub version_rank: i64,
}

/// The row of the key with one of these keyed hashes, the present one or a replaced one, without taking it.
pub fn find_by_hash(conn: &mut Conn, hashes: &[[u8; 32]]) -> Result<Option<Id<ProductKeyId>>, StoreError> {
    let wanted: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    let count = wanted.len();
    let query = product_key::table.filter(product_key::lookup_hash.eq_any(&wanted)).select(product_key::id).limit(1);
    let found: Option<Id<ProductKeyId>> = prepared_list(count, query).get_result(conn).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    let query = replaced_key::table.filter(replaced_key::lookup_hash.eq_any(wanted));
    Ok(prepared_list(count, query.select(replaced_key::key_id).limit(1)).get_result(conn).optional()?)
}

/// Takes the key: whoever comes next waits until this transaction ends, and then reads what it left.
pub fn take(conn: &mut Conn, key: ProductKeyId) -> Result<Option<ActivationKeyRow>, StoreError> {
    let row = product_key::table.filter(product_key::id.eq(Id(key)));
    let taken = diesel::update(row).set(product_key::version.eq(product_key::version + 1));
    prepared(taken.returning(product_key::version)).load::<i64>(conn)?;
    find(conn, key)
}

/// The key as it is.
pub fn find(conn: &mut Conn, key: ProductKeyId) -> Result<Option<ActivationKeyRow>, StoreError> {
    Ok(product_key::table
        .filter(product_key::id.eq(Id(key)))
        .select(ActivationKeyRow::as_select())
        .first(conn)
        .optional()?)
}

/// The purchase of a key.
pub fn line(conn: &mut Conn, line: OrderLineId) -> Result<Option<LicensedLineRow>, StoreError> {
    Ok(order_line::table
        .filter(order_line::id.eq(Id(line)))
        .select(LicensedLineRow::as_select())
        .first(conn)
        .optional()?)
}

/// What one decision changes of a key. Made on a row that [`take`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = product_key, treat_none_as_null = true)]
pub struct KeyCounts {
    /// Machines that it may activate.
    pub activation_limit: i64,
    /// Machines that count.
    pub activation_used: i64,
    /// When the first leaving machine stops counting.
    pub next_free_at: Option<Utc>,
    /// The first moment of the month of `returns_count`.
    pub returns_month: Utc,
    /// Returns in that month.
    pub returns_count: i64,
}

impl ActivationKeyRow {
    /// The counts as they are.
    pub const fn counts(&self) -> KeyCounts {
        KeyCounts {
            activation_limit: self.activation_limit,
            activation_used: self.activation_used,
            next_free_at: self.next_free_at,
            returns_month: self.returns_month,
            returns_count: self.returns_count,
        }
    }
}

/// Stores the counts of a key that this transaction has taken.
pub fn set_counts(conn: &mut Conn, key: ProductKeyId, counts: KeyCounts) -> Result<(), StoreError> {
    let row = product_key::table.filter(product_key::id.eq(Id(key)));
    let changed = prepared(diesel::update(row).set(counts).returning(product_key::version)).load::<i64>(conn)?;
    if changed.len() == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "product_key" }) }
}

/// A request that was granted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = granted_request)]
pub struct GrantedRow {
    /// The product key that it named.
    pub key_id: Id<ProductKeyId>,
    /// Its nonce.
    pub nonce: Vec<u8>,
    /// SHA-256 of the document.
    pub digest: Vec<u8>,
    /// The activation that it was about.
    pub machine_id: Vec<u8>,
    /// What was answered.
    pub code: String,
    /// When, in business time; the certificate bears this date.
    pub at: Utc,
}

/// The granted request of a key with this nonce.
pub fn granted(conn: &mut Conn, key: ProductKeyId, nonce: &[u8; 16]) -> Result<Option<GrantedRow>, StoreError> {
    Ok(granted_request::table
        .filter(granted_request::key_id.eq(Id(key)))
        .filter(granted_request::nonce.eq(nonce.as_slice()))
        .select(GrantedRow::as_select())
        .first(conn)
        .optional()?)
}

/// Remembers a granted request.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another transaction was first with this nonce; running again finds it.
pub fn remember(conn: &mut Conn, row: &GrantedRow) -> Result<(), StoreError> {
    match crate::insert_many!(conn, granted_request::table, std::slice::from_ref(row), or ignore) {
        1 => Ok(()),
        _ => Err(StoreError::Conflict { table: "granted_request" }),
    }
}

/// When extra activations were given since an instant, newest first, at most 1,000.
pub fn top_ups(conn: &mut Conn, key: ProductKeyId, since: Utc) -> Result<Vec<Utc>, StoreError> {
    Ok(activation_top_up::table
        .filter(activation_top_up::key_id.eq(Id(key)))
        .filter(activation_top_up::at.ge(since))
        .order(activation_top_up::at.desc())
        .limit(1_000)
        .select(activation_top_up::at)
        .load(conn)?)
}

/// Records an extra activation.
pub fn insert_top_up(conn: &mut Conn, id: RowId, key: ProductKeyId, at: Utc) -> Result<(), StoreError> {
    let row = (activation_top_up::id.eq(Id(id)), activation_top_up::key_id.eq(Id(key)), activation_top_up::at.eq(at));
    diesel::insert_into(activation_top_up::table).values(row).execute(conn)?;
    Ok(())
}

/// What the publisher decided for a product. Numbers that are 0 mean "none" for top-ups and typed codes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = activation_rule, primary_key(product_id))]
pub struct RuleRow {
    /// The product.
    pub product_id: String,
    /// Days between two changes of a fingerprint.
    pub drift_period_days: i64,
    /// Days until a machine should ask again.
    pub refresh_days: i64,
    /// Days more that it runs.
    pub grace_days: i64,
    /// `remind`, `reduce` or `stop`.
    pub after_grace: String,
    /// Days that a revocation list may be old; 0 when none is needed.
    pub list_max_days: i64,
    /// Returns per key and calendar month.
    pub returns_per_month: i64,
    /// Extra activations per period.
    pub top_up_extra: i64,
    /// That period.
    pub top_up_days: i64,
    /// Days that a typed code lasts.
    pub typed_days: i64,
    /// The data key that opens `typed_sealed`; stays as it is when it is not given.
    pub typed_data_key_id: Option<Id<DataKeyId>>,
    /// The product's secret for typed codes, sealed; stays as it is when it is not given.
    pub typed_sealed: Option<Vec<u8>>,
    /// First-time attempts per day beyond the purchase's activations.
    pub leak_attempts: i64,
    /// Networks per day beyond those that the purchase explains.
    pub leak_networks: i64,
    /// `off`, `mark`, `slow` or `pause`.
    pub leak_reaction: String,
    /// Hours for which a suspected key is paused.
    pub leak_pause_hours: i64,
    /// Grows with every change.
    pub version: i64,
}

/// The rules of all products that have their own, by product, at most `limit`.
pub fn rules(conn: &mut Conn, limit: i64) -> Result<Vec<RuleRow>, StoreError> {
    let rows = activation_rule::table.order(activation_rule::product_id).limit(limit);
    Ok(rows.select(RuleRow::as_select()).load(conn)?)
}

/// The rules of a product, if it has its own.
pub fn rule(conn: &mut Conn, product: &str) -> Result<Option<RuleRow>, StoreError> {
    Ok(activation_rule::table
        .filter(activation_rule::product_id.eq(product))
        .select(RuleRow::as_select())
        .first(conn)
        .optional()?)
}

/// Sets the rules of a product.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another version was stored meanwhile; `row.version` is the next one, 1 for the first.
pub fn set_rule(conn: &mut Conn, row: &RuleRow) -> Result<(), StoreError> {
    let changed = if row.version == 1 {
        crate::insert_many!(conn, activation_rule::table, std::slice::from_ref(row), or ignore)
    } else {
        let known = activation_rule::table
            .filter(activation_rule::product_id.eq(&row.product_id))
            .filter(activation_rule::version.eq(row.version - 1));
        diesel::update(known).set(row).execute(conn)?
    };
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "activation_rule" }) }
}
