//! Addresses, domains and the rules of countries (contract 10, A-01 to A-03).

use axum::http::StatusCode;
use perpetua_app::customers;
use perpetua_domain::country::Country;
use perpetua_domain::country::address::{Address as Checked, FieldError};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::profiles::Address;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;

const EXAMPLE: &str = r#"{"addressLine1":"Lange Reihe 12","city":"Hamburg","postalCode":"20095","country":"DE"}"#;

/// Every client that checks numbers itself does so with the rules of .NET, whose syntax this is too.
const PHONE: &str = r"^\+?[0-9 ()./-]{7,20}$";

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::post("A-01", "/v1/validations/address", handler!(check), EXAMPLE)
            .says("Checks an address by the rules of its country and suggests a better spelling")
            .answers::<AddressValidation>(200)
            .unclaimed(),
        Operation::get("A-02", "/v1/domains/{domain}", handler!(domain))
            .says("200 when somebody has the domain, else 404; neither has a body"),
        Operation::get("A-03", "/v1/countryvalidationrules/{iso2}", handler!(rules))
            .says("What an address in a country needs")
            .answers::<CountryRules>(200),
    ]
}

/// What came of the check.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddressValidation {
    original_address: Address,
    suggested_addresses: Vec<Address>,
    /// `VerifiedShippable`, or `InteractionRequired` with a suggestion.
    status: &'static str,
    validation_message: String,
    attributes: Attributes,
}

async fn check(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let body = body.fields()?;
    let text = |name: &str, max: usize| Ok::<_, Fault>(body.optional_text(name, max)?.unwrap_or_default().to_owned());
    let code = body.required_text("country", 100)?;
    let country = Country::parse(code.trim()).ok_or_else(|| unknown_country(code))?;
    let original = Address {
        country: country.code().to_owned(),
        state: state(&body)?,
        city: text("city", 100)?,
        address_line1: body.required_text("addressLine1", 200)?.to_owned(),
        address_line2: text("addressLine2", 200)?,
        address_line3: text("addressLine3", 200)?,
        postal_code: text("postalCode", 20)?,
        first_name: text("firstName", 50)?,
        middle_name: text("middleName", 50)?,
        last_name: text("lastName", 50)?,
        phone_number: text("phoneNumber", 50)?,
    };
    let asked = Checked {
        line1: original.address_line1.clone(),
        line2: original.address_line2.clone(),
        city: original.city.clone(),
        state: original.state.clone(),
        postal_code: original.postal_code.clone(),
        country,
    };
    let good = asked.validated().map_err(|wrong| {
        let wrong = wrong.iter().map(|FieldError { field, reason }| (field.as_text(), reason.as_text()));
        refused(wrong, &original.state, &original.postal_code)
    })?;
    if call.client.is_strict() {
        // Java and the PowerShell module read a boolean and fail at anything else.
        return Answer::ok(true);
    }
    let better = Address {
        state: good.state,
        city: good.city,
        address_line1: good.line1,
        address_line2: good.line2,
        postal_code: good.postal_code,
        ..original.clone()
    };
    let is_same = better == original;
    Answer::ok(AddressValidation {
        original_address: original,
        suggested_addresses: if is_same { Vec::new() } else { vec![better] },
        status: if is_same { "VerifiedShippable" } else { "InteractionRequired" },
        validation_message: String::new(),
        attributes: Attributes::of("AddressValidationResponse"),
    })
}

/// The state of an address, which stands in `region` in some profiles.
pub fn state(address: &Fields<'_>) -> Result<String, Fault> {
    let state = address.optional_text("state", 50)?;
    Ok(state.or(address.optional_text("region", 50)?).unwrap_or_default().to_owned())
}

/// 400/2007 for a country that there is none.
pub fn unknown_country(code: &str) -> Fault {
    fault(&format!("country {code}: unknown"), &Value::Null)
}

/// 400/2007 in the shape that old clients take apart: a JSON text with the reason and what was sent.
pub fn refused<'a>(wrong: impl Iterator<Item = (&'a str, &'a str)>, state: &str, postal_code: &str) -> Fault {
    let reasons: Vec<String> = wrong.map(|(field, code)| format!("{}: {code}", wire_name(field))).collect();
    fault(&reasons.join("; "), &json!({ "state": state, "postalCode": postal_code }))
}

fn fault(reason: &str, address: &Value) -> Fault {
    let text = json!({ "code": codes::ADDRESS_INVALID.number, "reason": reason, "corrected_address": address });
    Fault::of(codes::ADDRESS_INVALID).described_plainly(text.to_string())
}

fn wire_name(field: &str) -> &str {
    match field {
        "line1" => "addressLine1",
        "line2" => "addressLine2",
        "postal_code" => "postalCode",
        other => other,
    }
}

async fn domain(call: Call) -> Result<Answer, Fault> {
    let taken = customers::domain_is_taken(call.app(), call.params.get("domain")).await.about(Family::Other)?;
    // The refusal of a free one loses its body on HEAD, by which clients ask.
    if taken { Ok(Answer::Empty(StatusCode::OK)) } else { Err(Fault::not_found()) }
}

/// What an address in a country needs.
#[expect(clippy::struct_excessive_bools, reason = "the contract has these flags")]
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CountryRules {
    iso2_code: String,
    default_culture: String,
    is_state_required: bool,
    supported_states_list: Vec<String>,
    supported_languages_list: Vec<String>,
    supported_cultures_list: Vec<String>,
    is_postal_code_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code_regex: Option<String>,
    is_city_required: bool,
    is_vat_id_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    vat_id_regex: Option<String>,
    is_tax_id_supported: bool,
    is_tax_id_optional: bool,
    is_registration_number_supported: bool,
    country_calling_codes_list: Vec<String>,
    phone_number_regex: &'static str,
    attributes: Attributes,
}

async fn rules(call: Call) -> Result<Answer, Fault> {
    let country = Country::parse(call.params.get("iso2")).ok_or_else(Fault::not_found)?;
    let calling = country.calling_code();
    let culture = country.default_culture();
    let has_vat = country.is_eu();
    Answer::ok(CountryRules {
        iso2_code: country.code().to_owned(),
        is_state_required: country.is_state_required(),
        supported_states_list: country.states().iter().map(|(code, _)| (*code).to_owned()).collect(),
        supported_languages_list: vec![country.default_language().to_owned()],
        supported_cultures_list: vec![culture.clone()],
        default_culture: culture,
        is_postal_code_required: country.is_postal_code_required(),
        postal_code_regex: country.postal_pattern().map(perpetua_domain::country::Pattern::regex),
        is_city_required: country.is_city_required(),
        is_vat_id_supported: has_vat,
        vat_id_regex: has_vat.then(|| "^[A-Z]{2}[0-9A-Z]{2,13}$".to_owned()),
        is_tax_id_supported: false,
        is_tax_id_optional: true,
        is_registration_number_supported: country.registration_pattern().is_some(),
        country_calling_codes_list: if calling.is_empty() { Vec::new() } else { vec![calling.to_owned()] },
        phone_number_regex: PHONE,
        attributes: Attributes::of("CountryValidationRules"),
    })
}
