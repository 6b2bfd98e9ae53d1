//! Rows as the license crate's decisions need them, and back.

use jiff::Timestamp;
use perpetua_domain::id::MachineId;
use perpetua_license::certificate::{ActivationId, AfterGrace, Version, VersionRange};
use perpetua_license::machine::decision::{Former, KnownMachine};
use perpetua_license::machine::{EQUAL_PARTS_MIN, Fingerprint, PART_HASH_BYTES, PartHash, PartKind};
use perpetua_license::moment::Moment;
use perpetua_license::policy::leak::{LeakRules, Reaction};
use perpetua_license::policy::{KeyFacts, KeyState, Rules, Slot, SlotState, TopUp};
use perpetua_license::revocation::Reason;
use perpetua_license::signing::PublicKey;
use perpetua_store::activations::{ActivationKeyRow, LicensedLineRow, RuleRow};
use perpetua_store::machines::MachineRow;
use perpetua_store::{Id, StoreError, Utc};
use uuid::Uuid;

const PART_BYTES: usize = 1 + PART_HASH_BYTES;
/// Stands for the key of a machine of which only its hash is known; nobody signs with it.
const NOBODYS: PublicKey = PublicKey::from_bytes([0; 32]);

pub(super) fn utc(at: Moment) -> Utc {
    Utc::from_micros(at.unix() * 1_000_000)
}

pub(super) fn moment_of(at: Utc) -> Moment {
    Moment::from_unix(at.timestamp().as_second())
}

pub(super) fn activation_id(id: MachineId) -> ActivationId {
    ActivationId(id.uuid().into_bytes())
}

pub(super) fn machine_id(id: ActivationId) -> MachineId {
    MachineId::new(Uuid::from_bytes(id.0))
}

/// Why a key was revoked, from its row's word.
pub(super) fn reason_of(word: &str) -> Reason {
    let known = Reason::KNOWN.into_iter().find(|reason| reason.code() == word);
    known.unwrap_or(Reason::Operator)
}

/// The facts of a key. `returned_this_month` counts only when the row's month is the present one.
pub(super) fn key_facts(
    key: &ActivationKeyRow,
    line: &LicensedLineRow,
    is_suspended: bool,
    topped_up: &[Utc],
    now: Moment,
) -> KeyFacts {
    let state = match (key.state.as_str(), key.gate.as_str()) {
        ("active", "paused") if key.gate_until.is_none_or(|until| moment_of(until) > now) => {
            KeyState::Paused { until: key.gate_until.map(moment_of) }
        }
        ("active", _) if is_suspended => KeyState::Paused { until: None },
        ("active", _) => KeyState::Active,
        _ => KeyState::Revoked(reason_of(&key.revoke_reason)),
    };
    let count = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    let is_this_month = moment_of(key.returns_month) == now.this_month();
    KeyFacts {
        state,
        product: line.product_id.clone(),
        edition: line.sku_id.clone(),
        versions: versions(line),
        limit: count(key.activation_limit),
        used: count(key.activation_used),
        term_ends_at: line.term_ends_at.map_or(Moment::ZERO, moment_of),
        returned_this_month: if is_this_month { count(key.returns_count) } else { 0 },
        topped_up_at: topped_up.iter().copied().map(moment_of).collect(),
    }
}

/// The versions that were bought: up to the major version sold, and older ones by downgrade rights.
fn versions(line: &LicensedLineRow) -> VersionRange {
    match u16::try_from(line.version_rank) {
        Ok(0) | Err(_) => VersionRange::ALL,
        Ok(major) => {
            let lowest = if line.downgrade_rights { Version::LOWEST } else { Version { major, minor: 0 } };
            VersionRange { lowest, highest: Version { major, minor: u16::MAX } }
        }
    }
}

/// The publisher's rules of a product, or the defaults.
pub(super) fn rules(row: Option<&RuleRow>) -> Rules {
    let Some(row) = row else { return Rules::default() };
    let days = |days: i64| u16::try_from(days.max(0)).unwrap_or(u16::MAX);
    let count = |count: i64| u32::try_from(count.max(0)).unwrap_or(u32::MAX);
    let after_grace = AfterGrace::ALL.into_iter().find(|after| after.code() == row.after_grace);
    Rules {
        drift_period_days: days(row.drift_period_days),
        refresh_days: days(row.refresh_days),
        grace_days: days(row.grace_days),
        after_grace: after_grace.unwrap_or(AfterGrace::Reduce),
        list_max_days: days(row.list_max_days),
        returns_per_month: count(row.returns_per_month),
        top_up: (row.top_up_extra > 0)
            .then(|| TopUp { extra: count(row.top_up_extra), period_days: days(row.top_up_days) }),
        typed_days: (row.typed_days > 0).then(|| days(row.typed_days)),
        leak: LeakRules {
            attempts: count(row.leak_attempts),
            networks: count(row.leak_networks),
            reaction: Reaction::from_code(&row.leak_reaction).unwrap_or(Reaction::Mark),
            pause_hours: days(row.leak_pause_hours),
        },
    }
}

/// A machine as decisions see it.
pub(super) fn slot(row: &MachineRow) -> Result<Slot, StoreError> {
    let former = match (&row.former_key, &row.former_parts, row.former_at) {
        (Some(key), Some(parts), Some(at)) => Some(Former {
            machine_key: public_key(key)?,
            fingerprint: fingerprint(parts)?,
            replaced_at: moment_of(at),
            was_return: row.former_was_return,
        }),
        _ => None,
    };
    let state = match (row.state.as_str(), row.free_at) {
        ("active", _) => SlotState::Active,
        ("leaving", Some(free_at)) => SlotState::Leaving { free_at: moment_of(free_at) },
        _ => SlotState::Returned,
    };
    Ok(Slot {
        machine: KnownMachine {
            activation: activation_id(row.id.0),
            machine_key: if row.machine_key.is_empty() { NOBODYS } else { public_key(&row.machine_key)? },
            fingerprint: fingerprint(&row.parts)?,
            first_seen: moment_of(row.first_seen),
            drifted_at: row.drifted_at.map(moment_of),
            former,
        },
        state,
        certified_at: moment_of(row.certified_at),
        certificate_ends_at: moment_of(row.certificate_ends_at),
    })
}

/// A generation as decisions count it.
pub(super) fn generation(stored: i64) -> u32 {
    u32::try_from(stored.max(0)).unwrap_or(u32::MAX)
}

/// What the row stores of a machine that a decision changed.
pub(super) fn store_machine(row: &mut MachineRow, machine: &KnownMachine) {
    row.machine_key = machine.machine_key.as_bytes().to_vec();
    row.machine_tag = machine.machine_key.id().as_bytes().to_vec();
    row.parts = parts(&machine.fingerprint);
    row.drifted_at = machine.drifted_at.map(utc);
    let former = machine.former.as_ref();
    row.former_key = former.map(|former| former.machine_key.as_bytes().to_vec());
    row.former_parts = former.map(|former| parts(&former.fingerprint));
    row.former_at = former.map(|former| utc(former.replaced_at));
    row.former_was_return = former.is_some_and(|former| former.was_return);
}

/// Number and hash of each part, one after the other.
pub(super) fn parts(fingerprint: &Fingerprint) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(fingerprint.parts().len() * PART_BYTES);
    for (kind, hash) in fingerprint.parts() {
        bytes.push(kind.number());
        bytes.extend_from_slice(hash.as_bytes());
    }
    bytes
}

/// The hashes alone, by which a machine is found. The processor is left out: a whole fleet may have the same one.
pub(super) fn hashes(fingerprint: &Fingerprint) -> Vec<[u8; PART_HASH_BYTES]> {
    let telling = fingerprint.parts().iter().filter(|(kind, _)| *kind != PartKind::Processor);
    telling.map(|(_, hash)| *hash.as_bytes()).collect()
}

/// How many of these hashes any match has in common: [`EQUAL_PARTS_MIN`] parts, of which one may be the processor only
/// where there is no other than that and one more, since fewer than four parts must all be equal.
pub(super) fn equal_min(hashes: &[[u8; PART_HASH_BYTES]]) -> usize {
    hashes.len().clamp(1, EQUAL_PARTS_MIN)
}

fn fingerprint(bytes: &[u8]) -> Result<Fingerprint, StoreError> {
    let (chunks, rest) = bytes.as_chunks::<PART_BYTES>();
    let part = |chunk: &[u8; PART_BYTES]| {
        let (number, hash) = chunk.split_first().ok_or_else(damaged)?;
        let hash: [u8; PART_HASH_BYTES] = hash.try_into().map_err(|_| damaged())?;
        Ok((PartKind::from_number(*number).ok_or_else(damaged)?, PartHash::from_bytes(hash)))
    };
    let parts = chunks.iter().map(part).collect::<Result<Vec<_>, StoreError>>()?;
    if rest.is_empty() { Ok(Fingerprint::from_hashes(parts)) } else { Err(damaged()) }
}

fn public_key(bytes: &[u8]) -> Result<PublicKey, StoreError> {
    bytes.try_into().map(PublicKey::from_bytes).map_err(|_| damaged())
}

fn damaged() -> StoreError {
    StoreError::Inconsistent { table: "machine", what: "a key or fingerprint is damaged".to_owned() }
}

/// The instant of a moment, for people.
pub fn timestamp(at: Moment) -> Timestamp {
    utc(at).timestamp()
}

/// The id of a row as bytes.
pub(super) fn bytes_of(id: Id<MachineId>) -> Vec<u8> {
    id.0.uuid().as_bytes().to_vec()
}
