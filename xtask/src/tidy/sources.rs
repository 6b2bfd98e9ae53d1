//! Rules for every line that we write: module docs, length, reminder marks, waiting in tests, foreign strings.

use super::{File, pattern};

/// A file is one idea; longer ones are split.
const MAX_LINES: usize = 600;

/// Longer files, each with its reason.
const LONG: &[(&str, &str)] =
    &[("crates/store/src/schema.rs", "lists the columns of every table, which Diesel joins by one macro at its end")];

/// What we write by hand and therefore keep short.
const CODE: &[&str] = &["rs", "py", "js", "css", "html", "sql", "sh", "ftl", "toml"];

/// Reminders and unfinished work; put together here so that this file does not find itself.
const MARKS: &[&str] = &[
    concat!("to", "do!("),
    concat!("unimplemen", "ted!("),
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("#[ig", "nore"),
    concat!("pytest.mark.sk", "ip"),
    concat!("<<<<", "<<< "),
];

/// Code of the portal's pages, which show times in the reader's zone or in an order's own.
const PAGES: &str = "crates/portal/src/";

/// The two modules of [`PAGES`] that name another zone: visitors without a tenant, and the days of price lists.
const ZONES: [&str; 2] = ["crates/portal/src/zone.rs", "crates/portal/src/pages/money.rs"];

/// Waiting for a time to pass instead of for an event.
const WAITS: &[&str] = &[concat!("sle", "ep("), concat!("wait_for_", "timeout(")];

pub fn check(files: &[File]) -> Vec<String> {
    let home = pattern(r"(^|[^\w.$}/-])/(home|Users|work|root)/[A-Za-z0-9_.]");
    let key = pattern(r"\b[A-Z0-9]{5}(-[A-Z0-9]{5}){4}\b");
    let mut findings = Vec::new();
    for file in files {
        findings.extend(shape(file));
        for (number, line) in file.lines() {
            findings.extend(
                MARKS
                    .iter()
                    .filter(|mark| line.contains(**mark))
                    .map(|mark| file.at(number, format_args!("`{mark}` has no place on the main branch"))),
            );
            let shows_times = file.path.starts_with(PAGES) && !ZONES.contains(&file.path.as_str());
            if shows_times && line.contains("TimeZone::UTC") {
                findings.push(file.at(number, "pages show times in `zone::of_reader()` or in the zone of the order"));
            }
            if home.is_match(line) {
                findings.push(file.at(number, "a path of one machine"));
            }
            if key.find_iter(line).any(|found| !is_made_up(found.as_str())) {
                findings.push(file.at(number, "has the shape of another vendor's product key"));
            }
        }
        for (number, line) in test_lines(file) {
            if WAITS.iter().any(|wait| line.contains(wait)) {
                findings.push(file.at(number, "a test waits for an event, never for a time"));
            }
        }
    }
    findings
}

fn shape(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    let is_exempt = LONG.iter().any(|(path, _)| *path == file.path);
    if file.has_extension(CODE) && lines > MAX_LINES && !is_exempt {
        findings.push(file.at(lines, format_args!("{lines} lines; a file has at most {MAX_LINES}")));
    }
    if file.has_extension(&["rs"]) && !file.text.trim_start().starts_with("//!") {
        findings.push(file.at(1, "a module starts with `//!` and says what it is for"));
    }
    if file.has_extension(&["py"])
        && !file.text.trim_start().trim_start_matches("#!/usr/bin/env python3").trim_start().starts_with("\"\"\"")
    {
        findings.push(file.at(1, "a module starts with a docstring and says what it is for"));
    }
    findings
}

/// Lines of test files, and lines after the first `#[cfg(test)]` of other Rust files.
fn test_lines(file: &File) -> Vec<(usize, &str)> {
    if !file.has_extension(&["rs", "py"]) {
        return Vec::new();
    }
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let is_test = format!("/{}", file.path).contains("/tests/") || name == "tests.rs" || name.ends_with("_tests.rs");
    let lines = file.lines();
    if is_test { lines.collect() } else { lines.skip_while(|(_, line)| line.trim() != "#[cfg(test)]").collect() }
}

/// A key that spells the alphabet, or whose groups repeat one character each, is plainly an example.
fn is_made_up(key: &str) -> bool {
    key.starts_with("BCDFG-HJKMP-QRTVW")
        || key.split('-').all(|group| group.chars().all(|character| group.starts_with(character)))
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&[file(path, text)])
    }

    #[test]
    fn a_module_without_its_purpose_is_found() {
        assert_eq!(findings("crates/a/src/b.rs", "fn f() {}\n").len(), 1);
        assert!(findings("crates/a/src/b.rs", "//! Why.\nfn f() {}\n").is_empty());
        assert_eq!(findings("tests/a.py", "import os\n").len(), 1);
    }

    #[test]
    fn a_page_that_shows_another_zone_than_its_readers_is_found() {
        let text = "//! Why.\nfn f() { g(&TimeZone::UTC) }\n";
        assert_eq!(findings("crates/portal/src/pages/people.rs", text).len(), 1);
        for path in ["crates/portal/src/zone.rs", "crates/portal/src/pages/money.rs", "crates/app/src/activity.rs"] {
            assert!(findings(path, text).is_empty(), "{path}");
        }
    }

    #[test]
    fn a_file_of_601_lines_is_found_and_one_of_600_is_not() {
        let lines = |count: usize| format!("//! Why.\n{}", "//\n".repeat(count - 1));
        assert!(findings("a.rs", &lines(600)).is_empty());
        assert_eq!(findings("a.rs", &lines(601)).len(), 1);
    }

    #[test]
    fn every_mark_is_found() {
        for mark in MARKS {
            assert_eq!(findings("a.rs", &format!("//! Why.\n{mark}")).len(), 1, "{mark}");
        }
    }

    #[test]
    fn waiting_is_found_in_tests_only() {
        let waiting = format!("//! Why.\nthread::{}1);\n", WAITS[0]);
        assert!(findings("crates/a/src/b.rs", &waiting).is_empty());
        assert_eq!(findings("crates/a/tests/b.rs", &waiting).len(), 1);
        assert_eq!(findings("crates/a/src/b.rs", &format!("//! Why.\n#[cfg(test)]\n{}1)", WAITS[0])).len(), 1);
    }

    #[test]
    fn paths_of_one_machine_are_found_and_routes_are_not() {
        for path in ["/home", "/Users", "/work"] {
            assert_eq!(findings("a.md", &format!("see {path}/someone/x")).len(), 1, "{path}");
        }
        assert!(findings("a.md", concat!("https://example.com/wo", "rk/items and $HOME/wo", "rk/x")).is_empty());
    }

    #[test]
    fn the_shape_of_a_foreign_key_is_found_unless_plainly_made_up() {
        let groups = ["A1B2C", "D3E4F", "G5H6J", "K7L8M", "N9P0Q"].join("-");
        assert_eq!(findings("a.md", &groups).len(), 1);
        assert!(findings("a.md", "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE").is_empty());
    }
}
