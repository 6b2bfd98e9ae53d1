//! The addresses of the protocol as data: what each takes, answers and is served by. Router, document and reference
//! page are made from this table, so that none of them can say something else than the others.

use axum::extract::{Request, State};
use axum::routing::{MethodRouter, get, post};
use perpetua_http::SiteState;
use perpetua_license::exchange::request::RequestKind;

/// What is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One signed request document.
    Request,
    /// A `.request` file.
    File,
}

/// What an answer consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Nothing.
    Nothing,
    /// One answer.
    Answer,
    /// One answer per request.
    Answers,
    /// A `.response` file.
    File,
    /// A signed document with an `ETag`.
    Document,
    /// The keys of the installation.
    Installation,
    /// The description of the protocol.
    Description,
}

/// One address.
pub struct Endpoint {
    /// Its name in the document.
    pub id: &'static str,
    /// In capitals.
    pub method: &'static str,
    /// The path.
    pub path: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// What is posted.
    pub takes: Takes,
    /// Statuses, with what each is answered with.
    pub answers: &'static [(u16, Gives)],
    /// Whether it takes `since`, the number of a list.
    pub since: bool,
    /// Serves it.
    pub handler: fn() -> MethodRouter<SiteState>,
}

/// What a request may be answered, beside 200.
const ANSWERED: &[(u16, Gives)] = &[
    (200, Gives::Answer),
    (400, Gives::Answer),
    (409, Gives::Answer),
    (413, Gives::Answer),
    (429, Gives::Answer),
    (503, Gives::Answer),
];

const fn one(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    handler: fn() -> MethodRouter<SiteState>,
) -> Endpoint {
    Endpoint { id, method: "POST", path, summary, takes: Takes::Request, answers: ANSWERED, since: false, handler }
}

const fn read(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answers: &'static [(u16, Gives)],
    handler: fn() -> MethodRouter<SiteState>,
) -> Endpoint {
    Endpoint { id, method: "GET", path, summary, takes: Takes::Nothing, answers, since: false, handler }
}

/// Serves requests of one kind.
macro_rules! of_kind {
    ($kind:ident) => {
        || post(|State(site): State<SiteState>, request: Request| super::one(site, RequestKind::$kind, request))
    };
}

/// All of them.
pub static ALL: &[Endpoint] = &[
    read(
        "M-01",
        "/activation/v1/installation",
        "The keys that a publisher builds into its software",
        &[(200, Gives::Installation), (503, Gives::Answer)],
        || get(super::installation),
    ),
    one(
        "M-02",
        "/activation/v1/activate",
        "Activate a machine; again for the same machine counts once",
        of_kind!(Activate),
    ),
    one("M-03", "/activation/v1/refresh", "Get a newer certificate for an activated machine", of_kind!(Refresh)),
    one("M-04", "/activation/v1/return", "Give an activation back", of_kind!(Return)),
    one("M-05", "/activation/v1/status", "Ask how an activation stands, which changes nothing", of_kind!(Status)),
    Endpoint {
        id: "M-06",
        method: "POST",
        path: "/activation/v1/batch",
        summary: "Answer a file of 1 to 1,000 requests, each for itself, as a proxy sends it",
        takes: Takes::File,
        answers: &[
            (200, Gives::Answers),
            (400, Gives::Answer),
            (413, Gives::Answer),
            (429, Gives::Answer),
            (503, Gives::Answer),
        ],
        since: false,
        handler: || post(super::batch),
    },
    Endpoint {
        id: "M-07",
        method: "POST",
        path: "/activation/v1/exchange",
        summary: "Answer a file of requests by the file to carry back",
        takes: Takes::File,
        answers: &[
            (200, Gives::File),
            (400, Gives::Answer),
            (409, Gives::Answer),
            (413, Gives::Answer),
            (429, Gives::Answer),
            (503, Gives::Answer),
        ],
        since: false,
        handler: || post(super::exchange),
    },
    read(
        "M-08",
        "/activation/v1/chain",
        "The chain of signing keys",
        &[(200, Gives::Document), (304, Gives::Nothing), (503, Gives::Answer)],
        || get(super::chain),
    ),
    Endpoint {
        id: "M-09",
        method: "GET",
        path: "/activation/v1/revocations",
        summary: "The revocation list, or what was added since an earlier one",
        takes: Takes::Nothing,
        answers: &[(200, Gives::Document), (304, Gives::Nothing), (429, Gives::Answer), (503, Gives::Answer)],
        since: true,
        handler: || get(super::revocations),
    },
    read("M-10", "/activation/v1/openapi.json", "This document", &[(200, Gives::Description)], || {
        get(super::document::answer)
    }),
];
