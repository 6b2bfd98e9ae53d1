//! Subscriptions of term software (contract 40, S-01 to S-03; the rest of their family in `more`). Perpetual
//! software makes none.

mod more;

use perpetua_app::subscriptions::{self, ChangeSubscription, ListSubscriptions, Patch, SubscriptionView};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::{OrderId, SubscriptionId};
use perpetua_domain::policy::RefundRule;
use perpetua_domain::subscription::{SubscriptionState, Suspension};
use perpetua_domain::term::Term;
use serde::Serialize;
use utoipa::ToSchema;

use super::carts::CYCLES;
use super::orders::{parse_id, wire_id};
use crate::call::{About as _, Answer, Call, Client};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::{Address, Attributes, Link};
use crate::wire::page::Collection;
use crate::wire::word::Words;

const EXAMPLE: &str = r#"{"friendlyName":"HQ","status":"active","autoRenewEnabled":false}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let own = vec![
        Operation::get("S-01", "/v1/customers/{c}/subscriptions", handler!(list))
            .says("The customer's subscriptions, newest first, deleted ones included")
            .over_customer(P::SoftwareView)
            .asks("order_id", "Only those of this order")
            .asks("mpn_id", "Only those sold through this reseller; there are none")
            .answers::<Collection<Subscription>>(200),
        Operation::get("S-02", "/v1/customers/{c}/subscriptions/{s}", handler!(get))
            .says("One subscription")
            .over_customer(P::SoftwareView)
            .answers::<Subscription>(200),
        Operation::patch("S-03", "/v1/customers/{c}/subscriptions/{s}", handler!(change), EXAMPLE)
            .says("Rename, suspend, activate or, within the window, cancel a subscription")
            .over_customer(P::SubscriptionEdit)
            .answers::<Subscription>(200),
    ];
    [own, more::rows()].concat()
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    id: String,
    offer_id: String,
    offer_name: String,
    friendly_name: String,
    product_type: ProductType,
    quantity: u32,
    unit_type: &'static str,
    has_purchasable_addons: bool,
    creation_date: String,
    effective_start_date: String,
    commitment_end_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancellation_allowed_until_date: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suspension_reasons: Vec<&'static str>,
    auto_renew_enabled: bool,
    is_trial: bool,
    billing_type: &'static str,
    billing_cycle: &'static str,
    term_duration: String,
    renewal_term_duration: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refund_options: Vec<RefundOption>,
    is_microsoft_product: bool,
    actions: Vec<&'static str>,
    contract_type: &'static str,
    links: SubscriptionLinks,
    order_id: String,
    attributes: Attributes,
}

/// The type of a product.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductType {
    id: &'static str,
    display_name: &'static str,
}

/// What a cancellation gives back, and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundOption {
    #[serde(rename = "type")]
    kind: &'static str,
    expires_at: String,
}

/// Where a subscription leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionLinks {
    product: Link,
    sku: Link,
    availability: Link,
    #[serde(rename = "self")]
    itself: Link,
}

/// Words of states that can be asked for; `none` means "not given".
const STATES: Words<SubscriptionState> = Words(&[
    ("none", None),
    ("active", Some(SubscriptionState::Active)),
    ("suspended", Some(SubscriptionState::Suspended)),
    ("deleted", Some(SubscriptionState::Deleted)),
    ("cancelled", Some(SubscriptionState::Deleted)),
    ("expired", Some(SubscriptionState::Expired)),
    ("disabled", Some(SubscriptionState::Suspended)),
    ("pending", None),
]);

async fn list(call: Call) -> Result<Answer, Fault> {
    // An order that cannot exist has no subscriptions.
    let nowhere = || OrderId::new(uuid::Uuid::nil());
    let order = call.query.text("order_id")?.map(|text| parse_id(text).unwrap_or_else(nowhere));
    let through_reseller = call.query.int("mpn_id")?.is_some();
    let wanted = ListSubscriptions { customer: call.customer()?, order };
    let found = subscriptions::list(call.app(), &call.caller, wanted).await.about(Family::Subscription)?;
    let all = found.iter().filter(|_| !through_reseller).map(|view| of(view, call.client)).collect();
    Answer::ok(Collection::<Subscription>::whole(all, &call.address()))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    Answer::ok(of(&view, call.client))
}

async fn find(call: &Call) -> Result<SubscriptionView, Fault> {
    let id: SubscriptionId = call.id("s", Family::Subscription)?;
    subscriptions::get(call.app(), &call.caller, call.customer()?, id).await.about(Family::Subscription)
}

async fn change(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let body = call.json()?;
    let fields = body.fields()?;
    call.if_match(fields.etag(), &etag(&view))?;
    let renewal_term = match fields.optional_text("renewalTermDuration", 20)? {
        Some(text) => Some(Term::parse(text).ok_or_else(|| fields.fault("renewalTermDuration", Reason::Form))?),
        None => None,
    };
    let cycle = fields.enum_word("billingCycle", &CYCLES)?;
    let patch = Patch {
        friendly_name: fields.optional_text("friendlyName", 256)?.map(str::to_owned),
        // What goes out as another word comes back as one; it then is no wish.
        state: fields
            .enum_word("status", &STATES)?
            .filter(|state| word(view.state, call.client) != word(*state, call.client)),
        quantity: fields.int("quantity")?,
        auto_renew: fields.bool("autoRenewEnabled")?,
        renewal_term,
        other_billing: cycle.is_some_and(|cycle| cycle != "one_time"),
        other_partner: fields.digits("partnerId", 20)?.is_some(),
    };
    let command = ChangeSubscription {
        customer: call.customer()?,
        subscription: view.id,
        expected_version: None,
        request_key: call.request_key(&format!("subscription {}", view.id)),
        patch,
    };
    let changed = subscriptions::change(call.app(), &call.caller, command).await;
    let changed = changed.map_err(|problem| match problem.code {
        "window_closed" => Fault::window_passed(window_days(&view)),
        _ => Fault::from_problem(&problem, Family::Subscription),
    })?;
    Answer::ok(of(&changed, call.client))
}

fn window_days(view: &SubscriptionView) -> u32 {
    let hours = view.window_closes_at.duration_since(view.starts_at).as_hours();
    u32::try_from(hours / 24).unwrap_or(0)
}

fn etag(view: &SubscriptionView) -> String {
    view.version.to_string()
}

/// The word of a state; two clients know the first four words only.
fn word(state: SubscriptionState, client: Client) -> &'static str {
    match state {
        SubscriptionState::Expired if client.is_strict() => "suspended",
        state => state.as_text(),
    }
}

fn reasons(view: &SubscriptionView, client: Client) -> Vec<&'static str> {
    match (view.state, view.suspension) {
        (SubscriptionState::Expired, _) if client.is_strict() => vec!["Expiration"],
        (SubscriptionState::Suspended, Some(Suspension::Operator)) => vec!["OperatorRequested"],
        (SubscriptionState::Suspended, _) => vec!["PartnerRequested"],
        _ => Vec::new(),
    }
}

fn of(view: &SubscriptionView, client: Client) -> Subscription {
    let id = view.id.to_string();
    let availability = ["products", &view.product_id, "skus", &view.sku_id, "availabilities", &view.availability_id];
    let is_full = matches!(view.refund, RefundRule::Full);
    let option =
        RefundOption { kind: if is_full { "Full" } else { "Partial" }, expires_at: date::write(view.window_closes_at) };
    Subscription {
        offer_id: format!("{}:{}:{}", view.product_id, view.sku_id, view.availability_id),
        offer_name: format!("{} {}", view.title, view.sku_title).trim().to_owned(),
        friendly_name: view.friendly_name.clone(),
        product_type: ProductType { id: "Software", display_name: "Software" },
        quantity: view.quantity,
        unit_type: "Licenses",
        has_purchasable_addons: false,
        creation_date: date::write(view.created_at),
        effective_start_date: date::write(view.starts_at),
        commitment_end_date: date::write(view.term_ends_at),
        cancellation_allowed_until_date: view.is_cancellable.then(|| date::write(view.window_closes_at)),
        status: word(view.state, client),
        suspension_reasons: reasons(view, client),
        auto_renew_enabled: view.auto_renew,
        is_trial: false,
        billing_type: "license",
        billing_cycle: "one_time",
        term_duration: view.term.to_string(),
        renewal_term_duration: view.renewal_term.to_string(),
        refund_options: if view.is_cancellable { vec![option] } else { Vec::new() },
        is_microsoft_product: false,
        actions: if view.is_cancellable { vec!["Cancel", "Edit"] } else { vec!["Edit"] },
        contract_type: "subscription",
        links: SubscriptionLinks {
            product: Link::get(Address::of(&availability[..2])),
            sku: Link::get(Address::of(&availability[..4])),
            availability: Link::get(Address::of(availability)),
            itself: Link::get(Address::of(["customers", &view.customer.to_string(), "subscriptions", &id])),
        },
        order_id: wire_id(view.order),
        attributes: Attributes::versioned("Subscription", etag(view)),
        id,
    }
}
