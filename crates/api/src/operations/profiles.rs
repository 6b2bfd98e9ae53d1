//! The partner's own profiles (contract 50, F-01 to F-10): views of one thing, with one etag.
//!
//! A value that a body leaves out stays as it is. Name, language, country and currency never change here.

use perpetua_app::profiles::{self, Profile, ProfilePatch};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact::Contact;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::{Attributes, SelfLinks};
use crate::wire::word::Words;

const ORGANIZATION: &str = r#"{"email":"desk@alfa.example","defaultAddress":{"addressLine1":"Na Poříčí 1","city":"Praha","postalCode":"11000"}}"#;
const LEGAL: &str =
    r#"{"address":{"city":"Praha"},"primaryContact":{"firstName":"Ada","lastName":"Berg","email":"ada@alfa.example"}}"#;
const BILLING: &str = r#"{"purchaseOrderNumber":"PO-7","taxId":"CZ12345678"}"#;
const SUPPORT: &str = r#"{"email":"help@alfa.example","telephone":"+420123456789","website":"https://alfa.example"}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let support = |put: &'static str, get: &'static str, path: &'static str| {
        vec![
            Operation::get(get, path, handler!(support))
                .says("Where the partner's customers ask for help")
                .own(P::TenantProfileView)
                .answers::<SupportProfile>(200),
            Operation::put(put, path, handler!(put_support), SUPPORT)
                .says("Changes where the partner's customers ask for help")
                .own(P::TenantProfileEdit)
                .answers::<SupportProfile>(200),
        ]
    };
    let mut rows = vec![
        Operation::get("F-01", "/v1/profiles/organization", handler!(organization))
            .says("The partner's organization; clients take country and culture for later calls from it")
            .answers::<OrganizationProfile>(200),
        Operation::put("F-02", "/v1/profiles/organization", handler!(put_organization), ORGANIZATION)
            .says("Changes the organization's addresses")
            .own(P::TenantProfileEdit)
            .answers::<OrganizationProfile>(200),
        Operation::get("F-03", "/v1/profiles/legalbusiness", handler!(legal))
            .says("The legal entity and its primary contact")
            .own(P::TenantProfileView)
            .asks("vettingVersion", "Current or LastFinalized; here they are the same")
            .answers::<LegalBusinessProfile>(200),
        Operation::put("F-04", "/v1/profiles/legalbusiness", handler!(put_legal), LEGAL)
            .says("Changes address and primary contact of the legal entity")
            .own(P::TenantProfileEdit)
            .answers::<LegalBusinessProfile>(200),
        Operation::get("F-05", "/v1/profiles/billing", handler!(billing))
            .says("What the partner's invoices name")
            .own(P::TenantProfileView)
            .answers::<BillingProfile>(200),
        Operation::put("F-06", "/v1/profiles/billing", handler!(put_billing), BILLING)
            .says("Changes what the partner's invoices name")
            .own(P::BillingProfileEdit)
            .answers::<BillingProfile>(200),
    ];
    rows.extend(support("F-08", "F-07", "/v1/profiles/support"));
    // The documents write it so, the SDKs as above.
    rows.extend(support("F-08-docs", "F-07-docs", "/v1/profiles/supportprofile"));
    rows.push(
        Operation::get("F-09", "/v1/profiles/mpn", handler!(mpn))
            .says("The partner's number in the partner network")
            .own(P::TenantProfileView)
            .asks("mpnId", "Only the own number is known")
            .answers::<MpnProfile>(200),
    );
    rows.push(
        Operation::get("F-10", "/v1/compliance/csp/agreementstatus", handler!(agreement_status))
            .says("Whether the partner has signed its agreement; whoever may sell here has")
            .own(P::TenantProfileView)
            .asks("mpnId", "The own number")
            .asks("tenantId", "Or the own tenant id")
            .answers::<AgreementStatus>(200),
    );
    rows
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

/// F-03.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LegalBusinessProfile {
    company_name: String,
    address: Address,
    primary_contact: Contact,
    company_approver_address: Address,
    #[serde(skip_serializing_if = "String::is_empty")]
    company_approver_email: String,
    vetting_status: &'static str,
    vetting_sub_status: &'static str,
    profile_type: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

/// F-05.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PartnerBillingProfile)]
struct BillingProfile {
    company_name: String,
    address: Address,
    primary_contact: Contact,
    #[serde(skip_serializing_if = "String::is_empty")]
    purchase_order_number: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tax_id: String,
    billing_currency: String,
    profile_type: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

/// F-07.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SupportProfile {
    #[serde(skip_serializing_if = "String::is_empty")]
    email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    telephone: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    website: String,
    profile_type: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

/// F-09.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MpnProfile {
    mpn_id: String,
    partner_name: String,
    profile_type: &'static str,
    links: SelfLinks,
    attributes: Attributes,
}

/// F-10.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgreementStatus {
    is_agreement_signed: bool,
}

async fn organization(call: Call) -> Result<Answer, Fault> {
    let own = profiles::own(call.app(), &call.caller).await.about(Family::Other)?;
    Answer::ok(of_organization(own))
}

fn of_organization(own: Profile) -> OrganizationProfile {
    let id = own.tenant.id.0.to_string();
    OrganizationProfile {
        default_address: address(&own),
        attributes: attributes("OrganizationProfile", &own),
        tenant_id: id.clone(),
        id,
        company_name: own.tenant.name,
        domain: own.tenant.domain.unwrap_or_default(),
        email: own.tenant.email,
        culture: format!("{}-{}", own.tenant.language, own.tenant.country),
        language: own.tenant.language,
        profile_type: "OrganizationProfile",
        links: SelfLinks::at("/profiles/organization"),
    }
}

async fn put_organization(call: Call) -> Result<Answer, Fault> {
    let profile = put(&call, |fields, old| {
        let address = fields.object("defaultAddress")?;
        let culture = format!("{}-{}", old.tenant.language, old.tenant.country);
        unchanged(fields, "companyName", &old.tenant.name)?;
        unchanged(fields, "language", &old.tenant.language)?;
        unchanged(fields, "culture", &culture)?;
        let patch = ProfilePatch { email: given(fields, "email")?, ..ProfilePatch::default() };
        with_address(patch, address.as_ref(), old)
    })
    .await?;
    Answer::ok(of_organization(profile))
}

async fn legal(call: Call) -> Result<Answer, Fault> {
    const VERSIONS: Words<()> = Words(&[("current", Some(())), ("last_finalized", Some(()))]);
    call.query.enum_word("vettingVersion", &VERSIONS)?;
    Answer::ok(of_legal(&get(&call).await?))
}

async fn put_legal(call: Call) -> Result<Answer, Fault> {
    let profile = put(&call, |fields, old| {
        unchanged(fields, "companyName", &old.tenant.name)?;
        let patch = with_contact(ProfilePatch::default(), fields.object("primaryContact")?.as_ref())?;
        with_address(patch, fields.object("address")?.as_ref(), old)
    })
    .await?;
    Answer::ok(of_legal(&profile))
}

fn of_legal(profile: &Profile) -> LegalBusinessProfile {
    LegalBusinessProfile {
        company_name: profile.tenant.name.clone(),
        address: address(profile),
        primary_contact: contact(profile),
        company_approver_address: address(profile),
        company_approver_email: profile.more.contact_email.clone(),
        vetting_status: "authorized",
        vetting_sub_status: "none",
        profile_type: "LegalBusinessProfile",
        links: SelfLinks::at("/profiles/legalbusiness"),
        attributes: attributes("LegalBusinessProfile", profile),
    }
}

async fn billing(call: Call) -> Result<Answer, Fault> {
    Answer::ok(of_billing(&get(&call).await?))
}

async fn put_billing(call: Call) -> Result<Answer, Fault> {
    let profile = put(&call, |fields, old| {
        unchanged(fields, "companyName", &old.tenant.name)?;
        unchanged(fields, "billingCurrency", &old.currency)?;
        let patch = ProfilePatch {
            purchase_order_number: given(fields, "purchaseOrderNumber")?,
            tax_id: given(fields, "taxId")?,
            ..ProfilePatch::default()
        };
        let patch = with_contact(patch, fields.object("primaryContact")?.as_ref())?;
        with_address(patch, fields.object("address")?.as_ref(), old)
    })
    .await?;
    Answer::ok(of_billing(&profile))
}

fn of_billing(profile: &Profile) -> BillingProfile {
    BillingProfile {
        company_name: profile.tenant.name.clone(),
        address: address(profile),
        primary_contact: contact(profile),
        purchase_order_number: profile.more.purchase_order_number.clone(),
        tax_id: profile.more.tax_id.clone(),
        billing_currency: profile.currency.clone(),
        profile_type: "BillingProfile",
        links: SelfLinks::at("/profiles/billing"),
        attributes: attributes("BillingProfile", profile),
    }
}

async fn support(call: Call) -> Result<Answer, Fault> {
    Answer::ok(of_support(&get(&call).await?))
}

async fn put_support(call: Call) -> Result<Answer, Fault> {
    let profile = put(&call, |fields, _| {
        Ok(ProfilePatch {
            support_email: given(fields, "email")?,
            support_phone: given(fields, "telephone")?,
            website: given(fields, "website")?,
            ..ProfilePatch::default()
        })
    })
    .await?;
    Answer::ok(of_support(&profile))
}

fn of_support(profile: &Profile) -> SupportProfile {
    SupportProfile {
        email: profile.more.support_email.clone(),
        telephone: profile.more.support_phone.clone(),
        website: profile.more.website.clone(),
        profile_type: "support_profile",
        links: SelfLinks::at("/profiles/support"),
        attributes: attributes("PartnerSupportProfile", profile),
    }
}

async fn mpn(call: Call) -> Result<Answer, Fault> {
    let profile = get(&call).await?;
    if let Some(wanted) = call.query.text("mpnId")? {
        if !is_number(wanted) {
            return Err(Fault::of(codes::AGREEMENT_STATUS_INPUT).with_field("mpnId", Reason::Whole));
        }
        // A number of somebody else is as unknown as one of nobody (I6).
        if wanted != profile.mpn_id {
            return Err(
                Fault::of(codes::MPN_PROFILE_NOT_FOUND).with_field("mpnId", Reason::Plain(wanted.to_owned().into()))
            );
        }
    }
    Answer::ok(MpnProfile {
        mpn_id: profile.mpn_id.clone(),
        partner_name: profile.tenant.name.clone(),
        profile_type: "MpnProfile",
        links: SelfLinks::at("/profiles/mpn"),
        attributes: attributes("MpnProfile", &profile),
    })
}

async fn agreement_status(call: Call) -> Result<Answer, Fault> {
    let profile = get(&call).await?;
    match (call.query.text("mpnId")?, call.query.text("tenantId")?) {
        (None, None) => Err(Fault::of(codes::SUSPENDED_QUANTITY).described("fault-agreement-none")),
        (Some(_), Some(_)) => Err(Fault::of(codes::AGREEMENT_STATUS_INPUT)),
        (Some(mpn), None) if !is_number(mpn) => {
            Err(Fault::of(codes::AGREEMENT_STATUS_INPUT).with_field("mpnId", Reason::Whole))
        }
        (None, Some(tenant)) if uuid::Uuid::try_parse(tenant).is_err() => {
            Err(Fault::of(codes::AGREEMENT_STATUS_INPUT).with_field("tenantId", Reason::Form))
        }
        (Some(mpn), None) if mpn != profile.mpn_id => Err(Fault::of(codes::AGREEMENT_STATUS_UNKNOWN)),
        (None, Some(tenant)) if !tenant.eq_ignore_ascii_case(&profile.tenant.id.0.to_string()) => {
            Err(Fault::of(codes::AGREEMENT_STATUS_TENANT))
        }
        _ => Answer::ok(AgreementStatus { is_agreement_signed: true }),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

async fn get(call: &Call) -> Result<Profile, Fault> {
    profiles::get(call.app(), &call.caller, call.caller.tenant).await.about(Family::Other)
}

/// Reads the body, checks the etag and changes the profile.
async fn put(
    call: &Call,
    read: impl FnOnce(&Fields<'_>, &Profile) -> Result<ProfilePatch, Fault> + Send,
) -> Result<Profile, Fault> {
    let old = get(call).await?;
    let patch = {
        let body = call.json()?;
        let fields = body.fields()?;
        call.if_match(fields.etag(), &old.version.to_string())?;
        read(&fields, &old)?
    };
    profiles::put(call.app(), &call.caller, call.caller.tenant, Some(old.version), patch).await.about(Family::Other)
}

fn given(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Fault> {
    Ok(fields.text(name)?.map(str::to_owned))
}

/// Refuses another value than the present one; clients send back what they read.
fn unchanged(fields: &Fields<'_>, name: &str, present: &str) -> Result<(), Fault> {
    match fields.text(name)? {
        Some(wanted) if !wanted.is_empty() && !wanted.eq_ignore_ascii_case(present) => {
            Err(fields.fault(name, Reason::Fixed))
        }
        _ => Ok(()),
    }
}

fn with_address(patch: ProfilePatch, address: Option<&Fields<'_>>, old: &Profile) -> Result<ProfilePatch, Fault> {
    let Some(address) = address else { return Ok(patch) };
    unchanged(address, "country", &old.tenant.country)?;
    Ok(ProfilePatch {
        address_line1: given(address, "addressLine1")?,
        address_line2: given(address, "addressLine2")?,
        city: given(address, "city")?,
        region: given(address, "state")?,
        postal_code: given(address, "postalCode")?,
        phone: given(address, "phoneNumber")?,
        ..patch
    })
}

fn with_contact(patch: ProfilePatch, contact: Option<&Fields<'_>>) -> Result<ProfilePatch, Fault> {
    let Some(contact) = contact else { return Ok(patch) };
    Ok(ProfilePatch {
        contact_first_name: given(contact, "firstName")?,
        contact_last_name: given(contact, "lastName")?,
        contact_email: given(contact, "email")?,
        contact_phone: given(contact, "phoneNumber")?,
        ..patch
    })
}

fn attributes(object_type: &'static str, profile: &Profile) -> Attributes {
    Attributes::versioned(object_type, profile.version.to_string())
}

fn address(profile: &Profile) -> Address {
    let tenant = &profile.tenant;
    Address {
        country: tenant.country.clone(),
        state: tenant.region.clone(),
        city: tenant.city.clone(),
        address_line1: tenant.address_line1.clone(),
        address_line2: tenant.address_line2.clone(),
        postal_code: tenant.postal_code.clone(),
        phone_number: tenant.phone.clone(),
        ..Address::default()
    }
}

fn contact(profile: &Profile) -> Contact {
    let more = &profile.more;
    Contact {
        first_name: more.contact_first_name.clone(),
        last_name: more.contact_last_name.clone(),
        email: more.contact_email.clone(),
        phone_number: more.contact_phone.clone(),
        ..Contact::default()
    }
}
