//! The installation's keys towards devices, sealed, and the links of their chain.

use diesel::prelude::*;
use perpetua_domain::id::DataKeyId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{license_chain, license_key};
use crate::values::{Id, Utc};

/// A key: the public half in clear, the seed sealed.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = license_key)]
pub struct LicenseKeyRow {
    /// The id of the public key, 16 hexadecimal digits.
    pub id: String,
    /// `root`, `signer` or `exchange`.
    pub purpose: String,
    /// 32 bytes.
    pub public_key: Vec<u8>,
    /// The data key that opens the seed.
    pub data_key_id: Id<DataKeyId>,
    /// The sealed seed.
    pub sealed: Vec<u8>,
    /// The first date that its documents may bear.
    pub not_before: Utc,
    /// The last one.
    pub not_after: Utc,
    /// When it became known to others, if it did.
    pub compromised_at: Option<Utc>,
    /// When it was made.
    pub created_at: Utc,
}

/// A link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = license_chain)]
pub struct ChainRow {
    /// Its number; never goes back.
    pub number: i64,
    /// The signed link.
    pub link: Vec<u8>,
    /// Whether the root changes here.
    pub is_root_change: bool,
}

/// All keys, oldest first.
pub fn all(conn: &mut Conn) -> Result<Vec<LicenseKeyRow>, StoreError> {
    Ok(license_key::table
        .order((license_key::created_at, license_key::id))
        .select(LicenseKeyRow::as_select())
        .load(conn)?)
}

/// Adds keys and the link that lists them; `false` when another node was first, so that `after` is not the number of
/// the newest link any more.
pub fn publish(conn: &mut Conn, keys: &[LicenseKeyRow], link: &ChainRow, after: i64) -> Result<bool, StoreError> {
    // Whoever is second waits here for the first, and then sees its link. The first link of all has a fixed number.
    let anchor = license_chain::table.filter(license_chain::number.eq(after));
    diesel::update(anchor).set(license_chain::is_root_change.eq(license_chain::is_root_change)).execute(conn)?;
    if newest_link(conn)?.map_or(0, |known| known.number) != after {
        return Ok(false);
    }
    if crate::insert_many!(conn, license_chain::table, std::slice::from_ref(link), or ignore) != 1 {
        return Ok(false);
    }
    if !keys.is_empty() {
        crate::insert_many!(conn, license_key::table, keys);
    }
    Ok(true)
}

/// Ends the time in which a key signs, or marks it as known to others.
pub fn limit_key(conn: &mut Conn, id: &str, not_after: Utc, compromised_at: Option<Utc>) -> Result<(), StoreError> {
    let set = (license_key::not_after.eq(not_after), license_key::compromised_at.eq(compromised_at));
    diesel::update(license_key::table.filter(license_key::id.eq(id))).set(set).execute(conn)?;
    Ok(())
}

/// The newest link.
pub fn newest_link(conn: &mut Conn) -> Result<Option<ChainRow>, StoreError> {
    Ok(license_chain::table.order(license_chain::number.desc()).select(ChainRow::as_select()).first(conn).optional()?)
}

/// The links that a device needs: each that changes the root, and the newest one; oldest first.
pub fn chain(conn: &mut Conn) -> Result<Vec<ChainRow>, StoreError> {
    let mut links: Vec<ChainRow> = license_chain::table
        .filter(license_chain::is_root_change.eq(true))
        .order(license_chain::number)
        .select(ChainRow::as_select())
        .load(conn)?;
    if let Some(newest) = newest_link(conn)?
        && links.last() != Some(&newest)
    {
        links.push(newest);
    }
    Ok(links)
}
