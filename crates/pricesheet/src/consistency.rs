//! Rows that contradict each other: duplicates, overlapping validity, overlapping tiers.
//!
//! Memory is bounded: 24 bytes per item and 40 per row, without any text, so a million rows need
//! about 100 MB at most. Within an item each row is compared with all before it, so their number is bounded too.

use std::collections::HashMap;

use crate::error::{RowError, RowReason};
use crate::row::{Column, PriceRow, SheetRow};

/// Most prices (tiers × periods) of one item.
pub const PRICES_PER_ITEM_MAX: usize = 256;

/// What must agree for two rows to be prices of the same thing: product, SKU, market, currency,
/// segment, term, billing plan. All parts have a fixed length, so this is the key itself, not a hash of it.
type ItemKey = [u8; 24];

#[derive(Debug, Clone, Copy)]
struct Price {
    from_seconds: i64,
    until_seconds: i64,
    line: u64,
    tier_min: u32,
    tier_max: u32,
    /// Index of the item's price before this one.
    before: Option<u32>,
}

/// Remembers the rows of one sheet and finds later ones that collide with them.
#[derive(Debug, Default)]
pub struct Consistency {
    last_of_item: HashMap<ItemKey, u32>,
    prices: Vec<Price>,
}

impl Consistency {
    /// Nothing remembered yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Compares the row with those before it, and remembers it when it collides with none.
    pub fn check(&mut self, row: &SheetRow) -> Result<(), RowError> {
        let key = item_key(&row.price);
        let price = Price {
            from_seconds: row.price.valid_from.map_or(i64::MIN, jiff::Timestamp::as_second),
            until_seconds: row.price.valid_until.map_or(i64::MAX, jiff::Timestamp::as_second),
            line: row.line,
            tier_min: row.price.tier.min,
            tier_max: row.price.tier.max.unwrap_or(u32::MAX),
            before: self.last_of_item.get(&key).copied(),
        };
        let fail =
            |column: Option<Column>, reason| RowError { line: row.line, column: column.map(Column::as_text), reason };
        let mut count = 0;
        let mut next = price.before;
        while let Some(earlier) = next.and_then(|index| self.prices.get(usize::try_from(index).ok()?)) {
            if let Some((column, reason)) = collision(&price, earlier) {
                return Err(fail(column, reason));
            }
            count += 1;
            next = earlier.before;
        }
        if count >= PRICES_PER_ITEM_MAX {
            return Err(fail(None, RowReason::TooManyPrices { max: PRICES_PER_ITEM_MAX }));
        }
        if let Ok(index) = u32::try_from(self.prices.len()) {
            self.prices.push(price);
            self.last_of_item.insert(key, index);
        }
        Ok(())
    }
}

fn collision(later: &Price, earlier: &Price) -> Option<(Option<Column>, RowReason)> {
    let first_line = earlier.line;
    let same_tier = (later.tier_min, later.tier_max) == (earlier.tier_min, earlier.tier_max);
    let same_time = (later.from_seconds, later.until_seconds) == (earlier.from_seconds, earlier.until_seconds);
    let tiers_meet = later.tier_min <= earlier.tier_max && earlier.tier_min <= later.tier_max;
    let times_meet = later.from_seconds < earlier.until_seconds && earlier.from_seconds < later.until_seconds;
    if same_tier && same_time {
        Some((None, RowReason::DuplicateRow { first_line }))
    } else if !tiers_meet || !times_meet {
        None
    } else if same_tier {
        Some((Some(Column::StartDate), RowReason::OverlappingValidity { first_line }))
    } else {
        Some((Some(Column::TierMin), RowReason::OverlappingTiers { first_line }))
    }
}

fn item_key(price: &PriceRow) -> ItemKey {
    let mut key = [0; 24];
    let parts = [
        price.product_id.as_str().as_bytes(),
        price.sku_id.as_str().as_bytes(),
        price.market.code().as_bytes(),
        price.currency.code().as_bytes(),
        &[price.segment as u8, price.term as u8, price.billing_plan as u8],
    ];
    for (slot, byte) in key.iter_mut().zip(parts.into_iter().flatten()) {
        *slot = *byte;
    }
    key
}
