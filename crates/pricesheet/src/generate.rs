//! Made-up price sheets of any size for demo, tests and measurements. The same shape always gives
//! the same rows; names are fictional.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use perpetua_domain::catalog::{ProductId, Segment, SkuId};
use perpetua_domain::country::Country;
use perpetua_domain::money::{Currency, UnitPrice};
use perpetua_domain::term::Term;

use crate::row::{BillingPlan, ChangeIndicator, PriceRow, Tier};

const FAMILIES: [(&str, i64); 4] =
    [("Harbor Server", 940), ("Harbor Desktop", 180), ("Quill Office", 310), ("Tidewater SQL", 1_750)];
const EDITIONS: [&str; 6] = ["Standard", "Enterprise", "Essentials", "Datacenter", "Professional", "Core"];
const TERMS: [(&str, Term, BillingPlan, &str); 3] = [
    ("0001", Term::Perpetual, BillingPlan::OneTime, "Perpetual"),
    ("0002", Term::OneYear, BillingPlan::OneTime, "1 year"),
    ("0003", Term::ThreeYears, BillingPlan::Annual, "3 years"),
];
const TIERS: [Tier; 2] = [Tier { min: 1, max: Some(49) }, Tier { min: 50, max: None }];
const PUBLISHER: &str = "Acme Systems";

/// A market of the made-up sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Market {
    /// ISO 3166-1 code.
    pub country: &'static str,
    /// ISO 4217 code.
    pub currency: &'static str,
    /// How many hundredths of this currency make one US dollar, about.
    pub rate_percent: i64,
}

/// Markets in which the demo sells.
pub const MARKETS: [Market; 6] = [
    Market { country: "US", currency: "USD", rate_percent: 100 },
    Market { country: "DE", currency: "EUR", rate_percent: 92 },
    Market { country: "CZ", currency: "CZK", rate_percent: 2_290 },
    Market { country: "GB", currency: "GBP", rate_percent: 79 },
    Market { country: "AT", currency: "EUR", rate_percent: 92 },
    Market { country: "JP", currency: "JPY", rate_percent: 15_100 },
];

/// What the sheet shall hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Rows in all.
    pub rows: usize,
    /// Products, at least 1. Rows beyond one price per product, SKU, market, segment and tier become
    /// prices of later months; more than 128 months per item exceed what an import accepts.
    pub products: usize,
    /// Markets; unknown countries and currencies are passed over.
    pub markets: Vec<Market>,
}

impl Default for Shape {
    /// The whole price list of the four demo products.
    fn default() -> Self {
        Self {
            rows: FAMILIES.len() * rows_per_product(MARKETS.len()),
            products: FAMILIES.len(),
            markets: MARKETS.to_vec(),
        }
    }
}

impl Shape {
    /// As many products as it takes for `rows` prices that are all valid at the same time.
    pub fn of_rows(rows: usize) -> Self {
        Self { rows, products: rows.div_ceil(rows_per_product(MARKETS.len())).max(1), markets: MARKETS.to_vec() }
    }
}

fn rows_per_product(markets: usize) -> usize {
    TERMS.len() * markets * Segment::ALL.len() * TIERS.len()
}

/// The rows of a made-up sheet.
pub fn sheet(shape: &Shape) -> impl Iterator<Item = PriceRow> + use<> {
    let markets: Vec<_> = shape.markets.iter().filter_map(parse_market).collect();
    let products = shape.products.max(1);
    let months = shape.rows.div_ceil((products * rows_per_product(markets.len())).max(1));
    let rows = if markets.is_empty() { 0 } else { shape.rows };
    (0..rows).filter_map(move |index| row(index, products, &markets, months))
}

fn parse_market(market: &Market) -> Option<(Country, Currency, i64)> {
    Some((Country::parse(market.country)?, market.currency.parse().ok()?, market.rate_percent))
}

/// Takes the remainder as position in `length` and keeps the quotient for the next dimension.
fn digit(index: &mut usize, length: usize) -> usize {
    let digit = *index % length;
    *index /= length;
    digit
}

fn row(index: usize, products: usize, markets: &[(Country, Currency, i64)], months: usize) -> Option<PriceRow> {
    let mut rest = index;
    let tier = digit(&mut rest, TIERS.len());
    let segment = Segment::ALL[digit(&mut rest, Segment::ALL.len())];
    let (market, currency, rate_percent) = markets[digit(&mut rest, markets.len())];
    let (sku, term, billing_plan, term_name) = TERMS[digit(&mut rest, TERMS.len())];
    let product = digit(&mut rest, products);
    let month = rest;
    let title = product_title(product);
    let cents = unit_cents(product, month, term, segment, tier) * rate_percent / 100;
    Some(PriceRow {
        change: Some(ChangeIndicator::Unchanged),
        product_id: ProductId::parse(&format!("OPS{:09}", product + 1))?,
        sku_id: SkuId::parse(sku)?,
        sku_title: format!("{title} – {term_name}"),
        publisher: PUBLISHER.to_owned(),
        sku_description: format!("{title}, one license, {}.", term_name.to_lowercase()),
        unit_of_measure: "1 License".to_owned(),
        product_title: title,
        term,
        billing_plan,
        market,
        currency,
        unit_price: UnitPrice::from_micros(cents * 10_000)?,
        tier: TIERS[tier],
        valid_from: first_of_month(month),
        valid_until: if month + 1 < months { first_of_month(month + 1) } else { None },
        tags: vec![
            "Software".to_owned(),
            if term == Term::Perpetual { "Perpetual" } else { "Subscription" }.to_owned(),
        ],
        erp_price: UnitPrice::from_micros(cents * 5 / 4 * 10_000),
        segment,
        previous_values: String::new(),
    })
}

/// The first four products bear the plain family names, later ones an edition and a number.
fn product_title(product: usize) -> String {
    let family = FAMILIES[product % FAMILIES.len()].0;
    let round = product / FAMILIES.len();
    let Some(variant) = round.checked_sub(1) else { return family.to_owned() };
    let edition = EDITIONS[variant % EDITIONS.len()];
    match variant / EDITIONS.len() {
        0 => format!("{family} {edition}"),
        release => format!("{family} {edition} R{}", release + 1),
    }
}

fn unit_cents(product: usize, month: usize, term: Term, segment: Segment, tier: usize) -> i64 {
    let small = |number: usize| i64::try_from(number % 1_000).unwrap_or(0);
    let dollars = FAMILIES[product % FAMILIES.len()].1 + small(product / FAMILIES.len()) * 7 + small(month) * 3;
    let term_percent = if term == Term::Perpetual {
        100
    } else if term == Term::OneYear {
        40
    } else {
        105
    };
    let segment_percent = match segment {
        Segment::Commercial => 100,
        Segment::Government => 90,
        Segment::Education => 45,
        Segment::Nonprofit => 35,
    };
    let tier_percent = if tier == 0 { 100 } else { 92 };
    dollars * term_percent * segment_percent * tier_percent / 10_000
}

fn first_of_month(month: usize) -> Option<Timestamp> {
    let months = i32::try_from(month).ok()?;
    let day = date(2024, 1, 1).checked_add(months.months()).ok()?;
    day.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}
