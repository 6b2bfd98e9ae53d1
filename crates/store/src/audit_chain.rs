//! The sealed blocks of the audit and the records in them (design §6).
//!
//! A record enters unsealed with the change that it tells of; later one block takes many of them.
//! The block's height is unique, so of two sealers that mean to write the same one, one loses.

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use perpetua_domain::id::AuditId;

use crate::audit::{AuditPersonalRow, AuditRow};
use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{audit_block, audit_personal, audit_record};
use crate::values::{Id, Utc};

/// One sealed block.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_block)]
pub struct BlockRow {
    /// Its place, from 1 without gaps.
    pub height: i64,
    /// The hash of the block before; zeros for the first.
    pub previous: Vec<u8>,
    /// The Merkle root over its records.
    pub root: Vec<u8>,
    /// How many records it holds.
    pub record_count: i64,
    /// When it was sealed, in business time.
    pub sealed_at: Utc,
    /// The key that signed it.
    pub signing_key: String,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Unsealed records in the order in which a block takes them, at most `limit`.
pub fn unsealed(conn: &mut Conn, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    let query = audit_record::table.filter(audit_record::block_height.is_null());
    Ok(query.order(audit_record::id).limit(limit).select(AuditRow::as_select()).load(conn)?)
}

/// How many records wait to be sealed that happened before an instant of business time.
pub fn unsealed_before(conn: &mut Conn, before: Utc) -> Result<i64, StoreError> {
    let query = audit_record::table.filter(audit_record::block_height.is_null()).filter(audit_record::at.lt(before));
    Ok(query.select(count_star()).first(conn)?)
}

/// How many records bear a block's height.
pub fn sealed_count(conn: &mut Conn) -> Result<i64, StoreError> {
    let query = audit_record::table.filter(audit_record::block_height.is_not_null());
    Ok(query.select(count_star()).first(conn)?)
}

/// The newest block.
pub fn head(conn: &mut Conn) -> Result<Option<BlockRow>, StoreError> {
    let query = audit_block::table.order(audit_block::height.desc());
    Ok(query.select(BlockRow::as_select()).first(conn).optional()?)
}

/// The block of one height.
pub fn block(conn: &mut Conn, height: i64) -> Result<Option<BlockRow>, StoreError> {
    let query = audit_block::table.filter(audit_block::height.eq(height));
    Ok(query.select(BlockRow::as_select()).first(conn).optional()?)
}

/// Blocks after a height, lowest first.
pub fn blocks_after(conn: &mut Conn, height: i64, limit: i64) -> Result<Vec<BlockRow>, StoreError> {
    let query = audit_block::table.filter(audit_block::height.gt(height)).order(audit_block::height).limit(limit);
    Ok(query.select(BlockRow::as_select()).load(conn)?)
}

/// The records of one block in their places.
pub fn records_of(conn: &mut Conn, height: i64) -> Result<Vec<AuditRow>, StoreError> {
    let query = audit_record::table.filter(audit_record::block_height.eq(height));
    Ok(query.order((audit_record::block_position, audit_record::id)).select(AuditRow::as_select()).load(conn)?)
}

/// The personal values of some records that have not been erased.
pub fn personal_of(conn: &mut Conn, records: &[Id<AuditId>]) -> Result<Vec<AuditPersonalRow>, StoreError> {
    let query = audit_personal::table.filter(audit_personal::record_id.eq_any(records));
    let ordered = query.order((audit_personal::record_id, audit_personal::field));
    Ok(ordered.select(AuditPersonalRow::as_select()).load(conn)?)
}

/// Writes a block over exactly these records, given in order of their ids.
///
/// # Errors
///
/// [`StoreError::Duplicate`] when another sealer wrote this height first; [`StoreError::Inconsistent`]
/// when one of the records is sealed already.
pub fn seal(conn: &mut Conn, block: &BlockRow, records: &[Id<AuditId>]) -> Result<(), StoreError> {
    diesel::insert_into(audit_block::table).values(block).execute(conn)?;
    let open =
        audit_record::table.filter(audit_record::id.eq_any(records)).filter(audit_record::block_height.is_null());
    let taken = diesel::update(open).set(audit_record::block_height.eq(Some(block.height))).execute(conn)?;
    if taken != records.len() {
        let what = format!("{taken} of {} records were unsealed", records.len());
        return Err(StoreError::Inconsistent { table: "audit_record", what });
    }
    // Both engines order ids by their bytes, and the block's records lie in that order.
    diesel::sql_query(
        "UPDATE audit_record SET block_position = placed.place FROM \
         (SELECT id AS record, row_number() OVER (ORDER BY id) - 1 AS place \
          FROM audit_record WHERE block_height = $1) AS placed \
         WHERE audit_record.id = placed.record",
    )
    .bind::<BigInt, _>(block.height)
    .execute(conn)?;
    Ok(())
}

/// Forgets the personal values of a record; its commitments, and so the chain, stay as they are.
pub fn erase_personal(conn: &mut Conn, record: AuditId) -> Result<usize, StoreError> {
    Ok(diesel::delete(audit_personal::table.filter(audit_personal::record_id.eq(Id(record)))).execute(conn)?)
}
