//! The catalog as programs walk it: products of a market, everything about some of them, and whole price
//! lists of a market.

use diesel::prelude::*;
use perpetua_domain::catalog::{OfferKind, ProductId, Segment};
use perpetua_domain::country::Country;
use perpetua_domain::id::PriceSheetId;

use super::{OfferPriceRow, OfferRow, OfferWithPrices, active_sheet, with_prices};
use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{offer, offer_price, price_sheet};
use crate::values::{Id, Utc, Word};

/// One SKU of a market, without its prices.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct WareRow {
    /// Sort key of product and SKU.
    pub key: Vec<u8>,
    /// The product.
    pub product_id: String,
    /// The SKU.
    pub sku_id: String,
    /// Perpetual or for a term.
    pub kind: Word<OfferKind>,
    /// Name of the product.
    pub title: String,
    /// Who made it; may be empty.
    pub publisher: String,
    /// What the SKU is; may be empty.
    pub description: String,
}

/// The SKUs that a market's list holds, in the order of their names, by two queries; also those without a
/// price now. All segments when `segment` is `None`, both kinds when `kind` is.
pub fn wares(
    conn: &mut Conn,
    market: Country,
    segment: Option<Segment>,
    kind: Option<OfferKind>,
    czech_order: bool,
) -> Result<Vec<WareRow>, StoreError> {
    let Some(sheet) = active_sheet(conn, market)? else { return Ok(Vec::new()) };
    let mut query = offer::table
        .filter(offer::sheet_id.eq(Id(sheet)))
        .filter(offer::market.eq(market.to_string()))
        .distinct()
        .into_boxed();
    if let Some(segment) = segment {
        query = query.filter(offer::segment.eq(Word(segment)));
    }
    if let Some(kind) = kind {
        query = query.filter(offer::kind.eq(Word(kind)));
    }
    let (product, sku) = (offer::product_id, offer::sku_id);
    let texts = (offer::title, offer::publisher, offer::description);
    Ok(if czech_order {
        let columns = (offer::title_key_cs, product, sku, offer::kind, texts.0, texts.1, texts.2);
        query.select(columns).order((offer::title_key_cs, product, sku)).load(conn)?
    } else {
        let columns = (offer::title_key_en, product, sku, offer::kind, texts.0, texts.1, texts.2);
        query.select(columns).order((offer::title_key_en, product, sku)).load(conn)?
    })
}

/// Every offer of some products, at most 1,000, in a market's list, by product and SKU, by a constant number
/// of queries; also those without a price now.
pub fn offers_of(
    conn: &mut Conn,
    market: Country,
    segment: Option<Segment>,
    products: &[ProductId],
) -> Result<Vec<OfferWithPrices>, StoreError> {
    let Some(sheet) = active_sheet(conn, market)? else { return Ok(Vec::new()) };
    let products: Vec<&str> = products.iter().map(ProductId::as_str).collect();
    let mut query = offer::table
        .filter(offer::sheet_id.eq(Id(sheet)))
        .filter(offer::product_id.eq_any(products))
        .filter(offer::market.eq(market.to_string()))
        .select(OfferRow::as_select())
        .order((offer::product_id, offer::sku_id, offer::segment, offer::availability_id))
        .into_boxed();
    if let Some(segment) = segment {
        query = query.filter(offer::segment.eq(Word(segment)));
    }
    let rows = query.load(conn)?;
    with_prices(conn, rows)
}

/// Which prices of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Those that hold at some instant of a period: from, included, to, not included.
    Within(Utc, Utc),
    /// Those that begin after an instant.
    After(Utc),
}

/// The prices of a market in one sheet, in the order of names in English, by one query.
pub fn price_rows(
    conn: &mut Conn,
    sheet: PriceSheetId,
    market: Country,
    validity: Validity,
) -> Result<Vec<(OfferRow, OfferPriceRow)>, StoreError> {
    let mut query = offer::table
        .inner_join(offer_price::table.on(offer_price::offer_id.eq(offer::id)))
        .filter(offer::sheet_id.eq(Id(sheet)))
        .filter(offer::market.eq(market.to_string()))
        .select((OfferRow::as_select(), OfferPriceRow::as_select()))
        .order((
            offer::title_key_en,
            offer::sku_id,
            offer::segment,
            offer::availability_id,
            offer_price::valid_from,
            offer_price::tier_min,
        ))
        .into_boxed();
    query = match validity {
        Validity::Within(from, to) => query
            .filter(offer_price::valid_from.lt(to))
            .filter(offer_price::valid_to.is_null().or(offer_price::valid_to.gt(from))),
        Validity::After(instant) => query.filter(offer_price::valid_from.gt(instant)),
    };
    Ok(query.load(conn)?)
}

/// The sheet from which a market sold last before an instant; `None` when nothing was sold there by then.
pub fn sheet_before(conn: &mut Conn, market: Country, before: Utc) -> Result<Option<PriceSheetId>, StoreError> {
    // Countries stand in the column as two letters and a comma, so that no pattern fits across two of them.
    let sheet: Option<Id<PriceSheetId>> = price_sheet::table
        .filter(price_sheet::state.eq_any(["published", "superseded"]))
        .filter(price_sheet::published_at.lt(before))
        .filter(price_sheet::markets.like(format!("%{}%", market.code())))
        .select(price_sheet::id)
        .order((price_sheet::published_at.desc(), price_sheet::id.desc()))
        .first(conn)
        .optional()?;
    Ok(sheet.map(|sheet| sheet.0))
}
