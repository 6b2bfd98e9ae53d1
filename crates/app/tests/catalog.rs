//! What customers may buy, media, policies and tax rates, on both engines.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

#[expect(dead_code, reason = "the test of price sheets uses all of it")]
mod sheets;

use std::io;

use bytes::Bytes;
use futures::StreamExt as _;
use futures::stream;
use jiff::civil::date;
use perpetua_app::catalog::{self, CatalogFilter};
use perpetua_app::media::{self, open_media, signed_text};
use perpetua_app::media_import::{self, NewMedium};
use perpetua_app::policies::{self, SetPolicy};
use perpetua_app::price_import::{self, Publish};
use perpetua_app::tax_rates::{self, NewRate};
use perpetua_app::{App, Caller, Problem, defaults};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::{OfferKind, ProductId};
use perpetua_domain::country::Country;
use perpetua_domain::media::{Asker, Bit, FileType, MediaLanguage, Selection, Version};
use perpetua_domain::policy::{PolicyTerms, RefundRule};
use perpetua_domain::pricing::margin;
use perpetua_domain::tax::TaxClass;
use perpetua_pricesheet::PriceRow;
use perpetua_store::media::MediaRow;
use perpetua_test_support::TestApp;
use sha2::{Digest as _, Sha256};
use sheets::{csv, import, rows};

async fn sales_person(test: &TestApp) -> Caller {
    test.caller(test.operator, &[Role::OperatorSales]).await
}

async fn given_prices(app: &App, caller: &Caller, rows: &[PriceRow]) {
    let sheet = import(app, caller, csv(rows)).await;
    let command = Publish { sheet: sheet.id, leave_out_bad: false };
    price_import::publish(app, caller, command).await.unwrap();
}

fn medium(product: ProductId, label: &str, rank: u32, language: &str, bit: Bit) -> NewMedium {
    NewMedium {
        product,
        version: Version { label: label.to_owned(), rank },
        language: MediaLanguage::parse(language).unwrap(),
        bit,
        file_type: FileType::Iso,
        file_name: format!("harbor-{label}-{language}.iso"),
        support_ends_on: None,
        released_on: None,
    }
}

fn content(parts: &[&'static str]) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + Unpin {
    stream::iter(parts.iter().map(|part| Ok(Bytes::from_static(part.as_bytes()))).collect::<Vec<_>>())
}

async fn add(app: &App, caller: &Caller, medium: NewMedium) -> Result<MediaRow, Problem> {
    media_import::add(app, caller, medium, content(&["harbor ", "server"])).await
}

async fn stored_objects(app: &App) -> usize {
    app.media.list(None).count().await
}

#[test]
fn a_partner_sees_what_its_customer_may_buy_with_cost_and_margin() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let sales = sales_person(&test).await;
        let rows = rows(144);
        given_prices(app, &sales, &rows).await;
        let product = rows[0].product_id;
        add(app, &sales, medium(product, "2025", 5, "cs", Bit::X64)).await.unwrap();
        add(app, &sales, medium(product, "2024", 4, "en", Bit::X86)).await.unwrap();
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;

        let page = catalog::list(app, &agent, customer, CatalogFilter::default(), None).await.unwrap();
        assert_eq!((page.market.code(), page.rows.len()), ("DE", 3), "one SKU each for perpetual, one and three years");
        assert!(page.rows.iter().all(|row| row.currency.code() == "EUR"));
        let expected = rows.iter().find(|row| row.market.code() == "DE").unwrap();
        let row = page.rows.iter().find(|row| row.item == expected.catalog_item_id()).unwrap();
        assert_eq!((row.cost, row.suggested, row.tiers.len()), (expected.unit_price, expected.erp_price, 2));
        assert_eq!(row.margin, margin(row.cost, expected.erp_price.unwrap()));
        assert_eq!(
            row.media.versions.iter().map(|version| version.label.as_str()).collect::<Vec<_>>(),
            ["2025", "2024"]
        );
        assert_eq!(row.media.bits, [Bit::X64, Bit::X86]);

        let found = |search: &str, kind| {
            let filter = CatalogFilter { search: search.to_owned(), kind };
            let agent = agent.clone();
            async move { catalog::list(app, &agent, customer, filter, None).await.unwrap().rows.len() }
        };
        assert_eq!(found("harb serv", None).await, 3);
        assert_eq!(found("harbor perpetual", None).await, 1);
        assert_eq!(found("", Some(OfferKind::Subscription)).await, 2);
        assert_eq!(found("nothing of the sort", None).await, 0);
        assert_eq!(catalog::search(app, &agent, "HÁRBOR", 10).await.unwrap().len(), 1);
    });
}

#[test]
fn pages_of_the_catalog_show_every_offer_once_in_the_order_of_names() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let sales = sales_person(&test).await;
        let rows: Vec<_> = rows(3_000).into_iter().filter(|row| row.market.code() == "DE").collect();
        given_prices(app, &sales, &rows).await;
        let partner = test.partner("Alfa").await;
        let customer = test.customer(partner, "Northlake").await;
        let agent = test.caller(partner, &[Role::SalesAgent]).await;
        let (mut titles, mut after) = (Vec::new(), None);
        loop {
            let page = catalog::list(app, &agent, customer, CatalogFilter::default(), after).await.unwrap();
            titles.extend(page.rows.into_iter().map(|row| (row.title, row.sku_title, row.item)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let wanted = rows.iter().filter(|row| row.segment.as_text() == "commercial" && row.tier.min == 1).count();
        assert!(wanted > 50, "more than one page");
        assert_eq!(titles.len(), wanted);
        let names: Vec<_> = titles.iter().map(|(title, ..)| title.clone()).collect();
        let mut sorted = names.clone();
        sorted.sort_by_key(|name| perpetua_i18n::collation::sort_key(perpetua_i18n::Lang::En, name));
        assert_eq!(names, sorted);
    });
}

#[test]
fn only_an_active_partner_sees_the_catalog_of_a_customer() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let (alfa, beta) = (test.partner("Alfa").await, test.partner("Beta").await);
        let customer = test.customer(alfa, "Northlake").await;
        let stranger = test.caller(beta, &[Role::AdminAgent]).await;
        let helpdesk = test.caller(alfa, &[Role::HelpdeskAgent]).await;
        let own = test.caller(customer, &[Role::GlobalAdmin]).await;
        let code = |caller: Caller| async move {
            catalog::list(app, &caller, customer, CatalogFilter::default(), None).await.unwrap_err().code
        };
        assert_eq!(code(stranger).await, "not_found");
        assert_eq!(code(helpdesk).await, "missing_role");
        assert!(["missing_role", "not_found"].contains(&code(own).await), "a customer never sees cost");
    });
}

#[test]
fn a_medium_is_stored_hashed_and_signed_and_read_back_in_ranges() {
    TestApp::each(|test| async move {
        let (app, sales) = (&test.app, sales_person(&test).await);
        let rows = rows(2);
        given_prices(app, &sales, &rows).await;
        let row = add(app, &sales, medium(rows[0].product_id, "2025", 5, "cs", Bit::X64)).await.unwrap();
        assert_eq!((row.size, row.sha256.as_slice()), (13, Sha256::digest(b"harbor server").as_slice()));
        let text = signed_text(&row.product_id, "2025", &row.sha256, 13);
        let signature: [u8; 64] = row.signature.clone().try_into().unwrap();
        assert!(app.signer.public_key().verify(text.as_bytes(), &signature));
        for (range, expected) in [(None, "harbor server"), (Some(7..13), "server"), (Some(0..1), "h")] {
            let parts: Vec<_> = open_media(app, &row, range).await.unwrap().collect().await;
            let bytes: Vec<u8> = parts.into_iter().flat_map(|part| part.unwrap().to_vec()).collect();
            assert_eq!(bytes, expected.as_bytes());
        }
    });
}

#[test]
fn a_medium_that_is_refused_leaves_no_row_and_no_object() {
    TestApp::each(|test| async move {
        let (app, sales) = (&test.app, sales_person(&test).await);
        let rows = rows(2);
        given_prices(app, &sales, &rows).await;
        let product = rows[0].product_id;
        let good = medium(product, "2025", 5, "cs", Bit::X64);
        add(app, &sales, good.clone()).await.unwrap();
        let field = |problem: Problem| problem.fields[0].code;
        let named = |file_name: &str| NewMedium { file_name: file_name.to_owned(), ..good.clone() };

        assert_eq!(add(app, &sales, good.clone()).await.unwrap_err().code, "media_exists");
        let unknown = medium(ProductId::parse("UNKNOWN00000").unwrap(), "1", 1, "cs", Bit::X64);
        assert_eq!(field(add(app, &sales, unknown).await.unwrap_err()), "unknown_product");
        assert_eq!(
            field(add(app, &sales, medium(product, "2025", 6, "en", Bit::X64)).await.unwrap_err()),
            "contradicts_version"
        );
        assert_eq!(field(add(app, &sales, medium(product, " ", 6, "en", Bit::X64)).await.unwrap_err()), "missing");
        for name in ["", "..", "../x.iso", "a\\b.iso", "a\nb.iso"] {
            assert_eq!(field(add(app, &sales, named(name)).await.unwrap_err()), "bad_file_name", "{name:?}");
        }
        let other = medium(product, "2025", 5, "en", Bit::X64);
        let empty = media_import::add(app, &sales, other.clone(), content(&[])).await;
        assert_eq!(field(empty.unwrap_err()), "media_empty");
        let broken = stream::iter(vec![Ok(Bytes::from_static(b"half")), Err(io::Error::other("connection lost"))]);
        assert_eq!(media_import::add(app, &sales, other, broken).await.unwrap_err().code, "upload_broken");

        assert_eq!(media_import::list(app, &sales, None, None).await.unwrap().len(), 1);
        assert_eq!(stored_objects(app).await, 1);
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        assert_eq!(add(app, &agent, named("x.iso")).await.unwrap_err().code, "missing_role");
    });
}

#[test]
fn a_withdrawn_medium_is_offered_no_more_and_makes_room() {
    TestApp::each(|test| async move {
        let (app, sales) = (&test.app, sales_person(&test).await);
        let rows = rows(2);
        given_prices(app, &sales, &rows).await;
        let product = rows[0].product_id;
        let new = medium(product, "2025", 5, "cs", Bit::X64);
        let first = add(app, &sales, new.clone()).await.unwrap();
        media_import::set_support_end(app, &sales, first.id.0, Some(date(2026, 1, 31))).await.unwrap();
        let offered = || async {
            let asker = Asker {
                language: MediaLanguage::parse("cs").unwrap(),
                sold_rank: None,
                downgrade_rights: true,
                upgrade_rights: false,
                today: date(2026, 3, 2),
            };
            app.store.read(move |conn| media::choices(conn, product, &Selection::default(), &asker)).await.unwrap()
        };
        let shown = offered().await;
        assert_eq!(shown.media[0].id, first.id);
        assert_eq!(shown.choices.versions[0].support_ended_on, Some(date(2026, 1, 31)));
        media_import::withdraw(app, &sales, first.id.0).await.unwrap();
        assert!(offered().await.media.is_empty());
        assert_eq!(media_import::withdraw(app, &sales, first.id.0).await.unwrap_err().code, "media_withdrawn");
        add(app, &sales, new).await.unwrap();
        assert_eq!(offered().await.media.len(), 1);
    });
}

#[test]
fn a_folder_is_imported_whole_or_not_at_all_and_can_be_repeated() {
    TestApp::each(|test| async move {
        let (app, sales) = (&test.app, sales_person(&test).await);
        let rows = rows(2);
        given_prices(app, &sales, &rows).await;
        let folder = tempfile::tempdir().unwrap();
        let header = "ProductId,Version,VersionRank,Language,Bit,FileType,File,SupportEnds,ReleasedOn,Notes\n";
        let product = rows[0].product_id;
        let line = |language: &str, file: &str| format!("{product},2025,5,{language},64-bit,,{file},,,\n");
        let manifest =
            |lines: &str| std::fs::write(folder.path().join("media.csv"), format!("{header}{lines}")).unwrap();
        std::fs::write(folder.path().join("cs.iso"), "czech").unwrap();
        std::fs::write(folder.path().join("en.iso"), "english").unwrap();

        manifest(&(line("cs", "cs.iso") + &line("!!", "en.iso")));
        let report = media_import::import_folder(app, &sales, folder.path()).await.unwrap();
        assert_eq!((report.added.len(), report.bad_rows.len(), report.bad_rows[0].line), (0, 1, 3));

        manifest(&(line("cs", "cs.iso") + &line("en", "missing.iso")));
        let missing = media_import::import_folder(app, &sales, folder.path()).await.unwrap_err();
        assert_eq!(missing.code, "media_file_missing");

        let outside = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link.iso")).unwrap();
        manifest(&line("cs", "link.iso"));
        let led_out = media_import::import_folder(app, &sales, folder.path()).await.unwrap_err();
        assert_eq!(led_out.code, "media_file_missing");
        assert_eq!(stored_objects(app).await, 0);

        manifest(&(line("cs", "cs.iso") + &line("en", "en.iso")));
        let report = media_import::import_folder(app, &sales, folder.path()).await.unwrap();
        assert_eq!((report.added.len(), report.present), (2, 0));
        let report = media_import::import_folder(app, &sales, folder.path()).await.unwrap();
        assert_eq!((report.added.len(), report.present), (0, 2));
        assert_eq!(stored_objects(app).await, 2);
    });
}

#[test]
fn a_policy_edit_makes_a_new_version_and_needs_the_one_that_was_seen() {
    TestApp::each(|test| async move {
        let (app, sales) = (&test.app, sales_person(&test).await);
        defaults::install(app).await.unwrap();
        defaults::install(app).await.unwrap();
        let listed = policies::list(app, &sales).await.unwrap();
        assert_eq!((listed.len(), listed[0].terms), (1, PolicyTerms::default()));
        let rows = rows(2);
        given_prices(app, &sales, &rows).await;
        let product = rows[0].product_id;
        let current =
            || async { app.store.read(move |conn| perpetua_store::policies::current(conn, product)).await.unwrap() };
        assert_eq!(current().await.id, listed[0].id);

        let terms = PolicyTerms { window_days: 30, ..PolicyTerms::default() };
        let of_product = SetPolicy { product: Some(product), terms, seen: None };
        let id = policies::set(app, &sales, of_product).await.unwrap();
        assert_eq!((current().await.id, current().await.terms), (id, terms));
        let stale = policies::set(app, &sales, of_product).await.unwrap_err();
        assert_eq!(stale.code, "changed_elsewhere");
        policies::remove(app, &sales, product).await.unwrap();
        assert_eq!(current().await.id, listed[0].id);
        assert_eq!(policies::remove(app, &sales, product).await.unwrap_err().code, "not_found");

        let refund = RefundRule::FullThenProRata { full_hours: 999, total_days: 7 };
        let terms = PolicyTerms { window_days: 400, refund, ..PolicyTerms::default() };
        let wrong = SetPolicy { product: None, terms, seen: Some(listed[0].id) };
        let refused = policies::set(app, &sales, wrong).await.unwrap_err();
        let fields: Vec<_> = refused.fields.iter().map(|field| field.field.as_str()).collect();
        assert_eq!(fields, ["window_days", "refund_full_hours"]);
        let auditor = test.caller(test.operator, &[Role::OperatorAuditor]).await;
        let right = SetPolicy { product: None, terms: PolicyTerms::default(), seen: Some(listed[0].id) };
        assert_eq!(policies::set(app, &auditor, right).await.unwrap_err().code, "missing_role");
    });
}

#[test]
fn a_later_tax_rate_ends_the_one_before() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let admin = test.caller(test.operator, &[Role::OperatorAdmin]).await;
        defaults::install(app).await.unwrap();
        let czech = || async {
            let rates = tax_rates::list(app, &admin).await.unwrap();
            let of_country =
                |rate: &perpetua_domain::tax::TaxRate| rate.country.code() == "CZ" && rate.class == TaxClass::Software;
            rates.into_iter().filter(of_country).collect::<Vec<_>>()
        };
        assert_eq!(czech().await.iter().map(|rate| rate.rate_basis_points).collect::<Vec<_>>(), [2_100]);
        let rate = |rate_basis_points, valid_from| NewRate {
            country: Country::parse("CZ").unwrap(),
            class: TaxClass::Software,
            rate_basis_points,
            valid_from,
        };
        tax_rates::add(app, &admin, rate(2_200, date(2027, 1, 1))).await.unwrap();
        let both = czech().await;
        assert_eq!((both[0].valid_to, both[1].valid_to), (Some(date(2026, 12, 31)), None));
        let early = tax_rates::add(app, &admin, rate(2_300, date(2027, 1, 1))).await.unwrap_err();
        assert_eq!((early.fields[0].field.as_str(), early.fields[0].code), ("valid_from", "not_after_latest"));
        assert_eq!(
            tax_rates::add(app, &admin, rate(10_001, date(2028, 1, 1))).await.unwrap_err().fields[0].code,
            "rate_out_of_range"
        );
        let sales = sales_person(&test).await;
        assert_eq!(tax_rates::add(app, &sales, rate(1, date(2028, 1, 1))).await.unwrap_err().code, "missing_role");
        assert_eq!(czech().await, both);
    });
}

#[test]
fn a_broken_line_of_tax_rates_is_named() {
    let header = "Country,Class,RateBasisPoints,ValidFrom\n";
    for line in
        ["QQ,software,1,2026-01-01", "CZ,bread,1,2026-01-01", "CZ,software,-1,2026-01-01", "CZ,software,1,soon", "CZ"]
    {
        let text = format!("{header}DE,software,1900,2021-01-01\n{line}\n");
        let problem = tax_rates::read_csv(text.as_bytes()).unwrap_err();
        assert_eq!(problem.code, "tax_rates_unreadable", "{line}");
        assert_eq!(problem.params, [("line", perpetua_app::Param::Number(3))], "{line}");
    }
}
