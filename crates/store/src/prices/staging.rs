//! Rows of a sheet on their way in, and out again.

use diesel::prelude::*;
use perpetua_domain::id::{OfferId, PriceSheetId};

use super::ProblemRow;
use crate::catalog::{OfferPriceRow, OfferRow};
use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{offer, offer_price, price_sheet_problem, search_token};
use crate::search::{self, TokenRow};
use crate::values::Id;

/// Offers that one closure removes; their prices and tokens come with them.
const CLEARED_OFFERS: i64 = 100;

/// What one closure stages: at most 1,000 rows in all (design §5).
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Offers seen for the first time.
    pub offers: Vec<OfferRow>,
    /// Prices.
    pub prices: Vec<OfferPriceRow>,
    /// Words by which products and SKUs are found.
    pub tokens: Vec<TokenRow>,
    /// Rows that cannot be taken over.
    pub problems: Vec<ProblemRow>,
}

/// Adds the rows.
pub fn stage(conn: &mut Conn, batch: &Batch) -> Result<(), StoreError> {
    if !batch.offers.is_empty() {
        crate::insert_many!(conn, offer::table, &batch.offers);
    }
    if !batch.prices.is_empty() {
        crate::insert_many!(conn, offer_price::table, &batch.prices);
    }
    if !batch.problems.is_empty() {
        crate::insert_many!(conn, price_sheet_problem::table, &batch.problems);
    }
    search::insert(conn, &batch.tokens)
}

/// Removes some rows of a sheet; `false` when none were left.
pub fn clear_chunk(conn: &mut Conn, sheet: PriceSheetId) -> Result<bool, StoreError> {
    let offers: Vec<(Id<OfferId>, Vec<u8>)> = offer::table
        .filter(offer::sheet_id.eq(Id(sheet)))
        .select((offer::id, offer::item))
        .order(offer::id)
        .limit(CLEARED_OFFERS)
        .load(conn)?;
    if offers.is_empty() {
        return Ok(diesel::delete(price_sheet_problem::table.filter(price_sheet_problem::sheet_id.eq(Id(sheet))))
            .execute(conn)?
            > 0);
    }
    let (ids, mut items): (Vec<_>, Vec<_>) = offers.into_iter().unzip();
    items.dedup();
    let tokens = search_token::table
        .filter(search_token::scope.eq(sheet.as_ref().to_vec()))
        .filter(search_token::target.eq_any(items));
    diesel::delete(tokens).execute(conn)?;
    diesel::delete(offer_price::table.filter(offer_price::offer_id.eq_any(ids.clone()))).execute(conn)?;
    diesel::delete(offer::table.filter(offer::id.eq_any(ids))).execute(conn)?;
    Ok(true)
}
