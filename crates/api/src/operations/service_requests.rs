//! Service requests (contract 50, R-01 to R-08): the partner's questions to the operator.
//!
//! SDKs send a whole model of which `unknown`, `none`, nulls and dates of the year 1 mean "no change". What a
//! refund request asks for stands in a block of ours, `refund`, which the vendor's interface lacks.

use perpetua_app::support::{self, ChangeRequest, ListRequests, OpenRequest, RefundView, RequestView};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::TenantId;
use perpetua_domain::money::Currency;
use perpetua_domain::request::{Impact, ProblemType, RequestOutcome, RequestState};
use perpetua_domain::support::{TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use perpetua_i18n::{Lang, text};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::contact::Contact;
use super::orders::{parse_id, wire_id};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::filter::{Filter, Operator};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;
use crate::wire::money;
use crate::wire::page::Collection;
use crate::wire::word::Words;

/// Requests on a page, unless fewer are asked for.
const PAGE: u32 = 1000;

const EXAMPLE: &str = r#"{"title":"Key rejected","description":"It says no.","severity":"moderate","supportTopicId":"3001","primaryContact":{"firstName":"Ada","lastName":"Berg","email":"ada@northlake.example"},"countryCode":"DE"}"#;
const EXAMPLE_CHANGE: &str = r#"{"status":"open","severity":"critical","newNote":{"text":"It still says no."}}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::get("R-01", "/v1/servicerequests/supporttopics", handler!(topics))
            .says("What a request can be about")
            .own(P::RequestView)
            .answers::<Collection<SupportTopic>>(200),
        // In a POST the last part is the language of the answer, as `en-US`; the document needs one name for it.
        Operation::post("R-02", "/v1/servicerequests/{id}", handler!(open), EXAMPLE)
            .says("Ask the operator; the path ends with the language of the answer, as en-US")
            .own(P::RequestEdit)
            .answers::<ServiceRequest>(201),
        paged(Operation::get("R-03", "/v1/servicerequests", handler!(list)))
            .says("The partner's requests, newest first")
            .own(P::RequestView),
        Operation::get("R-04", "/v1/servicerequests/{id}", handler!(get))
            .says("One request with its conversation")
            .own(P::RequestView)
            .answers::<ServiceRequest>(200),
        Operation::patch("R-05", "/v1/servicerequests/{id}", handler!(change), EXAMPLE_CHANGE)
            .says("Add a note, close a request or open it again, or change its words")
            .own(P::RequestEdit)
            .answers::<ServiceRequest>(200),
        paged(Operation::get("R-06", "/v1/customers/{c}/servicerequests", handler!(list)))
            .says("Requests about one customer, newest first")
            .over_customer(P::RequestView),
        Operation::get("R-07", "/v1/customers/{c}/servicerequests/{id}", handler!(get))
            .says("One request about the customer")
            .over_customer(P::RequestView)
            .answers::<ServiceRequest>(200),
        Operation::patch("R-08", "/v1/customers/{c}/servicerequests/{id}", handler!(change), EXAMPLE_CHANGE)
            .says("Change a request about the customer")
            .over_customer(P::RequestEdit)
            .answers::<ServiceRequest>(200),
    ]
}

fn paged(operation: Operation) -> Operation {
    operation
        .asks("size", "Requests on a page, at most 1000")
        .asks("offset", "Requests to pass over, from 0")
        .asks("filter", "JSON: Status equals")
        .asks("status", "open, closed or attention_needed")
        .answers::<Collection<ServiceRequest>>(200)
}

/// What a request can be about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SupportTopic {
    /// A number: Java reads an integer.
    id: u32,
    name: String,
    description: String,
    attributes: Attributes,
}

/// A request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRequest {
    /// 15 digits.
    id: String,
    title: String,
    description: String,
    /// `critical`, `moderate` or `minimal`.
    severity: &'static str,
    support_topic_id: String,
    support_topic_name: String,
    /// `open`, `attention_needed` or `closed`.
    status: &'static str,
    organization: Organization,
    primary_contact: Contact,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_updated_by: Option<Contact>,
    #[serde(skip_serializing_if = "String::is_empty")]
    product_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    country_code: String,
    created_date: String,
    last_modified_date: String,
    /// Of the year 1 while the request is not closed: .NET reads no null here.
    last_closed_date: String,
    file_links: Vec<FileLink>,
    /// Oldest first.
    notes: Vec<Note>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<Refund>,
    attributes: Attributes,
}

/// Whom a request is about: a customer, or the partner itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestOrganization)]
pub struct Organization {
    id: String,
    name: String,
}

/// A file of a request; there is no way to attach one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestFileLink)]
pub struct FileLink {
    id: String,
    name: String,
}

/// A note of the conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RequestNote)]
pub struct Note {
    created_by_name: String,
    created_date: String,
    text: String,
}

/// What a refund request asks for (an extension).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RequestRefund)]
pub struct Refund {
    #[serde(skip_serializing_if = "Option::is_none")]
    order_id: Option<String>,
    /// With tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    amount: Option<Number>,
    #[serde(skip_serializing_if = "String::is_empty")]
    currency_code: String,
    /// Why, as one of the words of the portal's list.
    reason: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason_text: String,
    /// `credited`, `refused` or `withdrawn`; missing until it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
}

/// `unknown` is what SDKs send when nothing was chosen.
pub(super) const SEVERITIES: Words<Impact> = Words(&[
    ("unknown", None),
    ("critical", Some(Impact::Critical)),
    ("moderate", Some(Impact::Moderate)),
    ("minimal", Some(Impact::Minimal)),
]);

const STATES: Words<RequestState> = Words(&[
    ("none", None),
    ("open", Some(RequestState::Open)),
    ("closed", Some(RequestState::Closed)),
    ("attention_needed", Some(RequestState::AttentionNeeded)),
]);

async fn topics(call: Call) -> Result<Answer, Fault> {
    let topics = ProblemType::ALL.iter().map(|kind| SupportTopic {
        id: kind.topic(),
        name: topic_name(*kind, call.lang()),
        description: topic_name(*kind, call.lang()),
        attributes: Attributes::of("SupportTopic"),
    });
    Answer::ok(Collection::whole(topics.collect(), &call.address()))
}

fn topic_name(kind: ProblemType, lang: Lang) -> String {
    text(lang, &format!("problem-type-{}", kind.as_text())).into_owned()
}

async fn open(call: Call) -> Result<Answer, Fault> {
    if !is_locale(call.params.get("id")) {
        return Err(Fault::not_supported("POST", &call.path));
    }
    let body = call.json()?;
    let command = asked(&call, &body.fields()?)?;
    let request = support::open(call.app(), &call.caller, command).await.about(Family::Other)?;
    Answer::created(of(request, call.lang()))
}

/// Whether this is a language with or without a country, such as `en-US`.
fn is_locale(text: &str) -> bool {
    let (language, country) = text.split_once('-').unwrap_or((text, "US"));
    let fits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    fits(language, 2..=3) && fits(country, 2..=8)
}

fn asked(call: &Call, fields: &Fields<'_>) -> Result<OpenRequest, Fault> {
    let topic = fields.digits("supportTopicId", 10)?.ok_or_else(|| fields.fault("supportTopicId", Reason::Missing))?;
    let kind = topic.trim().parse().ok().and_then(ProblemType::of_topic);
    let kind = kind.ok_or_else(|| fields.fault("supportTopicId", Reason::Unknown))?;
    let impact = fields.enum_word("severity", &SEVERITIES)?.ok_or_else(|| fields.fault("severity", Reason::Missing))?;
    let contact = fields.object("primaryContact")?;
    let contact_text = |name: &str, max: usize| match &contact {
        Some(contact) => Ok(contact.optional_text(name, max)?.unwrap_or_default().trim().to_owned()),
        None => Ok(String::new()),
    };
    let name = format!("{} {}", contact_text("firstName", 100)?, contact_text("lastName", 100)?);
    let order = match fields.object("refund")? {
        None => None,
        Some(refund) => match refund.optional_text("orderId", 40)? {
            None => None,
            Some(id) => Some(parse_id(id).ok_or_else(|| refund.fault("orderId", Reason::Form))?),
        },
    };
    Ok(OpenRequest {
        request_key: call.request_key("service request"),
        customer: organization(call, fields)?,
        kind,
        impact,
        title: fields.required_text("title", TITLE_CHARS_MAX)?.to_owned(),
        description: fields.required_text("description", TEXT_CHARS_MAX)?.to_owned(),
        order,
        product_id: fields.optional_text("productId", 64)?.unwrap_or_default().to_owned(),
        country: fields.optional_text("countryCode", 2)?.unwrap_or_default().to_uppercase(),
        contact_name: name.trim().to_owned(),
        contact_email: contact_text("email", 254)?,
        contact_phone: contact_text("phoneNumber", 40)?,
    })
}

/// The customer in question; the partner itself, and no organization, is none.
fn organization(call: &Call, fields: &Fields<'_>) -> Result<Option<TenantId>, Fault> {
    let Some(organization) = fields.object("organization")? else { return Ok(None) };
    let Some(id) = organization.optional_text("id", 64)? else { return Ok(None) };
    let id: TenantId = id.trim().parse().map_err(|_| organization.fault("id", Reason::Form))?;
    Ok((id != call.caller.tenant).then_some(id))
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let (size, offset) = (call.query.size(PAGE, PAGE)?, call.query.offset()?);
    let filter = call.query.text("filter")?.map(Filter::parse).transpose()?;
    let state = match &filter {
        None => call.query.enum_word("status", &STATES)?,
        Some(filter) => {
            filter.allow(&[("Status", &[Operator::Equals])])?;
            let word = &filter.simple()?.value;
            STATES.read(word).ok_or_else(|| Fault::invalid_property("filter.value", Reason::Word))?
        }
    };
    let wanted = ListRequests { customer: call.customer, state, offset: offset.into(), limit: size.into() };
    let found = support::list(call.app(), &call.caller, wanted).await.about(Family::Other)?;
    let shown = i64::from(offset).saturating_add(i64::try_from(found.rows.len()).unwrap_or(0));
    let more = !found.rows.is_empty() && shown < found.total;
    let requests = found.rows.into_iter().map(|request| of(request, call.lang())).collect();
    let address =
        call.address().and_some("filter", call.query.text("filter")?).and_some("status", call.query.text("status")?);
    Answer::ok(Collection::<ServiceRequest>::offset(requests, &address, size, offset, more))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let number = number(&call)?;
    let request = support::get(call.app(), &call.caller, call.customer, &number).await.about(Family::Other)?;
    Answer::ok(of(request, call.lang()))
}

pub(super) fn number(call: &Call) -> Result<String, Fault> {
    support::number_of_wire(call.params.get("id")).ok_or_else(Fault::not_found)
}

async fn change(call: Call) -> Result<Answer, Fault> {
    let number = number(&call)?;
    let body = call.json()?;
    let fields = body.fields()?;
    let note = match fields.object("newNote")? {
        Some(note) => note.optional_text("text", TEXT_CHARS_MAX)?.map(str::to_owned),
        None => None,
    };
    let expected_version = match (call.header("If-Match").trim(), fields.etag()) {
        ("*", _) | ("", None) => None,
        _ => {
            let seen = support::get(call.app(), &call.caller, call.customer, &number).await.about(Family::Other)?;
            call.if_match(fields.etag(), &seen.version.to_string())?;
            Some(seen.version)
        }
    };
    let command = ChangeRequest {
        number,
        customer: call.customer,
        expected_version,
        note,
        state: fields.enum_word("status", &STATES)?,
        impact: fields.enum_word("severity", &SEVERITIES)?,
        title: fields.optional_text("title", TITLE_CHARS_MAX)?.map(str::to_owned),
        description: fields.optional_text("description", TEXT_CHARS_MAX)?.map(str::to_owned),
        files: None,
    };
    let request = support::change(call.app(), &call.caller, command).await.about(Family::Other)?;
    Answer::ok(of(request, call.lang()))
}

pub(super) fn of(request: RequestView, lang: Lang) -> ServiceRequest {
    let person = |id: String, name: &str, email: String, phone_number: String| {
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        Contact { contact_id: Some(id), first_name: first.to_owned(), last_name: last.to_owned(), email, phone_number }
    };
    let notes = request.notes.into_iter().map(|note| Note {
        created_by_name: note.author,
        created_date: date::write(note.at),
        text: note.text,
    });
    ServiceRequest {
        id: request.wire_number,
        title: request.title,
        description: request.description,
        severity: SEVERITIES.write(request.impact).unwrap_or("unknown"),
        support_topic_id: request.kind.topic().to_string(),
        support_topic_name: topic_name(request.kind, lang),
        status: STATES.write(request.state).unwrap_or("none"),
        organization: Organization { id: request.organisation.to_string(), name: request.organisation_name },
        primary_contact: person(
            request.created_by.to_string(),
            &request.contact_name,
            request.contact_email,
            request.contact_phone,
        ),
        last_updated_by: request
            .changed_by
            .map(|(id, name)| person(id.to_string(), &name, String::new(), String::new())),
        product_id: request.product_id,
        country_code: request.country,
        created_date: date::write(request.created_at),
        last_modified_date: date::write(request.changed_at),
        last_closed_date: request.closed_at.map_or_else(|| format!("{}Z", date::UNSET), date::write),
        file_links: Vec::new(),
        notes: notes.collect(),
        refund: request.refund.map(|refund| of_refund(refund, request.order.map(wire_id), request.outcome)),
        attributes: Attributes::versioned("ServiceRequest", request.version.to_string()),
    }
}

fn of_refund(refund: RefundView, order_id: Option<String>, outcome: Option<RequestOutcome>) -> Refund {
    let amount = match (refund.amount, refund.currency.parse::<Currency>()) {
        (Some(minor), Ok(currency)) => Some(money::amount(minor, currency)),
        _ => None,
    };
    Refund {
        order_id,
        amount,
        currency_code: refund.currency,
        reason: refund.reason.as_text(),
        reason_text: refund.reason_text,
        outcome: outcome.map(RequestOutcome::as_text),
    }
}
