//! What the vendor's interface never had, under `/ext/v1`: download links, cancelling a number of units, machines,
//! replacing keys, refunds after the window and files of requests (design §7, §8 and §10, M7). Additive only.

mod fleet;
mod hand_overs;
mod key_replacements;
mod machines;
mod people;
mod personal_data;
mod refunds;
mod request_files;

use perpetua_app::cancellation;
use perpetua_app::links::{self, CreateLink, LinkView, RenewLink};
use perpetua_app::software::{self, MediaPart};
use perpetua_domain::access::Permission as P;
use perpetua_domain::cancellation::Pick;
use perpetua_domain::id::LinkId;
use perpetua_domain::order::LINES_MAX;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use axum::http::StatusCode;

use super::entitlements::selection;
use super::orders::{find, line_of, window_days};
use crate::call::{About as _, Answer, Call, text_of};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;
use crate::wire::money;
use crate::wire::page::Collection;

const EXAMPLE_LINK: &str = r#"{"recipient":"Ada Berg","lifetimeDays":14,"usesMax":5}"#;
const EXAMPLE_RENEWAL: &str = r#"{"lifetimeDays":14,"usesMax":5}"#;
const EXAMPLE_CANCEL: &str = r#"{"lineItems":[{"lineItemNumber":0,"quantity":1}]}"#;

/// The operations.
pub fn rows() -> Vec<Operation> {
    let links = "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/links";
    let mut rows = vec![
        Operation::get("X-01", links, handler!(list))
            .says("Download links of a line with every use")
            .over_customer(P::LinkView)
            .answers::<Collection<DownloadLink>>(200),
        Operation::post("X-02", links, handler!(create), EXAMPLE_LINK)
            .says("Make a download link for one choice of media; its address is shown once")
            .over_customer(P::LinkCreate)
            .asks("version", "A version's label; the newest unless chosen")
            .asks("language", "A language tag; the caller's unless chosen")
            .asks("architecture", "x64, x86 or arm64; x64 unless chosen")
            .answers::<CreatedDownloadLink>(201),
        Operation::delete("X-03", "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/links/{link}", handler!(revoke))
            .says("Revoke a download link; a running download stops")
            .over_customer(P::LinkRevoke),
        Operation::post("X-04", "/ext/v1/customers/{c}/orders/{o}/cancellations", handler!(cancel), EXAMPLE_CANCEL)
            .says("Cancel units of lines within the window, with the exact credit")
            .over_customer(P::PurchaseCancel)
            .answers::<Cancellation>(201),
        Operation::post(
            "X-05",
            "/ext/v1/customers/{c}/orders/{o}/lineitems/{n}/links/{link}/renewal",
            handler!(renew),
            EXAMPLE_RENEWAL,
        )
        .says("Let a download link live on, with further uses")
        .over_customer(P::LinkCreate)
        .answers::<DownloadLink>(200),
    ];
    rows.extend(machines::rows());
    rows.extend(people::rows());
    rows.extend(refunds::rows());
    rows.extend(fleet::rows());
    rows.extend(request_files::rows());
    rows.extend(hand_overs::rows());
    rows.extend(key_replacements::rows());
    rows.extend(personal_data::rows());
    rows
}

/// A link that exists.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DownloadLink {
    id: String,
    recipient: String,
    file_name: String,
    created_date: String,
    expires_at: String,
    uses: i64,
    uses_max: i64,
    has_password: bool,
    /// `active`, `revoked`, `expired`, `used_up`, `locked` or `dead`.
    state: &'static str,
    history: Vec<LinkUse>,
    attributes: Attributes,
}

/// A use of a link, or a refused attempt.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkUse {
    date: String,
    outcome: String,
    network: String,
}

/// A link that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedDownloadLink {
    id: String,
    /// The address to hand over; missing when the same request is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    file_name: String,
    expires_at: String,
    uses_max: i64,
    attributes: Attributes,
}

/// What was cancelled and credited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    request_number: String,
    credit_note_number: String,
    currency_code: String,
    #[schema(value_type = f64)]
    net: Number,
    #[schema(value_type = f64)]
    tax: Number,
    #[schema(value_type = f64)]
    total: Number,
    line_items: Vec<CancelledLine>,
    attributes: Attributes,
}

/// One line of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CancelledLine {
    line_item_number: u32,
    quantity: u32,
    #[schema(value_type = f64)]
    net: Number,
    #[schema(value_type = f64)]
    tax: Number,
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?;
    let found = links::list(call.app(), &call.caller, line.id).await.about(Family::Provisioning)?;
    Answer::ok(Collection::<DownloadLink>::whole(found.into_iter().map(of).collect(), &call.address()))
}

fn of(link: LinkView) -> DownloadLink {
    let history = link.history.into_iter().map(|used| LinkUse {
        date: date::write(used.at),
        outcome: used.outcome,
        network: used.network,
    });
    DownloadLink {
        id: link.id.to_string(),
        recipient: link.recipient,
        file_name: link.file_name,
        created_date: date::write(link.created_at),
        expires_at: date::write(link.expires_at),
        uses: link.uses,
        uses_max: link.uses_max,
        has_password: link.is_protected,
        state: link.state.as_text(),
        history: history.collect(),
        attributes: Attributes::of("DownloadLink"),
    }
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let line = line_of(&call, &view)?;
    let body = call.json()?;
    let fields = body.fields()?;
    let page =
        software::page(call.app(), &call.caller, line.id, selection(&call)?).await.about(Family::Provisioning)?;
    let MediaPart::Offered { media, .. } = page.media else { return Err(Fault::of(codes::ACTION_NOT_SUPPORTED)) };
    let medium = media.first().ok_or_else(|| Fault::of(codes::PROVISIONING_NOT_FOUND))?;
    let command = CreateLink {
        line: line.id,
        medium: medium.id,
        recipient: fields.optional_text("recipient", 200)?.map(str::to_owned),
        lifetime_days: number(&fields, "lifetimeDays")?,
        uses_max: number(&fields, "usesMax")?,
        password: None,
    };
    let command = match fields.optional_text("password", 200)? {
        Some(password) => command.with_password(password),
        None => command,
    };
    let made = links::create(call.app(), &call.caller, command).await.about(Family::Provisioning)?;
    let answer = |url: Option<String>| CreatedDownloadLink {
        id: made.id.to_string(),
        url,
        file_name: made.file_name.clone(),
        expires_at: date::write(made.expires_at),
        uses_max: made.uses_max,
        attributes: Attributes::of("DownloadLink"),
    };
    let (full, without) = (text_of(&answer(Some(made.url(call.app()))))?, text_of(&answer(None))?);
    Ok(Answer::Secret { status: StatusCode::CREATED, full, without })
}

/// A number of days or uses; the bounds of links are checked by their rule.
fn number(fields: &Fields<'_>, name: &str) -> Result<Option<u32>, Fault> {
    let given = fields.int_in(name, 1, 100_000)?;
    Ok(given.and_then(|given| u32::try_from(given).ok()))
}

/// The link of the path, if it is one of the line's.
async fn link_of(call: &Call) -> Result<LinkView, Fault> {
    let view = find(call).await?;
    let line = line_of(call, &view)?;
    let id: LinkId = call.id("link", Family::Other)?;
    let known = links::list(call.app(), &call.caller, line.id).await.about(Family::Provisioning)?;
    known.into_iter().find(|link| link.id == id).ok_or_else(Fault::not_found)
}

async fn revoke(call: Call) -> Result<Answer, Fault> {
    let link = link_of(&call).await?;
    links::revoke(call.app(), &call.caller, link.id).await.about(Family::Other)?;
    Ok(Answer::no_content())
}

async fn renew(call: Call) -> Result<Answer, Fault> {
    let (lifetime_days, uses_max) = {
        let body = call.json()?;
        let fields = body.fields()?;
        (number(&fields, "lifetimeDays")?, number(&fields, "usesMax")?)
    };
    let command = RenewLink { link: link_of(&call).await?.id, lifetime_days, uses_max };
    // What cannot be renewed is a state, not a clash: clients repeat a 409.
    links::renew(call.app(), &call.caller, command).await.about(Family::Provisioning)?;
    Answer::ok(of(link_of(&call).await?))
}

async fn cancel(call: Call) -> Result<Answer, Fault> {
    let view = find(&call).await?;
    let body = call.json()?;
    let fields = body.fields()?;
    let entries = fields.array("lineItems", LINES_MAX)?.unwrap_or_default();
    if entries.is_empty() {
        return Err(fields.fault("lineItems", Reason::Missing));
    }
    let mut picks = Vec::with_capacity(entries.len());
    for entry in &entries {
        let number = |name: &str, min: i64| -> Result<u32, Fault> {
            let given = entry.int_in(name, min, i64::from(u32::MAX))?;
            let given = given.ok_or_else(|| entry.fault(name, Reason::Missing))?;
            u32::try_from(given).map_err(|_| entry.fault(name, Reason::Whole))
        };
        picks.push(Pick { line: number("lineItemNumber", 0)?, quantity: number("quantity", 1)? });
    }
    let key = call.request_key(&format!("cancel units {}", view.order.id));
    let outcome = cancellation::cancel_lines(call.app(), &call.caller, key, view.order.id, picks).await;
    let done = outcome.map_err(|problem| match problem.code {
        "window_closed" => Fault::window_passed(window_days(&view)),
        _ => Fault::from_problem(&problem, Family::Order),
    })?;
    let number = |amount: perpetua_domain::money::Amount| money::amount(amount.minor(), done.currency);
    Answer::created(Cancellation {
        request_number: done.request_number.clone(),
        credit_note_number: done.credit_note_number.clone(),
        currency_code: done.currency.to_string(),
        net: number(done.net),
        tax: number(done.tax),
        total: number(done.total),
        line_items: done
            .lines
            .iter()
            .map(|line| CancelledLine {
                line_item_number: line.number,
                quantity: line.quantity,
                net: number(line.net),
                tax: number(line.tax),
            })
            .collect(),
        attributes: Attributes::of("Cancellation"),
    })
}
