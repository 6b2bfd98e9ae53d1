//! Files that are refused as a whole.

use std::io::{self, Read, Seek, SeekFrom};

use perpetua_pricesheet::{COLUMNS, Limits, SheetError, read};

use super::{VALUES, line, read_all, row_with, sheet_of};

#[track_caller]
fn check(bytes: impl AsRef<[u8]>, error: SheetError) {
    assert_eq!(read_all(bytes.as_ref(), &Limits::default()), Err(error));
}

#[test]
fn a_file_without_rows_is_refused() {
    check("", SheetError::Empty);
    check("\u{FEFF}\r\n\r\n", SheetError::Empty);
    check(sheet_of(&[]), SheetError::Empty);
}

#[test]
fn what_is_no_text_of_this_layout_is_refused() {
    check(b"\xFF\xFEP\0r\0", SheetError::NotCsv);
    check(b"\x7FELF\0\0", SheetError::NotCsv);
    check(b"Pr\xE9is,Name\n1,2\n", SheetError::NotCsv);
    check("Name,Price\nHarbor,1\n", SheetError::WrongHeader);
    check(sheet_of(&[row_with(&[])]).replace(',', ";"), SheetError::BrokenQuoting { line: 1 });
    check(COLUMNS.join(";"), SheetError::WrongHeader);
}

#[test]
fn each_required_column_must_be_there_once() {
    for (index, name) in COLUMNS.into_iter().enumerate().filter(|(index, _)| !matches!(index, 0 | 20)) {
        let without = |values: &[&str]| {
            let kept: Vec<&str> =
                values.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, value)| *value).collect();
            line(&kept)
        };
        check(format!("{}\n{}\n", without(&COLUMNS), without(&VALUES)), SheetError::MissingColumn { name });
    }
    let twice = sheet_of(&[row_with(&[])]).replacen("\"Publisher\"", "\"currency\"", 1);
    check(twice, SheetError::DuplicateColumn { name: "Currency" });
}

#[test]
fn broken_quoting_names_its_line() {
    let good = row_with(&[]);
    check(sheet_of(&[good.clone(), good.replace("\"CZ\"", "\"C\"Z\"")]), SheetError::BrokenQuoting { line: 3 });
    check(sheet_of(&[good.clone(), good.replace("\"CZ\"", "C\"Z")]), SheetError::BrokenQuoting { line: 3 });
    check(sheet_of(&[good.clone(), good.replace("\"CZ\"", "\"CZ")]), SheetError::BrokenQuoting { line: 3 });
    check(sheet_of(&[good]) + "\"never closed\n\n", SheetError::BrokenQuoting { line: 3 });
}

#[test]
fn limits_on_rows_and_bytes_hold() {
    let text = sheet_of(&[row_with(&[]), row_with(&[("SkuId", "2")])]);
    let check = |limits: Limits, error| assert_eq!(read_all(text.as_bytes(), &limits), Err(error));
    check(Limits { rows_max: 1, ..Limits::default() }, SheetError::TooManyRows { max: 1 });
    check(Limits { sheet_bytes_max: 500, ..Limits::default() }, SheetError::TooLarge { max_bytes: 500 });
    check(Limits { record_bytes_max: 300, ..Limits::default() }, SheetError::LineTooLong { line: 1 });
}

/// A header, then one line that never ends within a gigabyte; counts what is read of it.
struct EndlessLine {
    start: Vec<u8>,
    position: usize,
    filler: u8,
}

impl EndlessLine {
    const BYTES: usize = 1024 * 1024 * 1024;
}

impl Read for EndlessLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(Self::BYTES - self.position);
        for (offset, byte) in buffer[..count].iter_mut().enumerate() {
            *byte = self.start.get(self.position + offset).copied().unwrap_or(self.filler);
        }
        self.position += count;
        Ok(count)
    }
}

impl Seek for EndlessLine {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        assert_eq!(to, SeekFrom::Start(0));
        self.position = 0;
        Ok(0)
    }
}

#[test]
fn a_gigabyte_of_one_line_is_refused_after_a_few_buffers() {
    for (start, filler, line) in [
        (String::new(), b'a', 1),
        (sheet_of(&[row_with(&[])]), b'a', 3),
        (sheet_of(&[row_with(&[])]) + "\"", b'\n', 3),
        (sheet_of(&[row_with(&[])]), b',', 3),
    ] {
        let source = EndlessLine { start: start.into_bytes(), position: 0, filler };
        let mut sheet = read(source, &Limits::default()).unwrap();
        let first_error = match sheet.rows() {
            Ok(mut rows) => rows.find_map(Result::err),
            Err(error) => Some(error),
        };
        assert_eq!(first_error, Some(SheetError::LineTooLong { line }));
    }
}
