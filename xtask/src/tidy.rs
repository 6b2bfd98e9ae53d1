//! `cargo xtask tidy`: rules of this repository that neither the compiler nor clippy checks.
//!
//! Each module is one rule over the files that git knows (or would add); every finding names file, line and rule.

mod arrows;
mod documents;
mod manifest;
mod messages;
mod sources;
mod supply;

pub use documents::subcommands as documented_subcommands;

use crate::{Outcome, tools};

/// A text file of the repository; the path is relative to its root, with forward slashes.
pub struct File {
    path: String,
    text: String,
}

impl File {
    /// Whether the file name ends in one of the given extensions, without dot.
    fn has_extension(&self, extensions: &[&str]) -> bool {
        let extension = self.path.rsplit_once('.').map_or("", |(_, extension)| extension);
        extensions.contains(&extension)
    }

    /// Numbered lines, starting with 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// A finding at a line of this file.
    fn at(&self, line: usize, what: impl std::fmt::Display) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// Checks every rule and reports all findings at once.
pub fn run() -> Outcome {
    let files = files()?;
    let mut findings = sources::check(&files);
    findings.extend(documents::check(&files));
    findings.extend(messages::check(&files));
    findings.extend(manifest::check(&files));
    findings.extend(arrows::check(&metadata(&["--no-deps"])?)?);
    findings.extend(supply::check(&metadata(&["--locked"])?, &files)?);
    println!("tidy: {} files, {} findings", files.len(), findings.len());
    if findings.is_empty() { Ok(()) } else { Err(findings.join("\n")) }
}

/// Every text file that git tracks or would add.
fn files() -> Outcome<Vec<File>> {
    let mut git = tools::command("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    let mut files = Vec::new();
    for path in tools::output(&mut git)?.lines() {
        let Ok(bytes) = std::fs::read(tools::root().join(path)) else { continue };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

fn metadata(arguments: &[&str]) -> Outcome<serde_json::Value> {
    let mut cargo = tools::cargo();
    cargo.args(["metadata", "--format-version", "1"]).args(arguments);
    serde_json::from_str(&tools::output(&mut cargo)?).map_err(|error| format!("cargo metadata: {error}"))
}

/// Compiles a pattern that stands in this program.
fn pattern(text: &str) -> regex_lite::Regex {
    regex_lite::Regex::new(text).expect("the pattern is a constant that the tests compile")
}

#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}
