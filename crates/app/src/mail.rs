//! Mail: who is told what, in which words, and when.
//!
//! The event of a change is in the outbox with the change itself. When the worker comes to it, [`spread`] adds one row
//! for each person who is to be told, and each row is a mail of its own, with its own retries. Rows hold ids; names,
//! words and addresses are read when the mail goes out, and a mail never holds a product key (I7). How a letter
//! becomes a message on the wire is `outbound`'s business.

mod addressees;
mod choices;
mod letter;
mod reminders;
mod samples;
mod subjects;
mod words;

use futures::future::BoxFuture;
use jiff::Timestamp;
use perpetua_i18n::Lang;
use perpetua_store::outbox::OutboxRow;
use perpetua_store::{Id, mail as rows};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::context::App;
use crate::outbox::Delivered;
use crate::problem::Problem;

pub use choices::{Choice, Topic, choose, mine};
pub use letter::Letter;
pub use reminders::{EVERY, give_due};
pub use samples::{Sample, samples};

use addressees::{To, addressees};

perpetua_domain::text_enum! {
    /// What a mail says. The word stands in the outbox after `mail.`.
    pub enum MailKind {
        /// An order was placed.
        OrderPlaced = "order_placed",
        /// Purchases were cancelled.
        OrderCancelled = "order_cancelled",
        /// To whoever asked: the request has arrived and has this number.
        RequestReceived = "request_received",
        /// To whoever answers: somebody asks.
        RequestFiled = "request_filed",
        /// Somebody wrote in a request, or changed it.
        RequestChanged = "request_changed",
        /// Those who answer a request need something.
        RequestAttention = "request_attention",
        /// A request ended with a credit.
        RequestCredited = "request_credited",
        /// A request was refused.
        RequestRefused = "request_refused",
        /// A request was taken back.
        RequestWithdrawn = "request_withdrawn",
        /// A request ended otherwise.
        RequestClosed = "request_closed",
        /// Somebody is invited into an organization.
        Invitation = "invitation",
        /// Somebody wants a new password.
        PasswordReset = "password_reset",
        /// Somebody asks for a role.
        RoleAsked = "role_asked",
        /// The role that somebody asked for was refused.
        RoleRefused = "role_refused",
        /// Somebody has a role that they did not have.
        RoleGiven = "role_given",
        /// Purchases can be cancelled for a few more days.
        WindowCloses = "window_closes",
        /// A term ends soon.
        TermEnds = "term_ends",
        /// Machines of a customer have to move soon.
        FleetDue = "fleet_due",
        /// A product key is handed over to somebody; the key is not in it.
        HandOver = "hand_over",
        /// The code with which they open it.
        HandOverCode = "hand_over_code",
        /// A purchase has another key.
        KeyReplaced = "key_replaced",
        /// A purchase's key may have become public.
        KeySuspected = "key_suspected",
    }
}

impl MailKind {
    /// The topic under which people say whether they want it; `None` for what everybody gets (security, rights).
    pub const fn topic(self) -> Option<Topic> {
        match self {
            Self::OrderPlaced => Some(Topic::Orders),
            Self::OrderCancelled => Some(Topic::Cancellations),
            Self::RequestFiled => Some(Topic::Queue),
            Self::RequestReceived
            | Self::RequestChanged
            | Self::RequestAttention
            | Self::RequestCredited
            | Self::RequestRefused
            | Self::RequestWithdrawn
            | Self::RequestClosed => Some(Topic::Requests),
            Self::WindowCloses | Self::TermEnds | Self::FleetDue => Some(Topic::Reminders),
            Self::Invitation
            | Self::PasswordReset
            | Self::RoleAsked
            | Self::RoleRefused
            | Self::RoleGiven
            | Self::HandOver
            | Self::HandOverCode
            | Self::KeyReplaced
            | Self::KeySuspected => None,
        }
    }
}

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Names it for ever: the same mail sent twice has the same id.
    pub id: Uuid,
    /// What it says.
    pub kind: MailKind,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The recipient's address.
    pub to: String,
    /// The language of its words.
    pub lang: Lang,
    /// Its words.
    pub letter: Letter,
}

/// The way out for mail. `outbound` fills it with SMTP, and the demo with a page.
pub trait Mailer: Send + Sync {
    /// Sends one mail, or says why that failed. The text stands in the operator's list, so it holds no secret.
    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Result<(), String>>;
}

/// The kind of a mail's row in the outbox.
const PREFIX: &str = "mail.";

/// What a row of the outbox is to mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A mail of this kind to one recipient.
    Mail(MailKind),
    /// An event.
    Event,
}

/// Whether a row of the outbox is a mail or an event.
pub fn part(row: &OutboxRow) -> Part {
    row.kind.strip_prefix(PREFIX).and_then(MailKind::parse).map_or(Part::Event, Part::Mail)
}

/// Adds a mail to the outbox for everybody whom an event concerns and who wants to hear of it. Looking at the same
/// event twice adds nothing: a mail's id follows from event, kind and recipient. Gives the number of new mails.
///
/// # Errors
///
/// The store's.
pub async fn spread(app: &App, event: &OutboxRow) -> Result<usize, Problem> {
    if !addressees::concerns(&event.kind) {
        return Ok(0);
    }
    let input = (event.clone(), app.real_clock.now());
    app.store
        .write(input, |conn, (event, now)| {
            let facts: Value = serde_json::from_str(&event.payload).unwrap_or_default();
            let found = addressees(conn, &event.kind, &facts, *now)?;
            let mails: Vec<OutboxRow> =
                found.iter().map(|(kind, to)| mail_row(event, &facts, *now, *kind, to)).collect();
            Ok(if mails.is_empty() { 0 } else { rows::enqueue(conn, &mails)? })
        })
        .await
}

fn mail_row(event: &OutboxRow, facts: &Value, now: Timestamp, kind: MailKind, to: &To) -> OutboxRow {
    let to = serde_json::to_value(to).unwrap_or_default();
    OutboxRow {
        id: Id(mail_id(event, kind, &to).into()),
        kind: format!("{PREFIX}{kind}"),
        payload: json!({ "to": to, "facts": facts }).to_string(),
        created_at: event.created_at,
        due_at: now.into(),
        attempts: 0,
        lease_by: None,
        lease_until: None,
        done_at: None,
        dead_at: None,
        last_error: String::new(),
    }
}

/// The instant of the event's own id, then 74 bits of a hash.
fn mail_id(event: &OutboxRow, kind: MailKind, to: &Value) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(event.id.0.uuid());
    hash.update(kind.as_text());
    hash.update(to.to_string());
    let hash = hash.finalize();
    let mut millis = [0; 8];
    millis[2..].copy_from_slice(&event.id.0.uuid().as_bytes()[..6]);
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    uuid::Builder::from_unix_timestamp_millis(u64::from_be_bytes(millis), &random).into_uuid()
}

/// Writes the mail of a row with what is known now, and sends it. What has become pointless meanwhile (the person
/// left, the invitation was taken back) is not sent and counts as done.
///
/// # Errors
///
/// Why it was not sent, for the operator's list.
pub async fn deliver(app: &App, mailer: &dyn Mailer, row: &OutboxRow, kind: MailKind) -> Result<Delivered, String> {
    let told = |problem: Problem| {
        tracing::error!(code = problem.code, source = problem.private_source(), "a mail cannot be written");
        format!("the mail cannot be written: {}", problem.code)
    };
    let Some(mail) = compose(app, row, kind).await.map_err(told)? else { return Ok(Delivered::NobodyAsked) };
    mailer.send(&mail).await.map(|()| Delivered::Yes)
}

/// The mail of a row; `None` when it has become pointless.
///
/// # Errors
///
/// The store's, or a vault without keys.
pub async fn compose(app: &App, row: &OutboxRow, kind: MailKind) -> Result<Option<Mail>, Problem> {
    let payload: Value = serde_json::from_str(&row.payload).map_err(Problem::internal)?;
    let to: To = serde_json::from_value(payload["to"].clone()).map_err(Problem::internal)?;
    let facts = payload["facts"].clone();
    let one_time = subjects::made_for(app, kind, &facts).await?;
    let now = app.real_clock.now();
    let found = app.store.read(move |conn| subjects::load(conn, kind, &to, &facts, one_time.clone(), now)).await?;
    let Some((reader, subject)) = found else { return Ok(None) };
    let letter = words::write(&app.settings.public_url, &reader, &subject);
    Ok(Some(Mail {
        id: row.id.0.uuid(),
        kind,
        at: row.created_at.timestamp(),
        to_name: letter::plain(&reader.name),
        to: reader.address.clone(),
        lang: reader.lang,
        letter: letter.cleaned(&app.vault.check_secrets()),
    }))
}
