//! One request and what each side does with it: the partner and the customer write, withdraw and reopen, the partner
//! refuses what its customer asked, and the operator assigns, credits, refuses and raises limits.

mod decision;
mod view;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::routing::{get, post};
use jiff::Timestamp;
use perpetua_app::activation::replace::Why;
use perpetua_app::desk::{self, Answer, CasePage, Decided, Limit, ReplaceKey};
use perpetua_app::support::{self, ChangeRequest};
use perpetua_app::{Caller, Kind, Problem, request_files};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::RequestId;
use perpetua_domain::request::RequestState;
use perpetua_http::served::{self, ServedFile, header_text};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use crate::attached::{self, For, POST_MAX};
use crate::shell::{Answer as PageAnswer, fail_form, field_sentence, go, page, page_with, sentence};
use crate::views::desk::RequestPage;
use crate::views::parts::Badge;

/// Pages about one request, in every portal.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/partner/requests/{request}", get(show))
        .route("/partner/requests/{request}/write", post(write).layer(DefaultBodyLimit::max(POST_MAX)))
        .route("/partner/requests/{request}/files/{file}", get(file))
        .route("/partner/requests/{request}/state", post(change_state))
        .route("/partner/requests/{request}/refuse", post(refuse))
        .route("/customer/requests/{request}", get(show))
        .route("/customer/requests/{request}/write", post(write).layer(DefaultBodyLimit::max(POST_MAX)))
        .route("/customer/requests/{request}/files/{file}", get(file))
        .route("/customer/requests/{request}/state", post(change_state))
        .route("/operator/requests/{request}", get(show))
        .route("/operator/requests/{request}/write", post(write).layer(DefaultBodyLimit::max(POST_MAX)))
        .route("/operator/requests/{request}/files/{file}", get(file))
        .route("/operator/requests/{request}/state", post(change_state))
        .route("/operator/requests/{request}/refuse", post(refuse))
        .route("/operator/requests/{request}/assign", post(assign))
        .route("/operator/requests/{request}/credit", post(credit))
        .route("/operator/requests/{request}/approve", post(approve))
        .route("/operator/requests/{request}/decline", post(decline))
        .route("/operator/requests/{request}/limit", post(limit))
        .route("/operator/requests/{request}/replace", post(replace))
}

/// Who asks about which request.
struct At {
    caller: Caller,
    visitor: Visitor,
    id: RequestId,
    path: String,
}

impl At {
    fn new(SignedIn { caller, visitor }: SignedIn, request: &str) -> Result<Self, Problem> {
        let id = request.parse().map_err(|_| Problem::not_found())?;
        let path = format!("{}/{id}", list_of(&caller));
        Ok(Self { caller, visitor, id, path })
    }

    fn lang(&self) -> Lang {
        self.visitor.origin.lang
    }

    async fn found(&self) -> Result<CasePage, Problem> {
        desk::show(&self.visitor.site.app, &self.caller, self.id).await
    }

    async fn view(&self) -> Result<RequestPage, Problem> {
        let found = self.found().await?;
        let preview = match &found.order {
            Some(_) if view::is_open_refund(&found) => Some(decision::Shown::load(self, &found, None).await?),
            _ => None,
        };
        let mut view = view::page(self, &found, preview);
        if self.caller.kind == TenantKind::Operator && found.may_write {
            let (answers, _) = desk::canned_answers(&self.visitor.site.app, &self.caller).await?;
            view.canned = view::canned(self, &view, &answers);
        }
        Ok(view)
    }

    /// The page again with what was refused and why.
    async fn refused(
        &self,
        typed: &FormData,
        problem: Problem,
        put: impl FnOnce(&mut RequestPage, &Problem),
    ) -> PageAnswer {
        if !matches!(problem.kind, Kind::Invalid | Kind::Conflict) {
            return Err(problem.into());
        }
        let mut view = self.view().await?;
        if problem.fields.is_empty() {
            view.error = sentence(self.lang(), &problem);
        }
        put(&mut view, &problem);
        keep_typed(&mut view, typed);
        page_with(status_of(&problem), &view)
    }

    fn answer(&self, typed: &FormData, reply: &str) -> Answer {
        Answer {
            request: self.id,
            version: typed.get("version").parse().unwrap_or(0),
            reply: typed.get(reply).to_owned(),
        }
    }

    fn done(&self, word: &str) -> PageAnswer {
        go(&format!("{}?done={word}", self.path))
    }
}

/// Shows what was written into a form that the page has no more, since the request ended or changed meanwhile.
fn keep_typed(view: &mut RequestPage, typed: &FormData) {
    let credits = view.decision.as_ref().is_some_and(|decision| decision.proposal.is_none());
    for (name, has_form) in
        [("note", view.write.is_some()), ("refusal", view.refuse.is_some()), ("credit_reply", credits)]
    {
        if !has_form {
            view.typed.extend(view::paragraphs(typed.get(name)));
        }
    }
}

/// The list of requests of a caller's portal.
pub fn list_of(caller: &Caller) -> &'static str {
    match caller.kind {
        TenantKind::Operator => "/operator/requests",
        TenantKind::Partner => "/partner/requests",
        TenantKind::Customer => "/customer/requests",
    }
}

/// Where a request stands, or how it ended.
pub fn state(lang: Lang, request: &perpetua_app::cancellation::Request) -> Badge {
    view::state(lang, request.state.0.as_text(), request.outcome.map(|outcome| outcome.0))
}

/// The title of a request; when it was removed, that it was.
pub fn title(lang: Lang, request: &perpetua_app::cancellation::Request) -> String {
    if request.personal_removed_at.is_some() {
        text(lang, "desk-title-removed").into_owned()
    } else {
        request.title.clone()
    }
}

/// An instant as these pages show it.
pub fn when(lang: Lang, at: Timestamp) -> String {
    format::date_time(lang, at, &crate::zone::of_reader())
}

/// A canned answer that is to stand in a form.
#[derive(Deserialize)]
struct Insert {
    #[serde(default)]
    answer: String,
    /// `note` or `refusal`.
    #[serde(default)]
    into: String,
}

async fn show(signed_in: SignedIn, Path(request): Path<String>, Query(insert): Query<Insert>) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let mut view = at.view().await?;
    if view.canned.is_some() && !insert.answer.is_empty() {
        let app = &at.visitor.site.app;
        // In the language in which whoever asked is answered, not in that of whoever answers.
        let lang = Lang::from_tag(&at.found().await?.case.language).unwrap_or_default();
        let (answers, _) = desk::canned_answers(app, &at.caller).await?;
        let chosen = answers.iter().find(|row| row.id.0.to_string() == insert.answer);
        let form = if insert.into == "refusal" { view.refuse.as_mut() } else { view.write.as_mut() };
        if let Some((row, form)) = chosen.zip(form) {
            let field = if insert.into == "refusal" { "refusal" } else { "note" };
            form.fill(field, desk::words(row, lang));
        }
    }
    page(&view)
}

/// What the files of the form below the conversation are kept for.
const fn files_of(id: RequestId) -> For {
    For { purpose: "note files", request: Some(id) }
}

/// Adds a note, files, or both; the side that answers may ask for an answer with it.
async fn write(
    signed_in: SignedIn,
    Path(request): Path<String>,
    State(site): State<SiteState>,
    form: Request,
) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let of = files_of(at.id);
    let sent = attached::read(&at.visitor, &site, form, of).await?;
    let typed = &sent.typed;
    at.visitor.check_csrf(typed.get("csrf"))?;
    let result =
        if sent.wrong.is_empty() { add(&at, of, typed).await } else { Err(Problem::field("files", "files_refused")) };
    match result {
        Ok(()) => at.done("note-added"),
        Err(problem) => {
            let lang = at.lang();
            let mut again = at.view().await.ok().and_then(|view| view.write);
            if let Some(form) = &mut again {
                fail_form(lang, form, typed, &problem);
                of.show(&at.visitor, &at.caller, form, &sent).await?;
            }
            let put = |view: &mut RequestPage, _: &Problem| view.write = again;
            at.refused(typed, problem, put).await
        }
    }
}

async fn add(at: &At, of: For, typed: &FormData) -> Result<(), Problem> {
    let found = at.found().await?;
    let app = &at.visitor.site.app;
    let note = typed.get("note").to_owned();
    let files = of.sent(&at.caller, typed);
    if note.is_empty() && request_files::unsent(app, &at.caller, files.key).await?.is_empty() {
        return Err(Problem::field("note", "request_missing"));
    }
    let state = (found.answers && typed.is_on("ask_back")).then_some(RequestState::AttentionNeeded);
    let (number, note) = (found.request.number, Some(note).filter(|note| !note.is_empty()));
    let change = ChangeRequest { number, note, state, files: Some(files), ..ChangeRequest::default() };
    support::change(app, &at.caller, change).await.map(drop)
}

/// A file of the conversation.
async fn file(
    signed_in: SignedIn,
    method: Method,
    Path((request, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let file = file.parse().map_err(|_| Problem::not_found())?;
    // Ranges are for GET only (RFC 9110, 14.2).
    let is_get = method == Method::GET;
    let asked = (header_text(&headers, header::RANGE).filter(|_| is_get), header_text(&headers, header::IF_RANGE));
    let served = request_files::open(&at.visitor.site.app, &at.caller, (at.id, file), asked, is_get).await?;
    let (etag, size) = (served.etag(), served.size());
    Ok(served::answer(ServedFile { name: &served.file.name, size, etag, range: served.range, body: served.body }))
}

/// Withdraws, closes or reopens.
async fn change_state(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let state = RequestState::parse(typed.get("to")).ok_or_else(Problem::not_found)?;
    let number = at.found().await?.request.number;
    let change = ChangeRequest { number, state: Some(state), ..ChangeRequest::default() };
    match support::change(&at.visitor.site.app, &at.caller, change).await {
        Ok(changed) if changed.state == RequestState::Closed => at.done("request-closed"),
        Ok(_) => at.done("request-open"),
        Err(problem) => at.refused(&typed, problem, |_, _| {}).await,
    }
}

async fn refuse(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let (app, answer) = (&at.visitor.site.app, at.answer(&typed, "refusal"));
    let result = if at.caller.kind == TenantKind::Partner {
        desk::refuse_ask(app, &at.caller, answer).await
    } else {
        desk::refuse(app, &at.caller, answer).await
    };
    match result {
        Ok(()) => at.done("request-refused"),
        Err(problem) => {
            let lang = at.lang();
            let put = |view: &mut RequestPage, problem: &Problem| {
                let Some(form) = &mut view.refuse else { return };
                form.fill("refusal", typed.get("refusal"));
                for field in &problem.fields {
                    form.fail("refusal", field_sentence(lang, field));
                }
            };
            at.refused(&typed, problem, put).await
        }
    }
}

async fn assign(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    match desk::assign(&at.visitor.site.app, &at.caller, at.id, typed.is_on("take")).await {
        Ok(()) => go(&at.path),
        Err(problem) => at.refused(&typed, problem, |_, _| {}).await,
    }
}

async fn credit(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let found = at.found().await?;
    let read = decision::read(&found, &typed);
    let result = match read {
        Err(problem) => Err(problem),
        Ok(awards) if typed.is_on("recalculate") => {
            let shown = decision::Shown::load(&at, &found, Some(awards)).await?;
            return page(&shown.with_typed(view::page(&at, &found, None), &at, &found, &typed));
        }
        Ok(awards) => {
            let answer = at.answer(&typed, "credit_reply");
            desk::credit(&at.visitor.site.app, &at.caller, desk::Credit { answer, awards }).await
        }
    };
    match result {
        Ok(Decided::Credited(_)) => at.done("request-credited"),
        Ok(Decided::Proposed) => at.done("request-proposed"),
        Err(problem) => {
            let lang = at.lang();
            let put = |view: &mut RequestPage, problem: &Problem| {
                if let Some(shown) = &mut view.decision {
                    decision::fail(lang, shown, &typed, problem);
                }
            };
            at.refused(&typed, problem, put).await
        }
    }
}

async fn approve(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    match desk::approve(&at.visitor.site.app, &at.caller, at.answer(&typed, "none")).await {
        Ok(_) => at.done("request-credited"),
        Err(problem) => {
            let lang = at.lang();
            // The proposal has no fields: what is wrong with an amount stands above it.
            let put = |view: &mut RequestPage, problem: &Problem| {
                for wrong in &problem.fields {
                    view.error = field_sentence(lang, wrong);
                }
            };
            at.refused(&typed, problem, put).await
        }
    }
}

async fn decline(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    match desk::decline(&at.visitor.site.app, &at.caller, at.answer(&typed, "none")).await {
        Ok(()) => at.done("proposal-declined"),
        Err(problem) => at.refused(&typed, problem, |_, _| {}).await,
    }
}

async fn replace(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let found = at.found().await?;
    let line: u32 = typed.get("replace_line").parse().map_err(|_| Problem::not_found())?;
    let lang = Lang::from_tag(&found.case.language).unwrap_or_default();
    let result = match Why::parse(typed.get("why")) {
        None => Err(Problem::field("why", "missing")),
        Some(why) => {
            let says = text(lang, "desk-key-replaced").into_owned();
            let version = typed.get("version").parse().unwrap_or(0);
            let command = ReplaceKey { request: at.id, version, line, why, says };
            desk::replace_key(&at.visitor.site.app, &at.caller, command).await
        }
    };
    match result {
        Ok(()) => at.done("key-replaced"),
        Err(problem) => {
            let lang = at.lang();
            let put = |view: &mut RequestPage, problem: &Problem| {
                if let Some(form) = &mut view.replace {
                    fail_form(lang, form, &typed, problem);
                }
            };
            at.refused(&typed, problem, put).await
        }
    }
}

async fn limit(signed_in: SignedIn, Path(request): Path<String>, PostForm(typed): PostForm) -> PageAnswer {
    let at = At::new(signed_in, &request)?;
    let found = at.found().await?;
    let line: u32 = typed.get("limit_line").parse().map_err(|_| Problem::not_found())?;
    let lang = Lang::from_tag(&found.case.language).unwrap_or_default();
    let result = match typed.get("limit").parse::<i64>() {
        Err(_) => Err(Problem::field("limit", "not_a_number")),
        Ok(to) => {
            let says = text_with(lang, "desk-limit-raised", &Args::new().num("to", to));
            let version = typed.get("version").parse().unwrap_or(0);
            let command = Limit { request: at.id, version, line, to, says };
            desk::raise_limit(&at.visitor.site.app, &at.caller, command).await
        }
    };
    match result {
        Ok(()) => at.done("limit-raised"),
        Err(problem) => {
            let lang = at.lang();
            let put = |view: &mut RequestPage, problem: &Problem| {
                if let Some(form) = &mut view.limit {
                    fail_form(lang, form, &typed, problem);
                }
            };
            at.refused(&typed, problem, put).await
        }
    }
}
