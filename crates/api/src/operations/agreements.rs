//! The customer agreement and its acceptances (contract 10, G-01 to G-05).
//!
//! There is one agreement of the operator. It is published under the old and under the new word for it, so
//! that programs written for either work.

use jiff::tz::TimeZone;
use perpetua_app::customers::{self, AGREEMENT_TEMPLATE, Agreement, RecordAgreement};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_domain::access::Permission as P;
use perpetua_domain::country::Country;
use perpetua_i18n::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact::Contact;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::Attributes;
use crate::wire::page::Collection;
use crate::wire::word::same;

const CLOUD: &str = "MicrosoftCloudAgreement";
const CUSTOMER: &str = "MicrosoftCustomerAgreement";

/// How long the address of a file holds.
const DOWNLOAD_SECONDS: i64 = 300;

const EXAMPLE: &str = r#"{"primaryContact":{"firstName":"Ada","lastName":"Berg","email":"ada@northlake.example","phoneNumber":"+49401234567"},"templateId":"117a77b0-9360-443b-8795-c6dedc750cf9","dateAgreed":"2026-01-31T00:00:00Z","type":"MicrosoftCustomerAgreement"}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let kind = "MicrosoftCloudAgreement when missing; MicrosoftCustomerAgreement, or * for all";
    vec![
        Operation::get("G-01", "/v1/agreements", handler!(templates))
            .says("The agreements that a customer may accept")
            .asks("agreementType", kind)
            .answers::<Collection<Template>>(200),
        Operation::get("G-02", "/v1/customers/{c}/agreements", handler!(list))
            .says("The acceptances of a customer, newest first")
            .over_customer(P::AgreementView)
            .asks("agreementType", kind)
            .answers::<Collection<Acceptance>>(200),
        Operation::post("G-03", "/v1/customers/{c}/agreements", handler!(confirm), EXAMPLE)
            .says("Confirms that a customer accepted the agreement; orders need it")
            .over_customer(P::AgreementRecord)
            .answers::<Acceptance>(201),
        Operation::get("G-04", "/v1/agreementtemplates/{templateId}/document", handler!(document))
            .says("Where the text of an agreement is shown and fetched")
            .asks("language", "Such as en-US, which is also the answer for languages that are not offered")
            .asks("country", "Two capital letters; US when missing")
            .answers::<Document>(200),
        Operation::get(
            "G-05",
            "/v1/customers/{c}/directSignedMicrosoftCustomerAgreementStatus",
            handler!(directly_signed),
        )
        .says("Whether the customer signed with the operator itself; never here")
        .over_customer(P::AgreementView)
        .answers::<SignedStatus>(200),
    ]
}

/// An agreement that may be accepted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Template {
    template_id: &'static str,
    agreement_type: &'static str,
    agreement_link: String,
    version_rank: u32,
}

/// An accepted agreement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Acceptance {
    user_id: String,
    primary_contact: Contact,
    template_id: &'static str,
    date_agreed: String,
    #[serde(rename = "type")]
    kind: &'static str,
    agreement_link: String,
    attributes: Attributes,
}

/// The types that a query asks for.
fn asked(call: &Call) -> Result<Vec<&'static str>, Fault> {
    Ok(match call.query.text("agreementType")? {
        None => vec![CLOUD],
        Some("*") => vec![CLOUD, CUSTOMER],
        Some(word) => [CLOUD, CUSTOMER].into_iter().filter(|known| same(known, word)).collect(),
    })
}

fn address(call: &Call) -> Result<crate::wire::link::Address, Fault> {
    Ok(call.address().and_some("agreementType", call.query.text("agreementType")?))
}

fn link(call: &Call) -> String {
    format!("{}/agreements/{AGREEMENT_TEMPLATE}", call.app().settings.public_url)
}

async fn templates(call: Call) -> Result<Answer, Fault> {
    let template = |agreement_type| Template {
        template_id: AGREEMENT_TEMPLATE,
        agreement_type,
        agreement_link: link(&call),
        version_rank: 0,
    };
    Answer::ok(Collection::whole(asked(&call)?.into_iter().map(template).collect(), &address(&call)?))
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let found = customers::agreements_of(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    let items = match asked(&call)?[..] {
        [] => Vec::new(),
        [kind] => found.iter().map(|found| acceptance(&call, found, kind)).collect(),
        // Each acceptance is of the one agreement, so all of them are listed once.
        _ => found.iter().map(|found| acceptance(&call, found, CUSTOMER)).collect(),
    };
    Answer::ok(Collection::whole(items, &address(&call)?))
}

fn acceptance(call: &Call, found: &Agreement, kind: &'static str) -> Acceptance {
    Acceptance {
        user_id: found.recorded_by.to_string(),
        primary_contact: Contact {
            first_name: found.first_name.clone(),
            last_name: found.last_name.clone(),
            email: found.email.clone(),
            phone_number: found.phone.clone(),
            ..Contact::default()
        },
        template_id: AGREEMENT_TEMPLATE,
        date_agreed: format!("{}T00:00:00Z", found.agreed_on),
        kind,
        agreement_link: link(call),
        attributes: Attributes::of("Agreement"),
    }
}

async fn confirm(call: Call) -> Result<Answer, Fault> {
    let customer = call.customer()?;
    let body = call.json()?;
    let body = body.fields()?;
    let contact = body.required_object("primaryContact")?;
    let kind = body.required_text("type", 100)?;
    let known = [CLOUD, CUSTOMER].into_iter().find(|known| same(known, kind));
    let kind = known.ok_or_else(|| body.fault("type", Reason::Word))?;
    if body.required_text("templateId", 100)? != AGREEMENT_TEMPLATE {
        return Err(body.fault("templateId", Reason::Unknown));
    }
    let moment = body.moment("dateAgreed")?.ok_or_else(|| body.fault("dateAgreed", Reason::Missing))?;
    let page = customers::page(call.app(), &call.caller, customer).await.about(Family::Customer)?;
    let agreed_on = match moment {
        date::Moment::Day(day) => day,
        other => {
            let at = other.start().ok_or_else(|| body.fault("dateAgreed", Reason::Missing))?;
            at.to_zoned(TimeZone::get(&page.zone).unwrap_or(TimeZone::UTC)).date()
        }
    };
    let command = RecordAgreement {
        customer,
        first_name: contact.required_text("firstName", 256)?.to_owned(),
        last_name: contact.required_text("lastName", 256)?.to_owned(),
        email: contact.required_text("email", 254)?.to_owned(),
        phone: contact.optional_text("phoneNumber", 50)?.unwrap_or_default().to_owned(),
        agreed_on: agreed_on.to_string(),
    };
    let recorded = customers::record_agreement(call.app(), &call.caller, command).await;
    let recorded = recorded.map_err(|problem| {
        Fault::from_problem(&problem, Family::Customer).renaming(&[
            ("agreedName", "primaryContact.lastName"),
            ("agreedEmail", "primaryContact.email"),
            ("agreedPhone", "primaryContact.phoneNumber"),
            ("agreedOn", "dateAgreed"),
        ])
    })?;
    if !recorded.is_new {
        return Err(Fault::of(codes::AGREEMENT_EXISTS));
    }
    let found = customers::agreements_of(call.app(), &call.caller, customer).await.about(Family::Customer)?;
    let own = found.iter().find(|found| found.id == recorded.id).ok_or_else(Fault::unexpected)?;
    Answer::created(acceptance(&call, own, kind))
}

/// Where a text is found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Document {
    display_uri: String,
    download_uri: String,
    language: &'static str,
    country: String,
}

async fn document(call: Call) -> Result<Answer, Fault> {
    // Ids of templates and codes of countries have a case here.
    if call.params.get("templateId") != AGREEMENT_TEMPLATE {
        return Err(Fault::not_found());
    }
    let country = call.query.text("country")?.unwrap_or("US");
    if Country::parse(country).is_none_or(|known| known.code() != country) {
        return Err(Fault::invalid_property("country", Reason::Unknown));
    }
    let wanted = call.query.text("language")?.unwrap_or("en-US");
    let lang = Lang::from_tag(wanted.split('-').next().unwrap_or_default()).unwrap_or_default();
    let display_uri = format!("{}?lang={}", link(&call), lang.tag());
    let until = call.app().real_clock.now().as_second() + DOWNLOAD_SECONDS;
    let copy = call.app().entropy.token();
    let download_uri = format!("{display_uri}&until={until}&copy={}", copy.expose().as_str());
    let language = if lang == Lang::Cs { "cs-CZ" } else { "en-US" };
    Answer::ok(Document { display_uri, download_uri, language, country: country.to_owned() })
}

/// G-05.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SignedStatus {
    is_signed: bool,
}

async fn directly_signed(_: Call) -> Result<Answer, Fault> {
    Answer::ok(SignedStatus { is_signed: false })
}
