//! Asking an administrator of one's own tenant for a role, and the answer (M13).

use perpetua_domain::access::{Permission, Role};
use perpetua_domain::id::{RoleRequestId, TenantId};
use perpetua_store::role_requests::{self, RoleRequestRow, RoleRequestState};
use perpetua_store::{Conn, Id, Word, rights};
use serde_json::json;

use super::rights::{Change, until};
use super::{refused, visible_to};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::event;
use crate::problem::Problem;

/// The longest reason, in characters.
const REASON_CHARS_MAX: usize = 500;

/// Asks for a role.
#[derive(Debug, Clone)]
pub struct AskForRole {
    /// Which.
    pub role: Role,
    /// Why, in the person's words; may be empty, at most 500 characters.
    pub reason: String,
}

/// Asks for a role in the caller's own tenant.
///
/// # Errors
///
/// `role_of_other_kind`, `already_held`, `already_requested`, a wrong `note`.
pub async fn ask_for_role(app: &App, caller: &Caller, command: AskForRole) -> Result<RoleRequestId, Problem> {
    let input = (app.stamp(caller), command);
    app.store.write(input, |conn, (stamp, command)| ask(conn, stamp, command)).await
}

fn ask(conn: &mut Conn, stamp: &Stamp, command: &AskForRole) -> Result<RoleRequestId, Problem> {
    let caller = &stamp.caller;
    authorize::require(conn, caller, Permission::RoleRequest, Owner::Own)?;
    let reason = command.reason.trim();
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(Problem::field("note", "text_too_long"));
    }
    if command.role.kind() != caller.kind {
        return Err(Problem::field("role", "role_of_other_kind"));
    }
    let held = rights::of_person(conn, caller.person, stamp.real_now.into())?;
    if held.iter().any(|(grant, _)| grant.tenant_id.0 == caller.tenant && grant.role.0 == command.role) {
        return Err(Problem::conflict("already_held"));
    }
    if role_requests::open_of(conn, caller.tenant, caller.person, command.role)?.is_some() {
        return Err(Problem::conflict("already_requested"));
    }
    let mut ids = stamp.seed.ids();
    let id: RoleRequestId = ids.next();
    let row = RoleRequestRow {
        id: Id(id),
        tenant_id: Id(caller.tenant),
        person_id: Id(caller.person),
        role: Word(command.role),
        reason: reason.to_owned(),
        state: Word(RoleRequestState::Open),
        created_at: stamp.real_now.into(),
        decided_by: None,
        decided_at: None,
        version: 1,
    };
    role_requests::insert(conn, &row)?;
    let facts =
        json!({ "request": id.to_string(), "tenant": caller.tenant.to_string(), "role": command.role.as_text() });
    let entry = Entry::new("role.requested", "person", caller.person).detail(facts.clone());
    audit::record(conn, &mut ids, stamp, &visible_to(entry, caller.kind, caller.tenant))?;
    event::push(conn, &mut ids, stamp, "role.requested", &facts)?;
    Ok(id)
}

/// Answers a request.
#[derive(Debug, Clone)]
pub struct DecideRequest {
    /// The tenant.
    pub tenant: TenantId,
    /// The request.
    pub request: RoleRequestId,
    /// Whether the role is given.
    pub grant: bool,
    /// For how many hours; `None` for good.
    pub hours: Option<u32>,
}

/// Grants or refuses a request for a role.
///
/// # Errors
///
/// `not_found` when it is not open, and whatever [`give_role`](super::give_role) answers.
pub async fn decide_request(app: &App, caller: &Caller, command: DecideRequest) -> Result<(), Problem> {
    let (tenant, request) = (command.tenant, command.request);
    let input = (app.stamp(caller), command);
    let decided = app.store.write(input, |conn, (stamp, command)| decide(conn, stamp, command)).await;
    refused(app, caller, "role.request_decided", tenant, request, decided).await
}

fn decide(conn: &mut Conn, stamp: &Stamp, command: &DecideRequest) -> Result<(), Problem> {
    let change = Change::open(conn, stamp, command.tenant)?;
    let row = role_requests::find(conn, command.tenant, command.request)?.ok_or_else(Problem::not_found)?;
    if row.state.0 != RoleRequestState::Open {
        return Err(Problem::not_found());
    }
    let authority = change.authority(conn, row.role.0)?;
    let person = change.member(conn, row.person_id.0)?;
    let mut ids = stamp.seed.ids();
    let (by, at) = (stamp.caller.person, stamp.real_now.into());
    if command.grant {
        let until = until(stamp.real_now, command.hours)?;
        authority.covers(until)?;
        role_requests::decide(conn, &row, RoleRequestState::Granted, by, at)?;
        return change.grant(conn, &mut ids, &person, row.role.0, until);
    }
    role_requests::decide(conn, &row, RoleRequestState::Refused, by, at)?;
    change.did(conn, &mut ids, "role.refused", &person, &json!({ "role": row.role.0.as_text() }))
}
