//! Invitations: of a person into a tenant, and of a partner to a customer (design §4).

use diesel::prelude::*;
use perpetua_domain::id::{InvitationId, PersonId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{invitation, tenant};
use crate::values::{Id, Utc, Word};

perpetua_domain::text_enum! {
    /// Who is invited.
    pub enum InvitationKind {
        /// Somebody joins the tenant.
        Person = "person",
        /// A partner joins the customer.
        Partner = "partner",
    }
}

perpetua_domain::text_enum! {
    /// What became of an invitation. One whose time has run out stays open and is worth nothing.
    pub enum InvitationState {
        /// Waits for an answer.
        Open = "open",
        /// Taken up.
        Accepted = "accepted",
        /// Taken back or declined.
        Revoked = "revoked",
    }
}

/// One invitation.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = invitation)]
pub struct InvitationRow {
    /// Its id.
    pub id: Id<InvitationId>,
    /// Who is invited.
    pub kind: Word<InvitationKind>,
    /// The tenant that is joined.
    pub tenant_id: Id<TenantId>,
    /// The partner that joins a customer, or for whose customer a person is invited.
    pub partner_id: Option<Id<TenantId>>,
    /// The invited person's address; empty when a partner is invited.
    pub email: String,
    /// The address as it is looked up.
    pub email_key: String,
    /// The roles that come with it, separated by spaces.
    pub roles: String,
    /// Hash of the token (I7).
    pub token_hash: Vec<u8>,
    /// What became of it.
    pub state: Word<InvitationState>,
    /// Who invited.
    pub created_by: Id<PersonId>,
    /// When, in real time.
    pub created_at: Utc,
    /// The first instant at which it is worth nothing, in real time.
    pub expires_at: Utc,
    /// Who took it up or declined it.
    pub accepted_by: Option<Id<PersonId>>,
    /// When.
    pub accepted_at: Option<Utc>,
    /// Guards updates.
    pub version: i64,
}

/// Adds an invitation.
pub fn insert(conn: &mut Conn, row: &InvitationRow) -> Result<(), StoreError> {
    diesel::insert_into(invitation::table).values(row).execute(conn)?;
    Ok(())
}

/// The invitation with this id into this tenant.
pub fn find(conn: &mut Conn, tenant: TenantId, id: InvitationId) -> Result<Option<InvitationRow>, StoreError> {
    let found = invitation::table
        .filter(invitation::id.eq(Id(id)))
        .filter(invitation::tenant_id.eq(Id(tenant)))
        .select(InvitationRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// An invitation by its id, into whatever tenant, for the program's own work.
pub fn by_id(conn: &mut Conn, id: InvitationId) -> Result<Option<InvitationRow>, StoreError> {
    Ok(invitation::table.find(Id(id)).select(InvitationRow::as_select()).first(conn).optional()?)
}

/// The invitation whose token has this hash.
pub fn by_token(conn: &mut Conn, token_hash: &[u8]) -> Result<Option<InvitationRow>, StoreError> {
    let found = invitation::table
        .filter(invitation::token_hash.eq(token_hash))
        .select(InvitationRow::as_select())
        .first(conn)
        .optional()?;
    Ok(found)
}

/// Open invitations of one kind into a tenant that still hold at `now`, oldest first, at most 500.
pub fn open(
    conn: &mut Conn,
    tenant: TenantId,
    kind: InvitationKind,
    now: Utc,
) -> Result<Vec<InvitationRow>, StoreError> {
    Ok(invitation::table
        .filter(invitation::tenant_id.eq(Id(tenant)))
        .filter(invitation::state.eq(Word(InvitationState::Open)))
        .filter(invitation::kind.eq(Word(kind)))
        .filter(invitation::expires_at.gt(now))
        .order((invitation::created_at, invitation::id))
        .limit(500)
        .select(InvitationRow::as_select())
        .load(conn)?)
}

/// Open invitations by partners to a customer with the partners' names, oldest first, at most 500.
pub fn from_partners(
    conn: &mut Conn,
    customer: TenantId,
    now: Utc,
) -> Result<Vec<(InvitationRow, String)>, StoreError> {
    Ok(invitation::table
        .inner_join(tenant::table.on(tenant::id.nullable().eq(invitation::partner_id)))
        .filter(invitation::tenant_id.eq(Id(customer)))
        .filter(invitation::state.eq(Word(InvitationState::Open)))
        .filter(invitation::kind.eq(Word(InvitationKind::Partner)))
        .filter(invitation::expires_at.gt(now))
        .order((invitation::created_at, invitation::id))
        .limit(500)
        .select((InvitationRow::as_select(), tenant::name))
        .load(conn)?)
}

/// Takes back the open invitations of one address into a tenant; gives their number.
pub fn revoke_for_address(conn: &mut Conn, tenant: TenantId, email_key: &str) -> Result<usize, StoreError> {
    Ok(diesel::update(
        invitation::table
            .filter(invitation::tenant_id.eq(Id(tenant)))
            .filter(invitation::state.eq(Word(InvitationState::Open)))
            .filter(invitation::kind.eq(Word(InvitationKind::Person)))
            .filter(invitation::email_key.eq(email_key)),
    )
    .set((invitation::state.eq(Word(InvitationState::Revoked)), invitation::version.eq(invitation::version + 1)))
    .execute(conn)?)
}

/// Takes back the open invitations that one person made into a tenant; gives their number.
pub fn revoke_made_by(conn: &mut Conn, tenant: TenantId, person: PersonId) -> Result<usize, StoreError> {
    Ok(diesel::update(
        invitation::table
            .filter(invitation::tenant_id.eq(Id(tenant)))
            .filter(invitation::state.eq(Word(InvitationState::Open)))
            .filter(invitation::kind.eq(Word(InvitationKind::Person)))
            .filter(invitation::created_by.eq(Id(person))),
    )
    .set((invitation::state.eq(Word(InvitationState::Revoked)), invitation::version.eq(invitation::version + 1)))
    .execute(conn)?)
}

/// Takes back the open invitations by which a partner asked to join a customer; gives their number.
pub fn revoke_of_pair(conn: &mut Conn, partner: TenantId, customer: TenantId) -> Result<usize, StoreError> {
    Ok(diesel::update(
        invitation::table
            .filter(invitation::tenant_id.eq(Id(customer)))
            .filter(invitation::state.eq(Word(InvitationState::Open)))
            .filter(invitation::kind.eq(Word(InvitationKind::Partner)))
            .filter(invitation::partner_id.eq(Id(partner))),
    )
    .set((invitation::state.eq(Word(InvitationState::Revoked)), invitation::version.eq(invitation::version + 1)))
    .execute(conn)?)
}

/// Closes an open invitation.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody was first.
pub fn close(
    conn: &mut Conn,
    row: &InvitationRow,
    state: InvitationState,
    by: PersonId,
    at: Utc,
) -> Result<(), StoreError> {
    let changed = diesel::update(
        invitation::table
            .filter(invitation::id.eq(row.id))
            .filter(invitation::version.eq(row.version))
            .filter(invitation::state.eq(Word(InvitationState::Open))),
    )
    .set((
        invitation::state.eq(Word(state)),
        invitation::accepted_by.eq(Some(Id(by))),
        invitation::accepted_at.eq(Some(at)),
        invitation::version.eq(row.version + 1),
    ))
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "invitation" }) }
}

/// Gives an open invitation a new token and a new end; the old token is worth nothing then.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody was first.
pub fn renew(conn: &mut Conn, row: &InvitationRow, token_hash: &[u8], expires_at: Utc) -> Result<(), StoreError> {
    let changed = diesel::update(
        invitation::table
            .filter(invitation::id.eq(row.id))
            .filter(invitation::version.eq(row.version))
            .filter(invitation::state.eq(Word(InvitationState::Open))),
    )
    .set((
        invitation::token_hash.eq(token_hash),
        invitation::expires_at.eq(expires_at),
        invitation::version.eq(row.version + 1),
    ))
    .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "invitation" }) }
}
