//! What a machine asks: to activate, to refresh, to return, or how it stands. One document for the network, for
//! files and for QR codes.
//!
//! Signed by the machine's key, so it also proves that the machine itself gives its activation back. Its nonce and
//! date let the installation refuse copies. Nothing in it names a person; the machine's name is what its owner
//! chooses to send, and may be empty.

use super::Nonce;
use super::seal::{Ephemeral, InstallationPublic, InstallationSecret, OpenError, SEALED_BYTES};
use crate::certificate::freshness::CLOCK_TOLERANCE_SECONDS;
use crate::certificate::{ActivationId, PRODUCT_BYTES_MAX, Version};
use crate::codec::{FormatError, Reader, Writer, is_plain};
use crate::key::TypedKey;
use crate::machine::Fingerprint;
use crate::moment::{DAY_SECONDS, Moment};
use crate::signing::{PublicKey, PublicKeyId, SIGNATURE_BYTES, SecretKey};

/// Most bytes of a request.
pub const REQUEST_BYTES_MAX: usize = 640;
/// Most bytes of a machine's name.
pub const MACHINE_NAME_BYTES_MAX: usize = 64;
/// How old a request that was carried by hand may be, in days.
pub const CARRIED_DAYS_MAX: u32 = 30;

const REQUEST: &str = "PRQ";

/// What is asked for. Numbers stand in requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// A first certificate, or the same again (number 1).
    Activate,
    /// A newer certificate (number 2).
    Refresh,
    /// To give the activation back (number 3).
    Return,
    /// How the activation stands; changes nothing (number 4).
    Status,
}

impl RequestKind {
    /// All of them in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Activate, Self::Refresh, Self::Return, Self::Status];

    /// The number in requests.
    pub const fn number(self) -> u8 {
        match self {
            Self::Activate => 1,
            Self::Refresh => 2,
            Self::Return => 3,
            Self::Status => 4,
        }
    }

    /// The word in addresses and logs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Refresh => "refresh",
            Self::Return => "return",
            Self::Status => "status",
        }
    }
}

/// Why a request is refused before anything is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The bytes are no such document.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The machine's signature is wrong.
    #[error("the request was altered")]
    Altered,
    /// Dated in the future by more than the tolerance of a day.
    #[error("the request is dated in the future")]
    FromFuture,
    /// Older than requests may be.
    #[error("the request is too old")]
    TooOld,
}

/// The content of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub kind: RequestKind,
    /// Random, used once.
    pub nonce: Nonce,
    /// The machine's clock, or the latest moment that it has seen if that is later: a clock that is a little behind
    /// would else make a return look older than the certificate.
    pub created_at: Moment,
    /// The public half of the key that signs this request.
    pub machine_key: PublicKey,
    /// The activation that it is about; zeros in a request to activate.
    pub activation: ActivationId,
    /// What the machine is made of, under the product key's salt.
    pub fingerprint: Fingerprint,
    /// The product as the software knows it, 1 to 64 bytes.
    pub product: String,
    /// The version of the software.
    pub version: Version,
    /// How its owner calls the machine, up to 64 bytes; may be empty.
    pub machine_name: String,
}

impl Request {
    /// Seals the product key, and signs. `ephemeral_seed` is 32 random bytes that are used for nothing else.
    ///
    /// # Errors
    /// [`FormatError::Field`] when a value is not allowed, `machine` is another key than `machine_key`, or the
    /// installation's key is not usable.
    pub fn sign(
        &self,
        key: &TypedKey,
        installation: &InstallationPublic,
        machine: &SecretKey,
        ephemeral_seed: &[u8; 32],
    ) -> Result<SignedRequest, FormatError> {
        self.validate()?;
        if machine.public() != self.machine_key {
            return Err(FormatError::Field { field: "machine_key" });
        }
        let ephemeral = Ephemeral::from_seed(ephemeral_seed);
        let mut writer = self.write(installation.id());
        writer.bytes(&ephemeral.public);
        let sealed = ephemeral.seal(key, installation, writer.so_far());
        writer.bytes(&sealed.ok_or(FormatError::Field { field: "installation" })?);
        let signature = machine.sign(writer.so_far());
        SignedRequest::read(&writer.bytes(&signature).finish())
    }

    fn write(&self, installation: PublicKeyId) -> Writer {
        let mut writer = Writer::new(REQUEST);
        writer.u8(self.kind.number()).bytes(&self.nonce.0).u32(self.created_at.seconds());
        writer.bytes(self.machine_key.as_bytes()).bytes(&self.activation.0);
        self.fingerprint.write(&mut writer);
        writer.text(&self.product).u16(self.version.major).u16(self.version.minor).text(&self.machine_name);
        writer.bytes(installation.as_bytes());
        writer
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, FormatError> {
        let number = reader.u8()?;
        let kind = RequestKind::ALL.into_iter().find(|kind| kind.number() == number);
        let request = Self {
            kind: kind.ok_or(FormatError::Field { field: "kind" })?,
            nonce: Nonce(reader.array()?),
            created_at: Moment::from_seconds(reader.u32()?),
            machine_key: PublicKey::from_bytes(reader.array()?),
            activation: ActivationId(reader.array()?),
            fingerprint: Fingerprint::read(reader)?,
            product: reader.text("product")?.to_owned(),
            version: Version { major: reader.u16()?, minor: reader.u16()? },
            machine_name: reader.text("machine_name")?.to_owned(),
        };
        request.validate()?;
        Ok(request)
    }

    fn validate(&self) -> Result<(), FormatError> {
        let field = |is_valid: bool, field| if is_valid { Ok(()) } else { Err(FormatError::Field { field }) };
        let is_activate = self.kind == RequestKind::Activate;
        field(!self.product.is_empty() && is_plain(&self.product, PRODUCT_BYTES_MAX), "product")?;
        field(is_plain(&self.machine_name, MACHINE_NAME_BYTES_MAX), "machine_name")?;
        field(is_activate == (self.activation == ActivationId([0; 16])), "activation")
    }

    /// Whether the request is young enough at `now`, by the installation's clock.
    ///
    /// # Errors
    /// [`RequestError::FromFuture`] beyond [`CLOCK_TOLERANCE_SECONDS`], [`RequestError::TooOld`] beyond
    /// [`CARRIED_DAYS_MAX`].
    pub fn check_age(&self, now: Moment) -> Result<(), RequestError> {
        if self.created_at.seconds_since(now) > CLOCK_TOLERANCE_SECONDS {
            Err(RequestError::FromFuture)
        } else if now.seconds_since(self.created_at) > CARRIED_DAYS_MAX * DAY_SECONDS {
            Err(RequestError::TooOld)
        } else {
            Ok(())
        }
    }
}

/// A request whose signature was checked: it comes from the machine that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    request: Request,
    installation: PublicKeyId,
    ephemeral: [u8; 32],
    sealed: [u8; SEALED_BYTES],
    bytes: Vec<u8>,
}

impl SignedRequest {
    /// Reads a request and checks the machine's signature.
    ///
    /// # Errors
    /// [`RequestError::Format`] and [`RequestError::Altered`].
    pub fn decode(bytes: &[u8]) -> Result<Self, RequestError> {
        let read = Self::read(bytes)?;
        let (message, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(RequestError::Altered)?;
        if read.request.machine_key.verify(message, signature) { Ok(read) } else { Err(RequestError::Altered) }
    }

    fn read(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, REQUEST, REQUEST_BYTES_MAX)?;
        let request = Request::read(&mut reader)?;
        let installation = PublicKeyId::from_bytes(reader.array()?);
        let (ephemeral, sealed) = (reader.array()?, reader.array()?);
        reader.bytes(SIGNATURE_BYTES)?;
        reader.end()?;
        Ok(Self { request, installation, ephemeral, sealed, bytes: bytes.to_vec() })
    }

    /// The content.
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// The installation's key to which the product key is sealed.
    pub const fn installation(&self) -> PublicKeyId {
        self.installation
    }

    /// The product key in it. It has the form of one; whether it was issued is for [`TypedKey::verify`] to say.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_key(&self, secret: &InstallationSecret) -> Result<TypedKey, OpenError> {
        if secret.public().id() != self.installation {
            return Err(OpenError::OtherInstallation);
        }
        let associated = &self.bytes[..self.bytes.len() - SIGNATURE_BYTES - SEALED_BYTES];
        secret.open(&self.ephemeral, &self.sealed, associated)
    }

    /// The document.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same with other bytes, as a damaged file would bring it.
    #[cfg(test)]
    pub(super) fn altered(self, bytes: Vec<u8>) -> Self {
        Self { bytes, ..self }
    }
}
