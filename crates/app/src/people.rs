//! The people of a tenant: who they are, which roles they hold, who is invited and who asks.
//!
//! Every function takes the tenant: administrators manage their own, the operator's administrators
//! any. What a role allows is `domain::access`; here roles only come and go, each time with an audit
//! record and an event (I5). Roles run out in real time, as sessions do.

mod invite;
mod requests;
mod reset;
mod rights;
pub mod users;

use std::collections::BTreeMap;

use jiff::Timestamp;
use perpetua_domain::access::{Permission, Role, TenantKind, may_grant};
use perpetua_domain::id::{InvitationId, PersonId, RoleRequestId, TenantId};
use perpetua_store::invitations::{self, InvitationKind};
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, StoreError, rights as rights_rows, role_requests, tenants};

pub use invite::{
    Accept, INVITATION_LIFETIME, Invitation, Invite, accept_invitation, invitation, invite, invite_once,
    renew_invitation, revoke_invitation,
};
pub(crate) use invite::{NewInvitation, insert_invitation};
pub use requests::{AskForRole, DecideRequest, ask_for_role, decide_request};
pub use reset::{RESET_LIFETIME, arm_reset, hand_out_reset, request_reset, reset_is_open, reset_password};
pub use rights::{GIVE_HOURS_MAX, GiveRole, give_role, remove_person, take_role};

use crate::audit::Entry;
use crate::authorize::{self, Owner};
use crate::caller::Caller;
use crate::context::App;
use crate::entropy::Token;
use crate::problem::{Kind, Problem};

/// A role as somebody holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// The role.
    pub role: Role,
    /// Until when, in real time; `None` for good.
    pub until: Option<Timestamp>,
    /// Whether the caller may take it.
    pub can_take: bool,
}

/// One of the people of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The person.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Whether the person may not sign in anywhere.
    pub is_suspended: bool,
    /// The roles held now.
    pub roles: Vec<HeldRole>,
    /// When a session of theirs was last used; to the minute.
    pub last_seen: Option<Timestamp>,
    /// Whether the caller may remove them: every role they hold is one that the caller may take.
    pub can_remove: bool,
}

/// Somebody who was invited and has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// Whom it was made for.
    pub email: String,
    /// The roles that come with it.
    pub roles: Vec<Role>,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// Somebody asks for a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// The request.
    pub id: RoleRequestId,
    /// Who asks.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// For what.
    pub role: Role,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
    /// Whether the caller may give that role.
    pub can_decide: bool,
}

/// The people of a tenant as a caller may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// The tenant.
    pub tenant: TenantId,
    /// Its name.
    pub tenant_name: String,
    /// Its kind, which decides which roles exist there.
    pub kind: TenantKind,
    /// Everybody who holds a role there now, by name.
    pub members: Vec<Member>,
    /// Open invitations; empty for callers that may not manage people.
    pub invitations: Vec<OpenInvitation>,
    /// Open requests for roles; empty for callers that may not manage people.
    pub requests: Vec<OpenRequest>,
    /// The roles that the caller may give there; empty for callers that may not.
    pub grantable: Vec<Role>,
}

/// A secret address that is shown once and stored only as a hash (I7).
#[derive(Debug)]
pub struct OneTimeLink {
    /// What it is made of; the surface turns it into an address.
    pub token: Token,
    /// The first instant at which it is worth nothing.
    pub expires_at: Timestamp,
}

/// Lists the people of a tenant.
///
/// # Errors
///
/// `not_found` for a tenant outside the caller's scope, `missing_role`.
pub async fn list(app: &App, caller: &Caller, tenant: TenantId) -> Result<People, Problem> {
    let caller = caller.clone();
    let now = app.real_clock.now();
    app.store.read(move |conn| load(conn, &caller, tenant, now)).await
}

fn load(conn: &mut Conn, caller: &Caller, tenant: TenantId, now: Timestamp) -> Result<People, Problem> {
    authorize::require(conn, caller, Permission::TenantPeopleView, Owner::Tenant(tenant))?;
    let row = tenants::find(conn, tenant)?.ok_or_else(Problem::not_found)?;
    let manages = authorize::allows(conn, caller, Permission::TenantPeopleManage, Owner::Tenant(tenant))?;
    let grantable = if manages { grantable(caller, &row) } else { Vec::new() };
    let members = members(conn, tenant, now, &grantable)?;
    let (mut invitations, mut requests) = (Vec::new(), Vec::new());
    if manages {
        invitations = open_invitations(conn, tenant, now)?;
        requests = open_requests(conn, tenant, &grantable)?;
    }
    Ok(People { tenant, tenant_name: row.name, kind: row.kind.0, members, invitations, requests, grantable })
}

/// The roles that a caller who manages people of the tenant may give there.
fn grantable(caller: &Caller, tenant: &TenantRow) -> Vec<Role> {
    let of_tenant = Role::ALL.iter().copied().filter(|role| role.kind() == tenant.kind.0);
    if caller.tenant == tenant.id.0 {
        return of_tenant.filter(|role| may_grant(&caller.roles, *role)).collect();
    }
    // Only the operator's administrators manage people of other tenants (access grid).
    of_tenant.filter(|_| caller.roles.contains(&Role::OperatorAdmin)).collect()
}

fn members(conn: &mut Conn, tenant: TenantId, now: Timestamp, grantable: &[Role]) -> Result<Vec<Member>, StoreError> {
    let mut members: Vec<Member> = Vec::new();
    for held in rights_rows::in_tenant(conn, tenant, now.into())? {
        let role = HeldRole {
            role: held.grant.role.0,
            until: held.grant.expires_at.map(perpetua_store::Utc::timestamp),
            can_take: grantable.contains(&held.grant.role.0),
        };
        let person = held.grant.person_id.0;
        match members.last_mut() {
            Some(last) if last.person == person => {
                last.can_remove &= role.can_take;
                last.roles.push(role);
            }
            _ => members.push(Member {
                person,
                name: held.name,
                email: held.email,
                is_suspended: held.state != "active",
                can_remove: role.can_take,
                roles: vec![role],
                last_seen: None,
            }),
        }
    }
    for people in members.chunks_mut(500) {
        let ids: Vec<PersonId> = people.iter().map(|member| member.person).collect();
        let seen: BTreeMap<PersonId, _> = rights_rows::last_seen(conn, &ids)?.into_iter().collect();
        for member in people {
            member.last_seen = seen.get(&member.person).map(|at| at.timestamp());
        }
    }
    Ok(members)
}

fn open_invitations(conn: &mut Conn, tenant: TenantId, now: Timestamp) -> Result<Vec<OpenInvitation>, StoreError> {
    let rows = invitations::open(conn, tenant, InvitationKind::Person, now.into())?;
    let open = rows.into_iter().map(|row| OpenInvitation {
        id: row.id.0,
        roles: roles_of(&row.roles),
        expires_at: row.expires_at.timestamp(),
        email: row.email,
    });
    Ok(open.collect())
}

fn open_requests(conn: &mut Conn, tenant: TenantId, grantable: &[Role]) -> Result<Vec<OpenRequest>, StoreError> {
    let rows = role_requests::open(conn, tenant)?;
    let open = rows.into_iter().map(|(row, name, email)| OpenRequest {
        id: row.id.0,
        person: row.person_id.0,
        name,
        email,
        role: row.role.0,
        reason: row.reason,
        at: row.created_at.timestamp(),
        can_decide: grantable.contains(&row.role.0),
    });
    Ok(open.collect())
}

/// Somebody who holds a role, for a page that refuses (M1, M13, M20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The role.
    pub role: Role,
}

/// Who of the caller's own tenant holds one of these roles now, and for which of them the caller
/// already asks.
///
/// # Errors
///
/// `missing_role` for a caller without any role.
pub async fn who_holds(
    app: &App,
    caller: &Caller,
    any_of: &'static [Role],
) -> Result<(Vec<Holder>, Vec<Role>), Problem> {
    let caller = caller.clone();
    let now = app.real_clock.now();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::RoleRequest, Owner::Own)?;
            let held = rights_rows::in_tenant(conn, caller.tenant, now.into())?;
            let holders = held
                .into_iter()
                .filter(|held| any_of.contains(&held.grant.role.0) && held.state == "active")
                .map(|held| Holder { name: held.name, email: held.email, role: held.grant.role.0 })
                .collect();
            let mut asked = Vec::new();
            for role in any_of {
                if role_requests::open_of(conn, caller.tenant, caller.person, *role)?.is_some() {
                    asked.push(*role);
                }
            }
            Ok((holders, asked))
        })
        .await
}

/// The roles of a stored list; words that are no role are left out.
fn roles_of(text: &str) -> Vec<Role> {
    text.split_ascii_whitespace().filter_map(Role::parse).collect()
}

/// The code of a wrong text. `too_long` names its limit elsewhere; here the limits differ by field.
pub(crate) fn field_code(word: &'static str) -> &'static str {
    if word == "too_long" { "text_too_long" } else { word }
}

/// Lets the tenant itself see what happens to its people.
pub(crate) fn visible_to(entry: Entry, kind: TenantKind, tenant: TenantId) -> Entry {
    match kind {
        TenantKind::Operator => entry,
        TenantKind::Partner => entry.partner(tenant),
        TenantKind::Customer => entry.customer(tenant),
    }
}

/// Records a refused attempt to change who may do what (I5).
pub(crate) async fn refused<T>(
    app: &App,
    caller: &Caller,
    kind: &'static str,
    tenant: TenantId,
    subject: impl std::fmt::Display,
    result: Result<T, Problem>,
) -> Result<T, Problem> {
    if let Err(problem) = &result
        && matches!(problem.kind, Kind::Forbidden | Kind::NotFound)
    {
        let detail = serde_json::json!({ "tenant": tenant.to_string() });
        let entry = Entry::new(kind, "person", subject).detail(detail);
        // The caller's own tenant sees the attempt, whatever tenant it was aimed at.
        crate::refusal::note(app, caller, visible_to(entry, caller.kind, caller.tenant), problem).await;
    }
    result
}
