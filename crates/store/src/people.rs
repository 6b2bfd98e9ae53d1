//! People, their passwords and their roles in tenants.

use diesel::prelude::*;
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::id::{CredentialId, GrantId, PersonId, TenantId};

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{credential, person, role_grant, tenant};
use crate::values::{Id, Utc, Word};

/// A person.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = person)]
pub struct PersonRow {
    /// Their id.
    pub id: Id<PersonId>,
    /// E-mail address as they wrote it.
    pub email: String,
    /// The address folded for comparison, unique.
    pub email_key: String,
    /// Name.
    pub name: String,
    /// Telephone, may be empty.
    pub phone: String,
    /// Language of pages and mail, `en` or `cs`.
    pub language: String,
    /// `active` or `suspended`.
    pub state: String,
    /// When they first appeared.
    pub created_at: Utc,
    /// Guards changes.
    pub version: i64,
}

/// A password: its hash and what was guessed against it.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = credential)]
pub struct CredentialRow {
    /// Its id.
    pub id: Id<CredentialId>,
    /// Whose it is.
    pub person_id: Id<PersonId>,
    /// `password`.
    pub kind: String,
    /// The argon2id hash.
    pub secret: String,
    /// Wrong tries since the last success.
    pub failed_count: i64,
    /// When the last wrong try was, real time.
    pub failed_at: Option<Utc>,
    /// When it was set.
    pub changed_at: Utc,
    /// Guards changes.
    pub version: i64,
}

/// One role of one person in one tenant.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = role_grant)]
pub struct GrantRow {
    /// Its id.
    pub id: Id<GrantId>,
    /// Who holds it.
    pub person_id: Id<PersonId>,
    /// Where.
    pub tenant_id: Id<TenantId>,
    /// Which.
    pub role: Word<Role>,
    /// Who gave it; `None` for the set-up.
    pub granted_by: Option<Id<PersonId>>,
    /// Since when.
    pub granted_at: Utc,
    /// Until when; `None` for good.
    pub expires_at: Option<Utc>,
    /// When it was taken.
    pub removed_at: Option<Utc>,
    /// By whom.
    pub removed_by: Option<Id<PersonId>>,
}

/// A tenant in which a person holds at least one role now.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The tenant.
    pub tenant: TenantId,
    /// Its kind.
    pub kind: TenantKind,
    /// Its name.
    pub name: String,
    /// The IANA zone in which its people read times.
    pub zone: String,
    /// The roles held there now.
    pub roles: Vec<Role>,
}

/// Finds a person by id.
pub fn find(conn: &mut Conn, id: PersonId) -> Result<Option<PersonRow>, StoreError> {
    Ok(person::table.find(Id(id)).select(PersonRow::as_select()).first(conn).optional()?)
}

/// Finds a person by folded e-mail address.
pub fn find_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<PersonRow>, StoreError> {
    Ok(person::table.filter(person::email_key.eq(email_key)).select(PersonRow::as_select()).first(conn).optional()?)
}

/// Adds a person.
pub fn insert(conn: &mut Conn, row: &PersonRow) -> Result<(), StoreError> {
    diesel::insert_into(person::table).values(row).execute(conn)?;
    Ok(())
}

/// Gives a person another name and address, guarded by the version that was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody was first.
pub fn rename(conn: &mut Conn, row: &PersonRow) -> Result<(), StoreError> {
    let found = person::table.filter(person::id.eq(row.id)).filter(person::version.eq(row.version));
    let changed = diesel::update(found)
        .set((
            person::name.eq(&row.name),
            person::email.eq(&row.email),
            person::email_key.eq(&row.email_key),
            person::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "person" }) }
}

/// A person's password.
pub fn password(conn: &mut Conn, person: PersonId) -> Result<Option<CredentialRow>, StoreError> {
    let found = credential::table.filter(credential::person_id.eq(Id(person))).filter(credential::kind.eq("password"));
    Ok(found.select(CredentialRow::as_select()).first(conn).optional()?)
}

/// Adds a password.
pub fn insert_credential(conn: &mut Conn, row: &CredentialRow) -> Result<(), StoreError> {
    diesel::insert_into(credential::table).values(row).execute(conn)?;
    Ok(())
}

/// Stores the outcome of a try, guarded by the version that was read.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another try was counted meanwhile.
pub fn count_try(
    conn: &mut Conn,
    read: &CredentialRow,
    failed_count: i64,
    failed_at: Option<Utc>,
) -> Result<(), StoreError> {
    let row = credential::table.filter(credential::id.eq(read.id)).filter(credential::version.eq(read.version));
    let changed = diesel::update(row)
        .set((
            credential::failed_count.eq(failed_count),
            credential::failed_at.eq(failed_at),
            credential::version.eq(read.version + 1),
        ))
        .execute(conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "credential" }) }
}

/// Replaces the password's hash and forgets wrong tries.
pub fn set_password(conn: &mut Conn, id: CredentialId, secret: &str, at: Utc) -> Result<(), StoreError> {
    diesel::update(credential::table.find(Id(id)))
        .set((
            credential::secret.eq(secret),
            credential::failed_count.eq(0),
            credential::failed_at.eq(None::<Utc>),
            credential::changed_at.eq(at),
            credential::version.eq(credential::version + 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives a role.
pub fn insert_grant(conn: &mut Conn, row: &GrantRow) -> Result<(), StoreError> {
    diesel::insert_into(role_grant::table).values(row).execute(conn)?;
    Ok(())
}

/// The names of people, for lists. One query.
pub fn names(conn: &mut Conn, mut ids: Vec<Id<PersonId>>) -> Result<Vec<(Id<PersonId>, String)>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    Ok(person::table.filter(person::id.eq_any(ids)).select((person::id, person::name)).load(conn)?)
}

/// The tenants in which a person holds a role at `now` (real time), with those roles. Suspended
/// tenants are left out.
pub fn memberships(conn: &mut Conn, person: PersonId, now: Utc) -> Result<Vec<Membership>, StoreError> {
    let rows: Vec<(Id<TenantId>, Word<TenantKind>, String, String, Word<Role>)> = role_grant::table
        .inner_join(tenant::table)
        .filter(role_grant::person_id.eq(Id(person)))
        .filter(role_grant::removed_at.is_null())
        .filter(role_grant::expires_at.is_null().or(role_grant::expires_at.gt(now)))
        .filter(tenant::state.eq("active"))
        .order((tenant::name_key_en, tenant::id))
        .select((tenant::id, tenant::kind, tenant::name, tenant::zone, role_grant::role))
        .load(conn)?;
    let mut memberships: Vec<Membership> = Vec::new();
    for (id, kind, name, zone, role) in rows {
        match memberships.last_mut() {
            Some(last) if last.tenant == id.0 => last.roles.push(role.0),
            _ => memberships.push(Membership { tenant: id.0, kind: kind.0, name, zone, roles: vec![role.0] }),
        }
    }
    Ok(memberships)
}
