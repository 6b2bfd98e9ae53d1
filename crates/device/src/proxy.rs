//! One machine with network asks for many without: their request files in, a response file for each of them out.
//!
//! The proxy believes nothing and signs nothing; it only carries. What comes back is checked by the machines.

use perpetua_license::exchange::file::{DOCUMENTS_MAX, read_requests, write_requests, write_responses};
use perpetua_license::exchange::request::{RequestError, RequestKind, SignedRequest};
use perpetua_license::exchange::response::SignedResponse;
use serde_json::Value;

use crate::answer::Answered;
use crate::asking::read_value;
use crate::device::Device;
use crate::error::Error;

/// Requests per exchange: 640 bytes each, with base64 well below the limit of a file.
const REQUESTS_PER_EXCHANGE: usize = DOCUMENTS_MAX;

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// How its owner calls the machine; empty when the request cannot be read.
    pub machine_name: String,
    /// What was asked.
    pub kind: Option<RequestKind>,
    /// What was answered; nothing when the request cannot be read and was not sent.
    pub answered: Option<Answered>,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedFile {
    /// One entry per request of the file, in its order.
    pub requests: Vec<Passed>,
    /// The `.response` file to carry back; nothing when no answer is signed.
    pub response: Option<String>,
}

impl Device {
    /// Sends the requests of all files and sorts the answers back into a response file per request file.
    ///
    /// # Errors
    /// [`Error::Document`] when a file is none, [`Error::Unreachable`] and others when an exchange fails as a whole.
    pub fn pass_on(&self, files: &[String]) -> Result<Vec<PassedFile>, Error> {
        let mut read = Vec::new();
        for text in files {
            read.push(read_requests(text)?);
        }
        let all: Vec<SignedRequest> = read.iter().flatten().filter_map(|one| one.as_ref().ok().cloned()).collect();
        let mut answers = Vec::with_capacity(all.len());
        for some in all.chunks(REQUESTS_PER_EXCHANGE) {
            answers.extend(self.exchange(some)?);
        }
        let mut answers = answers.into_iter();
        read.into_iter().map(|requests| sort_back(requests, &mut answers)).collect()
    }

    /// Chain and list of the installation, to carry to the closed site as well.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::NotUnderstood`].
    pub fn chain_and_list(&self) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Ok((self.fetch_to_carry("chain")?, self.fetch_to_carry("revocations")?))
    }

    fn exchange(&self, requests: &[SignedRequest]) -> Result<Vec<(Answered, Option<SignedResponse>)>, Error> {
        let file = write_requests(requests)?;
        let reply = self.post_patiently("batch", file.as_bytes())?;
        let value: Value = serde_json::from_slice(&reply.body).map_err(|_| Error::NotUnderstood)?;
        let Some(answers) = value["answers"].as_array() else {
            let (answered, _) = read_value(&value)?;
            return Err(Error::Refused(answered));
        };
        if answers.len() != requests.len() {
            return Err(Error::NotUnderstood);
        }
        answers.iter().map(read_value).collect()
    }
}

fn sort_back(
    requests: Vec<Result<SignedRequest, RequestError>>,
    answers: &mut impl Iterator<Item = (Answered, Option<SignedResponse>)>,
) -> Result<PassedFile, Error> {
    let mut responses = Vec::new();
    let mut passed = Vec::new();
    for request in requests {
        let Ok(request) = request else {
            passed.push(Passed { machine_name: String::new(), kind: None, answered: None });
            continue;
        };
        let (answered, response) = answers.next().ok_or(Error::NotUnderstood)?;
        // Answers come in the order of the requests; one that does not fit would be of no use to its machine.
        responses.extend(response.filter(|response| response.nonce() == request.request().nonce));
        let content = request.request();
        passed.push(Passed {
            machine_name: content.machine_name.clone(),
            kind: Some(content.kind),
            answered: Some(answered),
        });
    }
    let response = if responses.is_empty() { None } else { Some(write_responses(&responses)?) };
    Ok(PassedFile { requests: passed, response })
}
