//! Reads the files that were named: files, folders with what is in them, and standard input.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use perpetua_fleet::limits::Limits;
use perpetua_fleet::read::Input;
use perpetua_fleet::verdict::Failure;
use perpetua_i18n::{Args, Lang, text, text_with};

use super::words;

/// A file with its content.
pub struct File {
    name: String,
    bytes: Vec<u8>,
    received_at: Timestamp,
}

impl File {
    /// As the readers take it.
    pub fn input(&self) -> Input<'_> {
        Input { name: &self.name, bytes: &self.bytes, received_at: self.received_at }
    }
}

/// Reads everything that was named. What is larger than the limit is read as far as it takes to refuse it.
pub fn files(named: &[PathBuf], now: Timestamp, lang: Lang) -> Result<Vec<File>, String> {
    let limits = Limits::default();
    let mut files = Vec::new();
    for path in named {
        if path.as_os_str() == "-" {
            let mut bytes = Vec::new();
            let most = u64::try_from(limits.file_bytes_max).unwrap_or(u64::MAX).saturating_add(1);
            std::io::stdin()
                .lock()
                .take(most)
                .read_to_end(&mut bytes)
                .map_err(|error| cannot_open(lang, path, &error))?;
            files.push(File { name: "-".to_owned(), bytes, received_at: now });
        } else {
            walk(path, now, lang, &limits, &mut files)?;
        }
    }
    Ok(files)
}

fn walk(path: &Path, now: Timestamp, lang: Lang, limits: &Limits, files: &mut Vec<File>) -> Result<(), String> {
    let fail = |error: std::io::Error| cannot_open(lang, path, &error);
    if path.is_dir() {
        let mut inner: Vec<PathBuf> =
            std::fs::read_dir(path).map_err(fail)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        inner.sort();
        for path in inner {
            // A link could lead around in a circle.
            if !path.is_symlink() {
                walk(&path, now, lang, limits, files)?;
            }
        }
        return Ok(());
    }
    if files.len() >= limits.files_max {
        return Err(text(lang, "fleet-too-many").into_owned());
    }
    let file = std::fs::File::open(path).map_err(fail)?;
    let modified = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let modified = modified.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or(now);
    let mut bytes = Vec::new();
    let most = u64::try_from(limits.file_bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(fail)?;
    files.push(File { name: path.display().to_string(), bytes, received_at: modified.min(now) });
    Ok(())
}

/// The sentence about a file that cannot be opened.
pub fn cannot_open(lang: Lang, path: &Path, error: &std::io::Error) -> String {
    text_with(lang, "fleet-cannot-open", &Args::new().set("file", path.display()).set("why", error))
}

/// The sentence about a file that cannot be read.
pub fn cannot_read(lang: Lang, path: &Path, failure: Failure) -> String {
    text_with(
        lang,
        "fleet-cannot-open",
        &Args::new().set("file", path.display()).set("why", words::coded(lang, "failure", failure.as_text())),
    )
}
