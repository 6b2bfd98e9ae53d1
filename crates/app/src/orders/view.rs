//! Reading orders: lists, one order, and what a partner's home page shows.
//!
//! What an order cost is part of an answer only for those who may see the partner's cost; a customer
//! never is among them (I6).

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::id::{CreditNoteId, OrderId, OrderLineId, SubscriptionId, TenantId};
use perpetua_domain::money::{Amount, Currency, UnitPrice};
use perpetua_domain::order::{LineState, OrderState};
use perpetua_domain::term::Term;
use perpetua_store::orders::{self, Filter, ListedOrder, OrderKey, OrderLineRow, OrderRow};
use perpetua_store::{Conn, Page, StoreError, Utc, credits, people, subscriptions, tenants};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::carts::{self, CartSummary, Credit};
use crate::context::App;
use crate::order_request::credit_line;
use crate::problem::Problem;

/// How far ahead the home page looks for closing windows.
const CLOSING_WITHIN: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Rows of the home page's lists.
const HOME_ROWS: i64 = 20;

/// What a partner was charged: part of an answer only for those who may see cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charged {
    /// Without tax.
    pub net: Amount,
    /// The tax.
    pub tax: Amount,
    /// With tax.
    pub total: Amount,
}

/// Which orders to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListOrders {
    /// Those of one customer; `None` for all that the caller's tenant may see.
    pub customer: Option<TenantId>,
    /// Exactly this order number or purchase-order number; empty for all.
    pub number: String,
    /// How many, after which.
    pub page: Page<OrderKey>,
}

impl ListOrders {
    /// A page of a list; `after` is the [`OrderSummary::cursor`] of the last row seen, or empty.
    ///
    /// # Errors
    ///
    /// `not_found` for a cursor that was made up.
    pub fn page(customer: Option<TenantId>, number: &str, after: &str, limit: i64) -> Result<Self, Problem> {
        let key = || {
            let (placed_at, id) = after.split_once('_')?;
            Some(OrderKey { placed_at: Utc::from_micros(placed_at.parse().ok()?), id: id.parse().ok()? })
        };
        let after = if after.is_empty() { None } else { Some(key().ok_or_else(Problem::not_found)?) };
        Ok(Self { customer, number: number.to_owned(), page: Page { after, limit } })
    }
}

/// An order of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// Its id.
    pub id: OrderId,
    /// What people call it.
    pub number: String,
    /// The customer's purchase-order number.
    pub po_number: String,
    /// Who bought.
    pub partner: TenantId,
    /// The partner's name.
    pub partner_name: String,
    /// For whom.
    pub customer: TenantId,
    /// The customer's name.
    pub customer_name: String,
    /// When.
    pub placed_at: Timestamp,
    /// The IANA zone in which its days are counted.
    pub zone: String,
    /// Where it stands.
    pub state: OrderState,
    /// Its number of lines.
    pub lines: i64,
    /// The first line's title by name.
    pub title: String,
    /// The currency of amounts.
    pub currency: Currency,
    /// What it cost, for those who may see that.
    pub charged: Option<Charged>,
}

impl OrderSummary {
    /// Where the next page begins when this is the last row.
    pub fn key(&self) -> OrderKey {
        OrderKey { placed_at: self.placed_at.into(), id: self.id }
    }

    /// The same as text, for a link to the next page.
    pub fn cursor(&self) -> String {
        format!("{}_{}", self.placed_at.as_microsecond(), self.id)
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLineView {
    /// Its id.
    pub id: OrderLineId,
    /// Its number, from 0.
    pub line: i64,
    /// The catalog item that was bought.
    pub item: String,
    /// What it was called.
    pub title: String,
    /// What its edition was called.
    pub sku_title: String,
    /// Perpetual or for a term.
    pub kind: OfferKind,
    /// The term.
    pub term: Term,
    /// The first instant after the term.
    pub term_ends_at: Option<Timestamp>,
    /// Units bought.
    pub quantity: i64,
    /// Units cancelled.
    pub cancelled: i64,
    /// Where it stands.
    pub state: LineState,
    /// The first instant at which it can no longer be cancelled.
    pub window_closes_at: Timestamp,
    /// The partner's price to the customer, per unit.
    pub own_price: UnitPrice,
    /// What the partner paid per unit, for those who may see cost.
    pub unit_price: Option<UnitPrice>,
    /// What was charged, for those who may see cost.
    pub charged: Option<Charged>,
    /// What was credited since, for those who may see cost.
    pub credited: Option<Charged>,
    /// Hundredths of a percent.
    pub tax_rate_basis_points: i64,
}

/// One order with its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The order.
    pub order: OrderSummary,
    /// IANA zone of its deadlines.
    pub zone: String,
    /// The name of the person who acted (M9).
    pub placed_by: String,
    /// The subscription that went on with it; it then placed itself.
    pub renews: Option<SubscriptionId>,
    /// Its lines.
    pub lines: Vec<OrderLineView>,
    /// What was credited, oldest first, for those who may see cost; [`list_with_lines`] leaves it empty.
    pub credit_notes: Vec<OrderCredit>,
}

/// A credit note of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCredit {
    /// Its id.
    pub id: CreditNoteId,
    /// What people call it.
    pub number: String,
    /// The credit with tax.
    pub total: Amount,
}

/// A purchase whose window closes soon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingPurchase {
    /// The line.
    pub line: OrderLineId,
    /// Its order.
    pub order: OrderId,
    /// The order's number.
    pub number: String,
    /// The customer.
    pub customer: TenantId,
    /// The customer's name.
    pub customer_name: String,
    /// What was bought.
    pub title: String,
    /// Units bought.
    pub quantity: i64,
    /// When the window closes.
    pub closes_at: Timestamp,
    /// The IANA zone of its order, in which the last day is counted.
    pub zone: String,
}

/// What a partner's home page shows.
#[derive(Debug)]
pub struct PartnerHome {
    /// Carts to finish; empty for those who may not buy.
    pub carts: Vec<CartSummary>,
    /// Windows that close in the next 14 days, the next first.
    pub closing: Vec<ClosingPurchase>,
    /// The last orders.
    pub orders: Vec<OrderSummary>,
    /// Requests for roles that the caller may answer.
    pub role_requests: usize,
    /// The credit line and its currency, for those who may see the account.
    pub credit: Option<(Credit, Currency)>,
}

/// Orders newest first: the partner's own, the customer's own, or all for the operator.
///
/// # Errors
///
/// `missing_role`, `not_found`.
pub async fn list(app: &App, caller: &Caller, command: ListOrders) -> Result<Vec<OrderSummary>, Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| list_in(conn, &caller, &command)).await
}

fn list_in(conn: &mut Conn, caller: &Caller, command: &ListOrders) -> Result<Vec<OrderSummary>, Problem> {
    let owner = match command.customer {
        Some(customer) if caller.kind == TenantKind::Partner => Owner::Purchase { partner: caller.tenant, customer },
        Some(customer) => Owner::Tenant(customer),
        None => Owner::Own,
    };
    let permission = match (caller.kind, command.customer) {
        (TenantKind::Operator, None) => Permission::SalesView,
        _ => Permission::OrderView,
    };
    authorize::require(conn, caller, permission, owner)?;
    let cost = authorize::allows(conn, caller, Permission::PricesCostView, Owner::Own)?;
    let filter = Filter {
        partner: (caller.kind == TenantKind::Partner).then_some(caller.tenant),
        customer: match caller.kind {
            TenantKind::Customer => Some(caller.tenant),
            _ => command.customer,
        },
        number: command.number.trim().to_owned(),
    };
    let found = orders::list(conn, &filter, &command.page)?;
    let names = names_of(conn, found.iter().map(|listed| &listed.order))?;
    found.iter().map(|listed| Ok(summary(listed, &names, cost)?)).collect()
}

/// One order with its lines.
///
/// # Errors
///
/// `not_found`, also for an order of another tenant, and `missing_role`.
pub async fn load(app: &App, caller: &Caller, order: OrderId) -> Result<OrderView, Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| load_in(conn, &caller, order)).await
}

fn load_in(conn: &mut Conn, caller: &Caller, id: OrderId) -> Result<OrderView, Problem> {
    let order = orders::find(conn, id)?.ok_or_else(Problem::not_found)?;
    let owner = Owner::Purchase { partner: order.partner_id.0, customer: order.customer_id.0 };
    authorize::require(conn, caller, Permission::OrderView, owner)?;
    let cost = authorize::allows(conn, caller, Permission::PricesCostView, owner)?;
    let rows = orders::lines(conn, id)?;
    let renews = subscriptions::renewals(conn, &[id])?.pop().map(|(_, subscription)| subscription);
    let names = names_of(conn, [&order])?;
    let person = people::find(conn, order.placed_by.0)?;
    let title = rows.first().map(|line| line.title.clone()).unwrap_or_default();
    let zone = order.zone.clone();
    let lines = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let order = summary(&ListedOrder { order, lines, title }, &names, cost)?;
    let lines = rows.iter().map(|row| line_view(row, cost)).collect::<Result<_, _>>()?;
    let credit_notes = if cost { credits_of(conn, id)? } else { Vec::new() };
    let placed_by = person.map(|person| person.name).unwrap_or_default();
    Ok(OrderView { order, zone, placed_by, renews, lines, credit_notes })
}

fn credits_of(conn: &mut Conn, order: OrderId) -> Result<Vec<OrderCredit>, StoreError> {
    let wrong = || StoreError::Inconsistent { table: "credit_note", what: format!("of order {order}") };
    let notes = credits::of_order(conn, order)?.into_iter();
    notes
        .map(|note| {
            let total = Amount::from_minor(note.total).ok_or_else(wrong)?;
            Ok(OrderCredit { id: note.id.0, number: note.number, total })
        })
        .collect()
}

/// Orders with their lines, newest first: those of [`list`], by a constant number of queries. Who placed them is
/// left empty.
///
/// # Errors
///
/// As [`list`].
pub async fn list_with_lines(app: &App, caller: &Caller, command: ListOrders) -> Result<Vec<OrderView>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let summaries = list_in(conn, &caller, &command)?;
            let ids: Vec<OrderId> = summaries.iter().map(|order| order.id).collect();
            let zones: HashMap<OrderId, String> = orders::zones(conn, &ids)?.into_iter().collect();
            let renewals: HashMap<OrderId, SubscriptionId> = subscriptions::renewals(conn, &ids)?.into_iter().collect();
            let mut lines: HashMap<OrderId, Vec<OrderLineRow>> = HashMap::new();
            for row in orders::lines_of(conn, &ids)? {
                lines.entry(row.order_id.0).or_default().push(row);
            }
            summaries
                .into_iter()
                .map(|order| {
                    let rows = lines.remove(&order.id).unwrap_or_default();
                    let cost = order.charged.is_some();
                    let lines = rows.iter().map(|row| line_view(row, cost)).collect::<Result<_, _>>()?;
                    let zone = zones.get(&order.id).cloned().unwrap_or_default();
                    let renews = renewals.get(&order.id).copied();
                    Ok(OrderView { order, zone, placed_by: String::new(), renews, lines, credit_notes: Vec::new() })
                })
                .collect()
        })
        .await
}

/// What a partner's people see first: carts to finish, windows that close, the last orders, the account.
///
/// # Errors
///
/// `missing_role`, `not_found` for those of another sort of tenant.
pub async fn home(app: &App, caller: &Caller) -> Result<PartnerHome, Problem> {
    let (now, caller) = (app.clock.now(), caller.clone());
    let asker = caller.clone();
    let found = app.store.read(move |conn| home_in(conn, &asker, now)).await?;
    Ok(PartnerHome { role_requests: crate::home::role_requests(app, &caller).await?, ..found })
}

fn home_in(conn: &mut Conn, caller: &Caller, now: Timestamp) -> Result<PartnerHome, Problem> {
    authorize::require(conn, caller, Permission::OrderView, Owner::Own)?;
    if caller.kind != TenantKind::Partner {
        return Err(Problem::not_found());
    }
    let buys = authorize::allows(conn, caller, Permission::PricesOwnEdit, Owner::Own)?;
    let carts = if buys { carts::summaries(conn, caller.tenant, None, now)? } else { Vec::new() };
    let until = now.checked_add(CLOSING_WITHIN).unwrap_or(Timestamp::MAX);
    let closing = orders::closing_windows(conn, caller.tenant, now.into(), until.into(), HOME_ROWS)?;
    let names = orders::names(conn, closing.iter().map(|window| window.customer.0).collect())?;
    let ids: Vec<OrderId> = closing.iter().map(|window| window.order.0).collect();
    let zones: HashMap<OrderId, String> = orders::zones(conn, &ids)?.into_iter().collect();
    let closing = closing
        .into_iter()
        .map(|window| ClosingPurchase {
            zone: zones.get(&window.order.0).cloned().unwrap_or_default(),
            line: window.line.0,
            order: window.order.0,
            number: window.order_number,
            customer: window.customer.0,
            customer_name: name_in(&names, window.customer.0),
            title: window.title,
            quantity: window.quantity,
            closes_at: window.closes_at.timestamp(),
        })
        .collect();
    let page = Page { after: None, limit: HOME_ROWS };
    let orders = list_in(conn, caller, &ListOrders { customer: None, number: String::new(), page })?;
    let credit = if authorize::allows(conn, caller, Permission::AccountView, Owner::Own)? {
        tenants::account(conn, caller.tenant)?.map(|account| credit_line(&account)).transpose()?
    } else {
        None
    };
    let credit = credit.map(|line| {
        let left = line.limit.minus(line.balance).unwrap_or(Amount::ZERO);
        (Credit { limit: line.limit, balance: line.balance, left }, line.currency)
    });
    Ok(PartnerHome { carts, closing, orders, role_requests: 0, credit })
}

type Names = Vec<(TenantId, String)>;

fn names_of<'a>(conn: &mut Conn, orders: impl IntoIterator<Item = &'a OrderRow>) -> Result<Names, StoreError> {
    let ids = orders.into_iter().flat_map(|order| [order.partner_id.0, order.customer_id.0]).collect();
    orders::names(conn, ids)
}

fn name_in(names: &Names, id: TenantId) -> String {
    names.iter().find(|(tenant, _)| *tenant == id).map(|(_, name)| name.clone()).unwrap_or_default()
}

fn summary(listed: &ListedOrder, names: &Names, cost: bool) -> Result<OrderSummary, StoreError> {
    let order = &listed.order;
    let wrong = || StoreError::Inconsistent { table: "orders", what: format!("order {:?}", order.id) };
    let charged = charged(order.net, order.tax).ok_or_else(wrong)?;
    Ok(OrderSummary {
        id: order.id.0,
        number: order.number.clone(),
        po_number: order.po_number.clone(),
        partner: order.partner_id.0,
        partner_name: name_in(names, order.partner_id.0),
        customer: order.customer_id.0,
        customer_name: name_in(names, order.customer_id.0),
        placed_at: order.placed_at.timestamp(),
        zone: order.zone.clone(),
        state: order.state.0,
        lines: listed.lines,
        title: listed.title.clone(),
        currency: order.currency.parse().map_err(|_| wrong())?,
        charged: cost.then_some(charged),
    })
}

fn line_view(row: &OrderLineRow, cost: bool) -> Result<OrderLineView, StoreError> {
    let wrong = || StoreError::Inconsistent { table: "order_line", what: format!("line {:?}", row.id) };
    let price = |micros| UnitPrice::from_micros(micros).ok_or_else(wrong);
    let paid = charged(row.net, row.tax).ok_or_else(wrong)?;
    let credited = charged(row.credited_net, row.credited_tax).ok_or_else(wrong)?;
    Ok(OrderLineView {
        id: row.id.0,
        line: row.line_no,
        item: format!("{}:{}:{}", row.product_id, row.sku_id, row.availability_id),
        title: row.title.clone(),
        sku_title: row.sku_title.clone(),
        kind: row.kind.0,
        term: row.term.0,
        term_ends_at: row.term_ends_at.map(Utc::timestamp),
        quantity: row.quantity,
        cancelled: row.cancelled_quantity,
        state: row.state.0,
        window_closes_at: row.window_closes_at.timestamp(),
        own_price: price(row.own_price)?,
        unit_price: cost.then_some(price(row.unit_price)?),
        charged: cost.then_some(paid),
        credited: cost.then_some(credited),
        tax_rate_basis_points: row.tax_rate_basis_points,
    })
}

fn charged(net: i64, tax: i64) -> Option<Charged> {
    let (net, tax) = (Amount::from_minor(net)?, Amount::from_minor(tax)?);
    Some(Charged { net, tax, total: net.plus(tax).ok()? })
}
