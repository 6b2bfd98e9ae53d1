//! *Report a problem* (M33–M39): the partner's form, opened from the menu, or filled in from *Cancel* after the window.
//! Whatever goes wrong, the form comes back with all that was typed, also when the session ended meanwhile.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::StatusCode;
use axum::routing::get;
use perpetua_app::desk::{self, Facts, Report};
use perpetua_app::{Caller, Kind, Problem, customers, typed_amount};
use perpetua_domain::id::{OrderLineId, TenantId};
use perpetua_domain::request::{Impact, ProblemType, ReasonChoice};
use perpetua_http::{FormData, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, text, text_with};
use serde::Deserialize;

use super::migration;
use crate::attached::{self, For, POST_MAX, Sent};
use crate::shell::{Answer, fail_form, frame, go, page, page_with};
use crate::views::desk::ReportPage;
use crate::views::form::{Choice, Field, Form, Kind as FieldKind};
use crate::views::forms;
use crate::views::frame::Link;

/// Where the form posts.
pub const PATH: &str = "/partner/requests/new";
/// What the form's key is kept for (I2).
const PURPOSE: &str = "report";
/// What its files are kept for.
const FILES: For = For { purpose: "report files", request: None };

/// The form.
pub fn routes() -> Router<SiteState> {
    Router::new().route(PATH, get(open).post(submit).layer(DefaultBodyLimit::max(POST_MAX)))
}

#[derive(Deserialize)]
struct Start {
    /// The purchase, when a page of it led here.
    #[serde(default)]
    line: String,
    /// The problem type.
    #[serde(default)]
    kind: String,
    /// The customer whose migration needs help (M28).
    #[serde(default)]
    migration: String,
}

async fn open(SignedIn { caller, visitor }: SignedIn, Query(start): Query<Start>) -> Answer {
    let app = &visitor.site.app;
    desk::may_report(app, &caller).await?;
    let facts = match start.line.parse::<OrderLineId>() {
        Ok(line) => Some(desk::facts_of_line(app, &caller, line).await?),
        Err(_) => None,
    };
    let mut view = prefilled(&visitor, &caller, facts.as_ref(), ProblemType::parse(&start.kind), String::new());
    if let Ok(customer) = start.migration.parse::<TenantId>() {
        let lang = visitor.origin.lang;
        let name = customers::page(app, &caller, customer).await?.name;
        let title = text_with(lang, "migration-request-title", &Args::new().set("customer", name));
        view.form.fill("title", &title.chars().take(200).collect::<String>());
        view.form.fill("customer", &customer.to_string());
        view.form.fill("text", &migration::request_text(app, &caller, customer, lang).await?);
    }
    page(&view)
}

/// The form as somebody who is signed in finds it; `intro` is what led here.
pub fn prefilled(
    visitor: &Visitor,
    caller: &Caller,
    facts: Option<&Facts>,
    kind: Option<ProblemType>,
    intro: String,
) -> ReportPage {
    let lang = visitor.origin.lang;
    let mut form = empty_form(visitor, facts.is_some());
    let mut fill = |name: &str, value: &str| form.fill(name, value);
    if let Some(kind) = kind.or_else(|| facts.map(|_| ProblemType::Refund)) {
        fill("problem_type", kind.as_text());
    }
    fill("impact", Impact::Moderate.as_text());
    fill("contact_name", &caller.name);
    fill("contact_email", &caller.email);
    fill("answer_language", lang.tag());
    if let Some(facts) = facts {
        let title = text_with(lang, "cancel-title", &Args::new().set("product", &facts.product));
        let order = text_with(lang, "cancel-order-line", &Args::new().set("order", &facts.order_number));
        fill("title", &format!("{title}, {order}").chars().take(200).collect::<String>());
        fill("customer", &facts.customer_ref);
        fill("order", &facts.order_number);
        fill("line", &facts.line.to_string());
        fill("amount", &typed_amount::write(lang, facts.left, facts.currency));
    }
    let intro = if intro.is_empty() { text(lang, "report-intro").into_owned() } else { intro };
    ReportPage { t: titled(visitor), intro, form, sign_in: None }
}

fn titled(visitor: &Visitor) -> crate::views::frame::Frame {
    let mut t = frame(visitor, "report-title");
    if visitor.caller().is_some() {
        t.crumbs = vec![Link::new("/partner/requests", text(visitor.origin.lang, "nav-requests"))];
    }
    t
}

/// The fields without values. A refund from *Cancel* needs its four facts; elsewhere they depend on the type.
fn empty_form(visitor: &Visitor, is_refund: bool) -> Form {
    let lang = visitor.origin.lang;
    let word = |prefix: &str, word: &str| Choice::new(word, text(lang, &format!("{prefix}-{word}")));
    let types = ProblemType::ALL.iter().map(|kind| word("problem-type", kind.as_text())).collect();
    let impacts = Impact::ALL.iter().map(|impact| promised(lang, *impact)).collect();
    let mut form = forms::cancel_request(PATH, &visitor.form_token(), types, impacts);
    let offered = ReasonChoice::ALL.iter().filter(|reason| **reason != ReasonChoice::NotGiven);
    let mut reasons = vec![Choice::new("", text(lang, "reason-choose"))];
    reasons.extend(offered.map(|reason| word("reason", reason.as_text())));
    for group in &mut form.groups {
        if group.legend == "legend-description" {
            for field in &mut group.fields {
                field.required &= is_refund;
                if field.name == "amount" {
                    field.hint = "hint-report-amount";
                }
                if !is_refund && matches!(field.name.as_str(), "customer" | "order" | "reason") {
                    field.hint = "hint-for-refunds";
                }
            }
            let at = group.fields.iter().position(|field| field.name == "reason").unwrap_or(0);
            let kinds = Field::select("reason_kind", "field-refund-reason-kind", reasons.clone()).wide();
            group.fields.insert(at, kinds);
            group.fields.push(Field::hidden("line", ""));
        }
        if group.legend == "legend-contact" {
            let languages = Lang::ALL.map(|lang| Choice::new(lang.tag(), lang.native_name())).to_vec();
            group.fields.push(Field::select("answer_language", "field-answer-language", languages).required());
            group
                .fields
                .push(Field::new(FieldKind::Text, "inform", "field-inform").hint("hint-inform").max(1_000).wide());
        }
    }
    form.back(Link::new("/partner/requests", text(lang, "action-back")))
}

/// An impact with the answer time that it promises (M35).
fn promised(lang: Lang, impact: Impact) -> Choice {
    let args = Args::new().set("impact", text(lang, &format!("impact-{impact}"))).num("hours", impact.answer_hours());
    Choice::new(impact.as_text(), text_with(lang, "impact-promise", &args))
}

/// Reads what was typed.
fn read(caller: &Caller, typed: &FormData) -> Report {
    Report {
        request_key: perpetua_app::orders::request_key(caller, PURPOSE, typed.get("form_token")),
        kind: ProblemType::parse(typed.get("problem_type")),
        impact: Impact::parse(typed.get("impact")),
        title: typed.get("title").to_owned(),
        customer: typed.get("customer").to_owned(),
        order: typed.get("order").to_owned(),
        line: typed.get("line").parse().ok(),
        reason: ReasonChoice::parse(typed.get("reason_kind")),
        reason_text: typed.get("reason").to_owned(),
        amount: typed.get("amount").to_owned(),
        text: typed.get("text").to_owned(),
        contact_name: typed.get("contact_name").to_owned(),
        contact_email: typed.get("contact_email").to_owned(),
        contact_phone: typed.get("contact_phone").to_owned(),
        language: Lang::from_tag(typed.get("answer_language")).unwrap_or(caller.origin.lang),
        inform: typed.get("inform").to_owned(),
        files: Some(FILES.sent(caller, typed)),
    }
}

async fn submit(visitor: Visitor, State(site): State<SiteState>, request: Request) -> Answer {
    let sent = attached::read(&visitor, &site, request, FILES).await?;
    let typed = &sent.typed;
    let Some(caller) = visitor.caller() else {
        return again(&visitor, &sent, &Problem::new(Kind::SignIn, "session_over_typed")).await;
    };
    if let Err(problem) = visitor.check_csrf(typed.get("csrf")) {
        return again(&visitor, &sent, &Problem::new(problem.kind, "form_expired_typed")).await;
    }
    if !sent.wrong.is_empty() {
        return again(&visitor, &sent, &Problem::field("files", "files_refused")).await;
    }
    match desk::report(&visitor.site.app, &caller, read(&caller, typed)).await {
        Ok(filed) => go(&format!("/partner/requests/{}?done=request-sent", filed.id)),
        Err(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            again(&visitor, &sent, &problem).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The form once more with what was typed and the files that were good; the token stays with it, so that sending it
/// again counts once.
async fn again(visitor: &Visitor, sent: &Sent, problem: &Problem) -> Answer {
    let (lang, typed) = (visitor.origin.lang, &sent.typed);
    let mut form = empty_form(visitor, ProblemType::parse(typed.get("problem_type")) == Some(ProblemType::Refund));
    form.token = typed.get("form_token").to_owned();
    fail_form(lang, &mut form, typed, problem);
    let caller = visitor.caller();
    if let Some(caller) = &caller {
        FILES.show(visitor, caller, &mut form, sent).await?;
    }
    let sign_in = caller.is_none().then(|| Link::new("/sign-in", text(lang, "action-sign-in")));
    let status = if caller.is_none() { StatusCode::UNAUTHORIZED } else { status_of(problem) };
    page_with(status, &ReportPage { t: titled(visitor), intro: String::new(), form, sign_in })
}

/// The form from *Cancel* after the window, with what was typed there, when something was.
pub fn after_window(
    visitor: &Visitor,
    caller: &Caller,
    facts: &Facts,
    intro: String,
    typed: Option<&FormData>,
) -> ReportPage {
    let mut view = prefilled(visitor, caller, Some(facts), Some(ProblemType::Refund), intro);
    for (name, value) in typed.into_iter().flat_map(FormData::iter) {
        // The amount and the order were computed for a cancellation that is no longer possible.
        if !matches!(name, "amount" | "order" | "line" | "form_token" | "csrf") {
            view.form.fill(name, value);
        }
    }
    view
}
