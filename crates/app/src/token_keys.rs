//! RSA keys that sign access tokens and webhook deliveries (contract 00 §2 and 60).
//!
//! Clients of the interface know RS256 only. A key is made when it is first needed, its private half
//! is sealed in the vault, and every node of an installation uses the newest one. A key that was
//! replaced checks what it signed for as long as its tokens live; one that others may know is removed.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use perpetua_store::api_access::{self, TokenKeyRow};
use perpetua_store::{Id, StoreError, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, RsaKeySize};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::context::App;
use crate::problem::Problem;
use crate::vault::{Purpose, Sealed};

/// A node learns of keys that others made or removed within this time.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// Names that nobody knows make us look no more often than this.
const LOOK: SignedDuration = SignedDuration::from_secs(10);
/// How long a replaced key still checks access tokens: none lives longer.
const TOKENS_LIVE: SignedDuration = SignedDuration::from_secs(crate::api_tokens::LIFETIME_SECONDS);

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
    retired_at: Option<Timestamp>,
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
pub struct TokenKeys {
    tokens: Ring,
    webhooks: Ring,
}

/// The keys of one use, oldest first, and when they were read.
#[derive(Default)]
struct Ring {
    known: RwLock<(Vec<Arc<TokenKey>>, Option<Timestamp>)>,
    /// Held while they are read, so that many callers cause one reading.
    reading: tokio::sync::Mutex<()>,
}

impl Ring {
    fn all(&self) -> Vec<Arc<TokenKey>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    fn newest(&self) -> Option<Arc<TokenKey>> {
        self.all().into_iter().rfind(|key| key.retired_at.is_none())
    }

    fn is_younger(&self, age: SignedDuration, now: Timestamp) -> bool {
        let read_at = self.known.read().unwrap_or_else(PoisonError::into_inner).1;
        read_at.is_some_and(|at| now.duration_since(at) < age)
    }
}

impl TokenKeys {
    /// The key that signs now; the first one of an installation is made here.
    ///
    /// # Errors
    ///
    /// The store's, or those of a vault that does not open the key.
    pub async fn signing(&self, app: &App, use_: KeyUse) -> Result<Arc<TokenKey>, Problem> {
        self.refresh(app, use_, FRESH).await?;
        if let Some(key) = self.ring(use_).newest() {
            return Ok(key);
        }
        make(app, use_).await?;
        self.refresh(app, use_, SignedDuration::ZERO).await?;
        self.ring(use_).newest().ok_or_else(|| Problem::internal("no key signs tokens"))
    }

    /// The key of this name that may check signatures now, also one that another node made.
    ///
    /// # Errors
    ///
    /// As [`TokenKeys::signing`].
    pub async fn find(&self, app: &App, use_: KeyUse, id: &str) -> Result<Option<Arc<TokenKey>>, Problem> {
        self.refresh(app, use_, FRESH).await?;
        let known = || self.ring(use_).all().into_iter().find(|key| key.id == id);
        let mut found = known();
        if found.is_none() {
            self.refresh(app, use_, LOOK).await?;
            found = known();
        }
        let now = app.real_clock.now();
        let checks = |key: &Arc<TokenKey>| {
            use_ == KeyUse::Webhook || key.retired_at.is_none_or(|at| now.duration_since(at) < TOKENS_LIVE)
        };
        Ok(found.filter(checks))
    }

    /// The public keys, as programs fetch them to check tokens.
    ///
    /// # Errors
    ///
    /// As [`TokenKeys::signing`].
    pub async fn jwks(&self, app: &App) -> Result<Value, Problem> {
        self.signing(app, KeyUse::Token).await?;
        let keys: Result<Vec<Value>, _> = self.tokens.all().iter().map(|key| serde_json::to_value(&key.jwk)).collect();
        Ok(serde_json::json!({ "keys": keys.map_err(Problem::internal)? }))
    }

    const fn ring(&self, use_: KeyUse) -> &Ring {
        match use_ {
            KeyUse::Token => &self.tokens,
            KeyUse::Webhook => &self.webhooks,
        }
    }

    /// Reads the keys unless that was done within `age`; what is known already is not opened again.
    async fn refresh(&self, app: &App, use_: KeyUse, age: SignedDuration) -> Result<(), Problem> {
        let ring = self.ring(use_);
        let now = app.real_clock.now();
        if ring.is_younger(age, now) {
            return Ok(());
        }
        let _reading = ring.reading.lock().await;
        if ring.is_younger(age, now) {
            return Ok(());
        }
        let rows = app.store.read(move |conn| api_access::token_keys(conn, use_.word())).await?;
        let known = ring.all();
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let retired_at = row.retired_at.map(Utc::timestamp);
            let same = known.iter().find(|key| key.id == row.id && key.retired_at == retired_at);
            keys.push(match same {
                Some(key) => key.clone(),
                None => Arc::new(open(app, row).await?),
            });
        }
        *ring.known.write().unwrap_or_else(PoisonError::into_inner) = (keys, Some(now));
        Ok(())
    }
}

/// Why a key is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replace {
    /// In the course of things: what the old key signed stays good for as long as it lives.
    Regular,
    /// Others may know it: nothing that it signed is believed any more, on every node within a minute.
    Compromised,
}

/// Makes a new signing key and ends the ones before it.
///
/// # Errors
///
/// The store's and the vault's.
pub async fn rotate(app: &App, use_: KeyUse, why: Replace) -> Result<String, Problem> {
    let id = make(app, use_).await?;
    let input = (id.clone(), app.real_clock.now());
    app.store
        .write(input, move |conn, (id, now)| match why {
            Replace::Regular => api_access::retire_token_keys(conn, use_.word(), id, (*now).into()),
            Replace::Compromised => api_access::remove_token_keys(conn, use_.word(), id),
        })
        .await?;
    app.token_keys.refresh(app, use_, SignedDuration::ZERO).await?;
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

async fn open(app: &App, row: TokenKeyRow) -> Result<TokenKey, Problem> {
    let sealed = Sealed { data_key: row.data_key_id.0, bytes: row.sealed };
    let pem = app.unseal(Purpose::SigningKey, &aad(&row.id), &sealed).await.map_err(Problem::internal)?;
    let encoding = EncodingKey::from_rsa_pem(&pem).map_err(Problem::internal)?;
    let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256).map_err(Problem::internal)?;
    jwk.common.key_id = Some(row.id.clone());
    jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
    let decoding = DecodingKey::from_jwk(&jwk).map_err(Problem::internal)?;
    let retired_at = row.retired_at.map(Utc::timestamp);
    Ok(TokenKey { id: row.id, certificate: row.certificate, retired_at, encoding, decoding, jwk })
}

fn aad(id: &str) -> Vec<u8> {
    format!("token_key:{id}").into_bytes()
}
