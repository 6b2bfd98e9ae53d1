//! Inviting people into a tenant, and taking an invitation up.
//!
//! The token is shown once to whoever invited, and goes to the invited by mail where mail is set up; only its hash is
//! kept (I7).

use jiff::{SignedDuration, Timestamp};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::id::{InvitationId, PersonId, TenantId};
use perpetua_domain::names::{EmailAddress, PersonName, check_password};
use perpetua_i18n::Lang;
use perpetua_store::invitations::{self, InvitationKind, InvitationRow, InvitationState};
use perpetua_store::people::PersonRow;
use perpetua_store::{Conn, Id, Utc, Word, people, rights, tenants};
use serde_json::json;

use super::rights::Change;
use super::{OneTimeLink, field_code, refused, roles_of, visible_to};
use crate::audit::{self, Entry};
use crate::caller::{Caller, IdSeed, Ids, Origin, Stamp};
use crate::context::App;
use crate::entropy::{EntropyExt as _, Token};
use crate::event;
use crate::form_use::{FormKey, Once, always_first, once};
use crate::identity::{self, NewPerson, insert_person};
use crate::one_time::{self, Mark};
use crate::password::PasswordError;
use crate::problem::{Kind, Problem};

/// How long an invitation holds, in real time.
pub const INVITATION_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Invites somebody into a tenant.
#[derive(Debug, Clone)]
pub struct Invite {
    /// The tenant.
    pub tenant: TenantId,
    /// Whom; an address as typed.
    pub email: String,
    /// The roles that come with it, at least one.
    pub roles: Vec<Role>,
}

/// Invites somebody. An earlier open invitation of the same address is taken back.
///
/// # Errors
///
/// `not_found`, `missing_role` for a role that the caller may not give, `beyond_own_time` when the
/// caller may only for a time, `already_member`, wrong `email` or `role`.
pub async fn invite(app: &App, caller: &Caller, command: Invite) -> Result<OneTimeLink, Problem> {
    always_first(invite_once(app, caller, None, command).await?)
}

/// Invites somebody once for one form; a copy of the form gives nothing, as the address was shown by the first.
///
/// # Errors
///
/// As [`invite`].
pub async fn invite_once(
    app: &App,
    caller: &Caller,
    form: Option<FormKey>,
    command: Invite,
) -> Result<Option<OneTimeLink>, Problem> {
    let (token, mark) = one_time::fresh(app)?;
    let tenant = command.tenant;
    let input = (app.stamp(caller), command, mark);
    let invited = app.store.write(input, move |conn, (stamp, command, mark)| {
        let change = Change::open(conn, stamp, command.tenant)?;
        for role in &command.roles {
            change.authority(conn, *role)?.covers(None)?;
        }
        once(conn, stamp, (form, "person.invited"), |conn| {
            Ok((command.tenant.to_string(), make(conn, &change, command, *mark)?))
        })
    });
    match refused(app, caller, "person.invited", tenant, tenant, invited.await).await? {
        Once::First(expires_at) => Ok(Some(OneTimeLink { token, expires_at })),
        Once::Earlier(_) => Ok(None),
    }
}

fn make(conn: &mut Conn, change: &Change<'_>, command: &Invite, mark: Mark) -> Result<Timestamp, Problem> {
    let stamp = change.stamp;
    let email = email(&command.email)?;
    if command.roles.is_empty() {
        return Err(Problem::field("role", "missing"));
    }
    if let Some(person) = people::find_by_email(conn, &email.key())? {
        let held = rights::of_person(conn, person.id.0, stamp.real_now.into())?;
        if held.iter().any(|(grant, _)| grant.tenant_id.0 == command.tenant) {
            return Err(Problem::conflict("already_member"));
        }
    }
    invitations::revoke_for_address(conn, command.tenant, &email.key())?;
    let new = NewInvitation {
        tenant: command.tenant,
        kind: change.tenant.kind.0,
        partner: None,
        email,
        roles: command.roles.clone(),
        token: mark,
    };
    insert_invitation(conn, &mut stamp.seed.ids(), stamp, &new)
}

/// An invitation of a person that the caller was already allowed to make.
pub(crate) struct NewInvitation {
    /// The tenant that is joined.
    pub(crate) tenant: TenantId,
    /// Its kind.
    pub(crate) kind: TenantKind,
    /// The partner for whose customer the person is invited.
    pub(crate) partner: Option<TenantId>,
    /// Whom.
    pub(crate) email: EmailAddress,
    /// The roles that come with it.
    pub(crate) roles: Vec<Role>,
    /// What is stored of the token, and what the mail makes it from again.
    pub(crate) token: Mark,
}

/// Adds an invitation inside somebody's transaction; gives its end.
pub(crate) fn insert_invitation(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    stamp: &Stamp,
    new: &NewInvitation,
) -> Result<Timestamp, Problem> {
    let expires_at = stamp.real_now.checked_add(INVITATION_LIFETIME).map_err(Problem::internal)?;
    let id: InvitationId = ids.next();
    let roles: Vec<&str> = new.roles.iter().map(|role| role.as_text()).collect();
    let row = InvitationRow {
        id: Id(id),
        kind: Word(InvitationKind::Person),
        tenant_id: Id(new.tenant),
        partner_id: new.partner.map(Id),
        email: new.email.as_str().to_owned(),
        email_key: new.email.key(),
        roles: roles.join(" "),
        token_hash: new.token.hash.to_vec(),
        state: Word(InvitationState::Open),
        created_by: Id(stamp.caller.person),
        created_at: stamp.real_now.into(),
        expires_at: expires_at.into(),
        accepted_by: None,
        accepted_at: None,
        version: 1,
    };
    invitations::insert(conn, &row)?;
    let facts = json!({ "tenant": new.tenant.to_string(), "roles": roles });
    let mut entry = Entry::new("person.invited", "invitation", id)
        .detail(facts)
        .personal("recipient", new.email.as_str().to_owned());
    entry.partner = new.partner;
    audit::record(conn, ids, stamp, &visible_to(entry, new.kind, new.tenant))?;
    let facts = json!({
        "invitation": id.to_string(),
        "tenant": new.tenant.to_string(),
        "roles": roles,
        "nonce": new.token.nonce(),
    });
    event::push(conn, ids, stamp, "person.invited", &facts)?;
    Ok(expires_at)
}

/// Gives an open invitation a new token and seven more days; the old token is worth nothing then.
///
/// # Errors
///
/// As [`invite`]; `not_found` when it is no longer open.
pub async fn renew_invitation(
    app: &App,
    caller: &Caller,
    tenant: TenantId,
    id: InvitationId,
) -> Result<OneTimeLink, Problem> {
    let (token, mark) = one_time::fresh(app)?;
    let input = (app.stamp(caller), tenant, id, mark);
    let renewed = app
        .store
        .write(input, |conn, (stamp, tenant, id, mark)| {
            let (change, row) = open_one(conn, stamp, *tenant, *id)?;
            let expires_at = stamp.real_now.checked_add(INVITATION_LIFETIME).map_err(Problem::internal)?;
            invitations::renew(conn, &row, &mark.hash, expires_at.into())?;
            let mut ids = stamp.seed.ids();
            record(conn, &mut ids, &change, "invitation.renewed", &row)?;
            let facts = json!({
                "invitation": id.to_string(),
                "tenant": tenant.to_string(),
                "nonce": mark.nonce(),
            });
            event::push(conn, &mut ids, stamp, "invitation.renewed", &facts)?;
            Ok(expires_at)
        })
        .await;
    let expires_at = refused(app, caller, "invitation.renewed", tenant, id, renewed).await?;
    Ok(OneTimeLink { token, expires_at })
}

/// Takes an open invitation back.
///
/// # Errors
///
/// As [`renew_invitation`].
pub async fn revoke_invitation(app: &App, caller: &Caller, tenant: TenantId, id: InvitationId) -> Result<(), Problem> {
    let input = (app.stamp(caller), tenant, id);
    let revoked = app
        .store
        .write(input, |conn, (stamp, tenant, id)| {
            let (change, row) = open_one(conn, stamp, *tenant, *id)?;
            let by = stamp.caller.person;
            invitations::close(conn, &row, InvitationState::Revoked, by, stamp.real_now.into())?;
            record(conn, &mut stamp.seed.ids(), &change, "invitation.revoked", &row)
        })
        .await;
    refused(app, caller, "invitation.revoked", tenant, id, revoked).await
}

fn open_one<'s>(
    conn: &mut Conn,
    stamp: &'s Stamp,
    tenant: TenantId,
    id: InvitationId,
) -> Result<(Change<'s>, InvitationRow), Problem> {
    let change = Change::open(conn, stamp, tenant)?;
    let row = invitations::find(conn, tenant, id)?.ok_or_else(Problem::not_found)?;
    if row.state.0 != InvitationState::Open || row.kind.0 != InvitationKind::Person {
        return Err(Problem::not_found());
    }
    for role in roles_of(&row.roles) {
        change.authority(conn, role)?.covers(None)?;
    }
    Ok((change, row))
}

fn record(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    change: &Change<'_>,
    kind: &'static str,
    row: &InvitationRow,
) -> Result<(), Problem> {
    let facts = json!({ "tenant": row.tenant_id.0.to_string(), "roles": row.roles });
    let entry = Entry::new(kind, "invitation", row.id.0).detail(facts).personal("recipient", row.email.clone());
    let entry = visible_to(entry, change.tenant.kind.0, row.tenant_id.0);
    audit::record(conn, ids, change.stamp, &entry)?;
    Ok(())
}

/// What the holder of an invitation's token may know before answering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Who invites.
    pub tenant_name: String,
    /// What sort of organization that is.
    pub kind: TenantKind,
    /// Whom.
    pub email: String,
    /// The roles that come with it.
    pub roles: Vec<Role>,
    /// When it runs out.
    pub expires_at: Timestamp,
    /// Whether the address belongs to nobody yet: then a name and a password are asked for.
    pub is_new_person: bool,
}

/// Reads an invitation by its token.
///
/// # Errors
///
/// `invitation_over` when it is unknown, taken up, taken back or has run out.
pub async fn invitation(app: &App, token: &Token) -> Result<Invitation, Problem> {
    let (hash, now) = (token.hash(), app.real_clock.now());
    app.store
        .read(move |conn| {
            let row = living(conn, &hash, now)?;
            let tenant = tenants::find(conn, row.tenant_id.0)?.ok_or_else(over)?;
            Ok(Invitation {
                tenant_name: tenant.name,
                kind: tenant.kind.0,
                roles: roles_of(&row.roles),
                expires_at: row.expires_at.timestamp(),
                is_new_person: people::find_by_email(conn, &row.email_key)?.is_none(),
                email: row.email,
            })
        })
        .await
}

fn living(conn: &mut Conn, hash: &[u8; 32], now: Timestamp) -> Result<InvitationRow, Problem> {
    let row = invitations::by_token(conn, hash)?.ok_or_else(over)?;
    let holds = row.state.0 == InvitationState::Open
        && row.kind.0 == InvitationKind::Person
        && row.expires_at.timestamp() > now;
    if holds { Ok(row) } else { Err(over()) }
}

fn over() -> Problem {
    Problem::new(Kind::NotFound, "invitation_over")
}

/// Who takes an invitation up.
#[derive(Debug, Clone)]
pub enum Accept {
    /// Somebody new, who chooses name and password.
    New {
        /// Name as typed.
        name: String,
        /// The new password.
        password: String,
        /// Language of pages and mail.
        lang: Lang,
    },
    /// The person who is signed in; their address must be the invited one.
    Known(PersonId),
    /// The invited address belongs to somebody already, who gives their password.
    Password(String),
}

/// Takes an invitation up; gives the tenant that is joined.
///
/// # Errors
///
/// `invitation_over`, `invitation_for_other` when another person is signed in, `sign_in_first` when
/// the address belongs to somebody already, `sign_in_failed`, `conflicting_tenant`, wrong `name` or
/// `password`.
pub async fn accept_invitation(app: &App, origin: &Origin, token: &Token, accept: Accept) -> Result<TenantId, Problem> {
    let who = match accept {
        Accept::Known(person) => Who::Known(person),
        Accept::Password(password) => {
            let email = invitation(app, token).await?.email;
            let (person, _) = identity::verify(app, origin, &email, &password).await?;
            Who::Known(person.id.0)
        }
        Accept::New { name, password, lang } => {
            let email = email(&invitation(app, token).await?.email)?;
            Who::New(new_person(app, &email, &name, &password, lang).await?)
        }
    };
    let real_now = app.real_clock.now();
    let input = Acceptance {
        now: app.clock.now(),
        real_now,
        seed: IdSeed::new(real_now, app.entropy.bytes()),
        origin: origin.clone(),
        hash: token.hash(),
        who,
    };
    app.store.write(input, take_up).await
}

struct Acceptance {
    now: Timestamp,
    real_now: Timestamp,
    seed: IdSeed,
    origin: Origin,
    hash: [u8; 32],
    who: Who,
}

enum Who {
    Known(PersonId),
    New(NewPerson),
}

async fn new_person(
    app: &App,
    email: &EmailAddress,
    name: &str,
    password: &str,
    lang: Lang,
) -> Result<NewPerson, Problem> {
    let parsed = PersonName::parse(name);
    let refusal = check_password(password, email).err();
    if parsed.is_err() || refusal.is_some() {
        let mut problem = Problem::invalid("invalid_input");
        if let Err(error) = parsed {
            problem = problem.with_field("name", field_code(error.as_text()));
        }
        if let Some(refusal) = refusal {
            problem = problem.with_field("password", field_code(refusal.as_text()));
        }
        return Err(problem);
    }
    let password_hash = hash_password(app, password).await?;
    Ok(NewPerson {
        name: parsed.map_or_else(|_| String::new(), |name| name.as_str().to_owned()),
        email: email.clone(),
        language: lang.tag().to_owned(),
        password_hash,
    })
}

/// The hash of a password that was found good enough.
pub(super) async fn hash_password(app: &App, password: &str) -> Result<String, Problem> {
    app.passwords.hash(&*app.entropy, password).await.map_err(|error| match error {
        PasswordError::Busy => Problem::new(Kind::TooMany, "busy").retry_after(2),
        PasswordError::TooLong => Problem::field("password", "text_too_long"),
        other => Problem::internal(other),
    })
}

fn take_up(conn: &mut Conn, input: &Acceptance) -> Result<TenantId, Problem> {
    let mut ids = input.seed.ids();
    let row = living(conn, &input.hash, input.real_now)?;
    let person = person_of(conn, &mut ids, input, &row)?;
    let roles = roles_of(&row.roles);
    let tenant = tenants::find(conn, row.tenant_id.0)?.ok_or_else(over)?;
    let caller = Caller {
        person: person.id.0,
        name: person.name.clone(),
        email: person.email.clone(),
        tenant: tenant.id.0,
        kind: tenant.kind.0,
        tenant_name: tenant.name,
        roles: roles.clone(),
        session: None,
        proved_at: input.real_now,
        app: None,
        origin: input.origin.clone(),
    };
    let stamp = Stamp { now: input.now, real_now: input.real_now, seed: input.seed.clone(), caller };
    let change = Change::of(conn, &stamp, row.tenant_id.0)?;
    invitations::close(conn, &row, InvitationState::Accepted, person.id.0, Utc::from(input.real_now))?;
    for role in roles {
        change.grant(conn, &mut ids, &person, role, None)?;
    }
    change.did(conn, &mut ids, "invitation.accepted", &person, &json!({ "invitation": row.id.0.to_string() }))?;
    Ok(row.tenant_id.0)
}

fn person_of(
    conn: &mut Conn,
    ids: &mut Ids<'_>,
    input: &Acceptance,
    row: &InvitationRow,
) -> Result<PersonRow, Problem> {
    let known = people::find_by_email(conn, &row.email_key)?;
    match (&input.who, known) {
        (Who::Known(person), Some(known)) if known.id.0 == *person && known.state == "active" => Ok(known),
        (Who::Known(_), _) => Err(Problem::new(Kind::Forbidden, "invitation_for_other")),
        (Who::New(_), Some(_)) => Err(Problem::new(Kind::SignIn, "sign_in_first")),
        (Who::New(new), None) => {
            let id = insert_person(conn, ids, input.real_now, new)?;
            people::find(conn, id)?.ok_or_else(Problem::not_found)
        }
    }
}

/// A typed address, or what is wrong with it.
pub(crate) fn email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|error| Problem::field("email", field_code(error.as_text())))
}
