//! Paths as the clients write them, and the operation that each names.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

fn table() -> Table<&'static str> {
    Table::new([
        ("GET", "/v1/customers", "list"),
        ("POST", "/v1/customers", "create"),
        ("GET", "/v1/customers/{c}", "read"),
        ("POST", "/v1/customers/{c}/users", "add user"),
        ("GET", "/v1/customers/{c}/orders/{o}", "order"),
        ("GET", "/v1/customers/{c}/orders/latest", "latest"),
        ("GET", "/v1/invoices/{i}/lineitems/onetime/billinglineitems", "lines"),
        ("GET", "/v1/customers/relationshiprequests", "link"),
        ("HEAD", "/v1/domains/{d}", "domain"),
    ])
}

#[track_caller]
fn check(method: &str, path: &str, target: &'static str, params: &[(&'static str, &str)]) {
    let params = params.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    assert_eq!(table().find(method, path), Match::Found(&target, Params(params)), "{method} {path}");
}

/// Rows 7 and 10 of file 90 §8 and the path rules of file 00 §1.
#[test]
fn paths_are_found_however_the_clients_write_them() {
    for path in [
        "/v1/customers",
        "/v1//customers",
        "/v1/customers/",
        "/V1/Customers",
        "/v1//v1/customers",
        "/v1/v1//customers//",
        "v1/customers",
    ] {
        check("GET", path, "list", &[]);
    }
    for path in
        ["/v1/invoices/I1/lineitems/onetime/BILLINGLINEITEMS", "/v1/Invoices/I1/LineItems/OneTime/BillingLineItems"]
    {
        check("GET", path, "lines", &[("i", "I1")]);
    }
    check("POST", "/v1/customers/A/users/", "add user", &[("c", "A")]);
}

#[test]
fn parameters_keep_their_case_and_are_decoded_once() {
    check("GET", "/v1/customers/aB%2Fc%2541", "read", &[("c", "aB/c%41")]);
    check("GET", "/v1/customers/a+b", "read", &[("c", "a+b")]);
    check("GET", "/v1/customers/C/orders/o%20x", "order", &[("c", "C"), ("o", "o x")]);
}

#[test]
fn a_literal_wins_over_a_parameter() {
    check("GET", "/v1/customers/C/orders/LATEST", "latest", &[("c", "C")]);
    check("GET", "/v1/customers/RelationshipRequests", "link", &[]);
}

#[test]
fn head_is_served_wherever_get_is() {
    check("HEAD", "/v1/customers", "list", &[]);
    check("HEAD", "/v1/domains/a.example", "domain", &[("d", "a.example")]);
    assert_eq!(table().find("GET", "/v1/domains/a.example"), Match::WrongMethod);
}

#[test]
fn unknown_paths_and_methods_are_told_apart() {
    assert_eq!(table().find("DELETE", "/v1/customers"), Match::WrongMethod);
    for path in ["/", "/v1", "/v2/customers", "/v1/customers/a/b/c/d", "/v1/customers/%FF", "/v1/customers/a%00"] {
        assert_eq!(table().find("GET", path), Match::Unknown, "{path}");
    }
    assert_eq!(table().find("GET", &"/a".repeat(SEGMENTS_MAX + 1)), Match::Unknown);
}

#[test]
fn rows_that_fit_the_same_paths_are_told() {
    assert_eq!(table().conflicts(), []);
    let doubled = Table::new([("GET", "/v1/a/{x}", 1), ("GET", "/v1/A/{y}", 2), ("PUT", "/v1/a/{x}", 3)]);
    assert_eq!(doubled.conflicts(), [("GET /v1/a/{x}".to_owned(), "GET /v1/A/{y}".to_owned())]);
}

#[test]
fn a_path_has_one_normal_form() {
    assert_eq!(normalised("//v1/v1//customers/a%2fb%7E/"), "/v1/customers/a%2Fb~");
    assert_eq!(normalised("/"), "");
}

proptest! {
    #[test]
    fn what_stands_in_a_path_is_captured(c in "[^\0]{1,20}", o in "[^\0]{1,20}", noise in any::<u8>()) {
        prop_assume!(!o.eq_ignore_ascii_case("latest"));
        let slash = |bit: u8| if noise & (1 << bit) == 0 { "/" } else { "//" };
        let word = |bit: u8, word: &str| if noise & (1 << bit) == 0 { word.to_owned() } else { word.to_uppercase() };
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let path = [
            slash(0), &word(1, "v1"), slash(2), &word(3, "customers"), slash(4), &encoded(&c),
            slash(5), &word(6, "orders"), "/", &encoded(&o), if noise & 128 == 0 { "" } else { "/" },
        ].concat();
        let table = table();
        let Match::Found(target, params) = table.find("GET", &path) else { return Err(TestCaseError::fail(path)) };
        prop_assert_eq!(*target, "order");
        prop_assert_eq!(params.get("c"), c);
        prop_assert_eq!(params.get("o"), o);
        prop_assert_eq!(normalised(&normalised(&path)), normalised(&path));
    }

    #[test]
    fn no_path_panics(path in any::<String>(), like in "[/%v1customers0-9A-F]{0,60}") {
        for path in [path, like] {
            let _ = (table().find("GET", &path) == Match::Unknown, normalised(&path));
        }
    }
}
