//! A typed code for a machine without network, another key for a purchase, and the end of a false alarm.

use axum::http::StatusCode;
use perpetua_app::activation::replace::{self, Replace, Why};
use perpetua_app::activation::typed::{self, Ask};
use perpetua_app::activation::watch;
use perpetua_app::{Kind, Problem};
use perpetua_http::{FormData, PostForm, status_of};
use perpetua_i18n::{format, text};

use super::{At, machines, wording};
use crate::shell::{Answer, fail_form, go, page, page_with, titled};
use crate::views::form::Form;
use crate::views::frame::Link;
use crate::views::parts::Fact;
use crate::views::software::{Machines, TypedCode};

/// *Replace the key*.
pub async fn replace(at: At, PostForm(form): PostForm) -> Answer {
    let line = at.line()?;
    let seen = form.get("seen").parse().unwrap_or(-1);
    let command = Replace { line, seen, why: Why::parse(form.get("why")) };
    match replace::replace(&at.visitor.site.app, &at.caller, command).await {
        Ok(()) => go(&format!("{}/machines?done=key-replaced", at.purchase())),
        Err(problem) => again(&at, &form, problem, |view| view.replace.as_mut()).await,
    }
}

/// *False alarm*.
pub async fn false_alarm(at: At, PostForm(_): PostForm) -> Answer {
    watch::settle(&at.visitor.site.app, &at.caller, at.line()?).await?;
    go(&format!("{}/machines?done=alarm-settled", at.purchase()))
}

/// *Make a code* from the digits that a machine shows.
pub async fn typed(at: At, PostForm(form): PostForm) -> Answer {
    let lang = at.visitor.origin.lang;
    let ask =
        Ask { line: at.line()?, request: form.get("typed_request").to_owned(), name: form.get("name").to_owned() };
    let name = ask.name.clone();
    match typed::issue(&at.visitor.site.app, &at.caller, ask).await {
        Ok(Ok(issued)) => page(&TypedCode {
            t: titled(&at.visitor, text(lang, "typed-code-title").into_owned()),
            groups: issued.code.split('-').map(str::to_owned).collect(),
            facts: vec![
                Fact::new(
                    "field-machine",
                    if name.is_empty() { text(lang, "machine-unnamed").into_owned() } else { name },
                ),
                Fact::new("field-expires", format::date_time(lang, issued.until, &crate::zone::of_reader())),
            ],
            back: Link::new(format!("{}/machines", at.purchase()), text(lang, "nav-machines")),
        }),
        Ok(Err(refusal)) => {
            let mut view = machines::view(&at).await?;
            if let Some(shown) = &mut view.typed {
                shown.fill("typed_request", form.get("typed_request"));
                shown.error = Some(wording::activation(lang, refusal.answer.code()));
            }
            page_with(StatusCode::CONFLICT, &view)
        }
        Err(problem) => again(&at, &form, problem, |view| view.typed.as_mut()).await,
    }
}

/// The page again, with what was wrong beside its field, where the viewer has the form.
async fn again(
    at: &At,
    form: &FormData,
    problem: Problem,
    of: impl FnOnce(&mut Machines) -> Option<&mut Form>,
) -> Answer {
    if !matches!(problem.kind, Kind::Invalid | Kind::Conflict) {
        return Err(problem.into());
    }
    let mut view = machines::view(at).await?;
    let Some(shown) = of(&mut view) else { return Err(problem.into()) };
    fail_form(at.visitor.origin.lang, shown, form, &problem);
    page_with(status_of(&problem), &view)
}
