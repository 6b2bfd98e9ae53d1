//! Wrapped data keys and sealed signing keys. Nothing here is readable without the master key (I7).

use diesel::prelude::*;
use perpetua_domain::id::DataKeyId;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{data_key, signing_key};
use crate::values::{Id, Utc};

/// A data key, wrapped by the master key.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = data_key)]
pub struct DataKeyRow {
    /// Names the key in rows.
    pub id: Id<DataKeyId>,
    /// What it is for.
    pub purpose: String,
    /// Nonce and ciphertext.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Utc,
    /// When the last row gave it up.
    pub retired_at: Option<Utc>,
}

/// A signing key: the public half in clear, the seed sealed.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = signing_key)]
pub struct SigningKeyRow {
    /// Its id, as signatures name it.
    pub id: String,
    /// 32 bytes.
    pub public_key: Vec<u8>,
    /// The data key that opens the seed.
    pub data_key_id: Id<DataKeyId>,
    /// The sealed seed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Utc,
    /// When it stopped signing; it verifies for ever.
    pub retired_at: Option<Utc>,
}

/// All data keys, oldest first.
pub fn data_keys(conn: &mut Conn) -> Result<Vec<DataKeyRow>, StoreError> {
    Ok(data_key::table.order(data_key::id).select(DataKeyRow::as_select()).load(conn)?)
}

/// Adds a data key.
pub fn insert_data_key(conn: &mut Conn, row: &DataKeyRow) -> Result<(), StoreError> {
    diesel::insert_into(data_key::table).values(row).execute(conn)?;
    Ok(())
}

/// All signing keys, oldest first.
pub fn signing_keys(conn: &mut Conn) -> Result<Vec<SigningKeyRow>, StoreError> {
    Ok(signing_key::table.order(signing_key::created_at).select(SigningKeyRow::as_select()).load(conn)?)
}

/// Adds a signing key.
pub fn insert_signing_key(conn: &mut Conn, row: &SigningKeyRow) -> Result<(), StoreError> {
    diesel::insert_into(signing_key::table).values(row).execute(conn)?;
    Ok(())
}
