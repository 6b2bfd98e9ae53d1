//! Ed25519 signatures of audit blocks, media and documents.
//!
//! The seed lives sealed in the vault and is opened once at start. A signature names its key by id, so that
//! older signatures stay verifiable after a change of keys.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::pkcs8::EncodePublicKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::entropy::{Entropy, EntropyExt};
use crate::vault::{Purpose, Sealed, Vault, VaultError};

/// Names a signing key: the first 8 bytes of SHA-256 of its public key, as 16 hexadecimal digits in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SigningKeyId([u8; 8]);

impl SigningKeyId {
    fn of(public: &VerifyingKey) -> Self {
        let digest = Sha256::digest(public.as_bytes());
        Self(std::array::from_fn(|index| digest[index]))
    }

    /// The associated data that binds a sealed seed to this key.
    fn aad(self) -> Vec<u8> {
        [b"signing_keys:", &self.0[..]].concat()
    }
}

impl fmt::Display for SigningKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// The text was not 16 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MalformedSigningKeyId;

impl FromStr for SigningKeyId {
    type Err = MalformedSigningKeyId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| MalformedSigningKeyId)?;
        bytes.try_into().map(Self).map_err(|_| MalformedSigningKeyId)
    }
}

/// Signs. The seed is wiped when dropped and never shown.
pub struct Signer {
    key: SigningKey,
    id: SigningKeyId,
}

impl Signer {
    /// Makes a new signing key. The sealed seed is stored under [`id`](Self::id) before anything is signed.
    ///
    /// # Errors
    /// [`VaultError::NoDataKey`].
    pub fn generate(vault: &Vault, entropy: &dyn Entropy) -> Result<(Self, Sealed), VaultError> {
        let seed = Zeroizing::new(entropy.bytes::<32>());
        let signer = Self::from_seed(&seed);
        let sealed = vault.seal(Purpose::SigningKey, &signer.id.aad(), &*seed, entropy)?;
        Ok((signer, sealed))
    }

    /// Opens a stored signing key.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the seed is not that of this id, and those of [`Vault::open_sealed`].
    pub fn open(vault: &Vault, id: SigningKeyId, sealed: &Sealed) -> Result<Self, VaultError> {
        let seed = vault.open_sealed(Purpose::SigningKey, &id.aad(), sealed)?;
        let signer = Self::from_seed(seed.as_slice().try_into().map_err(|_| VaultError::Damaged)?);
        if signer.id == id { Ok(signer) } else { Err(VaultError::Damaged) }
    }

    fn from_seed(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let id = SigningKeyId::of(&key.verifying_key());
        Self { key, id }
    }

    /// Names the key beside each signature.
    pub fn id(&self) -> SigningKeyId {
        self.id
    }

    /// Signs bytes. Callers begin them with a label of what they sign, so that one kind never passes for another.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }

    /// The public half.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.key.verifying_key())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The public half of a signing key, which is stored and given away in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a stored key; `None` when the bytes are no public key.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().map(Self)
    }

    /// The 32 bytes to store.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Names the key.
    pub fn id(&self) -> SigningKeyId {
        SigningKeyId::of(&self.0)
    }

    /// Whether the signature is this key's over exactly these bytes. Strict: refuses weak keys and altered forms.
    pub fn verify(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(bytes, &Signature::from_bytes(signature)).is_ok()
    }

    /// The key as `openssl pkeyutl -verify -pubin` reads it.
    pub fn to_pem(self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("an Ed25519 public key has a PEM form")
    }

    /// The 32 bytes as base64.
    pub fn to_base64(self) -> String {
        BASE64.encode(self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;
    use crate::vault::MasterKey;

    fn vault(entropy: &SeededEntropy) -> Vault {
        let vault = Vault::open(MasterKey::generate(entropy), &[]).unwrap();
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        vault.learn(&[vault.wrap_new(Purpose::SigningKey, now, entropy).unwrap()]).unwrap();
        vault
    }

    #[test]
    fn a_stored_signing_key_signs_as_before() {
        let entropy = SeededEntropy::new(1);
        let vault = vault(&entropy);
        let (signer, sealed) = Signer::generate(&vault, &entropy).unwrap();
        let again = Signer::open(&vault, signer.id().to_string().parse().unwrap(), &sealed).unwrap();
        assert_eq!(again.sign(b"block"), signer.sign(b"block"));
        let public = PublicKey::from_bytes(&signer.public_key().to_bytes()).unwrap();
        assert_eq!(public.id(), signer.id());
        assert!(public.verify(b"block", &again.sign(b"block")));
    }

    #[test]
    fn altered_bytes_signatures_and_other_keys_do_not_verify() {
        let entropy = SeededEntropy::new(2);
        let vault = vault(&entropy);
        let [(signer, _), (other, _)] = [(), ()].map(|()| Signer::generate(&vault, &entropy).unwrap());
        let signature = signer.sign(b"block");
        assert!(!signer.public_key().verify(b"blocK", &signature));
        assert!(!other.public_key().verify(b"block", &signature));
        for at in 0..64 {
            let mut altered = signature;
            altered[at] ^= 1;
            assert!(!signer.public_key().verify(b"block", &altered), "byte {at}");
        }
    }

    #[test]
    fn a_seed_stored_under_another_id_does_not_open() {
        let entropy = SeededEntropy::new(3);
        let vault = vault(&entropy);
        let [(_, sealed), (other, _)] = [(), ()].map(|()| Signer::generate(&vault, &entropy).unwrap());
        assert_eq!(Signer::open(&vault, other.id(), &sealed).unwrap_err(), VaultError::Damaged);
    }

    #[test]
    fn signatures_follow_rfc_8032_and_the_public_key_has_its_usual_texts() {
        let seed = HEXLOWER.decode(b"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let signer = Signer::from_seed(seed.as_slice().try_into().unwrap());
        let public = signer.public_key();
        let expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(HEXLOWER.encode(&public.to_bytes()), expected);
        assert!(
            HEXLOWER
                .encode(&signer.sign(b""))
                .starts_with("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")
        );
        assert_eq!(public.to_base64(), "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assert_eq!(
            public.to_pem(),
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
        );
    }

    #[test]
    fn an_id_is_read_only_from_its_own_text() {
        let id = Signer::from_seed(&[1; 32]).id();
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "00", "00112233445566778", "001122334455667G", "00112233445566AA"] {
            assert_eq!(wrong.parse::<SigningKeyId>(), Err(MalformedSigningKeyId));
        }
    }

    #[test]
    fn debug_output_shows_no_seed() {
        let shown = format!("{:?}", Signer::from_seed(&[0xab; 32]));
        assert!(shown.starts_with("Signer { id: SigningKeyId(") && shown.ends_with(", .. }"), "{shown}");
    }
}
