//! Lists of what is sold in one market: filtered, in the order of names, page by page.

use diesel::dsl::exists;
use diesel::prelude::*;
use perpetua_domain::catalog::{OfferKind, Segment};
use perpetua_domain::country::Country;
use perpetua_domain::id::{OfferId, PriceSheetId};

use super::{OfferRow, OfferWithPrices, active_sheet, with_prices};
use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{offer, offer_price, search_token};
use crate::search::{WORDS_MAX, after};
use crate::values::{Id, Page, Utc, Word};

/// The kind of the tokens by which products and SKUs are found, in the scope of their sheet.
pub const SEARCH_KIND: &str = "item";

/// What to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The country of the customer.
    pub market: Country,
    /// To whom it is sold; all when `None`.
    pub segment: Option<Segment>,
    /// Perpetual or for a term; both when `None`.
    pub kind: Option<OfferKind>,
    /// Folded words that product or SKU must bear; all of them count.
    pub words: Vec<String>,
    /// Only what has a price at this instant.
    pub at: Utc,
    /// Whether names are in Czech order; English otherwise.
    pub czech_order: bool,
}

/// The place of an offer in the list: sort key and id.
pub type ListKey = (Vec<u8>, OfferId);

/// One page of offers with their prices, by a constant number of queries. The key of the last one
/// leads to the next page.
pub fn list(conn: &mut Conn, filter: &Filter, page: &Page<ListKey>) -> Result<Vec<OfferWithPrices>, StoreError> {
    let Some(sheet) = active_sheet(conn, filter.market)? else { return Ok(Vec::new()) };
    let mut query = offer::table
        .filter(offer::sheet_id.eq(Id(sheet)))
        .filter(offer::market.eq(filter.market.to_string()))
        .select(OfferRow::as_select())
        .limit(page.limit)
        .into_boxed();
    if let Some(segment) = filter.segment {
        query = query.filter(offer::segment.eq(Word(segment)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(offer::kind.eq(Word(kind)));
    }
    for word in filter.words.iter().take(WORDS_MAX) {
        let items = search_token::table
            .filter(search_token::scope.eq(sheet.as_ref().to_vec()))
            .filter(search_token::kind.eq(SEARCH_KIND))
            .filter(search_token::token.ge(word.clone()))
            .filter(search_token::token.lt(after(word)))
            .select(search_token::target);
        query = query.filter(offer::item.eq_any(items));
    }
    let valid = offer_price::table
        .filter(offer_price::offer_id.eq(offer::id))
        .filter(offer_price::valid_from.le(filter.at))
        .filter(offer_price::valid_to.is_null().or(offer_price::valid_to.gt(filter.at)));
    query = query.filter(exists(valid));
    if filter.czech_order {
        if let Some((key, id)) = &page.after {
            let same = offer::title_key_cs.eq(key.clone()).and(offer::id.gt(Id(*id)));
            query = query.filter(offer::title_key_cs.gt(key.clone()).or(same));
        }
        query = query.order((offer::title_key_cs, offer::id));
    } else {
        if let Some((key, id)) = &page.after {
            let same = offer::title_key_en.eq(key.clone()).and(offer::id.gt(Id(*id)));
            query = query.filter(offer::title_key_en.gt(key.clone()).or(same));
        }
        query = query.order((offer::title_key_en, offer::id));
    }
    let rows = query.load(conn)?;
    with_prices(conn, rows)
}

/// Products of a sheet whose names begin with all the words: id and name, at most `limit`.
pub fn search_products(
    conn: &mut Conn,
    sheet: PriceSheetId,
    words: &[String],
    limit: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    // Each product has a few SKUs, so that some more items are asked for than products are shown.
    let items = crate::search::find(conn, sheet.as_ref(), SEARCH_KIND, words, limit * 4)?;
    Ok(offer::table
        .filter(offer::sheet_id.eq(Id(sheet)))
        .filter(offer::item.eq_any(items))
        .select((offer::product_id, offer::title))
        .distinct()
        .order((offer::title, offer::product_id))
        .limit(limit)
        .load(conn)?)
}
