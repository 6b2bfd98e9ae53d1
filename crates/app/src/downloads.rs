//! Download sessions (design §9): a person or a link opens one, and its address then serves ranges of one file
//! for a day, until three times the file's size was granted.
//!
//! Sessions live in real time. What they serve is rechecked while it runs, see [`stream`].

mod session;
pub mod stream;

use jiff::Timestamp;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{LinkId, MediaId, OrderLineId};
use perpetua_domain::link::{SESSION_LIFETIME, SESSION_SIZE_FACTOR};
use perpetua_store::downloads::DownloadRow;
use perpetua_store::media::MediaRow;
use perpetua_store::{Conn, Id, downloads};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::keys::refused_entry;
use crate::problem::Problem;
use crate::software::{self, MediumView, PurchaseFacts};

/// An opened session: the one time that its token is known.
pub struct Started {
    /// The token; its address is [`path`](Self::path).
    pub token: Token,
    /// What it serves.
    pub medium: MediumView,
    /// The title of what was bought.
    pub product: String,
    /// When it ends, in real time.
    pub expires_at: Timestamp,
}

impl Started {
    /// The path under which the file is served, without product or key in it.
    pub fn path(&self) -> String {
        format!("/d/{}", *self.token.expose())
    }

    /// A command that fetches the file on a machine without a browser and goes on where it was broken off.
    pub fn curl(&self, app: &App) -> String {
        let url = format!("{}{}", app.settings.public_url, self.path());
        format!("curl --fail --retry 5 --continue-at - --output {} {}", quoted(&self.medium.file_name), quoted(&url))
    }
}

/// Opens a session for a person.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`, `purchase_cancelled`,
/// `subscription_suspended`,
/// `medium_not_offered` for a medium that the purchase does not entitle to.
pub async fn start(app: &App, caller: &Caller, line: OrderLineId, medium: MediaId) -> Result<Started, Problem> {
    let token = app.entropy.token();
    let input = (app.stamp(caller), line, medium, token.hash().to_vec());
    let opened = app
        .store
        .write(input, |conn, (stamp, line, medium, token_hash)| open(conn, stamp, *line, *medium, token_hash))
        .await;
    match opened {
        Ok((medium, product, expires_at)) => Ok(Started { token, medium, product, expires_at }),
        Err(problem) => {
            let entry = refused_entry(app, caller, line, "media.download_refused").await;
            crate::refusal::note(app, caller, entry, &problem).await;
            Err(problem)
        }
    }
}

fn open(
    conn: &mut Conn,
    stamp: &Stamp,
    line: OrderLineId,
    medium: MediaId,
    token_hash: &[u8],
) -> Result<(MediumView, String, Timestamp), Problem> {
    let mut ids = stamp.seed.ids();
    let purchase = software::find(conn, &stamp.caller, line, Permission::MediaDownload)?;
    let facts = PurchaseFacts::new(&purchase, stamp.now)?;
    if facts.is_cancelled() {
        return Err(Problem::conflict("purchase_cancelled"));
    }
    crate::subscriptions::require_not_suspended(conn, line)?;
    let medium = software::entitled(conn, &purchase, &facts, medium, stamp.now)?;
    let opener = Opener::Person(&stamp.caller);
    let expires_at = insert_session(conn, &mut ids, line, &medium, token_hash, &opener, stamp.real_now)?;
    let entry = Entry::new("media.downloaded", "purchase", line)
        .partner(facts.partner)
        .customer(facts.customer)
        .detail(file_facts(&facts, &medium));
    audit::record(conn, &mut ids, stamp, &entry)?;
    Ok((MediumView::new(&medium)?, facts.product, expires_at))
}

/// What audit records say of a file.
pub(crate) fn file_facts(facts: &PurchaseFacts, medium: &MediaRow) -> serde_json::Value {
    json!({
        "order": facts.order_number,
        "product": facts.product,
        "medium": medium.id.0.to_string(),
        "file": medium.file_name,
        "version": medium.version_label,
    })
}

/// Who opens a session.
pub(crate) enum Opener<'a> {
    /// A person, for a tenant.
    Person(&'a Caller),
    /// Whoever holds a link.
    Link(LinkId),
}

/// Adds a session and answers when it ends.
pub(crate) fn insert_session(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    line: OrderLineId,
    medium: &MediaRow,
    token_hash: &[u8],
    opener: &Opener<'_>,
    real_now: Timestamp,
) -> Result<Timestamp, Problem> {
    let expires_at = real_now.checked_add(SESSION_LIFETIME).map_err(Problem::internal)?;
    let factor = i64::try_from(SESSION_SIZE_FACTOR).map_err(Problem::internal)?;
    let (link, person, tenant) = match opener {
        Opener::Person(caller) => (None, Some(caller.person), Some(caller.tenant)),
        Opener::Link(link) => (Some(*link), None, None),
    };
    let row = DownloadRow {
        id: Id(ids.next()),
        token_hash: token_hash.to_vec(),
        line_id: Id(line),
        media_id: medium.id,
        link_id: link.map(Id),
        person_id: person.map(Id),
        tenant_id: tenant.map(Id),
        created_at: real_now.into(),
        expires_at: expires_at.into(),
        bytes_served: 0,
        bytes_max: medium.size.saturating_mul(factor),
    };
    downloads::insert(conn, &row)?;
    Ok(expires_at)
}

/// A word for a POSIX shell: file names come from manifests.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_file_name_cannot_leave_its_quotes() {
        assert_eq!(quoted("harbor server.iso"), "'harbor server.iso'");
        assert_eq!(quoted("a'; rm -rf /"), r"'a'\''; rm -rf /'");
    }
}
