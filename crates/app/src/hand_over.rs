//! Handing a product key over to a named person (M16): the giver's side.
//!
//! The recipient is told by a mail without the key, opens a page by its address, and proves to be that person by a
//! code from a second mail or by being signed in. Then the key is shown once, which is recorded as a look at the key
//! with the recipient's name. Who may look at a key may hand it over, and sees what became of it.

mod receive;

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::hand_over::{DAYS, DAYS_MAX, HandOverState, NAME_CHARS_MAX};
use perpetua_domain::id::{HandOverId, OrderLineId};
use perpetua_domain::names::EmailAddress;
use perpetua_domain::order::LineState;
use perpetua_domain::sign_in::needs_fresh_sign_in;
use perpetua_i18n::Lang;
use perpetua_store::hand_overs::{self as rows, HandOverRow};
use perpetua_store::{Conn, Id, Word};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::entropy::Token;
use crate::form_use::{FormKey, Once, once};
use crate::key_text::mask_within;
use crate::keys::{living, refused_entry};
use crate::one_time::{self, Mark};
use crate::problem::{Kind, Param, Problem};
use crate::{event, software};

pub(crate) use receive::{CODE, path_of};
pub use receive::{Landing, Proof, ask_code, landing, show};

/// What the tokens are for, see [`one_time`].
const TOKEN: &str = "hand over";
/// Hand-overs of one purchase that a page lists.
const LISTED_MAX: i64 = 200;

/// A new hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The purchase.
    pub line: OrderLineId,
    /// To whom (`recipient_name`).
    pub name: String,
    /// Where they are reached (`recipient_email`).
    pub email: String,
    /// In which language they are written to.
    pub language: Lang,
    /// Days for which it works (`hand_over_days`); `None` for the usual number.
    pub days: Option<u32>,
}

/// What was made.
pub struct Given {
    /// Its id.
    pub id: HandOverId,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// The address of the page, where no mail reaches anybody and the giver must pass it on.
    pub address: Option<String>,
}

/// Hands a key over; a copy of the form gives `None`.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `fresh_sign_in_needed`, `purchase_cancelled`,
/// `subscription_suspended`, `payment_awaited`, `key_revoked`, `reveals_held`; `invalid_input` naming
/// `recipient_name`, `recipient_email` and `hand_over_days`.
pub async fn give(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: HandOver,
) -> Result<Option<Given>, Problem> {
    let line = command.line;
    let given = try_give(app, caller, form, command).await;
    if let Err(problem) = &given {
        let entry = refused_entry(app, caller, line, "key.hand_over_refused").await;
        crate::refusal::note(app, caller, entry, problem).await;
    }
    given
}

async fn try_give(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: HandOver,
) -> Result<Option<Given>, Problem> {
    let name = mask_within(&command.name, NAME_CHARS_MAX, &app.vault.check_secrets());
    let command = HandOver { name, ..command };
    let (token, mark) = one_time::fresh_of(app, TOKEN)?;
    let input = (app.stamp(caller), command, mark);
    let made = app.store.write(input, move |conn, (stamp, command, mark)| {
        // Asked before the form is looked up, so that nobody without the right learns of it.
        software::find(conn, &stamp.caller, command.line, Permission::KeyReveal)?;
        once(conn, stamp, (form, "key.handed_over"), |conn| {
            let row = insert(conn, stamp, command, *mark)?;
            Ok((row.id.0.to_string(), row))
        })
    });
    let Once::First(row) = made.await? else { return Ok(None) };
    Ok(Some(Given {
        id: row.id.0,
        expires_at: row.expires_at.timestamp(),
        address: (!app.settings.mail).then(|| format!("{}{}", app.settings.public_url, path_of(&token))),
    }))
}

/// Checks what was typed.
fn checked(command: &HandOver) -> Result<(EmailAddress, u32), Problem> {
    let mut problem = Problem::invalid("invalid_input");
    let count = command.name.chars().count();
    if count == 0 {
        problem = problem.with_field("recipient_name", "missing");
    } else if count > NAME_CHARS_MAX || command.name.chars().any(char::is_control) {
        problem = problem.with_field("recipient_name", "hand_over_name");
    }
    let email = EmailAddress::parse(&command.email);
    if email.is_err() {
        problem = problem.with_field("recipient_email", "request_email");
    }
    let days = command.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        problem = problem.with_field_params(
            "hand_over_days",
            "hand_over_days",
            vec![("max", Param::Number(DAYS_MAX.into()))],
        );
    }
    match email {
        Ok(email) if problem.fields.is_empty() => Ok((email, days)),
        _ => Err(problem),
    }
}

fn insert(conn: &mut Conn, stamp: &Stamp, command: &HandOver, mark: Mark) -> Result<HandOverRow, Problem> {
    let (purchase, ..) = software::find(conn, &stamp.caller, command.line, Permission::KeyReveal)?;
    if needs_fresh_sign_in(stamp.caller.proved_at, stamp.real_now) {
        return Err(Problem::new(Kind::SignIn, "fresh_sign_in_needed"));
    }
    let (email, days) = checked(command)?;
    if purchase.state.0 == LineState::Cancelled {
        return Err(Problem::conflict("purchase_cancelled"));
    }
    crate::subscriptions::require_not_suspended(conn, command.line)?;
    living(conn, command.line)?;
    let life = SignedDuration::from_hours(24 * i64::from(days));
    let mut ids = stamp.seed.ids();
    let row = HandOverRow {
        id: Id(ids.next()),
        line_id: Id(command.line),
        partner_id: purchase.partner_id,
        customer_id: purchase.customer_id,
        giver_tenant_id: Id(stamp.caller.tenant),
        giver_id: Id(stamp.caller.person),
        giver_name: stamp.caller.name.clone(),
        recipient_name: command.name.clone(),
        recipient_email: email.as_str().to_owned(),
        email_key: email.key(),
        language: command.language.tag().to_owned(),
        token_hash: mark.hash.to_vec(),
        nonce: mark.nonce.to_vec(),
        code_nonce: None,
        code_sent_at: None,
        codes_sent: 0,
        wrong_codes: 0,
        created_at: stamp.now.into(),
        expires_at: stamp.now.saturating_add(life).unwrap_or(Timestamp::MAX).into(),
        opened_at: None,
        shown_at: None,
        state: Word(HandOverState::Open),
        version: 1,
    };
    rows::insert(conn, &row)?;
    let facts = json!({ "order": purchase.order_number, "product": purchase.title, "days": days });
    let entry = entry("key.handed_over", &row).detail(facts).personal("recipient", recipient(&row));
    audit::record(conn, &mut ids, stamp, &entry)?;
    event::push(conn, &mut ids, stamp, "key.handed_over", &json!({ "hand_over": row.id.0.to_string() }))?;
    Ok(row)
}

/// A record about a hand-over, for both sides of the purchase.
fn entry(kind: &'static str, row: &HandOverRow) -> Entry {
    Entry::new(kind, "purchase", row.line_id.0).partner(row.partner_id.0).customer(row.customer_id.0)
}

/// The recipient in a record.
fn recipient(row: &HandOverRow) -> String {
    format!("{} <{}>", row.recipient_name, row.recipient_email)
}

perpetua_domain::text_enum! {
    /// What has become of a hand-over.
    pub enum Standing {
        /// The recipient has not opened it.
        Waiting = "waiting",
        /// The recipient opened its page and has not seen the key.
        Opened = "opened",
        /// The key was shown.
        Shown = "shown",
        /// Somebody took it back.
        Revoked = "revoked",
        /// Too many wrong codes.
        Locked = "locked",
        /// Its time is over.
        Expired = "expired",
        /// The purchase was cancelled.
        Dead = "dead",
    }
}

/// A hand-over as the giver's side sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What is known of it.
    pub row: HandOverRow,
    /// What has become of it.
    pub standing: Standing,
    /// Whether the caller may take it back now.
    pub may_revoke: bool,
}

fn seen(row: HandOverRow, is_cancelled: bool, now: Timestamp) -> Seen {
    let standing = match row.state.0 {
        HandOverState::Shown => Standing::Shown,
        HandOverState::Revoked => Standing::Revoked,
        HandOverState::Open | HandOverState::Locked if is_cancelled => Standing::Dead,
        HandOverState::Locked => Standing::Locked,
        HandOverState::Open if row.expires_at.timestamp() <= now => Standing::Expired,
        HandOverState::Open if row.opened_at.is_some() => Standing::Opened,
        HandOverState::Open => Standing::Waiting,
    };
    Seen { may_revoke: matches!(standing, Standing::Waiting | Standing::Opened), standing, row }
}

/// Hand-overs of a purchase, newest first. A partner sees those of its own people, a customer all.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`.
pub async fn list(app: &App, caller: &Caller, line: OrderLineId) -> Result<Vec<Seen>, Problem> {
    let (caller, now) = (caller.clone(), app.clock.now());
    app.store
        .read(move |conn| {
            let (purchase, ..) = software::find(conn, &caller, line, Permission::KeyReveal)?;
            let giver = (caller.kind == TenantKind::Partner).then_some(caller.tenant);
            let is_cancelled = purchase.state.0 == LineState::Cancelled;
            let found = rows::of_line(conn, line, giver, LISTED_MAX)?;
            Ok(found.into_iter().map(|row| seen(row, is_cancelled, now)).collect())
        })
        .await
}

/// Takes a hand-over back; one that was taken back stays so. Answers with the purchase.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`; `hand_over_shown` after the key was shown.
pub async fn revoke(app: &App, caller: &Caller, id: HandOverId) -> Result<OrderLineId, Problem> {
    let input = (app.stamp(caller), id);
    app.store
        .write(input, |conn, (stamp, id)| {
            let row = rows::find(conn, *id)?.ok_or_else(Problem::not_found)?;
            let (purchase, ..) = software::find(conn, &stamp.caller, row.line_id.0, Permission::KeyReveal)?;
            if stamp.caller.kind == TenantKind::Partner && row.giver_tenant_id.0 != stamp.caller.tenant {
                return Err(Problem::not_found());
            }
            match row.state.0 {
                HandOverState::Shown => return Err(Problem::conflict("hand_over_shown")),
                HandOverState::Revoked => return Ok(row.line_id.0),
                HandOverState::Open | HandOverState::Locked => {}
            }
            rows::update(conn, &HandOverRow { state: Word(HandOverState::Revoked), ..row.clone() })?;
            let facts = json!({ "order": purchase.order_number, "product": purchase.title });
            let entry = entry("key.hand_over_revoked", &row).detail(facts).personal("recipient", recipient(&row));
            audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
            Ok(row.line_id.0)
        })
        .await
}

/// The token of a hand-over, for the worker that sends its mails.
///
/// # Errors
///
/// A vault without keys.
pub(crate) fn token_of(app: &App, row: &HandOverRow) -> Result<Option<Token>, Problem> {
    one_time::again(app, TOKEN, &row.nonce, &row.token_hash)
}
