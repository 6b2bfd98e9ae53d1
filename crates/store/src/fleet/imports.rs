//! Uploads of inventories, and what became of each of their records.

use diesel::prelude::*;
use perpetua_domain::fleet::VerdictKind;
use perpetua_domain::id::{FleetImportId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{fleet_import, fleet_verdict};
use crate::values::{Id, Utc, Word};

/// One upload.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_import)]
pub struct ImportRow {
    /// Its id.
    pub id: Id<FleetImportId>,
    /// The customer.
    pub customer_id: Id<TenantId>,
    /// When.
    pub at: Utc,
    /// Who.
    pub by_name: String,
    /// Records that were read.
    pub records: i64,
    /// Those of them that are not certain.
    pub doubtful: i64,
    /// Pieces that were not read.
    pub unread: i64,
    /// Full keys that were masked.
    pub masked_keys: i64,
    /// Machines that were not known before.
    pub machines_new: i64,
    /// Machines of which something new was learned.
    pub machines_changed: i64,
    /// Machines that turned out to have moved.
    pub machines_moved: i64,
    /// What became of each file, as JSON.
    pub files: String,
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = fleet_verdict)]
pub struct VerdictRow {
    /// The upload.
    pub import_id: Id<FleetImportId>,
    /// Its place in the upload, from 1.
    pub number: i64,
    /// Whether it was read.
    pub kind: Word<VerdictKind>,
    /// The machine's name; empty when not known.
    pub machine: String,
    /// The file.
    pub file: String,
    /// The line; 0 for the whole file.
    pub line: i64,
    /// Doubts between blanks, or the failure.
    pub codes: String,
    /// What a failure is about.
    pub detail: String,
}

/// Adds an upload.
pub fn insert(conn: &mut Conn, row: &ImportRow) -> Result<(), StoreError> {
    diesel::insert_into(fleet_import::table).values(row).execute(conn)?;
    Ok(())
}

/// Adds verdicts of an upload, at most 1,000.
pub fn insert_verdicts(conn: &mut Conn, verdicts: &[VerdictRow]) -> Result<(), StoreError> {
    crate::insert_many!(conn, fleet_verdict::table, verdicts);
    Ok(())
}

/// Uploads of a customer, newest first.
pub fn list(conn: &mut Conn, customer: TenantId, limit: i64) -> Result<Vec<ImportRow>, StoreError> {
    Ok(fleet_import::table
        .filter(fleet_import::customer_id.eq(Id(customer)))
        .order((fleet_import::at.desc(), fleet_import::id.desc()))
        .limit(limit)
        .select(ImportRow::as_select())
        .load(conn)?)
}

/// One upload of a customer.
pub fn find(conn: &mut Conn, customer: TenantId, id: FleetImportId) -> Result<Option<ImportRow>, StoreError> {
    Ok(fleet_import::table
        .find(Id(id))
        .filter(fleet_import::customer_id.eq(Id(customer)))
        .select(ImportRow::as_select())
        .first(conn)
        .optional()?)
}

/// Verdicts of an upload after a number.
pub fn verdicts(
    conn: &mut Conn,
    id: FleetImportId,
    kind: Option<VerdictKind>,
    after: i64,
    limit: i64,
) -> Result<Vec<VerdictRow>, StoreError> {
    let mut query = fleet_verdict::table
        .filter(fleet_verdict::import_id.eq(Id(id)))
        .filter(fleet_verdict::number.gt(after))
        .order(fleet_verdict::number)
        .limit(limit)
        .select(VerdictRow::as_select())
        .into_boxed();
    if let Some(kind) = kind {
        query = query.filter(fleet_verdict::kind.eq(Word(kind)));
    }
    Ok(query.load(conn)?)
}

/// Forgets verdicts of all but the newest `kept` uploads of a customer, at most `limit`; the uploads themselves stay.
/// Answers with how many.
pub fn forget_verdicts(conn: &mut Conn, customer: TenantId, kept: i64, limit: i64) -> Result<usize, StoreError> {
    let old: Vec<Id<FleetImportId>> = fleet_import::table
        .filter(fleet_import::customer_id.eq(Id(customer)))
        .order((fleet_import::at.desc(), fleet_import::id.desc()))
        .offset(kept)
        .limit(5)
        .select(fleet_import::id)
        .load(conn)?;
    for id in old {
        let own = fleet_verdict::table.filter(fleet_verdict::import_id.eq(id));
        let numbers: Vec<i64> =
            own.order(fleet_verdict::number).limit(limit).select(fleet_verdict::number).load(conn)?;
        if let Some(last) = numbers.last() {
            return Ok(diesel::delete(own.filter(fleet_verdict::number.le(*last))).execute(conn)?);
        }
    }
    Ok(0)
}
