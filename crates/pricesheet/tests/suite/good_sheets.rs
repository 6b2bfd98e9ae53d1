//! What a valid sheet may look like.

use std::io::Cursor;

use perpetua_domain::catalog::Segment;
use perpetua_domain::term::Term;
use perpetua_pricesheet::{BillingPlan, COLUMNS, ChangeIndicator, Limits, Tier, read};

use super::{VALUES, line, only_row, read_all, row_with, sheet_of};

#[test]
fn every_column_of_a_row_is_read() {
    let row = only_row(&sheet_of(&[row_with(&[])]));
    assert_eq!(row.change, Some(ChangeIndicator::Add));
    assert_eq!(row.product_title, "Harbor Server");
    assert_eq!(row.product_id.as_str(), "OPS000000001");
    assert_eq!(row.sku_id.as_str(), "0001");
    assert_eq!(row.sku_title, "Harbor Server – Perpetual");
    assert_eq!(row.publisher, "Acme Systems");
    assert_eq!(row.sku_description, "One \"server\", one license");
    assert_eq!(row.unit_of_measure, "1 License");
    assert_eq!((row.term, row.billing_plan), (Term::Perpetual, BillingPlan::OneTime));
    assert_eq!((row.market.code(), row.currency.code()), ("CZ", "CZK"));
    assert_eq!(row.unit_price.micros(), 21_526_000_000);
    assert_eq!(row.erp_price.unwrap().micros(), 26_907_500_000);
    assert_eq!(row.tier, Tier { min: 1, max: None });
    assert_eq!(row.valid_from, Some("2026-01-01T00:00:00Z".parse().unwrap()));
    assert_eq!(row.valid_until, None);
    assert_eq!(row.tags, ["Software", "Perpetual"]);
    assert_eq!(row.segment, Segment::Commercial);
    assert_eq!(row.previous_values, "");
}

#[test]
fn line_feeds_a_byte_order_mark_blank_lines_and_bare_values_are_accepted() {
    let quoted = only_row(&sheet_of(&[row_with(&[])]));
    let header = COLUMNS.join(",");
    let mut values = VALUES.map(str::to_owned);
    values[6] = "\"One \"\"server\"\", one license\"".to_owned();
    let bare = format!("\u{FEFF}\n{header}\n\n{}\n\n", values.join(","));
    assert_eq!(only_row(&bare), quoted);
    assert_eq!(only_row(bare.trim_end()), quoted, "without a last line break");
}

#[test]
fn column_order_case_spaces_and_further_columns_do_not_matter() {
    let mut header: Vec<String> = COLUMNS.map(|name| format!(" {} ", name.to_lowercase())).to_vec();
    let mut values: Vec<&str> = VALUES.to_vec();
    header.reverse();
    values.reverse();
    header.insert(3, "Something else".to_owned());
    values.insert(3, "ignored");
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let text = format!("{}\n{}\n", line(&header), line(&values)).replace("erp price", "ERPPRICE");
    assert_eq!(only_row(&text), only_row(&sheet_of(&[row_with(&[])])));
}

#[test]
fn lists_from_before_2026_lack_two_columns() {
    let text = format!("{}\n{}\n", line(&COLUMNS[1..20]), line(&VALUES[1..20]));
    assert_eq!(only_row(&text).change, None);
}

#[test]
fn placeholder_dates_tiers_and_left_out_prices_are_understood() {
    let row = only_row(&sheet_of(&[row_with(&[
        ("EffectiveStartDate", "1/1/1753 12:00:00 AM"),
        ("EffectiveEndDate", "6/30/2026"),
        ("PricingTierRangeMin", ""),
        ("PricingTierRangeMax", "49"),
        ("ERP Price", ""),
        ("Tags", ""),
        ("SkuId", "1"),
    ])]));
    assert_eq!(row.valid_from, None);
    assert_eq!(row.valid_until, Some("2026-07-01T00:00:00Z".parse().unwrap()));
    assert_eq!(row.tier, Tier { min: 1, max: Some(49) });
    assert_eq!((row.erp_price, row.tags.len(), row.sku_id.as_str()), (None, 0, "0001"));
}

#[test]
fn the_words_of_old_and_new_lists_mean_the_same_terms_plans_and_segments() {
    let term = |term: &str, plan: &str| {
        let row = only_row(&sheet_of(&[row_with(&[("TermDuration", term), ("BillingPlan", plan)])]));
        (row.term, row.billing_plan)
    };
    for word in ["OneTime", "", "NoTerm", "onetime"] {
        assert_eq!(term(word, ""), (Term::Perpetual, BillingPlan::OneTime), "{word:?}");
    }
    assert_eq!(term("P1M", "Monthly"), (Term::OneMonth, BillingPlan::Monthly));
    assert_eq!(term("P1Y", ""), (Term::OneYear, BillingPlan::OneTime));
    assert_eq!(term("P3Y", "Triennial"), (Term::ThreeYears, BillingPlan::Triennial));
    assert_eq!(term("P5Y", "Annual"), (Term::FiveYears, BillingPlan::Annual));
    let segment = |word: &str| only_row(&sheet_of(&[row_with(&[("Segment", word)])])).segment;
    assert_eq!(segment("Charity"), Segment::Nonprofit);
    assert_eq!(segment("nonprofit"), Segment::Nonprofit);
    assert_eq!(segment("Education"), Segment::Education);
    assert_eq!(segment("Government"), Segment::Government);
}

#[test]
fn periods_and_tiers_that_follow_each_other_do_not_collide() {
    let rows = [
        row_with(&[("EffectiveEndDate", "1/31/2026 11:59:59 PM"), ("PricingTierRangeMax", "49")]),
        row_with(&[("EffectiveEndDate", "1/31/2026 11:59:59 PM"), ("PricingTierRangeMin", "50")]),
        row_with(&[("EffectiveStartDate", "2/1/2026")]),
        row_with(&[("Segment", "Education")]),
        row_with(&[("TermDuration", "P1Y")]),
        row_with(&[("Currency", "EUR")]),
        row_with(&[("Market", "DE")]),
        row_with(&[("SkuId", "0002")]),
        row_with(&[("ProductId", "OPS000000002")]),
    ];
    let outcomes = read_all(sheet_of(&rows).as_bytes(), &Limits::default()).unwrap();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let lines: Vec<u64> = outcomes.into_iter().map(|row| row.unwrap().line).collect();
    assert_eq!(lines, (2..=10).collect::<Vec<u64>>());
}

#[test]
fn a_sheet_can_be_read_twice() {
    let mut sheet = read(Cursor::new(sheet_of(&[row_with(&[])])), &Limits::default()).unwrap();
    assert_eq!(sheet.rows().unwrap().count(), 1);
    assert_eq!(sheet.rows().unwrap().count(), 1);
}

#[test]
fn the_catalog_item_of_a_row_outlives_its_price_and_period() {
    let id = |changes: &[(&str, &str)]| only_row(&sheet_of(&[row_with(changes)])).catalog_item_id();
    let first = id(&[]);
    assert!(first.to_string().starts_with("OPS000000001:0001:"));
    assert_eq!(first, id(&[("UnitPrice", "1"), ("EffectiveStartDate", "2/1/2027"), ("PricingTierRangeMin", "10")]));
    for change in [("Market", "DE"), ("Segment", "Education"), ("TermDuration", "P1Y"), ("SkuId", "0002")] {
        assert_ne!(first, id(&[change]), "{change:?}");
    }
}
