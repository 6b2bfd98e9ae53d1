//! Writes the script pack of a plan, with its instructions and checksums.

use std::fmt::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use perpetua_app::fleet::readme;
use perpetua_fleet::scripts::pack;
use perpetua_i18n::Lang;
use sha2::{Digest as _, Sha256};

use super::World;
use super::gather::cannot_open;

/// Writes the pack into a new or empty folder and answers with the machines that it could not name.
pub fn write(world: &World, folder: &Path) -> Result<Vec<String>, String> {
    let fail = |error: std::io::Error| cannot_open(world.lang, folder, &error);
    std::fs::create_dir_all(folder).map_err(fail)?;
    if std::fs::read_dir(folder).map_err(fail)?.next().is_some() {
        return Err(cannot_open(world.lang, folder, &std::io::ErrorKind::DirectoryNotEmpty.into()));
    }
    let pack = pack(&world.lists(), &world.plan);
    let mut files: Vec<(String, String)> = pack.files.into_iter().map(|file| (file.path, file.text)).collect();
    for lang in Lang::ALL {
        files.push((format!("README.{lang}.txt"), readme(lang)));
    }
    files.sort();
    let mut sums = String::new();
    for (path, text) in &files {
        writeln!(sums, "{}  {path}", HEXLOWER.encode(&Sha256::digest(text.as_bytes()))).unwrap_or_default();
    }
    files.push(("SHA256SUMS".to_owned(), sums));
    for (path, text) in files {
        let target = folder.join(&path);
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(fail)?;
        }
        std::fs::write(&target, text).map_err(fail)?;
    }
    Ok(pack.skipped)
}
