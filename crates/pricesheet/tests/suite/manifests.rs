//! The media manifest.

use perpetua_domain::media::{Bit, FileType};
use perpetua_pricesheet::manifest::{self, MediaOutcome};
use perpetua_pricesheet::{Limits, RowReason, SheetError};

const HEADER: &str = "ProductId,Version,VersionRank,Language,Bit,FileType,File,SupportEnds,ReleasedOn,Notes";

fn read(rows: &[&str]) -> Result<Vec<MediaOutcome>, SheetError> {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    manifest::read(text.as_bytes(), &Limits::default())?.collect()
}

#[track_caller]
fn check(row: &str, column: &str, reason: RowReason) {
    let good = "OPS000000009,2025,40,en,64,iso,server/2025/en.iso,,,";
    let mut outcomes = read(&[good, row]).unwrap();
    let error = outcomes.remove(1).unwrap_err();
    assert_eq!((error.line, error.column, error.reason), (3, Some(column), reason), "{row}");
    assert!(outcomes[0].is_ok());
}

#[test]
fn a_medium_is_read_with_all_its_values() {
    let mut rows =
        read(&["ops000000001,2022,30,PT-br,64-bit,ISO,\"server/2022/pt, br.iso\",2031-10-14,2021-08-18,Long term"])
            .unwrap();
    let row = rows.remove(0).unwrap();
    assert_eq!((row.product_id.as_str(), row.version.label.as_str(), row.version.rank), ("OPS000000001", "2022", 30));
    assert_eq!((row.language.as_str(), row.bit, row.file_type), ("pt-BR", Bit::X64, FileType::Iso));
    assert_eq!((row.file.as_str(), row.notes.as_str()), ("server/2022/pt, br.iso", "Long term"));
    assert_eq!(row.support_ends.unwrap().to_string(), "2031-10-14");
    assert_eq!(row.released_on.unwrap().to_string(), "2021-08-18");
}

#[test]
fn a_blank_file_type_follows_from_the_name() {
    let row = read(&["OPS000000001,1,1,multi,arm64,,a/setup.MSI,,,"]).unwrap().remove(0).unwrap();
    assert_eq!((row.file_type, row.bit, row.language.is_multi()), (FileType::Msi, Bit::Arm64, true));
}

#[test]
fn optional_columns_may_be_left_out_and_others_may_not() {
    let short = "ProductId,Version,VersionRank,Language,Bit,FileType,File\nOPS000000001,1,1,en,32,zip,a.zip\n";
    let rows: Vec<_> = manifest::read(short.as_bytes(), &Limits::default()).unwrap().collect();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].as_ref().unwrap().is_ok());
    let missing = short.replace("Bit", "Bits");
    let error = manifest::read(missing.as_bytes(), &Limits::default()).err();
    assert_eq!(error, Some(SheetError::MissingColumn { name: "Bit" }));
    assert_eq!(read(&[]), Err(SheetError::Empty));
}

#[test]
fn a_file_name_never_leaves_the_folder() {
    for path in [
        "../a.iso",
        "/etc/passwd",
        "a/../../b",
        "a\\b.iso",
        "..\\a",
        "C:/a.iso",
        "a//b",
        "./a",
        "a/..",
        "a/",
        "..",
        ".",
        "a/.. /b",
        "a/.../b",
        "file:a",
    ] {
        check(&format!("OPS000000001,1,1,en,64,iso,{path},,,"), "File", RowReason::BadPath);
    }
    for path in ["a.iso", "a/b/c..iso", ".hidden", "česky/médium.iso"] {
        assert!(read(&[&format!("OPS000000001,1,1,en,64,iso,{path},,,")]).unwrap()[0].is_ok(), "{path}");
    }
}

#[test]
fn values_outside_the_layout_are_refused() {
    check("OPS1,1,1,en,64,iso,a,,,", "ProductId", RowReason::BadId);
    check("OPS000000001,,1,en,64,iso,a,,,", "Version", RowReason::MissingValue);
    check("OPS000000001,1,x,en,64,iso,a,,,", "VersionRank", RowReason::NotANumber);
    check("OPS000000001,1,,en,64,iso,a,,,", "VersionRank", RowReason::MissingValue);
    check("OPS000000001,1,1,english,64,iso,a,,,", "Language", RowReason::BadWord);
    check("OPS000000001,1,1,en-,64,iso,a,,,", "Language", RowReason::BadWord);
    check("OPS000000001,1,1,en,16,iso,a,,,", "Bit", RowReason::BadBit);
    check("OPS000000001,1,1,en,64,disc,a,,,", "FileType", RowReason::BadWord);
    check("OPS000000001,1,1,en,64,,a,,,", "FileType", RowReason::MissingValue);
    check("OPS000000001,1,1,en,64,iso,a,2026-02-30,,", "SupportEnds", RowReason::BadDate);
    check("OPS000000001,1,1,en,64,iso,a,,2026-02-03T00:00:00,", "ReleasedOn", RowReason::BadDate);
}

#[test]
fn one_choice_leads_to_one_file_and_a_version_has_one_rank() {
    let first = "OPS000000001,2022,30,en,64,iso,a.iso,,,";
    let second = |row: &str| read(&[first, row]).unwrap().remove(1).map(|_| ()).map_err(|error| error.reason);
    assert_eq!(second("OPS000000001,2022,30,EN,64,iso,b.iso,,,"), Err(RowReason::DuplicateRow { first_line: 2 }));
    assert_eq!(second("OPS000000001,2022,31,cs,64,iso,b.iso,,,"), Err(RowReason::ContradictsRow { first_line: 2 }));
    assert_eq!(second("OPS000000001,2022,30,en,64,zip,b.zip,,,"), Ok(()));
    assert_eq!(second("OPS000000002,2022,31,en,64,iso,b.iso,,,"), Ok(()));
}
