//! Files at requests (M33): taking them in, giving them to a request, and handing them out.
//!
//! A file is streamed into media storage while the form around it is still read, and belongs to nothing until the form
//! counts. So a form that is refused keeps the files that were good, and a copy of it brings none twice (I2). What a
//! file is, is told by its content; what looks like a product key is noted, and the person decides (I7).

mod scan;
mod serve;

use std::io;

use bytes::Bytes;
use futures::stream::Stream;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::file::{
    Content, FILES_MAX, FileRefusal, FileState, HEAD_BYTES, OF_REQUEST_MAX, SIZE_MAX, accept, clean_name,
};
use perpetua_domain::id::{RequestFileId, RequestId};
use perpetua_domain::request::RequestState;
use perpetua_store::request_files::{self as rows, FileRow};
use perpetua_store::requests::{self, RequestRow};
use perpetua_store::{Conn, Id, Word};

use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::key_text::{Finder, mask};
use crate::media::receive::{Terms, receive};
use crate::problem::{Param, Problem};
use crate::support;

pub use perpetua_store::request_files::FileRow as FileFacts;
pub use scan::{EVERY, FORGOTTEN_AFTER, Scanner, Verdict, forget_unsent, scan_due};
pub use serve::{Served, list, open};

/// Files of one person that may wait for their forms.
const UNSENT_MAX: i64 = 50;

/// Files that come with a form or call, and what the person confirmed about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFiles {
    /// Names the form for ever (I2).
    pub key: [u8; 32],
    /// Files that hold what looks like a product key and are to be sent all the same.
    pub confirmed: Vec<RequestFileId>,
}

/// Where content lies.
pub(crate) fn path_of(id: RequestFileId) -> Path {
    Path::from(format!("request-files/{id}"))
}

/// Takes a file in for a form of the caller: of a new request, or of `request`. The same file sent twice by one form
/// is one.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended`, `request_closed`; for the field `file`: `file_empty`,
/// `file_size`, `file_program`, `file_not_its_name`, `too_many_files`; `upload_broken`, `media_unavailable`. Nothing
/// is kept then.
pub async fn take<S>(
    app: &App,
    caller: &Caller,
    (key, request): ([u8; 32], Option<RequestId>),
    name: &str,
    content: S,
) -> Result<FileRow, Problem>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    let asker = caller.clone();
    app.store.read(move |conn| may_add(conn, &asker, &key, request)).await?;
    let stamp = app.stamp(caller);
    let id = RequestFileId::new(app.entropy.uuid(stamp.real_now));
    let path = path_of(id);
    let secrets = app.vault.check_secrets();
    let name = mask(&clean_name(name), &secrets);
    let (mut finder, mut head) = (Finder::new(&secrets), Vec::with_capacity(HEAD_BYTES));
    let look = |part: &[u8]| {
        let missing = HEAD_BYTES.saturating_sub(head.len());
        head.extend_from_slice(&part[..part.len().min(missing)]);
        finder.look(part);
        // A program is refused by its first bytes, not after all of them.
        if Content::of(&head) == Content::Program { Err(refused(FileRefusal::Program)) } else { Ok(()) }
    };
    let terms = Terms { size_max: SIZE_MAX, empty: "file_empty", too_large: "file_size" };
    let received = receive(app, &path, content, &terms, look).await.map_err(with_size)?;
    let row = FileRow {
        id: Id(id),
        request_id: None,
        form_key: key.to_vec(),
        tenant_id: Id(caller.tenant),
        person_id: Id(caller.person),
        person_name: caller.name.clone(),
        media_type: Content::of(&head).media_type().to_owned(),
        size: i64::try_from(received.size).unwrap_or(i64::MAX),
        sha256: received.sha256.to_vec(),
        holds_key: finder.found(),
        state: Word(if app.scanner.get().is_some() { FileState::Waiting } else { FileState::Unscanned }),
        attempts: 0,
        due_at: stamp.real_now.into(),
        created_at: stamp.now.into(),
        name,
    };
    let checked = accept(&row.name, Content::of(&head)).map_err(refused);
    let stored = match checked {
        Ok(()) => {
            app.store.write((stamp, row, request), |conn, (stamp, row, request)| keep(conn, stamp, row, *request)).await
        }
        Err(problem) => Err(problem),
    };
    // Content that is kept under no row would never be found again.
    if !matches!(&stored, Ok(kept) if kept.id.0 == id) {
        discard(app, id).await;
    }
    stored
}

fn refused(refusal: FileRefusal) -> Problem {
    Problem::field(
        "file",
        match refusal {
            FileRefusal::Program => "file_program",
            FileRefusal::NotItsName => "file_not_its_name",
        },
    )
}

/// Says how large a file may be.
fn with_size(mut problem: Problem) -> Problem {
    let mebibytes = i64::try_from(SIZE_MAX / (1024 * 1024)).unwrap_or(i64::MAX);
    for field in problem.fields.iter_mut().filter(|field| field.code == "file_size") {
        field.params = vec![("max", Param::Number(mebibytes))];
    }
    problem
}

/// Removes content; what cannot be removed now stays, and is found by nobody.
async fn discard(app: &App, id: RequestFileId) {
    match app.media.delete(&path_of(id)).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
        Err(error) => tracing::warn!(%error, %id, "a file that nobody wants stays in storage"),
    }
}

/// Asks whether the caller may add files, before any content is read.
fn may_add(conn: &mut Conn, caller: &Caller, key: &[u8], request: Option<RequestId>) -> Result<(), Problem> {
    match request {
        None if caller.kind == TenantKind::Partner => {
            authorize::require(conn, caller, Permission::RequestEdit, Owner::Own)?;
        }
        None => return Err(Problem::not_found()),
        Some(request) => {
            let number = requests::find(conn, request)?.ok_or_else(Problem::not_found)?.number;
            let (row, ..) = support::find(conn, caller, Permission::RequestEdit, None, &number)?;
            if caller.kind == TenantKind::Operator && crate::desk::is_ask(conn, &row)? {
                return Err(Problem::not_found());
            }
            if row.state.0 == RequestState::Closed {
                return Err(Problem::conflict("request_closed"));
            }
        }
    }
    let waiting = rows::of_form(conn, key, caller.person)?.len();
    if waiting >= FILES_MAX || rows::count_unsent(conn, caller.person)? >= UNSENT_MAX {
        return Err(too_many(FILES_MAX));
    }
    Ok(())
}

fn too_many(max: usize) -> Problem {
    let params = vec![("max", Param::Number(i64::try_from(max).unwrap_or(i64::MAX)))];
    Problem::invalid("invalid_input").with_field_params("file", "too_many_files", params)
}

fn keep(conn: &mut Conn, stamp: &Stamp, row: &FileRow, request: Option<RequestId>) -> Result<FileRow, Problem> {
    let known = rows::of_form(conn, &row.form_key, stamp.caller.person)?;
    if let Some(same) = known.into_iter().find(|known| known.sha256 == row.sha256 && known.name == row.name) {
        return Ok(same);
    }
    may_add(conn, &stamp.caller, &row.form_key, request)?;
    rows::insert(conn, row)?;
    Ok(row.clone())
}

/// Files that a form of the caller brought and that belong to no request yet.
///
/// # Errors
///
/// The store's.
pub async fn unsent(app: &App, caller: &Caller, key: [u8; 32]) -> Result<Vec<FileRow>, Problem> {
    let person = caller.person;
    let found = app.store.read(move |conn| rows::of_form(conn, &key, person)).await?;
    Ok(found.into_iter().filter(|row| row.request_id.is_none()).collect())
}

/// Leaves files of a form out; those of other forms and people stay.
///
/// # Errors
///
/// The store's.
pub async fn leave_out(app: &App, caller: &Caller, key: [u8; 32], files: Vec<RequestFileId>) -> Result<(), Problem> {
    for row in unsent(app, caller, key).await?.into_iter().filter(|row| files.contains(&row.id.0)) {
        let id = row.id.0;
        if app.store.write(id, |conn, id| Ok::<_, Problem>(rows::remove_unsent(conn, *id)?)).await? {
            discard(app, id).await;
        }
    }
    Ok(())
}

/// What is wrong with the files of a form, before it is stored.
///
/// # Errors
///
/// For the field `files`: `file_holds_key` while one was not confirmed, `too_many_files`.
pub(crate) fn check(conn: &mut Conn, stamp: &Stamp, sent: &SentFiles) -> Result<(), Problem> {
    let waiting = rows::of_form(conn, &sent.key, stamp.caller.person)?;
    let doubtful =
        waiting.iter().any(|row| row.request_id.is_none() && row.holds_key && !sent.confirmed.contains(&row.id.0));
    if doubtful { Err(Problem::field("files", "file_holds_key")) } else { Ok(()) }
}

/// What came of the files of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attached {
    /// So many files belong to the request now.
    Now(usize),
    /// A copy of the form gave them to it before.
    Before,
}

/// Gives the files of a form to a request in the transaction that changes it.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn attach(
    conn: &mut Conn,
    stamp: &Stamp,
    sent: &SentFiles,
    request: &RequestRow,
) -> Result<Attached, Problem> {
    check(conn, stamp, sent)?;
    let person = stamp.caller.person;
    let count = rows::attach(conn, &sent.key, person, request.id)?;
    if count == 0 {
        let before = rows::of_form(conn, &sent.key, person)?.iter().any(|row| row.request_id == Some(request.id));
        return Ok(if before { Attached::Before } else { Attached::Now(0) });
    }
    if rows::count_of_request(conn, request.id)? > OF_REQUEST_MAX {
        let params = vec![("max", Param::Number(OF_REQUEST_MAX))];
        return Err(Problem::invalid("invalid_input").with_field_params("files", "too_many_files", params));
    }
    Ok(Attached::Now(count))
}
