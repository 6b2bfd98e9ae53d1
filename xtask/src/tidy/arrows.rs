//! Which crate may depend on which: arrows point inward, and `api` and `portal` never meet.

use crate::Outcome;
use serde_json::Value;

/// Each crate with the crates of ours that it may name. A crate that is missing here may name none.
const ALLOWED: &[(&str, &[&str])] = &[
    ("license", &["domain"]),
    ("device", &["license"]),
    ("device-ffi", &["device"]),
    ("fleet", &["domain"]),
    ("i18n", &["domain"]),
    ("pricesheet", &["domain"]),
    ("store", &["domain"]),
    ("app", &["domain", "license", "fleet", "i18n", "pricesheet", "store"]),
    ("outbound", &["domain", "i18n", "app"]),
    ("http", &["domain", "i18n", "app"]),
    ("api", &["domain", "i18n", "app", "http", "license"]),
    ("portal", &["domain", "i18n", "app", "http"]),
    ("test-support", &["domain", "license", "fleet", "i18n", "pricesheet", "store", "app"]),
];

/// Crates that may name any other: the binary joins them all, and chores read generated facts.
const JOINING: &[&str] = &["perpetua", "xtask"];

/// Tests of every crate may use this one.
const FOR_TESTS: &str = "test-support";

/// What else only tests may use: consent begins on a page and ends at a token endpoint, and what the price
/// sheet operation sends is read back by the reader of price sheets. Tests of mail look at the rows that wait.
const TESTS_JOIN: &[(&str, &str)] = &[("portal", "api"), ("api", "pricesheet"), ("outbound", "store")];

pub fn check(metadata: &Value) -> Outcome<Vec<String>> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let mut findings = Vec::new();
    for package in packages {
        let from = short(package["name"].as_str().unwrap_or_default());
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let is_ours = dependency["path"].is_string();
            let to = short(dependency["name"].as_str().unwrap_or_default());
            let is_for_tests =
                dependency["kind"].as_str() == Some("dev") && (to == FOR_TESTS || TESTS_JOIN.contains(&(from, to)));
            if is_ours && !is_for_tests && !is_allowed(from, to) {
                findings.push(format!("crate {from} may not depend on {to}: arrows point inward"));
            }
        }
    }
    Ok(findings)
}

fn is_allowed(from: &str, to: &str) -> bool {
    let listed = ALLOWED.iter().any(|(name, inner)| *name == from && inner.contains(&to));
    listed || (JOINING.contains(&from) && to != FOR_TESTS)
}

fn short(name: &str) -> &str {
    name.strip_prefix("perpetua-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(from: &str, to: &str, kind: Option<&str>) -> Vec<String> {
        let dependency = serde_json::json!({ "name": to, "path": "/there", "kind": kind });
        check(&serde_json::json!({ "packages": [{ "name": from, "dependencies": [dependency] }] })).unwrap()
    }

    #[test]
    fn arrows_point_inward_only() {
        assert!(findings("perpetua-app", "perpetua-store", None).is_empty());
        assert!(findings("perpetua", "perpetua-portal", None).is_empty());
        assert_eq!(findings("perpetua-store", "perpetua-app", None).len(), 1);
        assert_eq!(findings("perpetua-domain", "perpetua-license", None).len(), 1);
    }

    #[test]
    fn the_two_surfaces_never_meet() {
        assert_eq!(findings("perpetua-api", "perpetua-portal", None).len(), 1);
        assert_eq!(findings("perpetua-portal", "perpetua-api", None).len(), 1);
    }

    #[test]
    fn tests_join_pages_and_interface_one_way_only() {
        assert!(findings("perpetua-portal", "perpetua-api", Some("dev")).is_empty());
        assert_eq!(findings("perpetua-api", "perpetua-portal", Some("dev")).len(), 1);
    }

    #[test]
    fn test_support_is_for_tests_only() {
        assert!(findings("perpetua-store", "perpetua-test-support", Some("dev")).is_empty());
        assert_eq!(findings("perpetua", "perpetua-test-support", None).len(), 1);
    }
}
