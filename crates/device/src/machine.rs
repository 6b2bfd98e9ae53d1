//! What this machine is made of, as far as the system tells it to this account. Values are only hashed.
//!
//! All systems are compiled everywhere, so that a change for one cannot break another unseen.

mod linux;
mod macos;
mod windows;

use std::path::Path;
use std::process::Command;

use perpetua_license::machine::PartKind;

/// The parts that can be read here; systems that are not known are read like Linux and have few or none.
pub fn parts() -> Vec<(PartKind, String)> {
    if cfg!(windows) {
        windows::parts()
    } else if cfg!(target_os = "macos") {
        macos::parts()
    } else {
        linux::parts(Path::new("/"))
    }
}

/// What a program of the system printed; nothing when it failed.
fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
