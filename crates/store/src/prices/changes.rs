//! A sheet against the lists that are active now.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use perpetua_domain::id::PriceSheetId;

use super::Change;
use crate::catalog::{OfferPriceRow, OfferRow};
use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{offer, offer_price, price_list};
use crate::values::{Id, Utc};

/// A price that a market sells at now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ActivePrice {
    /// The availability, which stays the same from sheet to sheet.
    pub availability_id: String,
    /// The currency.
    pub currency: String,
    /// The first instant.
    pub valid_from: Utc,
    /// The smallest quantity.
    pub tier_min: i64,
    /// The largest quantity.
    pub tier_max: Option<i64>,
    /// The first instant after validity.
    pub valid_to: Option<Utc>,
    /// 10⁻⁶ currency units.
    pub unit_price: i64,
    /// 10⁻⁶ currency units.
    pub suggested_price: Option<i64>,
}

/// A price that a sheet changes or ends, with its offer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
pub struct ChangeRow {
    /// The price.
    #[diesel(embed)]
    pub price: OfferPriceRow,
    /// Its offer.
    #[diesel(embed)]
    pub offer: OfferRow,
}

/// The active prices of these availabilities, whatever their validity.
pub fn active_prices(conn: &mut Conn, availabilities: &[String]) -> Result<Vec<ActivePrice>, StoreError> {
    let listed = price_list::sheet_id.eq(offer::sheet_id).and(price_list::market.eq(offer::market));
    Ok(offer::table
        .inner_join(price_list::table.on(listed))
        .inner_join(offer_price::table)
        .filter(offer::availability_id.eq_any(availabilities.to_vec()))
        .select((
            offer::availability_id,
            offer::currency,
            offer_price::valid_from,
            offer_price::tier_min,
            offer_price::tier_max,
            offer_price::valid_to,
            offer_price::unit_price,
            offer_price::suggested_price,
        ))
        .load(conn)?)
}

/// The first prices of one kind of change.
pub fn changes(conn: &mut Conn, sheet: PriceSheetId, change: Change, limit: i64) -> Result<Vec<ChangeRow>, StoreError> {
    Ok(offer_price::table
        .inner_join(offer::table)
        .filter(offer_price::sheet_id.eq(Id(sheet)))
        .filter(offer_price::change.eq(change.as_text()))
        .order((offer_price::offer_id, offer_price::valid_from, offer_price::tier_min))
        .limit(limit)
        .select(ChangeRow::as_select())
        .load(conn)?)
}

diesel::alias! {
    const NEW_OFFER: Alias<NewOffer> = offer as new_offer;
    const NEW_PRICE: Alias<NewPrice> = offer_price as new_price;
}

/// Prices of the markets, still to hold at `at`, whose item and tier the sheet does not have.
macro_rules! ended_prices {
    ($sheet:expr, $markets:expr, $at:expr) => {{
        let listed = price_list::sheet_id.eq(offer::sheet_id).and(price_list::market.eq(offer::market));
        let kept = NEW_OFFER
            .inner_join(NEW_PRICE.on(NEW_PRICE.field(offer_price::offer_id).eq(NEW_OFFER.field(offer::id))))
            .filter(NEW_OFFER.field(offer::sheet_id).eq(Id($sheet)))
            .filter(NEW_OFFER.field(offer::availability_id).eq(offer::availability_id))
            .filter(NEW_PRICE.field(offer_price::tier_min).eq(offer_price::tier_min));
        offer_price::table
            .inner_join(offer::table)
            .inner_join(price_list::table.on(listed))
            .filter(price_list::market.eq_any($markets.to_vec()))
            .filter(offer_price::valid_to.is_null().or(offer_price::valid_to.gt($at)))
            .filter(not(exists(kept)))
    }};
}

/// How many active prices would end with this sheet.
pub fn count_ended(conn: &mut Conn, sheet: PriceSheetId, markets: &[&str], at: Utc) -> Result<i64, StoreError> {
    Ok(ended_prices!(sheet, markets, at).count().get_result(conn)?)
}

/// The first prices that would end with this sheet.
pub fn ended(
    conn: &mut Conn,
    sheet: PriceSheetId,
    markets: &[&str],
    at: Utc,
    limit: i64,
) -> Result<Vec<ChangeRow>, StoreError> {
    Ok(ended_prices!(sheet, markets, at)
        .order((offer_price::offer_id, offer_price::valid_from, offer_price::tier_min))
        .limit(limit)
        .select(ChangeRow::as_select())
        .load(conn)?)
}
