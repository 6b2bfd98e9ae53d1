//! Posted forms: limited in size, checked for the browser's token, read by name.

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use perpetua_app::Problem;

use crate::problem::Failed;
use crate::site::SiteState;
use crate::visitor::Visitor;

/// Bytes that a posted form may have.
const FORM_MAX: usize = 256 * 1024;

/// The fields of a form, in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct FormData(Vec<(String, String)>);

impl FormData {
    /// Reads `application/x-www-form-urlencoded` text; broken escapes stay as they are.
    pub fn parse(body: &str) -> Self {
        let pairs = body.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self(pairs.collect())
    }

    /// Adds a field, as a multipart reader does.
    pub fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// The first value of a field without surrounding spaces; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The first value of a field exactly as sent, as passwords need.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Whether a box was ticked.
    pub fn is_on(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// All fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fields whose names begin with `prefix`, with the rest of the name, such as `quantity-3`.
    pub fn with_prefix<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value.trim())))
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// A posted form whose token was checked.
pub struct PostForm(pub FormData);

impl FromRequest<SiteState> for PostForm {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &SiteState) -> Result<Self, Failed> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let form = read(&parts.headers, body).await?;
        visitor.check_csrf(form.get("csrf"))?;
        Ok(Self(form))
    }
}

/// A posted form whose token the handler still has to check: it can show a long form again with all that was typed,
/// instead of losing it to a session that ended.
pub struct LooseForm(pub FormData);

impl FromRequest<SiteState> for LooseForm {
    type Rejection = Failed;

    async fn from_request(request: Request, _: &SiteState) -> Result<Self, Failed> {
        let (parts, body) = request.into_parts();
        Ok(Self(read(&parts.headers, body).await?))
    }
}

async fn read(headers: &HeaderMap, body: axum::body::Body) -> Result<FormData, Problem> {
    refuse_foreign(headers)?;
    let bytes = axum::body::to_bytes(body, FORM_MAX).await.map_err(|error| unread(&error))?;
    let form = FormData::parse(std::str::from_utf8(&bytes).map_err(|_| Problem::invalid("not_utf8"))?);
    // No text of a person holds it, and PostgreSQL stores none that does.
    if form.iter().any(|(_, value)| value.contains('\0')) {
        return Err(Problem::invalid("not_utf8"));
    }
    Ok(form)
}

/// A body that is too long, or that broke off or stalled on its way.
fn unread(error: &axum::Error) -> Problem {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return Problem::invalid("form_too_large");
        }
        cause = error.source();
    }
    Problem::invalid("form_broken_off")
}

/// Refuses what a browser says comes from another site; the form's token is checked besides.
///
/// # Errors
///
/// `foreign_form`.
pub fn refuse_foreign(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("sec-fetch-site").and_then(|value| value.to_str().ok()) {
        Some("cross-site" | "same-site") => Err(Problem::invalid("foreign_form")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_by_name_with_escapes_undone() {
        let form = FormData::parse("name=Jan+Nov%C3%A1k&quantity-0=2&quantity-1=%203%20&empty=&broken=%zz");
        assert_eq!(form.get("name"), "Jan Novák");
        assert_eq!(form.get("missing"), "");
        assert_eq!(form.with_prefix("quantity-").collect::<Vec<_>>(), [("0", "2"), ("1", "3")]);
        assert_eq!(form.get("broken"), "%zz");
    }
}
