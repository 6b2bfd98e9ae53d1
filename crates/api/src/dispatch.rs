//! From a request to an operation and back: everything that the contract asks of every call alike.
//!
//! In this order: is it ours; which operation; who calls; how often; whose customer and with which right;
//! was this write answered before; the handler; what is remembered; the headers that every answer carries.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use perpetua_app::caller::{Claim, Wire};
use perpetua_app::claim::{self, Known};
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::{Caller, Origin, Problem, api_tokens, authorize, request_log, webhooks};
use perpetua_domain::id::TenantId;
use perpetua_http::SiteState;
use perpetua_http::headers::RequestId;
use perpetua_http::limits::Limits;
use perpetua_i18n::Lang;
use sha2::{Digest as _, Sha256};
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

/// How long a copy of a running write waits for its answer.
const COPY_WAIT: Duration = Duration::from_secs(10);
/// How often it looks.
const COPY_LOOK: Duration = Duration::from_millis(25);

/// The interface of one installation.
pub struct Api {
    site: SiteState,
    table: Table<Operation>,
    limits: Limits,
}

/// The state of the layer.
pub type ApiState = Arc<Api>;

impl Api {
    /// The interface with its limit of calls a minute per partner and family; 0 lifts it.
    pub fn new(site: SiteState, calls_per_minute: u32) -> ApiState {
        let rows = operations::all().into_iter().map(|row| (row.method, row.path, row));
        Arc::new(Self { site, table: Table::new(rows), limits: Limits::per_minute(calls_per_minute) })
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
    let seen = see(&api, &request);
    let is_head = seen.method == Method::HEAD;
    let body = match axum::body::to_bytes(request.into_body(), BODY_MAX + 1).await {
        Ok(body) if body.len() <= BODY_MAX => Ok(body),
        _ => Err(Fault::invalid_property("body", crate::wire::fault::Reason::TooLarge)),
    };
    let mut response = match body {
        _ if certificate_id(&seen.path).is_some() => certificate(&api, &seen).await,
        body if openapi::is_ours(&seen.path) => described(&api, &seen, body).await,
        Ok(body) if oauth::is_ours(&seen.path) => oauth::answer(&api.site, asked_token(&seen, body)).await,
        Err(fault) if oauth::is_ours(&seen.path) => refuse(&seen, &fault),
        body => call(&api, &seen, body).await,
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

async fn certificate(api: &Api, seen: &Seen) -> Response {
    let id = certificate_id(&seen.path).unwrap_or_default();
    match webhooks::certificate(&api.site.app, &id).await.about(Family::Other) {
        Ok(pem) => {
            let mut response = Response::new(HttpBody::from(pem));
            let pem = HeaderValue::from_static("application/x-pem-file");
            response.headers_mut().insert(header::CONTENT_TYPE, pem);
            response
        }
        Err(fault) => refuse(seen, &fault),
    }
}

/// The documents about the interface need no token; writing to them is an unknown operation.
async fn described(api: &Api, seen: &Seen, body: Result<Bytes, Fault>) -> Response {
    match openapi::answer(&seen.method, &seen.path) {
        Some(response) => response,
        None => call(api, seen, body).await,
    }
}

fn asked_token(seen: &Seen, body: Bytes) -> oauth::Asked<'_> {
    let Seen { method, path, query, headers, origin, .. } = seen;
    oauth::Asked { method, path, query, headers, body, origin }
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

async fn call(api: &Api, seen: &Seen, body: Result<Bytes, Fault>) -> Response {
    match recognised(api, seen, body).await {
        Ok(response) => response,
        Err(fault) => refuse(seen, &fault),
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

async fn recognised(api: &Api, seen: &Seen, body: Result<Bytes, Fault>) -> Result<Response, Fault> {
    let unknown = || Fault::not_supported(seen.method.as_str(), &normalised(&seen.path));
    let (operation, params) = match api.table.find(seen.method.as_str(), &seen.path) {
        Match::Found(operation, params) => (operation, params),
        Match::WrongMethod | Match::Unknown => {
            // Who has no token learns nothing of what exists.
            authenticated(api, seen, None).await?;
            return Err(unknown());
        }
    };
    let caller = authenticated(api, seen, None).await?;
    let outcome = answered(api, seen, body, (operation, &params), caller.clone()).await;
    let status = outcome.as_ref().map_or_else(Fault::status, |response| response.status().as_u16());
    let name = format!("{} {}", seen.method, operation.path);
    let (id, correlation) = (seen.request_id.to_string(), seen.correlation.to_string());
    request_log::note(&api.site.app, &caller, name, id, correlation, status);
    outcome
}

async fn answered(
    api: &Api,
    seen: &Seen,
    body: Result<Bytes, Fault>,
    (operation, params): (&Operation, &Params),
    caller: Caller,
) -> Result<Response, Fault> {
    throttle(api, &caller, openapi::family(operation.path))?;
    let customer = authorized(api, &caller, operation.access, params).await?;
    // Only now: who may not call learns nothing of how long a body may be.
    let body = body.map_err(|fault| too_long(fault, operation))?;
    // A question for headers shows no key and opens no download, so nothing is recorded.
    if seen.method == Method::HEAD && operation.access.is_sensitive() {
        return Ok(Answer::Empty(StatusCode::OK).into_response());
    }
    let call = |caller: Caller| Call {
        site: api.site.clone(),
        caller,
        client: client_of(&seen.headers),
        params: params.clone(),
        query: Query::parse(&seen.query),
        headers: seen.headers.clone(),
        body: body.clone(),
        path: seen.path.clone(),
        request_id: seen.request_id,
        customer,
    };
    if !operation.is_write() || operation.unclaimed {
        let caller = with_wire(caller, seen, None);
        return Ok((operation.handler)(call(caller)).await?.into_response());
    }
    let claim = claim_of(api, seen, &caller, &body);
    if let Some(answer) = replay(api, &claim, operation).await? {
        return Ok(answer);
    }
    let caller = with_wire(caller, seen, Some(claim));
    let outcome = (operation.handler)(call(caller)).await;
    settle(api, seen, &claim, operation, outcome).await
}

/// The refusal of a body over the limit; carts and orders have a code of their own for what cannot be read.
fn too_long(fault: Fault, operation: &Operation) -> Fault {
    let has_own_code =
        operation.path.starts_with("/v1/") && operation.path.split('/').any(|part| matches!(part, "carts" | "orders"));
    if has_own_code { fault.recoded(codes::INVALID_REQUEST) } else { fault }
}

async fn authenticated(api: &Api, seen: &Seen, wire: Option<Wire>) -> Result<Caller, Fault> {
    let given = text(&seen.headers, "authorization");
    let bearer = given.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = bearer else { return Err(Fault::of(codes::NOT_SIGNED_IN)) };
    let origin = Origin { wire, ..seen.origin.clone() };
    api_tokens::authenticate(&api.site.app, &origin, token.trim()).await.map_err(|problem| match problem.code {
        "partner_suspended" => Fault::of(codes::API_SUSPENDED),
        _ => Fault::from_problem(&problem, Family::Other),
    })
}

/// Counts a call of a partner against the family of its operation, as the reference groups them.
fn throttle(api: &Api, caller: &Caller, family: &'static str) -> Result<(), Fault> {
    let now = api.site.app.real_clock.now();
    api.limits.attempt(&caller.tenant.to_string(), family, now).map_err(Fault::too_many)
}

async fn authorized(api: &Api, caller: &Caller, access: Access, params: &Params) -> Result<Option<TenantId>, Fault> {
    let app = &api.site.app;
    match access {
        Access::Token => Ok(None),
        Access::Own(permission) => {
            authorize::ask_own(app, caller, permission).await.about(Family::Other).map(|()| None)
        }
        Access::Customer(permission) => {
            let customer = params.get("c");
            let customer: TenantId = customer.parse().map_err(|_| Fault::of(codes::CUSTOMER_ID_INVALID))?;
            authorize::ask_over(app, caller, permission, customer).await.about(Family::Customer)?;
            Ok(Some(customer))
        }
    }
}

fn with_wire(caller: Caller, seen: &Seen, claim: Option<Claim>) -> Caller {
    let wire = Some(Wire { correlation: seen.correlation, claim });
    let origin = Origin { wire, ..caller.origin };
    Caller { origin, ..caller }
}

/// The key under which a write is remembered: who, what and which request id (design §7).
fn claim_of(api: &Api, seen: &Seen, caller: &Caller, body: &[u8]) -> Claim {
    let mut hash = Sha256::new();
    let app = caller.app.as_ref().map_or_else(Uuid::nil, |app| app.id.uuid());
    let parts: [&[u8]; 6] = [
        caller.tenant.as_ref(),
        app.as_bytes(),
        caller.person.as_ref(),
        seen.method.as_str().as_bytes(),
        &normalised(&seen.path).to_ascii_lowercase().into_bytes(),
        seen.request_id.as_bytes(),
    ];
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    Claim {
        key: hash.finalize().into(),
        nonce: Uuid::from_bytes(api.site.app.entropy.bytes()),
        body_hash: Sha256::digest(body).into(),
    }
}

/// The answer of an earlier copy; waits for one that still runs.
async fn replay(api: &Api, claim: &Claim, operation: &Operation) -> Result<Option<Response>, Fault> {
    let wait = async {
        loop {
            match claim::look_up(&api.site.app, claim).await.about(Family::Other)? {
                Known::New => return Ok(None),
                Known::OtherBody => {
                    return Err(Fault::invalid_property("MS-RequestId", crate::wire::fault::Reason::Reused));
                }
                Known::Answered { status, body } => {
                    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                    return Ok(Some(json_response(status, body)));
                }
                Known::Running => tokio::time::sleep(COPY_LOOK).await,
            }
        }
    };
    tokio::time::timeout(COPY_WAIT, wait).await.unwrap_or_else(|_| Err(busy(operation)))
}

/// What a copy of a write is told whose first copy still runs.
fn busy(operation: &Operation) -> Fault {
    let is_cart = operation.path.split('/').any(|part| part == "carts");
    Fault::of(if is_cart { codes::CART_BUSY } else { codes::ORDER_IN_PROGRESS })
}

/// Remembers the outcome of a write, or gives that of the copy that was first.
async fn settle(
    api: &Api,
    seen: &Seen,
    claim: &Claim,
    operation: &Operation,
    outcome: Result<Answer, Fault>,
) -> Result<Response, Fault> {
    let remember = |status: u16, body: String| claim::remember(&api.site.app, claim, status, body);
    match outcome {
        Ok(answer) => {
            if let Some(body) = answer.remembered() {
                log(remember(answer.status().as_u16(), body).await);
            }
            Ok(answer.into_response())
        }
        Err(fault) => {
            if !fault.is_claimed() && matches!(fault.status(), 400 | 403 | 404 | 409) {
                let body = fault.body(seen.lang, &seen.correlation.to_string()).to_string();
                log(remember(fault.status(), body).await);
            }
            // Where a copy was first, this refusal may come of its effect; all copies get the first answer.
            match replay(api, claim, operation).await? {
                Some(answer) => Ok(answer),
                None if fault.is_claimed() => Err(busy(operation)),
                None => Err(fault),
            }
        }
    }
}

fn log(result: Result<(), Problem>) {
    if let Err(problem) = result {
        tracing::error!(code = problem.code, source = problem.private_source(), "an answer was not remembered");
    }
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
