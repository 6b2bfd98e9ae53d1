//! Which tax a sale bears, and how it is shared among the lines of a document (I8).
//!
//! The rule, from the seller's side: a sale at home bears the national rate; to a business in another
//! country of the European Union whose VAT number was checked, the buyer owes the tax (reverse charge);
//! to anybody else there, the rate of the destination; out of the Union, none. Rates are imported and
//! dated; none is written in code.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::country::Country;
use crate::money::{Amount, AmountOverflow, allocate};

/// 100 % in basis points.
const WHOLE: u64 = 10_000;

crate::text_enum! {
    /// What sort of thing is sold, as far as tax rates tell apart.
    pub enum TaxClass {
        /// Software delivered by key and download.
        Software = "software",
        /// Help and other services.
        Service = "service",
    }
}

crate::text_enum! {
    /// What is known of a buyer's VAT number.
    pub enum VatStatus {
        /// None was given.
        NoNumber = "none",
        /// Given, not yet checked.
        Unchecked = "unchecked",
        /// Checked and found valid.
        Checked = "checked",
        /// Checked and found invalid.
        Invalid = "invalid",
    }
}

crate::text_enum! {
    /// The tax category of a line, with the codes of the European invoice standard EN 16931.
    pub enum TaxCategory {
        /// Taxed at a rate.
        Standard = "S",
        /// Taxed at a rate of zero.
        Zero = "Z",
        /// The buyer owes the tax.
        ReverseCharge = "AE",
        /// Export out of the Union.
        Export = "G",
    }
}

crate::text_enum! {
    /// Why a line bears its tax; stored beside the rate.
    pub enum TaxReason {
        /// Seller and buyer are in the same country.
        Domestic = "domestic",
        /// A checked VAT number in another country of the Union.
        CheckedVatNumber = "checked_vat_number",
        /// Another country of the Union without a checked VAT number.
        Destination = "destination",
        /// Out of the country, and not from one state of the Union to another.
        OutsideUnion = "outside_union",
    }
}

/// A rate of one country for one class, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxRate {
    /// The country.
    pub country: Country,
    /// What the rate is for.
    pub class: TaxClass,
    /// Hundredths of a percent, 0 to 10 000.
    pub rate_basis_points: u16,
    /// The first day.
    pub valid_from: Date,
    /// The last day, included; `None` for no end.
    pub valid_to: Option<Date>,
}

/// The tax of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxDecision {
    /// Hundredths of a percent, 0 to 10 000.
    pub rate_basis_points: u16,
    /// The category that the invoice states.
    pub category: TaxCategory,
    /// Why.
    pub reason: TaxReason,
}

/// No rate is known, and a guess would be wrong tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingRate {
    /// The country whose rate is missing.
    pub country: Country,
    /// The class it is missing for.
    pub class: TaxClass,
    /// The day of the sale.
    pub on: Date,
}

/// Decides the tax of a sale on a civil day.
///
/// # Errors
///
/// [`MissingRate`] when tax is due and no imported rate covers country, class and day.
pub fn decide(
    seller_country: Country,
    buyer_country: Country,
    vat: VatStatus,
    class: TaxClass,
    on: Date,
    rates: &[TaxRate],
) -> Result<TaxDecision, MissingRate> {
    let untaxed = |category, reason| Ok(TaxDecision { rate_basis_points: 0, category, reason });
    if seller_country == buyer_country {
        return taxed(buyer_country, class, on, rates, TaxReason::Domestic);
    }
    if !seller_country.is_eu() || !buyer_country.is_eu() {
        return untaxed(TaxCategory::Export, TaxReason::OutsideUnion);
    }
    if vat == VatStatus::Checked {
        return untaxed(TaxCategory::ReverseCharge, TaxReason::CheckedVatNumber);
    }
    taxed(buyer_country, class, on, rates, TaxReason::Destination)
}

fn taxed(
    country: Country,
    class: TaxClass,
    on: Date,
    rates: &[TaxRate],
    reason: TaxReason,
) -> Result<TaxDecision, MissingRate> {
    let holds = |rate: &&TaxRate| {
        rate.country == country
            && rate.class == class
            && rate.valid_from <= on
            && rate.valid_to.is_none_or(|last| on <= last)
    };
    let rate = rates.iter().filter(holds).max_by_key(|rate| rate.valid_from);
    let rate = rate.ok_or(MissingRate { country, class, on })?.rate_basis_points;
    let category = if rate == 0 { TaxCategory::Zero } else { TaxCategory::Standard };
    Ok(TaxDecision { rate_basis_points: rate, category, reason })
}

/// The tax of each line: computed once per rate on the document, then shared among its lines by
/// largest remainder, so that the lines sum to the document (I8). A line is its net amount, not
/// negative, and its rate in basis points.
///
/// # Errors
///
/// [`AmountOverflow`] for negative nets or sums out of range.
pub fn tax_of_document(lines: &[(Amount, u16)]) -> Result<Vec<Amount>, AmountOverflow> {
    let mut lines_of_rate: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    for (index, (_, rate)) in lines.iter().enumerate() {
        lines_of_rate.entry(*rate).or_default().push(index);
    }
    let mut taxes = vec![Amount::ZERO; lines.len()];
    for (rate, indexes) in lines_of_rate {
        let nets: Vec<Amount> = indexes.iter().map(|index| lines[*index].0).collect();
        let tax = Amount::sum(nets.iter().copied())?.fraction(u64::from(rate), WHOLE)?;
        for (index, share) in indexes.into_iter().zip(allocate(tax, &nets)?) {
            taxes[index] = share;
        }
    }
    Ok(taxes)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::{TaxCategory as C, TaxReason as R, VatStatus as V, *};
    use crate::testing::{country, minor};

    fn rate(code: &str, rate_basis_points: u16, from: Date, to: Option<Date>) -> TaxRate {
        let class = TaxClass::Software;
        TaxRate { country: country(code), class, rate_basis_points, valid_from: from, valid_to: to }
    }

    fn rates() -> Vec<TaxRate> {
        vec![
            rate("CZ", 2_000, date(2010, 1, 1), Some(date(2012, 12, 31))),
            rate("CZ", 2_100, date(2013, 1, 1), None),
            rate("DE", 1_900, date(2007, 1, 1), None),
            rate("CH", 810, date(2024, 1, 1), None),
            rate("US", 0, date(2000, 1, 1), None),
        ]
    }

    #[test]
    fn the_tax_follows_countries_vat_number_and_day() {
        let check = |seller: &str, buyer: &str, vat, on, basis_points, category, reason| {
            let decision = decide(country(seller), country(buyer), vat, TaxClass::Software, on, &rates());
            let expected = TaxDecision { rate_basis_points: basis_points, category, reason };
            assert_eq!(decision, Ok(expected), "{seller} → {buyer} {vat} {on}");
        };
        let today = date(2026, 5, 1);
        check("CZ", "CZ", V::Checked, today, 2_100, C::Standard, R::Domestic);
        check("CZ", "CZ", V::NoNumber, date(2012, 12, 31), 2_000, C::Standard, R::Domestic);
        check("CZ", "CZ", V::NoNumber, date(2013, 1, 1), 2_100, C::Standard, R::Domestic);
        check("CZ", "DE", V::Checked, today, 0, C::ReverseCharge, R::CheckedVatNumber);
        for unproven in [V::NoNumber, V::Unchecked, V::Invalid] {
            check("CZ", "DE", unproven, today, 1_900, C::Standard, R::Destination);
        }
        check("CZ", "CH", V::Checked, today, 0, C::Export, R::OutsideUnion);
        check("US", "DE", V::NoNumber, today, 0, C::Export, R::OutsideUnion);
        check("CH", "CH", V::NoNumber, today, 810, C::Standard, R::Domestic);
        check("US", "US", V::NoNumber, today, 0, C::Zero, R::Domestic);
    }

    #[test]
    fn a_missing_rate_is_named_instead_of_guessed() {
        let check = |buyer: &str, class, on| {
            let missing = MissingRate { country: country(buyer), class, on };
            assert_eq!(decide(country("CZ"), country(buyer), VatStatus::NoNumber, class, on, &rates()), Err(missing));
        };
        check("SK", TaxClass::Software, date(2026, 5, 1));
        check("CZ", TaxClass::Service, date(2026, 5, 1));
        check("CZ", TaxClass::Software, date(2009, 12, 31));
    }

    #[test]
    fn tax_is_rounded_once_per_rate_and_shared_among_its_lines() {
        let check = |lines: &[(i64, u16)], expected: &[i64]| {
            let lines: Vec<_> = lines.iter().map(|(net, rate)| (minor(*net), *rate)).collect();
            let taxes: Vec<i64> = tax_of_document(&lines).unwrap().into_iter().map(Amount::minor).collect();
            assert_eq!(taxes, expected);
        };
        check(&[(2, 2_100), (2, 2_100), (2, 2_100)], &[1, 0, 0]);
        check(&[(100, 2_100), (100, 1_900), (100, 0)], &[21, 19, 0]);
        check(&[(333, 2_100), (0, 2_100), (333, 2_100)], &[70, 0, 70]);
        check(&[], &[]);
        assert_eq!(tax_of_document(&[(minor(-1), 2_100)]), Err(AmountOverflow));
    }

    proptest! {
        #[test]
        fn taxes_of_lines_sum_to_the_tax_of_the_document(
            nets in prop::collection::vec(0_i64..10_000_000, 1..30), rate in 0_u16..=10_000,
        ) {
            let lines: Vec<_> = nets.iter().map(|net| (minor(*net), rate)).collect();
            let whole = minor(nets.iter().sum()).fraction(u64::from(rate), WHOLE).unwrap();
            let taxes = tax_of_document(&lines).unwrap();
            prop_assert_eq!(Amount::sum(taxes.iter().copied()), Ok(whole));
            // No line pays more than one minor unit beside its own share.
            for ((net, _), tax) in lines.iter().zip(taxes) {
                let own = i128::from(net.minor()) * i128::from(rate);
                prop_assert!((i128::from(tax.minor()) * 10_000 - own).abs() <= 20_000);
            }
        }
    }
}
