//! What a mail is about, as it is when the mail goes out: read by the ids of its row, and only as far as its reader
//! may know (I6). Who has left meanwhile is told nothing any more.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::desk::Stage;
use perpetua_domain::hand_over::HandOverState;
use perpetua_domain::id::{
    HandOverId, InvitationId, OrderId, OrderLineId, PersonId, RequestId, RoleRequestId, RowId, SubscriptionId, TenantId,
};
use perpetua_domain::money::Currency;
use perpetua_domain::order::LineState;
use perpetua_i18n::Lang;
use perpetua_store::invitations::{self, InvitationState};
use perpetua_store::orders::{OrderLineRow, OrderRow};
use perpetua_store::people::PersonRow;
use perpetua_store::requests::RequestRow;
use perpetua_store::{
    Conn, StoreError, Utc, credits, desk, fleet, hand_overs, mail as rows, orders, password_resets, people, requests,
    role_requests, software, subscriptions, support, tenants,
};
use serde_json::Value;

use super::MailKind;
use super::addressees::{To, id, informed, informed_mark};
use crate::context::App;
use crate::hand_over;
use crate::one_time;
use crate::people::arm_reset;
use crate::problem::Problem;

/// Who reads a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reader {
    /// Their name; may be empty.
    pub(super) name: String,
    /// Where it goes.
    pub(super) address: String,
    /// The language of its words.
    pub(super) lang: Lang,
    /// The kind and name of the organization for which they are told; `None` for addresses that somebody named.
    pub(super) member: Option<(TenantKind, String)>,
    /// Who writes: the operator's name.
    pub(super) operator: String,
    /// The time zone of instants that belong to no order.
    pub(super) zone: TimeZone,
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    Order(OrderSubject),
    Request(RequestSubject),
    Invitation(LinkSubject),
    PasswordReset(LinkSubject),
    Role { kind: MailKind, who: String, role: Role, organization: String, reason: String },
    Term(TermSubject),
    Fleet(FleetSubject),
    HandOver(HandOverSubject),
    Key(KeySubject),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OrderSubject {
    pub(super) kind: MailKind,
    pub(super) id: OrderId,
    pub(super) number: String,
    pub(super) partner: String,
    pub(super) customer: String,
    pub(super) customer_id: TenantId,
    pub(super) by: String,
    pub(super) po_number: String,
    pub(super) placed_at: Timestamp,
    pub(super) zone: TimeZone,
    /// Units and product of each line.
    pub(super) items: Vec<(i64, String)>,
    /// With tax, in minor units; never for the customer.
    pub(super) total: Option<(i64, Currency)>,
    /// Number and total of the credit note; never for the customer.
    pub(super) credit: Option<(String, i64, Currency)>,
    /// Until when it can be cancelled.
    pub(super) closes_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestSubject {
    pub(super) kind: MailKind,
    pub(super) id: RequestId,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) customer: String,
    pub(super) order: String,
    /// Whether a customer asks its partner.
    pub(super) is_ask: bool,
    /// Until when the first answer is promised, to whoever waits for it.
    pub(super) due_at: Option<Timestamp>,
    /// Who wrote what.
    pub(super) note: Option<(String, String)>,
    /// What the decision says.
    pub(super) reply: String,
    /// Number and total of the credit note; never for the customer.
    pub(super) credit: Option<(String, i64, Currency)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LinkSubject {
    pub(super) link: String,
    pub(super) organization: String,
    pub(super) roles: Vec<Role>,
    pub(super) until: Timestamp,
}

/// A product key, which no mail ever holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeySubject {
    pub(super) kind: MailKind,
    pub(super) product: String,
    pub(super) order: String,
    pub(super) customer: String,
    pub(super) customer_id: TenantId,
    pub(super) line: OrderLineId,
    /// Machines that were activated with it, or asked to be.
    pub(super) machines: i64,
    /// Networks from which they asked.
    pub(super) networks: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HandOverSubject {
    pub(super) link: String,
    pub(super) product: String,
    /// Who gives the key.
    pub(super) giver: String,
    /// For whom it was bought.
    pub(super) customer: String,
    pub(super) until: Timestamp,
    pub(super) zone: TimeZone,
    /// The code of the second mail.
    pub(super) code: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TermSubject {
    pub(super) name: String,
    pub(super) item: (i64, String),
    pub(super) customer: String,
    pub(super) customer_id: TenantId,
    pub(super) line: OrderLineId,
    pub(super) ends_at: Timestamp,
    pub(super) zone: TimeZone,
    pub(super) renews: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FleetSubject {
    pub(super) customer: String,
    pub(super) customer_id: TenantId,
    /// The first last safe day.
    pub(super) day: Date,
    /// Days until then when the warning was given.
    pub(super) days_left: i64,
    /// Machines that have not moved.
    pub(super) machines: i64,
}

/// What a mail carries that is stored nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OneTime {
    /// The path of its address; `None` where it carries none, or none any more.
    pub(super) path: Option<String>,
    /// The digits that people type.
    pub(super) code: Option<String>,
}

/// The one-time address and code that a mail carries.
///
/// # Errors
///
/// The store's, or a vault without keys.
pub(super) async fn made_for(app: &App, kind: MailKind, facts: &Value) -> Result<OneTime, Problem> {
    if matches!(kind, MailKind::HandOver | MailKind::HandOverCode) {
        return of_hand_over(app, kind, facts).await;
    }
    Ok(OneTime { path: link(app, kind, facts).await?, code: None })
}

async fn of_hand_over(app: &App, kind: MailKind, facts: &Value) -> Result<OneTime, Problem> {
    let Some(id) = id::<HandOverId>(facts, "hand_over") else { return Ok(OneTime::default()) };
    let Some(row) = app.store.read(move |conn| hand_overs::find(conn, id)).await? else {
        return Ok(OneTime::default());
    };
    let path = hand_over::token_of(app, &row)?.map(|token| hand_over::path_of(&token));
    if kind == MailKind::HandOver {
        return Ok(OneTime { path, code: None });
    }
    let asked = facts["code"].as_str().and_then(|text| BASE64URL_NOPAD.decode(text.as_bytes()).ok());
    // A later code took the place of this one.
    let Some(nonce) = asked.filter(|nonce| Some(nonce) == row.code_nonce.as_ref()) else {
        return Ok(OneTime::default());
    };
    let code = one_time::codes(app, hand_over::CODE, &nonce)?.into_iter().next();
    Ok(OneTime { path, code: code.map(|code| code.as_str().to_owned()) })
}

async fn link(app: &App, kind: MailKind, facts: &Value) -> Result<Option<String>, Problem> {
    match kind {
        MailKind::Invitation => {
            let Some(invitation) = id::<InvitationId>(facts, "invitation") else { return Ok(None) };
            let Some(row) = app.store.read(move |conn| invitations::by_id(conn, invitation)).await? else {
                return Ok(None);
            };
            let token = one_time::of_invitation(app, facts["nonce"].as_str().unwrap_or_default(), &row.token_hash)?;
            Ok(token.map(|token| format!("/invitation/{}", token.expose().as_str())))
        }
        MailKind::PasswordReset => {
            let Some(reset) = id::<RowId>(facts, "reset") else { return Ok(None) };
            let token = arm_reset(app, reset).await?;
            Ok(token.map(|token| format!("/reset/{}", token.expose().as_str())))
        }
        _ => Ok(None),
    }
}

/// Everything that a mail says, and to whom; `None` when it has become pointless.
///
/// # Errors
///
/// The store's.
pub(super) fn load(
    conn: &mut Conn,
    kind: MailKind,
    to: &To,
    facts: &Value,
    one_time: OneTime,
    now: Timestamp,
) -> Result<Option<(Reader, Subject)>, Problem> {
    let Some(reader) = reader(conn, to, facts, now)? else { return Ok(None) };
    let subject = match kind {
        MailKind::OrderPlaced | MailKind::WindowCloses => order(conn, kind, id(facts, "order"), facts, &reader)?,
        MailKind::OrderCancelled => order(conn, kind, id(facts, "id"), facts, &reader)?,
        MailKind::TermEnds => term(conn, facts)?,
        MailKind::FleetDue => fleet_due(conn, facts)?,
        MailKind::Invitation => invitation(conn, facts, one_time.path, now)?,
        MailKind::PasswordReset => reset(conn, facts, one_time.path)?,
        MailKind::HandOver | MailKind::HandOverCode => handed_over(conn, kind, facts, one_time)?,
        MailKind::KeyReplaced | MailKind::KeySuspected => key(conn, kind, facts)?,
        MailKind::RoleAsked | MailKind::RoleRefused | MailKind::RoleGiven => role(conn, kind, facts, &reader)?,
        _ => request(conn, kind, facts, &reader)?,
    };
    Ok(subject.map(|subject| (reader, subject)))
}

/// What is handed over to the reader; `None` once it was shown or taken back.
fn handed_over(
    conn: &mut Conn,
    kind: MailKind,
    facts: &Value,
    one_time: OneTime,
) -> Result<Option<Subject>, StoreError> {
    let Some(id) = id::<HandOverId>(facts, "hand_over") else { return Ok(None) };
    let row = hand_overs::find(conn, id)?.filter(|row| row.state.0 == HandOverState::Open);
    let Some((row, link)) = row.zip(one_time.path) else { return Ok(None) };
    if kind == MailKind::HandOverCode && one_time.code.is_none() {
        return Ok(None);
    }
    let Some((purchase, zone_name, _)) = software::find(conn, row.line_id.0)? else { return Ok(None) };
    Ok(Some(Subject::HandOver(HandOverSubject {
        link,
        product: purchase.title,
        giver: name_of(conn, row.giver_tenant_id.0)?,
        customer: name_of(conn, row.customer_id.0)?,
        until: row.expires_at.timestamp(),
        zone: zone(&zone_name),
        code: one_time.code,
    })))
}

fn lang(tag: &str) -> Lang {
    Lang::from_tag(tag).unwrap_or_default()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn reader(conn: &mut Conn, to: &To, facts: &Value, now: Timestamp) -> Result<Option<Reader>, StoreError> {
    let desk = tenants::operator(conn)?;
    let operator = desk.as_ref().map(|desk| desk.name.clone()).unwrap_or_default();
    let here = zone(desk.as_ref().map_or("UTC", |desk| desk.zone.as_str()));
    let guest = |name: String, address: String, lang: Lang| Reader {
        name,
        address,
        lang,
        member: None,
        operator: operator.clone(),
        zone: here.clone(),
    };
    let of_person = |person: PersonRow| guest(person.name, person.email, lang(&person.language));
    Ok(match to {
        To::Person { person, tenant } => {
            let (Ok(person), Ok(tenant)) = (person.parse::<PersonId>(), tenant.parse::<TenantId>()) else {
                return Ok(None);
            };
            let Some(person) = rows::member(conn, tenant, person, now.into())? else { return Ok(None) };
            let Some(tenant) = tenants::find(conn, tenant)? else { return Ok(None) };
            let zone = zone(&tenant.zone);
            Some(Reader { member: Some((tenant.kind.0, tenant.name)), zone, ..of_person(person) })
        }
        To::Contact | To::Informed(_) => {
            let Some(request) = id::<RequestId>(facts, "id") else { return Ok(None) };
            let (row, case) = (requests::find(conn, request)?, desk::find(conn, request)?);
            let Some((row, case)) = row.zip(case) else { return Ok(None) };
            match to {
                To::Informed(mark) => {
                    let named = informed(&case).find(|address| informed_mark(address) == *mark);
                    named.map(|address| guest(String::new(), address.to_owned(), lang(&case.language)))
                }
                _ => Some(guest(row.contact_name, row.contact_email, lang(&case.language))),
            }
        }
        To::Invited => {
            let Some(invitation) = id::<InvitationId>(facts, "invitation") else { return Ok(None) };
            let Some(row) = invitations::by_id(conn, invitation)? else { return Ok(None) };
            if let Some(known) = people::find_by_email(conn, &row.email_key)? {
                return Ok(Some(Reader { address: row.email, ..of_person(known) }));
            }
            let tenant = tenants::find(conn, row.tenant_id.0)?;
            let language = tenant.map(|tenant| lang(&tenant.language)).unwrap_or_default();
            Some(guest(String::new(), row.email, language))
        }
        To::Recipient => {
            let Some(id) = id::<HandOverId>(facts, "hand_over") else { return Ok(None) };
            let Some(row) = hand_overs::find(conn, id)? else { return Ok(None) };
            Some(guest(row.recipient_name, row.recipient_email, lang(&row.language)))
                .filter(|_| !row.email_key.is_empty())
        }
        To::Forgetful => {
            let Some(reset) = id::<RowId>(facts, "reset") else { return Ok(None) };
            let Some(row) = password_resets::find(conn, reset)? else { return Ok(None) };
            people::find(conn, row.person_id.0)?.filter(|person| person.state == "active").map(of_person)
        }
    })
}

fn name_of(conn: &mut Conn, tenant: TenantId) -> Result<String, StoreError> {
    Ok(tenants::find(conn, tenant)?.map(|tenant| tenant.name).unwrap_or_default())
}

fn product(line: &OrderLineRow) -> String {
    if line.sku_title.is_empty() { line.title.clone() } else { format!("{} – {}", line.title, line.sku_title) }
}

fn is_customer(reader: &Reader) -> bool {
    matches!(reader.member, Some((TenantKind::Customer, _)))
}

fn order(
    conn: &mut Conn,
    kind: MailKind,
    order: Option<OrderId>,
    facts: &Value,
    reader: &Reader,
) -> Result<Option<Subject>, StoreError> {
    let Some(order) = order else { return Ok(None) };
    let Some(order) = orders::find(conn, order)? else { return Ok(None) };
    let lines = orders::lines(conn, order.id.0)?;
    let closing: Option<i64> = facts["closesAt"].as_i64();
    let open = |line: &&OrderLineRow| {
        line.state.0 != LineState::Cancelled && closing.is_none_or(|at| line.window_closes_at.micros() == at)
    };
    let items: Vec<(i64, String)> = match kind {
        MailKind::OrderCancelled => cancelled_items(facts, &lines),
        MailKind::WindowCloses => {
            lines.iter().filter(open).map(|line| (line.quantity - line.cancelled_quantity, product(line))).collect()
        }
        _ => lines.iter().map(|line| (line.quantity, product(line))).collect(),
    };
    if items.is_empty() {
        // Everything was cancelled since the reminder was due.
        return Ok(None);
    }
    let closes_at = match kind {
        MailKind::OrderCancelled => None,
        _ => lines.iter().filter(open).map(|line| line.window_closes_at.timestamp()).min(),
    };
    let hides_amounts = is_customer(reader);
    let currency = order.currency.parse::<Currency>().ok().filter(|_| !hides_amounts);
    let credit = match (kind, facts["creditNote"].as_str(), currency) {
        (MailKind::OrderCancelled, Some(number), Some(currency)) => credits::of_order(conn, order.id.0)?
            .into_iter()
            .find(|note| note.number == number)
            .map(|note| (note.number, note.total, currency)),
        _ => None,
    };
    Ok(Some(Subject::Order(order_subject(conn, kind, order, items, (currency, credit, closes_at))?)))
}

fn order_subject(
    conn: &mut Conn,
    kind: MailKind,
    order: OrderRow,
    items: Vec<(i64, String)>,
    (currency, credit, closes_at): (Option<Currency>, Option<(String, i64, Currency)>, Option<Timestamp>),
) -> Result<OrderSubject, StoreError> {
    let by = people::find(conn, order.placed_by.0)?.map(|person| person.name).unwrap_or_default();
    Ok(OrderSubject {
        kind,
        id: order.id.0,
        partner: name_of(conn, order.partner_id.0)?,
        customer: name_of(conn, order.customer_id.0)?,
        customer_id: order.customer_id.0,
        by,
        placed_at: order.placed_at.timestamp(),
        zone: zone(&order.zone),
        total: currency.filter(|_| kind == MailKind::OrderPlaced).map(|currency| (order.total, currency)),
        number: order.number,
        po_number: order.po_number,
        items,
        credit,
        closes_at,
    })
}

/// What the event says was cancelled, with the products' names.
fn cancelled_items(facts: &Value, lines: &[OrderLineRow]) -> Vec<(i64, String)> {
    let cancelled = facts["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    let item = |cancelled: &Value| {
        let number = cancelled["line"].as_i64()?;
        let line = lines.iter().find(|line| line.line_no == number)?;
        Some((cancelled["quantity"].as_i64()?, product(line)))
    };
    cancelled.iter().filter_map(item).collect()
}

fn request(conn: &mut Conn, kind: MailKind, facts: &Value, reader: &Reader) -> Result<Option<Subject>, StoreError> {
    let Some(request) = id::<RequestId>(facts, "id") else { return Ok(None) };
    let (row, case) = (requests::find(conn, request)?, desk::find(conn, request)?);
    let Some((row, case)) = row.zip(case) else { return Ok(None) };
    let is_ask = case.stage.0 == Stage::Partner;
    let hides_amounts = is_ask && reader.member.as_ref().is_none_or(|(kind, _)| *kind == TenantKind::Customer);
    let order = match row.order_id {
        Some(order) => orders::find(conn, order.0)?.map(|order| order.number),
        None => None,
    };
    let note = match kind {
        MailKind::RequestChanged | MailKind::RequestAttention => note(conn, &row, facts)?,
        _ => None,
    };
    let credit = match row.credit_note_id {
        Some(note) if kind == MailKind::RequestCredited && !hides_amounts => {
            credits::find(conn, note.0)?.and_then(|note| Some((note.number, note.total, note.currency.parse().ok()?)))
        }
        _ => None,
    };
    let decided = matches!(kind, MailKind::RequestCredited | MailKind::RequestRefused);
    let waits = kind == MailKind::RequestReceived && case.answered_at.is_none();
    Ok(Some(Subject::Request(RequestSubject {
        kind,
        id: request,
        customer: name_of(conn, row.customer_id.0)?,
        number: row.number,
        title: row.title,
        order: order.unwrap_or_default(),
        is_ask,
        due_at: waits.then(|| case.due_at.timestamp()),
        note,
        reply: if decided { case.reply } else { String::new() },
        credit,
    })))
}

/// The latest note, when the event says that one was added.
fn note(conn: &mut Conn, row: &RequestRow, facts: &Value) -> Result<Option<(String, String)>, StoreError> {
    let changed = facts["changed"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !changed.iter().any(|word| word == "note") {
        return Ok(None);
    }
    let latest = support::notes(conn, vec![row.id])?.into_iter().last();
    Ok(latest.map(|note| (note.author_name, note.text)))
}

fn invitation(
    conn: &mut Conn,
    facts: &Value,
    link: Option<String>,
    now: Timestamp,
) -> Result<Option<Subject>, StoreError> {
    let Some((invitation, link)) = id::<InvitationId>(facts, "invitation").zip(link) else { return Ok(None) };
    let Some(row) = invitations::by_id(conn, invitation)? else { return Ok(None) };
    if row.state.0 != InvitationState::Open || row.expires_at.timestamp() <= now {
        return Ok(None);
    }
    Ok(Some(Subject::Invitation(LinkSubject {
        link,
        organization: name_of(conn, row.tenant_id.0)?,
        roles: row.roles.split_ascii_whitespace().filter_map(Role::parse).collect(),
        until: row.expires_at.timestamp(),
    })))
}

fn reset(conn: &mut Conn, facts: &Value, link: Option<String>) -> Result<Option<Subject>, StoreError> {
    let Some((reset, link)) = id::<RowId>(facts, "reset").zip(link) else { return Ok(None) };
    let Some(row) = password_resets::find(conn, reset)? else { return Ok(None) };
    let until = row.expires_at.timestamp();
    Ok(Some(Subject::PasswordReset(LinkSubject { link, organization: String::new(), roles: Vec::new(), until })))
}

fn role(conn: &mut Conn, kind: MailKind, facts: &Value, reader: &Reader) -> Result<Option<Subject>, StoreError> {
    let Some(role) = facts["role"].as_str().and_then(Role::parse) else { return Ok(None) };
    let organization = reader.member.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
    let (mut who, mut reason) = (String::new(), String::new());
    if kind == MailKind::RoleAsked {
        let asked = id::<TenantId>(facts, "tenant").zip(id::<RoleRequestId>(facts, "request"));
        let Some((tenant, request)) = asked else { return Ok(None) };
        let Some(row) = role_requests::find(conn, tenant, request)? else { return Ok(None) };
        who = people::find(conn, row.person_id.0)?.map(|person| person.name).unwrap_or_default();
        reason = row.reason;
    }
    Ok(Some(Subject::Role { kind, who, role, organization, reason }))
}

fn key(conn: &mut Conn, kind: MailKind, facts: &Value) -> Result<Option<Subject>, StoreError> {
    let Some(line) = id::<OrderLineId>(facts, "line") else { return Ok(None) };
    let Some((row, ..)) = software::find(conn, line)? else { return Ok(None) };
    if row.state.0 == LineState::Cancelled {
        return Ok(None);
    }
    Ok(Some(Subject::Key(KeySubject {
        kind,
        product: row.title,
        order: row.order_number,
        customer: name_of(conn, row.customer_id.0)?,
        customer_id: row.customer_id.0,
        line,
        machines: facts["machines"].as_i64().or(facts["attempts"].as_i64()).unwrap_or_default(),
        networks: facts["networks"].as_i64().unwrap_or_default(),
    })))
}

fn term(conn: &mut Conn, facts: &Value) -> Result<Option<Subject>, StoreError> {
    let Some(subscription) = id::<SubscriptionId>(facts, "subscription") else { return Ok(None) };
    let Some((row, line, place, _)) = subscriptions::find(conn, subscription)? else { return Ok(None) };
    // It was renewed, cancelled or shortened since the reminder was due.
    if facts["endsAt"].as_i64() != Some(row.term_ends_at.micros()) || line.state.0 == LineState::Cancelled {
        return Ok(None);
    }
    Ok(Some(Subject::Term(TermSubject {
        name: row.friendly_name,
        item: (line.quantity - line.cancelled_quantity, product(&line)),
        customer: name_of(conn, row.customer_id.0)?,
        customer_id: row.customer_id.0,
        line: line.id.0,
        ends_at: row.term_ends_at.timestamp(),
        zone: zone(&place),
        renews: row.auto_renew,
    })))
}

fn fleet_due(conn: &mut Conn, facts: &Value) -> Result<Option<Subject>, StoreError> {
    let Some(customer) = id::<TenantId>(facts, "customer") else { return Ok(None) };
    let Some(day) = facts["day"].as_i64() else { return Ok(None) };
    // Everything moved, or a new inventory gave more time, since the warning was due.
    if fleet::find(conn, customer)?.and_then(|fleet| fleet.alarm_day).map(Utc::micros) != Some(day) {
        return Ok(None);
    }
    let facts_of = fleet::machines::facts(conn, customer)?;
    let machines = facts_of.iter().filter(|row| row.state.0.has_to_move()).map(|row| row.machines).sum();
    Ok(Some(Subject::Fleet(FleetSubject {
        customer: name_of(conn, customer)?,
        customer_id: customer,
        day: TimeZone::UTC.to_datetime(Utc::from_micros(day).timestamp()).date(),
        days_left: facts["daysLeft"].as_i64().unwrap_or(0),
        machines,
    })))
}
