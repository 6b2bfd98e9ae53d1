//! Sealing of a product key to the installation, so that a request file can pass through any hands.
//!
//! X25519 (RFC 7748) between a fresh key of the device and the installation's key, HKDF-SHA-256 (RFC 5869) over
//! the shared secret, then XChaCha20-Poly1305 with everything before it in the request as associated data.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use curve25519_dalek::montgomery::MontgomeryPoint;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::key::checksum::LENGTH;
use crate::key::{KeyError, TypedKey, parse};
use crate::machine::hmac;
use crate::signing::{PublicKey, PublicKeyId};

/// Bytes of a sealed product key: 32 characters and 16 bytes of proof.
pub const SEALED_BYTES: usize = LENGTH + 16;

/// Why a sealed key cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Sealed to the key of another installation, or to one that is no longer kept.
    #[error("the request is for another installation")]
    OtherInstallation,
    /// Sealed wrongly or altered.
    #[error("the sealed product key is damaged")]
    Damaged,
    /// What was sealed is no product key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The installation's private half, with the public one so that it need not be computed for each request. Wiped
/// when dropped, redacted in `Debug`.
#[derive(Clone)]
pub struct InstallationSecret {
    seed: Zeroizing<[u8; 32]>,
    public: InstallationPublic,
}

impl InstallationSecret {
    /// From 32 random bytes, which are the private key of RFC 7748 before clamping.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let public = InstallationPublic(MontgomeryPoint::mul_base_clamped(seed).to_bytes());
        Self { seed: Zeroizing::new(seed), public }
    }

    /// The 32 bytes to keep sealed.
    pub fn expose_seed(&self) -> Zeroizing<[u8; 32]> {
        self.seed.clone()
    }

    /// The half that is built into the publisher's software.
    pub const fn public(&self) -> InstallationPublic {
        self.public
    }

    pub(super) fn open(
        &self,
        ephemeral: &[u8; 32],
        sealed: &[u8; SEALED_BYTES],
        associated: &[u8],
    ) -> Result<TypedKey, OpenError> {
        let (cipher, nonce) = cipher(&self.seed, ephemeral, ephemeral, &self.public.0).ok_or(OpenError::Damaged)?;
        let payload = Payload { msg: sealed, aad: associated };
        let plain = Zeroizing::new(cipher.decrypt(&nonce, payload).map_err(|_| OpenError::Damaged)?);
        let text = str::from_utf8(&plain).map_err(|_| OpenError::Damaged)?;
        let key = parse(text)?;
        if key.characters() == plain.as_slice() { Ok(key) } else { Err(OpenError::Damaged) }
    }
}

impl fmt::Debug for InstallationSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InstallationSecret(redacted)")
    }
}

/// The installation's public half: 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstallationPublic([u8; 32]);

impl InstallationPublic {
    /// Takes the bytes as they are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its short name in requests: the first 8 bytes of its SHA-256.
    pub fn id(&self) -> PublicKeyId {
        PublicKey::from_bytes(self.0).id()
    }
}

/// The device's fresh key for one request. Wiped when dropped.
pub(super) struct Ephemeral {
    secret: Zeroizing<[u8; 32]>,
    pub(super) public: [u8; 32],
}

impl Ephemeral {
    /// From 32 random bytes that are used for nothing else.
    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self { secret: Zeroizing::new(*seed), public: MontgomeryPoint::mul_base_clamped(*seed).to_bytes() }
    }

    /// Seals; nothing when the installation's key is not usable.
    pub(super) fn seal(&self, key: &TypedKey, to: &InstallationPublic, associated: &[u8]) -> Option<Vec<u8>> {
        let (cipher, nonce) = cipher(&self.secret, &to.0, &self.public, &to.0)?;
        let payload = Payload { msg: key.characters(), aad: associated };
        Some(cipher.encrypt(&nonce, payload).expect("32 bytes are below the cipher's limit"))
    }
}

/// The cipher and its nonce, both from the agreement, so each pair of keys has its own. Nothing when the other
/// side's point gives the zero secret, as only an invalid key does.
fn cipher(
    mine: &[u8; 32],
    theirs: &[u8; 32],
    ephemeral: &[u8; 32],
    installation: &[u8; 32],
) -> Option<(XChaCha20Poly1305, XNonce)> {
    let shared = Zeroizing::new(MontgomeryPoint(*theirs).mul_clamped(*mine).to_bytes());
    if shared.ct_eq(&[0; 32]).into() {
        return None;
    }
    let prk = Zeroizing::new(hmac(b"perpetua seal 1", &[shared.as_slice(), ephemeral, installation]));
    let key = Zeroizing::new(hmac(prk.as_slice(), &[b"key", &[1]]));
    let mut nonce = [0; 24];
    nonce.copy_from_slice(&hmac(prk.as_slice(), &[b"nonce", &[1]])[..24]);
    Some((XChaCha20Poly1305::new((&*key).into()), nonce.into()))
}
