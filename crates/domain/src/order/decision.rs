//! The rule for placing an order: who may, at which prices, with which tax, against which credit.

use super::{
    ACTIVATIONS_MAX, LINES_MAX, LineDraft, OrderDraft, OrderRefusal, OrderRequest, OrderState, PaymentTerms,
    RequestedLine,
};
use crate::civil::date_at;
use crate::money::{Amount, UnitPrice};
use crate::pricing::{self, PriceError};
use crate::tax;

/// The price of one line, before tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotedLine {
    /// What the partner pays per unit.
    pub unit_price: UnitPrice,
    /// The suggested price to the customer per unit.
    pub erp: Option<UnitPrice>,
    /// Units × price, rounded once.
    pub net: Amount,
    /// Machines that the line's key may activate.
    pub activation_limit: u32,
    /// When the price ends; `None` for no end.
    pub price_valid_to: Option<jiff::Timestamp>,
}

/// Decides whether an order is placed, and what is stored then.
///
/// Checked in this order: lines, partner, customer, then each line ([`quote_line`]) with the price that
/// was reviewed, then the total that was reviewed, then the credit limit.
///
/// # Errors
///
/// The first [`OrderRefusal`] met, and nothing may change then.
pub fn decide_order(request: &OrderRequest<'_>) -> Result<OrderDraft, OrderRefusal> {
    require_line_count(request)?;
    require_parties(request)?;
    let draft = quote(request)?;
    for (line, (asked, drafted)) in request.lines.iter().zip(&draft.lines).enumerate() {
        let current = drafted.unit_price;
        if let Some(reviewed) = asked.reviewed_price.filter(|reviewed| *reviewed != current) {
            return Err(OrderRefusal::PriceChanged { line, reviewed, current });
        }
    }
    if let Some(reviewed) = request.reviewed_total.filter(|reviewed| *reviewed != draft.total) {
        return Err(OrderRefusal::TotalChanged { reviewed, current: draft.total });
    }
    require_credit(request, draft.total)?;
    Ok(draft)
}

/// Prices and taxes a whole order without asking who may place it: what the review page shows.
///
/// # Errors
///
/// Every [`OrderRefusal`] that concerns lines, prices, tax and amounts.
pub fn quote(request: &OrderRequest<'_>) -> Result<OrderDraft, OrderRefusal> {
    require_line_count(request)?;
    let currency = request.credit.currency;
    if let Some(line) = request.lines.iter().position(|line| line.offer.currency != currency) {
        return Err(OrderRefusal::MixedCurrencies { line });
    }
    let today = date_at(request.at, request.zone);
    let mut quoted = Vec::with_capacity(request.lines.len());
    let mut taxable = Vec::with_capacity(request.lines.len());
    for (index, asked) in request.lines.iter().enumerate() {
        let line = quote_line(request, index, asked)?;
        let (customer, class) = (&request.customer, asked.offer.tax_class);
        let decision =
            tax::decide(request.seller_country, customer.country, customer.vat, class, today, request.tax_rates)?;
        taxable.push((line.net, decision.rate_basis_points));
        quoted.push((asked, line, decision));
    }
    let taxes = tax::tax_of_document(&taxable)?;
    let mut lines = Vec::with_capacity(quoted.len());
    for (number, ((asked, line, tax_decision), tax)) in (0_u32..).zip(quoted.into_iter().zip(taxes)) {
        let term = asked.offer.term;
        lines.push(LineDraft {
            line: number,
            offer: asked.offer.offer,
            quantity: asked.quantity,
            unit_price: line.unit_price,
            erp: line.erp,
            net: line.net,
            tax,
            total: line.net.plus(tax)?,
            tax_decision,
            term,
            term_end: term.term_end(today, request.zone)?,
            snapshot: asked.policy_terms.snapshot(asked.policy, term, request.at, request.zone)?,
            activation_limit: line.activation_limit,
        });
    }
    let net = Amount::sum(lines.iter().map(|line| line.net))?;
    let tax = Amount::sum(lines.iter().map(|line| line.tax))?;
    let state = match request.payment {
        PaymentTerms::OnAccount => OrderState::Completed,
        PaymentTerms::InAdvance => OrderState::Pending,
    };
    Ok(OrderDraft { state, zone: request.zone.clone(), currency, lines, net, tax, total: net.plus(tax)? })
}

/// Prices one line, `line` being its place in the cart: what a cart shows beside it.
///
/// # Errors
///
/// The [`OrderRefusal`] of this line alone; another line may still be fine.
pub fn quote_line(
    request: &OrderRequest<'_>,
    line: usize,
    asked: &RequestedLine<'_>,
) -> Result<QuotedLine, OrderRefusal> {
    let offer = &asked.offer;
    if !offer.sold_here {
        return Err(OrderRefusal::NotSoldHere { line });
    }
    if !offer.segment_allowed {
        return Err(OrderRefusal::SegmentNotAllowed { line });
    }
    let per_unit = asked.policy_terms.activations_per_unit.max(1);
    let (min, max) = (offer.quantity_min.max(1), offer.quantity_max.min(ACTIVATIONS_MAX / per_unit));
    if asked.quantity < min || asked.quantity > max {
        return Err(OrderRefusal::QuantityOutOfRange { line, min, max });
    }
    let tier = pricing::pick(offer.tiers, asked.quantity, request.at).map_err(|error| match error {
        PriceError::Ended { ended_at } => OrderRefusal::PriceEnded { line, ended_at },
        PriceError::NotYet { starts_at } => OrderRefusal::PriceNotYet { line, starts_at },
        PriceError::NoTier { quantity } => OrderRefusal::NoPrice { line, quantity },
    })?;
    Ok(QuotedLine {
        unit_price: tier.unit_price,
        erp: tier.erp,
        net: tier.unit_price.times(asked.quantity, offer.currency)?,
        activation_limit: asked.quantity * per_unit,
        price_valid_to: tier.valid_to,
    })
}

fn require_line_count(request: &OrderRequest<'_>) -> Result<(), OrderRefusal> {
    match request.lines.len() {
        0 => Err(OrderRefusal::NoLines),
        count if count > LINES_MAX => Err(OrderRefusal::TooManyLines { max: LINES_MAX }),
        _ => Ok(()),
    }
}

fn require_parties(request: &OrderRequest<'_>) -> Result<(), OrderRefusal> {
    let customer = &request.customer;
    if request.partner_suspended {
        return Err(OrderRefusal::PartnerSuspended);
    }
    if !customer.relationship_active {
        return Err(OrderRefusal::NoRelationship);
    }
    if customer.locked {
        return Err(OrderRefusal::CustomerLocked);
    }
    if !customer.agreement_accepted {
        return Err(OrderRefusal::NoAgreement);
    }
    Ok(())
}

fn require_credit(request: &OrderRequest<'_>, total: Amount) -> Result<(), OrderRefusal> {
    let (limit, balance) = (request.credit.limit, request.credit.balance);
    if request.payment == PaymentTerms::OnAccount && balance.plus(total)? > limit {
        return Err(OrderRefusal::CreditExceeded { limit, balance, total });
    }
    Ok(())
}
