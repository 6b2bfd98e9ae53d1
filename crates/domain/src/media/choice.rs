//! The dependent choice: each select offers what exists for the choices before it.

use jiff::civil::Date;

use super::{Bit, FileType, MediaLanguage, Version};
use crate::id::MediaId;

/// One medium, as far as choosing it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediumFacts {
    /// The medium.
    pub id: MediaId,
    /// Its version.
    pub version: Version,
    /// Its language.
    pub language: MediaLanguage,
    /// Its processor.
    pub bit: Bit,
    /// Its file.
    pub file_type: FileType,
    /// The last day of its version's support; `None` when none is announced.
    pub support_ends_on: Option<Date>,
}

/// What a person has chosen so far. A choice that does not exist counts as none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// The label of a version.
    pub version: Option<String>,
    /// A language.
    pub language: Option<MediaLanguage>,
    /// A processor.
    pub bit: Option<Bit>,
}

/// For whom and what the choice is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker {
    /// The language that is preselected where it exists.
    pub language: MediaLanguage,
    /// The rank of the version that was sold; `None` before a purchase, when all are shown and none is marked.
    pub sold_rank: Option<u32>,
    /// Whether older versions are entitled.
    pub downgrade_rights: bool,
    /// Whether newer versions are entitled, as during a term.
    pub upgrade_rights: bool,
    /// The present day.
    pub today: Date,
}

impl Asker {
    fn is_entitled(&self, version: &Version) -> bool {
        self.sold_rank.is_none_or(|sold| {
            version.rank == sold
                || (version.rank < sold && self.downgrade_rights)
                || (version.rank > sold && self.upgrade_rights)
        })
    }
}

/// A version in the select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionChoice {
    /// The version.
    pub version: Version,
    /// Older than the one that was sold; offered because of downgrade rights.
    pub is_downgrade: bool,
    /// The last day of its support, when that is over.
    pub support_ended_on: Option<Date>,
    /// Whether it is selected.
    pub is_selected: bool,
}

/// A language or processor in its select.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// The value.
    pub value: T,
    /// Whether it is selected.
    pub is_selected: bool,
}

/// The three selects, and the media that the selected values name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// Versions, the newest first.
    pub versions: Vec<VersionChoice>,
    /// Languages that the selected version has, by tag.
    pub languages: Vec<Choice<MediaLanguage>>,
    /// Processors that the selected version has in the selected language.
    pub bits: Vec<Choice<Bit>>,
    /// The media of exactly this choice, one per file type; empty only when nothing is offered.
    pub media: Vec<MediaId>,
}

/// Offers what exists in `all` and is entitled.
///
/// What `selection` names is selected where it exists; otherwise the newest version, the asker's own
/// language (else the same language of another region, several languages, English, the first), and
/// 64-bit (else 32-bit, else ARM).
pub fn choices(all: &[MediumFacts], selection: &Selection, asker: &Asker) -> Choices {
    let entitled: Vec<&MediumFacts> = all.iter().filter(|medium| asker.is_entitled(&medium.version)).collect();
    let mut versions: Vec<&Version> = entitled.iter().map(|medium| &medium.version).collect();
    versions.sort_by(|left, right| right.rank.cmp(&left.rank).then_with(|| left.label.cmp(&right.label)));
    versions.dedup();
    let named = versions.iter().find(|version| selection.version.as_ref() == Some(&version.label));
    let Some(version) = named.or(versions.first()).copied() else {
        return Choices::default();
    };
    let of_version: Vec<&MediumFacts> = entitled.iter().copied().filter(|medium| medium.version == *version).collect();
    let languages = sorted(of_version.iter().map(|medium| medium.language.clone()));
    let language = pick_language(&languages, selection.language.as_ref(), &asker.language);
    let of_language: Vec<&MediumFacts> =
        of_version.into_iter().filter(|medium| Some(&medium.language) == language.as_ref()).collect();
    let bits = sorted(of_language.iter().map(|medium| medium.bit));
    // The order of declaration is the order of preference.
    let bit = bits.iter().copied().find(|bit| selection.bit == Some(*bit)).or(bits.first().copied());
    let mut chosen: Vec<&MediumFacts> = of_language.into_iter().filter(|medium| Some(medium.bit) == bit).collect();
    chosen.sort_by_key(|medium| (medium.file_type, medium.id));
    Choices {
        versions: versions
            .iter()
            .map(|offered| version_choice(offered, &entitled, asker, *offered == version))
            .collect(),
        languages: mark(languages, language.as_ref()),
        bits: mark(bits, bit.as_ref()),
        media: chosen.into_iter().map(|medium| medium.id).collect(),
    }
}

fn version_choice(version: &Version, media: &[&MediumFacts], asker: &Asker, is_selected: bool) -> VersionChoice {
    // A version is out of support once all its media are; one without an end date keeps it alive.
    let ends: Option<Vec<Date>> =
        media.iter().filter(|medium| medium.version == *version).map(|medium| medium.support_ends_on).collect();
    let support_ended_on = ends.and_then(|ends| ends.into_iter().max()).filter(|end| *end < asker.today);
    VersionChoice {
        version: version.clone(),
        is_downgrade: asker.sold_rank.is_some_and(|sold| version.rank < sold),
        support_ended_on,
        is_selected,
    }
}

fn pick_language(
    offered: &[MediaLanguage],
    selected: Option<&MediaLanguage>,
    own: &MediaLanguage,
) -> Option<MediaLanguage> {
    let find = |wanted: &dyn Fn(&MediaLanguage) -> bool| offered.iter().find(|language| wanted(language));
    find(&|language| Some(language) == selected)
        .or_else(|| find(&|language| language == own))
        .or_else(|| find(&|language| language.primary() == own.primary()))
        .or_else(|| find(&MediaLanguage::is_multi))
        .or_else(|| find(&|language| language.primary() == "en"))
        .or_else(|| offered.first())
        .cloned()
}

fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort();
    values.dedup();
    values
}

fn mark<T: PartialEq>(values: Vec<T>, selected: Option<&T>) -> Vec<Choice<T>> {
    values
        .into_iter()
        .map(|value| {
            let is_selected = Some(&value) == selected;
            Choice { value, is_selected }
        })
        .collect()
}
