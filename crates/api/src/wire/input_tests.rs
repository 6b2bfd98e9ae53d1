//! Bodies as the clients write them, and the path that a fault names.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::wire::codes;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Cycle {
    Monthly,
    OneTime,
}

const CYCLES: Words<Cycle> =
    Words(&[("unknown", None), ("monthly", Some(Cycle::Monthly)), ("none", None), ("one_time", Some(Cycle::OneTime))]);

fn body(text: &str) -> Body {
    Body::parse(text.as_bytes(), BODY_MAX).unwrap()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Fault>, field: &str, reason: &Reason) {
    let fault = result.unwrap_err();
    assert_eq!(fault, Fault::invalid_property(field, reason.clone()));
    assert_eq!(fault.status(), 400);
}

/// Row 1 of file 90 §8.
#[test]
fn pascal_case_camel_case_and_repeats_read_alike() {
    let net = r#"{"FirstName":"Ada","UsageLocation":null,"SoftDeletionTime":"0001-01-01T00:00:00","State":null}"#;
    let java = r#"{"firstName":"Ada"}"#;
    let twice = r#"{"firstName":"Eve","FirstName":"Ada"}"#;
    for text in [net, java, twice] {
        let body = body(text);
        let fields = body.fields().unwrap();
        assert_eq!(fields.required_text("firstName", 64), Ok("Ada"), "{text}");
        assert_eq!(fields.optional_text("usageLocation", 2), Ok(None), "{text}");
        assert_eq!(fields.date("softDeletionTime"), Ok(None), "{text}");
        assert_eq!(fields.enum_word("state", &CYCLES), Ok(None), "{text}");
        assert!(!fields.has("usageLocation"));
    }
}

#[test]
fn the_password_that_java_sends_twice_is_the_last_one() {
    let body = body(
        r#"{"passwordProfile":{"password":"one","forceChangePassword":false,"Password":"two","ForceChangePassword":true}}"#,
    );
    let profile = body.fields().unwrap().required_object("PasswordProfile").unwrap();
    assert_eq!(profile.required_text("password", 64), Ok("two"));
    assert_eq!(profile.bool("forceChangePassword"), Ok(Some(true)));
}

/// Row 2 of file 90 §8.
#[test]
fn words_that_a_patch_carries_without_meaning_them_are_not_given() {
    let body = body(
        r#"{"severity":"unknown","status":"none","billingCycle":"Unknown","userDomainType":"","position":0,"totalPrice":0.0}"#,
    );
    let fields = body.fields().unwrap();
    for name in ["severity", "status", "billingCycle", "userDomainType", "position"] {
        assert_eq!(fields.enum_word(name, &CYCLES), Ok(None), "{name}");
    }
    assert_eq!(fields.decimal("totalPrice", 2), Ok(Some(0)));
}

#[test]
fn a_word_comes_in_any_spelling_or_as_its_position() {
    for value in [json!("one_time"), json!("oneTime"), json!("OneTime"), json!("onetime"), json!(3)] {
        let body = body(&json!({"cycle": value}).to_string());
        assert_eq!(body.fields().unwrap().enum_word("cycle", &CYCLES), Ok(Some(Cycle::OneTime)), "{value}");
    }
    for value in [json!("weekly"), json!(4), json!(-1), json!(1.5)] {
        let body = body(&json!({"lines": [{"cycle": value}]}).to_string());
        let lines = body.fields().unwrap().array("lines", 5).unwrap().unwrap();
        let fault = lines[0].enum_word("cycle", &CYCLES).unwrap_err();
        assert_eq!(fault, Fault::enum_word("lines[0].cycle"), "{value}");
        assert_eq!(fault.code(), codes::ENUM_UNREADABLE);
    }
}

/// Row 3 of file 90 §8: the body of a checkout.
#[test]
fn a_bare_text_is_a_body_too() {
    assert_eq!(body("\"success\"").text(), Some("success"));
    assert_eq!(body("{}").text(), None);
    assert_eq!(body("\"OneTime\"").enum_word(&CYCLES), Ok(Some(Cycle::OneTime)));
    assert_eq!(body("1").enum_word(&CYCLES), Ok(Some(Cycle::Monthly)));
    refused(body("\"success\"").fields(), "body", &Reason::Object);
    refused(body("{}").list(3), "body", &Reason::List);
}

#[test]
fn a_body_that_cannot_be_read_is_400_and_nothing_else() {
    let parse = |bytes: &[u8], limit| Body::parse(bytes, limit);
    for empty in [&b""[..], b" \r\n", b"\xEF\xBB\xBF"] {
        refused(parse(empty, BODY_MAX), "body", &Reason::Missing);
    }
    for odd in [&b"{"[..], b"a=b", b"<a/>", b"\xFF\xFE", b"{} {}"] {
        refused(parse(odd, BODY_MAX), "body", &Reason::NotJson);
    }
    refused(parse(b"{\"a\":1}", 6), "body", &Reason::TooLarge);
    refused(parse("[".repeat(40).as_bytes(), BODY_MAX), "body", &Reason::TooDeep);
    assert!(parse(b"\xEF\xBB\xBF{\"a\":1}", BODY_MAX).is_ok());
}

#[test]
fn a_fault_names_the_whole_path_of_its_field() {
    let body = body(r#"{"BillingProfile":{"defaultAddress":{"city":5,"country":"Austria","line":"a\u0000b"}}}"#);
    let profile = body.fields().unwrap().required_object("billingProfile").unwrap();
    let address = profile.required_object("defaultAddress").unwrap();
    refused(address.required_text("city", 10), "billingProfile.defaultAddress.city", &Reason::Text);
    refused(address.required_text("country", 2), "billingProfile.defaultAddress.country", &Reason::TooLong(2));
    refused(address.optional_text("line", 9), "billingProfile.defaultAddress.line", &Reason::Characters);
    refused(address.required_text("state", 9), "billingProfile.defaultAddress.state", &Reason::Missing);
    refused(profile.required_object("email"), "billingProfile.email", &Reason::Missing);
    refused(address.object("city").map(|_| ()), "billingProfile.defaultAddress.city", &Reason::Object);
}

#[test]
fn a_text_counts_characters_and_blanks_are_none() {
    let body = body(r#"{"name":"čtyři","blank":"   ","empty":""}"#);
    let fields = body.fields().unwrap();
    assert_eq!(fields.required_text("name", 5), Ok("čtyři"));
    refused(fields.required_text("name", 4), "name", &Reason::TooLong(4));
    assert_eq!(fields.optional_text("blank", 5), Ok(None));
    refused(fields.required_text("blank", 5), "blank", &Reason::Missing);
    assert_eq!(fields.text("empty"), Ok(Some("")));
}

#[test]
fn numbers_are_read_exactly() {
    let body = body(
        r#"{"whole":2,"java":2.0,"text":"2","half":2.5,"price":0.3,"big":123456789012.34,"huge":1e300,"mpn":5501234,"on":true}"#,
    );
    let fields = body.fields().unwrap();
    for name in ["whole", "java", "text"] {
        assert_eq!(fields.int(name), Ok(Some(2)), "{name}");
    }
    refused(fields.int("half"), "half", &Reason::Whole);
    refused(fields.int("huge"), "huge", &Reason::Whole);
    refused(fields.int("on"), "on", &Reason::Whole);
    refused(fields.int_in("whole", 3, 9), "whole", &Reason::Range(3, 9));
    assert_eq!(fields.decimal("price", 2), Ok(Some(30)));
    assert_eq!(fields.decimal("big", 2), Ok(Some(12_345_678_901_234)));
    refused(fields.decimal("half", 0), "half", &Reason::Number);
    assert_eq!(fields.digits("mpn", 20), Ok(Some("5501234".to_owned())));
    assert_eq!(fields.digits("text", 20), Ok(Some("2".to_owned())));
    assert_eq!(fields.int("missing"), Ok(None));
}

#[test]
fn lists_have_a_limit_and_pass_over_null() {
    let body = body(r#"{"lines":[{"a":1},null,{"a":"x"}],"ids":["a",5],"one":{}}"#);
    let fields = body.fields().unwrap();
    let lines = fields.array("lines", 3).unwrap().unwrap();
    assert_eq!(lines.len(), 2);
    refused(lines[1].int("a"), "lines[2].a", &Reason::Whole);
    refused(fields.array("lines", 2), "lines", &Reason::TooMany(2));
    refused(fields.array("one", 2), "one", &Reason::List);
    refused(fields.texts("ids", 5, 5), "ids[1]", &Reason::Text);
    assert_eq!(fields.array("none", 2), Ok(None));
}

#[test]
fn the_etag_that_a_body_carries_is_found() {
    assert_eq!(body(r#"{"Attributes":{"Etag":"7"}}"#).fields().unwrap().etag(), Some("7"));
    assert_eq!(body(r#"{"attributes":{"etag":""}}"#).fields().unwrap().etag(), None);
    assert_eq!(body(r#"{"attributes":null}"#).fields().unwrap().etag(), None);
}

proptest! {
    #[test]
    fn no_body_panics(text in r#"[\[\]{}",:0-9.eEtrufalsn\\ -]{0,80}"#, name in any::<String>()) {
        if let Ok(body) = Body::parse(text.as_bytes(), 64) {
            let _ = (body.text(), body.list(3), body.enum_word(&CYCLES));
            if let Ok(fields) = body.fields() {
                let _ = (fields.text(&name), fields.int(&name), fields.bool(&name), fields.moment(&name));
                let _ = (fields.array(&name, 2), fields.object(&name), fields.decimal(&name, 6), fields.etag());
            }
        }
    }

    #[test]
    fn a_text_survives_whatever_the_case_of_its_name(value in "[^\0\u{FEFF}]{0,40}", upper in any::<u8>()) {
        let name: String = "friendlyname"
            .char_indices()
            .map(|(at, letter)| if upper & (1 << (at % 8)) == 0 { letter } else { letter.to_ascii_uppercase() })
            .collect();
        let body = Body::parse(json!({name: value}).to_string().as_bytes(), BODY_MAX).unwrap();
        prop_assert_eq!(body.fields().unwrap().text("friendlyName"), Ok(Some(value.as_str())));
    }

    #[test]
    fn an_amount_survives_the_body(minor in -999_999_999_999_999_i64..=999_999_999_999_999, digits in 0_u32..=3) {
        let text = json!({"price": money::decimal(minor, digits)}).to_string();
        let body = Body::parse(text.as_bytes(), BODY_MAX).unwrap();
        prop_assert_eq!(body.fields().unwrap().decimal("price", digits), Ok(Some(minor)));
    }
}
