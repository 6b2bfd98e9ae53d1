//! Audit records as programs of the REST interface read them (contract 60, D-01): with customer, program
//! and correlation id, between two instants, newest first.

use std::collections::BTreeMap;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{AuditId, TenantId};
use perpetua_i18n::collation;
use perpetua_store::activity::{self as rows, Wanted};
use perpetua_store::audit::AuditRow;
use perpetua_store::{Conn, Id, Page, Utc, audit_chain, orders};
use serde_json::Value;

use crate::activity::{Key, scope};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::Problem;

/// Records read at once while a name is looked for.
const BATCH: i64 = 500;
/// Batches that one call reads at most.
const BATCHES_MAX: usize = 20;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant that no longer counts.
    pub until: Timestamp,
    /// Only what concerns this customer.
    pub customer: Option<TenantId>,
    /// Only customers whose name holds this, whatever its case and accents; empty for all.
    pub company: String,
    /// Only these kinds; empty for all.
    pub kinds: Vec<&'static str>,
    /// After which record.
    pub after: Option<Key>,
    /// The page that ends before `after`, in place of the one that begins behind it.
    pub backwards: bool,
    /// Records wanted, 1 to 500.
    pub limit: usize,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// Whether it was refused.
    pub is_refused: bool,
    /// The customer that it concerns.
    pub customer: Option<(TenantId, String)>,
    /// Who did it, as e-mail address; empty once erased.
    pub email: String,
    /// The program through which it was done.
    pub app: Option<String>,
    /// The caller's correlation id.
    pub correlation: Option<String>,
    /// What it happened to.
    pub subject: String,
    /// Facts; neither secrets nor personal values.
    pub facts: Value,
}

/// The records, and whether older ones follow.
///
/// # Errors
///
/// `missing_role`.
pub async fn list(app: &App, caller: &Caller, trail: Trail) -> Result<(Vec<Entry>, bool), Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| list_in(conn, &caller, &trail)).await
}

/// One record.
///
/// # Errors
///
/// `missing_role`, `not_found` also for records of others.
pub async fn get(app: &App, caller: &Caller, id: AuditId) -> Result<Entry, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::AuditView, Owner::Tenant(caller.tenant))?;
            let record = rows::find(conn, scope(&caller), id)?.ok_or_else(Problem::not_found)?;
            entries(conn, vec![record])?.pop().ok_or_else(Problem::not_found)
        })
        .await
}

fn list_in(conn: &mut Conn, caller: &Caller, trail: &Trail) -> Result<(Vec<Entry>, bool), Problem> {
    authorize::require(conn, caller, Permission::AuditView, Owner::Tenant(caller.tenant))?;
    let wanted = Wanted {
        from: Some(trail.from.into()),
        until: Some(trail.until.into()),
        customer: trail.customer,
        rising: trail.backwards,
        ..Wanted::default()
    };
    let company = collation::fold(&trail.company);
    let mut after = trail.after;
    let mut found = Vec::new();
    for _ in 0..BATCHES_MAX {
        let page = Page { after: after.map(|(at, id)| (Utc::from(at), Id(id))), limit: BATCH };
        let records = rows::list(conn, scope(caller), &wanted, &page)?;
        after = records.last().map(|record| (record.at.timestamp(), record.id.0));
        let is_last = records.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
        found.extend(entries(conn, records)?.into_iter().filter(|entry| is_wanted(entry, trail, &company)));
        if found.len() > trail.limit || is_last {
            break;
        }
    }
    let has_more = trail.backwards || found.len() > trail.limit;
    found.truncate(trail.limit);
    if trail.backwards {
        found.reverse();
    }
    Ok((found, has_more))
}

fn is_wanted(entry: &Entry, trail: &Trail, company: &str) -> bool {
    let is_kind = trail.kinds.is_empty() || trail.kinds.contains(&entry.kind.as_str());
    let name = entry.customer.as_ref().map(|(_, name)| collation::fold(name)).unwrap_or_default();
    is_kind && (company.is_empty() || name.contains(company))
}

fn entries(conn: &mut Conn, records: Vec<AuditRow>) -> Result<Vec<Entry>, Problem> {
    let ids: Vec<Id<AuditId>> = records.iter().map(|record| record.id).collect();
    let mut actors: BTreeMap<Id<AuditId>, String> = BTreeMap::new();
    for row in audit_chain::personal_of(conn, &ids)? {
        if row.field == "actor" {
            actors.insert(row.record_id, row.value);
        }
    }
    let customers = records.iter().filter_map(|record| record.customer_id.map(|id| id.0)).collect();
    let names: BTreeMap<TenantId, String> = orders::names(conn, customers)?.into_iter().collect();
    let entry = |record: AuditRow| {
        let detail: Value = serde_json::from_str(&record.detail).unwrap_or_default();
        let actor: Value = actors.get(&record.id).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Entry {
            id: record.id.0,
            at: record.at.timestamp(),
            is_refused: record.outcome == "refused",
            customer: record.customer_id.map(|id| (id.0, names.get(&id.0).cloned().unwrap_or_default())),
            email: text(&actor["email"]).unwrap_or_default(),
            app: text(&detail["wire"]["app"]["id"]),
            correlation: text(&detail["wire"]["correlation"]),
            subject: record.subject_id,
            facts: detail["facts"].clone(),
            kind: record.kind,
        }
    };
    Ok(records.into_iter().map(entry).collect())
}
