//! The page that the recipient of a handed-over key opens by the address in a mail: a code by a second mail, or being
//! signed in, and then the key, once. The answer with the key is rendered in the POST itself and stored nowhere (I7).

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};
use perpetua_app::hand_over::{self, Landing, Proof};
use perpetua_app::{Kind, Problem};
use perpetua_http::visitor::limit;
use perpetua_http::{PostForm, SiteState, Visitor, status_of};
use perpetua_i18n::{format, text};

use super::public::{self, quiet};
use super::software::wording;
use crate::shell::{Answer, fail_form, frame, go, page, page_with, titled};
use crate::views::form::{Field, Form};
use crate::views::frame::Link;
use crate::views::parts::{Button, Fact, Look};
use crate::views::public::HandOverPage;
use crate::views::software::KeyPage;

/// What looking at the page is counted as.
const LOOK: &str = "hand_over_look";
/// What codes and guesses are counted as.
const TRY: &str = "hand_over_try";

/// The page, its code and its key.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/hand-over/{token}", get(landing).post(show)).route("/hand-over/{token}/code", post(code))
}

async fn landing(visitor: Visitor, Path(token): Path<String>) -> Answer {
    limit(&visitor, LOOK)?;
    let found = look(&visitor, &token).await;
    if !found.as_ref().is_err_and(|problem| problem.kind == Kind::NotFound) {
        visitor.site.limits.forgive(&visitor.origin.source(), LOOK);
    }
    match found {
        Ok(landing) => quiet(page(&view(&visitor, &token, &landing))?),
        Err(problem) => dead(&visitor, problem),
    }
}

async fn look(visitor: &Visitor, token: &str) -> Result<Landing, Problem> {
    hand_over::landing(&visitor.site.app, &visitor.origin, token, visitor.session.as_deref()).await
}

fn view(visitor: &Visitor, token: &str, landing: &Landing) -> HandOverPage {
    let lang = visitor.origin.lang;
    let path = format!("/hand-over/{token}");
    let mut facts = vec![
        Fact::new("field-product", landing.product.clone()),
        Fact::new("field-customer", landing.customer.clone()),
        Fact::new("hand-over-from", landing.giver.clone()),
    ];
    // Blanked once its time is over.
    if !landing.recipient.is_empty() {
        facts.push(Fact::new("field-recipient", landing.recipient.clone()));
    }
    facts.push(Fact::new("field-expires", format::date_time(lang, landing.expires_at, &landing.zone)));
    let show = Button::post("action-show-key", path.clone()).look(Look::Main);
    let ask = Button::post(
        if landing.has_code { "action-send-code-again" } else { "action-send-code" },
        format!("{path}/code"),
    );
    let look = if landing.has_code { Look::Plain } else { Look::Main };
    HandOverPage {
        t: frame(visitor, "hand-over-title"),
        facts,
        show: landing.is_recipient.then_some(show),
        code: (!landing.is_recipient && landing.has_code).then(|| code_form(&path)),
        ask: (!landing.is_recipient).then(|| ask.look(look)),
    }
}

fn code_form(path: &str) -> Form {
    let mut code = Field::text("code", "field-code").required().hint("hint-code").auto("one-time-code").max(20);
    code.kind = crate::views::form::Kind::Number;
    Form::new(path, "action-show-key").group("", vec![code])
}

/// Sends a code to the recipient.
async fn code(visitor: Visitor, Path(token): Path<String>, PostForm(_): PostForm) -> Answer {
    limit(&visitor, TRY)?;
    match hand_over::ask_code(&visitor.site.app, &visitor.origin, &token).await {
        Ok(()) => quiet(go(&format!("/hand-over/{token}?done=code-sent"))?),
        Err(problem) => refused(&visitor, &token, problem).await,
    }
}

/// Shows the key.
async fn show(visitor: Visitor, Path(token): Path<String>, PostForm(typed): PostForm) -> Answer {
    limit(&visitor, TRY)?;
    let (app, origin) = (&visitor.site.app, &visitor.origin);
    let proof = match (&visitor.session, typed.get("code")) {
        (Some(session), "") => Proof::SignedIn(session),
        (_, code) => Proof::Code(code),
    };
    match hand_over::show(app, origin, &token, proof).await {
        Ok(key) => {
            let lang = origin.lang;
            let used = wording::activations(lang, key.activations_used, key.activations_limit);
            let mut answer = page(&KeyPage {
                t: titled(&visitor, text(lang, "media-key").into_owned()),
                product: key.product.clone(),
                groups: key.expose_grouped().split('-').map(str::to_owned).collect(),
                activations: format!("{used} {}", text(lang, "hand-over-once")),
                back: Link::new("/", text(lang, "action-back")),
            })?;
            let no_store = HeaderValue::from_static("no-store, no-transform");
            answer.headers_mut().insert(header::CACHE_CONTROL, no_store);
            quiet(answer)
        }
        Err(problem) if !problem.fields.is_empty() => again(&visitor, &token, &problem).await,
        Err(problem) => refused(&visitor, &token, problem).await,
    }
}

/// The page again, with what was wrong about the code.
async fn again(visitor: &Visitor, token: &str, problem: &Problem) -> Answer {
    match look(visitor, token).await {
        Ok(landing) => {
            let mut shown = view(visitor, token, &landing);
            let form = shown.code.get_or_insert_with(|| code_form(&format!("/hand-over/{token}")));
            fail_form(visitor.origin.lang, form, &perpetua_http::FormData::default(), problem);
            quiet(page_with(status_of(problem), &shown)?)
        }
        // The last wrong code locked it.
        Err(problem) => dead(visitor, problem),
    }
}

/// What ended says so; anything else is an error page or, for too many attempts, one that says when to come back.
async fn refused(visitor: &Visitor, token: &str, problem: Problem) -> Answer {
    match look(visitor, token).await {
        Ok(_) => Err(problem.into()),
        Err(ended) => dead(visitor, ended),
    }
}

/// What a hand-over says of which nothing is shown.
fn dead(visitor: &Visitor, problem: Problem) -> Answer {
    public::dead(visitor, "hand-over-dead", problem)
}
