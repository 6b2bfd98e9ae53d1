//! Media as a purchase offers them: what exists, what the line entitles to, and what stands beside a file.

use data_encoding::{BASE64, HEXLOWER};
use jiff::civil::Date;
use perpetua_domain::catalog::OfferKind;
use perpetua_domain::civil::date_at;
use perpetua_domain::id::MediaId;
use perpetua_domain::media::{Asker, Bit, Choices, FileType, MediaLanguage, Selection, choices};
use perpetua_i18n::Lang;
use perpetua_store::media::MediaRow;
use perpetua_store::software::Purchase;
use perpetua_store::{Conn, downloads};

use super::facts::PurchaseFacts;
use crate::problem::Problem;

/// One file, as a person sees it before fetching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediumView {
    /// The medium.
    pub id: MediaId,
    /// The product's id, which the signature covers.
    pub product_id: String,
    /// The version.
    pub version: String,
    /// The language.
    pub language: String,
    /// The processor.
    pub bit: Bit,
    /// Image, archive or installer.
    pub file_type: FileType,
    /// Its name.
    pub file_name: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Ed25519 signature in base64.
    pub signature: String,
    /// The id of the key that signed.
    pub signing_key: String,
    /// The last day of support.
    pub support_ends_on: Option<Date>,
}

impl MediumView {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// An internal problem when the row cannot be what the program wrote.
    pub fn new(row: &MediaRow) -> Result<Self, Problem> {
        Ok(Self {
            id: row.id.0,
            product_id: row.product_id.clone(),
            version: row.version_label.clone(),
            language: row.language.clone(),
            bit: row.bit.0,
            file_type: row.file_type.0,
            file_name: row.file_name.clone(),
            size: u64::try_from(row.size).map_err(Problem::internal)?,
            sha256: HEXLOWER.encode(&row.sha256),
            signature: BASE64.encode(&row.signature),
            signing_key: row.signing_key.clone(),
            support_ends_on: support_end(row)?,
        })
    }
}

/// What the purchase offers for the present choice, and the rows behind it.
pub(crate) fn views(
    conn: &mut Conn,
    purchase: &Purchase,
    facts: &PurchaseFacts,
    selection: &Selection,
    now: jiff::Timestamp,
    lang: Lang,
) -> Result<(Choices, Vec<MediumView>), Problem> {
    let rows = downloads::media_of_product(conn, &purchase.0.product_id)?;
    let media = rows.iter().map(MediaRow::facts).collect::<Result<Vec<_>, _>>()?;
    let offered = choices(&media, selection, &asker(purchase, facts, now, lang)?);
    let mut chosen = Vec::with_capacity(offered.media.len());
    for id in &offered.media {
        chosen.extend(rows.iter().filter(|row| row.id.0 == *id).map(MediumView::new));
    }
    Ok((offered, chosen.into_iter().collect::<Result<_, _>>()?))
}

/// The medium, provided that the purchase entitles to it and that it is still offered.
///
/// # Errors
///
/// `medium_not_offered` otherwise.
pub(crate) fn entitled(
    conn: &mut Conn,
    purchase: &Purchase,
    facts: &PurchaseFacts,
    medium: MediaId,
    now: jiff::Timestamp,
) -> Result<MediaRow, Problem> {
    let refused = || Problem::invalid("medium_not_offered");
    let rows = downloads::media_of_product(conn, &purchase.0.product_id)?;
    let row = rows.iter().find(|row| row.id.0 == medium).ok_or_else(refused)?;
    let wanted = row.facts()?;
    let selection = Selection {
        version: Some(wanted.version.label.clone()),
        language: Some(wanted.language.clone()),
        bit: Some(wanted.bit),
    };
    let offered = choices(&[wanted], &selection, &asker(purchase, facts, now, Lang::En)?);
    if offered.media.contains(&medium) { Ok(row.clone()) } else { Err(refused()) }
}

/// For whom the choice is offered. During a term newer versions are entitled too.
fn asker(purchase: &Purchase, facts: &PurchaseFacts, now: jiff::Timestamp, lang: Lang) -> Result<Asker, Problem> {
    Ok(Asker {
        language: MediaLanguage::parse(lang.tag()).unwrap_or_else(MediaLanguage::multi),
        sold_rank: Some(rank(purchase.0.version_rank)?),
        downgrade_rights: purchase.0.downgrade_rights,
        upgrade_rights: facts.kind == OfferKind::Subscription,
        today: date_at(now, &facts.zone),
    })
}

fn rank(rank: i64) -> Result<u32, Problem> {
    u32::try_from(rank).map_err(Problem::internal)
}

fn support_end(row: &MediaRow) -> Result<Option<Date>, Problem> {
    row.support_ends_on.as_deref().map(str::parse).transpose().map_err(Problem::internal)
}
