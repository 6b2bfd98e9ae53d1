//! Prices and days of purchases in words, for the pages about carts and orders.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
pub use perpetua_app::documents::product_name;
use perpetua_domain::money::{Amount, Currency, UnitPrice};
use perpetua_domain::order::{LineState, OrderState};
use perpetua_domain::pricing::Margin;
use perpetua_domain::term::Term;
use perpetua_i18n::{Args, Lang, format, text, text_with};

use crate::views::frame::Tone;
use crate::views::parts::{Badge, TotalRow, Totals};

/// An amount; an em dash where there is none.
pub fn amount(lang: Lang, amount: Option<Amount>, currency: Currency) -> String {
    amount.map_or_else(|| "—".to_owned(), |amount| format::amount(lang, amount.minor(), currency))
}

/// A price per unit; an em dash where there is none.
pub fn price(lang: Lang, price: Option<UnitPrice>, currency: Currency) -> String {
    price.map_or_else(|| "—".to_owned(), |price| format::unit_price(lang, price.micros(), currency))
}

/// A margin as a share of the selling price.
pub fn margin(lang: Lang, margin: Option<Margin>) -> String {
    let share = margin.and_then(|margin| margin.basis_points);
    share.map_or_else(|| "—".to_owned(), |share| format::percent_basis_points(lang, share))
}

/// A tax rate.
pub fn rate(lang: Lang, basis_points: Option<i64>) -> String {
    basis_points.map_or_else(|| "—".to_owned(), |rate| format::percent_basis_points(lang, rate))
}

/// The civil day of an instant.
pub fn day(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    format::date(lang, zone.to_datetime(at).date())
}

/// The last civil day before an instant at which something ends.
pub fn last_day(lang: Lang, ends_at: Timestamp, zone: &TimeZone) -> String {
    let last = ends_at.checked_sub(SignedDuration::from_micros(1)).unwrap_or(ends_at);
    day(lang, last, zone)
}

/// The day on which a price begins. Price lists count days in UTC, so this is the day that stands in the list.
pub fn price_day(lang: Lang, begins_at: Timestamp) -> String {
    day(lang, begins_at, &TimeZone::UTC)
}

/// The last day of a price, as [`price_day`] counts them; the same on every page, whoever reads it.
pub fn price_last_day(lang: Lang, ends_at: Timestamp) -> String {
    last_day(lang, ends_at, &TimeZone::UTC)
}

/// The zone of an order, or UTC should this system not know it.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// A term in words.
pub fn term(lang: Lang, term: Term) -> String {
    let id = match term {
        Term::Perpetual => "buy-term-perpetual",
        Term::OneMonth => "buy-term-month",
        Term::OneYear => "buy-term-year",
        Term::ThreeYears => "buy-term-3-years",
        Term::FiveYears => "buy-term-5-years",
    };
    text(lang, id).into_owned()
}

/// Where an order stands.
pub fn order_state(lang: Lang, state: OrderState) -> Badge {
    let (tone, id) = match state {
        OrderState::Pending => (Tone::Warn, "buy-state-pending"),
        OrderState::Completed => (Tone::Good, "buy-state-completed"),
        OrderState::Cancelled => (Tone::Bad, "buy-state-cancelled"),
    };
    Badge::new(tone, text(lang, id))
}

/// What a line's state adds to it; nothing while no unit is cancelled.
pub fn line_state(lang: Lang, state: LineState) -> Option<Badge> {
    match state {
        LineState::Active => None,
        LineState::PartlyCancelled => Some(Badge::new(Tone::Warn, text(lang, "buy-state-partly-cancelled"))),
        LineState::Cancelled => Some(Badge::new(Tone::Bad, text(lang, "buy-state-cancelled"))),
    }
}

/// Net, tax and total below lines; no rows where there are no sums.
pub fn totals(lang: Lang, sums: Option<(Amount, Amount, Amount)>, currency: Currency) -> Totals {
    let Some((net, tax, total)) = sums else { return Totals { rows: Vec::new() } };
    let word = |id| text(lang, id).into_owned();
    let written = |sum: Amount| format::amount(lang, sum.minor(), currency);
    Totals {
        rows: vec![
            TotalRow::new(word("buy-net"), written(net)),
            TotalRow::new(word("field-tax"), written(tax)),
            TotalRow::sum(word("field-total"), written(total)),
        ],
    }
}

/// A message with one text.
pub fn with(lang: Lang, id: &str, name: &'static str, value: impl std::fmt::Display) -> String {
    text_with(lang, id, &Args::new().set(name, value))
}

/// A price as a field holds it: plain decimals with the language's point.
pub fn price_input(lang: Lang, price: UnitPrice) -> String {
    let (whole, fraction) = (price.micros() / 1_000_000, price.micros() % 1_000_000);
    let digits = format!("{fraction:06}");
    let needed = digits.trim_end_matches('0').len().max(2);
    let point = if lang == Lang::Cs { ',' } else { '.' };
    format!("{whole}{point}{}", &digits[..needed])
}

/// A price as people type it, with the grouping and the point of their language.
pub fn read_price(lang: Lang, typed: &str) -> Option<UnitPrice> {
    let plain: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = match lang {
        Lang::Cs => plain.replace(',', "."),
        Lang::En => plain.replace(',', ""),
    };
    UnitPrice::parse(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_price_is_read_as_its_language_writes_it() {
        let micros = |lang, typed| read_price(lang, typed).map(UnitPrice::micros);
        assert_eq!(micros(Lang::En, "1,234.50"), Some(1_234_500_000));
        assert_eq!(micros(Lang::Cs, "1 234,50"), Some(1_234_500_000));
        assert_eq!(micros(Lang::Cs, "1\u{a0}234,5"), Some(1_234_500_000));
        assert_eq!(micros(Lang::En, "-1"), None);
        assert_eq!(micros(Lang::Cs, "zdarma"), None);
        let price = UnitPrice::from_micros(1_234_500_000).unwrap();
        assert_eq!(price_input(Lang::Cs, price), "1234,50");
        assert_eq!(price_input(Lang::En, UnitPrice::from_micros(5_000).unwrap()), "0.005");
    }
}
