//! A folder of media with a manifest (`media.csv`), as `import media DIR` takes it.
//!
//! The manifest is read as a whole first: with any bad row, or a file that is missing or lies outside
//! of the folder, nothing is imported. Media that are there already are passed over, so that the
//! same folder can be imported again after an interruption.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt as _};
use perpetua_domain::id::MediaId;
use perpetua_pricesheet::manifest::{self, MediaRow as ManifestRow};
use perpetua_pricesheet::{Limits, RowError, SheetError};
use tokio::io::AsyncReadExt as _;

use super::{NewMedium, add};
use crate::caller::Caller;
use crate::context::App;
use crate::problem::{Param, Problem};

/// Bytes that are read from a file at once.
const PART_BYTES: usize = 256 * 1024;
/// Bad rows that are reported.
const PROBLEMS_MAX: usize = 1_000;

/// What came of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderReport {
    /// Media that were added.
    pub added: Vec<MediaId>,
    /// Media that were there already.
    pub present: usize,
    /// Bad rows; with any, nothing was added.
    pub bad_rows: Vec<RowError>,
}

struct Planned {
    medium: NewMedium,
    path: PathBuf,
}

/// Imports a folder.
///
/// # Errors
///
/// `manifest_unreadable` with the code of what is wrong, `media_file_missing` with line and file, and
/// whatever [`add`] refuses.
pub async fn import_folder(app: &App, caller: &Caller, folder: &Path) -> Result<FolderReport, Problem> {
    let folder = folder.to_owned();
    let read = tokio::task::spawn_blocking(move || plan(&folder)).await.map_err(Problem::internal)??;
    let planned = match read {
        Ok(planned) => planned,
        Err(bad_rows) => return Ok(FolderReport { bad_rows, ..FolderReport::default() }),
    };
    let mut report = FolderReport::default();
    for Planned { medium, path } in planned {
        let file = tokio::fs::File::open(&path).await.map_err(Problem::internal)?;
        match add(app, caller, medium, content(file).boxed()).await {
            Ok(row) => report.added.push(row.id.0),
            Err(problem) if problem.code == "media_exists" => report.present += 1,
            Err(problem) => return Err(problem),
        }
    }
    Ok(report)
}

type Plan = Result<Vec<Planned>, Vec<RowError>>;

fn plan(folder: &Path) -> Result<Plan, Problem> {
    let unreadable = |error: SheetError| Problem::invalid("manifest_unreadable").with_text("code", error.code());
    let root =
        folder.canonicalize().map_err(|_| unreadable(SheetError::Unreadable { kind: io::ErrorKind::NotFound }))?;
    let file = File::open(root.join(manifest::FILE_NAME))
        .map_err(|error| unreadable(SheetError::Unreadable { kind: error.kind() }))?;
    let mut planned = Vec::new();
    let mut bad_rows = Vec::new();
    for outcome in manifest::read(file, &Limits::default()).map_err(unreadable)? {
        match outcome.map_err(unreadable)? {
            Ok(row) => planned.push(locate(&root, row)?),
            Err(error) if bad_rows.len() < PROBLEMS_MAX => bad_rows.push(error),
            Err(_) => {}
        }
    }
    Ok(if bad_rows.is_empty() { Ok(planned) } else { Err(bad_rows) })
}

/// Finds the file of a row. The manifest's own check keeps its path inside by name; resolving it
/// keeps symbolic links from leading out.
fn locate(root: &Path, row: ManifestRow) -> Result<Planned, Problem> {
    let path = root.join(&row.file).canonicalize().ok();
    let path = path.filter(|path| path.starts_with(root) && path.is_file()).ok_or_else(|| {
        let line = Param::Number(i64::try_from(row.line).unwrap_or(i64::MAX));
        Problem::invalid("media_file_missing").with("line", line).with_text("file", &row.file)
    })?;
    let file_name = row.file.rsplit('/').next().unwrap_or_default().to_owned();
    let medium = NewMedium {
        product: row.product_id,
        version: row.version,
        language: row.language,
        bit: row.bit,
        file_type: row.file_type,
        file_name,
        support_ends_on: row.support_ends,
        released_on: row.released_on,
    };
    Ok(Planned { medium, path })
}

fn content(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold(file, |mut file| async move {
        let mut part = Vec::with_capacity(PART_BYTES);
        let read = (&mut file).take(PART_BYTES as u64).read_to_end(&mut part).await?;
        Ok(if read == 0 { None } else { Some((Bytes::from(part), file)) })
    })
}
