//! Giving tokens out.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use perpetua_domain::id::{AppId, PersonId, TenantId};
use perpetua_store::api_access::{self, AppCredentialRow, AppRow, CodeRow, RefreshTokenRow};
use perpetua_store::people::PersonRow;
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, StoreError, people, tenants};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::proof::{self, ClientProof};
use super::{Claims, LIFETIME_SECONDS, REFRESH_GRACE, REFRESH_LIFETIME};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::problem::Problem;
use crate::token_keys::KeyUse;

/// How often the last use of a program is written: no more than once in this many seconds.
const TOUCH_SECONDS: i64 = 60;

/// What a program asks to be given tokens for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantKind {
    /// For itself, without a person.
    ClientCredentials,
    /// For a refresh token.
    Refresh(String),
    /// For a code of the consent page.
    Code {
        /// The code.
        code: String,
        /// Where it was sent.
        redirect_uri: String,
        /// The PKCE verifier.
        verifier: String,
    },
}

/// A request of the token endpoint, already read from its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The tenant in the path: an id, a domain, or a word such as `common`.
    pub tenant: String,
    /// The program.
    pub client: String,
    /// How it proves who it is.
    pub proof: ClientProof,
    /// For what.
    pub grant: GrantKind,
    /// The audience, one of those that mean this server.
    pub audience: String,
    /// Whether the second version of the endpoint was called.
    pub is_v2: bool,
}

/// Tokens, on their only way out.
pub struct Given {
    /// The access token.
    pub access_token: String,
    /// When it was made, in seconds since 1970.
    pub issued_at: i64,
    /// The partner.
    pub tenant: TenantId,
    /// What a person's tokens bring besides; `None` for a program alone.
    pub user: Option<UserTokens>,
}

/// What a person's tokens bring besides the access token.
pub struct UserTokens {
    /// The next refresh token.
    pub refresh_token: Token,
    /// Who signed in, for the program.
    pub id_token: String,
    /// The person.
    pub person: PersonId,
}

/// Why no token is given. The words of OAuth follow from it in one place.
#[derive(Debug)]
pub enum Refusal {
    /// No such program, or its proof is wrong. Unknown and wrong are not told apart.
    InvalidClient,
    /// The tenant in the path is not the program's.
    WrongTenant,
    /// The code or refresh token is unknown, used, revoked or over.
    InvalidGrant,
    /// Our own failure.
    Failed(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl perpetua_store::OperationError for Refusal {
    fn store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Failed(problem) => problem.store_error(),
            _ => None,
        }
    }
}

/// Gives tokens to a program.
///
/// # Errors
///
/// A [`Refusal`].
pub async fn give(app: &App, request: TokenRequest) -> Result<Given, Refusal> {
    let client: AppId = request.client.parse().map_err(|_| Refusal::InvalidClient)?;
    let now = app.real_clock.now();
    let known = app.store.read(move |conn| known_client(conn, client)).await?;
    let credential = proof::shown(&request.proof, &known.row, &known.credentials, &app.settings.public_url, now);
    let is_public = matches!(
        (&request.proof, &request.grant),
        (ClientProof::Nothing, GrantKind::Code { .. } | GrantKind::Refresh(_))
    );
    if credential.is_none() && !is_public {
        return Err(Refusal::InvalidClient);
    }
    if !names(&request.tenant, &known.tenant) {
        return Err(Refusal::WrongTenant);
    }
    if known.row.used_at.is_none_or(|at| now.as_second() - at.timestamp().as_second() >= TOUCH_SECONDS) {
        let input = (client, proof::id_of(credential), now);
        app.store
            .write(input, |conn, (app, credential, now)| api_access::touch(conn, *app, *credential, (*now).into()))
            .await?;
    }
    let user = match &request.grant {
        GrantKind::ClientCredentials => None,
        GrantKind::Refresh(token) => Some(refresh(app, &known, token, credential.is_some(), now).await?),
        GrantKind::Code { code, redirect_uri, verifier } => {
            let has_proof = credential.is_some();
            Some(exchange(app, &known, code, redirect_uri, verifier, has_proof, now).await?)
        }
    };
    sign(app, &request, &known, user, now).await
}

/// A program with what is needed to check it.
struct Known {
    row: AppRow,
    tenant: TenantRow,
    credentials: Vec<AppCredentialRow>,
}

fn known_client(conn: &mut Conn, client: AppId) -> Result<Known, Refusal> {
    let row = api_access::find_app(conn, client)?.ok_or(Refusal::InvalidClient)?;
    let tenant = tenants::find(conn, row.tenant_id.0)?.ok_or(Refusal::InvalidClient)?;
    let credentials = api_access::credentials_of(conn, &[client])?;
    Ok(Known { row, tenant, credentials })
}

/// Whether the path's tenant is this one; three words stand for the program's own.
fn names(text: &str, tenant: &TenantRow) -> bool {
    let is_word = ["common", "organizations", "adfs"].iter().any(|word| word.eq_ignore_ascii_case(text));
    let is_domain = tenant.domain.as_deref().is_some_and(|domain| domain.eq_ignore_ascii_case(text));
    is_word || is_domain || text.parse().is_ok_and(|id: TenantId| id == tenant.id.0)
}

/// A person whose tokens are to be signed, and the refresh token that they get.
struct Consented {
    person: PersonRow,
    refresh_token: Token,
    nonce: String,
}

async fn refresh(app: &App, known: &Known, token: &str, has_proof: bool, now: Timestamp) -> Result<Consented, Refusal> {
    let hash = Token::parse(token).ok_or(Refusal::InvalidGrant)?.hash();
    let next = app.entropy.token();
    let brought =
        RefreshBrought { client: known.row.id.0, hash: hash.to_vec(), next_hash: next.hash().to_vec(), has_proof, now };
    let person = app.store.write(brought, use_refresh).await?.ok_or(Refusal::InvalidGrant)?;
    Ok(Consented { person, refresh_token: next, nonce: String::new() })
}

struct RefreshBrought {
    client: AppId,
    hash: Vec<u8>,
    next_hash: Vec<u8>,
    has_proof: bool,
    now: Timestamp,
}

/// Exchanges a refresh token for the next. `None` when the family was revoked, which must stay, so that it is no
/// refusal of the transaction.
fn use_refresh(conn: &mut Conn, brought: &RefreshBrought) -> Result<Option<PersonRow>, Refusal> {
    let now = brought.now;
    let found = api_access::find_refresh(conn, &brought.hash)?;
    let row = found.filter(|row| row.app_id.0 == brought.client).ok_or(Refusal::InvalidGrant)?;
    if row.revoked_at.is_some() || row.expires_at.timestamp() <= now {
        return Err(Refusal::InvalidGrant);
    }
    if row.needs_proof && !brought.has_proof {
        return Err(Refusal::InvalidClient);
    }
    if let Some(used) = row.used_at {
        // An answer may be lost once; whoever went on with it does not come back with the old token.
        let is_over = now.duration_since(used.timestamp()) > REFRESH_GRACE;
        if is_over || api_access::successor_was_used(conn, &row)? {
            // Somebody else has a copy: nobody goes on with this family.
            api_access::revoke_family(conn, row.family_id.0, now.into())?;
            return Ok(None);
        }
    }
    api_access::use_refresh(conn, &brought.hash, now.into())?;
    let person = live_person(conn, row.person_id.0, row.tenant_id.0, now)?;
    api_access::insert_refresh(conn, &next_refresh(&row, brought.next_hash.clone(), now))?;
    Ok(Some(person))
}

fn next_refresh(row: &RefreshTokenRow, token_hash: Vec<u8>, now: Timestamp) -> RefreshTokenRow {
    let expires_at = now.saturating_add(REFRESH_LIFETIME).unwrap_or(now);
    RefreshTokenRow {
        token_hash,
        created_at: now.into(),
        expires_at: expires_at.into(),
        used_at: None,
        revoked_at: None,
        ..row.clone()
    }
}

async fn exchange(
    app: &App,
    known: &Known,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
    has_proof: bool,
    now: Timestamp,
) -> Result<Consented, Refusal> {
    let hash = Token::parse(code).ok_or(Refusal::InvalidGrant)?.hash();
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
    let next = app.entropy.token();
    let brought = Brought {
        client: known.row.id.0,
        code_hash: hash.to_vec(),
        redirect_uri: redirect_uri.to_owned(),
        challenge,
        has_proof,
        next_hash: next.hash().to_vec(),
        now,
    };
    let outcome = app.store.write(brought, use_code).await?;
    let (person, nonce) = outcome.ok_or(Refusal::InvalidGrant)?;
    Ok(Consented { person, refresh_token: next, nonce })
}

struct Brought {
    client: AppId,
    code_hash: Vec<u8>,
    redirect_uri: String,
    challenge: String,
    has_proof: bool,
    next_hash: Vec<u8>,
    now: Timestamp,
}

/// Uses a code up. One that comes a second time is worth nothing, and neither is what it brought.
fn use_code(conn: &mut Conn, brought: &Brought) -> Result<Option<(PersonRow, String)>, Refusal> {
    let found = api_access::find_code(conn, &brought.code_hash)?;
    let row = found.filter(|row| row.app_id.0 == brought.client).ok_or(Refusal::InvalidGrant)?;
    if !api_access::use_code(conn, &brought.code_hash, brought.now.into())? {
        api_access::revoke_family(conn, row.family_id.0, brought.now.into())?;
        return Ok(None);
    }
    // Without PKCE only a program that keeps a secret may fetch its tokens.
    let is_challenged = if row.challenge.is_empty() { brought.has_proof } else { row.challenge == brought.challenge };
    let is_right = is_challenged && row.redirect_uri == brought.redirect_uri;
    if !is_right || row.expires_at.timestamp() <= brought.now {
        return Ok(None);
    }
    let person = live_person(conn, row.person_id.0, row.tenant_id.0, brought.now)?;
    api_access::insert_refresh(conn, &first_refresh(&row, brought))?;
    Ok(Some((person, row.nonce)))
}

fn first_refresh(row: &CodeRow, brought: &Brought) -> RefreshTokenRow {
    let expires_at = brought.now.saturating_add(REFRESH_LIFETIME).unwrap_or(brought.now);
    RefreshTokenRow {
        token_hash: brought.next_hash.clone(),
        family_id: row.family_id,
        app_id: row.app_id,
        person_id: row.person_id,
        tenant_id: row.tenant_id,
        created_at: brought.now.into(),
        expires_at: expires_at.into(),
        used_at: None,
        revoked_at: None,
        needs_proof: brought.has_proof,
    }
}

fn live_person(conn: &mut Conn, person: PersonId, tenant: TenantId, now: Timestamp) -> Result<PersonRow, Refusal> {
    let row = people::find(conn, person)?.filter(|row| row.state == "active").ok_or(Refusal::InvalidGrant)?;
    let memberships = people::memberships(conn, person, now.into())?;
    let is_member = memberships.iter().any(|membership| membership.tenant == tenant);
    if is_member { Ok(row) } else { Err(Refusal::InvalidGrant) }
}

async fn sign(
    app: &App,
    request: &TokenRequest,
    known: &Known,
    user: Option<Consented>,
    now: Timestamp,
) -> Result<Given, Refusal> {
    let key = app.token_keys.signing(app, KeyUse::Token).await?;
    let claims = claims(app, request, known, user.as_ref(), now);
    let access_token = key.sign(&claims)?;
    let user = match user {
        None => None,
        Some(user) => Some(UserTokens {
            id_token: key.sign(&id_claims(&claims, known, &user))?,
            person: user.person.id.0,
            refresh_token: user.refresh_token,
        }),
    };
    Ok(Given { access_token, issued_at: now.as_second(), tenant: known.tenant.id.0, user })
}

fn claims(app: &App, request: &TokenRequest, known: &Known, user: Option<&Consented>, now: Timestamp) -> Claims {
    let tenant = known.tenant.id.0.to_string();
    let client = known.row.id.0.to_string();
    let version = if request.is_v2 { "2.0" } else { "1.0" };
    let suffix = if request.is_v2 { "/v2.0" } else { "/" };
    let at = now.as_second();
    let person = user.map(|user| &user.person);
    let alone = user.is_none().then(|| crate::apps::roles_of(&known.row));
    Claims {
        aud: request.audience.clone(),
        iss: format!("{}/{tenant}{suffix}", app.settings.public_url),
        iat: at,
        nbf: at,
        exp: at + LIFETIME_SECONDS,
        tid: tenant,
        appid: client.clone(),
        azp: client,
        ver: version.to_owned(),
        jti: Uuid::from_bytes(app.entropy.bytes()).to_string(),
        idtyp: if user.is_some() { "user" } else { "app" }.to_owned(),
        oid: person.map(|person| person.id.0.to_string()),
        upn: person.map(|person| person.email.clone()),
        name: person.map(|person| person.name.clone()),
        scp: person.map(|_| "user_impersonation".to_owned()),
        amr: person.map(|_| vec!["pwd".to_owned()]),
        roles: alone.map(|roles| roles.iter().map(|role| role.as_text().to_owned()).collect()),
    }
}

fn id_claims(access: &Claims, known: &Known, user: &Consented) -> serde_json::Value {
    json!({
        "aud": known.row.id.0.to_string(),
        "iss": access.iss,
        "iat": access.iat,
        "nbf": access.nbf,
        "exp": access.exp,
        "tid": access.tid,
        "oid": access.oid,
        "sub": access.oid,
        "preferred_username": user.person.email,
        "name": user.person.name,
        "nonce": user.nonce,
        "ver": access.ver,
        "idtyp": "id",
    })
}
