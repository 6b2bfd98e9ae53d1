//! Posted forms that carry a file: fields first, the file last, never whole in memory.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest as _, Request};
use futures::StreamExt as _;
use perpetua_app::Problem;
use perpetua_http::form::refuse_foreign;
use perpetua_http::{Failed, FormData, SiteState, Visitor};
use tokio::io::AsyncWriteExt as _;

/// Bytes that one field besides the file may have.
const FIELD_MAX: usize = 16 * 1024;
/// Fields besides the file.
const FIELDS_MAX: usize = 40;

/// A form with a file, read up to the file.
pub struct FileForm {
    parts: Multipart,
    fields: FormData,
}

impl FileForm {
    /// Begins to read the form; what a browser says comes from another site is refused.
    pub async fn open(site: &SiteState, request: Request) -> Result<Self, Failed> {
        refuse_foreign(request.headers())?;
        let parts = Multipart::from_request(request, site).await.map_err(|_| Problem::invalid("upload_broken"))?;
        Ok(Self { parts, fields: FormData::default() })
    }

    /// Reads the fields and gives them together with the file, which is still to be read. The form's
    /// token is checked before any file is taken.
    ///
    /// # Errors
    ///
    /// `form_expired`, `form_too_large`, `not_utf8` and `upload_broken`.
    pub async fn fields_and_file(&mut self, visitor: &Visitor) -> Result<(FormData, Option<Field<'_>>), Failed> {
        let Self { parts, fields } = self;
        for _ in 0..=FIELDS_MAX {
            let Some(field) = parts.next_field().await.map_err(|_| Problem::invalid("upload_broken"))? else {
                visitor.check_csrf(fields.get("csrf"))?;
                return Ok((std::mem::take(fields), None));
            };
            if field.file_name().is_some() {
                visitor.check_csrf(fields.get("csrf"))?;
                return Ok((std::mem::take(fields), Some(field)));
            }
            let name = field.name().unwrap_or_default().to_owned();
            let value = text(field).await?;
            fields.push(name, value);
        }
        Err(Problem::invalid("form_too_large").into())
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = field.next().await {
        bytes.extend_from_slice(&part.map_err(|_| Problem::invalid("upload_broken"))?);
        if bytes.len() > FIELD_MAX {
            return Err(Problem::invalid("form_too_large"));
        }
    }
    String::from_utf8(bytes).map_err(|_| Problem::invalid("not_utf8"))
}

/// The name under which a file was sent, without folders that some browsers add.
pub fn file_name(field: &Field<'_>) -> String {
    let name = field.file_name().unwrap_or_default();
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// Receives a file into an unnamed temporary one; answers with it and its size.
///
/// # Errors
///
/// `file_too_large`, `upload_broken`, and `missing` when nothing was sent.
pub async fn receive(mut field: Field<'_>, bytes_max: u64) -> Result<(std::fs::File, u64), Problem> {
    let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(Problem::internal)?;
    let mut file = tokio::fs::File::from_std(file.map_err(Problem::internal)?);
    let mut size = 0_u64;
    while let Some(part) = field.next().await {
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
    Ok((file.into_std().await, size))
}
