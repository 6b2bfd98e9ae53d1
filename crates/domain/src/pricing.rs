//! Which price of a price sheet holds for a quantity at an instant, and what a partner earns on it.

use jiff::Timestamp;

use crate::money::UnitPrice;

/// One price of one catalog item: for a range of quantities and a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceTier {
    /// The smallest quantity, at least 1.
    pub min: u32,
    /// The largest quantity, included; `None` for no upper end.
    pub max: Option<u32>,
    /// What the partner pays per unit.
    pub unit_price: UnitPrice,
    /// The suggested price to the customer per unit, where the operator gives one.
    pub erp: Option<UnitPrice>,
    /// The first instant of validity.
    pub valid_from: Timestamp,
    /// The first instant after validity; `None` for no end.
    pub valid_to: Option<Timestamp>,
}

/// Why no price holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceError {
    /// The last price for this quantity has ended.
    Ended {
        /// The first instant without a price.
        ended_at: Timestamp,
    },
    /// The next price for this quantity has not begun.
    NotYet {
        /// The first instant with a price.
        starts_at: Timestamp,
    },
    /// No tier covers this quantity at any time.
    NoTier {
        /// The quantity that was asked for.
        quantity: u32,
    },
}

impl PriceTier {
    /// Whether the tier is for this quantity.
    pub fn covers(&self, quantity: u32) -> bool {
        quantity >= self.min && self.max.is_none_or(|max| quantity <= max)
    }

    /// Whether the tier holds at this instant.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.valid_from <= at && self.valid_to.is_none_or(|end| at < end)
    }
}

/// The price for `quantity` units at `at`. Price sheets with overlapping validity are refused at
/// import; should two tiers hold all the same, the one that began last wins.
///
/// # Errors
///
/// [`PriceError`]; a price to come counts for more than one that has ended, because waiting helps.
pub fn pick(tiers: &[PriceTier], quantity: u32, at: Timestamp) -> Result<&PriceTier, PriceError> {
    let covering = || tiers.iter().filter(|tier| tier.covers(quantity));
    if let Some(tier) = covering().filter(|tier| tier.is_valid_at(at)).max_by_key(|tier| tier.valid_from) {
        return Ok(tier);
    }
    if let Some(starts_at) = covering().map(|tier| tier.valid_from).filter(|start| *start > at).min() {
        return Err(PriceError::NotYet { starts_at });
    }
    match covering().filter_map(|tier| tier.valid_to).max() {
        Some(ended_at) => Err(PriceError::Ended { ended_at }),
        None => Err(PriceError::NoTier { quantity }),
    }
}

/// What a partner earns per unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Margin {
    /// Selling price minus cost in 10⁻⁶ currency units; negative below cost.
    pub micros: i64,
    /// The same as a share of the selling price in hundredths of a percent, rounded toward zero and
    /// not below `i64::MIN`; `None` when the software is given away.
    pub basis_points: Option<i64>,
}

/// The margin of selling at `selling` what costs `cost`.
pub fn margin(cost: UnitPrice, selling: UnitPrice) -> Margin {
    let micros = selling.micros() - cost.micros();
    let share = i128::from(micros) * 10_000;
    let basis_points =
        share.checked_div(i128::from(selling.micros())).map(|share| i64::try_from(share).unwrap_or(i64::MIN));
    Margin { micros, basis_points }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{instant, price};

    fn tier(min: u32, max: Option<u32>, unit: &str, from: &str, to: Option<&str>) -> PriceTier {
        PriceTier { min, max, unit_price: price(unit), erp: None, valid_from: instant(from), valid_to: to.map(instant) }
    }

    #[test]
    fn the_price_follows_quantity_and_time() {
        let (year, next) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        let tiers = [
            tier(1, Some(9), "100", year, Some(next)),
            tier(10, Some(99), "90", year, Some(next)),
            tier(1, Some(9), "110", next, None),
        ];
        let check = |quantity, at: &str, expected: Result<&str, PriceError>| {
            let picked = pick(&tiers, quantity, instant(at)).map(|tier| tier.unit_price);
            assert_eq!(picked, expected.map(price), "{quantity} at {at}");
        };
        check(1, year, Ok("100"));
        check(9, "2026-12-31T23:59:59Z", Ok("100"));
        check(10, year, Ok("90"));
        check(9, next, Ok("110"));
        check(10, next, Err(PriceError::Ended { ended_at: instant(next) }));
        check(1, "2025-12-31T23:59:59Z", Err(PriceError::NotYet { starts_at: instant(year) }));
        check(100, year, Err(PriceError::NoTier { quantity: 100 }));
        check(0, year, Err(PriceError::NoTier { quantity: 0 }));
    }

    #[test]
    fn a_margin_is_a_share_of_the_selling_price() {
        let check = |cost: &str, selling: &str, micros, basis_points| {
            assert_eq!(margin(price(cost), price(selling)), Margin { micros, basis_points }, "{cost} → {selling}");
        };
        check("80", "100", 20_000_000, Some(2_000));
        check("100", "80", -20_000_000, Some(-2_500));
        check("100", "100", 0, Some(0));
        check("100", "0", -100_000_000, None);
        check("1000000000", "0.000001", -999_999_999_999_999, Some(i64::MIN));
    }
}
