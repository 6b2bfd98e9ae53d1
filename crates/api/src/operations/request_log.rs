//! The log of the partner's own calls (contract 60, M-01 and M-02).

use jiff::Timestamp;
use perpetua_app::request_log::{self, ApiRequestRow};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::RowId;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::{after, place};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::{Address, Attributes};
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::Continuation;

/// Calls on a page, unless fewer are asked for.
const PAGE: u32 = 500;
/// What tokens of this list belong to.
const LIST: &str = "partnerRequests";

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::get("M-01", "/v1/partnerRequests", handler!(list))
            .says("Calls of the partner's programs and people in the last 30 days, newest first")
            .own(P::ApiRequestView)
            .asks("size", "Calls on a page, at most 500")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<PartnerRequest>>(200),
        Operation::get("M-02", "/v1/applicationmfaadoptionstatus", handler!(adoption))
            .says("Calls per day and program, and those of people who proved themselves twice")
            .own(P::ApiRequestView)
            .answers::<Vec<AdoptionStatus>>(200),
    ]
}

/// A call.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerRequest {
    request_id: String,
    correlation_id: String,
    /// Method and pattern of the path.
    operation_name: String,
    request_date_time: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    source_ip_address: String,
    /// The person; missing for a program alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    object_id: Option<String>,
    tenant_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    upn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<String>,
    mfa_compliant: bool,
    /// The status of the answer (an extension).
    status: i64,
    attributes: Attributes,
}

/// Calls of a program on one day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdoptionStatus {
    login_date: String,
    mfa_compliant_request_count: i64,
    total_request_count: i64,
    application_id: String,
    application_name: String,
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let size = call.query.size(PAGE, PAGE)?;
    let after = match call.query.seek()? {
        Seek::First if call.continuation()?.is_none() => None,
        Seek::Previous => return Err(Fault::invalid_property("seekOperation", Reason::NotExpected)),
        _ => Some(after::<RowId>(&call.continuation()?.unwrap_or_default(), LIST, false)?),
    };
    let found = request_log::list(call.app(), &call.caller, after, i64::from(size) + 1).await;
    let mut found = found.about(Family::Other)?;
    let wanted = usize::try_from(size).unwrap_or(1);
    let has_more = found.len() > wanted;
    found.truncate(wanted);
    let place = |row: &ApiRequestRow| place(row.at.timestamp(), row.id.0);
    let token = match (has_more, found.first(), found.last()) {
        (true, Some(first), Some(last)) => Some(Continuation { first: place(first), last: place(last) }.token(LIST)),
        _ => None,
    };
    let requests = found.into_iter().map(of).collect();
    let address = Address::of(["partnerRequests"]).and("size", size);
    Answer::ok(Collection::<PartnerRequest>::seek(requests, &address, token))
}

fn of(row: ApiRequestRow) -> PartnerRequest {
    PartnerRequest {
        request_id: row.request_id,
        correlation_id: row.correlation_id,
        operation_name: operation_name(&row.operation),
        request_date_time: date::write(row.at.timestamp()),
        source_ip_address: row.network,
        object_id: row.person_id.map(|person| person.0.to_string()),
        tenant_id: row.partner_id.0.to_string(),
        upn: row.person_name,
        application_id: row.app_id.map(|app| app.0.to_string()),
        mfa_compliant: row.is_mfa,
        status: row.status,
        attributes: Attributes::of("PartnerRequest"),
    }
}

/// `GET /v1/customers` as the documents write it: `Get /v{version}/customers`.
fn operation_name(operation: &str) -> String {
    let (method, path) = operation.split_once(' ').unwrap_or(("", operation));
    let (first, rest) = method.split_at(method.len().min(1));
    format!("{first}{} {}", rest.to_lowercase(), path.replacen("/v1/", "/v{version}/", 1))
}

async fn adoption(call: Call) -> Result<Answer, Fault> {
    let found = request_log::adoption(call.app(), &call.caller).await.about(Family::Other)?;
    // Days are counted from the beginning of the calendar of computers.
    let date = |day: i64| Timestamp::from_second(day * 86_400).map_or_else(|_| date::UNSET.to_owned(), date::write);
    let status = found.into_iter().map(|row| AdoptionStatus {
        login_date: date(row.day),
        mfa_compliant_request_count: row.compliant,
        total_request_count: row.total,
        application_id: row.app.to_string(),
        application_name: row.name,
    });
    Answer::ok(status.collect::<Vec<_>>())
}
