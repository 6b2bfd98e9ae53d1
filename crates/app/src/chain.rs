//! What is hashed and signed in the audit chain, as plain functions of rows: leaves, trees, blocks.
//!
//! `docs` of the format: a leaf is the SHA-256 of byte 0 and the record's encoding of version 1; a
//! block's hash is the SHA-256 of the block's encoding of version 1, and its signature is over that
//! encoding. Encodings are labels and values joined with their lengths as 8 bytes, big end first, so
//! that no two records give the same bytes; an absent value is one byte 0, a present one byte 1 and
//! the value. They never change; a change of format is a new label.

pub mod merkle;

use perpetua_store::audit::AuditRow;
use perpetua_store::audit_chain::BlockRow;
use sha2::{Digest, Sha256};

use crate::signing::PublicKey;

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash before the first block.
pub const GENESIS: Hash = [0; 32];

const RECORD_LABEL: &[u8] = b"perpetua audit record v1";
const BLOCK_LABEL: &[u8] = b"perpetua audit block v1";

/// The leaf of a record: everything that it states, but not its place in the chain.
pub fn leaf(row: &AuditRow) -> Hash {
    merkle::leaf(&record_bytes(row))
}

/// The encoding of a record, version 1.
fn record_bytes(row: &AuditRow) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256 + row.detail.len());
    let id = |id: &[u8]| id.to_vec();
    put(&mut bytes, RECORD_LABEL);
    put(&mut bytes, row.id.0.as_ref());
    put(&mut bytes, &row.at.micros().to_be_bytes());
    put(&mut bytes, row.kind.as_bytes());
    put(&mut bytes, row.outcome.as_bytes());
    put_option(&mut bytes, row.actor_id.map(|it| id(it.0.as_ref())));
    put_option(&mut bytes, row.actor_tenant_id.map(|it| id(it.0.as_ref())));
    put_option(&mut bytes, row.partner_id.map(|it| id(it.0.as_ref())));
    put_option(&mut bytes, row.customer_id.map(|it| id(it.0.as_ref())));
    put(&mut bytes, row.subject_kind.as_bytes());
    put(&mut bytes, row.subject_id.as_bytes());
    put(&mut bytes, row.detail.as_bytes());
    put(&mut bytes, row.request_id.as_bytes());
    bytes
}

fn put(bytes: &mut Vec<u8>, value: &[u8]) {
    bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
    bytes.extend_from_slice(value);
}

fn put_option(bytes: &mut Vec<u8>, value: Option<Vec<u8>>) {
    match value {
        None => put(bytes, &[0]),
        Some(value) => put(bytes, &[&[1], value.as_slice()].concat()),
    }
}

/// What a block states, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its place, from 1.
    pub height: i64,
    /// The hash of the block before.
    pub previous: Hash,
    /// The Merkle root over its records.
    pub root: Hash,
    /// How many records it holds.
    pub count: i64,
    /// When it was sealed: microseconds since 1970.
    pub sealed_at: i64,
    /// The key that signs it.
    pub signing_key: String,
}

impl Header {
    /// Reads a stored block; `None` when a hash has another length than 32 bytes.
    pub fn of(row: &BlockRow) -> Option<Self> {
        Some(Self {
            height: row.height,
            previous: row.previous.as_slice().try_into().ok()?,
            root: row.root.as_slice().try_into().ok()?,
            count: row.record_count,
            sealed_at: row.sealed_at.micros(),
            signing_key: row.signing_key.clone(),
        })
    }

    /// What is signed and hashed: the encoding of a block, version 1.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(256);
        put(&mut bytes, BLOCK_LABEL);
        put(&mut bytes, &self.height.to_be_bytes());
        put(&mut bytes, &self.previous);
        put(&mut bytes, &self.root);
        put(&mut bytes, &self.count.to_be_bytes());
        put(&mut bytes, &self.sealed_at.to_be_bytes());
        put(&mut bytes, self.signing_key.as_bytes());
        bytes
    }

    /// What the next block names as its previous one.
    pub fn hash(&self) -> Hash {
        Sha256::digest(self.bytes()).into()
    }

    /// Whether the signature is the key's over this block, and the block names that key.
    pub fn is_signed_by(&self, key: PublicKey, signature: &[u8]) -> bool {
        let Ok(signature) = <&[u8; 64]>::try_from(signature) else { return false };
        key.id().to_string() == self.signing_key && key.verify(&self.bytes(), signature)
    }
}

#[cfg(test)]
mod tests {
    use perpetua_store::{Id, Utc};

    use super::*;

    fn record() -> AuditRow {
        let id = "01936d5a-2b9c-7cc0-8d3e-5f2a1b4c6d7e";
        AuditRow {
            id: Id(id.parse().unwrap()),
            at: Utc::from_micros(1_700_000_000_000_000),
            kind: "key.revealed".into(),
            outcome: "done".into(),
            actor_id: Some(Id(id.parse().unwrap())),
            actor_tenant_id: None,
            partner_id: None,
            customer_id: None,
            subject_kind: "purchase".into(),
            subject_id: "line".into(),
            detail: "{}".into(),
            request_id: "request".into(),
            block_height: None,
            block_position: None,
        }
    }

    #[test]
    fn the_encoding_of_version_1_never_changes() {
        let hex = data_encoding::HEXLOWER.encode(&leaf(&record()));
        assert_eq!(hex, "46d2c6e8643144f941b2e1de9e55d43af307250bb7a7f65191e473c50b7c529f");
    }

    #[test]
    fn every_stated_value_enters_the_leaf_and_the_place_does_not() {
        let id = "01936d5a-2b9c-7cc0-8d3e-5f2a1b4c6d7f";
        let changes: [fn(&mut AuditRow, &str); 12] = [
            |row, id| row.id = Id(id.parse().unwrap()),
            |row, _| row.at = Utc::from_micros(1_700_000_000_000_001),
            |row, _| row.kind.push('x'),
            |row, _| row.outcome = "refused".into(),
            |row, _| row.actor_id = None,
            |row, id| row.actor_tenant_id = Some(Id(id.parse().unwrap())),
            |row, id| row.partner_id = Some(Id(id.parse().unwrap())),
            |row, id| row.customer_id = Some(Id(id.parse().unwrap())),
            |row, _| row.subject_kind.push('x'),
            |row, _| row.subject_id.push('x'),
            |row, _| row.detail.push(' '),
            |row, _| row.request_id.push('x'),
        ];
        let mut leaves = vec![leaf(&record())];
        for change in changes {
            let mut row = record();
            change(&mut row, id);
            leaves.push(leaf(&row));
        }
        let count = leaves.len();
        leaves.sort_unstable();
        leaves.dedup();
        assert_eq!(leaves.len(), count);
        let placed = AuditRow { block_height: Some(1), block_position: Some(0), ..record() };
        assert_eq!(leaf(&placed), leaf(&record()));
    }
}
