//! What the demo holds: who there is, what is sold, and a little history.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use perpetua_app::clock::ShiftedClock;
use perpetua_app::entropy::EntropyExt as _;
use perpetua_app::{App, Problem, billing};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::catalog::CatalogItemId;
use perpetua_store::{people as rows, tenants};

use super::apps::{self, DemoApp};
use super::fleet;
use super::people::{self, Member, Organisation, User};
use super::stock;

/// Everybody, and the item that a script may buy.
pub struct World {
    /// Operator, partners and customers, in this order.
    pub members: Vec<Member>,
    /// A program of each partner, by the partner's domain.
    pub apps: BTreeMap<String, DemoApp>,
    /// Where and what a script may buy.
    pub sample: (String, CatalogItemId),
}

const PARTNER_ROLES: [Role; 5] =
    [Role::AdminAgent, Role::SalesAgent, Role::HelpdeskAgent, Role::BillingAdmin, Role::UserAdmin];

/// Operator first, then partners, then their customers.
static ORGANISATIONS: &[Organisation] = &[
    Organisation {
        kind: TenantKind::Operator,
        name: "Acme Systems",
        domain: "acme.example",
        country: "CZ",
        language: "en",
        address: ["Na Příkopě 1", "Praha", "110 00"],
        partner: None,
        people: &[
            ("Olivia Operator", Role::OperatorAdmin),
            ("Sam Sales", Role::OperatorSales),
            ("Simona Support", Role::OperatorSupport),
            ("Artur Auditor", Role::OperatorAuditor),
        ],
    },
    Organisation {
        kind: TenantKind::Partner,
        name: "Alfa Software s.r.o.",
        domain: "alfa.example",
        country: "CZ",
        language: "cs",
        address: ["Veveří 12", "Brno", "602 00"],
        partner: None,
        people: &[
            ("Jana Nováková", PARTNER_ROLES[0]),
            ("Petr Svoboda", PARTNER_ROLES[1]),
            ("Hana Dvořáková", PARTNER_ROLES[2]),
            ("Karel Černý", PARTNER_ROLES[3]),
            ("Lucie Veselá", PARTNER_ROLES[4]),
        ],
    },
    Organisation {
        kind: TenantKind::Partner,
        name: "Hansa IT GmbH",
        domain: "hansa.example",
        country: "DE",
        language: "en",
        address: ["Speicherstraße 4", "Hamburg", "20457"],
        partner: None,
        people: &[
            ("Greta Hansen", PARTNER_ROLES[0]),
            ("Finn Petersen", PARTNER_ROLES[1]),
            ("Heike Schulz", PARTNER_ROLES[2]),
            ("Bruno Krause", PARTNER_ROLES[3]),
            ("Uta Lorenz", PARTNER_ROLES[4]),
        ],
    },
    Organisation {
        kind: TenantKind::Customer,
        name: "Mlýny Vltava a.s.",
        domain: "mlyny.example",
        country: "CZ",
        language: "cs",
        address: ["Nábřeží 7", "České Budějovice", "370 01"],
        partner: Some("alfa.example"),
        people: &[
            ("Tomáš Mlynář", Role::GlobalAdmin),
            ("Eva Klíčová", Role::KeyViewer),
            ("Ivan Uživatel", Role::CustomerUser),
        ],
    },
    Organisation {
        kind: TenantKind::Customer,
        name: "Čistá energie s.r.o.",
        domain: "cista.example",
        country: "CZ",
        language: "cs",
        address: ["Sluneční 3", "Plzeň", "301 00"],
        partner: Some("alfa.example"),
        people: &[("Marie Slunečná", Role::GlobalAdmin)],
    },
    Organisation {
        kind: TenantKind::Customer,
        name: "Chmel a syn",
        domain: "chmel.example",
        country: "CZ",
        language: "cs",
        address: ["Žatecká 21", "Žatec", "438 01"],
        partner: Some("alfa.example"),
        people: &[("Josef Chmel", Role::GlobalAdmin)],
    },
    Organisation {
        kind: TenantKind::Customer,
        name: "Northlake Tools GmbH",
        domain: "northlake.example",
        country: "DE",
        language: "en",
        address: ["Am See 9", "Kiel", "24103"],
        partner: Some("hansa.example"),
        people: &[
            ("Ada Northlake", Role::GlobalAdmin),
            ("Ken Keller", Role::KeyViewer),
            ("Ulla User", Role::CustomerUser),
        ],
    },
    Organisation {
        kind: TenantKind::Customer,
        name: "Tidewater Shipping",
        domain: "tidewater.example",
        country: "DE",
        language: "en",
        address: ["Hafenstraße 30", "Bremen", "28195"],
        partner: Some("hansa.example"),
        people: &[("Theo Tidewater", Role::GlobalAdmin)],
    },
];

/// Fills an empty installation with people, stock and a history that ends at `present`; one that was
/// filled before only gets new passwords.
pub async fn fill(app: &App, clock: &ShiftedClock, present: Timestamp, is_filled: bool) -> Result<World, Problem> {
    let members = if is_filled { renew(app).await? } else { make(app, clock, present).await? };
    let customer = members.iter().find(|member| member.partner.is_some());
    let customer = customer.ok_or_else(|| Problem::internal("the demo's customer"))?;
    let item = stock::sample_item(app, &members, customer).await?;
    let country = customer.country.clone();
    let apps = apps::of_partners(app, &members).await?;
    Ok(World { apps, sample: (country, item), members })
}

async fn make(app: &App, clock: &ShiftedClock, present: Timestamp) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::new();
    for (number, organisation) in ORGANISATIONS.iter().enumerate() {
        members.push(people::add(app, organisation, &format!("{}", 5_501_000 + number)).await?);
    }
    let operator = members.first().ok_or_else(|| Problem::internal("the demo's operator"))?;
    stock::load(app, operator).await?;
    stock::accept_agreements(app, &members).await?;
    // Day by day, so that past months are billed as they end and there is something to look at.
    for days_ago in (0..=stock::FIRST_DAY).rev() {
        clock.set(present - SignedDuration::from_hours(24 * days_ago)).map_err(Problem::internal)?;
        billing::close_months(app).await?;
        for (_, domain, picks) in stock::HISTORY_DAYS.into_iter().filter(|(day, ..)| *day == days_ago) {
            stock::buy(app, &members, domain, picks).await?;
        }
        fleet::on_day(app, &members, days_ago, present).await?;
    }
    Ok(members)
}

/// Finds the demo's people again and gives each a new password.
async fn renew(app: &App) -> Result<Vec<Member>, Problem> {
    let mut members = Vec::new();
    for organisation in ORGANISATIONS {
        let domain = organisation.domain;
        let (tenant, account) = app
            .store
            .read(move |conn| {
                let tenant = tenants::find_by_domain(conn, domain)?.ok_or_else(Problem::not_found)?;
                let account = tenants::account(conn, tenant.id.0)?;
                Ok::<_, Problem>((tenant, account))
            })
            .await?;
        let mut users = Vec::new();
        for (name, role) in organisation.people {
            users.push(renew_password(app, organisation, name, *role).await?);
        }
        members.push(Member {
            tenant: tenant.id.0,
            kind: organisation.kind,
            name: tenant.name,
            domain: organisation.domain.to_owned(),
            country: tenant.country,
            partner: organisation.partner.map(str::to_owned),
            mpn_id: account.map_or_else(String::new, |account| account.mpn_id),
            users,
        });
    }
    Ok(members)
}

async fn renew_password(app: &App, organisation: &Organisation, name: &str, role: Role) -> Result<User, Problem> {
    let email = people::email(organisation, name);
    let password = app.entropy.token().expose().to_string();
    let hash = app.passwords.hash(&*app.entropy, &password).await.map_err(Problem::internal)?;
    let input = (email.clone(), hash, app.real_clock.now());
    app.store
        .write(input, |conn, (email, hash, now)| {
            let person = rows::find_by_email(conn, email)?.ok_or_else(Problem::not_found)?;
            let credential = rows::password(conn, person.id.0)?.ok_or_else(Problem::not_found)?;
            rows::set_password(conn, credential.id.0, hash, (*now).into())?;
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(User { name: name.to_owned(), email, password, roles: vec![role.to_string()] })
}
