//! The activity log of operator, partner and customer: who did what and when, newest first (M20, I5).
//!
//! A partner sees the records that name it, a customer those that name it, the operator all; names
//! come from the erasable values beside the record. Exports are made safe for spreadsheets, and the
//! one with proofs lets its reader check us (see [`crate::proof`]).

mod told;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{AuditId, PersonId, TenantId};
use perpetua_domain::names::EmailAddress;
use perpetua_i18n::{self as messages, Lang, format};
use perpetua_store::activity::{self as rows, Scope, Wanted};
use perpetua_store::audit::AuditRow;
use perpetua_store::{Conn, Id, Page, StoreError, Utc, audit_chain, orders, people, tenants};
use serde_json::Value;

pub use told::{FACTS, kinds, kinds_of, message_id, name_of_kind, named_kinds, values};
use told::{plain, tenants_of};

use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Records that one page shows at most.
pub const PAGE_MAX: i64 = 200;
/// Records that one export holds at most; a longer range is exported in parts.
pub const EXPORT_MAX: usize = 50_000;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The first day, in the tenant's zone.
    pub from: Option<Date>,
    /// The last day, in the tenant's zone.
    pub to: Option<Date>,
    /// Only what this person did.
    pub person: Option<PersonId>,
    /// Only this kind.
    pub kind: Option<String>,
}

/// A record's place in the list, for the next page.
pub type Key = (Timestamp, AuditId);

/// Who did it, as far as it has not been erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Actor {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The tenant for which they acted.
    pub tenant: String,
    /// Their network address.
    pub network: String,
    /// Their browser or program.
    pub agent: String,
}

/// One record as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The record.
    pub id: AuditId,
    /// When, in business time.
    pub at: Timestamp,
    /// What kind.
    pub kind: String,
    /// Whether it was refused.
    pub is_refused: bool,
    /// The person; `None` for the program itself.
    pub person: Option<PersonId>,
    /// Who they were then.
    pub actor: Actor,
    /// The tenant for which they acted.
    pub tenant: Option<TenantId>,
    /// What sort of thing it happened to.
    pub subject_kind: String,
    /// That thing's id.
    pub subject_id: String,
    /// Facts.
    pub facts: Value,
    /// Other personal values, such as a link's recipient.
    pub personal: BTreeMap<String, String>,
    /// The names of the organizations that it names to its reader, without the reader's own.
    pub organizations: Vec<String>,
    /// Whether it stands in a sealed block.
    pub is_sealed: bool,
}

impl Activity {
    /// The place of this record, for the next page.
    pub const fn key(&self) -> Key {
        (self.at, self.id)
    }
}

/// One page of the caller's activity log, newest first, after the last record of the page before.
///
/// # Errors
///
/// `missing_role`.
pub async fn list(
    app: &App,
    caller: &Caller,
    filter: &Filter,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<Activity>, Problem> {
    let (caller, filter) = (caller.clone(), filter.clone());
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::AuditView, Owner::Tenant(caller.tenant))?;
            let wanted = wanted(conn, &caller, &filter)?;
            Ok(page(conn, scope(&caller), &wanted, after, limit.clamp(1, PAGE_MAX))?)
        })
        .await
}

/// One page of what the caller's partner tenant and one of its customers did to each other, newest first.
///
/// # Errors
///
/// `not_found` when it never was the caller's customer, `relationship_ended`, `missing_role`.
pub async fn with_customer(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    filter: &Filter,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<Activity>, Problem> {
    let (caller, filter) = (caller.clone(), filter.clone());
    app.store
        .read(move |conn| {
            if caller.kind != TenantKind::Partner {
                return Err(Problem::not_found());
            }
            authorize::require(conn, &caller, Permission::CustomerView, Owner::Tenant(customer))?;
            authorize::require(conn, &caller, Permission::AuditView, Owner::Tenant(caller.tenant))?;
            let wanted = Wanted { customer: Some(customer), ..wanted(conn, &caller, &filter)? };
            Ok(page(conn, scope(&caller), &wanted, after, limit.clamp(1, PAGE_MAX))?)
        })
        .await
}

/// The records that a caller's tenant may see.
pub(crate) const fn scope(caller: &Caller) -> Scope {
    match caller.kind {
        TenantKind::Operator => Scope::All,
        TenantKind::Partner => Scope::Partner(caller.tenant),
        TenantKind::Customer => Scope::Customer(caller.tenant),
    }
}

/// Turns days of the tenant's zone into instants.
pub(crate) fn wanted(conn: &mut Conn, caller: &Caller, filter: &Filter) -> Result<Wanted, Problem> {
    let zone = zone(conn, caller.tenant)?;
    let start = |day: Date| day.to_zoned(zone.clone()).map(|at| Utc::from(at.timestamp()));
    let from = filter.from.map(start).transpose().map_err(|_| Problem::field("from", "date"))?;
    let day_after = filter.to.map(|day| day.tomorrow().and_then(start));
    let until = day_after.transpose().map_err(|_| Problem::field("to", "date"))?;
    Ok(Wanted { from, until, person: filter.person, kind: filter.kind.clone(), ..Wanted::default() })
}

/// The zone in which a tenant reads times.
pub fn zone(conn: &mut Conn, tenant: TenantId) -> Result<TimeZone, StoreError> {
    let name = tenants::find(conn, tenant)?.map(|row| row.zone).unwrap_or_default();
    Ok(TimeZone::get(&name).unwrap_or(TimeZone::UTC))
}

fn page(
    conn: &mut Conn,
    scope: Scope,
    wanted: &Wanted,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<Activity>, StoreError> {
    let after = after.map(|(at, id)| (Utc::from(at), Id(id)));
    let records = rows::list(conn, scope, wanted, &Page { after, limit })?;
    let ids: Vec<_> = records.iter().map(|record| record.id).collect();
    let mut personal: BTreeMap<Id<AuditId>, BTreeMap<String, String>> = BTreeMap::new();
    for row in audit_chain::personal_of(conn, &ids)? {
        personal.entry(row.record_id).or_default().insert(row.field, row.value);
    }
    let reader = match scope {
        Scope::All => None,
        Scope::Partner(own) | Scope::Customer(own) => Some(own),
    };
    let read = records.into_iter().map(|record| {
        let tenants = (record.partner_id.map(|id| id.0), record.customer_id.map(|id| id.0));
        let mut activity = read(personal.remove(&record.id).unwrap_or_default(), record);
        // A partner sees that its customer made a link, not for whom.
        if matches!(scope, Scope::Partner(own) if activity.tenant != Some(own)) {
            activity.personal.remove("recipient");
        }
        let named = tenants_of(&activity.facts, &activity.kind, tenants, reader);
        (activity, named)
    });
    let read: Vec<(Activity, Vec<TenantId>)> = read.collect();
    let ids = read.iter().flat_map(|(_, named)| named.iter().copied()).collect();
    let names: BTreeMap<TenantId, String> = orders::names(conn, ids)?.into_iter().collect();
    let named = read.into_iter().map(|(activity, named)| {
        let organizations = named.iter().filter_map(|tenant| names.get(tenant).cloned()).collect();
        Activity { organizations, ..activity }
    });
    Ok(named.collect())
}

fn read(mut personal: BTreeMap<String, String>, row: AuditRow) -> Activity {
    let mut detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let actor: Value = personal.remove("actor").and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Activity {
        id: row.id.0,
        at: row.at.timestamp(),
        kind: row.kind,
        is_refused: row.outcome == "refused",
        person: row.actor_id.map(|id| id.0),
        actor: Actor {
            name: plain(&actor["name"]),
            email: plain(&actor["email"]),
            tenant: plain(&actor["tenant"]),
            network: plain(&actor["network"]),
            agent: plain(&actor["agent"]),
        },
        tenant: row.actor_tenant_id.map(|id| id.0),
        subject_kind: row.subject_kind,
        subject_id: row.subject_id,
        facts: detail["facts"].take(),
        personal,
        organizations: Vec::new(),
        is_sealed: row.block_height.is_some(),
    }
}

/// The caller's activity log as CSV in the reader's language, newest first, at most [`EXPORT_MAX`] rows.
///
/// # Errors
///
/// `missing_role`.
pub async fn export_csv(app: &App, caller: &Caller, filter: &Filter, lang: Lang) -> Result<String, Problem> {
    let (known, filter) = (caller.clone(), filter.clone());
    let (wanted, zone) = app
        .store
        .read(move |conn| {
            authorize::require(conn, &known, Permission::AuditExport, Owner::Tenant(known.tenant))?;
            Ok::<_, Problem>((wanted(conn, &known, &filter)?, zone(conn, known.tenant)?))
        })
        .await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    let names =
        ["time", "time-utc", "person", "email", "tenant", "what", "details", "about", "result", "network", "record"];
    let heads = names.map(|name| messages::text(lang, &format!("activity_csv-{name}")));
    csv.write_record(heads.iter().map(AsRef::as_ref)).map_err(Problem::internal)?;
    let (scope, mut after, mut count) = (scope(caller), None, 0);
    while count < EXPORT_MAX {
        let part = wanted.clone();
        let found = app.store.read(move |conn| page(conn, scope, &part, after, PAGE_MAX)).await?;
        for activity in &found {
            csv.write_record(cells(activity, lang, &zone)).map_err(Problem::internal)?;
        }
        count += found.len();
        let Some(last) = found.last() else { break };
        after = Some(last.key());
    }
    let bytes = csv.into_inner().map_err(Problem::internal)?;
    String::from_utf8(bytes).map_err(Problem::internal)
}

fn cells(activity: &Activity, lang: Lang, zone: &TimeZone) -> [String; 11] {
    let actor = &activity.actor;
    let result = if activity.is_refused { "activity_page-not-done" } else { "activity_page-done" };
    [
        format::date_time(lang, activity.at, zone),
        activity.at.to_string(),
        actor.name.clone(),
        actor.email.clone(),
        actor.tenant.clone(),
        activity.sentence(lang),
        activity.details(lang, zone).join(" · "),
        activity.about().join(", "),
        messages::text(lang, result).into_owned(),
        actor.network.clone(),
        activity.id.to_string(),
    ]
    .map(|text| safe_cell(&text))
}

/// Keeps a spreadsheet from taking a cell for a formula.
pub fn safe_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

/// The zone in which the caller's tenant reads times.
pub async fn zone_of(app: &App, caller: &Caller) -> Result<TimeZone, Problem> {
    let tenant = caller.tenant;
    Ok(app.store.read(move |conn| zone(conn, tenant)).await?)
}

/// The person of an e-mail address. For an unknown one an id that nobody has: a filter by it finds
/// nothing, and so tells no more than a filter by somebody of another tenant.
pub async fn person_of(app: &App, email: &str) -> Result<PersonId, Problem> {
    let nobody = PersonId::new(uuid::Uuid::nil());
    let Ok(email) = EmailAddress::parse(email) else { return Ok(nobody) };
    let found = app.store.read(move |conn| people::find_by_email(conn, &email.key())).await?;
    Ok(found.map_or(nobody, |row| row.id.0))
}
