//! The users of a customer as its partner's programs see and keep them (contract U-01 to U-11).
//!
//! A partner may make and change plain users only: people whose one role anywhere is `customer_user` of that
//! customer. Whoever can reach keys there, or may let others reach them, is out of its hands (M20): an account
//! that the partner made or whose password it set would be a way to the customer's keys.

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Permission, Role};
use perpetua_domain::id::{GrantId, PersonId, TenantId};
use perpetua_domain::names::{EmailAddress, PersonName, check_password};
use perpetua_store::people::PersonRow;
use perpetua_store::{Conn, Utc, api_access, invitations, people, rights, sessions, tenants};
use serde_json::json;
use uuid::Uuid;

use super::invite::hash_password;
use super::rights::Change;
use super::{field_code, refused, roles_of};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::event;
use crate::identity::{NewPerson, insert_person};
use crate::problem::Problem;

/// How long a removed user can be restored, in real time.
pub const RESTORABLE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A user of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The person; of somebody who has not taken up an invitation, the invitation.
    pub id: Uuid,
    /// E-mail address, with which they sign in.
    pub email: String,
    /// Name; the address of somebody who is only invited.
    pub name: String,
    /// The customer's country.
    pub country: String,
    /// The roles held now, or promised; empty for removed ones.
    pub roles: Vec<Role>,
    /// When they were removed.
    pub removed_at: Option<Timestamp>,
}

/// All users of a customer by name: present ones, invited ones, and those removed within [`RESTORABLE`].
/// Four queries, however many there are.
///
/// # Errors
///
/// `not_found`, `relationship_ended`, `missing_role`.
pub async fn list(app: &App, caller: &Caller, customer: TenantId) -> Result<Vec<User>, Problem> {
    let caller = caller.clone();
    let now = app.real_clock.now();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::TenantPeopleView, Owner::Tenant(customer))?;
            load(conn, customer, now)
        })
        .await
}

fn load(conn: &mut Conn, customer: TenantId, now: Timestamp) -> Result<Vec<User>, Problem> {
    let country = tenants::find(conn, customer)?.ok_or_else(Problem::not_found)?.country;
    let mut users: Vec<User> = Vec::new();
    for member in super::members(conn, customer, now, &[])? {
        users.push(User {
            id: member.person.uuid(),
            email: member.email,
            name: member.name,
            country: country.clone(),
            roles: member.roles.iter().map(|held| held.role).collect(),
            removed_at: None,
        });
    }
    for row in invitations::open(conn, customer, invitations::InvitationKind::Person, now.into())? {
        users.push(User {
            id: row.id.0.uuid(),
            name: row.email.clone(),
            email: row.email,
            country: country.clone(),
            roles: roles_of(&row.roles),
            removed_at: None,
        });
    }
    let since = now.saturating_sub(RESTORABLE).unwrap_or(now);
    for held in rights::taken_since(conn, customer, since.into())? {
        let id = held.grant.person_id.0.uuid();
        if users.iter().all(|user| user.id != id) {
            users.push(User {
                id,
                email: held.email,
                name: held.name,
                country: country.clone(),
                roles: Vec::new(),
                removed_at: held.grant.removed_at.map(Utc::timestamp),
            });
        }
    }
    users.sort_by_cached_key(|user| (user.name.to_lowercase(), user.id));
    Ok(users)
}

/// A new plain user.
#[derive(Debug, Clone)]
pub struct CreateUser {
    /// Of which customer.
    pub customer: TenantId,
    /// Address with which to sign in; in the customer's domain.
    pub email: String,
    /// Name.
    pub name: String,
    /// The first password.
    pub password: String,
}

/// Creates a plain user with a password.
///
/// # Errors
///
/// `not_found`, `relationship_ended`, `missing_role`; wrong `email`, `name` or `password`;
/// `exists_already` when the address is somebody's, or somebody with it is invited.
pub async fn create(app: &App, caller: &Caller, command: CreateUser) -> Result<PersonId, Problem> {
    authorize::ask_over(app, caller, Permission::CustomerUserManage, command.customer).await?;
    let customer = command.customer;
    let new = new_person(app, &command).await?;
    let input = (app.stamp(caller), customer, new);
    let created = app.store.write(input, |conn, (stamp, customer, new)| add(conn, stamp, *customer, new)).await;
    refused(app, caller, "user.created", customer, customer, created).await
}

async fn new_person(app: &App, command: &CreateUser) -> Result<NewPerson, Problem> {
    let (email, name) = (super::invite::email(&command.email)?, person_name(&command.name)?);
    check_password(&command.password, &email)
        .map_err(|refusal| Problem::field("password", field_code(refusal.as_text())))?;
    Ok(NewPerson {
        name: name.as_str().to_owned(),
        email,
        language: "en".to_owned(),
        password_hash: hash_password(app, &command.password).await?,
    })
}

fn person_name(name: &str) -> Result<PersonName, Problem> {
    PersonName::parse(name).map_err(|error| Problem::field("name", field_code(error.as_text())))
}

fn add(conn: &mut Conn, stamp: &Stamp, customer: TenantId, new: &NewPerson) -> Result<PersonId, Problem> {
    let change = open(conn, stamp, customer, Permission::CustomerUserManage)?;
    check_address(conn, &change, &new.email, stamp.real_now)?;
    let mut ids = stamp.seed.ids();
    let id = insert_person(conn, &mut ids, stamp.real_now, new)?;
    let person = people::find(conn, id)?.ok_or_else(Problem::not_found)?;
    change.grant(conn, &mut ids, &person, Role::CustomerUser, None)?;
    did(conn, &mut ids, stamp, "user.created", customer, &person, &[])?;
    Ok(id)
}

/// A change to the users of a customer by its partner.
fn open<'s>(
    conn: &mut Conn,
    stamp: &'s Stamp,
    customer: TenantId,
    permission: Permission,
) -> Result<Change<'s>, Problem> {
    authorize::require(conn, &stamp.caller, permission, Owner::Tenant(customer))?;
    Change::of(conn, stamp, customer)
}

/// An address must be in the customer's domain and nobody's.
fn check_address(conn: &mut Conn, change: &Change<'_>, email: &EmailAddress, now: Timestamp) -> Result<(), Problem> {
    let domain = email.key().rsplit_once('@').map(|(_, domain)| domain.to_owned());
    if change.tenant.domain != domain {
        return Err(Problem::field("email", "domain_foreign"));
    }
    let open = invitations::open(conn, change.tenant.id.0, invitations::InvitationKind::Person, now.into())?;
    // Somebody invited to more than a plain user's rights must not find the account made by others.
    if open.iter().any(|row| row.email_key == email.key()) || people::find_by_email(conn, &email.key())?.is_some() {
        return Err(Problem::conflict("exists_already"));
    }
    Ok(())
}

/// Changes a plain user; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ChangeUser {
    /// Another address, in the customer's domain.
    pub email: Option<String>,
    /// Another name.
    pub name: Option<String>,
    /// Another password; ends every session.
    pub password: Option<String>,
    /// Whether a removed user comes back.
    pub restore: bool,
}

/// Changes or restores a plain user.
///
/// # Errors
///
/// `not_found` when they are no user, or are removed and not restored; `missing_role` when they are more than
/// a plain user; those of [`create`].
pub async fn change(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    user: PersonId,
    command: ChangeUser,
) -> Result<(), Problem> {
    authorize::ask_over(app, caller, Permission::CustomerUserEdit, customer).await?;
    let hash = match &command.password {
        Some(password) => {
            let row = app.store.read(move |conn| Ok::<_, Problem>(people::find(conn, user)?)).await?;
            let email = super::invite::email(&row.ok_or_else(Problem::not_found)?.email)?;
            check_password(password, &email)
                .map_err(|refusal| Problem::field("password", field_code(refusal.as_text())))?;
            Some(hash_password(app, password).await?)
        }
        None => None,
    };
    let input = (app.stamp(caller), customer, user, command, hash);
    let changed = app
        .store
        .write(input, |conn, (stamp, customer, user, command, hash)| {
            apply(conn, stamp, *customer, *user, command, hash.as_deref())
        })
        .await;
    refused(app, caller, "user.edited", customer, user, changed).await
}

fn apply(
    conn: &mut Conn,
    stamp: &Stamp,
    customer: TenantId,
    user: PersonId,
    command: &ChangeUser,
    hash: Option<&str>,
) -> Result<(), Problem> {
    let change = open(conn, stamp, customer, Permission::CustomerUserEdit)?;
    let mut person = people::find(conn, user)?.ok_or_else(Problem::not_found)?;
    let mut ids = stamp.seed.ids();
    if rights::untaken(conn, customer, user)?.is_empty() {
        if !command.restore || !was_removed(conn, customer, user, stamp.real_now)? {
            return Err(Problem::not_found());
        }
        authorize::require(conn, &stamp.caller, Permission::CustomerUserManage, Owner::Tenant(customer))?;
        change.grant(conn, &mut ids, &person, Role::CustomerUser, None)?;
        did(conn, &mut ids, stamp, "user.restored", customer, &person, &[])?;
    }
    let mut fields = Vec::new();
    if let Some(name) = &command.name {
        let name = person_name(name)?;
        if name.as_str() != person.name {
            name.as_str().clone_into(&mut person.name);
            fields.push("name");
        }
    }
    if let Some(email) = &command.email {
        let email = super::invite::email(email)?;
        if email.key() != person.email_key {
            check_address(conn, &change, &email, stamp.real_now)?;
            (person.email, person.email_key) = (email.as_str().to_owned(), email.key());
            fields.push("email");
        }
    }
    if !fields.is_empty() {
        require_plain(conn, customer, user, stamp.real_now)?;
        people::rename(conn, &person)?;
        did(conn, &mut ids, stamp, "user.edited", customer, &person, &fields)?;
    }
    if let Some(hash) = hash {
        require_plain(conn, customer, user, stamp.real_now)?;
        let credential = people::password(conn, user)?.ok_or_else(Problem::not_found)?;
        people::set_password(conn, credential.id.0, hash, stamp.real_now.into())?;
        sessions::end_all(conn, user, stamp.real_now.into())?;
        api_access::revoke_of_person(conn, user, stamp.real_now.into())?;
        did(conn, &mut ids, stamp, "user.password_set", customer, &person, &[])?;
    }
    Ok(crate::claim::take(conn, stamp)?)
}

fn was_removed(conn: &mut Conn, customer: TenantId, user: PersonId, now: Timestamp) -> Result<bool, Problem> {
    let since = now.saturating_sub(RESTORABLE).unwrap_or(now);
    Ok(rights::taken_since(conn, customer, since.into())?.iter().any(|held| held.grant.person_id.0 == user))
}

/// Refuses unless the person's one role anywhere is that of a plain user of this customer.
fn require_plain(conn: &mut Conn, customer: TenantId, user: PersonId, now: Timestamp) -> Result<(), Problem> {
    let held = rights::of_person(conn, user, now.into())?;
    if held.iter().all(|(grant, _)| grant.tenant_id.0 == customer && grant.role.0 == Role::CustomerUser) {
        return Ok(());
    }
    Err(Problem::missing_role(&[Role::GlobalAdmin]))
}

/// Removes a plain user, who can be restored for [`RESTORABLE`].
///
/// # Errors
///
/// `not_found`, also for one who is removed already; `missing_role` when they are more than a plain user.
pub async fn remove(app: &App, caller: &Caller, customer: TenantId, user: PersonId) -> Result<(), Problem> {
    let input = (app.stamp(caller), customer, user);
    let removed = app
        .store
        .write(input, |conn, (stamp, customer, user)| {
            let change = open(conn, stamp, *customer, Permission::CustomerUserManage)?;
            let person = change.member(conn, *user)?;
            require_plain(conn, *customer, *user, stamp.real_now)?;
            for grant in rights::untaken(conn, *customer, *user)? {
                rights::take(conn, grant.id.0, stamp.caller.person, stamp.real_now.into())?;
            }
            invitations::revoke_for_address(conn, *customer, &person.email_key)?;
            did(conn, &mut stamp.seed.ids(), stamp, "user.removed", *customer, &person, &[])
        })
        .await;
    refused(app, caller, "user.removed", customer, user, removed).await
}

/// Gives a user a role. Only that of a plain user is a partner's to give: one that reaches keys, or lets
/// others reach them, comes from the customer's own administrators (M20).
///
/// # Errors
///
/// `not_found`, `missing_role`, `already_held`.
pub async fn give_role(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    user: PersonId,
    role: Role,
) -> Result<(), Problem> {
    let given = with_roles(app, caller, (customer, user, role), move |conn, stamp, change, person, held| {
        if held.is_some() {
            return Err(Problem::conflict("already_held"));
        }
        refuse_keys(role)?;
        change.grant(conn, &mut stamp.seed.ids(), person, role, None)
    });
    let given = given.await;
    refused(app, caller, "role.granted", customer, user, given).await
}

/// Takes a role from a user; only that of a plain user is a partner's to take.
///
/// # Errors
///
/// `not_found` when they do not hold it, `missing_role`.
pub async fn take_role(
    app: &App,
    caller: &Caller,
    customer: TenantId,
    user: PersonId,
    role: Role,
) -> Result<(), Problem> {
    let taken = with_roles(app, caller, (customer, user, role), move |conn, stamp, _, person, held| {
        let grant = held.ok_or_else(Problem::not_found)?;
        refuse_keys(role)?;
        rights::take(conn, grant, stamp.caller.person, stamp.real_now.into())?;
        did(conn, &mut stamp.seed.ids(), stamp, "role.taken", customer, person, &[role.as_text()])
    });
    let taken = taken.await;
    refused(app, caller, "role.taken", customer, user, taken).await
}

/// Changes the roles of a user, knowing the grant by which they hold this one.
async fn with_roles(
    app: &App,
    caller: &Caller,
    (customer, user, role): (TenantId, PersonId, Role),
    change_one: impl Fn(&mut Conn, &Stamp, &Change<'_>, &PersonRow, Option<GrantId>) -> Result<(), Problem> + Send + 'static,
) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            let change = open(conn, stamp, customer, Permission::CustomerUserManage)?;
            let person = change.member(conn, user)?;
            let grants = rights::untaken(conn, customer, user)?;
            let held = grants.iter().find(|grant| grant.role.0 == role).map(|grant| grant.id.0);
            change_one(conn, stamp, &change, &person, held)
        })
        .await
}

fn refuse_keys(role: Role) -> Result<(), Problem> {
    if role == Role::CustomerUser { Ok(()) } else { Err(Problem::missing_role(&[Role::GlobalAdmin])) }
}

/// Records what a partner did to a user, for both to see.
fn did(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    kind: &'static str,
    customer: TenantId,
    person: &PersonRow,
    fields: &[&str],
) -> Result<(), Problem> {
    let entry = Entry::new(kind, "person", person.id.0)
        .partner(stamp.caller.tenant)
        .customer(customer)
        .detail(json!({ "tenant": customer.to_string(), "fields": fields }))
        .personal("person", format!("{} <{}>", person.name, person.email));
    audit::record(conn, ids, stamp, &entry)?;
    let facts = json!({ "customer": customer.to_string(), "person": person.id.0.to_string() });
    Ok(event::push(conn, ids, stamp, kind, &facts)?)
}
