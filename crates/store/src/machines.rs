//! Machines: the activations of product keys, found by machine key or by a part of their fingerprint.

use diesel::dsl::count_star;
use diesel::prelude::*;
use perpetua_domain::id::{MachineId, OrderLineId, ProductKeyId};

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::prepared::prepared;
use crate::schema::{machine, machine_part};
use crate::values::{Id, Page, Utc};

/// Most machines that one decision compares; beyond that those with the most equal parts stay, of these the oldest.
const CANDIDATES_MAX: i64 = 200;

/// One activation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = machine, treat_none_as_null = true)]
pub struct MachineRow {
    /// Its id, which certificates name.
    pub id: Id<MachineId>,
    /// The key that it uses.
    pub key_id: Id<ProductKeyId>,
    /// The purchase of that key.
    pub line_id: Id<OrderLineId>,
    /// Its public key, 32 bytes; empty while only a typed code is known of it.
    pub machine_key: Vec<u8>,
    /// The first 8 bytes of that key's SHA-256.
    pub machine_tag: Vec<u8>,
    /// Its fingerprint, 17 bytes per part.
    pub parts: Vec<u8>,
    /// `active`, `leaving`, `returned` or `released`.
    pub state: String,
    /// From when a leaving one no longer counts.
    pub free_at: Option<Utc>,
    /// What its owner calls it; may be empty.
    pub name: String,
    /// `network`, `file` or `typed`: how it asked last.
    pub via: String,
    /// The software's version, before the dot.
    pub software_major: i64,
    /// After the dot.
    pub software_minor: i64,
    /// When it was first activated.
    pub first_seen: Utc,
    /// When it asked last.
    pub last_seen: Utc,
    /// When its newest certificate was made.
    pub certified_at: Utc,
    /// When that one proves nothing any more.
    pub certificate_ends_at: Utc,
    /// When its fingerprint changed last.
    pub drifted_at: Option<Utc>,
    /// The machine key before its last change.
    pub former_key: Option<Vec<u8>>,
    /// The fingerprint before it.
    pub former_parts: Option<Vec<u8>>,
    /// When that was.
    pub former_at: Option<Utc>,
    /// Whether that change brought back an earlier machine key.
    pub former_was_return: bool,
    /// When it was returned, released or began to leave.
    pub ended_at: Option<Utc>,
    /// Grows with every change.
    pub version: i64,
    /// The generation of the key with which it asked last, under which `parts` are hashed.
    pub generation: i64,
}

/// An entry of the index of parts.
#[derive(Debug, Clone, PartialEq, Eq, Insertable)]
#[diesel(table_name = machine_part)]
struct PartRow {
    key_id: Id<ProductKeyId>,
    hash: Vec<u8>,
    machine_id: Id<MachineId>,
}

/// The machine of an activation, if it belongs to this key.
pub fn find(conn: &mut Conn, key: ProductKeyId, id: MachineId) -> Result<Option<MachineRow>, StoreError> {
    Ok(machine::table
        .filter(machine::id.eq(Id(id)))
        .filter(machine::key_id.eq(Id(key)))
        .select(MachineRow::as_select())
        .first(conn)
        .optional()?)
}

/// One machine.
pub fn by_id(conn: &mut Conn, id: MachineId) -> Result<Option<MachineRow>, StoreError> {
    Ok(machine::table.filter(machine::id.eq(Id(id))).select(MachineRow::as_select()).first(conn).optional()?)
}

/// The machine of a key that counts under the first 8 bytes of a machine key's hash, as typed requests name it.
pub fn by_tag(conn: &mut Conn, key: ProductKeyId, tag: &[u8]) -> Result<Option<MachineRow>, StoreError> {
    Ok(machine::table
        .filter(machine::key_id.eq(Id(key)))
        .filter(machine::machine_tag.eq(tag))
        .filter(machine::state.eq_any(["active", "leaving"]))
        .order((machine::first_seen, machine::id))
        .select(MachineRow::as_select())
        .first(conn)
        .optional()?)
}

/// The machines of a key that count and have this machine key, or share at least so many of these parts. One of which
/// only a typed code is known is found by the tag of the machine key.
pub fn candidates(
    conn: &mut Conn,
    key: ProductKeyId,
    (machine_key, tag): (&[u8; 32], &[u8]),
    (hashes, equal_min): (&[[u8; 16]], usize),
) -> Result<Vec<MachineRow>, StoreError> {
    let by_key: Option<MachineRow> = machine::table
        .filter(machine::key_id.eq(Id(key)))
        .filter(machine::machine_key.eq(machine_key.as_slice()))
        .filter(machine::state.eq_any(["active", "leaving"]))
        .order((machine::first_seen, machine::id))
        .select(MachineRow::as_select())
        .first(conn)
        .optional()?;
    // Whoever has the machine key wins, whatever the parts say.
    if let Some(row) = by_key {
        return Ok(vec![row]);
    }
    if let Some(row) = by_tag(conn, key, tag)?.filter(|row| row.machine_key.is_empty()) {
        return Ok(vec![row]);
    }
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    let ids: Vec<Id<MachineId>> = machine_part::table
        .filter(machine_part::key_id.eq(Id(key)))
        .filter(machine_part::hash.eq_any(hashes))
        .group_by(machine_part::machine_id)
        .having(count_star().ge(i64::try_from(equal_min).unwrap_or(i64::MAX)))
        .select(machine_part::machine_id)
        .order((count_star().desc(), machine_part::machine_id))
        .limit(CANDIDATES_MAX)
        .load(conn)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(machine::table.filter(machine::id.eq_any(ids)).select(MachineRow::as_select()).load(conn)?)
}

/// Adds a machine and its parts.
pub fn insert(conn: &mut Conn, row: &MachineRow, hashes: &[[u8; 16]]) -> Result<(), StoreError> {
    diesel::insert_into(machine::table).values(row).execute(conn)?;
    insert_parts(conn, row, hashes)
}

fn insert_parts(conn: &mut Conn, row: &MachineRow, hashes: &[[u8; 16]]) -> Result<(), StoreError> {
    let part = |hash: &[u8; 16]| PartRow { key_id: row.key_id, hash: hash.to_vec(), machine_id: row.id };
    let parts: Vec<PartRow> = hashes.iter().map(part).collect();
    if !parts.is_empty() {
        crate::insert_many!(conn, machine_part::table, &parts, or ignore);
    }
    Ok(())
}

/// Stores a machine anew; its parts only when they changed.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the row changed since it was read: `row.version` is still the one that was read.
pub fn update(conn: &mut Conn, row: &MachineRow, new_parts: Option<&[[u8; 16]]>) -> Result<(), StoreError> {
    let known = machine::table.filter(machine::id.eq(row.id)).filter(machine::version.eq(row.version));
    let next = MachineRow { version: row.version + 1, ..row.clone() };
    let changed = prepared(diesel::update(known).set(&next).returning(machine::version)).load::<i64>(conn)?;
    if changed.len() != 1 {
        return Err(StoreError::Conflict { table: "machine" });
    }
    if let Some(hashes) = new_parts {
        remove_parts(conn, &[row.id])?;
        insert_parts(conn, row, hashes)?;
    }
    Ok(())
}

/// Takes machines out of the index of parts: they no longer count.
pub fn remove_parts(conn: &mut Conn, ids: &[Id<MachineId>]) -> Result<(), StoreError> {
    diesel::delete(machine_part::table.filter(machine_part::machine_id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

/// Ends up to 500 leaving machines of a key whose time has come; gives how many, and when the next one is due.
pub fn sweep(conn: &mut Conn, key: ProductKeyId, now: Utc) -> Result<(usize, Option<Utc>), StoreError> {
    let leaving = || machine::table.filter(machine::key_id.eq(Id(key))).filter(as_indexed("machine.state = 'leaving'"));
    let due: Vec<Id<MachineId>> =
        leaving().filter(machine::free_at.le(now)).order(machine::free_at).limit(500).select(machine::id).load(conn)?;
    if !due.is_empty() {
        diesel::update(machine::table.filter(machine::id.eq_any(due.clone())))
            .set((machine::state.eq("returned"), machine::version.eq(machine::version + 1)))
            .execute(conn)?;
        remove_parts(conn, &due)?;
    }
    let next: Option<Option<Utc>> =
        leaving().order(machine::free_at).select(machine::free_at).first(conn).optional()?;
    Ok((due.len(), next.flatten()))
}

/// The machines of a purchase, the one seen last first; `after` is the last row of the page before.
pub fn of_line(
    conn: &mut Conn,
    line: OrderLineId,
    page: &Page<(Utc, MachineId)>,
) -> Result<Vec<MachineRow>, StoreError> {
    let mut query = machine::table.filter(machine::line_id.eq(Id(line))).into_boxed();
    if let Some((seen, id)) = page.after {
        query = query.filter(machine::last_seen.lt(seen).or(machine::last_seen.eq(seen).and(machine::id.lt(Id(id)))));
    }
    Ok(query
        .order((machine::last_seen.desc(), machine::id.desc()))
        .limit(page.limit)
        .select(MachineRow::as_select())
        .load(conn)?)
}

/// Up to `limit` machines of a key that count, longest unseen first.
pub fn longest_unseen(conn: &mut Conn, key: ProductKeyId, limit: i64) -> Result<Vec<MachineRow>, StoreError> {
    Ok(machine::table
        .filter(machine::key_id.eq(Id(key)))
        .filter(machine::state.eq_any(["active", "leaving"]))
        .order((machine::last_seen, machine::id))
        .limit(limit)
        .select(MachineRow::as_select())
        .load(conn)?)
}
