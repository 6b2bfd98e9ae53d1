//! The search box on every page: partners, customers, orders, own software and products that the caller may see,
//! few of each.

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::country::Country;
use perpetua_domain::id::{OrderId, OrderLineId, TenantId};
use perpetua_i18n::collation;
use perpetua_store::global_search::{self as rows, OrderScope};
use perpetua_store::{Conn, catalog, tenants};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;
use crate::software;

/// Hits of each kind.
const HITS_MAX: i64 = 8;

/// Partners among which names are compared.
const PARTNERS_MAX: i64 = 5_000;

/// The longest text that is looked for, in characters.
const QUERY_CHARS_MAX: usize = 200;

/// A customer that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCustomer {
    /// The customer.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
}

/// A partner that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPartner {
    /// The partner.
    pub id: TenantId,
    /// Its name.
    pub name: String,
    /// Its number in the partner network.
    pub mpn_id: String,
}

/// A purchase of the caller's own that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPurchase {
    /// The purchase.
    pub line: OrderLineId,
    /// The product's title.
    pub product: String,
    /// The edition's title.
    pub edition: String,
    /// The order's number.
    pub order_number: String,
}

/// An order that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrder {
    /// The order.
    pub id: OrderId,
    /// Its number.
    pub number: String,
    /// The purchase-order number; may be empty.
    pub po_number: String,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// A product that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundProduct {
    /// Its catalog id.
    pub id: String,
    /// Its name.
    pub title: String,
}

/// What was found, at most 8 of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Partners, by name: for the operator.
    pub partners: Vec<FoundPartner>,
    /// The caller's own software, newest first: for a customer.
    pub software: Vec<FoundPurchase>,
    /// Customers, by name.
    pub customers: Vec<FoundCustomer>,
    /// Orders, newest first.
    pub orders: Vec<FoundOrder>,
    /// Products of the caller's market, by name.
    pub products: Vec<FoundProduct>,
}

/// Looks for partners, customers, software and products by words, and for orders by the beginning of their numbers.
/// What the caller's roles do not show is not looked for.
///
/// # Errors
///
/// Only the store's failures.
pub async fn search(app: &App, caller: &Caller, text: &str) -> Result<Found, Problem> {
    let caller = caller.clone();
    let text: String = text.trim().chars().take(QUERY_CHARS_MAX).collect();
    if text.is_empty() {
        return Ok(Found::default());
    }
    let (asker, wanted) = (caller.clone(), text.clone());
    let found = app.store.read(move |conn| find(conn, &asker, &wanted)).await?;
    let has_words = !collation::tokens(&text).is_empty();
    let software = if caller.kind == TenantKind::Customer && has_words {
        own_software(app, &caller, text).await?
    } else {
        Vec::new()
    };
    Ok(Found { software, ..found })
}

/// A customer's purchases by the words of their products and their order's number.
async fn own_software(app: &App, caller: &Caller, search: String) -> Result<Vec<FoundPurchase>, Problem> {
    let question = software::Question { search, ..software::Question::default() };
    let found = match software::list(app, caller, caller.tenant, question).await {
        Err(problem) if problem.code == "missing_role" => return Ok(Vec::new()),
        found => found?,
    };
    let few = found.purchases.into_iter().take(usize::try_from(HITS_MAX).unwrap_or(0));
    let purchase = |facts: software::PurchaseFacts| FoundPurchase {
        line: facts.line,
        product: facts.product,
        edition: facts.edition,
        order_number: facts.order_number,
    };
    Ok(few.map(purchase).collect())
}

/// Partners are few beside customers, so their names are read and compared here.
fn partners(conn: &mut Conn, words: &[String]) -> Result<Vec<FoundPartner>, Problem> {
    let all = perpetua_store::partners::named(conn, PARTNERS_MAX)?.into_iter();
    let fits = |(_, name, number): &(TenantId, String, String)| {
        let known = collation::tokens(&format!("{name} {number}"));
        !words.is_empty() && words.iter().all(|word| known.iter().any(|token| token.starts_with(word.as_str())))
    };
    let few = all.filter(fits).take(usize::try_from(HITS_MAX).unwrap_or(0));
    Ok(few.map(|(id, name, mpn_id)| FoundPartner { id, name, mpn_id }).collect())
}

fn find(conn: &mut Conn, caller: &Caller, text: &str) -> Result<Found, Problem> {
    let words = collation::tokens(text);
    let mut found = Found::default();
    if caller.kind == TenantKind::Operator && may(conn, caller, Permission::PartnerView)? {
        found.partners = partners(conn, &words)?;
    }
    if caller.kind != TenantKind::Customer && may(conn, caller, Permission::CustomerList)? {
        let rows = rows::customers(conn, caller.tenant, &words, HITS_MAX)?.into_iter();
        let customers = rows.map(|(id, name, domain)| FoundCustomer { id, name, domain: domain.unwrap_or_default() });
        found.customers = customers.collect();
    }
    let scope = match caller.kind {
        // The operator sees every tenant's orders by the rights that it has over other tenants.
        TenantKind::Operator => may(conn, caller, Permission::CustomerList)?.then_some(OrderScope::All),
        TenantKind::Partner => may(conn, caller, Permission::OrderView)?.then_some(OrderScope::Partner(caller.tenant)),
        TenantKind::Customer => {
            may(conn, caller, Permission::OrderView)?.then_some(OrderScope::Customer(caller.tenant))
        }
    };
    if let Some(scope) = scope {
        let rows = rows::orders(conn, scope, text, HITS_MAX)?.into_iter();
        let orders = rows.map(|row| FoundOrder {
            id: row.id.0,
            number: row.number,
            po_number: row.po_number,
            placed_at: row.placed_at.timestamp(),
        });
        found.orders = orders.collect();
    }
    if may(conn, caller, Permission::CatalogView)? {
        found.products = products(conn, caller, &words)?;
    }
    Ok(found)
}

fn may(conn: &mut Conn, caller: &Caller, permission: Permission) -> Result<bool, Problem> {
    Ok(authorize::allows(conn, caller, permission, Owner::Own)?)
}

fn products(conn: &mut Conn, caller: &Caller, words: &[String]) -> Result<Vec<FoundProduct>, Problem> {
    let tenant = tenants::find(conn, caller.tenant)?;
    let Some(market) = tenant.and_then(|tenant| Country::parse(&tenant.country)) else { return Ok(Vec::new()) };
    let Some(sheet) = catalog::active_sheet(conn, market)? else { return Ok(Vec::new()) };
    let rows = catalog::search_products(conn, sheet, words, HITS_MAX)?;
    Ok(rows.into_iter().map(|(id, title)| FoundProduct { id, title }).collect())
}
