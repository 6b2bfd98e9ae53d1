//! From a request to an operation and back: everything that the contract asks of every call alike.
//!
//! In this order: is it ours; which operation; who calls; how often; whose customer and with which right;
//! was this write answered before; the handler; what is remembered; the headers that every answer carries.

mod body;
mod once;

use std::sync::{Arc, Mutex};

use axum::body::Body as HttpBody;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use perpetua_app::audit::Entry;
use perpetua_app::caller::{Claim, Wire};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::{Caller, Origin, api_tokens, authorize, refusal, request_log, webhooks};
use perpetua_domain::id::TenantId;
use perpetua_http::SiteState;
use perpetua_http::headers::RequestId;
use perpetua_http::limits::Limits;
use perpetua_i18n::Lang;
use serde_json::json;
use uuid::Uuid;

use crate::call::{About as _, Answer, Call, Client, json_response};
use crate::oauth;
use crate::openapi;
use crate::operation::{Access, Operation};
use crate::operations;
use crate::wire::codes;
use crate::wire::fault::{Family, Fault};
use crate::wire::input::BODY_MAX;
use crate::wire::query::Query;
use crate::wire::route::{Match, Params, Table, normalised, segments};

/// The interface of one installation.
pub struct Api {
    site: SiteState,
    table: Table<Arc<Operation>>,
    limits: Limits,
    bodies: body::Room,
}

/// The state of the layer.
pub type ApiState = Arc<Api>;

impl Api {
    /// The interface with its limit of calls a minute per partner and family; 0 lifts it.
    pub fn new(site: SiteState, calls_per_minute: u32) -> ApiState {
        let rows = operations::all().into_iter().map(|row| (row.method, row.path, Arc::new(row)));
        let limits = Limits::per_minute(calls_per_minute);
        Arc::new(Self { site, table: Table::new(rows), limits, bodies: body::Room::default() })
    }
}

/// What was read of a request before anybody is known.
struct Seen {
    method: Method,
    path: String,
    query: String,
    headers: HeaderMap,
    request_id: Uuid,
    correlation: Uuid,
    lang: Lang,
    locale: &'static str,
    origin: Origin,
}

/// Answers what belongs to the interface and lets everything else pass.
pub async fn layer(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_ours(path) {
        return next.run(request).await;
    }
    let seen = Arc::new(see(&api, &request));
    let is_head = seen.method == Method::HEAD;
    let body = request.into_body();
    let mut response = if let Some(id) = certificate_id(&seen.path) {
        certificate(&api, &seen, &id).await
    } else if oauth::is_ours(&seen.path) {
        token(&api, &seen, body).await
    } else if let Some(response) = openapi::answer(&seen.method, &seen.path) {
        response
    } else {
        call(&api, &seen, body).await.unwrap_or_else(|fault| refuse(&seen, &fault))
    };
    decorate(&seen, response.headers_mut());
    if is_head {
        *response.body_mut() = HttpBody::empty();
    }
    response
}

/// The certificate that a webhook names, which everybody may fetch.
fn certificate_id(path: &str) -> Option<String> {
    let segments = segments(path)?;
    let [first, second, third, id] = segments.as_slice() else { return None };
    let is_certificate = [(first, "webhooks"), (second, "v1"), (third, "certificates")]
        .iter()
        .all(|(segment, word)| segment.eq_ignore_ascii_case(word));
    is_certificate.then(|| id.clone())
}

async fn certificate(api: &Api, seen: &Seen, id: &str) -> Response {
    match webhooks::certificate(&api.site.app, id).await.about(Family::Other) {
        Ok(pem) => {
            let mut response = Response::new(HttpBody::from(pem));
            let pem = HeaderValue::from_static("application/x-pem-file");
            response.headers_mut().insert(header::CONTENT_TYPE, pem);
            response
        }
        Err(fault) => refuse(seen, &fault),
    }
}

/// The token endpoints: nobody is known there yet, so their bodies are short.
async fn token(api: &Api, seen: &Seen, body: HttpBody) -> Response {
    let Seen { method, path, query, headers, origin, .. } = seen;
    match api.bodies.read(headers, body, oauth::BODY_MAX).await {
        Ok(body) => oauth::answer(&api.site, oauth::Asked { method, path, query, headers, body, origin }).await,
        Err(fault) => refuse(seen, &fault),
    }
}

/// Whether a path belongs to the interface, in whatever case and with however many slashes.
fn is_ours(path: &str) -> bool {
    // By the first part as it came: a path that cannot be decoded further on is no page of the portal either.
    let first = path.split('/').find(|part| !part.is_empty()).map(str::to_ascii_lowercase);
    matches!(first.as_deref(), Some("v1" | "v1.0" | "webhooks" | "ext" | "generatetoken" | "v3" | "auditactivity"))
        || oauth::is_ours(path)
        || openapi::is_ours(path)
}

fn see(api: &Api, request: &Request) -> Seen {
    let headers = request.headers().clone();
    let id = |name: &str| {
        let given = text(&headers, name).trim_matches(['{', '}']);
        Uuid::try_parse(given).unwrap_or_else(|_| Uuid::from_bytes(api.site.app.entropy.bytes()))
    };
    let (lang, locale) = locale(text(&headers, "x-locale"));
    let network = request
        .extensions()
        .get::<ConnectInfo<std::net::SocketAddr>>()
        .map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string());
    let own_id = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let agent = text(&headers, "user-agent").chars().take(200).collect();
    Seen {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        request_id: id("ms-requestid"),
        correlation: id("ms-correlationid"),
        lang,
        locale,
        origin: Origin { request_id: own_id, network, agent, lang, wire: None },
        headers,
    }
}

fn locale(tag: &str) -> (Lang, &'static str) {
    if tag.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("cs")) {
        (Lang::Cs, "cs-CZ")
    } else {
        (Lang::En, "en-US")
    }
}

fn refuse(seen: &Seen, fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json_response(status, fault.body(seen.lang, &seen.correlation.to_string()).to_string());
    if let Some(seconds) = fault.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    if status == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("OAuth realm=urn:cpsvc:cpid");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

/// The body is read last: who may not call makes us hold nothing and learns nothing of how long it may be.
async fn call(api: &ApiState, seen: &Arc<Seen>, body: HttpBody) -> Result<Response, Fault> {
    let found = api.table.find(seen.method.as_str(), &seen.path);
    // Who has no token learns nothing of what exists.
    let caller = authenticated(api, seen).await?;
    let Match::Found(operation, params) = found else {
        throttle(api, &caller, "other")?;
        return Err(Fault::not_supported(seen.method.as_str(), &normalised(&seen.path)));
    };
    let outcome = answered(api, seen, body, (operation, params), caller.clone()).await;
    let status = outcome.as_ref().map_or_else(Fault::status, |response| response.status().as_u16());
    let name = format!("{} {}", seen.method, operation.path);
    let (id, correlation) = (seen.request_id.to_string(), seen.correlation.to_string());
    request_log::note(&api.site.app, &caller, name, id, correlation, status);
    outcome
}

async fn answered(
    api: &ApiState,
    seen: &Arc<Seen>,
    body: HttpBody,
    (operation, params): (&Arc<Operation>, Params),
    caller: Caller,
) -> Result<Response, Fault> {
    throttle(api, &caller, openapi::family(operation.path))?;
    let customer = authorized(api, &caller, operation, &params).await?;
    let (body, upload) = if operation.takes_file {
        (Bytes::new(), body)
    } else {
        let read = api.bodies.read(&seen.headers, body, BODY_MAX).await;
        (read.map_err(|fault| too_long(fault, operation))?, HttpBody::empty())
    };
    // A question for headers shows no key and opens no download, so nothing is recorded.
    if seen.method == Method::HEAD && operation.access.is_sensitive() {
        return Ok(Answer::Empty(StatusCode::OK).into_response());
    }
    let is_claimed = operation.is_write() && !operation.unclaimed;
    // A file is told from another one by its name and length: its bytes are still on their way.
    let of_file = format!("{} {}", seen.query, text(&seen.headers, "content-length"));
    let said = if operation.takes_file { of_file.as_bytes() } else { &body };
    let claim = if is_claimed { Some(once::claim_of(api, seen, &caller, said)?) } else { None };
    let call = Call {
        site: api.site.clone(),
        caller: with_wire(caller, seen, claim),
        client: client_of(&seen.headers),
        params,
        query: Query::parse(&seen.query),
        headers: seen.headers.clone(),
        body,
        upload: Mutex::new(upload),
        path: seen.path.clone(),
        request_id: seen.request_id,
        customer,
    };
    match claim {
        Some(claim) => once::run(api, seen, operation, claim, call).await,
        None => Ok((operation.handler)(call).await?.into_response()),
    }
}

/// The refusal of a body over the limit; carts and orders have a code of their own for what cannot be read.
fn too_long(fault: Fault, operation: &Operation) -> Fault {
    let has_own_code =
        operation.path.starts_with("/v1/") && operation.path.split('/').any(|part| matches!(part, "carts" | "orders"));
    if has_own_code { fault.recoded(codes::INVALID_REQUEST) } else { fault }
}

async fn authenticated(api: &Api, seen: &Seen) -> Result<Caller, Fault> {
    let given = text(&seen.headers, "authorization");
    let bearer = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = bearer else { return Err(Fault::of(codes::NOT_SIGNED_IN)) };
    api_tokens::authenticate(&api.site.app, &seen.origin, token.trim()).await.map_err(|problem| match problem.code {
        "partner_suspended" => Fault::of(codes::API_SUSPENDED),
        _ => Fault::from_problem(&problem, Family::Other),
    })
}

/// Counts a call of a partner against the family of its operation, as the reference groups them.
fn throttle(api: &Api, caller: &Caller, family: &'static str) -> Result<(), Fault> {
    let now = api.site.app.real_clock.now();
    api.limits.attempt(&caller.tenant.to_string(), family, now).map_err(Fault::too_many)
}

/// The customer of the path, once the caller may do this for it; a refusal is recorded (I5).
async fn authorized(
    api: &Api,
    caller: &Caller,
    operation: &Operation,
    params: &Params,
) -> Result<Option<TenantId>, Fault> {
    let app = &api.site.app;
    let (asked, customer, family) = match operation.access {
        Access::Token => return Ok(None),
        Access::Own(permission) => (authorize::ask_own(app, caller, permission).await, None, Family::Other),
        Access::Customer(permission) => {
            let customer = params.get("c");
            let customer: TenantId = customer.parse().map_err(|_| Fault::of(codes::CUSTOMER_ID_INVALID))?;
            (authorize::ask_over(app, caller, permission, customer).await, Some(customer), Family::Customer)
        }
    };
    if let Err(problem) = &asked {
        let facts = json!({ "operation": operation.id });
        let entry = Entry::new("api.refused", "tenant", customer.unwrap_or(caller.tenant));
        refusal::note(app, caller, entry.partner(caller.tenant).detail(facts), problem).await;
    }
    asked.about(family)?;
    Ok(customer)
}

fn with_wire(caller: Caller, seen: &Seen, claim: Option<Claim>) -> Caller {
    let wire = Some(Wire { correlation: seen.correlation, claim });
    let origin = Origin { wire, ..caller.origin };
    Caller { origin, ..caller }
}

fn client_of(headers: &HeaderMap) -> Client {
    match text(headers, "ms-partnercenter-client") {
        "Partner Center Java SDK" => Client::Java,
        "Partner Center Open .NET SDK" => Client::OpenNet,
        _ => Client::Other,
    }
}

fn decorate(seen: &Seen, headers: &mut HeaderMap) {
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    };
    set("ms-requestid", seen.request_id.to_string());
    set("ms-correlationid", seen.correlation.to_string());
    set("ms-cv", format!("{}.0", data_encoding::BASE64_NOPAD.encode(&seen.request_id.as_bytes()[..12])));
    set("ms-serverid", "perpetua".to_owned());
    set("x-locale", seen.locale.to_owned());
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
