//! The filters of all clients, their limits, and what fits them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::wire::codes;

fn condition(field: &str, operator: Operator, value: &str) -> Filter {
    Filter::Is(Condition { field: field.to_owned(), operator, value: value.to_owned() })
}

#[track_caller]
fn refused(text: &str) -> Fault {
    let fault = Filter::parse(text).unwrap_err();
    assert_eq!((fault.status(), fault.code()), (400, codes::INVALID_PROPERTY), "{text}");
    fault
}

/// Row 9 of file 90 §8.
#[test]
fn the_filters_of_all_clients_read_alike() {
    let expected = condition("CompanyName", Operator::StartsWith, "nor");
    for text in [
        r#"{"Field":"CompanyName","Value":"nor","Operator":"starts_with"}"#,
        r#"{"operator":"StartsWith","fieldType":"String","field":"CompanyName","value":"nor"}"#,
        r#"{"FIELD":"CompanyName","VALUE":"nor","OPERATOR":"startswith"}"#,
        r#"{"Field":"CompanyName","Value":"nor","Operator":7}"#,
    ] {
        assert_eq!(Filter::parse(text).as_ref(), Ok(&expected), "{text}");
    }
}

#[test]
fn a_filter_arrives_with_blanks_for_pluses() {
    let query = crate::wire::query::Query::parse(
        "filter={\"Field\":\"CompanyName\",+\"Value\":\"a+b\",+\"Operator\":\"Equals\"}",
    );
    let filter = Filter::parse(query.text("filter").unwrap().unwrap()).unwrap();
    assert_eq!(filter, condition("CompanyName", Operator::Equals, "a b"));
}

#[test]
fn every_operator_is_read_in_every_spelling() {
    for (word, pascal, operator) in [
        ("equals", "Equals", Operator::Equals),
        ("not_equals", "NotEquals", Operator::NotEquals),
        ("greater_than", "GreaterThan", Operator::GreaterThan),
        ("greater_than_or_equals", "GreaterThanOrEquals", Operator::GreaterThanOrEquals),
        ("less_than", "LessThan", Operator::LessThan),
        ("less_than_or_equals", "LessThanOrEquals", Operator::LessThanOrEquals),
        ("substring", "Substring", Operator::Substring),
        ("starts_with", "StartsWith", Operator::StartsWith),
        ("not_starts_with", "NotStartsWith", Operator::NotStartsWith),
    ] {
        for spelling in [word, pascal, &pascal.to_uppercase()] {
            let text = json!({"field": "f", "value": "v", "operator": spelling}).to_string();
            assert_eq!(Filter::parse(&text), Ok(condition("f", operator, "v")), "{spelling}");
        }
    }
}

#[test]
fn filters_are_joined() {
    let text = r#"{"LeftFilter":{"Field":"a","Value":1,"Operator":"equals"},
        "RightFilter":{"leftfilter":{"field":"b","value":true,"operator":"equals"},
        "rightfilter":{"field":"c","value":null,"operator":"equals"},"operator":"Or"},"Operator":"AND"}"#;
    let filter = Filter::parse(text).unwrap();
    let expected = Filter::All(
        Box::new(condition("a", Operator::Equals, "1")),
        Box::new(Filter::Any(
            Box::new(condition("b", Operator::Equals, "true")),
            Box::new(condition("c", Operator::Equals, "")),
        )),
    );
    assert_eq!(filter, expected);
    assert!(filter.simple().is_err());
    let look_up = |a: &'static str, b: &'static str| {
        move |field: &str| match field {
            "a" => Some(a.to_owned()),
            "b" => Some(b.to_owned()),
            _ => None,
        }
    };
    assert!(filter.matches(&look_up("1", "True")));
    assert!(!filter.matches(&look_up("1", "false")));
    assert!(!filter.matches(&look_up("2", "true")));
}

#[test]
fn a_filter_that_cannot_be_read_is_refused() {
    for text in [
        "",
        "x",
        "[]",
        "\"CompanyName\"",
        "{}",
        r#"{"Field":"a","Value":"b"}"#,
        r#"{"Field":"a","Value":"b","Operator":"like"}"#,
        r#"{"Field":"a","Value":"b","Operator":99}"#,
        r#"{"Value":"b","Operator":"equals"}"#,
        r#"{"Field":"a","Value":{},"Operator":"equals"}"#,
        r#"{"Operator":"and","LeftFilter":{"Field":"a","Value":"b","Operator":"equals"}}"#,
        r#"{"Operator":"and","LeftFilter":[],"RightFilter":[]}"#,
    ] {
        refused(text);
    }
}

#[test]
fn depth_and_length_have_limits() {
    let simple = r#"{"Field":"a","Value":"b","Operator":"equals"}"#.to_owned();
    let nested = |depth: usize| {
        (1..depth).fold(simple.clone(), |inner, _| {
            format!(r#"{{"LeftFilter":{inner},"RightFilter":{simple},"Operator":"and"}}"#)
        })
    };
    assert_eq!(Filter::parse(&nested(DEPTH_MAX)).unwrap().conditions().len(), DEPTH_MAX);
    assert_eq!(refused(&nested(DEPTH_MAX + 1)), Fault::invalid_property("filter", Reason::TooDeep));
    let long = json!({"Field": "a", "Value": "b".repeat(LENGTH_MAX), "Operator": "equals"}).to_string();
    assert_eq!(refused(&long), Fault::invalid_property("filter", Reason::TooLarge));
}

#[test]
fn an_endpoint_refuses_fields_and_operators_that_it_does_not_understand() {
    let known: &[(&str, &[Operator])] =
        &[("CompanyName", &[Operator::StartsWith]), ("Domain", &[Operator::StartsWith, Operator::Equals])];
    assert_eq!(condition("company_name", Operator::StartsWith, "a").allow(known), Ok(()));
    let fields = |filter: Filter| filter.allow(known).unwrap_err().fields().next().map(str::to_owned);
    assert_eq!(fields(condition("Country", Operator::Equals, "a")), Some("filter.Country".to_owned()));
    assert_eq!(fields(condition("CompanyName", Operator::Substring, "a")), Some("filter.CompanyName".to_owned()));
    let good = Box::new(condition("Domain", Operator::Equals, "a"));
    assert!(Filter::Any(good, Box::new(condition("x", Operator::Equals, "a"))).allow(known).is_err());
}

#[test]
fn values_are_compared_without_case_and_as_what_they_are() {
    use Operator::{
        Equals, GreaterThan, GreaterThanOrEquals, LessThan, LessThanOrEquals, NotEquals, NotStartsWith, StartsWith,
        Substring,
    };
    let check = |own: &str, operator, wanted: &str, fits| {
        let filter = condition("F", operator, wanted);
        assert_eq!(filter.matches(&|_| Some(own.to_owned())), fits, "{own} {operator:?} {wanted}");
    };
    check("Northlake ŠKODA", StartsWith, "north", true);
    check("Northlake ŠKODA", NotStartsWith, "north", false);
    check("Northlake ŠKODA", Substring, "škoda", true);
    check("Northlake", Equals, "NORTHLAKE", true);
    check("Northlake", NotEquals, "NORTHLAKE", false);
    check("10", GreaterThan, "9", true);
    check("9.5", LessThan, "10", true);
    check("10", GreaterThanOrEquals, "10.0", true);
    check("2026-11-21T00:00:00Z", LessThanOrEquals, "11/21/2026 00:00:00", true);
    check("2026-11-21T00:00:01Z", LessThanOrEquals, "11/21/2026", false);
    check("b", GreaterThan, "A", true);
    for (operator, fits) in [(Equals, false), (NotEquals, true), (NotStartsWith, true), (LessThan, false)] {
        assert_eq!(condition("F", operator, "x").matches(&|_| None), fits, "{operator:?}");
    }
}

fn filters() -> impl Strategy<Value = Filter> {
    let operator = prop::sample::select(&[Operator::Equals, Operator::LessThan, Operator::NotStartsWith][..]);
    let leaf = ("[A-Za-z]{1,12}", operator, "[^\0\u{FEFF}]{0,12}")
        .prop_map(|(field, operator, value)| Filter::Is(Condition { field, operator, value }));
    leaf.prop_recursive(4, 12, 2, |inner| {
        (inner.clone(), inner, any::<bool>()).prop_map(|(left, right, all)| {
            let (left, right) = (Box::new(left), Box::new(right));
            if all { Filter::All(left, right) } else { Filter::Any(left, right) }
        })
    })
}

fn written(filter: &Filter) -> Value {
    match filter {
        Filter::Is(Condition { field, operator, value }) => {
            json!({"Field": field, "Value": value, "Operator": OPERATORS.write(*operator)})
        }
        Filter::All(left, right) => {
            json!({"LeftFilter": written(left), "RightFilter": written(right), "Operator": "and"})
        }
        Filter::Any(left, right) => {
            json!({"leftFilter": written(left), "rightFilter": written(right), "operator": "Or"})
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same_filter(filter in filters()) {
        prop_assert_eq!(Filter::parse(&written(&filter).to_string()), Ok(filter));
    }

    #[test]
    fn filters_that_differ_have_different_canonical_texts(left in filters(), right in filters()) {
        prop_assume!(written(&left).to_string().to_lowercase() != written(&right).to_string().to_lowercase());
        prop_assert_ne!(left.canonical(), right.canonical());
    }

    #[test]
    fn no_filter_panics(text in any::<String>(), value in any::<String>(), own in any::<String>()) {
        let _ = Filter::parse(&text);
        for operator in 0..11 {
            let text = json!({"field": "f", "value": value, "operator": operator}).to_string();
            if let Ok(filter) = Filter::parse(&text) {
                let _ = filter.matches(&|_| Some(own.clone()));
            }
        }
    }
}
