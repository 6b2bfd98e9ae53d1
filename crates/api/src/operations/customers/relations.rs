//! How a customer comes and goes, and who else has to do with it (C-04 to C-06, C-14 to C-17).

use perpetua_app::customers::{self, relationships};
use perpetua_app::subscriptions::{self, ListSubscriptions};
use perpetua_domain::access::Permission as P;
use perpetua_domain::subscription::SubscriptionState;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Customer, company};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::filter::{Filter, Operator};
use crate::wire::link::{Address, Attributes, SelfLinks};
use crate::wire::page::Collection;
use crate::wire::word::same;

/// What the log of both sides says of an end that a program asked for.
const REASON: &str = "Ended through the REST interface";

pub(super) fn rows() -> Vec<Operation> {
    let end = r#"{"relationshipToPartner":"none","attributes":{"objectType":"Customer"}}"#;
    vec![
        Operation::delete("C-04", "/v1/customers/{c}", handler!(delete))
            .says("Deletes a customer; only in a sandbox, which this is not")
            .over_customer(P::RelationshipEnd),
        Operation::patch("C-05", "/v1/customers/{c}", handler!(end_relationship), end)
            .says("Ends the relationship with a customer that has no active subscription")
            .over_customer(P::RelationshipEnd)
            .answers::<Customer>(200),
        Operation::get("C-06", "/v1/customers/relationshiprequests", handler!(request))
            .says("The address under which a customer accepts the partner")
            .own(P::RelationshipInvite)
            .answers::<RelationshipRequest>(200),
        Operation::get("C-14", "/v1/customers/all/validations", handler!(validations))
            .says("Codes for customers of a restricted segment; none are needed here")
            .own(P::CustomerList)
            .answers::<Vec<ValidationCode>>(200),
        Operation::get("C-15", "/v1/customers/{c}/validationStatus", handler!(validation_status))
            .says("Whether the customer was approved")
            .over_customer(P::CustomerView)
            .demands("type", "account")
            .answers::<ValidationStatus>(200),
        Operation::get("C-16", "/v1/customers/{c}/relationships", handler!(of_customer))
            .says("Resellers between the partner and the customer; none")
            .over_customer(P::RelationshipView)
            .answers::<Collection<PartnerRelationship>>(200),
        Operation::get("C-17", "/v1/relationships", handler!(of_partner))
            .says("Resellers below the partner, or providers above it; none")
            .own(P::RelationshipView)
            .demands("relationship_type", "IsIndirectCloudSolutionProviderOf or IsIndirectResellerOf")
            .asks("filter", "JSON: Name")
            .answers::<Collection<PartnerRelationship>>(200),
    ]
}

async fn delete(_: Call) -> Result<Answer, Fault> {
    Err(Fault::of(codes::ACCESS_DENIED))
}

async fn end_relationship(call: Call) -> Result<Answer, Fault> {
    let customer = call.customer()?;
    let body = call.json()?;
    let fields = body.fields()?;
    if !same(fields.required_text("relationshipToPartner", 100)?, "none") {
        return Err(fields.fault("relationshipToPartner", Reason::Word));
    }
    let page = customers::page(call.app(), &call.caller, customer).await.about(Family::Customer)?;
    let all = ListSubscriptions { customer, order: None };
    let subscriptions = subscriptions::list(call.app(), &call.caller, all).await.about(Family::Customer)?;
    let active = subscriptions.iter().filter(|subscription| subscription.state == SubscriptionState::Active);
    let active: Vec<String> = active.map(|subscription| subscription.id.to_string()).collect();
    if !active.is_empty() {
        return Err(active.into_iter().fold(Fault::of(codes::ORDER_NOT_PROCESSED), Fault::with_data));
    }
    relationships::end(call.app(), &call.caller, customer, REASON).await.about(Family::Customer)?;
    let id = customer.to_string();
    Answer::ok(Customer {
        commerce_id: None,
        company_profile: company(&id, page.name, page.domain),
        billing_profile: None,
        relationship_to_partner: "none",
        allow_delegated_access: None,
        custom_domains: None,
        user_credentials: None,
        links: SelfLinks::at(Address::of(["customers", &id])),
        attributes: Attributes::of("Customer"),
        id,
    })
}

/// Where a customer accepts the partner.
#[derive(Debug, Serialize, ToSchema)]
struct RelationshipRequest {
    url: String,
    attributes: Attributes,
}

async fn request(call: Call) -> Result<Answer, Fault> {
    let public = &call.app().settings.public_url;
    let partner = call.caller.tenant;
    Answer::ok(RelationshipRequest {
        url: format!("{public}/invite?partnerId={partner}"),
        attributes: Attributes::of("RelationshipRequest"),
    })
}

/// A code for customers of a restricted segment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ValidationCode {
    partner_id: String,
    organization_name: String,
    validation_id: String,
    max_creates: u32,
    remaining_creates: u32,
    e_tag: String,
}

async fn validations(_: Call) -> Result<Answer, Fault> {
    Answer::ok(Vec::<ValidationCode>::new())
}

/// Whether a customer was approved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ValidationStatus {
    #[serde(rename = "type")]
    kind: &'static str,
    status: &'static str,
    last_update_date_time: String,
}

async fn validation_status(call: Call) -> Result<Answer, Fault> {
    match call.query.text("type")? {
        Some(kind) if same(kind, "account") => {}
        Some(_) => return Err(Fault::enum_word("type")),
        None => return Err(Fault::invalid_property("type", Reason::Missing)),
    }
    let page = customers::page(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let last_update_date_time = date::write(page.created_at);
    Answer::ok(ValidationStatus { kind: "account", status: "Allowed", last_update_date_time })
}

/// Another partner to which one is related.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PartnerRelationship {
    id: String,
    name: String,
    relationship_type: String,
    mpn_id: String,
    location: String,
    state: String,
    attributes: Attributes,
}

async fn of_customer(call: Call) -> Result<Answer, Fault> {
    Answer::ok(Collection::<PartnerRelationship>::whole(Vec::new(), &call.address()))
}

async fn of_partner(call: Call) -> Result<Answer, Fault> {
    let kind = call.query.text("relationship_type")?.unwrap_or_default();
    if !["IsIndirectCloudSolutionProviderOf", "IsIndirectResellerOf"].iter().any(|known| same(kind, known)) {
        return Err(Fault::invalid_property("relationship_type", Reason::Word));
    }
    if let Some(filter) = call.query.text("filter")? {
        Filter::parse(filter)?.allow(&[("Name", &[Operator::StartsWith, Operator::Equals, Operator::Substring])])?;
    }
    Answer::ok(Collection::<PartnerRelationship>::whole(Vec::new(), &call.address()))
}
