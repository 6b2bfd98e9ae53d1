//! Users of a customer and their roles (contract 10, U-01 to U-11).
//!
//! Only plain users are the partner's to keep; who may reach keys is decided by the customer's own
//! administrators (M20), so that giving or taking such a role is refused with 403/900150.

use perpetua_app::people::users::{self, ChangeUser, CreateUser, User};
use perpetua_domain::access::{Permission as P, Role};
use perpetua_domain::country::Country;
use perpetua_domain::id::PersonId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{About as _, Answer, Call, text_of};
use crate::handler;
use crate::operation::Operation;
use crate::wire::codes;
use crate::wire::date;
use crate::wire::fault::{Family, Fault, Reason};
use crate::wire::filter::{Filter, Operator};
use crate::wire::input::Fields;
use crate::wire::link::{Address, Attributes, SelfLinks};
use crate::wire::page::Collection;
use crate::wire::query::Seek;
use crate::wire::token::{Continuation, Position};
use crate::wire::word::{Words, same};

/// Users on a page, unless fewer are asked for.
const PAGE: u32 = 500;

const NEW: &str = r#"{"userPrincipalName":"ada@northlake.example","displayName":"Ada Berg","firstName":"Ada","lastName":"Berg","usageLocation":"DE","passwordProfile":{"password":"correct horse battery","forceChangePassword":true}}"#;
const PASSWORD: &str = r#"{"passwordProfile":{"password":"another horse battery","forceChangePassword":true}}"#;
const MEMBER: &str = r#"{"id":"c0ffee00-0000-4000-8000-000000000000","displayName":"Ada Berg","userPrincipalName":"ada@northlake.example","attributes":{"objectType":"UserMember"}}"#;

/// Names of a user's fields as the body writes them.
const FIELDS: &[(&str, &str)] =
    &[("email", "userPrincipalName"), ("name", "displayName"), ("password", "passwordProfile.password")];

/// The roles of a customer's directory: id, name and what it is here.
const ROLES: [(&str, &str, Role); 3] = [
    ("62e90394-69f5-4237-9190-012177145e10", "Company Administrator", Role::GlobalAdmin),
    ("4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator", Role::KeyViewer),
    ("88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers", Role::CustomerUser),
];

/// The operations.
pub fn rows() -> Vec<Operation> {
    [user_rows(), role_rows()].concat()
}

fn user_rows() -> Vec<Operation> {
    vec![
        Operation::get("U-01", "/v1/customers/{c}/users", handler!(list))
            .says("The users of a customer")
            .over_customer(P::TenantPeopleView)
            .asks("size", "Users on a page, at most 500")
            .asks("filter", "JSON: UserState equals Active or Inactive")
            .asks("sortField", "DisplayName or UserPrincipalName")
            .asks("sortDirection", "Ascending or Descending")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<CustomerUser>>(200),
        Operation::post("U-02", "/v1/customers/{c}/users", handler!(create), NEW)
            .says("Creates a plain user, who can reach no key")
            .over_customer(P::CustomerUserManage)
            .answers::<CustomerUser>(201),
        Operation::get("U-03", "/v1/customers/{c}/users/{u}", handler!(get))
            .says("One user")
            .over_customer(P::TenantPeopleView)
            .answers::<CustomerUser>(200),
        Operation::patch("U-04", "/v1/customers/{c}/users/{u}", handler!(change), PASSWORD)
            .says("Changes a plain user, sets their password, or restores a removed one")
            .over_customer(P::CustomerUserEdit)
            .answers::<CustomerUser>(200),
        Operation::patch("U-05", "/v1/customers/{c}/users/{u}/resetpassword", handler!(reset), PASSWORD)
            .says("Sets the password of a plain user")
            .over_customer(P::CustomerUserEdit)
            .answers::<CustomerUser>(200),
        Operation::delete("U-06", "/v1/customers/{c}/users/{u}", handler!(remove))
            .says("Removes a plain user, who can be restored for 30 days")
            .over_customer(P::CustomerUserManage),
    ]
}

fn role_rows() -> Vec<Operation> {
    vec![
        Operation::get("U-07", "/v1/customers/{c}/users/{u}/directoryroles", handler!(roles_of_user))
            .says("The roles of a user")
            .over_customer(P::TenantPeopleView)
            .answers::<Collection<DirectoryRole>>(200),
        Operation::get("U-08", "/v1/customers/{c}/directoryroles", handler!(roles))
            .says("The roles that users of a customer may have")
            .over_customer(P::TenantPeopleView)
            .answers::<Collection<DirectoryRole>>(200),
        Operation::get("U-09", "/v1/customers/{c}/directoryroles/{r}/usermembers", handler!(members))
            .says("The users that have a role")
            .over_customer(P::TenantPeopleView)
            .asks("size", "Users on a page, at most 500")
            .asks("seekOperation", "Next with the header MS-ContinuationToken, or First")
            .answers::<Collection<UserMember>>(200),
        Operation::post("U-10", "/v1/customers/{c}/directoryroles/{r}/usermembers", handler!(add_member), MEMBER)
            .says("Gives a user a role; one that reaches keys comes from the customer's administrators only")
            .over_customer(P::CustomerUserManage)
            .answers::<UserMember>(201),
        Operation::delete("U-11", "/v1/customers/{c}/directoryroles/{r}/usermembers/{u}", handler!(remove_member))
            .says("Takes a role from a user")
            .over_customer(P::CustomerUserManage),
    ]
}

/// A user of a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CustomerUser {
    id: String,
    user_principal_name: String,
    first_name: String,
    last_name: String,
    display_name: String,
    usage_location: String,
    user_domain_type: &'static str,
    /// `active`, or `inactive` once removed.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    soft_deletion_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password_profile: Option<PasswordProfile>,
    links: SelfLinks,
    attributes: Attributes,
}

/// A new password; only in the answer that sets it, once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PasswordProfile {
    password: String,
    force_change_password: bool,
}

fn user_of(call: &Call, user: &User) -> CustomerUser {
    let (first, last) = user.name.rsplit_once(' ').unwrap_or(("", &user.name));
    let (id, customer) = (user.id.to_string(), call.params.get("c").to_ascii_lowercase());
    CustomerUser {
        user_principal_name: user.email.clone(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        display_name: user.name.clone(),
        usage_location: user.country.clone(),
        user_domain_type: "none",
        state: if user.removed_at.is_some() { "inactive" } else { "active" },
        soft_deletion_time: user.removed_at.map(date::write),
        password_profile: None,
        links: SelfLinks::at(Address::of(["customers", &customer, "users", &id])),
        attributes: Attributes::of("CustomerUser"),
        id,
    }
}

async fn all(call: &Call) -> Result<Vec<User>, Fault> {
    users::list(call.app(), &call.caller, call.customer()?).await.about(Family::Customer)
}

async fn one(call: &Call, id: uuid::Uuid) -> Result<User, Fault> {
    let found = all(call).await?.into_iter().find(|user| user.id == id);
    found.ok_or_else(|| Fault::of(codes::USER_NOT_FOUND))
}

fn user_id(call: &Call) -> Result<uuid::Uuid, Fault> {
    call.id::<uuid::Uuid>("u", Family::User)
}

/// A page of a list that is held as a whole, and the token of the next one.
fn page_of<T>(
    call: &Call,
    list: &str,
    all: Vec<T>,
    id: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), Fault> {
    let size = usize::try_from(call.query.size(PAGE, PAGE)?).unwrap_or(usize::MAX);
    let token = call.continuation()?.unwrap_or_default();
    let bad_token = || Fault::invalid_property("MS-ContinuationToken", Reason::Token);
    let at = |wanted: &str| all.iter().position(|entry| id(entry) == wanted).ok_or_else(bad_token);
    let start = match call.query.seek()? {
        Seek::First => 0,
        Seek::Next => at(&Continuation::read(&token, list)?.last.id)? + 1,
        Seek::Previous => at(&Continuation::read(&token, list)?.first.id)?.saturating_sub(size),
    };
    let has_more = all.len() > start.saturating_add(size);
    let page: Vec<T> = all.into_iter().skip(start).take(size).collect();
    let token = match (page.first(), page.last()) {
        (Some(first), Some(last)) if has_more => {
            Some(Continuation { first: Position::of_id(id(first)), last: Position::of_id(id(last)) }.token(list))
        }
        _ => None,
    };
    Ok((page, token))
}

const DIRECTIONS: Words<bool> = Words(&[("ascending", Some(false)), ("descending", Some(true))]);

async fn list(call: Call) -> Result<Answer, Fault> {
    let mut wants_removed = false;
    if let Some(filter) = call.query.text("filter")? {
        let filter = Filter::parse(filter)?;
        filter.allow(&[("UserState", &[Operator::Equals]), ("UserStatus", &[Operator::Equals])])?;
        wants_removed = match filter.simple()?.value.to_lowercase().as_str() {
            "inactive" => true,
            "active" => false,
            _ => return Err(Fault::invalid_property("filter.Value", Reason::Word)),
        };
    }
    let mut found = all(&call).await?;
    found.retain(|user| user.removed_at.is_some() == wants_removed);
    let field = call.query.text("sortField")?;
    match field {
        Some(field) if same(field, "UserPrincipalName") => found.sort_by_key(|user| user.email.to_lowercase()),
        None => {}
        Some(field) if same(field, "DisplayName") => {}
        Some(_) => return Err(Fault::invalid_property("sortField", Reason::Word)),
    }
    let direction = call.query.text("sortDirection")?;
    let is_down = match direction.map(|word| DIRECTIONS.read(word)) {
        None | Some(Some(None)) => false,
        Some(Some(Some(is_down))) => is_down,
        Some(None) => return Err(Fault::invalid_property("sortDirection", Reason::Word)),
    };
    if is_down {
        found.reverse();
    }
    let name = format!("users {} {wants_removed} {field:?} {is_down}", call.customer()?);
    let (page, token) = page_of(&call, &name, found, |user| user.id.to_string())?;
    let address = call.address();
    let address = address
        .and("size", call.query.size(PAGE, PAGE)?)
        .and_some("filter", call.query.text("filter")?)
        .and_some("sortField", field)
        .and_some("sortDirection", direction);
    Answer::ok(Collection::seek(page.iter().map(|user| user_of(&call, user)).collect(), &address, token))
}

async fn get(call: Call) -> Result<Answer, Fault> {
    let user = one(&call, user_id(&call)?).await?;
    Answer::ok(user_of(&call, &user))
}

/// The password of a body and whether it is to be changed; an empty one is none.
fn password<'a>(body: &Fields<'a>) -> Result<Option<(&'a str, bool)>, Fault> {
    let Some(profile) = body.object("passwordProfile")? else { return Ok(None) };
    let force = profile.bool("forceChangePassword")?.unwrap_or(false);
    Ok(profile.text("password")?.filter(|password| !password.is_empty()).map(|password| (password, force)))
}

/// The answer to a call that set a password: it is told once, and a repeated call gets the rest.
fn telling(status: u16, mut user: CustomerUser, password: Option<(&str, bool)>) -> Result<Answer, Fault> {
    let status = axum::http::StatusCode::from_u16(status).map_err(|_| Fault::unexpected())?;
    let Some((password, force_change_password)) = password else { return Answer::json(status, user) };
    let without = text_of(&user)?;
    user.password_profile = Some(PasswordProfile { password: password.to_owned(), force_change_password });
    Ok(Answer::Secret { status, full: text_of(&user)?, without })
}

async fn create(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let body = body.fields()?;
    let email = body.required_text("userPrincipalName", 254)?.trim().to_owned();
    let name = body.required_text("displayName", 256)?.trim().to_owned();
    let (first, last) = (body.required_text("firstName", 64)?, body.required_text("lastName", 64)?);
    let location = body.required_text("usageLocation", 20)?;
    let country = Country::parse(location.trim()).ok_or_else(|| body.fault("usageLocation", Reason::Unknown))?;
    body.required_object("passwordProfile")?;
    let given = password(&body)?.ok_or_else(|| body.fault("passwordProfile.password", Reason::Missing))?;
    let customer = call.customer()?;
    let command = CreateUser { customer, email: email.clone(), name: name.clone(), password: given.0.to_owned() };
    let id = users::create(call.app(), &call.caller, command).await.map_err(|problem| fault(&problem))?;
    let user = one(&call, id.uuid()).await?;
    let user = CustomerUser {
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        usage_location: country.code().to_owned(),
        ..user_of(&call, &user)
    };
    telling(201, user, Some(given))
}

fn fault(problem: &perpetua_app::Problem) -> Fault {
    Fault::from_problem(problem, Family::User).renaming(FIELDS)
}

/// What a body may say of a user's state; .NET sends `active` with every change.
const STATES: Words<bool> = Words(&[("active", Some(true)), ("inactive", Some(false))]);

async fn change(call: Call) -> Result<Answer, Fault> {
    let id = user_id(&call)?;
    let body = call.json()?;
    let body = body.fields()?;
    if body.enum_word("state", &STATES)? == Some(false) {
        return Err(body.fault("state", Reason::NotExpected));
    }
    let old = one(&call, id).await?;
    let part = |name: &str| body.optional_text(name, 64);
    let (first, last) = old.name.rsplit_once(' ').unwrap_or(("", &old.name));
    let parts = match (part("firstName")?, part("lastName")?) {
        (None, None) => None,
        (first_new, last_new) => {
            Some(format!("{} {}", first_new.unwrap_or(first), last_new.unwrap_or(last)).trim().to_owned())
        }
    };
    let given = password(&body)?;
    let command = ChangeUser {
        email: body.optional_text("userPrincipalName", 254)?.map(|email| email.trim().to_owned()),
        name: body
            .optional_text("displayName", 256)?
            .map(|name| name.trim().to_owned())
            .filter(|name| *name != old.name)
            .or(parts),
        password: given.map(|(password, _)| password.to_owned()),
        restore: body.enum_word("state", &STATES)? == Some(true),
    };
    apply(&call, id, command, given).await
}

async fn reset(call: Call) -> Result<Answer, Fault> {
    let body = call.json()?;
    let body = body.fields()?;
    let given = password(&body)?.ok_or_else(|| body.fault("passwordProfile.password", Reason::Missing))?;
    let command = ChangeUser { password: Some(given.0.to_owned()), ..ChangeUser::default() };
    apply(&call, user_id(&call)?, command, Some(given)).await
}

async fn apply(
    call: &Call,
    id: uuid::Uuid,
    command: ChangeUser,
    password: Option<(&str, bool)>,
) -> Result<Answer, Fault> {
    let changed = users::change(call.app(), &call.caller, call.customer()?, PersonId::new(id), command).await;
    changed.map_err(|problem| fault(&problem))?;
    telling(200, user_of(call, &one(call, id).await?), password)
}

async fn remove(call: Call) -> Result<Answer, Fault> {
    let id = PersonId::new(user_id(&call)?);
    users::remove(call.app(), &call.caller, call.customer()?, id).await.about(Family::User)?;
    Ok(Answer::no_content())
}

/// A role of a customer's directory.
#[derive(Debug, Serialize, ToSchema)]
struct DirectoryRole {
    name: &'static str,
    id: &'static str,
    attributes: Attributes,
}

fn directory_roles(has: impl Fn(Role) -> bool) -> Vec<DirectoryRole> {
    let known = ROLES.iter().filter(|(_, _, role)| has(*role));
    known.map(|(id, name, _)| DirectoryRole { name, id, attributes: Attributes::of("DirectoryRole") }).collect()
}

async fn roles(call: Call) -> Result<Answer, Fault> {
    Answer::ok(Collection::whole(directory_roles(|_| true), &call.address()))
}

async fn roles_of_user(call: Call) -> Result<Answer, Fault> {
    let user = one(&call, user_id(&call)?).await?;
    Answer::ok(Collection::whole(directory_roles(|role| user.roles.contains(&role)), &call.address()))
}

/// A user with a role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserMember {
    display_name: String,
    user_principal_name: String,
    role_id: &'static str,
    id: String,
    attributes: Attributes,
}

fn role_in_path(call: &Call) -> Result<(&'static str, Role), Fault> {
    let wanted = call.params.get("r");
    let found = ROLES.iter().find(|(id, _, _)| id.eq_ignore_ascii_case(wanted));
    found.map(|(id, _, role)| (*id, *role)).ok_or_else(Fault::not_found)
}

fn member(role_id: &'static str, user: &User) -> UserMember {
    UserMember {
        display_name: user.name.clone(),
        user_principal_name: user.email.clone(),
        role_id,
        id: user.id.to_string(),
        attributes: Attributes::of("UserMember"),
    }
}

async fn members(call: Call) -> Result<Answer, Fault> {
    let (id, role) = role_in_path(&call)?;
    let mut found = all(&call).await?;
    found.retain(|user| user.roles.contains(&role));
    let name = format!("members {} {id}", call.customer()?);
    let (page, token) = page_of(&call, &name, found, |user| user.id.to_string())?;
    let address = call.address().and("size", call.query.size(PAGE, PAGE)?);
    Answer::ok(Collection::seek(page.iter().map(|user| member(id, user)).collect(), &address, token))
}

async fn add_member(call: Call) -> Result<Answer, Fault> {
    let (role_id, role) = role_in_path(&call)?;
    let body = call.json()?;
    let body = body.fields()?;
    let id =
        uuid::Uuid::try_parse(body.required_text("id", 100)?.trim()).map_err(|_| body.fault("id", Reason::Form))?;
    let user = one(&call, id).await?;
    users::give_role(call.app(), &call.caller, call.customer()?, PersonId::new(id), role).await.about(Family::User)?;
    Answer::created(member(role_id, &user))
}

async fn remove_member(call: Call) -> Result<Answer, Fault> {
    let (_, role) = role_in_path(&call)?;
    let id = PersonId::new(user_id(&call)?);
    users::take_role(call.app(), &call.caller, call.customer()?, id, role).await.about(Family::User)?;
    Ok(Answer::no_content())
}
