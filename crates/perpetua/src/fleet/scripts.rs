//! Writes the script pack of a plan, with its instructions and checksums.

use std::fmt::Write as _;
use std::path::Path;

use data_encoding::HEXLOWER;
use perpetua_fleet::error_code::Meaning;
use perpetua_fleet::exit_code::ExitCode;
use perpetua_fleet::scripts::pack;
use perpetua_i18n::{Lang, text};
use sha2::{Digest as _, Sha256};

use super::World;
use super::gather::cannot_open;
use super::words::coded;

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

/// How to use the pack, and what its codes mean.
fn readme(lang: Lang) -> String {
    let mut out = format!("{}\r\n\r\n", text(lang, "fleet-pack-title"));
    for step in 1..=7 {
        write!(out, "{step}. {}\r\n\r\n", text(lang, &format!("fleet-pack-{step}"))).unwrap_or_default();
    }
    write!(out, "{}\r\n\r\n", text(lang, "fleet-exit-title")).unwrap_or_default();
    for code in ExitCode::ALL {
        write!(out, "{:>5}  {}\r\n", code.number(), coded(lang, "exit", code.as_text())).unwrap_or_default();
    }
    write!(out, "\r\n{}\r\n\r\n", text(lang, "fleet-result-title")).unwrap_or_default();
    for meaning in Meaning::ALL {
        let codes: Vec<String> =
            perpetua_fleet::error_code::codes(*meaning).map(|code| format!("0x{code:08X}")).collect();
        write!(out, "{}: {}\r\n", codes.join(", "), coded(lang, "result", meaning.as_text())).unwrap_or_default();
    }
    out
}
