//! All software of a customer: filtered, searched, sorted, in pages, with totals per product (M14).

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::id::{OrderLineId, TenantId};
use perpetua_i18n::{Lang, collation};
use perpetua_store::software::{self as rows, Filter, Purchase, PurchaseRow, Scope, SortBy, TotalRow};
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
    /// Where the page begins or ends.
    pub place: Place,
}

/// Which page of the list: it is found by a purchase at its edge, so it stays where it is when others come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Place {
    /// The first.
    #[default]
    Start,
    /// What follows this purchase.
    After(OrderLineId),
    /// What comes before this purchase.
    Before(OrderLineId),
}

impl Default for Question {
    fn default() -> Self {
        Self { search: String::new(), is_cancelled: None, kind: None, sort: Sort::Newest, place: Place::Start }
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
    /// Whether something comes before the page.
    pub has_previous: bool,
    /// Whether something follows it.
    pub has_next: bool,
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
    let found = page(conn, scope, question, lang)?;
    let totals = rows::totals(conn, scope)?;
    let owner = Owner::Purchase { partner: scope.partner.unwrap_or(caller.tenant), customer };
    Ok(Software {
        customer_name,
        purchases: found
            .purchases
            .iter()
            .map(|purchase| PurchaseFacts::new(purchase, now))
            .collect::<Result<_, _>>()?,
        purchases_total: totals.iter().map(|total| total.purchases).sum(),
        totals: sorted_totals(totals, lang),
        has_previous: found.has_previous,
        has_next: found.has_next,
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

struct Page {
    purchases: Vec<Purchase>,
    has_previous: bool,
    has_next: bool,
}

/// One page in the order of the question, and whether the list goes on at its ends.
fn page(conn: &mut Conn, scope: Scope, question: &Question, lang: Lang) -> Result<Page, Problem> {
    let (edge, backwards) = match question.place {
        Place::Start => (None, false),
        Place::After(line) => (edge(conn, scope, line)?, false),
        Place::Before(line) => (edge(conn, scope, line)?, true),
    };
    let mut purchases = select(conn, scope, question, lang, edge.as_ref(), backwards, PAGE_ROWS + 1)?;
    let goes_on = purchases.len() > PAGE_ROWS;
    purchases.truncate(PAGE_ROWS);
    let is_inside = edge.is_some();
    if backwards {
        purchases.reverse();
        return Ok(Page { purchases, has_previous: goes_on, has_next: is_inside });
    }
    Ok(Page { purchases, has_previous: is_inside, has_next: goes_on })
}

/// The purchase at the edge of a page, if it is one of the list's.
fn edge(conn: &mut Conn, scope: Scope, line: OrderLineId) -> Result<Option<PurchaseRow>, Problem> {
    let found = rows::find(conn, line)?.map(|(row, ..)| row);
    Ok(found.filter(|row| {
        row.customer_id.0 == scope.customer && scope.partner.is_none_or(|partner| partner == row.partner_id.0)
    }))
}

/// At most `take` purchases beyond the edge, nearest first. The database sorts and cuts where it can; people's
/// order of titles and folded search are decided here, over a bounded number of rows.
pub(super) fn select(
    conn: &mut Conn,
    scope: Scope,
    question: &Question,
    lang: Lang,
    edge: Option<&PurchaseRow>,
    backwards: bool,
    take: usize,
) -> Result<Vec<Purchase>, Problem> {
    let filter = Filter { is_cancelled: question.is_cancelled, kind: question.kind };
    let (by, ascending) = match question.sort {
        Sort::Newest | Sort::Product | Sort::ProductBackwards => (SortBy::Placed, false),
        Sort::Oldest => (SortBy::Placed, true),
        Sort::ClosingSoon => (SortBy::WindowCloses, true),
        Sort::ClosingLate => (SortBy::WindowCloses, false),
    };
    let words = collation::tokens(&question.search);
    let by_product = matches!(question.sort, Sort::Product | Sort::ProductBackwards);
    let sort = rows::Sort { by, ascending: ascending != (backwards && !by_product) };
    if words.is_empty() && !by_product {
        return Ok(rows::list(conn, scope, filter, sort, edge, wide(take))?);
    }
    let from = edge.filter(|_| !by_product);
    let mut found = rows::list(conn, scope, filter, sort, from, wide(READ_MAX))?;
    found.retain(|purchase| matches(purchase, &words));
    if by_product {
        found.sort_by_cached_key(|(row, ..)| (collation::sort_key(lang, &row.title), row.sku_title.clone()));
        if (question.sort == Sort::ProductBackwards) != backwards {
            found.reverse();
        }
        // Rows of one product keep the order in which they were read, so the edge is found by its id.
        let passed = edge.and_then(|edge| found.iter().position(|(row, ..)| row.id == edge.id));
        found.drain(..passed.map_or(0, |at| at + 1));
    }
    found.truncate(take);
    Ok(found)
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
