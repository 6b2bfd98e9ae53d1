//! The program as scripts see it: exit codes, JSON, languages, and the key that never stands on the command line.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use perpetua_license::exchange::file::{read_requests, write_responses};
use serde_json::Value;

use crate::site::{Site, key};

struct Program {
    folder: tempfile::TempDir,
}

impl Program {
    /// Installed with settings that lead to an address where nobody listens.
    fn installed(site: &Site) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut software = site.software();
        software.server = "http://127.0.0.1:9".into();
        software.chain = Some(site.chain());
        std::fs::write(folder.path().join("software.json"), software.to_json().to_string()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perpetua-device"));
        command.args(arguments).args(["--software", &self.path("software.json"), "--state", &self.path("state")]);
        for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
        command.env("LC_ALL", "C").current_dir(self.folder.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that does not read its input may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    fn code(&self, arguments: &[&str], input: &str) -> i32 {
        self.run(arguments, input).status.code().unwrap()
    }

    fn json(&self, arguments: &[&str], input: &str) -> (i32, Value) {
        let output = self.run(&[arguments, &["--json"]].concat(), input);
        let text = String::from_utf8(output.stdout).unwrap();
        let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        (output.status.code().unwrap(), value)
    }
}

/// Answers a request file as the installation would.
fn answer(site: &Site, request: &Path) -> String {
    let requests = read_requests(&std::fs::read_to_string(request).unwrap()).unwrap();
    let responses: Vec<_> = requests.iter().map(|one| site.answer(one.as_ref().unwrap()).1).collect();
    write_responses(&responses).unwrap()
}

/// The installation in memory, at the moment of this machine.
fn site_of_today() -> std::sync::Arc<Site> {
    use perpetua_device::surroundings::{Clock as _, System};
    let site = Site::new(1);
    site.facts().now = System.now();
    site
}

#[test]
fn a_closed_machine_is_activated_by_commands_alone() {
    let site = site_of_today();
    let program = Program::installed(&site);
    assert_eq!(program.code(&["verify"], ""), 13);
    let (code, told) = program.json(&["request", "--out", "a.request", "--name", "press"], &key());
    assert_eq!((code, &told["code"]), (0, &"request_made".into()));
    std::fs::write(program.path("a.response"), answer(&site, Path::new(&program.path("a.request")))).unwrap();
    let (code, told) = program.json(&["import", "a.response"], "");
    assert_eq!((code, &told["code"]), (0, &"activated".into()), "{told}");
    let (code, told) = program.json(&["status"], "");
    assert_eq!((code, &told["code"], &told["allowed"]), (0, &"fresh".into(), &"full".into()), "{told}");
    assert_eq!(program.code(&["verify"], ""), 0);
    assert_eq!(program.run(&["verify"], "").stdout, b"");
    assert_eq!(program.code(&["import", "a.response"], ""), 5);
    assert_eq!(program.code(&["refresh"], ""), 4);
    let state = std::fs::read_to_string(program.folder.path().join("state/state")).unwrap();
    std::fs::write(program.folder.path().join("state/state"), state.replace("press", "PRESS")).unwrap();
    assert_eq!(program.code(&["verify"], ""), 6);
    assert_eq!(program.code(&["status"], ""), 6);
}

#[test]
fn what_is_wrong_on_the_command_line_ends_with_two_and_a_refused_key_with_three() {
    let site = site_of_today();
    let program = Program::installed(&site);
    for arguments in [&["nonsense"][..], &["import"], &["activate", "--no-such-option"], &["activate"], &["proxy"]] {
        assert_eq!(program.code(arguments, ""), 2, "{arguments:?}");
    }
    assert_eq!(program.code(&["request", "--kind", "wrong"], &key()), 2);
    let (code, told) = program.json(&["activate"], "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE");
    assert_eq!((code, &told["code"]), (3, &"key_foreign".into()));
    assert_eq!(program.code(&["import", "no such file"], ""), 1);
    assert_eq!(program.code(&["--help"], ""), 0);
    assert_eq!(program.code(&["refresh"], ""), 13);
}

#[test]
fn sentences_are_english_or_czech() {
    let site = site_of_today();
    let program = Program::installed(&site);
    let said = |arguments: &[&str]| String::from_utf8(program.run(arguments, "").stdout).unwrap();
    assert_eq!(said(&["status"]), "This machine is not activated.\n");
    assert_eq!(said(&["status", "--lang", "cs"]), "Tento počítač není aktivován.\n");
    assert!(said(&["--help", "--lang", "cs"]).contains("Návratové kódy"));
}

#[test]
fn no_output_holds_the_product_key() {
    let site = site_of_today();
    let program = Program::installed(&site);
    let bare = key().replace('-', "");
    for arguments in [&["activate"][..], &["request", "--json"], &["status", "--json"], &["code"]] {
        let output = program.run(arguments, &key());
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).replace('-', "");
        assert!(!said.contains(&bare), "{arguments:?}");
    }
}
