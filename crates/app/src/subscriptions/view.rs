//! Reading subscriptions. No cost is part of the answers, so partner, customer and operator get the same (I6).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::civil::date_at;
use perpetua_domain::id::{OrderId, OrderLineId, SubscriptionId, TenantId};
use perpetua_domain::policy::RefundRule;
use perpetua_domain::subscription::{SubscriptionState, Suspension, state_at};
use perpetua_domain::term::Term;
use perpetua_domain::window;
use perpetua_store::subscriptions::{self as rows, Filter, Subscribed};
use perpetua_store::{Conn, StoreError, tenants};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Subscriptions that one list holds at most: the contract's list has no pages.
const LIST_MAX: i64 = 10_000;

/// Which subscriptions to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListSubscriptions {
    /// Of this customer.
    pub customer: TenantId,
    /// Only of this order; an unknown one gives an empty list.
    pub order: Option<OrderId>,
}

/// One subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionView {
    /// Its id.
    pub id: SubscriptionId,
    /// The order of its present term.
    pub order: OrderId,
    /// That order's number.
    pub order_number: String,
    /// The line.
    pub line: OrderLineId,
    /// The line's number within the order, from 0.
    pub line_no: i64,
    /// The partner of record.
    pub partner: TenantId,
    /// The customer.
    pub customer: TenantId,
    /// The product's id.
    pub product_id: String,
    /// The SKU's id.
    pub sku_id: String,
    /// The availability's id.
    pub availability_id: String,
    /// What the product was called.
    pub title: String,
    /// What the edition was called.
    pub sku_title: String,
    /// What people call it.
    pub friendly_name: String,
    /// Where it stands now.
    pub state: SubscriptionState,
    /// Who suspended it.
    pub suspension: Option<Suspension>,
    /// Units that are not cancelled.
    pub quantity: u32,
    /// The present term.
    pub term: Term,
    /// Whether it renews itself.
    pub auto_renew: bool,
    /// The term of its renewal.
    pub renewal_term: Term,
    /// When it was first bought.
    pub created_at: Timestamp,
    /// The beginning of the present term.
    pub starts_at: Timestamp,
    /// The first instant after the term.
    pub term_ends_at: Timestamp,
    /// The last day of the term in the order's zone.
    pub term_last_day: Date,
    /// The first instant at which it can no longer be cancelled.
    pub window_closes_at: Timestamp,
    /// What a cancellation credits.
    pub refund: RefundRule,
    /// Whether it can be cancelled now, as far as its window and state say.
    pub is_cancellable: bool,
    /// The tenant that helps its users.
    pub support_contact: TenantId,
    /// Guards changes: the etag is made from it.
    pub version: i64,
}

/// The subscriptions of a customer that the caller may see, newest first, deleted ones included.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`.
pub async fn list(app: &App, caller: &Caller, command: ListSubscriptions) -> Result<Vec<SubscriptionView>, Problem> {
    let (now, caller) = (app.clock.now(), caller.clone());
    app.store
        .read(move |conn| {
            let partner = (caller.kind == TenantKind::Partner).then_some(caller.tenant);
            let owner = match partner {
                Some(partner) => Owner::Purchase { partner, customer: command.customer },
                None => Owner::Tenant(command.customer),
            };
            authorize::require(conn, &caller, Permission::SoftwareView, owner)?;
            let filter = Filter { partner, customer: command.customer, order: command.order };
            let found = rows::list(conn, filter, LIST_MAX)?;
            Ok(found.iter().map(|row| view(row, now)).collect::<Result<_, _>>()?)
        })
        .await
}

/// One subscription of a customer.
///
/// # Errors
///
/// `not_found` outside the caller's scope or of another customer, `missing_role`, `relationship_ended`.
pub async fn get(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    id: SubscriptionId,
) -> Result<SubscriptionView, Problem> {
    let (now, caller) = (app.clock.now(), caller.clone());
    app.store
        .read(move |conn| {
            let found = find(conn, &caller, Permission::SoftwareView, customer, id)?;
            Ok(view(&found, now)?)
        })
        .await
}

/// The tenant that helps a subscription's users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportContact {
    /// The partner of record, or the operator.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Its number in the partner network; empty for the operator.
    pub mpn_id: String,
}

/// Who helps the users of a subscription.
///
/// # Errors
///
/// As [`get`].
pub async fn support_contact(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    id: SubscriptionId,
) -> Result<SupportContact, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let tenant = find(conn, &caller, Permission::SoftwareView, customer, id)?.0.support_tenant_id.0;
            let row = tenants::find(conn, tenant)?.ok_or_else(Problem::not_found)?;
            let mpn_id = tenants::account(conn, tenant)?.map(|account| account.mpn_id).unwrap_or_default();
            Ok(SupportContact { tenant, name: row.name, mpn_id })
        })
        .await
}

/// The subscription, if the caller may do this with it.
pub(super) fn find(
    conn: &mut Conn,
    caller: &Caller,
    permission: Permission,
    customer: TenantId,
    id: SubscriptionId,
) -> Result<Subscribed, Problem> {
    let found = rows::find(conn, id)?.filter(|found| found.0.customer_id.0 == customer);
    let found = found.ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: found.0.partner_id.0, customer };
    authorize::require(conn, caller, permission, owner)?;
    Ok(found)
}

pub(super) fn view((row, line, zone, _): &Subscribed, now: Timestamp) -> Result<SubscriptionView, StoreError> {
    let wrong =
        |what: &str| StoreError::Inconsistent { table: "subscription", what: format!("{what} of {:?}", row.id) };
    let zone = TimeZone::get(zone).map_err(|_| wrong("the zone"))?;
    let (ends, closes) = (row.term_ends_at.timestamp(), line.window_closes_at.timestamp());
    let state = state_at(row.state.0, row.auto_renew, ends, now);
    Ok(SubscriptionView {
        id: row.id.0,
        order: row.order_id.0,
        order_number: line.order_number.clone(),
        line: line.id.0,
        line_no: line.line_no,
        partner: row.partner_id.0,
        customer: row.customer_id.0,
        product_id: line.product_id.clone(),
        sku_id: line.sku_id.clone(),
        availability_id: line.availability_id.clone(),
        title: line.title.clone(),
        sku_title: line.sku_title.clone(),
        friendly_name: row.friendly_name.clone(),
        state,
        suspension: row.suspension.map(|suspension| suspension.0),
        quantity: quantity(line)?,
        term: line.term.0,
        auto_renew: row.auto_renew,
        renewal_term: row.renewal_term.0,
        created_at: row.created_at.timestamp(),
        starts_at: row.starts_at.timestamp(),
        term_ends_at: ends,
        term_last_day: date_at(ends - jiff::SignedDuration::from_micros(1), &zone),
        window_closes_at: closes,
        refund: RefundRule::parse(&line.refund_rule).ok_or_else(|| wrong("the refund rule"))?,
        is_cancellable: state != SubscriptionState::Deleted && window::is_open(closes, now),
        support_contact: row.support_tenant_id.0,
        version: row.version,
    })
}

/// Units of a line that are not cancelled.
pub(super) fn quantity(line: &perpetua_store::orders::OrderLineRow) -> Result<u32, StoreError> {
    u32::try_from(line.quantity - line.cancelled_quantity)
        .map_err(|_| StoreError::Inconsistent { table: "order_line", what: format!("the units of {:?}", line.id) })
}
