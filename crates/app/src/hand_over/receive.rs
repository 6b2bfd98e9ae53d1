//! The recipient's side of a hand-over: a page without an account, a code by mail, and the key, once.
//!
//! Looking at the page changes nothing, since programs that check mails open addresses too. A wrong code is counted in
//! the transaction that looks at it, so that guesses sent together are no more than guesses sent one by one.

use jiff::Timestamp;
use perpetua_domain::hand_over::{
    CODE_PAUSE_SECONDS, CODE_SECONDS, CODES_MAX, HandOverFacts, HandOverRefusal, HandOverState, WRONG_CODES_MAX,
    decide, typed_code,
};
use perpetua_domain::id::PersonId;
use perpetua_domain::order::LineState;
use perpetua_domain::sign_in::needs_fresh_sign_in;
use perpetua_i18n::Lang;
use perpetua_store::hand_overs::{self as rows, HandOverRow};
use perpetua_store::key_reveals::SealedKeyRow;
use perpetua_store::software::PurchaseRow;
use perpetua_store::{Conn, Word, audit as audit_rows, relationships, software as purchases, subscriptions, tenants};
use serde_json::json;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::entry;
use crate::audit;
use crate::caller::{Guest, Origin};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::event;
use crate::identity::Session;
use crate::keys::{self, RevealedKey, living};
use crate::one_time;
use crate::problem::{Kind, Param, Problem};

/// What codes are for, see [`one_time`].
pub(crate) const CODE: &str = "hand over code";

/// The path of the page.
pub(crate) fn path_of(token: &Token) -> String {
    format!("/hand-over/{}", *token.expose())
}

/// What the page says before anything is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landing {
    /// The product.
    pub product: String,
    /// The customer for whom it was bought.
    pub customer: String,
    /// The organization that gives the key.
    pub giver: String,
    /// To whom it is given.
    pub recipient: String,
    /// The language in which they are written to.
    pub lang: Lang,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// The time zone of the purchase, in which dates are shown.
    pub zone: jiff::tz::TimeZone,
    /// Whether a code is on its way that still counts.
    pub has_code: bool,
    /// Whether whoever looks is signed in as the recipient.
    pub is_recipient: bool,
}

/// What proves that somebody is the recipient.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The code of the second mail, as typed.
    Code(&'a str),
    /// Being signed in with the recipient's address.
    SignedIn(&'a Session),
}

/// Everything that a use of a hand-over needs.
struct Known {
    row: HandOverRow,
    purchase: PurchaseRow,
    zone: String,
    facts: HandOverFacts,
}

fn load(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<Known>, Problem> {
    let Some(row) = rows::find_by_token(conn, token_hash)? else { return Ok(None) };
    let found = purchases::find(conn, row.line_id.0)?;
    let (purchase, zone, _) = found.ok_or_else(|| Problem::internal("a hand-over hangs in the air"))?;
    // A key that the customer's own people give does not hang on any partner.
    let is_relationship_ended = row.giver_tenant_id == row.partner_id && {
        let related = relationships::find(conn, row.partner_id.0, row.customer_id.0)?;
        !related.is_some_and(|related| related.active)
    };
    let facts = HandOverFacts {
        state: row.state.0,
        expires_at: row.expires_at.timestamp(),
        is_cancelled: purchase.state.0 == LineState::Cancelled,
        is_subscription_suspended: subscriptions::is_suspended(conn, row.line_id.0)?,
        is_relationship_ended,
        is_suspended: tenants::any_suspended(conn, &[row.giver_tenant_id, row.customer_id])?,
    };
    Ok(Some(Known { row, purchase, zone, facts }))
}

/// The page of a hand-over. Uses nothing, however often it is asked for.
///
/// # Errors
///
/// `not_found` for an unknown token, and why nothing is shown: `hand_over_shown`, `hand_over_revoked`,
/// `hand_over_locked`, `hand_over_expired`, `purchase_cancelled`, `relationship_ended`, `serving_suspended`,
/// `subscription_suspended`.
pub async fn landing(app: &App, origin: &Origin, token: &str, session: Option<&Session>) -> Result<Landing, Problem> {
    let (now, real_now) = (app.clock.now(), app.real_clock.now());
    let token_hash = parsed(app, origin, token).await?;
    let email = session.map(|session| session.person.email_key.clone());
    let found = app.store.read(move |conn| -> Result<Option<Landing>, Problem> {
        let Some(known) = load(conn, &token_hash)? else { return Ok(None) };
        decide(&known.facts, now).map_err(refused)?;
        let name = |conn: &mut Conn, tenant| Ok::<_, Problem>(tenants::find(conn, tenant)?.map(|found| found.name));
        let row = known.row;
        Ok(Some(Landing {
            product: known.purchase.title,
            customer: name(conn, row.customer_id.0)?.unwrap_or_default(),
            giver: name(conn, row.giver_tenant_id.0)?.unwrap_or_default(),
            lang: Lang::from_tag(&row.language).unwrap_or_default(),
            expires_at: row.expires_at.timestamp(),
            zone: jiff::tz::TimeZone::get(&known.zone).unwrap_or(jiff::tz::TimeZone::UTC),
            has_code: has_code(&row, real_now),
            is_recipient: email.is_some_and(|email| email == row.email_key),
            recipient: row.recipient_name,
        }))
    });
    match found.await? {
        Some(landing) => Ok(landing),
        None => Err(unknown(app, origin).await),
    }
}

fn has_code(row: &HandOverRow, real_now: Timestamp) -> bool {
    let age = row.code_sent_at.map(|sent| real_now.duration_since(sent.timestamp()).as_secs());
    row.code_nonce.is_some() && age.is_some_and(|age| age < CODE_SECONDS)
}

/// Sends a code to the recipient's address; an earlier one counts no more.
///
/// # Errors
///
/// As [`landing`]; `hand_over_codes` after the last one, `too_many_attempts` within a minute of the one before.
pub async fn ask_code(app: &App, origin: &Origin, token: &str) -> Result<(), Problem> {
    let token_hash = parsed(app, origin, token).await?;
    let input = (app.guest(origin), token_hash, app.entropy.bytes::<16>());
    let asked = app.store.write(input, |conn, (guest, token_hash, nonce)| {
        let Some(known) = load(conn, token_hash)? else { return Ok(false) };
        decide(&known.facts, guest.now).map_err(refused)?;
        let row = known.row;
        if let Some(sent) = row.code_sent_at {
            let wait = CODE_PAUSE_SECONDS - guest.real_now.duration_since(sent.timestamp()).as_secs();
            if let Ok(wait) = u32::try_from(wait)
                && wait > 0
            {
                return Err(Problem::new(Kind::TooMany, "too_many_attempts").retry_after(wait));
            }
        }
        if row.codes_sent >= CODES_MAX {
            return Err(Problem::conflict("hand_over_codes").with("max", Param::Number(CODES_MAX)));
        }
        let next = HandOverRow {
            code_nonce: Some(nonce.to_vec()),
            code_sent_at: Some(guest.real_now.into()),
            codes_sent: row.codes_sent + 1,
            opened_at: row.opened_at.or(Some(guest.now.into())),
            ..row
        };
        rows::update(conn, &next)?;
        let mut ids = guest.seed.ids();
        let facts = json!({ "order": known.purchase.order_number, "product": known.purchase.title });
        let opened = entry("key.hand_over_opened", &next).detail(facts);
        audit::record_guest(conn, &mut ids, guest, &opened)?;
        let nonce = data_encoding::BASE64URL_NOPAD.encode(nonce);
        let payload = json!({ "hand_over": next.id.0.to_string(), "code": nonce });
        event::push_guest(conn, &mut ids, guest, "key.hand_over_code_asked", &payload)?;
        Ok(true)
    });
    if asked.await? { Ok(()) } else { Err(unknown(app, origin).await) }
}

struct Use {
    guest: Guest,
    token_hash: [u8; 32],
    /// The codes that count, of the nonce that they follow from.
    codes: (Option<Vec<u8>>, Vec<Zeroizing<String>>),
    typed: Option<Zeroizing<String>>,
    /// Person and address of whoever is signed in.
    session: Option<(PersonId, String)>,
}

enum Taken {
    Shown(Box<(PurchaseRow, SealedKeyRow)>),
    Wrong,
    Unknown,
}

/// Shows the key to the recipient, once. The record commits before anything is decrypted.
///
/// # Errors
///
/// As [`landing`]; for the field `code`: `hand_over_code_wrong`, `hand_over_code_over` for none that still counts;
/// `hand_over_not_you` for somebody else who is signed in, `fresh_sign_in_needed`; `payment_awaited`, `key_revoked`,
/// `reveals_held`.
pub async fn show(app: &App, origin: &Origin, token: &str, proof: Proof<'_>) -> Result<RevealedKey, Problem> {
    let token_hash = parsed(app, origin, token).await?;
    let guest = app.guest(origin);
    let mut input = Use { guest, token_hash, codes: (None, Vec::new()), typed: None, session: None };
    match proof {
        Proof::SignedIn(session) => {
            if needs_fresh_sign_in(session.proved_at, input.guest.real_now) {
                return Err(Problem::new(Kind::SignIn, "fresh_sign_in_needed"));
            }
            input.session = Some((session.person.id.0, session.person.email_key.clone()));
        }
        Proof::Code(typed) => {
            input.typed = typed_code(typed).map(Zeroizing::new);
            let nonce = app.store.read(move |conn| Ok::<_, Problem>(rows::find_by_token(conn, &token_hash)?)).await?;
            if let Some(nonce) = nonce.and_then(|row| row.code_nonce) {
                input.codes = (Some(nonce.clone()), one_time::codes(app, CODE, &nonce)?);
            }
        }
    }
    match app.store.write(input, take).await? {
        Taken::Shown(found) => keys::open(app, &found.0, &found.1).await,
        Taken::Wrong => Err(Problem::field("code", "hand_over_code_wrong")),
        Taken::Unknown => Err(unknown(app, origin).await),
    }
}

/// A wrong code is an `Ok`, as its count must stay.
fn take(conn: &mut Conn, input: &Use) -> Result<Taken, Problem> {
    let guest = &input.guest;
    let Some(known) = load(conn, &input.token_hash)? else { return Ok(Taken::Unknown) };
    decide(&known.facts, guest.now).map_err(refused)?;
    let (row, mut ids) = (known.row, guest.seed.ids());
    let facts = json!({ "order": known.purchase.order_number, "product": known.purchase.title });
    match &input.session {
        Some((_, email)) if *email != row.email_key => return Err(Problem::conflict("hand_over_not_you")),
        None if !has_code(&row, guest.real_now) => return Err(Problem::field("code", "hand_over_code_over")),
        None if !is_right(&row, input) => {
            let wrong_codes = row.wrong_codes + 1;
            let is_locked = wrong_codes >= WRONG_CODES_MAX;
            let state = Word(if is_locked { HandOverState::Locked } else { row.state.0 });
            rows::update(conn, &HandOverRow { wrong_codes, state, ..row.clone() })?;
            if is_locked {
                audit::record_guest(conn, &mut ids, guest, &entry("key.hand_over_locked", &row).detail(facts))?;
            }
            return Ok(Taken::Wrong);
        }
        Some(_) | None => {}
    }
    let key = living(conn, row.line_id.0)?;
    let now = Some(guest.now.into());
    let next = HandOverRow {
        state: Word(HandOverState::Shown),
        opened_at: row.opened_at.or(now),
        shown_at: now,
        code_nonce: None,
        ..row.clone()
    };
    rows::update(conn, &next)?;
    // A look at the key like every other one, by the person to whom it was given.
    let who = (row.recipient_name.as_str(), row.recipient_email.as_str(), input.session.as_ref().map(|(id, _)| *id));
    audit::record_named(conn, &mut ids, guest, who, &entry("key.revealed", &row).detail(facts))?;
    Ok(Taken::Shown(Box::new((known.purchase, key))))
}

fn is_right(row: &HandOverRow, input: &Use) -> bool {
    let (nonce, codes) = &input.codes;
    let is_present = nonce.is_some() && *nonce == row.code_nonce;
    let Some(typed) = input.typed.as_ref().filter(|_| is_present) else { return false };
    codes.iter().any(|code| bool::from(code.as_bytes().ct_eq(typed.as_bytes())))
}

async fn parsed(app: &App, origin: &Origin, token: &str) -> Result<[u8; 32], Problem> {
    match Token::parse(token) {
        Some(token) => Ok(token.hash()),
        None => Err(unknown(app, origin).await),
    }
}

/// Counts a token that was never given out, per source and minute (I5).
async fn unknown(app: &App, origin: &Origin) -> Problem {
    let input = (origin.source_hash(), app.real_clock.now().as_second() / 60);
    let counted = app.store.write(input, |conn, (source, minute)| {
        audit_rows::count_anonymous(conn, source, *minute, "hand_over_unknown", 1)
    });
    match counted.await {
        Ok(()) => Problem::not_found(),
        Err(error) => error.into(),
    }
}

fn refused(refusal: HandOverRefusal) -> Problem {
    match refusal {
        HandOverRefusal::Shown => Problem::conflict("hand_over_shown"),
        HandOverRefusal::Revoked => Problem::conflict("hand_over_revoked"),
        HandOverRefusal::Locked => Problem::conflict("hand_over_locked"),
        HandOverRefusal::Expired => Problem::conflict("hand_over_expired"),
        HandOverRefusal::Cancelled => Problem::conflict("purchase_cancelled"),
        HandOverRefusal::SubscriptionSuspended => Problem::conflict("subscription_suspended"),
        HandOverRefusal::RelationshipEnded => Problem::new(Kind::Forbidden, "relationship_ended"),
        HandOverRefusal::Suspended => Problem::new(Kind::Forbidden, "serving_suspended"),
    }
}
