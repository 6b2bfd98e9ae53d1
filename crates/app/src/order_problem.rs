//! How a refusal of the order rule reads as a [`Problem`]: one stable code each.

use perpetua_domain::money::Currency;
use perpetua_domain::order::OrderRefusal;

use crate::problem::{Kind, Param, Problem};

/// The problem of a refusal. `currency` is that of the order; `titles` are the names of its lines.
pub(crate) fn of_refusal(refusal: &OrderRefusal, currency: Currency, titles: &[String]) -> Problem {
    let amount = |amount: perpetua_domain::money::Amount| Param::Amount(amount.minor(), currency);
    let at_line = |problem: Problem, line: usize| {
        let title = titles.get(line).map_or("", String::as_str);
        problem.with_number("line", line + 1).with_text("title", title)
    };
    match refusal {
        OrderRefusal::NoLines => Problem::invalid("order_empty"),
        OrderRefusal::TooManyLines { max } => Problem::invalid("order_too_long").with_number("max", *max),
        OrderRefusal::PartnerSuspended => Problem::new(Kind::Forbidden, "partner_suspended"),
        OrderRefusal::CustomerLocked => Problem::conflict("customer_locked"),
        OrderRefusal::NoRelationship => Problem::new(Kind::Forbidden, "relationship_ended"),
        OrderRefusal::NoAgreement => Problem::conflict("agreement_missing"),
        OrderRefusal::QuantityOutOfRange { line, min, max } => {
            let params = vec![("min", Param::Number((*min).into())), ("max", Param::Number((*max).into()))];
            at_line(Problem::invalid("quantity_out_of_range"), *line)
                .with_number("min", *min)
                .with_number("max", *max)
                .with_field_params(format!("lines.{line}.quantity"), "quantity_out_of_range", params)
        }
        OrderRefusal::NotSoldHere { line } => at_line(Problem::conflict("not_sold_here"), *line),
        OrderRefusal::SegmentNotAllowed { line } => at_line(Problem::conflict("segment_not_allowed"), *line),
        OrderRefusal::PriceEnded { line, ended_at } => {
            at_line(Problem::conflict("price_ended"), *line).with("at", Param::Instant(*ended_at))
        }
        OrderRefusal::PriceNotYet { line, starts_at } => {
            at_line(Problem::conflict("price_not_yet"), *line).with("at", Param::Instant(*starts_at))
        }
        OrderRefusal::NoPrice { line, quantity } => {
            at_line(Problem::conflict("price_missing"), *line).with_number("quantity", *quantity)
        }
        OrderRefusal::PriceChanged { line, .. } => at_line(Problem::conflict("price_changed"), *line),
        OrderRefusal::TotalChanged { reviewed, current } => {
            Problem::conflict("total_changed").with("reviewed", amount(*reviewed)).with("current", amount(*current))
        }
        OrderRefusal::MixedCurrencies { line } => {
            at_line(Problem::conflict("currency_mixed"), *line).with_text("currency", currency)
        }
        OrderRefusal::TaxRateMissing(missing) => {
            Problem::conflict("tax_rate_missing").with_text("country", missing.country)
        }
        OrderRefusal::CreditExceeded { limit, balance, total } => Problem::conflict("credit_exceeded")
            .with("limit", amount(*limit))
            .with("balance", amount(*balance))
            .with("total", amount(*total)),
        OrderRefusal::AmountOverflow => Problem::invalid("amount_too_large"),
        OrderRefusal::DateOutOfRange => Problem::invalid("date_out_of_range"),
    }
}
