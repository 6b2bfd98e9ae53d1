//! A whole signed certificate that a person can type: the device puts back what it knows anyway, so that only the
//! rest travels.
//!
//! Left out are kind and version, machine key, request tag and product; they come from the pending request. The
//! signature covers them all the same: a code for another machine or request becomes a certificate whose
//! signature is wrong. Some 46 groups of six characters; a QR code beside it spares most people the typing.

use super::request::Request;
use super::symbols::{self, GroupState, SymbolError};
use crate::certificate::{CERTIFICATE_BYTES_MAX, EDITION_BYTES_MAX, SignedCertificate};
use crate::codec::FormatError;
use crate::signing::SIGNATURE_BYTES;

/// The layout of the code.
const CODE_VERSION: u8 = 1;
/// Signer, activation and key in a certificate, after kind and version.
const NAMES_BYTES: usize = 8 + 16 + 16;
/// Versions, quantity, dates, what follows, age of lists.
const TERMS_BYTES: usize = 8 + 4 + 16 + 1 + 2;
/// Where the product begins in a certificate.
const PRODUCT_AT: usize = 4 + NAMES_BYTES + 32 + 8;
/// Most bytes that a code carries.
const CODE_BYTES_MAX: usize = 1 + NAMES_BYTES + 1 + EDITION_BYTES_MAX + TERMS_BYTES + SIGNATURE_BYTES;

/// Why a long code is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LongCodeError {
    /// Mistyped.
    #[error(transparent)]
    Typed(#[from] SymbolError),
    /// Not a certificate of this version.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// The code of a certificate.
pub fn encode(certificate: &SignedCertificate) -> String {
    let bytes = certificate.as_bytes();
    let product_bytes = usize::from(bytes[PRODUCT_AT]);
    let mut code = vec![CODE_VERSION];
    code.extend_from_slice(&bytes[4..4 + NAMES_BYTES]);
    code.extend_from_slice(&bytes[PRODUCT_AT + 1 + product_bytes..]);
    symbols::encode_groups(&code)
}

/// Rebuilds the certificate that answers the pending request. Whether its signature is right, and so whether the
/// code was made for this request, [`SignedCertificate::verify`] says.
///
/// # Errors
/// [`LongCodeError`].
pub fn decode(text: &str, pending: &Request) -> Result<SignedCertificate, LongCodeError> {
    let code = symbols::decode_groups(text, CODE_BYTES_MAX)?;
    let (version, code) = code.split_first().ok_or(FormatError::Truncated)?;
    if *version != CODE_VERSION {
        return Err(FormatError::UnknownVersion { found: *version, supported: CODE_VERSION }.into());
    }
    let (names, rest) = code.split_at_checked(NAMES_BYTES).ok_or(FormatError::Truncated)?;
    let edition_bytes = usize::from(*rest.first().ok_or(FormatError::Truncated)?);
    let length = 1 + edition_bytes + TERMS_BYTES + SIGNATURE_BYTES;
    let (rest, padding) = rest.split_at_checked(length).ok_or(FormatError::Truncated)?;
    // A group holds 25 bits, so the last one may be followed by up to three bytes of filling.
    let groups = |bytes: usize| (bytes * 8).div_ceil(5).div_ceil(symbols::GROUP - 1);
    let is_whole = groups(1 + NAMES_BYTES + length) == groups(1 + NAMES_BYTES + length + padding.len());
    if !is_whole || padding.iter().any(|byte| *byte != 0) {
        return Err(FormatError::Trailing.into());
    }
    let mut bytes = Vec::with_capacity(CERTIFICATE_BYTES_MAX);
    bytes.extend_from_slice(crate::certificate::CERTIFICATE.as_bytes());
    bytes.push(crate::codec::DOCUMENT_VERSION);
    bytes.extend_from_slice(names);
    bytes.extend_from_slice(pending.machine_key.as_bytes());
    bytes.extend_from_slice(&pending.nonce.tag());
    bytes.push(u8::try_from(pending.product.len()).map_err(|_| FormatError::Field { field: "product" })?);
    bytes.extend_from_slice(pending.product.as_bytes());
    bytes.extend_from_slice(rest);
    Ok(SignedCertificate::decode(&bytes)?)
}

/// Each group of a code that is being typed.
///
/// # Errors
/// [`SymbolError`].
pub fn group_states(text: &str) -> Result<Vec<GroupState>, SymbolError> {
    symbols::group_states(text, CODE_BYTES_MAX)
}
