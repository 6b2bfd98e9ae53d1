//! RSA keys that sign access tokens and webhook deliveries (contract 00 §2 and 60).
//!
//! Clients of the interface know RS256 only. A key is made when it is first needed, its private half
//! is sealed in the vault, and every node of an installation uses the newest one. Older public keys
//! stay listed, so that tokens in use stay valid when keys change.

use std::sync::{Arc, PoisonError, RwLock};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use perpetua_store::api_access::{self, TokenKeyRow};
use perpetua_store::{Id, StoreError};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, RsaKeySize};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::context::App;
use crate::problem::Problem;
use crate::vault::{Purpose, Sealed};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Access tokens.
    Token,
    /// Webhook deliveries.
    Webhook,
}

impl KeyUse {
    const fn word(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Webhook => "webhook",
        }
    }
}

/// One key.
pub struct TokenKey {
    /// Names it in tokens and certificate addresses.
    pub id: String,
    /// Its certificate as PEM.
    pub certificate: String,
    use_: KeyUse,
    is_retired: bool,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
}

impl TokenKey {
    /// Signs claims as a JSON web token.
    ///
    /// # Errors
    ///
    /// Only when the claims have no JSON form.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, Problem> {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(Problem::internal)
    }

    /// Signs bytes: PKCS#1 v1.5 with SHA-256, as receivers of webhooks verify.
    ///
    /// # Errors
    ///
    /// Only when the key is damaged.
    pub fn sign_bytes(&self, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        let text = jsonwebtoken::crypto::sign(bytes, &self.encoding, Algorithm::RS256).map_err(Problem::internal)?;
        data_encoding::BASE64URL_NOPAD.decode(text.as_bytes()).map_err(Problem::internal)
    }

    /// Whether a signature of [`TokenKey::sign_bytes`] is this key's over exactly these bytes.
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let signature = data_encoding::BASE64URL_NOPAD.encode(signature);
        jsonwebtoken::crypto::verify(&signature, bytes, &self.decoding, Algorithm::RS256).unwrap_or(false)
    }

    /// The key that checks what this one signed.
    pub fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }
}

/// The keys that this process knows.
#[derive(Default)]
pub struct TokenKeys(RwLock<Vec<Arc<TokenKey>>>);

impl TokenKeys {
    /// The key that signs now; the first one of an installation is made here.
    ///
    /// # Errors
    ///
    /// The store's, or those of a vault that does not open the key.
    pub async fn signing(&self, app: &App, use_: KeyUse) -> Result<Arc<TokenKey>, Problem> {
        if let Some(key) = self.newest(use_) {
            return Ok(key);
        }
        self.load(app, use_).await?;
        if let Some(key) = self.newest(use_) {
            return Ok(key);
        }
        make(app, use_).await?;
        self.load(app, use_).await?;
        self.newest(use_).ok_or_else(|| Problem::internal("no key signs tokens"))
    }

    /// The key of this name, also one that another node made or that signs no more.
    ///
    /// # Errors
    ///
    /// As [`TokenKeys::signing`].
    pub async fn find(&self, app: &App, use_: KeyUse, id: &str) -> Result<Option<Arc<TokenKey>>, Problem> {
        let known = |keys: &Self| keys.all(use_).into_iter().find(|key| key.id == id);
        if let Some(key) = known(self) {
            return Ok(Some(key));
        }
        // An invented name costs one small read; names are 16 hexadecimal digits, so most cost none.
        if id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.load(app, use_).await?;
        }
        Ok(known(self))
    }

    /// The public keys, as programs fetch them to check tokens.
    ///
    /// # Errors
    ///
    /// As [`TokenKeys::signing`].
    pub async fn jwks(&self, app: &App) -> Result<Value, Problem> {
        self.signing(app, KeyUse::Token).await?;
        self.load(app, KeyUse::Token).await?;
        let keys: Result<Vec<Value>, _> =
            self.all(KeyUse::Token).iter().map(|key| serde_json::to_value(&key.jwk)).collect();
        Ok(serde_json::json!({ "keys": keys.map_err(Problem::internal)? }))
    }

    fn all(&self, use_: KeyUse) -> Vec<Arc<TokenKey>> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().filter(|key| key.use_ == use_).cloned().collect()
    }

    fn newest(&self, use_: KeyUse) -> Option<Arc<TokenKey>> {
        self.all(use_).into_iter().rfind(|key| !key.is_retired)
    }

    async fn load(&self, app: &App, use_: KeyUse) -> Result<(), Problem> {
        let rows = app.store.read(move |conn| api_access::token_keys(conn, use_.word())).await?;
        let mut opened = Vec::with_capacity(rows.len());
        for row in rows {
            opened.push(Arc::new(open(app, use_, row).await?));
        }
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|key| key.use_ != use_);
        keys.extend(opened);
        Ok(())
    }
}

/// Makes a new signing key; the ones before it check what they signed and sign no more.
///
/// # Errors
///
/// The store's and the vault's.
pub async fn rotate(app: &App, use_: KeyUse) -> Result<String, Problem> {
    let id = make(app, use_).await?;
    let input = (id.clone(), app.real_clock.now());
    app.store
        .write(input, move |conn, (id, now)| api_access::retire_token_keys(conn, use_.word(), id, (*now).into()))
        .await?;
    app.token_keys.load(app, use_).await?;
    Ok(id)
}

async fn make(app: &App, use_: KeyUse) -> Result<String, Problem> {
    let organisation = app.store.read(perpetua_store::tenants::operator).await?;
    let organisation = organisation.map_or_else(|| "Perpetua".to_owned(), |operator| operator.name);
    // Finding two large primes takes a while, so it does not hold up other requests.
    let made = tokio::task::spawn_blocking(move || generate(&organisation)).await;
    let (private, public_der, certificate) = made.map_err(Problem::internal)??;
    let digest = Sha256::digest(&public_der);
    let id = data_encoding::HEXLOWER.encode(&digest[..8]);
    let sealed = app.vault.seal(Purpose::SigningKey, &aad(&id), private.as_bytes(), &*app.entropy);
    let sealed = sealed.map_err(Problem::internal)?;
    let row = TokenKeyRow {
        id: id.clone(),
        purpose: use_.word().to_owned(),
        public_der,
        data_key_id: Id(sealed.data_key),
        sealed: sealed.bytes,
        certificate,
        created_at: app.real_clock.now().into(),
        retired_at: None,
    };
    app.store.write(row, api_access::insert_token_key).await.map_err(|error: StoreError| Problem::from(error))?;
    Ok(id)
}

type Made = (Zeroizing<String>, Vec<u8>, String);

fn generate(organisation: &str) -> Result<Made, Problem> {
    let pair = KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(Problem::internal)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(Problem::internal)?;
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, organisation);
    name.push(DnType::CommonName, format!("{organisation} webhooks"));
    params.distinguished_name = name;
    let certificate = params.self_signed(&pair).map_err(Problem::internal)?;
    Ok((Zeroizing::new(pair.serialize_pem()), pair.public_key_raw().to_vec(), certificate.pem()))
}

async fn open(app: &App, use_: KeyUse, row: TokenKeyRow) -> Result<TokenKey, Problem> {
    let sealed = Sealed { data_key: row.data_key_id.0, bytes: row.sealed };
    let pem = app.unseal(Purpose::SigningKey, &aad(&row.id), &sealed).await.map_err(Problem::internal)?;
    let encoding = EncodingKey::from_rsa_pem(&pem).map_err(Problem::internal)?;
    let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256).map_err(Problem::internal)?;
    jwk.common.key_id = Some(row.id.clone());
    jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
    let decoding = DecodingKey::from_jwk(&jwk).map_err(Problem::internal)?;
    let is_retired = row.retired_at.is_some();
    Ok(TokenKey { id: row.id, certificate: row.certificate, use_, is_retired, encoding, decoding, jwk })
}

fn aad(id: &str) -> Vec<u8> {
    format!("token_key:{id}").into_bytes()
}
