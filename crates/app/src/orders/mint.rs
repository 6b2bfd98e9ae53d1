//! Product keys made before an order's transaction: minted, sealed and hashed, so that the closure
//! may run again with the same keys and nothing but the database is touched inside (design §5, §7).

use perpetua_domain::id::{DataKeyId, ProductKeyId};
use perpetua_license::key::ProductKey;

use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::problem::Problem;
use crate::vault::{Purpose, Sealed, row_aad};

/// A key on its way into a row. It holds nothing in clear (I7).
#[derive(Debug, Clone)]
pub(crate) struct SealedKey {
    /// The row to which the ciphertext is bound.
    pub(crate) id: ProductKeyId,
    pub(crate) sealed: Sealed,
    pub(crate) lookup_hash: [u8; 32],
    pub(crate) lookup_key: DataKeyId,
}

/// Makes a number of keys, each with its own random 126 bits.
pub(super) fn mint(app: &App, count: usize) -> Result<Vec<SealedKey>, Problem> {
    let now = app.real_clock.now();
    (0..count).map(|_| mint_for(app, ProductKeyId::new(app.entropy.uuid(now)))).collect()
}

/// Makes one key for the row of this id.
pub(crate) fn mint_for(app: &App, id: ProductKeyId) -> Result<SealedKey, Problem> {
    let secrets = app.vault.check_secrets();
    let (version, secret) = secrets.newest().ok_or_else(|| Problem::internal("no check secret for product keys"))?;
    let lookup_key = app.vault.newest(Purpose::LookUp).map_err(Problem::internal)?;
    let key = ProductKey::mint(app.entropy.bytes(), version, secret);
    let aad = row_aad("product_key", "sealed", id.uuid());
    let sealed = app.vault.seal(Purpose::ProductKey, &aad, key.expose().as_bytes(), &*app.entropy);
    let lookup_hash = app.vault.lookup_hash(lookup_key, key.expose().as_bytes());
    Ok(SealedKey {
        id,
        sealed: sealed.map_err(Problem::internal)?,
        lookup_hash: lookup_hash.map_err(Problem::internal)?,
        lookup_key,
    })
}
