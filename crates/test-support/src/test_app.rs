//! An installation for one test: a fresh database, clocks that stand still, randomness from a seed.

#![expect(clippy::print_stderr, reason = "whoever reads a failed test must see on which engine it ran")]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use perpetua_app::caller::IdSeed;
use perpetua_app::clock::FixedClock;
use perpetua_app::documents::{Document, Row, Typeset};
use perpetua_app::entropy::{EntropyExt as _, SystemEntropy, Token};
use perpetua_app::identity::{NewPerson, insert_person};
use perpetua_app::retention::Retention;
use perpetua_app::startup::Parts;
use perpetua_app::vault::MasterKey;
use perpetua_app::{App, Caller, Origin, Problem, Settings};
use perpetua_domain::access::{Role, TenantKind};
use perpetua_domain::country::Country;
use perpetua_domain::id::TenantId;
use perpetua_domain::names::EmailAddress;
use perpetua_i18n::{Lang, collation};
use perpetua_store::people::GrantRow;
use perpetua_store::relationships::RelationshipRow;
use perpetua_store::search::{self, TokenRow};
use perpetua_store::sessions::SessionRow;
use perpetua_store::tenants::{PartnerAccountRow, TenantRow};
use perpetua_store::{
    DatabaseUrl, Engine, Id, MIGRATIONS, Options, Store, Word, people, relationships, sessions, tenants,
};
use tempfile::TempDir;

use crate::plans;
use crate::postgres::{PostgresDatabase, fresh_database_like};

/// When every test begins, business and real time alike.
const START: &str = "2026-03-02T09:00:00Z";

/// The master key of every test installation, so that a test can be a second process.
pub const MASTER_HEX: &str = "5eedc0de5eedc0de5eedc0de5eedc0de5eedc0de5eedc0de5eedc0de5eedc0de";

/// What a test partner may owe: ten million in minor units.
const CREDIT_LIMIT: i64 = 1_000_000_000;

/// An installation for one test. It goes away with its database when dropped.
pub struct TestApp {
    /// The installation itself.
    pub app: Arc<App>,
    /// Business time, standing still until a test moves it.
    pub clock: Arc<FixedClock>,
    /// Real time, standing still until a test moves it.
    pub real_clock: Arc<FixedClock>,
    /// The operator, made at the start.
    pub operator: TenantId,
    count: AtomicU64,
    _folder: TempDir,
    postgres: Option<PostgresDatabase>,
}

/// A well-formed and cheap hash that no password is known for.
const FITS_NO_PASSWORD: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Documents as their words, one below the other: how they are set is tested where it is done.
struct PlainWords;

impl Typeset for PlainWords {
    fn file(&self, document: &Document) -> Vec<u8> {
        let facts = document.facts.iter().map(|(name, value)| format!("{name}: {value}"));
        let parties = document.parties.iter().map(|party| format!("{}: {}", party.heading, party.lines.join(", ")));
        let row = |row: &Row| format!("{} ({})", row.cells.join(" | "), row.detail);
        let totals = document.totals.iter().map(|(name, sum)| format!("{name}: {sum}"));
        let lines = [document.title.clone()].into_iter().chain(facts).chain(parties);
        let lines = lines.chain(document.lines.rows.iter().map(row)).chain(document.tax.rows.iter().map(row));
        lines.chain(totals).chain(document.remarks.iter().cloned()).collect::<Vec<_>>().join("\n").into_bytes()
    }
}

impl TestApp {
    /// Runs a test on SQLite and, when there is a server, on PostgreSQL.
    ///
    /// # Panics
    ///
    /// When the body does, naming the engine.
    pub fn each<F, R>(body: F)
    where
        F: Fn(Arc<Self>) -> R,
        R: Future<Output = ()>,
    {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime can be made").block_on(async {
                if let Some(app) = Self::start(engine).await {
                    let name = std::thread::current().name().unwrap_or("test").to_owned();
                    eprintln!("{name} on {engine:?}");
                    let app = Arc::new(app);
                    body(app.clone()).await;
                    if engine == Engine::Sqlite {
                        app.check_plans().await;
                    }
                }
            });
        }
    }

    /// An installation on one engine; `None` when there is no PostgreSQL server and none is demanded.
    pub async fn start(engine: Engine) -> Option<Self> {
        Self::start_with(engine, Options { readers: 2, writers: 8, rehearse: true }).await
    }

    /// An installation whose writes run once, as in production: for measurements.
    pub async fn start_unrehearsed(engine: Engine) -> Option<Self> {
        Self::start_with(engine, Options { rehearse: false, ..Options::default() }).await
    }

    async fn start_with(engine: Engine, options: Options) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let postgres = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(fresh_database_like(&template_name(), migrate)?),
        };
        let url = match &postgres {
            Some(database) => DatabaseUrl::Postgres(database.url().to_owned()),
            None => DatabaseUrl::Sqlite(folder.path().join("test.db").display().to_string()),
        };
        plans::watch();
        let store = Store::open(&url, options).expect("the database opens");
        let start: Timestamp = START.parse().expect("the start is an instant");
        let clock = Arc::new(FixedClock::new(start));
        let real_clock = Arc::new(FixedClock::new(start));
        let parts = Parts {
            store,
            clock: clock.clone(),
            real_clock: real_clock.clone(),
            entropy: Arc::new(SystemEntropy),
            master: MasterKey::from_hex(MASTER_HEX).expect("the master key is 64 digits"),
            media: media(),
            documents: Arc::new(PlainWords),
            settings: Settings {
                public_url: "http://perpetua.test".to_owned(),
                demo: true,
                mail: false,
                retention: Retention::default(),
            },
        };
        let app = Arc::new(App::open(parts).await.expect("the installation opens"));
        let mut test =
            Self { app, clock, real_clock, operator: nobody(), count: AtomicU64::new(1), _folder: folder, postgres };
        test.operator = test.tenant(TenantKind::Operator, "Acme Systems", "DE").await;
        Some(test)
    }

    /// Where the database is, for other processes on it; `None` on SQLite.
    pub fn postgres_url(&self) -> Option<&str> {
        self.postgres.as_ref().map(PostgresDatabase::url)
    }

    /// Adds a partner in Germany with an account in euro.
    pub async fn partner(&self, name: &str) -> TenantId {
        let partner = self.tenant(TenantKind::Partner, name, "DE").await;
        let row = PartnerAccountRow {
            partner_id: Id(partner),
            mpn_id: format!("{:07}", 5_000_000 + self.next()),
            currency: "EUR".to_owned(),
            credit_limit: CREDIT_LIMIT,
            balance: 0,
            version: 1,
        };
        self.write(row, |conn, row| Ok(tenants::insert_account(conn, row)?)).await;
        partner
    }

    /// Adds a customer in Germany with an active relationship to the partner, without an agreement.
    pub async fn customer(&self, partner: TenantId, name: &str) -> TenantId {
        let customer = self.tenant(TenantKind::Customer, name, "DE").await;
        self.relate(partner, customer, name).await;
        customer
    }

    /// Relates a partner and a customer.
    pub async fn relate(&self, partner: TenantId, customer: TenantId, name: &str) {
        let row = RelationshipRow {
            id: Id(perpetua_domain::id::RelationshipId::new(self.app.entropy.uuid(self.app.clock.now()))),
            partner_id: Id(partner),
            customer_id: Id(customer),
            state: "active".to_owned(),
            since: self.app.clock.now().into(),
            ended_at: None,
            ended_by: None,
            name_key_en: collation::sort_key(Lang::En, name),
            name_key_cs: collation::sort_key(Lang::Cs, name),
            version: 1,
        };
        self.write(row, |conn, row| Ok(relationships::insert(conn, row)?)).await;
        let tokens: Vec<TokenRow> = collation::tokens(name)
            .into_iter()
            .map(|token| TokenRow {
                scope: partner.as_ref().to_vec(),
                kind: perpetua_store::customers::CUSTOMER.to_owned(),
                token,
                target: customer.as_ref().to_vec(),
            })
            .collect();
        self.write(tokens, |conn, tokens| Ok(search::insert(conn, tokens)?)).await;
    }

    /// Adds a person with these roles and answers with the caller that they are, just signed in.
    pub async fn caller(&self, tenant: TenantId, roles: &[Role]) -> Caller {
        let number = self.next();
        let email = format!("person{number}@people.example");
        let new = NewPerson {
            name: format!("Person {number}"),
            email: EmailAddress::parse(&email).expect("the address is valid"),
            language: "en".to_owned(),
            password_hash: FITS_NO_PASSWORD.to_owned(),
        };
        let now = self.app.clock.now();
        let seed = IdSeed::new(now, self.app.entropy.bytes());
        let input = (seed, new, roles.to_vec());
        let (person, found) = self
            .write(input, move |conn, (seed, new, roles)| {
                let mut ids = seed.ids();
                let person = insert_person(conn, &mut ids, now, new)?;
                for role in roles {
                    people::insert_grant(
                        conn,
                        &GrantRow {
                            id: Id(ids.next()),
                            person_id: Id(person),
                            tenant_id: Id(tenant),
                            role: Word(*role),
                            granted_by: None,
                            granted_at: now.into(),
                            expires_at: None,
                            removed_at: None,
                            removed_by: None,
                        },
                    )?;
                }
                Ok((person, tenants::find(conn, tenant)?.ok_or_else(Problem::not_found)?))
            })
            .await;
        Caller {
            person,
            name: format!("Person {number}"),
            email,
            tenant,
            kind: found.kind.0,
            tenant_name: found.name,
            roles: roles.to_vec(),
            session: None,
            proved_at: self.app.real_clock.now(),
            app: None,
            origin: Origin {
                request_id: format!("request-{number}"),
                network: "192.0.2.1".to_owned(),
                agent: "test".to_owned(),
                lang: Lang::En,
                wire: None,
            },
        }
    }

    /// Signs a person in for their tenant, just now; the token is what the browser's cookie holds.
    pub async fn session(&self, caller: &Caller) -> Token {
        let now = self.app.real_clock.now();
        let token = self.app.entropy.token();
        let row = SessionRow {
            id: Id(self.app.entropy.uuid(now).into()),
            token_hash: token.hash().to_vec(),
            person_id: Id(caller.person),
            tenant_id: Some(Id(caller.tenant)),
            signed_in_at: now.into(),
            proved_at: now.into(),
            seen_at: now.into(),
            ended_at: None,
            version: 1,
        };
        self.write(row, |conn, row| Ok(sessions::insert(conn, row)?)).await;
        token
    }

    /// Adds a tenant of any kind in a country.
    pub async fn tenant(&self, kind: TenantKind, name: &str, country: &str) -> TenantId {
        let now = self.app.clock.now();
        let id = TenantId::new(self.app.entropy.uuid(now));
        let place = Country::parse(country).expect("the country exists");
        let row = TenantRow {
            id: Id(id),
            kind: Word(kind),
            name: name.to_owned(),
            name_key_en: collation::sort_key(Lang::En, name),
            name_key_cs: collation::sort_key(Lang::Cs, name),
            domain: Some(format!("tenant{}.example", self.next())),
            state: "active".to_owned(),
            country: country.to_owned(),
            currency: place.default_currency().map_or_else(|| "EUR".to_owned(), |currency| currency.to_string()),
            zone: place.default_time_zone().to_owned(),
            language: "en".to_owned(),
            segment: "commercial".to_owned(),
            address_line1: "Hafenstraße 1".to_owned(),
            address_line2: String::new(),
            city: "Hamburg".to_owned(),
            region: String::new(),
            postal_code: "20095".to_owned(),
            phone: String::new(),
            email: "office@people.example".to_owned(),
            registration_number: String::new(),
            vat_id: String::new(),
            vat_checked_at: None,
            created_at: now.into(),
            version: 1,
        };
        self.write(row, |conn, row| Ok(tenants::insert(conn, row)?)).await;
        id
    }

    async fn write<I, T, F>(&self, input: I, closure: F) -> T
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(&mut perpetua_store::Conn, &I) -> Result<T, Problem> + Send + 'static,
    {
        self.app.store.write(input, closure).await.expect("the test's own rows can be written")
    }

    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}

fn nobody() -> TenantId {
    "00000000-0000-0000-0000-000000000000".parse().expect("the nil id parses")
}

fn migrate(url: &str) {
    let url = DatabaseUrl::Postgres(url.to_owned());
    drop(Store::open(&url, Options { readers: 1, writers: 1, rehearse: false }).expect("the template migrates"));
}

/// The template's name changes with the text of the migrations.
fn template_name() -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hash = DefaultHasher::new();
    for migration in MIGRATIONS {
        migration.sql().hash(&mut hash);
    }
    format!("perpetua_template_{:016x}", hash.finish())
}

/// Media storage: in memory, or a part of its own of the bucket whose address is in `PERPETUA_TEST_S3_URL`.
fn media() -> Arc<dyn ObjectStore> {
    let given = std::env::var_os("PERPETUA_TEST_S3_URL").and_then(|address| address.into_string().ok());
    let Some(address) = given else { return Arc::new(InMemory::new()) };
    let (endpoint, bucket) = address.rsplit_once('/').expect("the address ends with the name of the bucket");
    let storage = AmazonS3Builder::new()
        .with_endpoint(endpoint)
        .with_bucket_name(bucket)
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .build()
        .expect("the bucket opens");
    Arc::new(PrefixStore::new(storage, data_encoding::HEXLOWER.encode(&SystemEntropy.bytes::<16>())))
}
