//! Loading what decides about an order, for the cart, its review and the order itself alike.
//!
//! One [`Situation`] takes a constant number of queries however many lines there are. It keeps the
//! rows that `domain::order` borrows while it decides.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_domain::access::TenantKind;
use perpetua_domain::catalog::{CatalogItemId, ProductId, Segment};
use perpetua_domain::country::Country;
use perpetua_domain::id::{OfferId, TenantId};
use perpetua_domain::money::{AMOUNT_MAX, Amount, Currency, UnitPrice};
use perpetua_domain::order::{CreditLine, CustomerFacts, OfferFacts, OrderRequest, PaymentTerms, RequestedLine};
use perpetua_domain::tax::{TaxClass, TaxRate, VatStatus};
use perpetua_domain::term::Term;
use perpetua_store::catalog::{self, OfferWithPrices, QUANTITY_MAX};
use perpetua_store::order_facts::{self, PartyRow, Standing};
use perpetua_store::policies::{self, CurrentPolicy};
use perpetua_store::tenants::PartnerAccountRow;
use perpetua_store::{Conn, StoreError, tax_rates};

use crate::problem::Problem;

/// One line that somebody wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedLine {
    /// The catalog item.
    pub item: CatalogItemId,
    /// Units, as they came; any number that cannot be sold is refused by the rule.
    pub quantity: i64,
    /// The partner's price to the customer; `None` for the suggested one.
    pub own_price: Option<UnitPrice>,
    /// The price that a person saw on the review page; `None` where nobody reviewed.
    pub reviewed: Option<UnitPrice>,
}

/// Everything but lines, account and time that decides about an order.
pub(crate) struct Situation {
    pub(crate) customer: PartyRow,
    pub(crate) standing: Standing,
    pub(crate) segment: Segment,
    pub(crate) zone: TimeZone,
    partner_suspended: bool,
    seller_country: Country,
    country: Country,
    offers: HashMap<CatalogItemId, OfferWithPrices>,
    policies: HashMap<ProductId, CurrentPolicy>,
    rates: Vec<TaxRate>,
}

impl Situation {
    /// Loads the situation of one partner, one customer and the items asked for.
    ///
    /// # Errors
    ///
    /// `not_found` when the two were never related, or the store's failure.
    pub(crate) fn load(
        conn: &mut Conn,
        partner: TenantId,
        customer: TenantId,
        items: &[CatalogItemId],
    ) -> Result<Self, Problem> {
        let mut parties = order_facts::parties(conn, partner, customer)?;
        let mut take = |wanted: &dyn Fn(&PartyRow) -> bool| {
            let at = parties.iter().position(wanted);
            at.map(|at| parties.swap_remove(at)).ok_or_else(Problem::not_found)
        };
        let partner = take(&|party| party.id.0 == partner)?;
        let customer = take(&|party| party.id.0 == customer)?;
        let operator = take(&|party| party.kind.0 == TenantKind::Operator)?;
        let standing = order_facts::standing(conn, partner.id.0, customer.id.0)?.ok_or_else(Problem::not_found)?;
        let country = country_of(&customer)?;
        let seller_country = country_of(&operator)?;
        let offers = catalog::find_offers(conn, country, items)?;
        let mut products: Vec<ProductId> = items.iter().map(|item| item.product).collect();
        products.sort_unstable();
        products.dedup();
        Ok(Self {
            standing,
            segment: Segment::parse(&customer.segment).unwrap_or(Segment::Commercial),
            zone: TimeZone::get(&customer.zone).map_err(|_| inconsistent(&customer))?,
            partner_suspended: partner.state != "active",
            seller_country,
            country,
            offers: offers.into_iter().map(|offer| (offer.item, offer)).collect(),
            policies: policies::current_of(conn, &products)?,
            rates: tax_rates::of_countries(conn, seller_country, country)?,
            customer,
        })
    }

    /// The offer of an item, when it is sold in the customer's market.
    pub(crate) fn offer(&self, item: &CatalogItemId) -> Option<&OfferWithPrices> {
        self.offers.get(item)
    }

    /// The policy of an item's product.
    ///
    /// # Errors
    ///
    /// Never for an item that the situation was loaded for.
    pub(crate) fn policy(&self, item: &CatalogItemId) -> Result<CurrentPolicy, StoreError> {
        let missing = || StoreError::Inconsistent { table: "policy", what: format!("none for {item}") };
        self.policies.get(&item.product).copied().ok_or_else(missing)
    }

    /// Gives the request of these lines to a decision.
    ///
    /// # Errors
    ///
    /// Only when a policy is missing, which the first start makes.
    pub(crate) fn decide<T>(
        &self,
        at: Timestamp,
        wanted: &[WantedLine],
        credit: CreditLine,
        reviewed_total: Option<Amount>,
        decision: impl FnOnce(&OrderRequest<'_>) -> T,
    ) -> Result<T, StoreError> {
        let lines = wanted.iter().map(|line| self.requested(line, credit.currency)).collect::<Result<Vec<_>, _>>()?;
        Ok(decision(&OrderRequest {
            at,
            zone: &self.zone,
            seller_country: self.seller_country,
            customer: CustomerFacts {
                country: self.country,
                vat: vat_status(&self.customer),
                locked: self.customer.state != "active",
                relationship_active: self.standing.active,
                agreement_accepted: self.standing.agreement.is_some(),
            },
            partner_suspended: self.partner_suspended,
            payment: PaymentTerms::OnAccount,
            credit,
            tax_rates: &self.rates,
            lines: &lines,
            reviewed_total,
        }))
    }

    fn requested(&self, line: &WantedLine, currency: Currency) -> Result<RequestedLine<'_>, StoreError> {
        let policy = self.policy(&line.item)?;
        Ok(RequestedLine {
            offer: self.offer(&line.item).map_or(unsold(currency), |offer| offer.facts(self.segment)),
            // The rule refuses 0 units, and so every number that is none.
            quantity: u32::try_from(line.quantity).unwrap_or(0),
            policy: policy.id,
            policy_terms: policy.terms,
            reviewed_price: line.reviewed,
        })
    }

    /// The currency of the first line that is sold here, or the one given.
    pub(crate) fn currency(&self, wanted: &[WantedLine], otherwise: Currency) -> Currency {
        wanted.iter().find_map(|line| self.offer(&line.item)).map_or(otherwise, |offer| offer.currency)
    }
}

/// Facts about an item that the customer's market does not sell; the rule says so.
const fn unsold(currency: Currency) -> OfferFacts<'static> {
    OfferFacts {
        offer: OfferId::new(uuid::Uuid::nil()),
        currency,
        term: Term::Perpetual,
        tax_class: TaxClass::Software,
        quantity_min: 1,
        quantity_max: QUANTITY_MAX,
        tiers: &[],
        sold_here: false,
        segment_allowed: false,
    }
}

/// A credit line without an end, for a decision before the account's row is taken.
pub(crate) fn unlimited(currency: Currency) -> CreditLine {
    CreditLine { currency, limit: Amount::from_minor(AMOUNT_MAX).unwrap_or_default(), balance: Amount::ZERO }
}

/// The credit line of an account.
///
/// # Errors
///
/// `Inconsistent` when the row holds what no account can be.
pub(crate) fn credit_line(account: &PartnerAccountRow) -> Result<CreditLine, StoreError> {
    let wrong = || StoreError::Inconsistent { table: "partner_account", what: format!("{:?}", account.partner_id) };
    Ok(CreditLine {
        currency: account.currency.parse().map_err(|_| wrong())?,
        limit: Amount::from_minor(account.credit_limit).ok_or_else(wrong)?,
        balance: Amount::from_minor(account.balance).ok_or_else(wrong)?,
    })
}

fn country_of(party: &PartyRow) -> Result<Country, StoreError> {
    Country::parse(&party.country).ok_or_else(|| inconsistent(party))
}

fn inconsistent(party: &PartyRow) -> StoreError {
    StoreError::Inconsistent { table: "tenant", what: format!("country or zone of {:?}", party.id) }
}

fn vat_status(customer: &PartyRow) -> VatStatus {
    match (customer.vat_id.is_empty(), customer.vat_checked_at) {
        (true, _) => VatStatus::NoNumber,
        (false, None) => VatStatus::Unchecked,
        (false, Some(_)) => VatStatus::Checked,
    }
}
