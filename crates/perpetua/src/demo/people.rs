//! The demo's organizations and people: one of every role, with passwords that are random at each start.

use jiff::Timestamp;
use perpetua_app::caller::{IdSeed, Ids};
use perpetua_app::customers;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::identity::{NewPerson, insert_person};
use perpetua_app::{App, Caller, Origin, Problem};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::country::Country;
use perpetua_domain::id::{PersonId, RelationshipId, TenantId};
use perpetua_domain::names::EmailAddress;
use perpetua_i18n::{Lang, collation};
use perpetua_store::people::GrantRow;
use perpetua_store::relationships::RelationshipRow;
use perpetua_store::tenants::{PartnerAccountRow, TenantRow};
use perpetua_store::{Conn, Id, Word, people, relationships, tenants};

/// An organization of the demo.
pub struct Organisation {
    /// Its kind.
    pub kind: TenantKind,
    /// Its name.
    pub name: &'static str,
    /// Its domain; people's addresses end in it.
    pub domain: &'static str,
    /// Where it is.
    pub country: &'static str,
    /// The language of its people.
    pub language: &'static str,
    /// Street, city, postal code.
    pub address: [&'static str; 3],
    /// The partner that serves it, by domain, when it is a customer.
    pub partner: Option<&'static str>,
    /// Who works there.
    pub people: &'static [(&'static str, Role)],
}

/// A person who may sign in.
#[derive(Debug, Clone)]
pub struct User {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// The password of this start.
    pub password: String,
    /// Roles, as stored.
    pub roles: Vec<String>,
}

/// An organization with its people, as the report shows it.
#[derive(Debug, Clone)]
pub struct Member {
    /// The organization's id.
    pub tenant: TenantId,
    /// Its kind.
    pub kind: TenantKind,
    /// Its name.
    pub name: String,
    /// Its domain.
    pub domain: String,
    /// Its country.
    pub country: String,
    /// A customer's partner, by domain.
    pub partner: Option<String>,
    /// A partner's number.
    pub mpn_id: String,
    /// Who may sign in.
    pub users: Vec<User>,
}

/// Adds an organization with its people.
pub async fn add(app: &App, organisation: &'static Organisation, mpn_id: &str) -> Result<Member, Problem> {
    let mut users = Vec::new();
    let mut new = Vec::new();
    for (name, role) in organisation.people {
        let (user, person) = make_person(app, organisation, name, *role).await?;
        users.push(user);
        new.push((person, *role));
    }
    let now = app.clock.now();
    let input = Input {
        seed: IdSeed::new(app.real_clock.now(), app.entropy.bytes()),
        now,
        organisation,
        mpn_id: mpn_id.to_owned(),
        people: new,
    };
    let tenant = app.store.write(input, insert).await?;
    Ok(Member {
        tenant,
        kind: organisation.kind,
        name: organisation.name.to_owned(),
        domain: organisation.domain.to_owned(),
        country: organisation.country.to_owned(),
        partner: organisation.partner.map(str::to_owned),
        mpn_id: mpn_id.to_owned(),
        users,
    })
}

/// The address of a demo person, such as `jana.novakova@alfa.example`.
pub fn email(organisation: &Organisation, name: &str) -> String {
    format!("{}@{}", collation::fold(name).replace(' ', "."), organisation.domain)
}

async fn make_person(
    app: &App,
    organisation: &Organisation,
    name: &str,
    role: Role,
) -> Result<(User, NewPerson), Problem> {
    let email = email(organisation, name);
    let password = app.entropy.token().expose().to_string();
    let password_hash = app.passwords.hash(&*app.entropy, &password).await.map_err(Problem::internal)?;
    let address = EmailAddress::parse(&email).map_err(|error| Problem::internal(format!("{email}: {error:?}")))?;
    let new =
        NewPerson { name: name.to_owned(), email: address, language: organisation.language.to_owned(), password_hash };
    Ok((User { name: name.to_owned(), email, password, roles: vec![role.to_string()] }, new))
}

struct Input {
    seed: IdSeed,
    now: Timestamp,
    organisation: &'static Organisation,
    mpn_id: String,
    people: Vec<(NewPerson, Role)>,
}

fn insert(conn: &mut Conn, input: &Input) -> Result<TenantId, Problem> {
    let mut ids = input.seed.ids();
    let tenant: TenantId = ids.next();
    let row = tenant_row(tenant, input)?;
    tenants::insert(conn, &row)?;
    if input.organisation.kind == TenantKind::Partner {
        let account = PartnerAccountRow {
            partner_id: Id(tenant),
            mpn_id: input.mpn_id.clone(),
            currency: row.currency.clone(),
            credit_limit: 500_000_000,
            balance: 0,
            version: 1,
        };
        tenants::insert_account(conn, &account)?;
    }
    for (person, role) in &input.people {
        let id = insert_person(conn, &mut ids, input.now, person)?;
        people::insert_grant(conn, &grant(&mut ids, id, tenant, *role, input.now))?;
    }
    if let Some(partner) = input.organisation.partner {
        let partner = tenants::find_by_domain(conn, partner)?.ok_or_else(Problem::not_found)?;
        let relationship = RelationshipRow {
            id: Id(ids.next::<RelationshipId>()),
            partner_id: partner.id,
            customer_id: Id(tenant),
            state: "active".to_owned(),
            since: input.now.into(),
            ended_at: None,
            ended_by: None,
            name_key_en: row.name_key_en.clone(),
            name_key_cs: row.name_key_cs.clone(),
            version: 1,
        };
        relationships::insert(conn, &relationship)?;
        customers::write_tokens(conn, &row, &[partner.id.0])?;
    }
    Ok(tenant)
}

fn tenant_row(tenant: TenantId, input: &Input) -> Result<TenantRow, Problem> {
    let organisation = input.organisation;
    let country = Country::parse(organisation.country).ok_or_else(|| Problem::internal("the demo's country"))?;
    let [line1, city, postal_code] = organisation.address;
    Ok(TenantRow {
        id: Id(tenant),
        kind: Word(organisation.kind),
        name: organisation.name.to_owned(),
        name_key_en: collation::sort_key(Lang::En, organisation.name),
        name_key_cs: collation::sort_key(Lang::Cs, organisation.name),
        domain: Some(organisation.domain.to_owned()),
        state: "active".to_owned(),
        country: organisation.country.to_owned(),
        currency: country.default_currency().map_or_else(|| "EUR".to_owned(), |currency| currency.to_string()),
        zone: country.default_time_zone().to_owned(),
        language: organisation.language.to_owned(),
        segment: "commercial".to_owned(),
        address_line1: line1.to_owned(),
        address_line2: String::new(),
        city: city.to_owned(),
        region: String::new(),
        postal_code: postal_code.to_owned(),
        phone: String::new(),
        email: format!("office@{}", organisation.domain),
        registration_number: String::new(),
        vat_id: String::new(),
        vat_checked_at: None,
        created_at: input.now.into(),
        version: 1,
    })
}

fn grant(ids: &mut Ids<'_>, person: PersonId, tenant: TenantId, role: Role, now: Timestamp) -> GrantRow {
    GrantRow {
        id: Id(ids.next()),
        person_id: Id(person),
        tenant_id: Id(tenant),
        role: Word(role),
        granted_by: None,
        granted_at: now.into(),
        expires_at: None,
        removed_at: None,
        removed_by: None,
    }
}

/// The caller that a demo person is, so that the demo is filled through the same use cases as by hand.
pub async fn caller(app: &App, member: &Member, role: Role) -> Result<Caller, Problem> {
    let user = member.users.iter().find(|user| user.roles.iter().any(|held| *held == role.to_string()));
    let email = user.map(|user| user.email.clone()).ok_or_else(|| Problem::internal("nobody holds the role"))?;
    let person =
        app.store.read(move |conn| people::find_by_email(conn, &email)?.ok_or_else(Problem::not_found)).await?;
    Ok(Caller {
        person: person.id.0,
        name: person.name,
        email: person.email,
        tenant: member.tenant,
        kind: member.kind,
        tenant_name: member.name.clone(),
        roles: vec![role],
        session: None,
        proved_at: app.real_clock.now(),
        app: None,
        origin: Origin {
            request_id: "demo".to_owned(),
            network: "127.0.0.1".to_owned(),
            agent: "demo".to_owned(),
            lang: Lang::En,
            wire: None,
        },
    })
}
