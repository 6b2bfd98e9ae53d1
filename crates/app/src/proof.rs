//! A tenant's own audit records with proofs: one JSON line per record, which its reader can verify
//! without trusting us (design §6).
//!
//! A line holds the record as it was hashed, the way of hashes from its leaf to the root of its
//! block, the block's header and its signature. With the public key, and the heads of the chain kept
//! elsewhere, nothing can be altered, slipped in or taken away unseen.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use perpetua_domain::access::Permission;
use perpetua_domain::id::MalformedId;
use perpetua_store::activity::{self as rows, Wanted};
use perpetua_store::audit::AuditRow;
use perpetua_store::audit_chain::{self, BlockRow};
use perpetua_store::{Conn, Id, Page, StoreError, Utc};
use serde_json::{Value, json};

use crate::activity::{EXPORT_MAX, Filter, PAGE_MAX, scope, wanted};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::chain::{Hash, Header, leaf, merkle};
use crate::context::App;
use crate::problem::Problem;
use crate::signing::PublicKey;

/// The caller's sealed records as JSON lines with proofs, newest first.
///
/// # Errors
///
/// `missing_role`.
pub async fn export(app: &App, caller: &Caller, filter: &Filter) -> Result<String, Problem> {
    let (known, filter) = (caller.clone(), filter.clone());
    let wanted = app
        .store
        .read(move |conn| {
            authorize::require(conn, &known, Permission::AuditExport, Owner::Tenant(known.tenant))?;
            Ok::<_, Problem>(Wanted { sealed: true, ..wanted(conn, &known, &filter)? })
        })
        .await?;
    let (scope, mut after, mut lines) = (scope(caller), None, Vec::new());
    while lines.len() < EXPORT_MAX {
        let part = wanted.clone();
        let found = app
            .store
            .read(move |conn| {
                let records = rows::list(conn, scope, &part, &Page { after, limit: PAGE_MAX })?;
                let last = records.last().map(|row| (row.at, row.id));
                Ok::<(Vec<Value>, Option<(Utc, Id<_>)>), StoreError>((prove(conn, &records)?, last))
            })
            .await?;
        lines.extend(found.0.iter().map(|line| format!("{line}\n")));
        if found.1.is_none() {
            break;
        }
        after = found.1;
    }
    Ok(lines.concat())
}

fn prove(conn: &mut Conn, records: &[AuditRow]) -> Result<Vec<Value>, StoreError> {
    let ids: Vec<_> = records.iter().map(|row| row.id).collect();
    let personal = audit_chain::personal_of(conn, &ids)?;
    let mut blocks: BTreeMap<i64, (BlockRow, Vec<Hash>)> = BTreeMap::new();
    let mut lines = Vec::with_capacity(records.len());
    for row in records {
        let (Some(height), Some(place)) = (row.block_height, row.block_position) else { continue };
        let (block, leaves) = match blocks.entry(height) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let Some(block) = audit_chain::block(conn, height)? else { continue };
                let leaves = audit_chain::records_of(conn, height)?.iter().map(leaf).collect();
                unknown.insert((block, leaves))
            }
        };
        let Some(path) = usize::try_from(place).ok().and_then(|place| merkle::proof(leaves, place)) else { continue };
        let of_record = personal.iter().filter(|value| value.record_id == row.id);
        let values: serde_json::Map<String, Value> = of_record
            .map(|value| (value.field.clone(), json!({ "value": value.value, "salt": HEXLOWER.encode(&value.salt) })))
            .collect();
        lines.push(json!({
            "record": record_json(row),
            "personal": values,
            "proof": { "position": place, "hashes": path.iter().map(|hash| HEXLOWER.encode(hash)).collect::<Vec<_>>() },
            "block": block_json(block),
        }));
    }
    Ok(lines)
}

fn record_json(row: &AuditRow) -> Value {
    json!({
        "id": row.id.0.to_string(),
        "at_micros": row.at.micros(),
        "kind": row.kind,
        "outcome": row.outcome,
        "actor": row.actor_id.map(|id| id.0.to_string()),
        "actor_tenant": row.actor_tenant_id.map(|id| id.0.to_string()),
        "partner": row.partner_id.map(|id| id.0.to_string()),
        "customer": row.customer_id.map(|id| id.0.to_string()),
        "subject_kind": row.subject_kind,
        "subject": row.subject_id,
        "detail": row.detail,
        "request": row.request_id,
    })
}

fn block_json(row: &BlockRow) -> Value {
    json!({
        "height": row.height,
        "previous": HEXLOWER.encode(&row.previous),
        "root": HEXLOWER.encode(&row.root),
        "count": row.record_count,
        "sealed_at_micros": row.sealed_at.micros(),
        "signing_key": row.signing_key,
        "signature": BASE64.encode(&row.signature),
    })
}

/// Whether a line of an export proves its record under this key: the leaf leads to the root, the
/// block is signed, and every personal value given is the one committed to.
pub fn verify(line: &str, key: PublicKey) -> bool {
    serde_json::from_str(line).ok().and_then(|line| verified(&line, key)).unwrap_or(false)
}

fn verified(line: &Value, key: PublicKey) -> Option<bool> {
    let record = &line["record"];
    let row = record_row(record)?;
    let block = &line["block"];
    let root = hash(&block["root"])?;
    let header = Header {
        height: block["height"].as_i64()?,
        previous: hash(&block["previous"])?,
        root,
        count: block["count"].as_i64()?,
        sealed_at: block["sealed_at_micros"].as_i64()?,
        signing_key: block["signing_key"].as_str()?.to_owned(),
    };
    let signature = BASE64.decode(block["signature"].as_str()?.as_bytes()).ok()?;
    let path: Option<Vec<Hash>> = line["proof"]["hashes"].as_array()?.iter().map(hash).collect();
    let place = line["proof"]["position"].as_u64()?;
    let is_in = merkle::verify(&leaf(&row), place, header.count.try_into().ok()?, &path?, &root);
    let detail: Value = serde_json::from_str(&row.detail).ok()?;
    let mut is_committed = true;
    for (field, given) in line["personal"].as_object()? {
        let salt = HEXLOWER.decode(given["salt"].as_str()?.as_bytes()).ok()?;
        let commitment = crate::audit::commitment(&salt, field, given["value"].as_str()?);
        is_committed &= detail["personal"][field] == commitment.as_str();
    }
    Some(is_in && is_committed && header.is_signed_by(key, &signature))
}

fn hash(text: &Value) -> Option<Hash> {
    HEXLOWER.decode(text.as_str()?.as_bytes()).ok()?.try_into().ok()
}

fn record_row(record: &Value) -> Option<AuditRow> {
    let text = |name: &str| record[name].as_str().map(str::to_owned);
    Some(AuditRow {
        id: Id(record["id"].as_str()?.parse().ok()?),
        at: Utc::from_micros(record["at_micros"].as_i64()?),
        kind: text("kind")?,
        outcome: text("outcome")?,
        actor_id: id(&record["actor"]).ok()?,
        actor_tenant_id: id(&record["actor_tenant"]).ok()?,
        partner_id: id(&record["partner"]).ok()?,
        customer_id: id(&record["customer"]).ok()?,
        subject_kind: text("subject_kind")?,
        subject_id: text("subject")?,
        detail: text("detail")?,
        request_id: text("request")?,
        block_height: None,
        block_position: None,
    })
}

/// An absent id is `null`; anything else must be an id.
fn id<T: FromStr<Err = MalformedId>>(value: &Value) -> Result<Option<Id<T>>, MalformedId> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(Id(text.parse()?))),
        _ => Err(MalformedId),
    }
}
