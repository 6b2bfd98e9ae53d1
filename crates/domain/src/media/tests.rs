//! Words of media, and the dependent choice over small catalogs.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::MediaId;

fn language(tag: &str) -> MediaLanguage {
    MediaLanguage::parse(tag).unwrap()
}

fn medium(number: u128, rank: u32, tag: &str, bit: Bit) -> MediumFacts {
    MediumFacts {
        id: MediaId::new(Uuid::from_u128(number)),
        version: Version { label: format!("20{rank}"), rank },
        language: language(tag),
        bit,
        file_type: FileType::Iso,
        support_ends_on: None,
    }
}

fn asker() -> Asker {
    Asker {
        language: language("cs-CZ"),
        sold_rank: Some(24),
        downgrade_rights: true,
        upgrade_rights: false,
        today: date(2026, 3, 1),
    }
}

fn catalog() -> Vec<MediumFacts> {
    vec![
        medium(1, 24, "en-US", Bit::X64),
        medium(2, 24, "cs", Bit::X64),
        medium(3, 24, "cs", Bit::Arm64),
        medium(4, 22, "en-US", Bit::X86),
        medium(5, 22, "en-US", Bit::X64),
        medium(6, 22, "multi", Bit::X86),
        medium(7, 25, "en-US", Bit::X64),
    ]
}

/// Prints the selects as `version | language | bit -> media`, `*` for selected, `v` for downgrade.
#[track_caller]
fn check(selection: (&str, &str, Option<Bit>), asker: &Asker, expected: &str) {
    let selection = Selection {
        version: Some(selection.0.to_owned()).filter(|label| !label.is_empty()),
        language: MediaLanguage::parse(selection.1),
        bit: selection.2,
    };
    let choices = choices(&catalog(), &selection, asker);
    let star = |is_selected| if is_selected { "*" } else { "" };
    let versions: Vec<String> = choices
        .versions
        .iter()
        .map(|choice| {
            let down = if choice.is_downgrade { "v" } else { "" };
            format!("{}{down}{}", choice.version.label, star(choice.is_selected))
        })
        .collect();
    let languages: Vec<String> =
        choices.languages.iter().map(|choice| format!("{}{}", choice.value, star(choice.is_selected))).collect();
    let bits: Vec<String> =
        choices.bits.iter().map(|choice| format!("{}{}", choice.value.as_text(), star(choice.is_selected))).collect();
    let media: Vec<String> = choices.media.iter().map(|id| id.uuid().as_u128().to_string()).collect();
    let text = format!("{} | {} | {} -> {}", versions.join(" "), languages.join(" "), bits.join(" "), media.join(" "));
    assert_eq!(text, expected);
}

#[test]
fn newest_version_own_language_and_64_bit_are_preselected() {
    check(("", "", None), &asker(), "2024* 2022v | cs* en-US | x64* arm64 -> 2");
}

#[test]
fn later_selects_offer_only_what_the_earlier_ones_have() {
    check(("2022", "", None), &asker(), "2024 2022v* | en-US multi* | x86* -> 6");
    check(("2022", "en-US", None), &asker(), "2024 2022v* | en-US* multi | x64* x86 -> 5");
    check(("2022", "en-US", Some(Bit::X86)), &asker(), "2024 2022v* | en-US* multi | x64 x86* -> 4");
    check(("2024", "cs", Some(Bit::Arm64)), &asker(), "2024* 2022v | cs* en-US | x64 arm64* -> 3");
}

#[test]
fn a_choice_that_does_not_exist_falls_back() {
    check(("1999", "ja", Some(Bit::X86)), &asker(), "2024* 2022v | cs* en-US | x64* arm64 -> 2");
}

#[test]
fn older_and_newer_versions_need_their_rights() {
    let plain = Asker { downgrade_rights: false, ..asker() };
    check(("2022", "", None), &plain, "2024* | cs* en-US | x64* arm64 -> 2");
    let term = Asker { upgrade_rights: true, ..asker() };
    check(("", "", None), &term, "2025* 2024 2022v | en-US* | x64* -> 7");
    let before_purchase = Asker { sold_rank: None, ..plain };
    check(("", "", None), &before_purchase, "2025* 2024 2022 | en-US* | x64* -> 7");
    let older = Asker { sold_rank: Some(10), ..asker() };
    check(("", "", None), &older, " |  |  -> ");
}

#[test]
fn a_version_is_out_of_support_when_all_its_media_are() {
    let ended = |ends: [Option<Date>; 2]| {
        let media: Vec<MediumFacts> = ends
            .into_iter()
            .zip(1..)
            .map(|(support_ends_on, number)| MediumFacts { support_ends_on, ..medium(number, 24, "cs", Bit::X64) })
            .collect();
        choices(&media, &Selection::default(), &asker()).versions[0].support_ended_on
    };
    let (past, last_day) = (date(2025, 10, 14), date(2026, 3, 1));
    assert_eq!(ended([Some(past), Some(date(2024, 1, 1))]), Some(past));
    assert_eq!(ended([Some(past), Some(last_day)]), None);
    assert_eq!(ended([Some(past), None]), None);
}

#[test]
fn file_names_tell_their_type() {
    for (name, kind) in [
        ("harbor-server.ISO", Some(FileType::Iso)),
        ("harbor.tar.gz", Some(FileType::TarGz)),
        ("harbor.tgz", Some(FileType::TarGz)),
        ("setup.msix", Some(FileType::Msix)),
        (".iso", None),
        ("iso", None),
        ("readme.txt", None),
    ] {
        assert_eq!(FileType::from_file_name(name), kind, "{name}");
    }
    for bit in Bit::ALL {
        assert_eq!(Bit::from_any(bit.label()), Some(*bit));
        assert_eq!(Bit::from_any(bit.as_text()), Some(*bit));
    }
}

#[test]
fn language_tags_get_their_usual_case() {
    for (text, tag) in
        [("EN-us", "en-US"), ("cs", "cs"), ("zh_hant_tw", "zh-Hant-TW"), ("es-419", "es-419"), ("MULTI", "multi")]
    {
        assert_eq!(language(text).as_str(), tag);
    }
    for bad in ["", "c", "english", "en-", "en-USA", "en-US-x", "čs", "en--US", "zh-Hant-TW-more"] {
        assert_eq!(MediaLanguage::parse(bad), None, "{bad:?}");
    }
}

prop_compose! {
    fn any_medium()(number in 1_u128..1000, rank in 20_u32..26, tag in prop::sample::select(vec!["cs", "en-US", "de", "multi"]),
                    bit in prop::sample::select(Bit::ALL)) -> MediumFacts {
        medium(number, rank, tag, bit)
    }
}

proptest! {
    #[test]
    fn every_offered_combination_exists(media in prop::collection::vec(any_medium(), 0..12), version in 20_u32..26,
                                        bit in prop::option::of(prop::sample::select(Bit::ALL))) {
        let selection = Selection { version: Some(format!("20{version}")), language: None, bit };
        let offered = choices(&media, &selection, &asker());
        let entitled = media.iter().any(|medium| medium.version.rank <= 24);
        prop_assert_eq!(entitled, !offered.media.is_empty());
        for language in &offered.languages {
            let next = Selection { language: Some(language.value.clone()), ..selection.clone() };
            let narrowed = choices(&media, &next, &asker());
            prop_assert!(narrowed.languages.iter().any(|choice| choice.is_selected && choice.value == language.value));
            prop_assert!(!narrowed.media.is_empty());
        }
        for bit in &offered.bits {
            let next = Selection { bit: Some(bit.value), ..selection.clone() };
            prop_assert!(choices(&media, &next, &asker()).bits.iter().any(|choice| choice.is_selected && choice.value == bit.value));
        }
    }
}
