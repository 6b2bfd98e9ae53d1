//! The partner's own profiles (contract 50, F-01 to F-10).

use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault};
use crate::wire::link::{Attributes, SelfLinks};

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::get("F-01", "/v1/profiles/organization", handler!(organization))
            .says("The partner's organization; clients take country and culture for later calls from it")
            .answers::<OrganizationProfile>(200),
    ]
}

/// An address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Two letters.
    pub country: String,
    /// State or region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// City.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    /// Street and number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_line1: String,
    /// More of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_line2: String,
    /// A third line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_line3: String,
    /// Postal code.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// First name of the contact.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    /// Middle name of the contact.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub middle_name: String,
    /// Last name of the contact.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    /// Telephone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone_number: String,
}

/// F-01.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganizationProfile {
    id: String,
    company_name: String,
    default_address: Address,
    tenant_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    domain: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    email: String,
    language: String,
    culture: String,
    profile_type: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

async fn organization(call: Call) -> Result<Answer, Fault> {
    let own = perpetua_app::partners::own(call.app(), &call.caller).await.about(Family::Other)?;
    let id = own.id.0.to_string();
    Answer::ok(OrganizationProfile {
        id: id.clone(),
        company_name: own.name,
        default_address: Address {
            country: own.country.clone(),
            state: own.region,
            city: own.city,
            address_line1: own.address_line1,
            address_line2: own.address_line2,
            postal_code: own.postal_code,
            phone_number: own.phone,
            ..Address::default()
        },
        tenant_id: id,
        domain: own.domain.unwrap_or_default(),
        email: own.email,
        culture: format!("{}-{}", own.language, own.country),
        language: own.language,
        profile_type: "OrganizationProfile",
        links: SelfLinks::at("/profiles/organization"),
        attributes: Attributes::of("OrganizationProfile"),
    })
}
