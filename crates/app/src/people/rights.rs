//! Giving and taking roles, for good or for hours, and removing people.

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Permission, Role, TenantKind};
use perpetua_domain::id::{PersonId, TenantId};
use perpetua_store::people::{GrantRow, PersonRow};
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, Id, Utc, Word, invitations, people, rights, role_requests, tenants};
use serde_json::json;

use super::{refused, visible_to};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::{Kind, Problem};

/// The longest time for which a role is lent, in hours: a year.
pub const GIVE_HOURS_MAX: u32 = 24 * 366;

/// Gives a role to one of the tenant's people.
#[derive(Debug, Clone)]
pub struct GiveRole {
    /// The tenant.
    pub tenant: TenantId,
    /// Who receives it; must hold some role there already.
    pub person: PersonId,
    /// Which.
    pub role: Role,
    /// For how many hours; `None` for good.
    pub hours: Option<u32>,
}

/// Gives a role. One that is held already is replaced by the new time.
///
/// # Errors
///
/// `not_found`, `missing_role`, `beyond_own_time` when the caller's own right ends earlier,
/// `role_of_other_kind`, `last_administrator`, `conflicting_tenant`, a wrong `hours`.
pub async fn give_role(app: &App, caller: &Caller, command: GiveRole) -> Result<(), Problem> {
    let (tenant, person) = (command.tenant, command.person);
    let input = (app.stamp(caller), command);
    let given = app.store.write(input, |conn, (stamp, command)| give(conn, stamp, command)).await;
    refused(app, caller, "role.granted", tenant, person, given).await
}

fn give(conn: &mut Conn, stamp: &Stamp, command: &GiveRole) -> Result<(), Problem> {
    let change = Change::open(conn, stamp, command.tenant)?;
    let until = until(stamp.real_now, command.hours)?;
    change.authority(conn, command.role)?.covers(until)?;
    let person = change.member(conn, command.person)?;
    change.grant(conn, &mut stamp.seed.ids(), &person, command.role, until)
}

/// The end of a role that is lent for hours.
pub(super) fn until(now: Timestamp, hours: Option<u32>) -> Result<Option<Timestamp>, Problem> {
    let Some(hours) = hours else { return Ok(None) };
    if !(1..=GIVE_HOURS_MAX).contains(&hours) {
        return Err(Problem::field("hours", "out_of_range"));
    }
    let end = now.checked_add(SignedDuration::from_hours(i64::from(hours))).map_err(Problem::internal)?;
    Ok(Some(end))
}

/// Takes a role from one of the tenant's people.
///
/// # Errors
///
/// `not_found` when they do not hold it, `missing_role`, `last_administrator`.
pub async fn take_role(
    app: &App,
    caller: &Caller,
    tenant: TenantId,
    person: PersonId,
    role: Role,
) -> Result<(), Problem> {
    let input = (app.stamp(caller), tenant, person, role);
    let taken = app
        .store
        .write(input, |conn, (stamp, tenant, person, role)| {
            let change = Change::open(conn, stamp, *tenant)?;
            change.authority(conn, *role)?;
            let person = change.member(conn, *person)?;
            let grants = rights::untaken(conn, *tenant, person.id.0)?;
            let grant = grants.iter().find(|grant| grant.role.0 == *role).ok_or_else(Problem::not_found)?;
            change.keep_an_administrator(conn, &person, grant)?;
            rights::take(conn, grant.id.0, stamp.caller.person, stamp.real_now.into())?;
            change.void_invitations(conn, &person)?;
            change.did(conn, &mut stamp.seed.ids(), "role.taken", &person, &json!({ "role": role.as_text() }))
        })
        .await;
    refused(app, caller, "role.taken", tenant, person, taken).await
}

/// Removes a person from a tenant: every role there, open requests, and the invitations they made.
/// The person and what they did stay on record.
///
/// # Errors
///
/// `not_found` when they hold no role there, `missing_role` for a role that the caller may not take,
/// `last_administrator`.
pub async fn remove_person(app: &App, caller: &Caller, tenant: TenantId, person: PersonId) -> Result<(), Problem> {
    let input = (app.stamp(caller), tenant, person);
    let removed = app.store.write(input, |conn, (stamp, tenant, person)| remove(conn, stamp, *tenant, *person)).await;
    refused(app, caller, "person.removed", tenant, person, removed).await
}

fn remove(conn: &mut Conn, stamp: &Stamp, tenant: TenantId, person: PersonId) -> Result<(), Problem> {
    let change = Change::open(conn, stamp, tenant)?;
    let person = change.member(conn, person)?;
    let grants = rights::untaken(conn, tenant, person.id.0)?;
    for grant in &grants {
        change.authority(conn, grant.role.0)?;
        change.keep_an_administrator(conn, &person, grant)?;
    }
    let at: Utc = stamp.real_now.into();
    for grant in &grants {
        rights::take(conn, grant.id.0, stamp.caller.person, at)?;
    }
    role_requests::close_of_person(conn, tenant, person.id.0, stamp.caller.person, at)?;
    invitations::revoke_made_by(conn, tenant, person.id.0)?;
    invitations::revoke_for_address(conn, tenant, &person.email_key)?;
    let roles: Vec<&str> = grants.iter().map(|grant| grant.role.0.as_text()).collect();
    change.did(conn, &mut stamp.seed.ids(), "person.removed", &person, &json!({ "roles": roles }))
}

/// How long what a caller gives may last: no longer than the right to give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Authority {
    /// As long as wanted.
    ForGood,
    /// Until then.
    Until(Timestamp),
}

impl Authority {
    /// Refuses what would outlast the right by which it is given: else a role lent for an hour could
    /// be made one for good.
    pub(super) fn covers(self, until: Option<Timestamp>) -> Result<(), Problem> {
        match (self, until) {
            (Self::ForGood, _) => Ok(()),
            (Self::Until(own), Some(wanted)) if wanted <= own => Ok(()),
            (Self::Until(own), _) => {
                let problem = Problem::new(crate::problem::Kind::Forbidden, "beyond_own_time");
                Err(problem.with("until", crate::problem::Param::Instant(own)))
            }
        }
    }
}

/// A change to the people of one tenant. Opening it reads the tenant's version, which every taking
/// of an administrator's role guards.
pub(super) struct Change<'s> {
    pub(super) stamp: &'s Stamp,
    pub(super) tenant: TenantRow,
}

impl<'s> Change<'s> {
    /// Opens a change by a caller who manages people there.
    pub(super) fn open(conn: &mut Conn, stamp: &'s Stamp, tenant: TenantId) -> Result<Self, Problem> {
        authorize::require(conn, &stamp.caller, Permission::TenantPeopleManage, Owner::Tenant(tenant))?;
        Self::of(conn, stamp, tenant)
    }

    /// Opens a change without asking who makes it: an invitation that is taken up was allowed when it
    /// was made.
    pub(super) fn of(conn: &mut Conn, stamp: &'s Stamp, tenant: TenantId) -> Result<Self, Problem> {
        let tenant = tenants::find(conn, tenant)?.ok_or_else(Problem::not_found)?;
        Ok(Self { stamp, tenant })
    }

    /// For how long the caller may give this role here; its time counts now, not when the request
    /// began.
    pub(super) fn authority(&self, conn: &mut Conn, role: Role) -> Result<Authority, Problem> {
        if role.kind() != self.tenant.kind.0 {
            return Err(Problem::field("role", "role_of_other_kind"));
        }
        let caller = &self.stamp.caller;
        if caller.tenant != self.tenant.id.0 {
            self.refuse_while_administered(conn)?;
        }
        let givers = if caller.tenant == self.tenant.id.0 { role.granted_by() } else { &[Role::OperatorAdmin] };
        let own = rights::of_person(conn, caller.person, self.stamp.real_now.into())?;
        let mut authority = None;
        for (grant, _) in own {
            if grant.tenant_id.0 != caller.tenant || !givers.contains(&grant.role.0) {
                continue;
            }
            let until = grant.expires_at.map(Utc::timestamp);
            authority = match (authority, until) {
                (_, None) | (Some(Authority::ForGood), _) => Some(Authority::ForGood),
                (Some(Authority::Until(one)), Some(other)) => Some(Authority::Until(one.max(other))),
                (None, Some(until)) => Some(Authority::Until(until)),
            };
        }
        authority.ok_or_else(|| Problem::missing_role(givers))
    }

    /// A tenant with an administrator runs itself. The operator helps one that has none, and no other:
    /// an account that it made or reset elsewhere would be a way to that tenant's keys (I6).
    fn refuse_while_administered(&self, conn: &mut Conn) -> Result<(), Problem> {
        let first = Role::first_of(self.tenant.kind.0);
        match rights::other_lasting_holders(conn, self.tenant.id.0, first, self.stamp.caller.person)? {
            0 => Ok(()),
            _ => Err(Problem::new(Kind::Forbidden, "tenant_runs_itself")),
        }
    }

    /// One of the tenant's people.
    pub(super) fn member(&self, conn: &mut Conn, person: PersonId) -> Result<PersonRow, Problem> {
        if rights::untaken(conn, self.tenant.id.0, person)?.is_empty() {
            return Err(Problem::not_found());
        }
        people::find(conn, person)?.ok_or_else(Problem::not_found)
    }

    /// Gives a role, in place of the same one held for another time.
    pub(super) fn grant(
        &self,
        conn: &mut Conn,
        ids: &mut Ids<'_>,
        person: &PersonRow,
        role: Role,
        until: Option<Timestamp>,
    ) -> Result<(), Problem> {
        self.refuse_conflict(conn, person.id.0)?;
        let held = rights::untaken(conn, self.tenant.id.0, person.id.0)?;
        if let Some(held) = held.iter().find(|grant| grant.role.0 == role) {
            if held.expires_at.is_none() && until.is_none() {
                return Ok(());
            }
            if until.is_some() {
                self.keep_an_administrator(conn, person, held)?;
            }
            rights::take(conn, held.id.0, self.stamp.caller.person, self.stamp.real_now.into())?;
        }
        let row = GrantRow {
            id: Id(ids.next()),
            person_id: person.id,
            tenant_id: self.tenant.id,
            role: Word(role),
            granted_by: Some(Id(self.stamp.caller.person)),
            granted_at: self.stamp.real_now.into(),
            expires_at: until.map(Utc::from),
            removed_at: None,
            removed_by: None,
        };
        people::insert_grant(conn, &row)?;
        let detail = json!({ "role": role.as_text(), "until": until.map(|until| until.to_string()) });
        self.did(conn, ids, "role.granted", person, &detail)
    }

    /// Refuses to take the role of the last person who holds it for good and can sign in.
    fn keep_an_administrator(&self, conn: &mut Conn, person: &PersonRow, grant: &GrantRow) -> Result<(), Problem> {
        let first = Role::first_of(self.tenant.kind.0);
        if grant.role.0 != first || grant.expires_at.is_some() {
            return Ok(());
        }
        if rights::other_lasting_holders(conn, self.tenant.id.0, first, person.id.0)? == 0 {
            return Err(Problem::conflict("last_administrator"));
        }
        // Two administrators who take each other's role at once both see the other one: of the two,
        // the second to guard the tenant's row runs again.
        Ok(rights::guard_tenant(conn, self.tenant.id.0, self.tenant.version)?)
    }

    /// Takes back the invitations of somebody who may no longer give all that they promise.
    fn void_invitations(&self, conn: &mut Conn, person: &PersonRow) -> Result<(), Problem> {
        let left = rights::of_person(conn, person.id.0, self.stamp.real_now.into())?;
        let keeps = left
            .iter()
            .any(|(grant, _)| grant.tenant_id == self.tenant.id && grant.role.0 == Role::first_of(self.tenant.kind.0));
        if !keeps {
            invitations::revoke_made_by(conn, self.tenant.id.0, person.id.0)?;
        }
        Ok(())
    }

    /// Nobody acts for two sides at once: operator staff for no other tenant, and a partner's people
    /// not for its customers, or keys could be seen through the other side's portal (I6, M20).
    pub(super) fn refuse_conflict(&self, conn: &mut Conn, person: PersonId) -> Result<(), Problem> {
        let elsewhere: Vec<(TenantId, TenantKind)> = rights::of_person(conn, person, self.stamp.real_now.into())?
            .into_iter()
            .map(|(grant, kind)| (grant.tenant_id.0, kind))
            .filter(|(tenant, _)| *tenant != self.tenant.id.0)
            .collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        let staff = self.tenant.kind.0 == TenantKind::Operator
            || elsewhere.iter().any(|(_, kind)| *kind == TenantKind::Operator);
        let tenants: Vec<TenantId> = elsewhere.iter().map(|(tenant, _)| *tenant).collect();
        if staff || rights::related_among(conn, self.tenant.id.0, &tenants)? > 0 {
            return Err(Problem::conflict("conflicting_tenant"));
        }
        Ok(())
    }

    /// Records what was done to a person, for the tenant to see, and tells the world.
    pub(super) fn did(
        &self,
        conn: &mut Conn,
        ids: &mut Ids<'_>,
        kind: &'static str,
        person: &PersonRow,
        detail: &serde_json::Value,
    ) -> Result<(), Problem> {
        let tenant = self.tenant.id.0;
        let mut facts = detail.clone();
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("tenant".to_owned(), tenant.to_string().into());
        }
        let entry = Entry::new(kind, "person", person.id.0)
            .detail(facts.clone())
            .personal("person", format!("{} <{}>", person.name, person.email));
        audit::record(conn, ids, self.stamp, &visible_to(entry, self.tenant.kind.0, tenant))?;
        if let Some(facts) = facts.as_object_mut() {
            facts.insert("person".to_owned(), person.id.0.to_string().into());
            facts.insert("actor".to_owned(), self.stamp.caller.person.to_string().into());
        }
        event::push(conn, ids, self.stamp, kind, &facts)?;
        Ok(())
    }
}
