//! Queries as the clients write them, encoded or not.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;
use crate::wire::codes;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    OneTime,
}

const KINDS: Words<Kind> = Words(&[("unknown", None), ("one_time", Some(Kind::OneTime))]);

/// Row 10 of file 90 §8.
#[test]
fn names_and_words_have_no_case() {
    let query = Query::parse("include_price=True&ShowExpiry=false&ENTITLEMENTTYPE=Software&billingType=ONETIME&x=1");
    assert_eq!(query.bool("include_price"), Ok(Some(true)));
    assert_eq!(query.bool("showExpiry"), Ok(Some(false)));
    assert_eq!(query.text("entitlementType"), Ok(Some("Software")));
    assert_eq!(query.enum_word("billingtype", &KINDS), Ok(Some(Kind::OneTime)));
    assert_eq!(Query::parse("billingType=1").enum_word("billingType", &KINDS), Ok(Some(Kind::OneTime)));
    assert_eq!(Query::parse("billingType=Unknown").enum_word("billingType", &KINDS), Ok(None));
    assert_eq!(query.text("absent"), Ok(None));
}

#[test]
fn values_are_decoded_once_and_raw_ones_are_taken_as_they_come() {
    let check = |raw: &str, value: &str| {
        assert_eq!(Query::parse(&format!("a={raw}")).text("a"), Ok(Some(value)), "{raw}");
    };
    check("11/21/2026%2005:49:41", "11/21/2026 05:49:41");
    check("11/21/2026 05:49:41", "11/21/2026 05:49:41");
    check("a+b%2Bc", "a b+c");
    check("%2541", "%41");
    check("100%", "100%");
    check("%zz", "%zz");
    check(r#"{"Field":"CompanyName","Value":"a=b"}"#, r#"{"Field":"CompanyName","Value":"a=b"}"#);
    assert_eq!(Query::parse("a=1&A=2").text("a"), Ok(Some("2")));
    assert!(Query::parse("a=%00").text("a").is_err());
}

#[test]
fn a_size_of_nothing_is_the_default_and_one_too_large_is_cut() {
    for (raw, size) in [
        ("", 500),
        ("size=", 500),
        ("size=0", 500),
        ("size=-1", 500),
        ("size=1", 1),
        ("SIZE=40", 40),
        ("size=501", 500),
        ("size=99999999999999999999", 500),
        ("size=-99999999999999999999", 500),
    ] {
        assert_eq!(Query::parse(raw).size(500, 500), Ok(size), "{raw}");
    }
    for raw in ["size=a", "size=1.5", "size=--1", "size=-"] {
        let fault = Query::parse(raw).size(500, 500).unwrap_err();
        assert_eq!(fault, Fault::invalid_property("size", Reason::Whole), "{raw}");
    }
    assert_eq!(Query::parse("offset=7").offset(), Ok(7));
    assert_eq!(Query::parse("offset=-7").offset(), Ok(0));
}

#[test]
fn only_three_ways_to_seek_are_served() {
    for (raw, seek) in [
        ("", Seek::First),
        ("seekOperation=First", Seek::First),
        ("seekoperation=next", Seek::Next),
        ("SeekOperation=Previous", Seek::Previous),
    ] {
        assert_eq!(Query::parse(raw).seek(), Ok(seek), "{raw}");
    }
    for raw in ["seekOperation=Last", "seekOperation=PageIndex", "seekOperation=x"] {
        assert_eq!(Query::parse(raw).seek().unwrap_err().code(), codes::INVALID_PROPERTY, "{raw}");
    }
}

#[test]
fn a_token_comes_in_the_header_or_in_the_query_of_java() {
    let query = Query::parse("ms-continuationtoken=abc-_");
    assert_eq!(query.continuation(None), Some("abc-_"));
    assert_eq!(query.continuation(Some("xyz")), Some("xyz"));
    assert_eq!(Query::parse("MS-ContinuationToken=").continuation(None), None);
}

#[test]
fn bad_values_are_refused_with_the_code_of_their_kind() {
    let query = Query::parse("a=x");
    assert_eq!(query.int("a"), Err(Fault::invalid_property("a", Reason::Whole)));
    assert_eq!(query.bool("a"), Err(Fault::invalid_property("a", Reason::Boolean)));
    assert_eq!(query.date("a"), Err(Fault::invalid_property("a", Reason::Date)));
    assert_eq!(query.enum_word("a", &KINDS), Err(Fault::enum_word("a")));
    assert_eq!(Query::parse("a=0001-01-01T00:00:00").date("a"), Ok(None));
}

proptest! {
    #[test]
    fn what_was_encoded_is_read_as_it_was(value in "[^\0]{1,60}") {
        let raw = format!("first=1&value={}&last=2", utf8_percent_encode(&value, NON_ALPHANUMERIC));
        let query = Query::parse(&raw);
        prop_assert_eq!(query.text("value"), Ok(Some(value.as_str())));
        prop_assert_eq!(query.int("last"), Ok(Some(2)));
    }

    #[test]
    fn no_query_panics(raw in any::<String>(), like in "[aA=&%+0-9{}\"/ -]{0,60}") {
        for raw in [raw, like] {
            let query = Query::parse(&raw);
            let _ = (query.text("a"), query.int("a"), query.bool("a"), query.date("a"), query.seek());
            let _ = (query.size(5, 9), query.offset(), query.enum_word("a", &KINDS), query.continuation(None));
        }
    }
}
