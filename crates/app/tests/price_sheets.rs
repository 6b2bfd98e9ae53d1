//! Importing price sheets on both engines: what a good sheet does, and that a bad one changes nothing.

#![expect(clippy::unwrap_used, reason = "a test ends where something unexpected is met")]

mod sheets;

use perpetua_app::price_import::{self, Publish, Sheet, SheetState};
use perpetua_app::{App, Caller, Problem};
use perpetua_domain::access::Role;
use perpetua_domain::catalog::CatalogItemId;
use perpetua_domain::country::Country;
use perpetua_domain::id::PriceSheetId;
use perpetua_pricesheet::PriceRow;
use perpetua_store::catalog::{OfferWithPrices, find_offer};
use perpetua_store::schema::{audit_record, offer, offer_price, price_list, product, search_token};
use perpetua_store::{Conn, StoreError};
use perpetua_test_support::TestApp;
use sheets::{csv, import, rows, upload, with_column, zip_of};

use diesel::prelude::*;

async fn publish(app: &App, caller: &Caller, sheet: PriceSheetId, leave_out_bad: bool) -> Result<(), Problem> {
    price_import::publish(app, caller, Publish { sheet, leave_out_bad }).await
}

async fn sales_person(test: &TestApp) -> Caller {
    test.caller(test.operator, &[Role::OperatorSales]).await
}

async fn offer_of(app: &App, market: &str, item: CatalogItemId) -> Option<OfferWithPrices> {
    let market = Country::parse(market).unwrap();
    app.store.read(move |conn| find_offer(conn, market, &item)).await.unwrap()
}

/// Everything that customers or search could see of prices.
async fn traces(app: &App) -> [i64; 5] {
    let counted: Result<_, StoreError> = app
        .store
        .read(|conn: &mut Conn| {
            Ok([
                offer::table.count().get_result(conn)?,
                offer_price::table.count().get_result(conn)?,
                price_list::table.count().get_result(conn)?,
                product::table.count().get_result(conn)?,
                search_token::table.count().get_result(conn)?,
            ])
        })
        .await;
    counted.unwrap()
}

async fn recorded(app: &App, kind: &'static str) -> i64 {
    let counted: Result<i64, StoreError> = app
        .store
        .read(move |conn| Ok(audit_record::table.filter(audit_record::kind.eq(kind)).count().get_result(conn)?))
        .await;
    counted.unwrap()
}

fn counts(sheet: &Sheet) -> [u64; 6] {
    [sheet.rows_read, sheet.rows_bad, sheet.rows_new, sheet.rows_changed, sheet.rows_ended, sheet.rows_unchanged]
}

#[test]
fn a_sheet_is_sold_from_only_after_it_was_published() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let rows = rows(48);
        let item = rows[0].catalog_item_id();
        let sheet = import(app, &caller, csv(&rows)).await;
        assert_eq!((sheet.state, counts(&sheet)), (SheetState::Ready, [48, 0, 48, 0, 0, 0]));
        assert_eq!(sheet.markets.iter().map(Country::code).collect::<Vec<_>>(), ["AT", "CZ", "DE", "GB", "JP", "US"]);
        assert_eq!(offer_of(app, "US", item).await, None);

        publish(app, &caller, sheet.id, false).await.unwrap();
        let sold = offer_of(app, "US", item).await.unwrap();
        assert_eq!(sold.tiers.len(), 2);
        assert_eq!(sold.tiers[0].unit_price, rows[0].unit_price);
        assert_eq!(sold.tiers[0].erp, rows[0].erp_price);
        assert_eq!(offer_of(app, "DE", item).await, None, "the item is of another market");
        assert_eq!(recorded(app, "price_sheet.uploaded").await, 1);
        assert_eq!(recorded(app, "price_sheet.published").await, 1);
        let again = publish(app, &caller, sheet.id, false).await.unwrap_err();
        assert_eq!(again.code, "sheet_not_ready");
    });
}

#[test]
fn a_second_sheet_shows_what_is_new_changed_ended_and_unchanged() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let first = rows(48);
        let sheet = import(app, &caller, csv(&first[..40])).await;
        publish(app, &caller, sheet.id, false).await.unwrap();

        let mut second = first.clone();
        second.drain(..2);
        second[0].unit_price = perpetua_domain::money::UnitPrice::parse("1").unwrap();
        let sheet = import(app, &caller, csv(&second)).await;
        assert_eq!(counts(&sheet), [46, 0, 8, 1, 2, 37]);

        let preview = price_import::preview(app, &caller, sheet.id, None).await.unwrap();
        assert_eq!((preview.new.len(), preview.changed.len(), preview.ended.len()), (8, 1, 2));
        let changed = &preview.changed[0];
        assert_eq!(changed.item, second[0].catalog_item_id());
        assert_eq!((changed.before, changed.after), (Some(first[2].unit_price), Some(second[0].unit_price)));
        assert!(preview.ended.iter().all(|price| price.item == first[0].catalog_item_id() && price.after.is_none()));

        publish(app, &caller, sheet.id, false).await.unwrap();
        assert_eq!(offer_of(app, "US", first[0].catalog_item_id()).await, None);
        let sheets = price_import::list(app, &caller, None).await.unwrap();
        assert!(sheets.iter().all(|sheet| sheet.uploaded_by == caller.name), "{sheets:?}");
        let states: Vec<_> = sheets.iter().map(|sheet| sheet.state).collect();
        assert!(states.contains(&SheetState::Superseded) && states.contains(&SheetState::Published), "{states:?}");
    });
}

#[test]
fn markets_that_a_sheet_does_not_name_keep_their_list() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let all = rows(48);
        let of = |code: &str| all.iter().filter(|row| row.market.code() == code).cloned().collect::<Vec<PriceRow>>();
        let both: Vec<_> = of("CZ").into_iter().chain(of("DE")).collect();
        let sheet = import(app, &caller, csv(&both)).await;
        publish(app, &caller, sheet.id, false).await.unwrap();
        let sheet = import(app, &caller, csv(&of("CZ"))).await;
        assert_eq!(counts(&sheet)[4], 0, "what Germany sells does not end");
        publish(app, &caller, sheet.id, false).await.unwrap();
        assert!(offer_of(app, "DE", of("DE")[0].catalog_item_id()).await.is_some());
        assert!(offer_of(app, "CZ", of("CZ")[0].catalog_item_id()).await.is_some());
    });
}

#[test]
fn with_a_bad_row_nothing_is_applied_unless_it_is_left_out() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let rows = rows(48);
        let sheet = import(app, &caller, with_column(&csv(&rows), 3, "UnitPrice", "-5")).await;
        assert_eq!((sheet.state, counts(&sheet)), (SheetState::Ready, [48, 1, 47, 0, 0, 0]));
        let refused = publish(app, &caller, sheet.id, false).await.unwrap_err();
        assert_eq!(refused.code, "sheet_has_bad_rows");
        assert_eq!(offer_of(app, "US", rows[0].catalog_item_id()).await, None);

        let preview = price_import::preview(app, &caller, sheet.id, None).await.unwrap();
        let problem = &preview.problems[0];
        assert_eq!((problem.line, problem.column.as_str(), problem.code.as_str()), (3, "UnitPrice", "negative"));

        publish(app, &caller, sheet.id, true).await.unwrap();
        assert_eq!(offer_of(app, "US", rows[0].catalog_item_id()).await.unwrap().tiers.len(), 1);
    });
}

#[test]
fn each_sort_of_bad_row_is_named_with_line_and_column() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let good = csv(&rows(4));
        let cases = [
            ("UnitPrice", "-1", "negative"),
            ("UnitPrice", "99999999999999999999", "too_large"),
            ("UnitPrice", "1.2345678", "too_precise"),
            ("UnitPrice", "1,5", "not_a_number"),
            ("Currency", "QQQ", "unknown_currency"),
            ("Market", "QQ", "unknown_country"),
            ("ProductId", "short", "bad_id"),
            ("Segment", "Pirates", "bad_segment"),
            ("EffectiveStartDate", "31/12/2026", "bad_date"),
            ("PricingTierRangeMin", "0", "empty_tier"),
        ];
        for (column, value, code) in cases {
            let sheet = import(app, &caller, with_column(&good, 2, column, value)).await;
            assert_eq!(sheet.rows_bad, 1, "{column} {value}");
            let preview = price_import::preview(app, &caller, sheet.id, None).await.unwrap();
            let problem = &preview.problems[0];
            assert_eq!((problem.line, problem.column.as_str(), problem.code.as_str()), (2, column, code));
            price_import::discard(app, &caller, sheet.id).await.unwrap();
        }
        assert_eq!(traces(app).await, [0; 5]);
    });
}

#[test]
fn duplicates_overlaps_and_second_currencies_are_bad_rows() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let first = rows(1).remove(0);
        let year = |text: &str| Some(text.parse::<jiff::Timestamp>().unwrap());
        let from = |start: &str, end: Option<&str>| PriceRow {
            valid_from: year(start),
            valid_until: end.and_then(year),
            ..first.clone()
        };
        let overlap = [from("2026-01-01T00:00:00Z", None), from("2026-06-01T00:00:00Z", None)];
        let other_currency = PriceRow { currency: "EUR".parse().unwrap(), ..first.clone() };
        let cases: [(&[PriceRow], &str); 3] = [
            (&[first.clone(), first.clone()], "duplicate_row"),
            (&overlap, "overlapping_validity"),
            (&[first.clone(), other_currency], "contradicts_row"),
        ];
        for (rows, code) in cases {
            let sheet = import(app, &caller, csv(rows)).await;
            assert_eq!((sheet.rows_read, sheet.rows_bad), (2, 1), "{code}");
            let preview = price_import::preview(app, &caller, sheet.id, None).await.unwrap();
            assert_eq!((preview.problems[0].line, preview.problems[0].code.as_str()), (3, code));
        }
    });
}

#[test]
fn a_file_that_cannot_be_read_fails_and_leaves_nothing() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let good = csv(&rows(1_200));
        let text = String::from_utf8(good.clone()).unwrap();
        let broken_late = [good.clone(), b"\"a\"b\",\r\n".to_vec()].concat();
        let cases = [
            (b"Name,Price\r\n1,2\r\n".to_vec(), "wrong_header"),
            (text.replacen("\"Currency\",", "", 1).into_bytes(), "missing_column"),
            (broken_late, "broken_quoting"),
            ([b"\xff\xfe".to_vec(), good.clone()].concat(), "not_csv"),
            (Vec::new(), "empty"),
            (zip_of(&[("../../prices.csv", &good)]), "zip_path_traversal"),
            (zip_of(&[("a.csv", &good), ("b.csv", &good)]), "zip_many"),
            (zip_of(&[("bomb.csv", &[&good[..], &vec![b'\n'; 8 << 20]].concat())]), "zip_bomb"),
        ];
        for (file, code) in cases {
            let sheet = import(app, &caller, file).await;
            assert_eq!(sheet.failure.as_ref().map(|failure| failure.code.as_str()), Some(code));
            assert_eq!(sheet.state, SheetState::Failed, "{code}");
            assert_eq!(traces(app).await, [0; 5], "{code}");
            assert_eq!(publish(app, &caller, sheet.id, true).await.unwrap_err().code, "sheet_not_ready");
        }
    });
}

#[test]
fn a_line_of_a_gigabyte_is_refused_without_reading_it() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let source = sheets::EndlessLine::new(csv(&rows(1)), 1 << 30);
        let sheet = price_import::import(app, &caller, upload("long.csv", 1 << 30, source)).await.unwrap();
        assert_eq!(sheet.failure.unwrap().code, "line_too_long");
        assert_eq!(traces(app).await, [0; 5]);
    });
}

#[test]
fn latin_1_bytes_are_a_bad_row() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let text = String::from_utf8(csv(&rows(2))).unwrap().replacen("Acme Systems", "Acme Syst\u{1}ms", 1);
        let bytes: Vec<u8> = text.into_bytes().into_iter().map(|byte| if byte == 1 { 0xe8 } else { byte }).collect();
        let sheet = import(app, &caller, bytes).await;
        let preview = price_import::preview(app, &caller, sheet.id, None).await.unwrap();
        assert_eq!((preview.problems.len(), preview.problems[0].code.as_str()), (1, "not_utf8"));
    });
}

#[test]
fn a_zipped_sheet_is_read_like_a_plain_one() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let sheet = import(app, &caller, zip_of(&[("prices.csv", &csv(&rows(48)))])).await;
        assert_eq!((sheet.state, sheet.rows_new), (SheetState::Ready, 48));
    });
}

#[test]
fn thousands_of_bad_rows_are_all_counted_and_a_thousand_are_kept() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let mut text = String::from_utf8(csv(&rows(1_200))).unwrap();
        text = text.replace("\"1 License\"", "\"1\u{7f}License\"");
        let sheet = import(app, &caller, text.into_bytes()).await;
        assert_eq!((sheet.rows_read, sheet.rows_bad), (1_200, 1_200));
        let mut seen = 0;
        let mut after = None;
        loop {
            let preview = price_import::preview(app, &caller, sheet.id, after).await.unwrap();
            seen += preview.problems.len();
            after = preview.problems_after;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, 1_000);
        assert_eq!(publish(app, &caller, sheet.id, true).await.unwrap_err().code, "sheet_has_no_good_rows");
    });
}

#[test]
fn an_interrupted_import_has_failed_after_the_next_start() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let file = csv(&rows(10));
        let upload = upload("prices.csv", file.len() as u64, std::io::Cursor::new(file));
        let sheet = price_import::start(app, &caller, &upload).await.unwrap();
        assert_eq!(price_import::recover(app).await.unwrap(), 1);
        let preview = price_import::preview(app, &caller, sheet, None).await.unwrap();
        assert_eq!(preview.sheet.state, SheetState::Failed);
        assert_eq!(preview.sheet.failure.unwrap().code, "interrupted");
        // The task that was reading finds the sheet closed and leaves nothing.
        let ended = price_import::run(app, sheet, upload).await.unwrap();
        assert_eq!(ended.state, SheetState::Failed);
        assert_eq!(traces(app).await, [0; 5]);
        assert_eq!(price_import::recover(app).await.unwrap(), 0);
    });
}

#[test]
fn a_sheet_read_before_another_was_published_is_outdated() {
    TestApp::each(|test| async move {
        let (app, caller) = (&test.app, sales_person(&test).await);
        let early = import(app, &caller, csv(&rows(10))).await;
        test.clock.advance(jiff::SignedDuration::from_secs(1));
        let late = import(app, &caller, csv(&rows(20))).await;
        publish(app, &caller, late.id, false).await.unwrap();
        assert_eq!(publish(app, &caller, early.id, false).await.unwrap_err().code, "sheet_outdated");
    });
}

#[test]
fn only_the_operators_sales_people_import_prices() {
    TestApp::each(|test| async move {
        let app = &test.app;
        let partner = test.partner("Alfa").await;
        let agent = test.caller(partner, &[Role::AdminAgent]).await;
        let auditor = test.caller(test.operator, &[Role::OperatorAuditor]).await;
        let sales = sales_person(&test).await;
        let sheet = import(app, &sales, csv(&rows(10))).await;
        let file = || upload("prices.csv", 0, std::io::Cursor::new(Vec::new()));
        assert_eq!(price_import::import(app, &agent, file()).await.unwrap_err().code, "missing_role");
        assert_eq!(price_import::import(app, &auditor, file()).await.unwrap_err().code, "missing_role");
        assert_eq!(publish(app, &agent, sheet.id, false).await.unwrap_err().code, "missing_role");
        assert_eq!(publish(app, &auditor, sheet.id, false).await.unwrap_err().code, "missing_role");
        assert_eq!(price_import::discard(app, &auditor, sheet.id).await.unwrap_err().code, "missing_role");
        assert_eq!(price_import::preview(app, &agent, sheet.id, None).await.unwrap_err().code, "missing_role");
        assert!(price_import::preview(app, &auditor, sheet.id, None).await.is_ok());
    });
}
