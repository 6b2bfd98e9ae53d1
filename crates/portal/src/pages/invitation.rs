//! Taking up an invitation, and setting a new password: pages for people who are not signed in.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use perpetua_app::entropy::Token;
use perpetua_app::people::{self, Accept, Invitation};
use perpetua_app::{Kind, Problem};
use perpetua_http::visitor::limit;
use perpetua_http::{PostForm, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, text, text_with};

use super::people::role_names;
use crate::shell::{Answer, fail_form, frame, go, page, page_with, titled};
use crate::views::auth::{FormPage, Notice};
use crate::views::form::Form;
use crate::views::forms;
use crate::views::frame::Link;

/// Pages that a secret address opens, and the one that asks for such an address.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/invitation/{token}", get(invitation_page).post(accept))
        .route("/forgot-password", get(forgot_page).post(forgot))
        .route("/reset/{token}", get(reset_page).post(reset))
}

fn token(text: &str, code: &'static str) -> Result<Token, Problem> {
    Token::parse(text).ok_or(Problem::new(Kind::NotFound, code))
}

/// How the visitor may take an invitation up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    New,
    Password,
    Session,
}

fn way(visitor: &Visitor, invitation: &Invitation) -> Way {
    let signed_in = visitor.session.as_ref();
    if invitation.is_new_person {
        Way::New
    } else if signed_in.is_some_and(|session| session.person.email.eq_ignore_ascii_case(&invitation.email)) {
        Way::Session
    } else {
        Way::Password
    }
}

fn accept_form(action: &str, way: Way) -> Form {
    match way {
        Way::Password => forms::accept_with_password(action),
        way => forms::accept_invitation(action, way == Way::New),
    }
}

fn invitation_view(visitor: &Visitor, path: &str, invitation: &Invitation) -> FormPage {
    let lang = visitor.origin.lang;
    let way = way(visitor, invitation);
    let message = match way {
        Way::New => "invitation-intro-new",
        Way::Password => "invitation-intro-known",
        Way::Session => "invitation-intro-session",
    };
    let args = Args::new()
        .set("tenant", &invitation.tenant_name)
        .set("email", &invitation.email)
        .set("roles", role_names(lang, &invitation.roles));
    FormPage {
        t: titled(visitor, text_with(lang, "invitation-title", &args)),
        intro: text_with(lang, message, &args),
        form: accept_form(path, way),
        after: Vec::new(),
    }
}

async fn invitation_page(visitor: Visitor, Path(secret): Path<String>) -> Answer {
    limit(&visitor, "invitation")?;
    let invitation = people::invitation(&visitor.site.app, &token(&secret, "invitation_over")?).await?;
    page(&invitation_view(&visitor, &format!("/invitation/{secret}"), &invitation))
}

async fn accept(visitor: Visitor, Path(secret): Path<String>, PostForm(form): PostForm) -> Answer {
    limit(&visitor, "invitation")?;
    let app = &visitor.site.app;
    let token = token(&secret, "invitation_over")?;
    let invitation = people::invitation(app, &token).await?;
    let password = form.raw("password").to_owned();
    let command = match (way(&visitor, &invitation), &visitor.session) {
        (Way::Session, Some(session)) => Ok(Accept::Known(session.person.id.0)),
        (Way::New, _) if form.raw("again") != password => Err(Problem::field("again", "differs")),
        (Way::New, _) => Ok(Accept::New { name: form.get("name").to_owned(), password, lang: visitor.origin.lang }),
        _ => Ok(Accept::Password(password)),
    };
    let outcome = match command {
        Ok(command) => people::accept_invitation(app, &visitor.origin, &token, command).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(_) if visitor.session.is_some() => go("/choose"),
        Ok(_) => go("/sign-in?done=joined"),
        Err(problem) if problem.kind == Kind::NotFound => Err(problem.into()),
        Err(problem) => {
            let mut view = invitation_view(&visitor, &format!("/invitation/{secret}"), &invitation);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            page_with(status_of(&problem), &view)
        }
    }
}

fn forgot_view(visitor: &Visitor) -> FormPage {
    FormPage {
        t: frame(visitor, "forgot-title"),
        intro: text(visitor.origin.lang, "forgot-intro").into_owned(),
        form: forms::forgot_password("/forgot-password"),
        after: Vec::new(),
    }
}

async fn forgot_page(visitor: Visitor) -> Answer {
    page(&forgot_view(&visitor))
}

async fn forgot(visitor: Visitor, PostForm(form): PostForm) -> Answer {
    limit(&visitor, "forgot_password")?;
    people::request_reset(&visitor.site.app, &visitor.origin, form.get("email")).await?;
    let lang = visitor.origin.lang;
    page(&Notice {
        t: frame(&visitor, "forgot-title"),
        text: text(lang, "forgot-done").into_owned(),
        next: Some(Link::new("/sign-in", text(lang, "action-sign-in"))),
    })
}

fn reset_view(visitor: &Visitor, secret: &str) -> FormPage {
    FormPage {
        t: frame(visitor, "reset-title"),
        intro: text(visitor.origin.lang, "reset-intro").into_owned(),
        form: forms::reset_password(&format!("/reset/{secret}")),
        after: Vec::new(),
    }
}

async fn reset_page(visitor: Visitor, Path(secret): Path<String>) -> Answer {
    limit(&visitor, "reset")?;
    people::reset_is_open(&visitor.site.app, &token(&secret, "reset_over")?).await?;
    page(&reset_view(&visitor, &secret))
}

async fn reset(visitor: Visitor, Path(secret): Path<String>, PostForm(form): PostForm) -> Answer {
    limit(&visitor, "reset")?;
    let token = token(&secret, "reset_over")?;
    let outcome = if form.raw("again") == form.raw("password") {
        people::reset_password(&visitor.site.app, &visitor.origin, &token, form.raw("password")).await
    } else {
        Err(Problem::field("again", "differs"))
    };
    match outcome {
        Ok(()) => go("/sign-in?done=password-set"),
        Err(problem) if problem.kind == Kind::Invalid => {
            let mut view = reset_view(&visitor, &secret);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
