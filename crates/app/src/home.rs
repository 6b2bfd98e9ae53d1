//! The first pages of operator and customer: what waits, what is new. Each part is there for those who may see it
//! where it belongs; nobody is refused a first page.

use jiff::SignedDuration;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::money::{Amount, Currency};
use perpetua_store::{Page, StoreError, orders as order_rows, tenants};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::customers::relationships::{self, Partners};
use crate::keys::{self, Look};
use crate::orders::{self, ListOrders, OrderSummary};
use crate::partners::{self, Partner};
use crate::people;
use crate::price_import::{self, Sheet};
use crate::problem::Problem;
use crate::software::{self, Question, Software};

/// How far back sales are summed.
const SALES_OF: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Rows of each list.
const ROWS: i64 = 10;

/// What was sold in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sales {
    /// The currency.
    pub currency: Currency,
    /// Orders.
    pub orders: i64,
    /// Their sum without tax.
    pub net: Amount,
}

/// The operator's first page; `None` and empty for what the caller may not see.
#[derive(Debug, Clone, Default)]
pub struct OperatorHome {
    /// Sales of the last 30 days, per currency.
    pub sales: Option<Vec<Sales>>,
    /// The latest orders.
    pub orders: Option<Vec<OrderSummary>>,
    /// Price sheets that were read and wait to be published or discarded.
    pub sheets: Vec<Sheet>,
    /// Events that could not be delivered, at most 200 counted.
    pub dead_letters: usize,
    /// Requests for roles that the caller may answer.
    pub role_requests: usize,
    /// Partners who owe at least four fifths of what they may.
    pub near_limit: Vec<Partner>,
}

/// The customer's first page; `None` for what the caller may not see.
#[derive(Debug, Clone)]
pub struct CustomerHome {
    /// Its software, the newest purchases first.
    pub software: Option<Software>,
    /// Who looked at its keys lately.
    pub looks: Option<Vec<Look>>,
    /// Its partners and their invitations.
    pub partners: Option<Partners>,
}

/// The country and the currency of the caller's own tenant, which forms begin with.
///
/// # Errors
///
/// The store's failure.
pub async fn own_place(app: &App, caller: &Caller) -> Result<(String, String), Problem> {
    let tenant = caller.tenant;
    let row = app.store.read(move |conn| tenants::find(conn, tenant)).await?.ok_or_else(Problem::not_found)?;
    Ok((row.country, row.currency))
}

/// The operator's first page.
///
/// # Errors
///
/// `not_found` for anybody else.
pub async fn operator(app: &App, caller: &Caller) -> Result<OperatorHome, Problem> {
    if caller.kind != TenantKind::Operator {
        return Err(Problem::not_found());
    }
    let sales = seen(sales(app, caller).await)?;
    let page = Page { after: None, limit: ROWS };
    let latest = ListOrders { customer: None, number: String::new(), page };
    let mut sheets = seen(price_import::list(app, caller, None).await)?.unwrap_or_default();
    sheets.retain(|sheet| sheet.state == perpetua_store::prices::SheetState::Ready);
    let may_publish = may(app, caller, Permission::PricesImport).await?;
    Ok(OperatorHome {
        orders: seen(orders::list(app, caller, latest).await)?,
        sales,
        sheets: if may_publish { sheets } else { Vec::new() },
        dead_letters: seen(crate::outbox::dead_letters(app, caller, None, 200).await)?.map_or(0, |dead| dead.len()),
        role_requests: role_requests(app, caller).await?,
        near_limit: seen(partners::near_limit(app, caller, ROWS).await)?.unwrap_or_default(),
    })
}

/// The customer's first page.
///
/// # Errors
///
/// `not_found` for anybody else.
pub async fn customer(app: &App, caller: &Caller) -> Result<CustomerHome, Problem> {
    if caller.kind != TenantKind::Customer {
        return Err(Problem::not_found());
    }
    Ok(CustomerHome {
        software: seen(software::list(app, caller, caller.tenant, Question::default()).await)?,
        looks: seen(keys::looks_of_customer(app, caller, None).await)?,
        partners: seen(relationships::of_customer(app, caller).await)?,
    })
}

/// How many requests for roles wait for the caller's answer.
pub(crate) async fn role_requests(app: &App, caller: &Caller) -> Result<usize, Problem> {
    let people = seen(people::list(app, caller, caller.tenant).await)?;
    Ok(people.map_or(0, |people| people.requests.iter().filter(|request| request.can_decide).count()))
}

/// A part of the page, left out where the caller lacks the role for it.
fn seen<T>(part: Result<T, Problem>) -> Result<Option<T>, Problem> {
    match part {
        Err(problem) if problem.code == "missing_role" => Ok(None),
        part => part.map(Some),
    }
}

async fn may(app: &App, caller: &Caller, permission: Permission) -> Result<bool, Problem> {
    let caller = caller.clone();
    Ok(app.store.read(move |conn| authorize::allows(conn, &caller, permission, Owner::Own)).await?)
}

async fn sales(app: &App, caller: &Caller) -> Result<Vec<Sales>, Problem> {
    let since = app.clock.now().checked_sub(SALES_OF).map_err(Problem::internal)?;
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::SalesView, Owner::Own)?;
            authorize::require(conn, &caller, Permission::PricesCostView, Owner::Own)?;
            let sold = order_rows::sold_since(conn, since.into())?;
            let sales = sold.into_iter().map(|sold| {
                let wrong = || StoreError::Inconsistent { table: "orders", what: format!("sum {}", sold.currency) };
                Ok(Sales {
                    currency: sold.currency.parse().map_err(|_| wrong())?,
                    orders: sold.orders,
                    net: Amount::from_minor(sold.net).ok_or_else(wrong)?,
                })
            });
            sales.collect::<Result<Vec<_>, StoreError>>().map_err(Problem::from)
        })
        .await
}
