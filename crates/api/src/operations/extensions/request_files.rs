//! Files of service requests: listed, added as the plain body of a call, and fetched by ranges.

use std::io;

use axum::http::header;
use futures::StreamExt as _;
use perpetua_app::request_files::{self, FileFacts, SentFiles};
use perpetua_app::support::{self, ChangeRequest};
use perpetua_domain::access::Permission as P;
use perpetua_domain::id::RequestFileId;
use perpetua_http::served::{self, ServedFile};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::service_requests::number;
use crate::call::{About as _, Answer, Call};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::link::Attributes;
use crate::wire::page::Collection;

pub(super) fn rows() -> Vec<Operation> {
    let files = "/ext/v1/servicerequests/{id}/files";
    vec![
        Operation::get("X-50", files, handler!(list))
            .says("Files of a request, oldest first")
            .own(P::RequestView)
            .answers::<Collection<RequestFile>>(200),
        Operation::upload("X-51", files, handler!(add))
            .says("Add a file of up to 25 MiB to a request, as the plain body of the call")
            .own(P::RequestEdit)
            .demands("name", "What the file is called, with its ending")
            .asks("confirmKey", "true: the file may hold a product key")
            .answers::<RequestFile>(201),
        Operation::get("X-52", "/ext/v1/servicerequests/{id}/files/{file}", handler!(fetch))
            .says("The content of a file, whole or by ranges")
            .own(P::RequestView)
            .sends("application/octet-stream"),
    ]
}

/// A file of a request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestFile {
    id: String,
    name: String,
    /// By its content.
    media_type: String,
    /// Bytes.
    size: i64,
    /// Hexadecimal digits.
    sha256: String,
    /// `waiting` until it was scanned, `clean`, `infected`, or `unscanned` where nothing scans.
    state: &'static str,
    /// Whether what looks like a product key stands in it.
    holds_key: bool,
    created_by_name: String,
    created_date: String,
    attributes: Attributes,
}

fn of(row: &FileFacts) -> RequestFile {
    RequestFile {
        id: row.id.0.to_string(),
        name: row.name.clone(),
        media_type: row.media_type.clone(),
        size: row.size,
        sha256: data_encoding::HEXLOWER.encode(&row.sha256),
        state: row.state.0.as_text(),
        holds_key: row.holds_key,
        created_by_name: row.person_name.clone(),
        created_date: date::write(row.created_at.timestamp()),
        attributes: Attributes::of("RequestFile"),
    }
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let request = support::get(call.app(), &call.caller, None, &number(&call)?).await.about(Family::Other)?;
    let found = request_files::list(call.app(), &call.caller, request.id).await.about(Family::Other)?;
    Answer::ok(Collection::<RequestFile>::whole(found.iter().map(of).collect(), &call.address()))
}

async fn add(call: Call) -> Result<Answer, Fault> {
    let name = call.query.text("name")?.unwrap_or_default().to_owned();
    if name.trim().is_empty() {
        return Err(Fault::invalid_property("name", Reason::Missing));
    }
    let is_confirmed = call.query.bool("confirmKey")?.unwrap_or(false);
    let (app, caller) = (call.app(), &call.caller);
    let request = support::get(app, caller, None, &number(&call)?).await.about(Family::Other)?;
    let content = call.take_upload().into_data_stream().map(|part| part.map_err(io::Error::other));
    let key = call.request_key("file of a request");
    let file = request_files::take(app, caller, (key, Some(request.id)), &name, content).await.about(Family::Other)?;
    let confirmed = if is_confirmed { vec![file.id.0] } else { Vec::new() };
    let change =
        ChangeRequest { number: request.number, files: Some(SentFiles { key, confirmed }), ..ChangeRequest::default() };
    if let Err(problem) = support::change(app, caller, change).await {
        request_files::leave_out(app, caller, key, vec![file.id.0]).await.about(Family::Other)?;
        return Err(problem).about(Family::Other);
    }
    Answer::created(of(&file))
}

async fn fetch(call: Call) -> Result<Answer, Fault> {
    let request = support::get(call.app(), &call.caller, None, &number(&call)?).await.about(Family::Other)?;
    let file: RequestFileId = call.id("file", Family::Other)?;
    let asked = |name: header::HeaderName| served::header_text(&call.headers, name);
    let asked = (asked(header::RANGE), asked(header::IF_RANGE));
    let served = request_files::open(call.app(), &call.caller, (request.id, file), asked, true).await;
    let served = served.about(Family::Other)?;
    let (etag, size) = (served.etag(), served.size());
    let response =
        served::answer(ServedFile { name: &served.file.name, size, etag, range: served.range, body: served.body });
    Ok(Answer::Served(Box::new(response)))
}
