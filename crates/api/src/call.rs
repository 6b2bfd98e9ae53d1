//! One call of the interface as a handler sees it, and what a handler answers.

use std::sync::{Mutex, PoisonError};

use axum::body::Body as HttpBody;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::id::TenantId;
use perpetua_http::SiteState;
use perpetua_i18n::Lang;
use serde::Serialize;
use uuid::Uuid;

use crate::wire::codes;
use crate::wire::fault::{Family, Fault};
use crate::wire::input::{BODY_MAX, Body};
use crate::wire::link::{Address, precondition};
use crate::wire::query::Query;
use crate::wire::route::{Params, segments};

/// Programs that read some answers in their own way (contract 00 §3, `MS-PartnerCenter-Client`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The Java SDK.
    Java,
    /// The library under the PowerShell module.
    OpenNet,
    /// Anybody else.
    Other,
}

impl Client {
    /// Whether unknown words of enumerations make the client fail.
    pub const fn is_strict(self) -> bool {
        matches!(self, Self::Java | Self::OpenNet)
    }
}

/// A call that was recognised: who calls, what, and with which content.
pub struct Call {
    /// The installation.
    pub site: SiteState,
    /// Who calls.
    pub caller: Caller,
    /// Which program it is.
    pub client: Client,
    /// Captured parts of the path.
    pub params: Params,
    /// The query.
    pub query: Query,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came; empty where it is a file.
    pub body: Bytes,
    /// The body of an operation that takes a file, until the handler reads it.
    pub upload: Mutex<HttpBody>,
    /// The path as it came.
    pub path: String,
    /// Names the request (`MS-RequestId`).
    pub request_id: Uuid,
    /// The customer of the path, already checked against the caller's relations.
    pub customer: Option<TenantId>,
}

impl Call {
    /// The installation's use cases.
    pub fn app(&self) -> &App {
        &self.site.app
    }

    /// The language of texts.
    pub fn lang(&self) -> Lang {
        self.caller.origin.lang
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// 400/3000.
    pub fn json(&self) -> Result<Body, Fault> {
        Body::parse(&self.body, BODY_MAX)
    }

    /// The file that came, to be read once.
    pub fn take_upload(&self) -> HttpBody {
        std::mem::take(&mut *self.upload.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The customer in the path. The dispatcher has checked it for operations on a customer.
    ///
    /// # Errors
    ///
    /// 404/60003 when the operation has none.
    pub fn customer(&self) -> Result<TenantId, Fault> {
        self.customer.ok_or_else(|| Fault::of(codes::CUSTOMER_NOT_FOUND))
    }

    /// An id in the path; what is none is the family's "not found".
    ///
    /// # Errors
    ///
    /// 404 with the family's code.
    pub fn id<T: From<Uuid>>(&self, name: &str, family: Family) -> Result<T, Fault> {
        Uuid::try_parse(self.params.get(name)).map(T::from).map_err(|_| Fault::of(family.not_found()))
    }

    /// The address of the call itself without `/v1`, for `links.self`.
    pub fn address(&self) -> Address {
        let mut parts = segments(&self.path).unwrap_or_default();
        if parts.first().is_some_and(|first| first.eq_ignore_ascii_case("v1")) {
            parts.remove(0);
        }
        Address::of(parts)
    }

    /// A header as text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The continuation token: a header, or with Java a query parameter.
    ///
    /// # Errors
    ///
    /// 400/3000 for characters that no token has.
    pub fn continuation(&self) -> Result<Option<String>, Fault> {
        let header = self.header("MS-ContinuationToken");
        if !header.is_empty() {
            return Ok(Some(header.to_owned()));
        }
        Ok(self.query.text("MS-ContinuationToken")?.map(str::to_owned))
    }

    /// Refuses a change of something that is no longer as the client saw it.
    ///
    /// # Errors
    ///
    /// 400/2055.
    pub fn if_match(&self, in_body: Option<&str>, current: &str) -> Result<(), Fault> {
        let given = self.header("If-Match");
        precondition(Some(given).filter(|given| !given.is_empty()), in_body, current)
    }

    /// A request key for use cases that remember it for ever (I2).
    pub fn request_key(&self, purpose: &str) -> [u8; 32] {
        perpetua_app::orders::request_key(&self.caller, purpose, &self.request_id.to_string())
    }
}

/// What a handler answers.
#[derive(Debug)]
pub enum Answer {
    /// JSON, as it goes out; remembered for repeated writes.
    Json(StatusCode, String),
    /// JSON that holds a secret: it goes out once, a repeated write gets the other one (I7).
    Secret {
        /// The status.
        status: StatusCode,
        /// With the secret.
        full: String,
        /// Without it.
        without: String,
    },
    /// Nothing but the status.
    Empty(StatusCode),
    /// A document.
    File {
        /// Its type.
        content_type: &'static str,
        /// What it is saved as.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A stored file or a part of it.
    Served(Box<Response>),
}

impl Answer {
    /// 200 with a resource.
    ///
    /// # Errors
    ///
    /// 500/800003 for a resource that has no JSON form, which none of ours lacks.
    pub fn ok(value: impl Serialize) -> Result<Self, Fault> {
        Self::json(StatusCode::OK, value)
    }

    /// 201 with a resource.
    ///
    /// # Errors
    ///
    /// As [`Answer::ok`].
    pub fn created(value: impl Serialize) -> Result<Self, Fault> {
        Self::json(StatusCode::CREATED, value)
    }

    /// Any status with a resource.
    ///
    /// # Errors
    ///
    /// As [`Answer::ok`].
    pub fn json(status: StatusCode, value: impl Serialize) -> Result<Self, Fault> {
        Ok(Self::Json(status, text_of(&value)?))
    }

    /// 204.
    pub const fn no_content() -> Self {
        Self::Empty(StatusCode::NO_CONTENT)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Json(status, _) | Self::Secret { status, .. } | Self::Empty(status) => *status,
            Self::File { .. } => StatusCode::OK,
            Self::Served(response) => response.status(),
        }
    }

    /// What a repeated write gets; `None` where nothing is remembered.
    pub fn remembered(&self) -> Option<String> {
        match self {
            Self::Json(_, value) | Self::Secret { without: value, .. } => Some(value.clone()),
            Self::Empty(_) => Some(String::new()),
            Self::File { .. } | Self::Served(_) => None,
        }
    }

    /// The answer on the wire.
    pub fn into_response(self) -> Response {
        match self {
            Self::Json(status, value) | Self::Secret { status, full: value, .. } => json_response(status, value),
            Self::Empty(status) => {
                let mut response = Response::new(HttpBody::empty());
                *response.status_mut() = status;
                response
            }
            Self::Served(response) => *response,
            Self::File { content_type, name, bytes } => {
                let mut response = Response::new(HttpBody::from(bytes));
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
                if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename={name}")) {
                    headers.insert(header::CONTENT_DISPOSITION, value);
                }
                response
            }
        }
    }
}

/// A resource as it goes out.
///
/// # Errors
///
/// As [`Answer::ok`].
pub fn text_of(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|_| Fault::unexpected())
}

/// JSON with the type that every client expects.
pub fn json_response(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(HttpBody::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Turns problems of a use case into faults of a family.
pub trait About<T> {
    /// The value, or the fault that the problem becomes on a call about `family`.
    ///
    /// # Errors
    ///
    /// The fault.
    fn about(self, family: Family) -> Result<T, Fault>;
}

impl<T> About<T> for Result<T, Problem> {
    fn about(self, family: Family) -> Result<T, Fault> {
        self.map_err(|problem| {
            if problem.kind == perpetua_app::Kind::Internal {
                tracing::error!(code = problem.code, source = problem.private_source(), "a call failed");
            }
            Fault::from_problem(&problem, family)
        })
    }
}
