//! Orders, their cancellation, provisioning status and activation links (contract 30, O-01 to O-07).

use data_encoding::BASE64URL_NOPAD;
use perpetua_app::cancellation;
use perpetua_app::orders::{self, ListOrders, OrderLineView, OrderView, PlaceOrder, PlaceSource, WantedLine};
use perpetua_domain::access::Permission as P;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::catalog::{CatalogItemId, OfferKind};
use perpetua_domain::id::{OrderId, OrderLineId, TenantId};
use perpetua_domain::money::{Amount, Currency};
use perpetua_domain::order::{LINES_MAX, LineState, OrderState};
use perpetua_i18n::Lang;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::carts::CYCLES;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::{Address, Attributes, Link};
use crate::wire::money;
use crate::wire::page::Collection;

/// Orders of one list: the contract's list has no pages.
const LIST_MAX: i64 = 1_000;

const EXAMPLE: &str = r#"{"billingCycle":"one_time","lineItems":[{"lineItemNumber":0,"offerId":"OPS000000001:0001:OPSAVL000001","quantity":1}]}"#;
const EXAMPLE_CANCEL: &str = r#"{"status":"cancelled","lineItems":[{"lineItemNumber":0}]}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let price = "true adds prices, for those who may see them";
    vec![
        Operation::post("O-01", "/v1/customers/{c}/orders", handler!(create), EXAMPLE)
            .says("Order without a cart")
            .over_customer(P::OrderPlace)
            .answers::<Order>(201),
        Operation::get("O-02", "/v1/customers/{c}/orders", handler!(list))
            .says("The customer's orders, newest first")
            .over_customer(P::OrderView)
            .asks("include_price", price)
            .asks("billingType", "Only orders of this billing cycle")
            .answers::<Collection<Order>>(200),
        Operation::get("O-03", "/v1/customers/{c}/orders/{o}", handler!(get))
            .says("One order")
            .over_customer(P::OrderView)
            .asks("include_price", price)
            .answers::<Order>(200),
        Operation::patch("O-04", "/v1/customers/{c}/orders/{o}", handler!(change), EXAMPLE_CANCEL)
            .says("Cancel an order or lines of it within the window")
            .over_customer(P::PurchaseCancel)
            .answers::<Order>(200),
        Operation::get("O-05", "/v1/customers/{c}/orders/{o}/provisioningstatus", handler!(provisioning))
            .says("Whether keys and media of each line are there")
            .over_customer(P::OrderView)
            .answers::<Collection<ProvisioningStatus>>(200),
        Operation::get("O-06", "/v1/customers/{c}/orders/{o}/lineitems/{n}/activationlinks", handler!(links_of_line))
            .says("Where the key and media of one line are found")
            .over_customer(P::OrderView)
            .answers::<Collection<ActivationLink>>(200),
        Operation::get("O-07", "/v1/customers/{c}/orders/{o}/activationlinks", handler!(links_of_order))
            .says("Where keys and media of all lines are found")
            .over_customer(P::OrderView)
            .answers::<Collection<ActivationLink>>(200),
    ]
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    id: String,
    alternate_id: String,
    reference_customer_id: String,
    billing_cycle: &'static str,
    currency_code: String,
    currency_symbol: String,
    line_items: Vec<OrderLine>,
    creation_date: String,
    /// `pending`, `completed` or `cancelled`.
    status: &'static str,
    transaction_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    total_price: Option<Number>,
    links: OrderLinks,
    client: OrderClient,
    attributes: Attributes,
}

/// Where an order leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLinks {
    #[serde(rename = "self")]
    itself: Link,
    provisioning_status: Link,
    patch_operation: Link,
}

/// Through what an order was placed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderClient {
    name: &'static str,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderLine {
    line_item_number: i64,
    offer_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    term_duration: Option<String>,
    transaction_type: &'static str,
    friendly_name: String,
    /// Units left; 0 once the line was cancelled.
    quantity: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Pricing>,
    links: LineLinks,
}

/// What a line cost the partner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pricing {
    #[schema(value_type = f64)]
    list_price: Number,
    #[schema(value_type = f64)]
    discounted_price: Number,
    #[schema(value_type = f64)]
    prorated_price: Number,
    #[schema(value_type = f64)]
    price: Number,
    #[schema(value_type = f64)]
    extended_price: Number,
}

/// Where a line leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LineLinks {
    product: Link,
    sku: Link,
    availability: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<Link>,
    activation_links: Link,
}

/// How far a line is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvisioningStatus {
    line_item_number: i64,
    status: &'static str,
    quantity_provisioning_information: Vec<ProvisionedQuantity>,
    attributes: Attributes,
}

/// Units and how far they are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProvisionedQuantity {
    quantity: i64,
    status: &'static str,
}

/// Where a person finds key and media.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivationLink {
    line_item_number: i64,
    link: Link,
}

/// An order's id on the wire: base64url of its 16 bytes.
pub(super) fn wire_id(id: OrderId) -> String {
    BASE64URL_NOPAD.encode(id.as_ref())
}

/// The friendly id: the last twelve hexadecimal digits, which are random.
pub(super) fn alternate_id(id: OrderId) -> String {
    id.to_string()[24..].to_owned()
}

/// The order of an id on the wire; a UUID is taken too.
pub(super) fn parse_id(text: &str) -> Option<OrderId> {
    let decoded = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
    let by_id = decoded.and_then(|bytes| uuid::Uuid::from_slice(&bytes).ok()).map(OrderId::new);
    by_id.or_else(|| text.parse().ok())
}

/// The order in the path, by either id, and only one of the customer in the path.
pub(super) async fn find(call: &Call) -> Result<OrderView, Fault> {
    let text = call.params.get("o");
    let unknown = || Fault::of(codes::ORDER_NOT_FOUND);
    let id = match parse_id(text) {
        Some(id) => id,
        None if text.len() == 12 => by_alternate(call, text).await?.ok_or_else(unknown)?,
        None => return Err(unknown()),
    };
    let view = orders::load(call.app(), &call.caller, id).await.about(Family::Order)?;
    if view.order.customer == call.customer()? { Ok(view) } else { Err(unknown()) }
}

async fn by_alternate(call: &Call, text: &str) -> Result<Option<OrderId>, Fault> {
    let wanted = ListOrders::page(Some(call.customer()?), "", "", LIST_MAX).about(Family::Order)?;
    let found = orders::list(call.app(), &call.caller, wanted).await.about(Family::Order)?;
    Ok(found.into_iter().map(|listed| listed.id).find(|id| alternate_id(*id).eq_ignore_ascii_case(text)))
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let malformed = |fault: Fault| fault.recoded(codes::INVALID_REQUEST);
    let body = call.json().map_err(malformed)?;
    let fields = body.fields().map_err(malformed)?;
    let customer = call.customer()?;
    if let Some(named) = fields.optional_text("referenceCustomerId", 64)?
        && !named.eq_ignore_ascii_case(&customer.to_string())
    {
        return Err(fields.fault("referenceCustomerId", Reason::Differs));
    }
    fields.enum_word("billingCycle", &CYCLES)?;
    let entries = fields.array("lineItems", LINES_MAX).map_err(malformed)?.unwrap_or_default();
    if entries.is_empty() {
        return Err(malformed(fields.fault("lineItems", Reason::Missing)));
    }
    let mut numbered = Vec::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        let position = i64::try_from(position).unwrap_or(0);
        let number = entry.int("lineItemNumber")?.unwrap_or(position);
        numbered.push((number, wanted(entry)?));
    }
    numbered.sort_by_key(|(number, _)| *number);
    if numbered.iter().enumerate().any(|(index, (number, _))| i64::try_from(index) != Ok(*number)) {
        return Err(Fault::of(codes::LINE_NUMBER_INVALID));
    }
    let command = PlaceOrder {
        request_key: call.request_key("order"),
        customer,
        source: PlaceSource::Lines(numbered.into_iter().map(|(_, line)| line).collect()),
        po_number: None,
    };
    let placed = orders::place(call.app(), &call.caller, command).await.about(Family::Order)?;
    let view = orders::load(call.app(), &call.caller, placed.id).await.about(Family::Order)?;
    Answer::created(order(&view, false)?)
}

fn wanted(entry: &Fields<'_>) -> Result<WantedLine, Fault> {
    let offer = entry.required_text("offerId", 200)?;
    let bad = || Fault::of(codes::OFFER_ID_INVALID).with_field(entry.path("offerId"), Reason::Form);
    let quantity = entry.int("quantity")?.ok_or_else(|| entry.fault("quantity", Reason::Missing))?;
    Ok(WantedLine { item: CatalogItemId::parse(offer).ok_or_else(bad)?, quantity, own_price: None, reviewed: None })
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let include_price = call.query.bool("include_price")?.unwrap_or(false);
    let cycle = call.query.enum_word("billingType", &CYCLES)?;
    let wanted = ListOrders::page(Some(call.customer()?), "", "", LIST_MAX).about(Family::Order)?;
    let views = orders::list_with_lines(call.app(), &call.caller, wanted).await.about(Family::Order)?;
    let all: Result<Vec<Order>, Fault> = views.iter().map(|view| order(view, include_price)).collect();
    let all = all?.into_iter().filter(|order| cycle.is_none_or(|cycle| cycle == order.billing_cycle)).collect();
    Answer::ok(Collection::whole(all, &call.address()))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let include_price = call.query.bool("include_price")?.unwrap_or(false);
    Answer::ok(order(&find(&call).await?, include_price)?)
}

async fn change(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let body = call.json().map_err(|fault| fault.recoded(codes::INVALID_REQUEST))?;
    let fields = body.fields()?;
    require_same(&call, &view, &fields)?;
    call.if_match(fields.etag(), &etag(&view))?;
    let status = fields.optional_text("status", 40)?.unwrap_or_default();
    if !status.eq_ignore_ascii_case("cancelled") {
        return unchanged(&fields, &view);
    }
    let entries = fields.array("lineItems", LINES_MAX)?.unwrap_or_default();
    let key = call.request_key(&format!("cancel {}", view.order.id));
    let app = call.app();
    let outcome = if entries.is_empty() {
        cancellation::cancel_order(app, &call.caller, key, view.order.id).await
    } else {
        let picks = picks(&entries, &view)?;
        cancellation::cancel_lines(app, &call.caller, key, view.order.id, picks).await
    };
    outcome.map_err(|problem| match problem.code {
        "window_closed" => Fault::window_passed(window_days(&view)),
        _ => Fault::from_problem(&problem, Family::Order),
    })?;
    let view = orders::load(app, &call.caller, view.order.id).await.about(Family::Order)?;
    Answer::ok(order(&view, false)?)
}

/// Days from the purchase to the end of the longest window of its lines.
pub(super) fn window_days(view: &OrderView) -> u32 {
    let longest = view.lines.iter().map(|line| line.window_closes_at).max();
    let hours = longest.map_or(0, |at| at.duration_since(view.order.placed_at).as_hours());
    u32::try_from(hours / 24).unwrap_or(0)
}

fn require_same(call: &Call, view: &OrderView, fields: &Fields<'_>) -> Result<(), Fault> {
    let customer = call.customer()?.to_string();
    let own = [wire_id(view.order.id), alternate_id(view.order.id), view.order.id.to_string()];
    if fields.optional_text("id", 100)?.is_some_and(|id| !own.iter().any(|own| own == id)) {
        return Err(fields.fault("id", Reason::Differs));
    }
    let named = fields.optional_text("referenceCustomerId", 64)?;
    if named.is_some_and(|named| !named.eq_ignore_ascii_case(&customer)) {
        return Err(fields.fault("referenceCustomerId", Reason::Differs));
    }
    Ok(())
}

/// A change that is no cancellation: the same billing cycle is none at all, everything else is refused.
fn unchanged(fields: &Fields<'_>, view: &OrderView) -> Result<Answer, Fault> {
    let entries = fields.array("lineItems", LINES_MAX)?.unwrap_or_default();
    for entry in &entries {
        if entry.optional_text("parentSubscriptionId", 64)?.is_some() {
            return Err(Fault::of(codes::ACTION_NOT_SUPPORTED));
        }
    }
    match fields.enum_word("billingCycle", &CYCLES)? {
        Some(cycle) if cycle != "one_time" => Err(Fault::of(codes::ORDER_BILLING_CYCLE_FIXED)),
        _ => Answer::ok(order(view, false)?),
    }
}

fn picks(entries: &[Fields<'_>], view: &OrderView) -> Result<Vec<Pick>, Fault> {
    let mut picks = Vec::with_capacity(entries.len());
    for entry in entries {
        let wrong = || Fault::of(codes::LINE_NUMBER_INVALID).with_field(entry.path("lineItemNumber"), Reason::Form);
        let number = entry.int("lineItemNumber")?.ok_or_else(wrong)?;
        let line = view.lines.iter().find(|line| line.line == number).ok_or_else(wrong)?;
        if entry.optional_text("offerId", 200)?.is_some_and(|offer| !offer.eq_ignore_ascii_case(&line.item)) {
            return Err(wrong());
        }
        let left = line.quantity - line.cancelled;
        if entry.int("quantity")?.is_some_and(|quantity| quantity != 0 && quantity != left) {
            return Err(entry.fault("quantity", Reason::Fixed));
        }
        picks.push(Pick {
            line: u32::try_from(number).map_err(|_| wrong())?,
            // A line without units left is refused by the rule.
            quantity: u32::try_from(left.max(1)).map_err(|_| wrong())?,
        });
    }
    Ok(picks)
}

async fn provisioning(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    if view.order.state == OrderState::Pending {
        return Err(Fault::of(codes::PROVISIONING_NOT_FOUND));
    }
    let of_line = |line: &OrderLineView| {
        let left = line.quantity - line.cancelled;
        let status = if line.state == LineState::Cancelled { "Unfulfilled" } else { "Fulfilled" };
        ProvisioningStatus {
            line_item_number: line.line,
            status,
            quantity_provisioning_information: vec![ProvisionedQuantity { quantity: left, status }],
            attributes: Attributes::of("OrderLineItemProvisioningStatus"),
        }
    };
    Answer::ok(Collection::whole(view.lines.iter().map(of_line).collect(), &call.address()))
}

async fn links_of_line(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?;
    let links = activation_link(&call, &view, line).into_iter().collect();
    Answer::ok(Collection::<ActivationLink>::whole(links, &call.address()))
}

async fn links_of_order(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let links = view.lines.iter().filter_map(|line| activation_link(&call, &view, line)).collect();
    Answer::ok(Collection::<ActivationLink>::whole(links, &call.address()))
}

/// The line of the order that the path names.
pub(super) fn line_of<'v>(call: &Call, view: &'v OrderView) -> Result<&'v OrderLineView, Fault> {
    let number: Option<i64> = call.params.get("n").parse().ok();
    let line = view.lines.iter().find(|line| Some(line.line) == number);
    line.ok_or_else(|| Fault::of(codes::LINE_NUMBER_INVALID))
}

fn activation_link(call: &Call, view: &OrderView, line: &OrderLineView) -> Option<ActivationLink> {
    if line.state == LineState::Cancelled || view.order.state != OrderState::Completed {
        return None;
    }
    Some(software_page(call, view.order.customer, line.id, line.line))
}

/// The page of a line, under the number of the line as the caller counts it.
pub(super) fn software_page(
    call: &Call,
    customer: TenantId,
    line: OrderLineId,
    line_item_number: i64,
) -> ActivationLink {
    let base = &call.app().settings.public_url;
    let uri = format!("{base}/partner/customers/{customer}/software/{line}");
    ActivationLink { line_item_number, link: Link::get(uri) }
}

/// Changes whenever a line was cancelled.
fn etag(view: &OrderView) -> String {
    let cancelled: i64 = view.lines.iter().map(|line| line.cancelled).sum();
    format!("{}-{cancelled}", view.order.state.as_text())
}

/// An order on the wire.
pub(super) fn order(view: &OrderView, include_price: bool) -> Result<Order, Fault> {
    let summary = &view.order;
    if include_price && summary.charged.is_none() {
        return Err(Fault::of(codes::PRICES_NOT_GRANTED));
    }
    let (id, customer) = (wire_id(summary.id), summary.customer.to_string());
    let path =
        |rest: &[&str]| Address::of(["customers", &customer, "orders", &id].into_iter().chain(rest.iter().copied()));
    Ok(Order {
        alternate_id: alternate_id(summary.id),
        reference_customer_id: customer.clone(),
        billing_cycle: "one_time",
        currency_code: summary.currency.to_string(),
        currency_symbol: perpetua_i18n::format::currency_symbol(Lang::En, summary.currency),
        line_items: view.lines.iter().map(|line| line_item(view, line, include_price)).collect(),
        creation_date: date::write(summary.placed_at),
        status: summary.state.as_text(),
        transaction_type: if view.renews.is_some() { "SystemPurchase" } else { "UserPurchase" },
        total_price: summary.charged.filter(|_| include_price).map(|charged| number(charged.net, summary.currency)),
        links: OrderLinks {
            itself: Link::get(path(&[])),
            provisioning_status: Link::get(path(&["provisioningstatus"])),
            patch_operation: Link::to("PATCH", path(&[])),
        },
        client: OrderClient { name: "Partner Center API" },
        attributes: Attributes::versioned("Order", etag(view)),
        id,
    })
}

fn line_item(view: &OrderView, line: &OrderLineView, include_price: bool) -> OrderLine {
    let (id, customer) = (wire_id(view.order.id), view.order.customer.to_string());
    let mut parts = line.item.split(':');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (product, sku, availability) = (part(), part(), part());
    let number_text = line.line.to_string();
    let is_term = line.kind == OfferKind::Subscription;
    // A subscription has the id of its first line, whatever line its present term stands on.
    let first = || view.renews.map_or_else(|| line.id.to_string(), |subscription| subscription.to_string());
    let subscription = is_term.then(first);
    OrderLine {
        line_item_number: line.line,
        offer_id: line.item.clone(),
        term_duration: is_term.then(|| line.term.to_string()),
        transaction_type: if view.renews.is_some() { "Renew" } else { "New" },
        friendly_name: format!("{} {}", line.title, line.sku_title).trim().to_owned(),
        quantity: line.quantity - line.cancelled,
        pricing: line.charged.filter(|_| include_price).map(|charged| pricing(line, charged.net, view.order.currency)),
        links: LineLinks {
            product: Link::get(Address::of(["products", &product])),
            sku: Link::get(Address::of(["products", &product, "skus", &sku])),
            availability: Link::get(Address::of(["products", &product, "skus", &sku, "availabilities", &availability])),
            subscription: subscription
                .as_ref()
                .map(|subscription| Link::get(Address::of(["customers", &customer, "subscriptions", subscription]))),
            activation_links: Link::get(Address::of([
                "customers",
                &customer,
                "orders",
                &id,
                "lineitems",
                &number_text,
                "activationlinks",
            ])),
        },
        subscription_id: subscription,
    }
}

fn pricing(line: &OrderLineView, net: Amount, currency: Currency) -> Pricing {
    let unit = || money::unit_price(line.unit_price.map_or(0, perpetua_domain::money::UnitPrice::micros));
    Pricing {
        list_price: unit(),
        discounted_price: unit(),
        prorated_price: unit(),
        price: unit(),
        extended_price: number(net, currency),
    }
}

fn number(amount: Amount, currency: Currency) -> Number {
    money::amount(amount.minor(), currency)
}
