//! Bringing media in: one file with its facts, or a folder with a manifest.
//!
//! Content is streamed into storage while it is hashed and counted; the row appears only when all of
//! it is there, so a broken upload leaves nothing behind. A choice of version, language, bit and file
//! type leads to one file: a second one is refused until the first is withdrawn.

mod folder;

use std::io;

use bytes::Bytes;
use futures::stream::Stream;
use jiff::civil::Date;
use object_store::ObjectStoreExt as _;
use object_store::path::Path;
use perpetua_domain::access::Permission;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::MediaId;
use perpetua_domain::media::{Bit, FileType, MediaLanguage, Version};
use perpetua_store::media::{self, MediaRow, MediaState};
use perpetua_store::{Conn, Id, Page, StoreError, Word};
use serde_json::json;

use crate::audit::{self, Entry};
use crate::authorize::{self, Owner};
use crate::caller::{Caller, Stamp};
use crate::context::App;
use crate::entropy::EntropyExt as _;
use crate::event;
use crate::media::receive::{Received, Terms, receive};
use crate::media::signed_text;
use crate::problem::{Param, Problem};

pub use folder::{FolderReport, import_folder};

/// The largest medium: 64 GiB.
pub const SIZE_MAX: u64 = 64 * 1024 * 1024 * 1024;
/// Longest file name, in characters.
const FILE_NAME_CHARS_MAX: usize = 255;
/// Media on one page of the operator's list.
pub const MEDIA_PER_PAGE: usize = 50;

/// A medium as it is brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMedium {
    /// The product that it installs; a published sheet must have named it.
    pub product: ProductId,
    /// Its version; the label has 1 to 64 characters.
    pub version: Version,
    /// Its language.
    pub language: MediaLanguage,
    /// Its processor.
    pub bit: Bit,
    /// What sort of file it is.
    pub file_type: FileType,
    /// The name under which it is downloaded, without any folder.
    pub file_name: String,
    /// The last day of support.
    pub support_ends_on: Option<Date>,
    /// The day of release.
    pub released_on: Option<Date>,
}

/// A medium with the name of its product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMedium {
    /// The medium.
    pub row: MediaRow,
    /// The product's name; its id when no published sheet names it any more.
    pub product_title: String,
}

/// Facts of a medium as pages show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFacts {
    /// Whether it may be downloaded.
    pub is_available: bool,
    /// SHA-256 as hexadecimal digits.
    pub sha256: String,
    /// The last day of support.
    pub support_ends_on: Option<Date>,
}

impl ListedMedium {
    /// Its facts as pages show them.
    pub fn facts(&self) -> ShownFacts {
        ShownFacts {
            is_available: self.row.state.0 == MediaState::Available,
            sha256: data_encoding::HEXLOWER.encode(&self.row.sha256),
            support_ends_on: self.row.support_ends_on.as_ref().and_then(|day| day.parse().ok()),
        }
    }
}

/// Takes a medium in.
///
/// # Errors
///
/// `invalid_input` with the fields, `media_exists`, `media_empty`, `media_too_large`, `upload_broken`
/// when the content ends early, and `media_unavailable`.
pub async fn add<S>(app: &App, caller: &Caller, medium: NewMedium, content: S) -> Result<MediaRow, Problem>
where
    S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
{
    check_names(&medium)?;
    let (asker, wanted) = (caller.clone(), medium.clone());
    app.store.read(move |conn| check(conn, &asker, &wanted)).await?;
    let stamp = app.stamp(caller);
    let id = MediaId::new(app.entropy.uuid(stamp.real_now));
    let storage_key = format!("media/{id}");
    let path = Path::from(storage_key.as_str());
    let terms = Terms { size_max: SIZE_MAX, empty: "media_empty", too_large: "media_too_large" };
    let received = receive(app, &path, content, &terms, |_| Ok(())).await?;
    let row = row(app, &stamp, id, storage_key, medium.clone(), &received);
    let stored = app.store.write((stamp, medium, row.clone()), insert).await;
    if let Err(problem) = stored {
        if let Err(error) = app.media.delete(&path).await {
            tracing::warn!(%error, %path, "a medium that was refused stays in storage");
        }
        return Err(problem);
    }
    Ok(row)
}

fn check_names(medium: &NewMedium) -> Result<(), Problem> {
    let label = medium.version.label.trim();
    if label.is_empty() {
        return Err(Problem::field("version", "missing"));
    }
    let max = perpetua_pricesheet::manifest::VERSION_CHARS_MAX;
    if label.chars().count() > max || label.chars().any(char::is_control) {
        let params = vec![("max", Param::Number(i64::try_from(max).unwrap_or(i64::MAX)))];
        return Err(Problem::invalid("invalid_input").with_field_params("version", "too_long", params));
    }
    let name = medium.file_name.as_str();
    let is_plain = !name.is_empty()
        && name.chars().count() <= FILE_NAME_CHARS_MAX
        && name != "."
        && name != ".."
        && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\' | ':' | '"'));
    if is_plain { Ok(()) } else { Err(Problem::field("file", "bad_file_name")) }
}

fn check(conn: &mut Conn, caller: &Caller, medium: &NewMedium) -> Result<(), Problem> {
    authorize::require(conn, caller, Permission::MediaImport, Owner::Own)?;
    if !media::is_product_known(conn, medium.product)? {
        return Err(Problem::field("product", "unknown_product"));
    }
    let NewMedium { product, version, language, bit, file_type, .. } = medium;
    if media::find_choice(conn, *product, &version.label, language, *bit, *file_type)?.is_some() {
        return Err(Problem::conflict("media_exists"));
    }
    let rank = media::rank_of(conn, *product, &version.label)?;
    if rank.is_some_and(|rank| rank != i64::from(version.rank)) {
        return Err(Problem::field("version_rank", "contradicts_version"));
    }
    Ok(())
}

fn row(app: &App, stamp: &Stamp, id: MediaId, storage_key: String, medium: NewMedium, received: &Received) -> MediaRow {
    let product_id = medium.product.to_string();
    let size = i64::try_from(received.size).unwrap_or(i64::MAX);
    let text = signed_text(&product_id, &medium.version.label, &received.sha256, size);
    MediaRow {
        id: Id(id),
        product_id,
        version_label: medium.version.label,
        version_rank: i64::from(medium.version.rank),
        language: medium.language.as_str().to_owned(),
        bit: Word(medium.bit),
        file_type: Word(medium.file_type),
        file_name: medium.file_name,
        size,
        sha256: received.sha256.to_vec(),
        signature: app.signer.sign(text.as_bytes()).to_vec(),
        signing_key: app.signer.id().to_string(),
        storage_key,
        support_ends_on: medium.support_ends_on.map(|day| day.to_string()),
        released_on: medium.released_on.map(|day| day.to_string()),
        state: Word(MediaState::Available),
        imported_by: Some(Id(stamp.caller.person)),
        imported_at: stamp.now.into(),
        version: 1,
    }
}

fn insert(conn: &mut Conn, (stamp, medium, row): &(Stamp, NewMedium, MediaRow)) -> Result<(), Problem> {
    check(conn, &stamp.caller, medium)?;
    media::insert(conn, row).map_err(|error| match error {
        StoreError::Duplicate { .. } => Problem::conflict("media_exists"),
        other => Problem::from(other),
    })?;
    let facts = facts(row);
    let mut ids = stamp.seed.ids();
    let entry = Entry::new("media.imported", "media", row.id.0).detail(facts.clone());
    audit::record(conn, &mut ids, stamp, &entry)?;
    event::push(conn, &mut ids, stamp, "media.imported", &facts)?;
    Ok(())
}

fn facts(row: &MediaRow) -> serde_json::Value {
    json!({
        "media": row.id.0.to_string(),
        "product": row.product_id,
        "version": row.version_label,
        "language": row.language,
        "bit": row.bit.0.as_text(),
        "file_type": row.file_type.0.as_text(),
        "size": row.size,
        "sha256": data_encoding::HEXLOWER.encode(&row.sha256),
    })
}

/// Takes a medium back: it is offered and served no more, and its choice is free again.
///
/// # Errors
///
/// `media_withdrawn` when it was before.
pub async fn withdraw(app: &App, caller: &Caller, medium: MediaId) -> Result<(), Problem> {
    let stamp = app.stamp(caller);
    app.store
        .write(stamp, move |conn, stamp: &Stamp| {
            authorize::require(conn, &stamp.caller, Permission::MediaImport, Owner::Own)?;
            let row = media::find(conn, medium)?.ok_or_else(Problem::not_found)?;
            if row.state.0 == MediaState::Withdrawn {
                return Err(Problem::conflict("media_withdrawn"));
            }
            media::withdraw(conn, &row)?;
            let mut ids = stamp.seed.ids();
            let entry = Entry::new("media.withdrawn", "media", medium).detail(facts(&row));
            audit::record(conn, &mut ids, stamp, &entry)?;
            event::push(conn, &mut ids, stamp, "media.withdrawn", &facts(&row))?;
            Ok(())
        })
        .await
}

/// Sets or removes the last day of support.
pub async fn set_support_end(app: &App, caller: &Caller, medium: MediaId, day: Option<Date>) -> Result<(), Problem> {
    let stamp = app.stamp(caller);
    app.store
        .write(stamp, move |conn, stamp: &Stamp| {
            authorize::require(conn, &stamp.caller, Permission::MediaImport, Owner::Own)?;
            let row = media::find(conn, medium)?.ok_or_else(Problem::not_found)?;
            let text = day.map(|day| day.to_string());
            media::set_support_end(conn, &row, text.as_deref())?;
            let detail = json!({ "before": row.support_ends_on, "after": text });
            let entry = Entry::new("media.support_end_set", "media", medium).detail(detail);
            audit::record(conn, &mut stamp.seed.ids(), stamp, &entry)?;
            Ok(())
        })
        .await
}

/// Media for the operator, page by page: product and id of the last one lead to the next.
pub async fn list(
    app: &App,
    caller: &Caller,
    product: Option<ProductId>,
    after: Option<(String, MediaId)>,
) -> Result<Vec<ListedMedium>, Problem> {
    let caller = caller.clone();
    let page = Page { after, limit: i64::try_from(MEDIA_PER_PAGE).unwrap_or(i64::MAX) };
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::MediaImport, Owner::Own)?;
            let rows = media::list(conn, product.map(|id| id.to_string()).as_deref(), &page)?;
            Ok(rows
                .into_iter()
                .map(|(row, title)| ListedMedium {
                    product_title: title.unwrap_or_else(|| row.product_id.clone()),
                    row,
                })
                .collect())
        })
        .await
}

/// Known products for a select: id and name, at most 1,000.
pub async fn products(app: &App, caller: &Caller) -> Result<Vec<(String, String)>, Problem> {
    let caller = caller.clone();
    app.store
        .read(move |conn| {
            authorize::require(conn, &caller, Permission::CatalogView, Owner::Own)?;
            Ok(media::products(conn, 1_000)?)
        })
        .await
}
