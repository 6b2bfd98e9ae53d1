//! What a customer had before: former licenses, one by one or as a table; and the keys that its machines can move to.

use perpetua_app::fleet::{self, FleetKeyView, PRIOR_BYTES_MAX, PriorKeyType, PriorLicense, PriorLicenseView};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::RowId;
use serde::Serialize;
use utoipa::ToSchema;

use axum::http::StatusCode;

use super::{collected, day};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::Attributes;
use crate::wire::page::Collection;
use crate::wire::word::Words;

const EXAMPLE: &str = r#"{"product":"Windows 10 Enterprise","quantity":250,"programme":"Open","agreement":"V0000001","keyType":"kms","endsOn":"2027-03-31"}"#;

/// The words of key types; `unknown` stands for what is not known.
const KEY_TYPES: Words<PriorKeyType> = Words(&[
    ("unknown", None),
    ("kms", Some(PriorKeyType::Kms)),
    ("mak", Some(PriorKeyType::Mak)),
    ("other", Some(PriorKeyType::Other)),
]);

pub(super) fn rows() -> Vec<Operation> {
    let licenses = "/ext/v1/customers/{c}/fleet/priorlicenses";
    vec![
        Operation::get("X-60", licenses, handler!(list))
            .says("What a customer had under older programmes")
            .over_customer(P::FleetView)
            .answers::<Collection<FleetPriorLicense>>(200),
        Operation::post("X-61", licenses, handler!(add), EXAMPLE)
            .says("Record a former license; the same one twice is one")
            .over_customer(P::FleetEdit)
            .answers::<FleetPriorLicense>(201),
        Operation::upload("X-62", "/ext/v1/customers/{c}/fleet/priorlicenses/tables", handler!(import))
            .says("Record former licenses from a table with a header, as the plain body of the call")
            .over_customer(P::FleetEdit)
            .answers::<FleetPriorImport>(201),
        Operation::delete("X-63", "/ext/v1/customers/{c}/fleet/priorlicenses/{license}", handler!(remove))
            .says("Remove a former license")
            .over_customer(P::FleetEdit),
        Operation::get("X-64", "/ext/v1/customers/{c}/fleet/keys", handler!(keys))
            .says("The keys that machines can move to, and what is left of each; no key is shown")
            .over_customer(P::FleetView)
            .answers::<Collection<FleetKey>>(200),
    ]
}

/// A former license.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetPriorLicense {
    id: String,
    product: String,
    /// Empty when the product was not recognised.
    #[serde(skip_serializing_if = "String::is_empty")]
    product_code: String,
    quantity: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    programme: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    agreement: String,
    key_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_on: Option<String>,
    attributes: Attributes,
}

/// What a table came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetPriorImport {
    added: usize,
    /// Those that were there already.
    known: usize,
    /// Lines without product or number, from 1 with the header.
    bad_lines: Vec<u32>,
    attributes: Attributes,
}

/// A key that machines can move to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetKey {
    id: String,
    label: String,
    product: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    product_code: String,
    /// Last five characters of a key that was entered.
    #[serde(skip_serializing_if = "String::is_empty")]
    partial_key: String,
    /// Activations in all: as entered, or the limit of the purchase.
    total: i64,
    used: i64,
    remaining: i64,
    /// Activations that are kept for reinstallations.
    reserve: i64,
    /// `purchase`, or `entered` by the customer.
    origin: &'static str,
    attributes: Attributes,
}

fn of(view: PriorLicenseView) -> FleetPriorLicense {
    let PriorLicense { programme, agreement, product, quantity, key_type, ends_on } = view.license;
    FleetPriorLicense {
        id: view.id.to_string(),
        product,
        product_code: view.product_code,
        quantity,
        programme,
        agreement,
        key_type: key_type.as_text(),
        ends_on: ends_on.map(|day| day.to_string()),
        attributes: Attributes::of("FleetPriorLicense"),
    }
}

async fn found(call: &Call) -> Result<Vec<PriorLicenseView>, Fault> {
    fleet::prior_licenses(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let items = found(&call).await?.into_iter().map(of).collect();
    Answer::ok(Collection::<FleetPriorLicense>::whole(items, &call.address()))
}

async fn add(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let fields = body.fields()?;
    let text = |name: &str| Ok::<_, Fault>(fields.optional_text(name, 200)?.unwrap_or_default().to_owned());
    let license = PriorLicense {
        programme: text("programme")?,
        agreement: text("agreement")?,
        product: fields.required_text("product", 200)?.to_owned(),
        quantity: fields.int("quantity")?.ok_or_else(|| fields.fault("quantity", Reason::Missing))?,
        key_type: fields.enum_word("keyType", &KEY_TYPES)?.unwrap_or(PriorKeyType::Other),
        ends_on: day(&fields, "endsOn")?,
    };
    let customer = call.customer()?;
    let id = fleet::add_prior(call.app(), &call.caller, customer, license, None).await.about(Family::Customer)?;
    let stored = found(&call).await?.into_iter().find(|view| view.id == id);
    Answer::created(of(stored.ok_or_else(Fault::unexpected)?))
}

async fn import(call: Call) -> Result<Answer, Fault> {
    let bytes = collected(call.take_upload(), PRIOR_BYTES_MAX).await?;
    let done = fleet::import_prior(call.app(), &call.caller, call.customer()?, bytes).await.about(Family::Customer)?;
    Answer::created(FleetPriorImport {
        added: done.added,
        known: done.known,
        bad_lines: done.bad_lines,
        attributes: Attributes::of("FleetPriorImport"),
    })
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let license: RowId = call.id("license", Family::Other)?;
    fleet::remove_prior(call.app(), &call.caller, call.customer()?, license).await.about(Family::Other)?;
    Ok(Answer::Empty(StatusCode::NO_CONTENT))
}

async fn keys(call: Call) -> Result<Answer, Fault> {
    let found = fleet::keys(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let key = |key: FleetKeyView| FleetKey {
        id: key.id.to_string(),
        label: key.label,
        product: key.product,
        product_code: key.product_code,
        partial_key: key.tail,
        total: key.total,
        used: key.used,
        remaining: key.remaining,
        reserve: key.reserve,
        origin: if key.is_own { "purchase" } else { "entered" },
        attributes: Attributes::of("FleetKey"),
    };
    Answer::ok(Collection::<FleetKey>::whole(found.into_iter().map(key).collect(), &call.address()))
}
