//! Programs that a partner lets call the REST interface: registering them, their secrets and
//! certificates, and removing them (design §4). An admin agent does it; a secret is shown once.

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{AppRights, Permission, Role, TenantKind};
use perpetua_domain::id::{AppCredentialId, AppId, PersonId};
use perpetua_store::api_access::{self, AppCredentialRow, AppRow};
use perpetua_store::{Conn, Id, StoreError, people};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Ids, Stamp};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::form_use::{FormKey, Once, earlier_id, once};
use crate::problem::{Param, Problem};

/// Programs of one partner.
const APPS_MAX: usize = 100;
/// Credentials of one program that work at once.
const CREDENTIALS_MAX: usize = 10;
/// The longest name or label, in characters.
const NAME_CHARS_MAX: usize = 80;
/// Addresses to be sent back to.
const REDIRECTS_MAX: usize = 20;
/// The longest life of a secret, in days.
pub const SECRET_DAYS_MAX: i64 = 730;
/// The life of a secret unless another is chosen, in days.
pub const SECRET_DAYS: i64 = 180;

/// A program that somebody registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// What people call it, 1 to 80 characters.
    pub name: String,
    /// Roles of calls without a person.
    pub roles: Vec<Role>,
    /// What such calls may do besides.
    pub rights: AppRights,
    /// Where people are sent back after consent: `https` addresses, or `http://localhost`.
    pub redirect_uris: Vec<String>,
}

/// A program as an admin agent sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The client id.
    pub id: AppId,
    /// What people call it.
    pub name: String,
    /// Roles of calls without a person.
    pub roles: Vec<Role>,
    /// What such calls may do besides.
    pub rights: AppRights,
    /// Where people are sent back after consent.
    pub redirect_uris: Vec<String>,
    /// Who registered it.
    pub registered_by: String,
    /// When.
    pub registered_at: Timestamp,
    /// When it last got a token, to the minute.
    pub used_at: Option<Timestamp>,
    /// Its credentials, oldest first.
    pub credentials: Vec<Credential>,
    /// The version to name with the next change.
    pub version: i64,
}

/// A secret or certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: AppCredentialId,
    /// Whether it is a certificate.
    pub is_certificate: bool,
    /// What people call it.
    pub label: String,
    /// The first characters of a secret, or a certificate's thumbprint.
    pub hint: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

/// A secret on its only way out: shown once, stored as a hash (I7).
#[derive(Debug)]
pub struct NewSecret {
    /// The credential.
    pub id: AppCredentialId,
    /// The secret.
    pub secret: Token,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// The programs of the caller's partner.
///
/// # Errors
///
/// `missing_role`, `app_right_missing`.
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Registered>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::AppManage, Owner::Own)?;
            let rows = api_access::apps_of(conn, caller.tenant)?;
            let ids: Vec<AppId> = rows.iter().map(|row| row.id.0).collect();
            let credentials = api_access::credentials_of(conn, &ids)?;
            let people = people::names(conn, rows.iter().map(|row| row.registered_by).collect())?;
            Ok(rows.into_iter().map(|row| registered(row, &credentials, &people)).collect())
        })
        .await
}

/// Registers a program.
///
/// # Errors
///
/// `missing_role`; `invalid_input` with the fields `name`, `roles`, `redirect_uris`; `too_many_apps`.
pub async fn register(app: &App, caller: &Caller, command: Register) -> Result<AppId, Problem> {
    register_once(app, caller, None, command).await
}

/// Registers a program for a form: sent again, it answers with the program that it made before (I2).
///
/// # Errors
///
/// As [`register`].
pub async fn register_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: Register,
) -> Result<AppId, Problem> {
    app.store
        .write((app.stamp(caller), command), move |conn, (stamp, command)| {
            authorize::require(conn, &stamp.caller, Permission::AppManage, Owner::Own)?;
            check(command)?;
            let made = once(conn, stamp, (form, "app.registered"), |conn| {
                let id = insert(conn, stamp, command)?;
                Ok((id.to_string(), id))
            })?;
            match made {
                Once::First(id) => Ok(id),
                Once::Earlier(subject) => earlier_id(&subject),
            }
        })
        .await
}

fn insert(conn: &mut Conn, stamp: &Stamp, command: &Register) -> Result<AppId, Problem> {
    if api_access::apps_of(conn, stamp.caller.tenant)?.len() >= APPS_MAX {
        return Err(Problem::conflict("too_many_apps").with_number("max", APPS_MAX));
    }
    let mut ids = stamp.seed.ids();
    let row = new_row(ids.next(), stamp, command);
    api_access::insert_app(conn, &row)?;
    record(conn, &mut ids, stamp, "app.registered", &row, json!({}))?;
    Ok(row.id.0)
}

/// Changes name, roles, rights and addresses of a program.
///
/// # Errors
///
/// As [`register`]; `not_found`; `changed_elsewhere`.
pub async fn change(app: &App, caller: &Caller, id: AppId, version: i64, command: Register) -> Result<(), Problem> {
    app.store
        .write((app.stamp(caller), command), move |conn, (stamp, command)| {
            let row = own(conn, &stamp.caller, id)?;
            check(command)?;
            if row.version != version {
                return Err(Problem::conflict("changed_elsewhere"));
            }
            let wanted = new_row(id, stamp, command);
            let changed = AppRow {
                name: wanted.name,
                roles: wanted.roles,
                may_see_keys: wanted.may_see_keys,
                may_cancel: wanted.may_cancel,
                redirect_uris: wanted.redirect_uris,
                ..row
            };
            api_access::update_app(conn, &changed)?;
            Ok(record(conn, &mut stamp.seed.ids(), stamp, "app.changed", &changed, json!({}))?)
        })
        .await
}

/// Removes a program: its tokens stop working with the next call.
///
/// # Errors
///
/// `missing_role`, `not_found`.
pub async fn remove(app: &App, caller: &Caller, id: AppId) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            let row = own(conn, &stamp.caller, id)?;
            let removed = AppRow { removed_at: Some(stamp.real_now.into()), ..row };
            api_access::update_app(conn, &removed)?;
            api_access::revoke_of_app(conn, id, stamp.real_now.into())?;
            Ok(record(conn, &mut stamp.seed.ids(), stamp, "app.removed", &removed, json!({}))?)
        })
        .await
}

/// Adds a secret of our making, for `days` days (1 to [`SECRET_DAYS_MAX`]).
///
/// # Errors
///
/// `missing_role`, `not_found`, `too_many_credentials`; `invalid_input` with `label` or `days`.
pub async fn add_secret(app: &App, caller: &Caller, id: AppId, label: String, days: i64) -> Result<NewSecret, Problem> {
    require_name("label", &label)?;
    let secret = app.entropy.token();
    let hint: String = secret.expose().chars().take(3).collect();
    let wanted = (label, secret.hash().to_vec(), hint);
    let expires_at = expiry(app.real_clock.now(), days)?;
    let credential = app
        .store
        .write((app.stamp(caller), wanted), move |conn, (stamp, (label, hash, hint))| {
            let row = own(conn, &stamp.caller, id)?;
            let mut ids = stamp.seed.ids();
            let credential = AppCredentialRow {
                id: Id(ids.next()),
                app_id: row.id,
                kind: "secret".to_owned(),
                label: label.trim().to_owned(),
                secret_hash: Some(hash.clone()),
                public_key: String::new(),
                thumbprint: hint.clone(),
                created_by: Id(stamp.caller.person),
                created_at: stamp.real_now.into(),
                expires_at: expires_at.into(),
                used_at: None,
                removed_at: None,
            };
            add(conn, &mut ids, stamp, &row, &credential)
        })
        .await?;
    Ok(NewSecret { id: credential, secret, expires_at })
}

/// Adds a certificate whose private half stays with the partner; tokens are then asked for with a
/// signed assertion. `public_key` is the RSA public key as PEM.
///
/// # Errors
///
/// As [`add_secret`], and `not_a_public_key` at the field `certificate`.
pub async fn add_certificate(
    app: &App,
    caller: &Caller,
    id: AppId,
    label: String,
    public_key: String,
) -> Result<AppCredentialId, Problem> {
    require_name("label", &label)?;
    if public_key.len() > 10_000 || jsonwebtoken::DecodingKey::from_rsa_pem(public_key.as_bytes()).is_err() {
        return Err(Problem::field("certificate", "not_a_public_key"));
    }
    let expires_at = expiry(app.real_clock.now(), SECRET_DAYS_MAX)?;
    app.store
        .write((app.stamp(caller), (label, public_key)), move |conn, (stamp, (label, public_key))| {
            let row = own(conn, &stamp.caller, id)?;
            let mut ids = stamp.seed.ids();
            let digest = <sha2::Sha256 as sha2::Digest>::digest(public_key.trim().as_bytes());
            let credential = AppCredentialRow {
                id: Id(ids.next()),
                app_id: row.id,
                kind: "certificate".to_owned(),
                label: label.trim().to_owned(),
                secret_hash: None,
                public_key: public_key.clone(),
                thumbprint: data_encoding::HEXLOWER.encode(&digest[..10]),
                created_by: Id(stamp.caller.person),
                created_at: stamp.real_now.into(),
                expires_at: expires_at.into(),
                used_at: None,
                removed_at: None,
            };
            add(conn, &mut ids, stamp, &row, &credential)
        })
        .await
}

/// Removes a secret or certificate.
///
/// # Errors
///
/// `missing_role`, `not_found`.
pub async fn remove_credential(
    app: &App,
    caller: &Caller,
    id: AppId,
    credential: AppCredentialId,
) -> Result<(), Problem> {
    app.store
        .write(app.stamp(caller), move |conn, stamp| {
            let row = own(conn, &stamp.caller, id)?;
            if !api_access::remove_credential(conn, id, credential, stamp.real_now.into())? {
                return Err(Problem::not_found());
            }
            let detail = json!({ "credential": credential.to_string() });
            Ok(record(conn, &mut stamp.seed.ids(), stamp, "app.credential_removed", &row, detail)?)
        })
        .await
}

fn add(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    row: &AppRow,
    credential: &AppCredentialRow,
) -> Result<AppCredentialId, Problem> {
    if api_access::credentials_of(conn, &[row.id.0])?.len() >= CREDENTIALS_MAX {
        return Err(Problem::conflict("too_many_credentials").with_number("max", CREDENTIALS_MAX));
    }
    api_access::insert_credential(conn, credential)?;
    let detail =
        json!({ "credential": credential.id.0.to_string(), "kind": credential.kind, "label": credential.label });
    record(conn, ids, stamp, "app.credential_added", row, detail)?;
    Ok(credential.id.0)
}

fn own(conn: &mut Conn, caller: &Caller, id: AppId) -> Result<AppRow, Problem> {
    authorize::require(conn, caller, Permission::AppManage, Owner::Own)?;
    let row = api_access::find_app(conn, id)?;
    row.filter(|row| row.tenant_id.0 == caller.tenant).ok_or_else(Problem::not_found)
}

fn check(command: &Register) -> Result<(), Problem> {
    require_name("name", &command.name)?;
    if command.roles.iter().any(|role| role.kind() != TenantKind::Partner) {
        return Err(Problem::field("roles", "not_a_role"));
    }
    if command.redirect_uris.len() > REDIRECTS_MAX || !command.redirect_uris.iter().all(|uri| is_redirect(uri)) {
        return Err(Problem::field("redirect_uris", "not_a_redirect"));
    }
    Ok(())
}

/// Whether people may be sent back to such an address: only by https, but for their own machine.
pub(crate) fn is_redirect(uri: &str) -> bool {
    let is_plain = uri.len() <= 500 && uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains('#');
    let authority = uri.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next()).unwrap_or_default();
    // A name before the host would make another host look like the person's own machine.
    let is_plain = is_plain && !authority.contains(['@', '\\']);
    let host = |rest: &str| rest.split(['/', '?', ':']).next().is_some_and(|host| !host.is_empty());
    let is_safe = uri.strip_prefix("https://").is_some_and(host)
        || ["http://localhost", "http://127.0.0.1", "http://[::1]"]
            .iter()
            .any(|own| uri.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])));
    is_plain && is_safe
}

fn require_name(field: &'static str, name: &str) -> Result<(), Problem> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Problem::field(field, "required"));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        let max = vec![("max", Param::Number(80))];
        return Err(Problem::invalid("invalid_input").with_field_params(field, "too_long", max));
    }
    if name.chars().any(char::is_control) { Err(Problem::field(field, "control_characters")) } else { Ok(()) }
}

fn expiry(now: Timestamp, days: i64) -> Result<Timestamp, Problem> {
    if !(1..=SECRET_DAYS_MAX).contains(&days) {
        let params = vec![("min", Param::Number(1)), ("max", Param::Number(SECRET_DAYS_MAX))];
        return Err(Problem::invalid("invalid_input").with_field_params("days", "quantity_out_of_range", params));
    }
    now.checked_add(SignedDuration::from_hours(24 * days)).map_err(Problem::internal)
}

fn new_row(id: AppId, stamp: &Stamp, command: &Register) -> AppRow {
    let roles: Vec<&str> = command.roles.iter().map(|role| role.as_text()).collect();
    AppRow {
        id: Id(id),
        tenant_id: Id(stamp.caller.tenant),
        name: command.name.trim().to_owned(),
        roles: roles.join(" "),
        may_see_keys: command.rights.keys,
        may_cancel: command.rights.cancel,
        redirect_uris: command.redirect_uris.join("\n"),
        registered_by: Id(stamp.caller.person),
        registered_at: stamp.real_now.into(),
        removed_at: None,
        used_at: None,
        version: 1,
    }
}

fn registered(row: AppRow, credentials: &[AppCredentialRow], people: &[(Id<PersonId>, String)]) -> Registered {
    let by = people.iter().find(|(id, _)| *id == row.registered_by);
    let own = credentials.iter().filter(|credential| credential.app_id == row.id);
    Registered {
        id: row.id.0,
        roles: roles_of(&row),
        rights: rights_of(&row),
        redirect_uris: row.redirect_uris.lines().map(str::to_owned).collect(),
        registered_by: by.map(|(_, name)| name.clone()).unwrap_or_default(),
        registered_at: row.registered_at.timestamp(),
        used_at: row.used_at.map(perpetua_store::Utc::timestamp),
        credentials: own.map(credential_of).collect(),
        version: row.version,
        name: row.name,
    }
}

fn credential_of(row: &AppCredentialRow) -> Credential {
    Credential {
        id: row.id.0,
        is_certificate: row.kind == "certificate",
        label: row.label.clone(),
        hint: row.thumbprint.clone(),
        created_at: row.created_at.timestamp(),
        expires_at: row.expires_at.timestamp(),
        used_at: row.used_at.map(perpetua_store::Utc::timestamp),
    }
}

pub(crate) fn roles_of(row: &AppRow) -> Vec<Role> {
    row.roles.split_whitespace().filter_map(Role::parse).collect()
}

pub(crate) const fn rights_of(row: &AppRow) -> AppRights {
    AppRights { keys: row.may_see_keys, cancel: row.may_cancel }
}

fn record(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    kind: &'static str,
    row: &AppRow,
    mut detail: serde_json::Value,
) -> Result<(), StoreError> {
    detail["name"] = row.name.clone().into();
    detail["roles"] = row.roles.split_whitespace().collect::<Vec<_>>().into();
    detail["keys"] = row.may_see_keys.into();
    detail["cancel"] = row.may_cancel.into();
    let entry = Entry::new(kind, "app", row.id.0).partner(row.tenant_id.0).detail(detail);
    audit::record(conn, ids, stamp, &entry)
}

#[cfg(test)]
mod tests {
    use super::is_redirect;

    #[test]
    fn people_are_sent_back_by_https_or_to_their_own_machine_only() {
        for good in ["https://tool.example/back?x=1", "http://localhost", "http://localhost:4711/a", "http://[::1]:80/"]
        {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "http://tool.example",
            "https://",
            "https://host:80@other.example/",
            "http://localhost:80@other.example/",
            "http://localhost.other.example/",
            "https://tool.example/#part",
            "javascript:alert(1)",
            "https://host\\@other.example/",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
    }
}
