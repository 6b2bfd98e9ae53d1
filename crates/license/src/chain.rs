//! The chain of signing keys: which keys sign certificates, lists and answers, and how a device that was built
//! years ago comes to trust today's.
//!
//! A device pins one root key. Each link of the chain is a numbered document, signed by the root of its time, that
//! lists the signing keys with the period in which each may sign. A link that changes the root names the root
//! before it and is signed by both. So the root key can stay offline, signing keys rotate without new software,
//! a stolen signing key is struck out, and a number never goes back.

#[cfg(test)]
mod tests;

use crate::codec::{FormatError, Reader, Writer};
use crate::moment::Moment;
use crate::signing::{PublicKey, PublicKeyId, SIGNATURE_BYTES, SecretKey};

/// Most signing keys that one link may list.
pub const SIGNING_KEYS_MAX: usize = 16;
/// Most bytes of one link.
pub const LINK_BYTES_MAX: usize = 1024;
/// Most links of a chain file: one per change of the root, and the newest.
pub const LINKS_MAX: usize = 64;

const LINK: &str = "PKC";
const CHAIN_FILE: &str = "PKF";

/// Why a signed document is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The chain that is known here does not list the signing key; a newer chain may.
    #[error("the signing key is not known here")]
    UnknownSigner,
    /// The signing key was struck out.
    #[error("the signing key is no longer trusted")]
    SignerCompromised,
    /// The document claims a date on which its key did not sign.
    #[error("the document is dated outside the period of its signing key")]
    OutsidePeriod,
    /// The signature does not belong to these bytes.
    #[error("the signature is wrong")]
    BadSignature,
}

/// Why a link was not followed. What was trusted before stays trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The bytes are no such document.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The number is not above the one that is known.
    #[error("the chain is not newer than number {known}")]
    NotNewer {
        /// The number that is known.
        known: u32,
    },
    /// Neither its root nor the root before it is the trusted one; links between may be missing.
    #[error("the chain does not begin at the trusted root")]
    OtherRoot,
    /// A signature is wrong.
    #[error("a signature of the chain is wrong")]
    BadSignature,
}

/// Whether a signing key's documents are believed. Numbers stand in documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStanding {
    /// Within its period (number 1).
    InForce,
    /// Struck out: nothing it signed is believed, whenever it says it was made (number 2).
    Compromised,
}

/// A key that signs certificates, lists and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningEntry {
    /// The key.
    pub key: PublicKey,
    /// The first moment that its documents may bear.
    pub not_before: Moment,
    /// The last moment that its documents may bear; [`Moment::LAST`] while it is in use.
    pub not_after: Moment,
    /// Whether it is believed.
    pub standing: KeyStanding,
}

/// One link, before it is signed or after it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Rises with every link; 1 or more.
    pub number: u32,
    /// When it was made.
    pub issued_at: Moment,
    /// The root key that signs it.
    pub root: PublicKey,
    /// The root key of the link before; the same as `root` unless the root changes here.
    pub previous_root: PublicKey,
    /// All signing keys whose documents may still be around, in the order of their bytes.
    pub keys: Vec<SigningEntry>,
}

impl Link {
    /// Signs the link. `previous` signs too when the root changes here. Entries are brought into order.
    ///
    /// # Errors
    /// [`FormatError::Field`] when a value is not allowed, or when the secrets are not those of the roots.
    pub fn sign(&self, root: &SecretKey, previous: Option<&SecretKey>) -> Result<Vec<u8>, FormatError> {
        let mut link = self.clone();
        link.keys.sort_by_key(|entry| entry.key);
        link.validate()?;
        let is_change = link.root != link.previous_root;
        let fits = root.public() == link.root
            && is_change == previous.is_some()
            && previous.is_none_or(|secret| secret.public() == link.previous_root);
        if !fits {
            return Err(FormatError::Field { field: "root" });
        }
        let mut writer = link.write();
        let body = writer.so_far().to_vec();
        writer.bytes(&root.sign(&body));
        if let Some(previous) = previous {
            writer.bytes(&previous.sign(&body));
        }
        Ok(writer.finish())
    }

    fn write(&self) -> Writer {
        let mut writer = Writer::new(LINK);
        writer.u32(self.number).u32(self.issued_at.seconds());
        writer.bytes(self.root.as_bytes()).bytes(self.previous_root.as_bytes());
        writer.u8(u8::try_from(self.keys.len()).expect("validated to be at most 16"));
        for entry in &self.keys {
            let standing = match entry.standing {
                KeyStanding::InForce => 1,
                KeyStanding::Compromised => 2,
            };
            writer.bytes(entry.key.as_bytes());
            writer.u32(entry.not_before.seconds()).u32(entry.not_after.seconds()).u8(standing);
        }
        writer
    }

    fn validate(&self) -> Result<(), FormatError> {
        let field = |is_valid: bool, field| if is_valid { Ok(()) } else { Err(FormatError::Field { field }) };
        field(self.number > 0, "number")?;
        field((1..=SIGNING_KEYS_MAX).contains(&self.keys.len()), "keys")?;
        field(self.keys.is_sorted_by(|a, b| a.key < b.key), "keys")?;
        field(self.keys.iter().all(|entry| entry.not_before <= entry.not_after), "not_after")
    }

    /// Reads a link and checks its signatures against the roots that it names itself.
    fn decode(bytes: &[u8]) -> Result<Self, ChainError> {
        let mut reader = Reader::open(bytes, LINK, LINK_BYTES_MAX)?;
        let number = reader.u32()?;
        let issued_at = Moment::from_seconds(reader.u32()?);
        let root = PublicKey::from_bytes(reader.array()?);
        let previous_root = PublicKey::from_bytes(reader.array()?);
        let count = reader.u8()?;
        let mut keys = Vec::new();
        for _ in 0..count {
            keys.push(read_entry(&mut reader)?);
        }
        let link = Self { number, issued_at, root, previous_root, keys };
        link.validate()?;
        let body = reader.so_far();
        let mut is_signed = root.verify(body, &reader.array::<SIGNATURE_BYTES>()?);
        if root != previous_root {
            is_signed &= previous_root.verify(body, &reader.array::<SIGNATURE_BYTES>()?);
        }
        reader.end()?;
        if is_signed { Ok(link) } else { Err(ChainError::BadSignature) }
    }
}

fn read_entry(reader: &mut Reader<'_>) -> Result<SigningEntry, FormatError> {
    Ok(SigningEntry {
        key: PublicKey::from_bytes(reader.array()?),
        not_before: Moment::from_seconds(reader.u32()?),
        not_after: Moment::from_seconds(reader.u32()?),
        standing: match reader.u8()? {
            1 => KeyStanding::InForce,
            2 => KeyStanding::Compromised,
            _ => return Err(FormatError::Field { field: "standing" }),
        },
    })
}

/// What a device trusts: a root, and the signing keys of the newest link it has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    root: PublicKey,
    number: u32,
    keys: Vec<SigningEntry>,
}

impl Trust {
    /// Trust in a root that is built into the software, before any link is known. Believes no document yet.
    pub const fn in_root(root: PublicKey) -> Self {
        Self { root, number: 0, keys: Vec::new() }
    }

    /// The root that is trusted now.
    pub const fn root(&self) -> PublicKey {
        self.root
    }

    /// The number of the newest link; 0 when there was none.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The signing keys of the newest link.
    pub fn keys(&self) -> &[SigningEntry] {
        &self.keys
    }

    /// Goes one link further.
    ///
    /// # Errors
    /// [`ChainError`]; `self` is still good then.
    pub fn follow(&self, link: &[u8]) -> Result<Self, ChainError> {
        let link = Link::decode(link)?;
        if link.number <= self.number {
            return Err(ChainError::NotNewer { known: self.number });
        }
        if link.root != self.root && link.previous_root != self.root {
            return Err(ChainError::OtherRoot);
        }
        Ok(Self { root: link.root, number: link.number, keys: link.keys })
    }

    /// Follows a chain file from [`chain_file`] as far as it leads. Links that are not newer, and links from before
    /// the root that is trusted here, are passed over; a file without a newer link changes nothing.
    ///
    /// # Errors
    /// [`ChainError`] when a link is damaged, or when none is newer and none begins here.
    pub fn follow_file(&self, file: &[u8]) -> Result<Self, ChainError> {
        let mut trust = self.clone();
        let mut begins_here = false;
        for link in links(file)? {
            match trust.follow(link) {
                Ok(next) => {
                    trust = next;
                    begins_here = true;
                }
                Err(ChainError::NotNewer { .. }) => begins_here = true,
                Err(ChainError::OtherRoot) if !begins_here => {}
                Err(error) => return Err(error),
            }
        }
        if begins_here { Ok(trust) } else { Err(ChainError::OtherRoot) }
    }

    /// Whether `signer` made this signature on a document of that date, and may have.
    pub(crate) fn verify(
        &self,
        signer: PublicKeyId,
        issued_at: Moment,
        message: &[u8],
        signature: &[u8; SIGNATURE_BYTES],
    ) -> Result<(), TrustError> {
        let entry = self.keys.iter().find(|entry| entry.key.id() == signer).ok_or(TrustError::UnknownSigner)?;
        if entry.standing == KeyStanding::Compromised {
            return Err(TrustError::SignerCompromised);
        }
        if issued_at < entry.not_before || issued_at > entry.not_after {
            return Err(TrustError::OutsidePeriod);
        }
        if entry.key.verify(message, signature) { Ok(()) } else { Err(TrustError::BadSignature) }
    }
}

/// Joins links, oldest first, into the file that devices fetch.
///
/// # Errors
/// [`FormatError::Field`] when there are none or more than [`LINKS_MAX`], or one is too large.
pub fn chain_file(links: &[Vec<u8>]) -> Result<Vec<u8>, FormatError> {
    let invalid = FormatError::Field { field: "links" };
    if links.is_empty() || links.len() > LINKS_MAX {
        return Err(invalid);
    }
    let mut writer = Writer::new(CHAIN_FILE);
    writer.u8(u8::try_from(links.len()).map_err(|_| invalid)?);
    for link in links {
        if link.len() > LINK_BYTES_MAX {
            return Err(invalid);
        }
        writer.u16(u16::try_from(link.len()).map_err(|_| invalid)?).bytes(link);
    }
    Ok(writer.finish())
}

/// The links of a chain file, oldest first, not yet checked.
fn links(file: &[u8]) -> Result<Vec<&[u8]>, FormatError> {
    let mut reader = Reader::open(file, CHAIN_FILE, 8 + LINKS_MAX * (LINK_BYTES_MAX + 2))?;
    let count = usize::from(reader.u8()?);
    if !(1..=LINKS_MAX).contains(&count) {
        return Err(FormatError::Field { field: "links" });
    }
    let mut links = Vec::with_capacity(count);
    for _ in 0..count {
        let length = reader.u16()?;
        links.push(reader.bytes(length.into())?);
    }
    reader.end()?;
    Ok(links)
}
