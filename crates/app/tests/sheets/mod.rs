//! Price sheets for tests: made-up rows, as files of the real layout.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write as _};

use perpetua_app::price_import::{self, Sheet, Upload};
use perpetua_app::{App, Caller};
use perpetua_pricesheet::generate::{Shape, sheet};
use perpetua_pricesheet::{COLUMNS, PriceRow, write};

/// Rows of the first products, in the order market, segment, tier.
pub fn rows(count: usize) -> Vec<PriceRow> {
    sheet(&Shape::of_rows(count)).collect()
}

/// The rows as a file.
pub fn csv(rows: &[PriceRow]) -> Vec<u8> {
    let mut file = Vec::new();
    write(rows, &mut file).unwrap();
    file
}

/// The file with one value replaced; lines count from 1, the header.
pub fn with_column(file: &[u8], line: usize, column: &str, value: &str) -> Vec<u8> {
    let index = COLUMNS.iter().position(|name| *name == column).unwrap();
    let mut lines: Vec<String> = std::str::from_utf8(file).unwrap().lines().map(str::to_owned).collect();
    let inner = lines[line - 1].clone();
    let inner = &inner[1..inner.len() - 1];
    let mut values: Vec<&str> = inner.split("\",\"").collect();
    values[index] = value;
    lines[line - 1] = format!("\"{}\"", values.join("\",\""));
    lines.join("\r\n").into_bytes()
}

/// An archive of these files.
pub fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A received file.
pub fn upload<R>(name: &str, bytes_total: u64, source: R) -> Upload<R> {
    Upload { file_name: name.to_owned(), bytes_total, source }
}

/// Imports a file until it is ready or has failed.
pub async fn import(app: &App, caller: &Caller, file: Vec<u8>) -> Sheet {
    let upload = upload("prices.csv", file.len() as u64, Cursor::new(file));
    price_import::import(app, caller, upload).await.unwrap()
}

/// A good beginning, then one line without end; most of it must never be asked for.
pub struct EndlessLine {
    start: Vec<u8>,
    length: u64,
    position: u64,
}

impl EndlessLine {
    /// A line of this length after the start.
    pub fn new(start: Vec<u8>, length: u64) -> Self {
        Self { start, length, position: 0 }
    }
}

impl Read for EndlessLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(self.position < 16 * 1024 * 1024, "the line is read on and on");
        let at = usize::try_from(self.position).unwrap();
        let read = if at < self.start.len() {
            (&self.start[at..]).read(buffer)?
        } else {
            let left = usize::try_from(self.length - self.position).unwrap().min(buffer.len());
            buffer[..left].fill(b'x');
            left
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for EndlessLine {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = match to {
            SeekFrom::Start(position) => position,
            SeekFrom::End(back) => self.length.checked_add_signed(back).unwrap(),
            SeekFrom::Current(on) => self.position.checked_add_signed(on).unwrap(),
        };
        Ok(self.position)
    }
}
