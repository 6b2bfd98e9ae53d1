//! Machines without network: requests that are carried out as files or QR codes, and what is carried back in.

use perpetua_license::exchange::file::{read_response_qr, read_responses, write_requests};
use perpetua_license::exchange::request::{RequestKind, SignedRequest};
use perpetua_license::exchange::response::SignedResponse;

use crate::answer::Answered;
use crate::asking::product_key;
use crate::device::{Device, Open};
use crate::error::Error;

/// What was brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// The answer to a request of this machine.
    Answer(Answered),
    /// The chain of signing keys was followed.
    Chain,
    /// A revocation list with this number.
    List(u64),
}

impl Device {
    /// A request to carry by hand. To activate, with the product key and the machine's name; any other kind is about
    /// the activation that is here and takes neither.
    ///
    /// # Errors
    /// [`Error::Key`], [`Error::NotActivated`].
    pub fn request(&self, kind: RequestKind, about: Option<(&str, &str)>) -> Result<SignedRequest, Error> {
        let about = match about {
            Some((key, name)) => Some((product_key(key)?, name)),
            None => None,
        };
        let mut open = self.open()?;
        self.prepare(&mut open, kind, about, true)
    }

    /// The `.request` file of requests.
    ///
    /// # Errors
    /// [`Error::Document`] without any, or with more than a file may hold.
    pub fn request_file(requests: &[SignedRequest]) -> Result<String, Error> {
        Ok(write_requests(requests)?)
    }

    /// Takes a `.response` file, the text of a response's QR code, a chain file or a revocation list.
    ///
    /// # Errors
    /// [`Error::Document`] for other files and damaged ones, [`Error::OtherRequest`] when none of the answers is for
    /// this machine, [`Error::Trust`], [`Error::Refused`] for a signed refusal.
    pub fn import(&self, bytes: &[u8]) -> Result<Imported, Error> {
        let mut open = self.open()?;
        match bytes.get(..3) {
            Some(b"PKF") => self.take_chain(&mut open, bytes).map(|()| Imported::Chain),
            Some(b"PRL" | b"PRD") => self.take_list(&mut open, bytes).map(Imported::List),
            _ => {
                let text = str::from_utf8(bytes).map_err(|_| Error::Document("document_of_other_kind"))?;
                self.import_text(&mut open, text).map(Imported::Answer)
            }
        }
    }

    fn import_text(&self, open: &mut Open<'_>, text: &str) -> Result<Answered, Error> {
        let start = text.trim_start_matches('\u{feff}').trim_start();
        if start.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("PS1:")) {
            let response = SignedResponse::decode(&read_response_qr(start)?)?;
            return self.take(open, &response, None, false);
        }
        if start.starts_with("-----BEGIN PERPETUA REQUEST-----") {
            return Err(Error::Document("document_is_request"));
        }
        let mut damaged = None;
        for read in read_responses(text)? {
            match read {
                Ok(response) if open.state.pending(response.nonce()).is_some() => {
                    return self.take(open, &response, None, false);
                }
                Ok(_) => {}
                Err(error) => damaged = Some(Error::from(error)),
            }
        }
        Err(damaged.unwrap_or(Error::OtherRequest))
    }
}
