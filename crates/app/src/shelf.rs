//! The catalog as programs walk it: products, their SKUs and availabilities, for a country or a customer.
//!
//! What is on the list but has no price now is shown and cannot be bought. A customer sees what is sold in
//! its country to its segment, a partner what is sold in a country to anybody. No prices here: those are in
//! orders and price sheets (`price_list`).

use std::collections::HashSet;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::{CatalogItemId, OfferKind, ProductId, Segment, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::Currency;
use perpetua_domain::policy::PolicyTerms;
use perpetua_domain::term::Term;
use perpetua_i18n::Lang;
use perpetua_store::catalog::{self, OfferWithPrices, WareRow};
use perpetua_store::{Conn, policies};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::{Kind, Problem};

mod stock;

pub use stock::{Restriction, Stock, StockOf, WANTED_MAX, stock};

/// For whom the catalog is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// For whoever buys in a country.
    Country(Country),
    /// For one customer.
    Customer(TenantId),
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its name.
    pub title: String,
    /// What it is; may be empty.
    pub description: String,
    /// Who made it; may be empty.
    pub publisher: String,
    /// Perpetual when any of its SKUs that were asked for is.
    pub kind: OfferKind,
}

/// A product with everything that is sold of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shelf {
    /// The product.
    pub product: Product,
    /// Where it is sold.
    pub country: Country,
    /// The terms of cancelling it.
    pub policy: PolicyTerms,
    /// Its SKUs, those that can be bought now first.
    pub skus: Vec<Sku>,
}

/// A SKU.
#[derive(Debug, Clone, PartialEq)]
pub struct Sku {
    /// Its id within the product.
    pub id: SkuId,
    /// Its name.
    pub title: String,
    /// What it is; may be empty.
    pub description: String,
    /// What is counted; may be empty.
    pub unit: String,
    /// Perpetual or for a term.
    pub kind: OfferKind,
    /// How long it may be used.
    pub term: Term,
    /// The smallest quantity that is sold.
    pub quantity_min: u32,
    /// The largest quantity of one line.
    pub quantity_max: u32,
    /// What can be bought of it, by segment; those that can be bought now first.
    pub availabilities: Vec<Availability>,
}

/// A SKU as it is sold to one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// The purchase key.
    pub item: CatalogItemId,
    /// To whom it is sold.
    pub segment: Segment,
    /// The currency of its prices.
    pub currency: Currency,
    /// How long it may be used.
    pub term: Term,
    /// When it is paid, in the words of price sheets.
    pub billing_plan: String,
    /// Whether a price holds now.
    pub is_purchasable: bool,
}

/// The products that are sold at a place, in the order of names.
///
/// # Errors
///
/// `country_without_prices`, `segment_not_sold`, and those of [`authorize::require`].
pub async fn products(
    app: &App,
    caller: &Caller,
    at: Place,
    segment: Option<Segment>,
    kind: Option<OfferKind>,
) -> Result<Vec<Product>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let (country, segment) = settle(conn, &caller, at, segment)?;
            let czech_order = caller.origin.lang == Lang::Cs;
            Ok(products_of(catalog::wares(conn, country, segment, kind, czech_order)?))
        })
        .await
}

/// One product with its SKUs and availabilities. With a segment, only what is sold to that one.
///
/// # Errors
///
/// `not_found` when the product is not sold at the place, and those of [`products`].
pub async fn product(
    app: &App,
    caller: &Caller,
    at: Place,
    segment: Option<Segment>,
    id: &str,
) -> Result<Shelf, Problem> {
    let caller = caller.clone();
    let id = ProductId::parse(&id.to_ascii_uppercase()).ok_or_else(Problem::not_found)?;
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            let (country, allowed) = settle(conn, &caller, at, segment)?;
            let own = match at {
                Place::Country(_) => None,
                Place::Customer(_) => allowed,
            };
            let mut offers = catalog::offers_of(conn, country, own, &[id])?;
            // The product itself is there also when this segment cannot buy it.
            let product = product_of(id, &offers).ok_or_else(Problem::not_found)?;
            offers.retain(|offer| allowed.is_none_or(|allowed| offer.offer.segment.0 == allowed));
            let policy = policies::current(conn, id)?.terms;
            Ok(Shelf { product, country, policy, skus: skus_of(&offers, now) })
        })
        .await
}

/// The country and the segment that count at a place, when the caller may see the catalog there.
fn settle(
    conn: &mut Conn,
    caller: &Caller,
    at: Place,
    segment: Option<Segment>,
) -> Result<(Country, Option<Segment>), Problem> {
    let (country, segment) = match at {
        Place::Country(country) => {
            authorize::require(conn, caller, Permission::CatalogView, Owner::Own)?;
            (country, segment)
        }
        Place::Customer(customer) => {
            authorize::require(conn, caller, Permission::CatalogView, Owner::Tenant(customer))?;
            let (country, own) = crate::catalog::place(conn, customer)?;
            if segment.is_some_and(|segment| segment != own) {
                return Err(Problem::new(Kind::Forbidden, "segment_not_sold"));
            }
            (country, Some(own))
        }
    };
    if catalog::active_sheet(conn, country)?.is_none() {
        return Err(Problem::new(Kind::Forbidden, "country_without_prices").with_text("country", country));
    }
    Ok((country, segment))
}

/// Rows of SKUs to products, in the order in which the first SKU of each comes.
fn products_of(rows: Vec<WareRow>) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for row in rows {
        let Some(id) = ProductId::parse(&row.product_id) else { continue };
        let place = *places.entry(id).or_insert(products.len());
        match products.get_mut(place) {
            Some(known) if row.kind.0 == OfferKind::Perpetual => known.kind = OfferKind::Perpetual,
            Some(_) => {}
            None => products.push(Product {
                id,
                title: row.title,
                description: row.description,
                publisher: row.publisher,
                kind: row.kind.0,
            }),
        }
    }
    products
}

fn product_of(id: ProductId, offers: &[OfferWithPrices]) -> Option<Product> {
    let first = &offers.first()?.offer;
    let is_perpetual = offers.iter().any(|offer| offer.offer.kind.0 == OfferKind::Perpetual);
    Some(Product {
        id,
        title: first.title.clone(),
        description: first.description.clone(),
        publisher: first.publisher.clone(),
        kind: if is_perpetual { OfferKind::Perpetual } else { OfferKind::Subscription },
    })
}

/// SKUs of one product. Programs that buy "the first one" get one that can be bought, where there is any.
fn skus_of(offers: &[OfferWithPrices], now: Timestamp) -> Vec<Sku> {
    let mut seen = HashSet::new();
    let firsts = offers.iter().filter(|offer| seen.insert(offer.item.sku));
    let mut skus: Vec<Sku> = firsts.map(|first| sku_of(first, offers, now)).collect();
    skus.sort_by_key(|sku| !sku.availabilities.iter().any(|one| one.is_purchasable));
    skus
}

fn sku_of(first: &OfferWithPrices, offers: &[OfferWithPrices], now: Timestamp) -> Sku {
    let own = || offers.iter().filter(|offer| offer.item.sku == first.item.sku);
    let mut availabilities: Vec<Availability> = own().map(|offer| availability(offer, now)).collect();
    availabilities.sort_by_key(|one| (!one.is_purchasable, one.segment != Segment::Commercial));
    let quantity_min = own().flat_map(|offer| &offer.tiers).map(|tier| tier.min).min().unwrap_or(1);
    let row = &first.offer;
    Sku {
        id: first.item.sku,
        title: row.sku_title.clone(),
        description: row.description.clone(),
        unit: row.unit.clone(),
        kind: row.kind.0,
        term: row.term.0,
        quantity_min,
        quantity_max: catalog::QUANTITY_MAX,
        availabilities,
    }
}

fn availability(offer: &OfferWithPrices, now: Timestamp) -> Availability {
    Availability {
        item: offer.item,
        segment: offer.offer.segment.0,
        currency: offer.currency,
        term: offer.offer.term.0,
        billing_plan: offer.offer.billing_plan.clone(),
        is_purchasable: offer.tiers.iter().any(|tier| tier.is_valid_at(now)),
    }
}
