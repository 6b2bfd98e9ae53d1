//! Keeping the chain of signing keys and the revocation list up to date, over the network or from files.

use perpetua_license::chain::Trust;
use perpetua_license::exchange::response::Response;
use perpetua_license::policy::answer::Answer;
use perpetua_license::revocation::{HEAD_BYTES, List, ListError, delta};

use crate::device::{Device, Open};
use crate::error::Error;
use crate::network::Call;

/// Most bytes of a chain file.
const CHAIN_BYTES_MAX: u64 = 128 << 10;
/// Most bytes of a list or of the way to it.
const LIST_BYTES_MAX: u64 = 80 << 20;

impl Device {
    /// Fetches the newest revocation list, by the short way when one is here. Answers with its number.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::List`] and others; the list that is here stays.
    pub fn refresh_list(&self) -> Result<u64, Error> {
        self.fetch_list(&mut self.open()?)
    }

    /// Follows a newer chain and fetches a newer list, as far as this machine needs them. What cannot be reached now
    /// is for the freshness of the certificate to judge.
    pub(crate) fn keep_up(&self, open: &mut Open<'_>, response: &Response) -> Result<(), Error> {
        let trust = open.state.trust(&self.software);
        let mut done = Ok(());
        if response.chain_number > trust.number() {
            done = self.fetch_chain(open);
        }
        let known = open.state.list(&trust);
        let is_wanted = known.is_some() || Self::needs_list(open, &trust);
        if done.is_ok() && is_wanted && known.is_none_or(|known| known.number < response.list_number) {
            done = self.fetch_list(open).map(|_| ());
        }
        match done {
            Err(Error::Unreachable(_) | Error::NotUnderstood) => Ok(()),
            done => done,
        }
    }

    fn needs_list(open: &Open<'_>, trust: &Trust) -> bool {
        let certificate = open.state.certificate.as_ref().and_then(|(signed, _)| signed.verify(trust).ok());
        certificate.is_some_and(|certificate| certificate.list_max_days > 0)
    }

    pub(crate) fn fetch_chain(&self, open: &mut Open<'_>) -> Result<(), Error> {
        let file = self.fetch("chain", CHAIN_BYTES_MAX)?;
        self.take_chain(open, &file)
    }

    /// Follows a chain file and keeps it, if it leads further.
    pub(crate) fn take_chain(&self, open: &mut Open<'_>, file: &[u8]) -> Result<(), Error> {
        let trust = open.state.trust(&self.software);
        let further = trust.follow_file(file)?;
        if further == trust {
            return Ok(());
        }
        // What is kept must lead here from the pinned root alone, or from the chain that was built in.
        let before = open.state.chain.replace(file.to_vec());
        if open.state.trust(&self.software) != further {
            open.state.chain = before;
            return Err(perpetua_license::chain::ChainError::OtherRoot.into());
        }
        open.save()
    }

    pub(crate) fn fetch_list(&self, open: &mut Open<'_>) -> Result<u64, Error> {
        let known = open.state.list(&open.state.trust(&self.software));
        let body = match (&known, self.store.list()?) {
            (Some(head), Some(_)) => self.fetch_changed(&format!("revocations?since={}", head.number))?,
            _ => Some(self.fetch("revocations", LIST_BYTES_MAX)?),
        };
        match (body, known) {
            (None, Some(head)) => Ok(head.number),
            (None, None) => Err(Error::NotUnderstood),
            (Some(bytes), _) => match self.take_list(open, &bytes) {
                // A delta that does not fit wastes a download, and nothing else.
                Err(Error::List(ListError::OtherBase { .. } | ListError::OtherBody)) if bytes.starts_with(b"PRD") => {
                    let whole = self.fetch("revocations", LIST_BYTES_MAX)?;
                    self.take_list(open, &whole)
                }
                taken => taken,
            },
        }
    }

    /// Takes a list, or a delta from the list that is here, and looks whether it revokes this machine.
    pub(crate) fn take_list(&self, open: &mut Open<'_>, bytes: &[u8]) -> Result<u64, Error> {
        let trust = open.state.trust(&self.software);
        let known = open.state.list(&trust);
        let whole = if bytes.starts_with(b"PRD") {
            let base = self.store.list()?.ok_or(Error::List(ListError::OtherBase { base: 0 }))?;
            delta::apply(&List::open(&base, &trust)?, bytes, &trust)?
        } else {
            bytes.to_vec()
        };
        let list = List::open(&whole, &trust)?;
        list.head().may_follow(known.as_ref())?;
        Self::judge(open, &list, &trust);
        open.state.latest_seen = open.state.latest_seen.max(list.head().issued_at);
        open.state.list_head = Some(whole[..HEAD_BYTES].to_vec());
        // The state says what counts; should this write be lost, the whole list is fetched next time.
        open.save()?;
        self.store.save_list(&whole)?;
        Ok(list.head().number)
    }

    /// Holds a certificate that just came against the list that is here: of two that were asked for together, one may
    /// have been revoked meanwhile.
    pub(crate) fn judge_again(&self, open: &mut Open<'_>) -> Result<(), Error> {
        let trust = open.state.trust(&self.software);
        if open.state.list(&trust).is_none() {
            return Ok(());
        }
        let Some(bytes) = self.store.list()? else { return Ok(()) };
        if let Ok(list) = List::open(&bytes, &trust) {
            Self::judge(open, &list, &trust);
        }
        Ok(())
    }

    /// Ends the activation here when the list says so.
    fn judge(open: &mut Open<'_>, list: &List<'_>, trust: &Trust) {
        let certificate = open.state.certificate.as_ref().and_then(|(signed, _)| signed.verify(trust).ok());
        let reason = certificate.and_then(|certificate| list.reason(certificate.key, certificate.activation));
        if let Some(reason) = reason {
            open.state.ended = Some(Answer::from(reason).code().to_owned());
        }
    }

    /// A published document as it is, for carrying it elsewhere.
    pub(crate) fn fetch_to_carry(&self, path: &str) -> Result<Vec<u8>, Error> {
        self.fetch(path, LIST_BYTES_MAX)
    }

    fn fetch(&self, path: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let reply = self.around.network.call(&Call { path, body: None, limit })?;
        if reply.status == 200 { Ok(reply.body) } else { Err(Error::NotUnderstood) }
    }

    /// Nothing when it did not change.
    fn fetch_changed(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let reply = self.around.network.call(&Call { path, body: None, limit: LIST_BYTES_MAX })?;
        match reply.status {
            200 => Ok(Some(reply.body)),
            304 => Ok(None),
            _ => Err(Error::NotUnderstood),
        }
    }
}
