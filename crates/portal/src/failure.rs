//! The one place where a problem becomes a page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use perpetua_app::{Kind, Problem, people};
use perpetua_http::{Failed, SiteState, Visitor, status_of};
use perpetua_i18n::text;

use crate::shell::{frame, home, page_with, sentence};
use crate::views::auth::{ErrorPage, Refusal};
use crate::views::forms;
use crate::views::frame::Link;

/// No route matched.
pub async fn unknown_page() -> Failed {
    Problem::not_found().into()
}

/// Gives failed answers their page.
pub async fn layer(State(_): State<SiteState>, request: Request, next: Next) -> Response {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let response = next.run(request).await;
    let Some(failed) = response.extensions().get::<Failed>().cloned() else { return response };
    let Some(visitor) = visitor else { return response };
    let mut rendered = render(&visitor, &failed.0).await;
    if let Some(seconds) = failed.0.retry_after_seconds {
        rendered.headers_mut().insert("retry-after", seconds.into());
    }
    rendered.extensions_mut().insert(failed);
    rendered
}

async fn render(visitor: &Visitor, problem: &Arc<Problem>) -> Response {
    if problem.code == "fresh_sign_in_needed" {
        let back = percent_encoding::utf8_percent_encode(&visitor.here, percent_encoding::NON_ALPHANUMERIC);
        return Redirect::to(&format!("/prove?to={back}")).into_response();
    }
    let answer = if problem.kind == Kind::Forbidden && !problem.any_of.is_empty() && visitor.caller().is_some() {
        refusal(visitor, problem).await
    } else {
        error_page(visitor, problem)
    };
    answer.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn error_page(visitor: &Visitor, problem: &Problem) -> Result<Response, Failed> {
    let lang = visitor.origin.lang;
    let title = match problem.kind {
        Kind::NotFound => "error-title-not-found",
        Kind::Forbidden | Kind::SignIn => "error-title-refused",
        Kind::Internal | Kind::Busy => "error-title-failed",
        Kind::Invalid | Kind::Conflict | Kind::TooMany => "error-title-not-done",
    };
    let advice = match problem.kind {
        Kind::Internal => text(lang, "error-advice-report").into_owned(),
        Kind::Busy | Kind::TooMany => text(lang, "error-advice-later").into_owned(),
        _ => String::new(),
    };
    let back = visitor.caller().map_or("/", |caller| home(&caller));
    let view = ErrorPage {
        t: frame(visitor, title),
        sentence: sentence(lang, problem),
        code: problem.code.to_owned(),
        request_id: visitor.origin.request_id.clone(),
        advice,
        back: Some(Link::new(back, text(lang, "error-back-home").into_owned())),
    };
    page_with(status_of(problem), &view)
}

/// Says which role is needed and who of the caller's organization holds it, and lets one ask (M1, M13, M20).
async fn refusal(visitor: &Visitor, problem: &Problem) -> Result<Response, Failed> {
    let lang = visitor.origin.lang;
    let (holders, asked) = match visitor.caller() {
        Some(caller) => people::who_holds(&visitor.site.app, &caller, problem.any_of).await.unwrap_or_default(),
        None => Default::default(),
    };
    let ask = problem.any_of.first().filter(|_| asked.is_empty() && !holders.is_empty());
    let roles = problem.any_of.iter().map(|role| text(lang, &format!("role-{role}")).into_owned());
    let view = Refusal {
        t: frame(visitor, "error-title-refused"),
        sentence: sentence(lang, problem),
        role: roles.collect::<Vec<_>>().join(", "),
        holders: holders.into_iter().map(|holder| holder.name).collect(),
        ask: ask.map(|role| forms::ask_for_role("/people/ask", role.as_text(), &visitor.form_token())),
        asked: !asked.is_empty(),
        code: problem.code.to_owned(),
        request_id: visitor.origin.request_id.clone(),
    };
    page_with(status_of(problem), &view)
}
