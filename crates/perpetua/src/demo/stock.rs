//! What the demo sells: a published price sheet, media that really download, and a little history,
//! all through the use cases that people call.

use std::io::Cursor;

use bytes::Bytes;
use jiff::SignedDuration;
use perpetua_app::catalog::{self, CatalogFilter};
use perpetua_app::customers::{RecordAgreement, record_agreement};
use perpetua_app::media_import::{self, NewMedium};
use perpetua_app::orders::{self, PlaceOrder, PlaceSource, WantedLine};
use perpetua_app::price_import::{self, Publish, Upload};
use perpetua_app::{App, Caller, Problem, defaults};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::{CatalogItemId, ProductId};
use perpetua_domain::media::{Bit, FileType, MediaLanguage, Version};
use perpetua_pricesheet::generate::{self, Shape};

use super::client;
use super::people::{self, Member};

/// The made-up products, the versions of each, and whether 32-bit media exist.
const PRODUCTS: [(&str, &str, bool); 4] = [
    ("OPS000000001", "harbor-server", false),
    ("OPS000000002", "harbor-desktop", true),
    ("OPS000000003", "quill-office", true),
    ("OPS000000004", "tidewater-sql", false),
];
/// What the demo sells first, by name and to scripts: its newest version is the client for machines.
const FLAGSHIP: &str = "OPS000000002";
/// Label, rank, day of release and last day of support.
type DemoVersion = (&'static str, u32, &'static str, Option<&'static str>);
const VERSIONS: [DemoVersion; 3] = [
    ("2026", 2026, "2026-01-20", None),
    ("2023", 2023, "2023-02-14", None),
    ("2019", 2019, "2019-03-05", Some("2025-10-14")),
];
const LANGUAGES: [&str; 3] = ["en", "cs", "de"];

/// Size of a demo medium: big enough for ranges, small enough for a start without waiting.
const MEDIUM_BYTES: usize = 192 * 1024;

/// Loads prices, media, policies and tax rates.
pub async fn load(app: &App, operator: &Member) -> Result<(), Problem> {
    defaults::install(app).await?;
    let caller = people::caller(app, operator, Role::OperatorAdmin).await?;
    let rows: Vec<_> = generate::sheet(&Shape::default()).collect();
    let mut csv = Vec::new();
    perpetua_pricesheet::write(&rows, &mut csv).map_err(Problem::internal)?;
    let upload = Upload { file_name: "prices.csv".to_owned(), bytes_total: csv.len() as u64, source: Cursor::new(csv) };
    let sheet = price_import::import(app, &caller, upload).await?;
    price_import::publish(app, &caller, Publish { sheet: sheet.id, leave_out_bad: false }).await?;
    let client = client::archive(app, FLAGSHIP, VERSIONS[0].0).await?;
    for (product, name, has_32_bit) in PRODUCTS {
        for version in VERSIONS {
            for language in LANGUAGES {
                if let (Some(client), Some(bit)) = (&client, client::bit())
                    && (product, version.0) == (FLAGSHIP, VERSIONS[0].0)
                {
                    add_client(app, &caller, (product, language), bit, client.clone()).await?;
                    continue;
                }
                add_filler(app, &caller, (product, name), version, language, Bit::X64).await?;
                if has_32_bit && version.1 < 2026 {
                    add_filler(app, &caller, (product, name), version, language, Bit::X86).await?;
                }
            }
        }
    }
    Ok(())
}

/// Puts the client in as the newest version of what is sold first. It speaks all languages of the demo's people, so
/// each language has the same file.
async fn add_client(
    app: &App,
    caller: &Caller,
    (product, language): (&str, &str),
    bit: Bit,
    archive: Bytes,
) -> Result<(), Problem> {
    let file = (format!("perpetua-device-{}-{language}-{bit}.zip", VERSIONS[0].0), FileType::Zip);
    add_medium(app, caller, product, VERSIONS[0], (language, bit), file, archive).await
}

/// Puts an image in that installs nothing.
async fn add_filler(
    app: &App,
    caller: &Caller,
    (product, name): (&str, &str),
    version: DemoVersion,
    language: &str,
    bit: Bit,
) -> Result<(), Problem> {
    let file_name = format!("{name}-{}-{language}-{bit}.iso", version.0);
    let content = content(&file_name);
    add_medium(app, caller, product, version, (language, bit), (file_name, FileType::Iso), content).await
}

async fn add_medium(
    app: &App,
    caller: &Caller,
    product: &str,
    (label, rank, released, support_ends): DemoVersion,
    (language, bit): (&str, Bit),
    (file_name, file_type): (String, FileType),
    content: Bytes,
) -> Result<(), Problem> {
    let wrong = |what: &str| Problem::internal(format!("the demo's {what}"));
    let medium = NewMedium {
        product: ProductId::parse(product).ok_or_else(|| wrong("product"))?,
        version: Version { label: label.to_owned(), rank },
        language: MediaLanguage::parse(language).ok_or_else(|| wrong("language"))?,
        bit,
        file_type,
        file_name,
        support_ends_on: support_ends.map(|day| day.parse().map_err(|_| wrong("day"))).transpose()?,
        released_on: Some(released.parse().map_err(|_| wrong("day"))?),
    };
    media_import::add(app, caller, medium, futures::stream::iter([Ok(content)])).await.map(|_| ())
}

/// Bytes that differ per file, so that each has its own checksum.
fn content(file_name: &str) -> Bytes {
    let line = format!("Perpetua demo medium {file_name}. It installs nothing.\n");
    line.bytes().cycle().take(MEDIUM_BYTES).collect()
}

/// Records the customers' agreements.
pub async fn accept_agreements(app: &App, members: &[Member]) -> Result<(), Problem> {
    for customer in members.iter().filter(|member| member.partner.is_some()) {
        let agent = agent_of(app, members, customer).await?;
        let contact = customer.users.first().ok_or_else(|| Problem::internal("the demo's people"))?;
        let (first_name, last_name) = contact.name.split_once(' ').unwrap_or(("", &contact.name));
        let agreed = app.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let command = RecordAgreement {
            customer: customer.tenant,
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            email: contact.email.clone(),
            phone: String::new(),
            agreed_on: agreed.yesterday().map_err(Problem::internal)?.to_string(),
        };
        record_agreement(app, &agent, command).await?;
    }
    Ok(())
}

/// The admin agent of a customer's partner.
pub async fn agent_of(app: &App, members: &[Member], customer: &Member) -> Result<Caller, Problem> {
    let partner = members.iter().find(|member| Some(&member.domain) == customer.partner.as_ref());
    let partner = partner.ok_or_else(|| Problem::internal("the demo's partner"))?;
    people::caller(app, partner, Role::AdminAgent).await
}

/// Days before the present on which the demo's purchases were made: one whose window has closed, one
/// about to close, and fresh ones.
pub const HISTORY_DAYS: [(i64, &str, &[(usize, i64)]); 5] = [
    (75, "mlyny.example", &[(0, 10)]),
    (57, "mlyny.example", &[(3, 5), (6, 20)]),
    (9, "northlake.example", &[(0, 4), (1, 25)]),
    (3, "mlyny.example", &[(1, 3)]),
    (1, "cista.example", &[(2, 8)]),
];

/// Days before the present at which the history begins.
pub const FIRST_DAY: i64 = HISTORY_DAYS[0].0;

/// Buys for a customer what stands at these places of its catalog.
pub async fn buy(app: &App, members: &[Member], domain: &str, picks: &[(usize, i64)]) -> Result<(), Problem> {
    let customer = members.iter().find(|member| member.domain == domain);
    let customer = customer.ok_or_else(|| Problem::internal("the demo's customer"))?;
    let agent = agent_of(app, members, customer).await?;
    let offered = catalog::list(app, &agent, customer.tenant, CatalogFilter::default(), None).await?.rows;
    let mut lines = Vec::new();
    for (place, quantity) in picks {
        let row = offered.get(*place).ok_or_else(|| Problem::internal("the demo's catalog is shorter"))?;
        lines.push(WantedLine { item: row.item, quantity: *quantity, own_price: None, reviewed: None });
    }
    let token = format!("{domain} {picks:?}");
    let command = PlaceOrder {
        request_key: orders::request_key(&agent, "demo", &token),
        customer: customer.tenant,
        source: PlaceSource::Lines(lines),
        po_number: None,
    };
    orders::place(app, &agent, command).await.map(|_| ())
}

/// The first thing that a customer may buy, for scripts.
pub async fn sample_item(app: &App, members: &[Member], customer: &Member) -> Result<CatalogItemId, Problem> {
    let agent = agent_of(app, members, customer).await?;
    let offered = catalog::list(app, &agent, customer.tenant, CatalogFilter::default(), None).await?.rows;
    offered.into_iter().next().map(|row| row.item).ok_or_else(|| Problem::internal("nothing is sold"))
}

/// How long before the present the demo's time begins.
pub fn lead() -> SignedDuration {
    SignedDuration::from_hours(24 * (FIRST_DAY + 1))
}
