//! What was revoked, and the lists that tell it. An entry stays for ever; a list is every entry up to its number.

use diesel::prelude::*;
use perpetua_domain::id::{MachineId, ProductKeyId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{revocation, revocation_list};
use crate::settings;
use crate::values::{Id, Utc};

/// Entries that one transaction puts into a list.
pub const CHUNK: i64 = 1_000;

/// The setting that one node at a time updates to begin a list.
const ANCHOR: &str = "revocation_list_begun";

/// A revoked key, or one revoked machine.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = revocation)]
pub struct RevocationRow {
    /// 8 bytes, as lists name it.
    pub tag: Vec<u8>,
    /// The number of the reason in lists.
    pub reason: i64,
    /// The key.
    pub key_id: Id<ProductKeyId>,
    /// The machine, when only that one is revoked.
    pub machine_id: Option<Id<MachineId>>,
    /// When.
    pub at: Utc,
    /// The first list that holds it; 0 until then.
    pub listed_in: i64,
}

/// A published list, or one that is being made.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = revocation_list)]
pub struct ListRow {
    /// Its number; never goes back.
    pub number: i64,
    /// The date that it bears.
    pub issued_at: Utc,
    /// By when the next one is made.
    pub next_at: Utc,
    /// The epoch of the installation in which it was made.
    pub epoch: i64,
    /// The signed head; empty until it is signed.
    pub head: Vec<u8>,
    /// Grows with every change.
    pub version: i64,
}

/// Revokes keys and machines; one that is revoked already keeps its reason.
pub fn insert(conn: &mut Conn, rows: &[RevocationRow]) -> Result<(), StoreError> {
    for chunk in rows.chunks(500) {
        crate::insert_many!(conn, revocation::table, chunk, or ignore);
    }
    Ok(())
}

/// Whether anything waits for a list.
pub fn is_waiting(conn: &mut Conn) -> Result<bool, StoreError> {
    let found: Option<i64> =
        revocation::table.filter(revocation::listed_in.eq(0)).select(revocation::listed_in).first(conn).optional()?;
    Ok(found.is_some())
}

/// The list with the highest number, signed or not.
pub fn newest(conn: &mut Conn) -> Result<Option<ListRow>, StoreError> {
    Ok(revocation_list::table
        .order(revocation_list::number.desc())
        .select(ListRow::as_select())
        .first(conn)
        .optional()?)
}

/// The signed lists with the highest numbers, the highest first, at most `limit`.
pub fn newest_signed(conn: &mut Conn, limit: i64) -> Result<Vec<ListRow>, StoreError> {
    Ok(revocation_list::table
        .filter(revocation_list::head.ne(Vec::new()))
        .order(revocation_list::number.desc())
        .limit(limit)
        .select(ListRow::as_select())
        .load(conn)?)
}

/// Begins a list after the signed one numbered `before`; `false` when another node was first.
pub fn begin(conn: &mut Conn, row: &ListRow, before: i64) -> Result<bool, StoreError> {
    // Whoever is second waits here for the first, and then sees its list: no two lists are ever open.
    settings::set(conn, ANCHOR, &row.number.to_string())?;
    let known = newest(conn)?;
    if known.as_ref().map_or(0, |known| known.number) != before || known.is_some_and(|known| known.head.is_empty()) {
        return Ok(false);
    }
    diesel::insert_into(revocation_list::table).values(row).execute(conn)?;
    Ok(true)
}

/// Puts up to [`CHUNK`] waiting entries into a list that is not signed; gives how many there were, none when the list
/// was signed meanwhile.
pub fn collect(conn: &mut Conn, number: i64) -> Result<usize, StoreError> {
    let open =
        revocation_list::table.filter(revocation_list::number.eq(number)).filter(revocation_list::head.eq(Vec::new()));
    if diesel::update(open).set(revocation_list::version.eq(revocation_list::version + 1)).execute(conn)? != 1 {
        return Ok(0);
    }
    let tags: Vec<Vec<u8>> = revocation::table
        .filter(revocation::listed_in.eq(0))
        .order(revocation::tag)
        .limit(CHUNK)
        .select(revocation::tag)
        .load(conn)?;
    if tags.is_empty() {
        return Ok(0);
    }
    let waiting = revocation::table.filter(revocation::tag.eq_any(tags));
    Ok(diesel::update(waiting).set(revocation::listed_in.eq(number)).execute(conn)?)
}

/// Stores the signed head of a list that is as it was when its entries were read; `false` when entries came in or
/// another node signed it.
pub fn sign(conn: &mut Conn, number: i64, version: i64, head: &[u8]) -> Result<bool, StoreError> {
    let open = revocation_list::table
        .filter(revocation_list::number.eq(number))
        .filter(revocation_list::version.eq(version))
        .filter(revocation_list::head.eq(Vec::new()));
    let set = (revocation_list::head.eq(head), revocation_list::version.eq(version + 1));
    Ok(diesel::update(open).set(set).execute(conn)? == 1)
}

/// Tag and reason of every entry of a list, by tag.
pub fn entries(conn: &mut Conn, number: i64) -> Result<Vec<(Vec<u8>, i64)>, StoreError> {
    Ok(revocation::table
        .filter(revocation::listed_in.gt(0))
        .filter(revocation::listed_in.le(number))
        .order(revocation::tag)
        .select((revocation::tag, revocation::reason))
        .load(conn)?)
}
