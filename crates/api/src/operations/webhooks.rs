//! Registration of webhooks and their tests (contract 60, W-01 to W-07). The JSON of registrations is in
//! Pascal case, as the vendor's is.

use perpetua_app::webhooks::{self as use_cases, EVENTS, Registration};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};

const EXAMPLE: &str =
    r#"{"WebhookUrl":"https://partner.example/events","WebhookEvents":["subscription-updated","test-created"]}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let path = "/webhooks/v1/registration";
    let tests = "/webhooks/v1/registration/validationEvents";
    vec![
        Operation::get("W-01", "/webhooks/v1/registration/events", handler!(events))
            .says("Names of events that can be registered")
            .own(P::WebhookManage)
            .answers::<Vec<String>>(200),
        Operation::post("W-02", path, handler!(put), EXAMPLE)
            .says("Register where events are posted; replaces what was registered")
            .own(P::WebhookManage)
            .answers::<WebhookRegistration>(200),
        Operation::get("W-03", path, handler!(get))
            .says("What is registered")
            .own(P::WebhookManage)
            .answers::<WebhookRegistration>(200),
        Operation::put("W-04", path, handler!(put), EXAMPLE)
            .says("Replace what is registered")
            .own(P::WebhookManage)
            .answers::<WebhookRegistration>(200),
        Operation::post("W-05", tests, handler!(test), "{}")
            .says("Ask for a test event, at most two a minute")
            .own(P::WebhookManage)
            .answers::<ValidationAsked>(200),
        Operation::get("W-06", "/webhooks/v1/registration/validationEvents/{id}", handler!(tested))
            .says("What the receiver of a test event answered")
            .own(P::WebhookManage)
            .answers::<Validation>(200),
        Operation::delete("W-07", path, handler!(remove)).says("Register nothing any more").own(P::WebhookManage),
    ]
}

/// A registration.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "PascalCase")]
pub struct WebhookRegistration {
    subscriber_id: String,
    webhook_url: String,
    webhook_events: Vec<String>,
}

/// W-05.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationAsked {
    correlation_id: String,
}

/// W-06.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Validation {
    correlation_id: String,
    partner_id: String,
    /// `new`, `inprogress`, `completed` or `failed`.
    status: String,
    callback_url: String,
    results: Vec<ValidationResult>,
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValidationResult {
    response_code: String,
    response_message: String,
    system_error: bool,
    date_time_utc: String,
}

async fn events(_: Call) -> Result<Answer, Fault> {
    Answer::ok(EVENTS)
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let (id, registration) = use_cases::get(call.app(), &call.caller).await.about(Family::Other)?;
    Answer::ok(of(id, registration))
}

async fn put(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let fields = body.fields()?;
    let events =
        fields.texts("WebhookEvents", 50, 100)?.ok_or_else(|| fields.fault("WebhookEvents", Reason::Missing))?;
    let wanted = Registration {
        url: fields.required_text("WebhookUrl", 1_000)?.to_owned(),
        events: events.into_iter().map(str::to_owned).collect(),
        in_own_header: fields.bool("SignatureTokenToMsSignatureHeader")?.unwrap_or(false),
    };
    let (id, registration) = use_cases::put(call.app(), &call.caller, wanted).await.about(Family::Other)?;
    Answer::ok(of(id, registration))
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    use_cases::remove(call.app(), &call.caller).await.about(Family::Other)?;
    Ok(Answer::no_content())
}

async fn test(call: Call) -> Result<Answer, Fault> {
    let id = use_cases::test(call.app(), &call.caller).await.about(Family::Other)?;
    Answer::ok(ValidationAsked { correlation_id: id.to_string() })
}

async fn tested(call: Call) -> Result<Answer, Fault> {
    let id = call.id("id", Family::Other)?;
    let row = use_cases::tested(call.app(), &call.caller, id).await.about(Family::Other)?;
    let result = row.answered_at.map(|at| ValidationResult {
        response_code: if row.response_code == "200" { "OK".to_owned() } else { row.response_code.clone() },
        response_message: row.response_message.clone(),
        system_error: row.system_error,
        date_time_utc: date::write(at.timestamp()),
    });
    Answer::ok(Validation {
        correlation_id: id.to_string(),
        partner_id: call.caller.tenant.to_string(),
        status: row.state,
        callback_url: row.url,
        results: result.into_iter().collect(),
    })
}

fn of(id: Uuid, registration: Registration) -> WebhookRegistration {
    WebhookRegistration {
        subscriber_id: id.to_string(),
        webhook_url: registration.url,
        webhook_events: registration.events,
    }
}
