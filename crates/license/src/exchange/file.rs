//! `.request` and `.response` files, and the same for QR codes.
//!
//! A file is text, so that it survives mail and clipboards: a line that says what it is, base64 in lines of 64, a
//! line that ends it. It holds one document, or many for a closed site whose machines are activated by one that
//! has network. A QR code holds one document in characters of its dense alphanumeric mode.

use data_encoding::BASE64;

use super::request::{REQUEST_BYTES_MAX, RequestError, SignedRequest};
use super::response::{RESPONSE_BYTES_MAX, SignedResponse};
use super::symbols::{self, SymbolError};
use crate::codec::{FormatError, Reader, Writer};

/// Most documents of one file.
pub const DOCUMENTS_MAX: usize = 1000;
/// Most bytes of a file.
pub const FILE_BYTES_MAX: usize = 1 << 20;

const LINE: usize = 64;
const REQUESTS: Labels = Labels { word: "REQUEST", many: "PBQ", qr: "PQ1:", limit: REQUEST_BYTES_MAX };
const RESPONSES: Labels = Labels { word: "RESPONSE", many: "PBS", qr: "PS1:", limit: RESPONSE_BYTES_MAX };

/// Why a file or QR code is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Larger than [`FILE_BYTES_MAX`].
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// The first line is missing: another kind of file.
    #[error("this is not such a file")]
    OtherFile,
    /// The last line is missing.
    #[error("the file is cut off")]
    Truncated,
    /// Between them is something else than base64 in its one form.
    #[error("the file is damaged")]
    Damaged,
    /// The characters of a QR code are wrong.
    #[error(transparent)]
    Symbols(#[from] SymbolError),
    /// The container of many documents is not valid.
    #[error(transparent)]
    Format(#[from] FormatError),
}

struct Labels {
    word: &'static str,
    many: &'static str,
    qr: &'static str,
    limit: usize,
}

/// A `.request` file with 1 to [`DOCUMENTS_MAX`] requests.
///
/// # Errors
/// [`FormatError::Field`] for another number of requests.
pub fn write_requests(requests: &[SignedRequest]) -> Result<String, FormatError> {
    write(&REQUESTS, &requests.iter().map(SignedRequest::as_bytes).collect::<Vec<_>>())
}

/// Reads a `.request` file. Each request is judged for itself, so that one damaged machine does not hold up the
/// others; the results are in the order of the file.
///
/// # Errors
/// [`FileError`] when the file as a whole cannot be read.
pub fn read_requests(text: &str) -> Result<Vec<Result<SignedRequest, RequestError>>, FileError> {
    let content = read(&REQUESTS, text)?;
    Ok(documents(&REQUESTS, &content)?.into_iter().map(SignedRequest::decode).collect())
}

/// A `.response` file with 1 to [`DOCUMENTS_MAX`] responses.
///
/// # Errors
/// [`FormatError::Field`] for another number of responses.
pub fn write_responses(responses: &[SignedResponse]) -> Result<String, FormatError> {
    write(&RESPONSES, &responses.iter().map(SignedResponse::as_bytes).collect::<Vec<_>>())
}

/// Reads a `.response` file, each response for itself, in the order of the file.
///
/// # Errors
/// [`FileError`] when the file as a whole cannot be read.
pub fn read_responses(text: &str) -> Result<Vec<Result<SignedResponse, FormatError>>, FileError> {
    let content = read(&RESPONSES, text)?;
    Ok(documents(&RESPONSES, &content)?.into_iter().map(SignedResponse::decode).collect())
}

/// The text of a QR code for a request.
pub fn request_qr(request: &SignedRequest) -> String {
    format!("{}{}", REQUESTS.qr, symbols::encode(request.as_bytes()))
}

/// Reads the text of a request's QR code.
///
/// # Errors
/// [`FileError`]; the bytes are then for [`SignedRequest::decode`].
pub fn read_request_qr(text: &str) -> Result<Vec<u8>, FileError> {
    read_qr(&REQUESTS, text)
}

/// The text of a QR code for a response.
pub fn response_qr(response: &SignedResponse) -> String {
    format!("{}{}", RESPONSES.qr, symbols::encode(response.as_bytes()))
}

/// Reads the text of a response's QR code.
///
/// # Errors
/// [`FileError`]; the bytes are then for [`SignedResponse::decode`].
pub fn read_response_qr(text: &str) -> Result<Vec<u8>, FileError> {
    read_qr(&RESPONSES, text)
}

fn write(labels: &Labels, documents: &[&[u8]]) -> Result<String, FormatError> {
    let content = match documents {
        [one] => one.to_vec(),
        many => container(labels, many)?,
    };
    let base64 = BASE64.encode(&content);
    let mut text = format!("-----BEGIN PERPETUA {}-----\n", labels.word);
    for line in base64.as_bytes().chunks(LINE) {
        text.extend(line.iter().copied().map(char::from));
        text.push('\n');
    }
    text.push_str("-----END PERPETUA ");
    text.push_str(labels.word);
    text.push_str("-----\n");
    Ok(text)
}

fn container(labels: &Labels, documents: &[&[u8]]) -> Result<Vec<u8>, FormatError> {
    let invalid = FormatError::Field { field: "count" };
    if documents.len() < 2 || documents.len() > DOCUMENTS_MAX {
        return Err(invalid);
    }
    let mut writer = Writer::new(labels.many);
    writer.u16(u16::try_from(documents.len()).map_err(|_| invalid)?);
    for document in documents {
        writer.u16(u16::try_from(document.len()).map_err(|_| invalid)?).bytes(document);
    }
    Ok(writer.finish())
}

fn read(labels: &Labels, text: &str) -> Result<Vec<u8>, FileError> {
    if text.len() > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    let body = text.strip_prefix(&format!("-----BEGIN PERPETUA {}-----", labels.word)).ok_or(FileError::OtherFile)?;
    let body = body.strip_suffix(&format!("-----END PERPETUA {}-----", labels.word)).ok_or(FileError::Truncated)?;
    let base64: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&base64).map_err(|_| FileError::Damaged)
}

fn documents<'a>(labels: &Labels, content: &'a [u8]) -> Result<Vec<&'a [u8]>, FileError> {
    if !content.starts_with(labels.many.as_bytes()) {
        return Ok(vec![content]);
    }
    let mut reader = Reader::open(content, labels.many, FILE_BYTES_MAX)?;
    let count = usize::from(reader.u16()?);
    if !(2..=DOCUMENTS_MAX).contains(&count) {
        return Err(FormatError::Field { field: "count" }.into());
    }
    let mut documents = Vec::with_capacity(count);
    for _ in 0..count {
        let length = reader.u16()?;
        documents.push(reader.bytes(length.into())?);
    }
    reader.end()?;
    Ok(documents)
}

fn read_qr(labels: &Labels, text: &str) -> Result<Vec<u8>, FileError> {
    let text = text.trim();
    let symbols = text.get(..labels.qr.len()).filter(|prefix| prefix.eq_ignore_ascii_case(labels.qr));
    symbols.ok_or(FileError::OtherFile)?;
    Ok(symbols::decode(&text[labels.qr.len()..], labels.limit)?)
}
