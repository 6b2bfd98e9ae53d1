//! Download links (M12, M18): made for one medium of one purchase and one recipient, limited in time and number,
//! revocable, and listed with every use. A link's address holds a random token and nothing else.
//!
//! A link's life is counted in business time, like every date that stands beside it on a page; the download
//! sessions that it opens are counted in real time.

mod guest;
mod terms;

pub use guest::{Landing, landing, start};
pub use terms::{CreateLink, RenewLink};

use jiff::Timestamp;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{LinkId, MediaId, OrderLineId, TenantId};
use perpetua_domain::link::LinkTerms;
use perpetua_store::links::{self as rows, LinkRow, LinkUseRow};
use perpetua_store::software::PurchaseRow;
use perpetua_store::{Conn, Id, downloads as media, people};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::downloads::file_facts;
use crate::entropy::{EntropyExt as _, Token};
use crate::form_use::{FormKey, Once, always_first, once};
use crate::keys::refused_entry;
use crate::problem::Problem;
use crate::software::{self, PurchaseFacts};

/// Links of one purchase that a page lists.
const LINKS_MAX: i64 = 200;
/// Uses of all of them.
const USES_MAX: i64 = 2_000;

/// A link that was just made: the one time that its address is known.
pub struct CreatedLink {
    /// Its id.
    pub id: LinkId,
    token: Token,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// Downloads that it allows.
    pub uses_max: i64,
    /// Whether it asks for a password.
    pub is_protected: bool,
    /// For whom it is meant; empty when nobody was named.
    pub recipient: String,
    /// The file's name.
    pub file_name: String,
}

impl CreatedLink {
    /// The address to hand over.
    pub fn url(&self, app: &App) -> String {
        format!("{}/l/{}", app.settings.public_url, *self.token.expose())
    }
}

/// Makes a link.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`, `purchase_cancelled`,
/// `subscription_suspended`,
/// `medium_not_offered`, and `invalid_input` naming each term that is out of bounds.
pub async fn create(app: &App, caller: &Caller, command: CreateLink) -> Result<CreatedLink, Problem> {
    always_first(create_once(app, caller, None, command).await?)
}

/// Makes a link once for one form; a copy of the form gives nothing, as the address was shown by the first.
///
/// # Errors
///
/// As [`create`].
pub async fn create_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: CreateLink,
) -> Result<Option<CreatedLink>, Problem> {
    let line = command.line;
    let made = try_create(app, caller, form, command).await;
    if let Err(problem) = &made {
        let entry = refused_entry(app, caller, line, "link.create_refused").await;
        crate::refusal::note(app, caller, entry, problem).await;
    }
    made
}

async fn try_create(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: CreateLink,
) -> Result<Option<CreatedLink>, Problem> {
    // Asked before the password is hashed, so that nobody without the right makes us work.
    let defaults = defaults(app, caller, command.line).await?;
    let terms = terms::checked(&command, defaults)?;
    let password_hash = match &command.password {
        Some(password) => Some(terms::hash(app, password).await?),
        None => None,
    };
    let token = app.entropy.token();
    let input = NewLink {
        stamp: app.stamp(caller),
        line: command.line,
        medium: command.medium,
        terms,
        token_hash: token.hash().to_vec(),
        password_hash,
    };
    let made = app.store.write(input, move |conn, new| {
        software::find(conn, &new.stamp.caller, new.line, Permission::LinkCreate)?;
        once(conn, &new.stamp, (form, "link.created"), |conn| {
            let made = insert(conn, new)?;
            Ok((made.0.id.0.to_string(), made))
        })
    });
    let Once::First((row, file_name)) = made.await? else { return Ok(None) };
    Ok(Some(CreatedLink {
        id: row.id.0,
        token,
        expires_at: row.expires_at.timestamp(),
        uses_max: row.uses_max,
        is_protected: row.password_hash.is_some(),
        recipient: row.recipient,
        file_name,
    }))
}

/// Days and downloads that a link of this purchase has unless chosen otherwise: the snapshot of its policy.
///
/// # Errors
///
/// As [`create`].
pub async fn defaults(app: &App, caller: &Caller, line: OrderLineId) -> Result<(u32, u32), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            let (row, ..) = software::find(conn, &caller, line, Permission::LinkCreate)?;
            let days = u32::try_from(row.link_lifetime_days).map_err(Problem::internal)?;
            let uses = u32::try_from(row.link_uses_max).map_err(Problem::internal)?;
            Ok((days, uses))
        })
        .await
}

struct NewLink {
    stamp: Stamp,
    line: OrderLineId,
    medium: MediaId,
    terms: LinkTerms,
    token_hash: Vec<u8>,
    password_hash: Option<String>,
}

fn insert(conn: &mut Conn, new: &NewLink) -> Result<(LinkRow, String), Problem> {
    let stamp = &new.stamp;
    let mut ids = stamp.seed.ids();
    let purchase = software::find(conn, &stamp.caller, new.line, Permission::LinkCreate)?;
    let facts = PurchaseFacts::new(&purchase, stamp.now)?;
    if facts.is_cancelled() {
        return Err(Problem::conflict("purchase_cancelled"));
    }
    crate::subscriptions::require_not_suspended(conn, new.line)?;
    let medium = software::entitled(conn, &purchase, &facts, new.medium, stamp.now)?;
    let recipient = new.terms.recipient.clone().unwrap_or_default();
    let row = LinkRow {
        id: Id(ids.next()),
        token_hash: new.token_hash.clone(),
        line_id: Id(new.line),
        media_id: medium.id,
        partner_id: Id(facts.partner),
        customer_id: Id(facts.customer),
        maker_tenant_id: Id(stamp.caller.tenant),
        created_by: Id(stamp.caller.person),
        created_at: stamp.now.into(),
        expires_at: new.terms.expires_at(stamp.now).into(),
        uses_max: new.terms.uses_max.into(),
        uses: 0,
        password_hash: new.password_hash.clone(),
        wrong_passwords: 0,
        recipient: recipient.clone(),
        state: "active".to_owned(),
        revoked_at: None,
        version: 1,
    };
    rows::insert(conn, &row)?;
    let mut detail = file_facts(&facts, &medium);
    detail["link"] = row.id.0.to_string().into();
    detail["days"] = new.terms.lifetime_days.into();
    detail["uses"] = new.terms.uses_max.into();
    detail["password"] = new.terms.is_protected.into();
    let entry = Entry::new("link.created", "purchase", new.line).partner(facts.partner).customer(facts.customer);
    audit::record(conn, &mut ids, stamp, &entry.detail(detail).personal("recipient", recipient))?;
    Ok((row, medium.file_name))
}

perpetua_domain::text_enum! {
    /// What has become of a link.
    pub enum LinkState {
        /// It works.
        Active = "active",
        /// Its time is over; it can be renewed.
        Expired = "expired",
        /// All its downloads were started; it can be renewed.
        UsedUp = "used_up",
        /// A person revoked it.
        Revoked = "revoked",
        /// Too many wrong passwords.
        Locked = "locked",
        /// The purchase was cancelled or the relationship ended.
        Dead = "dead",
    }
}

/// A link as its makers see it.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// Its id.
    pub id: LinkId,
    /// For whom it is meant; empty when nobody was named.
    pub recipient: String,
    /// The file's name.
    pub file_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it; empty when nobody of that id is known any more.
    pub made_by: String,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// Downloads started.
    pub uses: i64,
    /// Downloads allowed.
    pub uses_max: i64,
    /// Whether it asks for a password.
    pub is_protected: bool,
    /// What has become of it.
    pub state: LinkState,
    /// Whether the caller may revoke it now.
    pub may_revoke: bool,
    /// Whether the caller may renew it now.
    pub may_renew: bool,
    /// Every use and refused attempt, newest first.
    pub history: Vec<LinkUseView>,
}

/// One use, or one refused attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkUseView {
    /// When.
    pub at: Timestamp,
    /// `started`, or why nothing started.
    pub outcome: String,
    /// The network from which it came.
    pub network: String,
}

/// The links of a purchase, newest first. A partner sees those of its own people, a customer all.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`.
pub async fn list(app: &App, caller: &Caller, line: OrderLineId) -> Result<Vec<LinkView>, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            let purchase = software::find(conn, &caller, line, Permission::LinkView)?;
            let links = rows::of_line(conn, line, only_maker(&caller), LINKS_MAX)?;
            if links.is_empty() {
                return Ok(Vec::new());
            }
            let uses = rows::uses_of_line(conn, line, USES_MAX)?;
            let media = media::media_of_line(conn, line)?;
            let is_cancelled = PurchaseFacts::new(&purchase, now)?.is_cancelled();
            let file = |link: &LinkRow| {
                media.iter().find(|(id, _)| *id == link.media_id).map(|(_, name)| name.clone()).unwrap_or_default()
            };
            let makers = people::names(conn, links.iter().map(|link| link.created_by).collect())?;
            let made_by = |link: &LinkRow| {
                makers.iter().find(|(id, _)| *id == link.created_by).map(|(_, name)| name.clone()).unwrap_or_default()
            };
            let views = links.iter().map(|link| LinkView {
                file_name: file(link),
                made_by: made_by(link),
                ..view(link, &uses, is_cancelled, now)
            });
            Ok(views.collect())
        })
        .await
}

fn only_maker(caller: &Caller) -> Option<TenantId> {
    (caller.kind == TenantKind::Partner).then_some(caller.tenant)
}

/// A link without the names of its file and its maker.
fn view(link: &LinkRow, uses: &[LinkUseRow], is_cancelled: bool, now: Timestamp) -> LinkView {
    let state = match link.state.as_str() {
        "revoked" => LinkState::Revoked,
        _ if is_cancelled => LinkState::Dead,
        "locked" => LinkState::Locked,
        _ if link.expires_at.timestamp() <= now => LinkState::Expired,
        _ if link.uses >= link.uses_max => LinkState::UsedUp,
        _ => LinkState::Active,
    };
    let history = uses.iter().filter(|used| used.link_id == link.id);
    LinkView {
        id: link.id.0,
        recipient: link.recipient.clone(),
        file_name: String::new(),
        made_by: String::new(),
        created_at: link.created_at.timestamp(),
        expires_at: link.expires_at.timestamp(),
        uses: link.uses,
        uses_max: link.uses_max,
        is_protected: link.password_hash.is_some(),
        state,
        may_revoke: !matches!(state, LinkState::Revoked | LinkState::Dead),
        may_renew: matches!(state, LinkState::Active | LinkState::Expired | LinkState::UsedUp),
        history: history
            .map(|used| LinkUseView {
                at: used.at.timestamp(),
                outcome: used.outcome.clone(),
                network: used.network.clone(),
            })
            .collect(),
    }
}

/// Revokes a link for good; its running downloads stop. Revoking a revoked link changes nothing. Answers with the
/// purchase to return to.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`, `relationship_ended`.
pub async fn revoke(app: &App, caller: &Caller, link: LinkId) -> Result<OrderLineId, Problem> {
    let input = (app.stamp(caller), link);
    let revoked = app
        .store
        .write(input, |conn, (stamp, link)| {
            let (row, purchase) = own_link(conn, &stamp.caller, *link, Permission::LinkRevoke)?;
            if row.state != "revoked" {
                rows::revoke(conn, *link, row.version, stamp.now.into())?;
                let entry = link_entry("link.revoked", &row, bought(&purchase));
                audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
            }
            Ok(row.line_id.0)
        })
        .await;
    noted(app, caller, link, "link.revoke_refused", revoked).await
}

/// Gives a link another lifetime, counted from now, and as many further downloads. Answers with the purchase.
///
/// # Errors
///
/// As [`create`]; `link_revoked` and `link_locked` for what cannot be renewed.
pub async fn renew(app: &App, caller: &Caller, command: RenewLink) -> Result<OrderLineId, Problem> {
    let link = command.link;
    let input = (app.stamp(caller), command);
    let renewed = app
        .store
        .write(input, |conn, (stamp, command)| {
            let (row, purchase) = own_link(conn, &stamp.caller, command.link, Permission::LinkCreate)?;
            if purchase.state.0 == perpetua_domain::order::LineState::Cancelled {
                return Err(Problem::conflict("purchase_cancelled"));
            }
            crate::subscriptions::require_not_suspended(conn, row.line_id.0)?;
            match row.state.as_str() {
                "revoked" => return Err(Problem::conflict("link_revoked")),
                "locked" => return Err(Problem::conflict("link_locked")),
                _ => {}
            }
            let terms = terms::renewed(command, &purchase)?;
            let uses_max = row.uses + i64::from(terms.uses_max);
            rows::renew(conn, row.id.0, row.version, terms.expires_at(stamp.now).into(), uses_max)?;
            let mut detail = bought(&purchase);
            detail["days"] = terms.lifetime_days.into();
            detail["uses"] = terms.uses_max.into();
            audit::record(conn, &mut stamp.seed.ids(), stamp, &link_entry("link.renewed", &row, detail))?;
            Ok(row.line_id.0)
        })
        .await;
    noted(app, caller, link, "link.renew_refused", renewed).await
}

async fn noted<T>(
    app: &App,
    caller: &Caller,
    link: LinkId,
    kind: &'static str,
    outcome: Result<T, Problem>,
) -> Result<T, Problem> {
    if let Err(problem) = &outcome {
        let known = caller.clone();
        let seen = app.store.read(move |conn| {
            let row = rows::find(conn, link)?;
            let line = row.as_ref().map(|row| row.line_id.0);
            Ok::<_, Problem>(line.and_then(|line| software::parties(conn, &known, line)))
        });
        let mut entry = Entry::new(kind, "link", link);
        if let Some((partner, customer)) = seen.await.ok().flatten() {
            entry = entry.partner(partner).customer(customer);
        }
        crate::refusal::note(app, caller, entry, problem).await;
    }
    outcome
}

/// A link that the caller may handle; a partner's people only what their own tenant made.
fn own_link(
    conn: &mut Conn,
    caller: &Caller,
    link: LinkId,
    permission: Permission,
) -> Result<(LinkRow, PurchaseRow), Problem> {
    let row = rows::find(conn, link)?.ok_or_else(Problem::not_found)?;
    let (purchase, ..) = software::find(conn, caller, row.line_id.0, permission)?;
    match only_maker(caller) {
        Some(maker) if row.maker_tenant_id != Id(maker) => Err(Problem::not_found()),
        _ => Ok((row, purchase)),
    }
}

/// What records about a link say of the purchase.
pub(crate) fn bought(purchase: &PurchaseRow) -> serde_json::Value {
    json!({ "order": purchase.order_number, "product": purchase.title })
}

fn link_entry(kind: &'static str, row: &LinkRow, mut detail: serde_json::Value) -> Entry {
    detail["link"] = row.id.0.to_string().into();
    let entry = Entry::new(kind, "purchase", row.line_id.0).partner(row.partner_id.0).customer(row.customer_id.0);
    entry.detail(detail).personal("recipient", row.recipient.clone())
}
