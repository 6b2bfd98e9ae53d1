//! All software of a customer: filtered, searched, sorted, in pages, with totals per product (M14).

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::id::TenantId;
use perpetua_i18n::{Lang, collation};
use perpetua_store::software::{self as rows, Filter, Purchase, Scope, TotalRow};
use perpetua_store::{Conn, tenants};

use super::facts::PurchaseFacts;
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Purchases on one page.
pub const PAGE_ROWS: usize = 50;

/// Purchases of one customer that a search, a sort by product, or an export looks at.
const READ_MAX: usize = 10_000;

perpetua_domain::text_enum! {
    /// The order of the list, with the word of the address.
    pub enum Sort {
        /// Newest first.
        Newest = "-date",
        /// Oldest first.
        Oldest = "date",
        /// What can be cancelled only a short time comes first.
        ClosingSoon = "window",
        /// What can be cancelled longest comes first.
        ClosingLate = "-window",
        /// By product, as the reader's language sorts.
        Product = "product",
        /// By product, backwards.
        ProductBackwards = "-product",
    }
}

/// What the reader wants to see.
#[derive(Debug, Clone)]
pub struct Question {
    /// Words that product, edition or order number begin with; empty for all.
    pub search: String,
    /// Only cancelled ones, or only others.
    pub is_cancelled: Option<bool>,
    /// Only this kind.
    pub kind: Option<OfferKind>,
    /// The order.
    pub sort: Sort,
    /// The page, from 0.
    pub page: u32,
}

impl Default for Question {
    fn default() -> Self {
        Self { search: String::new(), is_cancelled: None, kind: None, sort: Sort::Newest, page: 0 }
    }
}

/// Units of one product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Product and edition.
    pub product: String,
    /// Units bought.
    pub bought: i64,
    /// Units cancelled.
    pub cancelled: i64,
}

/// One page of the list.
#[derive(Debug, Clone)]
pub struct Software {
    /// The customer's name.
    pub customer_name: String,
    /// The purchases.
    pub purchases: Vec<PurchaseFacts>,
    /// Units per product, over all purchases.
    pub totals: Vec<Total>,
    /// Purchases in all, before search and filter.
    pub purchases_total: i64,
    /// Whether a further page exists.
    pub has_more: bool,
    /// Whether the caller may cancel purchases of this customer (M30).
    pub may_cancel: bool,
    /// Whether the caller may buy for this customer.
    pub may_order: bool,
    /// Whether the caller may open its orders.
    pub may_see_orders: bool,
}

/// The purchases of a customer: a partner's are those it bought, a customer's are all of its own.
///
/// # Errors
///
/// `not_found` when the tenant is no customer within the caller's scope.
pub async fn list(app: &App, caller: &Caller, customer: TenantId, question: Question) -> Result<Software, Problem> {
    let now = app.clock.now();
    let caller = caller.clone();
    app.store.read(move |conn| load(conn, &caller, customer, &question, now)).await
}

fn load(
    conn: &mut Conn,
    caller: &Caller,
    customer: TenantId,
    question: &Question,
    now: Timestamp,
) -> Result<Software, Problem> {
    let (scope, customer_name) = scope(conn, caller, customer)?;
    let lang = caller.origin.lang;
    let skip = usize::try_from(question.page).unwrap_or(usize::MAX).saturating_mul(PAGE_ROWS).min(READ_MAX);
    let mut found = select(conn, scope, question, lang, skip, PAGE_ROWS + 1)?;
    let has_more = found.len() > PAGE_ROWS;
    found.truncate(PAGE_ROWS);
    let totals = rows::totals(conn, scope)?;
    let owner = Owner::Purchase { partner: scope.partner.unwrap_or(caller.tenant), customer };
    Ok(Software {
        customer_name,
        purchases: found.iter().map(|purchase| PurchaseFacts::new(purchase, now)).collect::<Result<_, _>>()?,
        purchases_total: totals.iter().map(|total| total.purchases).sum(),
        totals: sorted_totals(totals, lang),
        has_more,
        may_cancel: authorize::allows(conn, caller, Permission::PurchaseCancel, owner)?,
        may_order: authorize::allows(conn, caller, Permission::OrderPlace, owner)?,
        may_see_orders: authorize::allows(conn, caller, Permission::OrderView, owner)?,
    })
}

/// Whose purchases this caller sees of the customer, and the customer's name.
pub(super) fn scope(conn: &mut Conn, caller: &Caller, customer: TenantId) -> Result<(Scope, String), Problem> {
    let partner = (caller.kind == TenantKind::Partner).then_some(caller.tenant);
    let owner = match caller.kind {
        TenantKind::Customer if caller.tenant != customer => return Err(Problem::not_found()),
        TenantKind::Partner => Owner::Purchase { partner: caller.tenant, customer },
        TenantKind::Customer | TenantKind::Operator => Owner::Tenant(customer),
    };
    authorize::require(conn, caller, Permission::SoftwareView, owner)?;
    let tenant = tenants::find(conn, customer)?.filter(|tenant| tenant.kind.0 == TenantKind::Customer);
    let tenant = tenant.ok_or_else(Problem::not_found)?;
    Ok((Scope { partner, customer }, tenant.name))
}

/// The database sorts and cuts where it can; people's order of titles and folded search are decided here, over
/// a bounded number of rows.
pub(super) fn select(
    conn: &mut Conn,
    scope: Scope,
    question: &Question,
    lang: Lang,
    skip: usize,
    take: usize,
) -> Result<Vec<Purchase>, Problem> {
    let filter = Filter { is_cancelled: question.is_cancelled, kind: question.kind };
    let by_product = matches!(question.sort, Sort::Product | Sort::ProductBackwards);
    let sort = match question.sort {
        Sort::Newest | Sort::Product | Sort::ProductBackwards => rows::Sort::Newest,
        Sort::Oldest => rows::Sort::Oldest,
        Sort::ClosingSoon => rows::Sort::ClosingSoon,
        Sort::ClosingLate => rows::Sort::ClosingLate,
    };
    let words = collation::tokens(&question.search);
    if words.is_empty() && !by_product {
        return Ok(rows::list(conn, scope, filter, sort, wide(take), wide(skip))?);
    }
    let mut all = rows::list(conn, scope, filter, sort, wide(READ_MAX), 0)?;
    all.retain(|purchase| matches(purchase, &words));
    if by_product {
        all.sort_by_cached_key(|(row, ..)| (collation::sort_key(lang, &row.title), row.sku_title.clone()));
        if question.sort == Sort::ProductBackwards {
            all.reverse();
        }
    }
    Ok(all.into_iter().skip(skip).take(take).collect())
}

/// Every word must begin a word of the purchase.
fn matches((row, ..): &Purchase, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = format!("{} {} {} {}", row.title, row.sku_title, row.order_number, row.product_id);
    let own = collation::tokens(&text);
    words.iter().all(|word| own.iter().any(|token| token.starts_with(word.as_str())))
}

fn sorted_totals(totals: Vec<TotalRow>, lang: Lang) -> Vec<Total> {
    let mut totals: Vec<Total> = totals
        .into_iter()
        .map(|row| Total {
            product: product_and_edition(&row.title, &row.sku_title),
            bought: row.bought,
            cancelled: row.cancelled,
        })
        .collect();
    totals.sort_by_cached_key(|total| collation::sort_key(lang, &total.product));
    totals
}

fn product_and_edition(title: &str, edition: &str) -> String {
    match edition {
        "" => title.to_owned(),
        // Price sheets often repeat the product in the edition's name.
        edition if edition.starts_with(title) => edition.to_owned(),
        edition => format!("{title} · {edition}"),
    }
}

fn wide(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How many purchases an export may hold.
pub(super) const fn export_max() -> usize {
    READ_MAX
}
