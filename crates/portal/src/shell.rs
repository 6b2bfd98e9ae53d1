//! From a visitor to the frame around a page, and from a view to an answer.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use perpetua_app::identity::Membership;
use perpetua_app::problem::FieldProblem;
use perpetua_app::{Caller, Param, Problem};
use perpetua_domain::access::{Permission, Relation, Role, TenantKind, holders};
use perpetua_http::{Failed, FormData, Visitor};
use perpetua_i18n::{Args, Lang, exists, format, text, text_with};

use crate::views::form::Form;
use crate::views::frame::{
    ALL_INVOICES, Area, Flash, Frame, INVOICES, MIGRATION, PROGRAMS, Person, TenantChoice, Theme, Tone, nav,
};

/// What a handler answers.
pub type Answer = Result<Response, Failed>;

/// The frame of a page whose heading is the message `title`.
pub fn frame(visitor: &Visitor, title: &str) -> Frame {
    titled(visitor, text(visitor.origin.lang, title).into_owned())
}

/// The frame of a page whose heading is already in words.
pub fn titled(visitor: &Visitor, title: String) -> Frame {
    let lang = visitor.origin.lang;
    let mut frame = Frame::new(lang, title, &visitor.here);
    frame.csrf = visitor.csrf();
    frame.theme = Theme::from_word(&visitor.theme);
    frame.flash = flash(lang, &visitor.here);
    if let (Some(session), Some(caller)) = (&visitor.session, visitor.caller()) {
        frame.nav = nav(area(&caller), &visitor.here);
        if !caller.roles.contains(&Role::AdminAgent) {
            frame.nav.retain(|item| item.href != PROGRAMS);
        }
        let relation = if caller.kind == TenantKind::Operator { Relation::OperatorOver } else { Relation::Own };
        if !sees_accounts(&caller, relation) {
            frame.nav.retain(|item| item.href != INVOICES && item.href != ALL_INVOICES);
        }
        if !holds(&caller, Relation::Own, Permission::FleetView) {
            frame.nav.retain(|item| item.href != MIGRATION);
        }
        let others = session.memberships.iter().filter(|membership| membership.tenant != caller.tenant);
        frame.person = Some(Person {
            name: caller.name,
            email: caller.email,
            tenant: caller.tenant_name,
            tenants: others.map(|membership| tenant_choice(lang, membership)).collect(),
        });
    }
    frame
}

/// Whether a caller may see the account of a tenant that it stands in this relation to, so that links to it help.
pub fn sees_accounts(caller: &Caller, relation: Relation) -> bool {
    holds(caller, relation, Permission::AccountView)
}

/// Whether a role of the caller gives a right over tenants in this relation, so that links to it help.
pub fn holds(caller: &Caller, relation: Relation, permission: Permission) -> bool {
    let roles = holders(caller.kind, relation, permission).unwrap_or_default();
    caller.roles.iter().any(|role| roles.contains(role))
}

/// The portal of a caller.
pub fn area(caller: &Caller) -> Area {
    match caller.kind {
        TenantKind::Operator => Area::Operator,
        TenantKind::Partner => Area::Partner,
        TenantKind::Customer => Area::Customer,
    }
}

/// The first page of a caller's portal.
pub fn home(caller: &Caller) -> &'static str {
    match caller.kind {
        TenantKind::Operator => "/operator",
        TenantKind::Partner => "/partner",
        TenantKind::Customer => "/customer",
    }
}

/// An organization in the switch, with the person's roles in words.
pub fn tenant_choice(lang: Lang, membership: &Membership) -> TenantChoice {
    let roles = membership.roles.iter().map(|role| text(lang, &format!("role-{role}")).into_owned());
    TenantChoice {
        id: membership.tenant.to_string(),
        name: membership.name.clone(),
        note: roles.collect::<Vec<_>>().join(", "),
    }
}

/// The sentence that `?done=CODE` asks for, so that an answer survives its redirect without state.
fn flash(lang: Lang, here: &str) -> Option<Flash> {
    let query = here.split_once('?')?.1;
    let form = FormData::parse(query);
    let id = format!("flash-{}", form.get("done"));
    exists(lang, &id).then(|| Flash { tone: Tone::Good, text: text(lang, &id).into_owned() })
}

/// Renders a page.
///
/// # Errors
///
/// `internal` when the template fails, which only a bug can cause.
pub fn page(view: &impl Template) -> Answer {
    page_with(StatusCode::OK, view)
}

/// Renders a page with another status.
pub fn page_with(status: StatusCode, view: &impl Template) -> Answer {
    let html = view.render().map_err(Problem::internal)?;
    Ok((status, Html(html)).into_response())
}

/// Sends the browser on with GET, as after every form that did something.
#[expect(clippy::unnecessary_wraps, reason = "every end of a handler has the same type")]
pub fn go(path: &str) -> Answer {
    Ok(Redirect::to(path).into_response())
}

/// Answers with a file to keep.
#[expect(clippy::unnecessary_wraps, reason = "every end of a handler has the same type")]
pub fn file(name: &str, kind: &str, body: impl IntoResponse) -> Answer {
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body).into_response())
}

/// A local path to go on to, as forms and links carry it; anything else leads home.
pub fn local_path(to: &str) -> &str {
    // Browsers drop tabs and line ends, so that "/<TAB>/host" would lead elsewhere; only visible ASCII passes.
    let is_local =
        to.starts_with('/') && !to.starts_with("//") && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { to } else { "/" }
}

/// The problem as a sentence.
pub fn sentence(lang: Lang, problem: &Problem) -> String {
    worded(lang, "error", problem.code, &problem.params)
}

/// What is wrong with one field, as a sentence.
pub fn field_sentence(lang: Lang, field: &FieldProblem) -> String {
    worded(lang, "field-error", field.code, &field.params)
}

/// Shows a problem in the form that caused it, with what was typed.
pub fn fail_form(lang: Lang, form: &mut Form, typed: &FormData, problem: &Problem) {
    for (name, value) in typed.iter() {
        form.fill(name, value);
    }
    for field in &problem.fields {
        form.fail(&field.field, field_sentence(lang, field));
    }
    if problem.fields.is_empty() {
        form.error = Some(sentence(lang, problem));
    }
}

/// The message of a code with its parameters; a general sentence when the code has none.
pub fn worded(lang: Lang, prefix: &str, code: &str, params: &[(&'static str, Param)]) -> String {
    let id = format!("{prefix}-{code}");
    let args = params.iter().fold(Args::new(), |args, (name, value)| match value {
        Param::Text(text) => args.set(name, text),
        Param::Number(number) => args.num(name, *number),
        Param::Instant(at) => args.set(name, format::date_time(lang, *at, &crate::zone::of_reader())),
        Param::Amount(minor, currency) => args.set(name, format::amount(lang, *minor, *currency)),
    });
    if exists(lang, &id) { text_with(lang, &id, &args) } else { text(lang, "error-unknown").into_owned() }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_our_own_are_gone_on_to() {
        for path in ["/", "/partner/customers?search=a%20b", "/sign-in?done=signed-out"] {
            assert_eq!(local_path(path), path);
        }
        for path in [
            "",
            "partner",
            "//evil.example",
            "/\t/evil.example",
            "/\\evil.example",
            "/a\u{1}",
            "/a b",
            "/ž",
            "https://evil.example",
        ] {
            assert_eq!(local_path(path), "/", "{path:?}");
        }
    }
}
