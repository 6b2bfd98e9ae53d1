//! What a person saw on the review page, as the form carries it back.

use std::fmt;
use std::str::FromStr;

use perpetua_domain::money::{Amount, UnitPrice};
use perpetua_domain::order::LINES_MAX;

/// The cart's version, the price of each line and the total. A form that was tampered with can only
/// make the order be refused: what is charged is computed anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// The cart's version.
    pub version: i64,
    /// The price per unit of each line, in the cart's order.
    pub prices: Vec<UnitPrice>,
    /// The total with tax.
    pub total: Amount,
}

impl fmt::Display for Reviewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.version, self.total.minor())?;
        self.prices.iter().try_for_each(|price| write!(f, ".{}", price.micros()))
    }
}

impl FromStr for Reviewed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split('.').map(|part| part.parse::<i64>().map_err(|_| ()));
        let version = numbers.next().ok_or(())??;
        let total = Amount::from_minor(numbers.next().ok_or(())??).ok_or(())?;
        let prices = numbers.map(|number| UnitPrice::from_micros(number?).ok_or(())).collect::<Result<Vec<_>, ()>>()?;
        if prices.len() > LINES_MAX { Err(()) } else { Ok(Self { version, prices, total }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reviewed_survives_its_form() {
        let prices = vec![UnitPrice::from_micros(99_990_000).unwrap(), UnitPrice::from_micros(0).unwrap()];
        let reviewed = Reviewed { version: 3, prices, total: Amount::from_minor(12_098).unwrap() };
        assert_eq!(reviewed.to_string(), "3.12098.99990000.0");
        assert_eq!(reviewed.to_string().parse(), Ok(reviewed));
    }

    #[test]
    fn other_text_is_refused() {
        let endless = format!("1.1{}", ".1".repeat(LINES_MAX + 1));
        for text in ["", "1", "1.", "a.1", "1.1.-1", "1.1.x", "99999999999999999999.1", &endless] {
            assert_eq!(text.parse::<Reviewed>(), Err(()), "{text}");
        }
    }
}
