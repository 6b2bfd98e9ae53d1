//! What a customer asks its partner: the list, and asking for the cancellation of a purchase (M30).

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use perpetua_app::desk::{self, Ask};
use perpetua_app::{Kind, Problem};
use perpetua_domain::id::OrderLineId;
use perpetua_domain::request::ReasonChoice;
use perpetua_http::{PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, text, text_with};

use super::desk::{state, title, when};
use crate::shell::{Answer, fail_form, frame, go, page, page_with, titled};
use crate::views::auth::FormPage;
use crate::views::desk::{AskedPage, AskedRow};
use crate::views::form::{Choice, Field, Form};
use crate::views::frame::Link;
use crate::views::parts::Empty;

/// What the form's key is kept for (I2).
const PURPOSE: &str = "ask";

/// Asking.
pub fn routes() -> Router<SiteState> {
    Router::new().route("/customer/requests", get(list)).route("/customer/software/{line}/ask", get(open).post(submit))
}

async fn list(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let lang = visitor.origin.lang;
    let found = desk::asked(&visitor.site.app, &caller).await?;
    let row = |(request, _, partner): &desk::AskedRow| AskedRow {
        number: request.number.clone(),
        href: format!("/customer/requests/{}", request.id.0),
        date: when(lang, request.created_at.timestamp()),
        title: title(lang, request),
        partner: partner.clone(),
        state: state(lang, request),
    };
    page(&AskedPage {
        t: frame(&visitor, "nav-requests"),
        rows: found.iter().map(row).collect(),
        empty: Empty {
            heading: text(lang, "requests-empty").into_owned(),
            text: text(lang, "asked-empty-text").into_owned(),
            action: Some(Link::new("/customer/software", text(lang, "nav-software"))),
        },
    })
}

/// The form, and the title under which the request will be listed.
async fn form_page(
    visitor: &Visitor,
    caller: &perpetua_app::Caller,
    line: OrderLineId,
) -> Result<(FormPage, String), Problem> {
    let lang = visitor.origin.lang;
    let found = desk::may_ask(&visitor.site.app, caller, line).await?;
    let title = text_with(lang, "cancel-title", &Args::new().set("product", &found.product));
    let mut reasons = vec![Choice::new("", text(lang, "reason-choose"))];
    reasons.extend(
        ReasonChoice::ALL
            .iter()
            .filter(|reason| **reason != ReasonChoice::NotGiven)
            .map(|reason| Choice::new(reason.as_text(), text(lang, &format!("reason-{reason}")))),
    );
    let fields = vec![
        Field::select("reason_kind", "field-refund-reason-kind", reasons).wide(),
        Field::text("reason", "field-refund-reason").required().max(2_000).wide(),
    ];
    let form = Form::new(format!("/customer/software/{line}/ask"), "action-submit")
        .group("", fields)
        .once(visitor.form_token())
        .back(Link::new(format!("/customer/software/{line}"), text(lang, "action-keep-purchase")));
    let args = Args::new().set("partner", &found.partner_name).set("order", &found.order_number);
    let mut t = titled(visitor, title.clone());
    t.crumbs = vec![Link::new("/customer/software", text(lang, "nav-software"))];
    let order = text_with(lang, "cancel-order-line", &Args::new().set("order", &found.order_number));
    Ok((
        FormPage { t, intro: text_with(lang, "ask-intro", &args), form, after: Vec::new() },
        format!("{title}, {order}"),
    ))
}

async fn open(SignedIn { caller, visitor }: SignedIn, Path(line): Path<String>) -> Answer {
    let line = line.parse().map_err(|_| Problem::not_found())?;
    page(&form_page(&visitor, &caller, line).await?.0)
}

async fn submit(SignedIn { caller, visitor }: SignedIn, Path(line): Path<String>, PostForm(typed): PostForm) -> Answer {
    let line = line.parse().map_err(|_| Problem::not_found())?;
    let (mut view, title) = form_page(&visitor, &caller, line).await?;
    let ask = Ask {
        request_key: perpetua_app::orders::request_key(&caller, PURPOSE, typed.get("form_token")),
        line,
        reason: ReasonChoice::parse(typed.get("reason_kind")),
        reason_text: typed.get("reason").to_owned(),
        title,
        language: visitor.origin.lang,
    };
    match desk::ask(&visitor.site.app, &caller, ask).await {
        Ok(request) => go(&format!("/customer/requests/{request}?done=request-sent")),
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            view.form.token = typed.get("form_token").to_owned();
            fail_form(visitor.origin.lang, &mut view.form, &typed, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}
