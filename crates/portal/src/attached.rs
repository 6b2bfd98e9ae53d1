//! Forms to which people add files: fields and files in one post, each file streamed to storage as it comes.
//!
//! A file that is refused says so at the field and hurts nothing else: what was typed and the files that were good
//! stay with the form and its token.

use std::io;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest as _, Request};
use axum::http::header;
use bytes::Bytes;
use futures::stream::StreamExt as _;
use perpetua_app::request_files::{self, FileFacts, SentFiles};
use perpetua_app::{Caller, Kind, Problem};
use perpetua_domain::file::FILES_MAX;
use perpetua_domain::id::{RequestFileId, RequestId};
use perpetua_http::form::refuse_foreign;
use perpetua_http::{Failed, FormData, LooseForm, SiteState, Visitor};
use perpetua_i18n::{Lang, format, text};

use crate::shell::{field_sentence, sentence};
use crate::upload;
use crate::views::form::{Form, KeptFile};

/// Bytes of one post: all files of 25 MiB and their fields, with room for a file too many.
pub const POST_MAX: usize = ((FILES_MAX + 1) * 25 + 1) * 1024 * 1024;
/// Fields besides the files.
const FIELDS_MAX: usize = 80;
/// The field's name.
const FILES: &str = "files";

/// A form as it came.
pub struct Sent {
    /// Its fields.
    pub typed: FormData,
    /// What is wrong with its files, a sentence each.
    pub wrong: Vec<String>,
}

/// What the files of a form are for.
#[derive(Debug, Clone, Copy)]
pub struct For {
    /// Tells forms of one person apart whose tokens are the same.
    pub purpose: &'static str,
    /// The request to which they are added; `None` for a new one.
    pub request: Option<RequestId>,
}

impl For {
    /// What names the form for ever.
    pub fn key(&self, caller: &Caller, typed: &FormData) -> [u8; 32] {
        perpetua_app::orders::request_key(caller, self.purpose, typed.get("form_token"))
    }

    /// The files of the form, for the use case.
    pub fn sent(&self, caller: &Caller, typed: &FormData) -> SentFiles {
        let confirmed = typed.with_prefix("confirm-").filter_map(|(id, _)| id.parse().ok()).collect();
        SentFiles { key: self.key(caller, typed), confirmed }
    }

    /// Shows what is wrong with files in the form that comes back, and the files that stay with it.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn show(&self, visitor: &Visitor, caller: &Caller, form: &mut Form, sent: &Sent) -> Result<(), Problem> {
        let lang = visitor.origin.lang;
        form.token = sent.typed.get("form_token").to_owned();
        if !sent.wrong.is_empty() {
            form.fail(FILES, sent.wrong.join(" "));
        }
        let key = self.key(caller, &sent.typed);
        let kept = request_files::unsent(&visitor.site.app, caller, key).await?;
        form.kept = kept.iter().map(|row| kept_file(lang, row, &sent.typed)).collect();
        Ok(())
    }
}

fn kept_file(lang: Lang, row: &FileFacts, typed: &FormData) -> KeptFile {
    let id = row.id.0.to_string();
    KeptFile {
        name: row.name.clone(),
        detail: detail(lang, row),
        confirm: row.holds_key.then(|| typed.is_on(&format!("confirm-{id}"))),
        id,
    }
}

/// Type and size of a file in words.
pub fn detail(lang: Lang, row: &FileFacts) -> String {
    format!("{} · {}", type_name(lang, &row.media_type), format::size(lang, row.size.unsigned_abs()))
}

fn type_name(lang: Lang, media_type: &str) -> String {
    match media_type {
        "text/plain" => text(lang, "file-type-text").into_owned(),
        "application/x-ole-storage" => text(lang, "file-type-document").into_owned(),
        "application/octet-stream" => text(lang, "file-type-other").into_owned(),
        "application/x-7z-compressed" => "7Z".to_owned(),
        other => other.rsplit('/').next().unwrap_or_default().to_uppercase(),
    }
}

/// Reads a form, with or without files. Files are taken for whoever is signed in with the form's token; for anybody
/// else they are passed over, as the form comes back anyway.
///
/// # Errors
///
/// `foreign_form`, `form_too_large`, `not_utf8`, `upload_broken`, and what makes the whole form pointless, such as
/// `not_found`.
pub async fn read(visitor: &Visitor, site: &SiteState, request: Request, of: For) -> Result<Sent, Failed> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let LooseForm(typed) = LooseForm::from_request(request, site).await?;
        let sent = Sent { typed, wrong: Vec::new() };
        leave_out(visitor, of, &sent.typed).await?;
        return Ok(sent);
    }
    refuse_foreign(request.headers())?;
    let mut form = Multipart::from_request(request, site).await.map_err(|_| Problem::invalid("upload_broken"))?;
    let mut sent = Sent { typed: FormData::default(), wrong: Vec::new() };
    for _ in 0..=FIELDS_MAX {
        let Some(field) = form.next_field().await.map_err(|_| Problem::invalid("upload_broken"))? else {
            leave_out(visitor, of, &sent.typed).await?;
            return Ok(sent);
        };
        match field.file_name().map(str::to_owned) {
            // What browsers send for a field without a file.
            Some(name) if name.is_empty() => {}
            Some(name) => take(visitor, of, &name, field, &mut sent).await?,
            None => {
                let name = field.name().unwrap_or_default().to_owned();
                let value = upload::text(field).await?;
                if value.contains('\0') {
                    return Err(Problem::invalid("not_utf8").into());
                }
                sent.typed.push(name, value);
            }
        }
    }
    Err(Problem::invalid("form_too_large").into())
}

async fn take(visitor: &Visitor, of: For, name: &str, field: Field<'_>, sent: &mut Sent) -> Result<(), Problem> {
    let lang = visitor.origin.lang;
    let is_ours = visitor.check_csrf(sent.typed.get("csrf")).is_ok() && !sent.typed.get("form_token").is_empty();
    let Some(caller) = visitor.caller().filter(|_| is_ours) else { return Ok(()) };
    let content = field.map(|part: Result<Bytes, _>| part.map_err(io::Error::other));
    let key = of.key(&caller, &sent.typed);
    match request_files::take(&visitor.site.app, &caller, (key, of.request), name, content).await {
        Ok(_) => Ok(()),
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict | Kind::Busy) => {
            let why = match problem.fields.first() {
                Some(field) => field_sentence(lang, field),
                None => sentence(lang, &problem),
            };
            sent.wrong.push(format!("{}: {why}", perpetua_domain::file::clean_name(name)));
            Ok(())
        }
        Err(problem) => Err(problem),
    }
}

/// Removes the files that the person ticked to be left out.
async fn leave_out(visitor: &Visitor, of: For, typed: &FormData) -> Result<(), Problem> {
    let out: Vec<RequestFileId> = typed.with_prefix("drop-").filter_map(|(id, _)| id.parse().ok()).collect();
    match visitor.caller() {
        Some(caller) if !out.is_empty() && visitor.check_csrf(typed.get("csrf")).is_ok() => {
            request_files::leave_out(&visitor.site.app, &caller, of.key(&caller, typed), out).await
        }
        _ => Ok(()),
    }
}
