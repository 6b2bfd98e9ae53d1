//! Orders: what a partner asks for, what it becomes, and why it may be refused (M9, I1, I8).
//!
//! [`decide_order`] is the rule for placing an order, [`quote`] the same computation for the review
//! page, [`quote_line`] for one line of a cart. None of them loads or stores anything. How an order is
//! cancelled stands in [`crate::cancellation`].

mod decision;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::civil::DateOutOfRange;
use crate::country::Country;
use crate::id::{OfferId, PolicyId};
use crate::money::{Amount, AmountOverflow, Currency, UnitPrice};
use crate::policy::{PolicyTerms, PurchaseSnapshot};
use crate::pricing::PriceTier;
use crate::tax::{MissingRate, TaxClass, TaxDecision, TaxRate, VatStatus};
use crate::term::{Term, TermEnd};
use crate::window::WindowError;

pub use decision::{QuotedLine, decide_order, quote, quote_line};

/// The most lines that one order may have.
pub const LINES_MAX: usize = 200;

/// The most activations that one key may have, so that counts fit the columns of both databases.
pub const ACTIVATIONS_MAX: u32 = 2_147_483_647;

crate::text_enum! {
    /// Where an order stands, with the words of the API.
    pub enum OrderState {
        /// Payment must come first; no key exists yet (I1).
        Pending = "pending",
        /// Whole: lines, keys and receivable exist. Also when some lines are cancelled.
        Completed = "completed",
        /// Every line is cancelled.
        Cancelled = "cancelled",
    }
}

crate::text_enum! {
    /// Where a line stands.
    pub enum LineState {
        /// No unit is cancelled.
        Active = "active",
        /// Some units are cancelled.
        PartlyCancelled = "partly_cancelled",
        /// All units are cancelled.
        Cancelled = "cancelled",
    }
}

impl LineState {
    /// The state that follows from units bought and cancelled.
    pub const fn of(quantity: u32, cancelled: u32) -> Self {
        match cancelled {
            0 => Self::Active,
            _ if cancelled < quantity => Self::PartlyCancelled,
            _ => Self::Cancelled,
        }
    }
}

crate::text_enum! {
    /// When an order is paid.
    pub enum PaymentTerms {
        /// By invoice, against a credit limit: the order is completed at once.
        OnAccount = "on_account",
        /// Before keys are made: the order is pending and the credit limit does not matter.
        InAdvance = "in_advance",
    }
}

/// What is known of an offer when it is ordered.
#[derive(Debug, Clone, Copy)]
pub struct OfferFacts<'a> {
    /// The offer.
    pub offer: OfferId,
    /// The currency of its prices.
    pub currency: Currency,
    /// Its term.
    pub term: Term,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// The smallest quantity that is sold, at least 1.
    pub quantity_min: u32,
    /// The largest quantity that is sold.
    pub quantity_max: u32,
    /// All its prices.
    pub tiers: &'a [PriceTier],
    /// Whether it is sold in the customer's country at all.
    pub sold_here: bool,
    /// Whether it is sold to the customer's segment.
    pub segment_allowed: bool,
}

/// One line that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct RequestedLine<'a> {
    /// The offer as it is now.
    pub offer: OfferFacts<'a>,
    /// Units.
    pub quantity: u32,
    /// The version of the policy that holds now.
    pub policy: PolicyId,
    /// Its terms.
    pub policy_terms: PolicyTerms,
    /// The price per unit that a person saw on the review page; `None` where nobody reviewed.
    pub reviewed_price: Option<UnitPrice>,
}

/// What is known of the customer.
#[derive(Debug, Clone, Copy)]
pub struct CustomerFacts {
    /// Its country.
    pub country: Country,
    /// What is known of its VAT number.
    pub vat: VatStatus,
    /// Whether the operator locked it.
    pub locked: bool,
    /// Whether the partner may act for it now (M9).
    pub relationship_active: bool,
    /// Whether its agreement is accepted (M9).
    pub agreement_accepted: bool,
}

/// A partner's account in one currency.
#[derive(Debug, Clone, Copy)]
pub struct CreditLine {
    /// The currency of limit and balance.
    pub currency: Currency,
    /// How much may be owed at once.
    pub limit: Amount,
    /// How much is owed now; negative when the operator owes.
    pub balance: Amount,
}

/// Everything that decides about an order.
#[derive(Debug, Clone, Copy)]
pub struct OrderRequest<'a> {
    /// Now.
    pub at: Timestamp,
    /// The time zone that the order states: the customer's.
    pub zone: &'a TimeZone,
    /// The operator's country.
    pub seller_country: Country,
    /// The customer.
    pub customer: CustomerFacts,
    /// Whether the operator suspended the partner.
    pub partner_suspended: bool,
    /// When it is paid.
    pub payment: PaymentTerms,
    /// The partner's account.
    pub credit: CreditLine,
    /// Imported rates; those of seller's and customer's country suffice.
    pub tax_rates: &'a [TaxRate],
    /// What is asked for, in the order of the cart.
    pub lines: &'a [RequestedLine<'a>],
    /// The total with tax that a person saw on the review page; `None` where nobody reviewed.
    pub reviewed_total: Option<Amount>,
}

/// An order as it will be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderDraft {
    /// Pending or completed.
    pub state: OrderState,
    /// The time zone that the order states; its deadlines and term ends are civil days there.
    pub zone: TimeZone,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The lines, numbered from 0.
    pub lines: Vec<LineDraft>,
    /// Without tax.
    pub net: Amount,
    /// The tax.
    pub tax: Amount,
    /// With tax.
    pub total: Amount,
}

/// A line as it will be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineDraft {
    /// Its number within the order, from 0.
    pub line: u32,
    /// The offer.
    pub offer: OfferId,
    /// Units.
    pub quantity: u32,
    /// What the partner pays per unit.
    pub unit_price: UnitPrice,
    /// The suggested price to the customer per unit.
    pub erp: Option<UnitPrice>,
    /// Without tax.
    pub net: Amount,
    /// The line's share of the document's tax.
    pub tax: Amount,
    /// With tax.
    pub total: Amount,
    /// Rate, category and reason of the tax.
    pub tax_decision: TaxDecision,
    /// The term.
    pub term: Term,
    /// Its end; `None` for perpetual software.
    pub term_end: Option<TermEnd>,
    /// The policy as it holds for this purchase, for ever.
    pub snapshot: PurchaseSnapshot,
    /// Machines that the line's one key may activate: units × activations per unit.
    pub activation_limit: u32,
}

/// Why an order is refused. `line` counts from 0 as in the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRefusal {
    /// Nothing was asked for.
    NoLines,
    /// More than [`LINES_MAX`] lines.
    TooManyLines {
        /// The most lines allowed.
        max: usize,
    },
    /// The partner is suspended.
    PartnerSuspended,
    /// The customer is locked.
    CustomerLocked,
    /// The partner has no active relationship with the customer.
    NoRelationship,
    /// The customer has accepted no agreement.
    NoAgreement,
    /// Fewer or more units than are sold, or than one key can carry.
    QuantityOutOfRange {
        /// The line.
        line: usize,
        /// The smallest quantity.
        min: u32,
        /// The largest quantity.
        max: u32,
    },
    /// Not sold in the customer's country, or not at all.
    NotSoldHere {
        /// The line.
        line: usize,
    },
    /// Not sold to the customer's segment.
    SegmentNotAllowed {
        /// The line.
        line: usize,
    },
    /// The price has ended and no other has begun.
    PriceEnded {
        /// The line.
        line: usize,
        /// The first instant without a price.
        ended_at: Timestamp,
    },
    /// The price begins later.
    PriceNotYet {
        /// The line.
        line: usize,
        /// The first instant with a price.
        starts_at: Timestamp,
    },
    /// No price exists for this quantity.
    NoPrice {
        /// The line.
        line: usize,
        /// The quantity.
        quantity: u32,
    },
    /// Another price than the person reviewed: ask again.
    PriceChanged {
        /// The line.
        line: usize,
        /// The price seen.
        reviewed: UnitPrice,
        /// The price now.
        current: UnitPrice,
    },
    /// Another total than the person reviewed, as after a change of tax or cart: ask again.
    TotalChanged {
        /// The total seen.
        reviewed: Amount,
        /// The total now.
        current: Amount,
    },
    /// The lines, or the account, are in more than one currency.
    MixedCurrencies {
        /// The first line that differs from the first line or the account.
        line: usize,
    },
    /// A tax rate is missing; the operator must import it.
    TaxRateMissing(MissingRate),
    /// The order would lift the balance above the limit.
    CreditExceeded {
        /// The limit.
        limit: Amount,
        /// The balance before the order.
        balance: Amount,
        /// The total of the order.
        total: Amount,
    },
    /// An amount leaves its range.
    AmountOverflow,
    /// A term or window ends after the end of the calendar.
    DateOutOfRange,
}

impl From<AmountOverflow> for OrderRefusal {
    fn from(_: AmountOverflow) -> Self {
        Self::AmountOverflow
    }
}

impl From<MissingRate> for OrderRefusal {
    fn from(missing: MissingRate) -> Self {
        Self::TaxRateMissing(missing)
    }
}

impl From<DateOutOfRange> for OrderRefusal {
    fn from(_: DateOutOfRange) -> Self {
        Self::DateOutOfRange
    }
}

impl From<WindowError> for OrderRefusal {
    fn from(_: WindowError) -> Self {
        Self::DateOutOfRange
    }
}

#[cfg(test)]
mod tests;
