//! Asking for a refund with the four facts of the portal's form (M31, M36), when a cancellation is no longer possible.

use perpetua_app::desk::{self, Report};
use perpetua_app::support;
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::OrderLineId;
use perpetua_domain::request::{Impact, ProblemType, REASON_CHARS_MAX, ReasonChoice, TITLE_CHARS_MAX};
use perpetua_domain::support::TEXT_CHARS_MAX;

use super::super::orders::{find, wire_id};
use super::super::service_requests::{self, SEVERITIES, ServiceRequest};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::word::Words;

const EXAMPLE: &str = r#"{"lineItemNumber":0,"reason":"mistake","reasonText":"Bought twice.","amount":119.5,"title":"Refund for Harbor Server","severity":"moderate","primaryContact":{"firstName":"Ada","lastName":"Berg","email":"ada@northlake.example","phoneNumber":"+49401234567"}}"#;

/// The words of the portal's list.
const REASONS: Words<ReasonChoice> = Words(&[
    ("unknown", None),
    ("mistake", Some(ReasonChoice::Mistake)),
    ("wrong_product", Some(ReasonChoice::WrongProduct)),
    ("wrong_quantity", Some(ReasonChoice::WrongQuantity)),
    ("customer_withdrew", Some(ReasonChoice::CustomerWithdrew)),
    ("technical", Some(ReasonChoice::Technical)),
    ("other", Some(ReasonChoice::Other)),
]);

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::post("X-09", "/ext/v1/customers/{c}/orders/{o}/refundrequests", handler!(ask), EXAMPLE)
            .says("Ask the operator for a refund of an order or one line, with reason and amount")
            .over_customer(P::RefundRequest)
            .answers::<ServiceRequest>(201),
    ]
}

async fn ask(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let body = call.json()?;
    let fields = body.fields()?;
    let line = match fields.int("lineItemNumber")? {
        None => None,
        Some(number) => {
            let line = view.lines.iter().find(|line| line.line == number);
            Some(line.ok_or_else(|| fields.fault("lineItemNumber", Reason::Unknown))?.id)
        }
    };
    let report = read(&call, &fields, wire_id(view.order.id), line)?;
    let filed = desk::report(call.app(), &call.caller, report).await.about(Family::Other)?;
    let request = support::get(call.app(), &call.caller, call.customer, &filed.number).await.about(Family::Other)?;
    Answer::created(service_requests::of(request, call.lang()))
}

fn read(call: &Call, fields: &Fields<'_>, order: String, line: Option<OrderLineId>) -> Result<Report, Fault> {
    let text = |name: &str, max: usize| -> Result<String, Fault> {
        Ok(fields.optional_text(name, max)?.unwrap_or_default().to_owned())
    };
    let contact = fields.object("primaryContact")?;
    let told = |name: &str| match &contact {
        Some(contact) => Ok(contact.optional_text(name, 254)?.unwrap_or_default().trim().to_owned()),
        None => Ok(String::new()),
    };
    let or = |text: String, own: &str| if text.is_empty() { own.to_owned() } else { text };
    let name = format!("{} {}", told("firstName")?, told("lastName")?);
    Ok(Report {
        request_key: call.request_key(&format!("refund request {order}")),
        kind: Some(ProblemType::Refund),
        impact: fields.enum_word("severity", &SEVERITIES)?.or(Some(Impact::Moderate)),
        title: or(text("title", TITLE_CHARS_MAX)?, &order),
        customer: call.customer()?.to_string(),
        order,
        line,
        reason: fields.enum_word("reason", &REASONS)?,
        reason_text: text("reasonText", REASON_CHARS_MAX)?,
        amount: fields.scalar("amount")?.unwrap_or_default(),
        text: text("description", TEXT_CHARS_MAX)?,
        contact_name: or(name.trim().to_owned(), &call.caller.name),
        contact_email: or(told("email")?, &call.caller.email),
        contact_phone: told("phoneNumber")?,
        language: call.lang(),
        inform: String::new(),
        files: None,
    })
}
