//! Audit records (contract 60, D-01 and D-02).
//!
//! A word that a client does not know makes its whole answer unreadable, so only words go out that all of them
//! know; what has none is left to the portal's activity log.

use std::fmt::Display;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use perpetua_app::audit_trail::{self, Entry, Trail};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date::{self, Moment};
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::filter::{Filter, Operator};
use crate::wire::link::{Address, Attributes};
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::{Continuation, Position};
use crate::wire::word;

/// Records on a page, unless fewer are asked for.
const PAGE: u32 = 500;
/// How far back one may ask, in days.
const DAYS_MAX: i64 = 90;
/// How far back one sees without asking, in days.
const DAYS: i64 = 30;

/// The operations.
pub fn rows() -> Vec<Operation> {
    vec![
        Operation::get("D-01", "/v1/auditrecords", handler!(list))
            .says("What was done, newest first")
            .own(P::AuditView)
            .asks("startDate", "The first day; 30 days back unless given, at most 90")
            .asks("endDate", "The last day; today unless given")
            .asks("filter", "JSON: CompanyName substring, CustomerId equals or ResourceType equals")
            .asks("size", "Records on a page, at most 500")
            .asks("seekOperation", "Next or Previous with the header MS-ContinuationToken, or First")
            .answers::<Collection<AuditRecord>>(200),
        Operation::get("D-02", "/v1/auditrecords/{id}", handler!(get))
            .says("One record, as webhooks name it")
            .own(P::AuditView)
            .answers::<AuditRecord>(200),
        Operation::get("D-02-activity", "/auditactivity/v1/auditrecords/{id}", handler!(get))
            .says("The same under the path of another host")
            .own(P::AuditView)
            .answers::<AuditRecord>(200),
    ]
}

/// A record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    id: String,
    partner_id: String,
    participants: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_name: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    user_principal_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_id: Option<String>,
    resource_type: &'static str,
    resource_new_value: String,
    operation_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    original_correlation_id: Option<String>,
    operation_date: String,
    /// `succeeded` or `failed`.
    operation_status: &'static str,
    customized_data: Vec<CustomizedData>,
    attributes: Attributes,
}

/// A fact of a record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomizedData {
    key: String,
    value: String,
}

/// Our kinds with the contract's words for resource and operation. What is missing is not shown: the
/// interface tells of what it knows words for, the portal's activity log of everything.
const WORDS: &[(&str, &str, &str)] = &[
    ("customer.created", "customer", "add_customer"),
    ("customer.edited", "customer", "update_customer_billing_profile"),
    ("relationship.ended", "customer", "remove_partner_customer_relationship"),
    ("relationship.accepted", "partner_relationship", "create_partner_relationship"),
    ("order.placed", "order", "create_order"),
    ("order.cancelled", "order", "update_order"),
    ("subscription.changed", "subscription", "update_subscription"),
    ("subscription.renewed", "subscription", "update_subscription"),
    ("subscription.renewal_refused", "subscription", "update_subscription"),
    ("agreement.recorded", "agreement", "create_agreement"),
    ("invoice.closed", "invoice", "ready_invoice"),
    ("key.revealed", "software_key", "get_software_key"),
    ("key.reveal_refused", "software_key", "get_software_key"),
    ("media.downloaded", "software_download_link", "get_software_download_link"),
    ("link.created", "software_download_link", "get_software_download_link"),
    ("app.registered", "application", "register_application"),
    ("app.removed", "application", "unregister_application"),
    ("app.credential_added", "application_credential", "add_application_credential"),
    ("app.credential_removed", "application_credential", "remove_application_credential"),
    ("person.invited", "partner_user", "create_partner_user"),
    ("person.removed", "partner_user", "remove_partner_user"),
    ("user.created", "customer_user", "create_customer_user"),
    ("user.edited", "customer_user", "update_customer_user"),
    ("user.password_set", "customer_user", "reset_customer_user_password"),
    ("user.removed", "customer_user", "delete_customer_user"),
    ("user.restored", "customer_user", "restore_customer_user"),
    ("role.given", "partner_user", "update_partner_user"),
    ("role.taken", "partner_user", "update_partner_user"),
];

async fn list(call: Call) -> Result<Answer, Fault> {
    let size = call.query.size(PAGE, PAGE)?;
    let now = call.app().clock.now();
    let (from, until) = range(&call, now)?;
    let filter = call.query.text("filter")?.map(Filter::parse).transpose()?;
    let mut trail = Trail {
        from,
        until,
        customer: None,
        company: String::new(),
        kinds: WORDS.iter().map(|(kind, ..)| *kind).collect(),
        after: None,
        backwards: false,
        limit: usize::try_from(size).unwrap_or(1),
    };
    if let Some(filter) = &filter {
        narrow(&mut trail, filter)?;
    }
    let name =
        format!("auditrecords {} {}", date::write(from), filter.as_ref().map(Filter::canonical).unwrap_or_default());
    let (seek, token) = (call.query.seek()?, call.continuation()?);
    if seek != Seek::First || token.is_some() {
        trail.backwards = seek == Seek::Previous;
        trail.after = Some(after(&token.unwrap_or_default(), &name, trail.backwards)?);
    }
    let (entries, has_more) = audit_trail::list(call.app(), &call.caller, trail).await.about(Family::Other)?;
    let place = |entry: &Entry| place(entry.at, entry.id);
    let token = match (has_more, entries.first(), entries.last()) {
        (true, Some(first), Some(last)) => Some(Continuation { first: place(first), last: place(last) }.token(&name)),
        _ => None,
    };
    let address = Address::of(["auditrecords"])
        .and("startDate", date::write(from))
        .and("size", size)
        .and_some("endDate", call.query.text("endDate")?)
        .and_some("filter", call.query.text("filter")?);
    let partner = call.caller.tenant.to_string();
    let records = entries.into_iter().filter_map(|entry| record(entry, &partner)).collect();
    Answer::ok(Collection::<AuditRecord>::seek(records, &address, token))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let partner = call.caller.tenant.to_string();
    // The id as it stands in lists, or the part of it that is ours.
    let text = call.params.get("id");
    let id = text.rsplit_once('_').map_or(text, |(_, id)| id).parse().map_err(|_| Fault::not_found())?;
    let entry = audit_trail::get(call.app(), &call.caller, id).await.about(Family::Other)?;
    Answer::ok(record(entry, &partner).ok_or_else(Fault::not_found)?)
}

/// The days asked for: the end day counts whole.
fn range(call: &Call, now: Timestamp) -> Result<(Timestamp, Timestamp), Fault> {
    let back = |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(now);
    let from = call.query.date("startDate")?.and_then(Moment::start).unwrap_or_else(|| back(DAYS));
    if from < back(DAYS_MAX + 1) {
        return Err(Fault::invalid_property("startDate", Reason::TooOld));
    }
    let later = now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now);
    let until = call.query.date("endDate")?.and_then(Moment::end).unwrap_or(later);
    Ok((from, until))
}

fn narrow(trail: &mut Trail, filter: &Filter) -> Result<(), Fault> {
    let equals = &[Operator::Equals];
    filter.allow(&[("CompanyName", &[Operator::Substring]), ("CustomerId", equals), ("ResourceType", equals)])?;
    let condition = filter.simple()?;
    if condition.is_about("CompanyName") {
        trail.company = condition.value.clone();
    } else if condition.is_about("CustomerId") {
        let id = condition.value.parse().map_err(|_| Fault::invalid_property("filter", Reason::Form))?;
        trail.customer = Some(id);
    } else {
        let of_type = WORDS.iter().filter(|(_, resource, _)| word::same(resource, &condition.value));
        trail.kinds = of_type.map(|(kind, ..)| *kind).collect();
        if trail.kinds.is_empty() {
            // A type that never occurs here; an empty list of kinds would mean all.
            trail.kinds.push("");
        }
    }
    Ok(())
}

/// The place of an entry in a list that is ordered by time.
pub(super) fn place(at: Timestamp, id: impl Display) -> Position {
    Position::of_key(at.as_microsecond().to_string(), id.to_string())
}

/// Where a list that is ordered by time goes on.
pub(super) fn after<T: FromStr>(token: &str, name: &str, backwards: bool) -> Result<(Timestamp, T), Fault> {
    let Continuation { first, last } = Continuation::read(token, name)?;
    let position = if backwards { first } else { last };
    let read = || {
        let micros = position.key.as_deref()?.parse().ok()?;
        Some((Timestamp::from_microsecond(micros).ok()?, position.id.parse().ok()?))
    };
    read().ok_or_else(|| Fault::invalid_property("MS-ContinuationToken", Reason::Token))
}

fn record(entry: Entry, partner: &str) -> Option<AuditRecord> {
    let (_, resource_type, operation_type) = WORDS.iter().find(|(kind, ..)| *kind == entry.kind)?;
    let facts = entry.facts.as_object().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let customized_data = facts
        .iter()
        .filter(|(_, value)| !value.is_object() && !value.is_array())
        .map(|(key, value)| CustomizedData { key: key.clone(), value: text(value) })
        .collect();
    let (customer_id, customer_name) = entry.customer.map(|(id, name)| (id.to_string(), name)).unzip();
    Some(AuditRecord {
        id: format!("{partner}_{}", entry.id),
        partner_id: partner.to_owned(),
        participants: vec![partner.to_owned()],
        customer_id,
        customer_name,
        user_principal_name: entry.email,
        application_id: entry.app,
        resource_type,
        resource_new_value: entry.facts.to_string(),
        operation_type,
        original_correlation_id: entry.correlation,
        operation_date: date::write(entry.at),
        operation_status: if entry.is_refused { "failed" } else { "succeeded" },
        customized_data,
        attributes: Attributes::of("AuditRecord"),
    })
}
