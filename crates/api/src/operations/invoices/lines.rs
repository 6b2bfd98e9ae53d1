//! Lines of invoices, and of what is not billed yet (I-05 to I-08).

use perpetua_app::billing::{self, BilledLine, InvoiceLines, LINES_MAX, LineKey, Period};
use perpetua_domain::access::Permission as P;
use perpetua_domain::money::Currency;
use perpetua_domain::term::Term;
use perpetua_i18n::{Args, text_with};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::super::orders::{alternate_id, wire_id};
use super::number;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::{Address, Attributes, Link};
use crate::wire::money;
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::{Continuation, Position};
use crate::wire::word::Words;

/// Lines on a page, unless fewer are asked for.
const PAGE: u32 = 2_000;

/// Whether a provider has lines here; all of them are sold once, by one provider.
const PROVIDERS: Words<bool> = Words(&[
    ("none", None),
    ("office", Some(false)),
    ("azure", Some(false)),
    ("one_time", Some(true)),
    ("marketplace", Some(true)),
    ("all", Some(true)),
]);

const TYPES: Words<bool> =
    Words(&[("none", None), ("usage_line_items", Some(false)), ("billing_line_items", Some(true))]);

const PERIODS: Words<Period> =
    Words(&[("none", None), ("previous", Some(Period::Previous)), ("current", Some(Period::Current))]);

pub(super) fn rows() -> Vec<Operation> {
    let with_query = |row: Operation| {
        row.own(P::AccountView)
            .asks("provider", "onetime, marketplace or all; office and azure have none")
            .asks("invoicelineitemtype", "billinglineitems; usagelineitems has none")
            .asks("hasPartnerEarnedCredit", "Passed over")
            .asks("size", "Lines on a page, at most 2000")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<InvoiceLine>>(200)
    };
    vec![
        Operation::get("I-05", "/v1/invoices/{i}/lineitems/{provider}/{type}", handler!(old))
            .says("The lines of an invoice, as older clients ask for them")
            .own(P::AccountView)
            .asks("size", "Lines on a page, at most 2000")
            .asks("offset", "Lines to pass over")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<InvoiceLine>>(200),
        with_query(
            Operation::get("I-06", "/v1/invoices/{i}/lineitems", handler!(of_invoice))
                .says("The lines of an invoice")
                .asks("currencycode", "Passed over")
                .asks("period", "Passed over"),
        ),
        with_query(
            Operation::get("I-07", "/v1/invoices/unbilled/lineitems", handler!(unbilled))
                .says("What stands on no invoice yet")
                .demands("currencycode", "The account's currency")
                .asks("period", "current, or previous for earlier months"),
        ),
        Operation::get("I-08", "/v1/invoices/estimates/links", handler!(estimates))
            .says("Where the lines that are not billed yet are found")
            .own(P::AccountView)
            .demands("currencycode", "The account's currency")
            .answers::<Collection<EstimateLink>>(200),
    ]
}

/// A line: units bought, or with amounts below zero units credited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceLine {
    /// Always there, because two clients fail without.
    invoice_line_item_type: &'static str,
    /// Always there, because two clients fail without.
    billing_provider: &'static str,
    partner_id: String,
    customer_id: String,
    customer_name: String,
    customer_domain_name: String,
    customer_country: String,
    /// Empty while it is not billed.
    invoice_number: String,
    mpn_id: String,
    reseller_mpn_id: i64,
    order_id: String,
    alternate_id: String,
    /// The customer's purchase-order number.
    reference_id: String,
    order_date: String,
    product_id: String,
    sku_id: String,
    availability_id: String,
    product_name: String,
    sku_name: String,
    /// `New`; `Renew` for the next term of a subscription; for what was credited `Cancel` with units and
    /// `CustomerCredit` without.
    charge_type: &'static str,
    #[schema(value_type = f64)]
    unit_price: Number,
    #[schema(value_type = f64)]
    effective_unit_price: Number,
    unit_type: &'static str,
    quantity: i64,
    /// Below zero on credits.
    #[schema(value_type = f64)]
    billable_quantity: Number,
    #[schema(value_type = f64)]
    subtotal: Number,
    #[schema(value_type = f64)]
    tax_total: Number,
    #[schema(value_type = f64)]
    total_for_customer: Number,
    currency: String,
    pricing_currency: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<String>,
    subscription_description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_end_date: Option<String>,
    charge_start_date: String,
    charge_end_date: String,
    term_and_billing_cycle: String,
    billing_frequency: &'static str,
    /// The number of the credit note.
    price_adjustment_description: String,
    #[serde(rename = "pcToBCExchangeRate")]
    exchange_rate: u8,
    #[serde(rename = "pcToBCExchangeRateDate")]
    exchange_rate_date: String,
    attributes: Attributes,
}

/// Where the unbilled lines of a period are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EstimateLink {
    #[serde(rename = "type")]
    kind: &'static str,
    title: String,
    description: String,
    period: &'static str,
    link: Link,
}

async fn old(call: Call) -> Result<Answer, Fault> {
    let word = |name: &'static str, words: &Words<bool>| {
        words.read(call.params.get(name)).ok_or_else(|| Fault::enum_word(name)).map(|known| known.unwrap_or(true))
    };
    let has_lines = word("provider", &PROVIDERS)? & word("type", &TYPES)?;
    let number = number(&call).to_owned();
    let parts = ["invoices", &number, "lineitems", call.params.get("provider"), call.params.get("type")];
    let pass_over = call.query.offset()?;
    answer(&call, &List { address: Address::of(parts), source: Source::Invoice(number), has_lines, pass_over }).await
}

async fn of_invoice(call: Call) -> Result<Answer, Fault> {
    let has_lines = has_lines(&call)?;
    let number = number(&call).to_owned();
    let address = kept(&call, Address::of(["invoices", &number, "lineitems"]))?;
    answer(&call, &List { address, source: Source::Invoice(number), has_lines, pass_over: 0 }).await
}

async fn unbilled(call: Call) -> Result<Answer, Fault> {
    let has_lines = has_lines(&call)?;
    let currency = currency(&call)?;
    let period = call.query.enum_word("period", &PERIODS)?.unwrap_or(Period::Current);
    let address = kept(&call, Address::of(["invoices", "unbilled", "lineitems"]))?;
    answer(&call, &List { address, source: Source::Unbilled(period, currency), has_lines, pass_over: 0 }).await
}

async fn estimates(call: Call) -> Result<Answer, Fault> {
    let currency = currency(&call)?;
    let link = |period: &'static str| {
        let words = |id: &str| text_with(call.lang(), id, &Args::new().set("period", period.to_lowercase()));
        let address = Address::of(["invoices", "unbilled", "lineitems"])
            .and("provider", "all")
            .and("invoicelineitemtype", "billinglineitems")
            .and("currencycode", currency)
            .and("period", period.to_lowercase())
            .and("size", PAGE);
        EstimateLink {
            kind: "non_consumption",
            title: words("estimate-title"),
            description: words("estimate-description"),
            period,
            link: Link::get(address),
        }
    };
    Answer::ok(Collection::<EstimateLink>::whole(vec![link("Current"), link("Previous")], &call.address()))
}

/// Whether there can be lines of the provider and type that the query asks for.
fn has_lines(call: &Call) -> Result<bool, Fault> {
    let word = |name: &str, words| call.query.enum_word(name, words).map(|known| known.unwrap_or(true));
    Ok(word("provider", &PROVIDERS)? & word("invoicelineitemtype", &TYPES)?)
}

fn currency(call: &Call) -> Result<Currency, Fault> {
    let text = call.query.text("currencycode")?.map(str::trim);
    let text = text.ok_or_else(|| Fault::invalid_property("currencycode", Reason::Missing))?;
    text.to_ascii_uppercase().parse().map_err(|_| Fault::invalid_property("currencycode", Reason::Form))
}

/// The parameters that every page of the same list needs.
fn kept(call: &Call, address: Address) -> Result<Address, Fault> {
    ["provider", "invoicelineitemtype", "currencycode", "period"]
        .into_iter()
        .try_fold(address, |address, name| Ok(address.and_some(name, call.query.text(name)?)))
}

enum Source {
    Invoice(String),
    Unbilled(Period, Currency),
}

struct List {
    /// Its own address with what every page needs.
    address: Address,
    source: Source,
    has_lines: bool,
    /// Lines to leave out at the beginning.
    pass_over: u32,
}

impl List {
    async fn page(&self, call: &Call, after: Option<LineKey>, limit: i64) -> Result<InvoiceLines, Fault> {
        let (app, caller) = (call.app(), &call.caller);
        let found = match &self.source {
            Source::Invoice(number) => billing::lines(app, caller, number, after, limit).await,
            Source::Unbilled(period, currency) => {
                billing::unbilled(app, caller, caller.tenant, (*period, *currency), after, limit).await
            }
        };
        found.about(Family::Other)
    }

    /// Where the page asked for begins.
    async fn start(&self, call: &Call) -> Result<Option<LineKey>, Fault> {
        match call.query.seek()? {
            Seek::Previous => return Err(Fault::invalid_property("seekOperation", Reason::NotExpected)),
            Seek::Next => return after(&call.continuation()?.unwrap_or_default(), &self.address.to_string()).map(Some),
            Seek::First => {}
        }
        let (mut left, mut at) = (i64::from(self.pass_over), None);
        while left > 0 {
            let page = self.page(call, at, left.min(LINES_MAX)).await?;
            left -= i64::try_from(page.rows.len()).unwrap_or(left);
            at = page.rows.last().map(|line| line.key).or(at);
            if page.next.is_none() {
                break;
            }
        }
        Ok(at)
    }
}

async fn answer(call: &Call, list: &List) -> Result<Answer, Fault> {
    let size = call.query.size(PAGE, PAGE)?;
    let start = list.start(call).await?;
    // What is asked for may be empty by its words; who asks and for which invoice is checked all the same.
    let mut found = list.page(call, start, i64::from(size)).await?;
    if !list.has_lines {
        (found.rows, found.next) = (Vec::new(), None);
    }
    let place =
        |key: LineKey| Position::of_key(key.at.micros().to_string(), format!("{}:{}", key.entry.0, key.line_no));
    let token = match (found.rows.first(), found.next) {
        (Some(first), Some(next)) => {
            Some(Continuation { first: place(first.key), last: place(next) }.token(&list.address.to_string()))
        }
        _ => None,
    };
    let number = found.invoice.map(|invoice| invoice.number).unwrap_or_default();
    let items = found.rows.into_iter().map(|line| of(line, &number)).collect();
    Answer::ok(Collection::<InvoiceLine>::seek(items, &list.address.clone().and("size", size), token))
}

fn after(token: &str, list: &str) -> Result<LineKey, Fault> {
    let position = Continuation::read(token, list)?.last;
    let read = || {
        let (entry, line_no) = position.id.split_once(':')?;
        let micros = position.key.as_deref()?.parse().ok()?;
        Some(LineKey::new(micros, entry.parse().ok()?, line_no.parse().ok()?))
    };
    read().ok_or_else(|| Fault::invalid_property("MS-ContinuationToken", Reason::Token))
}

fn of(billed: BilledLine, invoice_number: &str) -> InvoiceLine {
    let BilledLine { line, key, .. } = &billed;
    let is_credit = billed.credit_note.is_some();
    let currency: Option<Currency> = line.currency.parse().ok();
    let amount = |minor| currency.map_or_else(|| Number::from(0), |currency| money::amount(minor, currency));
    let is_term = line.term.0.months().is_some();
    let placed = date::write(line.placed_at.timestamp());
    let ends = line.term_ends_at.map(|at| date::write(at.timestamp()));
    let charged = date::write(key.at.timestamp());
    InvoiceLine {
        invoice_line_item_type: "billing_line_items",
        billing_provider: "one_time",
        partner_id: line.partner_id.0.to_string(),
        customer_id: line.customer_id.0.to_string(),
        customer_domain_name: billed.customer_domain.clone().unwrap_or_default(),
        customer_country: billed.customer_country.clone(),
        invoice_number: invoice_number.to_owned(),
        mpn_id: String::new(),
        reseller_mpn_id: 0,
        order_id: wire_id(line.order_id.0),
        alternate_id: alternate_id(line.order_id.0),
        reference_id: billed.po_number.clone(),
        product_id: line.product_id.clone(),
        sku_id: line.sku_id.clone(),
        availability_id: line.availability_id.clone(),
        product_name: line.title.clone(),
        sku_name: line.sku_title.clone(),
        charge_type: charge_type(&billed),
        unit_price: money::unit_price(line.unit_price),
        effective_unit_price: money::unit_price(line.unit_price),
        unit_type: "Licenses",
        quantity: billed.quantity,
        billable_quantity: Number::from(if is_credit { -billed.quantity } else { billed.quantity }),
        subtotal: amount(billed.net),
        tax_total: amount(billed.tax),
        total_for_customer: amount(billed.net + billed.tax),
        currency: line.currency.clone(),
        pricing_currency: line.currency.clone(),
        // A subscription keeps the id of the line with which it began.
        subscription_id: is_term.then(|| billed.renews.map_or_else(|| line.id.0.to_string(), |id| id.to_string())),
        subscription_description: if is_term { line.title.clone() } else { String::new() },
        subscription_start_date: is_term.then(|| placed.clone()),
        subscription_end_date: if is_term { ends.clone() } else { None },
        charge_end_date: ends.filter(|_| is_term && !is_credit).unwrap_or_else(|| charged.clone()),
        charge_start_date: charged,
        term_and_billing_cycle: cycle(line.term.0),
        billing_frequency: "OneTime",
        price_adjustment_description: billed.credit_note.clone().unwrap_or_default(),
        exchange_rate: 1,
        exchange_rate_date: placed.clone(),
        order_date: placed,
        attributes: Attributes::of("OneTimeInvoiceLineItem"),
        customer_name: billed.customer_name,
    }
}

fn charge_type(billed: &BilledLine) -> &'static str {
    match (&billed.credit_note, billed.quantity, billed.renews) {
        (Some(_), 0, _) => "CustomerCredit",
        (Some(_), ..) => "Cancel",
        (None, _, Some(_)) => "Renew",
        (None, _, None) => "New",
    }
}

/// `One-time`, or `1 Year Prepaid`: words that clients show as they come.
fn cycle(term: Term) -> String {
    let Some(months) = term.months() else { return "One-time".to_owned() };
    let (count, unit) = if months % 12 == 0 { (months / 12, "Year") } else { (months, "Month") };
    format!("{count} {unit}{} Prepaid", if count == 1 { "" } else { "s" })
}
