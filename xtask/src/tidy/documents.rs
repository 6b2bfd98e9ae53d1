//! What README and the documents point to exists: linked files, paths in code quotes, commands in fenced blocks.

use super::{File, files, pattern};
use crate::{COMMANDS, Outcome, tools};
use std::path::Path;

/// First folders of this repository; a code quote that starts with one of them is a path.
const FOLDERS: &[&str] = &["crates/", "xtask/", "docs/", "tests/", ".ci/", ".config/", ".cargo/"];

pub fn check(files: &[File]) -> Vec<String> {
    let exists = |path: &str| tools::root().join(path).exists();
    documents(files).flat_map(|file| check_document(file, &exists)).collect()
}

/// Every `perpetua …` of a fenced block as place and subcommand words, for asking the built binary.
pub fn subcommands() -> Outcome<Vec<(String, Vec<String>)>> {
    Ok(documents(&files()?).flat_map(named_subcommands).collect())
}

fn documents(files: &[File]) -> impl Iterator<Item = &File> {
    files
        .iter()
        .filter(|file| file.path == "README.md" || (file.path.starts_with("docs/") && file.has_extension(&["md"])))
}

fn check_document(file: &File, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let link = pattern(r"\]\(([^)\s]+)\)");
    let quote = pattern(r"`([^`\s]+)`");
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    let mut is_fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced {
            findings.extend(unknown_chore(line).map(|name| file.at(number, format_args!("no `cargo xtask {name}`"))));
        } else {
            for found in link.captures_iter(line) {
                let target = found[1].split('#').next().unwrap_or_default();
                if !target.is_empty() && !target.contains(':') && !exists(&resolve(folder, target)) {
                    findings.push(file.at(number, format_args!("the link to {target} leads nowhere")));
                }
            }
            let is_path = |text: &&str| {
                FOLDERS.iter().any(|start| text.starts_with(start)) && !text.contains(['*', '<', '{', '…'])
            };
            for path in
                quote.captures_iter(line).filter_map(|found| found.get(1)).map(|found| found.as_str()).filter(is_path)
            {
                if !exists(path) {
                    findings.push(file.at(number, format_args!("there is no {path}")));
                }
            }
        }
    }
    findings
}

/// The chore that a line of a fenced block names, when there is no such chore.
fn unknown_chore(line: &str) -> Option<&str> {
    let name = line.trim_start_matches(['$', ' ']).strip_prefix("cargo xtask ")?.split_whitespace().next()?;
    COMMANDS.iter().all(|(known, _)| *known != name).then_some(name)
}

fn named_subcommands(file: &File) -> Vec<(String, Vec<String>)> {
    const STARTS: &[&str] =
        &["perpetua ", "./perpetua ", "target/release/perpetua ", "cargo run --release -- ", "cargo run -- "];
    let mut found = Vec::new();
    let mut is_fenced = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
            continue;
        }
        let line = line.trim_start_matches(['$', ' ']);
        let Some(rest) = STARTS.iter().find_map(|start| line.strip_prefix(start)).filter(|_| is_fenced) else {
            continue;
        };
        let is_word = |word: &&str| {
            word.chars().all(|character| character.is_ascii_lowercase() || character == '-') && !word.starts_with('-')
        };
        // At most two words are subcommands (`user add`); what follows are arguments of the person.
        let words: Vec<String> = rest.split_whitespace().take_while(is_word).take(2).map(str::to_owned).collect();
        if !words.is_empty() {
            found.push((format!("{}:{number}", file.path), words));
        }
    }
    found
}

fn resolve(folder: &str, target: &str) -> String {
    Path::new(folder).join(target).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        check_document(&file("docs/guide.md", text), &|path| path == "docs/there.md" || path == "crates/app")
    }

    #[test]
    fn a_dead_link_is_found_and_a_web_address_is_not_followed() {
        assert!(findings("[a](there.md#part) [b](https://example.com/x) [c](#here) `crates/app`").is_empty());
        assert_eq!(findings("[a](gone.md)"), ["docs/guide.md:1: the link to gone.md leads nowhere"]);
        assert_eq!(findings("see `crates/gone`"), ["docs/guide.md:1: there is no crates/gone"]);
    }

    #[test]
    fn a_chore_that_does_not_exist_is_found() {
        assert!(findings("```sh\ncargo xtask test --only fmt\n```").is_empty());
        assert_eq!(findings("```sh\n$ cargo xtask brew\n```"), ["docs/guide.md:2: no `cargo xtask brew`"]);
    }

    #[test]
    fn subcommands_of_the_binary_are_read_from_fenced_blocks() {
        let text = "perpetua gone\n```sh\nperpetua user add --name X\ncargo run --release -- demo\n```";
        let words: Vec<Vec<String>> =
            named_subcommands(&file("README.md", text)).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, [vec!["user".to_owned(), "add".to_owned()], vec!["demo".to_owned()]]);
    }
}
