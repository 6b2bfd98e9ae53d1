//! Webhooks: where a partner's programs hear of events, and what is sent there (contract 60).
//!
//! A registration is one per partner. The sender itself, with its guard against addresses inside our own
//! network, is a port that `outbound` fills.

use data_encoding::BASE64;
use jiff::SignedDuration;
use perpetua_domain::access::Permission;
use perpetua_domain::id::{OrderId, RowId, TenantId};
use perpetua_store::outbox::OutboxRow;
use perpetua_store::webhooks::{self as rows, WebhookRow, WebhookTestRow};
use perpetua_store::{Id, StoreError};
use serde_json::{Value, json};

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::event;
use crate::problem::{Kind, Problem};
use crate::support::wire_number;
use crate::token_keys::KeyUse;

/// Events that may be registered and are sent, or are known and never happen here.
pub const EVENTS: &[&str] = &[
    "test-created",
    "subscription-updated",
    "invoice-ready",
    "reseller-relationship-accepted-by-customer",
    "order-updated",
    "service-request-updated",
    "order-cancelled-with-credit",
    "refund-request-credited",
    "refund-request-refused",
    "refund-request-withdrawn",
    "usagerecords-thresholdExceeded",
    "referral-created",
    "referral-updated",
    "azure-fraud-event-detected",
    "dap-admin-relationship-approved",
    "dap-admin-relationship-terminated",
];

/// Tests that a partner may ask for in a minute.
const TESTS_A_MINUTE: i64 = 2;
/// The longest address.
const URL_MAX: usize = 1_000;

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Where events are posted.
    pub url: String,
    /// Their names, as in [`EVENTS`].
    pub events: Vec<String>,
    /// Whether the signature stands in its own header.
    pub in_own_header: bool,
}

/// The caller's registration with its id on the wire.
///
/// # Errors
///
/// `missing_role`, `not_found`.
pub async fn get(app: &App, caller: &Caller) -> Result<(uuid::Uuid, Registration), Problem> {
    let caller = caller.clone();
    let row = app
        .store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::WebhookManage, Owner::Own)?;
            rows::find(conn, caller.tenant)?.ok_or_else(Problem::not_found)
        })
        .await?;
    Ok((row.subscriber_id.0, of_row(&row)))
}

fn of_row(row: &WebhookRow) -> Registration {
    Registration {
        url: row.url.clone(),
        events: row.events.split_whitespace().map(str::to_owned).collect(),
        in_own_header: row.in_own_header,
    }
}

/// Makes or replaces the caller's registration.
///
/// # Errors
///
/// `missing_role`; `invalid_input` with `webhook_url` or `webhook_events`.
pub async fn put(app: &App, caller: &Caller, wanted: Registration) -> Result<(uuid::Uuid, Registration), Problem> {
    check(app, &wanted)?;
    let row = app
        .store
        .write((app.stamp(caller), wanted), |conn, (stamp, wanted)| {
            authorize::require(conn, &stamp.caller, Permission::WebhookManage, Owner::Own)?;
            let mut ids = stamp.seed.ids();
            let before = rows::find(conn, stamp.caller.tenant)?;
            let row = WebhookRow {
                partner_id: Id(stamp.caller.tenant),
                subscriber_id: before.as_ref().map_or_else(|| Id(ids.next()), |row| row.subscriber_id),
                url: wanted.url.clone(),
                events: wanted.events.join(" "),
                in_own_header: wanted.in_own_header,
                changed_at: stamp.now.into(),
                changed_by: Id(stamp.caller.person),
                version: before.map_or(1, |row| row.version + 1),
            };
            rows::replace(conn, &row)?;
            let entry = Entry::new("webhook.changed", "webhook", row.subscriber_id.0)
                .partner(stamp.caller.tenant)
                .detail(json!({ "events": row.events }));
            audit::record(conn, &mut ids, stamp, &entry)?;
            Ok::<_, Problem>(row)
        })
        .await?;
    Ok((row.subscriber_id.0, of_row(&row)))
}

/// Removes the caller's registration.
///
/// # Errors
///
/// `missing_role`, `not_found`.
pub async fn remove(app: &App, caller: &Caller) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), |conn, stamp| {
            authorize::require(conn, &stamp.caller, Permission::WebhookManage, Owner::Own)?;
            if !rows::remove(conn, stamp.caller.tenant)? {
                return Err(Problem::not_found());
            }
            let entry = Entry::new("webhook.removed", "webhook", stamp.caller.tenant).partner(stamp.caller.tenant);
            Ok(audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?)
        })
        .await
}

fn check(app: &App, wanted: &Registration) -> Result<(), Problem> {
    let is_plain = wanted.url.len() <= URL_MAX && wanted.url.bytes().all(|byte| byte.is_ascii_graphic());
    let is_safe = wanted.url.starts_with("https://") || (app.settings.demo && wanted.url.starts_with("http://"));
    if !is_plain || !is_safe {
        return Err(Problem::field("webhook_url", "not_https"));
    }
    if wanted.events.is_empty() || !wanted.events.iter().all(|event| EVENTS.contains(&event.as_str())) {
        return Err(Problem::field("webhook_events", "unknown"));
    }
    Ok(())
}

/// Asks for a test event, at most two a minute.
///
/// # Errors
///
/// `missing_role`, `webhook_not_registered` without a registration of `test-created`, `too_many_attempts`.
pub async fn test(app: &App, caller: &Caller) -> Result<RowId, Problem> {
    app.store
        .write(app.stamp(caller), |conn, stamp| {
            let partner = stamp.caller.tenant;
            authorize::require(conn, &stamp.caller, Permission::WebhookManage, Owner::Own)?;
            crate::claim::take(conn, stamp)?;
            let row = rows::find(conn, partner)?.filter(|row| hears(row, "test-created"));
            let row = row.ok_or_else(|| Problem::invalid("webhook_not_registered"))?;
            let minute_ago = stamp.real_now.saturating_sub(SignedDuration::from_mins(1)).unwrap_or(stamp.real_now);
            if rows::tests_since(conn, partner, minute_ago.into())? >= TESTS_A_MINUTE {
                return Err(Problem::new(Kind::TooMany, "too_many_attempts").retry_after(60));
            }
            let mut ids = stamp.seed.ids();
            let id: RowId = ids.next();
            let test = WebhookTestRow {
                id: Id(id),
                partner_id: Id(partner),
                url: row.url,
                state: "new".to_owned(),
                response_code: String::new(),
                response_message: String::new(),
                system_error: false,
                created_at: stamp.real_now.into(),
                answered_at: None,
            };
            rows::insert_test(conn, &test)?;
            let facts = json!({ "partner": partner.to_string(), "test": id.to_string() });
            event::push(conn, &mut ids, stamp, "webhook.tested", &facts)?;
            Ok(id)
        })
        .await
}

/// What became of a test.
///
/// # Errors
///
/// `missing_role`, `not_found`.
pub async fn tested(app: &App, caller: &Caller, id: RowId) -> Result<WebhookTestRow, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::WebhookManage, Owner::Own)?;
            rows::find_test(conn, caller.tenant, id)?.ok_or_else(Problem::not_found)
        })
        .await
}

fn hears(row: &WebhookRow, name: &str) -> bool {
    row.events.split_whitespace().any(|event| event == name)
}

/// A delivery, signed and ready to be posted.
pub struct Message {
    /// Where to.
    pub url: String,
    /// The exact bytes that were signed.
    pub body: String,
    /// `Authorization` or `x-ms-signature`.
    pub signature_header: &'static str,
    /// The signature as base64, after the word `Signature`.
    pub signature: String,
    /// Where the certificate is found.
    pub certificate_url: String,
    /// The test that it belongs to.
    pub test: Option<RowId>,
}

/// The message that an event becomes for its partner's programs; `None` when nobody asked for it.
///
/// # Errors
///
/// The store's, or a vault that does not open the signing key.
pub async fn message(app: &App, outgoing: &OutboxRow) -> Result<Option<Message>, Problem> {
    let facts: Value = serde_json::from_str(&outgoing.payload).unwrap_or_default();
    let Some((name, resource, uri)) = described(&outgoing.kind, &facts) else { return Ok(None) };
    let Some(partner) = facts["partner"].as_str().and_then(|id| id.parse::<TenantId>().ok()) else { return Ok(None) };
    let row = app.store.read(move |conn| rows::find(conn, partner)).await?;
    let Some(row) = row else { return Ok(None) };
    // Who asked for the end of refunds by its own name hears that; everybody else that the request changed.
    let names = [ending(&outgoing.kind, &facts), Some(name)];
    let Some(name) = names.into_iter().flatten().find(|name| hears(&row, name)) else { return Ok(None) };
    let base = &app.settings.public_url;
    let body = json!({
        "EventName": name,
        "ResourceUri": format!("{base}{uri}"),
        "ResourceName": resource,
        "AuditUri": Value::Null,
        "ResourceChangeUtcDate": outgoing.created_at.timestamp().strftime("%Y-%m-%dT%H:%M:%S%.7f+00:00").to_string(),
    })
    .to_string();
    let key = app.token_keys.signing(app, KeyUse::Webhook).await?;
    Ok(Some(Message {
        url: row.url,
        signature: BASE64.encode(&key.sign_bytes(body.as_bytes())?),
        signature_header: if row.in_own_header { "x-ms-signature" } else { "authorization" },
        certificate_url: format!("{base}/webhooks/v1/certificates/{}", key.id),
        test: facts["test"].as_str().and_then(|id| id.parse().ok()),
        body,
    }))
}

/// How a refund ended, by a name of our own: by one click inside the window, by a decision later, refused, or taken
/// back.
fn ending(kind: &str, facts: &Value) -> Option<&'static str> {
    if kind != "request.closed" {
        return None;
    }
    match (facts["ended"].as_str(), facts["outcome"].as_str()) {
        (Some("request.credited"), _) => Some("refund-request-credited"),
        (Some("request.refused"), _) => Some("refund-request-refused"),
        (_, Some("withdrawn")) => Some("refund-request-withdrawn"),
        (_, Some("credited")) if facts["orderNumber"].is_string() => Some("order-cancelled-with-credit"),
        _ => None,
    }
}

/// The contract's name of an event, of its resource, and where that is found.
fn described(kind: &str, facts: &Value) -> Option<(&'static str, &'static str, String)> {
    let fact = |name: &str| facts[name].as_str().unwrap_or_default().to_owned();
    let order = || fact("order").parse::<OrderId>().map_or_else(|_| fact("order"), wire_order);
    Some(match kind {
        "subscription.updated" => {
            let uri = format!("/v1/customers/{}/subscriptions/{}", fact("customer"), fact("id"));
            ("subscription-updated", "subscription", uri)
        }
        "order.placed" | "order.cancelled" => {
            ("order-updated", "order", format!("/v1/customers/{}/orders/{}", fact("customer"), order()))
        }
        "request.opened" | "request.changed" | "request.closed" => {
            let wire = wire_number(&fact("number"));
            let owner = if fact("customer") == fact("partner") {
                String::new()
            } else {
                format!("/customers/{}", fact("customer"))
            };
            ("service-request-updated", "service_request", format!("/v1{owner}/servicerequests/{wire}"))
        }
        "invoice.closed" => ("invoice-ready", "invoice", format!("/v1/invoices/{}", fact("number"))),
        "relationship.accepted" => {
            let uri = format!("/v1/customers/{}", fact("customer"));
            ("reseller-relationship-accepted-by-customer", "customer", uri)
        }
        "webhook.tested" => ("test-created", "test", format!("/webhooks/v1/registration/test/{}", fact("test"))),
        _ => return None,
    })
}

fn wire_order(id: OrderId) -> String {
    data_encoding::BASE64URL_NOPAD.encode(id.as_ref())
}

/// Writes what the receiver of a test answered: a status, or why there was none.
///
/// # Errors
///
/// The store's.
pub async fn settle_test(app: &App, test: RowId, outcome: Result<u16, String>) -> Result<(), Problem> {
    let now = app.real_clock.now();
    let (state, code, text) = match outcome {
        Ok(status) if (200..300).contains(&status) => ("completed", status.to_string(), String::new()),
        Ok(status) => ("failed", status.to_string(), "the receiver did not accept it".to_owned()),
        Err(why) => ("failed", String::new(), why),
    };
    app.store
        .write((test, code, text), move |conn, (test, code, text)| {
            rows::settle_test(conn, *test, state, code, text, now.into())
        })
        .await
        .map_err(|error: StoreError| error.into())
}

/// The certificate of a signing key, as receivers fetch it.
///
/// # Errors
///
/// `not_found`.
pub async fn certificate(app: &App, id: &str) -> Result<String, Problem> {
    let key = app.token_keys.find(app, KeyUse::Webhook, id).await?.ok_or_else(Problem::not_found)?;
    Ok(key.certificate.clone())
}
