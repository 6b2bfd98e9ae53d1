//! What else is asked of a subscription: how far it is, where its software is found, who helps, and whether it
//! was registered (S-04 to S-08, S-10).

use perpetua_app::subscriptions::{self, SubscriptionView, SupportContact as Contact};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::{SubscriptionId, TenantId};
use perpetua_domain::subscription::SubscriptionState;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::find;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::operations::orders::{ActivationLink, software_page};
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::{Address, Attributes, SelfLinks};
use crate::wire::page::Collection;

const CONTACT: &str =
    r#"{"supportTenantId":"5d1f0000-0000-4000-8000-000000000001","supportMpnId":"5501234","name":"Alfa"}"#;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("S-04", "/v1/customers/{c}/subscriptions/{s}/provisioningstatus", handler!(provisioning))
            .says("How far a subscription is: its software is there at once")
            .over_customer(P::SoftwareView)
            .answers::<SubscriptionProvisioningStatus>(200),
        Operation::get("S-05", "/v1/customers/{c}/subscriptions/{s}/activationlinks", handler!(activation_links))
            .says("Where the key and media of a subscription are found")
            .over_customer(P::SoftwareView)
            .answers::<Collection<ActivationLink>>(200),
        Operation::get("S-06", "/v1/customers/{c}/subscriptions/{s}/supportcontact", handler!(contact))
            .says("Who helps the users of a subscription")
            .over_customer(P::SoftwareView)
            .answers::<SupportContact>(200),
        Operation::put("S-07", "/v1/customers/{c}/subscriptions/{s}/supportcontact", handler!(put_contact), CONTACT)
            .says("Names who helps: the partner itself or the operator")
            .over_customer(P::SubscriptionEdit)
            .answers::<SupportContact>(200),
        Operation::post("S-08", "/v1/customers/{c}/subscriptions/{s}/activate", handler!(activate), "{}")
            .says("Activates a third-party subscription of a sandbox, of which there are none")
            .over_customer(P::SubscriptionEdit)
            .answers::<SubscriptionActivation>(200),
        Operation::get("S-10", "/v1/customers/{c}/subscriptions/{s}/registrationstatus", handler!(registration))
            .says("Whether a subscription was registered: nothing here needs that")
            .over_customer(P::SoftwareView)
            .answers::<RegistrationStatus>(200),
    ]
}

/// How far a subscription is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionProvisioningStatus {
    /// A GUID made from the catalog item: .NET reads nothing else.
    sku_id: String,
    /// `success`, or `none` once the subscription is deleted.
    status: &'static str,
    quantity: u32,
    end_date: String,
    attributes: Attributes,
}

/// Who helps the users of a subscription.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportContact {
    support_tenant_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    support_mpn_id: String,
    name: String,
    links: SelfLinks,
    attributes: Attributes,
}

/// What an activation would answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionActivation {
    subscription_id: String,
    status: &'static str,
}

/// Whether a subscription was registered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationStatus {
    subscription_id: String,
    status: &'static str,
}

async fn provisioning(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let is_deleted = view.state == SubscriptionState::Deleted;
    Answer::ok(SubscriptionProvisioningStatus {
        sku_id: sku_guid(&view).to_string(),
        status: if is_deleted { "none" } else { "success" },
        quantity: view.quantity,
        end_date: date::write(view.term_ends_at),
        attributes: Attributes::of("SubscriptionProvisioningStatus"),
    })
}

/// The same GUID for the same catalog item, for ever.
fn sku_guid(view: &SubscriptionView) -> Uuid {
    let item = format!("{}:{}:{}", view.product_id, view.sku_id, view.availability_id);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(item)[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

async fn activation_links(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let is_there = view.state != SubscriptionState::Deleted;
    let links = is_there.then(|| software_page(&call, view.customer, view.line, 0)).into_iter().collect();
    Answer::ok(Collection::<ActivationLink>::whole(links, &call.address()))
}

async fn contact(call: Call) -> Result<Answer, Fault> {
    let (customer, id) = (call.customer()?, call.id::<SubscriptionId>("s", Family::Subscription)?);
    let contact = subscriptions::support_contact(call.app(), &call.caller, customer, id).await;
    Answer::ok(of(contact.about(Family::Subscription)?, customer, id))
}

async fn put_contact(call: Call) -> Result<Answer, Fault> {
    let (customer, id) = (call.customer()?, call.id::<SubscriptionId>("s", Family::Subscription)?);
    let body = call.json()?;
    let fields = body.fields()?;
    let wanted = fields.optional_text("supportTenantId", 64)?.map(|text| text.trim().parse::<TenantId>()).transpose();
    let wanted = wanted.map_err(|_| fields.fault("supportTenantId", Reason::Form))?;
    let mpn = fields.digits("supportMpnId", 20)?;
    let own = perpetua_app::profiles::own(call.app(), &call.caller).await.about(Family::Other)?;
    let by_mpn = mpn.as_ref().map(|mpn| *mpn == own.mpn_id);
    let contact = match (wanted, by_mpn) {
        (None, None) => return Err(fields.fault("supportTenantId", Reason::Missing)),
        // A number that is not the partner's own names no reseller of its.
        (None, Some(false)) => return Err(Fault::of(codes::MPN_NOT_ADVISOR)),
        (Some(wanted), Some(false)) if wanted == call.caller.tenant => return Err(Fault::of(codes::MPN_NOT_ADVISOR)),
        (None, Some(true)) => call.caller.tenant,
        (Some(wanted), _) => wanted,
    };
    subscriptions::set_support_contact(call.app(), &call.caller, (customer, id), None, contact)
        .await
        .about(Family::Subscription)?;
    let contact = subscriptions::support_contact(call.app(), &call.caller, customer, id).await;
    Answer::ok(of(contact.about(Family::Subscription)?, customer, id))
}

fn of(contact: Contact, customer: TenantId, id: SubscriptionId) -> SupportContact {
    let (customer, id) = (customer.to_string(), id.to_string());
    SupportContact {
        support_tenant_id: contact.tenant.to_string(),
        support_mpn_id: contact.mpn_id,
        name: contact.name,
        links: SelfLinks::at(Address::of(["customers", &customer, "subscriptions", &id, "supportcontact"])),
        attributes: Attributes::of("SupportContact"),
    }
}

async fn activate(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let is_active = view.state == SubscriptionState::Active;
    Err(Fault::of(if is_active { codes::ALREADY_ACTIVATED } else { codes::NOT_SUPPORTED }))
}

async fn registration(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    Answer::ok(RegistrationStatus { subscription_id: view.id.to_string(), status: "notregistered" })
}
