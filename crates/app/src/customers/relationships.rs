//! How partners and customers come together and part (design §4, M3, M9).
//!
//! A partner that wants to serve an existing customer names its domain; the answer is the same
//! whether there is such a customer, so nobody can find out who is one. The customer's global
//! administrator accepts or declines. Either side ends it at any time: links die, purchases and the
//! customer's own access stay.

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Permission, TenantKind};
use perpetua_domain::id::{InvitationId, TenantId};
use perpetua_domain::names::DomainName;
use perpetua_store::invitations::{self, InvitationKind, InvitationRow, InvitationState};
use perpetua_store::relationships::{self as rows, RelationshipRow};
use perpetua_store::{Conn, Id, Word, rights, tenants};
use serde_json::json;

use super::{Relationship, find, write_tokens};
use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::event;
use crate::partners::check_reason;
use crate::people::{self, field_code};
use crate::problem::Problem;

/// How long a partner's invitation waits for the customer, in real time.
const INVITATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Links that one transaction revokes (design §5).
const LINKS_AT_ONCE: i64 = 1_000;

/// Asks the customer of this domain to let the caller's partner serve it too.
///
/// # Errors
///
/// `missing_role`, a wrong `domain`, `already_related`. An unknown domain is no error.
pub async fn invite(app: &App, caller: &Caller, domain: &str) -> Result<(), Problem> {
    let input = (app.stamp(caller), domain.to_owned(), app.entropy.token().hash());
    let invited = app
        .store
        .write(input, |conn, (stamp, domain, hash)| {
            authorize::require(conn, &stamp.caller, Permission::RelationshipInvite, Owner::Own)?;
            let domain =
                DomainName::parse(domain).map_err(|error| Problem::field("domain", field_code(error.as_text())))?;
            let customer = tenants::find_by_domain(conn, domain.as_str())?;
            match customer.filter(|row| row.kind == Word(TenantKind::Customer)) {
                Some(customer) => ask(conn, stamp, customer.id.0, hash),
                None => Ok(()),
            }
        })
        .await;
    people::refused(app, caller, "relationship.invited", caller.tenant, caller.tenant, invited).await
}

fn ask(conn: &mut Conn, stamp: &Stamp, customer: TenantId, hash: &[u8; 32]) -> Result<(), Problem> {
    let partner = stamp.caller.tenant;
    if rows::find(conn, partner, customer)?.is_some_and(|related| related.active) {
        return Err(Problem::conflict("already_related"));
    }
    invitations::revoke_of_pair(conn, partner, customer)?;
    let mut ids = stamp.seed.ids();
    let id: InvitationId = ids.next();
    let expires_at = stamp.real_now.checked_add(INVITATION_LIFETIME).map_err(Problem::internal)?;
    let row = InvitationRow {
        id: Id(id),
        kind: Word(InvitationKind::Partner),
        tenant_id: Id(customer),
        partner_id: Some(Id(partner)),
        email: String::new(),
        email_key: String::new(),
        roles: String::new(),
        // Answered by id from within the customer's portal; the token opens nothing.
        token_hash: hash.to_vec(),
        state: Word(InvitationState::Open),
        created_by: Id(stamp.caller.person),
        created_at: stamp.real_now.into(),
        expires_at: expires_at.into(),
        accepted_by: None,
        accepted_at: None,
        version: 1,
    };
    invitations::insert(conn, &row)?;
    // Not visible to the partner: in its log the record would tell that the customer exists.
    let entry = Entry::new("relationship.invited", "customer", customer)
        .customer(customer)
        .detail(json!({ "partner": partner.to_string() }));
    audit::record(conn, &mut ids, stamp, &entry)?;
    let facts =
        json!({ "invitation": id.to_string(), "partner": partner.to_string(), "customer": customer.to_string() });
    event::push(conn, &mut ids, stamp, "relationship.invited", &facts)?;
    Ok(())
}

/// A partner that serves or served the caller's customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerOfCustomer {
    /// The partner.
    pub partner: TenantId,
    /// Its name.
    pub name: String,
    /// How they stand.
    pub relationship: Relationship,
}

/// A partner that asks to serve the caller's customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerInvitation {
    /// The invitation.
    pub id: InvitationId,
    /// The partner.
    pub name: String,
    /// When it was made.
    pub at: Timestamp,
    /// When it runs out.
    pub expires_at: Timestamp,
}

/// The partners of a customer, for its own portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partners {
    /// Those that serve or served it.
    pub partners: Vec<PartnerOfCustomer>,
    /// Those that ask to.
    pub invitations: Vec<PartnerInvitation>,
    /// Whether the caller may accept, decline and end.
    pub can_decide: bool,
}

/// Lists the partners of the caller's customer.
///
/// # Errors
///
/// `missing_role`, `not_found` for a caller of another kind.
pub async fn of_customer(app: &App, caller: &Caller) -> Result<Partners, Problem> {
    let caller = caller.clone();
    let now = app.real_clock.now();
    app.store
        .read(move |conn| {
            if caller.kind != TenantKind::Customer {
                return Err(Problem::not_found());
            }
            authorize::require(conn, &caller, Permission::RelationshipView, Owner::Own)?;
            let partners = rows::of_customer(conn, caller.tenant)?.into_iter().map(|(row, name)| PartnerOfCustomer {
                partner: row.partner_id.0,
                name,
                relationship: Relationship::of(&row),
            });
            let partners = partners.collect();
            let open = invitations::from_partners(conn, caller.tenant, now.into())?;
            let invitations = open.into_iter().map(|(row, name)| PartnerInvitation {
                id: row.id.0,
                name,
                at: row.created_at.timestamp(),
                expires_at: row.expires_at.timestamp(),
            });
            let can_decide = authorize::allows(conn, &caller, Permission::RelationshipAccept, Owner::Own)?;
            Ok(Partners { partners, invitations: invitations.collect(), can_decide })
        })
        .await
}

/// Accepts or declines a partner's invitation.
///
/// # Errors
///
/// `missing_role`, `not_found` when it is not open, `conflicting_people` when somebody holds roles on
/// both sides.
pub async fn answer(app: &App, caller: &Caller, id: InvitationId, accept: bool) -> Result<(), Problem> {
    let kind = if accept { "relationship.accepted" } else { "relationship.declined" };
    let input = (app.stamp(caller), id, accept);
    let answered =
        app.store.write(input, move |conn, (stamp, id, accept)| decide(conn, stamp, *id, *accept, kind)).await;
    people::refused(app, caller, kind, caller.tenant, id, answered).await
}

fn decide(conn: &mut Conn, stamp: &Stamp, id: InvitationId, accept: bool, kind: &'static str) -> Result<(), Problem> {
    let customer = stamp.caller.tenant;
    authorize::require(conn, &stamp.caller, Permission::RelationshipAccept, Owner::Own)?;
    let invitation = invitations::find(conn, customer, id)?.ok_or_else(Problem::not_found)?;
    let partner = invitation.partner_id.ok_or_else(Problem::not_found)?.0;
    let is_open = invitation.kind.0 == InvitationKind::Partner
        && invitation.state.0 == InvitationState::Open
        && invitation.expires_at.timestamp() > stamp.real_now;
    if !is_open {
        return Err(Problem::not_found());
    }
    let state = if accept { InvitationState::Accepted } else { InvitationState::Revoked };
    invitations::close(conn, &invitation, state, stamp.caller.person, stamp.real_now.into())?;
    let mut ids = stamp.seed.ids();
    if accept {
        if rights::shared_people(conn, customer, partner, stamp.real_now.into())? > 0 {
            return Err(Problem::conflict("conflicting_people"));
        }
        relate(conn, stamp, ids.next(), partner, customer)?;
    }
    did(conn, stamp, &mut ids, kind, partner, customer, None)
}

/// The name of a partner that asks by an address which it handed over (contract C-06); `None` when it
/// serves the caller's customer already.
///
/// # Errors
///
/// `missing_role`; `not_found` for what is no working partner, and for callers of another kind.
pub async fn asking(app: &App, caller: &Caller, partner: TenantId) -> Result<Option<String>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::RelationshipView, Owner::Own)?;
            let name = working_partner(conn, &caller, partner)?;
            let is_related = rows::find(conn, partner, caller.tenant)?.is_some_and(|related| related.active);
            Ok((!is_related).then_some(name))
        })
        .await
}

fn working_partner(conn: &mut Conn, caller: &Caller, partner: TenantId) -> Result<String, Problem> {
    let found = tenants::find(conn, partner)?.filter(|row| row.kind.0 == TenantKind::Partner && row.state == "active");
    match found {
        Some(row) if caller.kind == TenantKind::Customer => Ok(row.name),
        _ => Err(Problem::not_found()),
    }
}

/// Lets a partner serve the caller's customer, because it handed over the address that asks for it.
///
/// # Errors
///
/// Those of [`asking`], `already_related`, and `conflicting_people` as with [`answer`].
pub async fn accept_partner(app: &App, caller: &Caller, partner: TenantId) -> Result<(), Problem> {
    let input = (app.stamp(caller), partner);
    let accepted = app
        .store
        .write(input, |conn, (stamp, partner)| {
            let customer = stamp.caller.tenant;
            authorize::require(conn, &stamp.caller, Permission::RelationshipAccept, Owner::Own)?;
            working_partner(conn, &stamp.caller, *partner)?;
            if rights::shared_people(conn, customer, *partner, stamp.real_now.into())? > 0 {
                return Err(Problem::conflict("conflicting_people"));
            }
            let mut ids = stamp.seed.ids();
            relate(conn, stamp, ids.next(), *partner, customer)?;
            invitations::revoke_of_pair(conn, *partner, customer)?;
            did(conn, stamp, &mut ids, "relationship.accepted", *partner, customer, None)
        })
        .await;
    people::refused(app, caller, "relationship.accepted", caller.tenant, partner, accepted).await
}

fn relate(
    conn: &mut Conn,
    stamp: &Stamp,
    id: perpetua_domain::id::RelationshipId,
    partner: TenantId,
    customer: TenantId,
) -> Result<(), Problem> {
    let tenant = find(conn, customer)?;
    match rows::load(conn, partner, customer)? {
        Some(row) if row.state == "active" => return Err(Problem::conflict("already_related")),
        Some(row) => rows::resume(conn, &row, stamp.now.into())?,
        None => rows::insert(
            conn,
            &RelationshipRow {
                id: Id(id),
                partner_id: Id(partner),
                customer_id: Id(customer),
                state: "active".to_owned(),
                since: stamp.now.into(),
                ended_at: None,
                ended_by: None,
                name_key_en: tenant.name_key_en.clone(),
                name_key_cs: tenant.name_key_cs.clone(),
                version: 1,
            },
        )?,
    }
    Ok(write_tokens(conn, &tenant, &[partner])?)
}

/// Ends the relationship of the caller's tenant with `other`: a partner with its customer, a
/// customer with its partner. Download links of the pair die in the same transaction.
///
/// # Errors
///
/// `not_found`, `missing_role`, `relationship_ended` when it is over, a wrong `suspend_reason`.
pub async fn end(app: &App, caller: &Caller, other: TenantId, reason: &str) -> Result<(), Problem> {
    let input = (app.stamp(caller), other, reason.trim().to_owned());
    let ended = app.store.write(input, |conn, (stamp, other, reason)| finish(conn, stamp, *other, reason)).await;
    let (partner, customer, mut revoked) =
        people::refused(app, caller, "relationship.ended", other, other, ended).await?;
    // A pair with more links than one transaction may touch: the rest serve nothing any more, as
    // each use asks for the relationship, but they shall not come back to life with a new one.
    while i64::try_from(revoked).unwrap_or(0) >= LINKS_AT_ONCE {
        let input = (partner, customer, app.clock.now());
        revoked = app
            .store
            .write(input, |conn, (partner, customer, now)| {
                rows::revoke_links(conn, *partner, *customer, LINKS_AT_ONCE, (*now).into())
            })
            .await?;
    }
    Ok(())
}

fn finish(
    conn: &mut Conn,
    stamp: &Stamp,
    other: TenantId,
    reason: &str,
) -> Result<(TenantId, TenantId, usize), Problem> {
    let caller = &stamp.caller;
    let (partner, customer, owner) = match caller.kind {
        TenantKind::Partner => (caller.tenant, other, Owner::Tenant(other)),
        TenantKind::Customer => (other, caller.tenant, Owner::Own),
        TenantKind::Operator => return Err(Problem::not_found()),
    };
    authorize::require(conn, caller, Permission::RelationshipEnd, owner)?;
    authorize::active_relationship(conn, partner, customer)?;
    check_reason("suspend_reason", reason)?;
    let row = rows::load(conn, partner, customer)?.ok_or_else(Problem::not_found)?;
    rows::end(conn, &row, caller.tenant, stamp.now.into())?;
    let revoked = rows::revoke_links(conn, partner, customer, LINKS_AT_ONCE, stamp.now.into())?;
    did(conn, stamp, &mut stamp.seed.ids(), "relationship.ended", partner, customer, Some((reason, revoked)))?;
    Ok((partner, customer, revoked))
}

fn did(
    conn: &mut Conn,
    stamp: &Stamp,
    ids: &mut crate::caller::Ids<'_>,
    kind: &'static str,
    partner: TenantId,
    customer: TenantId,
    end: Option<(&str, usize)>,
) -> Result<(), Problem> {
    let mut facts = json!({ "partner": partner.to_string(), "customer": customer.to_string() });
    if let (Some((_, revoked)), Some(facts)) = (end, facts.as_object_mut()) {
        facts.insert("links_revoked".to_owned(), revoked.into());
    }
    let mut entry =
        Entry::new(kind, "relationship", customer).partner(partner).customer(customer).detail(facts.clone());
    if let Some((reason, _)) = end {
        entry = entry.personal("reason", reason);
    }
    audit::record(conn, ids, stamp, &entry)?;
    event::push(conn, ids, stamp, kind, &facts)?;
    Ok(())
}
