//! What is sold: offers and prices of the sheets that markets sell from.
//!
//! An offer belongs to the sheet that brought it, and `price_list` names the sheet of each market;
//! nothing here ever looks into a sheet that is not published. Whether a price holds for a quantity
//! is decided by `domain::pricing`.

mod listing;
mod shelf;

use std::collections::HashMap;

use diesel::prelude::*;
use perpetua_domain::catalog::{AvailabilityId, CatalogItemId, OfferKind, ProductId, Segment, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::id::{OfferId, PriceSheetId};
use perpetua_domain::money::{Currency, UnitPrice};
use perpetua_domain::order::OfferFacts;
use perpetua_domain::pricing::PriceTier;
use perpetua_domain::tax::TaxClass;
use perpetua_domain::term::Term;

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::prepared::prepared_list;
use crate::schema::{media, offer, offer_price, price_list, product};
use crate::values::{Id, Utc, Word};

pub use listing::{Filter, ListKey, SEARCH_KIND, list, search_products};
pub use shelf::{Validity, WareRow, offers_of, price_rows, sheet_before, wares};

/// The largest quantity of one line, as the contract documents it.
pub const QUANTITY_MAX: u32 = 999_999_999;

/// One offer of one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = offer)]
pub struct OfferRow {
    /// Its id.
    pub id: Id<OfferId>,
    /// The sheet.
    pub sheet_id: Id<PriceSheetId>,
    /// The country where it is sold.
    pub market: String,
    /// The product.
    pub product_id: String,
    /// The SKU.
    pub sku_id: String,
    /// The availability.
    pub availability_id: String,
    /// Product and SKU as 16 bytes, as search finds them.
    pub item: Vec<u8>,
    /// To whom it is sold.
    pub segment: Word<Segment>,
    /// Perpetual or for a term.
    pub kind: Word<OfferKind>,
    /// How long.
    pub term: Word<Term>,
    /// When it is paid, in the words of price sheets.
    pub billing_plan: String,
    /// The currency of its prices.
    pub currency: String,
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
    /// Words about it, separated by `; `.
    pub tags: String,
    /// Its place among names in English.
    pub title_key_en: Vec<u8>,
    /// Its place among names in Czech.
    pub title_key_cs: Vec<u8>,
}

/// One price of an offer, with what it changed when its sheet was read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = offer_price)]
pub struct OfferPriceRow {
    /// The offer.
    pub offer_id: Id<OfferId>,
    /// The first instant; the earliest one that can be written means "since ever".
    pub valid_from: Utc,
    /// The smallest quantity.
    pub tier_min: i64,
    /// The largest quantity, included.
    pub tier_max: Option<i64>,
    /// The first instant after validity.
    pub valid_to: Option<Utc>,
    /// What the partner pays per unit, in 10⁻⁶ currency units.
    pub unit_price: i64,
    /// The suggested price to the customer, in 10⁻⁶ currency units.
    pub suggested_price: Option<i64>,
    /// The sheet.
    pub sheet_id: Id<PriceSheetId>,
    /// `new`, `changed` or `unchanged` against the list that was active when the sheet was read.
    pub change: String,
    /// The price before, when it changed.
    pub previous_unit_price: Option<i64>,
}

impl OfferPriceRow {
    /// The price as pricing decides about it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when a number is out of range.
    pub fn tier(&self) -> Result<PriceTier, StoreError> {
        let broken = || StoreError::Inconsistent { table: "offer_price", what: format!("offer {:?}", self.offer_id) };
        let price = |micros| UnitPrice::from_micros(micros).ok_or_else(broken);
        Ok(PriceTier {
            min: self.tier_min.try_into().map_err(|_| broken())?,
            max: self.tier_max.map(u32::try_from).transpose().map_err(|_| broken())?,
            unit_price: price(self.unit_price)?,
            erp: self.suggested_price.map(price).transpose()?,
            valid_from: self.valid_from.timestamp(),
            valid_to: self.valid_to.map(Utc::timestamp),
        })
    }
}

/// An offer with everything that buying it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferWithPrices {
    /// The offer.
    pub offer: OfferRow,
    /// Its purchase key.
    pub item: CatalogItemId,
    /// The currency of its prices.
    pub currency: Currency,
    /// All its prices, also those that ended or have not begun, by start and quantity.
    pub tiers: Vec<PriceTier>,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// The rank of the version that is sold: the newest with media; 0 before there are any.
    pub version_rank: u32,
}

impl OfferWithPrices {
    /// The facts for a decision about an order by a customer of this segment.
    pub fn facts(&self, segment: Segment) -> OfferFacts<'_> {
        OfferFacts {
            offer: self.offer.id.0,
            currency: self.currency,
            term: self.offer.term.0,
            tax_class: self.tax_class,
            quantity_min: self.tiers.iter().map(|tier| tier.min).min().unwrap_or(1),
            quantity_max: QUANTITY_MAX,
            tiers: &self.tiers,
            sold_here: true,
            segment_allowed: self.offer.segment.0 == segment,
        }
    }
}

/// The offer of a catalog item in the list that the market sells from; `None` when it is not sold there.
pub fn find_offer(
    conn: &mut Conn,
    market: Country,
    item: &CatalogItemId,
) -> Result<Option<OfferWithPrices>, StoreError> {
    Ok(find_offers(conn, market, std::slice::from_ref(item))?.pop())
}

/// The offers of several catalog items, at most 1,000, by a constant number of queries; those that
/// are not sold in the market are missing, the others come in no particular order.
pub fn find_offers(
    conn: &mut Conn,
    market: Country,
    items: &[CatalogItemId],
) -> Result<Vec<OfferWithPrices>, StoreError> {
    let Some(sheet) = active_sheet(conn, market)? else { return Ok(Vec::new()) };
    let availabilities: Vec<String> = items.iter().map(|item| item.availability.to_string()).collect();
    let query = offer::table
        .filter(offer::sheet_id.eq(Id(sheet)))
        .filter(offer::availability_id.eq_any(availabilities))
        .filter(offer::market.eq(market.to_string()))
        .select(OfferRow::as_select());
    let mut rows: Vec<OfferRow> = prepared_list(items.len(), query).load(conn)?;
    rows.retain(|row| items.iter().any(|item| is_of(row, item)));
    with_prices(conn, rows)
}

/// The sheet that a market sells from.
pub fn active_sheet(conn: &mut Conn, market: Country) -> Result<Option<PriceSheetId>, StoreError> {
    let sheet: Option<Id<PriceSheetId>> = price_list::table
        .filter(price_list::market.eq(market.to_string()))
        .select(price_list::sheet_id)
        .first(conn)
        .optional()?;
    Ok(sheet.map(|sheet| sheet.0))
}

/// The sheets that any market sells from, at most `limit`.
pub fn active_sheets(conn: &mut Conn, limit: i64) -> Result<Vec<PriceSheetId>, StoreError> {
    let sheets: Vec<Id<PriceSheetId>> = price_list::table
        .select(price_list::sheet_id)
        .distinct()
        .order(price_list::sheet_id)
        .limit(limit)
        .load(conn)?;
    Ok(sheets.into_iter().map(|sheet| sheet.0).collect())
}

fn is_of(row: &OfferRow, item: &CatalogItemId) -> bool {
    row.product_id == item.product.as_str()
        && row.sku_id == item.sku.as_str()
        && row.availability_id == item.availability.as_str()
}

/// Adds prices, tax classes and ranks to offers by three queries; the order stays.
pub(crate) fn with_prices(conn: &mut Conn, rows: Vec<OfferRow>) -> Result<Vec<OfferWithPrices>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut tiers = tiers_of(conn, rows.iter().map(|row| row.id).collect())?;
    let mut products: Vec<String> = rows.iter().map(|row| row.product_id.clone()).collect();
    products.sort();
    products.dedup();
    let query = product::table.filter(product::id.eq_any(products.clone())).select((product::id, product::tax_class));
    let classes: Vec<(String, Word<TaxClass>)> = prepared_list(products.len(), query).load(conn)?;
    let classes: HashMap<_, _> = classes.into_iter().collect();
    let ranks = newest_ranks(conn, products)?;
    rows.into_iter()
        .map(|offer| {
            let tiers = tiers.remove(&offer.id).unwrap_or_default();
            let tax_class = classes.get(&offer.product_id).map_or(TaxClass::Software, |class| class.0);
            let version_rank = ranks.get(&offer.product_id).copied().unwrap_or(0);
            let (item, currency) = (item_of(&offer)?, currency_of(&offer)?);
            Ok(OfferWithPrices { offer, item, currency, tiers, tax_class, version_rank })
        })
        .collect()
}

fn tiers_of(conn: &mut Conn, offers: Vec<Id<OfferId>>) -> Result<HashMap<Id<OfferId>, Vec<PriceTier>>, StoreError> {
    let count = offers.len();
    let query = offer_price::table
        .filter(offer_price::offer_id.eq_any(offers))
        .order((offer_price::offer_id, offer_price::valid_from, offer_price::tier_min))
        .select(OfferPriceRow::as_select());
    let rows: Vec<OfferPriceRow> = prepared_list(count, query).load(conn)?;
    let mut tiers: HashMap<Id<OfferId>, Vec<PriceTier>> = HashMap::new();
    for row in rows {
        tiers.entry(row.offer_id).or_default().push(row.tier()?);
    }
    Ok(tiers)
}

/// The highest rank with available media, per product.
fn newest_ranks(conn: &mut Conn, products: Vec<String>) -> Result<HashMap<String, u32>, StoreError> {
    let count = products.len();
    let query = media::table
        .filter(media::product_id.eq_any(products))
        .filter(as_indexed("media.state = 'available'"))
        .group_by(media::product_id)
        .select((media::product_id, diesel::dsl::max(media::version_rank)));
    let newest: Vec<(String, Option<i64>)> = prepared_list(count, query).load(conn)?;
    let rank = |rank: Option<i64>| rank.and_then(|rank| u32::try_from(rank).ok()).unwrap_or(0);
    Ok(newest.into_iter().map(|(product, newest)| (product, rank(newest))).collect())
}

fn item_of(row: &OfferRow) -> Result<CatalogItemId, StoreError> {
    let item = || {
        Some(CatalogItemId {
            product: ProductId::parse(&row.product_id)?,
            sku: SkuId::parse(&row.sku_id)?,
            availability: AvailabilityId::parse(&row.availability_id)?,
        })
    };
    item().ok_or_else(|| broken(row))
}

fn currency_of(row: &OfferRow) -> Result<Currency, StoreError> {
    row.currency.parse().map_err(|_| broken(row))
}

fn broken(row: &OfferRow) -> StoreError {
    StoreError::Inconsistent { table: "offer", what: format!("offer {:?}", row.id) }
}
