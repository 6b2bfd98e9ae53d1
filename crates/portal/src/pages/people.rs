//! The people of an organization: members, roles, invitations, requests for roles, and new passwords.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::{get, post};
use perpetua_app::people::{self, AskForRole, DecideRequest, GiveRole, Invite, Member, OneTimeLink, People};
use perpetua_app::{Caller, FormKey, Kind, Problem};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::id::{PersonId, TenantId};
use perpetua_http::{FormData, PostForm, SignedIn, SiteState, Visitor, status_of};
use perpetua_i18n::{Args, Lang, format, text, text_with};
use serde::Deserialize;

use crate::shell::{Answer, fail_form, frame, go, home, local_path, page, page_with, titled};
use crate::views::apps::Remove;
use crate::views::auth::OneTimeAddress;
use crate::views::form::{Choice, Form};
use crate::views::forms;
use crate::views::frame::{Link, Tone};
use crate::views::parts::{Badge, Button, Look};
use crate::views::people as view;

/// Pages about people.
pub fn routes() -> Router<SiteState> {
    Router::new()
        .route("/operator/people", get(own_page))
        .route("/partner/people", get(own_page))
        .route("/customer/people", get(own_page))
        .route("/people/{tenant}/invite", post(invite))
        .route("/people/{tenant}/give", post(give))
        .route("/people/{tenant}/take", post(take))
        .route("/people/{tenant}/remove", get(ask_to_remove).post(remove))
        .route("/people/{tenant}/grant", post(grant))
        .route("/people/{tenant}/decline", post(decline))
        .route("/people/{tenant}/renew", post(renew))
        .route("/people/{tenant}/revoke", post(revoke))
        .route("/people/{tenant}/new-password", post(new_password))
        .route("/people/ask", post(ask))
}

/// A role in words.
pub fn role_name(lang: Lang, role: Role) -> String {
    text(lang, &format!("role-{role}")).into_owned()
}

/// Several roles in words.
pub fn role_names(lang: Lang, roles: &[Role]) -> String {
    roles.iter().map(|role| role_name(lang, *role)).collect::<Vec<_>>().join(", ")
}

fn when(lang: Lang, at: jiff::Timestamp) -> String {
    format::date_time(lang, at, &crate::zone::of_reader())
}

/// An id in a path or form; anything else is a page that does not exist.
pub fn id<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

async fn own_page(SignedIn { caller, visitor }: SignedIn) -> Answer {
    // Each portal has this page; that of another one is no page of the caller's.
    if !visitor.here.starts_with(home(&caller)) {
        return Err(Problem::not_found().into());
    }
    let people = people::list(&visitor.site.app, &caller, caller.tenant).await?;
    page(&people_view(&visitor, &people))
}

/// The page of the caller's own people.
pub fn people_view(visitor: &Visitor, people: &People) -> view::People {
    let lang = visitor.origin.lang;
    let manages = !people.grantable.is_empty();
    view::People {
        t: frame(visitor, "nav-people"),
        requests: requests(visitor, people),
        rows: rows(lang, people),
        invite: manages.then(|| invite_form(visitor, people)),
        grant: manages.then(|| give_form(visitor, people)),
        export: (manages && people.kind == TenantKind::Operator).then(|| super::personal_data::form(people.tenant)),
    }
}

fn path(tenant: TenantId, verb: &str) -> String {
    format!("/people/{tenant}/{verb}")
}

fn role_choices(lang: Lang, roles: &[Role]) -> Vec<Choice> {
    roles.iter().map(|role| Choice::new(role.as_text(), role_name(lang, *role))).collect()
}

/// The form that invites somebody into the listed tenant.
pub fn invite_form(visitor: &Visitor, people: &People) -> Form {
    let roles = role_choices(visitor.origin.lang, &people.grantable);
    forms::invite(&path(people.tenant, "invite"), &visitor.form_token(), roles)
}

fn give_form(visitor: &Visitor, people: &People) -> Form {
    let members = people.members.iter().map(|member| Choice::new(member.person.to_string(), member.name.clone()));
    let roles = role_choices(visitor.origin.lang, &people.grantable);
    forms::grant_role(&path(people.tenant, "give"), &visitor.form_token(), members.collect(), roles)
}

/// Members and open invitations as lines of the table.
pub fn rows(lang: Lang, people: &People) -> Vec<view::PersonRow> {
    let members = people.members.iter().map(|member| member_row(lang, people, member));
    let invited = people.invitations.iter().map(|invitation| {
        let about = format!("p-{}", invitation.id);
        let button = |label, verb| {
            Button::post(label, path(people.tenant, verb))
                .field("invitation", invitation.id.to_string())
                .field("email", invitation.email.clone())
                .about(about.clone())
        };
        let until = Args::new().set("until", when(lang, invitation.expires_at));
        view::PersonRow {
            id: invitation.id.to_string(),
            name: invitation.email.clone(),
            email: text_with(lang, "people-invitation-until", &until),
            roles: invitation
                .roles
                .iter()
                .map(|role| view::RoleTag { name: role_name(lang, *role), until: String::new(), revoke: None })
                .collect(),
            last_seen: text(lang, "people-never-seen").into_owned(),
            state: Badge::new(Tone::Warn, text(lang, "people-state-invited")),
            reset: Some(button("action-renew", "renew").look(Look::Small)),
            export: None,
            remove: Some(button("action-revoke", "revoke").look(Look::SmallDanger)),
        }
    });
    members.chain(invited).collect()
}

fn member_row(lang: Lang, people: &People, member: &Member) -> view::PersonRow {
    let button = |label, verb| {
        Button::post(label, path(people.tenant, verb))
            .field("person", member.person.to_string())
            .about(format!("p-{}", member.person))
    };
    let roles = member.roles.iter().map(|held| view::RoleTag {
        name: role_name(lang, held.role),
        until: held.until.map_or_else(String::new, |until| {
            text_with(lang, "people-until", &Args::new().set("until", when(lang, until)))
        }),
        revoke: held
            .can_take
            .then(|| button("action-revoke", "take").field("role", held.role.as_text()).look(Look::Small)),
    });
    let (tone, state) =
        if member.is_suspended { (Tone::Bad, "people-state-suspended") } else { (Tone::Good, "people-state-active") };
    view::PersonRow {
        id: member.person.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        roles: roles.collect(),
        last_seen: member
            .last_seen
            .map_or_else(|| text(lang, "people-never-seen").into_owned(), |seen| when(lang, seen)),
        state: Badge::new(tone, text(lang, state)),
        reset: member.can_remove.then(|| {
            button("action-reset-address", "new-password").field("email", member.email.clone()).look(Look::Small)
        }),
        export: (!people.grantable.is_empty())
            .then(|| button("action-export-person", "export").look(Look::Small).stays()),
        remove: member.can_remove.then(|| {
            Button::open("action-remove", path(people.tenant, "remove"))
                .field("person", member.person.to_string())
                .about(format!("p-{}", member.person))
                .look(Look::SmallDanger)
        }),
    }
}

fn requests(visitor: &Visitor, people: &People) -> Vec<view::RoleRequest> {
    let lang = visitor.origin.lang;
    let decidable = people.requests.iter().filter(|request| request.can_decide);
    let shown = decidable.map(|request| {
        let args = Args::new()
            .set("name", &request.name)
            .set("role", role_name(lang, request.role))
            .set("reason", &request.reason);
        let message = if request.reason.is_empty() { "people-request-text" } else { "people-request-reason" };
        let id = request.id.to_string();
        view::RoleRequest {
            text: text_with(lang, message, &args),
            when: when(lang, request.at),
            grant: forms::answer_request(&path(people.tenant, "grant"), &id, &visitor.form_token()),
            decline: Button::post("action-decline", path(people.tenant, "decline"))
                .field("request", id.clone())
                .about(format!("r-{id}")),
            id,
        }
    });
    shown.collect()
}

/// Where the people of a tenant are shown to this caller.
fn back(caller: &Caller, tenant: TenantId, done: &str) -> String {
    if tenant == caller.tenant {
        format!("{}/people?done={done}", home(caller))
    } else {
        format!("/operator/partners/{tenant}?done={done}")
    }
}

/// Goes on when it was done; else shows the page again with the form that failed.
async fn finish(
    visitor: &Visitor,
    caller: &Caller,
    tenant: TenantId,
    outcome: Result<(), Problem>,
    done: &str,
    form: &FormData,
    which: fn(&mut view::People) -> &mut Option<Form>,
) -> Answer {
    match outcome {
        Ok(()) => go(&back(caller, tenant, done)),
        Err(problem) if tenant == caller.tenant && matches!(problem.kind, Kind::Invalid | Kind::Conflict) => {
            let people = people::list(&visitor.site.app, caller, tenant).await?;
            let mut view = people_view(visitor, &people);
            if let Some(shown) = which(&mut view) {
                fail_form(visitor.origin.lang, shown, form, &problem);
            }
            page_with(status_of(&problem), &view)
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Shows an address that is shown once. Nothing may keep the page.
pub fn one_time(visitor: &Visitor, kind: &'static str, email: &str, link: &OneTimeLink, next: String) -> Answer {
    let lang = visitor.origin.lang;
    let (place, message) = match kind {
        "reset" => ("reset", "one-time-reset"),
        _ => ("invitation", "one-time-invitation"),
    };
    let args = Args::new().set("email", email).set("until", when(lang, link.expires_at));
    let mailed = visitor.site.app.settings.mail && place == "invitation";
    let address = format!("{}/{place}/{}", visitor.site.app.settings.public_url, link.token.expose().as_str());
    let mut response: Response = page(&OneTimeAddress {
        t: frame(visitor, "one-time-title"),
        intro: text_with(lang, message, &args),
        mailed: if mailed { text(lang, "one-time-mailed").into_owned() } else { String::new() },
        address,
        next: Link::new(next, text(lang, "action-back")),
    })?;
    response.headers_mut().insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn invite(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let roles = Role::parse(form.get("role")).into_iter().collect();
    let command = Invite { tenant, email: form.get("email").to_owned(), roles };
    let key = FormKey::new(&caller, "person.invited", form.get("form_token"));
    match people::invite_once(&visitor.site.app, &caller, key, command).await {
        Ok(None) => go(&back(&caller, tenant, "invited-before")),
        Ok(Some(link)) => one_time(&visitor, "invitation", form.get("email"), &link, back(&caller, tenant, "")),
        Err(problem) => finish(&visitor, &caller, tenant, Err(problem), "", &form, |view| &mut view.invite).await,
    }
}

async fn give(SignedIn { caller, visitor }: SignedIn, Path(tenant): Path<String>, PostForm(form): PostForm) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let command = async {
        let role = Role::parse(form.get("grant_role")).ok_or_else(|| Problem::field("grant_role", "unknown"))?;
        Ok(GiveRole { tenant, person: id(form.get("person"))?, role, hours: hours("hours", &form)? })
    };
    let outcome = match command.await {
        Ok(command) => people::give_role(&visitor.site.app, &caller, command).await,
        Err(problem) => Err(problem),
    };
    finish(&visitor, &caller, tenant, outcome, "role-given", &form, |view| &mut view.grant).await
}

/// A number of hours; an empty field means for good.
fn hours(field: &str, form: &FormData) -> Result<Option<u32>, Problem> {
    match form.get(field) {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Problem::field(field, "out_of_range")),
    }
}

async fn take(SignedIn { caller, visitor }: SignedIn, Path(tenant): Path<String>, PostForm(form): PostForm) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let role = Role::parse(form.get("role")).ok_or_else(Problem::not_found)?;
    people::take_role(&visitor.site.app, &caller, tenant, id(form.get("person"))?, role).await?;
    go(&back(&caller, tenant, "role-taken"))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    person: String,
}

/// Asks before somebody loses every role; who may not remove the person finds no such page.
async fn ask_to_remove(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let person: PersonId = id(&asked.person)?;
    let people = people::list(&visitor.site.app, &caller, tenant).await?;
    let found = people.members.iter().find(|member| member.person == person && member.can_remove);
    let member = found.ok_or_else(Problem::not_found)?;
    let lang = visitor.origin.lang;
    let roles: Vec<Role> = member.roles.iter().map(|held| held.role).collect();
    let args =
        Args::new().set("name", &member.name).set("tenant", &people.tenant_name).set("roles", role_names(lang, &roles));
    let list = back(&caller, tenant, "");
    let list = list.split('?').next().unwrap_or_default().to_owned();
    page(&Remove {
        t: titled(&visitor, text_with(lang, "people-remove-title", &args)),
        text: text_with(lang, "people-remove-how", &args),
        remove: Button::post("action-remove", path(tenant, "remove")).field("person", asked.person).look(Look::Danger),
        back: Link::new(list, text(lang, "action-back")),
    })
}

async fn remove(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    people::remove_person(&visitor.site.app, &caller, tenant, id(form.get("person"))?).await?;
    go(&back(&caller, tenant, "person-removed"))
}

async fn grant(SignedIn { caller, visitor }: SignedIn, Path(tenant): Path<String>, PostForm(form): PostForm) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let request = form.get("request").to_owned();
    let hours = hours(&format!("hours-{request}"), &form)?;
    let command = DecideRequest { tenant, request: id(&request)?, grant: true, hours };
    people::decide_request(&visitor.site.app, &caller, command).await?;
    go(&back(&caller, tenant, "role-given"))
}

async fn decline(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let command = DecideRequest { tenant, request: id(form.get("request"))?, grant: false, hours: None };
    people::decide_request(&visitor.site.app, &caller, command).await?;
    go(&back(&caller, tenant, "role-refused"))
}

async fn renew(SignedIn { caller, visitor }: SignedIn, Path(tenant): Path<String>, PostForm(form): PostForm) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let link = people::renew_invitation(&visitor.site.app, &caller, tenant, id(form.get("invitation"))?).await?;
    one_time(&visitor, "invitation", form.get("email"), &link, back(&caller, tenant, ""))
}

async fn revoke(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    people::revoke_invitation(&visitor.site.app, &caller, tenant, id(form.get("invitation"))?).await?;
    go(&back(&caller, tenant, "invitation-revoked"))
}

async fn new_password(
    SignedIn { caller, visitor }: SignedIn,
    Path(tenant): Path<String>,
    PostForm(form): PostForm,
) -> Answer {
    let tenant: TenantId = id(&tenant)?;
    let link = people::hand_out_reset(&visitor.site.app, &caller, tenant, id(form.get("person"))?).await?;
    one_time(&visitor, "reset", form.get("email"), &link, back(&caller, tenant, ""))
}

async fn ask(SignedIn { caller, visitor }: SignedIn, PostForm(form): PostForm) -> Answer {
    let role = Role::parse(form.get("role")).ok_or_else(Problem::not_found)?;
    let command = AskForRole { role, reason: form.get("note").to_owned() };
    people::ask_for_role(&visitor.site.app, &caller, command).await?;
    go(&format!("{}?done=role-asked", local_path(home(&caller))))
}
