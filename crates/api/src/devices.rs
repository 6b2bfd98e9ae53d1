//! The protocol of devices (`docs/activation.md`): machines activate, refresh, return and ask; files are exchanged;
//! the chain of signing keys and the revocation list are fetched. No account: the key in a request is the credential.
//!
//! Answers are JSON around a signed document. Refused attempts are counted per network and per product key; good
//! ones never are, so that a whole site can activate at once.
//!
//! `endpoints` is the table of addresses with what they take and answer, from which router and document are made.

mod body;
pub mod document;
pub mod endpoints;

use std::future::{Ready, ready};
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use data_encoding::BASE64;
use perpetua_app::activation::{Answered, Bounds, Via, answering, facts, files};
use perpetua_app::{App, Origin};
use perpetua_http::SiteState;
use perpetua_http::headers::RequestId;
use perpetua_i18n::{Args, Lang, format, text, text_with};
use perpetua_license::exchange::file::FILE_BYTES_MAX;
use perpetua_license::exchange::request::{REQUEST_BYTES_MAX, RequestKind};
use perpetua_license::policy::answer::Answer;
use serde::{Deserialize, Serialize};

use body::{AnswerBody, AnswersBody, InstallationBody};

/// The version of this protocol.
const PROTOCOL: u32 = 1;
/// How long mirrors may keep chain and list.
const CACHED: &str = "public, max-age=300";
pub(crate) const DOCUMENT: &str = "application/octet-stream";
pub(crate) const FILE: &str = "text/plain; charset=us-ascii";
/// What refused attempts are counted as.
const OF_NETWORK: &str = "activation_network";
const OF_KEY: &str = "activation_key";
/// What fetching a list or a delta is counted as; asking whether there is a newer one is not.
const OF_LIST: &str = "activation_list";

/// Every address of the protocol, and those of versions that are not understood.
pub fn routes() -> Router<SiteState> {
    let known =
        endpoints::ALL.iter().fold(Router::new(), |router, endpoint| router.route(endpoint.path, (endpoint.handler)()));
    known.route("/activation/{version}/{*rest}", any(unsupported))
}

/// Where a request came from, and in which language it is answered.
pub(crate) fn origin(request: &Request) -> Origin {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    Origin {
        request_id: request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone()),
        network: peer.map_or_else(String::new, |ConnectInfo(address)| address.ip().to_string()),
        agent: header("user-agent").chars().take(200).collect(),
        lang: Lang::negotiate(header("accept-language")),
        wire: None,
    }
}

async fn one(site: SiteState, kind: RequestKind, request: Request) -> Response {
    let origin = origin(&request);
    let attempts = Attempts::of(&site, &origin);
    if let Some(seconds) = attempts.over() {
        return too_many(origin.lang, seconds);
    }
    let answered = match to_bytes(request.into_body(), REQUEST_BYTES_MAX + 1).await {
        Ok(document) if document.len() <= REQUEST_BYTES_MAX => {
            answering::answer_within(&site.app, &origin, Via::Network, Some(kind), &document, &attempts).await
        }
        _ => {
            attempts.note(None);
            Answered::unsigned(Answer::RequestTooLarge)
        }
    };
    answering::count(&site.app, &origin, [answered.answer]).await;
    let status = status_of(answered.answer);
    refused(origin.lang, &answered, status)
}

/// What one network may try, with which product keys.
struct Attempts<'a> {
    site: &'a SiteState,
    source: String,
}

impl<'a> Attempts<'a> {
    fn of(site: &'a SiteState, origin: &Origin) -> Self {
        Self { site, source: origin.source() }
    }

    /// Seconds until the network may try again, when it used up its attempts.
    fn over(&self) -> Option<u32> {
        self.site.limits.is_over(&self.source, OF_NETWORK, self.site.app.real_clock.now())
    }
}

impl Bounds for Attempts<'_> {
    fn is_network_over(&self) -> bool {
        self.over().is_some()
    }

    fn is_key_over(&self, key: &[u8; 32]) -> bool {
        let now = self.site.app.real_clock.now();
        self.site.limits.is_over(&BASE64.encode(key), OF_KEY, now).is_some()
    }

    fn note(&self, key: Option<&[u8; 32]>) {
        let now = self.site.app.real_clock.now();
        let _ = self.site.limits.attempt(&self.source, OF_NETWORK, now);
        if let Some(key) = key {
            let _ = self.site.limits.attempt(&BASE64.encode(key), OF_KEY, now);
        }
    }
}

async fn batch(State(site): State<SiteState>, request: Request) -> Response {
    let origin = origin(&request);
    match exchanged(&site, &origin, request).await {
        Err(response) => *response,
        Ok(done) => {
            let answers = done.answers.iter().map(|answered| body(origin.lang, answered)).collect();
            json_answer(StatusCode::OK, &AnswersBody { protocol: PROTOCOL, answers, file: done.file })
        }
    }
}

async fn exchange(State(site): State<SiteState>, request: Request) -> Response {
    let origin = origin(&request);
    match exchanged(&site, &origin, request).await {
        Err(response) => *response,
        Ok(files::Exchanged { file: Some(file), .. }) => {
            let headers = [
                (header::CONTENT_TYPE, FILE),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"perpetua.response\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, file).into_response()
        }
        Ok(done) => {
            let first = done.answers.into_iter().next().unwrap_or(Answered::unsigned(Answer::RequestMalformed));
            let status = status_of(first.answer);
            refused(origin.lang, &first, status)
        }
    }
}

async fn exchanged(site: &SiteState, origin: &Origin, request: Request) -> Result<files::Exchanged, Box<Response>> {
    let attempts = Attempts::of(site, origin);
    if let Some(seconds) = attempts.over() {
        return Err(Box::new(too_many(origin.lang, seconds)));
    }
    let answer = match to_bytes(request.into_body(), FILE_BYTES_MAX + 1).await {
        Ok(bytes) if bytes.len() <= FILE_BYTES_MAX => {
            match files::exchange(&site.app, origin, &String::from_utf8_lossy(&bytes), &attempts).await {
                Ok(done) => {
                    answering::count(&site.app, origin, done.answers.iter().map(|answered| answered.answer)).await;
                    return Ok(done);
                }
                Err(answer) => answer,
            }
        }
        _ => Answer::RequestTooLarge,
    };
    attempts.note(None);
    answering::count(&site.app, origin, [answer]).await;
    let answered = Answered::unsigned(answer);
    Err(Box::new(refused(origin.lang, &answered, status_of(answer))))
}

/// The status that says roughly what the code says exactly.
pub(crate) const fn status_of(answer: Answer) -> StatusCode {
    match answer {
        answer if answer.is_good() => StatusCode::OK,
        Answer::RequestTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Answer::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Answer::TryAgainLater => StatusCode::SERVICE_UNAVAILABLE,
        Answer::RequestMalformed
        | Answer::RequestTruncated
        | Answer::RequestAltered
        | Answer::RequestReplayed
        | Answer::RequestFromFuture
        | Answer::RequestTooOld
        | Answer::RequestOtherInstallation
        | Answer::ProtocolUnsupported
        | Answer::KeyMalformed
        | Answer::KeyMistyped
        | Answer::KeyForeign
        | Answer::KeyKmsClient => StatusCode::BAD_REQUEST,
        _ => StatusCode::CONFLICT,
    }
}

/// What an answer says to people, in their language.
pub fn sentence(lang: Lang, answer: Answer) -> String {
    text(lang, &format!("activation-{}", answer.code())).into_owned()
}

/// The same with the instant from which asking again may help.
fn sentence_with(lang: Lang, answered: &Answered) -> String {
    let sentence = sentence(lang, answered.answer);
    match answered.retry_at {
        None => sentence,
        Some(at) => {
            let at = format::date_time(lang, facts::timestamp(at), &jiff::tz::TimeZone::UTC);
            let again = text_with(lang, "activation-retry-at", &Args::new().set("at", at));
            format!("{sentence} {again}")
        }
    }
}

fn body(lang: Lang, answered: &Answered) -> AnswerBody {
    AnswerBody {
        protocol: PROTOCOL,
        code: answered.answer.into(),
        sentence: sentence_with(lang, answered),
        good: answered.answer.is_good(),
        retry_at: answered.retry_at.map(|at| facts::timestamp(at).to_string()),
        response: answered.response.as_ref().map(|response| BASE64.encode(response.as_bytes())),
        supported: (answered.answer == Answer::ProtocolUnsupported).then(|| vec![PROTOCOL]),
    }
}

fn refused(lang: Lang, answered: &Answered, status: StatusCode) -> Response {
    let mut response = json_answer(status, &body(lang, answered));
    if matches!(answered.answer, Answer::TryAgainLater | Answer::TooManyRequests) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

fn too_many(lang: Lang, seconds: u32) -> Response {
    let answered = Answered::unsigned(Answer::TooManyRequests);
    let mut response = json_answer(StatusCode::TOO_MANY_REQUESTS, &body(lang, &answered));
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

fn json_answer(status: StatusCode, body: &impl Serialize) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    // Texts, numbers and lists of them always have a JSON form.
    (status, headers, serde_json::to_string(body).unwrap_or_default()).into_response()
}

fn unsupported(request: Request) -> Ready<Response> {
    let lang = origin(&request).lang;
    ready(refused(lang, &Answered::unsigned(Answer::ProtocolUnsupported), StatusCode::NOT_FOUND))
}

async fn installation(State(site): State<SiteState>, request: Request) -> Response {
    let lang = origin(&request).lang;
    let app = &site.app;
    let Ok(keys) = app.activation.keys.get(app).await else { return later(lang) };
    let number = app.activation.lists.newest(app).await.map_or(0, |list| list.number);
    let body = InstallationBody {
        protocol: PROTOCOL,
        supported: vec![PROTOCOL],
        installation: BASE64.encode(keys.installation().as_bytes()),
        root: BASE64.encode(keys.root().as_bytes()),
        chain_number: keys.chain_number().into(),
        list_number: number,
        now: app.clock.now().to_string(),
    };
    json_answer(StatusCode::OK, &body)
}

fn later(lang: Lang) -> Response {
    refused(lang, &Answered::unsigned(Answer::TryAgainLater), StatusCode::SERVICE_UNAVAILABLE)
}

async fn chain(State(site): State<SiteState>, request: Request) -> Response {
    let lang = origin(&request).lang;
    let Ok(keys) = site.app.activation.keys.get(&site.app).await else { return later(lang) };
    let etag = format!("\"c{}\"", keys.chain_number());
    if is_known(request.headers(), &etag) { unchanged(&etag) } else { document(keys.chain().to_vec(), &etag) }
}

/// From which list a device comes.
#[derive(Debug, Deserialize)]
struct Since {
    since: Option<u64>,
}

async fn revocations(
    State(site): State<SiteState>,
    since: Result<Query<Since>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Response {
    let origin = origin(&request);
    let app: &App = &site.app;
    let Ok(newest) = app.activation.lists.newest(app).await else { return later(origin.lang) };
    let etag = format!("\"{}\"", newest.number);
    // A number that cannot be read is that of no list, and so the whole one is what helps.
    let since = since.ok().and_then(|Query(asked)| asked.since);
    if since == Some(newest.number) {
        return unchanged(&etag);
    }
    if is_known(request.headers(), &etag) {
        return unchanged(&etag);
    }
    if let Err(seconds) = site.limits.attempt(&origin.source(), OF_LIST, app.real_clock.now()) {
        return too_many(origin.lang, seconds);
    }
    let delta = match since {
        Some(number) => app.activation.lists.since(app, number).await.unwrap_or_default(),
        None => None,
    };
    document(delta.unwrap_or(newest.bytes), &etag)
}

/// Whether the caller has the document with this tag already.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|value| value.trim() == etag)
}

fn document(bytes: impl Into<Body>, etag: &str) -> Response {
    let mut response = Response::new(bytes.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(DOCUMENT));
    tagged(response, etag)
}

fn unchanged(etag: &str) -> Response {
    tagged(StatusCode::NOT_MODIFIED.into_response(), etag)
}

fn tagged(mut response: Response, etag: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHED));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
    response
}
