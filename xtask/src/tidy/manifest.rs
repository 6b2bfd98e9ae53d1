//! Every dependency says in a comment why it is here, once, in the workspace manifest.

use super::File;

pub fn check(files: &[File]) -> Vec<String> {
    files.iter().filter(|file| file.path.ends_with("Cargo.toml")).flat_map(check_manifest).collect()
}

fn check_manifest(file: &File) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut section, mut previous) = ("", "");
    for (number, line) in file.lines() {
        if line.starts_with('[') {
            section = line;
        } else if let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let (name, value) = (name.trim(), value.trim());
            if section == "[workspace.dependencies]" {
                if !previous.starts_with('#') && !value.contains("path =") {
                    findings.push(file.at(number, format_args!("no comment above says why {name} is here")));
                }
            } else if section.ends_with("dependencies]")
                && !name.ends_with(".workspace")
                && !value.contains("workspace =")
            {
                findings.push(file.at(number, format_args!("{name} belongs into the workspace manifest")));
            }
        }
        previous = line;
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let text = "[workspace.dependencies]\nours = { path = \"a\" }\n# Why.\ngood = \"1\"\nbad = \"1\"\n";
        let findings = check(&[file("Cargo.toml", text)]);
        assert_eq!(findings, ["Cargo.toml:5: no comment above says why bad is here"]);
    }

    #[test]
    fn a_crate_names_no_version_of_its_own() {
        let text = "[dependencies]\ngood = { workspace = true }\nalso.workspace = true\nbad = \"1\"\n";
        let findings = check(&[file("crates/a/Cargo.toml", text)]);
        assert_eq!(findings, ["crates/a/Cargo.toml:4: bad belongs into the workspace manifest"]);
    }
}
