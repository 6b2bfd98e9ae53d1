//! Subscriptions (M10): what changes about a line with a term. Each row is guarded by its version; a cancelled
//! line takes its subscription with it by [`follow_line`].

use diesel::prelude::*;
use perpetua_domain::id::{OrderId, OrderLineId, SubscriptionId, TenantId};
use perpetua_domain::subscription::{SubscriptionState, Suspension};
use perpetua_domain::term::Term;

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::orders::OrderLineRow;
use crate::schema::{offer, order_line, orders, price_list, renewal, subscription};
use crate::values::{Id, Page, Utc, Word};

/// A subscription.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = subscription)]
pub struct SubscriptionRow {
    /// Its id: that of the line with which it began.
    pub id: Id<SubscriptionId>,
    /// The line of its present term.
    pub line_id: Id<OrderLineId>,
    /// That line's order.
    pub order_id: Id<OrderId>,
    /// The partner of record.
    pub partner_id: Id<TenantId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// What people call it.
    pub friendly_name: String,
    /// Its state as it was last written; a term that is over counts as expired whatever stands here.
    pub state: Word<SubscriptionState>,
    /// Who suspended it.
    pub suspension: Option<Word<Suspension>>,
    /// Whether it renews itself.
    pub auto_renew: bool,
    /// The term of its renewal.
    pub renewal_term: Word<Term>,
    /// The beginning of its present term.
    pub starts_at: Utc,
    /// The first instant after its term.
    pub term_ends_at: Utc,
    /// The tenant that helps its users.
    pub support_tenant_id: Id<TenantId>,
    /// When it was first bought.
    pub created_at: Utc,
    /// When it was last changed.
    pub changed_at: Utc,
    /// Grows with every change, also of its line's quantity.
    pub version: i64,
}

/// A subscription, its line, and its order's time zone and market.
pub type Subscribed = (SubscriptionRow, OrderLineRow, String, String);

/// The order with which a subscription went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Insertable)]
#[diesel(table_name = renewal)]
pub struct RenewalRow {
    /// The order.
    pub order_id: Id<OrderId>,
    /// The subscription.
    pub subscription_id: Id<SubscriptionId>,
    /// The line of the term that ended; it renews once.
    pub from_line_id: Id<OrderLineId>,
    /// When.
    pub at: Utc,
}

/// Which subscriptions to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// Only through this partner of record; `None` for the customer itself and the operator.
    pub partner: Option<TenantId>,
    /// Of this customer.
    pub customer: TenantId,
    /// Only of this order.
    pub order: Option<OrderId>,
}

/// Adds the subscriptions of one order.
pub fn insert(conn: &mut Conn, rows: &[SubscriptionRow]) -> Result<(), StoreError> {
    if !rows.is_empty() {
        crate::insert_many!(conn, subscription::table, rows);
    }
    Ok(())
}

/// A subscription by its id, whoever it belongs to: the caller checks that next.
pub fn find(conn: &mut Conn, id: SubscriptionId) -> Result<Option<Subscribed>, StoreError> {
    Ok(subscription::table
        .inner_join(order_line::table)
        .inner_join(orders::table.on(orders::id.eq(subscription::order_id)))
        .filter(subscription::id.eq(Id(id)))
        .select((SubscriptionRow::as_select(), OrderLineRow::as_select(), orders::zone, orders::market))
        .first(conn)
        .optional()?)
}

/// Subscriptions of a customer, newest first, at most `limit`. One query.
pub fn list(conn: &mut Conn, filter: Filter, limit: i64) -> Result<Vec<Subscribed>, StoreError> {
    let mut query = subscription::table
        .inner_join(order_line::table)
        .inner_join(orders::table.on(orders::id.eq(subscription::order_id)))
        .filter(subscription::customer_id.eq(Id(filter.customer)))
        .order((subscription::created_at.desc(), subscription::id.desc()))
        .limit(limit)
        .select((SubscriptionRow::as_select(), OrderLineRow::as_select(), orders::zone, orders::market))
        .into_boxed();
    if let Some(partner) = filter.partner {
        query = query.filter(subscription::partner_id.eq(Id(partner)));
    }
    if let Some(order) = filter.order {
        query = query.filter(subscription::order_id.eq(Id(order)));
    }
    Ok(query.load(conn)?)
}

/// Whether the subscription of a line is suspended; a line without one never is.
pub fn is_suspended(conn: &mut Conn, line: OrderLineId) -> Result<bool, StoreError> {
    let suspended = subscription::table
        .filter(subscription::line_id.eq(Id(line)))
        .filter(subscription::state.eq(Word(SubscriptionState::Suspended)));
    Ok(diesel::select(diesel::dsl::exists(suspended)).get_result(conn)?)
}

/// Stores a subscription's changeable values; `row.version` is the version that was decided on.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn update(conn: &mut Conn, row: &SubscriptionRow) -> Result<(), StoreError> {
    let guarded = subscription::table.filter(subscription::id.eq(row.id)).filter(subscription::version.eq(row.version));
    let changed = diesel::update(guarded)
        .set((
            subscription::friendly_name.eq(&row.friendly_name),
            subscription::state.eq(row.state),
            subscription::suspension.eq(row.suspension),
            subscription::auto_renew.eq(row.auto_renew),
            subscription::renewal_term.eq(row.renewal_term),
            subscription::support_tenant_id.eq(row.support_tenant_id),
            subscription::changed_at.eq(row.changed_at),
            subscription::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "subscription" }) }
}

/// Begins the next term of a subscription: line, order, start and end are those of `row`, whose version is the
/// one that was decided on.
///
/// # Errors
///
/// [`StoreError::Conflict`] when it changed since it was read.
pub fn renew(conn: &mut Conn, row: &SubscriptionRow, renewal: &RenewalRow) -> Result<(), StoreError> {
    let guarded = subscription::table.filter(subscription::id.eq(row.id)).filter(subscription::version.eq(row.version));
    let changed = diesel::update(guarded)
        .set((
            subscription::line_id.eq(row.line_id),
            subscription::order_id.eq(row.order_id),
            subscription::starts_at.eq(row.starts_at),
            subscription::term_ends_at.eq(row.term_ends_at),
            subscription::changed_at.eq(row.changed_at),
            subscription::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Err(StoreError::Conflict { table: "subscription" });
    }
    diesel::insert_into(renewal::table).values(renewal).execute(conn)?;
    Ok(())
}

/// Which of these orders renewed which subscription. One query.
pub fn renewals(conn: &mut Conn, orders: &[OrderId]) -> Result<Vec<(OrderId, SubscriptionId)>, StoreError> {
    let found: Vec<(Id<OrderId>, Id<SubscriptionId>)> = renewal::table
        .filter(renewal::order_id.eq_any(orders.iter().copied().map(Id)))
        .select((renewal::order_id, renewal::subscription_id))
        .load(conn)?;
    Ok(found.into_iter().map(|(order, subscription)| (order.0, subscription.0)).collect())
}

/// Lets the subscription of a line follow a cancellation: deleted when nothing is left of the line, otherwise
/// only its version grows, as its quantity shrank. Answers with the row as it is then; `None` for lines without
/// a subscription.
pub fn follow_line(
    conn: &mut Conn,
    line: OrderLineId,
    is_deleted: bool,
    at: Utc,
) -> Result<Option<SubscriptionRow>, StoreError> {
    let row = subscription::table.filter(subscription::line_id.eq(Id(line)));
    let counted = (subscription::changed_at.eq(at), subscription::version.eq(subscription::version + 1));
    let changed: Option<SubscriptionRow> = if is_deleted {
        let ended = (
            subscription::state.eq(Word(SubscriptionState::Deleted)),
            subscription::suspension.eq(None::<Word<Suspension>>),
            subscription::auto_renew.eq(false),
        );
        diesel::update(row).set((ended, counted)).returning(subscription::all_columns).get_result(conn).optional()?
    } else {
        diesel::update(row).set(counted).returning(subscription::all_columns).get_result(conn).optional()?
    };
    Ok(changed)
}

/// Subscriptions whose term is over and that do not know it yet, the oldest end first: those behind `page.after`,
/// at most `page.limit`.
pub fn ended(
    conn: &mut Conn,
    now: Utc,
    page: &Page<(Utc, Id<SubscriptionId>)>,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    let mut query = subscription::table
        .filter(as_indexed("subscription.state IN ('active', 'suspended')"))
        .filter(subscription::term_ends_at.le(now))
        .order((subscription::term_ends_at, subscription::id))
        .limit(page.limit)
        .select(SubscriptionRow::as_select())
        .into_boxed();
    if let Some((at, id)) = page.after {
        let same_instant = subscription::term_ends_at.eq(at).and(subscription::id.gt(id));
        query = query.filter(subscription::term_ends_at.gt(at).or(same_instant));
    }
    Ok(query.load(conn)?)
}

/// The terms in which a product and edition are sold in a market now, each with its availability, in the order
/// of availabilities.
pub fn sold(conn: &mut Conn, market: &str, line: &OrderLineRow) -> Result<Vec<(Term, String)>, StoreError> {
    let found: Vec<(Word<Term>, String)> = offer::table
        .inner_join(price_list::table.on(price_list::sheet_id.eq(offer::sheet_id)))
        .filter(price_list::market.eq(market))
        .filter(offer::market.eq(market))
        .filter(offer::product_id.eq(&line.product_id))
        .filter(offer::sku_id.eq(&line.sku_id))
        .filter(offer::segment.eq(line.segment))
        .order(offer::availability_id)
        .select((offer::term, offer::availability_id))
        .load(conn)?;
    Ok(found.into_iter().map(|(term, availability)| (term.0, availability)).collect())
}
