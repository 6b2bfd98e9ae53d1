//! What of a country's list can be sold, to anybody or to one customer.

use std::collections::{BTreeMap, HashSet};

use perpetua_domain::catalog::{ProductId, Segment, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_store::catalog::{self, OfferWithPrices};

use super::{Place, settle};
use crate::authorize;
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Items of one question.
pub const WANTED_MAX: usize = 100;

/// What is asked about: a product's SKU, or all of its SKUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockOf {
    /// The product.
    pub product: ProductId,
    /// The SKU; all when `None`.
    pub sku: Option<SkuId>,
}

/// Why something cannot be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restriction {
    /// Not in the customer's country, or not to its segment.
    NotForCustomer,
    /// It is on the list, and no price holds now.
    NothingLeft,
}

/// Whether one SKU can be sold now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// The product.
    pub product: ProductId,
    /// The SKU.
    pub sku: SkuId,
    /// Why not; `None` when it can. Keys are made when they are sold, so there is always enough.
    pub restriction: Option<Restriction>,
}

/// Whether things can be sold in a country, and to a customer when one is named; unknown ones are left out.
///
/// # Errors
///
/// `not_found` and `relationship_ended` for the customer, and those of [`super::products`].
pub async fn stock(
    app: &App,
    caller: &Caller,
    country: Country,
    customer: Option<TenantId>,
    wanted: Vec<StockOf>,
) -> Result<Vec<Stock>, Problem> {
    let caller = caller.clone();
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            settle(conn, &caller, Place::Country(country), None)?;
            let mut products: Vec<ProductId> = wanted.iter().map(|item| item.product).collect();
            products.sort_unstable();
            products.dedup();
            let listed = catalog::offers_of(conn, country, None, &products)?;
            let for_customer = match customer {
                None => None,
                Some(customer) => {
                    authorize::active_relationship(conn, caller.tenant, customer)?;
                    let (own, segment) = crate::catalog::place(conn, customer)?;
                    Some((own == country, segment))
                }
            };
            let mut skus: BTreeMap<(ProductId, SkuId), Vec<&OfferWithPrices>> = BTreeMap::new();
            for offer in &listed {
                skus.entry((offer.item.product, offer.item.sku)).or_default().push(offer);
            }
            let mut seen = HashSet::new();
            let mut stock = Vec::new();
            for item in &wanted {
                let fits = |sku: SkuId| item.sku.is_none_or(|wanted| wanted == sku);
                for ((product, sku), offers) in &skus {
                    if *product == item.product && fits(*sku) && seen.insert((*product, *sku)) {
                        let restriction = restriction(offers, for_customer, now);
                        stock.push(Stock { product: *product, sku: *sku, restriction });
                    }
                }
            }
            Ok(stock)
        })
        .await
}

/// `for_customer`: whether the customer is in the country, and its segment.
fn restriction(
    offers: &[&OfferWithPrices],
    for_customer: Option<(bool, Segment)>,
    now: jiff::Timestamp,
) -> Option<Restriction> {
    let allowed = |offer: &&&OfferWithPrices| {
        for_customer.is_none_or(|(is_here, segment)| is_here && offer.offer.segment.0 == segment)
    };
    let mut sold = offers.iter().filter(allowed).peekable();
    if sold.peek().is_none() {
        return Some(Restriction::NotForCustomer);
    }
    let has_price = sold.any(|offer| offer.tiers.iter().any(|tier| tier.is_valid_at(now)));
    (!has_price).then_some(Restriction::NothingLeft)
}
