//! Creating a customer (C-01), and what its body shares with the change of a billing profile (C-08).
//!
//! The answer names the first administrator and a password that counts once: it is the secret of their
//! invitation, so that the partner that created the customer does not know the password which they choose.

use axum::http::StatusCode;
use perpetua_app::Problem;
use perpetua_app::customers::{self, BillingContact, CreateCustomer, Profile};
use perpetua_domain::access::Permission as P;
use perpetua_domain::country::Country;

use super::{Customer, UserCredentials, of_page};
use crate::call::{About as _, Answer, Call, text_of};
use crate::handler;
use crate::operation::Operation;
use crate::operations::addresses;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;

/// The form in which the SDKs send a new customer.
const EXAMPLE: &str = r#"{"companyProfile":{"domain":"northlake.example"},"billingProfile":{"email":"ada@northlake.example","culture":"en-US","language":"en","companyName":"Northlake Tools","defaultAddress":{"firstName":"Ada","lastName":"Berg","addressLine1":"Lange Reihe 12","city":"Hamburg","postalCode":"20095","country":"DE","phoneNumber":"+49 40 1234567"}}}"#;

/// Names of a profile's fields as the body writes them.
const FIELDS: &[(&str, &str)] = &[
    ("domain", "companyProfile.domain"),
    ("adminEmail", "companyProfile.domain"),
    ("registrationNumber", "companyProfile.organizationRegistrationNumber"),
    ("name", "billingProfile.companyName"),
    ("email", "billingProfile.email"),
    ("language", "billingProfile.language"),
    ("country", "billingProfile.defaultAddress.country"),
    ("line1", "billingProfile.defaultAddress.addressLine1"),
    ("line2", "billingProfile.defaultAddress.addressLine2"),
    ("city", "billingProfile.defaultAddress.city"),
    ("state", "billingProfile.defaultAddress.state"),
    ("postalCode", "billingProfile.defaultAddress.postalCode"),
    ("phone", "billingProfile.defaultAddress.phoneNumber"),
];

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::post("C-01", "/v1/customers", handler!(create), EXAMPLE)
            .says("Creates a customer with its first administrator, whose password is told once")
            .own(P::CustomerCreate)
            .answers::<Customer>(201),
    ]
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let body = body.fields()?;
    if body.optional_text("associatedPartnerId", 100)?.is_some() {
        // No partner here has resellers below it.
        return Err(Fault::of(codes::NO_RELATIONSHIP));
    }
    let company = body.required_object("companyProfile")?;
    let domain = company.required_text("domain", 253)?.trim().to_ascii_lowercase();
    let number = company.optional_text("organizationRegistrationNumber", 100)?.unwrap_or_default();
    let (profile, country) = profile(&body.required_object("billingProfile")?, number)?;
    let admin_email = format!("admin@{domain}");
    let command = CreateCustomer { domain, country: country.code().to_owned(), profile, admin_email };
    let (user_name, sent) = (command.admin_email.clone(), command.profile.clone());
    let created = customers::create(call.app(), &call.caller, command).await;
    let (id, link) = created.map_err(|problem| fault(&problem, country, &sent, FIELDS))?;
    let page = customers::page(call.app(), &call.caller, id).await.about(Family::Customer)?;
    let mut customer = of_page(page);
    let without = text_of(&customer)?;
    let password = link.token.expose().as_str().to_owned();
    customer.user_credentials = Some(UserCredentials { user_name, password });
    let full = text_of(&customer)?;
    Ok(Answer::Secret { status: StatusCode::CREATED, full, without })
}

/// Reads a billing profile with its address; `number` is the registration number.
pub(super) fn profile(billing: &Fields<'_>, number: &str) -> Result<(Profile, Country), Fault> {
    let culture = culture(billing)?;
    let language = billing.required_text("language", 20)?.trim();
    let language = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(billing.fault("language", Reason::Form));
    }
    let email = billing.required_text("email", 254)?.to_owned();
    let name = billing.required_text("companyName", 256)?.to_owned();
    let address = billing.required_object("defaultAddress")?;
    let text =
        |name: &str, max: usize| Ok::<_, Fault>(address.optional_text(name, max)?.unwrap_or_default().to_owned());
    let code = address.required_text("country", 100)?;
    let country = Country::parse(code.trim()).ok_or_else(|| addresses::unknown_country(code))?;
    let of_billing = |own: &str| billing.optional_text(own, 50);
    let first_name = address.optional_text("firstName", 50)?.or(of_billing("firstName")?);
    let last_name = address.optional_text("lastName", 50)?.or(of_billing("lastName")?);
    let contact = BillingContact {
        first_name: first_name.unwrap_or_default().to_owned(),
        middle_name: text("middleName", 50)?,
        last_name: last_name.unwrap_or_default().to_owned(),
        line3: text("addressLine3", 200)?,
        culture,
        // The portal speaks two languages; for others the customer's country decides.
        language: language.clone(),
    };
    let profile = Profile {
        name,
        line1: address.required_text("addressLine1", 200)?.to_owned(),
        line2: text("addressLine2", 200)?,
        city: text("city", 100)?,
        state: addresses::state(&address)?,
        postal_code: text("postalCode", 20)?,
        phone: text("phoneNumber", 50)?,
        email,
        language: if matches!(language.as_str(), "en" | "cs") { language } else { String::new() },
        registration_number: number.to_owned(),
        contact: Some(contact),
        ..Profile::default()
    };
    Ok((profile, country))
}

/// `EN-us` becomes `en-US`.
fn culture(billing: &Fields<'_>) -> Result<String, Fault> {
    let parts: Vec<&str> = billing.required_text("culture", 20)?.trim().split('-').collect();
    let letters = |text: &str, len: std::ops::RangeInclusive<usize>| {
        len.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    match parts[..] {
        [language, region] if letters(language, 2..=3) && letters(region, 2..=2) => {
            Ok(format!("{}-{}", language.to_ascii_lowercase(), region.to_ascii_uppercase()))
        }
        [language, script, region] if letters(language, 2..=3) && letters(script, 4..=4) && letters(region, 2..=2) => {
            Ok(format!("{}-{script}-{}", language.to_ascii_lowercase(), region.to_ascii_uppercase()))
        }
        _ => Err(billing.fault("culture", Reason::Form)),
    }
}

/// The fault of a refused profile: registration and phone numbers, domain and address have codes of their own.
pub(super) fn fault(problem: &Problem, country: Country, sent: &Profile, names: &[(&str, &str)]) -> Fault {
    let general = Fault::from_problem(problem, Family::Customer).renaming(names);
    let code_of = |field: &str| problem.fields.iter().find(|wrong| wrong.field == field).map(|wrong| wrong.code);
    if let Some(code) = code_of("registration_number") {
        let regex = country.registration_pattern().map(perpetua_domain::country::Pattern::regex).unwrap_or_default();
        let code = match code {
            "missing" => codes::REGISTRATION_NUMBER_MISSING,
            "not_expected" => codes::REGISTRATION_NUMBER_INVALID,
            _ => codes::REGISTRATION_NUMBER_FORM,
        };
        let fault = general.recoded(code);
        return if regex.is_empty() { fault } else { fault.with_field("regex", Reason::Plain(regex.into())) };
    }
    if code_of("phone") == Some("missing") {
        return general.recoded(codes::PHONE_MISSING);
    }
    if code_of("domain") == Some("domain_taken") {
        return general.recoded(codes::ADDRESS_INVALID);
    }
    let is_address = |wrong: &perpetua_app::problem::FieldProblem| {
        matches!(wrong.field.as_str(), "city" | "state" | "postal_code") && matches!(wrong.code, "form" | "unknown")
    };
    if !problem.fields.is_empty() && problem.fields.iter().all(is_address) {
        let wrong = problem.fields.iter().map(|wrong| (wrong.field.as_str(), wrong.code));
        return addresses::refused(wrong, &sent.state, &sent.postal_code);
    }
    general
}
