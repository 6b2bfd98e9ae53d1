//! The partner's own people: who holds which role, who is invited, who asks (M7). A program alone reads them only;
//! who changes them is a person that the program acts for (decision 14).

use axum::http::StatusCode;
use perpetua_app::people::{self, DecideRequest, GiveRole, Invite, Member, OpenInvitation, OpenRequest, People};
use perpetua_domain::access::{Permission as P, Role};
use perpetua_domain::id::{InvitationId, PersonId, RoleRequestId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call, text_of};
use crate::handler;
use crate::operation::Operation;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::input::Fields;
use crate::wire::link::Attributes;
use crate::wire::page::Collection;

/// Roles that one invitation may name.
const ROLES_MAX: usize = 10;
const INVITE: &str = r#"{"email":"ada@alfa.example","roles":["sales_agent"]}"#;
const GIVE: &str = r#"{"role":"admin_agent","hours":8}"#;
const DECIDE: &str = r#"{"grant":true,"hours":8}"#;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        Operation::get("X-10", "/ext/v1/people", handler!(list))
            .says("The partner's people and their roles, by name")
            .own(P::TenantPeopleView)
            .answers::<Collection<Person>>(200),
        Operation::delete("X-11", "/ext/v1/people/{person}", handler!(remove))
            .says("Remove one of the partner's people; what they did stays on record")
            .own(P::TenantPeopleManage),
        Operation::post("X-12", "/ext/v1/people/{person}/roles", handler!(give), GIVE)
            .says("Give a role, for good or for hours")
            .own(P::TenantPeopleManage)
            .answers::<Person>(201),
        Operation::delete("X-13", "/ext/v1/people/{person}/roles/{role}", handler!(take))
            .says("Take a role")
            .own(P::TenantPeopleManage)
            .answers::<Person>(200),
        Operation::get("X-14", "/ext/v1/people/invitations", handler!(invitations))
            .says("Who is invited and has not answered")
            .own(P::TenantPeopleView)
            .answers::<Collection<PersonInvitation>>(200),
        Operation::post("X-15", "/ext/v1/people/invitations", handler!(invite), INVITE)
            .says("Invite somebody; the address of the invitation is shown once, and mailed")
            .own(P::TenantPeopleManage)
            .answers::<CreatedInvitation>(201),
        Operation::delete("X-16", "/ext/v1/people/invitations/{invitation}", handler!(withdraw))
            .says("Take an invitation back")
            .own(P::TenantPeopleManage),
        Operation::get("X-17", "/ext/v1/people/requests", handler!(requests))
            .says("Who asks for which role")
            .own(P::TenantPeopleView)
            .answers::<Collection<PersonRequest>>(200),
        Operation::post("X-18", "/ext/v1/people/requests/{question}/decision", handler!(decide), DECIDE)
            .says("Give the role that somebody asks for, for good or for hours, or refuse it")
            .own(P::TenantPeopleManage),
    ]
}

/// One of the partner's people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    id: String,
    name: String,
    email: String,
    is_suspended: bool,
    roles: Vec<PersonRole>,
    /// When they were here last; to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen_date: Option<String>,
    attributes: Attributes,
}

/// A role as somebody holds it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonRole {
    /// Such as `admin_agent`.
    role: &'static str,
    /// Missing where it is held for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
}

/// Somebody who was invited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonInvitation {
    id: String,
    email: String,
    roles: Vec<&'static str>,
    expires_at: String,
    attributes: Attributes,
}

/// An invitation that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedInvitation {
    email: String,
    /// The address to hand over; missing when the same request is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    expires_at: String,
    attributes: Attributes,
}

/// Somebody asks for a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonRequest {
    id: String,
    person_id: String,
    name: String,
    email: String,
    role: &'static str,
    reason: String,
    created_date: String,
    attributes: Attributes,
}

async fn people_of(call: &Call) -> Result<People, Fault> {
    people::list(call.app(), &call.caller, call.caller.tenant).await.about(Family::Other)
}

async fn list(call: Call) -> Result<Answer, Fault> {
    let found = people_of(&call).await?;
    Answer::ok(Collection::whole(found.members.into_iter().map(person_of).collect(), &call.address()))
}

async fn invitations(call: Call) -> Result<Answer, Fault> {
    let found = people_of(&call).await?;
    Answer::ok(Collection::whole(found.invitations.into_iter().map(invitation_of).collect(), &call.address()))
}

async fn requests(call: Call) -> Result<Answer, Fault> {
    let found = people_of(&call).await?;
    Answer::ok(Collection::whole(found.requests.into_iter().map(request_of).collect(), &call.address()))
}

async fn invite(call: Call) -> Result<Answer, Fault> {
    let command = {
        let body = call.json()?;
        let body = body.fields()?;
        let email = body.required_text("email", 254)?.trim().to_owned();
        let words = body.texts("roles", ROLES_MAX, 40)?.filter(|words| !words.is_empty());
        let words = words.ok_or_else(|| body.fault("roles", Reason::Missing))?;
        let roles = words.into_iter().map(|word| known(&body, "roles", word)).collect::<Result<Vec<_>, _>>()?;
        Invite { tenant: call.caller.tenant, email, roles }
    };
    let email = command.email.clone();
    let made = people::invite(call.app(), &call.caller, command).await;
    let made = made.map_err(|problem| Fault::from_problem(&problem, Family::Other).renaming(&[("role", "roles")]))?;
    let address = format!("{}/invitation/{}", call.app().settings.public_url, made.token.expose().as_str());
    let answer = |url: Option<String>| CreatedInvitation {
        email: email.clone(),
        url,
        expires_at: date::write(made.expires_at),
        attributes: Attributes::of("Invitation"),
    };
    let (full, without) = (text_of(&answer(Some(address)))?, text_of(&answer(None))?);
    Ok(Answer::Secret { status: StatusCode::CREATED, full, without })
}

async fn withdraw(call: Call) -> Result<Answer, Fault> {
    let id: InvitationId = call.id("invitation", Family::Other)?;
    people::revoke_invitation(call.app(), &call.caller, call.caller.tenant, id).await.about(Family::Other)?;
    Ok(Answer::no_content())
}

async fn give(call: Call) -> Result<Answer, Fault> {
    let person: PersonId = call.id("person", Family::Other)?;
    let command = {
        let body = call.json()?;
        let body = body.fields()?;
        let role = known(&body, "role", body.required_text("role", 40)?)?;
        GiveRole { tenant: call.caller.tenant, person, role, hours: hours(&body)? }
    };
    people::give_role(call.app(), &call.caller, command).await.about(Family::Other)?;
    Answer::created(member(&call, person).await?)
}

async fn take(call: Call) -> Result<Answer, Fault> {
    let person: PersonId = call.id("person", Family::Other)?;
    let role = Role::parse(&call.params.get("role").to_ascii_lowercase()).ok_or_else(Fault::not_found)?;
    people::take_role(call.app(), &call.caller, call.caller.tenant, person, role).await.about(Family::Other)?;
    match member(&call, person).await {
        Ok(person) => Answer::ok(person),
        // Who held nothing else is none of the partner's people any more.
        Err(_) => Ok(Answer::no_content()),
    }
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let person: PersonId = call.id("person", Family::Other)?;
    people::remove_person(call.app(), &call.caller, call.caller.tenant, person).await.about(Family::Other)?;
    Ok(Answer::no_content())
}

async fn decide(call: Call) -> Result<Answer, Fault> {
    let request: RoleRequestId = call.id("question", Family::Other)?;
    let command = {
        let body = call.json()?;
        let body = body.fields()?;
        let grant = body.bool("grant")?.ok_or_else(|| body.fault("grant", Reason::Missing))?;
        DecideRequest { tenant: call.caller.tenant, request, grant, hours: hours(&body)? }
    };
    people::decide_request(call.app(), &call.caller, command).await.about(Family::Other)?;
    Ok(Answer::no_content())
}

/// For how many hours a role is lent; the bounds are checked by its rule.
fn hours(body: &Fields<'_>) -> Result<Option<u32>, Fault> {
    let given = body.int_in("hours", 1, people::GIVE_HOURS_MAX.into())?;
    Ok(given.and_then(|hours| u32::try_from(hours).ok()))
}

fn known(body: &Fields<'_>, field: &str, word: &str) -> Result<Role, Fault> {
    Role::parse(&word.trim().to_ascii_lowercase()).ok_or_else(|| body.fault(field, Reason::Unknown))
}

async fn member(call: &Call, id: PersonId) -> Result<Person, Fault> {
    let found = people_of(call).await?;
    found.members.into_iter().find(|member| member.person == id).map(person_of).ok_or_else(Fault::not_found)
}

fn person_of(member: Member) -> Person {
    let role = |held: people::HeldRole| PersonRole { role: held.role.as_text(), end_date: held.until.map(date::write) };
    Person {
        id: member.person.to_string(),
        name: member.name,
        email: member.email,
        is_suspended: member.is_suspended,
        roles: member.roles.into_iter().map(role).collect(),
        last_seen_date: member.last_seen.map(date::write),
        attributes: Attributes::of("Person"),
    }
}

fn invitation_of(open: OpenInvitation) -> PersonInvitation {
    PersonInvitation {
        id: open.id.to_string(),
        email: open.email,
        roles: open.roles.into_iter().map(Role::as_text).collect(),
        expires_at: date::write(open.expires_at),
        attributes: Attributes::of("Invitation"),
    }
}

fn request_of(open: OpenRequest) -> PersonRequest {
    PersonRequest {
        id: open.id.to_string(),
        person_id: open.person.to_string(),
        name: open.name,
        email: open.email,
        role: open.role.as_text(),
        reason: open.reason,
        created_date: date::write(open.at),
        attributes: Attributes::of("RoleRequest"),
    }
}
