//! One of everything that a path can name, for tests that walk the whole table of operations.

use std::collections::BTreeMap;
use std::sync::Arc;

use perpetua_api::operation::Operation;
use perpetua_domain::access::Role;
use perpetua_domain::id::TenantId;
use perpetua_domain::term::Term;
use perpetua_test_support::{Goods, TestApp};
use serde_json::{Value, json};

use crate::client::{Client, Reply};

/// An id that nothing has.
pub const NOBODY: &str = "00000000-0000-4000-8000-00000000000f";

/// A partner with a customer that has ordered, and a program that may do everything in the name of an admin agent.
pub struct World {
    pub partner: TenantId,
    pub customer: TenantId,
    pub client: Client,
    item: String,
    yearly: String,
    order: String,
    subscription: String,
    cart: String,
    user: String,
    colleague: String,
    request: String,
    /// Its database goes away with it.
    _test: Arc<TestApp>,
}

impl World {
    pub async fn open(test: Arc<TestApp>) -> Self {
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        test.agree(partner, customer).await;
        let item = test.sell(Goods::default()).await.to_string();
        let admin = test.caller(partner, &[Role::AdminAgent]).await;
        let colleague = test.caller(partner, &[Role::HelpdeskAgent]).await.person.to_string();
        let client = Client::acting_for(&test, &admin).await;
        let at = |rest: &str| format!("/v1/customers/{customer}/{rest}");
        let line = json!({ "lineItems": [{ "id": 0, "offerId": item, "catalogItemId": item, "quantity": 2 }] });
        let order = made(client.post(&at("orders"), &line).await);
        let term = Goods { product: "HARBORYEARLY", term: Term::parse("P1Y").unwrap(), ..Goods::default() };
        let yearly = test.sell(term).await.to_string();
        let body = json!({ "lineItems": [{ "offerId": yearly, "quantity": 1 }] });
        let placed = client.post(&at("orders"), &body).await.json();
        let subscription = placed["lineItems"][0]["subscriptionId"].as_str().unwrap().to_owned();
        let cart = made(client.post(&at("carts"), &line).await);
        let read = client.get(&format!("/v1/customers/{customer}")).await.json();
        let domain = read["companyProfile"]["domain"].as_str().unwrap().to_owned();
        let user = json!({
            "userPrincipalName": format!("ada@{domain}"), "firstName": "Ada", "lastName": "Berg",
            "displayName": "Ada Berg", "usageLocation": "DE", "passwordProfile": { "password": "correct horse battery" },
        });
        let user = made(client.post(&at("users"), &user).await);
        let question = json!({
            "title": "Key rejected", "description": "It says no.", "severity": "moderate", "supportTopicId": "3001",
            "primaryContact": { "firstName": "Ada", "lastName": "Berg", "email": "ada@northlake.example" },
        });
        let request = made(client.post("/v1/servicerequests/en-US", &question).await);
        Self {
            partner,
            customer,
            client,
            item,
            yearly,
            order,
            subscription,
            cart,
            user,
            colleague,
            request,
            _test: test,
        }
    }

    /// Everything that a recorded request may name.
    pub fn names(&self) -> BTreeMap<String, String> {
        let named = [
            ("partner", self.partner.to_string()),
            ("customer", self.customer.to_string()),
            ("item", self.item.clone()),
            ("yearly", self.yearly.clone()),
            ("product", self.item.split(':').next().unwrap().to_owned()),
            ("order", self.order.clone()),
            ("subscription", self.subscription.clone()),
            ("cart", self.cart.clone()),
            ("user", self.user.clone()),
        ];
        named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The path of an operation with things that are there, and the query that it demands.
    pub fn path(&self, operation: &Operation) -> String {
        self.path_with(operation, |_| None)
    }

    /// The same, but for the parameters for which another value is given.
    pub fn path_with(&self, operation: &Operation, other: impl Fn(&str) -> Option<String>) -> String {
        let segments = operation.path.split('/').map(|segment| {
            match segment.strip_prefix('{').and_then(|segment| segment.strip_suffix('}')) {
                Some(name) => other(name).unwrap_or_else(|| self.value(operation, name)),
                None => segment.to_owned(),
            }
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let demanded = operation.query.iter().filter(|asked| asked.required);
        let query: Vec<String> =
            demanded.map(|asked| format!("{}={}", asked.name, demanded_value(asked.name))).collect();
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    fn value(&self, operation: &Operation, name: &str) -> String {
        let part = |number: usize| self.item.split(':').nth(number).unwrap().to_owned();
        match name {
            "c" | "customer" => self.customer.to_string(),
            "o" | "order" => self.order.clone(),
            "n" => "0".to_owned(),
            "cart" => self.cart.clone(),
            "u" | "user" => self.user.clone(),
            "p" => part(0),
            "s" if operation.path.contains("/skus/") => part(1),
            "s" | "subscription" => self.subscription.clone(),
            "a" => part(2),
            // What asks carries its language where others carry the number of what was asked.
            "id" if operation.id == "R-02" => "en-US".to_owned(),
            "id" if operation.path.contains("/servicerequests/") => self.request.clone(),
            "provider" => "onetime".to_owned(),
            "type" => "billinglineitems".to_owned(),
            "iso2" => "DE".to_owned(),
            "domain" => "free.example".to_owned(),
            "sheet" => "pricesheets(Market='DE',PricesheetView='software')".to_owned(),
            "templateId" => perpetua_app::customers::AGREEMENT_TEMPLATE.to_owned(),
            "person" => self.colleague.clone(),
            "role" => "helpdesk_agent".to_owned(),
            "r" => "88d8e3e3-8f55-4a1e-953a-9b9898b8876b".to_owned(),
            _ => NOBODY.to_owned(),
        }
    }

    /// The body that the table gives for an operation, with the item and ids of this world.
    pub fn body(&self, operation: &Operation) -> String {
        let text = operation.example.unwrap_or_default();
        text.replace("OPS000000001:0001:OPSAVL000001", &self.item)
    }
}

/// The table in an order in which nothing takes away what a later operation needs.
pub fn in_order() -> Vec<Operation> {
    let mut all = perpetua_api::operations::all();
    all.sort_by_key(|row| match (row.id, row.method) {
        ("C-05", _) => 3,
        (_, "DELETE") => 2,
        // Qualified as a school, the customer is sold nothing that is here.
        ("C-11" | "C-13" | "O-04" | "X-04", _) => 1,
        _ => 0,
    });
    all
}

fn demanded_value(name: &str) -> &'static str {
    match name {
        "country" => "DE",
        "targetView" => "Software",
        "type" => "account",
        "currencycode" => "EUR",
        "relationship_type" => "IsIndirectResellerOf",
        // A value for each new parameter belongs here; without it the operation is only seen to refuse.
        _ => "1",
    }
}

fn made(reply: Reply) -> String {
    let body: Value = reply.json();
    assert_eq!(reply.status.as_u16(), 201, "{body}");
    body["id"].as_str().unwrap().to_owned()
}
