//! Tables and properties of the rule for placing an order.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::testing::{country, euro, instant, minor, policy_id, price, zone};

const NOW: &str = "2026-01-31T23:30:00Z";

/// What a request borrows.
struct Given {
    zone: TimeZone,
    tiers: Vec<PriceTier>,
    rates: Vec<TaxRate>,
}

fn given_prices(unit: &str, valid_to: Option<&str>) -> Given {
    let rate = |code: &str, rate_basis_points| TaxRate {
        country: country(code),
        class: TaxClass::Software,
        rate_basis_points,
        valid_from: date(2013, 1, 1),
        valid_to: None,
    };
    let tier = PriceTier {
        min: 1,
        max: None,
        unit_price: price(unit),
        erp: Some(price("200")),
        valid_from: instant("2026-01-01T00:00:00Z"),
        valid_to: valid_to.map(instant),
    };
    Given { zone: zone("Europe/Prague"), tiers: vec![tier], rates: vec![rate("CZ", 2_100), rate("DE", 1_900)] }
}

impl Given {
    fn line(&self, quantity: u32) -> RequestedLine<'_> {
        let offer = OfferFacts {
            offer: OfferId::new(uuid::Uuid::from_u128(1)),
            currency: euro(),
            term: Term::OneYear,
            tax_class: TaxClass::Software,
            quantity_min: 1,
            quantity_max: 10_000,
            tiers: &self.tiers,
            sold_here: true,
            segment_allowed: true,
        };
        let policy_terms = PolicyTerms { activations_per_unit: 3, ..PolicyTerms::default() };
        RequestedLine { offer, quantity, policy: policy_id(), policy_terms, reviewed_price: None }
    }

    fn request<'a>(&'a self, lines: &'a [RequestedLine<'a>]) -> OrderRequest<'a> {
        OrderRequest {
            at: instant(NOW),
            zone: &self.zone,
            seller_country: country("CZ"),
            customer: CustomerFacts {
                country: country("CZ"),
                vat: VatStatus::NoNumber,
                locked: false,
                relationship_active: true,
                agreement_accepted: true,
            },
            partner_suspended: false,
            payment: PaymentTerms::OnAccount,
            credit: CreditLine { currency: euro(), limit: minor(100_000_000), balance: Amount::ZERO },
            tax_rates: &self.rates,
            lines,
            reviewed_total: None,
        }
    }
}

#[test]
fn an_order_keeps_price_tax_term_window_and_limit() {
    let given = given_prices("100", None);
    let order = decide_order(&given.request(&[given.line(2)])).unwrap();
    assert_eq!(
        (order.state, order.net, order.tax, order.total),
        (OrderState::Completed, minor(20_000), minor(4_200), minor(24_200))
    );
    let line = &order.lines[0];
    assert_eq!((line.line, line.quantity, line.activation_limit), (0, 2, 6));
    assert_eq!((line.unit_price, line.erp, line.total), (price("100"), Some(price("200")), minor(24_200)));
    // In Prague it is 1 February already.
    assert_eq!(line.term_end.unwrap().last_day, date(2027, 1, 31));
    assert_eq!(line.snapshot.deadline, instant("2026-04-02T22:00:00Z"));
}

#[test]
fn an_order_that_is_paid_in_advance_waits_and_needs_no_credit() {
    let given = given_prices("100", None);
    let lines = [given.line(1)];
    let credit = CreditLine { limit: Amount::ZERO, ..given.request(&lines).credit };
    let request = OrderRequest { payment: PaymentTerms::InAdvance, credit, ..given.request(&lines) };
    assert_eq!(decide_order(&request).unwrap().state, OrderState::Pending);
}

#[test]
fn who_may_not_buy_is_told_why() {
    let given = given_prices("100", None);
    let lines = [given.line(1)];
    let good = given.request(&lines);
    let check = |request: OrderRequest<'_>, refusal| assert_eq!(decide_order(&request), Err(refusal));
    let customer = good.customer;
    check(OrderRequest { lines: &[], ..good }, OrderRefusal::NoLines);
    let many = vec![given.line(1); LINES_MAX + 1];
    check(given.request(&many), OrderRefusal::TooManyLines { max: 200 });
    check(OrderRequest { partner_suspended: true, ..good }, OrderRefusal::PartnerSuspended);
    let locked = CustomerFacts { locked: true, ..customer };
    check(OrderRequest { customer: locked, ..good }, OrderRefusal::CustomerLocked);
    let stranger = CustomerFacts { relationship_active: false, locked: true, ..customer };
    check(OrderRequest { customer: stranger, ..good }, OrderRefusal::NoRelationship);
    let unsigned = CustomerFacts { agreement_accepted: false, ..customer };
    check(OrderRequest { customer: unsigned, ..good }, OrderRefusal::NoAgreement);
}

#[test]
fn a_line_that_cannot_be_sold_is_named() {
    let given = given_prices("100", Some("2026-06-01T00:00:00Z"));
    let line = given.line(1);
    let check = |line: RequestedLine<'_>, at: &str, refusal| {
        let lines = [given.line(1), line];
        let request = OrderRequest { at: instant(at), ..given.request(&lines) };
        assert_eq!(decide_order(&request), Err(refusal));
    };
    let offer = line.offer;
    let with = |offer| RequestedLine { offer, ..line };
    check(with(OfferFacts { sold_here: false, ..offer }), NOW, OrderRefusal::NotSoldHere { line: 1 });
    check(with(OfferFacts { segment_allowed: false, ..offer }), NOW, OrderRefusal::SegmentNotAllowed { line: 1 });
    let out_of_range = |min, max| OrderRefusal::QuantityOutOfRange { line: 1, min, max };
    check(given.line(0), NOW, out_of_range(1, 10_000));
    check(given.line(10_001), NOW, out_of_range(1, 10_000));
    check(given.line(u32::MAX), NOW, out_of_range(1, 10_000));
    let unbounded = OfferFacts { quantity_min: 0, quantity_max: u32::MAX, ..offer };
    check(RequestedLine { quantity: u32::MAX, ..with(unbounded) }, NOW, out_of_range(1, ACTIVATIONS_MAX / 3));
    check(with(OfferFacts { tiers: &[], ..offer }), NOW, OrderRefusal::NoPrice { line: 1, quantity: 1 });
    let dollars = OfferFacts { currency: "USD".parse().unwrap(), ..offer };
    check(with(dollars), NOW, OrderRefusal::MixedCurrencies { line: 1 });
    let ended_at = instant("2026-06-01T00:00:00Z");
    check(line, "2026-06-01T00:00:00Z", OrderRefusal::PriceEnded { line: 0, ended_at });
    let starts_at = instant("2026-01-01T00:00:00Z");
    check(line, "2025-12-31T23:59:59Z", OrderRefusal::PriceNotYet { line: 0, starts_at });
}

#[test]
fn a_change_since_the_review_asks_again() {
    let given = given_prices("100", None);
    let check = |reviewed_price: Option<&str>, reviewed_total: Option<i64>, refusal| {
        let lines = [RequestedLine { reviewed_price: reviewed_price.map(price), ..given.line(1) }];
        let request = OrderRequest { reviewed_total: reviewed_total.map(minor), ..given.request(&lines) };
        assert_eq!(decide_order(&request).err(), refusal);
    };
    check(Some("100"), Some(12_100), None);
    let (reviewed, current) = (price("99"), price("100"));
    check(Some("99"), Some(12_100), Some(OrderRefusal::PriceChanged { line: 0, reviewed, current }));
    let (reviewed, current) = (minor(12_000), minor(12_100));
    check(Some("100"), Some(12_000), Some(OrderRefusal::TotalChanged { reviewed, current }));
}

#[test]
fn credit_suffices_up_to_the_limit_and_not_beyond() {
    let given = given_prices("100", None);
    let lines = [given.line(1)];
    let (limit, total) = (minor(20_000), minor(12_100));
    let check = |balance: i64, refusal| {
        let credit = CreditLine { currency: euro(), limit, balance: minor(balance) };
        assert_eq!(decide_order(&OrderRequest { credit, ..given.request(&lines) }).err(), refusal);
    };
    check(-50_000, None);
    check(7_900, None);
    check(7_901, Some(OrderRefusal::CreditExceeded { limit, balance: minor(7_901), total }));
}

#[test]
fn missing_rates_and_endless_amounts_refuse_the_order() {
    let given = given_prices("1000000000", None);
    let lines = [given.line(1)];
    let slovak = CustomerFacts { country: country("SK"), ..given.request(&lines).customer };
    let missing = MissingRate { country: country("SK"), class: TaxClass::Software, on: date(2026, 2, 1) };
    let request = OrderRequest { customer: slovak, ..given.request(&lines) };
    assert_eq!(decide_order(&request), Err(OrderRefusal::TaxRateMissing(missing)));
    let lines = vec![given.line(10_000); 2];
    assert_eq!(decide_order(&given.request(&lines)), Err(OrderRefusal::AmountOverflow));
}

proptest! {
    #[test]
    fn totals_equal_lines_and_tax(
        quantities in prop::collection::vec(1_u32..500, 1..20), micros in 0_i64..50_000_000_000, in_germany: bool,
    ) {
        let mut given = given_prices("1", None);
        given.tiers[0].unit_price = UnitPrice::from_micros(micros).unwrap();
        let lines: Vec<_> = quantities.iter().map(|quantity| given.line(*quantity)).collect();
        let country = country(if in_germany { "DE" } else { "CZ" });
        let customer = CustomerFacts { country, ..given.request(&lines).customer };
        let order = quote(&OrderRequest { customer, ..given.request(&lines) }).unwrap();
        let sum = |part: fn(&LineDraft) -> Amount| Amount::sum(order.lines.iter().map(part)).unwrap();
        prop_assert_eq!(order.net, sum(|line| line.net));
        prop_assert_eq!(order.tax, sum(|line| line.tax));
        prop_assert_eq!(order.total, sum(|line| line.total));
        prop_assert_eq!(order.total, order.net.plus(order.tax).unwrap());
    }
}
