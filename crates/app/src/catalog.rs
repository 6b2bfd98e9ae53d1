//! The catalog as a partner sees it for one customer: what that customer, in its market and segment,
//! may buy now, with cost, suggested price, own price and margin (M5, M8).

use std::collections::HashMap;

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::catalog::{CatalogItemId, OfferKind, ProductId, Segment};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::{Currency, UnitPrice};
use perpetua_domain::pricing::{self, Margin, PriceTier};
use perpetua_domain::term::Term;
use perpetua_i18n::{Lang, collation};
use perpetua_store::catalog::{self, Filter, ListKey, OfferWithPrices};
use perpetua_store::{Conn, Page, StoreError, media, tenants};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::media::MediaSummary;
use crate::order_request::credit_line;
use crate::problem::Problem;

/// Offers on one page.
const OFFERS_PER_PAGE: usize = 50;
/// Sheets that the search over products looks into.
const SEARCHED_SHEETS: i64 = 5;

/// What to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CatalogFilter {
    /// Words that product or SKU must bear; empty for all.
    pub search: String,
    /// Perpetual or for a term; both when `None`.
    pub kind: Option<OfferKind>,
}

/// A page of the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogPage {
    /// For whom it is bought.
    pub customer_name: String,
    /// The customer's country.
    pub market: Country,
    /// The customer's segment.
    pub segment: Segment,
    /// The currency in which the caller's partner orders; `None` for callers who are no partner's.
    pub account_currency: Option<Currency>,
    /// What may be bought.
    pub rows: Vec<CatalogRow>,
    /// Where the next page begins; `None` when this is the last.
    pub next: Option<ListKey>,
}

/// One thing that may be bought now.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogRow {
    /// Its purchase key.
    pub item: CatalogItemId,
    /// Name of the product.
    pub title: String,
    /// Name of the SKU.
    pub sku_title: String,
    /// Who made it; may be empty.
    pub publisher: String,
    /// What it is; may be empty.
    pub description: String,
    /// What is counted; may be empty.
    pub unit: String,
    /// Perpetual or for a term.
    pub kind: OfferKind,
    /// How long.
    pub term: Term,
    /// The currency of all prices.
    pub currency: Currency,
    /// The smallest quantity that is sold now.
    pub quantity_min: u32,
    /// What the partner pays per unit for that quantity.
    pub cost: UnitPrice,
    /// The suggested price to the customer.
    pub suggested: Option<UnitPrice>,
    /// The partner's price to the customer unless changed in the cart: the suggested one, or else the cost.
    pub own: UnitPrice,
    /// What the partner earns per unit at its own price.
    pub margin: Margin,
    /// Every tier that holds now, by quantity.
    pub tiers: Vec<PriceTier>,
    /// The first instant after the validity of the price shown; `None` without end.
    pub valid_to: Option<Timestamp>,
    /// The versions that exist, with their languages, bits and files.
    pub media: MediaSummary,
}

/// What a customer may buy now, after the row of the page before.
pub async fn list(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    filter: CatalogFilter,
    after: Option<ListKey>,
) -> Result<CatalogPage, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::CatalogView, Owner::Tenant(customer))?;
            let customer_name = tenants::find(conn, customer)?.ok_or_else(Problem::not_found)?.name;
            let (market, segment) = place(conn, customer)?;
            let wanted = Filter {
                market,
                segment: Some(segment),
                kind: filter.kind,
                words: collation::tokens(&filter.search),
                at: now.into(),
                czech_order: caller.origin.lang == Lang::Cs,
            };
            let limit = i64::try_from(OFFERS_PER_PAGE).unwrap_or(i64::MAX) + 1;
            let mut offers = catalog::list(conn, &wanted, &Page { after, limit })?;
            let next = (offers.len() > OFFERS_PER_PAGE).then(|| {
                offers.truncate(OFFERS_PER_PAGE);
                offers.last().map(|last| key(last, wanted.czech_order))
            });
            let media = summaries(conn, &offers)?;
            let rows = offers.into_iter().filter_map(|offer| row(offer, &media, now)).collect();
            let account_currency = account_currency(conn, &caller)?;
            Ok(CatalogPage { customer_name, market, segment, account_currency, rows, next: next.flatten() })
        })
        .await
}

fn account_currency(conn: &mut Conn, caller: &Caller) -> Result<Option<Currency>, Problem> {
    if caller.kind != TenantKind::Partner {
        return Ok(None);
    }
    let account = tenants::account(conn, caller.tenant)?;
    Ok(account.map(|account| credit_line(&account)).transpose()?.map(|credit| credit.currency))
}

/// Where and as what a customer buys.
pub fn place(conn: &mut Conn, customer: TenantId) -> Result<(Country, Segment), Problem> {
    let row = tenants::find(conn, customer)?.ok_or_else(Problem::not_found)?;
    let broken = || StoreError::Inconsistent { table: "tenant", what: format!("tenant {:?}", row.id) };
    let market = Country::parse(&row.country).ok_or_else(broken)?;
    let segment = Segment::parse(&row.segment).ok_or_else(broken)?;
    Ok((market, segment))
}

fn key(offer: &OfferWithPrices, czech_order: bool) -> ListKey {
    let row = &offer.offer;
    let name = if czech_order { &row.title_key_cs } else { &row.title_key_en };
    (name.clone(), row.id.0)
}

fn summaries(conn: &mut Conn, offers: &[OfferWithPrices]) -> Result<HashMap<ProductId, MediaSummary>, StoreError> {
    let mut products: Vec<ProductId> = offers.iter().map(|offer| offer.item.product).collect();
    products.sort_unstable();
    products.dedup();
    let rows = media::available(conn, &products)?;
    let mut facts: HashMap<ProductId, Vec<_>> = HashMap::new();
    for row in &rows {
        if let Some(product) = ProductId::parse(&row.product_id) {
            facts.entry(product).or_default().push(row.facts()?);
        }
    }
    Ok(facts.into_iter().map(|(product, facts)| (product, MediaSummary::of(&facts))).collect())
}

/// The row of an offer; `None` when no price holds, which the query has left out already.
fn row(offer: OfferWithPrices, media: &HashMap<ProductId, MediaSummary>, now: Timestamp) -> Option<CatalogRow> {
    let mut tiers: Vec<PriceTier> = offer.tiers.into_iter().filter(|tier| tier.is_valid_at(now)).collect();
    tiers.sort_by_key(|tier| tier.min);
    let quantity_min = tiers.first()?.min;
    let price = *pricing::pick(&tiers, quantity_min, now).ok()?;
    let own = price.erp.unwrap_or(price.unit_price);
    let row = offer.offer;
    Some(CatalogRow {
        item: offer.item,
        title: row.title,
        sku_title: row.sku_title,
        publisher: row.publisher,
        description: row.description,
        unit: row.unit,
        kind: row.kind.0,
        term: row.term.0,
        currency: offer.currency,
        quantity_min,
        cost: price.unit_price,
        suggested: price.erp,
        own,
        margin: pricing::margin(price.unit_price, own),
        tiers,
        valid_to: price.valid_to,
        media: media.get(&offer.item.product).cloned().unwrap_or_default(),
    })
}

/// Products that any market sells now and whose names begin with all the words: id and name.
pub async fn search(app: &App, caller: &Caller, text: &str, limit: i64) -> Result<Vec<(String, String)>, Problem> {
    let caller = caller.clone();
    let words = collation::tokens(text);
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::CatalogView, Owner::Own)?;
            let mut found = Vec::new();
            for sheet in catalog::active_sheets(conn, SEARCHED_SHEETS)? {
                found.extend(catalog::search_products(conn, sheet, &words, limit)?);
            }
            found.sort_by(|left: &(String, String), right| (&left.1, &left.0).cmp(&(&right.1, &right.0)));
            found.dedup_by(|left, right| left.0 == right.0);
            found.truncate(usize::try_from(limit).unwrap_or(0));
            Ok(found)
        })
        .await
}
