//! Writes every page of the portal in every language into a folder, to be opened in a browser:
//! `cargo run -p perpetua-portal --example gallery -- FOLDER`.

use std::{env, fs, io, path::Path};

use perpetua_i18n::Lang;

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned());
    let folder = Path::new(&folder);
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    fs::create_dir_all(folder.join("assets"))?;
    for name in ["perpetua.css", "perpetua.js", "perpetua.svg"] {
        fs::copy(assets.join(name), folder.join("assets").join(name))?;
    }
    for lang in Lang::ALL {
        fs::create_dir_all(folder.join(lang.tag()))?;
        for page in perpetua_portal::gallery::pages(lang) {
            fs::write(folder.join(lang.tag()).join(format!("{}.html", page.name)), page.html)?;
        }
    }
    Ok(())
}
