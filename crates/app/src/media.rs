//! Media as people choose, verify and fetch them (M15, M17).

pub(crate) mod receive;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore as _};
use perpetua_domain::catalog::ProductId;
use perpetua_domain::id::MediaId;
use perpetua_domain::media::{
    self as domain_media, Asker, Bit, Choices, FileType, MediaLanguage, MediumFacts, Selection, Version,
};
use perpetua_store::media::{self, MediaRow};
use perpetua_store::{Conn, StoreError};

use crate::context::App;
use crate::problem::Problem;

/// The three selects of a product, and the rows of the media that the selected values name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaChoices {
    /// The selects.
    pub choices: Choices,
    /// The media of exactly this choice, one per file type.
    pub media: Vec<MediaRow>,
}

/// What exists for a product, as the page before buying shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaSummary {
    /// Versions, the newest first.
    pub versions: Vec<Version>,
    /// Languages by tag.
    pub languages: Vec<MediaLanguage>,
    /// Processors, 64-bit first.
    pub bits: Vec<Bit>,
    /// What of all these exists together, by version in their order.
    pub combinations: Vec<VersionMedia>,
}

/// The files of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionMedia {
    /// The version.
    pub version: Version,
    /// Languages that come for the same processors as the same types of file, and those.
    pub files: Vec<(Vec<MediaLanguage>, Vec<(Bit, FileType)>)>,
}

impl VersionMedia {
    fn of(version: &Version, media: &[MediumFacts]) -> Self {
        let mut by_language: BTreeMap<&MediaLanguage, BTreeSet<(Bit, FileType)>> = BTreeMap::new();
        for medium in media.iter().filter(|medium| medium.version == *version) {
            by_language.entry(&medium.language).or_default().insert((medium.bit, medium.file_type));
        }
        let mut files: Vec<(Vec<MediaLanguage>, Vec<(Bit, FileType)>)> = Vec::new();
        for (language, found) in by_language {
            let found: Vec<_> = found.into_iter().collect();
            match files.iter_mut().find(|(_, same)| *same == found) {
                Some((languages, _)) => languages.push(language.clone()),
                None => files.push((vec![language.clone()], found)),
            }
        }
        Self { version: version.clone(), files }
    }
}

impl MediaSummary {
    /// Sums up the media of one product.
    pub fn of(media: &[MediumFacts]) -> Self {
        let mut versions: Vec<Version> = media.iter().map(|medium| medium.version.clone()).collect();
        versions.sort_by(|left, right| right.rank.cmp(&left.rank).then_with(|| left.label.cmp(&right.label)));
        versions.dedup();
        let mut languages: Vec<MediaLanguage> = media.iter().map(|medium| medium.language.clone()).collect();
        languages.sort();
        languages.dedup();
        let mut bits: Vec<Bit> = media.iter().map(|medium| medium.bit).collect();
        bits.sort();
        bits.dedup();
        let combinations = versions.iter().map(|version| VersionMedia::of(version, media)).collect();
        Self { versions, languages, bits, combinations }
    }
}

/// What may be chosen for a product; see [`domain_media::choices`].
pub fn choices(
    conn: &mut Conn,
    product: ProductId,
    selection: &Selection,
    asker: &Asker,
) -> Result<MediaChoices, StoreError> {
    let rows = media::available(conn, &[product])?;
    let facts = rows.iter().map(MediaRow::facts).collect::<Result<Vec<_>, _>>()?;
    let choices = domain_media::choices(&facts, selection, asker);
    let find = |id: &MediaId| rows.iter().find(|row| row.id.0 == *id).cloned();
    let media = choices.media.iter().filter_map(find).collect();
    Ok(MediaChoices { choices, media })
}

/// The text over which a medium is signed: five lines, each ended by a line feed.
pub fn signed_text(product_id: &str, version_label: &str, sha256: &[u8], size: i64) -> String {
    let sha256 = data_encoding::HEXLOWER.encode(sha256);
    format!("perpetua-media-1\n{product_id}\n{version_label}\n{sha256}\n{size}\n")
}

/// Opens the content of a medium, all of it or a range of bytes, as a stream that is never whole in memory.
///
/// # Errors
///
/// `media_unavailable` when storage does not have it now. Each item of the stream may fail likewise.
pub async fn open_media(
    app: &App,
    row: &MediaRow,
    range: Option<Range<u64>>,
) -> Result<BoxStream<'static, Result<Bytes, Problem>>, Problem> {
    let path = Path::from(row.storage_key.as_str());
    let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
    let found = app.media.get_opts(&path, options).await.map_err(|error| unavailable(&error))?;
    Ok(found.into_stream().map(|part| part.map_err(|error| unavailable(&error))).boxed())
}

/// Storage cannot give or take a medium now; the cause goes to the log.
pub(crate) fn unavailable(error: &object_store::Error) -> Problem {
    tracing::error!(%error, "media storage failed");
    Problem::new(crate::problem::Kind::Busy, "media_unavailable").retry_after(10)
}

#[cfg(test)]
mod tests {
    use perpetua_domain::id::MediaId;

    use super::*;

    fn medium(version: (&str, u32), language: &str, bit: Bit, file_type: FileType) -> MediumFacts {
        MediumFacts {
            id: MediaId::new(uuid::Uuid::nil()),
            version: Version { label: version.0.to_owned(), rank: version.1 },
            language: MediaLanguage::parse(language).unwrap(),
            bit,
            file_type,
            support_ends_on: None,
        }
    }

    #[test]
    fn a_summary_says_what_exists_together_and_not_only_what_exists_somewhere() {
        let (new, old) = (("2026", 2026), ("2023", 2023));
        let summary = MediaSummary::of(&[
            medium(old, "en", Bit::X86, FileType::Iso),
            medium(new, "en", Bit::X64, FileType::Iso),
            medium(new, "de", Bit::X86, FileType::Zip),
            medium(new, "de", Bit::X64, FileType::Iso),
            medium(new, "cs", Bit::X64, FileType::Iso),
        ]);
        let words = summary.combinations.iter().map(|version| {
            let files = version.files.iter().map(|(languages, files)| {
                let languages: Vec<_> = languages.iter().map(MediaLanguage::as_str).collect();
                let files: Vec<_> = files.iter().map(|(bit, kind)| (bit.label(), kind.as_text())).collect();
                (languages, files)
            });
            (version.version.label.as_str(), files.collect::<Vec<_>>())
        });
        let only_64 = vec![("64-bit", "iso")];
        let both = vec![("64-bit", "iso"), ("32-bit", "zip")];
        assert_eq!(
            words.collect::<Vec<_>>(),
            [
                ("2026", vec![(vec!["cs", "en"], only_64), (vec!["de"], both)]),
                ("2023", vec![(vec!["en"], vec![("32-bit", "iso")])]),
            ]
        );
    }
}
