//! Product keys handed over to named people: listed, given and taken back. The key itself is shown to the recipient
//! alone, on a page.

use perpetua_app::hand_over::{self, HandOver, Seen};
use perpetua_domain::access::Permission as P;
use perpetua_domain::hand_over::{DAYS_MAX, NAME_CHARS_MAX};
use perpetua_domain::id::HandOverId;
use perpetua_i18n::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::orders::{find, line_of};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::Attributes;
use crate::wire::page::Collection;

const EXAMPLE: &str =
    r#"{"recipientName":"Ada Berg","recipientEmail":"ada@northlake.example","language":"en","lifetimeDays":14}"#;

pub(super) fn rows() -> Vec<Operation> {
    let path = "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/handovers";
    vec![
        Operation::get("X-53", path, handler!(list))
            .says("To whom the key of a line was handed over, and who opened it when")
            .over_customer(P::KeyReveal)
            .answers::<Collection<KeyHandOver>>(200),
        Operation::post("X-54", path, handler!(give), EXAMPLE)
            .says("Hand the key of a line over to a person, who is told by mail and shown the key once")
            .over_customer(P::KeyReveal)
            .answers::<KeyHandOver>(201),
        Operation::delete(
            "X-55",
            "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/handovers/{handover}",
            handler!(revoke),
        )
        .says("Take a hand-over back, unless the key was shown")
        .over_customer(P::KeyReveal),
    ]
}

/// A hand-over.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyHandOver {
    id: String,
    recipient_name: String,
    recipient_email: String,
    created_by_name: String,
    created_date: String,
    expires_at: String,
    /// When the recipient asked for a code or came signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_at: Option<String>,
    /// When the key was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown_at: Option<String>,
    /// `waiting`, `opened`, `shown`, `revoked`, `locked`, `expired` or `dead`.
    state: &'static str,
    attributes: Attributes,
}

fn of(Seen { row, standing, .. }: Seen) -> KeyHandOver {
    KeyHandOver {
        id: row.id.0.to_string(),
        recipient_name: row.recipient_name,
        recipient_email: row.recipient_email,
        created_by_name: row.giver_name,
        created_date: date::write(row.created_at.timestamp()),
        expires_at: date::write(row.expires_at.timestamp()),
        opened_at: row.opened_at.map(|at| date::write(at.timestamp())),
        shown_at: row.shown_at.map(|at| date::write(at.timestamp())),
        state: standing.as_text(),
        attributes: Attributes::of("KeyHandOver"),
    }
}

async fn all(call: &Call) -> Result<Vec<Seen>, Fault> {
    let view = find(call).await?;
    let line = line_of(call, &view)?;
    hand_over::list(call.app(), &call.caller, line.id).await.about(Family::Provisioning)
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let found = all(&call).await?.into_iter().map(of).collect();
    Answer::ok(Collection::<KeyHandOver>::whole(found, &call.address()))
}

async fn give(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?.id;
    let command = {
        let body = call.json()?;
        let fields = body.fields()?;
        let text = |name: &str, max: usize| -> Result<String, Fault> {
            let text = fields.optional_text(name, max)?.unwrap_or_default().trim().to_owned();
            if text.is_empty() { Err(fields.fault(name, Reason::Missing)) } else { Ok(text) }
        };
        let language = fields.optional_text("language", 35)?.and_then(Lang::from_tag);
        let days = fields.int_in("lifetimeDays", 1, DAYS_MAX.into())?;
        HandOver {
            line,
            name: text("recipientName", NAME_CHARS_MAX)?,
            email: text("recipientEmail", 254)?,
            language: language.unwrap_or_else(|| call.lang()),
            days: days.and_then(|days| u32::try_from(days).ok()),
        }
    };
    let given = hand_over::give(call.app(), &call.caller, None, command).await.about(Family::Provisioning)?;
    let id = given.map(|given| given.id);
    let made = all(&call).await?.into_iter().find(|seen| Some(seen.row.id.0) == id);
    Answer::created(of(made.ok_or_else(Fault::unexpected)?))
}

async fn revoke(call: Call) -> Result<Answer, Fault> {
    let id: HandOverId = call.id("handover", Family::Other)?;
    let known = all(&call).await?.into_iter().find(|seen| seen.row.id.0 == id).ok_or_else(Fault::not_found)?;
    hand_over::revoke(call.app(), &call.caller, known.row.id.0).await.about(Family::Provisioning)?;
    Ok(Answer::no_content())
}
