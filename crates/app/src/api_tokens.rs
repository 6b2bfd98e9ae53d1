//! Access tokens of the REST interface: given out for a secret, an assertion, a code or a refresh
//! token, and turned into a caller again (contract 00 §2, design §4).
//!
//! A token proves who calls, nothing more: roles, suspension and the program's own state are read with
//! every call. Tokens always live by the real clock.

mod give;
mod proof;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, Validation};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::id::{AppId, PersonId, TenantId};
use perpetua_store::api_access::{self, AppRow};
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, people, tenants};
use serde::{Deserialize, Serialize};

pub use give::{Given, GrantKind, Refusal, TokenRequest, give};
pub use proof::ClientProof;

use crate::apps::{rights_of, roles_of};
use crate::caller::{Caller, CallingApp, Origin};
use crate::context::App;
use crate::problem::{Kind, Problem};
use crate::token_keys::KeyUse;

/// How long an access token lives, in seconds. Clients renew two minutes before the end.
pub const LIFETIME_SECONDS: i64 = 3_599;
/// How long a refresh token lives, unless it is used.
const REFRESH_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 90);
/// For how long an exchanged refresh token may be sent again, as when its answer was lost.
const REFRESH_GRACE: SignedDuration = SignedDuration::from_secs(60);
/// Clocks of other machines may be ahead by this many seconds.
const LEEWAY_SECONDS: i64 = 60;

/// Audiences that all mean this server, besides its own address: two clients have the first built in.
pub const AUDIENCES: &[&str] = &[
    "https://graph.windows.net",
    "https://api.partnercenter.microsoft.com",
    "https://api.partner.microsoft.com",
    "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
    "4990cffe-04e8-4e8b-808a-1175604b879f",
];

/// What stands in an access token; the names are those that clients inspect.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    aud: String,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    tid: String,
    appid: String,
    azp: String,
    ver: String,
    jti: String,
    /// `app` or `user`.
    idtyp: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    oid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amr: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
}

/// Turns a bearer token into the caller that it stands for now.
///
/// # Errors
///
/// `token_invalid` for a token that is none of ours, has run out, or whose program or person is gone;
/// `partner_suspended` when the partner may not call.
pub async fn authenticate(app: &App, origin: &Origin, bearer: &str) -> Result<Caller, Problem> {
    let claims = verify(app, bearer).await?;
    let parse = |text: &str| text.parse().map_err(|_| invalid());
    let (client, tenant): (AppId, TenantId) = (parse(&claims.appid)?, claims.tid.parse().map_err(|_| invalid())?);
    let person: Option<PersonId> = match &claims.oid {
        Some(oid) => Some(oid.parse().map_err(|_| invalid())?),
        None => None,
    };
    let (now, origin) = (app.real_clock.now(), origin.clone());
    app.store.read(move |conn| load_caller(conn, client, tenant, person, now, origin)).await
}

fn load_caller(
    conn: &mut Conn,
    client: AppId,
    tenant: TenantId,
    person: Option<PersonId>,
    now: Timestamp,
    origin: Origin,
) -> Result<Caller, Problem> {
    let row = api_access::find_app(conn, client)?.filter(|row| row.tenant_id.0 == tenant).ok_or_else(invalid)?;
    let partner = tenants::find(conn, tenant)?.ok_or_else(invalid)?;
    if partner.state != "active" {
        return Err(Problem::new(Kind::SignIn, "partner_suspended"));
    }
    match person {
        Some(person) => person_caller(conn, &row, &partner, person, now, origin),
        None => app_caller(conn, &row, &partner, now, origin),
    }
}

fn person_caller(
    conn: &mut Conn,
    row: &AppRow,
    partner: &TenantRow,
    person: PersonId,
    now: Timestamp,
    origin: Origin,
) -> Result<Caller, Problem> {
    let person = people::find(conn, person)?.filter(|person| person.state == "active").ok_or_else(invalid)?;
    let memberships = people::memberships(conn, person.id.0, now.into())?;
    let membership =
        memberships.into_iter().find(|membership| membership.tenant == partner.id.0).ok_or_else(invalid)?;
    let calling = CallingApp { id: row.id.0, name: row.name.clone(), alone: None };
    Ok(caller(partner, person.id.0, &person.name, &person.email, membership.roles, calling, now, origin))
}

fn app_caller(
    conn: &mut Conn,
    row: &AppRow,
    partner: &TenantRow,
    now: Timestamp,
    origin: Origin,
) -> Result<Caller, Problem> {
    let registrant = people::find(conn, row.registered_by.0)?.ok_or_else(invalid)?;
    let calling = CallingApp { id: row.id.0, name: row.name.clone(), alone: Some(rights_of(row)) };
    Ok(caller(partner, registrant.id.0, &row.name, &registrant.email, roles_of(row), calling, now, origin))
}

#[expect(clippy::too_many_arguments, reason = "one constructor for both kinds of callers")]
fn caller(
    partner: &TenantRow,
    person: PersonId,
    name: &str,
    email: &str,
    roles: Vec<Role>,
    calling: CallingApp,
    now: Timestamp,
    origin: Origin,
) -> Caller {
    Caller {
        person,
        name: name.to_owned(),
        email: email.to_owned(),
        tenant: partner.id.0,
        kind: TenantKind::Partner,
        tenant_name: partner.name.clone(),
        roles,
        session: None,
        // The token itself is the proof; pages ask for a password again, programs cannot.
        proved_at: now,
        app: Some(calling),
        origin,
    }
}

async fn verify(app: &App, bearer: &str) -> Result<Claims, Problem> {
    let header = jsonwebtoken::decode_header(bearer).map_err(|_| invalid())?;
    let kid = header.kid.filter(|_| header.alg == Algorithm::RS256).ok_or_else(invalid)?;
    let key = app.token_keys.find(app, KeyUse::Token, &kid).await?.ok_or_else(invalid)?;
    let mut validation = Validation::new(Algorithm::RS256);
    // Time is asked of our own clock below.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims = jsonwebtoken::decode::<Claims>(bearer, key.decoding(), &validation).map_err(|_| invalid())?.claims;
    let now = app.real_clock.now().as_second();
    let is_alive = now < claims.exp && claims.nbf <= now + LEEWAY_SECONDS;
    let is_ours = is_audience(app, &claims.aud) && claims.iss.starts_with(&app.settings.public_url);
    if is_alive && is_ours && claims.idtyp != "id" { Ok(claims) } else { Err(invalid()) }
}

/// Whether an audience or resource means this server.
pub fn is_audience(app: &App, text: &str) -> bool {
    let text = text.trim_end_matches('/');
    AUDIENCES.contains(&text) || text.eq_ignore_ascii_case(&app.settings.public_url)
}

fn invalid() -> Problem {
    Problem::new(Kind::SignIn, "token_invalid")
}
