//! Programs that may call the REST interface: registrations, credentials, refresh tokens, codes and
//! the keys that sign access tokens. Secrets and tokens are kept as hashes only (I7).

use diesel::prelude::*;
use perpetua_domain::id::{AppCredentialId, AppId, DataKeyId, PersonId, TenantId};
use uuid::Uuid;

use crate::connection::Conn;
use crate::error::StoreError;
use crate::schema::{app_credential, app_registration, authorization_code, refresh_token, token_key};
use crate::values::{Id, Utc};

/// A registered program.
#[derive(Debug, Clone, Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = app_registration, treat_none_as_null = true)]
pub struct AppRow {
    /// The client id.
    pub id: Id<AppId>,
    /// The partner that registered it.
    pub tenant_id: Id<TenantId>,
    /// What people call it.
    pub name: String,
    /// Roles of calls without a person, words with blanks between.
    pub roles: String,
    /// Whether such calls reach keys, media and links.
    pub may_see_keys: bool,
    /// Whether such calls cancel and ask for refunds.
    pub may_cancel: bool,
    /// Addresses to which people are sent back after consent, one per line.
    pub redirect_uris: String,
    /// Who registered it.
    pub registered_by: Id<PersonId>,
    /// When.
    pub registered_at: Utc,
    /// When it was removed.
    pub removed_at: Option<Utc>,
    /// When it last got a token, to the minute.
    pub used_at: Option<Utc>,
    /// Guards changes.
    pub version: i64,
}

/// A secret or certificate of a program.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = app_credential)]
pub struct AppCredentialRow {
    /// Its id.
    pub id: Id<AppCredentialId>,
    /// The program.
    pub app_id: Id<AppId>,
    /// `secret` or `certificate`.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// SHA-256 of the secret.
    pub secret_hash: Option<Vec<u8>>,
    /// The certificate's public key as PEM; empty for a secret.
    pub public_key: String,
    /// The certificate's SHA-256 thumbprint in hexadecimal digits, or the first characters of a secret.
    pub thumbprint: String,
    /// Who added it.
    pub created_by: Id<PersonId>,
    /// When.
    pub created_at: Utc,
    /// Until when it works.
    pub expires_at: Utc,
    /// When it was last used, to the minute.
    pub used_at: Option<Utc>,
    /// When it was removed.
    pub removed_at: Option<Utc>,
}

/// A refresh token.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = refresh_token)]
pub struct RefreshTokenRow {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// Shared by all that followed from one consent.
    pub family_id: Id<Uuid>,
    /// For which program.
    pub app_id: Id<AppId>,
    /// Who consented.
    pub person_id: Id<PersonId>,
    /// For which partner they act.
    pub tenant_id: Id<TenantId>,
    /// When it was given out.
    pub created_at: Utc,
    /// Until when it works.
    pub expires_at: Utc,
    /// When it was exchanged for the next.
    pub used_at: Option<Utc>,
    /// When it was made worthless.
    pub revoked_at: Option<Utc>,
    /// Whether the program proved who it is when it got the first of the family, and must again.
    pub needs_proof: bool,
}

/// A code of the consent page.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = authorization_code)]
pub struct CodeRow {
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// For which program.
    pub app_id: Id<AppId>,
    /// Who consented.
    pub person_id: Id<PersonId>,
    /// For which partner they act.
    pub tenant_id: Id<TenantId>,
    /// Where it was sent.
    pub redirect_uri: String,
    /// SHA-256 of the PKCE verifier as base64url; empty when none was given.
    pub challenge: String,
    /// Comes back in the id token.
    pub nonce: String,
    /// Until when it works.
    pub expires_at: Utc,
    /// When it was used.
    pub used_at: Option<Utc>,
    /// The family of refresh tokens that it begins; revoked when the code is used again.
    pub family_id: Id<Uuid>,
}

/// An RSA key: the public half in clear, the private one sealed.
#[derive(Debug, Clone, Insertable, Queryable, Selectable)]
#[diesel(table_name = token_key)]
pub struct TokenKeyRow {
    /// Names the key in tokens.
    pub id: String,
    /// `token` or `webhook`.
    pub purpose: String,
    /// The public key as DER (PKCS#1).
    pub public_der: Vec<u8>,
    /// The data key that opens the private half.
    pub data_key_id: Id<DataKeyId>,
    /// The sealed private half (PKCS#8).
    pub sealed: Vec<u8>,
    /// The certificate as PEM; empty for tokens.
    pub certificate: String,
    /// When it was made.
    pub created_at: Utc,
    /// When it stopped signing.
    pub retired_at: Option<Utc>,
}

/// Adds a program.
pub fn insert_app(conn: &mut Conn, row: &AppRow) -> Result<(), StoreError> {
    diesel::insert_into(app_registration::table).values(row).execute(conn)?;
    Ok(())
}

/// Finds a program that was not removed.
pub fn find_app(conn: &mut Conn, id: AppId) -> Result<Option<AppRow>, StoreError> {
    let found = app_registration::table.find(Id(id)).filter(app_registration::removed_at.is_null());
    Ok(found.select(AppRow::as_select()).first(conn).optional()?)
}

/// A partner's programs, oldest first; at most 200.
pub fn apps_of(conn: &mut Conn, tenant: TenantId) -> Result<Vec<AppRow>, StoreError> {
    let all = app_registration::table
        .filter(app_registration::tenant_id.eq(Id(tenant)))
        .filter(app_registration::removed_at.is_null())
        .order((app_registration::registered_at, app_registration::id))
        .limit(200);
    Ok(all.select(AppRow::as_select()).load(conn)?)
}

/// Changes a program that is still at the version of `row`.
///
/// # Errors
///
/// [`StoreError::Conflict`] when somebody else was first.
pub fn update_app(conn: &mut Conn, row: &AppRow) -> Result<(), StoreError> {
    let next = AppRow { version: row.version + 1, ..row.clone() };
    let guarded = app_registration::table
        .filter(app_registration::id.eq(row.id))
        .filter(app_registration::version.eq(row.version));
    match diesel::update(guarded).set(&next).execute(conn)? {
        0 => Err(StoreError::Conflict { table: "app_registration" }),
        _ => Ok(()),
    }
}

/// Notes that a program and its credential were used.
pub fn touch(conn: &mut Conn, app: AppId, credential: Option<AppCredentialId>, at: Utc) -> Result<(), StoreError> {
    diesel::update(app_registration::table.find(Id(app))).set(app_registration::used_at.eq(Some(at))).execute(conn)?;
    if let Some(credential) = credential {
        diesel::update(app_credential::table.find(Id(credential)))
            .set(app_credential::used_at.eq(Some(at)))
            .execute(conn)?;
    }
    Ok(())
}

/// Adds a credential.
pub fn insert_credential(conn: &mut Conn, row: &AppCredentialRow) -> Result<(), StoreError> {
    diesel::insert_into(app_credential::table).values(row).execute(conn)?;
    Ok(())
}

/// The credentials of these programs that were not removed, oldest first.
pub fn credentials_of(conn: &mut Conn, apps: &[AppId]) -> Result<Vec<AppCredentialRow>, StoreError> {
    let ids: Vec<Id<AppId>> = apps.iter().copied().map(Id).collect();
    let all = app_credential::table
        .filter(app_credential::app_id.eq_any(ids))
        .filter(app_credential::removed_at.is_null())
        .order((app_credential::created_at, app_credential::id));
    Ok(all.select(AppCredentialRow::as_select()).load(conn)?)
}

/// Removes a credential of a program; `false` when there is none.
pub fn remove_credential(conn: &mut Conn, app: AppId, id: AppCredentialId, at: Utc) -> Result<bool, StoreError> {
    let one = app_credential::table
        .filter(app_credential::id.eq(Id(id)))
        .filter(app_credential::app_id.eq(Id(app)))
        .filter(app_credential::removed_at.is_null());
    Ok(diesel::update(one).set(app_credential::removed_at.eq(Some(at))).execute(conn)? > 0)
}

/// Adds a refresh token.
pub fn insert_refresh(conn: &mut Conn, row: &RefreshTokenRow) -> Result<(), StoreError> {
    diesel::insert_into(refresh_token::table).values(row).execute(conn)?;
    Ok(())
}

/// Finds a refresh token by its hash, used or not.
pub fn find_refresh(conn: &mut Conn, hash: &[u8]) -> Result<Option<RefreshTokenRow>, StoreError> {
    let found = refresh_token::table.filter(refresh_token::token_hash.eq(hash));
    Ok(found.select(RefreshTokenRow::as_select()).first(conn).optional()?)
}

/// Notes that a refresh token was exchanged; `false` when it was before.
pub fn use_refresh(conn: &mut Conn, hash: &[u8], at: Utc) -> Result<bool, StoreError> {
    let unused =
        refresh_token::table.filter(refresh_token::token_hash.eq(hash)).filter(refresh_token::used_at.is_null());
    Ok(diesel::update(unused).set(refresh_token::used_at.eq(Some(at))).execute(conn)? > 0)
}

/// Makes a whole family of refresh tokens worthless.
pub fn revoke_family(conn: &mut Conn, family: Uuid, at: Utc) -> Result<usize, StoreError> {
    let live = refresh_token::table
        .filter(refresh_token::family_id.eq(Id(family)))
        .filter(refresh_token::revoked_at.is_null());
    Ok(diesel::update(live).set(refresh_token::revoked_at.eq(Some(at))).execute(conn)?)
}

/// Whether a refresh token that was given out for this one was exchanged in turn.
pub fn successor_was_used(conn: &mut Conn, row: &RefreshTokenRow) -> Result<bool, StoreError> {
    let used = refresh_token::table
        .filter(refresh_token::family_id.eq(row.family_id))
        .filter(refresh_token::token_hash.ne(&row.token_hash))
        .filter(refresh_token::created_at.nullable().ge(row.used_at))
        .filter(refresh_token::used_at.is_not_null());
    Ok(diesel::select(diesel::dsl::exists(used)).get_result(conn)?)
}

/// Makes all refresh tokens of a person worthless, as when the password changes.
pub fn revoke_of_person(conn: &mut Conn, person: PersonId, at: Utc) -> Result<usize, StoreError> {
    let live = refresh_token::table
        .filter(refresh_token::person_id.eq(Id(person)))
        .filter(refresh_token::revoked_at.is_null());
    Ok(diesel::update(live).set(refresh_token::revoked_at.eq(Some(at))).execute(conn)?)
}

/// Makes all refresh tokens of a program worthless.
pub fn revoke_of_app(conn: &mut Conn, app: AppId, at: Utc) -> Result<usize, StoreError> {
    let live =
        refresh_token::table.filter(refresh_token::app_id.eq(Id(app))).filter(refresh_token::revoked_at.is_null());
    Ok(diesel::update(live).set(refresh_token::revoked_at.eq(Some(at))).execute(conn)?)
}

/// Adds a code.
pub fn insert_code(conn: &mut Conn, row: &CodeRow) -> Result<(), StoreError> {
    diesel::insert_into(authorization_code::table).values(row).execute(conn)?;
    Ok(())
}

/// Finds a code by its hash, used or not.
pub fn find_code(conn: &mut Conn, hash: &[u8]) -> Result<Option<CodeRow>, StoreError> {
    let found = authorization_code::table.filter(authorization_code::code_hash.eq(hash));
    Ok(found.select(CodeRow::as_select()).first(conn).optional()?)
}

/// Uses a code up; `false` when it was used before.
pub fn use_code(conn: &mut Conn, hash: &[u8], at: Utc) -> Result<bool, StoreError> {
    let unused = authorization_code::table
        .filter(authorization_code::code_hash.eq(hash))
        .filter(authorization_code::used_at.is_null());
    Ok(diesel::update(unused).set(authorization_code::used_at.eq(Some(at))).execute(conn)? > 0)
}

/// The RSA keys of a purpose, oldest first.
pub fn token_keys(conn: &mut Conn, purpose: &str) -> Result<Vec<TokenKeyRow>, StoreError> {
    let all = token_key::table.filter(token_key::purpose.eq(purpose)).order((token_key::created_at, token_key::id));
    Ok(all.select(TokenKeyRow::as_select()).load(conn)?)
}

/// Adds an RSA key.
pub fn insert_token_key(conn: &mut Conn, row: &TokenKeyRow) -> Result<(), StoreError> {
    diesel::insert_into(token_key::table).values(row).execute(conn)?;
    Ok(())
}

/// Lets all keys of a purpose but one stop signing.
pub fn retire_token_keys(conn: &mut Conn, purpose: &str, but: &str, at: Utc) -> Result<usize, StoreError> {
    let others = token_key::table
        .filter(token_key::purpose.eq(purpose))
        .filter(token_key::id.ne(but))
        .filter(token_key::retired_at.is_null());
    Ok(diesel::update(others).set(token_key::retired_at.eq(Some(at))).execute(conn)?)
}

/// Removes all keys of a purpose but one, so that nothing they signed is believed.
pub fn remove_token_keys(conn: &mut Conn, purpose: &str, but: &str) -> Result<usize, StoreError> {
    let others = token_key::table.filter(token_key::purpose.eq(purpose)).filter(token_key::id.ne(but));
    Ok(diesel::delete(others).execute(conn)?)
}
