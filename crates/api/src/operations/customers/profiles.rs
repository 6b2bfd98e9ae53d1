//! The billing and the company profile of a customer (C-07 to C-09).

use perpetua_app::customers::{self, EditCustomer, Profile};
use perpetua_domain::access::Permission as P;

use super::create::{fault, profile};
use super::{BillingProfile, CompanyProfile, address, billing, company};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault, Reason};

const EXAMPLE: &str = r#"{"email":"ada@northlake.example","culture":"en-US","language":"en","companyName":"Northlake Tools","defaultAddress":{"firstName":"Ada","lastName":"Berg","addressLine1":"Lange Reihe 12","city":"Hamburg","postalCode":"20095","country":"DE"},"attributes":{"etag":"1"}}"#;

/// Names of a profile's fields as the body writes them.
const FIELDS: &[(&str, &str)] = &[
    ("name", "companyName"),
    ("country", "defaultAddress.country"),
    ("line1", "defaultAddress.addressLine1"),
    ("line2", "defaultAddress.addressLine2"),
    ("city", "defaultAddress.city"),
    ("state", "defaultAddress.state"),
    ("postalCode", "defaultAddress.postalCode"),
    ("phone", "defaultAddress.phoneNumber"),
];

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("C-07", "/v1/customers/{c}/profiles/billing", handler!(get_billing))
            .says("Where bills of a customer go")
            .over_customer(P::CustomerView)
            .answers::<BillingProfile>(200),
        Operation::put("C-08", "/v1/customers/{c}/profiles/billing", handler!(put_billing), EXAMPLE)
            .says("Replaces the billing profile; the etag in attributes or If-Match guards it")
            .over_customer(P::CustomerEdit)
            .answers::<BillingProfile>(200),
        Operation::get("C-09", "/v1/customers/{c}/profiles/company", handler!(get_company))
            .says("The company behind a customer, with address and e-mail address")
            .over_customer(P::CustomerView)
            .answers::<CompanyProfile>(200),
    ]
}

async fn get_billing(call: Call) -> Result<Answer, Fault> {
    let page = customers::page(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    Answer::ok(billing(&page))
}

async fn put_billing(call: Call) -> Result<Answer, Fault> {
    let customer = call.customer()?;
    let body = call.json()?;
    let body = body.fields()?;
    let old = customers::page(call.app(), &call.caller, customer).await.about(Family::Customer)?;
    let etag = old.version.to_string();
    call.if_match(body.etag(), &etag)?;
    let (new, country) = profile(&body, &old.profile.registration_number)?;
    if country.code() != old.country {
        return Err(Fault::invalid_property("defaultAddress.country", Reason::Fixed));
    }
    let new = Profile { segment: old.profile.segment, vat_id: old.profile.vat_id, ..new };
    let guarded = !call.header("If-Match").is_empty() || body.etag().is_some();
    let is_any = call.header("If-Match").trim() == "*";
    let version = (guarded && !is_any).then_some(old.version);
    let command = EditCustomer { customer, profile: new.clone(), version };
    customers::edit(call.app(), &call.caller, command)
        .await
        .map_err(|problem| fault(&problem, country, &new, FIELDS))?;
    get_billing(call).await
}

async fn get_company(call: Call) -> Result<Answer, Fault> {
    let page = customers::page(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let number = Some(page.profile.registration_number.clone()).filter(|number| !number.is_empty());
    Answer::ok(CompanyProfile {
        address: Some(address(&page)),
        email: Some(page.profile.email.clone()),
        organization_registration_number: number,
        ..company(&page.id.to_string(), page.name, page.domain)
    })
}
