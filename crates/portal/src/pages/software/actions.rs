//! What the buttons of a purchase do. The answer with a key is rendered in the POST itself: no redirect, never
//! stored by anybody (I7, design §11).

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use perpetua_app::links::{self, CreateLink, RenewLink};
use perpetua_app::{FormKey, Problem, downloads, keys};
use perpetua_domain::id::MediaId;
use perpetua_http::{FormData, PostForm, status_of};
use perpetua_i18n::{format, text};

use super::{At, purchase, wording};
use crate::shell::{Answer, fail_form, go, page, page_with, titled};
use crate::views::frame::Link;
use crate::views::parts::Fact;
use crate::views::software::{KeyPage, LinkMade};

/// Where somebody lands who was asked for the password in between, or loads an answer again.
pub async fn back(at: At) -> Answer {
    go(&format!("{}?get=1", at.purchase()))
}

/// *Get key*.
pub async fn key(at: At, PostForm(_): PostForm) -> Answer {
    let line = at.line()?;
    let key = keys::reveal(&at.visitor.site.app, &at.caller, line).await?;
    let lang = at.visitor.origin.lang;
    let view = KeyPage {
        t: titled(&at.visitor, text(lang, "media-key").into_owned()),
        product: key.product.clone(),
        groups: key.expose_grouped().split('-').map(str::to_owned).collect(),
        activations: wording::activations(lang, key.activations_used, key.activations_limit),
        back: Link::new(format!("{}?get=1", at.purchase()), text(lang, "action-back")),
    };
    secret(page(&view)?)
}

/// *Download*: opens a session and sends the browser to it, or shows the command for it.
pub async fn download(at: At, PostForm(form): PostForm) -> Answer {
    let line = at.line()?;
    let app = &at.visitor.site.app;
    let started = downloads::start(app, &at.caller, line, medium(&form)?).await?;
    if form.is_on("command") {
        return secret(page(&purchase::view(&at, &form, started.curl(app)).await?)?);
    }
    let mut answer = axum::response::Redirect::to(&started.path()).into_response();
    answer.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}

/// *Copy link*: makes a link and shows it this once.
pub async fn link(at: At, PostForm(form): PostForm) -> Answer {
    let line = at.line()?;
    let app = &at.visitor.site.app;
    let made = match command(line, medium(&form)?, &form) {
        Ok(command) => {
            let key = FormKey::new(&at.caller, "link.created", form.get("form_token"));
            links::create_once(app, &at.caller, key, command).await
        }
        Err(problem) => Err(problem),
    };
    match made {
        Ok(Some(made)) => secret(page(&link_made(&at, &made))?),
        Ok(None) => go(&format!("{}?get=1&done=link-made-before", at.purchase())),
        Err(problem) if !problem.fields.is_empty() => again(&at, &form, &problem).await,
        Err(problem) => Err(problem.into()),
    }
}

fn link_made(at: &At, made: &links::CreatedLink) -> LinkMade {
    let lang = at.visitor.origin.lang;
    let mut facts = vec![Fact::new("field-file", made.file_name.clone())];
    if !made.recipient.is_empty() {
        facts.push(Fact::new("field-recipient", made.recipient.clone()));
    }
    facts.push(Fact::new("field-expires", wording::at(lang, made.expires_at, &crate::zone::of_reader())));
    facts.push(Fact::new("field-link-uses", format::number(lang, made.uses_max)));
    LinkMade {
        t: titled(&at.visitor, text(lang, "link-made").into_owned()),
        url: made.url(&at.visitor.site.app),
        facts,
        back: Link::new(format!("{}?get=1", at.purchase()), text(lang, "action-back")),
    }
}

/// The page again, with what was wrong beside its field.
async fn again(at: &At, form: &FormData, problem: &Problem) -> Answer {
    let mut view = purchase::view(at, form, String::new()).await?;
    if let Some(terms) = view.result.as_mut().and_then(|media| media.copy_link.as_mut()) {
        fail_form(at.visitor.origin.lang, terms, form, problem);
    }
    page_with(status_of(problem), &view)
}

/// *Revoke*.
pub async fn revoke(at: At, PostForm(_): PostForm) -> Answer {
    let line = links::revoke(&at.visitor.site.app, &at.caller, at.link()?).await?;
    go(&format!("{}/{line}?get=1&done=link-revoked", at.list()))
}

/// *Renew*: as long and as often again as the purchase's policy says.
pub async fn renew(at: At, PostForm(_): PostForm) -> Answer {
    let command = RenewLink { link: at.link()?, lifetime_days: None, uses_max: None };
    let line = links::renew(&at.visitor.site.app, &at.caller, command).await?;
    go(&format!("{}/{line}?get=1&done=link-renewed", at.list()))
}

fn medium(form: &FormData) -> Result<MediaId, Problem> {
    form.get("media").parse().map_err(|_| Problem::invalid("medium_not_offered"))
}

fn command(line: perpetua_domain::id::OrderLineId, medium: MediaId, form: &FormData) -> Result<CreateLink, Problem> {
    let number = |name: &str, field: &'static str, code: &'static str| match form.get(name) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::field(field, code)),
    };
    let command = CreateLink {
        line,
        medium,
        recipient: Some(form.get("recipient").to_owned()),
        lifetime_days: number("days", "days", "link_lifetime")?,
        uses_max: number("uses", "uses", "link_uses")?,
        password: None,
    };
    Ok(match form.raw("password") {
        "" => command,
        password => command.with_password(password),
    })
}

/// Keeps an answer out of every store and compressor on its way.
pub fn secret(mut answer: Response) -> Answer {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(answer)
}
