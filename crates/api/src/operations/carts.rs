//! Carts and checkout (contract 30, K-01 to K-04).
//!
//! A bad line does not fail the call: it stays with its error, and checkout refuses until it is mended. One
//! cart becomes one order, so every line has the order group `0`.

use axum::http::StatusCode;
use perpetua_app::carts::wire::{self, LineFault, WireCart, WireLine};
use perpetua_app::orders::{self, PlaceOrder, PlaceSource};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::CartId;
use perpetua_domain::order::LINES_MAX;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::orders::{Order, order};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::{Address, Attributes, SelfLinks};
use crate::wire::word::Words;

/// A body that works, but for the catalog item.
const EXAMPLE: &str = r#"{"lineItems":[{"id":0,"catalogItemId":"OPS000000001:0001:OPSAVL000001","quantity":2,"billingCycle":"one_time","friendlyName":"HQ"}]}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::post("K-01", "/v1/customers/{c}/carts", handler!(create), EXAMPLE)
            .says("Begin a cart; a line that cannot be ordered is kept with its error")
            .over_customer(P::CartEdit)
            .answers::<Cart>(201),
        Operation::get("K-02", "/v1/customers/{c}/carts/{cart}", handler!(get))
            .says("One cart, also after it was ordered")
            .over_customer(P::CartEdit)
            .answers::<Cart>(200),
        Operation::put("K-03", "/v1/customers/{c}/carts/{cart}", handler!(replace), EXAMPLE)
            .says("Replace the lines of a cart")
            .over_customer(P::CartEdit)
            .answers::<Cart>(201),
        Operation::post("K-04", "/v1/customers/{c}/carts/{cart}/checkout", handler!(checkout), r#""success""#)
            .says("Order what stands in the cart; the body is ignored")
            .over_customer(P::OrderPlace)
            .answers::<CartCheckoutResult>(201),
    ]
}

/// A cart.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cart {
    id: String,
    creation_timestamp: String,
    last_modified_timestamp: String,
    expiration_timestamp: String,
    last_modified_user: String,
    /// `Active` or `Ordered`.
    status: &'static str,
    line_items: Vec<CartLine>,
    links: SelfLinks,
    attributes: Attributes,
}

/// A line of a cart.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartLine {
    id: i64,
    catalog_item_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    friendly_name: String,
    quantity: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    currency_code: String,
    billing_cycle: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    term_duration: String,
    order_group: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<CartError>,
}

/// Why a line cannot be ordered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartError {
    error_code: u32,
    error_description: String,
}

/// What a checkout made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CartCheckoutResult {
    orders: Vec<Order>,
    order_errors: Vec<OrderError>,
    attributes: Attributes,
}

/// A group that could not be ordered. One cart is one order here, so an error is the answer itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderError {
    order_group_id: String,
    code: u32,
    description: String,
}

/// Words of billing cycles.
pub(super) const CYCLES: Words<&'static str> = Words(&[
    ("unknown", None),
    ("monthly", Some("monthly")),
    ("annual", Some("annual")),
    ("none", Some("none")),
    ("one_time", Some("one_time")),
]);

/// The cycle of a price sheet's billing plan.
pub(super) fn cycle_of(plan: &str) -> &'static str {
    match plan.to_ascii_lowercase().as_str() {
        "monthly" => "monthly",
        "annual" => "annual",
        _ => "one_time",
    }
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let lines = lines(&call)?;
    let cart = wire::put(call.app(), &call.caller, call.customer()?, None, lines).await.about(Family::Cart)?;
    Answer::created(of(&call, cart)?)
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let id: CartId = call.id("cart", Family::Cart)?;
    let cart = wire::get(call.app(), &call.caller, call.customer()?, id).await.about(Family::Cart)?;
    Answer::ok(of(&call, cart)?)
}

async fn replace(call: Call) -> Result<Answer, Fault> {
    let id: CartId = call.id("cart", Family::Cart)?;
    let lines = lines(&call)?;
    let cart = wire::put(call.app(), &call.caller, call.customer()?, Some(id), lines).await.about(Family::Cart)?;
    Answer::created(of(&call, cart)?)
}

async fn checkout(call: Call) -> Result<Answer, Fault> {
    let id: CartId = call.id("cart", Family::Cart)?;
    let customer = call.customer()?;
    let cart = wire::get(call.app(), &call.caller, customer, id).await.about(Family::Cart)?;
    if cart.is_ordered {
        return Err(Fault::of(codes::CART_SUBMITTED));
    }
    let bad: Vec<&WireLine> = cart.lines.iter().filter(|line| line.fault.is_some()).collect();
    if !bad.is_empty() {
        let fault = Fault::of(codes::CART_HAS_ERRORS);
        return Err(bad.iter().fold(fault, |fault, line| {
            let reason = error_of(&call, line).map(|error| error.error_description).unwrap_or_default();
            fault.with_data(json!(format!("lineItems[{}]: {reason}", line.id)))
        }));
    }
    let command = PlaceOrder {
        request_key: call.request_key(&format!("checkout {id}")),
        customer,
        source: PlaceSource::Cart { cart: id, reviewed: None },
        po_number: None,
    };
    let placed = orders::place(call.app(), &call.caller, command).await.about(Family::Cart)?;
    let view = orders::load(call.app(), &call.caller, placed.id).await.about(Family::Order)?;
    let result = CartCheckoutResult {
        orders: vec![order(&view, false)?],
        order_errors: Vec::new(),
        attributes: Attributes::of("CartCheckoutResult"),
    };
    Answer::json(StatusCode::CREATED, result)
}

fn lines(call: &Call) -> Result<Vec<WireLine>, Fault> {
    let malformed = |fault: Fault| fault.recoded(codes::INVALID_REQUEST);
    let body = call.json().map_err(malformed)?;
    let fields = body.fields().map_err(malformed)?;
    let entries = fields.array("lineItems", LINES_MAX).map_err(malformed)?.unwrap_or_default();
    if entries.is_empty() {
        return Err(malformed(fields.fault("lineItems", Reason::Missing)));
    }
    let mut lines: Vec<WireLine> = Vec::with_capacity(entries.len());
    for (position, entry) in entries.iter().enumerate() {
        let line = line(entry, position)?;
        if lines.iter().any(|other| other.id == line.id) {
            return Err(malformed(entry.fault("id", Reason::Differs)));
        }
        lines.push(line);
    }
    Ok(lines)
}

fn line(entry: &Fields<'_>, position: usize) -> Result<WireLine, Fault> {
    let item = match entry.optional_text("catalogItemId", 200)? {
        Some(item) => item,
        None => entry.optional_text("catalogId", 200)?.ok_or_else(|| {
            Fault::of(codes::CATALOG_ITEM_MISSING).with_field(entry.path("catalogItemId"), Reason::Missing)
        })?,
    };
    entry.enum_word("billingCycle", &CYCLES)?;
    let position = i64::try_from(position).unwrap_or(0);
    Ok(WireLine {
        id: entry.int_in("id", 0, 1_000_000)?.unwrap_or(position),
        item: item.to_owned(),
        quantity: entry.int("quantity")?.ok_or_else(|| entry.fault("quantity", Reason::Missing))?,
        friendly_name: entry.optional_text("friendlyName", 256)?.unwrap_or_default().to_owned(),
        term: entry.optional_text("termDuration", 20)?.unwrap_or_default().to_owned(),
        has_participants: entry.array("participants", 10)?.is_some_and(|all| !all.is_empty()),
        currency: String::new(),
        plan: String::new(),
        fault: None,
    })
}

fn of(call: &Call, cart: WireCart) -> Result<Cart, Fault> {
    let id = cart.id.to_string();
    let customer = call.customer()?.to_string();
    let lines = cart.lines.iter().map(|line| CartLine {
        id: line.id,
        catalog_item_id: line.item.clone(),
        friendly_name: line.friendly_name.clone(),
        quantity: line.quantity,
        currency_code: line.currency.clone(),
        billing_cycle: cycle_of(&line.plan),
        term_duration: line.term.clone(),
        order_group: "0",
        error: error_of(call, line),
    });
    Ok(Cart {
        line_items: lines.collect(),
        creation_timestamp: date::write(cart.created_at),
        last_modified_timestamp: date::write(cart.changed_at),
        expiration_timestamp: date::write(cart.expires_at),
        last_modified_user: cart.created_by.to_string(),
        status: if cart.is_ordered { "Ordered" } else { "Active" },
        links: SelfLinks::at(Address::of(["customers", &customer, "carts", &id])),
        attributes: Attributes::of("Cart"),
        id,
    })
}

fn error_of(call: &Call, line: &WireLine) -> Option<CartError> {
    let fault = LineFault::parse(line.fault.as_deref()?)?;
    let error_code = match fault {
        LineFault::Currency => 10_000,
        LineFault::Item => 10_001,
        LineFault::Quantity => 10_002,
        LineFault::Participants => 10_004,
        LineFault::Term | LineFault::Segment => 10_006,
    };
    let text = perpetua_i18n::text(call.lang(), &format!("cart-fault-{}", fault.as_text()));
    Some(CartError { error_code, error_description: text.into_owned() })
}
