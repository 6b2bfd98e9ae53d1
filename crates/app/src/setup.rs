//! The first steps of an installation, from the command line of whoever runs it: the operator's
//! organization with its first administrator, and the caller that later commands act as.

use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_domain::names::{CompanyName, EmailAddress, PersonName, check_password};
use perpetua_i18n::{Lang, collation};
use perpetua_store::people::GrantRow;
use perpetua_store::tenants::TenantRow;
use perpetua_store::{Conn, Id, Word, people, tenants};

use crate::audit::{self, Entry};
use crate::caller::{Caller, IdSeed, Origin, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::identity::{NewPerson, insert_person};
use crate::problem::Problem;

/// The operator as whoever installs the program names it.
#[derive(Debug, Clone)]
pub struct NewOperator {
    /// Name of the publisher.
    pub organisation: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// Name of the first administrator.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// Makes the operator and its first administrator.
///
/// # Errors
///
/// `operator_exists`, and `invalid_input` with the fields that are wrong.
pub async fn create_operator(app: &App, new: NewOperator) -> Result<TenantId, Problem> {
    let organisation = CompanyName::parse(&new.organisation).map_err(|_| Problem::field("organisation", "invalid"))?;
    let name = PersonName::parse(&new.name).map_err(|_| Problem::field("name", "invalid"))?;
    let email = EmailAddress::parse(&new.email).map_err(|_| Problem::field("email", "invalid"))?;
    let country = Country::parse(&new.country).ok_or_else(|| Problem::field("country", "invalid"))?;
    check_password(&new.password, &email).map_err(|_| Problem::field("password", "password_weak"))?;
    let password_hash = app.passwords.hash(&*app.entropy, &new.password).await.map_err(Problem::internal)?;
    let person = NewPerson {
        name: name.as_str().to_owned(),
        email,
        language: country.default_language().to_owned(),
        password_hash,
    };
    let now = app.clock.now();
    let seed = IdSeed::new(app.real_clock.now(), app.entropy.bytes());
    let real_now = app.real_clock.now();
    let input = (seed, organisation.as_str().to_owned(), country, person);
    app.store
        .write(input, move |conn, (seed, organisation, country, person)| {
            if tenants::operator(conn)?.is_some() {
                return Err(Problem::conflict("operator_exists"));
            }
            let mut ids = seed.ids();
            let tenant: TenantId = ids.next();
            tenants::insert(conn, &operator_row(tenant, organisation, *country, now))?;
            let id = insert_person(conn, &mut ids, now, person)?;
            let grant = GrantRow {
                id: Id(ids.next()),
                person_id: Id(id),
                tenant_id: Id(tenant),
                role: Word(Role::OperatorAdmin),
                granted_by: None,
                granted_at: now.into(),
                expires_at: None,
                removed_at: None,
                removed_by: None,
            };
            people::insert_grant(conn, &grant)?;
            let caller = load_caller(conn, person.email.key().as_str(), real_now)?;
            let stamp = Stamp { now, real_now, seed: seed.clone(), caller };
            audit::record(conn, &mut ids, &stamp, &Entry::new("operator.created", "tenant", tenant))?;
            Ok(tenant)
        })
        .await
}

fn operator_row(id: TenantId, name: &str, country: Country, now: jiff::Timestamp) -> TenantRow {
    TenantRow {
        id: Id(id),
        kind: Word(TenantKind::Operator),
        name: name.to_owned(),
        name_key_en: collation::sort_key(Lang::En, name),
        name_key_cs: collation::sort_key(Lang::Cs, name),
        domain: None,
        state: "active".to_owned(),
        country: country.code().to_owned(),
        currency: country.default_currency().map_or_else(|| "EUR".to_owned(), |currency| currency.to_string()),
        zone: country.default_time_zone().to_owned(),
        language: country.default_language().to_owned(),
        segment: "commercial".to_owned(),
        address_line1: String::new(),
        address_line2: String::new(),
        city: String::new(),
        region: String::new(),
        postal_code: String::new(),
        phone: String::new(),
        email: String::new(),
        registration_number: String::new(),
        vat_id: String::new(),
        vat_checked_at: None,
        created_at: now.into(),
        version: 1,
    }
}

/// The operator's person as whom a command acts; its rights are those of that person.
///
/// # Errors
///
/// `not_found` when nobody of the operator has this address.
pub async fn command_caller(app: &App, email: &str) -> Result<Caller, Problem> {
    let key = EmailAddress::parse(email).map_err(|_| Problem::not_found())?.key();
    let real_now = app.real_clock.now();
    app.store.read(move |conn| load_caller(conn, &key, real_now)).await
}

fn load_caller(conn: &mut Conn, email_key: &str, real_now: jiff::Timestamp) -> Result<Caller, Problem> {
    let person = people::find_by_email(conn, email_key)?.ok_or_else(Problem::not_found)?;
    let memberships = people::memberships(conn, person.id.0, real_now.into())?;
    let at_operator = memberships.into_iter().find(|membership| membership.kind == TenantKind::Operator);
    let membership = at_operator.ok_or_else(Problem::not_found)?;
    Ok(Caller {
        person: person.id.0,
        name: person.name,
        email: person.email,
        tenant: membership.tenant,
        kind: membership.kind,
        tenant_name: membership.name,
        roles: membership.roles,
        session: None,
        proved_at: real_now,
        app: None,
        origin: Origin {
            request_id: "command line".to_owned(),
            network: String::new(),
            agent: "command line".to_owned(),
            lang: Lang::En,
            wire: None,
        },
    })
}
