//! The Python environment of the browser journeys, with pinned packages, in the build folder.

use crate::{Outcome, tools};
use std::path::PathBuf;

/// What the journeys need, with exact versions.
const REQUIREMENTS: &str = "tests/browser/requirements.txt";

/// Makes the environment when it is missing or older than its requirements, and gives its Python.
pub fn environment() -> Outcome<PathBuf> {
    let folder = tools::target().join("py-tools");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    let wanted = std::fs::read_to_string(tools::root().join(REQUIREMENTS))
        .map_err(|error| format!("cannot read {REQUIREMENTS}: {error}"))?;
    if std::fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return Ok(python);
    }
    create(&folder)?;
    let mut pip = tools::command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
    tools::run(&mut pip)?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    Ok(python)
}

/// Debian ships `venv` apart from Python, so a failure is answered by installing both and trying once more.
fn create(folder: &std::path::Path) -> Outcome {
    let venv = || tools::run(tools::command("python3").args(["-m", "venv", "--clear"]).arg(folder));
    venv().or_else(|_| {
        tools::apt_install(&["python3", "python3-venv"])?;
        venv()
    })
}
