//! Posted forms that carry a file: fields first, the file last, never whole in memory.
//!
//! A task of its own reads the request and hands parts over one by one, so that a handler that
//! refuses the fields never takes the file.

use std::io;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest as _, Request};
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt as _};
use perpetua_app::Problem;
use perpetua_http::form::refuse_foreign;
use perpetua_http::{Failed, FormData, SiteState, Visitor};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{mpsc, oneshot};

/// Bytes that one field besides the file may have.
const FIELD_MAX: usize = 16 * 1024;
/// Fields besides the file.
const FIELDS_MAX: usize = 40;
/// Files of one form that are read whole.
const UPLOADS_MAX: usize = 2_000;
/// Parts of the file that wait between the request and the handler.
const WAITING_PARTS: usize = 4;

/// The file of a form, still to be read.
pub struct SentFile {
    /// The name under which it was sent, without folders that some browsers add.
    pub name: String,
    parts: mpsc::Receiver<io::Result<Bytes>>,
}

type Head = Result<(FormData, Option<String>), Problem>;

/// Reads the fields of a form up to its file.
///
/// # Errors
///
/// `foreign_form`, `form_expired`, `form_too_large`, `not_utf8` and `upload_broken`.
pub async fn open(
    visitor: &Visitor,
    site: &SiteState,
    request: Request,
) -> Result<(FormData, Option<SentFile>), Failed> {
    refuse_foreign(request.headers())?;
    let form = Multipart::from_request(request, site).await.map_err(|_| Problem::invalid("upload_broken"))?;
    let (head, fields) = oneshot::channel();
    let (sender, parts) = mpsc::channel(WAITING_PARTS);
    tokio::spawn(read(form, head, sender));
    let (fields, name) = fields.await.map_err(|_| Problem::invalid("upload_broken"))??;
    visitor.check_csrf(fields.get("csrf"))?;
    Ok((fields, name.map(|name| SentFile { name, parts })))
}

async fn read(mut form: Multipart, head: oneshot::Sender<Head>, parts: mpsc::Sender<io::Result<Bytes>>) {
    let mut fields = FormData::default();
    for _ in 0..=FIELDS_MAX {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            // A handler that went away has nothing to hear.
            Ok(None) => return drop(head.send(Ok((fields, None)))),
            Err(_) => return drop(head.send(Err(Problem::invalid("upload_broken")))),
        };
        if let Some(name) = field.file_name() {
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            if head.send(Ok((fields, Some(name)))).is_ok() {
                pass_on(field, &parts).await;
            }
            return;
        }
        let name = field.name().unwrap_or_default().to_owned();
        match text(field).await {
            Ok(value) => fields.push(name, value),
            Err(problem) => return drop(head.send(Err(problem))),
        }
    }
    drop(head.send(Err(Problem::invalid("form_too_large"))));
}

async fn pass_on(mut field: Field<'_>, parts: &mpsc::Sender<io::Result<Bytes>>) {
    while let Some(part) = field.next().await {
        let is_last = part.is_err();
        if parts.send(part.map_err(io::Error::other)).await.is_err() || is_last {
            return;
        }
    }
}

/// A field as text.
///
/// # Errors
///
/// `upload_broken`, `form_too_large`, `not_utf8`.
pub async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = field.next().await {
        bytes.extend_from_slice(&part.map_err(|_| Problem::invalid("upload_broken"))?);
        if bytes.len() > FIELD_MAX {
            return Err(Problem::invalid("form_too_large"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::invalid("not_utf8"))
}

impl SentFile {
    /// The content, part by part.
    pub fn into_stream(self) -> BoxStream<'static, io::Result<Bytes>> {
        stream::unfold(self.parts, |mut parts| async move { Some((parts.recv().await?, parts)) }).boxed()
    }

    /// Receives the content into an unnamed temporary file; answers with it and its size.
    ///
    /// # Errors
    ///
    /// `upload_broken`, and for the field `file`: `file_too_large`, or `missing` when nothing was sent.
    pub async fn receive(mut self, bytes_max: u64) -> Result<(std::fs::File, u64), Problem> {
        let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Problem::internal)?;
        let mut file = tokio::fs::File::from_std(file.map_err(Problem::internal)?);
        let mut size = 0_u64;
        while let Some(part) = self.parts.recv().await {
            let part = part.map_err(|_| Problem::invalid("upload_broken"))?;
            size += part.len() as u64;
            if size > bytes_max {
                return Err(Problem::field("file", "file_too_large"));
            }
            file.write_all(&part).await.map_err(Problem::internal)?;
        }
        if size == 0 {
            return Err(Problem::field("file", "missing"));
        }
        file.flush().await.map_err(Problem::internal)?;
        let mut file = file.into_std().await;
        io::Seek::rewind(&mut file).map_err(Problem::internal)?;
        Ok((file, size))
    }
}

/// How much a form may hold in memory, and which of its fields is a paste that may be as large as a file.
#[derive(Clone, Copy)]
pub struct Limit {
    /// The name of the field.
    pub paste: &'static str,
    /// Bytes of all files and the paste together.
    pub bytes_max: usize,
}

/// The fields, and the files with their names; the paste is one without a name. Too much is told beside the fields, so
/// that the form can be shown again.
pub type SentAll = (FormData, Result<Vec<(String, Vec<u8>)>, Problem>);

/// Reads a form whose files are needed whole, fields in any order. The token comes before anything large.
///
/// # Errors
///
/// `foreign_form`, `form_expired`, `form_too_large`, `not_utf8` and `upload_broken`.
pub async fn open_all(visitor: &Visitor, site: &SiteState, request: Request, limit: Limit) -> Result<SentAll, Failed> {
    refuse_foreign(request.headers())?;
    let mut form = Multipart::from_request(request, site).await.map_err(|_| Problem::invalid("upload_broken"))?;
    let (mut fields, mut files) = (FormData::default(), Vec::new());
    let (mut left, mut is_checked, mut is_too_large) = (limit.bytes_max, false, false);
    let mut parts = 0;
    while let Some(field) = form.next_field().await.map_err(|_| Problem::invalid("upload_broken"))? {
        parts += 1;
        if parts > FIELDS_MAX + UPLOADS_MAX {
            return Err(Problem::invalid("form_too_large").into());
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned());
        if file.is_none() && name != limit.paste {
            fields.push(name, text(field).await?);
            continue;
        }
        if !is_checked {
            visitor.check_csrf(fields.get("csrf"))?;
            is_checked = true;
        }
        match whole(field, &mut left).await? {
            None => is_too_large = true,
            Some(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => {}
            Some(bytes) => files.push((file.unwrap_or_default(), bytes)),
        }
    }
    if !is_checked {
        visitor.check_csrf(fields.get("csrf"))?;
    }
    let files = if is_too_large { Err(Problem::field("files", "file_too_large")) } else { Ok(files) };
    Ok((fields, files))
}

/// A part in memory; `None` when it has more than what is left, and then only counted.
async fn whole(mut field: Field<'_>, left: &mut usize) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Some(Vec::new());
    while let Some(part) = field.next().await {
        let part = part.map_err(|_| Problem::invalid("upload_broken"))?;
        match (left.checked_sub(part.len()), &mut bytes) {
            (Some(rest), Some(bytes)) => {
                *left = rest;
                bytes.extend_from_slice(&part);
            }
            _ => bytes = None,
        }
    }
    Ok(bytes)
}
