//! Setting a new password without the old one.
//!
//! Asking gives the same answer for every address. The outbox learns only the permission's id: the
//! mail worker makes the token when the mail goes out ([`arm_reset`]), so none waits in the database
//! (I7). Where no mail is set up, an administrator hands the address out.

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::TenantKind;
use perpetua_domain::id::{PersonId, RowId, TenantId};
use perpetua_domain::names::{EmailAddress, check_password};
use perpetua_store::password_resets::{self, PasswordResetRow};
use perpetua_store::people::PersonRow;
use perpetua_store::{Conn, Id, Utc, api_access, audit as audit_rows, people, rights, sessions};
use serde_json::json;

use super::invite::hash_password;
use super::rights::Change;
use super::{OneTimeLink, field_code, refused, visible_to};
use crate::audit::{self, Entry};
use crate::caller::{Caller, IdSeed, Origin, Stamp};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::problem::{Kind, Problem};
use crate::{event, one_time};

/// How long a permission to set a new password holds, in real time.
pub const RESET_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// What its tokens are for, see [`one_time`].
const WHAT: &str = "password reset";

/// Permissions that one address may ask for within an hour.
const RESETS_PER_HOUR: i64 = 3;

/// Notes that somebody wants a new password for an address. The answer never tells whether the
/// address belongs to anybody.
///
/// # Errors
///
/// Only the store's failures.
pub async fn request_reset(app: &App, origin: &Origin, email: &str) -> Result<(), Problem> {
    let real_now = app.real_clock.now();
    let input = Asked {
        now: app.clock.now(),
        real_now,
        seed: IdSeed::new(real_now, app.entropy.bytes()),
        origin: origin.clone(),
        email_key: EmailAddress::parse(email).ok().map(|email| email.key()),
        source: origin.source_hash(),
        // Nobody knows this token: it holds the place until the mail worker makes the real one.
        token_hash: app.entropy.token().hash(),
    };
    app.store.write(input, note_request).await
}

struct Asked {
    now: Timestamp,
    real_now: Timestamp,
    seed: IdSeed,
    origin: Origin,
    email_key: Option<String>,
    source: Vec<u8>,
    token_hash: [u8; 32],
}

fn note_request(conn: &mut Conn, asked: &Asked) -> Result<(), Problem> {
    audit_rows::count_anonymous(conn, &asked.source, asked.real_now.as_second() / 60, "password_reset", 1)?;
    let Some(key) = &asked.email_key else { return Ok(()) };
    let Some(person) = people::find_by_email(conn, key)?.filter(|person| person.state == "active") else {
        return Ok(());
    };
    let hour_ago = asked.real_now.checked_sub(SignedDuration::from_hours(1)).map_err(Problem::internal)?;
    if password_resets::made_since(conn, person.id.0, hour_ago.into())? >= RESETS_PER_HOUR {
        return Ok(());
    }
    let stamp = stamp_of(asked.now, asked.real_now, &asked.seed, &asked.origin, &person, None);
    let mut ids = stamp.seed.ids();
    let id: RowId = ids.next();
    insert(conn, id, &person, &asked.token_hash, asked.real_now)?;
    event::push(conn, &mut ids, &stamp, "password.reset_requested", &json!({ "reset": id.to_string() }))?;
    Ok(())
}

fn insert(
    conn: &mut Conn,
    id: RowId,
    person: &PersonRow,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Timestamp, Problem> {
    let expires_at = now.checked_add(RESET_LIFETIME).map_err(Problem::internal)?;
    let row = PasswordResetRow {
        id: Id(id),
        person_id: person.id,
        token_hash: token_hash.to_vec(),
        created_at: now.into(),
        expires_at: expires_at.into(),
        used_at: None,
    };
    password_resets::insert(conn, &row)?;
    Ok(expires_at)
}

/// Makes the token of a permission that was asked for, for the worker that sends the mail; the same one each time,
/// so that a mail which goes out twice says the same. `None` when it was used meanwhile or has run out.
pub async fn arm_reset(app: &App, reset: RowId) -> Result<Option<Token>, Problem> {
    let Some(row) = app.store.read(move |conn| password_resets::find(conn, reset)).await? else { return Ok(None) };
    let token = one_time::again(app, WHAT, reset.as_ref(), &row.token_hash)?;
    let token = token.map_or_else(|| one_time::first(app, WHAT, reset.as_ref()), Ok)?;
    let input = (reset, token.hash(), app.real_clock.now());
    let armed = app
        .store
        .write(input, |conn, (reset, hash, now)| {
            Ok::<bool, Problem>(password_resets::arm(conn, *reset, hash, (*now).into())?)
        })
        .await?;
    Ok(armed.then_some(token))
}

/// Makes an address at which one of the tenant's people sets a new password, shown once.
///
/// # Errors
///
/// `not_found`, `missing_role` unless the caller may give every role that the person holds there:
/// a new password is a way to all of them. `belongs_elsewhere` when the person also acts for another
/// tenant, whose affair it would be too; `tenant_runs_itself` when the operator asks where an administrator is.
pub async fn hand_out_reset(
    app: &App,
    caller: &Caller,
    tenant: TenantId,
    person: PersonId,
) -> Result<OneTimeLink, Problem> {
    let token = app.entropy.token();
    let input = (app.stamp(caller), tenant, person, token.hash());
    let made = app
        .store
        .write(input, |conn, (stamp, tenant, person, hash)| {
            let change = Change::open(conn, stamp, *tenant)?;
            let person = change.member(conn, *person)?;
            for (grant, _) in rights::of_person(conn, person.id.0, stamp.real_now.into())? {
                if grant.tenant_id.0 == *tenant {
                    change.authority(conn, grant.role.0)?.covers(None)?;
                } else if stamp.caller.kind != TenantKind::Operator {
                    return Err(Problem::conflict("belongs_elsewhere"));
                }
            }
            let mut ids = stamp.seed.ids();
            password_resets::void_all(conn, person.id.0, stamp.real_now.into())?;
            let expires_at = insert(conn, ids.next(), &person, hash, stamp.real_now)?;
            change.did(conn, &mut ids, "password.reset_handed_out", &person, &json!({}))?;
            Ok(expires_at)
        })
        .await;
    let expires_at = refused(app, caller, "password.reset_handed_out", tenant, person, made).await?;
    Ok(OneTimeLink { token, expires_at })
}

/// Whether a token still allows to set a new password, for the page that asks for it.
///
/// # Errors
///
/// `reset_over` otherwise.
pub async fn reset_is_open(app: &App, token: &Token) -> Result<(), Problem> {
    let (hash, now) = (token.hash(), app.real_clock.now());
    app.store.read(move |conn| living(conn, &hash, now).map(|_| ())).await
}

fn living(conn: &mut Conn, hash: &[u8; 32], now: Timestamp) -> Result<(PasswordResetRow, PersonRow), Problem> {
    let over = || Problem::new(Kind::NotFound, "reset_over");
    let row = password_resets::by_token(conn, hash)?.ok_or_else(over)?;
    if row.used_at.is_some() || row.expires_at.timestamp() <= now {
        return Err(over());
    }
    let person = people::find(conn, row.person_id.0)?.filter(|person| person.state == "active").ok_or_else(over)?;
    Ok((row, person))
}

/// Sets a new password and ends every session of the person.
///
/// # Errors
///
/// `reset_over`, a wrong `password`.
pub async fn reset_password(app: &App, origin: &Origin, token: &Token, password: &str) -> Result<(), Problem> {
    let (hash, real_now) = (token.hash(), app.real_clock.now());
    let (_, person) = app.store.read(move |conn| living(conn, &hash, real_now)).await?;
    let email = super::invite::email(&person.email)?;
    if let Err(refusal) = check_password(password, &email) {
        return Err(Problem::field("password", field_code(refusal.as_text())));
    }
    let secret = hash_password(app, password).await?;
    let seed = IdSeed::new(real_now, app.entropy.bytes());
    let input = (app.clock.now(), real_now, seed, origin.clone(), hash, secret);
    app.store
        .write(input, |conn, (now, real_now, seed, origin, hash, secret)| {
            let (row, person) = living(conn, hash, *real_now)?;
            let at: Utc = (*real_now).into();
            password_resets::take(conn, &row, at)?;
            password_resets::void_all(conn, person.id.0, at)?;
            let credential = people::password(conn, person.id.0)?.ok_or_else(Problem::not_found)?;
            people::set_password(conn, credential.id.0, secret, at)?;
            sessions::end_all(conn, person.id.0, at)?;
            api_access::revoke_of_person(conn, person.id.0, at)?;
            record(conn, *now, *real_now, seed, origin, &person)
        })
        .await
}

/// Each tenant of the person sees that the password is a new one.
fn record(
    conn: &mut Conn,
    now: Timestamp,
    real_now: Timestamp,
    seed: &IdSeed,
    origin: &Origin,
    person: &PersonRow,
) -> Result<(), Problem> {
    let mut ids = seed.ids();
    for membership in people::memberships(conn, person.id.0, real_now.into())? {
        let entry = visible_to(Entry::new("password.reset", "person", person.id.0), membership.kind, membership.tenant);
        let stamp = stamp_of(now, real_now, seed, origin, person, Some(&membership));
        audit::record(conn, &mut ids, &stamp, &entry)?;
    }
    Ok(())
}

/// The stamp of somebody who is not signed in but holds a token of their own.
fn stamp_of(
    now: Timestamp,
    real_now: Timestamp,
    seed: &IdSeed,
    origin: &Origin,
    person: &PersonRow,
    membership: Option<&people::Membership>,
) -> Stamp {
    let caller = Caller {
        person: person.id.0,
        name: person.name.clone(),
        email: person.email.clone(),
        tenant: membership.map_or_else(|| TenantId::new(uuid::Uuid::nil()), |membership| membership.tenant),
        kind: membership.map_or(TenantKind::Customer, |membership| membership.kind),
        tenant_name: membership.map(|membership| membership.name.clone()).unwrap_or_default(),
        roles: Vec::new(),
        session: None,
        proved_at: real_now,
        app: None,
        origin: origin.clone(),
    };
    Stamp { now, real_now, seed: seed.clone(), caller }
}
