//! Customers of the partner (contract 10, C-01 to C-17).

mod create;
mod profiles;
mod qualifications;
mod relations;

use perpetua_app::customers::{self, CustomerLine, CustomerPage, ListCustomers};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::TenantId;
use serde::Serialize;
use utoipa::ToSchema;

use super::profiles::Address as PostalAddress;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::filter::{Filter, Operator};
use crate::wire::link::{Address, Attributes, SelfLinks};
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::{Continuation, Position};

/// Customers on a page, unless fewer are asked for.
const PAGE: u32 = 500;

/// What the list can be filtered by.
const FILTERS: &[(&str, &[Operator])] = &[
    ("CompanyName", &[Operator::StartsWith]),
    ("Domain", &[Operator::StartsWith]),
    ("IndirectReseller", &[Operator::StartsWith, Operator::Equals]),
    ("IndirectCloudSolutionProvider", &[Operator::StartsWith, Operator::Equals]),
];

/// The operations.
pub fn rows() -> Vec<Operation> {
    let own = vec![
        Operation::get("C-02", "/v1/customers", handler!(list))
            .says("The partner's customers by name")
            .own(P::CustomerList)
            .asks("size", "Customers on a page; 0 means as many as possible, at most 500")
            .asks("filter", "JSON: CompanyName or Domain, starts_with")
            .asks("seekOperation", "Next or Previous with the header MS-ContinuationToken, or First")
            .answers::<Collection<Customer>>(200),
        Operation::get("C-03", "/v1/customers/{c}", handler!(get))
            .says("One customer with its profiles")
            .over_customer(P::CustomerView)
            .answers::<Customer>(200),
    ];
    [create::rows(), own, relations::rows(), profiles::rows(), qualifications::rows()].concat()
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commerce_id: Option<String>,
    company_profile: CompanyProfile,
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_profile: Option<BillingProfile>,
    /// `reseller`, or `none` once the relationship has ended.
    relationship_to_partner: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_delegated_access: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_domains: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_credentials: Option<UserCredentials>,
    links: SelfLinks,
    attributes: Attributes,
}

/// How the first administrator signs in; only in the answer that creates a customer, once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserCredentials {
    user_name: String,
    /// Counts once: signing in with it leads to choosing an own password.
    password: String,
}

/// The company behind a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompanyProfile {
    tenant_id: String,
    domain: String,
    company_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<PostalAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_registration_number: Option<String>,
    links: SelfLinks,
    attributes: Attributes,
}

/// Where bills of a customer go.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BillingProfile {
    id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    first_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    last_name: String,
    email: String,
    culture: String,
    language: String,
    company_name: String,
    default_address: PostalAddress,
    links: SelfLinks,
    attributes: Attributes,
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let size = call.query.size(PAGE, PAGE)?;
    let filter = call.query.text("filter")?.map(Filter::parse).transpose()?;
    let condition = match &filter {
        None => None,
        Some(filter) => {
            filter.allow(FILTERS)?;
            Some(filter.simple()?)
        }
    };
    if condition.is_some_and(|condition| !condition.is_about("CompanyName") && !condition.is_about("Domain")) {
        // No partner here has resellers below it, or a provider above.
        return Answer::ok(Collection::<Customer>::whole(Vec::new(), &call.address()));
    }
    let search = condition.map(|condition| condition.value.clone()).unwrap_or_default();
    let address = Address::of(["customers"]).and("size", size).and_some("filter", call.query.text("filter")?);
    let name = format!("customers {}", filter.as_ref().map(Filter::canonical).unwrap_or_default());
    let seek = call.query.seek()?;
    let after_customer = match seek {
        Seek::First => None,
        Seek::Next | Seek::Previous => {
            let token = call.continuation()?.unwrap_or_default();
            let Continuation { first, last } = Continuation::read(&token, &name)?;
            let edge = if seek == Seek::Next { last } else { first };
            let id: TenantId =
                edge.id.parse().map_err(|_| Fault::invalid_property("MS-ContinuationToken", Reason::Token))?;
            Some(id)
        }
    };
    let backwards = seek == Seek::Previous;
    let wanted = ListCustomers { search, ended: false, after: None, after_customer, backwards, limit: i64::from(size) };
    let (lines, next) = customers::list(call.app(), &call.caller, wanted).await.about(Family::Customer)?;
    let place = |line: &CustomerLine| Position::of_id(line.id.to_string());
    let token = match (next, lines.first(), lines.last()) {
        (Some(_), Some(first), Some(last)) => {
            Some(Continuation { first: place(first), last: place(last) }.token(&name))
        }
        _ => None,
    };
    // The words of a customer are found in its city too; a page may get shorter here, the next one follows.
    let fits = |line: &CustomerLine| {
        filter.as_ref().is_none_or(|filter| {
            filter.matches(&|field| match field {
                "companyname" => Some(line.name.clone()),
                _ => Some(line.domain.clone()),
            })
        })
    };
    let found = lines.into_iter().filter(fits).map(of_line);
    Answer::ok(Collection::seek(found.collect(), &address, token))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let page = customers::page(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    Answer::ok(of_page(page))
}

fn of_line(line: CustomerLine) -> Customer {
    let id = line.id.to_string();
    Customer {
        commerce_id: None,
        company_profile: company(&id, line.name, line.domain),
        billing_profile: None,
        relationship_to_partner: "reseller",
        allow_delegated_access: None,
        custom_domains: None,
        user_credentials: None,
        links: SelfLinks::at(Address::of(["customers", &id])),
        attributes: Attributes::of("Customer"),
        id,
    }
}

fn of_page(page: CustomerPage) -> Customer {
    let id = page.id.to_string();
    let billing = billing(&page);
    Customer {
        commerce_id: Some(id.clone()),
        custom_domains: Some(vec![page.domain.clone()]),
        user_credentials: None,
        company_profile: company(&id, page.name, page.domain),
        billing_profile: Some(billing),
        relationship_to_partner: "reseller",
        allow_delegated_access: Some(false),
        links: SelfLinks::at(Address::of(["customers", &id])),
        attributes: Attributes::of("Customer"),
        id,
    }
}

fn company(id: &str, name: String, domain: String) -> CompanyProfile {
    CompanyProfile {
        tenant_id: id.to_owned(),
        domain,
        company_name: name,
        address: None,
        email: None,
        organization_registration_number: None,
        links: SelfLinks::at(Address::of(["customers", id, "profiles", "company"])),
        attributes: Attributes::of("CustomerCompanyProfile"),
    }
}

fn billing(page: &CustomerPage) -> BillingProfile {
    let id = page.id.to_string();
    let (profile, contact) = (&page.profile, &page.contact);
    let or = |given: &String, own: String| if given.is_empty() { own } else { given.clone() };
    BillingProfile {
        first_name: contact.first_name.clone(),
        last_name: contact.last_name.clone(),
        email: profile.email.clone(),
        culture: or(&contact.culture, format!("{}-{}", profile.language, page.country)),
        language: or(&contact.language, profile.language.clone()),
        company_name: profile.name.clone(),
        default_address: address(page),
        links: SelfLinks::at(Address::of(["customers", &id, "profiles", "billing"])),
        attributes: Attributes::versioned("CustomerBillingProfile", page.version.to_string()),
        id,
    }
}

fn address(page: &CustomerPage) -> PostalAddress {
    let (profile, contact) = (&page.profile, &page.contact);
    PostalAddress {
        country: page.country.clone(),
        state: profile.state.clone(),
        city: profile.city.clone(),
        address_line1: profile.line1.clone(),
        address_line2: profile.line2.clone(),
        address_line3: contact.line3.clone(),
        postal_code: profile.postal_code.clone(),
        first_name: contact.first_name.clone(),
        middle_name: contact.middle_name.clone(),
        last_name: contact.last_name.clone(),
        phone_number: profile.phone.clone(),
    }
}
