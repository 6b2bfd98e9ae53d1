//! `cargo xtask gen`: files that are computed from code and kept in the repository, so that a review sees them change.

use crate::{Outcome, tools};

/// A generated file: its path and the function that computes its text.
type Generated = (&'static str, fn() -> String);

/// Every generated file.
const FILES: &[Generated] = &[("crates/domain/tests/golden/access_grid.txt", perpetua_domain::access::grid_text)];

/// Rewrites every generated file.
pub fn run() -> Outcome {
    for (path, text) in FILES {
        std::fs::write(tools::root().join(path), text()).map_err(|error| format!("cannot write {path}: {error}"))?;
        println!("wrote {path}");
    }
    Ok(())
}
