//! Installation media: what exists as version, language, bit and file type, and where its file lies.

use diesel::prelude::*;
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::{MediaId, PersonId};
use perpetua_domain::media::{Bit, FileType, MediaLanguage, MediumFacts, Version};

use crate::connection::Conn;
use crate::dialect::as_indexed;
use crate::error::StoreError;
use crate::schema::{media, product};
use crate::values::{Id, Page, Utc, Word};

perpetua_domain::text_enum! {
    /// Whether a medium may be downloaded.
    pub enum MediaState {
        /// It may.
        Available = "available",
        /// The operator took it back; nothing of it is served any more.
        Withdrawn = "withdrawn",
    }
}

/// One medium.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = media)]
pub struct MediaRow {
    /// Its id.
    pub id: Id<MediaId>,
    /// The product that it installs.
    pub product_id: String,
    /// Name of the version.
    pub version_label: String,
    /// Order of the versions, larger is newer.
    pub version_rank: i64,
    /// Language tag.
    pub language: String,
    /// The processor.
    pub bit: Word<Bit>,
    /// What sort of file it is.
    pub file_type: Word<FileType>,
    /// The name under which it is downloaded.
    pub file_name: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its content.
    pub sha256: Vec<u8>,
    /// Ed25519 signature over product, version, checksum and size.
    pub signature: Vec<u8>,
    /// The key that signed.
    pub signing_key: String,
    /// Where its content lies in media storage.
    pub storage_key: String,
    /// The last day of support, ISO text.
    pub support_ends_on: Option<String>,
    /// The day of release, ISO text.
    pub released_on: Option<String>,
    /// Whether it may be downloaded.
    pub state: Word<MediaState>,
    /// Who brought it; `None` for the program itself.
    pub imported_by: Option<Id<PersonId>>,
    /// When it came.
    pub imported_at: Utc,
    /// Guards changes.
    pub version: i64,
}

impl MediaRow {
    /// The medium as far as choosing it goes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Inconsistent`] when a value cannot be what the program wrote.
    pub fn facts(&self) -> Result<MediumFacts, StoreError> {
        let broken = || StoreError::Inconsistent { table: "media", what: format!("medium {:?}", self.id) };
        let support_ends_on = self.support_ends_on.as_ref().map(|day| day.parse()).transpose();
        Ok(MediumFacts {
            id: self.id.0,
            version: Version {
                label: self.version_label.clone(),
                rank: self.version_rank.try_into().map_err(|_| broken())?,
            },
            language: MediaLanguage::parse(&self.language).ok_or_else(broken)?,
            bit: self.bit.0,
            file_type: self.file_type.0,
            support_ends_on: support_ends_on.map_err(|_| broken())?,
        })
    }
}

/// Adds a medium; `Duplicate` when this choice of version, language, bit and file type is available.
pub fn insert(conn: &mut Conn, row: &MediaRow) -> Result<(), StoreError> {
    diesel::insert_into(media::table).values(row).execute(conn)?;
    Ok(())
}

/// Finds a medium, withdrawn ones too.
pub fn find(conn: &mut Conn, id: MediaId) -> Result<Option<MediaRow>, StoreError> {
    Ok(media::table.find(Id(id)).select(MediaRow::as_select()).first(conn).optional()?)
}

/// The available media of some products, by product and newest version.
pub fn available(conn: &mut Conn, products: &[ProductId]) -> Result<Vec<MediaRow>, StoreError> {
    let products: Vec<String> = products.iter().map(ToString::to_string).collect();
    Ok(media::table
        .filter(media::product_id.eq_any(products))
        .filter(as_indexed("media.state = 'available'"))
        .order((media::product_id, media::version_rank.desc(), media::language, media::bit, media::id))
        .select(MediaRow::as_select())
        .load(conn)?)
}

/// The medium that is available for exactly this choice.
pub fn find_choice(
    conn: &mut Conn,
    product: ProductId,
    version_label: &str,
    language: &MediaLanguage,
    bit: Bit,
    file_type: FileType,
) -> Result<Option<MediaId>, StoreError> {
    let found: Option<Id<MediaId>> = media::table
        .filter(media::product_id.eq(product.to_string()))
        .filter(as_indexed("media.state = 'available'"))
        .filter(media::version_label.eq(version_label))
        .filter(media::language.eq(language.as_str()))
        .filter(media::bit.eq(Word(bit)))
        .filter(media::file_type.eq(Word(file_type)))
        .select(media::id)
        .first(conn)
        .optional()?;
    Ok(found.map(|id| id.0))
}

/// The rank under which a version of a product is known from its media.
pub fn rank_of(conn: &mut Conn, product: ProductId, version_label: &str) -> Result<Option<i64>, StoreError> {
    Ok(media::table
        .filter(media::product_id.eq(product.to_string()))
        .filter(media::version_label.eq(version_label))
        .select(media::version_rank)
        .order(media::id)
        .first(conn)
        .optional()?)
}

/// Media with the names of their products, by product and in the order in which they came.
pub fn list(
    conn: &mut Conn,
    product_id: Option<&str>,
    page: &Page<(String, MediaId)>,
) -> Result<Vec<(MediaRow, Option<String>)>, StoreError> {
    let mut query = media::table
        .left_join(product::table.on(product::id.eq(media::product_id)))
        .select((MediaRow::as_select(), product::title.nullable()))
        .order((media::product_id, media::id))
        .limit(page.limit)
        .into_boxed();
    if let Some(wanted) = product_id {
        query = query.filter(media::product_id.eq(wanted.to_owned()));
    }
    if let Some((last_product, last)) = &page.after {
        let same = media::product_id.eq(last_product.clone()).and(media::id.gt(Id(*last)));
        query = query.filter(media::product_id.gt(last_product.clone()).or(same));
    }
    Ok(query.load(conn)?)
}

/// Takes a medium back.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another writer changed it.
pub fn withdraw(conn: &mut Conn, row: &MediaRow) -> Result<(), StoreError> {
    let held = media::table.find(row.id).filter(media::version.eq(row.version));
    let updated = diesel::update(held)
        .set((media::state.eq(Word(MediaState::Withdrawn)), media::version.eq(media::version + 1)))
        .execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "media" }) }
}

/// Sets the last day of support.
///
/// # Errors
///
/// [`StoreError::Conflict`] when another writer changed it.
pub fn set_support_end(conn: &mut Conn, row: &MediaRow, day: Option<&str>) -> Result<(), StoreError> {
    let held = media::table.find(row.id).filter(media::version.eq(row.version));
    let updated = diesel::update(held)
        .set((media::support_ends_on.eq(day), media::version.eq(media::version + 1)))
        .execute(conn)?;
    if updated == 1 { Ok(()) } else { Err(StoreError::Conflict { table: "media" }) }
}

/// Whether a product is known, because a published sheet named it.
pub fn is_product_known(conn: &mut Conn, id: ProductId) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(product::table.find(id.to_string()))).get_result(conn)?)
}

/// Known products by id: id and name, at most `limit`.
pub fn products(conn: &mut Conn, limit: i64) -> Result<Vec<(String, String)>, StoreError> {
    Ok(product::table.select((product::id, product::title)).order(product::id).limit(limit).load(conn)?)
}
