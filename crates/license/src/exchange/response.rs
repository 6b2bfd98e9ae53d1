//! What the installation answers: a stable code, and a certificate where there is one.
//!
//! Signed also when it refuses, so that nobody in between can tell a machine that its key was revoked. It repeats
//! the request's nonce; a device accepts only the answer to its own pending request.

use super::Nonce;
use super::request::Request;
use crate::certificate::{CERTIFICATE_BYTES_MAX, SignedCertificate};
use crate::chain::{Trust, TrustError};
use crate::codec::{FormatError, Reader, Writer};
use crate::moment::Moment;
use crate::signing::{PublicKeyId, SIGNATURE_BYTES, SecretKey};

/// Most bytes of a response.
pub const RESPONSE_BYTES_MAX: usize = 640;
/// Most bytes of a code.
pub const CODE_BYTES_MAX: usize = 40;

const RESPONSE: &str = "PRS";

/// Why a response is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// The bytes are no such document.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// Its signature is not trusted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// It answers another request.
    #[error("the response answers another request")]
    OtherRequest,
}

/// The content of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The nonce of the request that it answers.
    pub nonce: Nonce,
    /// The installation's clock.
    pub answered_at: Moment,
    /// A stable code in `snake_case`.
    pub code: String,
    /// From when asking again may help; [`Moment::ZERO`] when that is not known.
    pub retry_at: Moment,
    /// The number of the newest link of the chain of signing keys; a device with an older one fetches it.
    pub chain_number: u32,
    /// The number of the newest revocation list.
    pub list_number: u64,
    /// The certificate, when the code is a good one.
    pub certificate: Option<SignedCertificate>,
}

impl Response {
    /// Signs the response.
    ///
    /// # Errors
    /// [`FormatError::Field`] when the code is not 1 to 40 lower-case letters, digits and underscores.
    pub fn sign(&self, issuer: &SecretKey) -> Result<SignedResponse, FormatError> {
        check_code(&self.code)?;
        let signer = issuer.public().id();
        let certificate = self.certificate.as_ref().map_or(&[][..], SignedCertificate::as_bytes);
        let length = u16::try_from(certificate.len()).expect("certificates have at most 400 bytes");
        let mut writer = Writer::new(RESPONSE);
        writer.bytes(signer.as_bytes()).bytes(&self.nonce.0).u32(self.answered_at.seconds());
        writer.text(&self.code).u32(self.retry_at.seconds());
        writer.u32(self.chain_number).u64(self.list_number).u16(length).bytes(certificate);
        let signature = issuer.sign(writer.so_far());
        let bytes = writer.bytes(&signature).finish();
        Ok(SignedResponse { response: self.clone(), signer, bytes })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, FormatError> {
        let nonce = Nonce(reader.array()?);
        let answered_at = Moment::from_seconds(reader.u32()?);
        let code = reader.text("code")?.to_owned();
        check_code(&code)?;
        let retry_at = Moment::from_seconds(reader.u32()?);
        let (chain_number, list_number) = (reader.u32()?, reader.u64()?);
        let length = usize::from(reader.u16()?);
        if length > CERTIFICATE_BYTES_MAX {
            return Err(FormatError::Field { field: "certificate" });
        }
        let certificate = match reader.bytes(length)? {
            [] => None,
            bytes => Some(SignedCertificate::decode(bytes)?),
        };
        Ok(Self { nonce, answered_at, code, retry_at, chain_number, list_number, certificate })
    }
}

/// A response with its signature, which may not have been checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedResponse {
    response: Response,
    signer: PublicKeyId,
    bytes: Vec<u8>,
}

impl SignedResponse {
    /// Reads a response; it is not trusted yet.
    ///
    /// # Errors
    /// [`FormatError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = Reader::open(bytes, RESPONSE, RESPONSE_BYTES_MAX)?;
        let signer = PublicKeyId::from_bytes(reader.array()?);
        let response = Response::read(&mut reader)?;
        reader.bytes(SIGNATURE_BYTES)?;
        reader.end()?;
        Ok(Self { response, signer, bytes: bytes.to_vec() })
    }

    /// The nonce of the request that it claims to answer, to find the pending request with.
    pub const fn nonce(&self) -> Nonce {
        self.response.nonce
    }

    /// The content, if a trusted key signed it as the answer to this request. A certificate in it was signed by a
    /// trusted key too, and made for the machine and the nonce of the request.
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn verify(&self, trust: &Trust, pending: &Request) -> Result<&Response, ResponseError> {
        let (message, signature) = self.bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(TrustError::BadSignature)?;
        trust.verify(self.signer, self.response.answered_at, message, signature)?;
        let mut is_answer = self.response.nonce == pending.nonce;
        if let Some(certificate) = &self.response.certificate {
            let certificate = certificate.verify(trust)?;
            is_answer &= certificate.machine_key == pending.machine_key;
            is_answer &= certificate.request_tag == pending.nonce.tag();
        }
        if is_answer { Ok(&self.response) } else { Err(ResponseError::OtherRequest) }
    }

    /// The document.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn check_code(code: &str) -> Result<(), FormatError> {
    let is_word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    let is_valid = (1..=CODE_BYTES_MAX).contains(&code.len()) && code.bytes().all(is_word);
    if is_valid { Ok(()) } else { Err(FormatError::Field { field: "code" }) }
}
