//! Pages without an account: what a download link opens, and the address that serves a session's file.
//!
//! Looking at a link uses nothing, by GET or HEAD. Tokens stay out of logs, which hold the route only, and out of
//! other sites by the referrer policy.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use perpetua_app::customers::AGREEMENT_TEMPLATE;
use perpetua_app::downloads::Started;
use perpetua_app::downloads::stream::{self, Transfer};
use perpetua_app::links::{self, Landing};
use perpetua_app::software::{self, MediumView};
use perpetua_app::{Kind, Problem};
use perpetua_http::served::{self, ServedFile, header_text};
use perpetua_http::visitor::limit;
use perpetua_http::{FormData, PostForm, SiteState, Visitor, status_of};
use perpetua_i18n::{Lang, format, text};
use serde::Deserialize;

use super::software::{check, signature};
use crate::shell::{Answer, fail_form, file, frame, page, page_with, sentence};
use crate::views::auth::Notice;
use crate::views::forms;
use crate::views::frame::Link;
use crate::views::parts::{Button, Fact, Look};
use crate::views::public::{LinkDead, LinkPage};

/// What looking at a link is counted as.
const LOOK: &str = "link_look";

/// Links and sessions.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/l/{token}", get(landing).post(start))
        .route("/d/{token}", get(serve))
        .route("/agreements/{template}", get(agreement))
        .route("/signing-keys/{key}", get(signing_key))
}

/// How the text of the agreement is asked for.
#[derive(Deserialize)]
struct AgreementAsked {
    /// The language, in place of the visitor's own.
    lang: Option<String>,
    /// Until when a file may be fetched, in seconds of real time; a page is shown without it.
    until: Option<i64>,
}

/// The text of the one customer agreement, as a page or as a file.
async fn agreement(visitor: Visitor, Path(template): Path<String>, Query(asked): Query<AgreementAsked>) -> Answer {
    if template != AGREEMENT_TEMPLATE {
        return Err(Problem::not_found().into());
    }
    let lang = asked.lang.as_deref().and_then(Lang::from_tag).unwrap_or(visitor.origin.lang);
    let body = text(lang, "agreement-text");
    let Some(until) = asked.until else {
        return page(&Notice { t: frame(&visitor, "agreement-title"), text: body.into_owned(), next: None });
    };
    if visitor.site.app.real_clock.now().as_second() > until {
        return Err(Problem::not_found().into());
    }
    let file = format!("{}\n\n{body}\n", text(lang, "agreement-title"));
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=agreement.txt"),
    ];
    Ok((headers, file).into_response())
}

/// A public key in PEM, for those who check signatures; it is named by its id, so it never changes.
async fn signing_key(visitor: Visitor, Path(key): Path<String>) -> Answer {
    let id = key.strip_suffix(".pem").ok_or_else(Problem::not_found)?;
    let pem = software::public_key(&visitor.site.app, id).await?;
    file(&key, "application/x-pem-file", pem)
}

async fn landing(visitor: Visitor, Path(token): Path<String>) -> Answer {
    // Looking is limited like guessing, since a page of an unknown link is counted in the database; whoever has a
    // link is not counted.
    limit(&visitor, LOOK)?;
    let found = links::landing(&visitor.site.app, &visitor.origin, &token).await;
    if !found.as_ref().is_err_and(|problem| problem.kind == Kind::NotFound) {
        visitor.site.limits.forgive(&visitor.origin.source(), LOOK);
    }
    match found {
        Ok(landing) => quiet(page_with(StatusCode::OK, &link_page(&visitor, &token, &landing))?),
        Err(problem) => dead_link(&visitor, problem),
    }
}

fn link_page(visitor: &Visitor, token: &str, landing: &Landing) -> LinkPage {
    let lang = visitor.origin.lang;
    let mut facts = landing.medium.as_ref().map_or_else(Vec::new, |medium| file_facts(lang, &landing.product, medium));
    facts.push(Fact::new("field-expires", format::date_time(lang, landing.expires_at, &landing.zone)));
    facts.push(Fact::new("field-uses-left", format::number(lang, landing.uses_left)));
    let path = format!("/l/{token}");
    LinkPage {
        t: frame(visitor, "link-made"),
        facts,
        start: Some(forms::start_download(&path, landing.is_protected)),
        download: None,
        command: landing
            .medium
            .is_some()
            .then(|| Button::post("action-make-command", path.clone()).field("command", "1").look(Look::Small)),
        curl: String::new(),
        check: landing.medium.as_ref().map(|medium| check(&visitor.site.app, medium)),
    }
}

/// What stands beside the file.
fn file_facts(lang: Lang, product: &str, medium: &MediumView) -> Vec<Fact> {
    vec![
        Fact::new("field-product", product),
        Fact::new("field-version", medium.version.clone()),
        Fact::new("field-file", medium.file_name.clone()),
        Fact::new("field-size", format::size(lang, medium.size)),
        Fact::code("field-sha256", medium.sha256.clone()),
        signature(medium),
    ]
}

/// The page of a download that was started: behind a password nothing was said about the file before.
fn started_page(visitor: &Visitor, started: &Started) -> LinkPage {
    let (lang, app) = (visitor.origin.lang, &visitor.site.app);
    LinkPage {
        t: frame(visitor, "link-made"),
        facts: file_facts(lang, &started.product, &started.medium),
        start: None,
        download: Some(Link::new(started.path(), text(lang, "action-download"))),
        command: None,
        curl: started.curl(app),
        check: Some(check(app, &started.medium)),
    }
}

async fn start(visitor: Visitor, Path(token): Path<String>, PostForm(form): PostForm) -> Answer {
    let password = Some(form.raw("password")).filter(|password| !password.is_empty());
    let has_password = password.is_some();
    let outcome = match limit(&visitor, "link_start") {
        Ok(()) => links::start(&visitor.site.app, &visitor.origin, &token, password).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(started) if has_password || form.is_on("command") => {
            let mut answer = page(&started_page(&visitor, &started))?;
            // The address of the session stands in it.
            answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
            quiet(answer)
        }
        Ok(started) => quiet(Redirect::to(&started.path()).into_response()),
        Err(problem) if !problem.fields.is_empty() => again(&visitor, &token, &form, &problem).await,
        Err(problem) => dead_link(&visitor, problem),
    }
}

/// The page again, with what was wrong about the password.
async fn again(visitor: &Visitor, token: &str, form: &FormData, problem: &Problem) -> Answer {
    match links::landing(&visitor.site.app, &visitor.origin, token).await {
        Ok(landing) => {
            let mut view = link_page(visitor, token, &landing);
            if let Some(start) = &mut view.start {
                fail_form(visitor.origin.lang, start, form, problem);
            }
            quiet(page_with(status_of(problem), &view)?)
        }
        Err(problem) => dead_link(visitor, problem),
    }
}

/// What an address says that serves nothing, under the title `title`: unknown ones 404, others 410.
pub(super) fn dead(visitor: &Visitor, title: &str, problem: Problem) -> Answer {
    let status = match problem.kind {
        Kind::Conflict | Kind::Forbidden => StatusCode::GONE,
        Kind::NotFound => StatusCode::NOT_FOUND,
        _ => return Err(problem.into()),
    };
    let lang = visitor.origin.lang;
    let view = LinkDead {
        t: frame(visitor, title),
        reason: match problem.kind {
            Kind::NotFound => text(lang, "link-unknown").into_owned(),
            _ => sentence(lang, &problem),
        },
        advice: text(lang, "link-dead-advice").into_owned(),
        request_id: visitor.origin.request_id.clone(),
    };
    quiet(page_with(status, &view)?)
}

async fn serve(visitor: Visitor, method: Method, Path(token): Path<String>, headers: HeaderMap) -> Answer {
    // Ranges are for GET only (RFC 9110, 14.2).
    let range = header_text(&headers, header::RANGE).filter(|_| method == Method::GET);
    let condition = header_text(&headers, header::IF_RANGE);
    let with_body = method != Method::HEAD;
    // A range of another file than this would not fit what the client already has.
    let range = match condition {
        None => range,
        Some(_) => match stream::open(&visitor.site.app, &token, None, false).await {
            Ok(known) if condition == Some(etag(&known).as_str()) => range,
            Ok(_) => None,
            Err(problem) => return dead_link(&visitor, problem),
        },
    };
    match stream::open(&visitor.site.app, &token, range, with_body).await {
        Ok(transfer) => quiet(answer(transfer)),
        Err(problem) => dead_link(&visitor, problem),
    }
}

/// Clients such as curl look at the status: 410 for what is over.
fn dead_link(visitor: &Visitor, problem: Problem) -> Answer {
    dead(visitor, "link-dead", problem)
}

/// The digest names the content for ever.
fn etag(transfer: &Transfer) -> String {
    format!("\"{}\"", transfer.medium.sha256)
}

fn answer(transfer: Transfer) -> Response {
    let (name, size, etag) = (&transfer.medium.file_name, transfer.medium.size, etag(&transfer));
    served::answer(ServedFile { name, size, etag, range: transfer.range, body: transfer.body })
}

/// Tells no other site the address.
pub(super) fn quiet(mut answer: Response) -> Answer {
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}
