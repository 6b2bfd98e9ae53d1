//! Machines of a purchase: how many are activated, which, and giving one back (M7, design §7).

use perpetua_app::activation::files;
use perpetua_app::activation::machines::{self, Machine, MachineState};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::{MachineId, OrderLineId};
use perpetua_license::policy::answer::Answer as ActivationAnswer;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::audit::{after, place};
use super::super::orders::{find, line_of};
use crate::call::{About as _, Answer, Call};
use crate::devices::sentence;
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::BODY_MAX;
use crate::wire::link::Attributes;
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::Continuation;

/// Machines on a page, unless fewer are asked for.
const PAGE: u32 = 500;
const EXAMPLE_REQUESTS: &str =
    r#"{"requests":"-----BEGIN PERPETUA REQUEST-----\nAA==\n-----END PERPETUA REQUEST-----\n"}"#;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("X-06", "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/activations", handler!(activations))
            .says("How many machines the key of a line has activated, and may")
            .over_customer(P::SoftwareView)
            .answers::<Activations>(200),
        Operation::get("X-07", "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/machines", handler!(list))
            .says("The machines of a line, the one seen last first")
            .over_customer(P::SoftwareView)
            .asks("size", "Machines on a page, at most 500")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<ActivatedMachine>>(200),
        Operation::delete(
            "X-08",
            "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/machines/{machine}",
            handler!(give_back),
        )
        .says("Give a machine back that is gone; it counts until its certificate proves nothing any more")
        .over_customer(P::KeyReveal)
        .answers::<ActivatedMachine>(200),
        Operation::post(
            "X-19",
            "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/machines/requests",
            handler!(requests),
            EXAMPLE_REQUESTS,
        )
        .says("Answer the request files of machines without a network, or the text of one's QR code; each counts like one that asked itself")
        .over_customer(P::KeyReveal)
        .answers::<AnsweredRequests>(200),
    ]
}

/// The activations of a line's key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activations {
    /// Machines that may be active at once.
    limit: i64,
    /// Machines that count now.
    used: i64,
    /// Machines that can still be activated; 0 once the key is revoked.
    left: i64,
    attributes: Attributes,
}

/// A machine that the key of a line has activated.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivatedMachine {
    id: String,
    /// What its owner calls it.
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    /// `active`, `silent`, `leaving`, `returned` or `released`.
    state: &'static str,
    /// Until when one that leaves still counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    counts_until: Option<String>,
    /// How it asked last: `network`, `file` or `typed`.
    via: String,
    software_version: String,
    first_seen_date: String,
    last_seen_date: String,
    /// By when it must ask again to go on.
    certificate_end_date: String,
    attributes: Attributes,
}

/// What came of a file of requests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredRequests {
    /// One answer per request, in the order of the file.
    answers: Vec<AnsweredRequest>,
    /// The text of the `.response` file to carry back; missing where no request could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    responses: Option<String>,
    attributes: Attributes,
}

/// What was decided about one request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnsweredRequest {
    /// The stable code, such as `activated` or `key_exhausted`.
    code: &'static str,
    /// The same for people.
    description: String,
    is_good: bool,
}

async fn line(call: &Call) -> Result<OrderLineId, Fault> {
    let view = find(call).await?;
    Ok(line_of(call, &view)?.id)
}

async fn activations(call: Call) -> Result<Answer, Fault> {
    let line = line(&call).await?;
    let found = machines::list(call.app(), &call.caller, line, None, 1).await.about(Family::Provisioning)?;
    Answer::ok(Activations {
        limit: found.limit,
        used: found.used,
        left: if found.is_active { (found.limit - found.used).max(0) } else { 0 },
        attributes: Attributes::of("Activations"),
    })
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let size = call.query.size(PAGE, PAGE)?;
    let line = line(&call).await?;
    let name = format!("machines {line}");
    let behind = match (call.query.seek()?, call.continuation()?) {
        (Seek::Previous, _) => return Err(Fault::invalid_property("seekOperation", Reason::NotExpected)),
        (Seek::First, None) => None,
        (_, token) => Some(after::<MachineId>(&token.unwrap_or_default(), &name, false)?),
    };
    let found = machines::list(call.app(), &call.caller, line, behind, size.into()).await;
    let found = found.about(Family::Provisioning)?;
    let token = match (found.machines.first(), found.next) {
        (Some(first), Some((at, id))) => {
            Some(Continuation { first: place(first.last_seen, first.id), last: place(at, id) }.token(&name))
        }
        _ => None,
    };
    let items = found.machines.into_iter().map(of).collect();
    Answer::ok(Collection::<ActivatedMachine>::seek(items, &call.address().and("size", size), token))
}

async fn give_back(call: Call) -> Result<Answer, Fault> {
    let line = line(&call).await?;
    let id: MachineId = call.id("machine", Family::Other)?;
    machines::get(call.app(), &call.caller, line, id).await.about(Family::Other)?;
    machines::give_back(call.app(), &call.caller, line, id).await.about(Family::Provisioning)?;
    let found = machines::get(call.app(), &call.caller, line, id).await.about(Family::Other)?;
    Answer::ok(of(found))
}

async fn requests(call: Call) -> Result<Answer, Fault> {
    let line = line(&call).await?;
    let sent = {
        let body = call.json()?;
        let body = body.fields()?;
        body.required_text("requests", BODY_MAX)?.to_owned()
    };
    let done = files::exchange_for(call.app(), &call.caller, line, &sent).await.about(Family::Provisioning)?;
    let (answers, responses) = match done {
        Ok(done) => (done.answers.into_iter().map(|answered| answered.answer).collect(), done.file),
        // The text as a whole is none of ours; that is said as of a request.
        Err(answer) => (vec![answer], None),
    };
    let told = |answer: ActivationAnswer| AnsweredRequest {
        code: answer.code(),
        description: sentence(call.lang(), answer),
        is_good: answer.is_good(),
    };
    let answers = answers.into_iter().map(told).collect();
    Answer::ok(AnsweredRequests { answers, responses, attributes: Attributes::of("AnsweredRequests") })
}

fn of(machine: Machine) -> ActivatedMachine {
    let counts_until = match machine.state {
        MachineState::Leaving(until) => Some(date::write(until)),
        _ => None,
    };
    ActivatedMachine {
        id: machine.id.to_string(),
        name: machine.name,
        state: machine.state.word(),
        counts_until,
        via: machine.via,
        software_version: machine.version,
        first_seen_date: date::write(machine.first_seen),
        last_seen_date: date::write(machine.last_seen),
        certificate_end_date: date::write(machine.certificate_ends_at),
        attributes: Attributes::of("ActivatedMachine"),
    }
}
