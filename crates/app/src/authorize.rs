//! The one place that asks whether a caller may do something (the grid is `domain::access`).
//!
//! Use cases call [`require`] with the owner of the thing, inside the transaction that reads or
//! changes it, so that a role or relation taken away a moment ago counts.

use perpetua_domain::access::{self, Decision, Permission, Relation, TenantKind};
use perpetua_domain::id::{RelationshipId, TenantId};
use perpetua_store::{Conn, StoreError, relationships};

use crate::caller::Caller;
use crate::context::App;
use crate::problem::{Kind, Problem};

/// Whose thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Of the caller's own tenant, or of nobody in particular, such as the catalog.
    Own,
    /// Of one tenant.
    Tenant(TenantId),
    /// A purchase, cart or order: of a customer, through the partner of record (M3).
    Purchase {
        /// The partner of record.
        partner: TenantId,
        /// The customer.
        customer: TenantId,
    },
}

/// Refuses unless the caller has the permission over the owner's things.
///
/// # Errors
///
/// `not_found` outside the caller's scope (I6), `missing_role` naming the roles that would suffice,
/// `relationship_ended`, or the store's failure.
pub fn require(conn: &mut Conn, caller: &Caller, permission: Permission, owner: Owner) -> Result<(), Problem> {
    let relation = relation(conn, caller, owner)?;
    match access::decide(&caller.roles, caller.kind, relation, permission) {
        Decision::Allowed if lacks_right(caller, permission) => Err(Problem::new(Kind::Forbidden, "app_right_missing")),
        Decision::Allowed => Ok(()),
        Decision::MissingRole { any_of } => Err(Problem::missing_role(any_of)),
        Decision::RelationshipEnded => Err(Problem::new(Kind::Forbidden, "relationship_ended")),
        Decision::NotFound => Err(Problem::not_found()),
    }
}

/// Asks for a right over the caller's own things, before anything is done.
///
/// # Errors
///
/// As [`require`].
pub async fn ask_own(app: &App, caller: &Caller, permission: Permission) -> Result<(), Problem> {
    let caller = caller.clone();
    app.store.read(move |conn| require(conn, &caller, permission, Owner::Own)).await
}

/// Asks for a right over a customer to which the caller's partner is related now, before anything is
/// done for it.
///
/// # Errors
///
/// `not_found` when they were never related, `relationship_ended`, and those of [`require`].
pub async fn ask_over(app: &App, caller: &Caller, permission: Permission, customer: TenantId) -> Result<(), Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            active_relationship(conn, caller.tenant, customer)?;
            require(conn, &caller, permission, Owner::Purchase { partner: caller.tenant, customer })
        })
        .await
}

/// Whether [`require`] would pass; for showing or hiding an action.
pub fn allows(conn: &mut Conn, caller: &Caller, permission: Permission, owner: Owner) -> Result<bool, StoreError> {
    let relation = relation(conn, caller, owner)?;
    let decision = access::decide(&caller.roles, caller.kind, relation, permission);
    Ok(decision == Decision::Allowed && !lacks_right(caller, permission))
}

/// Whether a program that calls without a person was not given the right when it was registered.
fn lacks_right(caller: &Caller, permission: Permission) -> bool {
    let alone = caller.app.as_ref().and_then(|app| app.alone);
    alone.is_some_and(|rights| !rights.allow(permission))
}

/// The active relation of the caller's partner tenant to a customer.
///
/// # Errors
///
/// `not_found` when there never was one, `relationship_ended` when it is over.
pub fn active_relationship(conn: &mut Conn, partner: TenantId, customer: TenantId) -> Result<RelationshipId, Problem> {
    match relationships::find(conn, partner, customer)? {
        None => Err(Problem::not_found()),
        Some(related) if !related.active => Err(Problem::new(Kind::Forbidden, "relationship_ended")),
        Some(related) => Ok(related.id),
    }
}

fn relation(conn: &mut Conn, caller: &Caller, owner: Owner) -> Result<Relation, StoreError> {
    let (partner, customer) = match owner {
        Owner::Own => return Ok(Relation::Own),
        Owner::Tenant(tenant) if tenant == caller.tenant => return Ok(Relation::Own),
        Owner::Tenant(tenant) => (caller.tenant, tenant),
        Owner::Purchase { partner, customer } => (partner, customer),
    };
    match caller.kind {
        TenantKind::Operator => Ok(Relation::OperatorOver),
        TenantKind::Partner if partner == caller.tenant => {
            Ok(match relationships::find(conn, caller.tenant, customer)? {
                Some(related) if related.active => Relation::ActivePartnerOf,
                Some(_) => Relation::EndedPartnerOf,
                None => Relation::None,
            })
        }
        TenantKind::Partner => Ok(Relation::None),
        TenantKind::Customer => match owner {
            Owner::Purchase { customer, .. } if customer == caller.tenant => Ok(Relation::Own),
            Owner::Tenant(tenant) => Ok(match relationships::find(conn, tenant, caller.tenant)? {
                Some(related) if related.active => Relation::ActiveCustomerOf,
                _ => Relation::None,
            }),
            Owner::Purchase { .. } | Owner::Own => Ok(Relation::None),
        },
    }
}
