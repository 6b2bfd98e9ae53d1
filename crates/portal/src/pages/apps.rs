//! Programs of the partner that call the REST interface: registering, changing and removing them, and
//! their secrets and certificates. A secret is in the answer to the form that makes it and nowhere else (I7).

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};
use jiff::Timestamp;
use perpetua_app::apps::{self, Credential, NewSecret, Register, Registered, SECRET_DAYS, SECRET_DAYS_MAX};
use perpetua_app::{Caller, FormKey, Kind, Problem};
use perpetua_domain::access::{AppRights, Role};
use perpetua_domain::id::AppId;
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};

use super::people::{id, role_names};
use crate::shell::{Answer, fail_form, frame, go, page, page_with, titled};
use crate::views::apps as view;
use crate::views::auth::FormPage;
use crate::views::form::{Choice, Form};
use crate::views::frame::{Link, PROGRAMS, Tone};
use crate::views::parts::{Badge, Button, Empty, Fact, Look};

/// Days before its end from which a secret is marked.
const ENDS_SOON_DAYS: i64 = 30;

/// Pages about programs.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/partner/apps", get(list).post(register))
        .route("/partner/apps/new", get(new))
        .route("/partner/apps/{app}", get(one).post(change))
        .route("/partner/apps/{app}/remove", get(ask_to_remove).post(remove))
        .route("/partner/apps/{app}/secrets", post(add_secret))
        .route("/partner/apps/{app}/certificates", post(add_certificate))
        .route("/partner/apps/{app}/credentials/remove", post(remove_credential))
}

fn word(lang: Lang, id: &str) -> String {
    text(lang, id).into_owned()
}

fn when(lang: Lang, at: Timestamp) -> String {
    format::date_time(lang, at, &crate::zone::of_reader())
}

fn used(lang: Lang, at: Option<Timestamp>) -> String {
    let used = |at| text_with(lang, "apps-used", &Args::new().set("when", when(lang, at)));
    at.map_or_else(|| word(lang, "apps-never-used"), used)
}

fn path(app: AppId, end: &str) -> String {
    format!("{PROGRAMS}/{app}{end}")
}

async fn list(SignedIn { caller, visitor }: SignedIn) -> Answer {
    let found = apps::list(&visitor.site.app, &caller).await?;
    let lang = visitor.origin.lang;
    let now = visitor.site.app.real_clock.now();
    let rows = found.iter().map(|app| view::AppLine {
        href: path(app.id, ""),
        name: app.name.clone(),
        id: app.id.to_string(),
        roles: roles(lang, app),
        rights: rights(lang, app.rights),
        used: used(lang, app.used_at),
        credentials: app.credentials.iter().map(|credential| line(lang, now, credential)).collect(),
    });
    page(&view::Apps {
        t: frame(&visitor, "nav-apps"),
        rows: rows.collect(),
        empty: Empty { heading: word(lang, "apps-none"), text: word(lang, "apps-none-how"), action: None },
    })
}

fn roles(lang: Lang, app: &Registered) -> String {
    if app.roles.is_empty() { word(lang, "apps-no-roles") } else { role_names(lang, &app.roles) }
}

fn rights(lang: Lang, rights: AppRights) -> Vec<Badge> {
    let named = [(rights.keys, "apps-right-keys"), (rights.cancel, "apps-right-cancel")];
    let given: Vec<Badge> =
        named.iter().filter(|(has, _)| *has).map(|(_, id)| Badge::new(Tone::Warn, word(lang, id))).collect();
    if given.is_empty() { vec![Badge::new(Tone::Plain, word(lang, "apps-no-rights"))] } else { given }
}

fn line(lang: Lang, now: Timestamp, credential: &Credential) -> view::CredentialLine {
    let days = credential.expires_at.duration_since(now).as_hours() / 24;
    let (tone, message) = if credential.expires_at <= now {
        (Tone::Bad, "apps-ended")
    } else if days < ENDS_SOON_DAYS {
        (Tone::Warn, "apps-until")
    } else {
        (Tone::Plain, "apps-until")
    };
    let until = text_with(lang, message, &Args::new().set("when", when(lang, credential.expires_at)));
    let (kind, more) =
        if credential.is_certificate { ("apps-kind-certificate", "") } else { ("apps-kind-secret", "…") };
    view::CredentialLine {
        id: credential.id.to_string(),
        label: credential.label.clone(),
        kind: word(lang, kind),
        hint: format!("{}{more}", credential.hint),
        until: Badge::new(tone, until),
        used: used(lang, credential.used_at),
        remove: None,
    }
}

async fn find(visitor: &Visitor, caller: &Caller, app: &str) -> Result<Registered, Problem> {
    let app: AppId = id(app)?;
    let all = apps::list(&visitor.site.app, caller).await?;
    all.into_iter().find(|found| found.id == app).ok_or_else(Problem::not_found)
}

fn registration(visitor: &Visitor) -> FormPage {
    let lang = visitor.origin.lang;
    let form = view::describe(PROGRAMS, "action-register-app");
    FormPage {
        t: frame(visitor, "apps-new"),
        intro: word(lang, "apps-new-intro"),
        form: form.once(visitor.form_token()).back(Link::new(PROGRAMS, word(lang, "action-back"))),
        after: Vec::new(),
    }
}

async fn new(SignedIn { caller, visitor }: SignedIn) -> Answer {
    // Who may not register is told so before filling in the form.
    apps::list(&visitor.site.app, &caller).await?;
    page(&registration(&visitor))
}

/// What the form of [`view::describe`] says.
fn read(form: &FormData) -> Register {
    let named =
        |(name, _): &(&str, &str)| name.strip_prefix("role-").and_then(Role::parse).filter(|_| form.is_on(name));
    Register {
        name: form.get("name").to_owned(),
        roles: view::ROLES.iter().filter_map(named).collect(),
        rights: AppRights { keys: form.is_on("keys"), cancel: form.is_on("cancel") },
        redirect_uris: form
            .get("redirect_uris")
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

/// Whether the form can be corrected, so that it is shown again.
fn is_correctable(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Invalid | Kind::Conflict)
}

async fn register(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let key = FormKey::new(&caller, "app.registered", form.get("form_token"));
    match apps::register_once(&visitor.site.app, &caller, key, read(&form)).await {
        Ok(app) => go(&path(app, "?done=app-registered")),
        Err(problem) if is_correctable(&problem) => {
            let mut view = registration(&visitor);
            fail_form(visitor.origin.lang, &mut view.form, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

fn app_page(visitor: &Visitor, app: &Registered) -> view::AppPage {
    let lang = visitor.origin.lang;
    let now = visitor.site.app.real_clock.now();
    let mut t = titled(visitor, app.name.clone());
    t.crumbs = vec![Link::new(PROGRAMS, word(lang, "nav-apps"))];
    let rights: Vec<String> = rights(lang, app.rights).into_iter().map(|badge| badge.text).collect();
    let facts = vec![
        Fact::code("field-client-id", app.id.to_string()),
        Fact::new("legend-app-roles", roles(lang, app)),
        Fact::new("legend-app-rights", rights.join(", ")),
        Fact::new("field-app-used", used(lang, app.used_at)),
        Fact::new("field-app-registered", format!("{}, {}", app.registered_by, when(lang, app.registered_at))),
    ];
    let credentials = app.credentials.iter().map(|credential| {
        let remove = Button::post("action-remove", path(app.id, "/credentials/remove"))
            .field("credential", credential.id.to_string())
            .about(format!("c-{}", credential.id))
            .look(Look::SmallDanger);
        view::CredentialLine { remove: Some(remove), ..line(lang, now, credential) }
    });
    view::AppPage {
        t,
        facts,
        addresses: app.redirect_uris.clone(),
        credentials: credentials.collect(),
        secret: secret_form(lang, app.id),
        certificate: view::add_certificate(&path(app.id, "/certificates")),
        change: change_form(app),
        is_changing: false,
        remove: Button::open("action-remove-app", path(app.id, "/remove")).look(Look::Danger),
    }
}

fn secret_form(lang: Lang, app: AppId) -> Form {
    let days = [30, 90, SECRET_DAYS, 365, SECRET_DAYS_MAX];
    let in_words =
        |days: i64| Choice::new(days.to_string(), text_with(lang, "apps-days", &Args::new().num("days", days)));
    let mut form = view::add_secret(&path(app, "/secrets"), days.into_iter().map(in_words).collect());
    form.fill("days", &SECRET_DAYS.to_string());
    form
}

fn empty_change_form(app: &Registered) -> Form {
    let mut form = view::describe(&path(app.id, ""), "action-save");
    form.plain = true;
    form.group("", vec![crate::views::form::Field::hidden("version", app.version.to_string())])
}

fn change_form(app: &Registered) -> Form {
    let mut form = empty_change_form(app);
    form.fill("name", &app.name);
    for role in &app.roles {
        form.fill(&format!("role-{role}"), "on");
    }
    for (name, _) in [("keys", app.rights.keys), ("cancel", app.rights.cancel)].iter().filter(|(_, has)| *has) {
        form.fill(name, "on");
    }
    form.fill("redirect_uris", &app.redirect_uris.join("\n"));
    form
}

async fn one(SignedIn { caller, visitor }: SignedIn, Path(app): Path<String>) -> Answer {
    page(&app_page(&visitor, &find(&visitor, &caller, &app).await?))
}

async fn change(SignedIn { caller, visitor }: SignedIn, Path(app): Path<String>, PostForm(form): PostForm) -> Answer {
    let id: AppId = id(&app)?;
    let version = form.get("version").parse().map_err(|_| Problem::conflict("changed_elsewhere"))?;
    match apps::change(&visitor.site.app, &caller, id, version, read(&form)).await {
        Ok(()) => go(&path(id, "?done=saved")),
        Err(problem) if is_correctable(&problem) => {
            let app = find(&visitor, &caller, &app).await?;
            let mut view = app_page(&visitor, &app);
            view.is_changing = true;
            // Boxes that were not ticked are not sent, so what is stored must not show through.
            view.change = empty_change_form(&app);
            fail_form(visitor.origin.lang, &mut view.change, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn ask_to_remove(SignedIn { caller, visitor }: SignedIn, Path(app): Path<String>) -> Answer {
    let app = find(&visitor, &caller, &app).await?;
    let lang = visitor.origin.lang;
    page(&view::Remove {
        t: titled(&visitor, text_with(lang, "apps-remove-title", &Args::new().set("app", &app.name))),
        text: word(lang, "apps-remove-how"),
        remove: Button::post("action-remove-app", path(app.id, "/remove")).look(Look::Danger),
        back: Link::new(path(app.id, ""), word(lang, "action-back")),
    })
}

async fn remove(SignedIn { caller, visitor }: SignedIn, Path(app): Path<String>, PostForm(_): PostForm) -> Answer {
    apps::remove(&visitor.site.app, &caller, id(&app)?).await?;
    go("/partner/apps?done=app-removed")
}

async fn add_secret(
    SignedIn { caller, visitor }: SignedIn,
    Path(app): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let found = find(&visitor, &caller, &app).await?;
    let days = form.get("days").parse().unwrap_or(0);
    match apps::add_secret(&visitor.site.app, &caller, found.id, form.get("label").to_owned(), days).await {
        Ok(secret) => show_secret(&visitor, &caller, &found, &secret),
        Err(problem) if is_correctable(&problem) => {
            let mut view = app_page(&visitor, &found);
            fail_form(visitor.origin.lang, &mut view.secret, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The only page that ever holds the secret; nothing may keep it.
fn show_secret(visitor: &Visitor, caller: &Caller, app: &Registered, secret: &NewSecret) -> Answer {
    let lang = visitor.origin.lang;
    let args = Args::new().set("app", &app.name).set("until", when(lang, secret.expires_at));
    let token_address = format!("{}/{}/oauth2/v2.0/token", visitor.site.app.settings.public_url, caller.tenant);
    let mut response = page(&view::Secret {
        t: frame(visitor, "apps-secret-title"),
        intro: text_with(lang, "apps-secret-once", &args),
        secret: secret.secret.expose().to_string(),
        facts: vec![
            Fact::code("field-client-id", app.id.to_string()),
            Fact::code("field-tenant-id", caller.tenant.to_string()),
            Fact::code("field-token-address", token_address),
        ],
        next: Link::new(path(app.id, ""), word(lang, "action-back")),
    })?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn add_certificate(
    SignedIn { caller, visitor }: SignedIn,
    Path(app): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let found = find(&visitor, &caller, &app).await?;
    let (label, key) = (form.get("certificate_label").to_owned(), form.get("certificate").to_owned());
    match apps::add_certificate(&visitor.site.app, &caller, found.id, label, key).await {
        Ok(_) => go(&path(found.id, "?done=app-certificate-added")),
        Err(mut problem) if is_correctable(&problem) => {
            // Both forms of the page have a label, under different names.
            for field in problem.fields.iter_mut().filter(|field| field.field == "label") {
                field.field = "certificate_label".into();
            }
            let mut view = app_page(&visitor, &found);
            fail_form(visitor.origin.lang, &mut view.certificate, &form, &problem);
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn remove_credential(
    SignedIn { caller, visitor }: SignedIn,
    Path(app): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let app: AppId = id(&app)?;
    apps::remove_credential(&visitor.site.app, &caller, app, id(form.get("credential"))?).await?;
    go(&path(app, "?done=app-credential-removed"))
}
