//! Replacing the key of a purchase that others know: how often it was done, and doing it (issue: leak watch).

use perpetua_app::activation::replace::{self, Replace, Replacements, Why};
use perpetua_domain::access::Permission as P;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::orders::{find, line_of};
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::Attributes;
use crate::wire::word::Words;

const EXAMPLE: &str = r#"{"reason":"leaked","replacements":0}"#;
/// A key is replaced three times in 30 days at most, so no purchase comes near it.
const REPLACEMENTS_MAX: i64 = 1_000_000;

/// The words of the portal's list.
const REASONS: Words<Why> = Words(&[
    ("unknown", None),
    ("leaked", Some(Why::Leaked)),
    ("person_left", Some(Why::PersonLeft)),
    ("other", Some(Why::Other)),
]);

pub(super) fn rows() -> Vec<Operation> {
    let path = "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/keyreplacements";
    vec![
        Operation::get("X-70", path, handler!(of_line))
            .says("How often the key of a line was replaced, and whether the caller may replace it")
            .over_customer(P::SoftwareView)
            .answers::<KeyReplacements>(200),
        Operation::post("X-71", path, handler!(replace), EXAMPLE)
            .says(
                "Replace the key of a line: the former one is closed for new machines at once, activated ones move at \
                 their next refresh",
            )
            .over_customer(P::KeyReplace)
            .answers::<KeyReplacements>(201),
    ]
}

/// The replacements of a line's key. The key itself is shown by the operation for keys alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyReplacements {
    /// How often the key was replaced; whoever replaces it says this number, so that one intention replaces once.
    replacements: i64,
    /// When it was last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_replaced_date: Option<String>,
    /// Whether this caller may replace it now, by right and by the state of the key.
    may_replace: bool,
    attributes: Attributes,
}

async fn of_line(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?;
    Answer::ok(of(replace::of_purchase(call.app(), &call.caller, line.id).await.about(Family::Provisioning)?))
}

async fn replace(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?.id;
    let command = {
        let body = call.json()?;
        let fields = body.fields()?;
        let why = fields.enum_word("reason", &REASONS)?;
        let seen = fields.int_in("replacements", 0, REPLACEMENTS_MAX)?;
        Replace {
            line,
            why: Some(why.ok_or_else(|| fields.fault("reason", Reason::Missing))?),
            seen: seen.ok_or_else(|| fields.fault("replacements", Reason::Missing))?,
        }
    };
    replace::replace(call.app(), &call.caller, command).await.about(Family::Provisioning)?;
    let now = replace::of_purchase(call.app(), &call.caller, line).await.about(Family::Provisioning)?;
    Answer::created(of(now))
}

fn of(found: Replacements) -> KeyReplacements {
    KeyReplacements {
        replacements: found.count,
        last_replaced_date: found.last.map(date::write),
        may_replace: found.may_replace,
        attributes: Attributes::of("KeyReplacements"),
    }
}
