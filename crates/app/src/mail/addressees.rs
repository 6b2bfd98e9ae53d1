//! Whom an event concerns: the people of both sides by their roles, those whom a request names, and nobody who did it
//! themselves.

use jiff::Timestamp;
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::desk::Stage;
use perpetua_domain::id::{InvitationId, OrderId, PersonId, RequestId, RoleRequestId, RowId, TenantId};
use perpetua_domain::names::EmailAddress;
use perpetua_domain::request::{RequestOutcome, RequestState};
use perpetua_store::desk::{self as cases, CaseRow};
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::{Conn, StoreError, mail as rows, orders, password_resets, role_requests, tenants};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::MailKind;
use super::choices::wanting;
use crate::problem::Problem;

/// People of one organization whom one event reaches at most.
const PEOPLE_MAX: i64 = 100;

/// To whom a mail goes, without their address: that is read when the mail goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum To {
    /// Somebody who acts for an organization.
    Person {
        /// The person.
        person: PersonText,
        /// The organization for which they are told.
        tenant: TenantText,
    },
    /// Whom the request names to be answered.
    Contact,
    /// An address that the request names to be informed: the beginning of its hash.
    Informed(String),
    /// Whom the invitation names.
    Invited,
    /// Whoever forgot their password.
    Forgetful,
    /// To whom a product key is handed over.
    Recipient,
}

/// A person's id as text.
pub(super) type PersonText = String;
/// A tenant's id as text.
pub(super) type TenantText = String;

/// The fact of this name as an id.
pub(super) fn id<T: std::str::FromStr>(facts: &Value, name: &str) -> Option<T> {
    facts[name].as_str()?.parse().ok()
}

/// What stands for an informed address in the outbox.
pub(super) fn informed_mark(address: &str) -> String {
    let hash = Sha256::digest(address.trim().to_lowercase().as_bytes());
    data_encoding::HEXLOWER.encode(&hash[..8])
}

/// The addresses that a case names to be informed.
pub(super) fn informed(case: &CaseRow) -> impl Iterator<Item = &str> {
    case.inform.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Whether anybody is ever told of events of this kind.
pub(super) fn concerns(kind: &str) -> bool {
    matches!(
        kind,
        "order.placed"
            | "order.cancelled"
            | "request.opened"
            | "request.changed"
            | "request.closed"
            | "person.invited"
            | "invitation.renewed"
            | "password.reset_requested"
            | "role.requested"
            | "role.refused"
            | "role.granted"
            | "key.replaced"
            | "key.suspected"
            | "reminder.window"
            | "reminder.term"
            | "fleet.due"
            | "key.handed_over"
            | "key.hand_over_code_asked"
    )
}

/// Everybody who is to be told of an event, each with the kind of mail.
pub(super) fn addressees(
    conn: &mut Conn,
    kind: &str,
    facts: &Value,
    now: Timestamp,
) -> Result<Vec<(MailKind, To)>, Problem> {
    let found = match kind {
        "order.placed" => of_order(conn, MailKind::OrderPlaced, facts, "order", true, now)?,
        "order.cancelled" => of_order(conn, MailKind::OrderCancelled, facts, "id", true, now)?,
        "reminder.window" => of_order(conn, MailKind::WindowCloses, facts, "order", false, now)?,
        "reminder.term" => of_order(conn, MailKind::TermEnds, facts, "order", true, now)?,
        "fleet.due" => of_fleet(conn, facts, now)?,
        "request.opened" | "request.changed" | "request.closed" => of_request(conn, kind, facts, now)?,
        "person.invited" | "invitation.renewed" => {
            let is_there = id::<InvitationId>(facts, "invitation").is_some();
            if is_there { vec![(MailKind::Invitation, To::Invited)] } else { Vec::new() }
        }
        "password.reset_requested" => match id::<RowId>(facts, "reset") {
            Some(reset) if password_resets::find(conn, reset)?.is_some() => {
                vec![(MailKind::PasswordReset, To::Forgetful)]
            }
            _ => Vec::new(),
        },
        "key.handed_over" => vec![(MailKind::HandOver, To::Recipient)],
        "key.hand_over_code_asked" => vec![(MailKind::HandOverCode, To::Recipient)],
        "role.requested" => of_role_request(conn, facts, now)?,
        "role.refused" => of_person(MailKind::RoleRefused, facts),
        "role.granted" => of_person(MailKind::RoleGiven, facts),
        "key.replaced" => of_key(conn, MailKind::KeyReplaced, facts, now)?,
        "key.suspected" => of_alarm(conn, facts, now)?,
        _ => Vec::new(),
    };
    Ok(found)
}

fn to(person: PersonId, tenant: TenantId) -> To {
    To::Person { person: person.to_string(), tenant: tenant.to_string() }
}

fn each(kind: MailKind, tenant: TenantId, people: Vec<PersonId>) -> impl Iterator<Item = (MailKind, To)> {
    people.into_iter().map(move |person| (kind, to(person, tenant)))
}

/// The holders of roles in a tenant who want such mails.
fn holders(
    conn: &mut Conn,
    kind: MailKind,
    tenant: TenantId,
    roles: &[Role],
    now: Timestamp,
) -> Result<Vec<PersonId>, StoreError> {
    let people = rows::holders(conn, tenant, roles, now.into(), PEOPLE_MAX)?;
    wanting(conn, people, kind.topic())
}

/// The partner's admin agents and whoever placed the order; the customer's global administrators.
fn of_order(
    conn: &mut Conn,
    kind: MailKind,
    facts: &Value,
    name: &str,
    tells_customer: bool,
    now: Timestamp,
) -> Result<Vec<(MailKind, To)>, StoreError> {
    let Some(order) = id::<OrderId>(facts, name) else { return Ok(Vec::new()) };
    let Some(order) = orders::find(conn, order)? else { return Ok(Vec::new()) };
    let (partner, customer) = (order.partner_id.0, order.customer_id.0);
    let mut own = holders(conn, kind, partner, &[Role::AdminAgent], now)?;
    let buyer = order.placed_by.0;
    if !own.contains(&buyer) && rows::member(conn, partner, buyer, now.into())?.is_some() {
        own.extend(wanting(conn, vec![buyer], kind.topic())?);
    }
    let mut found: Vec<_> = each(kind, partner, own).collect();
    if tells_customer {
        let theirs = holders(conn, kind, customer, &[Role::GlobalAdmin], now)?;
        found.extend(each(kind, customer, theirs));
    }
    Ok(found)
}

/// The customer's global administrators, and the admin agents of the partners that serve it.
fn of_fleet(conn: &mut Conn, facts: &Value, now: Timestamp) -> Result<Vec<(MailKind, To)>, StoreError> {
    let Some(customer) = id::<TenantId>(facts, "customer") else { return Ok(Vec::new()) };
    let own = holders(conn, MailKind::FleetDue, customer, &[Role::GlobalAdmin], now)?;
    let mut found: Vec<_> = each(MailKind::FleetDue, customer, own).collect();
    for partner in perpetua_store::fleet::partners(conn, customer)? {
        let agents = holders(conn, MailKind::FleetDue, partner, &[Role::AdminAgent], now)?;
        found.extend(each(MailKind::FleetDue, partner, agents));
    }
    Ok(found)
}

/// Who may see the key of a purchase: the partner's admin agents, the customer's administrators and key viewers.
fn of_key(conn: &mut Conn, kind: MailKind, facts: &Value, now: Timestamp) -> Result<Vec<(MailKind, To)>, StoreError> {
    let parties = id::<TenantId>(facts, "partner").zip(id::<TenantId>(facts, "customer"));
    let Some((partner, customer)) = parties else { return Ok(Vec::new()) };
    let own = holders(conn, kind, partner, &[Role::AdminAgent], now)?;
    let theirs = holders(conn, kind, customer, &[Role::GlobalAdmin, Role::KeyViewer], now)?;
    Ok(each(kind, partner, own).chain(each(kind, customer, theirs)).collect())
}

/// Who can do something about a key that may be public: the partner's admin agents and the operator's support.
fn of_alarm(conn: &mut Conn, facts: &Value, now: Timestamp) -> Result<Vec<(MailKind, To)>, StoreError> {
    let kind = MailKind::KeySuspected;
    let Some(partner) = id::<TenantId>(facts, "partner") else { return Ok(Vec::new()) };
    let mut found: Vec<_> = each(kind, partner, holders(conn, kind, partner, &[Role::AdminAgent], now)?).collect();
    if let Some(desk) = tenants::operator(conn)? {
        let desk = desk.id.0;
        let people = holders(conn, kind, desk, &[Role::OperatorAdmin, Role::OperatorSupport], now)?;
        found.extend(each(kind, desk, people));
    }
    Ok(found)
}

/// The kind of mail that tells those who asked of an event of their request.
fn told_as(kind: &str, facts: &Value, row: &RequestRow) -> MailKind {
    match kind {
        "request.opened" => MailKind::RequestReceived,
        "request.changed" if row.state.0 == RequestState::AttentionNeeded => MailKind::RequestAttention,
        "request.changed" => MailKind::RequestChanged,
        _ => match facts["outcome"].as_str().and_then(RequestOutcome::parse) {
            Some(RequestOutcome::Credited) => MailKind::RequestCredited,
            Some(RequestOutcome::Refused) => MailKind::RequestRefused,
            Some(RequestOutcome::Withdrawn) => MailKind::RequestWithdrawn,
            None => MailKind::RequestClosed,
        },
    }
}

fn of_request(conn: &mut Conn, kind: &str, facts: &Value, now: Timestamp) -> Result<Vec<(MailKind, To)>, StoreError> {
    let Some(request) = id::<RequestId>(facts, "id") else { return Ok(Vec::new()) };
    let Some(row) = requests::find(conn, request)? else { return Ok(Vec::new()) };
    // A purchase that was cancelled at once has a request and no case; the order's own mail tells of it.
    let Some(case) = cases::find(conn, request)? else { return Ok(Vec::new()) };
    let told = told_as(kind, facts, &row);
    let actor = id::<PersonId>(facts, "actor");
    let mut found = of_those_who_asked(conn, told, &row, &case, actor.filter(|_| kind != "request.opened"))?;
    let answering = match kind {
        "request.opened" => MailKind::RequestFiled,
        "request.changed" => MailKind::RequestChanged,
        _ => told,
    };
    let (tenant, people) = those_who_answer(conn, answering, &row, &case, now)?;
    let others = people.into_iter().filter(|person| Some(*person) != actor).collect();
    found.extend(each(answering, tenant, others));
    Ok(found)
}

/// The contact and whom the request informs, but for people who do not want it, and for who did it.
fn of_those_who_asked(
    conn: &mut Conn,
    told: MailKind,
    row: &RequestRow,
    case: &CaseRow,
    actor: Option<PersonId>,
) -> Result<Vec<(MailKind, To)>, StoreError> {
    let key = |address: &str| EmailAddress::parse(address).ok().map(|address| address.key());
    let named = [(row.contact_email.as_str(), To::Contact)];
    let others = informed(case).map(|address| (address, To::Informed(informed_mark(address))));
    let mut addresses: Vec<(String, To)> = Vec::new();
    for (address, to) in named.into_iter().chain(others) {
        if let Some(key) = key(address).filter(|key| !addresses.iter().any(|(known, _)| known == key)) {
            addresses.push((key, to));
        }
    }
    let keys: Vec<String> = addresses.iter().map(|(key, _)| key.clone()).collect();
    let known = rows::people_of(conn, &keys)?;
    let willing = wanting(conn, known.iter().map(|person| person.id.0).collect(), told.topic())?;
    let wants = |(key, to): (String, To)| {
        let person = known.iter().find(|person| person.email_key == key);
        let is_wanted = person.is_none_or(|person| {
            person.state == "active" && willing.contains(&person.id.0) && Some(person.id.0) != actor
        });
        is_wanted.then_some((told, to))
    };
    Ok(addresses.into_iter().filter_map(wants).collect())
}

/// Whoever works on a request; before anybody does, and always when it is new, all who may.
fn those_who_answer(
    conn: &mut Conn,
    kind: MailKind,
    row: &RequestRow,
    case: &CaseRow,
    now: Timestamp,
) -> Result<(TenantId, Vec<PersonId>), StoreError> {
    if case.stage.0 == Stage::Partner {
        let partner = row.partner_id.0;
        return Ok((partner, holders(conn, kind, partner, &[Role::AdminAgent], now)?));
    }
    let Some(desk) = tenants::operator(conn)? else { return Ok((row.partner_id.0, Vec::new())) };
    let desk = desk.id.0;
    let people = match case.assignee_id {
        Some(person) if kind != MailKind::RequestFiled => wanting(conn, vec![person.0], kind.topic())?,
        _ if kind == MailKind::RequestFiled => {
            holders(conn, kind, desk, &[Role::OperatorAdmin, Role::OperatorSupport], now)?
        }
        _ => Vec::new(),
    };
    Ok((desk, people))
}

/// Those who may give the role that somebody asks for.
fn of_role_request(conn: &mut Conn, facts: &Value, now: Timestamp) -> Result<Vec<(MailKind, To)>, StoreError> {
    let (Some(tenant), Some(request)) = (id::<TenantId>(facts, "tenant"), id::<RoleRequestId>(facts, "request")) else {
        return Ok(Vec::new());
    };
    let Some(row) = role_requests::find(conn, tenant, request)? else { return Ok(Vec::new()) };
    let people = holders(conn, MailKind::RoleAsked, tenant, row.role.0.granted_by(), now)?;
    Ok(each(MailKind::RoleAsked, tenant, people).collect())
}

/// Whom a change of rights concerns, unless they made it themselves, as by accepting an invitation.
fn of_person(kind: MailKind, facts: &Value) -> Vec<(MailKind, To)> {
    let found = id::<PersonId>(facts, "person").zip(id::<TenantId>(facts, "tenant"));
    let told = found.filter(|(person, _)| Some(*person) != id::<PersonId>(facts, "actor"));
    told.map(|(person, tenant)| (kind, to(person, tenant))).into_iter().collect()
}

/// The path of the portal of a kind of organization.
pub(super) const fn area(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Operator => "/operator",
        TenantKind::Partner => "/partner",
        TenantKind::Customer => "/customer",
    }
}
