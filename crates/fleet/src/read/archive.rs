//! Archives of inventories, inflated with limits on files, bytes, ratio and nesting.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::Limits;
use crate::verdict::Failure;

/// A file of an archive, or why it could not be taken out.
pub type Entry = (String, Result<Vec<u8>, Failure>);

/// What may still be inflated in this reading.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Bytes left.
    pub bytes_left: u64,
    /// Files left.
    pub files_left: usize,
}

/// Whether the bytes are those of a zip archive.
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Spreadsheets that are archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Office Open XML.
    Xlsx,
    /// Its binary form.
    Xlsb,
    /// Open Document.
    Ods,
}

/// What kind of spreadsheet an archive really is; `None` when it is none.
pub fn spreadsheet_kind(bytes: &[u8]) -> Option<Kind> {
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        Some(Kind::Xlsx)
    } else if has("xl/workbook.bin") {
        Some(Kind::Xlsb)
    } else {
        (has("mimetype") && has("content.xml")).then_some(Kind::Ods)
    }
}

/// Hands each file to `take` as it is inflated, so that only one is in memory.
///
/// # Errors
///
/// [`Failure::ArchiveBroken`] when it cannot be opened at all.
pub fn each(
    bytes: &[u8],
    limits: &Limits,
    budget: &mut Budget,
    take: &mut dyn FnMut(Entry, &mut Budget),
) -> Result<(), Failure> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| failure(&error))?;
    for at in 0..archive.len() {
        if budget.files_left == 0 {
            return Err(Failure::TooManyFiles);
        }
        budget.files_left -= 1;
        let entry = match archive.by_index(at) {
            Ok(file) if file.is_dir() => continue,
            Ok(file) => {
                let name = file.name().map_or_else(|_| at.to_string(), |name| name.chars().take(200).collect());
                (name, inflate(file, limits, budget))
            }
            Err(error) => (at.to_string(), Err(failure(&error))),
        };
        let is_over = matches!(entry.1, Err(Failure::ArchiveBomb));
        take(entry, budget);
        if is_over {
            return Ok(());
        }
    }
    Ok(())
}

fn inflate(
    mut file: zip::read::ZipFile<'_, Cursor<&[u8]>>,
    limits: &Limits,
    budget: &mut Budget,
) -> Result<Vec<u8>, Failure> {
    let by_ratio = file.compressed_size().saturating_mul(limits.inflate_ratio_max).max(limits.ratio_free_bytes);
    let file_max = u64::try_from(limits.file_bytes_max).unwrap_or(u64::MAX);
    let allowed = by_ratio.min(budget.bytes_left).min(file_max);
    let mut inflated = Vec::new();
    file.by_ref().take(allowed.saturating_add(1)).read_to_end(&mut inflated).map_err(|_| Failure::ArchiveBroken)?;
    let size = u64::try_from(inflated.len()).unwrap_or(u64::MAX);
    if size > allowed {
        return Err(if allowed == file_max && by_ratio > file_max { Failure::TooLarge } else { Failure::ArchiveBomb });
    }
    budget.bytes_left -= size;
    Ok(inflated)
}

fn failure(error: &ZipError) -> Failure {
    match error {
        ZipError::UnsupportedArchive(_) => Failure::ArchiveLocked,
        _ => Failure::ArchiveBroken,
    }
}
