//! Handing files of requests out to those who may read the request: whole or by ranges, as a stream.

use std::io;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::{GetOptions, GetRange, ObjectStore as _};
use perpetua_domain::access::Permission;
use perpetua_domain::file::FileState;
use perpetua_domain::id::{RequestFileId, RequestId};
use perpetua_domain::link::{RangeAnswer, parse_range};
use perpetua_store::request_files::{self as rows, FileRow};
use perpetua_store::{Conn, requests};

use super::path_of;
use crate::caller::Caller;
use crate::context::App;
use crate::media::unavailable;
use crate::problem::Problem;
use crate::support;

/// A file on its way out.
pub struct Served {
    /// What is known of it.
    pub file: FileRow,
    /// Whole, a part, or nothing because the range lies beyond the end.
    pub range: RangeAnswer,
    /// The bytes; `None` for HEAD and for a range beyond the end.
    pub body: Option<BoxStream<'static, io::Result<Bytes>>>,
}

impl Served {
    /// Names the content for ever, in the form of an entity tag.
    pub fn etag(&self) -> String {
        format!("\"{}\"", data_encoding::HEXLOWER.encode(&self.file.sha256))
    }

    /// Bytes of the whole file.
    pub fn size(&self) -> u64 {
        self.file.size.unsigned_abs()
    }
}

/// The files of a request, oldest first.
///
/// # Errors
///
/// `not_found` outside the caller's scope, `missing_role`.
pub async fn list(app: &App, caller: &Caller, request: RequestId) -> Result<Vec<FileRow>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            readable(conn, &caller, request)?;
            Ok(rows::of_request(conn, request)?)
        })
        .await
}

fn readable(conn: &mut Conn, caller: &Caller, request: RequestId) -> Result<(), Problem> {
    let number = requests::find(conn, request)?.ok_or_else(Problem::not_found)?.number;
    support::find(conn, caller, Permission::RequestView, None, &number).map(drop)
}

/// Opens a file of a request. `range` is the header's text, with `condition` that of `If-Range`; without `with_body`
/// (HEAD) nothing is read.
///
/// # Errors
///
/// `not_found` outside the caller's scope and for a file of another request, `missing_role`; `file_waits` until it was
/// scanned, `file_infected`; `media_unavailable`.
pub async fn open(
    app: &App,
    caller: &Caller,
    (request, file): (RequestId, RequestFileId),
    (range, condition): (Option<&str>, Option<&str>),
    with_body: bool,
) -> Result<Served, Problem> {
    let caller = caller.clone();
    let found = app.store.read(move |conn| {
        readable(conn, &caller, request)?;
        rows::find(conn, file)?
            .filter(|row| row.request_id.is_some_and(|of| of.0 == request))
            .ok_or_else(Problem::not_found)
    });
    let file = found.await?;
    match file.state.0 {
        FileState::Waiting => return Err(Problem::conflict("file_waits")),
        FileState::Infected => return Err(Problem::conflict("file_infected")),
        FileState::Clean | FileState::Unscanned => {}
    }
    let mut served = Served { file, range: RangeAnswer::Whole, body: None };
    // A range of another file than this would not fit what the client already has.
    let range = range.filter(|_| condition.is_none_or(|condition| condition == served.etag()));
    served.range = range.map_or(RangeAnswer::Whole, |range| parse_range(range, served.size()));
    let bounds = match served.range {
        RangeAnswer::Whole => None,
        RangeAnswer::Part { start, end } => Some(start..end + 1),
        RangeAnswer::Unsatisfiable => return Ok(served),
    };
    if with_body {
        let options = GetOptions { range: bounds.map(GetRange::Bounded), ..GetOptions::default() };
        let content =
            app.media.get_opts(&path_of(served.file.id.0), options).await.map_err(|error| unavailable(&error))?;
        served.body = Some(content.into_stream().map_err(io::Error::other).boxed());
    }
    Ok(served)
}
