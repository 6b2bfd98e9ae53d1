//! Writes the published test vectors below `crates/license/tests/vectors`, after a change of the format that is
//! meant. A test compares them with what the program makes.

#[path = "../tests/making/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod making;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    for (name, value) in making::all() {
        let text = serde_json::to_string_pretty(&value)?;
        std::fs::write(folder.join(name).with_extension("json"), text + "\n")?;
    }
    Ok(())
}
