//! The page on which a person lets a program act for them (authorization-code flow with PKCE).
//!
//! The browser is sent back to the program only at an address that is registered for it; whatever is wrong
//! before that is known is shown here, so that this page leads nowhere that a stranger chose.

use axum::Router;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::routing::get;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use perpetua_app::consent::{self, Asked, Asking};
use perpetua_app::{Caller, Kind, Problem};
use perpetua_domain::id::TenantId;
use perpetua_http::headers::policy_with_forms_to;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor};
use perpetua_i18n::{Args, text, text_with};

use super::people::role_names;
use crate::shell::{Answer, frame, go, page};
use crate::views::apps::Consent;
use crate::views::parts::{Button, Fact, Look};

/// What the buttons send again of what the program asked.
const KEPT: [&str; 8] = [
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "state",
    "code_challenge",
    "code_challenge_method",
    "nonce",
];

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The page under both of its paths.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/{tenant}/oauth2/authorize", get(ask).post(answer))
        .route("/{tenant}/oauth2/v2.0/authorize", get(ask).post(answer))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// What the program asks for; `plain` challenges protect nothing and are refused.
fn read(form: &FormData) -> Result<Asked, Problem> {
    let client = form.get("client_id").parse().map_err(|_| Problem::invalid("program_unknown"))?;
    let challenge = form.get("code_challenge").to_owned();
    let method = form.get("code_challenge_method");
    // A challenge without a method means `plain` (RFC 7636).
    if method != "S256" && !(method.is_empty() && challenge.is_empty()) {
        return Err(Problem::invalid("not_a_challenge"));
    }
    let redirect_uri = form.get("redirect_uri").to_owned();
    Ok(Asked { client, redirect_uri, challenge, nonce: form.get("nonce").to_owned() })
}

/// Checks everything that is needed before the person is shown or sent anything.
async fn checked(
    visitor: &Visitor,
    caller: &Caller,
    tenant: &str,
    form: &FormData,
) -> Result<(Asked, Asking), Problem> {
    let unknown = |problem: Problem| match problem.kind {
        Kind::NotFound => Problem::invalid("program_unknown"),
        _ => problem,
    };
    let asked = read(form)?;
    // Words such as `common` stand for whatever organisation the person acts for.
    if tenant.parse::<TenantId>().is_ok_and(|tenant| tenant != caller.tenant) {
        return Err(Problem::invalid("program_unknown"));
    }
    let asking = consent::ask(&visitor.site.app, caller, asked.clone()).await.map_err(unknown)?;
    Ok((asked, asking))
}

/// The registered address with these parameters.
fn back(asked: &Asked, form: &FormData, outcome: &[(&str, &str)]) -> String {
    let mut address = asked.redirect_uri.clone();
    let state = [("state", form.raw("state"))];
    for (name, value) in outcome.iter().chain(state.iter().filter(|(_, state)| !state.is_empty())) {
        let separator = if address.contains('?') { '&' } else { '?' };
        address = format!("{address}{separator}{name}={}", encoded(value));
    }
    address
}

/// What the program asked that we do not do; the program is told, the person need not read it.
fn unsupported(form: &FormData) -> Option<&'static str> {
    match (form.get("response_type"), form.get("response_mode")) {
        ("code", "" | "query") => None,
        ("code", _) => Some("invalid_request"),
        _ => Some("unsupported_response_type"),
    }
}

async fn ask(SignedIn { caller, visitor }: SignedIn, Path(tenant): Path<String>, RawQuery(query): RawQuery) -> Answer {
    let form = FormData::parse(query.as_deref().unwrap_or_default());
    if let Some(elsewhere) = works_elsewhere(&visitor, &caller, &tenant) {
        return go(&elsewhere);
    }
    let (asked, asking) = checked(&visitor, &caller, &tenant, &form).await?;
    if let Some(error) = unsupported(&form) {
        return go(&back(&asked, &form, &[("error", error)]));
    }
    let mut response = page(&view(&visitor, &caller, &form, &asked, &asking))?;
    // Browsers hold the redirect that answers a form to the page's policy.
    if let Some(policy) = policy_with_forms_to(&source(&asked.redirect_uri)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// Somebody of several organisations who acts for another one than the program's chooses first.
fn works_elsewhere(visitor: &Visitor, caller: &Caller, tenant: &str) -> Option<String> {
    let wanted: TenantId = tenant.parse().ok()?;
    let session = visitor.session.as_ref()?;
    let is_member = session.memberships.iter().any(|membership| membership.tenant == wanted);
    (is_member && wanted != caller.tenant).then(|| format!("/choose?to={}", encoded(&visitor.here)))
}

/// Scheme, host and port of an address; policies cannot name hosts in brackets, so those get their scheme.
fn source(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return String::new() };
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    if authority.starts_with('[') { format!("{scheme}:") } else { format!("{scheme}://{authority}") }
}

fn view(visitor: &Visitor, caller: &Caller, form: &FormData, asked: &Asked, asking: &Asking) -> Consent {
    let lang = visitor.origin.lang;
    let path = visitor.here.split('?').next().unwrap_or_default();
    let button = |label, decision: &str| {
        let button = Button::post(label, path).field("decision", decision);
        KEPT.into_iter().fold(button, |button, name| button.field(name, form.raw(name)))
    };
    // The sentence ends with the name, and its full stop with it: "s.r.o.".
    let tenant = asking.tenant_name.trim_end_matches('.');
    let names = Args::new().set("app", &asking.name).set("tenant", tenant);
    let roles = Args::new().set("roles", role_names(lang, &caller.roles)).set("tenant", &asking.tenant_name);
    Consent {
        t: frame(visitor, "consent-title"),
        intro: text_with(lang, "consent-intro", &names),
        facts: vec![
            Fact::new("field-app", asking.name.clone()),
            Fact::code("field-client-id", asked.client.to_string()),
            Fact::new("consent-for", asking.tenant_name.clone()),
            Fact::new("consent-as", format!("{} ({})", caller.name, caller.email)),
            Fact::code("consent-back-to", asked.redirect_uri.clone()),
        ],
        points: vec![
            text_with(lang, "consent-roles", &roles),
            text(lang, "consent-keys").into_owned(),
            text(lang, "consent-recorded").into_owned(),
            text(lang, "consent-ends").into_owned(),
        ],
        allow: button("action-allow", "allow").look(Look::Main),
        refuse: button("action-refuse", "refuse"),
    }
}

async fn answer(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let (asked, _) = checked(&visitor, &caller, &tenant, &form).await?;
    if let Some(error) = unsupported(&form) {
        return go(&back(&asked, &form, &[("error", error)]));
    }
    if form.get("decision") != "allow" {
        return go(&back(&asked, &form, &[("error", "access_denied")]));
    }
    let code = consent::grant(&visitor.site.app, &caller, asked.clone()).await?;
    go(&back(&asked, &form, &[("code", code.expose().as_str())]))
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn the_policy_names_where_the_answer_goes_and_no_more() {
        for (uri, named) in [
            ("https://tool.example/back?to=1", "https://tool.example"),
            ("http://localhost:4711", "http://localhost:4711"),
            ("http://[::1]:4711/back", "http:"),
        ] {
            assert_eq!(source(uri), named);
        }
    }
}
