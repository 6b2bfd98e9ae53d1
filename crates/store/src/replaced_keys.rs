//! Keys that another one replaced: found by what they were found by, so that machines that still ask with one are known.
//!
//! The row of a purchase's key stays with its machines and counts; only its secret and what certificates name change.

use diesel::prelude::*;
use perpetua_domain::id::{DataKeyId, ProductKeyId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::keys::ProductKeyRow;
use crate::schema::{product_key, replaced_key};
use crate::values::{Id, Utc};

/// A key whose place another one took.
#[derive(Debug, Clone, PartialEq, Eq, Insertable, Queryable, Selectable)]
#[diesel(table_name = replaced_key)]
pub struct ReplacedRow {
    /// Keyed hash by which it is found.
    pub lookup_hash: Vec<u8>,
    /// The data key of that hash; it must stay for as long as this row.
    pub lookup_key_id: Id<DataKeyId>,
    /// The row of the purchase's key.
    pub key_id: Id<ProductKeyId>,
    /// How often the key had been replaced before this one came.
    pub generation: i64,
    /// The id that certificates named.
    pub certified_id: Id<ProductKeyId>,
    /// When it was replaced, in business time.
    pub replaced_at: Utc,
}

/// What takes the place of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecret {
    /// Keyed hash by which it is found.
    pub lookup_hash: Vec<u8>,
    /// The data key of that hash.
    pub lookup_key_id: Id<DataKeyId>,
    /// The data key that opens `sealed`.
    pub data_key_id: Id<DataKeyId>,
    /// Nonce and ciphertext.
    pub sealed: Vec<u8>,
    /// The id that certificates name from now on.
    pub certified_id: Id<ProductKeyId>,
}

/// Gives the row of a key another secret and opens its gate; the former secret is known as replaced from now on.
/// `key` was read in this transaction, `certified_id` is what certificates named until now.
///
/// # Errors
///
/// [`StoreError::Conflict`] when the key changed since it was read.
pub fn replace(
    conn: &mut Conn,
    key: &ProductKeyRow,
    (generation, certified_id): (i64, Id<ProductKeyId>),
    new: &NewSecret,
    now: Utc,
) -> Result<(), StoreError> {
    let former = ReplacedRow {
        lookup_hash: key.lookup_hash.clone(),
        lookup_key_id: key.lookup_key_id,
        key_id: key.id,
        generation,
        certified_id,
        replaced_at: now,
    };
    diesel::insert_into(replaced_key::table).values(&former).execute(conn)?;
    let own = product_key::table.filter(product_key::id.eq(key.id)).filter(product_key::version.eq(key.version));
    let changed = diesel::update(own)
        .set((
            product_key::lookup_hash.eq(&new.lookup_hash),
            product_key::lookup_key_id.eq(new.lookup_key_id),
            product_key::data_key_id.eq(new.data_key_id),
            product_key::sealed.eq(&new.sealed),
            product_key::successor_id.eq(Some(new.certified_id)),
            product_key::generation.eq(generation + 1),
            product_key::gate.eq("open"),
            product_key::gate_until.eq(None::<Utc>),
            product_key::version.eq(key.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "product_key" }) }
}

/// The generation of a replaced key with one of these hashes.
pub fn generation(conn: &mut Conn, key: ProductKeyId, hashes: &[[u8; 32]]) -> Result<Option<i64>, StoreError> {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    Ok(replaced_key::table
        .filter(replaced_key::lookup_hash.eq_any(hashes))
        .filter(replaced_key::key_id.eq(Id(key)))
        .select(replaced_key::generation)
        .first(conn)
        .optional()?)
}

/// The keys that were replaced by the present one, oldest first.
pub fn of_key(conn: &mut Conn, key: ProductKeyId) -> Result<Vec<ReplacedRow>, StoreError> {
    Ok(replaced_key::table
        .filter(replaced_key::key_id.eq(Id(key)))
        .order(replaced_key::generation)
        .select(ReplacedRow::as_select())
        .load(conn)?)
}
