//! One machine with everything that is known about it, and giving many machines to a wave at once.

use perpetua_app::fleet::{
    self, ASSIGN_MAX, Assignment, AttemptView, LicenseView, MachineDetail, MachineFilter, Selection,
};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::FleetMachineId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{FleetMachine, RISKS, STATES, of_machine, proof};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;
use crate::wire::word::Words;

const EXAMPLE: &str = r#"{"filter":{"state":"open","name":"ws-"},"to":"no_wave"}"#;

/// What can be done to machines, without the number of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    Wave,
    NoWave,
    LeaveOut,
    TakeIn,
}

const TO: Words<To> = Words(&[
    ("unknown", None),
    ("wave", Some(To::Wave)),
    ("no_wave", Some(To::NoWave)),
    ("leave_out", Some(To::LeaveOut)),
    ("take_in", Some(To::TakeIn)),
]);

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::post("X-65", "/ext/v1/customers/{c}/fleet/assignments", handler!(assign), EXAMPLE)
            .says("Give machines to a wave, or to none, leave them out or take them in: up to 1,000, or all that fit")
            .over_customer(P::FleetEdit)
            .answers::<FleetAssignment>(200),
        Operation::get("X-69", "/ext/v1/customers/{c}/fleet/machines/{machine}", handler!(machine))
            .says("One machine: its licenses with their forecast, what its scripts reported, where it is described")
            .over_customer(P::FleetView)
            .answers::<FleetMachineDetail>(200),
    ]
}

/// How many machines changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetAssignment {
    machines: i64,
    attributes: Attributes,
}

/// One machine.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetMachineDetail {
    machine: FleetMachine,
    #[serde(skip_serializing_if = "String::is_empty")]
    full_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    operating_system: String,
    licenses: Vec<FleetLicense>,
    /// Newest first.
    attempts: Vec<FleetAttempt>,
    /// Where the newest reports about it stand.
    places: Vec<FleetPlace>,
    /// `inventory`, `script` or `missing`.
    evidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_date: Option<String>,
    attributes: Attributes,
}

/// A license of a machine.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetLicense {
    product: String,
    product_name: String,
    channel: &'static str,
    outlook: &'static str,
    /// Last five characters of its key.
    #[serde(skip_serializing_if = "String::is_empty")]
    partial_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_minutes: Option<u32>,
    observed_date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_safe_day: Option<String>,
    /// What the key is called to which the plan moves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    moves_to: Option<String>,
}

/// What a script reported.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetAttempt {
    date: String,
    wave: i64,
    /// How it ended.
    exit: &'static str,
    /// What the activation answered, such as `0xC004C008`.
    result: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    old_partial_key: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    new_partial_key: String,
}

/// A place in an upload.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetPlace {
    file: String,
    /// 0 for the whole file.
    line: u32,
}

fn filter(fields: &Fields<'_>) -> Result<MachineFilter, Fault> {
    let text = |name: &str| Ok::<_, Fault>(fields.optional_text(name, 200)?.unwrap_or_default().to_owned());
    Ok(MachineFilter {
        state: fields.enum_word("state", &STATES)?,
        risk: fields.enum_word("risk", &RISKS)?,
        product: Some(text("product")?).filter(|product| !product.is_empty()),
        wave: fields.int("wave")?,
        site: Some(text("site")?).filter(|site| !site.is_empty()),
        text: text("name")?,
    })
}

async fn assign(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let fields = body.fields()?;
    let which = match (fields.texts("machines", ASSIGN_MAX, 36)?, fields.object("filter")?) {
        (Some(_), Some(_)) => return Err(fields.fault("filter", Reason::NotExpected)),
        (None, None) => return Err(fields.fault("machines", Reason::Missing)),
        (None, Some(fields)) => Selection::Filter(filter(&fields)?),
        (Some(ids), None) => {
            let id = |id: &str| id.parse::<FleetMachineId>().map_err(|_| fields.fault("machines", Reason::NotExpected));
            Selection::Ids(ids.into_iter().map(id).collect::<Result<_, _>>()?)
        }
    };
    let wave = || fields.int("wave")?.ok_or_else(|| fields.fault("wave", Reason::Missing));
    let to = match fields.enum_word("to", &TO)? {
        None => return Err(fields.fault("to", Reason::Missing)),
        Some(To::Wave) => Assignment::Wave(wave()?),
        Some(To::NoWave) => Assignment::NoWave,
        Some(To::LeaveOut) => Assignment::LeaveOut,
        Some(To::TakeIn) => Assignment::TakeIn,
    };
    let done = fleet::assign(call.app(), &call.caller, call.customer()?, which, to).await;
    Answer::ok(FleetAssignment {
        machines: done.about(Family::Customer)?,
        attributes: Attributes::of("FleetAssignment"),
    })
}

async fn machine(call: Call) -> Result<Answer, Fault> {
    let id: FleetMachineId = call.id("machine", Family::Other)?;
    let found = fleet::machine(call.app(), &call.caller, call.customer()?, id).await.about(Family::Other)?;
    let MachineDetail { view, fqdn, os, licenses, attempts, places, evidence } = found;
    let (evidence, at, _) = proof(evidence);
    let place = |place: fleet::Place| FleetPlace { file: place.file, line: place.line };
    Answer::ok(FleetMachineDetail {
        machine: of_machine(view),
        full_name: fqdn,
        operating_system: os,
        licenses: licenses.into_iter().map(license).collect(),
        attempts: attempts.into_iter().map(attempt).collect(),
        places: places.into_iter().map(place).collect(),
        evidence,
        evidence_date: at.map(date::write),
        attributes: Attributes::of("FleetMachineDetail"),
    })
}

fn license(license: LicenseView) -> FleetLicense {
    FleetLicense {
        product: license.product,
        product_name: license.product_name,
        channel: license.channel.as_text(),
        outlook: license.outlook.as_text(),
        partial_key: license.partial_key,
        remaining_minutes: license.remaining_min,
        observed_date: date::write(license.observed_at),
        last_safe_day: license.last_safe_day.map(|day| day.to_string()),
        moves_to: license.moves_to,
    }
}

fn attempt(attempt: AttemptView) -> FleetAttempt {
    FleetAttempt {
        date: date::write(attempt.at),
        wave: attempt.wave,
        exit: attempt.exit.as_text(),
        result: format!("0x{:08X}", attempt.result),
        old_partial_key: attempt.old_tail,
        new_partial_key: attempt.new_tail,
    }
}
