//! What whoever holds a link may do without an account: look at its page, which uses nothing, and start a
//! download within its limits.
//!
//! A password attempt is counted before it is looked at and given back when it was right, so that guesses sent
//! together are no more than guesses sent one by one. An attempt that was counted is always looked at to its end,
//! also when whoever sent it goes away meanwhile; otherwise counts of nothing would pile up and jam the link.

use std::sync::Arc;

use jiff::Timestamp;
use perpetua_domain::id::LinkId;
use perpetua_domain::link::{LinkFacts, LinkRefusal, PasswordProof, WRONG_PASSWORDS_MAX, decide_use};
use perpetua_domain::order::LineState;
use perpetua_store::links::{self as rows, LinkRow, LinkUseRow};
use perpetua_store::software::Purchase;
use perpetua_store::{
    Conn, Id, audit as audit_rows, media, relationships, software as purchases, subscriptions, tenants,
};
use zeroize::Zeroizing;

use super::link_entry;
use super::terms::busy;
use crate::audit;
use crate::caller::{Guest, Origin};
use crate::context::App;
use crate::downloads::{Opener, Started, file_facts, insert_session};
use crate::entropy::{EntropyExt as _, Token};
use crate::problem::{Kind, Param, Problem};
use crate::software::{MediumView, PurchaseFacts};

/// What the page of a link says before anything starts.
#[derive(Debug, Clone)]
pub struct Landing {
    /// Whether a password is asked for. The page then shows nothing of the product.
    pub is_protected: bool,
    /// The product's title; empty when protected.
    pub product: String,
    /// The file; `None` when protected.
    pub medium: Option<MediumView>,
    /// The first instant at which the link no longer works.
    pub expires_at: Timestamp,
    /// Downloads left.
    pub uses_left: i64,
    /// The time zone of the purchase, in which dates are shown.
    pub zone: jiff::tz::TimeZone,
}

/// The page of a link. Uses nothing, however often it is asked for (design §9).
///
/// # Errors
///
/// `not_found` for an unknown or altered token, and why the link serves nothing: `link_expired`, `link_used_up`,
/// `link_revoked`, `link_locked`, `purchase_cancelled`, `subscription_suspended`,
/// `relationship_ended`, `serving_suspended`.
pub async fn landing(app: &App, origin: &Origin, token: &str) -> Result<Landing, Problem> {
    let now = app.clock.now();
    let token_hash = parsed(app, origin, token).await?;
    let found = app.store.read(move |conn| load(conn, &token_hash)).await?;
    let Some(known) = found else { return Err(unknown(app, origin).await) };
    decide_use(&known.facts(PasswordProof::NotAsked), now).map_err(refused)?;
    let is_protected = known.link.password_hash.is_some();
    let facts = PurchaseFacts::new(&known.purchase, now)?;
    Ok(Landing {
        is_protected,
        product: if is_protected { String::new() } else { facts.product },
        medium: if is_protected { None } else { Some(MediumView::new(&known.medium)?) },
        expires_at: known.link.expires_at.timestamp(),
        uses_left: known.link.uses_max - known.link.uses,
        zone: facts.zone,
    })
}

/// Starts a download: counts one use and opens a session. Every use and every refusal of a known link is recorded
/// beside it, with the network from which it came.
///
/// # Errors
///
/// As [`landing`], `link_password_needed`, `link_password_wrong`, and `too_many_attempts` while as many passwords as
/// are allowed in all are being looked at.
pub async fn start(app: &Arc<App>, origin: &Origin, token: &str, password: Option<&str>) -> Result<Started, Problem> {
    let token_hash = parsed(app, origin, token).await?;
    let Some(password) = password.filter(|password| !password.is_empty()) else {
        return settle(app, origin, token_hash, None).await;
    };
    let (app, origin, password) = (app.clone(), origin.clone(), Zeroizing::new(password.to_owned()));
    // A task of its own, as the request that asks for it may be dropped at any await.
    let settled = tokio::spawn(async move { settle(&app, &origin, token_hash, Some(&password)).await });
    settled.await.map_err(Problem::internal)?
}

async fn settle(app: &App, origin: &Origin, token_hash: [u8; 32], password: Option<&str>) -> Result<Started, Problem> {
    let proof = prove(app, origin, token_hash, password).await?;
    let session = app.entropy.token();
    let input = Start { guest: app.guest(origin), token_hash, session_hash: session.hash().to_vec(), proof };
    match app.store.write(input, take).await? {
        Taken::Started { medium, product, expires_at } => {
            Ok(Started { token: session, medium: *medium, product, expires_at })
        }
        Taken::Refused(refusal) => Err(refused(refusal)),
        Taken::Unknown => Err(unknown(app, origin).await),
    }
}

/// What is known of a link at the moment of use.
struct Known {
    link: LinkRow,
    purchase: Purchase,
    medium: media::MediaRow,
    is_subscription_suspended: bool,
    is_suspended: bool,
    is_relationship_ended: bool,
}

impl Known {
    fn facts(&self, password: PasswordProof) -> LinkFacts {
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        let is_locked = self.link.state == "locked";
        LinkFacts {
            expires_at: self.link.expires_at.timestamp(),
            uses: count(self.link.uses),
            uses_max: count(self.link.uses_max),
            is_revoked: self.link.state == "revoked",
            // Counted attempts may still turn out right; the link is locked when its state says so.
            wrong_passwords: if is_locked { WRONG_PASSWORDS_MAX } else { 0 },
            is_purchase_cancelled: self.purchase.0.state.0 == LineState::Cancelled,
            is_suspended: self.is_suspended,
            is_subscription_suspended: self.is_subscription_suspended,
            is_relationship_ended: self.is_relationship_ended,
            password,
        }
    }
}

fn load(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Known>, Problem> {
    let Some(link) = rows::find_by_token(conn, token_hash)? else { return Ok(None) };
    let missing = || Problem::internal(format!("link {} hangs in the air", link.id.0));
    let purchase = purchases::find(conn, link.line_id.0)?.ok_or_else(missing)?;
    let medium = media::find(conn, link.media_id.0)?.ok_or_else(missing)?;
    let is_subscription_suspended = subscriptions::is_suspended(conn, link.line_id.0)?;
    let is_suspended = tenants::any_suspended(conn, &[link.maker_tenant_id, link.customer_id])?;
    // A link of the customer itself does not hang on any partner.
    let is_relationship_ended = link.maker_tenant_id == link.partner_id && {
        let related = relationships::find(conn, link.partner_id.0, link.customer_id.0)?;
        !related.is_some_and(|related| related.active)
    };
    Ok(Some(Known { link, purchase, medium, is_subscription_suspended, is_suspended, is_relationship_ended }))
}

/// Looks at the password of a protected link, within the number of wrong ones that it allows.
async fn prove(
    app: &App,
    origin: &Origin,
    token_hash: [u8; 32],
    password: Option<&str>,
) -> Result<PasswordProof, Problem> {
    let now = app.clock.now();
    let Some(known) = app.store.read(move |conn| load(conn, &token_hash)).await? else {
        return Err(unknown(app, origin).await);
    };
    let Some(hash) = &known.link.password_hash else { return Ok(PasswordProof::NotAsked) };
    let Some(password) = password else { return Ok(PasswordProof::Missing) };
    if decide_use(&known.facts(PasswordProof::Right), now).is_err() {
        // Nothing is started anyway, and a dead link tells nothing about its password.
        return Ok(PasswordProof::Missing);
    }
    let link = known.link.id.0;
    let max = i64::from(WRONG_PASSWORDS_MAX);
    let counted =
        app.store.write(link, move |conn, link| Ok::<_, Problem>(rows::take_password_attempt(conn, *link, max)?));
    if !counted.await? {
        return Err(Problem::new(Kind::TooMany, "too_many_attempts").retry_after(2));
    }
    let verified = app.passwords.verify(password, Some(hash)).await;
    match verified {
        Ok(false) => Ok(PasswordProof::Wrong),
        Ok(true) => give_back(app, link).await.map(|()| PasswordProof::Right),
        Err(error) => {
            give_back(app, link).await?;
            Err(busy(error))
        }
    }
}

async fn give_back(app: &App, link: LinkId) -> Result<(), Problem> {
    app.store.write(link, |conn, link| Ok(rows::give_back_password_attempt(conn, *link)?)).await
}

struct Start {
    guest: Guest,
    token_hash: [u8; 32],
    session_hash: Vec<u8>,
    proof: PasswordProof,
}

enum Taken {
    Started { medium: Box<MediumView>, product: String, expires_at: Timestamp },
    Refused(LinkRefusal),
    Unknown,
}

/// Refusals are an `Ok`, as their record must stay.
fn take(conn: &mut Conn, input: &Start) -> Result<Taken, Problem> {
    let guest = &input.guest;
    let mut ids = guest.seed.ids();
    let Some(known) = load(conn, &input.token_hash)? else { return Ok(Taken::Unknown) };
    let link = known.link.id.0;
    let mut used = LinkUseRow {
        id: Id(ids.next()),
        link_id: Id(link),
        at: guest.now.into(),
        outcome: "started".to_owned(),
        network: guest.origin.network_block(),
        agent: guest.origin.agent.clone(),
    };
    if let Err(refusal) = decide_use(&known.facts(input.proof), guest.now) {
        used.outcome = word(refusal).to_owned();
        rows::insert_refusal(conn, &used)?;
        if refusal == LinkRefusal::WrongPassword && rows::lock_at(conn, link, i64::from(WRONG_PASSWORDS_MAX))? {
            let entry = link_entry("link.locked", &known.link, super::bought(&known.purchase.0));
            audit::record_guest(conn, &mut ids, guest, &entry)?;
        }
        return Ok(Taken::Refused(refusal));
    }
    if !rows::take_use(conn, link)? {
        // Somebody else took the last use meanwhile: decide again on what is now there.
        return Err(perpetua_store::StoreError::Conflict { table: "download_link" }.into());
    }
    rows::insert_use(conn, &used)?;
    let line = known.link.line_id.0;
    let opener = Opener::Link(link);
    let expires_at = insert_session(conn, &mut ids, line, &known.medium, &input.session_hash, &opener, guest.real_now)?;
    let facts = PurchaseFacts::new(&known.purchase, guest.now)?;
    let entry = link_entry("link.used", &known.link, file_facts(&facts, &known.medium));
    audit::record_guest(conn, &mut ids, guest, &entry)?;
    let medium = Box::new(MediumView::new(&known.medium)?);
    Ok(Taken::Started { medium, product: facts.product, expires_at })
}

async fn parsed(app: &App, origin: &Origin, token: &str) -> Result<[u8; 32], Problem> {
    match Token::parse(token) {
        Some(token) => Ok(token.hash()),
        None => Err(unknown(app, origin).await),
    }
}

/// Counts a token that was never given out, per source and minute (I5).
async fn unknown(app: &App, origin: &Origin) -> Problem {
    let source = origin.source_hash();
    let minute = app.real_clock.now().as_second() / 60;
    let counted = app.store.write((source, minute), |conn, (source, minute)| {
        audit_rows::count_anonymous(conn, source, *minute, "link_unknown", 1)
    });
    match counted.await {
        Ok(()) => Problem::not_found(),
        Err(error) => error.into(),
    }
}

/// The stored word of a refusal.
const fn word(refusal: LinkRefusal) -> &'static str {
    match refusal {
        LinkRefusal::Expired { .. } => "expired",
        LinkRefusal::UsedUp => "used_up",
        LinkRefusal::Revoked => "revoked",
        LinkRefusal::Locked => "locked",
        LinkRefusal::PurchaseCancelled => "purchase_cancelled",
        LinkRefusal::SubscriptionSuspended => "subscription_suspended",
        LinkRefusal::RelationshipEnded => "relationship_ended",
        LinkRefusal::Suspended => "suspended",
        LinkRefusal::PasswordNeeded => "password_needed",
        LinkRefusal::WrongPassword => "wrong_password",
    }
}

fn refused(refusal: LinkRefusal) -> Problem {
    match refusal {
        LinkRefusal::Expired { at } => Problem::conflict("link_expired").with("at", Param::Instant(at)),
        LinkRefusal::UsedUp => Problem::conflict("link_used_up"),
        LinkRefusal::Revoked => Problem::conflict("link_revoked"),
        LinkRefusal::Locked => Problem::conflict("link_locked"),
        LinkRefusal::PurchaseCancelled => Problem::conflict("purchase_cancelled"),
        LinkRefusal::SubscriptionSuspended => Problem::conflict("subscription_suspended"),
        LinkRefusal::RelationshipEnded => Problem::new(Kind::Forbidden, "relationship_ended"),
        LinkRefusal::Suspended => Problem::new(Kind::Forbidden, "serving_suspended"),
        LinkRefusal::PasswordNeeded => Problem::field("password", "link_password_needed"),
        LinkRefusal::WrongPassword => Problem::field("password", "link_password_wrong"),
    }
}
