//! The license certificate: what a machine shows, without network, to run what was bought.
//!
//! It names one machine by its key, one activation of one product key, the product with edition and versions, and
//! the dates by which the machine must ask again. [`freshness`] turns those dates into a state. At most
//! [`CERTIFICATE_BYTES_MAX`] bytes; no personal data.

pub mod freshness;
pub mod standing;
#[cfg(test)]
mod tests;

use crate::chain::{Trust, TrustError};
use crate::codec::{FormatError, Reader, Writer, is_plain};
pub use crate::machine::decision::ActivationId;
use crate::moment::Moment;
use crate::signing::{PublicKey, PublicKeyId, SIGNATURE_BYTES, SecretKey};

/// Most bytes of a signed certificate.
pub const CERTIFICATE_BYTES_MAX: usize = 400;
/// Most bytes of a product's name.
pub const PRODUCT_BYTES_MAX: usize = 64;
/// Most bytes of an edition's name.
pub const EDITION_BYTES_MAX: usize = 32;

pub(crate) const CERTIFICATE: &str = "PLC";

/// Names a product key without giving it away: 16 bytes, as the server made them (`UUIDv7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 16]);

/// A version of the software, such as 2022 (minor 0) or 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The part before the dot.
    pub major: u16,
    /// The part after the dot.
    pub minor: u16,
}

impl Version {
    /// The lowest of all.
    pub const LOWEST: Self = Self { major: 0, minor: 0 };
    /// The highest of all.
    pub const HIGHEST: Self = Self { major: u16::MAX, minor: u16::MAX };
}

/// The versions that a certificate covers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VersionRange {
    /// The first that is covered.
    pub lowest: Version,
    /// The last that is covered.
    pub highest: Version,
}

impl VersionRange {
    /// Every version.
    pub const ALL: Self = Self { lowest: Version::LOWEST, highest: Version::HIGHEST };

    /// Whether the version is covered.
    pub fn covers(&self, version: Version) -> bool {
        (self.lowest..=self.highest).contains(&version)
    }
}

/// What the publisher says happens when a machine has not asked again by the end of its grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterGrace {
    /// The software goes on and reminds (number 1).
    Remind,
    /// The software goes on with less, such as reading only (number 2).
    Reduce,
    /// The software stops (number 3).
    Stop,
}

impl AfterGrace {
    /// All of them in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::Remind, Self::Reduce, Self::Stop];

    /// The number in documents.
    pub const fn number(self) -> u8 {
        match self {
            Self::Remind => 1,
            Self::Reduce => 2,
            Self::Stop => 3,
        }
    }

    /// The word in settings and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Reduce => "reduce",
            Self::Stop => "stop",
        }
    }
}

/// The content of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The activation that it proves.
    pub activation: ActivationId,
    /// The product key that was used.
    pub key: KeyId,
    /// The machine that may use it.
    pub machine_key: PublicKey,
    /// The first 8 bytes of the request's nonce, so that a certificate carried by hand answers one request.
    pub request_tag: [u8; 8],
    /// The product as the publisher's software knows it, 1 to 64 bytes.
    pub product: String,
    /// The edition, up to 32 bytes; empty when the product has none.
    pub edition: String,
    /// The versions that are covered.
    pub versions: VersionRange,
    /// Units that this machine may use, 1 or more.
    pub quantity: u32,
    /// When it was made.
    pub issued_at: Moment,
    /// From when the machine should ask for a new one.
    pub refresh_at: Moment,
    /// Until when it is good without a new one.
    pub grace_until: Moment,
    /// When the term of a subscription ends; [`Moment::ZERO`] for perpetual licenses.
    pub term_ends_at: Moment,
    /// What happens after the grace.
    pub after_grace: AfterGrace,
    /// How old the newest revocation list may be, in days; 0 when the software needs none.
    pub list_max_days: u16,
}

impl Certificate {
    /// Signs the certificate.
    ///
    /// # Errors
    /// [`FormatError::Field`] when a value is not allowed.
    pub fn sign(&self, issuer: &SecretKey) -> Result<SignedCertificate, FormatError> {
        self.validate()?;
        let signer = issuer.public().id();
        let mut writer = self.write(signer);
        let signature = issuer.sign(writer.so_far());
        let bytes = writer.bytes(&signature).finish();
        Ok(SignedCertificate { certificate: self.clone(), signer, bytes })
    }

    /// Everything but the signature.
    pub(crate) fn write(&self, signer: PublicKeyId) -> Writer {
        let mut writer = Writer::new(CERTIFICATE);
        writer.bytes(signer.as_bytes()).bytes(&self.activation.0).bytes(&self.key.0);
        writer.bytes(self.machine_key.as_bytes()).bytes(&self.request_tag);
        writer.text(&self.product).text(&self.edition);
        for version in [self.versions.lowest, self.versions.highest] {
            writer.u16(version.major).u16(version.minor);
        }
        writer.u32(self.quantity);
        for moment in [self.issued_at, self.refresh_at, self.grace_until, self.term_ends_at] {
            writer.u32(moment.seconds());
        }
        writer.u8(self.after_grace.number()).u16(self.list_max_days);
        writer
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, FormatError> {
        let certificate = Self {
            activation: ActivationId(reader.array()?),
            key: KeyId(reader.array()?),
            machine_key: PublicKey::from_bytes(reader.array()?),
            request_tag: reader.array()?,
            product: reader.text("product")?.to_owned(),
            edition: reader.text("edition")?.to_owned(),
            versions: VersionRange { lowest: read_version(reader)?, highest: read_version(reader)? },
            quantity: reader.u32()?,
            issued_at: Moment::from_seconds(reader.u32()?),
            refresh_at: Moment::from_seconds(reader.u32()?),
            grace_until: Moment::from_seconds(reader.u32()?),
            term_ends_at: Moment::from_seconds(reader.u32()?),
            after_grace: read_after_grace(reader)?,
            list_max_days: reader.u16()?,
        };
        certificate.validate()?;
        Ok(certificate)
    }

    fn validate(&self) -> Result<(), FormatError> {
        let field = |is_valid: bool, field| if is_valid { Ok(()) } else { Err(FormatError::Field { field }) };
        field(!self.product.is_empty() && is_plain(&self.product, PRODUCT_BYTES_MAX), "product")?;
        field(is_plain(&self.edition, EDITION_BYTES_MAX), "edition")?;
        field(self.versions.lowest <= self.versions.highest, "versions")?;
        field(self.quantity > 0, "quantity")?;
        field(self.issued_at <= self.refresh_at, "refresh_at")?;
        field(self.refresh_at <= self.grace_until, "grace_until")?;
        field(self.term_ends_at == Moment::ZERO || self.term_ends_at > self.issued_at, "term_ends_at")
    }
}

/// A certificate with its signature, which may not have been checked yet: the content is reached by [`verify`].
///
/// [`verify`]: SignedCertificate::verify
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCertificate {
    certificate: Certificate,
    signer: PublicKeyId,
    bytes: Vec<u8>,
}

impl SignedCertificate {
    /// Reads a certificate. Whoever made it, it is canonical then; it is not trusted yet.
    ///
    /// # Errors
    /// [`FormatError`] for other documents, unknown versions, trailing bytes, values that are not allowed.
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, CERTIFICATE, CERTIFICATE_BYTES_MAX)?;
        let signer = PublicKeyId::from_bytes(reader.array()?);
        let certificate = Certificate::read(&mut reader)?;
        reader.bytes(SIGNATURE_BYTES)?;
        reader.end()?;
        Ok(Self { certificate, signer, bytes: bytes.to_vec() })
    }

    /// The content, if a trusted key signed it.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn verify(&self, trust: &Trust) -> Result<&Certificate, TrustError> {
        let (message, signature) = self.bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(TrustError::BadSignature)?;
        trust.verify(self.signer, self.certificate.issued_at, message, signature)?;
        Ok(&self.certificate)
    }

    /// The document.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The key that claims to have signed it.
    pub const fn signer(&self) -> PublicKeyId {
        self.signer
    }
}

fn read_version(reader: &mut Reader<'_>) -> Result<Version, FormatError> {
    Ok(Version { major: reader.u16()?, minor: reader.u16()? })
}

fn read_after_grace(reader: &mut Reader<'_>) -> Result<AfterGrace, FormatError> {
    let number = reader.u8()?;
    let found = AfterGrace::ALL.into_iter().find(|after| after.number() == number);
    found.ok_or(FormatError::Field { field: "after_grace" })
}
