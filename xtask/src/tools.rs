//! Running other programs, and installing those that are missing with the machine's package manager.

use crate::Outcome;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the repository, from where every chore works.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        xtask.parent().unwrap_or(xtask).to_path_buf()
    })
}

/// The folder into which cargo builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Cargo, at the root of the repository.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A program, at the root of the repository.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Runs a command with this terminal; anything but success is an error that names the command.
pub fn run(command: &mut Command) -> Outcome {
    println!("$ {}", shown(command));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{}` failed: {status}", shown(command))),
        Err(error) => Err(format!("`{}` did not start: {error}", shown(command))),
    }
}

/// Runs a command quietly and gives what it printed.
pub fn output(command: &mut Command) -> Outcome<String> {
    let output = command.output().map_err(|error| format!("`{}` did not start: {error}", shown(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{}` failed: {}\n{complaint}", shown(command), output.status))
    }
}

/// Whether a command runs and succeeds; it prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// The first of the given programs that `PATH` holds.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}

/// Whether this process is the machine's administrator.
pub fn is_root() -> bool {
    output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs Debian packages: directly as root, else by `sudo` when it asks for no password.
pub fn apt_install(packages: &[&str]) -> Outcome {
    let by_hand = format!("install by hand: {}", packages.join(" "));
    let apt = find(&["apt-get"]).ok_or_else(|| format!("apt-get is missing here; {by_hand}"))?;
    let elevated = || {
        if is_root() {
            return Ok(command("env"));
        }
        let mut sudo = command("sudo");
        if !succeeds(command("sudo").args(["-n", "true"])) {
            return Err(format!("neither root nor sudo without a password; {by_hand}"));
        }
        sudo.args(["-n", "env"]);
        Ok(sudo)
    };
    run(elevated()?.arg("DEBIAN_FRONTEND=noninteractive").arg(&apt).args(["update", "--quiet"]))?;
    run(elevated()?
        .arg("DEBIAN_FRONTEND=noninteractive")
        .arg(&apt)
        .args(["install", "--quiet", "--yes", "--no-install-recommends"])
        .args(packages))
}

/// The system's Chromium, installed when it is missing.
pub fn chromium() -> Outcome<PathBuf> {
    let installed = || find(&["chromium", "chromium-browser", "google-chrome"]);
    if installed().is_none() {
        apt_install(&["chromium"])?;
    }
    installed().ok_or_else(|| "Chromium was installed but is not in PATH".to_owned())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let words = std::iter::once(program.file_name().unwrap_or_default()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
