//! Writing audit records: one call beside the change, in the same transaction (I5).

use jiff::Timestamp;
use perpetua_domain::id::{PersonId, TenantId};
use perpetua_store::audit::{AuditPersonalRow, AuditRow};
use perpetua_store::{Conn, Id, StoreError};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::caller::{Caller, Guest, Ids, Stamp};
use crate::claim;

/// What happened, to what, and who may see it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Past-tense event, `noun.verb`.
    pub kind: &'static str,
    /// The partner that may see it, besides the operator.
    pub partner: Option<TenantId>,
    /// The customer that may see it, besides the operator.
    pub customer: Option<TenantId>,
    /// What sort of thing it happened to.
    pub subject_kind: &'static str,
    /// That thing's id.
    pub subject_id: String,
    /// Facts; never a secret (I7), never a personal value.
    pub detail: Value,
    /// Personal values such as a link's recipient; they can be erased later.
    pub personal: Vec<(&'static str, String)>,
}

impl Entry {
    /// An entry about one thing, visible to the operator only until tenants are named.
    pub fn new(kind: &'static str, subject_kind: &'static str, subject_id: impl std::fmt::Display) -> Self {
        let subject_id = subject_id.to_string();
        Self {
            kind,
            partner: None,
            customer: None,
            subject_kind,
            subject_id,
            detail: Value::Object(Map::new()),
            personal: Vec::new(),
        }
    }

    /// Lets a partner see it.
    #[must_use]
    pub const fn partner(mut self, partner: TenantId) -> Self {
        self.partner = Some(partner);
        self
    }

    /// Lets a customer see it.
    #[must_use]
    pub const fn customer(mut self, customer: TenantId) -> Self {
        self.customer = Some(customer);
        self
    }

    /// States the facts as a JSON object.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// Adds a personal value.
    #[must_use]
    pub fn personal(mut self, field: &'static str, value: impl Into<String>) -> Self {
        self.personal.push((field, value.into()));
        self
    }
}

/// Records what the caller did.
///
/// # Errors
///
/// Whatever the store says; the change must then not happen either.
///
/// A change asked for by the REST interface is claimed here too, because every change is recorded.
pub fn record(conn: &mut Conn, ids: &mut Ids<'_>, stamp: &Stamp, entry: &Entry) -> Result<(), StoreError> {
    claim::take(conn, stamp)?;
    write(conn, ids, &Actor::of(stamp), entry, "done")
}

/// Records what a known caller was refused. Called on its own, as the refused write is rolled back.
pub fn record_refusal(conn: &mut Conn, ids: &mut Ids<'_>, stamp: &Stamp, entry: &Entry) -> Result<(), StoreError> {
    write(conn, ids, &Actor::of(stamp), entry, "refused")
}

/// Records what somebody without an account did, such as using a download link.
pub fn record_guest(conn: &mut Conn, ids: &mut Ids<'_>, guest: &Guest, entry: &Entry) -> Result<(), StoreError> {
    let text = json!({ "network": guest.origin.network, "agent": guest.origin.agent }).to_string();
    let request_id = &guest.origin.request_id;
    let actor = Actor { now: guest.now, person: None, tenant: None, text, request_id, wire: None };
    write(conn, ids, &actor, entry, "done")
}

/// Records what a named person did who has no account, or not under it, such as opening a key that was handed over.
pub fn record_named(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    guest: &Guest,
    (name, email, person): (&str, &str, Option<PersonId>),
    entry: &Entry,
) -> Result<(), StoreError> {
    let text = json!({
        "name": name,
        "email": email,
        "network": guest.origin.network,
        "agent": guest.origin.agent,
    });
    let request_id = &guest.origin.request_id;
    let actor = Actor { now: guest.now, person, tenant: None, text: text.to_string(), request_id, wire: None };
    write(conn, ids, &actor, entry, "done")
}

/// Who acts, and when.
struct Actor<'a> {
    now: Timestamp,
    person: Option<PersonId>,
    tenant: Option<TenantId>,
    text: String,
    request_id: &'a str,
    /// The program and the caller's correlation id, for calls of the REST interface.
    wire: Option<Value>,
}

impl<'a> Actor<'a> {
    fn of(stamp: &'a Stamp) -> Self {
        let caller = &stamp.caller;
        Self {
            now: stamp.now,
            person: Some(caller.person),
            tenant: Some(caller.tenant),
            text: actor_text(caller),
            request_id: &caller.origin.request_id,
            wire: caller.origin.wire.as_ref().map(|wire| wire_facts(caller, wire.correlation)),
        }
    }
}

fn write(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    actor: &Actor<'_>,
    entry: &Entry,
    outcome: &str,
) -> Result<(), StoreError> {
    let id = ids.next();
    let mut values = vec![("actor", actor.text.clone())];
    values.extend(entry.personal.iter().cloned());
    let mut commitments = Map::new();
    let mut personal = Vec::with_capacity(values.len());
    for (field, value) in values {
        let salt = ids.bytes()[..16].to_vec();
        commitments.insert(field.to_owned(), Value::String(commitment(&salt, field, &value)));
        personal.push(AuditPersonalRow { record_id: Id(id), field: field.to_owned(), value, salt });
    }
    let mut detail = json!({ "facts": entry.detail, "personal": commitments });
    if let Some(wire) = &actor.wire {
        detail["wire"] = wire.clone();
    }
    let row = AuditRow {
        id: Id(id),
        at: actor.now.into(),
        kind: entry.kind.to_owned(),
        outcome: outcome.to_owned(),
        actor_id: actor.person.map(Id),
        actor_tenant_id: actor.tenant.map(Id),
        partner_id: entry.partner.map(Id),
        customer_id: entry.customer.map(Id),
        subject_kind: entry.subject_kind.to_owned(),
        subject_id: entry.subject_id.clone(),
        detail: detail.to_string(),
        request_id: actor.request_id.to_owned(),
        block_height: None,
        block_position: None,
    };
    perpetua_store::audit::insert(conn, &row, &personal)
}

/// What is committed to: base64 of SHA-256 over salt, field name and value, each with its length.
pub fn commitment(salt: &[u8], field: &str, value: &str) -> String {
    let mut hash = Sha256::new();
    for part in [salt, field.as_bytes(), value.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    data_encoding::BASE64.encode(&hash.finalize())
}

fn wire_facts(caller: &Caller, correlation: uuid::Uuid) -> Value {
    let mut facts = json!({ "correlation": correlation.to_string() });
    if let Some(app) = &caller.app {
        facts["app"] = json!({ "id": app.id.to_string(), "name": app.name, "alone": app.alone.is_some() });
    }
    facts
}

fn actor_text(caller: &Caller) -> String {
    json!({
        "name": caller.name,
        "email": caller.email,
        "tenant": caller.tenant_name,
        "network": caller.origin.network,
        "agent": caller.origin.agent,
    })
    .to_string()
}
