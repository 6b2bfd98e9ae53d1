//! What clients ask for in passing and this server does not have (contract 00 §13).
//!
//! A list of it under a customer is empty, so that flows that look go on; an action is refused by 400/900141.
//! Everything else is an unknown route.

use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::Fault;
use crate::wire::page::Collection;

/// Lists that are always empty: id and path.
const LISTS: [(&str, &str); 15] = [
    ("C-18", "/v1/customers/{c}/managedservices"),
    ("U-12-skus", "/v1/customers/{c}/subscribedskus"),
    ("U-12-licenses", "/v1/customers/{c}/users/{user}/licenses"),
    ("S-09-addons", "/v1/customers/{c}/subscriptions/{subscription}/addons"),
    ("S-09-conversions", "/v1/customers/{c}/subscriptions/{subscription}/conversions"),
    ("S-09-upgrades", "/v1/customers/{c}/subscriptions/{subscription}/upgrades"),
    ("S-09-transitions", "/v1/customers/{c}/subscriptions/{subscription}/transitions"),
    ("S-09-eligible", "/v1/customers/{c}/subscriptions/{subscription}/transitioneligibilities"),
    ("S-09-azure", "/v1/customers/{c}/subscriptions/{subscription}/azureEntitlements"),
    ("X-azure", "/v1/customers/{c}/azureEntitlements"),
    ("X-devices", "/v1/customers/{c}/deviceBatches"),
    ("X-policies", "/v1/customers/{c}/policies"),
    ("X-offers", "/v1/customers/{c}/offers"),
    ("X-categories", "/v1/customers/{c}/offercategories"),
    ("X-offers-of", "/v1/customers/{c}/offercategories/{category}/offers"),
];

/// Actions on something that is there: id, method and path.
const ACTIONS: [(&str, &str, &str); 14] = [
    ("U-12-update", "POST", "/v1/customers/{c}/users/{user}/licenseupdates"),
    ("S-09-convert", "POST", "/v1/customers/{c}/subscriptions/{subscription}/conversions"),
    ("S-09-upgrade", "POST", "/v1/customers/{c}/subscriptions/{subscription}/upgrades"),
    ("S-09-transit", "POST", "/v1/customers/{c}/subscriptions/{subscription}/transitions"),
    ("S-10-register", "POST", "/v1/customers/{c}/subscriptions/{subscription}/registrations"),
    ("O-08-attach", "POST", "/v1/customers/{c}/orders/{order}/attachments"),
    ("X-devices-add", "POST", "/v1/customers/{c}/deviceBatches"),
    ("X-devices-policy", "PATCH", "/v1/customers/{c}/DevicePolicyUpdates"),
    ("X-policies-add", "POST", "/v1/customers/{c}/policies"),
    ("X-transfer", "POST", "/v1/customers/{c}/transfers"),
    ("X-migrate", "POST", "/v1/customers/{c}/migrations/newcommerce"),
    ("X-consent", "POST", "/v1/customers/{c}/applicationconsents"),
    ("X-upgrade", "POST", "/v1/customers/{c}/productUpgrades"),
    ("X-budget", "PATCH", "/v1/customers/{c}/usagebudget"),
];

/// The operations.
pub fn rows() -> Vec<Operation> {
    let lists = LISTS.into_iter().map(|(id, path)| {
        Operation::get(id, path, handler!(nothing))
            .says("Always empty: this server has none")
            .over_customer(P::CustomerView)
            .answers::<Collection<Nothing>>(200)
    });
    let actions = ACTIONS.into_iter().map(|(id, method, path)| {
        let row = match method {
            "PATCH" => Operation::patch(id, path, handler!(refuse), "{}"),
            _ => Operation::post(id, path, handler!(refuse), "{}"),
        };
        row.says("Not supported by this server: answers 400 with code 900141")
            .over_customer(P::CustomerView)
            .unclaimed()
            .answers::<Nothing>(400)
    });
    lists.chain(actions).collect()
}

/// A thing that is never there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Nothing {}

async fn nothing(call: Call) -> Result<Answer, Fault> {
    Answer::ok(Collection::<Nothing>::whole(Vec::new(), &call.address()))
}

async fn refuse(_call: Call) -> Result<Answer, Fault> {
    Err(Fault::of(codes::ACTION_NOT_SUPPORTED))
}
