//! A customer's move away from volume licensing (M22): inventories in, forecast, plan, scripts and evidence out.

mod imports;
mod machines;
mod moving;
mod plan;
mod prior;

use std::time::Duration;

use axum::body::Body as HttpBody;
use futures::StreamExt as _;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_app::fleet::{
    self, Evidence, EvidenceLine, ImportView, MachineCursor, MachineFilter, MachineQuestion, MachineSort, MachineState,
    MachineView, Risk, Summary, Upload, UploadedFile, WaveView,
};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date::{self, Moment};
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::{Continuation, Position};
use crate::wire::word::Words;

/// Machines on a page, unless fewer are asked for.
const PAGE: u32 = 500;
/// Files of one call.
const FILES_MAX: usize = 100;
/// Bytes of one content; the body is bounded anyway.
const CONTENT_MAX: usize = 1024 * 1024;

const EXAMPLE_IMPORT: &str = r#"{"files":[{"name":"machines.csv","content":"PSComputerName;Name;Description;LicenseStatus;GracePeriodRemaining;PartialProductKey;BuildNumber\nWS-1;Windows(R), Enterprise edition;Windows(R) Operating System, VOLUME_KMSCLIENT channel;1;250000;FKE01;19045\n"}]}"#;
const EXAMPLE_SCRIPTS: &str = "{}";

/// The words of states; `unknown` stands for all, as an unset word of .NET does.
const STATES: Words<MachineState> = Words(&[
    ("unknown", None),
    ("open", Some(MachineState::Open)),
    ("planned", Some(MachineState::Planned)),
    ("failed", Some(MachineState::Failed)),
    ("left_out", Some(MachineState::LeftOut)),
    ("moved", Some(MachineState::Moved)),
    ("unaffected", Some(MachineState::Unaffected)),
]);

/// The words of risks.
const RISKS: Words<Risk> = Words(&[
    ("unknown", None),
    ("overdue", Some(Risk::Overdue)),
    ("urgent", Some(Risk::Urgent)),
    ("unclear", Some(Risk::Unclear)),
    ("in_time", Some(Risk::InTime)),
    ("none", Some(Risk::None)),
]);

/// Files that are received at the same time; the others wait.
static RECEIVING: Semaphore = Semaphore::const_new(4);
/// How long a file may take, however steadily its bytes trickle in.
const FILE_TIME: Duration = Duration::from_mins(5);

pub(super) fn rows() -> Vec<Operation> {
    let mut rows = own_rows();
    rows.extend(moving::rows());
    rows.extend(plan::rows());
    rows.extend(prior::rows());
    rows.extend(machines::rows());
    rows.extend(imports::rows());
    rows.sort_by_key(|operation| operation.id);
    rows
}

/// The body of a call that is a file of at most `max` bytes.
///
/// # Errors
///
/// 400/3000 about the body when it is longer, breaks off or takes too long.
async fn collected(body: HttpBody, max: usize) -> Result<Vec<u8>, Fault> {
    let too_large = || Fault::invalid_property("body", Reason::TooLarge);
    let whole = async {
        let _place = RECEIVING.acquire().await.ok()?;
        let mut bytes = Vec::new();
        let mut parts = body.into_data_stream();
        while let Some(part) = parts.next().await {
            let part = part.ok()?;
            if bytes.len() + part.len() > max {
                return None;
            }
            bytes.extend_from_slice(&part);
        }
        Some(bytes)
    };
    timeout(FILE_TIME, whole).await.ok().flatten().ok_or_else(too_large)
}

fn own_rows() -> Vec<Operation> {
    vec![
        Operation::get("X-30", "/ext/v1/customers/{c}/fleet", handler!(summary))
            .says("Where a customer's move from volume licensing stands")
            .over_customer(P::FleetView)
            .answers::<FleetSummary>(200),
        Operation::post("X-31", "/ext/v1/customers/{c}/fleet/imports", handler!(upload), EXAMPLE_IMPORT)
            .says("Upload inventories of machines; the same one twice changes nothing")
            .over_customer(P::FleetEdit)
            .answers::<FleetImport>(201),
        Operation::get("X-32", "/ext/v1/customers/{c}/fleet/machines", handler!(machines))
            .says("The machines of a customer, the most pressing first")
            .over_customer(P::FleetView)
            .asks("size", "Machines on a page, at most 500")
            .asks("state", "open, planned, failed, left_out, moved or unaffected")
            .asks("risk", "overdue, urgent, unclear, in_time or none")
            .asks("product", "A product's code, such as windows.enterprise.10")
            .asks("wave", "The number of a wave")
            .asks("site", "A site, as inventories name it")
            .asks("name", "How the machine's name begins")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<FleetMachine>>(200),
        Operation::get("X-35", "/ext/v1/customers/{c}/fleet/waves", handler!(waves))
            .says("The waves of the move and how far each is")
            .over_customer(P::FleetView)
            .answers::<Collection<FleetWave>>(200),
        Operation::post("X-36", "/ext/v1/customers/{c}/fleet/waves/{wave}/scripts", handler!(scripts), EXAMPLE_SCRIPTS)
            .says("The script pack of a wave, with a new token for its reports")
            .over_customer(P::KeyReveal)
            .sends("application/zip")
            // A pack cannot be kept for a copy of the request; that one gets a newer pack instead.
            .unclaimed(),
        Operation::get("X-37", "/ext/v1/customers/{c}/fleet/report", handler!(report))
            .says("Every machine with what proves that it moved, by name")
            .over_customer(P::FleetView)
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<FleetEvidence>>(200),
    ]
}

/// A number of machines with the word for what they have in common.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetCount {
    word: String,
    machines: i64,
}

/// Machines of one day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetDay {
    day: String,
    machines: i64,
}

/// Where a move stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetSummary {
    machines: i64,
    states: Vec<FleetCount>,
    risks: Vec<FleetCount>,
    products: Vec<FleetCount>,
    /// Machines that have to move by the last day before their end.
    ends: Vec<FleetDay>,
    /// Machines in waves by the day of the wave.
    waves: Vec<FleetDay>,
    #[serde(skip_serializing_if = "Option::is_none")]
    safe_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    planned_date: Option<String>,
    attributes: Attributes,
}

/// What an upload came to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetImport {
    id: String,
    created_date: String,
    created_by_name: String,
    records: i64,
    doubtful: i64,
    unread: i64,
    masked_keys: i64,
    machines_new: i64,
    machines_changed: i64,
    machines_moved: i64,
    attributes: Attributes,
}

/// A machine.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetMachine {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    site: String,
    product: String,
    product_name: String,
    state: &'static str,
    risk: &'static str,
    outlook: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_safe_day: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wave: Option<i64>,
    doubts: Vec<&'static str>,
    observed_date: String,
}

/// A wave.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetWave {
    number: i64,
    day: String,
    state: &'static str,
    machines: i64,
    moved: i64,
    failed: i64,
    open: i64,
}

/// A machine with what proves that it moved.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetEvidence {
    machine: FleetMachine,
    /// `inventory`, `script` or `missing`.
    evidence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    /// Last five characters of the key.
    #[serde(skip_serializing_if = "String::is_empty")]
    partial_key: String,
}

async fn summary(call: Call) -> Result<Answer, Fault> {
    let found = fleet::summary(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    Answer::ok(of_summary(found))
}

fn of_day(day: &fleet::DayCount) -> FleetDay {
    FleetDay { day: day.day.to_string(), machines: day.machines }
}

fn of_summary(found: Summary) -> FleetSummary {
    let count = |word: &str, machines| FleetCount { word: word.to_owned(), machines };
    FleetSummary {
        machines: found.machines,
        states: found.states.iter().map(|(state, machines)| count(state.as_text(), *machines)).collect(),
        risks: found.risks.iter().map(|(risk, machines)| count(risk.as_text(), *machines)).collect(),
        products: found.products.iter().map(|(code, _, machines)| count(code, *machines)).collect(),
        ends: found.ends.iter().map(of_day).collect(),
        waves: found.waves.iter().map(of_day).collect(),
        safe_until: found.safe_until.map(|day| day.to_string()),
        planned_date: found.planned_at.map(date::write),
        attributes: Attributes::of("FleetSummary"),
    }
}

async fn upload(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let fields = body.fields()?;
    let files = fields.array("files", FILES_MAX)?.unwrap_or_default();
    let files = files
        .iter()
        .map(|file| {
            let name = file.optional_text("name", 200)?.unwrap_or("inventory").to_owned();
            let bytes = file.required_text("content", CONTENT_MAX)?.as_bytes().to_vec();
            Ok(UploadedFile { name, bytes })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    if files.is_empty() {
        return Err(fields.fault("files", Reason::Missing));
    }
    let upload = Upload { files, ..Upload::default() };
    let done = fleet::upload(call.app(), &call.caller, call.customer()?, upload).await.about(Family::Customer)?;
    Answer::created(of_import(done))
}

fn of_import(import: ImportView) -> FleetImport {
    FleetImport {
        id: import.id.to_string(),
        created_date: date::write(import.at),
        created_by_name: import.by,
        records: import.records,
        doubtful: import.doubtful,
        unread: import.unread,
        masked_keys: import.masked_keys,
        machines_new: import.machines_new,
        machines_changed: import.machines_changed,
        machines_moved: import.machines_moved,
        attributes: Attributes::of("FleetImport"),
    }
}

/// Where a page of a list begins.
fn cursor(call: &Call, name: &str) -> Result<Option<MachineCursor>, Fault> {
    match (call.query.seek()?, call.continuation()?) {
        (Seek::Previous, _) => Err(Fault::invalid_property("seekOperation", Reason::NotExpected)),
        (Seek::First, None) => Ok(None),
        (_, token) => {
            let Continuation { last, .. } = Continuation::read(&token.unwrap_or_default(), name)?;
            let text = format!("{}_{}", last.id, last.key.unwrap_or_default());
            text.parse().map(Some).map_err(|()| Fault::invalid_property("MS-ContinuationToken", Reason::Token))
        }
    }
}

/// The token of the next page.
fn token(next: Option<MachineCursor>, name: &str) -> Option<String> {
    let text = next?.to_string();
    let (id, key) = text.split_once('_')?;
    let place = Position::of_key(key, id);
    Some(Continuation { first: place.clone(), last: place }.token(name))
}

async fn machines(call: Call) -> Result<Answer, Fault> {
    let size = call.query.size(PAGE, PAGE)?;
    let text = |name: &str| Ok::<_, Fault>(call.query.text(name)?.unwrap_or_default().to_owned());
    let filter = MachineFilter {
        state: call.query.enum_word("state", &STATES)?,
        risk: call.query.enum_word("risk", &RISKS)?,
        product: Some(text("product")?).filter(|product| !product.is_empty()),
        wave: call.query.int("wave")?,
        site: Some(text("site")?).filter(|site| !site.is_empty()),
        text: text("name")?,
    };
    let name = format!("fleet machines {:?} {filter:?}", call.customer);
    let sort = MachineSort::LastSafeDay;
    let question = MachineQuestion { filter, sort, after: cursor(&call, &name)?, limit: size.into() };
    let page = fleet::machines(call.app(), &call.caller, call.customer()?, question).await.about(Family::Customer)?;
    let mut address = call.address().and("size", size);
    for parameter in ["state", "risk", "product", "wave", "site", "name"] {
        address = address.and_some(parameter, call.query.text(parameter)?);
    }
    let items = page.rows.into_iter().map(of_machine).collect();
    Answer::ok(Collection::<FleetMachine>::seek(items, &address, token(page.next, &name)))
}

fn of_machine(machine: MachineView) -> FleetMachine {
    FleetMachine {
        id: machine.id.to_string(),
        name: machine.name,
        site: machine.site,
        product: machine.product,
        product_name: machine.product_name,
        state: machine.state.as_text(),
        risk: machine.risk.as_text(),
        outlook: machine.outlook.as_text(),
        last_safe_day: machine.last_safe_day.map(|day| day.to_string()),
        wave: machine.wave,
        doubts: machine.doubts.iter().map(|doubt| doubt.as_text()).collect(),
        observed_date: date::write(machine.observed_at),
    }
}

/// A civil day of the body.
fn day(fields: &Fields<'_>, name: &str) -> Result<Option<Date>, Fault> {
    Ok(match fields.moment(name)? {
        None | Some(Moment::Unset) => None,
        Some(Moment::Day(day)) => Some(day),
        Some(Moment::At(at)) => Some(at.to_zoned(TimeZone::UTC).date()),
        Some(Moment::Never) => return Err(fields.fault(name, Reason::NotExpected)),
    })
}

fn of_wave(wave: WaveView) -> FleetWave {
    FleetWave {
        number: wave.number,
        day: wave.day.to_string(),
        state: wave.state.as_text(),
        machines: wave.machines,
        moved: wave.moved,
        failed: wave.failed,
        open: wave.open,
    }
}

async fn waves(call: Call) -> Result<Answer, Fault> {
    let found = fleet::waves(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)?;
    Answer::ok(Collection::<FleetWave>::whole(found.into_iter().map(of_wave).collect(), &call.address()))
}

async fn scripts(call: Call) -> Result<Answer, Fault> {
    call.json()?.fields()?;
    let wave: i64 = call.params.get("wave").parse().map_err(|_| Fault::of(codes::NOT_FOUND))?;
    let pack = fleet::script_pack(call.app(), &call.caller, call.customer()?, wave).await.about(Family::Customer)?;
    Ok(Answer::File { content_type: "application/zip", name: pack.file_name.clone(), bytes: pack.bytes.to_vec() })
}

async fn report(call: Call) -> Result<Answer, Fault> {
    let name = format!("fleet report {:?}", call.customer);
    let after = cursor(&call, &name)?;
    let found = fleet::final_report(call.app(), &call.caller, call.customer()?, after).await.about(Family::Customer)?;
    let items = found.lines.into_iter().map(of_evidence).collect();
    Answer::ok(Collection::<FleetEvidence>::seek(items, &call.address(), token(found.next, &name)))
}

fn of_evidence(line: EvidenceLine) -> FleetEvidence {
    let (evidence, at, partial_key) = proof(line.evidence);
    FleetEvidence { machine: of_machine(line.machine), evidence, date: at.map(date::write), partial_key }
}

/// A proof as a word, its time, and the last characters of the key.
fn proof(evidence: Evidence) -> (&'static str, Option<Timestamp>, String) {
    match evidence {
        Evidence::Inventory { at, partial_key, .. } => ("inventory", Some(at), partial_key),
        Evidence::Script { at, partial_key, .. } => ("script", Some(at), partial_key),
        Evidence::Missing => ("missing", None, String::new()),
    }
}
