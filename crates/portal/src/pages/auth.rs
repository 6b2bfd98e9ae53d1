//! Signing in and out, choosing an organization, proving oneself again, language and theme.

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use perpetua_app::entropy::Token;
use perpetua_app::{Kind, Problem, identity, people};
use perpetua_http::visitor::{limit, set_cookie, set_preference};
use perpetua_http::{FormData, PostForm, SiteState, Visitor, status_of};
use perpetua_i18n::{Lang, text};
use serde::Deserialize;

use crate::shell::{Answer, fail_form, frame, go, home, local_path, page, page_with, tenant_choice};
use crate::views::auth::{ChooseTenant, FormPage};
use crate::views::forms;
use crate::views::frame::Link;

/// Pages before and around sign-in.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/", get(start))
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/choose", get(choose_page))
        .route("/switch", post(switch))
        .route("/prove", get(prove_page).post(prove))
        .route("/preferences", post(preferences))
}

#[derive(Deserialize)]
struct To {
    #[serde(default)]
    to: String,
}

async fn start(visitor: Visitor) -> Answer {
    match (visitor.caller(), &visitor.session) {
        (Some(caller), _) => go(home(&caller)),
        (None, Some(_)) => go("/choose"),
        (None, None) => go("/sign-in"),
    }
}

/// The operator's people begin with what they sell; support, which sees no sales, with the partners.
fn with_to(path: &str, to: &str) -> String {
    let to = percent_encoding::utf8_percent_encode(local_path(to), percent_encoding::NON_ALPHANUMERIC);
    format!("{path}?to={to}")
}

fn sign_in_view(visitor: &Visitor, to: &str) -> FormPage {
    let lang = visitor.origin.lang;
    FormPage {
        t: frame(visitor, "sign-in-title"),
        intro: text(lang, "sign-in-intro").into_owned(),
        form: forms::sign_in(&with_to("/sign-in", to)),
        after: vec![Link::new("/forgot-password", text(lang, "forgot-password").into_owned())],
    }
}

async fn sign_in_page(visitor: Visitor, Query(query): Query<To>) -> Answer {
    if visitor.caller().is_some() {
        return go(local_path(&query.to));
    }
    page(&sign_in_view(&visitor, &query.to))
}

async fn sign_in(visitor: Visitor, Query(query): Query<To>, PostForm(form): PostForm) -> Answer {
    let outcome = match limit(&visitor, "sign_in") {
        Ok(()) => identity::sign_in(&visitor.site.app, &visitor.origin, form.get("email"), form.raw("password")).await,
        Err(problem) => Err(problem),
    };
    let signed_in = match outcome {
        Ok(signed_in) => signed_in,
        Err(problem) if matches!(problem.kind, Kind::SignIn | Kind::TooMany) => {
            if let Some(path) = first_password(&visitor, &form).await {
                return go(&path);
            }
            let mut view = sign_in_view(&visitor, &query.to);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            let status = if problem.kind == Kind::TooMany { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::OK };
            return page_with(status, &view);
        }
        Err(problem) => return Err(problem.into()),
    };
    // The form of a person who signs in again in the same browser ends the session that was there.
    if let Some(session) = &visitor.session {
        identity::sign_out(&visitor.site.app, session).await?;
    }
    let target = match signed_in.memberships.len() {
        1 => local_path(&query.to).to_owned(),
        _ => with_to("/choose", &query.to),
    };
    let mut response = Redirect::to(&target).into_response();
    set_cookie(&visitor.site, &mut response, &signed_in.token);
    Ok(response)
}

/// Where an own password is chosen, for somebody who brings the first one that a program was given
/// when it created their organisation: that is the secret of their invitation, and counts once.
async fn first_password(visitor: &Visitor, form: &FormData) -> Option<String> {
    let token = Token::parse(form.raw("password").trim())?;
    limit(visitor, "sign_in").ok()?;
    let invitation = people::invitation(&visitor.site.app, &token).await.ok()?;
    let is_theirs = invitation.email.eq_ignore_ascii_case(form.get("email").trim());
    is_theirs.then(|| format!("/invitation/{}", token.expose().as_str()))
}

async fn sign_out(visitor: Visitor, PostForm(_): PostForm) -> Answer {
    if let Some(session) = &visitor.session {
        identity::sign_out(&visitor.site.app, session).await?;
    }
    go("/sign-in?done=signed-out")
}

async fn choose_page(visitor: Visitor, Query(query): Query<To>) -> Answer {
    let Some(session) = visitor.session.clone() else { return go("/sign-in") };
    let lang = visitor.origin.lang;
    page(&ChooseTenant {
        t: frame(&visitor, "choose-title"),
        action: with_to("/switch", &query.to),
        choices: session.memberships.iter().map(|membership| tenant_choice(lang, membership)).collect(),
    })
}

async fn switch(visitor: Visitor, Query(query): Query<To>, PostForm(form): PostForm) -> Answer {
    let Some(session) = visitor.session.clone() else { return go("/sign-in") };
    let tenant = form.get("tenant").parse().map_err(|_| Problem::not_found())?;
    identity::choose_tenant(&visitor.site.app, &session, tenant).await?;
    go(local_path(&query.to))
}

fn prove_view(visitor: &Visitor, to: &str) -> FormPage {
    FormPage {
        t: frame(visitor, "prove-title"),
        intro: text(visitor.origin.lang, "prove-intro").into_owned(),
        form: forms::prove(&with_to("/prove", to)),
        after: Vec::new(),
    }
}

async fn prove_page(visitor: Visitor, Query(query): Query<To>) -> Answer {
    if visitor.session.is_none() {
        return go("/sign-in");
    }
    page(&prove_view(&visitor, &query.to))
}

async fn prove(visitor: Visitor, Query(query): Query<To>, PostForm(form): PostForm) -> Answer {
    let Some(session) = visitor.session.clone() else { return go("/sign-in") };
    let outcome = match limit(&visitor, "sign_in") {
        Ok(()) => identity::prove(&visitor.site.app, &visitor.origin, &session, form.raw("password")).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => go(local_path(&query.to)),
        Err(problem) if matches!(problem.kind, Kind::SignIn | Kind::TooMany) => {
            let mut view = prove_view(&visitor, &query.to);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn preferences(visitor: Visitor, PostForm(form): PostForm) -> Answer {
    let mut response = Redirect::to(local_path(form.get("to"))).into_response();
    if let Some(lang) = Lang::from_tag(form.get("lang")) {
        set_preference(&visitor.site, &mut response, "lang", lang.tag());
    }
    if let theme @ ("auto" | "light" | "dark") = form.get("theme") {
        set_preference(&visitor.site, &mut response, "theme", theme);
    }
    Ok(response)
}
