//! Signing in and out, and turning a cookie into a caller.
//!
//! A cookie proves who somebody is, nothing more: roles, suspension and relations are read per
//! request. Unknown people and wrong passwords take the same time and give the same answer.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use perpetua_domain::id::{PersonId, SessionId, TenantId};
use perpetua_domain::names::EmailAddress;
use perpetua_domain::sign_in::{Failures, decide_attempt, session_is_alive};
pub use perpetua_store::people::Membership;
use perpetua_store::people::{CredentialRow, PersonRow};
use perpetua_store::sessions::SessionRow;
use perpetua_store::{Conn, Id, Utc, audit as audit_rows, people, sessions};

use crate::audit::{self, Entry};
use crate::caller::{Caller, IdSeed, Origin, Stamp};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::password::PasswordError;
use crate::problem::{Kind, Problem};

/// How often a session's last use is written: no more than once in this many seconds.
const TOUCH_SECONDS: i64 = 60;

/// A browser that has signed in.
pub struct SignedIn {
    /// The cookie's new value; a new one at each sign-in, so a planted cookie gains nothing.
    pub token: Token,
    /// The tenants among which the person may choose; never empty.
    pub memberships: Vec<Membership>,
}

/// A live session, as each request finds it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub person: PersonRow,
    /// When they last gave their password, real time.
    pub proved_at: Timestamp,
    /// The tenants among which they may choose.
    pub memberships: Vec<Membership>,
    /// The tenant for which they act; `None` while they have to choose.
    pub current: Option<TenantId>,
    stale: bool,
}

impl Session {
    /// The zone of the tenant for which they act; `None` while a tenant has to be chosen, or for a zone that this
    /// system does not know.
    pub fn zone(&self) -> Option<TimeZone> {
        let current = self.current?;
        let membership = self.memberships.iter().find(|membership| membership.tenant == current)?;
        TimeZone::get(&membership.zone).ok()
    }

    /// The caller for whom use cases are run; `None` while a tenant has to be chosen.
    pub fn caller(&self, origin: &Origin) -> Option<Caller> {
        let current = self.current?;
        let membership = self.memberships.iter().find(|membership| membership.tenant == current)?;
        Some(Caller {
            person: self.person.id.0,
            name: self.person.name.clone(),
            email: self.person.email.clone(),
            tenant: membership.tenant,
            kind: membership.kind,
            tenant_name: membership.name.clone(),
            roles: membership.roles.clone(),
            session: Some(self.id),
            proved_at: self.proved_at,
            app: None,
            origin: origin.clone(),
        })
    }
}

/// Signs in with e-mail address and password.
///
/// # Errors
///
/// `sign_in_failed` for an unknown person, a wrong password, a suspended person, one without any role,
/// and while wrong tries rest: the answer must not tell who exists. `busy` when too many hashes wait.
pub async fn sign_in(app: &App, origin: &Origin, email: &str, password: &str) -> Result<SignedIn, Problem> {
    let (person, _) = verify(app, origin, email, password).await?;
    open_session(app, origin, person).await
}

/// Finds the active person whose address and password these are. Each try is counted before the
/// password is looked at, so that tries at the same time cannot outrun the lock; a success forgives.
///
/// # Errors
///
/// `sign_in_failed`, `busy`, as [`sign_in`].
pub(crate) async fn verify(
    app: &App,
    origin: &Origin,
    email: &str,
    password: &str,
) -> Result<(PersonRow, CredentialRow), Problem> {
    let tried = claim_try(app, origin, email).await?;
    let hash = tried.as_ref().map(|tried| tried.credential.secret.as_str());
    let matches = app.passwords.verify(password, hash).await.map_err(password_problem)?;
    let accepted = tried.filter(|tried| matches && !tried.is_locked && tried.person.state == "active");
    let Try { person, credential, .. } = accepted.ok_or_else(failed)?;
    app.store.write((person.id.0, credential.secret.clone()), forgive).await?;
    Ok((person, credential))
}

/// A try at somebody's password.
struct Try {
    person: PersonRow,
    credential: CredentialRow,
    is_locked: bool,
}

/// Counts a try, per source always, so that known and unknown people cost one write each.
async fn claim_try(app: &App, origin: &Origin, email: &str) -> Result<Option<Try>, Problem> {
    let source = origin.source_hash();
    let key = EmailAddress::parse(email).ok().map(|email| email.key());
    app.store
        .write((app.real_clock.now(), source, key), |conn, (now, source, key)| {
            audit_rows::count_anonymous(conn, source, now.as_second() / 60, "sign_in", 1)?;
            let Some(key) = key else { return Ok(None) };
            let Some(person) = people::find_by_email(conn, key)? else { return Ok(None) };
            let Some(credential) = people::password(conn, person.id.0)? else { return Ok(None) };
            let is_locked = decide_attempt(failures(&credential), *now).is_err();
            if !is_locked {
                people::count_try(conn, &credential, credential.failed_count + 1, Some((*now).into()))?;
            }
            Ok::<_, Problem>(Some(Try { person, credential, is_locked }))
        })
        .await
}

/// Forgets counted tries, unless the password was changed while it was looked at.
fn forgive(conn: &mut Conn, (person, secret): &(PersonId, String)) -> Result<(), Problem> {
    match people::password(conn, *person)? {
        Some(credential) if credential.secret == *secret => Ok(people::count_try(conn, &credential, 0, None)?),
        _ => Err(failed()),
    }
}

fn failed() -> Problem {
    Problem::new(Kind::SignIn, "sign_in_failed")
}

fn password_problem(error: PasswordError) -> Problem {
    match error {
        PasswordError::Busy => Problem::new(Kind::TooMany, "busy").retry_after(2),
        PasswordError::TooLong => failed(),
        other => Problem::internal(other),
    }
}

fn failures(credential: &CredentialRow) -> Failures {
    Failures {
        count: u32::try_from(credential.failed_count).unwrap_or(u32::MAX),
        last_at: credential.failed_at.map(Utc::timestamp),
    }
}

async fn open_session(app: &App, origin: &Origin, person: PersonRow) -> Result<SignedIn, Problem> {
    let token = app.entropy.token();
    let now = app.clock.now();
    let real_now = app.real_clock.now();
    let input = OpenSession {
        seed: IdSeed::new(real_now, app.entropy.bytes()),
        token_hash: token.hash().to_vec(),
        now,
        real_now,
        origin: origin.clone(),
        person,
    };
    let memberships = app.store.write(input, insert_session).await?;
    Ok(SignedIn { token, memberships })
}

struct OpenSession {
    seed: IdSeed,
    token_hash: Vec<u8>,
    now: Timestamp,
    real_now: Timestamp,
    origin: Origin,
    person: PersonRow,
}

fn insert_session(conn: &mut Conn, input: &OpenSession) -> Result<Vec<Membership>, Problem> {
    let mut ids = input.seed.ids();
    let memberships = people::memberships(conn, input.person.id.0, input.real_now.into())?;
    let Some(first) = memberships.first() else { return Err(failed()) };
    let id: SessionId = ids.next();
    let row = SessionRow {
        id: Id(id),
        token_hash: input.token_hash.clone(),
        person_id: input.person.id,
        tenant_id: (memberships.len() == 1).then_some(Id(first.tenant)),
        signed_in_at: input.real_now.into(),
        proved_at: input.real_now.into(),
        seen_at: input.real_now.into(),
        ended_at: None,
        version: 1,
    };
    sessions::insert(conn, &row)?;
    let caller = Caller {
        person: input.person.id.0,
        name: input.person.name.clone(),
        email: input.person.email.clone(),
        tenant: first.tenant,
        kind: first.kind,
        tenant_name: first.name.clone(),
        roles: first.roles.clone(),
        session: Some(id),
        proved_at: input.real_now,
        app: None,
        origin: input.origin.clone(),
    };
    let stamp = Stamp { now: input.now, real_now: input.real_now, seed: input.seed.clone(), caller };
    for membership in &memberships {
        let entry = Entry::new("person.signed_in", "person", input.person.id.0);
        audit::record(conn, &mut ids, &stamp, &visible_to(entry, membership))?;
    }
    Ok(memberships)
}

/// Lets the tenant itself see what its people do.
fn visible_to(entry: Entry, membership: &Membership) -> Entry {
    match membership.kind {
        perpetua_domain::access::TenantKind::Operator => entry,
        perpetua_domain::access::TenantKind::Partner => entry.partner(membership.tenant),
        perpetua_domain::access::TenantKind::Customer => entry.customer(membership.tenant),
    }
}

/// The session of a cookie; `None` when there is none, or it has ended, or its person may no longer
/// do anything.
pub async fn resume(app: &App, token: &Token) -> Result<Option<Session>, Problem> {
    let now = app.real_clock.now();
    let hash = token.hash();
    app.store.read(move |conn| load(conn, &hash, now)).await
}

fn load(conn: &mut Conn, token_hash: &[u8], now: Timestamp) -> Result<Option<Session>, Problem> {
    let Some(row) = sessions::find(conn, token_hash)? else { return Ok(None) };
    if !session_is_alive(row.signed_in_at.timestamp(), row.seen_at.timestamp(), now) {
        return Ok(None);
    }
    let Some(person) = people::find(conn, row.person_id.0)? else { return Ok(None) };
    let memberships = people::memberships(conn, person.id.0, now.into())?;
    if person.state != "active" || memberships.is_empty() {
        return Ok(None);
    }
    let chosen = row.tenant_id.map(|id| id.0);
    let current = match memberships.as_slice() {
        [only] => Some(only.tenant),
        several => several.iter().map(|membership| membership.tenant).find(|tenant| Some(*tenant) == chosen),
    };
    let stale = now.duration_since(row.seen_at.timestamp()).as_secs() >= TOUCH_SECONDS;
    Ok(Some(Session { id: row.id.0, person, proved_at: row.proved_at.timestamp(), memberships, current, stale }))
}

/// Writes that the session was used, at most once a minute.
pub async fn touch(app: &App, session: &Session) -> Result<(), Problem> {
    if !session.stale {
        return Ok(());
    }
    let input = (session.id, app.real_clock.now());
    app.store.write(input, |conn, (id, now)| Ok(sessions::touch(conn, *id, (*now).into())?)).await
}

/// Chooses the tenant for which the session acts from now on.
///
/// # Errors
///
/// `not_found` when the person holds no role there.
pub async fn choose_tenant(app: &App, session: &Session, tenant: TenantId) -> Result<(), Problem> {
    if !session.memberships.iter().any(|membership| membership.tenant == tenant) {
        return Err(Problem::not_found());
    }
    app.store.write((session.id, tenant), |conn, (id, tenant)| Ok(sessions::choose_tenant(conn, *id, *tenant)?)).await
}

/// Ends a session.
pub async fn sign_out(app: &App, session: &Session) -> Result<(), Problem> {
    let input = (session.id, app.real_clock.now());
    app.store.write(input, |conn, (id, now)| Ok(sessions::end(conn, *id, (*now).into())?)).await
}

/// Takes the password again, as pages with keys ask once an hour.
///
/// # Errors
///
/// As [`sign_in`].
pub async fn prove(app: &App, origin: &Origin, session: &Session, password: &str) -> Result<(), Problem> {
    verify(app, origin, &session.person.email, password).await?;
    let input = (session.id, app.real_clock.now());
    app.store.write(input, |conn, (id, now)| Ok(sessions::prove(conn, *id, (*now).into())?)).await
}

/// A person with a password and roles, for set-up, demo and tests.
pub struct NewPerson {
    /// Name.
    pub name: String,
    /// E-mail address, checked.
    pub email: EmailAddress,
    /// Language tag.
    pub language: String,
    /// The password's hash.
    pub password_hash: String,
}

/// Adds a person with a password, inside somebody's transaction.
pub fn insert_person(
    conn: &mut Conn,
    ids: &mut crate::caller::Ids<'_>,
    now: Timestamp,
    new: &NewPerson,
) -> Result<PersonId, Problem> {
    let id: PersonId = ids.next();
    let row = PersonRow {
        id: Id(id),
        email: new.email.as_str().to_owned(),
        email_key: new.email.key(),
        name: new.name.clone(),
        phone: String::new(),
        language: new.language.clone(),
        state: "active".to_owned(),
        created_at: now.into(),
        version: 1,
    };
    people::insert(conn, &row)?;
    let credential = CredentialRow {
        id: Id(ids.next()),
        person_id: Id(id),
        kind: "password".to_owned(),
        secret: new.password_hash.clone(),
        failed_count: 0,
        failed_at: None,
        changed_at: now.into(),
        version: 1,
    };
    people::insert_credential(conn, &credential)?;
    Ok(id)
}
