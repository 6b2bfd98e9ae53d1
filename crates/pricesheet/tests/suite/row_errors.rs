//! A bad row is reported with line, column and reason, and the rows around it are read.

use perpetua_pricesheet::{PRICES_PER_ITEM_MAX, RowError, RowReason};

use super::{VALUES, errors, line, row_with, sheet_of};

#[track_caller]
fn check(column: &'static str, value: &str, reason: RowReason) {
    let good = row_with(&[("ProductId", "OPS000000009")]);
    let text = sheet_of(&[good, row_with(&[(column, value)])]);
    assert_eq!(errors(text.as_bytes()), [RowError { line: 3, column: Some(column), reason }], "{value:?}");
}

#[test]
fn prices_that_are_no_prices_are_refused() {
    check("UnitPrice", "", RowReason::MissingValue);
    check("UnitPrice", "-1.00", RowReason::Negative);
    check("UnitPrice", "1,50", RowReason::NotANumber);
    check("UnitPrice", "1.0000001", RowReason::TooPrecise);
    check("UnitPrice", "1000000001", RowReason::TooLarge);
    check("UnitPrice", &"9".repeat(65), RowReason::TooLong { max: 64 });
    check("ERP Price", "-0.01", RowReason::Negative);
    check("ERP Price", "free", RowReason::NotANumber);
}

#[test]
fn words_that_are_not_of_the_layout_are_refused() {
    check("Currency", "XXX", RowReason::UnknownCurrency);
    check("Currency", "", RowReason::MissingValue);
    check("Market", "XX", RowReason::UnknownCountry);
    check("Market", "Czechia", RowReason::UnknownCountry);
    check("TermDuration", "P2Y", RowReason::BadTerm);
    check("BillingPlan", "Weekly", RowReason::BadBillingPlan);
    check("BillingPlan", "Monthly", RowReason::BadBillingPlan);
    check("Segment", "Military", RowReason::BadSegment);
    check("Segment", "", RowReason::MissingValue);
    check("ProductId", "OPS1", RowReason::BadId);
    check("ProductId", "OPS:00000001", RowReason::BadId);
    check("SkuId", "00001", RowReason::BadId);
    check("SkuId", "é", RowReason::BadId);
    check("ChangeIndicator", "Gone", RowReason::BadChangeIndicator);
    check("ProductTitle", " ", RowReason::MissingValue);
    check("ProductTitle", &"á".repeat(257), RowReason::TooLong { max: 256 });
    check("SkuDescription", "a\u{7}b", RowReason::ControlCharacter);
}

#[test]
fn dates_and_tiers_must_hold_something() {
    check("EffectiveStartDate", "2026-01-01", RowReason::BadDate);
    check("EffectiveEndDate", "2/30/2026", RowReason::BadDate);
    check("EffectiveEndDate", "1/1/2026 12:00:00 AM", RowReason::EndsBeforeStart);
    check("EffectiveEndDate", "12/31/2025", RowReason::EndsBeforeStart);
    check("PricingTierRangeMin", "0", RowReason::EmptyTier);
    check("PricingTierRangeMin", "-1", RowReason::Negative);
    check("PricingTierRangeMin", "1.5", RowReason::NotANumber);
    check("PricingTierRangeMax", "0", RowReason::EmptyTier);
    check("PricingTierRangeMax", "99999999999", RowReason::TooLarge);
}

#[test]
fn latin_1_bytes_are_reported_with_line_and_column() {
    let text = sheet_of(&[row_with(&[("ProductTitle", "Caf\u{1}")]), row_with(&[("ProductId", "OPS000000002")])]);
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xE9 } else { byte }).collect();
    let expected = RowError { line: 2, column: Some("ProductTitle"), reason: RowReason::NotUtf8 };
    assert_eq!(errors(&bytes), [expected]);
}

#[test]
fn a_row_with_more_or_fewer_values_is_refused_and_later_rows_keep_their_lines() {
    let rows = [
        line(&VALUES[..20]),
        row_with(&[("SkuDescription", "two\r\nlines"), ("ProductId", "OPS000000002")]),
        row_with(&[]) + ",\"x\"",
    ];
    let short = RowReason::WrongFieldCount { expected: 21, found: 20 };
    let long = RowReason::WrongFieldCount { expected: 21, found: 22 };
    let expected =
        [RowError { line: 2, column: None, reason: short }, RowError { line: 5, column: None, reason: long }];
    assert_eq!(errors(sheet_of(&rows).as_bytes()), expected);
}

#[test]
fn rows_that_contradict_each_other_name_the_earlier_line() {
    let collide = |first: &[(&str, &str)], second: &[(&str, &str)]| {
        let mut found = errors(sheet_of(&[row_with(first), row_with(second)]).as_bytes());
        assert_eq!(found.len(), 1, "{first:?} {second:?}");
        (found[0].line, found.remove(0).reason)
    };
    assert_eq!(collide(&[], &[("UnitPrice", "5")]), (3, RowReason::DuplicateRow { first_line: 2 }));
    assert_eq!(
        collide(&[], &[("EffectiveStartDate", "7/1/2026")]),
        (3, RowReason::OverlappingValidity { first_line: 2 })
    );
    assert_eq!(
        collide(&[("PricingTierRangeMax", "50")], &[("PricingTierRangeMin", "50")]),
        (3, RowReason::OverlappingTiers { first_line: 2 })
    );
}

#[test]
fn the_prices_of_one_item_are_bounded() {
    let tier = |number: usize| {
        let bound = (number + 1).to_string();
        row_with(&[("PricingTierRangeMin", &bound), ("PricingTierRangeMax", &bound)])
    };
    let rows: Vec<String> = (0..=PRICES_PER_ITEM_MAX).map(tier).collect();
    let found = errors(sheet_of(&rows).as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].reason, RowReason::TooManyPrices { max: PRICES_PER_ITEM_MAX });
}

#[test]
fn each_reason_has_a_stable_code_and_parameters() {
    let reason = RowReason::WrongFieldCount { expected: 21, found: 20 };
    assert_eq!(reason.code(), "wrong_field_count");
    assert_eq!(reason.parameters(), [("expected", 21), ("found", 20)]);
    assert_eq!(RowReason::Negative.parameters(), []);
}
