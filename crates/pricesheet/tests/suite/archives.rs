//! Zipped sheets, honest ones and forged ones.

use perpetua_pricesheet::{Limits, SheetError};

use super::{read_all, row_with, sheet_of, zipped};

fn sheet() -> String {
    sheet_of(&[row_with(&[])])
}

#[track_caller]
fn check(bytes: &[u8], error: SheetError) {
    assert_eq!(read_all(bytes, &Limits::default()), Err(error));
}

/// Replaces every occurrence by text of the same length, so that all offsets stay right.
fn forged(mut bytes: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> =
        bytes.windows(from.len()).enumerate().filter(|(_, part)| *part == from.as_bytes()).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 2, "once at the file and once in the directory");
    for place in places {
        bytes[place..place + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

/// Where the local header and the directory entry of a one-file archive begin.
fn headers(bytes: &[u8]) -> (usize, usize) {
    let directory = bytes.windows(4).position(|part| part == b"PK\x01\x02").unwrap();
    (0, directory)
}

#[test]
fn a_zipped_sheet_reads_like_the_plain_one() {
    let plain = read_all(sheet().as_bytes(), &Limits::default()).unwrap();
    assert_eq!(plain.len(), 1);
    assert_eq!(read_all(&zipped(&[("prices.csv", sheet().as_bytes())]), &Limits::default()), Ok(plain));
}

#[test]
fn an_archive_must_hold_exactly_one_file() {
    check(&zipped(&[]), SheetError::Empty);
    check(&zipped(&[("a.csv", sheet().as_bytes()), ("b.csv", b"")]), SheetError::ZipMany);
    check(&zipped(&[("a.zip", &zipped(&[("b.csv", sheet().as_bytes())]))]), SheetError::NotCsv);
}

#[test]
fn names_that_leave_the_archive_are_refused() {
    let honest = zipped(&[("xx_prices.csv", sheet().as_bytes())]);
    for name in ["../prices.csv", "/x_prices.csv", r"..\prices.csv", "C:_prices.csv", "x/../pric.csv", "x_price/../.."]
    {
        check(&forged(honest.clone(), "xx_prices.csv", name), SheetError::ZipPathTraversal);
    }
}

#[test]
fn a_bomb_is_stopped_while_it_inflates_and_a_false_size_does_not_let_it_through() {
    let bomb = zipped(&[("prices.csv", (sheet() + &"\n".repeat(8 * 1024 * 1024)).as_bytes())]);
    check(&bomb, SheetError::ZipBomb);

    let (local, directory) = headers(&bomb);
    let mut liar = bomb;
    liar[local + 22..local + 26].copy_from_slice(&10_u32.to_le_bytes());
    liar[directory + 24..directory + 28].copy_from_slice(&10_u32.to_le_bytes());
    check(&liar, SheetError::ZipDamaged);
}

#[test]
fn an_archive_beyond_the_absolute_limit_is_refused_too() {
    let limits = Limits { sheet_bytes_max: 500, ..Limits::default() };
    let archive = zipped(&[("prices.csv", sheet().as_bytes())]);
    assert_eq!(read_all(&archive, &limits), Err(SheetError::ZipBomb));
    let limits = Limits { archive_bytes_max: 100, ..Limits::default() };
    assert_eq!(read_all(&archive, &limits), Err(SheetError::TooLarge { max_bytes: 100 }));
}

#[test]
fn encrypted_cut_and_damaged_archives_are_told_apart() {
    let honest = zipped(&[("prices.csv", sheet().as_bytes())]);
    let (local, directory) = headers(&honest);

    let mut encrypted = honest.clone();
    encrypted[local + 6] |= 1;
    encrypted[directory + 8] |= 1;
    check(&encrypted, SheetError::ZipEncrypted);

    check(&honest[..honest.len() / 2], SheetError::Truncated);

    let mut damaged = honest.clone();
    damaged[directory + 16] ^= 0xFF;
    check(&damaged, SheetError::ZipDamaged);

    let mut unsupported = honest;
    unsupported[local + 8] = 12;
    unsupported[directory + 10] = 12;
    check(&unsupported, SheetError::ZipUnsupported);
}
