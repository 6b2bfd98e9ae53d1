//! What we build from: licenses, sources and bans as `deny.toml` lists them, checked without further tools.
//!
//! cargo-deny reads the same file and knows more; this check runs on every machine, also without a network.

use super::{File, pattern};
use crate::Outcome;
use serde_json::Value;

/// The only registry that crates may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub fn check(metadata: &Value, files: &[File]) -> Outcome<Vec<String>> {
    let rules = files.iter().find(|file| file.path == "deny.toml").ok_or("deny.toml is missing")?;
    let allowed = list(rules, "allow");
    let banned = list(rules, "deny");
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let mut findings = Vec::new();
    for package in packages {
        let text = |field: &str| package[field].as_str().unwrap_or_default();
        let name = text("name");
        if !text("source").is_empty() && text("source") != REGISTRY {
            findings.push(format!("{name} comes from {}, not from crates.io", text("source")));
        }
        if banned.iter().any(|ban| ban == name) {
            findings.push(format!("{name} is banned by deny.toml"));
        }
        if !is_allowed(text("license"), &allowed) {
            findings.push(format!("{name} has the license `{}`, which deny.toml does not allow", text("license")));
        }
    }
    Ok(findings)
}

/// The strings of `key = [...]`.
fn list(rules: &File, key: &str) -> Vec<String> {
    let array = pattern(&format!(r"(?m)^{key} = \[([^\]]*)\]"));
    let string = pattern(r#""([^"]*)""#);
    let Some(body) = array.captures(&rules.text) else { return Vec::new() };
    string.captures_iter(&body[1]).map(|found| found[1].to_owned()).collect()
}

/// An SPDX expression, in which AND binds more tightly than OR; the old `/` means OR.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    !words.is_empty() && either(&mut words.as_slice(), allowed)
}

fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut result = both(words, allowed);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        result |= both(words, allowed);
    }
    result
}

fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut result = term(words, allowed);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        result &= term(words, allowed);
    }
    result
}

fn term(words: &mut &[&str], allowed: &[String]) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let result = either(words, allowed);
            *words = words.get(1..).unwrap_or_default();
            result
        }
        [name, "WITH", exception, rest @ ..] => {
            *words = rest;
            allowed.contains(&format!("{name} WITH {exception}")) || allowed.iter().any(|license| license == name)
        }
        [name, rest @ ..] => {
            *words = rest;
            allowed.iter().any(|license| license == name)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn findings(name: &str, license: &str, source: &str) -> Vec<String> {
        let rules = file(
            "deny.toml",
            "[licenses]\nallow = [\n  \"MIT\",\n  \"BSD-3-Clause\",\n]\n[bans]\ndeny = [\"openssl\"]\n",
        );
        let package = serde_json::json!({ "name": name, "license": license, "source": source });
        check(&serde_json::json!({ "packages": [package] }), &[rules]).unwrap()
    }

    #[test]
    fn a_license_outside_of_the_list_is_found() {
        for good in ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "(GPL-3.0 OR MIT) AND BSD-3-Clause"] {
            assert!(findings("a", good, REGISTRY).is_empty(), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR BSD-3-Clause) AND GPL-3.0"] {
            assert_eq!(findings("a", bad, REGISTRY).len(), 1, "{bad}");
        }
    }

    #[test]
    fn other_sources_and_banned_crates_are_found() {
        assert_eq!(findings("a", "MIT", "git+https://example.com/a").len(), 1);
        assert_eq!(findings("openssl", "MIT", REGISTRY).len(), 1);
    }
}
